// Graphviz as a child process: the one program of another house this one asks for help, and only to
// lay out charts.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace anjuan::app {

inline constexpr int kGraphvizSeconds = 60;

// What `dot -T<format>` makes of `dot`. Errors: "graphviz.missing" with how to install it,
// "graphviz.time" where it takes longer than `seconds`, "graphviz.failed" with what it said.
Result<std::string> RunGraphviz(std::string_view dot, std::string_view format,
                                int seconds = kGraphvizSeconds);

}  // namespace anjuan::app
