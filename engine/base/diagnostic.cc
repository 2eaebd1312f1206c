#include "engine/base/diagnostic.h"

#include <algorithm>
#include <iterator>

#include "engine/base/text.h"

namespace anjuan {

bool HasError(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::kError; });
}

std::string Render(const Diagnostic& d) {
  std::string out;
  if (!d.at.file.empty()) {
    out += d.at.file;
    if (d.at.line > 0) out += StrCat(":", d.at.line, ":", d.at.column);
    out += ": ";
  }
  out += d.severity == Severity::kError ? "error" : "warning";
  if (!d.code.empty()) out += StrCat("[", d.code, "]");
  out += StrCat(": ", d.message);
  if (!d.hint.empty()) out += StrCat("; ", d.hint);
  if (!d.source_line.empty()) {
    out += StrCat("\n    ", d.source_line, "\n    ");
    int column = 1;
    for (Utf8Cursor cursor(d.source_line); !cursor.done() && column < d.at.column; ++column) {
      const char32_t c = cursor.Next();
      // A wide character takes two cells on a terminal; keep tabs as they are.
      out += c == U'\t' ? "\t" : (c >= 0x1100 ? "  " : " ");
    }
    out += "^";
    if (d.length > 1) out += std::string(static_cast<size_t>(std::min(d.length, 60)) - 1, '~');
  }
  return out;
}

std::string Render(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& d : diagnostics) out += StrCat(Render(d), "\n");
  return out;
}

void Append(Diagnostics& to, Diagnostics from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace anjuan
