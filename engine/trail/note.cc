#include "engine/trail/note.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/signature.h"
#include "engine/base/text.h"

namespace anjuan::trail {

namespace {

constexpr std::string_view kDash = "— ";
constexpr std::string_view kPrivate = "PRIVATE+KEY+";
constexpr size_t kIdBytes = 4;
constexpr size_t kTimeBytes = 8;
constexpr size_t kMostSignatures = 100;
constexpr size_t kMostNoteBytes = 1'000'000;

std::string IdOf(std::string_view name, KeyKind kind, std::string_view public_key) {
  const Hash hash = Sha256(StrCat(name, '\n', static_cast<char>(kind), public_key));
  return std::string(AsBytes(hash).substr(0, kIdBytes));
}

bool IsSpace(char32_t c) {
  return c <= 0x20 || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

std::optional<KeyKind> KindOf(char byte) {
  if (byte == static_cast<char>(KeyKind::kLog)) return KeyKind::kLog;
  if (byte == static_cast<char>(KeyKind::kWitness)) return KeyKind::kWitness;
  return std::nullopt;
}

struct KeyParts {
  std::string name;
  std::string id;
  KeyKind kind = KeyKind::kLog;
  std::string key;
};

// name "+" eight hex digits "+" base64(kind || 32 bytes)
std::optional<KeyParts> SplitKey(std::string_view text) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  KeyParts parts;
  parts.name = text.substr(0, first);
  const std::optional<std::string> id = FromHex(text.substr(first + 1, second - first - 1));
  const std::optional<std::string> key = FromBase64(text.substr(second + 1));
  if (!IsKeyName(parts.name) || !id || id->size() != kIdBytes || !key ||
      key->size() != 1 + kEd25519KeyBytes) {
    return std::nullopt;
  }
  const std::optional<KeyKind> kind = KindOf(key->front());
  if (!kind) return std::nullopt;
  parts.id = *id;
  parts.kind = *kind;
  parts.key = key->substr(1);
  return parts;
}

std::string BigEndian(std::int64_t number) {
  std::string out(kTimeBytes, '\0');
  for (size_t i = 0; i < kTimeBytes; ++i) {
    out[kTimeBytes - 1 - i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
  }
  return out;
}

std::int64_t FromBigEndian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char byte : bytes) out = out << 8U | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(out);
}

std::string CosignedText(std::string_view text, std::int64_t seconds) {
  return StrCat("cosignature/v1\ntime ", seconds, "\n", text);
}

Unexpected<Diagnostics> NoNote(const std::string& message) {
  return Fail("trail.note", StrCat("这不是签名文本（C2SP signed-note）：", message));
}

std::optional<Signature> ParseLine(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(kDash.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space))) return std::nullopt;
  const std::optional<std::string> bytes = FromBase64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kIdBytes) return std::nullopt;
  return Signature{std::string(line.substr(0, space)), bytes->substr(0, kIdBytes),
                   bytes->substr(kIdBytes)};
}

}  // namespace

std::string VerifierKey::Id() const {
  return IdOf(name, kind, public_key);
}

VerifierKey SignerKey::Public() const {
  return {name, kind, Ed25519PublicKey(seed)};
}

bool IsKeyName(std::string_view name) {
  if (name.empty() || !IsValidUtf8(name) || name.find('+') != std::string_view::npos) return false;
  for (Utf8Cursor cursor(name); !cursor.done();) {
    if (IsSpace(cursor.Next())) return false;
  }
  return true;
}

std::string ToVkey(const VerifierKey& key) {
  return StrCat(key.name, "+", ToHex(key.Id()), "+",
                ToBase64(StrCat(static_cast<char>(key.kind), key.public_key)));
}

std::string ToSkey(const SignerKey& key) {
  return StrCat(kPrivate, key.name, "+", ToHex(key.Public().Id()), "+",
                ToBase64(StrCat(static_cast<char>(key.kind), key.seed)));
}

Result<VerifierKey> ParseVkey(std::string_view text) {
  const std::optional<KeyParts> parts = SplitKey(text);
  if (!parts || parts->id != IdOf(parts->name, parts->kind, parts->key)) {
    return Fail("trail.vkey", StrCat("这不是公钥（vkey，形如 名称+编号+编码）：", text,
                                     "。请从对方处重新取得，整行照抄。"));
  }
  return VerifierKey{parts->name, parts->kind, parts->key};
}

