#include "engine/calendar/period.h"

#include <algorithm>
#include <string>

#include "engine/base/text.h"

namespace anjuan::calendar {

namespace {

constexpr std::int64_t kLongestYears = 100;
constexpr std::int64_t kMillisecondsPerHour = 3'600'000;

std::int64_t Longest(Unit unit) {
  switch (unit) {
    case Unit::kCalendarDay:
    case Unit::kWorkingDay:
      return kLongestYears * 366;
    case Unit::kMonth:
      return kLongestYears * 12;
    case Unit::kYear:
      return kLongestYears;
    case Unit::kHour:
      return kLongestYears * 366 * 24;
  }
  return 0;
}

Diagnostics AmountMistake(const Period& period) {
  if (period.amount >= 0 && period.amount <= Longest(period.unit)) return {};
  return {{.code = "calendar.amount",
           .message = StrCat("a period of ", period.amount, " ", ToString(period.unit),
                             " cannot be counted"),
           .hint = StrCat("the amount must lie between 0 and ", Longest(period.unit))}};
}

Diagnostics HoursMistake() {
  return {{.code = "calendar.unit",
           .message = "a period in hours ends at a time, not on a day",
           .hint = "use it where a date and time is wanted"}};
}

// Warns where a year between the two days, ends included, has no data.
Diagnostics MissingYears(const Date& from, const Date& to, const Calendar& calendar) {
  std::string missing;
  for (int year = from.year; year <= to.year; ++year) {
    if (calendar.Covers(year)) continue;
    missing += StrCat(missing.empty() ? "" : "、", year);
  }
  if (missing.empty()) return {};
  return {{.severity = Severity::kWarning,
           .code = "calendar.year",
           .message = StrCat(missing, "年的节假日安排尚未导入，暂按周一至周五为工作日计算"),
           .hint = "请按国务院办公厅当年通知导入节假日安排后重新核对期限"}};
}

Date Shift(const Date& start, const Period& period, int sign, const Calendar& calendar) {
  const std::int64_t n = sign * period.amount;
  switch (period.unit) {
    case Unit::kCalendarDay:
      return AddDays(start, n);
    case Unit::kWorkingDay:
      return calendar.AddWorkingDays(start, static_cast<int>(n));
    case Unit::kMonth:
      return AddMonths(start, n);
    case Unit::kYear:
      return AddMonths(start, n * 12);
    case Unit::kHour:
      break;
  }
  return start;
}

}  // namespace

std::optional<Unit> ParseUnit(std::string_view text) {
  for (const Unit unit :
       {Unit::kCalendarDay, Unit::kWorkingDay, Unit::kMonth, Unit::kYear, Unit::kHour}) {
    if (text == ToString(unit)) return unit;
  }
  return std::nullopt;
}

std::string_view ToString(Unit unit) {
  switch (unit) {
    case Unit::kCalendarDay:
      return "calendar_day";
    case Unit::kWorkingDay:
      return "working_day";
    case Unit::kMonth:
      return "month";
    case Unit::kYear:
      return "year";
    case Unit::kHour:
      return "hour";
  }
  return "";
}

std::string_view ToChinese(Unit unit) {
  switch (unit) {
    case Unit::kCalendarDay:
      return "日";
    case Unit::kWorkingDay:
      return "个工作日";
    case Unit::kMonth:
      return "个月";
    case Unit::kYear:
      return "年";
    case Unit::kHour:
      return "小时";
  }
  return "";
}

Result<Deadline> Due(const Date& start, const Period& period, const Calendar& calendar, Roll roll) {
  if (period.unit == Unit::kHour) return Unexpected{HoursMistake()};
  if (Diagnostics mistake = AmountMistake(period); !mistake.empty()) return Unexpected{mistake};
  const Date last = Shift(start, period, +1, calendar);
  if (period.unit == Unit::kWorkingDay) {
    // The start day is not counted, so its year is only looked at where counting passes through.
    const Date first = AddDays(start, 1);
    return Deadline{last, MissingYears(std::min(first, last), last, calendar)};
  }
  if (roll == Roll::kNone) return Deadline{last, {}};
  const Date rolled = calendar.RollForward(last);
  return Deadline{rolled, MissingYears(last, rolled, calendar)};
}

Result<Deadline> DueBefore(const Date& date, const Period& period, const Calendar& calendar) {
  if (period.unit == Unit::kHour) return Unexpected{HoursMistake()};
  if (Diagnostics mistake = AmountMistake(period); !mistake.empty()) return Unexpected{mistake};
  const Date before = Shift(date, period, -1, calendar);
  if (period.unit != Unit::kWorkingDay) return Deadline{before, {}};
  return Deadline{before, MissingYears(before, std::max(before, AddDays(date, -1)), calendar)};
}

Result<Moment> DueInstant(Instant start, const Period& period, const Calendar& calendar,
                          Roll roll) {
  if (period.unit == Unit::kHour) {
    if (Diagnostics mistake = AmountMistake(period); !mistake.empty()) return Unexpected{mistake};
    return Moment{start + period.amount * kMillisecondsPerHour, {}};
  }
  Result<Deadline> due = Due(BeijingDate(start), period, calendar, roll);
  if (!due) return Unexpected{std::move(due.error())};
  return Moment{BeijingMidnight(AddDays(due->date, 1)), std::move(due->warnings)};
}

}  // namespace anjuan::calendar
