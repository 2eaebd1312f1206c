#include "engine/vault/key_backup.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
#include "engine/vault/envelope.h"

namespace anjuan::vault {

namespace {

constexpr std::string_view kFormat = "anjuan.keys-backup/1";
constexpr size_t kSaltBytes = 16;

std::uint64_t CostIn(const Value& kdf, std::string_view name) {
  const std::int64_t cost = IntegerIn(kdf, name);
  return cost < 0 ? 0 : static_cast<std::uint64_t>(cost);
}

std::string PlaceOf(Context head) {
  head.Erase("nonce");
  head.Erase("cipher");
  return WriteCanonical(Value(std::move(head)));
}

}  // namespace

std::string Fingerprint(const OfficeKeys& keys) {
  constexpr size_t kDigits = 16;
  return ToHex(HmacSha256(keys.office, Serialize(keys))).substr(0, kDigits);
}

std::string SealKeys(const OfficeKeys& keys, std::string_view passphrase, const Random& random,
                     std::string_view origin, std::string_view at, const ScryptCost& cost) {
  const std::string salt = random(kSaltBytes);
  const auto number = [](std::uint64_t n) { return Value(static_cast<std::int64_t>(n)); };
  Context file({{"v", Value(kFormat)},
                {"office", Value(KeyId(keys))},
                {"origin", Value(origin)},
                {"at", Value(at)},
                {"fingerprint", Value(Fingerprint(keys))},
                {"kdf", Value(Context({{"name", Value("scrypt")},
                                       {"n", number(cost.n)},
                                       {"r", number(cost.r)},
                                       {"p", number(cost.p)}}))},
                {"salt", Value(ToHex(salt))}});
  const std::optional<std::string> key = Scrypt(passphrase, salt, cost);
  ANJUAN_CHECK(key.has_value());
  const Box box = Seal(random, *key, PlaceOf(file), Serialize(keys));
  file.Set("nonce", Value(ToHex(box.nonce)));
  file.Set("cipher", Value(ToHex(box.cipher)));
  return WriteJson(Value(std::move(file)), 2) + "\n";
}

Result<OfficeKeys> OpenKeys(std::string_view backup, std::string_view passphrase) {
  const Result<Value> file = ReadJson(backup, "keys backup");
  if (!file || TextIn(*file, "v") != kFormat) {
    return Fail("vault.keys", StrCat("不是密钥备份（格式应为 ", kFormat, "）。请核对文件。"));
  }
  const Value& kdf = (*file)["kdf"];
  const auto salt = FromHex(TextIn(*file, "salt"));
  const auto nonce = FromHex(TextIn(*file, "nonce"));
  const auto cipher = FromHex(TextIn(*file, "cipher"));
  const std::optional<std::string> key =
      salt && TextIn(kdf, "name") == "scrypt"
          ? Scrypt(passphrase, *salt, {CostIn(kdf, "n"), CostIn(kdf, "r"), CostIn(kdf, "p")})
          : std::nullopt;
  if (!key || !nonce || !cipher) {
    return Fail("vault.keys", "密钥备份已损坏或被改动。请换另一份备份。");
  }
  const std::optional<std::string> keys = Open(*key, PlaceOf(*file->context()), *nonce, *cipher);
  if (!keys) {
    return Fail("vault.passphrase", "口令不对，或备份文件被改动。请核对口令，或换另一份备份。");
  }
  return ParseKeys(*keys);
}

}  // namespace anjuan::vault
