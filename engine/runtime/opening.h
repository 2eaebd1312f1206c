// Opening a case, in the caller's transaction.
#pragma once

#include "engine/port/store.h"
#include "engine/runtime/command.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

// Not ok: nothing may be kept (roll back).
Answer OpenCase(Office& office, port::Transaction& transaction, const OpenCommand& command);

// What a person typed where a vault token stands: such a text could show another person's data.
Answer TokenRefused(const std::vector<std::string>& paths);

}  // namespace anjuan::runtime
