// Statistics sheets and ledgers: what the sheet's own data says is counted or shown, from facts,
// intervals and case data.
//
// Source: engine/form/statistics.h (counting), engine/doc/sheet.h (layout and views).
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/doc/sheet.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

struct SheetRequest {
  std::string id;      // F01, L02, ...
  std::string region;  // "" = everything in the office
  std::optional<Date> from;
  std::optional<Date> to;
  std::optional<Date> closing;  // default: the end of the window, or today where that is earlier
  std::string unit;             // reporting unit printed on the sheet
};

struct FilledSheet {
  doc::SheetDescription description;
  doc::SheetModel model;
  doc::SheetData data;  // the same cells by key, for --json and printing
  Diagnostics warnings;
};

Result<FilledSheet> FillSheetIn(Office& office, port::Reader& reader, const SheetRequest& request);
Result<FilledSheet> FillSheet(Office& office, const SheetRequest& request);

}  // namespace anjuan::runtime
