#include "plugins/xlsx/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "engine/base/decimal.h"
#include "engine/base/temporal.h"
#include "engine/base/text.h"
#include "plugins/xlsx/zip.h"

namespace anjuan::xlsx {

NumberFormat BuiltInFormat(int id) {
  // 14-17, 22: dates everywhere; 27-31, 36, 50-54, 57, 58: dates of Chinese; 32-35, 55, 56: times
  // of Chinese; 18-21, 45-47: times.
  const bool date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
                    (id >= 50 && id <= 54) || id == 57 || id == 58;
  const bool time = (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 55 || id == 56 ||
                    (id >= 45 && id <= 47);
  return {.kind = date ? NumberKind::kDate : time ? NumberKind::kTime : NumberKind::kNumber};
}

NumberFormat ReadFormatCode(std::string_view code) {
  bool date = false;   // y, d, e
  bool time = false;   // h, s
  bool month = false;  // m: months, or minutes beside h and s
  bool plain = true;   // nothing but zeros
  int zeros = 0;
  for (size_t i = 0; i < code.size() && code[i] != ';'; ++i) {  // the section of positive numbers
    const char c = code[i];
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
      plain = false;
      continue;
    }
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
      continue;
    }
    if (c == '[') {  // a colour, a locale, a condition; or hours and minutes without a day: [h]
      const size_t end = std::min(code.find(']', i), code.size());
      const std::string inside = SmallLetters(code.substr(i + 1, end - i - 1));
      if (inside.find_first_not_of("hms") == std::string::npos && !inside.empty()) time = true;
      // $-F800: the system's long date; $-F400: its time.
      if (inside == "$-f800") date = true;
      i = end;
      continue;
    }
    if (SmallLetters(code.substr(i, 7)) == "general") return {};
    if (c == '0') ++zeros;
    if (c != '0') plain = false;
    const bool exponent =
        (c == 'E' || c == 'e') && i + 1 < code.size() && (code[i + 1] == '+' || code[i + 1] == '-');
    date = date || c == 'y' || c == 'Y' || c == 'd' || c == 'D' || (c == 'e' && !exponent);
    month = month || c == 'm' || c == 'M';
    time = time || c == 'h' || c == 'H' || c == 's' || c == 'S';
  }
  if (date || (month && !time)) return {.kind = NumberKind::kDate};
  if (time) return {.kind = NumberKind::kTime};
  return {.kind = NumberKind::kNumber, .pad = plain && zeros > 1 ? zeros : 0};
}

std::optional<std::string> SerialText(double serial, NumberKind kind, bool from_1904) {
  constexpr double kLast = 2'958'466;  // 10000-01-01
  constexpr std::int64_t kSecondsPerDay = 86'400;
  if (!(serial >= 0 && serial < kLast)) return std::nullopt;
  const auto seconds = static_cast<std::int64_t>(std::llround(serial * double{kSecondsPerDay}));
  std::int64_t day = seconds / kSecondsPerDay;
  const std::int64_t of_day = seconds % kSecondsPerDay;
  const auto two = [](std::int64_t n) { return StrCat(n < 10 ? "0" : "", n); };
  const std::string time =
      StrCat(two(of_day / 3600), ":", two(of_day / 60 % 60), ":", two(of_day % 60));
  if (kind == NumberKind::kTime && day == 0) return time;
  constexpr std::int64_t kNoSuchDay = 60;  // 1900-02-29, which the 1900 system has
  if (!from_1904 && (day == kNoSuchDay || day == 0)) return std::nullopt;
  if (!from_1904 && day < kNoSuchDay) ++day;
  const std::int64_t epoch = from_1904 ? ToDayNumber({1904, 1, 1}) : ToDayNumber({1899, 12, 30});
  const std::string date = ToString(FromDayNumber(epoch + day));
  return of_day == 0 ? date : StrCat(date, " ", time);
}

std::string NumberText(double number, int pad) {
  std::array<char, 64> buffer = {};
  constexpr int kDigits = 15;
  constexpr double kExact = 1e15;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 std::chars_format::general, kDigits);
  std::string text(buffer.data(), end.ptr);
  if (std::fabs(number) >= kExact) {
    const size_t e = text.find('e');
    if (e != std::string::npos) text[e] = 'E';
    return text;
  }
  if (const std::optional<Decimal> decimal = Decimal::Parse(text)) text = decimal->ToString();
  const bool whole = text.find_first_not_of("0123456789") == std::string::npos;
  if (whole && text.size() < static_cast<size_t>(pad)) {
    text.insert(0, static_cast<size_t>(pad) - text.size(), '0');
  }
  return text;
}

}  // namespace anjuan::xlsx
