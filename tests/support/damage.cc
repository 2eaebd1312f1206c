#include "tests/support/damage.h"

namespace anjuan::test {

std::string Damage(std::string text, const std::string& other, std::mt19937_64& random) {
  const auto below = [&](size_t end) { return static_cast<size_t>(random() % (end + 1)); };
  for (size_t times = 1 + below(3); times > 0 && !text.empty(); --times) {
    const size_t at = below(text.size() - 1);
    const size_t length = below(40);
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() - 1), length));
        break;
      case 3:
        text.insert(at, other.substr(below(other.size() - 1), length));
        break;
      default:
        text.replace(at, 1, "\"");
        break;
    }
  }
  return text;
}

}  // namespace anjuan::test
