#include "engine/vault/envelope.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"

namespace anjuan::vault {

namespace {
constexpr size_t kNonceBytes = 12;
}  // namespace

Box Seal(const Random& random, std::string_view key, std::string_view place,
         std::string_view plain) {
  // 96 random bits: under one key the chance of a repeat stays below 2^-32 for 2^32 uses (NIST SP
  // 800-38D, 8.3). Only the office key is used often, once for each new subject and document.
  Box box;
  box.nonce = random(kNonceBytes);
  ANJUAN_CHECK(box.nonce.size() == kNonceBytes && key.size() == kKeyBytes);
  box.cipher = Encrypt(key, box.nonce, place, plain);
  return box;
}

std::optional<std::string> Open(std::string_view key, std::string_view place,
                                std::string_view nonce, std::string_view cipher) {
  if (key.size() != kKeyBytes || nonce.size() != kNonceBytes) return std::nullopt;
  return Decrypt(key, nonce, place, cipher);
}

std::string Wrap(const Random& random, std::string_view key, std::string_view place,
                 std::string_view plain) {
  const Box box = Seal(random, key, place, plain);
  return box.nonce + box.cipher;
}

std::optional<std::string> Unwrap(std::string_view key, std::string_view place,
                                  std::string_view wrapped) {
  if (wrapped.size() < kNonceBytes) return std::nullopt;
  return Open(key, place, wrapped.substr(0, kNonceBytes), wrapped.substr(kNonceBytes));
}

std::optional<std::string> UnwrapByOffice(const OfficeKeys& keys, std::string_view place,
                                          std::string_view wrapped) {
  std::optional<std::string> plain = Unwrap(keys.office, place, wrapped);
  if (!plain && !keys.before.empty()) plain = Unwrap(keys.before, place, wrapped);
  return plain;
}

}  // namespace anjuan::vault
