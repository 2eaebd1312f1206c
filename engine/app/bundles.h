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

// Checks every bundle; processes among them may spawn each other. All diagnostics of all bundles.
Diagnostics CheckBundles(const runtime::Surroundings& surroundings,
                         const std::vector<std::filesystem::path>& bundles,
                         const std::filesystem::path& templates,
                         std::vector<runtime::Definition>* definitions);

// Checks, then stores those that are not in force yet; nothing is stored where one has an error.
Diagnostics PublishAll(runtime::Office& office, const std::vector<std::filesystem::path>& bundles,
                       const std::filesystem::path& templates);

}  // namespace anjuan::app
