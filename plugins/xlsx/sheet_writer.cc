#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include <xlsxwriter.h>

#include "engine/base/text.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::xlsx {

namespace {

using doc::SheetCell;
using doc::SheetMerge;
using doc::SheetModel;
using doc::SheetRow;
using doc::SheetStyle;

constexpr lxw_row_t kMostRows = 1'048'576;
constexpr int kSignificantDigits = 15;  // of a spreadsheet's number
constexpr std::uint8_t kA4 = 9;
// The library allows 255 characters, but has room for as many bytes: Chinese lists overran it.
constexpr size_t kLongestList = 255;

void Check(lxw_error error, const std::string& what) {
  if (error == LXW_NO_ERROR) return;
  throw port::Failure(StrCat("表格文件写不成（", what, "）：", lxw_strerror(error)));
}

// A text that a spreadsheet program would take for a formula once somebody edits its cell.
bool LooksLikeFormula(const std::string& text) {
  constexpr std::string_view kFullWidthEquals = "\xEF\xBC\x9D";
  return text.find_first_of("=+-@\t\r") == 0 || text.starts_with(kFullWidthEquals);
}

// Every format of the file, made once.
class Formats {
 public:
  explicit Formats(lxw_workbook* workbook) : workbook_(workbook) {
    for (int i = 0; i < doc::kSheetStyles; ++i) {
      formats_[static_cast<size_t>(i)] = Make(static_cast<SheetStyle>(i));
    }
  }
  lxw_format* operator[](SheetStyle style) const { return formats_[static_cast<size_t>(style)]; }

  // Most cells have their style's own.
  lxw_format* Of(const SheetCell& cell) {
    const bool held = cell.kind == SheetCell::Kind::kText && LooksLikeFormula(cell.text);
    if (!cell.open && !held && cell.unit.empty()) return (*this)[cell.style];
    lxw_format*& format = special_[{cell.style, cell.open, held, cell.unit}];
    if (format != nullptr) return format;
    format = Make(cell.style);
    if (cell.open) format_set_unlocked(format);
    if (held) format_set_num_format(format, "@");
    if (!cell.unit.empty()) format_set_num_format(format, StrCat("0\"", cell.unit, "\"").c_str());
    return format;
  }

 private:
  lxw_format* Make(SheetStyle style) {
    lxw_format* format = workbook_add_format(workbook_);
    const bool outside = style == SheetStyle::kTitle || style == SheetStyle::kLine;
    const bool strong = style == SheetStyle::kHead || style == SheetStyle::kTotal ||
                        style == SheetStyle::kTotalLabel;
    format_set_font_name(format, outside || strong ? "宋体" : "仿宋");
    format_set_font_size(format, style == SheetStyle::kTitle ? 18 : 11);
    if (style == SheetStyle::kTitle || strong) format_set_bold(format);
    if (!outside) format_set_border(format, LXW_BORDER_THIN);
    format_set_align(format, static_cast<std::uint8_t>(Horizontal(style)));
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    format_set_text_wrap(format);
    if (style == SheetStyle::kDate) format_set_num_format(format, "yyyy-mm-dd");
    if (style == SheetStyle::kMonth) format_set_num_format(format, "yyyy-mm");
    if (style == SheetStyle::kMoney) format_set_num_format(format, "#,##0.00");
    if (style == SheetStyle::kCode) format_set_num_format(format, "@");
    // Shown as a number is written: no grouping, decimals only where there are some.
    if (style == SheetStyle::kNumber || style == SheetStyle::kTotal) {
      format_set_num_format(format, "General");
    }
    return format;
  }

  static lxw_format_alignments Horizontal(SheetStyle style) {
    switch (style) {
      case SheetStyle::kLine:
      case SheetStyle::kText:
        return LXW_ALIGN_LEFT;
      case SheetStyle::kTitle:
      case SheetStyle::kHead:
      case SheetStyle::kCentre:
      case SheetStyle::kNumber:
      case SheetStyle::kDate:
      case SheetStyle::kMonth:
      case SheetStyle::kCode:
      case SheetStyle::kTotalLabel:
      case SheetStyle::kTotal:
        return LXW_ALIGN_CENTER;
      case SheetStyle::kMoney:
        return LXW_ALIGN_RIGHT;
    }
    return LXW_ALIGN_LEFT;
  }

