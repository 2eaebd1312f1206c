// Lists from outside into the office's registers: enterprises, accounts, parameters, holidays; and
// the shipped tables a new office starts with.
//
// Either every row is taken or none, every mistake is named with its cell, and the same file again
// changes nothing. Names and telephones of people go into the vault.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

struct ImportReport {
  int rows = 0;
  int changed = 0;
  Diagnostics warnings;
};

// `kind`: enterprises, accounts, parameters or calendar; `bytes` is the whole CSV file.
Result<ImportReport> ImportList(Office& office, std::string_view kind, std::string bytes,
                                std::string_view file);

// The files of workflows/shared by their name there ("regions.csv", "sheets/F01.json", …).
Result<ImportReport> ImportShared(Office& office, const Files& files);

}  // namespace anjuan::runtime
