// DMN XML -> Source.
//
// Source:  OMG DMN 1.5 (namespace …/20230324/MODEL/); the namespaces of 1.1 to 1.4 are read alike,
//          for what this reads has not changed. Matched by namespace and local name; knowledge
//          sources, diagrams and extension elements are passed over. DOCTYPE is refused.
// Errors:  "dmn.model" (no DMN), "dmn.structure" (an element that has no meaning where it stands,
//          a name missing), "dmn.table" (a rule with the wrong number of entries); all at once.
#pragma once

#include <string_view>

#include "engine/base/result.h"
#include "engine/dmn/source.h"

namespace anjuan::dmn {

Result<Source> ReadSource(std::string_view text, std::string_view file);

bool IsDmnNamespace(std::string_view ns);

}  // namespace anjuan::dmn
