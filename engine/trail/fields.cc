#include "engine/trail/fields.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/text.h"
#include "engine/trail/merkle.h"
#include "engine/value/json.h"

namespace anjuan::trail {

namespace {

std::string SaltOf(std::string_view key, std::string_view name) {
  return std::string(AsBytes(HmacSha256(key, StrCat("field:", name))));
}

// A canonical value holds no zero byte, so name and value cannot run into each other.
Hash FieldHash(std::string_view salt, std::string_view name, const Value& value) {
  return HashLeaf(StrCat(salt, name, '\0', WriteCanonical(value)));
}

// By the bytes of the name.
std::map<std::string, Hash> FieldHashes(std::string_view key, const Context& payload) {
  std::map<std::string, Hash> hashes;
  for (const auto& [name, value] : payload.entries()) {
    hashes[name] = FieldHash(SaltOf(key, name), name, value);
  }
  return hashes;
}

std::vector<Hash> HashesOf(const std::map<std::string, Hash>& fields) {
  std::vector<Hash> hashes;
  hashes.reserve(fields.size());
  for (const auto& [name, hash] : fields) hashes.push_back(hash);
  return hashes;
}

}  // namespace

Hash FieldsRoot(std::string_view key, const Context& payload) {
  return TreeRoot(HashesOf(FieldHashes(key, payload)));
}

std::optional<DisclosedField> Disclose(std::string_view key, const Context& payload,
                                       std::string_view name) {
  const Value* value = payload.Find(name);
  if (value == nullptr) return std::nullopt;
  const std::map<std::string, Hash> fields = FieldHashes(key, payload);
  DisclosedField field;
  field.name = name;
  field.value = *value;
  field.salt = SaltOf(key, name);
  field.index = static_cast<std::uint64_t>(std::distance(fields.begin(), fields.find(field.name)));
  field.count = fields.size();
  for (const Hash& hash : ProveInclusion(HashesOf(fields), field.index)) {
    field.proof.emplace_back(AsBytes(hash));
  }
  return field;
}

Hash CommitValue(std::string_view salt, std::string_view reference, const Value& value) {
  return FieldHash(salt, reference, value);
}

bool VerifyField(const DisclosedField& field, const Hash& fields_root) {
  constexpr size_t kSaltBytes = 32;  // another length would let salt and name run into each other
  if (field.salt.size() != kSaltBytes) return false;
  const Hash hash = FieldHash(field.salt, field.name, field.value);
  return VerifyInclusion(field.index, field.count, AsBytes(hash), field.proof,
                         AsBytes(fields_root));
}

}  // namespace anjuan::trail
