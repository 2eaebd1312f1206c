#include "tests/chart/appendix_d.h"

#include <algorithm>
#include <utility>

namespace anjuan::chart {

namespace {

constexpr int kMostRounds = 300;
constexpr int kScxml = 0;

bool SomeOf(const AppendixD::States& states, auto wanted) {
  return std::any_of(states.begin(), states.end(), wanted);
}

bool HasIntersection(const AppendixD::States& a, const AppendixD::States& b) {
  return SomeOf(a, [&](int s) { return b.contains(s); });
}

}  // namespace

std::vector<std::string> AppendixD::TakeTrace() {
  return std::exchange(trace_, {});
}

// procedure interpret(doc): enterStates([doc.initial.transition]); mainEventLoop()
void AppendixD::Interpret() {
  const State& root = chart_.at(kScxml);
  Entry entry;
  for (const int s : root.initial) AddDescendantStatesToEnter(s, entry);
  for (const int s : GetEffectiveTargetStates(root.initial)) {
    AddAncestorStatesToEnter(s, kScxml, entry);
  }
  ExecuteContent(root.initial_content);
  Enter(entry);
  Macrostep();
}

// The rest of procedure mainEventLoop().
void AppendixD::Dispatch(const std::string& name) {
  const Transitions enabled = SelectTransitions(&name);
  if (!enabled.empty()) Microstep(enabled);
  Macrostep();
}

// The inner loop of procedure mainEventLoop().
void AppendixD::Macrostep() {
  bool macrostep_done = false;
  for (int round = 0; running_ && !macrostep_done; ++round) {
    if (round >= kMostRounds) {
      endless_ = true;
      return;
    }
    Transitions enabled = SelectTransitions(nullptr);
    if (enabled.empty()) {
      if (internal_queue_.empty()) {
        macrostep_done = true;
      } else {
        const std::string event = internal_queue_.front();
        internal_queue_.pop_front();
        enabled = SelectTransitions(&event);
      }
    }
    if (!enabled.empty()) Microstep(enabled);
  }
  if (!running_) ExitInterpreter();
}

void AppendixD::ExitInterpreter() {
  const States to_exit = configuration_;
  for (auto s = to_exit.rbegin(); s != to_exit.rend(); ++s) {
    for (const Block& content : chart_.at(*s).on_exit) ExecuteContent(content);
    const State& state = chart_.at(*s);
    // Not as in the standard: the engine leaves the final state where it is, to say how it ended.
    if (state.kind != StateKind::kFinal || state.parent != kScxml) configuration_.erase(*s);
  }
}

AppendixD::Transitions AppendixD::SelectTransitions(const std::string* event) {
  Transitions enabled;
  for (const int state : configuration_) {
    if (!IsAtomicState(state)) continue;
    std::vector<int> line = {state};
    for (const int ancestor : GetProperAncestors(state, -1)) line.push_back(ancestor);
    bool found = false;
    for (size_t i = 0; i < line.size() && !found; ++i) {
      for (const int index : chart_.at(line[i]).transitions) {
        const Transition& t = chart_.transitions[static_cast<size_t>(index)];
        const bool named = event == nullptr ? t.events.empty() : NameMatch(t, *event);
        if (!named || !ConditionMatch(t)) continue;
        if (std::find(enabled.begin(), enabled.end(), &t) == enabled.end()) enabled.push_back(&t);
        found = true;
        break;
      }
    }
  }
  return RemoveConflictingTransitions(enabled);
}

AppendixD::Transitions AppendixD::RemoveConflictingTransitions(const Transitions& enabled) {
  Transitions filtered;
  for (const Transition* t1 : enabled) {
    bool preempted = false;
    Transitions to_remove;
    for (const Transition* t2 : filtered) {
      if (!HasIntersection(ComputeExitSet({t1}), ComputeExitSet({t2}))) continue;
      if (IsDescendant(t1->source, t2->source)) {
        to_remove.push_back(t2);
      } else {
        preempted = true;
        break;
      }
    }
    if (preempted) continue;
    for (const Transition* t3 : to_remove) std::erase(filtered, t3);
    filtered.push_back(t1);
  }
  return filtered;
}

void AppendixD::Microstep(const Transitions& enabled) {
  ExitStates(enabled);
  for (const Transition* t : enabled) ExecuteContent(t->content);
  EnterStates(enabled);
}

void AppendixD::ExitStates(const Transitions& enabled) {
  const States to_exit = ComputeExitSet(enabled);
  for (auto s = to_exit.rbegin(); s != to_exit.rend(); ++s) {
    for (const int h : chart_.at(*s).histories) {
      States kept;
      for (const int s0 : configuration_) {
        if (chart_.at(h).deep ? IsAtomicState(s0) && IsDescendant(s0, *s)
                              : chart_.at(s0).parent == *s) {
          kept.insert(s0);
        }
      }
      history_value_[h] = kept;
    }
  }
  for (auto s = to_exit.rbegin(); s != to_exit.rend(); ++s) {
    for (const Block& content : chart_.at(*s).on_exit) ExecuteContent(content);
    configuration_.erase(*s);
  }
}

AppendixD::States AppendixD::ComputeExitSet(const Transitions& transitions) {
  States to_exit;
  for (const Transition* t : transitions) {
    if (t->targets.empty()) continue;
    const int domain = GetTransitionDomain(*t);
    for (const int s : configuration_) {
      if (IsDescendant(s, domain)) to_exit.insert(s);
    }
  }
  return to_exit;
}

void AppendixD::EnterStates(const Transitions& enabled) {
  Entry entry;
  ComputeEntrySet(enabled, entry);
  Enter(entry);
}

void AppendixD::Enter(const Entry& entry) {
  for (const int s : entry.to_enter) {
    const State& state = chart_.at(s);
    configuration_.insert(s);
    for (const Block& content : state.on_entry) ExecuteContent(content);
    if (entry.for_default_entry.contains(s)) ExecuteContent(state.initial_content);
    const auto content = entry.default_history_content.find(s);
    if (content != entry.default_history_content.end()) ExecuteContent(*content->second);
    if (state.kind != StateKind::kFinal) continue;
    if (state.parent == kScxml) {
      running_ = false;
      continue;
    }
    const State& parent = chart_.at(state.parent);
    internal_queue_.push_back("done.state." + parent.id);
    if (parent.parent == kScxml || chart_.at(parent.parent).kind != StateKind::kParallel) continue;
    const State& grandparent = chart_.at(parent.parent);
    if (std::all_of(grandparent.children.begin(), grandparent.children.end(),
                    [&](int child) { return IsInFinalState(child); })) {
      internal_queue_.push_back("done.state." + grandparent.id);
    }
  }
}

void AppendixD::ComputeEntrySet(const Transitions& transitions, Entry& entry) {
  for (const Transition* t : transitions) {
    for (const int s : t->targets) AddDescendantStatesToEnter(s, entry);
    const int ancestor = GetTransitionDomain(*t);
    for (const int s : GetEffectiveTargetStates(t->targets)) {
      AddAncestorStatesToEnter(s, ancestor, entry);
    }
  }
}

void AppendixD::AddDescendantStatesToEnter(int index, Entry& entry) {
  const State& state = chart_.at(index);
  if (state.kind == StateKind::kHistory) {
    std::vector<int> targets = state.initial;
    if (const auto kept = history_value_.find(index); kept != history_value_.end()) {
      targets.assign(kept->second.begin(), kept->second.end());
    } else {
      entry.default_history_content[state.parent] = &state.initial_content;
    }
    for (const int s : targets) AddDescendantStatesToEnter(s, entry);
    for (const int s : targets) AddAncestorStatesToEnter(s, state.parent, entry);
    return;
  }
  entry.to_enter.insert(index);
  if (state.kind == StateKind::kCompound) {
    entry.for_default_entry.insert(index);
    for (const int s : state.initial) AddDescendantStatesToEnter(s, entry);
    for (const int s : state.initial) AddAncestorStatesToEnter(s, index, entry);
  } else if (state.kind == StateKind::kParallel) {
    AddRegions(index, entry);
  }
}

void AppendixD::AddAncestorStatesToEnter(int state, int ancestor, Entry& entry) {
  for (const int anc : GetProperAncestors(state, ancestor)) {
    entry.to_enter.insert(anc);
    if (chart_.at(anc).kind == StateKind::kParallel) AddRegions(anc, entry);
  }
}

void AppendixD::AddRegions(int parallel, Entry& entry) {
  for (const int child : chart_.at(parallel).children) {
    if (!SomeOf(entry.to_enter, [&](int s) { return IsDescendant(s, child); })) {
      AddDescendantStatesToEnter(child, entry);
    }
  }
}

bool AppendixD::IsInFinalState(int index) {
  const State& state = chart_.at(index);
  if (state.kind == StateKind::kCompound) {
    return std::any_of(state.children.begin(), state.children.end(), [&](int s) {
      return chart_.at(s).kind == StateKind::kFinal && configuration_.contains(s);
    });
  }
  return state.kind == StateKind::kParallel &&
         std::all_of(state.children.begin(), state.children.end(),
                     [&](int s) { return IsInFinalState(s); });
}

int AppendixD::GetTransitionDomain(const Transition& t) {
  const States targets = GetEffectiveTargetStates(t.targets);
  if (targets.empty()) return -1;
  const bool inside =
      std::all_of(targets.begin(), targets.end(), [&](int s) { return IsDescendant(s, t.source); });
  if (t.internal && chart_.at(t.source).kind == StateKind::kCompound && inside) return t.source;
  std::vector<int> states = {t.source};
  states.insert(states.end(), targets.begin(), targets.end());
  return FindLCCA(states);
}

int AppendixD::FindLCCA(const std::vector<int>& states) {
  for (const int anc : GetProperAncestors(states.front(), -1)) {
    if (chart_.at(anc).kind != StateKind::kCompound) continue;
    if (std::all_of(states.begin() + 1, states.end(),
                    [&](int s) { return IsDescendant(s, anc); })) {
      return anc;
    }
  }
  return kScxml;
}

AppendixD::States AppendixD::GetEffectiveTargetStates(const std::vector<int>& targets) {
  States out;
  for (const int s : targets) {
    if (chart_.at(s).kind != StateKind::kHistory) {
      out.insert(s);
    } else if (const auto kept = history_value_.find(s); kept != history_value_.end()) {
      out.insert(kept->second.begin(), kept->second.end());
    } else {
      const States further = GetEffectiveTargetStates(chart_.at(s).initial);
      out.insert(further.begin(), further.end());
    }
  }
  return out;
}

// Innermost first; -1: all, up to and with the scxml element.
std::vector<int> AppendixD::GetProperAncestors(int state, int above) {
  std::vector<int> out;
  for (int s = chart_.at(state).parent; s >= 0 && s != above; s = chart_.at(s).parent) {
    out.push_back(s);
  }
  return out;
}

bool AppendixD::IsDescendant(int state, int ancestor) const {
  int s = chart_.at(state).parent;
  while (s >= 0 && s != ancestor) s = chart_.at(s).parent;
  return s >= 0;
}

bool AppendixD::IsAtomicState(int state) const {
  return chart_.at(state).kind == StateKind::kAtomic || chart_.at(state).kind == StateKind::kFinal;
}

// Section 3.12.1: a descriptor matches by whole tokens from the left.
bool AppendixD::NameMatch(const Transition& t, const std::string& event) const {
  return std::any_of(t.events.begin(), t.events.end(), [&](const std::string& descriptor) {
    return descriptor == "*" || event == descriptor || event.starts_with(descriptor + ".");
  });
}

bool AppendixD::ConditionMatch(const Transition& t) const {
  if (!t.cond.given) return true;
  const std::string& text = t.cond.text();
  const bool negated = text.starts_with("not(");
  const size_t open = text.find('"');
  const std::string id = text.substr(open + 1, text.find('"', open + 1) - open - 1);
  return configuration_.contains(chart_.FindState(id)) != negated;
}

void AppendixD::ExecuteContent(const Block& block) {
  for (const Action& action : block) {
    if (const auto* log = std::get_if<Log>(&action.what)) trace_.push_back(log->label);
    if (const auto* raise = std::get_if<Raise>(&action.what)) {
      internal_queue_.push_back(raise->event);
    }
  }
}

}  // namespace anjuan::chart
