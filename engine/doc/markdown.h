// A compiled template and its data -> Markdown, for what is read on a screen or kept beside source
// text. The same elements as on paper; places for seals and the faces of the standard are lost.
//
// Errors: those of expanding ("doc.missing", what FEEL says), all at once.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/doc/template.h"
#include "engine/feel/feel.h"

namespace anjuan::doc {

// `picture`: the path that stands for every <picture>.
Result<std::string> ToMarkdown(const CompiledTemplate& compiled, std::span<const Value> variables,
                               feel::Host& host, std::string_view picture);

}  // namespace anjuan::doc
