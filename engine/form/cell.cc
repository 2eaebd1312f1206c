#include "engine/form/cell.h"

#include <algorithm>

#include "engine/base/identifiers.h"
#include "engine/base/text.h"

namespace anjuan::form {

std::string Narrow(std::string_view text) {
  std::string out;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    char32_t c = cursor.Next();
    constexpr char32_t kFullWidthFirst = 0xFF01;
    constexpr char32_t kFullWidthLast = 0xFF5E;
    if (c >= kFullWidthFirst && c <= kFullWidthLast) c -= kFullWidthFirst - U'!';
    const bool space = c == U' ' || c == U'\t' || c == U'\r' || c == U'\n' || c == 0x3000 ||
                       c == 0xA0 || c == 0x200B || c == 0xFEFF;
    if (!space) AppendUtf8(out, c);
  }
  return out;
}

namespace {

CellReading Good(Value value) {
  return {.value = std::move(value), .mistake = "", .hint = ""};
}

CellReading Bad(std::string mistake, std::string hint = "") {
  return {.value = Value(), .mistake = std::move(mistake), .hint = std::move(hint)};
}

std::string Shown(std::string_view text) {
  constexpr size_t kShownBytes = 120;
  std::string out;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    if (out.size() > kShownBytes) return StrCat("“", out, "…”");
    AppendUtf8(out, cursor.Next());
  }
  return StrCat("“", out, "”");
}

// 9.14306E+17: what a spreadsheet program makes of a long number.
bool IsScientific(std::string_view text) {
  return text.find("E+") != std::string_view::npos && Decimal::Parse(text).has_value();
}

CellReading ReadCode(std::string_view text, std::string mistake) {
  if (mistake.empty()) return Good(Value(text));
  if (IsScientific(text)) {
    return Bad(StrCat("被表格软件改成了科学计数", Shown(text)), "请把该列设为“文本”格式后重新填写");
  }
  return Bad(std::move(mistake));
}

// A number typed as text carries an apostrophe in some programs' exports.
std::string_view WithoutApostrophe(std::string_view text) {
  return text.starts_with('\'') ? text.substr(1) : text;
}

CellReading ReadNumber(const ListColumn& column, std::string_view text) {
  const std::string_view digits = WithoutApostrophe(text);
  const bool whole = column.type == CellType::kInteger;
  const std::optional<Decimal> number = Decimal::Parse(digits);
  if (!number || (whole && !number->IsInteger())) {
    const bool grouped = digits.find(',') != std::string_view::npos;
    return Bad(StrCat("应为", whole ? "整数" : "数字", "，现为", Shown(text)),
               grouped ? "请去掉千位分隔符" : "请只填数字，不带单位和文字");
  }
  if (column.min && *number < *column.min) {
    return Bad(StrCat("不能小于", column.min->ToString(), "，现为", number->ToString()));
  }
  if (column.max && *number > *column.max) {
    return Bad(StrCat("不能大于", column.max->ToString(), "，现为", number->ToString()));
  }
  return Good(Value(*number));
}

CellReading ReadBoolean(std::string_view text) {
  constexpr std::string_view kYes[] = {"Y",    "y", "是",  "有",  "true",
                                       "TRUE", "1", "Yes", "YES", "yes"};
  constexpr std::string_view kNo[] = {"N",     "n", "否", "无", "false",
                                      "FALSE", "0", "No", "NO", "no"};
  if (std::find(std::begin(kYes), std::end(kYes), text) != std::end(kYes)) return Good(Value(true));
  if (std::find(std::begin(kNo), std::end(kNo), text) != std::end(kNo)) return Good(Value(false));
  return Bad(StrCat("应填“是”或“否”，现为", Shown(text)));
}

