#include "engine/base/decimal.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

#include "engine/base/check.h"

extern "C" {
#include <bid_conf.h>
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_functions.h>
}

namespace anjuan {

namespace {

using Bid = BID_UINT128;

// Rounding codes of the BID library.
constexpr unsigned kHalfEvenCode = 0;
constexpr unsigned kDownwardCode = 1;
constexpr unsigned kUpwardCode = 2;
constexpr unsigned kTowardZeroCode = 3;
constexpr unsigned kHalfAwayCode = 4;

Bid FromInt(std::int64_t number) {
  return bid128_from_int64(number);
}

}  // namespace

struct DecimalAccess {
  static Bid Get(const Decimal& decimal) {
    Bid out;
    std::memcpy(&out, &decimal.bits_, sizeof out);
    return out;
  }
  static Decimal::Bits Bits(const Bid& bid) {
    Decimal::Bits out;
    std::memcpy(&out, &bid, sizeof out);
    return out;
  }
  static Decimal Make(const Bid& bid) { return Decimal(Bits(bid)); }
};

namespace {

Bid Get(const Decimal& decimal) {
  return DecimalAccess::Get(decimal);
}

// Most numbers of an office are small: a coefficient of 64 bits and an exponent, not below zero.
// What is done with them here is exact and has the exponent the standard prefers, as the library's
// answer would; everything else is left to it.
//
// Source: IEEE 754-2008 3.5.2, binary encoding: sign, 14 bits of biased exponent, 113 of
// coefficient.
struct Small {
  std::uint64_t coefficient;
  std::uint64_t exponent;  // biased
};
constexpr int kExponentShift = 49;
constexpr std::uint64_t kZeroExponent = 6176;
constexpr std::uint64_t kLastExponent = 12287;
constexpr std::uint64_t kPowersOfTen[] = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

std::optional<Small> AsSmall(const Decimal& decimal) {
  const Bid bits = Get(decimal);
  constexpr std::uint64_t kUpperCoefficient = (std::uint64_t{1} << kExponentShift) - 1;
  // Above this the two top bits of the exponent tell another encoding, an infinity or a NaN; a set
  // sign is above it too.
  constexpr std::uint64_t kLimit = std::uint64_t{3} << 61;
  if (bits.w[1] >= kLimit || (bits.w[1] & kUpperCoefficient) != 0) return std::nullopt;
  return Small{bits.w[0], bits.w[1] >> kExponentShift};
}

// Both with the lower of their exponents.
bool Align(Small& a, Small& b) {
  Small& higher = a.exponent > b.exponent ? a : b;
  const std::uint64_t lowest = std::min(a.exponent, b.exponent);
  const std::uint64_t places = higher.exponent - lowest;
  if (places >= std::size(kPowersOfTen)) return false;
  higher.exponent = lowest;
  return !__builtin_mul_overflow(higher.coefficient, kPowersOfTen[places], &higher.coefficient);
}

Decimal Make(const Small& small) {
  if (small.coefficient == 0) return Decimal();  // as Finite has it
  return DecimalAccess::Make(Bid{{small.coefficient, small.exponent << kExponentShift}});
}

std::optional<std::strong_ordering> OrderSmall(const Decimal& a, const Decimal& b) {
  std::optional<Small> x = AsSmall(a);
  std::optional<Small> y = AsSmall(b);
  if (!x || !y || !Align(*x, *y)) return std::nullopt;
  return x->coefficient <=> y->coefficient;
}

std::optional<Decimal> AddSmall(const Decimal& a, const Decimal& b) {
  std::optional<Small> x = AsSmall(a);
  std::optional<Small> y = AsSmall(b);
  if (!x || !y || !Align(*x, *y)) return std::nullopt;
  if (__builtin_add_overflow(x->coefficient, y->coefficient, &x->coefficient)) return std::nullopt;
  return Make(*x);
}

std::optional<Decimal> SubtractSmall(const Decimal& a, const Decimal& b) {
  std::optional<Small> x = AsSmall(a);
  std::optional<Small> y = AsSmall(b);
  if (!x || !y || !Align(*x, *y) || x->coefficient < y->coefficient) return std::nullopt;
  x->coefficient -= y->coefficient;
  return Make(*x);
}

std::optional<Decimal> MultiplySmall(const Decimal& a, const Decimal& b) {
  const std::optional<Small> x = AsSmall(a);
  const std::optional<Small> y = AsSmall(b);
  if (!x || !y) return std::nullopt;
  Small out{0, x->exponent + y->exponent - kZeroExponent};
  const bool in_range = x->exponent + y->exponent >= kZeroExponent && out.exponent <= kLastExponent;
  if (!in_range || __builtin_mul_overflow(x->coefficient, y->coefficient, &out.coefficient)) {
    return std::nullopt;
  }
  return Make(out);
}

// Of digits and a point only.
std::optional<Decimal> ParseSmall(std::string_view text) {
  constexpr size_t kLongest = 19;  // with a point 18 digits, which fit in any case
  const size_t point = std::min(text.find('.'), text.size());
  if (text.size() > kLongest - (point == text.size() ? 1 : 0)) return std::nullopt;
  Small out{0, kZeroExponent - (point == text.size() ? 0 : text.size() - point - 1)};
  for (const char c : text) {
    if (c == '.') continue;
    if (c < '0' || c > '9') return std::nullopt;
    out.coefficient = out.coefficient * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return Make(out);
}

}  // namespace

std::optional<Decimal> Decimal::Finite(Bits bits) {
  const Decimal decimal(bits);
  if (bid128_isFinite(Get(decimal)) == 0) return std::nullopt;
  // FEEL has no negative zero.
  if (bid128_isZero(Get(decimal)) != 0) return Decimal();
  return decimal;
}

Decimal::Decimal(std::int64_t number) : bits_(DecimalAccess::Bits(FromInt(number))) {}

std::optional<Decimal> Decimal::Parse(std::string_view text) {
  // The library's reader also takes words such as "inf": only let plain numbers through.
  constexpr size_t kLongest = 6200;  // more digits cannot change a decimal128
  if (text.empty() || text.size() > kLongest) return std::nullopt;
  size_t at = 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  if (text[at] == '-' || text[at] == '+') ++at;
  size_t count = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    const size_t fraction = digits();
    if (fraction == 0) return std::nullopt;
    count += fraction;
  }
  if (count == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits() == 0) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  if (const auto small = ParseSmall(text)) return small;
  std::string copy(text);
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_from_string(copy.data(), kHalfEvenCode, &flags)));
}

