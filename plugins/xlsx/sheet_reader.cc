#include <charconv>
#include <cmath>
#include <deque>
#include <map>
#include <optional>

#include "engine/base/text.h"
#include "plugins/xlsx/package.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::xlsx {

namespace {

using port::SheetCell;
using port::SheetMerge;
using port::SheetRow;

constexpr int kLastRow = 1'048'576;
constexpr int kLastColumn = 16'383;                // XFD
constexpr size_t kLongestText = size_t{96} << 10;  // 32,767 characters
constexpr size_t kMostMerges = 100'000;

struct Address {
  int row = 0;
  int column = 0;
};

// "C7"; nullopt: none.
std::optional<Address> ReadAddress(std::string_view text) {
  Address out;
  size_t i = 0;
  int column = 0;
  for (; i < text.size() && text[i] >= 'A' && text[i] <= 'Z'; ++i) {
    column = column * 26 + (text[i] - 'A' + 1);
    if (column > kLastColumn + 1) return std::nullopt;
  }
  const std::optional<long long> row = ParseInteger(text.substr(i));
  if (i == 0 || !row || *row < 1 || *row > kLastRow) return std::nullopt;
  out.column = column - 1;
  out.row = static_cast<int>(*row);
  return out;
}

Diagnostic Damaged(int row, std::string_view what) {
  return {.code = "xlsx.damaged",
          .message = StrCat("表格文件已损坏：第", row, "行", what),
          .hint = "请用表格软件打开、修复后另存为XLSX"};
}

// <sheetData>: makes rows of its events and queues them.
class RowHandler : public XmlHandler {
 public:
  explicit RowHandler(const Package& package) : package_(package) {}

  void set_stream(XmlStream* stream) { stream_ = stream; }
  std::deque<SheetRow>& rows() { return rows_; }

