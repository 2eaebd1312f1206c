// FEEL's number: decimal128 (IEEE 754-2008), 34 digits, round half even.
//
// Source:  DMN 1.5, 10.3.2.3.1; arithmetic by Intel's BID library (in decimal.cc only).
// Errors:  operations return nullopt where decimal128 has no finite answer (overflow, x/0).
//          NaN and infinities never become values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anjuan {

class Decimal {
 public:
  Decimal() : Decimal(std::int64_t{0}) {}
  explicit Decimal(std::int64_t number);

  // Digits with optional sign, fraction and exponent; nothing else, no white space.
  static std::optional<Decimal> Parse(std::string_view text);

  // Plain notation, no exponent, no trailing zeros after the point: "1.1", "100", "-0.05".
  std::string ToString() const;
  // Exact, or nullopt where there is a fraction or it does not fit.
  std::optional<std::int64_t> ToInteger() const;
  bool IsInteger() const;
  int Sign() const;  // -1, 0, 1

  // == compares numbers, so 1.10 equals 1.1.
  friend bool operator==(const Decimal& a, const Decimal& b);
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

  std::optional<Decimal> Add(const Decimal& b) const;
  std::optional<Decimal> Subtract(const Decimal& b) const;
  std::optional<Decimal> Multiply(const Decimal& b) const;
  std::optional<Decimal> Divide(const Decimal& b) const;
  std::optional<Decimal> Power(const Decimal& exponent) const;
  std::optional<Decimal> Sqrt() const;
  std::optional<Decimal> Log() const;
  std::optional<Decimal> Exp() const;
  Decimal Negate() const;
  Decimal Abs() const;

  enum class Rounding { kHalfEven, kHalfUp, kHalfDown, kUp, kDown, kFloor, kCeiling };
  // Rounded to `scale` places after the point (negative: before it).
  std::optional<Decimal> Round(int scale, Rounding rounding) const;

 private:
  struct Bits {
    std::uint64_t w[2];
  };
  explicit Decimal(Bits bits) : bits_(bits) {}
  static std::optional<Decimal> Finite(Bits bits);
  Bits bits_;
  friend struct DecimalAccess;
};

}  // namespace anjuan
