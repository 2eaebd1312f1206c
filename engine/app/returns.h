// Frozen returns on the command line: sheet --freeze, sheets.
#pragma once

#include "engine/app/commands.h"
#include "engine/app/folder.h"
#include "engine/runtime/sheets.h"
#include "engine/value/value.h"

namespace anjuan::app {

Value SheetJson(const runtime::FilledSheet& sheet);

int FreezeReturn(const Options& options, const Streams& streams, OpenOffice& open,
                 const runtime::SheetRequest& request);

}  // namespace anjuan::app
