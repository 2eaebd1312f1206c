// Encryption of single cells: AES-256-GCM with a random nonce, bound to the place where they lie.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/vault/keys.h"

namespace anjuan::vault {

inline constexpr size_t kKeyBytes = 32;

struct Box {
  std::string nonce;
  std::string cipher;
};

Box Seal(const Random& random, std::string_view key, std::string_view place,
         std::string_view plain);
// nullopt: another key, another place, or changed bytes.
std::optional<std::string> Open(std::string_view key, std::string_view place,
                                std::string_view nonce, std::string_view cipher);

// A key, or other short secret, in one cell: nonce and cipher behind one another.
std::string Wrap(const Random& random, std::string_view key, std::string_view place,
                 std::string_view plain);
std::optional<std::string> Unwrap(std::string_view key, std::string_view place,
                                  std::string_view wrapped);

// The same under the office key, or under the one before where it is being replaced.
std::optional<std::string> UnwrapByOffice(const OfficeKeys& keys, std::string_view place,
                                          std::string_view wrapped);

}  // namespace anjuan::vault
