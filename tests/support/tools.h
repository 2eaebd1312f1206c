// Programs a test looks at its files with: pdftotext, qpdf, dot. A test whose tool is not
// installed skips and says so.
#pragma once

#include <string>

namespace anjuan::test {

struct Ended {
  int exit = -1;  // as wait(2) gives it; 0: the program ended well
  std::string out;
};

// A shell's line, and what it wrote to its standard output.
Ended RunShell(const std::string& command);
std::string Output(const std::string& command);
bool HasTool(const std::string& tool);

}  // namespace anjuan::test
