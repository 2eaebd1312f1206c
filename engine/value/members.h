// Members of a value that was read from JSON, of which only some are of interest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace anjuan {

// "" where there is no such member, or it is no string.
std::string TextIn(const Value& from, std::string_view key);
// `otherwise` where there is no such member, or it is no whole number of 64 bits.
std::int64_t IntegerIn(const Value& from, std::string_view key, std::int64_t otherwise = 0);

}  // namespace anjuan
