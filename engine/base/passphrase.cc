#include "engine/base/passphrase.h"

#include <openssl/evp.h>

namespace anjuan {

std::optional<std::string> Scrypt(std::string_view passphrase, std::string_view salt,
                                  const ScryptCost& cost) {
  constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30;
  constexpr std::uint64_t kMostParallel = 16;
  constexpr size_t kKeyBytes = 32;
  if (cost.n == 0 || cost.r == 0 || cost.p == 0 || cost.p > kMostParallel ||
      cost.r > kMostMemory / 128 || cost.n > kMostMemory / 128 / cost.r) {
    return std::nullopt;
  }
  std::string key(kKeyBytes, '\0');
  const int done = EVP_PBE_scrypt(passphrase.data(), passphrase.size(),
                                  reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                                  cost.n, cost.r, cost.p, 2 * kMostMemory,
                                  reinterpret_cast<unsigned char*>(key.data()), key.size());
  return done == 1 ? std::optional(key) : std::nullopt;
}

}  // namespace anjuan
