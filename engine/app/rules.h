// Decision models as files.
#pragma once

#include <filesystem>

#include "engine/base/result.h"
#include "engine/dmn/dmn.h"

namespace anjuan::app {

// With the models beside it as imports.
Result<dmn::Model> ReadRules(const std::filesystem::path& file);

// What is wrong with it, and what its tables leave out.
Diagnostics CheckRules(const std::filesystem::path& file);

}  // namespace anjuan::app
