// bench document: papers and ledgers in a second of CPU time, the first paper of a new process,
// sizes and memory.
#pragma once

#include <filesystem>

#include "engine/app/commands.h"

namespace anjuan::app {

// `library` holds samples/notice/, the notice that is printed.
int BenchDocument(const std::filesystem::path& library, const Streams& streams);

}  // namespace anjuan::app
