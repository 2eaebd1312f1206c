// Examples in a module's README.md that a test holds it to.
#pragma once

#include <string>

namespace anjuan::test {

// | `expression` | `value` |
bool ReadReadmeRow(const std::string& line, std::string& expression, std::string& value);

}  // namespace anjuan::test
