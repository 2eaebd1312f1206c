#include "engine/feel/source.h"

#include "engine/base/text.h"

namespace anjuan::feel {

Location Place(std::string_view text, const Location& at, size_t offset) {
  Location place = at;
  if (at.line == 0) return place;
  for (Utf8Cursor cursor(text.substr(0, offset)); !cursor.done();) {
    if (cursor.Next() == U'\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  }
  return place;
}

Diagnostic Problem(std::string_view text, const Location& at, Span span, std::string code,
                   std::string message, std::string hint) {
  Diagnostic out;
  out.code = std::move(code);
  out.message = std::move(message);
  out.hint = std::move(hint);
  out.at = Place(text, at, span.begin);
  // A caret of several lines cannot be drawn: it ends with the first.
  std::string_view marked = text.substr(span.begin, span.end - span.begin);
  marked = marked.substr(0, marked.find('\n'));
  const size_t length = CountCodePoints(marked);
  out.length = length == 0 ? 1 : static_cast<int>(length);
  return out;
}

std::string Quote(std::string_view text, Span span) {
  constexpr size_t kLongest = 60;  // code points
  const std::string_view piece = Trim(text.substr(span.begin, span.end - span.begin));
  std::string out = "`";
  size_t count = 0;
  for (Utf8Cursor cursor(piece); !cursor.done(); ++count) {
    if (count == kLongest) return out + "…`";
    const char32_t c = cursor.Next();
    AppendUtf8(out, c == U'\n' ? U' ' : c);
  }
  return out + "`";
}

}  // namespace anjuan::feel
