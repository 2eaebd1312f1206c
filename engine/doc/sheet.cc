#include "engine/doc/sheet.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/json_place.h"
#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "engine/value/json.h"

namespace anjuan::doc {

std::optional<size_t> SheetDescription::FindColumn(std::string_view key) const {
  const auto at = std::find_if(columns.begin(), columns.end(),
                               [&](const SheetColumn& column) { return column.key == key; });
  if (at == columns.end()) return std::nullopt;
  return static_cast<size_t>(at - columns.begin());
}

namespace {

constexpr int kMostColumns = 100;
constexpr int kMostHeadRows = 10;
constexpr int kMostBlankRows = 1000;

std::string TextOf(const Value& value, std::string_view otherwise = "") {
  if (value.string() != nullptr) return *value.string();
  return value.number() ? value.number()->ToString() : std::string(otherwise);
}

int IntegerOf(const Value& value, int otherwise) {
  const std::optional<std::int64_t> number =
      value.number() ? value.number()->ToInteger() : std::nullopt;
  if (!number || *number < -1'000'000 || *number > 1'000'000) return otherwise;
  return static_cast<int>(*number);
}

bool FlagOf(const Value& value) {
  return value == Value(true);
}

const List& ElementsOf(const Value& value) {
  static const List kNone;
  return value.list() ? *value.list() : kNone;
}

class SheetReader {
 public:
  SheetReader(std::string_view text, std::string_view file, std::string_view use)
      : text_(text), file_(file), use_(use) {}

  Result<SheetDescription> Read() {
    const Result<Value> json = ReadJson(text_, file_);
    if (!json) return Unexpected{json.error()};
    const Value& root = *json;
    out_.id = TextOf(root["id"]);
    out_.title = TextOf(root["title_zh"], TextOf(root["title"]));
    out_.title_blank = !root["title_blank"].is_null() && root["title_blank"] != Value(false);
    out_.landscape = TextOf(root["orientation"], "landscape") != "portrait";
    out_.source = TextOf(root["source"], TextOf(root["source"]["document"]));
    if (const std::string part = TextOf(root["source"]["part"]); !part.empty()) {
      out_.source += StrCat(" ", part);
    }
    out_.counted = !root["counting"].is_null();
    if (out_.id.empty()) Mistake("", "sheet.json", "the sheet has no \"id\"");
    if (out_.title.empty()) Mistake("", "sheet.json", "the sheet has no \"title_zh\"");
    ReadPreface(root["preface"]);
    ReadColumns(root["columns"]);
    ReadHead(root["header"]);
    ReadBody(root["body"]);
    for (const Value& note : ElementsOf(root["footnotes"])) out_.footnotes.push_back(TextOf(note));
    for (const Value& line : ElementsOf(root["signatures"])) {
      out_.signatures.push_back(TextOf(line));
    }
    ReadUses(root["uses"]);
    ReadUnique(root["unique"]);
    ReadChecks(root["checks"]);
    ReadView(root["view"]);
    if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
    return std::move(out_);
  }

 private:
  void Mistake(std::string_view pointer, std::string code, std::string message,
               std::string hint = "") {
    const Location at = FindJsonPlace(text_, file_, pointer);
    mistakes_.push_back({.code = std::move(code),
                         .message = std::move(message),
                         .at = at,
                         .hint = std::move(hint),
                         .source_line = SourceLine(text_, at.line)});
  }

  void ReadPreface(const Value& preface) {
    for (const Value& line : ElementsOf(preface)) {
      out_.preface.push_back({.label = TextOf(line["label"]),
                              .field = TextOf(line["field"]),
                              .required = FlagOf(line["required"])});
    }
  }

