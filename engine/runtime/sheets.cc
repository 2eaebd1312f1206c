#include "engine/runtime/sheets.h"

#include <algorithm>
#include <map>

#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/form/statistics.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/facts.h"
#include "engine/runtime/host.h"
#include "engine/runtime/query.h"
#include "engine/runtime/received.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

// One case with what its sheets read of it; personal values resolved, since reasons are shown.
struct ShownCase {
  CaseRecord record;
  std::shared_ptr<const Definition> definition;
  Context data;
  std::vector<std::string> configuration;  // active states, compound ones too
};

// A case as a row or part of a cell shows it: for one organisation, where a set counted it.
struct ShownElement {
  const ShownCase* shown = nullptr;
  std::optional<form::Element> counted;
};

// What a paper may ask, and besides whether the case is in a state: In("returned"). Of a case that
// a set counted: whether it was there on the closing date.
feel::Scope SheetScope(const Definition& definition) {
  feel::Scope scope = definition.template_scope;
  scope.DeclareFunction(
      {"In", {{"state", Type::Of(Type::Base::kString)}}, Type::Of(Type::Base::kBoolean)});
  return scope;
}

class SheetHost : public feel::Host {
 public:
  SheetHost(feel::Host& host, const std::vector<std::string>& configuration)
      : host_(host), configuration_(configuration) {}

  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    if (function != "In") return host_.Call(function, arguments);
    const std::string* state = arguments.empty() ? nullptr : arguments[0].string();
    return Value(state != nullptr && std::find(configuration_.begin(), configuration_.end(),
                                               *state) != configuration_.end());
  }

 private:
  feel::Host& host_;
  const std::vector<std::string>& configuration_;
};

class SheetFiller {
 public:
  SheetFiller(Office& office, port::Reader& reader, const SheetRequest& request)
      : office_(office),
        reader_(reader),
        request_(request),
        registers_(office.registers()),
        today_(BeijingDate(office.Now(reader))) {}

  Result<FilledSheet> Fill() {
    Result<StoredSheet> stored = LoadSheet(reader_, request_.id);
    if (!stored) return Unexpected{stored.error()};
    FilledSheet out;
    out.description = stored->description;
    out.data.unit = request_.unit;
    out.data.preface.Set("reporting_unit", Value(request_.unit));
    out.from = request_.from;
    out.to = request_.to;
    Diagnostics mistakes = FillBody(*stored, out);
    if (HasError(mistakes)) return Unexpected{std::move(mistakes)};
    Append(out.warnings, std::move(mistakes));
    NameLastDay(out.description, request_.blank ? request_.to : out.to.value_or(To()));
    NameRegions(out);
    Result<doc::SheetModel> model = doc::Fill(out.description, out.data);
    if (!model) return Unexpected{model.error()};
    out.model = std::move(*model);
    return out;
  }

 private:
  Diagnostics FillBody(const StoredSheet& stored, FilledSheet& out) {
    if (request_.blank) {
      out.data.blank = true;
      out.data.blank_rows = request_.blank_rows;
      return {};
    }
    if (request_.input) {
      out.data.rows = request_.input->rows;
      out.data.fixed = request_.input->fixed;
      if (request_.from || request_.to) out.data.lines.push_back(Period());
      return {};
    }
    const SheetOrigin origin = OriginOf(out.description);
    if (origin == SheetOrigin::kGiven) return {};
    if (origin == SheetOrigin::kReceived || request_.received) return FillReceived(stored, out);
    out.data.lines.push_back(Period());
    const auto counting = form::ReadCounting(stored.text, StrCat("sheets/", request_.id, ".json"));
    if (!counting) return counting.error();
    Diagnostics mistakes;
    if (*counting) mistakes = FillCounts(**counting, out);
    if (out.description.view) Append(mistakes, FillView(*out.description.view, out));
    return mistakes;
  }

