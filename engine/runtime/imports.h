// Lists from outside into the office's registers: enterprises, accounts, parameters, holidays; and
// the shipped tables a new office starts with.
//
// Either every row is taken or none, every mistake is named with its cell, and the same file again
// changes nothing. Names and telephones of people go into the vault.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/form/list.h"
#include "engine/port/sheet_reader.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/office.h"
#include "engine/runtime/recount.h"

namespace anjuan::runtime {

struct ImportReport {
  int rows = 0;
  int changed = 0;
  Diagnostics warnings;
  RecountReport recount;  // of a calendar: open cases whose deadlines were counted again
};

// What of the file is taken for what of the list, told before any row is read.
struct ImportMatch {
  std::string sheet;                      // "" of CSV
  std::vector<std::string> other_sheets;  // not read
  const form::ListDescription& description;
  const form::ListMatch& match;
};

struct ImportOptions {
  const port::SheetReader* sheet_reader = nullptr;  // null: CSV only
  std::string sheet;                                // "" : the one that fits
  bool dry_run = false;                             // everything is checked, nothing stored
  std::function<void(const ImportMatch&)> matched;
  RecountWatch recount;  // of a calendar: each case that moves, or would in a dry run
};

// `kind`: enterprises, accounts, parameters or calendar; `bytes` is the whole file, CSV or a
// spreadsheet.
Result<ImportReport> ImportList(Office& office, std::string_view kind, std::string bytes,
                                std::string_view file, const ImportOptions& options = {});

// The days of whole years become what is said here, as an import of `document` would make them; the
// open cases' deadlines with them.
ImportReport ArrangeYears(Office& office, const std::map<int, calendar::Year>& years,
                          std::string_view document, const RecountWatch& watch);

// The rows of such a list, of the columns named alone, checked as an import checks them and stored
// nowhere: who is meant, where all else stands in the register.
Result<std::vector<form::ListRow>> ReadRows(Office& office, std::string_view kind,
                                            const std::vector<std::string>& columns,
                                            std::string bytes, std::string_view file,
                                            const ImportOptions& options = {});

// The files of workflows/shared by their name there ("regions.csv", "sheets/F01.json", …).
Result<ImportReport> ImportShared(Office& office, const Files& files, bool dry_run = false);

}  // namespace anjuan::runtime
