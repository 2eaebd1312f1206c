// SheetWriter over libxlsxwriter.
#pragma once

#include <memory>

#include "engine/port/sheet_writer.h"

namespace anjuan::xlsx {

std::unique_ptr<port::SheetWriter> NewSheetWriter();

}  // namespace anjuan::xlsx