  // Read to the part's end, past the rows: only there its check sum is known to agree.
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "sheetData") in_data_ = true;
    if (!in_data_) return;
    if (name == "row") StartRow(attributes);
    if (name == "c") StartCell(attributes);
    if (name == "f") has_formula_ = true;
    if (name == "rPh") phonetic_ = true;
    if (name == "v" || (name == "t" && !phonetic_)) {
      inside_ = true;
      has_value_ = true;
    }
  }

  void End(std::string_view name) override {
    if (!in_data_) return;
    if (name == "v" || name == "t") inside_ = false;
    if (name == "rPh") phonetic_ = false;
    if (name == "c") EndCell();
    if (name == "row" && !row_.cells.empty()) rows_.push_back(std::move(row_));
    if (name == "sheetData") in_data_ = false;
  }

  void Text(std::string_view text) override {
    if (!inside_) return;
    if (text_.size() + text.size() > kLongestText) {
      stream_->Fail(Damaged(row_number_, "有一格超过32767个字"));
      return;
    }
    text_ += text;
  }

 private:
  void StartRow(const XmlAttributes& attributes) {
    const int number = attributes.Number("r", row_number_ + 1);
    if (number <= row_number_ || number > kLastRow) {
      stream_->Fail(Damaged(number, "的行号不对"));
      return;
    }
    row_number_ = number;
    column_ = -1;
    row_ = {.number = number, .hidden = attributes.Flag("hidden"), .cells = {}};
  }

  void StartCell(const XmlAttributes& attributes) {
    bool named = false;
    const std::string_view name = attributes.Get("r", &named);
    const std::optional<Address> address =
        named ? ReadAddress(name) : std::optional(Address{row_number_, column_ + 1});
    if (!address || address->row != row_number_ || address->column <= column_ ||
        address->column > kLastColumn) {
      stream_->Fail(Damaged(row_number_, "有一格的位置不对"));
      return;
    }
    column_ = address->column;
    type_ = attributes.Get("t");
    style_ = static_cast<size_t>(attributes.Number("s", 0));
    has_formula_ = false;
    has_value_ = false;
    inside_ = false;
    text_.clear();
  }

  void EndCell() {
    SheetCell cell{
        .column = column_, .kind = SheetCell::Kind::kText, .text = {}, .computed = has_formula_};
    if (type_ == "s" || type_ == "str" || type_ == "inlineStr") {
      TextCell(cell);
    } else if (text_.empty()) {
      if (!has_formula_) return;
      Fault(cell, "公式没有保存计算结果");
    } else if (type_ == "b") {
      cell.kind = SheetCell::Kind::kBoolean;
      cell.text = text_ == "1" || text_ == "true" ? "TRUE" : "FALSE";
    } else if (type_ == "e") {
      Fault(cell, StrCat(has_formula_ ? "公式的结果" : "内容", "是错误值", text_));
    } else if (type_ == "d") {
      IsoDate(cell);
    } else {
      NumberCell(cell);
    }
    if (!cell.text.empty()) row_.cells.push_back(std::move(cell));
  }

  static void Fault(SheetCell& cell, std::string what) {
    cell.kind = SheetCell::Kind::kFault;
    cell.text = std::move(what);
  }

  void TextCell(SheetCell& cell) {
    if (type_ == "s") {
      if (text_.empty()) return;
      const std::optional<long long> index = ParseInteger(text_);
      const auto text = index && *index >= 0 ? package_.texts.At(static_cast<size_t>(*index))
                                             : std::optional<std::string_view>();
      if (text) {
        cell.text = *text;
      } else {
        Fault(cell, "所指的文字不存在，文件已损坏");
      }
    } else if (has_formula_ && !has_value_) {
      Fault(cell, "公式没有保存计算结果");
    } else {
      cell.text = WithoutEscapes(text_);
    }
  }

  // Strict files: 2023-03-06T00:00:00, or without its time.
  void IsoDate(SheetCell& cell) {
    cell.kind = SheetCell::Kind::kDate;
    cell.text = text_.substr(0, 10);
    const size_t t = text_.find('T');
    if (t == std::string::npos) return;
    const std::string time = text_.substr(t + 1, 8);
    if (time != "00:00:00") cell.text += StrCat(" ", time);
  }

  void NumberCell(SheetCell& cell) {
    double number = 0;
    const char* end = text_.data() + text_.size();
    const auto read = std::from_chars(text_.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number)) {
      Fault(cell, StrCat("数值“", text_, "”读不出"));
      return;
    }
    const NumberFormat format =
        style_ < package_.formats.size() ? package_.formats[style_] : NumberFormat{};
    if (format.kind == NumberKind::kNumber) {
      cell.kind = SheetCell::Kind::kNumber;
      cell.text = NumberText(number, format.pad);
      return;
    }
    if (std::optional<std::string> date = SerialText(number, format.kind, package_.from_1904)) {
      cell.kind = SheetCell::Kind::kDate;
      cell.text = *std::move(date);
    } else {
      Fault(cell, StrCat("设成了日期格式，但", NumberText(number, 0), "不是一个日期"));
    }
  }

  const Package& package_;
  XmlStream* stream_ = nullptr;
  std::deque<SheetRow> rows_;
  SheetRow row_;
  int row_number_ = 0;
  int column_ = -1;
  bool in_data_ = false;
  std::string type_;
  size_t style_ = 0;
  std::string text_;
  bool has_formula_ = false;
  bool has_value_ = false;
  bool inside_ = false;
  bool phonetic_ = false;
};

class XlsxRows : public port::SheetRows {
 public:
  XlsxRows(const Package& package, size_t sheet, std::string file)
      : file_(std::move(file)), handler_(package) {
    Guard([&] {
      stream_ = OpenPart(package.zip, package.parts[sheet], handler_);
      handler_.set_stream(stream_.get());
    });
  }

  bool Next(SheetRow& row) override {
    Guard([&] {
      while (handler_.rows().empty() && stream_ != nullptr) {
        if (!stream_->Pump()) stream_ = nullptr;
      }
    });
    if (handler_.rows().empty() || !mistakes_.empty()) return false;
    row = std::move(handler_.rows().front());
    handler_.rows().pop_front();
    return true;
  }

  const Diagnostics& mistakes() const override { return mistakes_; }

 private:
  void Guard(const auto& work) {
    try {
      work();
    } catch (Refused& refused) {
      refused.diagnostic.at.file = file_;
      mistakes_.push_back(std::move(refused.diagnostic));
      stream_ = nullptr;
    }
  }

  std::string file_;
  RowHandler handler_;
  std::unique_ptr<XmlStream> stream_;
  Diagnostics mistakes_;
};

