// Another office key for a whole office: people, papers, frozen returns, seals; in parts, so that
// others work meanwhile and a kill costs one part.
//
// BeginKeyChange makes the store accept both keys and new things be wrapped by the new one alone;
// FinishKeyChange wraps what is left, part by part, and then the old key is out of force. Killed
// anywhere between, the office is opened with both (vault::OfficeKeys::before) and FinishKeyChange
// goes on: what is wrapped already is passed over.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "engine/runtime/office.h"

namespace anjuan::runtime {

// Whether one was begun and not finished.
bool KeyChangeBegun(port::Reader& reader);

// `to` differs from the office's keys in its office key; the index key stays, since the blind index
// is made with it. After it this Office must be closed and opened again with both keys.
void BeginKeyChange(Office& office, const vault::OfficeKeys& to, std::string_view by,
                    std::string_view reason);

struct KeyChange {  // wrapped anew by this run
  std::int64_t subjects = 0;
  std::int64_t papers = 0;
  std::int64_t returns = 0;
  std::int64_t seals = 0;
};
// Called when a part is on disk.
using KeyProgress = std::function<void(std::int64_t done, std::int64_t total)>;
// Throws port::Failure where something does not open; then both keys stay in force.
KeyChange FinishKeyChange(Office& office, const KeyProgress& progress);

}  // namespace anjuan::runtime
