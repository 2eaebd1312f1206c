#include "engine/base/decimal.h"

#include <gtest/gtest.h>

namespace anjuan {
namespace {

Decimal D(std::string_view text) {
  return *Decimal::Parse(text);
}

TEST(Decimal, AddsTenthsExactly) {
  EXPECT_EQ(*D("0.1").Add(D("0.2")), D("0.3"));
}

TEST(Decimal, HasOneTextForOneNumber) {
  EXPECT_EQ(D("1.10").ToString(), "1.1");
  EXPECT_EQ(D("1E23").ToString(), "100000000000000000000000");
  EXPECT_EQ(D("-0.050").ToString(), "-0.05");
  EXPECT_EQ(D("-0").ToString(), "0");
  EXPECT_EQ(Decimal(std::int64_t{INT64_MIN}).ToString(), "-9223372036854775808");
}

TEST(Decimal, RefusesWhatIsNoPlainNumber) {
  for (const char* text : {"", "inf", "NaN", "1,000", " 1", "1.", ".", "--1", "1e", "0x10"}) {
    EXPECT_FALSE(Decimal::Parse(text)) << text;
  }
  EXPECT_TRUE(Decimal::Parse(".5"));
}

TEST(Decimal, HasNoAnswerBeyondItsRange) {
  EXPECT_FALSE(D("1").Divide(D("0")));
  EXPECT_FALSE(D("1E6000").Multiply(D("1E6000")));
  EXPECT_FALSE(Decimal::Parse("1E7000"));
}

TEST(Decimal, ComparesNumbersNotNotations) {
  EXPECT_EQ(D("1.10"), D("1.1"));
  EXPECT_LT(D("-2"), D("1E-30"));
  EXPECT_FALSE(D("1.5").ToInteger());
  EXPECT_EQ(D("15e2").ToInteger(), 1500);
}

TEST(Decimal, RoundsEachWay) {
  using R = Decimal::Rounding;
  EXPECT_EQ(*D("2.5").Round(0, R::kHalfEven), D("2"));
  EXPECT_EQ(*D("2.5").Round(0, R::kHalfUp), D("3"));
  EXPECT_EQ(*D("2.5").Round(0, R::kHalfDown), D("2"));
  EXPECT_EQ(*D("2.51").Round(0, R::kHalfDown), D("3"));
  EXPECT_EQ(*D("-2.5").Round(0, R::kHalfDown), D("-2"));
  EXPECT_EQ(*D("-1.1").Round(0, R::kUp), D("-2"));
  EXPECT_EQ(*D("-1.1").Round(0, R::kFloor), D("-2"));
  EXPECT_EQ(*D("-1.1").Round(0, R::kCeiling), D("-1"));
  EXPECT_EQ(*D("1234.5").Round(-2, R::kHalfUp), D("1200"));
  EXPECT_EQ(*D("1.23").Round(5, R::kHalfUp), D("1.23"));
}

}  // namespace
}  // namespace anjuan
