#include "engine/value/type.h"

#include <gtest/gtest.h>

#include "engine/value/json.h"

namespace anjuan {
namespace {

Type T(std::string_view text) {
  return *ParseType(text);
}

TEST(Type, ReadsWhatItWrites) {
  for (const char* text : {"integer", "enum(a,b)", "list<date>", "person", "date and time",
                           "list<context{name: string, items: list<money>}>"}) {
    ASSERT_TRUE(ParseType(text)) << text;
    EXPECT_EQ(ToString(T(text)), text);
    EXPECT_EQ(T(ToString(T(text))), T(text));
  }
}

TEST(Type, NamesTheNearestRightType) {
  const Result<Type> type = ParseType("lits<date>");
  ASSERT_FALSE(type);
  EXPECT_EQ(type.error()[0].hint, "did you mean \"list\"?");
  EXPECT_FALSE(ParseType("list<date"));
  EXPECT_FALSE(ParseType("enum()"));
  EXPECT_FALSE(ParseType(std::string(5000, '<')));
}

TEST(Conform, TurnsTextIntoWhatTheTypeWants) {
  EXPECT_EQ(*Conform(Value("2023-03-06"), T("date"), "x"), Value(Date{2023, 3, 6}));
  EXPECT_EQ(*Conform(Value("是"), T("boolean"), "x"), Value(true));
  EXPECT_EQ(*Conform(Value(" 12.50 "), T("money"), "x"), Value(*Decimal::Parse("12.5")));
  EXPECT_EQ(*Conform(Value("工资"), T("list<string>"), "x"), Value(List{Value("工资")}));
  EXPECT_TRUE(Conform(Value(" "), T("date"), "x")->is_null());
}

TEST(Conform, ReportsEveryMistakeWithItsPath) {
  const Result<Value> value =
      Conform(*ReadJson(R"([{"name":"甲","on":"2023-02-30"},{"nmae":"乙","kind":"c"}])", ""),
              T("list<context{name: string, on: date, kind: enum(a,b)}>"), "reps");
  ASSERT_FALSE(value);
  ASSERT_EQ(value.error().size(), 3U);
  EXPECT_TRUE(value.error()[0].message.starts_with("reps[1].on: "));
  EXPECT_EQ(value.error()[1].hint, "did you mean \"name\"?");
  EXPECT_TRUE(value.error()[2].message.starts_with("reps[2].kind: "));
}

TEST(Conform, KeepsMoneyToCentsAndIntegersWhole) {
  EXPECT_FALSE(Conform(Value("1.005"), T("money"), "x"));
  EXPECT_FALSE(Conform(Value("1.5"), T("integer"), "x"));
}

}  // namespace
}  // namespace anjuan
