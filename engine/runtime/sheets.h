// Statistics sheets and ledgers, from one of four places: facts, intervals and case data, where the
// description says what is counted or shown (live); what lower offices sent back
// (engine/runtime/received.h); rows handed in; nothing, for a blank form.
//
// Source: engine/form/statistics.h (counting), engine/doc/sheet.h (layout and views).
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/doc/sheet.h"
#include "engine/runtime/office.h"
#include "engine/runtime/sheet_intake.h"

namespace anjuan::runtime {

struct SheetRequest {
  std::string id;      // F01, L02, ...
  std::string region;  // "" = everything in the office
  std::optional<Date> from;
  std::optional<Date> to;
  std::optional<Date> closing;  // default: the end of the window, or today where that is earlier
  std::string unit;             // reporting unit printed on the sheet
  bool blank = false;           // a form to fill in
  int blank_rows = 0;           // of it, at least
  bool received = false;        // what was sent back, also where there is live data
  bool by_region = false;       // of received: a column for the region, and sums of each
  std::string case_id = {};     // of a ledger: this case's row alone
  std::optional<FilledForm> input = {};
};

// Where a sheet's rows come from, unless something else is asked for.
enum class SheetOrigin { kLive, kReceived, kGiven };
SheetOrigin OriginOf(const doc::SheetDescription& description);

struct FilledSheet {
  doc::SheetDescription description;
  doc::SheetModel model;
  doc::SheetData data;       // the same cells by key, for --json and printing
  std::optional<Date> from;  // the window the rows are of
  std::optional<Date> to;
  Diagnostics warnings;
};

// "{to}" in footnotes; without a day a blank to write it in.
void NameLastDay(doc::SheetDescription& description, const std::optional<Date>& day);

Result<FilledSheet> FillSheetIn(Office& office, port::Reader& reader, const SheetRequest& request);
Result<FilledSheet> FillSheet(Office& office, const SheetRequest& request);

}  // namespace anjuan::runtime
