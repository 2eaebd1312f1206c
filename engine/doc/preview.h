// What an author wants to know of a filled template: every expression that was printed, in order,
// with what it printed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"

namespace anjuan::doc {

struct Preview {
  struct Entry {
    std::string expression;            // as written, without braces
    Location at;                       // of the expression
    std::vector<std::string> reads;    // paths it reads: "employer.name"
    std::optional<std::string> shown;  // nullopt: no value, or it cannot be computed
  };
  // What has no value prints a line to write on, and is no mistake: a draft.
  bool blanks = false;
  std::vector<Entry> entries;
};

}  // namespace anjuan::doc
