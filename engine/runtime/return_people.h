// Whom a return means, and people taken out of returns.
//
// A frozen return is plain text, so a name in it may be anybody's of that name; a received one has
// tokens. Of a row (or a cell that is nobody's in a received return) that has the person's ID
// number, a telephone nobody else has, or another value of six characters or more, it is certain
// that it means him. Of a name alone it is where nobody else of that name was known when the return
// was made; it is another one where his ID number stands in the row, or he is its person.
// Everything else is for a person to decide.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/office.h"
#include "engine/runtime/received.h"
#include "engine/runtime/returns.h"

namespace anjuan::runtime {

// What the operator says of returns that leave it open: their ids.
struct Decisions {
  std::set<std::string> meant;
  std::set<std::string> not_meant;
};

struct NamingReturns {
  std::vector<FrozenReturn> frozen;      // certainly
  std::vector<ReceivedReturn> received;  // certainly, or whose rows are theirs
  std::vector<ReturnRecord> unclear;     // of either kind, some cell of them
};

// Which returns mean these people. Opens every frozen one. Errors: "return.sealed".
Result<NamingReturns> ReturnsNaming(const Office& office, port::Reader& reader,
                                    const std::set<std::string>& people);

// "return.namesake" of each that nobody decided; "return.none" of a decision on no return.
Diagnostics Undecided(port::Reader& reader, const NamingReturns& naming,
                      const Decisions& decisions);

struct ErasedReturns {
  std::vector<std::string> frozen;    // whose content went
  std::vector<std::string> received;  // of which something went
};
// Takes the people out, before their keys go. A decision that a return does not mean them is put on
// record too ("return.kept"). Errors: of both above, nothing changed.
Result<ErasedReturns> EraseFromReturns(Office& office, port::Transaction& transaction,
                                       const std::set<std::string>& people,
                                       const ErasureCause& cause, const Decisions& decisions);

}  // namespace anjuan::runtime
