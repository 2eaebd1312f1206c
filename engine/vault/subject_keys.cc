#include "engine/vault/subject_keys.h"

#include <optional>
#include <vector>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/vault/envelope.h"

namespace anjuan::vault {

namespace {

using State = Revealed::State;

SubjectKey Load(port::Reader& reader, const OfficeKeys& keys, std::string_view subject) {
  const std::vector<port::Cell> key = {std::string(subject)};
  const std::optional<port::Row> row = reader.Get(port::subjects::kTable, key);
  if (!row) return {State::kUnknown, ""};
  const auto* wrapped = std::get_if<std::string>(&(*row)[port::subjects::kWrappedKey]);
  if (wrapped == nullptr || wrapped->empty()) return {State::kErased, ""};
  const std::optional<std::string> plain = UnwrapByOffice(keys, SubjectKeyPlace(subject), *wrapped);
  if (!plain || plain->size() != kKeyBytes) return {State::kDamaged, ""};
  return {State::kPresent, *plain};
}

}  // namespace

std::string SubjectKeyPlace(std::string_view subject) {
  return StrCat("subject-key:", subject);
}

const SubjectKey& SubjectKeys::Get(std::string_view subject) {
  const auto found = known_.find(subject);
  if (found != known_.end()) return found->second;
  return known_.emplace(std::string(subject), Load(reader_, keys_, subject)).first->second;
}

std::string WrapSubjectKey(const OfficeKeys& keys, const Random& random, std::string_view subject,
                           std::string_view key) {
  return Wrap(random, keys.office, SubjectKeyPlace(subject), key);
}

}  // namespace anjuan::vault