  // "enum(a|b)" and "enum[](a|b)" name what may be chosen.
  void ReadType(const std::string& text, const std::string& pointer, SheetColumn& column) {
    struct Name {
      std::string_view text;
      SheetType type;
    };
    constexpr std::array kNames = {
        Name{"string", SheetType::kText},
        Name{"text", SheetType::kText},
        Name{"org", SheetType::kText},
        Name{"person", SheetType::kText},
        Name{"string[]", SheetType::kText},
        Name{"org[]", SheetType::kText},
        Name{"due", SheetType::kText},
        Name{"window", SheetType::kText},
        Name{"code", SheetType::kCode},
        Name{"uint", SheetType::kInteger},
        Name{"integer", SheetType::kInteger},
        Name{"decimal", SheetType::kNumber},
        Name{"number", SheetType::kNumber},
        Name{"money", SheetType::kMoney},
        Name{"target", SheetType::kTarget},
        Name{"date", SheetType::kDate},
        Name{"month", SheetType::kMonth},
        Name{"datetime", SheetType::kMoment},
        Name{"date_range", SheetType::kPeriod},
        Name{"bool", SheetType::kBoolean},
        Name{"enum", SheetType::kChoice},
        Name{"enum[]", SheetType::kChoices},
        Name{"phone", SheetType::kPhone},
        Name{"cn_id", SheetType::kCitizenId},
        Name{"credit_code", SheetType::kCreditCode},
        Name{"region", SheetType::kRegion},
    };
    const size_t bracket = text.find('(');
    const std::string name = text.substr(0, bracket);
    const auto at = std::find_if(kNames.begin(), kNames.end(),
                                 [&](const Name& known) { return known.text == name; });
    if (at == kNames.end()) {
      std::vector<std::string> names;
      names.reserve(kNames.size());
      for (const Name& known : kNames) names.emplace_back(known.text);
      Mistake(StrCat(pointer, "/type"), "sheet.column", StrCat("unknown type \"", name, "\""),
              DidYouMean(name, names));
      return;
    }
    column.type = at->type;
    if (name == "person") column.personal = "name";
    if (column.type == SheetType::kPhone) column.personal = "phone";
    if (column.type == SheetType::kCitizenId) column.personal = "id_number";
    const bool chosen = column.type == SheetType::kChoice || column.type == SheetType::kChoices;
    if (!chosen || bracket == std::string::npos) return;
    const size_t end = text.rfind(')');
    for (const std::string_view choice :
         Split(std::string_view(text).substr(bracket + 1, end - bracket - 1), '|')) {
      column.choices.emplace_back(choice);
    }
  }

  static bool IsText(SheetType type) {
    return type == SheetType::kText || type == SheetType::kCode || type == SheetType::kChoice ||
           type == SheetType::kCitizenId || type == SheetType::kCreditCode ||
           type == SheetType::kPhone;
  }

  std::optional<Decimal> Limit(const Value& value) {
    return value.number() ? std::optional<Decimal>(*value.number()) : std::nullopt;
  }

  void ReadColumns(const Value& columns) {
    std::set<std::string> keys;
    const List& list = ElementsOf(columns);
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string at = StrCat("/columns/", i);
      SheetColumn column;
      column.key = TextOf(list[i]["key"]);
      column.label = TextOf(list[i]["zh"], TextOf(list[i]["label"], column.key));
      for (const Value& part : ElementsOf(list[i]["header_path"])) {
        column.path.push_back(TextOf(part));
      }
      if (column.path.empty()) column.path.push_back(column.label);
      ReadType(TextOf(list[i]["type"], "text"), at, column);
      column.suffix = TextOf(list[i]["suffix"]);
      column.min = Limit(list[i]["min"]);
      column.max = Limit(list[i]["max"]);
      column.min_length = IntegerOf(list[i]["min_length"], 0);
      column.max_length = IntegerOf(list[i]["max_length"], 0);
      column.not_after_today = FlagOf(list[i]["not_after_today"]);
      column.personal = TextOf(list[i]["personal"], column.personal);
      column.person =
          TextOf(list[i]["person"], TextOf(list[i]["type"]) == "person" ? column.key : "");
      if (!column.personal.empty() && !IsText(column.type)) {
        Mistake(StrCat(at, "/personal"), "sheet.column",
                "what is personal is text: the vault keeps no numbers and days of a form");
      }
      column.years = IntegerOf(list[i]["years"], 0);
      column.total_unit = TextOf(list[i]["total_unit"]);
      column.required = FlagOf(list[i]["required"]);
      column.width = IntegerOf(list[i]["width"], 0);
      column.numbered = FlagOf(list[i]["numbered"]);
      if (column.key.empty()) Mistake(at, "sheet.column", "a column without \"key\"");
      if (!keys.insert(column.key).second) {
        Mistake(at, "sheet.column", StrCat("a second column \"", column.key, "\""));
      }
      out_.columns.push_back(std::move(column));
    }
    if (list.empty() || list.size() > kMostColumns) {
      Mistake("/columns", "sheet.column", StrCat("a sheet has 1 to ", kMostColumns, " columns"));
    }
  }

