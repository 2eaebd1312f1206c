#include "engine/form/table.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::form {

std::string ColumnLetters(size_t index) {
  std::string letters;
  for (size_t left = index + 1; left > 0; left = (left - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  }
  return letters;
}

std::string CellAddress(std::string_view sheet, int row, size_t column) {
  if (sheet.empty()) return StrCat("第", row, "行 ", ColumnLetters(column), "列");
  // Spreadsheets quote a name that holds more than letters, digits and Chinese.
  const bool plain = sheet.find_first_of(" '!-+()[]{}.,;&") == std::string_view::npos;
  std::string name(sheet);
  for (size_t at = name.find('\''); at != std::string::npos; at = name.find('\'', at + 2)) {
    name.insert(at, 1, '\'');
  }
  return StrCat(plain ? name : StrCat("'", name, "'"), "!", ColumnLetters(column), row);
}

namespace {

Diagnostic Mistake(std::string_view file, int row, int column, std::string code,
                   std::string message, std::string hint = "") {
  return {.code = std::move(code),
          .message = std::move(message),
          .at = {.file = std::string(file), .line = row, .column = column},
          .hint = std::move(hint)};
}

// Everything `charset` says, or nullopt where the bytes are not in that character set.
std::optional<std::string> FromCharset(const char* charset, std::string& bytes) {
  const iconv_t converter = iconv_open("UTF-8", charset);
  // iconv_t's only failure value is (iconv_t)-1; comparing as integers avoids the C cast.
  if (reinterpret_cast<std::intptr_t>(converter) == -1) return std::nullopt;
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 2);
  char* in = bytes.data();
  size_t in_left = bytes.size();
  bool good = true;
  std::vector<char> buffer(size_t{64} << 10);
  while (in_left > 0) {
    char* to = buffer.data();
    size_t to_left = buffer.size();
    const size_t converted = iconv(converter, &in, &in_left, &to, &to_left);
    out.append(buffer.data(), buffer.size() - to_left);
    if (converted == static_cast<size_t>(-1) && errno != E2BIG) {
      good = false;
      break;
    }
  }
  iconv_close(converter);
  if (!good) return std::nullopt;
  return out;
}

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kUtf16LittleMark = "\xFF\xFE";
constexpr std::string_view kUtf16BigMark = "\xFE\xFF";

// The separator that stands most often outside quotes in the first line that has any: a title above
// the heading may have none.
char DetectSeparator(std::string_view text) {
  constexpr std::array<char, 3> kSeparators = {',', ';', '\t'};
  std::array<size_t, kSeparators.size()> counts = {};
  bool quoted = false;
  bool any = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && any && (c == '\n' || c == '\r')) break;
    const auto at = std::find(kSeparators.begin(), kSeparators.end(), c);
    if (quoted || at == kSeparators.end()) continue;
    any = true;
    ++counts[static_cast<size_t>(at - kSeparators.begin())];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return kSeparators[static_cast<size_t>(most - counts.begin())];
}

class CsvReader : public RowSource {
 public:
  CsvReader(std::string text, std::string_view file)
      : text_(std::move(text)), file_(file), separator_(DetectSeparator(text_)) {}

  bool Next(TableRow& row) override {
    while (offset_ < text_.size() && !stopped_) {
      row.number = ++row_;
      row.faults.clear();
      row.hidden = false;
      if (!ReadRow(row)) return false;
      const auto blank = [](const std::string& cell) { return Trim(cell).empty(); };
      if (!std::all_of(row.cells.begin(), row.cells.end(), blank)) return true;
    }
    return false;
  }

  const Diagnostics& mistakes() const override { return mistakes_; }

 private:
  bool Stop(std::string code, std::string message, std::string hint = "") {
    stopped_ = true;
    mistakes_.push_back(Mistake(file_, row_, static_cast<int>(column_) + 1, std::move(code),
                                std::move(message), std::move(hint)));
    return false;
  }

  std::string Here() const { return StrCat("第", row_, "行 ", ColumnLetters(column_), "列："); }

