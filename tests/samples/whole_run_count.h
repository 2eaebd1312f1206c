// What the stories say the whole sample holds in the end, counted with nothing of the engine: cases
// by process and state, papers by kind. A story tells what people did with its fire statements;
// what a deadline did it tells with expect, or the calendar does (terms, supervision every six
// months).
#pragma once

#include <map>
#include <string>
#include <vector>

namespace anjuan::samples {

struct WholeRun {
  std::map<std::string, std::map<std::string, int>> cases;  // process, then state
  std::map<std::string, int> papers;                        // by code, voided ones too
};

// `opened`: the enterprises for which a case was opened and its letter made in bulk, before the
// stories. Throws std::runtime_error where a story is not as expected.
WholeRun CountWholeRun(const std::vector<std::string>& stories,
                       const std::vector<std::string>& opened);

}  // namespace anjuan::samples
