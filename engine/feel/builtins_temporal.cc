// Dates, times and durations: making them, and what the calendar says about them.
#include <array>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

namespace {

NoAnswer NotA(const Value& text, std::string_view what, std::string_view example) {
  return RangeTrouble(StrCat("\"", *text.string(), "\" is no ", what, "; write it as ", example));
}

Answer DateFromString(Arguments args, Services&) {
  if (const auto date = ParseDate(*args[0]->string())) return Value(*date);
  return NotA(*args[0], "date", "\"2023-03-06\"");
}

Answer DateFromDate(Arguments args, Services&) {
  return *args[0];
}

Answer DateFromDateTime(Arguments args, Services&) {
  return Value(args[0]->date_time()->date);
}

Answer DateFromParts(Arguments args, Services&) {
  const auto year = args[0]->number()->ToInteger();
  const auto month = args[1]->number()->ToInteger();
  const auto day = args[2]->number()->ToInteger();
  constexpr std::int64_t kYearLimit = 999'999'999;
  if (year && month && day && *year >= -kYearLimit && *year <= kYearLimit && *month >= 1 &&
      *month <= 12 && *day >= 1 && *day <= 31) {
    const Date date{static_cast<std::int32_t>(*year), static_cast<std::uint8_t>(*month),
                    static_cast<std::uint8_t>(*day)};
    if (IsValid(date)) return Value(date);
  }
  return RangeTrouble(StrCat("there is no date ", args[0]->number()->ToString(), "-",
                             args[1]->number()->ToString(), "-", args[2]->number()->ToString()));
}

Answer TimeFromString(Arguments args, Services& services) {
  if (const auto time = ParseTime(*args[0]->string(), services.zones())) return Value(*time);
  return NotA(*args[0], "time", "\"09:00:00\"");
}

Answer TimeFromTime(Arguments args, Services&) {
  return *args[0];
}

Answer TimeFromDateTime(Arguments args, Services&) {
  return Value(args[0]->date_time()->time);
}

// The standard counts a date as its midnight in UTC.
Answer TimeFromDate(Arguments, Services&) {
  Time midnight;
  midnight.zone.given = true;
  return Value(midnight);
}

Answer DateTimeFromDate(Arguments args, Services&) {
  return Value(DateTime{*args[0]->date(), {}});
}

Answer TimeFromParts(Arguments args, Services&) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const auto hour = args[0]->number()->ToInteger();
  const auto minute = args[1]->number()->ToInteger();
  const auto scaled = args[2]->number()->Multiply(Decimal(kNanosPerSecond));
  const auto whole = scaled ? scaled->Round(0, Decimal::Rounding::kDown) : std::nullopt;
  const auto nanos = whole ? whole->ToInteger() : std::nullopt;
  if (!hour || !minute || !nanos || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 ||
      *nanos < 0 || *nanos >= 60 * kNanosPerSecond) {
    return RangeTrouble("hours are 0 to 23, minutes 0 to 59, seconds below 60");
  }
  Time time{(*hour * 3600 + *minute * 60) * kNanosPerSecond + *nanos, {}};
  if (args[3] != nullptr && !args[3]->is_null()) {
    constexpr std::int64_t kMostOffset = std::int64_t{18} * 3600;
    const std::int64_t offset = args[3]->days()->seconds;
    if (offset < -kMostOffset || offset > kMostOffset) {
      return RangeTrouble("an offset is at most 18 hours");
    }
    time.zone.given = true;
    time.zone.offset_s = static_cast<std::int32_t>(offset);
  }
  return Value(time);
}

Answer DateTimeFromString(Arguments args, Services& services) {
  if (const auto at = ParseDateTime(*args[0]->string(), services.zones())) return Value(*at);
  if (const auto date = ParseDate(*args[0]->string())) return Value(DateTime{*date, Time{}});
  return NotA(*args[0], "date and time", "\"2023-03-06T09:00:00\"");
}

Answer DateTimeFromDateTime(Arguments args, Services&) {
  return *args[0];
}

Answer DateTimeFromParts(Arguments args, Services&) {
  const DateTime* at = args[0]->date_time();
  const Date* date = at != nullptr ? &at->date : args[0]->date();
  DateTime out{*date, *args[1]->time()};
  SettleOffset(out);  // of a named zone, on that day
  return Value(out);
}

Answer DurationFromString(Arguments args, Services&) {
  if (const auto months = ParseMonthsDuration(*args[0]->string())) return Value(*months);
  if (const auto days = ParseDaysDuration(*args[0]->string())) return Value(*days);
  return NotA(*args[0], "duration", "\"P1M\", \"P10D\" or \"PT12H\"");
}

Answer DurationFromDuration(Arguments args, Services&) {
  return *args[0];
}

Date DateOf(const Value& value) {
  if (const Date* date = value.date()) return *date;
  return value.date_time()->date;
}

