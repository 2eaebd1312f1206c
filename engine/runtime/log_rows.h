// The rows an area's log is made of, whatever table they lie in: a case's history, or the office's
// own log (trail::kOfficeCase), which stands in the log of the office's area as one case more.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/temporal.h"
#include "engine/port/store.h"

namespace anjuan::runtime {

struct LogRow {
  std::int64_t seq = 0;
  Instant at = 0;
  std::string leaf;
};

// "" where the row is gone.
std::string LeafOf(port::Reader& reader, const std::string& area, const std::string& case_id,
                   std::int64_t seq);
// At most `most` rows from one on.
void ScanLogRows(port::Reader& reader, const std::string& area, const std::string& case_id,
                 std::int64_t from, std::int64_t most,
                 const std::function<void(const LogRow&)>& visit);
// -1: there is none.
std::int64_t LastLogRow(port::Reader& reader, const std::string& area, const std::string& case_id);

}  // namespace anjuan::runtime
