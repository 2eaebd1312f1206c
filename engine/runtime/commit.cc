#include "engine/runtime/commit.h"

#include <algorithm>
#include <map>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/payload.h"
#include "engine/runtime/settle.h"
#include "engine/value/json.h"
#include "engine/vault/document.h"
#include "engine/vault/rewrap.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

std::optional<LoadedCase> LoadWithState(Office& office, port::Reader& reader, std::string_view area,
                                        std::string_view case_id) {
  std::optional<CaseRecord> record = LoadCase(reader, area, case_id);
  if (!record) return std::nullopt;
  LoadedCase out;
  out.definition = office.FindDefinition(reader, record->definition);
  if (out.definition == nullptr) {
    throw port::Failure(StrCat("案卷 ", record->id, " 的流程定义 ",
                               record->definition.substr(0, 16),
                               " 不能读取；请运行 anjuan verify，或用发布它的版本打开"));
  }
  const Result<Value> state = ReadCanonical(record->state);
  ANJUAN_CHECK(state.has_value());
  Result<chart::CaseState> read = chart::FromValue(*out.definition->chart, *state);
  ANJUAN_CHECK(read.has_value());
  out.state = std::move(*read);
  out.record = std::move(*record);
  return out;
}

Context CaseInfo(const CaseRecord& record) {
  return Context({{"id", Value(record.id)},
                  {"region", Value(record.region)},
                  {"owner", Value(record.owner)},
                  {"process", Value(record.process)},
                  {"opened_on", Value(BeijingDate(record.opened_at))},
                  {"parent", record.parent.empty() ? Value() : Value(record.parent)}});
}

chart::Env MakeEnv(Office& office, port::Reader& reader, const CaseRecord& record,
                   const Actor& actor, std::optional<Date> eff_date, feel::Host* host) {
  chart::Env env;
  env.now = office.Now(reader);
  env.today = eff_date.value_or(BeijingDate(env.now));
  env.actor = ToContext(actor);
  env.case_info = CaseInfo(record);
  env.host = host;
  return env;
}

std::vector<std::string> AtomicStates(const chart::Chart& chart, const chart::CaseState& state) {
  std::vector<std::string> out;
  for (const std::string& id : state.configuration) {
    const int index = chart.FindState(id);
    ANJUAN_CHECK(index >= 0);
    if (chart.at(index).children.empty()) out.push_back(id);
  }
  return out;
}

Diagnostics MissingFields(const chart::Chart& chart, const chart::CaseState& state) {
  Diagnostics out;
  for (const chart::DataField& field : chart.data) {
    const auto slot = static_cast<size_t>(field.slot);
    if (slot >= state.data.size() || !state.data[slot].is_null()) continue;
    const bool wanted =
        std::any_of(field.required_in.begin(), field.required_in.end(), [&](int required) {
          return std::find(state.configuration.begin(), state.configuration.end(),
                           chart.at(required).id) != state.configuration.end();
        });
    if (!wanted) continue;
    out.push_back({.code = "form.required",
                   .message = StrCat("尚缺“", field.label.empty() ? field.id : field.label, "”（",
                                     field.id, "）"),
                   .hint = "请补填后再办理"});
  }
  return out;
}

std::int64_t NextSerial(port::Transaction& transaction, const std::string& area,
                        const std::string& office, int year, const std::string& kind) {
  const Row key = {Cell(area), Cell(office), Cell(std::int64_t{year}), Cell(kind)};
  const std::optional<Row> row = transaction.Get(port::numbers::kTable, key);
  const std::int64_t serial = row ? IntegerOf(*row, port::numbers::kNext) : 1;
  Row next = key;
  next.emplace_back(serial + 1);
  transaction.Put(port::numbers::kTable, next);
  return serial;
}

namespace {

// One step's rows. Members are what several of the writers below need.
class StepWriter {
 public:
  StepWriter(Office& office, port::Transaction& transaction, LoadedCase loaded, const Cause& cause,
             const chart::Env& env, chart::StepResult step)
      : office_(office),
        transaction_(transaction),
        loaded_(std::move(loaded)),
        cause_(cause),
        env_(env),
        step_(std::move(step)),
        before_(loaded_.state) {}

