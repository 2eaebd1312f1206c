// The deadlines of a chart: where each starts, how long it is in each area, what happens at its
// end. Private to engine/describe.
#pragma once

#include <vector>

#include "engine/describe/words.h"

namespace anjuan::describe {

std::vector<TimerRow> DeadlinesOf(const chart::Chart& chart, const Phrases& phrases,
                                  const Names& names);

}  // namespace anjuan::describe
