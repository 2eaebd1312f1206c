// Writes history rows: builds the leaf, commits to the payload, advances the case's chain.
//
// Source: design section 6; engine/trail/README.md specifies the bytes.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
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

// Where tokens stand for personal values, a commitment to each ("personal" in a payload): what lies
// in the vault can then be shown, one value without the others, to be what the row had. Null: none.
Value CommitmentsTo(Office& office, port::Reader& reader, const std::set<std::string>& tokens);

// What every leaf of this office says of the program and its clock.
trail::Leaf BlankLeaf(const Office& office);
// Commits the leaf to the payload, whose bytes these are, under this key.
void CommitTo(trail::Leaf& leaf, const std::string& key, const Context& payload,
              std::string_view bytes);
inline constexpr size_t kRowKeyBytes = 32;

}  // namespace anjuan::runtime
