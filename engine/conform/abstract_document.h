// The W3C test documents: SCXML with placeholders of the namespace scxml-conformance for what
// differs between data models. Each becomes what a FEEL data model writes in its place.
//
// Source:  https://www.w3.org/TR/scxml, implementation report; the table of placeholders is the
//          one at the head of abstract_document.cc.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace anjuan::conform {

// A test document (.txml) as plain SCXML with data model feel. A placeholder without a row in the
// table is a mistake ("conform.item").
Result<std::string> TranslateAbstract(std::string_view text, std::string_view file);

}  // namespace anjuan::conform
