// Plays scripted runs through the very service people use.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "engine/runtime/case_file.h"
#include "engine/runtime/office.h"
#include "engine/runtime/outbox.h"

namespace anjuan::runtime {

struct PlayReport {
  int statements = 0;
  Diagnostics mistakes;  // each at its line: what was expected, what was found
};

struct PlayOptions {
  // A scratch office makes the accounts ("union_basic@E001") and enterprises a script names.
  bool scratch = true;
};

// Stops at the first statement that cannot be carried out; failed expectations do not stop it. In
// an office that has played it before, what was done is not done again (a line and a case's name
// are a request id), and what was expected or refused until then is not looked at again.
PlayReport PlayRun(Office& office, Outbox& outbox, const CaseFile& file, const ScriptRun& run,
                   const PlayOptions& options);

}  // namespace anjuan::runtime
