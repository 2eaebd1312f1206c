// A mistake with an address: file, line, column, a stable code, free text, and a hint what to do.
//
// Codes are stable ("chart.target"), texts are free; tests match code and place. Lines and columns
// count from 1; columns count Unicode code points, as editors do. line 0: no place is known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anjuan {

enum class Severity { kError, kWarning };

struct Location {
  std::string file;
  int line = 0;
  int column = 0;
  bool operator==(const Location&) const = default;
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;
  std::string message;
  Location at = {};
  std::string hint = {};         // what to do next, "" if the message says it
  std::string source_line = {};  // the offending line for the caret picture, "" if none
  int length = 1;                // code points under the caret
  bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

bool HasError(const Diagnostics& diagnostics);

// "file:line:column: error[code]: text", then hint, source line and caret where known.
std::string Render(const Diagnostic& diagnostic);
std::string Render(const Diagnostics& diagnostics);

void Append(Diagnostics& to, Diagnostics from);

}  // namespace anjuan