std::string Decimal::ToString() const {
  char buffer[64];
  unsigned flags = 0;
  bid128_to_string(buffer, Get(*this), &flags);  // "+123E-2"
  const std::string_view text(buffer);
  const size_t e = text.find('E');
  ANJUAN_CHECK(e != std::string_view::npos);
  std::string digits(text.substr(1, e - 1));
  int exponent = std::atoi(buffer + e + 1);
  while (digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    ++exponent;
  }
  if (digits == "0") return "0";
  std::string out = text[0] == '-' ? "-" : "";
  if (exponent >= 0) return out + digits + std::string(static_cast<size_t>(exponent), '0');
  const size_t fraction = static_cast<size_t>(-exponent);
  if (digits.size() <= fraction) digits.insert(0, fraction - digits.size() + 1, '0');
  digits.insert(digits.size() - fraction, ".");
  return out + digits;
}

bool Decimal::IsInteger() const {
  if (const auto small = AsSmall(*this); small && small->exponent == kZeroExponent) return true;
  unsigned flags = 0;
  const Bid whole = bid128_round_integral_zero(Get(*this), &flags);
  return bid128_quiet_equal(whole, Get(*this), &flags) != 0;
}

std::optional<std::int64_t> Decimal::ToInteger() const {
  if (!IsInteger()) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const auto small = AsSmall(*this);
  if (small && small->exponent == kZeroExponent && small->coefficient <= kMost) {
    return static_cast<std::int64_t>(small->coefficient);
  }
  unsigned flags = 0;
  const std::int64_t number = bid128_to_int64_xint(Get(*this), &flags);
  if (Decimal(number) == *this) return number;
  return std::nullopt;
}

