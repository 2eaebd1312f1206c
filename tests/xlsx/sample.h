// Every shipped sheet with rows made up from its own columns: the first plain, the second with
// texts a spreadsheet program would take for formulas.
#pragma once

#include <string>
#include <vector>

#include "engine/doc/sheet.h"

namespace anjuan::test {

std::vector<std::string> ShippedSheetIds();
doc::SheetDescription ShippedSheet(const std::string& id);
doc::SheetData SampleData(const doc::SheetDescription& sheet);
doc::SheetData BlankData();

}  // namespace anjuan::test
