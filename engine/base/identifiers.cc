#include "engine/base/identifiers.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace anjuan {

namespace {

constexpr std::string_view kCreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // no I O S V Z
constexpr size_t kCreditLength = 18;
constexpr size_t kOrganisationAt = 8;
constexpr size_t kOrganisationLength = 9;
constexpr size_t kCitizenLength = 18;
constexpr int kEarliestBirthYear = 1850;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsCapital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsDigit);
}

int Digit(char c) {
  return c - '0';
}

// 0-9 as they are, A-Z as 10-35 (GB 11714).
int OrganisationValue(char c) {
  return IsDigit(c) ? Digit(c) : c - 'A' + 10;
}

char OrganisationCheck(std::string_view first_eight) {
  constexpr std::array<int, 8> kWeights = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) {
    sum += OrganisationValue(first_eight[i]) * kWeights[i];
  }
  const int check = 11 - sum % 11;
  if (check == 10) return 'X';
  return check == 11 ? '0' : static_cast<char>('0' + check);
}

char CreditCheck(std::string_view first_seventeen) {
  size_t sum = 0;
  size_t weight = 1;  // 3^i mod 31
  for (const char c : first_seventeen) {
    sum += kCreditAlphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return kCreditAlphabet[(31 - sum % 31) % 31];
}

std::string LengthMistake(std::string_view text, size_t wanted) {
  const size_t length = CountCodePoints(text);
  if (length == wanted) return "";
  return StrCat("应为", wanted, "位，现为", length, "位");
}

// The place and picture of the first character that `allowed` refuses.
template <typename Allowed>
std::string CharacterMistake(std::string_view text, Allowed allowed, std::string_view rule) {
  int position = 1;
  for (Utf8Cursor cursor(text); !cursor.done(); ++position) {
    const size_t begin = cursor.offset();
    const char32_t c = cursor.Next();
    if (c < 0x80 && allowed(static_cast<char>(c))) continue;
    const std::string_view shown = text.substr(begin, cursor.offset() - begin);
    return StrCat("第", position, "位“", shown, "”不合规定（", rule, "）");
  }
  return "";
}

std::string CheckMistake(std::string_view what, char found, char right) {
  if (found == right) return "";
  return StrCat(what, "不符：按规则末位应为“", right, "”，现为“", found, "”，请核对是否抄写有误");
}

}  // namespace

std::string OrganisationCodeMistake(std::string_view text) {
  if (std::string m = LengthMistake(text, kOrganisationLength); !m.empty()) return m;
  const auto allowed = [](char c) { return IsDigit(c) || IsCapital(c); };
  if (std::string m = CharacterMistake(text, allowed, "只用数字和大写字母"); !m.empty()) return m;
  return CheckMistake("组织机构代码校验码", text.back(), OrganisationCheck(text.substr(0, 8)));
}

bool IsOrganisationCode(std::string_view text) {
  return OrganisationCodeMistake(text).empty();
}

std::string CreditCodeMistake(std::string_view text) {
  if (std::string m = LengthMistake(text, kCreditLength); !m.empty()) return m;
  const auto allowed = [](char c) { return kCreditAlphabet.find(c) != std::string_view::npos; };
  constexpr std::string_view kRule = "只用数字和大写字母，不用I、O、S、V、Z";
  if (std::string m = CharacterMistake(text, allowed, kRule); !m.empty()) return m;
  if (!AllDigits(text.substr(2, 6))) return "第3至8位应为六位行政区划数字";
  std::string m = CheckMistake("校验码", text.back(), CreditCheck(text.substr(0, 17)));
  if (!m.empty()) return m;
  const std::string_view organisation = text.substr(kOrganisationAt, kOrganisationLength);
  return IsOrganisationCode(organisation) ? "" : "第9至17位（组织机构代码）校验码不符，请核对";
}

bool IsCreditCode(std::string_view text) {
  return CreditCodeMistake(text).empty();
}

std::string CitizenIdMistake(std::string_view text) {
  if (std::string m = LengthMistake(text, kCitizenLength); !m.empty()) return m;
  const std::string_view digits = text.substr(0, 17);
  if (!AllDigits(digits)) return "前17位应全为数字";
  if (!IsDigit(text.back()) && text.back() != 'X') return "末位应为数字或大写X";
  const std::string_view day = text.substr(6, 8);
  const std::optional<Date> birth =
      ParseDate(StrCat(day.substr(0, 4), "-", day.substr(4, 2), "-", day.substr(6, 2)));
  if (!birth || birth->year < kEarliestBirthYear) {
    return StrCat("第7至14位“", day, "”不是真实的出生日期");
  }
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += Digit(digits[i]) * kWeights[i];
  const char right = std::string_view("10X98765432")[static_cast<size_t>(sum % 11)];
  // The right digit is not told: an invented number must not be repaired by trial.
  return text.back() == right ? "" : "校验码不符，请核对是否抄写有误";
}

bool IsCitizenId(std::string_view text) {
  return CitizenIdMistake(text).empty();
}

std::optional<CitizenId> ParseCitizenId(std::string_view text) {
  if (!IsCitizenId(text)) return std::nullopt;
  const std::string_view day = text.substr(6, 8);
  const std::optional<Date> birth =
      ParseDate(StrCat(day.substr(0, 4), "-", day.substr(4, 2), "-", day.substr(6, 2)));
  return CitizenId{.birth = *birth, .male = Digit(text[16]) % 2 == 1};
}

namespace {

bool IsMobile(std::string_view text) {
  return text.size() == 11 && AllDigits(text) && text[0] == '1' && text[1] >= '3';
}

// ^0\d{2,3}-?\d{7,8}(-\d{1,6})?$ without a regular expression.
bool IsLandline(std::string_view text) {
  if (text.empty() || text[0] != '0') return false;
  const std::vector<std::string_view> parts = Split(text, '-');
  if (parts.size() > 3 || !std::all_of(parts.begin(), parts.end(), AllDigits)) return false;
  const auto between = [](size_t n, size_t low, size_t high) { return n >= low && n <= high; };
  const auto joined = [&](std::string_view part) { return between(part.size(), 10, 12); };
  const auto area = [&](std::string_view part) { return between(part.size(), 3, 4); };
  const auto local = [&](std::string_view part) { return between(part.size(), 7, 8); };
  const auto extension = [&](std::string_view part) { return between(part.size(), 1, 6); };
  if (parts.size() == 1) return joined(parts[0]);
  if (parts.size() == 2) {
    return (area(parts[0]) && local(parts[1])) || (joined(parts[0]) && extension(parts[1]));
  }
  return area(parts[0]) && local(parts[1]) && extension(parts[2]);
}

}  // namespace

bool IsPhone(std::string_view text) {
  return IsMobile(text) || IsLandline(text);
}

}  // namespace anjuan
