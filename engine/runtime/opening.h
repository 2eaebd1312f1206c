// Opening a case, in the caller's transaction.
#pragma once

#include "engine/port/store.h"
#include "engine/runtime/command.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

// Not ok: nothing may be kept (roll back).
Answer OpenCase(Office& office, port::Transaction& transaction, const OpenCommand& command);

}  // namespace anjuan::runtime