  Diagnostics FillReceived(const StoredSheet& stored, FilledSheet& out) {
    Result<Merged> merged = MergeReceived(office_, reader_, stored,
                                          {.sheet = request_.id,
                                           .region = request_.region,
                                           .from = request_.from,
                                           .to = request_.to,
                                           .by_region = request_.by_region});
    if (!merged) return merged.error();
    out.description = std::move(merged->description);
    out.data.rows = std::move(merged->rows);
    out.data.fixed = std::move(merged->fixed);
    // Nothing was sent back: an empty table, not one that claims zeros.
    out.data.blank = merged->of.empty();
    if (!merged->of.empty()) {
      out.from = ParseDate(merged->of[0].from);
      out.to = ParseDate(merged->of[0].to);
    }
    if (out.from && out.to) {
      out.data.lines.push_back(
          StrCat("统计期间：", ToChinese(*out.from), "至", ToChinese(*out.to)));
    }
    return std::move(merged->warnings);
  }

  // Rows hold codes of regions; tables show their names.
  void NameRegions(FilledSheet& out) const {
    for (const doc::SheetColumn& column : out.description.columns) {
      if (column.type != doc::SheetType::kRegion) continue;
      for (Context& row : out.data.rows) {
        const Value* value = row.Find(column.key);
        const Region* region = value == nullptr || value->string() == nullptr
                                   ? nullptr
                                   : registers_->FindRegion(*value->string());
        if (region != nullptr) row.Set(column.key, Value(region->name));
      }
    }
  }

  Date From() const { return request_.from.value_or(Date{1970, 1, 1}); }
  Date To() const { return request_.to.value_or(today_); }
  Date Closing() const { return request_.closing.value_or(std::min(To(), today_)); }

  std::string Period() const {
    if (!request_.case_id.empty()) return StrCat("案卷 ", request_.case_id, " 在本台账中的记载");
    std::string text =
        StrCat("统计期间：", request_.from ? ToChinese(From()) : "开办之日", "至", ToChinese(To()));
    if (!request_.region.empty()) {
      const Region* region = registers_->FindRegion(request_.region);
      text += StrCat("　地区：", region == nullptr ? request_.region : region->name);
    }
    return text;
  }

  // The cases of these processes in the region asked for, with their data.
  const std::vector<ShownCase>& CasesOf(const std::string& process) {
    const auto found = cases_.find(process);
    if (found != cases_.end()) return found->second;
    std::vector<ShownCase>& out = cases_[process];
    Query query;
    query.terms.emplace_back("process", process);
    for (CaseRecord& record : FindCases(reader_, *registers_, query)) {
      if (!request_.case_id.empty() && record.id != request_.case_id) continue;
      if (!request_.region.empty() && !registers_->IsWithin(RegionOf(record), request_.region)) {
        continue;
      }
      ShownCase shown;
      const std::optional<LoadedCase> loaded =
          LoadWithState(office_, reader_, record.area, record.id);
      if (!loaded) continue;
      shown.definition = loaded->definition;
      for (const chart::DataField& field : shown.definition->chart->data) {
        shown.data.Set(field.id, loaded->state.data[static_cast<size_t>(field.slot)]);
      }
      shown.configuration = loaded->state.configuration;
      shown.record = std::move(record);
      out.push_back(std::move(shown));
    }
    return out;
  }

  // Where the case was on the closing date.
  const std::string& RegionOf(const CaseRecord& record) {
    if (!moved_) ReadMoves();
    const auto found = moved_->find(record.id);
    return found == moved_->end() ? record.region : found->second;
  }

  void ReadMoves() {
    moved_.emplace();
    const std::string closing = ToString(Closing());
    for (const std::string& area : Areas(reader_)) {
      CaseRecord any;
      any.area = area;
      Row moved = MovedKey(any);
      moved.pop_back();  // of whichever case
      reader_.Scan(port::search::kTable, {.prefix = std::move(moved)}, [&](const Row& row) {
        ReadMovesOf(area, TextOf(row, port::search::kCase), closing);
        return true;
      });
    }
  }

  void ReadMovesOf(const std::string& area, const std::string& case_id,
                   const std::string& closing) {
    reader_.Scan(port::intervals::kTable, {.prefix = {Cell(area), Cell(case_id)}},
                 [&](const Row& row) {
                   const IntervalRecord interval = ToInterval(row);
                   const bool there = interval.state.starts_with(kRegionInterval) &&
                                      interval.entered_on <= closing &&
                                      (interval.left_on.empty() || closing < interval.left_on);
                   if (there) {
                     (*moved_)[case_id] = interval.state.substr(kRegionInterval.size());
                   }
                   return true;
                 });
  }

