// Dates, times and the two kinds of duration, as FEEL and the law count them.
//
// Source:  DMN 1.5, 10.3.2.3.4 to .9 (years to +-999,999,999; no leap seconds).
// Units:   Instant is milliseconds since 1970-01-01T00:00:00Z, always UTC. Dates without a zone
//          are Beijing time (UTC+8) wherever an instant has to be made of them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anjuan {

class NamedZone;  // engine/base/zones.h
class Zones;

struct Date {
  std::int32_t year = 1970;
  std::uint8_t month = 1;  // 1-12
  std::uint8_t day = 1;    // 1-31
  auto operator<=>(const Date&) const = default;
};

// What was said about the zone: nothing, an offset, or a name of the zone database.
struct Zone {
  bool given = false;
  std::int32_t offset_s = 0;         // east of UTC; with a name: at that local time
  const NamedZone* named = nullptr;  // null: an offset
  bool operator==(const Zone&) const = default;
};

struct Time {
  std::int64_t nanos = 0;  // since midnight, below 86,400e9
  Zone zone;
  bool operator==(const Time&) const = default;
};

struct DateTime {
  Date date;
  Time time;
  bool operator==(const DateTime&) const = default;
};

struct MonthsDuration {  // "years and months duration"
  std::int64_t months = 0;
  auto operator<=>(const MonthsDuration&) const = default;
};

struct DaysDuration {  // "days and time duration"
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;  // same sign as seconds
  auto operator<=>(const DaysDuration&) const = default;
};

using Instant = std::int64_t;

inline constexpr std::int64_t kMillisecondsPerDay = 86'400'000;
inline constexpr std::int32_t kBeijingOffsetS = 8 * 3600;

bool IsLeapYear(std::int32_t year);
int DaysInMonth(std::int32_t year, int month);
bool IsValid(const Date& date);
std::int64_t ToDayNumber(const Date& date);  // days since 1970-01-01
Date FromDayNumber(std::int64_t days);
Date AddDays(const Date& date, std::int64_t days);
// The corresponding day, or the last day of a shorter month (Civil Code art. 202; FEEL date + P1M).
Date AddMonths(const Date& date, std::int64_t months);
int Weekday(const Date& date);  // 1 Monday .. 7 Sunday

std::optional<Date> ParseDate(std::string_view text);  // 2023-03-06
// 09:00, 09:00:00.5+08:00; with zones also 09:00:00@Asia/Shanghai. 24:00:00 is 00:00:00, in a
// date and time that of the next day.
std::optional<Time> ParseTime(std::string_view text, const Zones* zones = nullptr);
// date T (or space) time
std::optional<DateTime> ParseDateTime(std::string_view text, const Zones* zones = nullptr);
// The offset of a named zone follows the local time: to be called where that has been changed.
void SettleOffset(DateTime& date_time);
std::optional<MonthsDuration> ParseMonthsDuration(std::string_view text);  // P1Y2M
std::optional<DaysDuration> ParseDaysDuration(std::string_view text);      // P1DT2H

std::string ToString(const Date& date);
std::string ToString(const Time& time);
std::string ToString(const DateTime& date_time);
std::string ToString(const MonthsDuration& duration);
std::string ToString(const DaysDuration& duration);

std::string ToChinese(const Date& date);  // 2023年3月6日, GB/T 9704 7.3.5: Arabic, not padded

// A date-time without zone counts as Beijing time.
Instant ToInstant(const DateTime& date_time);
Instant BeijingMidnight(const Date& date);     // the first instant of that day in Beijing
Date BeijingDate(Instant instant);             // the day it is in Beijing
std::string ToUtcString(Instant instant);      // 2023-03-06T01:00:00.000Z
std::string ToBeijingString(Instant instant);  // 2023-03-06 09:00:00
std::optional<Instant> ParseUtcInstant(std::string_view text);
// A date (its first instant) or a date and time, Beijing time where no zone is given.
std::optional<Instant> ParseMoment(std::string_view text);

}  // namespace anjuan
