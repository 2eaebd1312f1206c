// Subjects' keys during one call: unwrapped once each, gone with it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/port/store.h"
#include "engine/vault/keys.h"
#include "engine/vault/revealed.h"

namespace anjuan::vault {

struct SubjectKey {
  Revealed::State state = Revealed::State::kUnknown;
  std::string key;  // 32 bytes where present
};

class SubjectKeys {
 public:
  SubjectKeys(port::Reader& reader, const OfficeKeys& keys) : reader_(reader), keys_(keys) {}

  const SubjectKey& Get(std::string_view subject);

 private:
  port::Reader& reader_;
  const OfficeKeys& keys_;
  std::map<std::string, SubjectKey, std::less<>> known_;
};

// What a subject's wrapped key is bound to.
std::string SubjectKeyPlace(std::string_view subject);

// The cell of port::subjects for a new key.
std::string WrapSubjectKey(const OfficeKeys& keys, const Random& random, std::string_view subject,
                           std::string_view key);

}  // namespace anjuan::vault