  const ShownCase* FindCase(const std::vector<std::string>& processes, std::string_view id) {
    for (const std::string& process : processes) {
      for (const ShownCase& shown : CasesOf(process)) {
        if (shown.record.id == id) return &shown;
      }
    }
    return nullptr;
  }

  std::vector<form::Fact> Facts(const std::vector<std::string>& processes) {
    std::vector<form::Fact> out;
    for (const std::string& process : processes) {
      for (const ShownCase& shown : CasesOf(process)) {
        for (const StandingFact& standing :
             LoadStandingFacts(reader_, shown.record.area, shown.record.id)) {
          const FactRecord& fact = standing.fact;
          out.push_back({.case_id = fact.case_id,
                         .key = fact.key,
                         .organisation = fact.organisation,
                         .quantity = Decimal::Parse(fact.quantity).value_or(Decimal()),
                         .date = ParseDate(fact.date).value_or(Date()),
                         .reverses = fact.reverses});
        }
      }
    }
    return out;
  }

  std::vector<form::StateInterval> IntervalsOf(const CaseRecord& record) {
    std::vector<form::StateInterval> out;
    reader_.Scan(port::intervals::kTable, {.prefix = {Cell(record.area), Cell(record.id)}},
                 [&](const Row& row) {
                   const IntervalRecord interval = ToInterval(row);
                   out.push_back({.case_id = interval.case_id,
                                  .state = interval.state,
                                  .entered_on = ParseDate(interval.entered_on).value_or(Date()),
                                  .left_on = ParseDate(interval.left_on)});
                   return true;
                 });
    return out;
  }

  std::vector<form::StateInterval> Intervals(const std::vector<std::string>& processes) {
    std::vector<form::StateInterval> out;
    for (const std::string& process : processes) {
      for (const ShownCase& shown : CasesOf(process)) {
        const std::vector<form::StateInterval> intervals = IntervalsOf(shown.record);
        out.insert(out.end(), intervals.begin(), intervals.end());
      }
    }
    return out;
  }

  std::vector<std::string> StatesAtClosing(const CaseRecord& record) {
    std::vector<std::string> out;
    for (const form::StateInterval& interval : IntervalsOf(record)) {
      const bool there =
          interval.entered_on <= Closing() && (!interval.left_on || *interval.left_on > Closing());
      if (there) out.push_back(interval.state);
    }
    return out;
  }

  std::string Attribute(std::string_view organisation, std::string_view attribute) {
    const std::optional<Value> body = LoadRegister(reader_, "org", organisation);
    if (!body) return "";
    const Value& value = (*body)[attribute];
    return value.string() != nullptr ? *value.string() : "";
  }

  form::Count Evaluate(const form::Counting& counting) {
    const std::vector<form::Fact> facts = Facts(counting.processes);
    const std::vector<form::StateInterval> intervals = Intervals(counting.processes);
    const auto case_field = [&](std::string_view id, std::string_view field) -> std::string {
      const ShownCase* shown = FindCase(counting.processes, id);
      const Value* value = shown == nullptr ? nullptr : shown->data.Find(field);
      return value == nullptr || value->string() == nullptr ? "" : *value->string();
    };
    const auto attribute = [&](std::string_view organisation, std::string_view name) {
      return Attribute(organisation, name);
    };
    return form::Evaluate(counting, {.facts = facts,
                                     .intervals = intervals,
                                     .case_field = case_field,
                                     .attribute = attribute,
                                     .from = From(),
                                     .to = To(),
                                     .closing = Closing()});
  }

