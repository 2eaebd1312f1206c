// Another office key for a whole office, in one transaction: people, papers, frozen returns, seals.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/runtime/office.h"

namespace anjuan::runtime {

struct KeyChange {
  std::int64_t subjects = 0;
  std::int64_t papers = 0;
  std::int64_t returns = 0;
  std::int64_t seals = 0;
};

// After it the store opens with `to` alone: this Office must be closed and opened again. `to`
// differs in its office key; the index key stays, since the blind index is made with it. Throws
// port::Failure, and then nothing was changed, where something does not open.
KeyChange ChangeOfficeKey(Office& office, const vault::OfficeKeys& to, std::string_view by,
                          std::string_view reason);

}  // namespace anjuan::runtime
