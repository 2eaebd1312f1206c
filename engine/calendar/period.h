// Periods of the law (期间) and the day they end.
//
// Source:  Civil Code (民法典, in force 2021-01-01) art. 201: the day of the start is not counted;
//          art. 202: months and years end on the corresponding day, else on the month's last day;
//          art. 203: a last day off moves to the first working day after it.
// Units:   a deadline is a whole day; it is missed at 24:00 Beijing time. Hours run exactly.
// Errors:  "calendar.amount" for an amount below zero or beyond 100 years, "calendar.unit" for
// hours
//          where a day is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/temporal.h"
#include "engine/calendar/calendar.h"

namespace anjuan::calendar {

enum class Unit { kCalendarDay, kWorkingDay, kMonth, kYear, kHour };

// "calendar_day" (自然日), "working_day" (工作日), "month", "year", "hour": the units of
// parameters.
std::optional<Unit> ParseUnit(std::string_view text);
std::string_view ToString(Unit unit);
std::string_view ToChinese(Unit unit);  // 日 个工作日 个月 年 小时, as in 自收到之日起20日内

struct Period {
  std::int64_t amount = 0;
  Unit unit = Unit::kCalendarDay;
  bool operator==(const Period&) const = default;
};

// Whether a calendar, month or year period that ends on a day off moves on. A time that must pass
// before something may be done is not moved (parameter time.roll_to_working_day is for the caller).
enum class Roll { kToWorkingDay, kNone };

struct Deadline {
  Date date;
  // One warning, code "calendar.year", where a year without loaded days off was looked at.
  Diagnostics warnings;
};

Result<Deadline> Due(const Date& start, const Period& period, const Calendar& calendar,
                     Roll roll = Roll::kToWorkingDay);

// The day that lies `period` before `date` (5 working days before the meeting). Never moved: what
// must be done by then must be done before a day off, not after it.
Result<Deadline> DueBefore(const Date& date, const Period& period, const Calendar& calendar);

// The instant a period is over: hours after `start` exactly, else 24:00 of the Due day of the day
// it is in Beijing at `start`.
struct Moment {
  Instant instant = 0;
  Diagnostics warnings;
};
Result<Moment> DueInstant(Instant start, const Period& period, const Calendar& calendar,
                          Roll roll = Roll::kToWorkingDay);

}  // namespace anjuan::calendar
