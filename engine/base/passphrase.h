// Keys from passphrases: scrypt (RFC 7914) by OpenSSL, which stays in passphrase.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anjuan {

// What guessing one passphrase costs: 128 * n * r bytes of memory, and time as much.
struct ScryptCost {
  std::uint64_t n = std::uint64_t{1} << 17;  // a power of two
  std::uint64_t r = 8;
  std::uint64_t p = 1;
};

// 32 bytes. nullopt: a cost OpenSSL refuses, or one of more than 1 GiB.
std::optional<std::string> Scrypt(std::string_view passphrase, std::string_view salt,
                                  const ScryptCost& cost);

}  // namespace anjuan
