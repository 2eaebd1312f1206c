// A filled-in form back into rows: every cell checked by the sheet's own description, every mistake
// named with its address.
//
// Reads what anjuan writes as a blank form and what offices make of it: further rows, other titles,
// sums, signatures; XLSX, CSV, and JSON {"rows": [...]} or {"cells": {row: {...}}}.
//
// Errors:  Chinese, all at once: those of engine/form/list.h and "form.title" (another form),
//          "form.row" (a printed row is missing), "form.total" (a sum that is none), "form.check"
//          (what the description asks of a row), "form.kind" (a form that is only handed out).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/doc/sheet.h"
#include "engine/port/sheet_reader.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

// A sheet of the register; `id` may carry a use: "F09.cultivation". Errors: "sheet.none",
// "sheet.use".
struct StoredSheet {
  std::string text;  // the description's bytes
  doc::SheetDescription description;
};
Result<StoredSheet> LoadSheet(port::Reader& reader, std::string_view id);
std::vector<std::string> SheetIds(port::Reader& reader);

struct FormFile {
  std::string name;
  std::string bytes;
};

struct FormReading {
  const port::SheetReader* sheet_reader = nullptr;  // null: CSV and JSON only
  std::string sheet;                                // of a workbook; "": the one that fits
  Date today;
};

struct FilledForm {
  std::string id;                        // with the use its title tells
  std::string unit;                      // who filled it in, as the form says; "": it does not
  std::map<std::string, Context> fixed;  // as doc::SheetData
  std::vector<Context> rows;
  int count = 0;
  Diagnostics warnings;
};

Result<FilledForm> ReadForm(Office& office, port::Reader& reader, const StoredSheet& sheet,
                            FormFile file, const FormReading& how);

}  // namespace anjuan::runtime
