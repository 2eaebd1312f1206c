// Appendix D of SCXML 1.0, with its names.
#include "engine/chart/entry_set.h"

#include <algorithm>

namespace anjuan::chart {

void EntrySet::Clear() {
  to_enter.Clear();
  by_default.Clear();
  history_content.clear();
}

const std::vector<int>* EntryRules::Recorded(int history) {
  met_history_ = true;
  const auto it = std::find_if(history_.begin(), history_.end(),
                               [&](const auto& recorded) { return recorded.history == history; });
  return it == history_.end() ? nullptr : &it->states;
}

std::vector<int> EntryRules::GetEffectiveTargetStates(const std::vector<int>& targets) {
  std::vector<int> out;
  AddEffectiveTargetStates(targets, out);
  return out;
}

void EntryRules::AddEffectiveTargetStates(const std::vector<int>& targets, std::vector<int>& out) {
  const auto add = [&](int state) {
    if (std::find(out.begin(), out.end(), state) == out.end()) out.push_back(state);
  };
  for (const int target : targets) {
    if (chart_.at(target).kind != StateKind::kHistory) {
      add(target);
    } else if (const std::vector<int>* recorded = Recorded(target)) {
      for (const int state : *recorded) add(state);
    } else {
      // The reader refuses a history whose default is a history: this ends.
      AddEffectiveTargetStates(chart_.at(target).initial, out);
    }
  }
}

int EntryRules::GetTransitionDomain(const Transition& transition) {
  const std::vector<int> targets = GetEffectiveTargetStates(transition.targets);
  if (targets.empty()) return -1;
  const bool inside = std::all_of(targets.begin(), targets.end(), [&](int target) {
    return chart_.IsDescendant(target, transition.source);
  });
  if (transition.internal && inside && chart_.at(transition.source).kind == StateKind::kCompound) {
    return transition.source;
  }
  return FindLCCA(transition.source, targets);
}

int EntryRules::FindLCCA(int head, const std::vector<int>& tail) const {
  for (int ancestor = chart_.at(head).parent; ancestor > 0; ancestor = chart_.at(ancestor).parent) {
    if (chart_.at(ancestor).kind != StateKind::kCompound) continue;
    if (std::all_of(tail.begin(), tail.end(),
                    [&](int state) { return chart_.IsDescendant(state, ancestor); })) {
      return ancestor;
    }
  }
  return 0;  // the scxml element
}

void EntryRules::Enter(const std::vector<int>& targets, int ancestor, EntrySet& entry) {
  for (const int target : targets) AddDescendantStatesToEnter(target, entry);
  for (const int target : GetEffectiveTargetStates(targets)) {
    AddAncestorStatesToEnter(target, ancestor, entry);
  }
}

void EntryRules::AddDescendantStatesToEnter(int index, EntrySet& entry) {
  const State& state = chart_.at(index);
  const auto enter_below = [&](const std::vector<int>& targets, int ancestor) {
    for (const int target : targets) AddDescendantStatesToEnter(target, entry);
    for (const int target : targets) AddAncestorStatesToEnter(target, ancestor, entry);
  };
  if (state.kind == StateKind::kHistory) {
    if (const std::vector<int>* recorded = Recorded(index)) {
      enter_below(*recorded, state.parent);
      return;
    }
    std::erase_if(entry.history_content,
                  [&](const auto& other) { return other.first == state.parent; });
    entry.history_content.emplace_back(state.parent, index);
    enter_below(state.initial, state.parent);
    return;
  }
  entry.to_enter.Insert(index);
  if (state.kind == StateKind::kCompound) {
    entry.by_default.Insert(index);
    enter_below(state.initial, index);
  } else if (state.kind == StateKind::kParallel) {
    AddChildrenOfParallel(index, entry);
  }
}

void EntryRules::AddAncestorStatesToEnter(int index, int ancestor, EntrySet& entry) {
  for (int state = chart_.at(index).parent; state > 0 && state != ancestor;
       state = chart_.at(state).parent) {
    entry.to_enter.Insert(state);
    if (chart_.at(state).kind == StateKind::kParallel) AddChildrenOfParallel(state, entry);
  }
}

void EntryRules::AddChildrenOfParallel(int index, EntrySet& entry) {
  for (const int child : chart_.at(index).children) {
    if (!entry.to_enter.HasAny(child + 1, chart_.at(child).last)) {
      AddDescendantStatesToEnter(child, entry);
    }
  }
}

}  // namespace anjuan::chart
