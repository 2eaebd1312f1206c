#include "engine/vault/blind_index.h"

#include "engine/base/digest.h"
#include "engine/base/text.h"

namespace anjuan::vault {

namespace {

constexpr char32_t kIdeographicSpace = 0x3000;

// Full-width forms (U+FF01 to U+FF5E) become ASCII, white space goes.
std::string Fold(std::string_view value) {
  std::string out;
  Utf8Cursor cursor(value);
  while (!cursor.done()) {
    char32_t c = cursor.Next();
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    const bool space = c == kIdeographicSpace || c == 0xA0 || c == ' ' || (c >= '\t' && c <= '\r');
    if (!space) AppendUtf8(out, c);
  }
  return out;
}

std::string PhoneDigits(std::string_view folded) {
  constexpr size_t kMobileDigits = 11;
  std::string digits;
  for (char c : folded) {
    if (c >= '0' && c <= '9') digits += c;
  }
  for (std::string_view country : {"0086", "86"}) {
    if (digits.size() == kMobileDigits + country.size() && digits.starts_with(country)) {
      return digits.substr(country.size());
    }
  }
  return digits.empty() ? std::string(folded) : digits;
}

}  // namespace

std::string Normalise(std::string_view kind, std::string_view value) {
  std::string folded = Fold(value);
  if (kind == "phone") return PhoneDigits(folded);
  if (kind == "id_number") {
    for (char& c : folded) {
      if (c == 'x') c = 'X';
    }
  }
  return folded;
}

std::string BlindDigest(std::string_view index_key, std::string_view kind, std::string_view value) {
  return ToHex(HmacSha256(index_key, StrCat(kind, '\0', Normalise(kind, value))));
}

}  // namespace anjuan::vault
