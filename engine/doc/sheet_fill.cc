#include <algorithm>
#include <memory>
#include <set>

#include "engine/base/text.h"
#include "engine/doc/sheet.h"
#include "engine/doc/sheet_cells.h"

namespace anjuan::doc {

namespace {

constexpr double kTitleHeight = 38;
constexpr double kLineHeight = 22;
constexpr double kTextHeight = 15;  // of one line of a cell
constexpr double kRowHeight = 24;   // of a row with one line
constexpr double kTallest = 409;    // a spreadsheet's limit
constexpr int kBlankLedgerRows = 15;

SheetRow RowOf(const SheetDescription& description, const Context& data, int number) {
  SheetRow row;
  for (const SheetColumn& column : description.columns) {
    if (column.numbered && number > 0) {
      row.cells.push_back(CellOf(column, Value(number)));
      continue;
    }
    const Value* value = data.Find(column.key);
    row.cells.push_back(CellOf(column, value ? *value : Value()));
  }
  return row;
}

// Programs do not all fit rows to wrapped text when they open a file, so heights are computed.
double HeightOf(const SheetRow& row, const std::vector<double>& widths) {
  int lines = 1;
  for (size_t i = 0; i < row.cells.size(); ++i) {
    lines = std::max(lines, SheetTextLines(row.cells[i].text, widths[i] - 1));
  }
  return std::min(kTallest, kTextHeight * (lines - 1) + kRowHeight);
}

class Filler {
 public:
  Filler(const SheetDescription& description, SheetData data)
      : description_(description), data_(std::move(data)) {}

  Result<SheetModel> Fill() {
    model_.name = description_.id;
    model_.landscape = description_.landscape;
    model_.guarded = description_.is_fixed();
    for (const SheetColumn& column : description_.columns) {
      model_.widths.push_back(SheetColumnWidth(column));
    }
    Title();
    Preface();
    Head();
    Body();
    Footnotes();
    Signatures();
    if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
    return std::move(model_);
  }

 private:
  size_t Width() const { return description_.columns.size(); }

  void Mistake(std::string code, std::string message) {
    mistakes_.push_back({.code = std::move(code), .message = std::move(message)});
  }

  // A row with one text across the whole table.
  SheetRow Across(std::string text, SheetStyle style, double line_height) const {
    double width = 0;
    for (const double one : model_.widths) width += one;
    SheetRow row;
    row.height_pt = line_height * SheetTextLines(text, width);
    row.cells.assign(Width(), BlankCell(style));
    row.cells[0] = TextCell(std::move(text), style);
    return row;
  }

  void AddAcross(std::string text, SheetStyle style, double line_height) {
    const auto row = static_cast<int>(model_.rows.size());
    model_.rows.push_back(Across(std::move(text), style, line_height));
    if (Width() > 1) model_.merges.push_back({row, 0, row, static_cast<int>(Width()) - 1});
  }

  void Title() {
    model_.title = description_.title;
    if (description_.title_blank) {
      // The printed blank is replaced by the unit's name, or left to be filled by hand.
      const size_t text = model_.title.find_first_not_of('_');
      model_.title = StrCat(data_.unit.empty() ? "________" : data_.unit,
                            text == std::string::npos ? "" : model_.title.substr(text));
    }
    AddAcross(model_.title, SheetStyle::kTitle, kTitleHeight);
  }

  void Preface() {
    for (const SheetPrefaceLine& line : description_.preface) {
      const Value* value = data_.preface.Find(line.field);
      const std::string text = value ? PlainText(*value) : "";
      if (text.empty() && line.required && !data_.blank) {
        Mistake("sheet.missing", StrCat("表头“", line.label, "”（", line.field, "）没有内容"));
      }
      AddAcross(StrCat(line.label, text), SheetStyle::kLine, kLineHeight);
      for (SheetCell& cell : model_.rows.back().cells) cell.open = text.empty();
    }
    for (std::string& line : data_.lines) {
      AddAcross(std::move(line), SheetStyle::kLine, kLineHeight);
    }
  }

