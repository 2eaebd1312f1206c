#include <algorithm>
#include <memory>

#include "engine/base/text.h"
#include "engine/doc/sheet.h"

namespace anjuan::doc {

namespace {

constexpr double kTitleHeight = 38;
constexpr double kLineHeight = 22;
constexpr double kTextHeight = 15;  // of one line of a cell
constexpr double kRowHeight = 24;   // of a row with one line
constexpr double kNumberWidth = 11;
constexpr double kDateWidth = 14;
constexpr double kTextWidth = 20;
constexpr double kLongestWidth = 40;

// Width in digits: everything beyond Latin takes two.
double WidthOf(std::string_view text) {
  double width = 0;
  for (Utf8Cursor cursor(text); !cursor.done();) width += cursor.Next() < 0x2000 ? 1 : 2;
  return width;
}

int LinesOf(std::string_view text, double width) {
  int lines = 0;
  for (const std::string_view part : Split(text, '\n')) {
    lines += std::max(1, static_cast<int>((WidthOf(part) + width - 1) / std::max(2.0, width)));
  }
  return lines;
}

double DefaultWidth(const SheetColumn& column) {
  switch (column.type) {
    case SheetType::kNumber:
      return kNumberWidth;
    case SheetType::kDate:
      return kDateWidth;
    case SheetType::kBoolean:
      return kNumberWidth;
    case SheetType::kText:
      return std::clamp(WidthOf(column.label) + 4, kTextWidth, kLongestWidth);
  }
  return kTextWidth;
}

SheetCell Blank(SheetStyle style) {
  return {.kind = SheetCell::Kind::kBlank, .style = style};
}

SheetCell Text(std::string text, SheetStyle style) {
  return {.kind = SheetCell::Kind::kText, .style = style, .text = std::move(text)};
}

SheetStyle StyleOf(SheetType type) {
  switch (type) {
    case SheetType::kText:
      return SheetStyle::kText;
    case SheetType::kNumber:
      return SheetStyle::kNumber;
    case SheetType::kDate:
      return SheetStyle::kDate;
    case SheetType::kBoolean:
      return SheetStyle::kCentre;
  }
  return SheetStyle::kText;
}

std::string ChineseMoment(const DateTime& moment) {
  const std::int64_t minutes = moment.time.nanos / 60'000'000'000;
  const std::int64_t minute = minutes % 60;
  return StrCat(ToChinese(moment.date), " ", minutes / 60, ":", minute < 10 ? "0" : "", minute);
}

// As a clerk would type it; "" for null.
std::string Plain(const Value& value) {
  if (value.string() != nullptr) return *value.string();
  if (value.boolean() != nullptr) return *value.boolean() ? "是" : "否";
  if (value.number() != nullptr) return value.number()->ToString();
  if (value.date() != nullptr) return ToChinese(*value.date());
  if (value.date_time() != nullptr) return ChineseMoment(*value.date_time());
  if (value.time() != nullptr) return ToString(*value.time());
  if (value.months() != nullptr) return ToString(*value.months());
  if (value.days() != nullptr) return ToString(*value.days());
  std::vector<std::string> parts;
  if (value.list() != nullptr) {
    for (const Value& element : *value.list()) parts.push_back(Plain(element));
  }
  // An organisation or person shows its name.
  if (value.context() != nullptr) return Plain(value["name"]);
  return Join(parts, "、");
}

SheetCell CellOf(const SheetColumn& column, const Value& value) {
  const SheetStyle style = StyleOf(column.type);
  if (value.is_null()) return Blank(style);
  if (value.number() != nullptr) {
    SheetCell cell = {.kind = SheetCell::Kind::kNumber, .style = SheetStyle::kNumber};
    cell.number = *value.number();
    return cell;
  }
  if (value.date() != nullptr) {
    SheetCell cell = {.kind = SheetCell::Kind::kDate, .style = SheetStyle::kDate};
    cell.date = *value.date();
    return cell;
  }
  return Text(Plain(value), style == SheetStyle::kNumber ? SheetStyle::kCentre : style);
}

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
    lines = std::max(lines, LinesOf(row.cells[i].text, widths[i] - 1));
  }
  return kTextHeight * (lines - 1) + kRowHeight;
}

