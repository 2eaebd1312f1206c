// The office's own log (办公库记录): what was done to the office as a whole rather than in a case.
//
// Keys backed up, restored and replaced; cases disposed of; contents of returns erased. Rows are
// only added, chained by hash, and part of verify. A reason is a text of the vault; nothing in a
// row is personal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/office.h"

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
std::string VerifyOfficeLog(port::Reader& reader);  // "" or what is wrong

}  // namespace anjuan::runtime
