// What the passes of Examine share, private to the module.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/chart/examine.h"

namespace anjuan::chart {

struct Examiner {
  const Subject& subject;
  const Chart& chart;
  const Guards& guards;
  Graph& graph;
  Diagnostics found = {};
  std::set<int> never = {};  // transitions that were told never to be taken

  void Tell(Severity severity, const Location& at, std::string code, std::string message,
            std::string hint = "");
  void Error(const Location& at, std::string code, std::string message, std::string hint = "") {
    Tell(Severity::kError, at, std::move(code), std::move(message), std::move(hint));
  }
  void Warn(const Location& at, std::string code, std::string message, std::string hint = "") {
    Tell(Severity::kWarning, at, std::move(code), std::move(message), std::move(hint));
  }
  const Transition& transition(int index) const {
    return chart.transitions[static_cast<size_t>(index)];
  }
  // Told by the reader at that place already?
  bool Told(const Location& at, std::string_view code) const;
};

void CheckGuards(Examiner& examiner);  // check_guards.cc
void CheckWays(Examiner& examiner);    // check_ways.cc
void CheckTimers(Examiner& examiner);  // check_timers.cc
// `given`: slots that may have a value when a case begins; check_flow.cc
void CheckFlow(Examiner& examiner, const std::set<int>& given);
void CheckChildren(Examiner& examiner, const std::vector<Subject>& all);  // check_children.cc

// Slots a block may write, and all actions of a block with those inside it, in document order.
void Flatten(const Block& block, std::vector<const Action*>& out);
std::set<int> WritesOf(const Block& block);

}  // namespace anjuan::chart
