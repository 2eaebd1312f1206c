// bench chart: what one thread steps in a second of CPU time, and what a session takes.
#pragma once

#include "engine/app/commands.h"

namespace anjuan::app {

int BenchChart(const Streams& streams);

}  // namespace anjuan::app
