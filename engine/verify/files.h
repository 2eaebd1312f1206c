// A dossier's files from a folder or a ZIP.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/trail/dossier.h"

namespace anjuan::verify {

std::optional<std::string> ReadFile(const std::filesystem::path& path);

// All files by their path inside; one folder around everything is taken off. Bounded: 200,000
// files, 4 GiB. Errors: verify.read.
Result<trail::DossierFiles> ReadDossier(const std::filesystem::path& path);

// Public keys, each given by itself or as a file of them. Errors: trail.vkey.
Result<std::vector<trail::VerifierKey>> ReadKeys(const std::vector<std::string>& given);

}  // namespace anjuan::verify