  Diagnostics FillCounts(const form::Counting& counting, FilledSheet& out) {
    form::Count count = Evaluate(counting);
    for (const auto& [cell, number] : count.numbers) {
      out.data.fixed[cell.first].Set(cell.second, Value(number));
    }
    Diagnostics mistakes = std::move(count.warnings);
    for (const form::CountingColumn& column : counting.columns) {
      if (column.kind != form::CountingColumn::Kind::kList) continue;
      for (const auto& [cell, elements] : count.lists) {
        if (cell.second != column.key) continue;
        std::vector<std::string> texts;
        for (const form::Element& element : elements) {
          const ShownCase* shown = FindCase(counting.processes, element.case_id);
          if (shown == nullptr) continue;
          const Result<Value> text = EvaluateIn({shown, element}, column.text, column.text_at);
          if (!text) {
            Append(mistakes, text.error());
          } else if (text->string() != nullptr) {
            texts.push_back(*text->string());
          }
        }
        out.data.fixed[cell.first].Set(cell.second, Value(Join(texts, column.separator)));
      }
    }
    Append(mistakes, form::Check(counting, count.numbers));
    return mistakes;
  }

  // Data that only later versions of the case's definition declare; empty in this case.
  const std::vector<std::string>& LaterFields(const Definition& definition) {
    const auto [found, fresh] = later_.try_emplace(definition.hash);
    if (!fresh) return found->second;
    const auto latest = LatestDefinition(reader_, definition.name);
    const auto now = latest ? office_.FindDefinition(reader_, latest->hash) : nullptr;
    if (now == nullptr) return found->second;
    const auto& known = definition.template_scope.variables();
    for (const chart::DataField& field : now->chart->data) {
      const bool declared = std::any_of(known.begin(), known.end(), [&](const auto& variable) {
        return variable.name == field.id;
      });
      if (!declared && !field.implicit) found->second.push_back(field.id);
    }
    return found->second;
  }

  // What the set counted, as "args" of the expression: {organisation, quantity, date}.
  Context Arguments(const ShownElement& element) {
    if (!element.counted) return {};
    return Context({{"organisation",
                     LoadRegister(reader_, "org", element.counted->organisation).value_or(Value())},
                    {"quantity", Value(element.counted->quantity)},
                    {"date", Value(element.counted->date)}});
  }

  // FEEL over one case's data, as a template would see it.
  Result<Value> EvaluateIn(const ShownElement& element, const std::string& text,
                           const Location& at) {
    const ShownCase& shown = *element.shown;
    const chart::Chart& chart = *shown.definition->chart;
    const std::vector<std::string>& later = LaterFields(*shown.definition);
    const std::string key = StrCat(shown.definition->hash, "\n", text);
    auto it = compiled_.find(key);
    if (it == compiled_.end()) {
      feel::Scope scope = SheetScope(*shown.definition);
      for (const std::string& field : later) scope.DeclareVariable(field, Type::Any());
      Result<feel::Expression> compiled = feel::Compile(text, scope, at);
      if (!compiled) return Unexpected{compiled.error()};
      it = compiled_.emplace(key, std::move(*compiled)).first;
    }
    const Result<Value> resolved = office_.vault().ResolveAll(reader_, Value(shown.data));
    if (!resolved) return Unexpected{resolved.error()};
    const Value x(Context({{"today", Value(today_)}, {"case", Value(CaseInfo(shown.record))}}));
    std::vector<Value> variables = chart::TemplateVariables(chart, *resolved->context(), Value(),
                                                            Value(), Arguments(element), x);
    variables.resize(variables.size() + later.size());
    CaseHost host(*registers_, reader_,
                  {.area = shown.record.area,
                   .case_id = shown.record.id,
                   .region = shown.record.region,
                   .today = today_,
                   .chart = &chart});
    const std::vector<std::string> closing =
        element.counted ? StatesAtClosing(shown.record) : std::vector<std::string>();
    SheetHost sheet_host(host, element.counted ? closing : shown.configuration);
    return feel::Evaluate(it->second, variables, sheet_host);
  }

  struct LedgerRow {
    std::vector<Value> order;
    Context cells;
  };

