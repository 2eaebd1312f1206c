// Executable content as sentences, and what can be found in it. Private to engine/describe.
#pragma once

#include <functional>
#include <vector>

#include "engine/describe/words.h"

namespace anjuan::describe {

// What the actions of a block do, in order; what a condition governs stands indented below it.
std::vector<Line> Sentences(const chart::Chart& chart, const Phrases& phrases,
                            const chart::Block& block);

// Every action, also those inside conditions and loops.
void ForEachAction(const chart::Block& block,
                   const std::function<void(const chart::Action&)>& visit);

// Every block of a chart with the place it stands at: "等待应约·送达要约", "已签订（进入时）".
struct PlacedBlock {
  std::string at;
  const chart::Block* block = nullptr;
};
std::vector<PlacedBlock> AllBlocks(const chart::Chart& chart, const Phrases& phrases);

}  // namespace anjuan::describe
