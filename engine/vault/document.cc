#include "engine/vault/document.h"

#include "engine/base/check.h"
#include "engine/base/text.h"

namespace anjuan::vault {

namespace {

constexpr size_t kSaltBytes = 16;

std::string SaltPlace(std::string_view identity) {
  return StrCat("document-salt:", identity);
}
std::string BytesPlace(std::string_view identity) {
  return StrCat("document:", identity);
}

}  // namespace

std::string DocumentKeyPlace(std::string_view identity) {
  return StrCat("document-key:", identity);
}

DocumentKey MakeDocumentKey(const OfficeKeys& keys, const Random& random,
                            std::string_view identity) {
  const std::string key = random(kKeyBytes);
  DocumentKey made;
  made.salt = random(kSaltBytes);
  ANJUAN_CHECK(key.size() == kKeyBytes && made.salt.size() == kSaltBytes);
  made.wrapped_key = Wrap(random, keys.office, DocumentKeyPlace(identity), key);
  made.sealed_salt = Wrap(random, key, SaltPlace(identity), made.salt);
  return made;
}

std::optional<Box> SealDocument(const OfficeKeys& keys, const Random& random,
                                std::string_view identity, std::string_view wrapped_key,
                                std::string_view plain) {
  const std::optional<std::string> key =
      UnwrapByOffice(keys, DocumentKeyPlace(identity), wrapped_key);
  if (!key) return std::nullopt;
  return Seal(random, *key, BytesPlace(identity), plain);
}

std::optional<std::string> OpenDocument(const OfficeKeys& keys, std::string_view identity,
                                        std::string_view wrapped_key, const Box& box) {
  const std::optional<std::string> key =
      UnwrapByOffice(keys, DocumentKeyPlace(identity), wrapped_key);
  if (!key) return std::nullopt;
  return Open(*key, BytesPlace(identity), box.nonce, box.cipher);
}

std::optional<std::string> OpenSalt(const OfficeKeys& keys, std::string_view identity,
                                    std::string_view wrapped_key, std::string_view sealed_salt) {
  const std::optional<std::string> key =
      UnwrapByOffice(keys, DocumentKeyPlace(identity), wrapped_key);
  if (!key) return std::nullopt;
  return Unwrap(*key, SaltPlace(identity), sealed_salt);
}

}  // namespace anjuan::vault
