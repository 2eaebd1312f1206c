// Writes history rows: builds the leaf, commits to the payload, advances the case's chain.
//
// Source: design section 6; engine/trail/README.md specifies the bytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/port/store.h"
#include "engine/runtime/office.h"
#include "engine/runtime/people.h"
#include "engine/runtime/records.h"
#include "engine/trail/leaf.h"

namespace anjuan::runtime {

// What a row says; place, chain, time and commitments are the journal's.
struct Entry {
  std::string type;  // opened, event, refused, document, incident, dead-letter, ...
  std::string event;
  std::string outcome = "ok";  // ok, denied, failed
  Actor actor;
  std::string command_id;
  std::vector<std::string> from;
  std::vector<std::string> to;
  std::optional<Date> eff_date;
  std::optional<Instant> at;  // of a step: the time it was computed with; default: now
  Context payload;
  std::vector<trail::DocumentRef> documents;
  std::string reason;  // a vault token, or text without personal data
};

// Appends the row and moves record.seq and record.head; the caller puts the case row.
// record.version and record.state are what they are after the row.
void AppendEntry(Office& office, port::Transaction& transaction, CaseRecord& record,
                 const Entry& entry);

}  // namespace anjuan::runtime