  void Head() {
    const size_t first = model_.rows.size();
    const auto rows = static_cast<size_t>(description_.head_rows);
    model_.rows.resize(first + rows);
    for (size_t i = 0; i < rows; ++i) {
      model_.rows[first + i].cells.assign(Width(), BlankCell(SheetStyle::kHead));
    }
    std::vector<double> heights(rows, kTextHeight);
    for (const SheetHeadCell& cell : description_.head) {
      const auto row = static_cast<size_t>(cell.row - 1);
      const auto column = static_cast<size_t>(cell.column - 1);
      model_.rows[first + row].cells[column] = TextCell(cell.text, SheetStyle::kHead);
      double width = 0;
      for (int i = 0; i < cell.column_span; ++i) {
        width += model_.widths[column + static_cast<size_t>(i)];
      }
      // Two characters of room: heads are bold and cells have margins.
      const double wanted = kTextHeight * SheetTextLines(cell.text, width - 2) / cell.row_span;
      for (int i = 0; i < cell.row_span; ++i) {
        double& height = heights[row + static_cast<size_t>(i)];
        height = std::max(height, wanted);
      }
      const auto top = static_cast<int>(first) + cell.row - 1;
      if (cell.row_span > 1 || cell.column_span > 1) {
        model_.merges.push_back(
            {top, cell.column - 1, top + cell.row_span - 1, cell.column + cell.column_span - 2});
      }
    }
    for (size_t i = 0; i < rows; ++i) model_.rows[first + i].height_pt = heights[i] + 6;
    model_.repeat_first = static_cast<int>(first);
    model_.repeat_last = static_cast<int>(first + rows) - 1;
  }

  void Body() {
    const size_t first = model_.rows.size();
    switch (description_.body) {
      case SheetDescription::Body::kFixedRows:
        FixedRows();
        break;
      case SheetDescription::Body::kGiven:
        data_.rows = description_.given;
        Rows();
        break;
      case SheetDescription::Body::kRows:
      case SheetDescription::Body::kBlankRows:
        Rows();
        break;
    }
    MergeEqual(first);
    model_.body_first = static_cast<int>(first);
    model_.body_count = static_cast<int>(model_.rows.size() - first);
    for (size_t i = 0; i < Width(); ++i) {
      const bool closed = model_.guarded && description_.body == SheetDescription::Body::kGiven;
      const auto rule = RuleOf(description_.columns[i], static_cast<int>(i));
      if (rule && !closed && description_.columns[i].key != description_.row_label_column) {
        model_.rules.push_back(*rule);
      }
    }
    if (!description_.total_label.empty()) {
      model_.rows.push_back(Total(description_.total_label, first, model_.rows.size()));
    }
    if (!data_.stream) return;
    model_.stream = [description = std::make_shared<const SheetDescription>(description_),
                     next = std::move(data_.stream), widths = model_.widths,
                     number = static_cast<int>(data_.rows.size())](SheetRow& row) mutable {
      Context data;
      if (!next(data)) return false;
      row = RowOf(*description, data, ++number);
      row.height_pt = HeightOf(row, widths);
      return true;
    };
  }

  // Equal neighbours become one cell; a column's runs end where those of the columns before end.
  void MergeEqual(size_t first) {
    std::set<size_t> ends;  // rows before which every further column's runs end
    for (const std::string& key : description_.merge_equal) {
      const auto column = *description_.FindColumn(key);
      size_t start = first;
      for (size_t i = first; i < model_.rows.size(); ++i) {
        SheetCell& cell = model_.rows[i].cells[column];
        const SheetCell& above = model_.rows[start].cells[column];
        const bool same = i > start && !ends.contains(i) && !cell.text.empty() &&
                          cell.style == above.style && cell.text == above.text;
        if (same) continue;
        Close(start, i, column);
        start = i;
        ends.insert(i);
      }
      Close(start, model_.rows.size(), column);
    }
  }

