#include "engine/base/text.h"

#include <algorithm>
#include <charconv>

namespace anjuan {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Decoded {
  char32_t code_point;
  size_t size;
};

Decoded Decode(std::string_view text, size_t offset) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(offset);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || offset + size > text.size()) return {kReplacement, 1};
  char32_t code_point = lead & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(offset + i) & 0xC0) != 0x80) return {kReplacement, 1};
    code_point = (code_point << 6) | (byte(offset + i) & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < kLeast[size] || code_point > 0x10FFFF || surrogate) return {kReplacement, 1};
  return {code_point, size};
}

}  // namespace

char32_t Utf8Cursor::Peek() const {
  return Decode(text_, offset_).code_point;
}

char32_t Utf8Cursor::Next() {
  const Decoded decoded = Decode(text_, offset_);
  offset_ += decoded.size;
  return decoded.code_point;
}

bool IsValidUtf8(std::string_view text) {
  for (size_t offset = 0; offset < text.size();) {
    const Decoded decoded = Decode(text, offset);
    // A genuine U+FFFD takes three bytes; the stand-in for a bad byte takes one.
    if (decoded.code_point == kReplacement && decoded.size == 1) return false;
    offset += decoded.size;
  }
  return true;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (Utf8Cursor cursor(text); !cursor.done(); cursor.Next()) ++count;
  return count;
}

void AppendUtf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kWide = "\xE3\x80\x80";  // U+3000
  constexpr std::string_view kAscii = " \t\r\n\f\v";
  for (bool changed = true; changed && !text.empty();) {
    changed = false;
    if (kAscii.find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
      changed = true;
    } else if (text.starts_with(kWide)) {
      text.remove_prefix(kWide.size());
      changed = true;
    } else if (kAscii.find(text.back()) != std::string_view::npos) {
      text.remove_suffix(1);
      changed = true;
    } else if (text.ends_with(kWide)) {
      text.remove_suffix(kWide.size());
      changed = true;
    }
  }
  return text;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> SplitWords(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<std::string_view> out;
  for (;;) {
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return out;
    const size_t end = text.find_first_of(kSpace, begin);
    out.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end);
  }
}

std::string Join(std::span<const std::string> pieces, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out += separator;
    out += pieces[i];
  }
  return out;
}

std::optional<long long> ParseInteger(std::string_view text) {
  long long number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

namespace {

std::u32string ToCodePoints(std::string_view text) {
  std::u32string out;
  for (Utf8Cursor cursor(text); !cursor.done();) out += cursor.Next();
  return out;
}

// Insertions, deletions, replacements, and neighbours swapped (the commonest slip of fingers).
size_t EditDistance(const std::u32string& a, const std::u32string& b) {
  std::vector<size_t> before;
  std::vector<size_t> last(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    std::vector<size_t> row(b.size() + 1, i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> Nearest(std::string_view name, std::span<const std::string> candidates) {
  constexpr size_t kLongestCompared = 200;  // bounds the work on hostile names
  if (name.size() > kLongestCompared) return std::nullopt;
  const std::u32string wanted = ToCodePoints(name);
  const size_t limit = std::max<size_t>(1, wanted.size() / 3);
  std::optional<std::string> best;
  size_t best_distance = limit + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kLongestCompared) continue;
    const size_t distance = EditDistance(wanted, ToCodePoints(candidate));
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view name, std::span<const std::string> candidates) {
  const std::optional<std::string> nearest = Nearest(name, candidates);
  return nearest ? StrCat("did you mean \"", *nearest, "\"?") : "";
}

}  // namespace anjuan
