// SheetWriter over libxlsxwriter; SheetReader over zlib and expat.
#pragma once

#include <memory>

#include "engine/port/sheet_reader.h"
#include "engine/port/sheet_writer.h"

namespace anjuan::xlsx {

std::unique_ptr<port::SheetWriter> NewSheetWriter();
std::unique_ptr<port::SheetReader> NewSheetReader();  // may be used by any number of threads

}  // namespace anjuan::xlsx
