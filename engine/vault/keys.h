// The keys of an office. They lie in a file of their own outside the database, mode 0600 (the app
// reads and writes it), and go into a backup only where somebody asks for that.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace anjuan::vault {

// So many unpredictable bytes; called from any thread.
using Random = std::function<std::string(size_t)>;

struct OfficeKeys {
  std::string office;  // wraps subjects' and documents' keys
  std::string index;   // under the blind index
  std::string digest;  // keyed hashes in the history: client address and session, request bodies
  std::string log;     // seed of the Ed25519 key that signs checkpoints
  // While the office key is being replaced: the one before, which still opens what was not wrapped
  // anew yet (rewrap.h); else "". In no file of this one's.
  std::string before = {};
};

OfficeKeys MakeKeys(const Random& random);

// Names the office key without giving it away; kept in the store to tell a foreign key file.
std::string KeyId(const OfficeKeys& keys);

// A small JSON text, format "anjuan.keys/1".
std::string Serialize(const OfficeKeys& keys);
Result<OfficeKeys> ParseKeys(std::string_view text);  // Errors: vault.keys

}  // namespace anjuan::vault
