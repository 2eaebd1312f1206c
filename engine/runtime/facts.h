// Facts of a case as they stand: rows are only ever added, and a correction says which it corrects.
//
// FactRecord::reverses is one of
//   ""              the fact takes nothing back
//   KEY             it takes back the facts of that key of this case and organisation, from its
//   date #SEQ.POSITION   a correction: it stands in the place of that fact, as if it had been so
//   from the
//                   beginning; without a key of its own it only takes that fact away. What the
//                   corrected fact takes back stays.
//   #SEQ [KEY]      a correction: a fact that row should have had besides; KEY as above
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/runtime/records.h"

namespace anjuan::runtime {

struct StandingFact {
  FactRecord fact;         // its `reverses` is a key or ""
  std::int64_t made_by{};  // seq of the row that made it first
  std::string address;     // "#SEQ.POSITION" of the row it stands in now
};

std::string AddressOf(const FactRecord& fact);

// `rows` in the order of recording, of one case; the result likewise, each in its first place.
std::vector<StandingFact> Standing(std::span<const FactRecord> rows);

std::vector<StandingFact> LoadStandingFacts(port::Reader& reader, std::string_view area,
                                            std::string_view case_id);

}  // namespace anjuan::runtime
