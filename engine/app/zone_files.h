// Named time zones from the system's zone data.
#pragma once

#include <memory>

#include "engine/base/zones.h"

namespace anjuan::app {

// Reads /usr/share/zoneinfo (Debian's tzdata); a zone without a file is unknown.
std::shared_ptr<const Zones> ZoneFiles();

}  // namespace anjuan::app
