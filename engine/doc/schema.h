// The markup as an XML schema, for editors that complete and check while one types.
//
// Made from the very table the reader checks with; tests compare it with templates/template.xsd.
#pragma once

#include <string>

namespace anjuan::doc {

std::string TemplateSchema();

}  // namespace anjuan::doc
