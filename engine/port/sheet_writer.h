// SheetModel -> a spreadsheet file.
//
// Deterministic: the same model gives the same bytes. A model's stream is read once, row by row, so
// that a long ledger is never in memory.
// Errors:  port::Failure: the file cannot be written, or a cell is beyond what the format holds.
#pragma once

#include <string>

#include "engine/doc/sheet.h"
#include "engine/port/store.h"

namespace anjuan::port {

class SheetWriter {
 public:
  virtual ~SheetWriter() = default;
  // Replaces `path` when the file is complete; before that a file beside it, path + ".part".
  virtual void Write(const doc::SheetModel& model, const std::string& path) = 0;
};

}  // namespace anjuan::port
