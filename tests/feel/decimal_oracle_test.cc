// Numbers against another implementation of decimal128: data/decimal_oracle.txt, made by Python's.
#include <gtest/gtest.h>

#include <fstream>
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

}  // namespace
}  // namespace anjuan
