// The office's keys in a file that may lie anywhere: encrypted under a passphrase.
//
// Format "anjuan.keys-backup/1", JSON: "office" (the keys' id), "origin", "at", "fingerprint",
// "kdf" (scrypt with n, r, p), "salt", "nonce", "cipher" in hex. cipher = AES-256-GCM of the keys
// file under the key scrypt makes of the passphrase, bound to all other members, so that none of
// them can be changed.
//
// Errors: vault.passphrase (or the file was changed: it cannot be told which), vault.keys.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/passphrase.h"
#include "engine/base/result.h"
#include "engine/vault/keys.h"

namespace anjuan::vault {

inline constexpr size_t kLeastPassphrase = 12;  // characters

// Tells whether a backup is of these very keys, any of the four; gives none away.
std::string Fingerprint(const OfficeKeys& keys);

std::string SealKeys(const OfficeKeys& keys, std::string_view passphrase, const Random& random,
                     std::string_view origin, std::string_view at, const ScryptCost& cost = {});
Result<OfficeKeys> OpenKeys(std::string_view backup, std::string_view passphrase);

}  // namespace anjuan::vault
