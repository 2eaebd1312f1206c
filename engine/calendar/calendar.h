// Working days (工作日) of mainland China: Monday to Friday, but for the days off and the weekends
// worked instead that the State Council announces for each year.
//
// Source:  yearly 节假日安排的通知 of the State Council General Office, loaded as data; never
// guessed.
//          A year without data counts Monday to Friday, and whoever asks is told
//          (Deadline::warnings).
// Threads: a Calendar that is not being changed may be read by any number.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/temporal.h"
#include "engine/value/value.h"

namespace anjuan::calendar {

// One year's arrangement; the texts name the holiday ("春节").
struct Year {
  std::map<Date, std::string> days_off;         // weekend days inside a holiday included
  std::map<Date, std::string> makeup_workdays;  // 调休上班: weekend days that are worked
  bool operator==(const Year&) const = default;
};

class Calendar {
 public:
  void Set(int year, Year arrangement);  // replaces that year's
  bool Covers(int year) const { return years_.contains(year); }
  const std::map<int, Year>& years() const { return years_; }

  bool IsWorkingDay(const Date& date) const;
  // The holiday's name, "调休上班", or "" for an ordinary day.
  std::string Remark(const Date& date) const;
  // `date` itself, or the first working day after it.
  Date RollForward(Date date) const;
  // The n-th working day after `start` (n < 0: before). Work grows with n; callers bound it.
  Date AddWorkingDays(Date start, int n) const;
  // Working days after `from` up to and with `to`; negative where `to` is before `from`. So
  // WorkingDaysBetween(d, AddWorkingDays(d, n)) == n.
  int WorkingDaysBetween(Date from, Date to) const;

 private:
  std::map<int, Year> years_;
};

// {"years": {"2023": {"days_off": {"2023-01-01": "元旦", …}, "makeup_workdays": {…}}}}: other
// members are ignored. All mistakes at once: days outside their year, a day listed twice, a make-up
// workday that is no Saturday or Sunday.
// Errors: "calendar.json", "calendar.year", "calendar.date", "calendar.twice", "calendar.weekday".
Result<Calendar> ReadCalendar(std::string_view text, std::string_view file);

// One year as it stands in such a file, for stores that keep a row for each year. `year` is what
// the file calls it.
Result<Year> ReadYear(int year, const Value& arrangement);
Value WriteYear(const Year& arrangement);

}  // namespace anjuan::calendar