  bool ReadRow(TableRow& row) {
    for (column_ = 0;; ++column_) {
      if (column_ >= kMostColumns) {
        return Stop("table.size", StrCat("第", row_, "行超过", kMostColumns, "列"));
      }
      if (row.cells.size() <= column_) row.cells.emplace_back();
      std::string& cell = row.cells[column_];
      cell.clear();
      if (!ReadCell(cell)) return false;
      if (cell.size() > kLongestCellBytes) {
        return Stop("table.size", StrCat(Here(), "内容超过32767个字"));
      }
      if (offset_ < text_.size() && text_[offset_] == separator_) {
        ++offset_;
        continue;
      }
      EndLine();
      row.cells.resize(column_ + 1);
      return true;
    }
  }

  void EndLine() {
    if (offset_ < text_.size() && text_[offset_] == '\r') ++offset_;
    if (offset_ < text_.size() && text_[offset_] == '\n') ++offset_;
  }

  bool ReadCell(std::string& cell) {
    if (offset_ < text_.size() && text_[offset_] == '"') return ReadQuoted(cell);
    const std::array<char, 3> ends = {separator_, '\r', '\n'};
    const size_t end =
        std::min(text_.find_first_of(ends.data(), offset_, ends.size()), text_.size());
    cell.assign(text_, offset_, end - offset_);
    offset_ = end;
    return true;
  }

  // A quoted cell; "" inside is one quote, line ends belong to the text.
  bool ReadQuoted(std::string& cell) {
    ++offset_;
    for (;;) {
      const size_t quote = text_.find('"', offset_);
      if (quote == std::string::npos) {
        return Stop("table.quote", StrCat(Here(), "左引号“\"”没有对应的右引号，其后的内容无法分行"),
                    "请补上右引号，或用表格软件打开后重新另存为CSV");
      }
      cell.append(text_, offset_, quote - offset_);
      offset_ = quote + 1;
      if (offset_ >= text_.size() || text_[offset_] != '"') break;
      cell += '"';
      ++offset_;
    }
    const bool ended = offset_ >= text_.size() || text_[offset_] == separator_ ||
                       text_[offset_] == '\r' || text_[offset_] == '\n';
    if (ended) return true;
    return Stop("table.quote", StrCat(Here(), "右引号之后还有文字"),
                "单元格内的引号应写成两个引号；请用表格软件重新另存为CSV");
  }

  std::string text_;
  std::string file_;
  char separator_;
  size_t offset_ = 0;
  int row_ = 0;
  size_t column_ = 0;
  bool stopped_ = false;
  Diagnostics mistakes_;
};

}  // namespace

Result<std::string> DecodeTable(std::string bytes, std::string_view file) {
  const auto failed = [&](std::string message) {
    return Fail(Mistake(file, 0, 0, "table.encoding", std::move(message),
                        "请用表格软件打开后另存为“CSV UTF-8”格式"));
  };
  if (bytes.size() > kLargestTableBytes) {
    return Fail(Mistake(file, 0, 0, "table.size", "文件超过256兆字节", "请分成几个文件导入"));
  }
  if (bytes.starts_with("PK\x03\x04")) return failed("这是表格（XLSX）文件，不是CSV");
  if (bytes.starts_with(kUtf8Mark)) bytes.erase(0, kUtf8Mark.size());
  if (bytes.starts_with(kUtf16LittleMark) || bytes.starts_with(kUtf16BigMark)) {
    std::optional<std::string> text = FromCharset("UTF-16", bytes);
    if (!text) return failed("不是完整的UTF-16文本");
    return *std::move(text);
  }
  if (bytes.find('\0') != std::string::npos) return failed("文件里有空字符，不是文本文件");
  if (IsValidUtf8(bytes)) return bytes;
  std::optional<std::string> text = FromCharset("GB18030", bytes);
  if (!text) return failed("文字编码既不是UTF-8也不是GBK");
  return *std::move(text);
}

Result<std::unique_ptr<RowSource>> OpenCsv(std::string bytes, std::string_view file) {
  Result<std::string> text = DecodeTable(std::move(bytes), file);
  if (!text) return Unexpected{std::move(text.error())};
  return std::unique_ptr<RowSource>(std::make_unique<CsvReader>(*std::move(text), file));
}

}  // namespace anjuan::form
