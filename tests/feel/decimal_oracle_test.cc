// Numbers against another implementation of decimal128: data/decimal_oracle.txt, made by Python's.
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "engine/base/decimal.h"
#include "engine/base/text.h"

namespace anjuan {
namespace {

using Rounding = Decimal::Rounding;

std::optional<Decimal> Answer(std::string_view operation, const Decimal& a, const Decimal& b) {
  static const std::map<std::string, Rounding, std::less<>> kRoundings = {
      {"round_half_even", Rounding::kHalfEven}, {"round_half_up", Rounding::kHalfUp},
      {"round_half_down", Rounding::kHalfDown}, {"round_up", Rounding::kUp},
      {"round_down", Rounding::kDown},          {"round_floor", Rounding::kFloor},
      {"round_ceiling", Rounding::kCeiling}};
  if (operation == "add") return a.Add(b);
  if (operation == "subtract") return a.Subtract(b);
  if (operation == "multiply") return a.Multiply(b);
  if (operation == "divide") return a.Divide(b);
  if (operation == "sqrt") return a.Sqrt();
  if (operation == "log") return a.Log();
  if (operation == "exp") return a.Exp();
  const auto rounding = kRoundings.find(operation);
  if (rounding == kRoundings.end()) return std::nullopt;
  // FEEL's round up goes away from zero, as the oracle's does.
  return a.Round(static_cast<int>(b.ToInteger().value_or(0)), rounding->second);
}

// exp and log are exact to the last digit but one.
bool Near(const Decimal& a, const Decimal& b) {
  const auto difference = a.Subtract(b);
  const auto bound = b.Abs().Multiply(*Decimal::Parse("2E-33"));
  return difference && bound && difference->Abs() <= *bound;
}

TEST(DecimalOracle, AgreesOnEveryLine) {
  std::ifstream in(ANJUAN_SOURCE_DIR "/tests/feel/data/decimal_oracle.txt");
  int lines = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    ++lines;
    const std::vector<std::string_view> words = SplitWords(line);
    ASSERT_GE(words.size(), 4U) << line;
    const bool two = words.size() == 5;
    const auto a = Decimal::Parse(words[1]);
    const auto b = Decimal::Parse(two ? words[2] : "0");
    ASSERT_TRUE(a && b) << line;
    const auto got = Answer(words[0], *a, *b);
    if (words.back() == "none") {
      EXPECT_FALSE(got.has_value()) << line;
      continue;
    }
    const auto expected = Decimal::Parse(words.back());
    ASSERT_TRUE(got && expected) << line;
    const bool transcendental = words[0] == "exp" || words[0] == "log";
    EXPECT_TRUE(transcendental ? Near(*got, *expected) : *got == *expected)
        << line << "\n  gives " << got->ToString();
  }
  EXPECT_GT(lines, 3000);
}

std::string Shown(const std::optional<Decimal>& number) {
  return number ? number->ToString() : "none";
}

// Small numbers above zero are reckoned without the library, those below zero with it.
void ExpectMirrored(const Decimal& a, const Decimal& b) {
  SCOPED_TRACE(StrCat(a.ToString(), " and ", b.ToString()));
  const Decimal minus_a = a.Negate();
  const Decimal minus_b = b.Negate();
  const auto negated = [](const std::optional<Decimal>& number) {
    return number ? std::optional(number->Negate()) : number;
  };
  EXPECT_EQ(Shown(a.Add(b)), Shown(negated(minus_a.Add(minus_b))));
  EXPECT_EQ(Shown(a.Subtract(b)), Shown(negated(minus_a.Subtract(minus_b))));
  EXPECT_EQ(Shown(a.Multiply(b)), Shown(minus_a.Multiply(minus_b)));
  EXPECT_TRUE((a <=> b) == (minus_b <=> minus_a));
  EXPECT_EQ(a == b, minus_a == minus_b);
  EXPECT_EQ(a.IsInteger(), minus_a.IsInteger());
  constexpr std::int64_t kNone = 4'306;
  const std::int64_t minus_whole = minus_a.ToInteger().value_or(-kNone);
  const bool fits = minus_whole != std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(a.ToInteger().value_or(kNone), fits ? -minus_whole : kNone);
}

TEST(DecimalOracle, SmallNumbersAreReckonedAsTheOthers) {
  std::vector<Decimal> numbers;
  for (const char* digits : {"0",
                             "1",
                             "2",
                             "3",
                             "9",
                             "10",
                             "99",
                             "100",
                             "128000",
                             "999999999",
                             "1000000000",
                             "4294967296",
                             "1844674407370955161",
                             "9223372036854775807",
                             "9223372036854775808",
                             "18446744073709551615",
                             "18446744073709551616",
                             "999999999999999999",
                             "9999999999999999999",
                             "9999999999999999999999999999999999",
                             "5000000000000000000000000000000000"}) {
    for (const char* exponent : {"", "E-1", "E-2", "E-9", "E-10", "E-34", "E1", "E3", "E9", "E10",
                                 "E6000", "E6110", "E-6100", "E-6176"}) {
      const auto number = Decimal::Parse(StrCat(digits, exponent));
      if (number) numbers.push_back(*number);
    }
  }
  for (const char* text : {"0.5", "19.99", "0.060", "100.00", "00012", "1.000000000000000000",
                           "123456789012345678", "1234567890123456789", "0.00000000000000001"}) {
    const auto number = Decimal::Parse(text);
    ASSERT_TRUE(number.has_value());
    EXPECT_TRUE(*number == *Decimal::Parse(StrCat(text, "E0"))) << text;
    EXPECT_TRUE(number->Negate() == *Decimal::Parse(StrCat("-", text))) << text;
    numbers.push_back(*number);
  }
  ASSERT_GT(numbers.size(), 290U);
  for (const Decimal& a : numbers) {
    for (const Decimal& b : numbers) ExpectMirrored(a, b);
  }
}

}  // namespace
}  // namespace anjuan