  lxw_workbook* workbook_;
  std::array<lxw_format*, doc::kSheetStyles> formats_ = {};
  // By style, open, held as text, unit.
  std::map<std::tuple<SheetStyle, bool, bool, std::string>, lxw_format*> special_;
};

// A number a spreadsheet keeps exactly; others are written as text.
bool FitsDouble(const std::string& digits) {
  int significant = 0;
  for (const char c : digits) {
    if (c >= '1' && c <= '9') ++significant;
    if (c == '0' && significant > 0) ++significant;
  }
  return significant <= kSignificantDigits;
}

class Writing {
 public:
  Writing(const SheetModel& model, const std::string& path) : model_(model) {
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    workbook_ = workbook_new_opt(path.c_str(), &options);
    if (workbook_ == nullptr) throw port::Failure(StrCat("表格文件“", path, "”建不成"));
    sheet_ = workbook_add_worksheet(workbook_, model.name.empty() ? nullptr : model.name.c_str());
    if (sheet_ == nullptr) {
      workbook_close(workbook_);
      throw port::Failure(StrCat("“", model.name, "”不能用作工作表的名称"));
    }
  }

  void Run() {
    Properties();
    Formats formats(workbook_);
    Columns();
    Print();
    for (const SheetRow& row : model_.rows) Row(row, formats, model_.merges, 0);
    if (model_.stream) {
      SheetRow row;
      while (model_.stream(row)) Row(row, formats, {}, 0);
    }
    Rules();
    Guard();
    const lxw_row_t tail = next_;
    for (const SheetRow& row : model_.tail) Row(row, formats, model_.tail_merges, tail);
    if (next_ > 0 && !model_.widths.empty()) {
      Check(worksheet_print_area(sheet_, 0, 0, next_ - 1, LastColumn()), "打印区域");
    }
  }

  // Frees the workbook whatever happened; call once.
  lxw_error Close() { return workbook_close(workbook_); }

 private:
  lxw_col_t LastColumn() const { return static_cast<lxw_col_t>(model_.widths.size() - 1); }

  // The library would stamp the present time into the file.
  void Properties() {
    lxw_doc_properties properties = {};
    title_ = model_.title;
    properties.title = title_.data();
    constexpr time_t kFixed = 946'684'800;  // 2000-01-01
    properties.created = kFixed;
    Check(workbook_set_properties(workbook_, &properties), "文件属性");
  }

  void Columns() {
    for (size_t i = 0; i < model_.widths.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(i);
      Check(worksheet_set_column(sheet_, column, column, model_.widths[i], nullptr), "列宽");
    }
  }

  void Print() {
    if (model_.landscape) worksheet_set_landscape(sheet_);
    worksheet_set_paper(sheet_, kA4);
    worksheet_set_margins(sheet_, 0.6, 0.6, 0.75, 0.75);  // inches
    worksheet_fit_to_pages(sheet_, 1, 0);
    worksheet_center_horizontally(sheet_);
    Check(worksheet_set_footer(sheet_, "&C第 &P 页，共 &N 页"), "页脚");
    const auto first = static_cast<lxw_row_t>(model_.repeat_first);
    const auto last = static_cast<lxw_row_t>(model_.repeat_last);
    Check(worksheet_repeat_rows(sheet_, first, last), "重复表头");
    worksheet_freeze_panes(sheet_, last + 1, 0);
  }

  // What the cells of the body take.
  void Rules() {
    const int streamed = static_cast<int>(next_) - static_cast<int>(model_.rows.size());
    const int count = model_.body_count + streamed;
    if (count <= 0) return;
    for (const doc::SheetRule& rule : model_.rules) {
      const auto column = static_cast<lxw_col_t>(rule.column);
      const auto first = static_cast<lxw_row_t>(model_.body_first);
      const auto last = static_cast<lxw_row_t>(model_.body_first + count - 1);
      Rule(rule, first, last, column);
    }
  }

