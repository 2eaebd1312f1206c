// Signed notes: texts with signatures, and the keys that sign them.
//
// Source:  C2SP signed-note (keys "name+id+base64", lines "— name base64"), tlog-cosignature
//          (type 0x04: a witness's signature with its time). Keys' files are golang.org/x/mod's.
// Errors:  trail.vkey, trail.skey, trail.note, trail.signature; hints are for operators.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::trail {

enum class KeyKind : std::uint8_t { kLog = 0x01, kWitness = 0x04 };  // the signature type's byte

// A public key (vkey).
struct VerifierKey {
  std::string name;
  KeyKind kind = KeyKind::kLog;
  std::string public_key;  // 32 bytes

  // The first four bytes of SHA-256(name || LF || kind || public key), as they stand in a line.
  std::string Id() const;
  bool operator==(const VerifierKey&) const = default;
};

struct SignerKey {
  std::string name;
  KeyKind kind = KeyKind::kLog;
  std::string seed;  // 32 bytes, secret

  VerifierKey Public() const;
};

bool IsKeyName(std::string_view name);  // not empty, no spaces, no plus, valid UTF-8
std::string ToVkey(const VerifierKey& key);
std::string ToSkey(const SignerKey& key);
Result<VerifierKey> ParseVkey(std::string_view text);
Result<SignerKey> ParseSkey(std::string_view text);

struct Signature {
  std::string name;
  std::string id;     // 4 bytes
  std::string bytes;  // what follows the id; of a cosignature: 8 bytes of time first
  bool operator==(const Signature&) const = default;
};

struct Note {
  std::string text;  // ends with LF
  std::vector<Signature> signatures;
};

Result<Note> ParseNote(std::string_view bytes);
std::string ToString(const Note& note);
// Signature lines alone, as a witness answers.
Result<std::vector<Signature>> ParseSignatures(std::string_view lines);
std::string ToString(const Signature& signature);

Signature Sign(const SignerKey& key, std::string_view text);
// `seconds` since 1970: when the witness saw this checkpoint.
Signature Cosign(const SignerKey& key, std::string_view text, std::int64_t seconds);

struct Verified {
  VerifierKey key;
  std::int64_t seconds = 0;  // of a cosignature
};
// Every signature by one of `keys`, in the note's order; those by others are passed over. A wrong
// one by a known key refuses the note; so does the absence of any.
Result<std::vector<Verified>> VerifyNote(const Note& note, std::span<const VerifierKey> keys);
bool VerifySignature(const Signature& signature, std::string_view text, const VerifierKey& key);

}  // namespace anjuan::trail
