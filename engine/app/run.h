// The program as a function, so that tests drive every command in process.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace anjuan::app {

struct Streams {
  std::ostream& out;
  std::ostream& err;
  bool terminal = false;  // err is one: long work shows a bar instead of lines
};

// Exit codes: 0 done, 1 findings or refusals, 2 could not run.
int Run(const std::vector<std::string>& arguments, const Streams& streams);

}  // namespace anjuan::app
