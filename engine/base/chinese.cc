#include "engine/base/chinese.h"

#include <array>
#include <cstdint>

#include "engine/base/identifiers.h"
#include "engine/base/text.h"

namespace anjuan {

namespace {

constexpr std::array<std::string_view, 10> kDigits = {"零", "壹", "贰", "叁", "肆",
                                                      "伍", "陆", "柒", "捌", "玖"};
constexpr std::array<std::string_view, 4> kPlaces = {"", "拾", "佰", "仟"};
constexpr std::int64_t kGroup = 10'000;

// One group of four digits. `lead`: something stands before it, so a missing place in front is
// written 零 once.
std::string Group(std::int64_t number, bool lead) {
  std::string out;
  bool zero = false;
  std::int64_t unit = 1000;
  for (size_t place = 4; place-- > 0; unit /= 10) {
    const size_t digit = static_cast<size_t>(number / unit % 10);
    if (digit == 0) {
      zero = true;
      continue;
    }
    if (zero && (lead || !out.empty())) out += kDigits[0];
    zero = false;
    out += kDigits[digit];
    out += kPlaces[place];
  }
  return out;
}

// A whole number above zero, below 10^16: groups of four with 万, 亿, 万亿.
std::string Whole(std::int64_t number) {
  const std::array<std::int64_t, 4> groups = {number / kGroup / kGroup / kGroup,
                                              number / kGroup / kGroup % kGroup,
                                              number / kGroup % kGroup, number % kGroup};
  std::string out;
  bool zero = false;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] == 0) {
      // 万亿 without 亿 still needs the word 亿: 壹万亿零叁元.
      if (i == 1 && !out.empty()) out += "亿";
      zero = !out.empty();
      continue;
    }
    if (zero) out += groups[i] >= 1000 ? kDigits[0] : "";
    out += Group(groups[i], !out.empty());
    constexpr std::array<std::string_view, 4> kNames = {"万", "亿", "万", ""};
    out += kNames[i];
    zero = false;
  }
  return out;
}

}  // namespace

std::optional<std::string> AmountInCapitals(const Decimal& yuan) {
  constexpr std::int64_t kLimit = 1'000'000'000'000'000'000;  // 10^16 yuan in fen
  const std::optional<Decimal> scaled = yuan.Abs().Multiply(Decimal(100));
  const std::optional<std::int64_t> fen = scaled ? scaled->ToInteger() : std::nullopt;
  if (!fen || *fen >= kLimit) return std::nullopt;
  const std::int64_t whole = *fen / 100;
  const size_t jiao = static_cast<size_t>(*fen / 10 % 10);
  const size_t cent = static_cast<size_t>(*fen % 10);
  std::string out = yuan.Sign() < 0 ? "负" : "";
  if (whole > 0) out += StrCat(Whole(whole), "元");
  if (*fen == 0) out += "零元";
  if (jiao > 0) out += StrCat(kDigits[jiao], "角");
  if (jiao == 0 && cent > 0 && whole > 0) out += kDigits[0];
  if (cent > 0) out += StrCat(kDigits[cent], "分");
  if (jiao == 0 && cent == 0) out += "整";
  return out;
}

std::string MaskId(std::string_view id) {
  constexpr size_t kShown = 4;
  if (id.size() == 18) {
    return StrCat(id.substr(0, kShown), std::string(10, '*'), id.substr(id.size() - kShown));
  }
  const size_t length = CountCodePoints(id);
  if (length <= 2) return std::string(length, '*');
  std::string out;
  size_t index = 0;
  for (Utf8Cursor cursor(id); !cursor.done(); ++index) {
    const char32_t c = cursor.Next();
    AppendUtf8(out, index == 0 || index + 1 == length ? c : U'*');
  }
  return out;
}

std::string MaskPhone(std::string_view phone) {
  if (IsPhone(phone) && phone[0] == '1') {
    return StrCat(phone.substr(0, 3), "****", phone.substr(phone.size() - 4));
  }
  const size_t hyphen = phone.find('-');
  if (IsPhone(phone) && hyphen != std::string_view::npos && phone.size() - hyphen > 5) {
    const size_t hidden = phone.size() - hyphen - 5;
    return StrCat(phone.substr(0, hyphen + 1), std::string(hidden, '*'),
                  phone.substr(phone.size() - 4));
  }
  const size_t length = CountCodePoints(phone);
  std::string out;
  size_t index = 0;
  for (Utf8Cursor cursor(phone); !cursor.done(); ++index) {
    const char32_t c = cursor.Next();
    AppendUtf8(out, length > 4 && index + 2 >= length ? c : U'*');
  }
  return out;
}

}  // namespace anjuan
