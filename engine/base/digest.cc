#include "engine/base/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "engine/base/check.h"

namespace anjuan {

namespace {

constexpr size_t kTagSize = 16;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

struct DigestDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct MacDeleter {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// OpenSSL 3 looks an algorithm up by name under a lock at every one-shot call, which costs more
// than hashing a history row. Both are looked up once, and each thread keeps a context.
EVP_MD_CTX* DigestContext() {
  static EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, DigestDeleter> kContext(EVP_MD_CTX_new());
  ANJUAN_CHECK(kAlgorithm != nullptr && kContext != nullptr);
  ANJUAN_CHECK(EVP_DigestInit_ex2(kContext.get(), kAlgorithm, nullptr) == 1);
  return kContext.get();
}

EVP_MAC_CTX* NewMacContext() {
  static EVP_MAC* const kAlgorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  ANJUAN_CHECK(kAlgorithm != nullptr);
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(kAlgorithm);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  ANJUAN_CHECK(context != nullptr && EVP_MAC_CTX_set_params(context, parameters) == 1);
  return context;
}

}  // namespace

Hash Sha256(std::string_view bytes) {
  Hash out;
  EVP_MD_CTX* const context = DigestContext();
  ANJUAN_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
  ANJUAN_CHECK(EVP_DigestFinal_ex(context, out.data(), nullptr) == 1);
  return out;
}

Hash HmacSha256(std::string_view key, std::string_view bytes) {
  thread_local const std::unique_ptr<EVP_MAC_CTX, MacDeleter> kContext(NewMacContext());
  // A null key would mean the one before.
  static constexpr unsigned char kNone = 0;
  const unsigned char* const start = key.empty() ? &kNone : Bytes(key);
  Hash out;
  size_t size = 0;
  ANJUAN_CHECK(EVP_MAC_init(kContext.get(), start, key.size(), nullptr) == 1);
  ANJUAN_CHECK(EVP_MAC_update(kContext.get(), Bytes(bytes), bytes.size()) == 1);
  ANJUAN_CHECK(EVP_MAC_final(kContext.get(), out.data(), &size, out.size()) == 1);
  return out;
}

std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

std::string ToHex(const Hash& hash) {
  return ToHex(AsBytes(hash));
}

std::optional<std::string> FromHex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  std::string out;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string_view AsBytes(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string Encrypt(std::string_view key, std::string_view nonce, std::string_view associated,
                    std::string_view plain) {
  ANJUAN_CHECK(key.size() == 32 && nonce.size() == 12);
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(plain.size() + kTagSize, '\0');
  int size = 0;
  bool ok =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) == 1;
  ok = ok &&
       (associated.empty() || EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(associated),
                                                static_cast<int>(associated.size())) == 1);
  ok = ok && EVP_EncryptUpdate(context.get(), Bytes(out), &size, Bytes(plain),
                               static_cast<int>(plain.size())) == 1;
  int last = 0;
  ok = ok && EVP_EncryptFinal_ex(context.get(), Bytes(out) + size, &last) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                                 Bytes(out) + plain.size()) == 1;
  ANJUAN_CHECK(ok);
  return out;
}

std::optional<std::string> Decrypt(std::string_view key, std::string_view nonce,
                                   std::string_view associated, std::string_view sealed) {
  if (key.size() != 32 || nonce.size() != 12 || sealed.size() < kTagSize) return std::nullopt;
  const CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(sealed.size() - kTagSize, '\0');
  std::string tag(sealed.substr(out.size()));
  int size = 0;
  bool ok =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, Bytes(key), Bytes(nonce)) == 1;
  ok = ok &&
       (associated.empty() || EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(associated),
                                                static_cast<int>(associated.size())) == 1);
  ok = ok && EVP_DecryptUpdate(context.get(), Bytes(out), &size, Bytes(sealed),
                               static_cast<int>(out.size())) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1;
  int last = 0;
  ok = ok && EVP_DecryptFinal_ex(context.get(), Bytes(out) + size, &last) == 1;
  if (!ok) return std::nullopt;
  return out;
}

}  // namespace anjuan
