// Appendix D of SCXML 1.0, with its names: leaving and entering states.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

// procedure exitStates(enabledTransitions)
void Machine::ExitStates() {
  to_exit_.Clear();
  for (const int index : enabled_) {
    const int domain = Domain(index);
    if (domain < 0) continue;
    to_exit_.InsertRange(state_->configuration, domain + 1, chart_.at(domain).last);
  }
  if (chart_.plan.has_history) {
    to_exit_.ForEachReverse([&](int state) { RecordHistory(state); });
  }
  to_exit_.ForEachReverse([&](int state) { RunExit(state); });
}

void Machine::RunExit(int index) {
  const State& state = chart_.at(index);
  report_.exited.push_back(index);
  for (const Block& block : state.on_exit) Run(block);
  if (!state.invokes.empty()) {
    CancelInvokes(index);
    std::erase(to_invoke_, index);
  }
  state_->configuration.Erase(index);
}

void Machine::RecordHistory(int state) {
  for (const int history : chart_.at(state).histories) {
    const bool deep = chart_.at(history).deep;
    std::vector<int> kept;
    state_->configuration.ForEach([&](int active) {
      const bool wanted = deep
                              ? chart_.plan.atomic.Has(active) && chart_.IsDescendant(active, state)
                              : chart_.at(active).parent == state;
      if (wanted) kept.push_back(active);
    });
    std::vector<SessionState::Recorded>& all = state_->history;
    const auto it = std::find_if(all.begin(), all.end(),
                                 [&](const auto& other) { return other.history == history; });
    if (it == all.end()) {
      all.push_back({history, std::move(kept)});
    } else {
      it->states = std::move(kept);
    }
  }
}

// procedure enterStates(enabledTransitions), computeEntrySet(transitions)
void Machine::EnterStates() {
  entry_.Clear();
  for (const int index : enabled_) {
    const Plan::Move& move = chart_.plan.moves[static_cast<size_t>(index)];
    if (!move.fixed) {
      EntryRules rules(chart_, state_->history);
      const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
      rules.Enter(transition.targets, rules.GetTransitionDomain(transition), entry_);
      continue;
    }
    for (const Plan::Entered& entered : move.entered) {
      entry_.to_enter.Insert(entered.state);
      if (entered.by_default) entry_.by_default.Insert(entered.state);
    }
  }
  EnterAll();
}

// enterStates([doc.initial.transition]): a transition of the scxml element itself.
void Machine::EnterInitial() {
  if (stopped_) return;
  entry_.Clear();
  EntryRules(chart_, state_->history).Enter(chart_.states[0].initial, 0, entry_);
  Run(chart_.states[0].initial_content);
  EnterAll();
}

void Machine::EnterAll() {
  entry_.to_enter.ForEach([&](int state) { EnterState(state); });
  if (!state_->running) ExitInterpreter();
}

void Machine::EnterState(int index) {
  const State& state = chart_.at(index);
  state_->configuration.Insert(index);
  report_.entered.push_back(index);
  std::vector<int>& bound = state_->bound;
  if (chart_.late_binding && !state.data.empty() &&
      std::find(bound.begin(), bound.end(), index) == bound.end()) {
    for (const int slot : state.data) InitialiseData(slot);
    bound.push_back(index);
  }
  for (const Block& block : state.on_entry) Run(block);
  if (entry_.by_default.Has(index)) Run(state.initial_content);
  for (const auto& [parent, history] : entry_.history_content) {
    if (parent == index) Run(chart_.at(history).initial_content);
  }
  StartOnEntry(index);
  if (!state.invokes.empty()) to_invoke_.push_back(index);
  if (state.kind != StateKind::kFinal) return;
  if (state.parent > 0) {
    EnterFinal(index);
  } else {
    state_->running = false;
  }
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

bool Machine::IsInFinalState(int index) {
  const State& state = chart_.at(index);
  if (state.kind == StateKind::kCompound) {
    return std::any_of(state.children.begin(), state.children.end(), [&](int child) {
      return chart_.at(child).kind == StateKind::kFinal && state_->configuration.Has(child);
    });
  }
  return state.kind == StateKind::kParallel &&
         std::all_of(state.children.begin(), state.children.end(),
                     [&](int child) { return IsInFinalState(child); });
}

// procedure exitInterpreter(). The final state stays in the configuration: it says how the case
// ended.
void Machine::ExitInterpreter() {
  state_->configuration.ForEachReverse([&](int index) {
    const State& state = chart_.at(index);
    const bool top_final = state.kind == StateKind::kFinal && state.parent == 0;
    if (!top_final) {
      RunExit(index);
      return;
    }
    for (const Block& block : state.on_exit) Run(block);
    report_.done_data = DoneData(state);
  });
}

}  // namespace anjuan::chart