  Answer Write() {
    CaseRecord& record = loaded_.record;
    const chart::Chart& chart = *loaded_.definition->chart;
    const bool opened = cause_.type == "opened";
    if (!opened) ++record.version;
    AllocateNumbers();
    Settle(step_, numbers_, record.id, record.version);
    UseSeals();
    answer_.warnings = step_.warnings;

    Diagnostics mistakes = opened ? Diagnostics{} : MissingFields(chart, step_.state);
    for (const chart::Effect& effect : step_.effects) {
      if (const auto* issue = std::get_if<chart::IssueDocument>(&effect)) {
        Append(mistakes, CheckLayout(*issue));
      }
    }
    if (HasError(mistakes)) {
      answer_.verdict = Verdict::kFormMistakes;
      answer_.mistakes = std::move(mistakes);
      return answer_;
    }

    const std::vector<std::string> from =
        opened ? std::vector<std::string>() : AtomicStates(chart, before_);
    const std::vector<std::string> to = AtomicStates(chart, step_.state);
    record.state = WriteCanonical(chart::ToValue(chart, step_.state));
    record.states = Join(to, " ");
    record.ended = !step_.state.running;
    UpdateSubject();
    AppendEntry(office_, transaction_, record, MakeEntry(from, to));
    WriteEffects();
    WriteTimers();
    WriteIntervals();
    WriteSearch();
    PutCase(opened);

    answer_.verdict = Verdict::kDone;
    answer_.case_id = record.id;
    answer_.version = record.version;
    answer_.states = to;
    return answer_;
  }

 private:
  void AllocateNumbers() {
    const CaseRecord& record = loaded_.record;
    for (const chart::Effect& effect : step_.effects) {
      const auto* request = std::get_if<chart::AllocateNumber>(&effect);
      if (request == nullptr) continue;
      const std::int64_t serial =
          NextSerial(transaction_, record.area, request->office, request->year, request->kind);
      numbers_.push_back({.location = request->location,
                          .kind = request->kind,
                          .office = request->office,
                          .year = request->year,
                          .serial = serial,
                          .placeholder = request->placeholder,
                          .text = NumberText(*request, serial)});
      KeepNumber(numbers_.back());
    }
  }

  // The register of numbers: of each counter every serial stands in it once, and none is missing.
  void KeepNumber(const AllocatedNumber& number) {
    const CaseRecord& record = loaded_.record;
    const bool fresh = transaction_.Insert(
        port::allotted::kTable,
        {Cell(record.area), Cell(number.office), Cell(std::int64_t{number.year}), Cell(number.kind),
         Cell(number.serial), Cell(number.text), Cell(record.id), Cell(record.seq + 1)});
    ANJUAN_CHECK(fresh);  // a serial is never given out twice
  }

  // The seals of today go onto the papers; the history says which, so that a replay prints the
  // same.
  void UseSeals() {
    const std::shared_ptr<const Registers> registers = office_.registers();
    if (!registers->HasSeals()) return;
    for (const std::string& org : SealingOrganisations(step_)) {
      const std::string sha256 = registers->SealOf(org);
      if (!sha256.empty()) seals_.push_back({org, sha256});
    }
    SettleSeals(step_, seals_);
  }

  // Whom the case is about follows the data: a draft may name it late, a correction change it.
  void UpdateSubject() {
    CaseRecord& record = loaded_.record;
    const chart::Chart& chart = *loaded_.definition->chart;
    if (!chart.subject.given) return;
    const Result<Value> now = chart::EvaluateIn(chart, step_.state, chart.subject, env_);
    if (!now || now->string() == nullptr || *now->string() == record.subject) return;
    if (record.owner == record.subject) record.owner = *now->string();
    record.subject = *now->string();
  }

  Diagnostics CheckLayout(const chart::IssueDocument& issue) {
    const auto it = loaded_.definition->templates.find(issue.code);
    ANJUAN_CHECK(it != loaded_.definition->templates.end());  // checked when published
    const Result<doc::Pages> pages =
        LayOut(office_, transaction_, *loaded_.definition, issue, env_.now, nullptr);
    if (pages) return {};
    Diagnostics mistakes = pages.error();
    for (Diagnostic& mistake : mistakes) {
      mistake.message = StrCat(it->second.title(), "（", issue.code, "）：", mistake.message);
    }
    return mistakes;
  }

  Entry MakeEntry(const std::vector<std::string>& from, const std::vector<std::string>& to) {
    Entry entry;
    entry.at = env_.now;
    entry.type = cause_.type;
    entry.event = cause_.event.name;
    entry.actor = cause_.actor;
    entry.command_id = cause_.command_id;
    entry.from = from;
    entry.to = to;
    entry.eff_date = cause_.eff_date;
    StepPayload payload;
    payload.event = cause_.event;
    payload.initial = cause_.initial;
    payload.env = env_;
    payload.reads = step_.reads;
    payload.numbers = numbers_;
    payload.seals = seals_;
    payload.notes = step_.notes;
    payload.warnings = step_.warnings;
    for (const int index : step_.transitions) {
      const chart::Transition& taken =
          loaded_.definition->chart->transitions[static_cast<size_t>(index)];
      payload.transitions.push_back(taken.refs.empty() ? taken.label : Join(taken.refs, " "));
    }
    entry.payload = ToContext(payload);
    return entry;
  }

