// What the rows of a history say in words, and whole histories as an event log for other tools.
#pragma once

#include <string>

#include "engine/exchange/event_log.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"
#include "engine/trail/leaf.h"

namespace anjuan::runtime {

// What was done, in the words of the definition: the label of the transition that was taken (or
// asked for), what the engine calls it where there is none. chart: null where it cannot be read.
std::string ActivityOf(const chart::Chart* chart, const HistoryRecord& row,
                       const trail::Leaf& leaf);

// A person stepped in beside the definition's own transitions: correction, transfer, voiding,
// retry.
bool IsIntervention(const trail::Leaf& leaf);

// Rows whose leaf cannot be read are left out; verify names them.
exchange::LogCase ToLogCase(Office& office, port::Reader& reader, const CaseRecord& record);

}  // namespace anjuan::runtime
