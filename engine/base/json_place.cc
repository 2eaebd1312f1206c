#include "engine/base/json_place.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/text.h"

namespace anjuan {

namespace {

// Walks JSON text without building anything; one pass, no recursion.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { SkipSpace(); }

  size_t offset() const { return offset_; }

  // Moves to the value of that member or element of the value here; false: there is none, and the
  // scanner is of no further use.
  bool Enter(std::string_view step) {
    if (Peek() == '{') return EnterObject(step);
    const std::optional<long long> index = ParseInteger(step);
    return Peek() == '[' && index && EnterArray(*index);
  }

 private:
  char Peek() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }

  void SkipSpace() {
    constexpr std::string_view kSpace = " \t\r\n";
    while (offset_ < text_.size() && kSpace.find(text_[offset_]) != std::string_view::npos) {
      ++offset_;
    }
  }

  bool Take(char c) {
    SkipSpace();
    if (Peek() != c) return false;
    ++offset_;
    SkipSpace();
    return true;
  }

  // At the opening quote; the text between the quotes as it is written.
  std::string_view ReadString() {
    const size_t begin = ++offset_;
    while (offset_ < text_.size() && text_[offset_] != '"')
      offset_ += text_[offset_] == '\\' ? 2 : 1;
    offset_ = std::min(offset_, text_.size());
    const std::string_view inside = text_.substr(begin, offset_ - begin);
    if (offset_ < text_.size()) ++offset_;
    return inside;
  }

  void SkipValue() {
    int depth = 0;
    while (offset_ < text_.size()) {
      const char c = Peek();
      if (c == '"') {
        ReadString();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++offset_;
      } else if (depth > 0 && (c == '}' || c == ']')) {
        --depth;
        ++offset_;
      } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
        return;
      } else {
        ++offset_;
      }
    }
  }

  bool EnterObject(std::string_view key) {
    if (!Take('{')) return false;
    while (Peek() == '"') {
      const std::string_view found = ReadString();
      if (!Take(':')) return false;
      if (found == key) return true;
      SkipValue();
      if (!Take(',')) return false;
    }
    return false;
  }

  bool EnterArray(long long index) {
    if (!Take('[')) return false;
    for (long long i = 0; i < index; ++i) {
      SkipValue();
      if (!Take(',')) return false;
    }
    return Peek() != ']' && offset_ < text_.size();
  }

  std::string_view text_;
  size_t offset_ = 0;
};

std::string Unescape(std::string_view step) {
  std::string out;
  for (size_t i = 0; i < step.size(); ++i) {
    const bool escape = step[i] == '~' && i + 1 < step.size();
    out += escape ? (step[++i] == '1' ? '/' : '~') : step[i];
  }
  return out;
}

Location PlaceOf(std::string_view text, std::string_view file, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {.file = std::string(file),
          .line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          .column = static_cast<int>(CountCodePoints(before.substr(line_start))) + 1};
}

}  // namespace

Location FindJsonPlace(std::string_view text, std::string_view file, std::string_view pointer) {
  Scanner scanner(text);
  size_t offset = scanner.offset();
  if (!pointer.empty()) {
    for (const std::string_view step : Split(pointer.substr(1), '/')) {
      if (!scanner.Enter(Unescape(step))) break;
      offset = scanner.offset();
    }
  }
  return PlaceOf(text, file, std::min(offset, text.size()));
}

std::string SourceLine(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return "";
    text.remove_prefix(end + 1);
  }
  std::string_view found = text.substr(0, text.find('\n'));
  if (found.ends_with('\r')) found.remove_suffix(1);
  return std::string(found);
}

}  // namespace anjuan