  void ReadHead(const Value& header) {
    if (header.is_null()) {
      for (size_t i = 0; i < out_.columns.size(); ++i) {
        out_.head.push_back({.column = static_cast<int>(i) + 1, .text = out_.columns[i].label});
      }
      return;
    }
    out_.head_rows = IntegerOf(header["rows"], 1);
    if (out_.head_rows < 1 || out_.head_rows > kMostHeadRows) {
      Mistake("/header/rows", "sheet.header", StrCat("\"rows\" is 1 to ", kMostHeadRows));
      out_.head_rows = 1;
    }
    const List& cells = ElementsOf(header["cells"]);
    const auto width = static_cast<int>(out_.columns.size());
    std::vector<int> covered(static_cast<size_t>(out_.head_rows * width), 0);
    for (size_t i = 0; i < cells.size(); ++i) {
      const SheetHeadCell cell = {.row = IntegerOf(cells[i]["row"], 0),
                                  .column = IntegerOf(cells[i]["col"], 0),
                                  .row_span = IntegerOf(cells[i]["rowspan"], 1),
                                  .column_span = IntegerOf(cells[i]["colspan"], 1),
                                  .text = TextOf(cells[i]["text"])};
      const std::string at = StrCat("/header/cells/", i);
      if (cell.row < 1 || cell.column < 1 || cell.row_span < 1 || cell.column_span < 1 ||
          cell.row + cell.row_span - 1 > out_.head_rows ||
          cell.column + cell.column_span - 1 > width) {
        Mistake(at, "sheet.header",
                StrCat("\"", cell.text, "\" lies outside the heading of ", out_.head_rows,
                       " rows and ", width, " columns"));
        continue;
      }
      for (int row = cell.row; row < cell.row + cell.row_span; ++row) {
        for (int column = cell.column; column < cell.column + cell.column_span; ++column) {
          int& count = covered[static_cast<size_t>((row - 1) * width + column - 1)];
          if (++count == 2) {
            Mistake(at, "sheet.header",
                    StrCat("\"", cell.text, "\" lies over another cell in row ", row, ", column ",
                           column));
          }
        }
      }
      out_.head.push_back(cell);
    }
    if (std::find(covered.begin(), covered.end(), 0) != covered.end()) {
      Mistake("/header/cells", "sheet.header", "the cells do not cover the heading");
    }
  }

  void ReadBody(const Value& body) {
    const std::string kind = TextOf(body["kind"], "rows");
    if (kind == "fixed_rows") {
      out_.body = SheetDescription::Body::kFixedRows;
      ReadFixedRows(body);
    } else if (kind == "blank_rows") {
      out_.body = SheetDescription::Body::kBlankRows;
      out_.blank_rows = std::clamp(IntegerOf(body["blank_rows"], 0), 0, kMostBlankRows);
      // The seeds' blank forms count their rows in the first column.
      if (FlagOf(body["numbered"]) && !out_.columns.empty()) out_.columns[0].numbered = true;
    } else if (kind == "data") {
      out_.body = SheetDescription::Body::kGiven;
      ReadGiven(body);
    } else if (kind != "rows") {
      const std::vector<std::string> kinds = {"rows", "data", "fixed_rows", "blank_rows"};
      Mistake("/body/kind", "sheet.body", StrCat("unknown kind \"", kind, "\""),
              DidYouMean(kind, kinds));
    }
    const Value& total = body["total_row"];
    if (total.is_null()) return;
    out_.total_label = TextOf(total["label"], "合计");
    const List& sum = ElementsOf(total["sum"]);
    for (size_t i = 0; i < sum.size(); ++i) {
      CheckColumn(StrCat("/body/total_row/sum/", i), TextOf(sum[i]), "sheet.body");
      out_.total_keys.push_back(TextOf(sum[i]));
    }
    if (!total["sum"].is_null()) return;
    for (const SheetColumn& column : out_.columns) {
      const bool adds = column.type == SheetType::kNumber || column.type == SheetType::kInteger ||
                        column.type == SheetType::kMoney || column.type == SheetType::kTarget;
      if (adds && !column.numbered) out_.total_keys.push_back(column.key);
    }
  }

