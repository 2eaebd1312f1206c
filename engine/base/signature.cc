#include "engine/base/signature.h"

#include <openssl/evp.h>

#include <cstdint>
#include <memory>

#include "engine/base/check.h"

namespace anjuan {

namespace {

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

Key PrivateKey(std::string_view seed) {
  ANJUAN_CHECK(seed.size() == kEd25519KeyBytes);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed), seed.size()));
  ANJUAN_CHECK(key != nullptr);
  return key;
}

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Three bytes, or fewer at the end, as four digits.
void AppendGroup(std::string& out, std::string_view bytes) {
  std::uint32_t bits = 0;
  for (size_t i = 0; i < 3; ++i) {
    bits = bits << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
  }
  for (size_t i = 0; i < 4; ++i) {
    out += i <= bytes.size() ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
  }
}

}  // namespace

std::string Ed25519PublicKey(std::string_view seed) {
  std::string out(kEd25519KeyBytes, '\0');
  size_t size = out.size();
  ANJUAN_CHECK(EVP_PKEY_get_raw_public_key(PrivateKey(seed).get(), Bytes(out), &size) == 1);
  return out;
}

std::string Ed25519Sign(std::string_view seed, std::string_view message) {
  const Key key = PrivateKey(seed);
  const DigestContext context(EVP_MD_CTX_new());
  std::string out(kEd25519SignatureBytes, '\0');
  size_t size = out.size();
  const bool ok =
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), Bytes(out), &size, Bytes(message), message.size()) == 1;
  ANJUAN_CHECK(ok && size == out.size());
  return out;
}

bool Ed25519Verify(std::string_view public_key, std::string_view message,
                   std::string_view signature) {
  if (public_key.size() != kEd25519KeyBytes || signature.size() != kEd25519SignatureBytes) {
    return false;
  }
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  if (key == nullptr) return false;
  const DigestContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

std::string ToBase64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) AppendGroup(out, bytes.substr(i, 3));
  return out;
}

std::optional<std::string> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string_view digits = text;
  for (int i = 0; i < 2 && digits.ends_with('='); ++i) digits.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : digits) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(digit)) & 0xFFFFU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU);
    }
  }
  if (ToBase64(out) != text) return std::nullopt;  // unused bits, a lonely digit
  return out;
}

}  // namespace anjuan
