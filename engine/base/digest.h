// Hashes, keyed hashes and authenticated encryption; OpenSSL stays in digest.cc.
//
// Pure: keys, nonces and random bytes come from the caller (port::Ids gives randomness).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anjuan {

using Hash = std::array<std::uint8_t, 32>;

Hash Sha256(std::string_view bytes);
Hash HmacSha256(std::string_view key, std::string_view bytes);

std::string ToHex(std::string_view bytes);
std::string ToHex(const Hash& hash);
std::optional<std::string> FromHex(std::string_view hex);
std::string_view AsBytes(const Hash& hash);

// AES-256-GCM. key: 32 bytes; nonce: 12 bytes, never used twice with one key. The result is
// ciphertext followed by the 16-byte tag; `associated` is authenticated, not encrypted.
std::string Encrypt(std::string_view key, std::string_view nonce, std::string_view associated,
                    std::string_view plain);
// nullopt: wrong key, or the bytes were changed.
std::optional<std::string> Decrypt(std::string_view key, std::string_view nonce,
                                   std::string_view associated, std::string_view sealed);

}  // namespace anjuan
