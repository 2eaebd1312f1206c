#include "engine/form/cell.h"

#include <algorithm>

#include "engine/base/chinese.h"
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

std::string HeadingKey(std::string_view heading) {
  std::string narrow = Narrow(heading);
  const size_t bracket = narrow.find('(');
  if (bracket != std::string::npos && bracket > 0) narrow.resize(bracket);
  std::erase(narrow, '*');
  // "3.企业名称", "3、企业名称"
  const size_t digits = narrow.find_first_not_of("0123456789");
  for (const std::string_view mark : {".", "、"}) {
    const bool numbered = digits != 0 && digits != std::string::npos &&
                          std::string_view(narrow).substr(digits).starts_with(mark);
    if (!numbered) continue;
    narrow.erase(0, digits + mark.size());
    break;
  }
  while (narrow.ends_with(':')) narrow.pop_back();
  for (char& c : narrow) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return narrow;
}

namespace {

CellReading Good(Value value) {
  return {.value = std::move(value), .mistake = "", .hint = "", .serial = false};
}

CellReading Bad(std::string mistake, std::string hint = "") {
  return {
      .value = Value(), .mistake = std::move(mistake), .hint = std::move(hint), .serial = false};
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

// "1,260" and "12,345,678.5" without their separators; other commas stay, to be refused.
std::string WithoutGrouping(std::string_view text) {
  constexpr size_t kGroup = 3;
  const std::string_view whole = text.substr(0, text.find('.'));
  const std::vector<std::string_view> groups = Split(whole, ',');
  for (size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].size() != kGroup || groups[0].empty() || groups[0].size() > kGroup) {
      return std::string(text);
    }
  }
  std::string out;
  for (const std::string_view group : groups) out += group;
  return out.append(text.substr(whole.size()));
}

