// Rates for benches: how often something is done in a second of CPU time.
#pragma once

#include <functional>
#include <string_view>

#include "engine/app/commands.h"

namespace anjuan::app {

double CpuSeconds();  // of this process, user and system

// Prints {"name","value","unit","min","max","cpu_seconds"}: `work(times)` does the thing `times`
// times, each time `units` of them. Calibrated to a second, warmed up, then five times; the value
// is the median.
void PrintRate(const Streams& streams, std::string_view name, std::string_view unit, int units,
               const std::function<void(long)>& work);

}  // namespace anjuan::app