// They stand behind the rows, so a sheet's end is read for them alone.
class MergeHandler : public XmlHandler {
 public:
  void set_stream(XmlStream* stream) { stream_ = stream; }
  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "mergeCell") return;
    const std::string_view reference = attributes.Get("ref");
    const size_t colon = reference.find(':');
    const std::optional<Address> first = ReadAddress(reference.substr(0, colon));
    const std::optional<Address> last =
        colon == std::string_view::npos ? first : ReadAddress(reference.substr(colon + 1));
    if (!first || !last || merges.size() >= kMostMerges) {
      stream_->Fail({.code = "xlsx.damaged",
                     .message = merges.size() >= kMostMerges
                                    ? StrCat("合并单元格超过", kMostMerges, "处")
                                    : StrCat("表格文件已损坏：合并单元格“", reference, "”不对"),
                     .hint = "请取消合并单元格后再导入"});
      return;
    }
    merges.push_back({.first_row = first->row,
                      .first_column = first->column,
                      .last_row = last->row,
                      .last_column = last->column});
  }
  void End(std::string_view) override {}
  void Text(std::string_view) override {}
  std::vector<SheetMerge> merges;

 private:
  XmlStream* stream_ = nullptr;
};

class XlsxWorkbook : public port::Workbook {
 public:
  XlsxWorkbook(std::string bytes, std::string_view file)
      : package_(std::move(bytes)), file_(file) {}

  const std::vector<port::SheetInfo>& sheets() const override { return package_.sheets; }
  bool dates_from_1904() const override { return package_.from_1904; }

  std::unique_ptr<port::SheetRows> Rows(size_t sheet) const override {
    return std::make_unique<XlsxRows>(package_, sheet, file_);
  }

  Result<std::vector<SheetMerge>> Merges(size_t sheet) const override {
    const auto known = merges_.find(sheet);
    if (known != merges_.end()) return known->second;
    try {
      MergeHandler handler;
      const std::unique_ptr<XmlStream> stream =
          OpenPart(package_.zip, package_.parts[sheet], handler);
      handler.set_stream(stream.get());
      while (stream->Pump()) {
      }
      return merges_[sheet] = std::move(handler.merges);
    } catch (Refused& refused) {
      refused.diagnostic.at.file = file_;
      return Fail(std::move(refused.diagnostic));
    }
  }

 private:
  Package package_;
  std::string file_;
  // A whole sheet is read for them, and they are asked for twice: to choose a sheet, to read it.
  mutable std::map<size_t, std::vector<SheetMerge>> merges_;
};

constexpr std::string_view kCompound = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

// A compound file is an old .xls (or WPS .et), or a package locked with a password.
[[noreturn]] void RefuseCompound(std::string_view bytes) {
  std::string locked;  // names inside are UTF-16
  for (const char c : std::string_view("EncryptedPackage")) locked += {c, '\0'};
  if (bytes.find(locked) != std::string_view::npos) {
    Refuse("xlsx.password", "表格文件加了打开密码，无法读取",
           "请用表格软件打开，在“文件—信息—保护工作簿”中去掉密码，保存后再导入");
  }
  Refuse("xlsx.old", "这是旧式的表格文件（.xls或.et），不能直接导入",
         "请用表格软件打开后另存为“Excel 工作簿（*.xlsx）”再导入");
}

// What some systems call .xls is a web page, or the XML of 2003.
bool IsMarkup(std::string_view bytes) {
  constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && bytes[first] == '<';
}

class XlsxSheetReader : public port::SheetReader {
 public:
  bool Recognises(std::string_view bytes) const override {
    return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06") ||
           bytes.starts_with(kCompound) || IsMarkup(bytes);
  }

  Result<std::unique_ptr<port::Workbook>> Open(std::string bytes,
                                               std::string_view file) const override {
    try {
      if (bytes.starts_with(kCompound)) RefuseCompound(bytes);
      if (IsMarkup(bytes)) {
        Refuse("xlsx.kind", "这是网页格式的表格（有的系统导出时也叫.xls），不能直接导入",
               "请用表格软件打开后另存为“Excel 工作簿（*.xlsx）”再导入");
      }
      return std::unique_ptr<port::Workbook>(
          std::make_unique<XlsxWorkbook>(std::move(bytes), file));
    } catch (Refused& refused) {
      refused.diagnostic.at.file = file;
      return Fail(std::move(refused.diagnostic));
    }
  }
};

}  // namespace

std::unique_ptr<port::SheetReader> NewSheetReader() {
  return std::make_unique<XlsxSheetReader>();
}

}  // namespace anjuan::xlsx