  void WriteEffects() {
    std::string number;
    for (size_t position = 0; position < step_.effects.size(); ++position) {
      const auto at = static_cast<std::int64_t>(position);
      const chart::Effect& effect = step_.effects[position];
      if (const auto* allocated = std::get_if<chart::AllocateNumber>(&effect)) {
        number = TextOfNumber(allocated->placeholder);
      } else if (const auto* issue = std::get_if<chart::IssueDocument>(&effect)) {
        WriteDocument(*issue, at, number);
        number.clear();  // the next paper has a number of its own, or none
      } else if (const auto* fact = std::get_if<chart::RecordFact>(&effect)) {
        WriteFact(*fact, at);
      } else if (const auto* cancelled = std::get_if<chart::VoidDocument>(&effect)) {
        VoidLatest(transaction_, loaded_.record, cancelled->code);
      } else {
        WriteOutbox(effect, at);
      }
    }
  }

  std::string TextOfNumber(const std::string& placeholder) const {
    for (const AllocatedNumber& number : numbers_) {
      if (number.placeholder == placeholder) return number.text;
    }
    return "";
  }

  void WriteDocument(const chart::IssueDocument& issue, std::int64_t position,
                     const std::string& number) {
    DocumentRecord record;
    record.area = loaded_.record.area;
    record.case_id = loaded_.record.id;
    record.seq = loaded_.record.seq;
    record.position = position;
    record.code = issue.code;
    record.number = number;
    record.title = loaded_.definition->templates.at(issue.code).title();
    record.status = "pending";
    record.issued_at = env_.now;
    vault::EnsureCurrent(transaction_, office_.keys());
    const vault::DocumentKey key =
        vault::MakeDocumentKey(office_.keys(), office_.random(), IdentityOf(record));
    record.wrapped_key = key.wrapped_key;
    record.salt = key.sealed_salt;
    transaction_.Put(port::documents::kTable, ToRow(record));
    AddOutbox("document", position, ToValue(issue));
    answer_.documents.push_back(issue.code);
  }

  void WriteFact(const chart::RecordFact& fact, std::int64_t position) {
    FactRecord record;
    record.area = loaded_.record.area;
    record.case_id = loaded_.record.id;
    record.seq = loaded_.record.seq;
    record.position = position;
    record.key = fact.key;
    record.organisation = fact.organisation;
    record.quantity = fact.quantity.ToString();
    record.date = ToString(fact.date);
    record.recorded_at = env_.now;
    record.reverses = fact.reverses;
    transaction_.Put(port::facts::kTable, ToRow(record));
  }

  void WriteOutbox(const chart::Effect& effect, std::int64_t position) {
    if (const auto* spawn = std::get_if<chart::SpawnCase>(&effect)) {
      AddOutbox("spawn", position, ToValue(*spawn));
    } else if (const auto* send = std::get_if<chart::SendEvent>(&effect)) {
      AddOutbox("send", position, ToValue(*send));
    } else if (const auto* cancel = std::get_if<chart::CancelChild>(&effect)) {
      AddOutbox("cancel", position, ToValue(*cancel));
    } else if (const auto* notify = std::get_if<chart::Notify>(&effect)) {
      AddOutbox("notify", position, ToValue(*notify));
    }
  }

  void AddOutbox(std::string kind, std::int64_t position, const Value& body) {
    OutboxRecord record;
    record.area = loaded_.record.area;
    record.case_id = loaded_.record.id;
    record.seq = loaded_.record.seq;
    record.position = position;
    record.kind = std::move(kind);
    record.body = WriteCanonical(body);
    record.order = NextOrder();
    transaction_.Put(port::outbox::kTable, ToRow(record));
  }

  // Rows leave in the order they came in; the last one standing names the next.
  std::int64_t NextOrder() {
    if (order_ == 0) {
      transaction_.Scan(port::outbox::kTable, {.index = 0, .descending = true, .limit = 1},
                        [&](const Row& row) {
                          order_ = IntegerOf(row, port::outbox::kOrder);
                          return false;
                        });
    }
    return ++order_;
  }

