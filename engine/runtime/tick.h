// Fires what is due. On a manual clock time moves from one due timer to the next, so that each sees
// the instant it was due at; on a real clock everything due by now is fired. Deadlines an import of
// days off still has to count again (recount.h) are counted first.
#pragma once

#include <optional>
#include <string>

#include "engine/runtime/outbox.h"
#include "engine/runtime/recount.h"

namespace anjuan::runtime {

struct TickReport {
  int fired = 0;
  int warned = 0;
  int incidents = 0;
  RecountReport recount;
  OutboxReport outbox;
};

// `until`: manual clock only, the instant to move to; nullopt: the clock stays where it is.
TickReport Tick(Office& office, Outbox& outbox, std::optional<Instant> until);

}  // namespace anjuan::runtime
