#include "tests/support/tools.h"

#include <array>
#include <cstdio>

namespace anjuan::test {

Ended RunShell(const std::string& command) {
  Ended ended;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return ended;
  std::array<char, 65536> buffer;
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    ended.out.append(buffer.data(), got);
  }
  ended.exit = pclose(pipe);
  return ended;
}

std::string Output(const std::string& command) {
  return RunShell(command).out;
}

bool HasTool(const std::string& tool) {
  return !Output("command -v " + tool + " 2>/dev/null").empty();
}

}  // namespace anjuan::test
