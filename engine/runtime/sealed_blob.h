// Blobs that are nobody's business: pictures of seals rest encrypted, as papers do.
//
// Stored as "anjuan.sealed-blob/1\n" || wrapped key (60 bytes) || nonce (12) || cipher, under the
// SHA-256 of the plain bytes, which is what a register and the histories name. What an office kept
// in plain before stays readable, and is encrypted when seals are imported or the key is changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/port/store.h"
#include "engine/runtime/office.h"
#include "engine/vault/keys.h"

namespace anjuan::runtime {

// Keeps it encrypted, in place of a plain copy if there is one.
void KeepSealed(Office& office, port::Transaction& transaction, const std::string& bytes);

// nullopt: no such blob, or it does not open under these keys.
std::optional<std::string> LoadBlob(const vault::OfficeKeys& keys, port::Reader& reader,
                                    std::string_view sha256);
// The plain bytes of a row's cell; nullopt: it does not open.
std::optional<std::string> OpenBlob(const vault::OfficeKeys& keys, std::string_view sha256,
                                    const std::string& cell);

// Encrypts every picture that still lies in plain; gives how many.
std::int64_t SealPlainPictures(Office& office, port::Transaction& transaction);
// All that are encrypted.
std::vector<std::string> SealedBlobs(port::Reader& reader);
// Puts its key under the office key in force (vault/rewrap.h); false: it is so already. Throws
// port::Failure where it does not open.
bool RewrapBlob(Office& office, port::Transaction& transaction, const std::string& sha256);

}  // namespace anjuan::runtime