  // Rows that are part of the form, and which of their columns are merged downwards.
  void ReadGiven(const Value& body) {
    const List& rows = ElementsOf(body["rows"]);
    for (size_t i = 0; i < rows.size(); ++i) {
      const std::string at = StrCat("/body/rows/", i);
      if (rows[i].context() == nullptr) {
        Mistake(at, "sheet.body", "a row is an object: column key to value");
        continue;
      }
      for (const auto& [key, value] : rows[i].context()->entries()) {
        CheckColumn(StrCat(at, "/", key), key, "sheet.body");
        CheckTarget(StrCat(at, "/", key), key, value);
      }
      out_.given.push_back(*rows[i].context());
    }
    if (rows.empty()) Mistake("/body", "sheet.body", "the body gives no \"rows\"");
    const List& merged = ElementsOf(body["merge_equal"]);
    for (size_t i = 0; i < merged.size(); ++i) {
      CheckColumn(StrCat("/body/merge_equal/", i), TextOf(merged[i]), "sheet.body");
      out_.merge_equal.push_back(TextOf(merged[i]));
    }
  }

  // The yearly slices of a target make its total.
  void CheckTarget(const std::string& pointer, const std::string& key, const Value& value) {
    const std::optional<size_t> column = out_.FindColumn(key);
    if (!column || out_.columns[*column].type != SheetType::kTarget) return;
    const Decimal* total = value["total"].number();
    const Decimal* slice = value["per_year"].number();
    if (value.number() != nullptr || (total != nullptr && slice == nullptr)) return;
    const int years = out_.columns[*column].years;
    const std::optional<Decimal> product =
        slice == nullptr ? std::nullopt : slice->Multiply(Decimal(years));
    if (total != nullptr && product && *product == *total) return;
    Mistake(
        pointer, "sheet.body",
        StrCat("a target is a number, or \"per_year\" that makes \"total\" in ", years, " years"));
  }

  void ReadUses(const Value& uses) {
    bool found = use_.empty();
    std::vector<std::string> keys;
    for (const Value& one : ElementsOf(uses)) {
      out_.uses.push_back({TextOf(one["key"]), TextOf(one["title_zh"])});
      keys.push_back(out_.uses.back().key);
      if (keys.back() != use_) continue;
      found = true;
      out_.title = out_.uses.back().title;
      out_.id += StrCat(".", use_);
    }
    if (!found) {
      Mistake("", "sheet.use", StrCat("no use \"", use_, "\" of sheet ", out_.id),
              keys.empty() ? "" : StrCat("uses: ", Join(keys, ", ")));
    }
  }

  void ReadUnique(const Value& unique) {
    const List& lists = ElementsOf(unique);
    for (size_t i = 0; i < lists.size(); ++i) {
      std::vector<std::string> keys;
      for (const Value& key : ElementsOf(lists[i])) {
        CheckColumn(StrCat("/unique/", i), TextOf(key), "sheet.column");
        keys.push_back(TextOf(key));
      }
      if (!keys.empty()) out_.unique.push_back(std::move(keys));
    }
  }

  void ReadChecks(const Value& checks) {
    const List& list = ElementsOf(checks);
    feel::Scope scope;
    for (const SheetColumn& column : out_.columns) scope.DeclareVariable(column.key, Type::Any());
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string at = StrCat("/checks/", i);
      const std::optional<SheetExpression> test =
          Expression(list[i]["test"], StrCat(at, "/test"), "sheet.check");
      SheetCheck check = {.column = TextOf(list[i]["column"]),
                          .test = test ? test->text : "",
                          .at = test ? test->at : Location{},
                          .message = TextOf(list[i]["message"]),
                          .warning = FlagOf(list[i]["warning"])};
      CheckColumn(StrCat(at, "/column"), check.column, "sheet.check");
      if (!test || check.message.empty()) {
        Mistake(at, "sheet.check", "a check has \"column\", \"test\" and \"message\"");
        continue;
      }
      const Result<feel::Expression> compiled = feel::Compile(check.test, scope, check.at);
      if (!compiled) Append(mistakes_, compiled.error());
      out_.checks.push_back(std::move(check));
    }
  }

