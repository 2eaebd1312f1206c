#include "engine/base/temporal.h"

#include <array>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/base/zones.h"

namespace anjuan {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
constexpr std::int32_t kYearLimit = 999'999'999;

std::string Pad(std::int64_t number, size_t width) {
  std::string digits = std::to_string(std::llabs(number));
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return number < 0 ? "-" + digits : digits;
}

// Reads exactly `width` digits (0: one or more) from the front.
std::optional<std::int64_t> TakeDigits(std::string_view& text, size_t width) {
  size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  if (count == 0 || count > 18 || (width != 0 && count < width)) return std::nullopt;
  if (width != 0) count = width;
  std::int64_t number = 0;
  for (const char c : text.substr(0, count)) number = number * 10 + (c - '0');
  text.remove_prefix(count);
  return number;
}

bool Take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Up to nine digits after a point, as nanoseconds.
std::optional<std::int64_t> TakeFraction(std::string_view& text) {
  std::int64_t nanos = 0;
  size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
    if (count < 9) nanos = nanos * 10 + (text[count] - '0');
    ++count;
  }
  if (count == 0) return std::nullopt;
  for (size_t i = count; i < 9; ++i) nanos *= 10;
  text.remove_prefix(count);
  return nanos;
}

std::optional<Date> TakeDate(std::string_view& text) {
  const bool negative = Take(text, '-');
  const std::string_view before = text;
  const auto year = TakeDigits(text, 0);
  const size_t digits = before.size() - text.size();
  // XML Schema: four digits at least, no leading zero beyond four.
  if (!year || digits < 4 || (digits > 4 && before.front() == '0') || *year > kYearLimit) {
    return std::nullopt;
  }
  if (!Take(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day || *month > 12 || *day > 31) return std::nullopt;
  const Date date{static_cast<std::int32_t>(negative ? -*year : *year),
                  static_cast<std::uint8_t>(*month), static_cast<std::uint8_t>(*day)};
  if (!IsValid(date)) return std::nullopt;
  return date;
}

std::optional<Zone> TakeZone(std::string_view& text, const Zones* zones) {
  Zone zone;
  if (text.empty()) return zone;
  zone.given = true;
  if (zones != nullptr && Take(text, '@')) {
    zone.named = zones->Find(text);
    if (zone.named == nullptr) return std::nullopt;
    zone.offset_s = zone.named->standard_offset_s();
    text = {};
    return zone;
  }
  if (Take(text, 'Z')) return zone;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = TakeDigits(text, 2);
  if (!hours || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *hours > 18 || *minutes > 59) return std::nullopt;
  std::int64_t seconds = 0;
  if (Take(text, ':')) {
    const auto extra = TakeDigits(text, 2);
    if (!extra || *extra > 59) return std::nullopt;
    seconds = *extra;
  }
  const std::int64_t offset = *hours * 3600 + *minutes * 60 + seconds;
  zone.offset_s = static_cast<std::int32_t>(west ? -offset : offset);
  return zone;
}

}  // namespace

bool IsLeapYear(std::int32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysInMonth(std::int32_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && IsLeapYear(year)) return 29;
  return kDays[static_cast<size_t>(month - 1)];
}

bool IsValid(const Date& date) {
  return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= DaysInMonth(date.year, date.month);
}

// Counting from 1 March puts the leap day last, so a month's start is a plain formula.
std::int64_t ToDayNumber(const Date& date) {
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t shifted_month = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

Date FromDayNumber(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
          static_cast<std::uint8_t>(day)};
}

Date AddDays(const Date& date, std::int64_t days) {
  return FromDayNumber(ToDayNumber(date) + days);
}

Date AddMonths(const Date& date, std::int64_t months) {
  const std::int64_t total = std::int64_t{date.year} * 12 + (date.month - 1) + months;
  const std::int64_t year = (total >= 0 ? total : total - 11) / 12;
  const int month = static_cast<int>(total - year * 12) + 1;
  const int last = DaysInMonth(static_cast<std::int32_t>(year), month);
  return {static_cast<std::int32_t>(year), static_cast<std::uint8_t>(month),
          static_cast<std::uint8_t>(date.day < last ? date.day : last)};
}

int Weekday(const Date& date) {
  const std::int64_t shifted = (ToDayNumber(date) + 3) % 7;  // 1970-01-01 was a Thursday
  return static_cast<int>(shifted < 0 ? shifted + 7 : shifted) + 1;
}

std::optional<Date> ParseDate(std::string_view text) {
  const auto date = TakeDate(text);
  return text.empty() ? date : std::nullopt;
}

