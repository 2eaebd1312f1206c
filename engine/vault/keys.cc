#include "engine/vault/keys.h"

#include <array>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/value/json.h"

namespace anjuan::vault {

namespace {

constexpr std::string_view kFormat = "anjuan.keys/1";
constexpr size_t kKeyBytes = 32;

struct Part {
  std::string_view name;
  std::string OfficeKeys::*key;
};
constexpr std::array kParts = {Part{"office", &OfficeKeys::office},
                               Part{"index", &OfficeKeys::index},
                               Part{"digest", &OfficeKeys::digest}, Part{"log", &OfficeKeys::log}};

}  // namespace

OfficeKeys MakeKeys(const Random& random) {
  OfficeKeys keys;
  for (const Part& part : kParts) {
    keys.*part.key = random(kKeyBytes);
    ANJUAN_CHECK((keys.*part.key).size() == kKeyBytes);
  }
  return keys;
}

std::string KeyId(const OfficeKeys& keys) {
  constexpr size_t kDigits = 16;
  return ToHex(HmacSha256(keys.office, "anjuan key id")).substr(0, kDigits);
}

std::string Serialize(const OfficeKeys& keys) {
  Context out({{"v", Value(kFormat)}});
  for (const Part& part : kParts) out.Set(part.name, Value(ToHex(keys.*part.key)));
  return WriteJson(Value(std::move(out)), 2) + "\n";
}

Result<OfficeKeys> ParseKeys(std::string_view text) {
  const Result<Value> value = ReadJson(text, "keys");
  // The reader's message might quote the text; a key may not get into a log.
  if (!value) return Fail("vault.keys", "密钥文件不是有效的 JSON，可能已损坏。请从密钥备份恢复。");
  const std::string* format = (*value)["v"].string();
  if (format == nullptr || *format != kFormat) {
    return Fail("vault.keys", "密钥文件的格式不是 anjuan.keys/1。请检查文件，或升级程序。");
  }
  OfficeKeys keys;
  for (const Part& part : kParts) {
    const std::string* hex = (*value)[part.name].string();
    const std::optional<std::string> key = hex == nullptr ? std::nullopt : FromHex(*hex);
    if (!key || key->size() != kKeyBytes) {
      return Fail("vault.keys",
                  StrCat("密钥文件缺少 ", part.name, " 或其长度不对。请从密钥备份恢复。"));
    }
    keys.*part.key = *key;
  }
  return keys;
}

}  // namespace anjuan::vault
