// Appendix D's transition domain and entry set: for the plan of a chart, and for a step that meets
// a history.
#pragma once

#include <utility>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/chart/session.h"
#include "engine/chart/state_set.h"

namespace anjuan::chart {

// What a set of transitions enters, while it is computed.
struct EntrySet {
  explicit EntrySet(size_t states) : to_enter(states), by_default(states) {}
  void Clear();
  StateSet to_enter;
  StateSet by_default;                               // compound states entered by their initial
  std::vector<std::pair<int, int>> history_content;  // parent, history whose default is taken
};

class EntryRules {
 public:
  EntryRules(const Chart& chart, const std::vector<SessionState::Recorded>& history)
      : chart_(chart), history_(history) {}

  std::vector<int> GetEffectiveTargetStates(const std::vector<int>& targets);
  int GetTransitionDomain(const Transition& transition);  // -1: targetless
  // The body of computeEntrySet for one transition: its targets with all below them, then all
  // between them and `ancestor`, its domain.
  void Enter(const std::vector<int>& targets, int ancestor, EntrySet& entry);

  // Whether any answer depended on what histories have recorded.
  bool met_history() const { return met_history_; }

 private:
  const std::vector<int>* Recorded(int history);  // null: nothing recorded
  void AddEffectiveTargetStates(const std::vector<int>& targets, std::vector<int>& out);
  void AddDescendantStatesToEnter(int state, EntrySet& entry);
  void AddAncestorStatesToEnter(int state, int ancestor, EntrySet& entry);
  void AddChildrenOfParallel(int state, EntrySet& entry);
  int FindLCCA(int head, const std::vector<int>& tail) const;

  const Chart& chart_;
  const std::vector<SessionState::Recorded>& history_;
  bool met_history_ = false;
};

}  // namespace anjuan::chart
