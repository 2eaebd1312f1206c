// Ed25519 signatures (RFC 8032) and base64 (RFC 4648, section 4); OpenSSL stays in signature.cc.
//
// Pure: a signature is a function of key and message, without randomness.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace anjuan {

inline constexpr size_t kEd25519KeyBytes = 32;  // of a seed and of a public key
inline constexpr size_t kEd25519SignatureBytes = 64;

std::string Ed25519PublicKey(std::string_view seed);
std::string Ed25519Sign(std::string_view seed, std::string_view message);
// Keys and signatures are a stranger's: any length is answered, with false.
bool Ed25519Verify(std::string_view public_key, std::string_view message,
                   std::string_view signature);

std::string ToBase64(std::string_view bytes);
// Only what ToBase64 writes: padded, no white space, unused bits zero.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace anjuan