  // Of each timer its next wake; rows that stay as they were are not touched.
  void WriteTimers() {
    const CaseRecord& record = loaded_.record;
    std::map<std::string, Row> wanted;
    const auto add = [&](const chart::Wake& wake) {
      Row row = ToRow(TimerRecord{record.area, record.id, wake.timer, wake.at, wake.warning});
      const auto [place, fresh] = wanted.try_emplace(wake.timer, row);
      if (!fresh && wake.at < IntegerOf(place->second, port::timers::kDue)) place->second = row;
    };
    if (!record.ended) {
      for (const chart::Wake& wake : chart::Wakes(*loaded_.definition->chart, step_.state)) {
        add(wake);
      }
    }
    std::vector<Row> gone;
    transaction_.Scan(port::timers::kTable, {.prefix = {Cell(record.area), Cell(record.id)}},
                      [&](const Row& row) {
                        const auto same = wanted.find(TextOf(row, port::timers::kTimer));
                        if (same == wanted.end()) {
                          gone.push_back({row.begin(), row.begin() + port::timers::kDue});
                        } else if (same->second == row) {
                          wanted.erase(same);
                        }
                        return true;
                      });
    for (const Row& key : gone) transaction_.Delete(port::timers::kTable, key);
    for (const auto& [timer, row] : wanted) transaction_.Put(port::timers::kTable, row);
  }

  void WriteIntervals() {
    const CaseRecord& record = loaded_.record;
    const std::string today = ToString(env_.today);
    if (!step_.exited.empty()) {
      std::vector<IntervalRecord> open;
      transaction_.Scan(port::intervals::kTable, {.prefix = {Cell(record.area), Cell(record.id)}},
                        [&](const Row& row) {
                          open.push_back(ToInterval(row));
                          return true;
                        });
      for (IntervalRecord& interval : open) {
        const bool left = std::find(step_.exited.begin(), step_.exited.end(), interval.state) !=
                          step_.exited.end();
        if (!left || !interval.left_on.empty()) continue;
        interval.left_on = today;
        transaction_.Put(port::intervals::kTable, ToRow(interval));
      }
    }
    for (const std::string& state : step_.entered) {
      const bool stayed =
          std::find(step_.state.configuration.begin(), step_.state.configuration.end(), state) !=
          step_.state.configuration.end();
      transaction_.Put(port::intervals::kTable,
                       ToRow(IntervalRecord{record.area, record.id, record.seq, state, today,
                                            stayed ? "" : today}));
    }
  }

  void WriteSearch() {
    const CaseRecord& record = loaded_.record;
    for (const chart::DataField& field : loaded_.definition->chart->data) {
      if (!field.search || field.personal) continue;
      const auto slot = static_cast<size_t>(field.slot);
      const Value old = slot < before_.data.size() ? before_.data[slot] : Value();
      const Value& now = step_.state.data[slot];
      if (old == now && cause_.type != "opened") continue;
      const auto row = [&](const Value& value) {
        return Row{Cell(record.area), Cell(field.id), Cell(SearchText(value)), Cell(record.id)};
      };
      if (!old.is_null()) transaction_.Delete(port::search::kTable, row(old));
      if (!now.is_null()) transaction_.Put(port::search::kTable, row(now));
    }
    for (const AllocatedNumber& number : numbers_) {
      transaction_.Put(port::search::kTable, NumberKey(record, number.text));
    }
  }

  static std::string SearchText(const Value& value) {
    if (value.string() != nullptr) return *value.string();
    if (value["id"].string() != nullptr) return *value["id"].string();
    return WriteJson(value);
  }

  void PutCase(bool opened) {
    CaseRecord& record = loaded_.record;
    if (opened) {
      const bool fresh = transaction_.Insert(port::cases::kTable, ToRow(record));
      ANJUAN_CHECK(fresh);
      return;
    }
    const bool ours = transaction_.PutIf(port::cases::kTable, ToRow(record), port::cases::kVersion,
                                         record.version - 1);
    ANJUAN_CHECK(ours);  // the transaction is the only writer, and it has read this version
  }

  Office& office_;
  port::Transaction& transaction_;
  LoadedCase loaded_;
  const Cause& cause_;
  const chart::Env& env_;
  chart::StepResult step_;
  chart::CaseState before_;
  std::vector<AllocatedNumber> numbers_;
  std::vector<UsedSeal> seals_;
  std::int64_t order_ = 0;
  Answer answer_;
};

}  // namespace

Answer CommitStep(Office& office, port::Transaction& transaction, LoadedCase loaded,
                  const Cause& cause, const chart::Env& env, chart::StepResult step) {
  return StepWriter(office, transaction, std::move(loaded), cause, env, std::move(step)).Write();
}

}  // namespace anjuan::runtime
