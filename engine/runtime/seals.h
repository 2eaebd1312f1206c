// Seals of offices: PNG files kept encrypted (sealed_blob.h), named in a register by the office
// they belong to.
//
// Either every file is taken or none, every mistake is named, and the same file again changes
// nothing. A paper issued afterwards carries the seal; one issued before stays as it is.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

struct SealFile {
  std::string organisation;  // "hrss@430600"
  std::string bytes;
  std::string file;  // for messages
};

Result<ImportReport> ImportSeals(Office& office, const std::vector<SealFile>& files, bool dry_run);

}  // namespace anjuan::runtime
