#include "engine/doc/sheet.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/json_place.h"
#include "engine/base/text.h"
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
  SheetReader(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Result<SheetDescription> Read() {
    const Result<Value> json = ReadJson(text_, file_);
    if (!json) return Unexpected{json.error()};
    const Value& root = *json;
    out_.id = TextOf(root["id"]);
    out_.title = TextOf(root["title_zh"], TextOf(root["title"]));
    out_.title_blank = !root["title_blank"].is_null() && root["title_blank"] != Value(false);
    out_.landscape = TextOf(root["orientation"], "landscape") != "portrait";
    if (out_.id.empty()) Mistake("", "sheet.json", "the sheet has no \"id\"");
    if (out_.title.empty()) Mistake("", "sheet.json", "the sheet has no \"title_zh\"");
    ReadPreface(root["preface"]);
    ReadColumns(root["columns"]);
    ReadHead(root["header"]);
    ReadBody(root["body"]);
    for (const Value& note : ElementsOf(root["footnotes"])) out_.footnotes.push_back(TextOf(note));
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

  SheetType TypeOf(const std::string& name) {
    if (name == "uint" || name == "decimal" || name == "money" || name == "number" ||
        name == "integer") {
      return SheetType::kNumber;
    }
    if (name == "date") return SheetType::kDate;
    return name.starts_with("bool") ? SheetType::kBoolean : SheetType::kText;
  }

  void ReadColumns(const Value& columns) {
    std::set<std::string> keys;
    const List& list = ElementsOf(columns);
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string at = StrCat("/columns/", i);
      SheetColumn column;
      column.key = TextOf(list[i]["key"]);
      column.label = TextOf(list[i]["zh"], TextOf(list[i]["label"], column.key));
      column.type = TypeOf(TextOf(list[i]["type"], "text"));
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
    } else if (kind != "rows" && kind != "data") {
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
      if (column.type == SheetType::kNumber) out_.total_keys.push_back(column.key);
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

  std::optional<SheetExpression> Expression(const Value& value, const std::string& pointer) {
    if (value.is_null()) return std::nullopt;
    if (value.string() == nullptr) {
      Mistake(pointer, "sheet.view", "a FEEL expression is wanted");
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
  SheetDescription out_;
  Diagnostics mistakes_;
};

}  // namespace

Result<SheetDescription> ReadSheet(std::string_view text, std::string_view file) {
  return SheetReader(text, file).Read();
}

}  // namespace anjuan::doc
