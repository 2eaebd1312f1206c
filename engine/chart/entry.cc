// Appendix D of SCXML 1.0, with its names: which states are left and entered, and doing so.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

// procedure exitStates(enabledTransitions)
void Machine::ExitStates(const std::vector<int>& enabled) {
  const std::vector<int> to_exit = ComputeExitSet(enabled).InReverse();
  for (const int state : to_exit) RecordHistory(state);
  for (const int state : to_exit) RunExit(state);
}

void Machine::RunExit(int state) {
  result_.exited.push_back(chart_.at(state).id);
  for (const Block& block : chart_.at(state).on_exit) Run(block);
  CancelInvokes(state);
  if (!to_invoke_.empty()) std::erase(to_invoke_, state);
  configuration_.Erase(state);
}

void Machine::RecordHistory(int state) {
  for (const int history : chart_.at(state).histories) {
    const State& record = chart_.at(history);
    std::vector<std::string> kept;
    for (const int active : configuration_.InOrder()) {
      const StateKind kind = chart_.at(active).kind;
      const bool atomic = kind == StateKind::kAtomic || kind == StateKind::kFinal;
      const bool wanted = record.deep ? atomic && chart_.IsDescendant(active, state)
                                      : chart_.at(active).parent == state;
      if (wanted) kept.push_back(chart_.at(active).id);
    }
    result_.state.history[record.id] = std::move(kept);
  }
}

StateSet Machine::ComputeExitSet(const std::vector<int>& transitions) {
  StateSet out(chart_.states.size());
  for (const int index : transitions) {
    const int domain = GetTransitionDomain(chart_.transitions[static_cast<size_t>(index)]);
    if (domain < 0) continue;
    for (int state = domain + 1; state <= chart_.at(domain).last; ++state) {
      if (configuration_.Has(state)) out.Insert(state);
    }
  }
  return out;
}

