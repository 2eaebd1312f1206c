// Another office key: what the old one wrapped is wrapped by the new one, all in one transaction.
//
// The keys of people, papers and texts stay the same and nothing they encrypt is touched; whoever
// holds the old office key opens what was copied before, and nothing of this store any more.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/port/store.h"
#include "engine/vault/keys.h"

namespace anjuan::vault {

inline constexpr std::string_view kKeyInMeta = "key";  // meta: KeyId of the key in force

// Throws port::Failure where the store's key is another one by now: who went on would lock up what
// he writes under a key that is gone.
void EnsureCurrent(port::Reader& reader, const OfficeKeys& keys);

// Every subject that is not erased; gives how many. Throws port::Failure where one does not open.
std::int64_t RewrapSubjects(port::Transaction& transaction, const OfficeKeys& from,
                            const OfficeKeys& to, const Random& random);

// One document's key (document.h). nullopt: `from` does not open it.
std::optional<std::string> RewrapDocumentKey(const OfficeKeys& from, const OfficeKeys& to,
                                             const Random& random, std::string_view identity,
                                             std::string_view wrapped_key);

}  // namespace anjuan::vault
