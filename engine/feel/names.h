// Names that definitions declare: which can stand in an expression as they are.
//
// The standard allows spaces, operators and full-width signs in a name, and so do decision models,
// where the longest declared name wins. A workflow's own data may have none of them: `申请人-编号`
// would mean one thing where it is declared and another where it is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace anjuan::feel {

struct NameTrouble {
  std::string message;  // `"a-b" holds the operator "-"`
  std::string hint;     // `write "a_b"`
  int column = 0;       // of the sign that is wrong, from 0, in code points
};

// nullopt: the name is one word of an expression.
std::optional<NameTrouble> CheckDeclaredName(std::string_view name);

}  // namespace anjuan::feel