  void Close(size_t start, size_t end, size_t column) {
    if (end < start + 2) return;
    for (size_t i = start + 1; i < end; ++i) {
      model_.rows[i].cells[column] = BlankCell(model_.rows[i].cells[column].style);
    }
    const auto at = static_cast<int>(column);
    model_.merges.push_back({static_cast<int>(start), at, static_cast<int>(end) - 1, at});
  }

  void CheckKeys(const Context& data, std::string_view where) {
    std::vector<std::string> keys;
    for (const SheetColumn& column : description_.columns) keys.push_back(column.key);
    for (const auto& [key, value] : data.entries()) {
      if (description_.FindColumn(key)) continue;
      Mistake("sheet.value", StrCat(where, "：本表没有“", key, "”一栏"));
    }
  }

  void CheckRow(const Context& data, std::string_view where, bool complete) {
    CheckKeys(data, where);
    for (const SheetColumn& column : description_.columns) {
      const Value* value = data.Find(column.key);
      const bool empty = value == nullptr || value->is_null();
      if (empty && complete && column.required) {
        Mistake("sheet.missing",
                StrCat(where, "的“", column.label, "”（", column.key, "）没有内容"));
      }
      const bool number = column.type == SheetType::kNumber || column.type == SheetType::kInteger ||
                          column.type == SheetType::kMoney;
      if (!empty && number && value->number() == nullptr) {
        Mistake("sheet.value", StrCat(where, "的“", column.label, "”应为数字"));
      }
    }
  }

  void FixedRows() {
    for (const auto& row_data : data_.fixed) {
      const std::string& key = row_data.first;
      const auto same = [&](const SheetFixedRow& row) { return row.key == key; };
      const auto& rows = description_.fixed_rows;
      if (std::none_of(rows.begin(), rows.end(), same)) {
        Mistake("sheet.row", StrCat("本表没有“", key, "”这一行"));
      }
    }
    for (const SheetFixedRow& fixed : description_.fixed_rows) {
      const auto found = data_.fixed.find(fixed.key);
      Context data = found == data_.fixed.end() ? Context() : found->second;
      data.Set(description_.row_label_column, Value(fixed.label));
      CheckRow(data, StrCat("“", fixed.label, "”一行"), !data_.blank);
      SheetRow row = RowOf(description_, data, 0);
      for (SheetCell& cell : row.cells) cell.open = true;
      SheetCell& label = row.cells[*description_.FindColumn(description_.row_label_column)];
      label.style = SheetStyle::kHead;
      label.open = false;
      row.height_pt = HeightOf(row, model_.widths);
      model_.rows.push_back(std::move(row));
    }
  }

  void Rows() {
    int number = 0;
    size_t run = model_.rows.size();
    const auto close = [&] {
      if (description_.subtotal_by.empty() || run == model_.rows.size()) return;
      model_.rows.push_back(Total("小计", run, model_.rows.size()));
      run = model_.rows.size();
    };
    std::string group;
    for (const Context& data : data_.rows) {
      const Value* now = data.Find(description_.subtotal_by);
      if (number > 0 && now != nullptr && PlainText(*now) != group) close();
      if (now != nullptr) group = PlainText(*now);
      CheckRow(data, StrCat("第", ++number, "行"), false);
      SheetRow row = RowOf(description_, data, number);
      row.height_pt = HeightOf(row, model_.widths);
      model_.rows.push_back(std::move(row));
    }
    close();
    for (const int rows = BlankRows(); ++number <= rows;) {
      SheetRow row = RowOf(description_, Context(), number);
      row.height_pt = kRowHeight;
      model_.rows.push_back(std::move(row));
    }
  }

  // How many rows there are at least.
  int BlankRows() const {
    if (data_.stream) return 0;
    const bool form = description_.body == SheetDescription::Body::kBlankRows;
    const bool ledger = data_.blank && description_.body == SheetDescription::Body::kRows;
    return std::max(form                              ? description_.blank_rows
                    : ledger && data_.blank_rows == 0 ? kBlankLedgerRows
                                                      : 0,
                    data_.blank_rows);
  }

