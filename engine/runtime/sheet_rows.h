// A file from outside as rows of a list: CSV, or a sheet of a workbook, and which of several sheets
// holds the list.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/form/list.h"
#include "engine/port/sheet_reader.h"
#include "engine/runtime/registers.h"

namespace anjuan::runtime {

// The workbook must outlive the rows.
Result<std::unique_ptr<form::RowSource>> OpenSheet(const port::Workbook& workbook, size_t sheet,
                                                   std::string_view file);

// The sheet called `wanted`; where that is "", the only visible one whose heading has every
// required column, else the one that comes nearest. Several that fit are never guessed between.
// Errors: "import.sheet", and what keeps a sheet from being read.
Result<size_t> ChooseSheet(const port::Workbook& workbook, const form::ListDescription& description,
                           std::string_view wanted, std::string_view file);

struct ListSource {
  std::unique_ptr<port::Workbook> workbook;  // null: CSV
  size_t sheet = 0;
  std::unique_ptr<form::RowSource> rows;
};

// The bytes' own kind decides, whatever the file is called. `reader` may be null: CSV only.
Result<ListSource> OpenList(const form::ListDescription& description, std::string bytes,
                            std::string_view file, const port::SheetReader* reader,
                            const std::string& wanted);

// What lists may refer to: regions, scopes and roles, by code and by name.
form::ReferenceTable ReferencesOf(const Registers& registers);

}  // namespace anjuan::runtime
