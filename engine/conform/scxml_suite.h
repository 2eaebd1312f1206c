// SCXML test suites, each test on a clock of its own that takes no time.
//
// Two layouts of a folder are known:
//   manifest.json and testNNN.txml   the W3C implementation report; passed is reaching `pass`
//   NAME.scxml and NAME.json         {"initialConfiguration": [ids], "events": [{"event": {"name"},
//                                    "after": ms, "nextConfiguration": [ids]}]}: the active atomic
//                                    states after the start and after each event
#pragma once

#include <filesystem>

#include "engine/base/result.h"
#include "engine/conform/report.h"

namespace anjuan::conform {

// A folder that holds neither layout, or cannot be read, is a mistake.
Result<Report> RunScxmlSuite(const std::filesystem::path& folder);

}  // namespace anjuan::conform