int Decimal::Sign() const {
  const Bid bits = Get(*this);
  if (bid128_isZero(bits) != 0) return 0;
  return bid128_isSigned(bits) != 0 ? -1 : 1;
}

bool operator==(const Decimal& a, const Decimal& b) {
  if (const auto order = OrderSmall(a, b)) return *order == 0;
  unsigned flags = 0;
  return bid128_quiet_equal(Get(a), Get(b), &flags) != 0;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  if (const auto order = OrderSmall(a, b)) return *order;
  unsigned flags = 0;
  if (bid128_quiet_less(Get(a), Get(b), &flags) != 0) return std::strong_ordering::less;
  return a == b ? std::strong_ordering::equal : std::strong_ordering::greater;
}

std::optional<Decimal> Decimal::Add(const Decimal& b) const {
  if (const auto small = AddSmall(*this, b)) return small;
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_add(Get(*this), Get(b), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Subtract(const Decimal& b) const {
  if (const auto small = SubtractSmall(*this, b)) return small;
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_sub(Get(*this), Get(b), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Multiply(const Decimal& b) const {
  if (const auto small = MultiplySmall(*this, b)) return small;
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_mul(Get(*this), Get(b), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Divide(const Decimal& b) const {
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_div(Get(*this), Get(b), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Power(const Decimal& exponent) const {
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_pow(Get(*this), Get(exponent), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Sqrt() const {
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_sqrt(Get(*this), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Log() const {
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_log(Get(*this), kHalfEvenCode, &flags)));
}

std::optional<Decimal> Decimal::Exp() const {
  unsigned flags = 0;
  return Finite(DecimalAccess::Bits(bid128_exp(Get(*this), kHalfEvenCode, &flags)));
}

Decimal Decimal::Negate() const {
  if (Sign() == 0) return Decimal();
  return DecimalAccess::Make(bid128_negate(Get(*this)));
}

Decimal Decimal::Abs() const {
  return DecimalAccess::Make(bid128_abs(Get(*this)));
}

std::optional<Decimal> Decimal::Round(int scale, Rounding rounding) const {
  unsigned code = kHalfEvenCode;
  switch (rounding) {
    case Rounding::kHalfEven:
      break;
    case Rounding::kHalfUp:
      code = kHalfAwayCode;
      break;
    case Rounding::kHalfDown: {
      // Half towards zero is not among the library's modes: round away only beyond the half.
      const auto down = Round(scale, Rounding::kDown);
      const auto half_even = Round(scale, Rounding::kHalfUp);
      if (!down || !half_even || *down == *half_even) return down;
      const auto past = Subtract(*down);
      const auto left = half_even->Subtract(*this);
      if (!past || !left) return std::nullopt;
      return past->Abs() > left->Abs() ? half_even : down;
    }
    case Rounding::kUp:
      code = Sign() < 0 ? kDownwardCode : kUpwardCode;
      break;
    case Rounding::kDown:
      code = kTowardZeroCode;
      break;
    case Rounding::kFloor:
      code = kDownwardCode;
      break;
    case Rounding::kCeiling:
      code = kUpwardCode;
      break;
  }
  constexpr int kScaleLimit = 6111;
  if (scale > 6176 || scale < -kScaleLimit) return std::nullopt;
  unsigned flags = 0;
  Bid unit = bid128_scalbn(FromInt(1), -scale, kHalfEvenCode, &flags);
  // A number with fewer places than asked for stays as it is.
  const Bid rounded = bid128_quantize(Get(*this), unit, code, &flags);
  if (bid128_isFinite(rounded) == 0) return scale > 0 ? std::optional(*this) : std::nullopt;
  return Finite(DecimalAccess::Bits(rounded));
}

}  // namespace anjuan
