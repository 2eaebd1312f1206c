#include "tests/support/readme_row.h"

namespace anjuan::test {

bool ReadReadmeRow(const std::string& line, std::string& expression, std::string& value) {
  const size_t middle = line.find("` | `");
  if (!line.starts_with("| `") || !line.ends_with("` |") || middle == std::string::npos) {
    return false;
  }
  expression = line.substr(3, middle - 3);
  value = line.substr(middle + 5, line.size() - middle - 8);
  return true;
}

}  // namespace anjuan::test
