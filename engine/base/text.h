// Text: UTF-8 by code point, joining and splitting, and the nearest right name for a hint.
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace anjuan {

namespace internal {
inline void AppendPiece(std::string& out, std::string_view piece) {
  out += piece;
}
inline void AppendPiece(std::string& out, char piece) {
  out += piece;
}
template <std::integral I>
void AppendPiece(std::string& out, I piece) {
  out += std::to_string(piece);
}
}  // namespace internal

// Concatenates strings, characters and integers (GCC 12 has no <format>).
template <typename... Pieces>
std::string StrCat(const Pieces&... pieces) {
  std::string out;
  (internal::AppendPiece(out, pieces), ...);
  return out;
}

// Walks UTF-8 by code point. Malformed bytes come out as U+FFFD, one for each byte.
class Utf8Cursor {
 public:
  explicit Utf8Cursor(std::string_view text) : text_(text) {}
  bool done() const { return offset_ >= text_.size(); }
  size_t offset() const { return offset_; }  // bytes
  char32_t Peek() const;
  char32_t Next();

 private:
  std::string_view text_;
  size_t offset_ = 0;
};

bool IsValidUtf8(std::string_view text);
size_t CountCodePoints(std::string_view text);
void AppendUtf8(std::string& out, char32_t code_point);

std::string_view Trim(std::string_view text);  // ASCII white space and U+3000 at both ends
std::vector<std::string_view> Split(std::string_view text, char separator);
std::vector<std::string_view> SplitWords(std::string_view text);  // at runs of ASCII white space
std::string Join(std::span<const std::string> pieces, std::string_view separator);
std::optional<long long> ParseInteger(std::string_view text);  // whole text, optional sign

// The candidate nearest to `name` by edit distance over code points, if near enough to suggest.
std::optional<std::string> Nearest(std::string_view name, std::span<const std::string> candidates);
// `did you mean "x"?`, or "" where nothing is near.
std::string DidYouMean(std::string_view name, std::span<const std::string> candidates);

}  // namespace anjuan