namespace {

// A time of day; 24:00:00 comes out as a whole day of nanoseconds.
std::optional<Time> TakeTime(std::string_view text, const Zones* zones) {
  const auto hours = TakeDigits(text, 2);
  if (!hours || *hours > 24 || !Take(text, ':')) return std::nullopt;
  const auto minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  if (Take(text, ':')) {
    const auto given = TakeDigits(text, 2);
    if (!given || *given > 59) return std::nullopt;
    seconds = *given;
    if (Take(text, '.')) {
      const auto fraction = TakeFraction(text);
      if (!fraction) return std::nullopt;
      nanos = *fraction;
    }
  }
  const auto zone = TakeZone(text, zones);
  if (!zone || !text.empty()) return std::nullopt;
  const std::int64_t out = (*hours * 3600 + *minutes * 60 + seconds) * kNanosPerSecond + nanos;
  if (out > kNanosPerDay) return std::nullopt;
  return Time{out, *zone};
}

}  // namespace

void SettleOffset(DateTime& date_time) {
  Zone& zone = date_time.time.zone;
  if (zone.named == nullptr) return;
  zone.offset_s = zone.named->OffsetAtLocal(ToDayNumber(date_time.date) * 86'400 +
                                            date_time.time.nanos / kNanosPerSecond);
}

std::optional<Time> ParseTime(std::string_view text, const Zones* zones) {
  auto time = TakeTime(text, zones);
  if (time && time->nanos == kNanosPerDay) time->nanos = 0;
  return time;
}

std::optional<DateTime> ParseDateTime(std::string_view text, const Zones* zones) {
  const auto date = TakeDate(text);
  if (!date || (!Take(text, 'T') && !Take(text, ' '))) return std::nullopt;
  const auto time = TakeTime(text, zones);
  if (!time) return std::nullopt;
  DateTime out{*date, *time};
  if (time->nanos == kNanosPerDay) {
    out.date = AddDays(*date, 1);
    out.time.nanos = 0;
    if (out.date.year > kYearLimit) return std::nullopt;
  }
  SettleOffset(out);
  return out;
}

