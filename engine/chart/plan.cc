#include "engine/chart/plan.h"

#include "engine/chart/chart.h"
#include "engine/chart/entry_set.h"

namespace anjuan::chart {

namespace {

// Of all transitions together: a parallel state of thousands of regions may be the target of
// thousands of transitions.
constexpr size_t kMostEntered = 1'000'000;

}  // namespace

Plan MakePlan(const Chart& chart, bool accepted) {
  const size_t states = chart.states.size();
  Plan plan;
  plan.atomic = StateSet(states);
  for (const State& state : chart.states) {
    plan.nodes.push_back({state.parent, state.last});
    if (state.kind == StateKind::kAtomic || state.kind == StateKind::kFinal) {
      plan.atomic.Insert(state.index);
    }
    plan.has_history = plan.has_history || state.kind == StateKind::kHistory;
  }
  for (const Transition& transition : chart.transitions) {
    plan.moves.push_back({.source = transition.source});
  }
  if (!accepted) return plan;
  const std::vector<SessionState::Recorded> nothing_recorded;
  EntrySet entry(states);
  size_t entered = 0;
  for (const Transition& transition : chart.transitions) {
    EntryRules rules(chart, nothing_recorded);
    const int domain = rules.GetTransitionDomain(transition);
    entry.Clear();
    rules.Enter(transition.targets, domain, entry);
    if (rules.met_history()) continue;
    Plan::Move& move = plan.moves[static_cast<size_t>(transition.index)];
    move.fixed = true;
    move.domain = domain;
    entry.to_enter.ForEach([&](int state) {
      move.entered.push_back({state, entry.by_default.Has(state)});
    });
    entered += move.entered.size();
    if (entered > kMostEntered) break;
  }
  return plan;
}

}  // namespace anjuan::chart
