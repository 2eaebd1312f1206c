// Showing one field of a payload without the rest.
//
// Each top-level field is committed to under a salt of its own, derived from the payload's key;
// the root over all of them stands in the leaf (`fields_root`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/value/value.h"

namespace anjuan::trail {

struct DisclosedField {
  std::string name;
  Value value;
  std::string salt;  // 32 bytes
  std::uint64_t index = 0;
  std::uint64_t count = 0;
  std::vector<std::string> proof;
};

Hash FieldsRoot(std::string_view key, const Context& payload);

// nullopt: no such field.
std::optional<DisclosedField> Disclose(std::string_view key, const Context& payload,
                                       std::string_view name);
bool VerifyField(const DisclosedField& field, const Hash& fields_root);

// The commitment to one personal value that a payload's `personal` list holds; `reference` names
// the place where the vault keeps it. The salt is known to the vault alone, and goes with the
// value.
Hash CommitValue(std::string_view salt, std::string_view reference, const Value& value);

}  // namespace anjuan::trail