// The text is not repeated: it may be a real key with one mistake in it.
Result<SignerKey> ParseSkey(std::string_view text) {
  const bool marked = text.starts_with(kPrivate);
  const std::optional<KeyParts> parts =
      marked ? SplitKey(text.substr(kPrivate.size())) : std::nullopt;
  if (parts) {
    SignerKey key{parts->name, parts->kind, parts->key};
    if (key.Public().Id() == parts->id) return key;
  }
  return Fail("trail.skey", "私钥文件的内容不是私钥（PRIVATE+KEY+…）。请从密钥备份恢复。");
}

Result<std::vector<Signature>> ParseSignatures(std::string_view lines) {
  std::vector<Signature> out;
  if (!lines.ends_with('\n')) return NoNote("最后一行没有换行");
  lines.remove_suffix(1);
  for (const std::string_view line : Split(lines, '\n')) {
    std::optional<Signature> signature = ParseLine(line);
    if (!signature) return NoNote(StrCat("签名行不合格式：", line.substr(0, 200)));
    out.push_back(*std::move(signature));
    if (out.size() > kMostSignatures) return NoNote(StrCat("签名多于 ", kMostSignatures, " 个"));
  }
  return out;
}

Result<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kMostNoteBytes) return NoNote("超过一百万字节");
  if (!IsValidUtf8(bytes)) return NoNote("不是UTF-8");
  const bool control = std::ranges::any_of(
      bytes, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
  if (control) return NoNote("含有控制字符");
  const size_t blank = bytes.rfind("\n\n");
  if (blank == std::string_view::npos) return NoNote("没有签名");
  Result<std::vector<Signature>> signatures = ParseSignatures(bytes.substr(blank + 2));
  if (!signatures) return Unexpected{std::move(signatures).error()};
  return Note{std::string(bytes.substr(0, blank + 1)), *std::move(signatures)};
}

std::string ToString(const Signature& signature) {
  return StrCat(kDash, signature.name, " ", ToBase64(signature.id + signature.bytes), "\n");
}

std::string ToString(const Note& note) {
  std::string out = note.text + "\n";
  for (const Signature& signature : note.signatures) out += ToString(signature);
  return out;
}

Signature Sign(const SignerKey& key, std::string_view text) {
  ANJUAN_CHECK(key.kind == KeyKind::kLog);
  return {key.name, key.Public().Id(), Ed25519Sign(key.seed, text)};
}

Signature Cosign(const SignerKey& key, std::string_view text, std::int64_t seconds) {
  ANJUAN_CHECK(key.kind == KeyKind::kWitness && seconds >= 0);
  return {key.name, key.Public().Id(),
          BigEndian(seconds) + Ed25519Sign(key.seed, CosignedText(text, seconds))};
}

bool VerifySignature(const Signature& signature, std::string_view text, const VerifierKey& key) {
  const std::string_view bytes = signature.bytes;
  switch (key.kind) {
    case KeyKind::kLog:
      return Ed25519Verify(key.public_key, text, bytes);
    case KeyKind::kWitness: {
      if (bytes.size() != kTimeBytes + kEd25519SignatureBytes) return false;
      const std::int64_t seconds = FromBigEndian(bytes.substr(0, kTimeBytes));
      return seconds >= 0 &&
             Ed25519Verify(key.public_key, CosignedText(text, seconds), bytes.substr(kTimeBytes));
    }
  }
  ANJUAN_CHECK(false);
}

Result<std::vector<Verified>> VerifyNote(const Note& note, std::span<const VerifierKey> keys) {
  std::vector<Verified> out;
  for (const Signature& signature : note.signatures) {
    const auto key = std::ranges::find_if(keys, [&](const VerifierKey& known) {
      return known.name == signature.name && known.Id() == signature.id;
    });
    if (key == keys.end()) continue;
    if (!VerifySignature(signature, note.text, *key)) {
      return Fail("trail.signature", StrCat("“", signature.name, "”的签名与内容不符"));
    }
    const bool timed = key->kind == KeyKind::kWitness;
    out.push_back(
        {*key, timed ? FromBigEndian(std::string_view(signature.bytes).substr(0, 8)) : 0});
  }
  if (out.empty()) return Fail("trail.signature", "没有一个签名出自所信任的公钥");
  return out;
}

}  // namespace anjuan::trail
