// Expressions and plain statements of ECMAScript as FEEL, where both mean the same: comparisons,
// logic, arithmetic, literals, members, assignments. Everything else is refused by name; nothing is
// ever run.
//
// Source:  ECMA-262, the part that documents of other SCXML data models use in conditions.
// Errors:  code "conform.script"; the message names the construct ("a call of Math.floor").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::conform {

// `x === 1 && !y` -> `(x = 1) and not(y)`; a leading `return` and a trailing `;` are dropped.
Result<std::string> ToFeel(std::string_view script);

struct Assignment {
  std::string location;  // x, x.y
  std::string expr;      // FEEL
};
// `var x = 1; y += x; z++` in order. A declaration without a value assigns null.
Result<std::vector<Assignment>> ToAssignments(std::string_view script);

}  // namespace anjuan::conform
