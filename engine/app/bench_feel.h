// bench feel: evaluations in a second of CPU time, parsed each time and compiled once.
#pragma once

#include "engine/app/commands.h"

namespace anjuan::app {

int BenchFeel(const Streams& streams);

}  // namespace anjuan::app
