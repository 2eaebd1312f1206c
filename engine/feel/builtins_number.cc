// Numbers: conversion, rounding and the few functions of analysis.
#include <array>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

namespace {

Answer OrRange(const std::optional<Decimal>& number, std::string_view message) {
  if (number) return Value(*number);
  return RangeTrouble(std::string(message));
}

NoAnswer NotANumber(const Value& text) {
  return RangeTrouble(StrCat("\"", *text.string(), "\" is no number"));
}

Answer NumberFromString(Arguments args, Services&) {
  if (const auto number = Decimal::Parse(*args[0]->string())) return Value(*number);
  return NotANumber(*args[0]);
}

Answer NumberFromNumber(Arguments args, Services&) {
  return *args[0];
}

std::string Without(std::string_view text, std::string_view separator) {
  if (separator.empty()) return std::string(text);
  std::string out;
  for (;;) {
    const size_t at = text.find(separator);
    out += text.substr(0, at);
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + separator.size());
  }
}

// number("1 234,5", " ", ",")
Answer NumberFromGrouped(Arguments args, Services&) {
  const std::string grouping = args[1]->is_null() ? "" : *args[1]->string();
  const std::string point = args[2]->is_null() ? "" : *args[2]->string();
  const bool known = (grouping.empty() || grouping == " " || grouping == "," || grouping == ".") &&
                     (point.empty() || point == "." || point == ",");
  if (!known || (!grouping.empty() && grouping == point)) {
    return ArgumentError("the separators are \" \", \",\" or \".\", and not the same");
  }
  std::string digits = Without(*args[0]->string(), grouping);
  if (point == ",") {
    if (digits.find('.') != std::string::npos) return NotANumber(*args[0]);
    if (const size_t at = digits.find(','); at != std::string::npos) digits[at] = '.';
  }
  if (const auto number = Decimal::Parse(digits)) return Value(*number);
  return NotANumber(*args[0]);
}

template <Decimal::Rounding rounding>
Answer Rounded(Arguments args, Services&) {
  std::int64_t scale = 0;
  if (args[1] != nullptr) {
    const auto whole = args[1]->number()->Round(0, Decimal::Rounding::kDown)->ToInteger();
    constexpr std::int64_t kLowest = -6111;  // decimal128's exponents
    constexpr std::int64_t kHighest = 6176;
    if (!whole || *whole < kLowest || *whole > kHighest) {
      return RangeTrouble("a scale is -6111 to 6176");
    }
    scale = *whole;
  }
  return OrRange(args[0]->number()->Round(static_cast<int>(scale), rounding),
                 "the rounded number does not fit 34 digits");
}

Answer Absolute(Arguments args, Services&) {
  return Value(args[0]->number()->Abs());
}

Answer AbsoluteMonths(Arguments args, Services&) {
  const MonthsDuration months = *args[0]->months();
  return months.months < 0 ? Negate(*args[0]) : Answer(Value(months));
}

Answer AbsoluteDays(Arguments args, Services&) {
  const DaysDuration days = *args[0]->days();
  return days.seconds < 0 || days.nanos < 0 ? Negate(*args[0]) : Answer(Value(days));
}

// The sign of the divisor: modulo(-12, 5) = 3.
Answer Modulo(Arguments args, Services&) {
  const Decimal& dividend = *args[0]->number();
  const Decimal& divisor = *args[1]->number();
  if (divisor.Sign() == 0) return RangeTrouble("division by zero");
  const auto quotient = dividend.Divide(divisor);
  const auto floor = quotient ? quotient->Round(0, Decimal::Rounding::kFloor) : std::nullopt;
  const auto product = floor ? floor->Multiply(divisor) : std::nullopt;
  return OrRange(product ? dividend.Subtract(*product) : std::nullopt, "the quotient is too large");
}

// What takes as long as some steps of an evaluation.
constexpr std::int64_t kSeriesSteps = 3;

Answer SquareRoot(Arguments args, Services& services) {
  if (!services.Charge(kSeriesSteps, 0)) return BudgetSpent();
  if (args[0]->number()->Sign() < 0) return RangeTrouble("sqrt of a negative number");
  return OrRange(args[0]->number()->Sqrt(), "no square root");
}

Answer Logarithm(Arguments args, Services& services) {
  if (!services.Charge(kSeriesSteps, 0)) return BudgetSpent();
  if (args[0]->number()->Sign() <= 0) return RangeTrouble("log of a number that is not positive");
  return OrRange(args[0]->number()->Log(), "no logarithm");
}

Answer Exponential(Arguments args, Services& services) {
  if (!services.Charge(kSeriesSteps, 0)) return BudgetSpent();
  return OrRange(args[0]->number()->Exp(), "exp is too large");
}

template <bool wanted>
Answer HasParity(Arguments args, Services&) {
  if (!args[0]->number()->IsInteger()) {
    return RangeTrouble("only whole numbers are odd or even");
  }
  const auto half = args[0]->number()->Divide(Decimal(2));
  return Value((half && half->IsInteger()) == wanted);
}

using Rounding = Decimal::Rounding;
constexpr std::string_view kScaled = "n: number, scale: number";
constexpr std::string_view kMaybeScaled = "n: number, scale?: number";

constexpr std::array kRows = {
    BuiltinRow{"number", "from: string", "number", NumberFromString},
    BuiltinRow{"number", "from: number", "number", NumberFromNumber},
    BuiltinRow{"number", "from: string, grouping separator: string?, decimal separator: string?",
               "number", NumberFromGrouped},
    BuiltinRow{"decimal", kScaled, "number", Rounded<Rounding::kHalfEven>},
    BuiltinRow{"floor", kMaybeScaled, "number", Rounded<Rounding::kFloor>},
    BuiltinRow{"ceiling", kMaybeScaled, "number", Rounded<Rounding::kCeiling>},
    BuiltinRow{"round up", kScaled, "number", Rounded<Rounding::kUp>},
    BuiltinRow{"round down", kScaled, "number", Rounded<Rounding::kDown>},
    BuiltinRow{"round half up", kScaled, "number", Rounded<Rounding::kHalfUp>},
    BuiltinRow{"round half down", kScaled, "number", Rounded<Rounding::kHalfDown>},
    BuiltinRow{"abs", "n: number", "number", Absolute},
    BuiltinRow{"abs", "n: years and months duration", "first", AbsoluteMonths},
    BuiltinRow{"abs", "n: days and time duration", "first", AbsoluteDays},
    BuiltinRow{"modulo", "dividend: number, divisor: number", "number", Modulo},
    BuiltinRow{"sqrt", "number: number", "number", SquareRoot},
    BuiltinRow{"log", "number: number", "number", Logarithm},
    BuiltinRow{"exp", "number: number", "number", Exponential},
    BuiltinRow{"odd", "number: number", "boolean", HasParity<false>},
    BuiltinRow{"even", "number: number", "boolean", HasParity<true>},
};

}  // namespace

std::span<const BuiltinRow> NumberRows() {
  return kRows;
}

}  // namespace anjuan::feel
