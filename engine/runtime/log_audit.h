// The areas' logs against the histories they were sealed from.
#pragma once

#include <string>

#include "engine/port/store.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

// Every leaf, tile, checkpoint, head and key of every area. The first mistake by name, "" where all
// is well.
std::string VerifyLogs(const Office& office, port::Reader& reader);

}  // namespace anjuan::runtime
