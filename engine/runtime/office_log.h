// The office's own log (办公库记录): what was done to the office as a whole rather than in a case.
//
// Keys backed up, restored and replaced; cases disposed of; contents of returns erased. Rows are
// only added, chained by hash, and part of verify. A reason is a text of the vault; nothing in a
// row is personal.
//
// Each row has a leaf (engine/trail/README.md, type "office") that commits to its header, and is
// sealed with the cases' rows in the log of the office's area: one case more, trail::kOfficeCase.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/log_rows.h"
#include "engine/runtime/office.h"
#include "engine/trail/dossier.h"

namespace anjuan::runtime {

struct OfficeEvent {
  std::int64_t ordinal = 0;
  std::string event;  // keys.backup, keys.restore, keys.rotate, disposal, return.erased
  std::string at;     // UTC
  std::string by;     // account, or the operator
  Value reason;       // a token of the vault, or null
  Value data;         // a context, by event
};

// Gives the row its place and time. `reason`: words, "" for none.
void RecordOfficeEvent(Office& office, port::Transaction& transaction, std::string_view event,
                       std::string_view by, std::string_view reason, const Value& data);

std::vector<OfficeEvent> OfficeEvents(port::Reader& reader);
std::int64_t CountOfficeEvents(port::Reader& reader);
// "" or what is wrong.
std::string VerifyOfficeLog(const Office& office, port::Reader& reader);

// A row as the log has it: seq 0 is the first. nullopt: there is none; an empty leaf: of an office
// that is older than its leaves.
std::optional<LogRow> OfficeRow(port::Reader& reader, std::int64_t seq);
// What each row's leaf commits to, and the key of that.
void AddOfficePayloads(port::Reader& reader, trail::DossierFiles& files);
// Gives every row its leaf that has none yet, and marks the log as waiting for the sealer.
void AddOfficeLeaves(Office& office, port::Transaction& transaction);

}  // namespace anjuan::runtime