std::string Letters(size_t column) {
  std::string letters;
  for (size_t left = column + 1; left > 0; left = (left - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  }
  return letters;
}

class Filler {
 public:
  Filler(const SheetDescription& description, SheetData data)
      : description_(description), data_(std::move(data)) {}

  Result<SheetModel> Fill() {
    model_.name = description_.id;
    model_.landscape = description_.landscape;
    for (const SheetColumn& column : description_.columns) {
      model_.widths.push_back(column.width > 0 ? column.width : DefaultWidth(column));
    }
    Title();
    Preface();
    Head();
    Body();
    Footnotes();
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
    row.height_pt = line_height * LinesOf(text, width);
    row.cells.assign(Width(), Blank(style));
    row.cells[0] = Text(std::move(text), style);
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
      const std::string text = value ? Plain(*value) : "";
      if (text.empty() && line.required) {
        Mistake("sheet.missing", StrCat("表头“", line.label, "”（", line.field, "）没有内容"));
      }
      AddAcross(StrCat(line.label, text), SheetStyle::kLine, kLineHeight);
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
      model_.rows[first + i].cells.assign(Width(), Blank(SheetStyle::kHead));
    }
    std::vector<double> heights(rows, kTextHeight);
    for (const SheetHeadCell& cell : description_.head) {
      const auto row = static_cast<size_t>(cell.row - 1);
      const auto column = static_cast<size_t>(cell.column - 1);
      model_.rows[first + row].cells[column] = Text(cell.text, SheetStyle::kHead);
      double width = 0;
      for (int i = 0; i < cell.column_span; ++i) {
        width += model_.widths[column + static_cast<size_t>(i)];
      }
      // Two characters of room: heads are bold and cells have margins.
      const double wanted = kTextHeight * LinesOf(cell.text, width - 2) / cell.row_span;
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
      case SheetDescription::Body::kRows:
      case SheetDescription::Body::kBlankRows:
        Rows();
        break;
    }
    if (!description_.total_label.empty()) Total(first);
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
      if (!empty && column.type == SheetType::kNumber && value->number() == nullptr) {
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
      CheckRow(data, StrCat("“", fixed.label, "”一行"), true);
      SheetRow row = RowOf(description_, data, 0);
      row.cells[*description_.FindColumn(description_.row_label_column)].style = SheetStyle::kHead;
      row.height_pt = HeightOf(row, model_.widths);
      model_.rows.push_back(std::move(row));
    }
  }

  void Rows() {
    int number = 0;
    for (const Context& data : data_.rows) {
      CheckRow(data, StrCat("第", ++number, "行"), false);
      SheetRow row = RowOf(description_, data, number);
      row.height_pt = HeightOf(row, model_.widths);
      model_.rows.push_back(std::move(row));
    }
    const bool blanks = description_.body == SheetDescription::Body::kBlankRows && !data_.stream;
    while (blanks && ++number <= description_.blank_rows) {
      SheetRow row = RowOf(description_, Context(), number);
      row.height_pt = kRowHeight;
      model_.rows.push_back(std::move(row));
    }
  }

  void Total(size_t first) {
    const size_t last = model_.rows.size();
    SheetRow row;
    row.cells.assign(Width(), Blank(SheetStyle::kTotal));
    row.cells[0] = Text(description_.total_label, SheetStyle::kTotalLabel);
    row.height_pt = kRowHeight;
    for (const std::string& key : description_.total_keys) {
      const size_t column = *description_.FindColumn(key);
      Decimal sum;
      for (size_t i = first; i < last; ++i) {
        const SheetCell& cell = model_.rows[i].cells[column];
        if (cell.kind != SheetCell::Kind::kNumber) continue;
        sum = sum.Add(cell.number).value_or(sum);
      }
      SheetCell& cell = row.cells[column];
      cell.kind = SheetCell::Kind::kFormula;
      cell.number = sum;
      cell.text = StrCat("SUM(", Letters(column), first + 1, ":", Letters(column), last, ")");
    }
    model_.rows.push_back(std::move(row));
  }

  void Footnotes() {
    const auto add = [&](const std::string& note, int row) {
      model_.tail.push_back(Across(note, SheetStyle::kLine, kLineHeight));
      if (Width() > 1) model_.tail_merges.push_back({row, 0, row, static_cast<int>(Width()) - 1});
    };
    int row = 0;
    for (const std::string& note : description_.footnotes) add(note, row++);
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
