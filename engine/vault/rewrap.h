// Another office key: what the old one wrapped is wrapped by the new one, in parts.
//
// While that goes on both are accepted (OfficeKeys::before) and everything new is wrapped by the
// new one alone. The keys of people, papers and texts stay the same and nothing they encrypt is
// touched; whoever holds the old office key opens what was copied before, and nothing of this store
// any more once it is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/port/store.h"
#include "engine/vault/keys.h"

namespace anjuan::vault {

inline constexpr std::string_view kKeyInMeta = "key";  // meta: KeyId of the key in force
// Meta: KeyId of the key that is about to take its place; not there or "": none is.
inline constexpr std::string_view kNextKeyInMeta = "key.next";

// Whether a store that says so of its keys is opened by these.
bool FitsStore(const OfficeKeys& keys, std::string_view key, std::string_view next);

// Throws port::Failure where new things are wrapped by another key by now: who went on would lock
// up what he writes under a key that is gone, or soon will be.
void EnsureCurrent(port::Reader& reader, const OfficeKeys& keys);

// What keys.before wrapped at this place, wrapped by keys.office; the same bytes where it was so
// already. nullopt: neither opens it.
std::optional<std::string> Rewrap(const OfficeKeys& keys, const Random& random,
                                  std::string_view place, std::string_view wrapped);

// At most `most` subjects, the erased ones too, behind this one ("": from the first on).
struct RewrappedSubjects {
  std::string last;  // "": there are no more
  std::int64_t seen = 0;
  std::int64_t changed = 0;
};
// Throws port::Failure where one does not open.
RewrappedSubjects RewrapSubjects(port::Transaction& transaction, const OfficeKeys& keys,
                                 const Random& random, const std::string& behind,
                                 std::int64_t most);

// One document's key (document.h).
std::optional<std::string> RewrapDocumentKey(const OfficeKeys& keys, const Random& random,
                                             std::string_view identity,
                                             std::string_view wrapped_key);

}  // namespace anjuan::vault