  // The library takes texts it does not change as if it might: hence a copy.
  void Rule(doc::SheetRule rule, lxw_row_t first, lxw_row_t last, lxw_col_t column) {
    using Kind = doc::SheetRule::Kind;
    lxw_data_validation validation = {};
    std::vector<char*> values;
    std::string options;
    std::string title = "填写有误";
    const auto number = [](const Decimal& decimal) {
      return std::strtod(decimal.ToString().c_str(), nullptr);
    };
    validation.criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
    validation.minimum_number = number(rule.min);
    validation.maximum_number = number(rule.max);
    switch (rule.kind) {
      case Kind::kList:
        if (Join(rule.values, ",").size() > kLongestList) {
          options = OptionsRange(rule.values);
          validation.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
          validation.value_formula = options.data();
          break;
        }
        for (std::string& value : rule.values) values.push_back(value.data());
        values.push_back(nullptr);
        validation.validate = LXW_VALIDATION_TYPE_LIST;
        validation.value_list = values.data();
        break;
      case Kind::kWhole:
        validation.validate = LXW_VALIDATION_TYPE_INTEGER;
        break;
      case Kind::kDecimal:
        validation.validate = LXW_VALIDATION_TYPE_DECIMAL;
        break;
      case Kind::kDate:
        validation.validate = LXW_VALIDATION_TYPE_DATE;
        validation.minimum_datetime = Day(rule.from);
        validation.maximum_datetime = Day(rule.to);
        break;
      case Kind::kLength:
        validation.validate = LXW_VALIDATION_TYPE_LENGTH;
        break;
    }
    validation.error_type = LXW_VALIDATION_ERROR_TYPE_STOP;
    validation.error_title = title.data();
    validation.error_message = rule.message.data();
    Check(worksheet_data_validation_range(sheet_, first, column, last, column, &validation),
          "填写检查");
  }

  // Long lists stand in a column of a hidden sheet; where they are, as a formula.
  std::string OptionsRange(const std::vector<std::string>& values) {
    constexpr const char* kName = "选项";
    if (options_ == nullptr) {
      options_ = workbook_add_worksheet(workbook_, kName);
      if (options_ == nullptr) throw port::Failure("表格文件写不成（选项表）");
      worksheet_hide(options_);
    }
    const lxw_row_t first = next_option_;
    for (const std::string& value : values) {
      Check(worksheet_write_string(options_, next_option_++, 0, value.c_str(), nullptr), "选项");
    }
    return StrCat("=", kName, "!$A$", first + 1, ":$A$", next_option_);
  }

  // Without a password: it keeps from slips, not from will.
  void Guard() {
    if (!model_.guarded) return;
    lxw_protection options = {};
    options.format_columns = LXW_TRUE;
    options.format_rows = LXW_TRUE;
    worksheet_protect(sheet_, nullptr, &options);
  }

  // In constant memory a row can be written only until the next one begins: heights and the merges
  // that end in this row come first, since merging writes its own cells, then the row's.
  void Row(const SheetRow& row, Formats& formats, const std::vector<SheetMerge>& merges,
           lxw_row_t base) {
    if (next_ >= kMostRows) throw port::Failure("超过表格文件的最大行数1048576行，请缩小时间范围");
    if (row.height_pt > 0) Check(worksheet_set_row(sheet_, next_, row.height_pt, nullptr), "行高");
    for (const SheetMerge& merge : merges) {
      if (base + static_cast<lxw_row_t>(merge.last_row) == next_) Merge(merge, row, formats, base);
    }
    for (size_t i = 0; i < row.cells.size(); ++i) {
      Cell(row.cells[i], formats, static_cast<lxw_col_t>(i));
    }
    ++next_;
  }

