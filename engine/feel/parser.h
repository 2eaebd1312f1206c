// Tokens -> Syntax: a Pratt parser that knows which names with spaces or operators exist.
//
// Source:  DMN 1.5 10.3.1.2. `in` binds like a comparison, tighter than and/or; unary minus binds
//          tighter than **, which groups to the left.
// Errors:  "feel.syntax"; "feel.budget" for nesting beyond 200 or a text beyond 64 KiB. Signs that
//          can be understood are reported and read on; the first mistake of structure ends the
//          parse.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/syntax.h"

namespace anjuan::feel {

// Names that are not one token: "date and time", "string length", a field `申请人 编号`.
// The longest that fits wins.
struct LongNames {
  std::vector<std::string> variables;
  std::vector<std::string> functions;  // only before "("
  std::vector<std::string> members;    // only after "."
};

// Null where `problems` got an error of structure; it may get others beside a tree.
Syntax::Pointer Parse(std::string_view text, const Location& at, const LongNames& names,
                      Diagnostics& problems);

}  // namespace anjuan::feel
