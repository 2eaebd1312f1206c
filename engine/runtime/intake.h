// What a person enters on its way into a case: names of organisations become their register
// entries, and personal data are replaced by vault tokens before anything else sees them.
//
// Source: design section 6: personal values never enter state, history, search, outbox or logs.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/chart/chart.h"
#include "engine/port/store.h"
#include "engine/value/type.h"
#include "engine/value/value.h"
#include "engine/vault/vault.h"

namespace anjuan::runtime {

// Organisations given by id ("E001") as their register entries, persons given by name as persons.
// An unknown id is a mistake with its path.
Value ResolveNames(port::Reader& reader, const Value& value, const Type& type,
                   const std::string& path, Diagnostics& mistakes);

// What no entry may hold, by its path: malformed UTF-8, control characters, and (unless it comes
// from another case) a vault token, which could show another person's data on paper.
Diagnostics TextMistakes(const Value& data, bool from_person);

// Replaces personal data by tokens, collecting what the vault refuses.
class Sealer {
 public:
  Sealer(port::Transaction& transaction, const vault::Vault& vault, Instant now)
      : transaction_(transaction), vault_(vault), now_(now) {}

  // `value` of the declared type: every person's identity, and the whole text where `personal`,
  // goes into the vault.
  Value Seal(const Value& value, const Type& type, bool personal);
  // The same for a context of fields: `types` gives their types, the chart says which declared data
  // are personal.
  Context SealFields(const Context& fields, const Type& types, const chart::Chart& chart);
  // A free text of the engine's own events: comments and reasons.
  Value SealText(const Value& text);

  const Diagnostics& mistakes() const { return mistakes_; }

 private:
  Value SealPerson(const Value& person);

  port::Transaction& transaction_;
  const vault::Vault& vault_;
  Instant now_;
  Diagnostics mistakes_;
};

}  // namespace anjuan::runtime
