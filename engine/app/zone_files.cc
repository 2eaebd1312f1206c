#include "engine/app/zone_files.h"

#include <fstream>
#include <iterator>
#include <string>

namespace anjuan::app {

std::shared_ptr<const Zones> ZoneFiles() {
  return std::make_shared<const Zones>([](std::string_view name) -> std::optional<std::string> {
    if (!IsZoneName(name)) return std::nullopt;
    std::ifstream file("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
    if (!file) return std::nullopt;
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (bytes.empty()) return std::nullopt;
    return bytes;
  });
}

}  // namespace anjuan::app
