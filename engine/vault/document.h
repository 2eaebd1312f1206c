// Issued documents rest encrypted, each under a key of its own wrapped by the office key.
//
// `identity` names the place of the document (area, case, seq, position): what is sealed for one
// place does not open at another. The functions match the cells of port::documents.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/vault/envelope.h"
#include "engine/vault/keys.h"

namespace anjuan::vault {

// Made when the document is recorded, before its bytes exist.
struct DocumentKey {
  std::string wrapped_key;  // cell kWrappedKey
  std::string sealed_salt;  // cell kSalt
  std::string salt;         // plain, 16 bytes: goes into the page's /ID, is stored nowhere
};

// What a wrapped key is bound to.
std::string DocumentKeyPlace(std::string_view identity);

DocumentKey MakeDocumentKey(const OfficeKeys& keys, const Random& random,
                            std::string_view identity);

// Cells kNonce and kBytes. nullopt: the wrapped key does not open (erased, or another office).
std::optional<Box> SealDocument(const OfficeKeys& keys, const Random& random,
                                std::string_view identity, std::string_view wrapped_key,
                                std::string_view plain);
std::optional<std::string> OpenDocument(const OfficeKeys& keys, std::string_view identity,
                                        std::string_view wrapped_key, const Box& box);
std::optional<std::string> OpenSalt(const OfficeKeys& keys, std::string_view identity,
                                    std::string_view wrapped_key, std::string_view sealed_salt);

}  // namespace anjuan::vault
