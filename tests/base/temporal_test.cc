#include "engine/base/temporal.h"

#include <gtest/gtest.h>

namespace anjuan {
namespace {

TEST(Temporal, CountsDaysBothWays) {
  EXPECT_EQ(ToDayNumber({1970, 1, 1}), 0);
  EXPECT_EQ(ToDayNumber({2000, 3, 1}), 11017);
  for (const std::int64_t day : {-719528, -1, 0, 19417, 100'000'000}) {
    EXPECT_EQ(ToDayNumber(FromDayNumber(day)), day);
  }
  EXPECT_EQ(Weekday({2023, 3, 6}), 1);
  EXPECT_EQ(Weekday({1969, 12, 28}), 7);
}

TEST(Temporal, ClipsToTheEndOfAShorterMonth) {
  EXPECT_EQ(AddMonths({2023, 1, 31}, 1), (Date{2023, 2, 28}));
  EXPECT_EQ(AddMonths({2024, 1, 31}, 1), (Date{2024, 2, 29}));
  EXPECT_EQ(AddMonths({2023, 1, 15}, -13), (Date{2021, 12, 15}));
}

TEST(Temporal, ReadsAndWritesTheSameText) {
  for (const char* text : {"2023-03-06", "-0044-03-15", "999999999-12-31"}) {
    ASSERT_TRUE(ParseDate(text)) << text;
    EXPECT_EQ(ToString(*ParseDate(text)), text);
  }
  for (const char* text : {"09:00:00", "23:59:59.5", "09:00:00+08:00", "00:00:00Z"}) {
    ASSERT_TRUE(ParseTime(text)) << text;
    EXPECT_EQ(ToString(*ParseTime(text)), text);
  }
  for (const char* text : {"P1D", "PT0S", "-P1DT2H3M4.5S", "PT36H"}) {
    ASSERT_TRUE(ParseDaysDuration(text)) << text;
  }
  EXPECT_EQ(ToString(*ParseDaysDuration("PT36H")), "P1DT12H");
  EXPECT_EQ(ToString(*ParseMonthsDuration("P14M")), "P1Y2M");
}

TEST(Temporal, MidnightMayBeWrittenAsTheEndOfTheDayBefore) {
  ASSERT_TRUE(ParseTime("24:00:00"));
  EXPECT_EQ(*ParseTime("24:00:00"), *ParseTime("00:00:00"));
  EXPECT_EQ(*ParseDateTime("2023-12-31T24:00:00"), *ParseDateTime("2024-01-01T00:00:00"));
}

TEST(Temporal, RefusesDatesThatAreNone) {
  for (const char* text :
       {"2023-02-29", "2023-13-01", "2023-1-01", "23-01-01", "02023-01-01", "", "2023-01-01x"}) {
    EXPECT_FALSE(ParseDate(text)) << text;
  }
  for (const char* text : {"24:00:01", "24:01", "25:00", "9:00", "09:60", "09:00:00+8"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
  for (const char* text : {"P", "PT", "P1H", "P1M1D", "PT1S1H"}) {
    EXPECT_FALSE(ParseDaysDuration(text)) << text;
  }
}

TEST(Temporal, TakesDatesWithoutZoneAsBeijingTime) {
  const Instant midnight = BeijingMidnight({2023, 3, 6});
  EXPECT_EQ(ToUtcString(midnight), "2023-03-05T16:00:00.000Z");
  EXPECT_EQ(BeijingDate(midnight), (Date{2023, 3, 6}));
  EXPECT_EQ(BeijingDate(midnight - 1), (Date{2023, 3, 5}));
  EXPECT_EQ(ToBeijingString(midnight), "2023-03-06 00:00:00");
  EXPECT_EQ(ToInstant(*ParseDateTime("2023-03-06T09:00:00")),
            ToInstant(*ParseDateTime("2023-03-06T01:00:00Z")));
  EXPECT_EQ(ParseUtcInstant(ToUtcString(midnight)), midnight);
}

TEST(Temporal, WritesDatesAsOfficialPapersDo) {
  EXPECT_EQ(ToChinese({2023, 5, 25}), "2023年5月25日");
}

}  // namespace
}  // namespace anjuan
