// Fires what is due. On a manual clock time moves from one due timer to the next, so that each sees
// the instant it was due at; on a real clock everything due by now is fired.
#pragma once

#include <optional>
#include <string>

#include "engine/runtime/outbox.h"

namespace anjuan::runtime {

struct TickReport {
  int fired = 0;
  int warned = 0;
  int incidents = 0;
  OutboxReport outbox;
};

// `until`: manual clock only, the instant to move to; nullopt: the clock stays where it is.
TickReport Tick(Office& office, Outbox& outbox, std::optional<Instant> until);

}  // namespace anjuan::runtime
