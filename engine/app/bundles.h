// Workflow bundles on disk: finding, checking and publishing them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/office.h"

namespace anjuan::app {

// The folders below library/workflows that hold a chart.
std::vector<std::filesystem::path> AllBundles(const std::filesystem::path& library);

// What FILE|FOLDER|NAME arguments name: bundles; without arguments those of the library.
std::vector<std::filesystem::path> BundlesOf(const std::vector<std::string>& names,
                                             const std::filesystem::path& library);

// Templates stand beside the workflows of a bundle's own library, else in ours.
std::filesystem::path TemplatesOf(const std::vector<std::filesystem::path>& bundles,
                                  const std::filesystem::path& library);

// kEverything: also what the charts can do, alone and with those beside them (chart/examine.h).
// That takes longer, and a bundle that is shipped or stored has been through it.
enum class Checks { kReading, kEverything };

// Checks every bundle. Processes among them may spawn each other. All diagnostics of all bundles.
Diagnostics CheckBundles(const runtime::Surroundings& surroundings,
                         const std::vector<std::filesystem::path>& bundles,
                         const std::filesystem::path& templates,
                         std::vector<runtime::Definition>* definitions,
                         Checks checks = Checks::kReading);

// Checks, then stores those that are not in force yet; nothing is stored where one has an error.
Diagnostics PublishAll(runtime::Office& office, const std::vector<std::filesystem::path>& bundles,
                       const std::filesystem::path& templates, Checks checks = Checks::kReading);

}  // namespace anjuan::app
