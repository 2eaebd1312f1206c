#include "engine/calendar/calendar.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/calendar/period.h"

namespace anjuan::calendar {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The shipped table: these tests also guard the data.
const Calendar& Shipped() {
  static const Calendar kCalendar = [] {
    const std::string file = ANJUAN_SOURCE_DIR "/workflows/shared/holidays.json";
    Result<Calendar> read = ReadCalendar(ReadFile(file), file);
    if (!read) ADD_FAILURE() << Render(read.error());
    return read ? *read : Calendar();
  }();
  return kCalendar;
}

Date Day(std::string_view text) {
  return ParseDate(text).value_or(Date{});
}

std::string DueText(std::string_view start, std::int64_t amount, Unit unit,
                    Roll roll = Roll::kToWorkingDay) {
  const Result<Deadline> due = Due(Day(start), {amount, unit}, Shipped(), roll);
  return due ? ToString(due->date) : Render(due.error());
}

TEST(Due, AgreesWithTheTableOfTheCatalogue) {
  struct Row {
    const char* start;
    int amount;
    Unit unit;
    const char* last;  // before rolling; "" for working days
    const char* deadline;
  };
  constexpr Row kRows[] = {
      {"2023-03-10", 20, Unit::kCalendarDay, "2023-03-30", "2023-03-30"},
      {"2023-04-11", 20, Unit::kCalendarDay, "2023-05-01", "2023-05-04"},
      {"2023-09-14", 15, Unit::kCalendarDay, "2023-09-29", "2023-10-07"},
      {"2023-09-20", 10, Unit::kCalendarDay, "2023-09-30", "2023-10-07"},
      {"2023-09-26", 5, Unit::kWorkingDay, "", "2023-10-09"},
      {"2024-02-06", 10, Unit::kWorkingDay, "", "2024-02-26"},
      {"2023-07-04", 30, Unit::kCalendarDay, "2023-08-03", "2023-08-03"},
      {"2024-02-02", 15, Unit::kCalendarDay, "2024-02-17", "2024-02-18"},
      {"2026-02-12", 5, Unit::kWorkingDay, "", "2026-02-26"},
      {"2025-09-26", 10, Unit::kWorkingDay, "", "2025-10-16"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(DueText(row.start, row.amount, row.unit), row.deadline) << row.start;
    if (row.last[0] == '\0') continue;
    EXPECT_EQ(DueText(row.start, row.amount, row.unit, Roll::kNone), row.last) << row.start;
  }
}

TEST(Due, MonthsAndYearsEndOnTheCorrespondingDay) {
  EXPECT_EQ(DueText("2023-01-31", 1, Unit::kMonth), "2023-02-28");
  EXPECT_EQ(DueText("2024-01-31", 1, Unit::kMonth, Roll::kNone), "2024-02-29");
  EXPECT_EQ(DueText("2024-02-29", 1, Unit::kYear), "2025-02-28");
  EXPECT_EQ(DueText("2023-03-01", 2, Unit::kMonth, Roll::kNone), "2023-05-01");
  EXPECT_EQ(DueText("2023-03-01", 2, Unit::kMonth), "2023-05-04");
}

TEST(Due, ZeroAndRefusedAmounts) {
  EXPECT_EQ(DueText("2023-03-10", 0, Unit::kWorkingDay), "2023-03-10");
  EXPECT_EQ(DueText("2023-03-11", 0, Unit::kCalendarDay), "2023-03-13");
  EXPECT_EQ(Due(Day("2023-03-10"), {-1, Unit::kMonth}, Shipped()).error()[0].code,
            "calendar.amount");
  EXPECT_EQ(Due(Day("2023-03-10"), {36'601, Unit::kWorkingDay}, Shipped()).error()[0].code,
            "calendar.amount");
  EXPECT_EQ(Due(Day("2023-03-10"), {5, Unit::kHour}, Shipped()).error()[0].code, "calendar.unit");
}

TEST(Due, WarnsOfYearsWithoutData) {
  const Result<Deadline> late = Due(Day("2026-12-28"), {5, Unit::kWorkingDay}, Shipped());
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(ToString(late->date), "2027-01-04");
  ASSERT_EQ(late->warnings.size(), 1U);
  EXPECT_EQ(late->warnings[0].code, "calendar.year");
  EXPECT_EQ(late->warnings[0].severity, Severity::kWarning);
  EXPECT_NE(late->warnings[0].message.find("2027年"), std::string::npos);

  EXPECT_TRUE(Due(Day("2023-03-10"), {20, Unit::kCalendarDay}, Shipped())->warnings.empty());
  // Without rolling no holiday table is looked at.
  const Period year{1, Unit::kYear};
  EXPECT_TRUE(Due(Day("2026-12-28"), year, Shipped(), Roll::kNone)->warnings.empty());
  EXPECT_EQ(Due(Day("2026-12-28"), year, Shipped())->warnings.size(), 1U);
  // Counting begins the day after: an offer on the last day of an unloaded year needs no data of
  // it.
  EXPECT_TRUE(Due(Day("2020-12-31"), {3, Unit::kWorkingDay}, Shipped())->warnings.empty());
}

TEST(DueBefore, CountsBackwardsAndStaysThere) {
  const auto before = [](std::string_view date, std::int64_t amount, Unit unit) {
    return ToString(DueBefore(Day(date), {amount, unit}, Shipped())->date);
  };
  EXPECT_EQ(before("2023-03-30", 5, Unit::kCalendarDay), "2023-03-25");  // a Saturday
  EXPECT_EQ(before("2023-10-09", 5, Unit::kWorkingDay), "2023-09-26");
  EXPECT_EQ(before("2023-05-31", 3, Unit::kMonth), "2023-02-28");
  EXPECT_EQ(DueBefore(Day("2027-01-04"), {2, Unit::kWorkingDay}, Shipped())->warnings.size(), 1U);
}

TEST(DueInstant, HoursRunExactlyAndDaysEndAtMidnight) {
  const Instant start = *ParseUtcInstant("2023-09-29T15:30:00.000Z");  // 23:30 in Beijing
  const Result<Moment> hours = DueInstant(start, {24, Unit::kHour}, Shipped());
  EXPECT_EQ(ToBeijingString(hours->instant), "2023-09-30 23:30:00");
  const Result<Moment> days = DueInstant(start, {1, Unit::kWorkingDay}, Shipped());
  EXPECT_EQ(ToBeijingString(days->instant), "2023-10-08 00:00:00");
}

TEST(Calendar, CountsTheWorkingDaysOfEachYear) {
  constexpr std::pair<int, int> kYears[] = {{2021, 250}, {2022, 249}, {2023, 249},
                                            {2024, 251}, {2025, 248}, {2026, 248}};
  for (const auto& [year, working_days] : kYears) {
    EXPECT_EQ(Shipped().WorkingDaysBetween({year - 1, 12, 31}, {year, 12, 31}), working_days)
        << year;
  }
}

TEST(Calendar, BetweenIsTheInverseOfAdd) {
  for (Date day = Day("2023-01-15"); day < Day("2023-02-15"); day = AddDays(day, 1)) {
    for (int n = 0; n < 30; ++n) {
      const Date later = Shipped().AddWorkingDays(day, n);
      EXPECT_EQ(Shipped().WorkingDaysBetween(day, later), n) << ToString(day);
      EXPECT_EQ(Shipped().WorkingDaysBetween(later, day), -n);
    }
  }
}

TEST(Calendar, NamesTheDay) {
  EXPECT_EQ(Shipped().Remark(Day("2023-09-29")), "中秋");
  EXPECT_EQ(Shipped().Remark(Day("2023-10-07")), "调休上班");
  EXPECT_EQ(Shipped().Remark(Day("2023-10-09")), "");
  EXPECT_TRUE(Shipped().IsWorkingDay(Day("2023-10-07")));   // a Saturday that is worked
  EXPECT_FALSE(Shipped().IsWorkingDay(Day("2023-10-14")));  // an ordinary one
}

TEST(ReadCalendar, ReportsEveryMistakeWithItsPlace) {
  constexpr std::string_view kText = R"({"years": {
  "2027": {
    "days_off": {"2027-01-01": "元旦", "2028-01-01": "元旦", "2027-02-30": "?"},
    "makeup_workdays": {"2027-01-01": "元旦"}
  },
  "二〇二八": {}
}})";
  const Result<Calendar> read = ReadCalendar(kText, "holidays.json");
  ASSERT_FALSE(read.has_value());
  std::vector<std::pair<std::string, int>> found;
  for (const Diagnostic& d : read.error()) found.emplace_back(d.code, d.at.line);
  const std::vector<std::pair<std::string, int>> expected = {{"calendar.date", 3},
                                                             {"calendar.date", 3},
                                                             {"calendar.twice", 4},
                                                             {"calendar.weekday", 4},
                                                             {"calendar.year", 6}};
  EXPECT_EQ(found, expected) << Render(read.error());
}

TEST(ReadCalendar, AYearGoesToTheStoreAndBack) {
  const Year& year = Shipped().years().at(2023);
  const Result<Year> back = ReadYear(2023, WriteYear(year));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, year);
  EXPECT_FALSE(ReadYear(2024, WriteYear(year)).has_value());
}

}  // namespace
}  // namespace anjuan::calendar