  void Merge(const SheetMerge& merge, const SheetRow& row, Formats& formats, lxw_row_t base) {
    const auto column = static_cast<size_t>(merge.first_column);
    // Cells above this row are written already; the library drops what it would write there.
    worksheet_merge_range(sheet_, base + static_cast<lxw_row_t>(merge.first_row),
                          static_cast<lxw_col_t>(merge.first_column), next_,
                          static_cast<lxw_col_t>(merge.last_column), "",
                          formats.Of(row.cells[column]));
  }

  void Cell(const SheetCell& cell, Formats& formats, lxw_col_t column) {
    lxw_format* format = formats.Of(cell);
    switch (cell.kind) {
      case SheetCell::Kind::kBlank:
        Check(worksheet_write_blank(sheet_, next_, column, format), "空格");
        return;
      case SheetCell::Kind::kText:
        // Always a string: "=1+1" or "@x" from outside is never computed.
        Check(worksheet_write_string(sheet_, next_, column, cell.text.c_str(), format), "文字");
        return;
      case SheetCell::Kind::kNumber:
        Number(cell, column, format);
        return;
      case SheetCell::Kind::kDate:
        DateCell(cell, column, format);
        return;
      case SheetCell::Kind::kFormula:
        Check(worksheet_write_formula_num(sheet_, next_, column, StrCat("=", cell.text).c_str(),
                                          format,
                                          std::strtod(cell.number.ToString().c_str(), nullptr)),
              "公式");
        return;
    }
  }

  void Number(const SheetCell& cell, lxw_col_t column, lxw_format* format) {
    const std::string digits = cell.number.ToString();
    if (!FitsDouble(digits)) {
      Check(worksheet_write_string(sheet_, next_, column, digits.c_str(), format), "数字");
      return;
    }
    const double number = std::strtod(digits.c_str(), nullptr);
    Check(worksheet_write_number(sheet_, next_, column, number, format), "数字");
  }

  void DateCell(const SheetCell& cell, lxw_col_t column, lxw_format* format) {
    constexpr int kFirstYear = 1900;  // spreadsheets know no earlier day
    if (cell.date.year < kFirstYear || cell.date.year > 9999) {
      Check(worksheet_write_string(sheet_, next_, column, ToString(cell.date).c_str(), format),
            "日期");
      return;
    }
    lxw_datetime date = Day(cell.date);
    Check(worksheet_write_datetime(sheet_, next_, column, &date, format), "日期");
  }

  static lxw_datetime Day(const Date& date) {
    lxw_datetime out = {};
    out.year = date.year;
    out.month = date.month;
    out.day = date.day;
    return out;
  }

  const SheetModel& model_;
  std::string title_;
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_row_t next_ = 0;
  lxw_worksheet* options_ = nullptr;  // hidden; lists too long for a cell's own
  lxw_row_t next_option_ = 0;
};

class XlsxSheetWriter : public port::SheetWriter {
 public:
  void Write(const SheetModel& model, const std::string& path) override {
    const std::string part = path + ".part";
    // Asked here, because the library would complain on standard error in its own words.
    if (!std::ofstream(part, std::ios::binary)) {
      throw port::Failure(StrCat("表格文件“", path, "”建不成，请检查文件夹是否存在、能否写入"));
    }
    try {
      WritePart(model, part);
      std::filesystem::rename(part, path);
    } catch (const std::filesystem::filesystem_error& error) {
      std::remove(part.c_str());
      throw port::Failure(StrCat("表格文件“", path, "”写不成：", error.code().message()));
    } catch (...) {
      std::remove(part.c_str());
      throw;
    }
  }

 private:
  static void WritePart(const SheetModel& model, const std::string& part) {
    Writing writing(model, part);
    try {
      writing.Run();
    } catch (...) {
      writing.Close();
      throw;
    }
    Check(writing.Close(), "保存，请检查磁盘空间和文件夹的写入权限");
  }
};

}  // namespace

std::unique_ptr<port::SheetWriter> NewSheetWriter() {
  return std::make_unique<XlsxSheetWriter>();
}

}  // namespace anjuan::xlsx