CellReading ReadNumber(const ListColumn& column, std::string_view text) {
  const std::string digits = WithoutGrouping(WithoutApostrophe(text));
  const bool whole = column.type == CellType::kInteger;
  // "3e2" is a slip or what a spreadsheet made of a code, never what a clerk means by 300.
  const bool exponent = digits.find_first_of("eE") != std::string::npos;
  const std::optional<Decimal> number =
      exponent ? std::optional<Decimal>() : Decimal::Parse(digits);
  if (!number || (whole && !number->IsInteger())) {
    const bool grouped = digits.find(',') != std::string::npos;
    const std::string hint = exponent && Decimal::Parse(digits) ? "请写成普通数字，不用科学计数"
                             : grouped ? "千位分隔符应每三位一个；请核对，或只填数字"
                                       : "请只填数字，不带单位和文字";
    return Bad(StrCat("应为", whole ? "整数" : "数字", "，现为", Shown(text)), hint);
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

// "2023-03-06 09:30:00" and "2023-03-06T00:00" say a day; the time of day is not asked for.
std::string_view WithoutTime(std::string_view text) {
  const size_t gap = text.find_first_of(" T");
  const bool time = gap != std::string_view::npos && ParseTime(Trim(text.substr(gap + 1)));
  return time ? text.substr(0, gap) : text;
}

// 44991, the number a spreadsheet keeps for a day whose format was lost.
std::optional<Date> ReadSerial(std::string_view text, bool from_1904) {
  constexpr std::int64_t kFirst = 10'000;  // 1927-05-18; smaller ones are likelier a slip
  constexpr std::int64_t kLast = 73'050;   // 2099-12-31
  const std::string_view whole = text.substr(0, text.find('.'));
  const std::optional<long long> serial = ParseInteger(whole);
  const bool digits = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (!digits || !serial || *serial < kFirst || *serial > kLast || !Decimal::Parse(text)) {
    return std::nullopt;
  }
  const Date epoch = from_1904 ? Date{1904, 1, 1} : Date{1899, 12, 30};
  return AddDays(epoch, *serial);
}

CellReading ReadDateCell(std::string_view text, bool from_1904) {
  const std::string narrow = Narrow(WithoutTime(text));
  const std::string_view written = WithoutApostrophe(narrow);
  if (const std::optional<Date> date = ReadDate(written)) return Good(Value(*date));
  if (const std::optional<Date> date = ReadSerial(written, from_1904)) {
    CellReading reading = Good(Value(*date));
    reading.serial = true;
    return reading;
  }
  return Bad(StrCat("不是真实的日期：", Shown(text)), "请填写成2023-03-06的样子");
}

// 2023-03, 2023/3, 2023.3, 2023年3月, 202303, or a day of it.
CellReading ReadMonthCell(std::string_view text, bool from_1904) {
  const std::string narrow = Narrow(WithoutTime(text));
  std::string written(WithoutApostrophe(narrow));
  constexpr size_t kCompact = 6;
  const bool digits = written.find_first_not_of("0123456789") == std::string::npos;
  if (digits && written.size() == kCompact) {
    written = StrCat(written.substr(0, 4), "-", written.substr(4));
  }
  std::string day = written;
  if (day.ends_with("月")) day.resize(day.size() - std::string_view("月").size());
  if (std::optional<Date> month = ReadDate(StrCat(day, "-1"))) return Good(Value(*month));
  CellReading reading = ReadDateCell(text, from_1904);
  if (reading.value.date() == nullptr) {
    return Bad(StrCat("不是年月：", Shown(text)), "请填写成2023-03或2023年3月的样子");
  }
  Date month = *reading.value.date();
  month.day = 1;
  reading.value = Value(month);
  return reading;
}

// A day, and the time of day where one is given: 2023-03-06 9:30, 2023年3月6日 9:30.
CellReading ReadMomentCell(std::string_view text, bool from_1904) {
  const size_t gap = text.find_first_of(" T");
  std::string clock(gap == std::string_view::npos ? "" : Trim(text.substr(gap + 1)));
  if (clock.find(':') == 1) clock.insert(0, "0");
  if (std::count(clock.begin(), clock.end(), ':') == 1) clock += ":00";
  const std::optional<Time> time = clock.empty() ? std::nullopt : ParseTime(clock);
  if (!clock.empty() && !time) {
    return Bad(StrCat("不是真实的时间：", Shown(text)), "请填写成2023-03-06 09:30的样子");
  }
  CellReading reading = ReadDateCell(text.substr(0, gap), from_1904);
  if (!time || reading.value.date() == nullptr) return reading;
  return Good(Value(DateTime{*reading.value.date(), *time}));
}

CellReading ReadPeriodCell(std::string_view text) {
  const std::string narrow = Narrow(text);
  std::optional<Date> from;
  std::optional<Date> to;
  for (const std::string_view mark : {"至", "到", "—", "~", "-"}) {
    for (size_t at = narrow.find(mark); at != std::string::npos && !to;
         at = narrow.find(mark, at + 1)) {
      std::string_view rest = std::string_view(narrow).substr(at + mark.size());
      while (rest.starts_with(mark)) rest.remove_prefix(mark.size());  // ——
      from = ReadDate(std::string_view(narrow).substr(0, at));
      to = from ? ReadDate(rest) : std::nullopt;
    }
  }
  if (!from || !to) {
    return Bad(StrCat("不是起止日期：", Shown(text)), "请填写成2023年1月1日至2023年12月31日的样子");
  }
  if (*to < *from) return Bad(StrCat("止期早于起期：", Shown(text)));
  return Good(Value(StrCat(ToChinese(*from), "至", ToChinese(*to))));
}

CellReading ReadChoice(const ListColumn& column, std::string_view text) {
  std::vector<std::string> labels;
  for (const Choice& choice : column.values) {
    if (std::find(choice.words.begin(), choice.words.end(), text) != choice.words.end()) {
      return Good(Value(choice.value));
    }
    labels.push_back(choice.label);
  }
  constexpr size_t kMostTold = 24;
  const bool more = labels.size() > kMostTold;
  if (more) labels.resize(kMostTold);
  return Bad(StrCat(Shown(text), "不在可填的内容之内"),
             StrCat("可填：", Join(labels, "、"), more ? "等" : ""));
}

// Separated by 、 or a comma, a semicolon, a line.
CellReading ReadChoices(const ListColumn& column, std::string_view text) {
  std::string parts;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    const bool mark =
        c == U'、' || c == U'，' || c == U',' || c == U'；' || c == U';' || c == U'\n';
    AppendUtf8(parts, mark ? U'\n' : c);
  }
  List out;
  for (const std::string_view part : Split(parts, '\n')) {
    if (Trim(part).empty()) continue;
    CellReading one = ReadChoice(column, Narrow(part));
    if (!one.mistake.empty()) return one;
    if (std::find(out.begin(), out.end(), one.value) == out.end()) out.push_back(one.value);
  }
  return Good(Value(std::move(out)));
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
  if (length < column.min_length) {
    return Bad(StrCat("至少", column.min_length, "个字，现有", length, "个字"));
  }
  return Good(Value(text));
}

CellReading ReadTyped(const ListColumn& column, std::string_view text, const CellContext& context) {
  if (column.type == CellType::kText) return ReadText(column, text);
  const std::string narrow = Narrow(text);
  switch (column.type) {
    case CellType::kText:
    case CellType::kHeld:  // the caller asks with the type that is held
      break;
    case CellType::kCode:
      return ReadText(column, WithoutApostrophe(narrow));
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
      if (IsPhone(phone)) return Good(Value(phone));
      // A telephone with a digit too many is somebody's all the same: messages end in logs.
      constexpr size_t kWhole = 11;
      return Bad(StrCat("不是电话号码：", Shown(text.size() < kWhole ? text : MaskPhone(text))),
                 "手机填11位数字，座机填区号-号码，如0730-8880000");
    }
    case CellType::kInteger:
    case CellType::kNumber:
      return ReadNumber(column, narrow);
    case CellType::kBoolean:
      return ReadBoolean(narrow);
    case CellType::kDate:
      return ReadDateCell(text, context.dates_from_1904);
    case CellType::kMonth:
      return ReadMonthCell(text, context.dates_from_1904);
    case CellType::kMoment:
      return ReadMomentCell(text, context.dates_from_1904);
    case CellType::kPeriod:
      return ReadPeriodCell(text);
    case CellType::kChoice:
      return ReadChoice(column, narrow);
    case CellType::kChoices:
      return ReadChoices(column, text);
    case CellType::kReference:
      return ReadReference(column, narrow, context.references);
  }
  return {};
}

}  // namespace

CellReading ReadCell(const ListColumn& column, std::string_view text, const CellContext& context) {
  text = Trim(text);
  if (text.empty()) return {};
  CellReading reading = ReadTyped(column, text, context);
  const Date* date = reading.value.date();
  if (date == nullptr || !column.latest || *date <= *column.latest) return reading;
  return Bad(StrCat("不能晚于", ToString(*column.latest), "，现为", Shown(text)));
}

}  // namespace anjuan::form