int Machine::GetTransitionDomain(const Transition& transition) {
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

int Machine::FindLCCA(int head, const std::vector<int>& tail) {
  for (int ancestor = chart_.at(head).parent; ancestor > 0; ancestor = chart_.at(ancestor).parent) {
    if (chart_.at(ancestor).kind != StateKind::kCompound) continue;
    if (std::all_of(tail.begin(), tail.end(),
                    [&](int state) { return chart_.IsDescendant(state, ancestor); })) {
      return ancestor;
    }
  }
  return 0;  // the scxml element
}

std::vector<int> Machine::GetEffectiveTargetStates(const std::vector<int>& targets) {
  std::vector<int> out;
  const auto add = [&](int state) {
    if (std::find(out.begin(), out.end(), state) == out.end()) out.push_back(state);
  };
  for (const int target : targets) {
    if (chart_.at(target).kind != StateKind::kHistory) {
      add(target);
      continue;
    }
    const auto recorded = result_.state.history.find(chart_.at(target).id);
    if (recorded != result_.state.history.end()) {
      for (const std::string& id : recorded->second) add(chart_.FindState(id));
    } else {
      // The reader refuses a history whose default is a history: this ends.
      for (const int state : GetEffectiveTargetStates(chart_.at(target).initial)) add(state);
    }
  }
  return out;
}

// procedure enterStates(enabledTransitions)
void Machine::EnterStates(const std::vector<int>& enabled) {
  Entry entry(chart_.states.size());
  ComputeEntrySet(enabled, entry);
  EnterAll(entry);
}

// enterStates([doc.initial.transition]): a transition of the scxml element itself.
void Machine::EnterInitial() {
  if (stopped_) return;
  Entry entry(chart_.states.size());
  for (const int target : chart_.states[0].initial) AddDescendantStatesToEnter(target, entry);
  for (const int target : GetEffectiveTargetStates(chart_.states[0].initial)) {
    AddAncestorStatesToEnter(target, 0, entry);
  }
  Run(chart_.states[0].initial_content);
  EnterAll(entry);
}

void Machine::EnterAll(Entry& entry) {
  for (const int state : entry.to_enter.InOrder()) EnterState(state, entry);
  for (const int state : configuration_.InOrder()) {
    if (chart_.at(state).kind == StateKind::kFinal && chart_.at(state).parent == 0) {
      result_.state.running = false;
    }
  }
  if (!result_.state.running) ExitInterpreter();
}

void Machine::EnterState(int index, const Entry& entry) {
  const State& state = chart_.at(index);
  configuration_.Insert(index);
  result_.entered.push_back(state.id);
  std::vector<std::string>& bound = result_.state.bound;
  if (chart_.late_binding && !state.data.empty() &&
      std::find(bound.begin(), bound.end(), state.id) == bound.end()) {
    for (const int slot : state.data) InitialiseData(slot);
    bound.push_back(state.id);
  }
  for (const Block& block : state.on_entry) Run(block);
  if (entry.by_default.Has(index)) Run(state.initial_content);
  if (const auto it = entry.history_content.find(index); it != entry.history_content.end()) {
    Run(chart_.at(it->second).initial_content);
  }
  StartOnEntry(index);
  if (!state.invokes.empty()) to_invoke_.push_back(index);
  if (state.kind == StateKind::kFinal && state.parent > 0) EnterFinal(index);
}

void Machine::EnterFinal(int index) {
  const int parent = chart_.at(index).parent;
  const auto done = [&](int state, Value data) {
    internal_.push_back({.name = StrCat("done.state.", chart_.at(state).id),
                         .type = "platform",
                         .sendid = "",
                         .origin = "",
                         .origintype = "",
                         .data = std::move(data),
                         .from = std::nullopt,
                         .diagnostics = {}});
  };
  done(parent, DoneData(chart_.at(index)));
  const int grandparent = chart_.at(parent).parent;
  if (grandparent > 0 && chart_.at(grandparent).kind == StateKind::kParallel &&
      IsInFinalState(grandparent)) {
    done(grandparent, Value());
  }
}

// A part that fails raises error.execution and is left out; where nothing is left the data are
// empty (section 5.7).
Value Machine::DoneData(const State& state) {
  if (state.done.empty()) return Value();
  if (!state.done.params.empty()) {
    Context out;
    for (const Param& param : state.done.params) {
      if (std::optional<Value> value = Compute(param.expr)) {
        AddParam(out, param.name, *std::move(value));
      }
    }
    return out.empty() ? Value() : Value(std::move(out));
  }
  return PayloadValue(state.done).value_or(Value());
}

void Machine::ComputeEntrySet(const std::vector<int>& transitions, Entry& entry) {
  for (const int index : transitions) {
    const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
    for (const int target : transition.targets) AddDescendantStatesToEnter(target, entry);
    const int ancestor = GetTransitionDomain(transition);
    for (const int target : GetEffectiveTargetStates(transition.targets)) {
      AddAncestorStatesToEnter(target, ancestor, entry);
    }
  }
}

void Machine::AddDescendantStatesToEnter(int index, Entry& entry) {
  const State& state = chart_.at(index);
  const auto enter_below = [&](const std::vector<int>& targets, int ancestor) {
    for (const int target : targets) AddDescendantStatesToEnter(target, entry);
    for (const int target : targets) AddAncestorStatesToEnter(target, ancestor, entry);
  };
  if (state.kind == StateKind::kHistory) {
    if (!result_.state.history.contains(state.id)) {
      entry.history_content[state.parent] = index;
      enter_below(state.initial, state.parent);
      return;
    }
    std::vector<int> recorded;
    for (const std::string& id : result_.state.history[state.id]) {
      recorded.push_back(chart_.FindState(id));
    }
    enter_below(recorded, state.parent);
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

void Machine::AddAncestorStatesToEnter(int index, int ancestor, Entry& entry) {
  for (int state = chart_.at(index).parent; state > 0 && state != ancestor;
       state = chart_.at(state).parent) {
    entry.to_enter.Insert(state);
    if (chart_.at(state).kind == StateKind::kParallel) AddChildrenOfParallel(state, entry);
  }
}

void Machine::AddChildrenOfParallel(int index, Entry& entry) {
  for (const int child : chart_.at(index).children) {
    if (!entry.to_enter.HasAny(child + 1, chart_.at(child).last)) {
      AddDescendantStatesToEnter(child, entry);
    }
  }
}

bool Machine::IsInFinalState(int index) {
  const State& state = chart_.at(index);
  if (state.kind == StateKind::kCompound) {
    return std::any_of(state.children.begin(), state.children.end(), [&](int child) {
      return chart_.at(child).kind == StateKind::kFinal && configuration_.Has(child);
    });
  }
  return state.kind == StateKind::kParallel &&
         std::all_of(state.children.begin(), state.children.end(),
                     [&](int child) { return IsInFinalState(child); });
}

// procedure exitInterpreter(). The final state stays in the configuration: it says how the case
// ended.
void Machine::ExitInterpreter() {
  for (const int index : configuration_.InReverse()) {
    const State& state = chart_.at(index);
    const bool top_final = state.kind == StateKind::kFinal && state.parent == 0;
    if (!top_final) {
      RunExit(index);
      continue;
    }
    for (const Block& block : state.on_exit) Run(block);
    result_.done_data = DoneData(state);
  }
}

}  // namespace anjuan::chart
