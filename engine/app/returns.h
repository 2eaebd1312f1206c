// Sheets and returns on the command line: sheet --freeze, sheets, import returns.
#pragma once

#include "engine/app/commands.h"
#include "engine/app/folder.h"
#include "engine/runtime/return_people.h"
#include "engine/runtime/returns.h"
#include "engine/runtime/sheets.h"
#include "engine/value/value.h"

namespace anjuan::app {

Value SheetJson(const runtime::FilledSheet& sheet);

// The same with ID numbers and telephones masked: a screen is not the paper.
runtime::FilledSheet MaskedForScreen(const runtime::FilledSheet& sheet);

void PrintFrozen(const runtime::Frozen& frozen, const Options& options, const Streams& streams);
void PrintFrozenLine(const runtime::FrozenReturn& record, const Options& options,
                     const Streams& streams);

// Returns of which something was erased now, and what tells how to freeze the frozen ones anew.
void PrintErasedReturns(const runtime::ErasedReturns& returns, const Streams& streams);
// --meant, --not-meant.
runtime::Decisions DecisionsOf(const Options& options);

// import returns SHEET FILE…
int ImportReturns(const Options& options, const Streams& streams, OpenOffice& open);
// import sheets FILE…: descriptions of sheets, checked, into the office.
int ImportSheets(const Options& options, const Streams& streams, OpenOffice& open);

// --from, --to, --closing; false: a mistake, printed.
bool ReadDay(const std::string& text, const char* option, std::optional<Date>& out,
             const Streams& streams);

int FreezeReturn(const Options& options, const Streams& streams, OpenOffice& open,
                 const runtime::SheetRequest& request);

}  // namespace anjuan::app
