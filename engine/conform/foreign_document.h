// SCXML documents of other data models (ecmascript, null, none) as plain SCXML with data model
// feel, as far as their expressions mean the same there.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace anjuan::conform {

// What has no equal is a mistake "conform.script" with its place; a document that is no SCXML at
// all is one of the XML reader. Attributes SCXML does not know, other namespaces' elements and
// what <log> would say are passed over.
Result<std::string> TranslateForeign(std::string_view text, std::string_view file);

}  // namespace anjuan::conform
