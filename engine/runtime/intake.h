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

// `value` of the declared type with every person's identity, and the whole text where `personal`,
// put into the vault and replaced by tokens.
Value SealPersonal(port::Transaction& transaction, vault::Vault& vault, const Value& value,
                   const Type& type, bool personal);

// The same for a context of fields: `types` gives their types, the chart says which declared data
// are personal.
Context SealFields(port::Transaction& transaction, vault::Vault& vault, const Context& fields,
                   const Type& types, const chart::Chart& chart);

}  // namespace anjuan::runtime