  // The sums of rows first to last; of several such rows each leaves the others out.
  SheetRow Total(const std::string& label, size_t first, size_t last) const {
    SheetRow row;
    row.cells.assign(Width(), BlankCell(SheetStyle::kTotal));
    row.cells[0] = TextCell(label, SheetStyle::kTotalLabel);
    row.height_pt = kRowHeight;
    const std::string_view function = description_.subtotal_by.empty() ? "SUM(" : "SUBTOTAL(9,";
    for (const std::string& key : description_.total_keys) {
      const size_t column = *description_.FindColumn(key);
      Decimal sum;
      for (size_t i = first; i < last; ++i) {
        const SheetCell& cell = model_.rows[i].cells[column];
        if (cell.kind != SheetCell::Kind::kNumber) continue;
        sum = sum.Add(cell.number).value_or(sum);
      }
      SheetCell& cell = row.cells[column];
      cell.unit = description_.columns[column].total_unit;
      cell.number = sum;
      cell.kind = first == last ? SheetCell::Kind::kNumber : SheetCell::Kind::kFormula;
      cell.text = StrCat(function, SheetColumnLetters(column), first + 1, ":",
                         SheetColumnLetters(column), last, ")");
      if (first == last) cell.text.clear();
    }
    return row;
  }

  void Footnotes() {
    const auto add = [&](const std::string& note, int row) {
      model_.tail.push_back(Across(note, SheetStyle::kLine, kLineHeight));
      if (Width() > 1) model_.tail_merges.push_back({row, 0, row, static_cast<int>(Width()) - 1});
    };
    int row = 0;
    for (const std::string& note : description_.footnotes) add(note, row++);
  }

  // Side by side, each over as many columns as come nearest to its share of the width.
  void Signatures() {
    const size_t count = std::min(description_.signatures.size(), Width());
    if (count == 0) return;
    double total = 0;
    for (const double width : model_.widths) total += width;
    constexpr double kToWrite = 12;  // room behind each label
    std::vector<std::string> texts;
    double wanted = 0;
    for (size_t i = 0; i < count; ++i) {
      texts.push_back(SignatureText(description_.signatures[i]));
      wanted += SheetTextWidth(texts.back()) + kToWrite;
    }
    SheetRow row;
    row.height_pt = kRowHeight + kTextHeight;
    row.cells.assign(Width(), BlankCell(SheetStyle::kLine));
    for (SheetCell& cell : row.cells) cell.open = true;
    const auto at = static_cast<int>(model_.tail.size());
    size_t column = 0;
    double before = 0;
    double end = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t start = column;
      end += total * (SheetTextWidth(texts[i]) + kToWrite) / wanted;
      const size_t most = Width() - (count - i - 1);  // the others need a column each
      do {
        before += model_.widths[column++];
      } while (column < most && before + model_.widths[column] / 2 <= end);
      if (i + 1 == count) column = Width();
      row.cells[start] = TextCell(texts[i], SheetStyle::kLine);
      row.cells[start].open = true;
      if (column > start + 1) {
        model_.tail_merges.push_back(
            {at, static_cast<int>(start), at, static_cast<int>(column) - 1});
      }
    }
    model_.tail.push_back(std::move(row));
  }

  std::string SignatureText(std::string text) const {
    constexpr std::string_view kUnit = "{unit}";
    const size_t at = text.find(kUnit);
    if (at != std::string::npos) text.replace(at, kUnit.size(), data_.unit);
    return text;
  }

  const SheetDescription& description_;
  SheetData data_;
  SheetModel model_;
  Diagnostics mistakes_;
};

}  // namespace

Result<SheetModel> Fill(const SheetDescription& description, SheetData data) {
  return Filler(description, std::move(data)).Fill();
}

}  // namespace anjuan::doc
