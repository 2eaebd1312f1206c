#include "engine/calendar/calendar.h"

#include <optional>
#include <utility>
#include <vector>

#include "engine/base/json_place.h"
#include "engine/base/text.h"
#include "engine/value/json.h"

namespace anjuan::calendar {

namespace {

constexpr int kFriday = 5;

bool IsWeekday(const Date& date) {
  return Weekday(date) <= kFriday;
}

}  // namespace

void Calendar::Set(int year, Year arrangement) {
  years_[year] = std::move(arrangement);
}

bool Calendar::IsWorkingDay(const Date& date) const {
  const auto year = years_.find(date.year);
  if (year == years_.end()) return IsWeekday(date);
  if (year->second.makeup_workdays.contains(date)) return true;
  return IsWeekday(date) && !year->second.days_off.contains(date);
}

std::string Calendar::Remark(const Date& date) const {
  const auto year = years_.find(date.year);
  if (year == years_.end()) return "";
  const auto off = year->second.days_off.find(date);
  if (off != year->second.days_off.end()) return off->second;
  return year->second.makeup_workdays.contains(date) ? "调休上班" : "";
}

Date Calendar::RollForward(Date date) const {
  while (!IsWorkingDay(date)) date = AddDays(date, 1);
  return date;
}

Date Calendar::AddWorkingDays(Date start, int n) const {
  const int step = n < 0 ? -1 : 1;
  for (int left = n < 0 ? -n : n; left > 0;) {
    start = AddDays(start, step);
    if (IsWorkingDay(start)) --left;
  }
  return start;
}

int Calendar::WorkingDaysBetween(Date from, Date to) const {
  const bool backwards = to < from;
  if (backwards) std::swap(from, to);
  int count = 0;
  for (Date day = from; day < to;) {
    day = AddDays(day, 1);
    if (IsWorkingDay(day)) ++count;
  }
  return backwards ? -count : count;
}

namespace {

constexpr std::string_view kOff = "days_off";
constexpr std::string_view kMakeup = "makeup_workdays";

// A mistake inside one year's arrangement and the JSON pointer to it, below the year's member.
struct Finding {
  std::string pointer;
  std::string code;
  std::string message;
};

// {"2023-01-01": "元旦"}, or a plain list of dates.
std::vector<std::pair<std::string, std::string>> Entries(const Value& days) {
  std::vector<std::pair<std::string, std::string>> out;
  if (const Context* named = days.context()) {
    for (const auto& [date, name] : named->entries()) {
      out.emplace_back(date, name.string() ? *name.string() : "");
    }
  }
  if (const List* list = days.list()) {
    for (const Value& date : *list) out.emplace_back(date.string() ? *date.string() : "?", "");
  }
  return out;
}

void ReadDays(int year, const Value& days, std::string_view member, std::map<Date, std::string>& to,
              std::vector<Finding>& findings) {
  if (!days.is_null() && !days.context() && !days.list()) {
    findings.push_back(
        {StrCat("/", member), "calendar.date",
         StrCat("\"", member, "\" must list dates, or name them: {\"date\": \"holiday\"}")});
  }
  for (const auto& [text, name] : Entries(days)) {
    const std::string pointer = StrCat("/", member, "/", text);
    const std::optional<Date> date = ParseDate(text);
    if (!date) {
      findings.push_back(
          {pointer, "calendar.date", StrCat("\"", text, "\" is not a date like 2023-01-01")});
    } else if (date->year != year) {
      findings.push_back(
          {pointer, "calendar.date", StrCat(text, " does not lie in the year ", year)});
    } else {
      to[*date] = name;
    }
  }
}

Year ReadArrangement(int year, const Value& value, std::vector<Finding>& findings) {
  Year out;
  if (!value.context()) {
    findings.push_back({"", "calendar.year",
                        StrCat("the year ", year, " must be an object with \"", kOff, "\" and \"",
                               kMakeup, "\"")});
    return out;
  }
  ReadDays(year, value[kOff], kOff, out.days_off, findings);
  ReadDays(year, value[kMakeup], kMakeup, out.makeup_workdays, findings);
  for (const auto& [date, name] : out.makeup_workdays) {
    const std::string pointer = StrCat("/", kMakeup, "/", ToString(date));
    if (out.days_off.contains(date)) {
      findings.push_back({pointer, "calendar.twice",
                          StrCat(ToString(date), " is both a day off and a make-up workday")});
    }
    if (IsWeekday(date)) {
      findings.push_back(
          {pointer, "calendar.weekday",
           StrCat(ToString(date), " is no Saturday or Sunday, so it is worked anyway")});
    }
  }
  if (out.days_off.empty()) {
    findings.push_back({"", "calendar.year", StrCat("the year ", year, " has no days off")});
  }
  return out;
}

}  // namespace

Result<Year> ReadYear(int year, const Value& arrangement) {
  std::vector<Finding> findings;
  Year out = ReadArrangement(year, arrangement, findings);
  if (findings.empty()) return out;
  Diagnostics diagnostics;
  for (Finding& f : findings) diagnostics.push_back({.code = f.code, .message = f.message});
  return Unexpected{diagnostics};
}

Value WriteYear(const Year& arrangement) {
  const auto days = [](const std::map<Date, std::string>& named) {
    Context out;
    for (const auto& [date, name] : named) out.Set(ToString(date), Value(name));
    return Value(std::move(out));
  };
  Context out;
  out.Set(kOff, days(arrangement.days_off));
  out.Set(kMakeup, days(arrangement.makeup_workdays));
  return Value(std::move(out));
}

Result<Calendar> ReadCalendar(std::string_view text, std::string_view file) {
  const Result<Value> json = ReadJson(text, file);
  if (!json) return Unexpected{json.error()};
  Calendar calendar;
  Diagnostics diagnostics;
  const auto report = [&](const std::string& pointer, std::string code, std::string message) {
    const Location at = FindJsonPlace(text, file, pointer);
    diagnostics.push_back({.code = std::move(code),
                           .message = std::move(message),
                           .at = at,
                           .source_line = SourceLine(text, at.line)});
  };
  const Context* years = (*json)["years"].context();
  if (!years || years->empty()) {
    report("", "calendar.json", R"(no years: {"years": {"2023": {"days_off": ...}}} is wanted)");
    return Unexpected{diagnostics};
  }
  for (const auto& [name, arrangement] : years->entries()) {
    const std::optional<long long> year = ParseInteger(name);
    if (!year || *year < 1949 || *year > 9999) {
      report(StrCat("/years/", name), "calendar.year", StrCat("\"", name, "\" is not a year"));
      continue;
    }
    std::vector<Finding> findings;
    calendar.Set(static_cast<int>(*year),
                 ReadArrangement(static_cast<int>(*year), arrangement, findings));
    for (Finding& f : findings) {
      report(StrCat("/years/", name, f.pointer), f.code, std::move(f.message));
    }
  }
  if (!diagnostics.empty()) return Unexpected{diagnostics};
  return calendar;
}

}  // namespace anjuan::calendar