std::optional<MonthsDuration> ParseMonthsDuration(std::string_view text) {
  const bool negative = Take(text, '-');
  if (!Take(text, 'P') || text.empty()) return std::nullopt;
  std::int64_t months = 0;
  auto number = TakeDigits(text, 0);
  if (number && Take(text, 'Y')) {
    if (*number > 100'000'000'000'000'000 / 12) return std::nullopt;
    months = *number * 12;
    if (text.empty()) return MonthsDuration{negative ? -months : months};
    number = TakeDigits(text, 0);
  }
  if (!number || !Take(text, 'M') || !text.empty()) return std::nullopt;
  months += *number;
  return MonthsDuration{negative ? -months : months};
}

std::optional<DaysDuration> ParseDaysDuration(std::string_view text) {
  const bool negative = Take(text, '-');
  if (!Take(text, 'P') || text.empty()) return std::nullopt;
  constexpr std::int64_t kLimit = 100'000'000'000'000;  // keeps every product inside 64 bits
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  bool in_time = false;
  int last = -1;  // units come in this order, each once
  while (!text.empty()) {
    if (!in_time && Take(text, 'T')) {
      in_time = true;
      if (text.empty()) return std::nullopt;
    }
    const auto number = TakeDigits(text, 0);
    if (!number || *number > kLimit) return std::nullopt;
    int unit = 0;
    if (!in_time && Take(text, 'D')) {
      seconds += *number * 86400;
    } else if (in_time && Take(text, 'H')) {
      unit = 1;
      seconds += *number * 3600;
    } else if (in_time && Take(text, 'M')) {
      unit = 2;
      seconds += *number * 60;
    } else if (in_time && Take(text, 'S')) {
      unit = 3;
      seconds += *number;
    } else if (in_time && Take(text, '.')) {
      unit = 3;
      nanos = TakeFraction(text).value_or(0);  // XML Schema takes a point without digits
      if (!Take(text, 'S')) return std::nullopt;
      seconds += *number;
    } else {
      return std::nullopt;
    }
    if (unit <= last) return std::nullopt;
    last = unit;
  }
  if (last < 0) return std::nullopt;
  return DaysDuration{negative ? -seconds : seconds,
                      static_cast<std::int32_t>(negative ? -nanos : nanos)};
}

std::string ToString(const Date& date) {
  return StrCat(Pad(date.year, 4), "-", Pad(date.month, 2), "-", Pad(date.day, 2));
}

namespace {

std::string FractionText(std::int64_t nanos) {
  if (nanos == 0) return "";
  std::string digits = Pad(nanos, 9);
  digits.erase(digits.find_last_not_of('0') + 1);
  return "." + digits;
}

}  // namespace

std::string ToString(const Time& time) {
  const std::int64_t seconds = time.nanos / kNanosPerSecond;
  std::string out = StrCat(Pad(seconds / 3600, 2), ":", Pad(seconds / 60 % 60, 2), ":",
                           Pad(seconds % 60, 2), FractionText(time.nanos % kNanosPerSecond));
  if (!time.zone.given) return out;
  if (time.zone.named != nullptr) return StrCat(out, "@", time.zone.named->name());
  if (time.zone.offset_s == 0) return out + "Z";
  const std::int32_t offset = std::abs(time.zone.offset_s);
  out += StrCat(time.zone.offset_s < 0 ? "-" : "+", Pad(offset / 3600, 2), ":",
                Pad(offset / 60 % 60, 2));
  return offset % 60 == 0 ? out : StrCat(out, ":", Pad(offset % 60, 2));
}

std::string ToString(const DateTime& date_time) {
  return StrCat(ToString(date_time.date), "T", ToString(date_time.time));
}

std::string ToString(const MonthsDuration& duration) {
  const std::int64_t months = std::llabs(duration.months);
  std::string out = duration.months < 0 ? "-P" : "P";
  if (months / 12 != 0) out += StrCat(months / 12, "Y");
  if (months % 12 != 0 || months == 0) out += StrCat(months % 12, "M");
  return out;
}

std::string ToString(const DaysDuration& duration) {
  const bool negative = duration.seconds < 0 || duration.nanos < 0;
  const std::int64_t seconds = std::llabs(duration.seconds);
  const std::int64_t nanos = std::llabs(std::int64_t{duration.nanos});
  std::string out = negative ? "-P" : "P";
  if (seconds / 86400 != 0) out += StrCat(seconds / 86400, "D");
  const std::int64_t rest = seconds % 86400;
  if (rest == 0 && nanos == 0) return seconds == 0 ? out + "T0S" : out;
  out += "T";
  if (rest / 3600 != 0) out += StrCat(rest / 3600, "H");
  if (rest / 60 % 60 != 0) out += StrCat(rest / 60 % 60, "M");
  if (rest % 60 != 0 || nanos != 0) out += StrCat(rest % 60, FractionText(nanos), "S");
  return out;
}

std::string ToChinese(const Date& date) {
  return StrCat(date.year, "年", static_cast<int>(date.month), "月", static_cast<int>(date.day),
                "日");
}

Instant ToInstant(const DateTime& date_time) {
  const std::int32_t offset =
      date_time.time.zone.given ? date_time.time.zone.offset_s : kBeijingOffsetS;
  return ToDayNumber(date_time.date) * kMillisecondsPerDay + date_time.time.nanos / 1'000'000 -
         std::int64_t{offset} * 1000;
}

Instant BeijingMidnight(const Date& date) {
  return ToDayNumber(date) * kMillisecondsPerDay - std::int64_t{kBeijingOffsetS} * 1000;
}

namespace {

struct DayAndRest {
  std::int64_t day;
  std::int64_t rest_ms;
};

DayAndRest SplitDay(Instant instant) {
  std::int64_t day = instant / kMillisecondsPerDay;
  std::int64_t rest = instant % kMillisecondsPerDay;
  if (rest < 0) {
    --day;
    rest += kMillisecondsPerDay;
  }
  return {day, rest};
}

std::string ClockText(std::int64_t rest_ms) {
  return StrCat(Pad(rest_ms / 3'600'000, 2), ":", Pad(rest_ms / 60'000 % 60, 2), ":",
                Pad(rest_ms / 1000 % 60, 2));
}

}  // namespace

Date BeijingDate(Instant instant) {
  return FromDayNumber(SplitDay(instant + std::int64_t{kBeijingOffsetS} * 1000).day);
}

std::string ToUtcString(Instant instant) {
  const DayAndRest at = SplitDay(instant);
  return StrCat(ToString(FromDayNumber(at.day)), "T", ClockText(at.rest_ms), ".",
                Pad(at.rest_ms % 1000, 3), "Z");
}

std::string ToBeijingString(Instant instant) {
  const DayAndRest at = SplitDay(instant + std::int64_t{kBeijingOffsetS} * 1000);
  return StrCat(ToString(FromDayNumber(at.day)), " ", ClockText(at.rest_ms));
}

std::optional<Instant> ParseUtcInstant(std::string_view text) {
  const auto date_time = ParseDateTime(text);
  if (!date_time || !date_time->time.zone.given) return std::nullopt;
  return ToInstant(*date_time);
}

std::optional<Instant> ParseMoment(std::string_view text) {
  if (const auto date = ParseDate(text)) return BeijingMidnight(*date);
  if (const auto moment = ParseDateTime(text)) return ToInstant(*moment);
  return std::nullopt;
}

}  // namespace anjuan
