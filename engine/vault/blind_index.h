// Exact search over values nobody can read: a keyed hash of the kind and the normalised value.
#pragma once

#include <string>
#include <string_view>

namespace anjuan::vault {

// "１３８ 0000-1234" and "+8613800001234" are one phone; "11010519491231002x" one ID number.
std::string Normalise(std::string_view kind, std::string_view value);

std::string BlindDigest(std::string_view index_key, std::string_view kind, std::string_view value);

}  // namespace anjuan::vault
