// Proving what is stored: verify checks that nothing was changed, replay that it follows.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/runtime/office.h"

namespace anjuan::runtime {

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

struct AuditReport {
  std::int64_t cases = 0;
  std::int64_t rows = 0;
  std::int64_t erased = 0;          // payloads, papers, returns lawfully erased: no mistake
  std::int64_t documents = 0;       // whose bytes were compared
  std::int64_t not_comparable = 0;  // replay: rendered in another environment, or erased
  std::string mistake;              // the first bad record, by name; "" where all is well
  bool ok() const { return mistake.empty(); }
};

// Leaves, chains, parsed columns, states and documents' bytes of every case.
AuditReport Verify(Office& office, const Progress& progress);

// Every case stepped again from its history, every state hash compared, every document rendered
// again and compared byte for byte where the environment is the same.
AuditReport Replay(Office& office, const Progress& progress);

}  // namespace anjuan::runtime
