// What every step of a chart would otherwise work out anew, computed once when it was read: what a
// transition leaves and enters. Charts are bounded, and so is this: beyond its limit transitions
// are simply worked out when they are taken.
#pragma once

#include <string_view>
#include <vector>

#include "engine/chart/state_set.h"

namespace anjuan::chart {

struct Chart;

struct Plan {
  // A state in four numbers: the walks up and down the tree touch nothing else.
  struct Node {
    int parent = -1;
    int last = 0;
  };
  std::vector<Node> nodes;
  StateSet atomic;  // atomic and final states
  bool has_history = false;

  struct Entered {
    int state = 0;
    bool by_default = false;  // a compound state whose initial transition is taken
  };
  // A transition's share of exit and entry set. Where the targets depend on what a history has
  // recorded, `fixed` is false and appendix D is followed at run time.
  struct Move {
    int source = 0;
    bool fixed = false;
    int domain = -1;  // what is active below it is left; -1: nothing is left or entered
    std::vector<Entered> entered = {};
  };
  std::vector<Move> moves;  // by the number of the transition
};

// For a chart whose states and transitions are complete. Of one that was refused nothing may be
// followed: its defaults can lead in circles. All its moves are left open.
Plan MakePlan(const Chart& chart, bool accepted);

}  // namespace anjuan::chart