  void ReadFixedRows(const Value& body) {
    out_.row_label_column = TextOf(body["row_label_column"]);
    CheckColumn("/body/row_label_column", out_.row_label_column, "sheet.body");
    std::set<std::string> keys;
    const List& rows = ElementsOf(body["rows"]);
    for (size_t i = 0; i < rows.size(); ++i) {
      SheetFixedRow row = {.key = TextOf(rows[i]["key"]), .label = TextOf(rows[i]["label"])};
      if (row.key.empty() || !keys.insert(row.key).second) {
        Mistake(StrCat("/body/rows/", i), "sheet.body", "a row without a \"key\" of its own");
      }
      out_.fixed_rows.push_back(std::move(row));
    }
    if (rows.empty()) Mistake("/body", "sheet.body", "fixed rows without \"rows\"");
  }

  void CheckColumn(const std::string& pointer, const std::string& key, std::string code) {
    if (out_.FindColumn(key)) return;
    std::vector<std::string> keys;
    for (const SheetColumn& column : out_.columns) keys.push_back(column.key);
    Mistake(pointer, std::move(code), StrCat("no column \"", key, "\""), DidYouMean(key, keys));
  }

  std::optional<SheetExpression> Expression(const Value& value, const std::string& pointer,
                                            std::string code = "sheet.view") {
    if (value.is_null()) return std::nullopt;
    if (value.string() == nullptr) {
      Mistake(pointer, std::move(code), "a FEEL expression is wanted");
      return std::nullopt;
    }
    Location at = FindJsonPlace(text_, file_, pointer);
    ++at.column;  // the quote
    return SheetExpression{.text = *value.string(), .at = at};
  }

  void ReadView(const Value& json) {
    if (json.is_null()) return;
    SheetView view;
    view.process = TextOf(json["process"]);
    view.of_sheet = TextOf(json["sheet"]);
    view.of_set = TextOf(json["set"]);
    if (view.process.empty()) Mistake("/view", "sheet.view", "the view names no \"process\"");
    view.where = Expression(json["where"], "/view/where");
    view.window = Expression(json["window"], "/view/window");
    const List& order = ElementsOf(json["order"]);
    for (size_t i = 0; i < order.size(); ++i) {
      if (auto one = Expression(order[i], StrCat("/view/order/", i))) view.order.push_back(*one);
    }
    const Context* columns = json["columns"].context();
    if (columns == nullptr) {
      Mistake("/view", "sheet.view", "the view has no \"columns\"");
    } else {
      for (const auto& [key, value] : columns->entries()) {
        const std::string pointer = StrCat("/view/columns/", key);
        CheckColumn(pointer, key, "sheet.view");
        if (auto one = Expression(value, pointer)) view.columns.emplace(key, *one);
      }
    }
    out_.view = std::move(view);
  }

  std::string_view text_;
  std::string_view file_;
  std::string_view use_;
  SheetDescription out_;
  Diagnostics mistakes_;
};

}  // namespace

Result<SheetDescription> ReadSheet(std::string_view text, std::string_view file,
                                   std::string_view use) {
  return SheetReader(text, file, use).Read();
}

SheetDescription GroupedBy(SheetDescription description, std::string key, std::string label) {
  SheetColumn column;
  column.key = key;
  column.label = label;
  column.path = {label};
  column.width = 14;
  description.columns.insert(description.columns.begin(), std::move(column));
  for (SheetHeadCell& cell : description.head) ++cell.column;
  description.head.insert(description.head.begin(), {.row = 1,
                                                     .column = 1,
                                                     .row_span = description.head_rows,
                                                     .column_span = 1,
                                                     .text = std::move(label)});
  description.body = SheetDescription::Body::kRows;
  description.merge_equal.insert(description.merge_equal.begin(), key);
  if (!description.total_label.empty()) description.subtotal_by = std::move(key);
  return description;
}

}  // namespace anjuan::doc