  Diagnostics FillView(const doc::SheetView& view, FilledSheet& out) {
    Diagnostics mistakes;
    std::vector<LedgerRow> rows;
    for (const ShownElement& element : CasesShown(view, mistakes)) {
      LedgerRow row;
      if (!Wanted(view, element, mistakes)) continue;
      for (const doc::SheetExpression& expression : view.order) {
        row.order.push_back(Compute(element, expression, mistakes));
      }
      for (const auto& [key, expression] : view.columns) {
        row.cells.Set(key, Compute(element, expression, mistakes));
      }
      rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const LedgerRow& a, const LedgerRow& b) {
      for (size_t i = 0; i < a.order.size(); ++i) {
        const std::string x = WriteJson(a.order[i]);
        const std::string y = WriteJson(b.order[i]);
        if (x != y) return x < y;
      }
      return false;
    });
    for (LedgerRow& row : rows) out.data.rows.push_back(std::move(row.cells));
    return mistakes;
  }

  Value Compute(const ShownElement& element, const doc::SheetExpression& expression,
                Diagnostics& mistakes) {
    Result<Value> value = EvaluateIn(element, expression.text, expression.at);
    if (value) return std::move(*value);
    for (Diagnostic& mistake : value.error()) {
      mistake.message = StrCat(element.shown->record.id, ": ", mistake.message);
      mistakes.push_back(std::move(mistake));
    }
    return Value();
  }

  // All cases of the process, or those a set of another sheet counted.
  std::vector<ShownElement> CasesShown(const doc::SheetView& view, Diagnostics& mistakes) {
    std::vector<ShownElement> out;
    if (view.of_sheet.empty()) {
      for (const ShownCase& shown : CasesOf(view.process)) out.push_back({&shown, {}});
      return out;
    }
    const std::optional<Value> stored = LoadRegister(reader_, "sheet", view.of_sheet);
    const std::string file = StrCat("sheets/", view.of_sheet, ".json");
    const Result<std::optional<form::Counting>> counting =
        form::ReadCounting(stored ? *(*stored)["text"].string() : "", file);
    if (!counting || !*counting) {
      mistakes.push_back(
          {.code = "sheet.view", .message = StrCat("sheet ", view.of_sheet, " counts nothing")});
      return out;
    }
    const form::Count count = Evaluate(**counting);
    const auto set = count.sets.find(view.of_set);
    if (set == count.sets.end()) return out;
    for (const form::Element& element : set->second) {
      if (const ShownCase* shown = FindCase((*counting)->processes, element.case_id)) {
        out.push_back({shown, element});
      }
    }
    return out;
  }

  bool Wanted(const doc::SheetView& view, const ShownElement& element, Diagnostics& mistakes) {
    if (view.where && Compute(element, *view.where, mistakes) != Value(true)) return false;
    if (!view.window || (!request_.from && !request_.to)) return true;
    const Value date = Compute(element, *view.window, mistakes);
    return date.date() != nullptr && *date.date() >= From() && *date.date() <= To();
  }

  Office& office_;
  port::Reader& reader_;
  const SheetRequest& request_;
  std::shared_ptr<const Registers> registers_;
  Date today_;
  std::map<std::string, std::vector<ShownCase>> cases_;
  std::map<std::string, feel::Expression> compiled_;
  std::map<std::string, std::vector<std::string>> later_;    // by definition
  std::optional<std::map<std::string, std::string>> moved_;  // case -> region
};

}  // namespace

void NameLastDay(doc::SheetDescription& description, const std::optional<Date>& day) {
  constexpr std::string_view kTo = "{to}";
  for (std::string& note : description.footnotes) {
    const size_t at = note.find(kTo);
    if (at == std::string::npos) continue;
    note.replace(at, kTo.size(), day ? ToChinese(*day) : "　　年　　月　　日");
  }
}

SheetOrigin OriginOf(const doc::SheetDescription& description) {
  if (description.body == doc::SheetDescription::Body::kGiven) return SheetOrigin::kGiven;
  return description.counted || description.view ? SheetOrigin::kLive : SheetOrigin::kReceived;
}

Result<FilledSheet> FillSheetIn(Office& office, port::Reader& reader, const SheetRequest& request) {
  return SheetFiller(office, reader, request).Fill();
}

Result<FilledSheet> FillSheet(Office& office, const SheetRequest& request) {
  Result<FilledSheet> out = Fail("sheet.none", "");
  office.store().Read([&](port::Reader& reader) { out = FillSheetIn(office, reader, request); });
  return out;
}

}  // namespace anjuan::runtime