// Whole months from the first to the second, towards zero; the time of day does not count.
Answer MonthsBetween(Arguments args, Services&) {
  const Date from = DateOf(*args[0]);
  const Date to = DateOf(*args[1]);
  std::int64_t months =
      (std::int64_t{to.year} - from.year) * 12 + (int{to.month} - int{from.month});
  if (months > 0 && to.day < from.day) --months;
  if (months < 0 && to.day > from.day) ++months;
  return Value(MonthsDuration{months});
}

Answer DayOfWeek(Arguments args, Services&) {
  constexpr std::array<const char*, 7> kNames = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                 "Friday", "Saturday", "Sunday"};
  return Value(kNames[static_cast<size_t>(Weekday(DateOf(*args[0])) - 1)]);
}

Answer MonthOfYear(Arguments args, Services&) {
  constexpr std::array<const char*, 12> kNames = {"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
  return Value(kNames[static_cast<size_t>(DateOf(*args[0]).month - 1)]);
}

std::int64_t DayOfYearNumber(const Date& date) {
  return ToDayNumber(date) - ToDayNumber({date.year, 1, 1}) + 1;
}

Answer DayOfYear(Arguments args, Services&) {
  return Value(DayOfYearNumber(DateOf(*args[0])));
}

// ISO 8601: week 1 is the one with the year's first Thursday, so this week's Thursday decides.
Answer WeekOfYear(Arguments args, Services&) {
  const Date date = DateOf(*args[0]);
  const Date thursday = AddDays(date, 4 - Weekday(date));
  return Value((DayOfYearNumber(thursday) - 1) / 7 + 1);
}

Answer LastDayOfMonth(Arguments args, Services&) {
  Date date = DateOf(*args[0]);
  date.day = static_cast<std::uint8_t>(DaysInMonth(date.year, date.month));
  return Value(date);
}

constexpr std::array kRows = {
    BuiltinRow{"date", "from: string", "date", DateFromString},
    BuiltinRow{"date", "from: date", "date", DateFromDate},
    BuiltinRow{"date", "from: datetime", "date", DateFromDateTime},
    BuiltinRow{"date", "year: number, month: number, day: number", "date", DateFromParts},
    BuiltinRow{"time", "from: string", "time", TimeFromString},
    BuiltinRow{"time", "from: time", "time", TimeFromTime},
    BuiltinRow{"time", "from: datetime", "time", TimeFromDateTime},
    BuiltinRow{"time", "from: date", "time", TimeFromDate},
    BuiltinRow{"time",
               "hour: number, minute: number, second: number, "
               "offset?: days and time duration?",
               "time", TimeFromParts},
    BuiltinRow{"date and time", "from: string", "datetime", DateTimeFromString},
    BuiltinRow{"date and time", "from: datetime", "datetime", DateTimeFromDateTime},
    BuiltinRow{"date and time", "from: date", "datetime", DateTimeFromDate},
    BuiltinRow{"date and time", "date: date, time: time", "datetime", DateTimeFromParts},
    BuiltinRow{"date and time", "date: datetime, time: time", "datetime", DateTimeFromParts},
    BuiltinRow{"duration", "from: string", "any", DurationFromString},
    BuiltinRow{"duration", "from: years and months duration", "first", DurationFromDuration},
    BuiltinRow{"duration", "from: days and time duration", "first", DurationFromDuration},
    BuiltinRow{"years and months duration", "from: date, to: date", "years and months duration",
               MonthsBetween},
    BuiltinRow{"years and months duration", "from: datetime, to: datetime",
               "years and months duration", MonthsBetween},
    BuiltinRow{"years and months duration", "from: date, to: datetime", "years and months duration",
               MonthsBetween},
    BuiltinRow{"years and months duration", "from: datetime, to: date", "years and months duration",
               MonthsBetween},
    BuiltinRow{"day of week", "date: date", "string", DayOfWeek},
    BuiltinRow{"day of week", "date: datetime", "string", DayOfWeek},
    BuiltinRow{"month of year", "date: date", "string", MonthOfYear},
    BuiltinRow{"month of year", "date: datetime", "string", MonthOfYear},
    BuiltinRow{"day of year", "date: date", "number", DayOfYear},
    BuiltinRow{"day of year", "date: datetime", "number", DayOfYear},
    BuiltinRow{"week of year", "date: date", "number", WeekOfYear},
    BuiltinRow{"week of year", "date: datetime", "number", WeekOfYear},
    BuiltinRow{"last day of month", "date: date", "date", LastDayOfMonth},
    BuiltinRow{"last day of month", "date: datetime", "date", LastDayOfMonth},
};

}  // namespace

std::span<const BuiltinRow> TemporalRows() {
  return kRows;
}

}  // namespace anjuan::feel