// 2023-03-06, 2023/3/6, 2023.3.6, 2023年3月6日, 20230306.
std::optional<Date> ReadDate(std::string_view text) {
  std::vector<std::string> parts(1);
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (c >= U'0' && c <= U'9') {
      parts.back() += static_cast<char>(c);
    } else if (c == U'-' || c == U'/' || c == U'.' || c == U'年' || c == U'月') {
      parts.emplace_back();
    } else if (c != U'日' || !cursor.done()) {
      return std::nullopt;
    }
  }
  if (parts.size() == 1 && parts[0].size() == 8) {
    parts = {parts[0].substr(0, 4), parts[0].substr(4, 2), parts[0].substr(6, 2)};
  }
  const auto fits = [](const std::string& part) { return !part.empty() && part.size() <= 2; };
  if (parts.size() != 3 || parts[0].size() != 4 || !fits(parts[1]) || !fits(parts[2])) {
    return std::nullopt;
  }
  const auto two = [](const std::string& part) { return part.size() == 1 ? "0" + part : part; };
  return ParseDate(StrCat(parts[0], "-", two(parts[1]), "-", two(parts[2])));
}

CellReading ReadDateCell(std::string_view text) {
  if (const std::optional<Date> date = ReadDate(WithoutApostrophe(text))) return Good(Value(*date));
  return Bad(StrCat("不是真实的日期：", Shown(text)), "请填写成2023-03-06的样子");
}

CellReading ReadChoice(const ListColumn& column, std::string_view text) {
  std::vector<std::string> labels;
  for (const Choice& choice : column.values) {
    if (std::find(choice.words.begin(), choice.words.end(), text) != choice.words.end()) {
      return Good(Value(choice.value));
    }
    labels.push_back(choice.label);
  }
  return Bad(StrCat(Shown(text), "不在可填的内容之内"), StrCat("可填：", Join(labels, "、")));
}

CellReading ReadReference(const ListColumn& column, std::string_view text,
                          const References& references) {
  if (std::optional<std::string> code = references.Find(column.of, text)) {
    return Good(Value(*std::move(code)));
  }
  const std::optional<std::string> nearest = Nearest(text, references.Candidates(column.of));
  return Bad(StrCat("没有", Shown(text), "这个", column.label),
             nearest ? StrCat("是不是“", *nearest, "”？") : "请核对，或先登记");
}

CellReading ReadText(const ListColumn& column, std::string_view text) {
  for (const char c : text) {
    const bool allowed =
        static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    if (!allowed || c == 0x7F) return Bad("有看不见的控制字符", "请删去后重新填写");
  }
  const size_t length = CountCodePoints(text);
  if (length > column.max_length) {
    return Bad(StrCat("不能超过", column.max_length, "个字，现有", length, "个字"));
  }
  return Good(Value(text));
}

}  // namespace

CellReading ReadCell(const ListColumn& column, std::string_view text,
                     const References& references) {
  text = Trim(text);
  if (text.empty()) return {};
  if (column.type == CellType::kText) return ReadText(column, text);
  const std::string narrow = Narrow(text);
  switch (column.type) {
    case CellType::kText:
      break;
    case CellType::kCreditCode: {
      const std::string_view code = WithoutApostrophe(narrow);
      return ReadCode(code, CreditCodeMistake(code));
    }
    case CellType::kCitizenId: {
      const std::string_view code = WithoutApostrophe(narrow);
      return ReadCode(code, CitizenIdMistake(code));
    }
    case CellType::kPhone: {
      const std::string_view phone = WithoutApostrophe(narrow);
      return IsPhone(phone) ? Good(Value(phone))
                            : Bad(StrCat("不是电话号码：", Shown(text)),
                                  "手机填11位数字，座机填区号-号码，如0730-8880000");
    }
    case CellType::kInteger:
    case CellType::kNumber:
      return ReadNumber(column, narrow);
    case CellType::kBoolean:
      return ReadBoolean(narrow);
    case CellType::kDate:
      return ReadDateCell(narrow);
    case CellType::kChoice:
      return ReadChoice(column, narrow);
    case CellType::kReference:
      return ReadReference(column, narrow, references);
  }
  return {};
}

}  // namespace anjuan::form
