// A case's papers bound as an archive binds them: cover, contents, papers, end sheet.
#pragma once

#include <filesystem>
#include <string>

#include "engine/app/folder.h"
#include "engine/base/result.h"
#include "engine/runtime/records.h"
#include "engine/trail/volume.h"

namespace anjuan::app {

struct BoundVolume {
  std::string bytes;
  trail::VolumeManifest manifest;
};

// `unit`: who files it. The same case gives the same bytes until it gets another paper.
// Errors: volume.*, library.*, pdf.*.
Result<BoundVolume> BindCase(OpenOffice& open, port::Reader& reader,
                             const runtime::CaseRecord& record,
                             const std::filesystem::path& library, const std::string& unit);

}  // namespace anjuan::app
