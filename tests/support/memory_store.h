// A store in memory, for tests: the plainest thing that passes tests/store.
//
// Threads: one lock for everything; Read waits for Transact.
#pragma once

#include <memory>

#include "engine/port/store.h"

namespace anjuan::test {

std::unique_ptr<port::Store> MakeMemoryStore();

}  // namespace anjuan::test
