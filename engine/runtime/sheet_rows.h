// A sheet of a workbook as rows of a list, and which of several sheets holds the list.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/form/list.h"
#include "engine/port/sheet_reader.h"

namespace anjuan::runtime {

// The workbook must outlive the rows.
Result<std::unique_ptr<form::RowSource>> OpenSheet(const port::Workbook& workbook, size_t sheet,
                                                   std::string_view file);

// The sheet called `wanted`; where that is "", the only visible one whose heading has every
// required column, else the one that comes nearest. Several that fit are never guessed between.
// Errors: "import.sheet", and what keeps a sheet from being read.
Result<size_t> ChooseSheet(const port::Workbook& workbook, const form::ListDescription& description,
                           std::string_view wanted, std::string_view file);

}  // namespace anjuan::runtime
