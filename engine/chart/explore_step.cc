// Appendix D's microstep over configurations alone: conflicts, exit and entry sets, history. The
// interpreter's own (entry.cc) works on a case with its data; tests hold the two to one answer.
#include <algorithm>

#include "engine/chart/explore.h"

namespace anjuan::chart {

namespace {

bool IsLeaf(const State& state) {
  return state.kind == StateKind::kAtomic || state.kind == StateKind::kFinal;
}

}  // namespace

std::vector<int> Graph::EffectiveTargets(const Config& config,
                                         const std::vector<int>& targets) const {
  std::vector<int> out;
  for (const int target : targets) {
    const int position = history_position_[static_cast<size_t>(target)];
    if (position < 0) {
      out.push_back(target);
      continue;
    }
    const size_t p = static_cast<size_t>(position);
    const std::vector<int>& behind =
        config.recorded[p] ? config.history[p] : chart_.at(target).initial;
    out.insert(out.end(), behind.begin(), behind.end());
  }
  return out;
}

int Graph::Domain(const Config& config, const Transition& transition) const {
  const std::vector<int> targets = EffectiveTargets(config, transition.targets);
  if (targets.empty()) return -1;
  const auto inside = [&](int ancestor) {
    return std::all_of(targets.begin(), targets.end(),
                       [&](int target) { return chart_.IsDescendant(target, ancestor); });
  };
  if (transition.internal && chart_.at(transition.source).kind == StateKind::kCompound &&
      inside(transition.source)) {
    return transition.source;
  }
  int ancestor = chart_.at(transition.source).parent;
  while (ancestor > 0 && (chart_.at(ancestor).kind != StateKind::kCompound || !inside(ancestor))) {
    ++work_;
    ancestor = chart_.at(ancestor).parent;
  }
  return std::max(ancestor, 0);
}

// removeConflictingTransitions: whose domains lie one in the other conflict; the deeper source
// goes before.
std::vector<int> Graph::WithoutConflicts(const std::vector<int>& enabled) const {
  if (enabled.size() < 2) return enabled;
  // Domains with history as far as the default goes: what was recorded lies in the same state.
  Config none;
  none.history.resize(histories_.size());
  none.recorded.resize(histories_.size());
  std::map<int, int> kept;  // domain -> transition
  std::set<int> dropped;
  for (const int t1 : enabled) {
    const Transition& first = chart_.transitions[static_cast<size_t>(t1)];
    const int domain = Domain(none, first);
    if (domain < 0) continue;
    std::vector<int> conflicting;
    for (int up = domain; up >= 0; up = chart_.at(up).parent) {
      ++work_;
      if (kept.contains(up)) conflicting.push_back(up);
    }
    for (auto it = kept.upper_bound(domain);
         it != kept.end() && it->first <= chart_.at(domain).last; ++it) {
      conflicting.push_back(it->first);
    }
    const bool preempted = std::any_of(conflicting.begin(), conflicting.end(), [&](int other) {
      const Transition& second = chart_.transitions[static_cast<size_t>(kept[other])];
      return !chart_.IsDescendant(first.source, second.source);
    });
    if (preempted) {
      dropped.insert(t1);
      continue;
    }
    for (const int other : conflicting) {
      dropped.insert(kept[other]);
      kept.erase(other);
    }
    kept[domain] = t1;
  }
  std::vector<int> out;
  for (const int t : enabled) {
    if (!dropped.contains(t)) out.push_back(t);
  }
  return out;
}

// addDescendantStatesToEnter and addAncestorStatesToEnter with a stack of their own: a chart may be
// deeper than ours.
void Graph::Walk(const Config& config, std::vector<Task> tasks, Entry& entry) const {
  std::reverse(tasks.begin(), tasks.end());
  const auto below = [&](const std::vector<int>& targets, int ancestor) {
    for (auto it = targets.rbegin(); it != targets.rend(); ++it) {
      tasks.push_back({Task::What::kClimb, *it, ancestor});
    }
    for (auto it = targets.rbegin(); it != targets.rend(); ++it) {
      tasks.push_back({Task::What::kDescend, *it, 0});
    }
  };
  const auto regions = [&](int parallel) {
    const std::vector<int>& children = chart_.at(parallel).children;
    for (auto it = children.rbegin(); it != children.rend(); ++it) {
      tasks.push_back({Task::What::kRegion, *it, 0});
    }
  };
  while (!tasks.empty()) {
    work_ += 16;
    const Task task = tasks.back();
    tasks.pop_back();
    const State& state = chart_.at(task.state);
    if (task.what == Task::What::kClimb) {
      std::vector<int> parallels;
      for (int up = state.parent; up > 0 && up != task.ancestor; up = chart_.at(up).parent) {
        work_ += 16;
        entry.to_enter.insert(up);
        if (chart_.at(up).kind == StateKind::kParallel) parallels.push_back(up);
      }
      for (auto it = parallels.rbegin(); it != parallels.rend(); ++it) regions(*it);
      continue;
    }
    if (task.what == Task::What::kRegion) {
      const auto inside = entry.to_enter.upper_bound(task.state);
      if (inside != entry.to_enter.end() && *inside <= state.last) continue;
    }
    if (state.kind == StateKind::kHistory) {
      const size_t p = static_cast<size_t>(history_position_[static_cast<size_t>(task.state)]);
      if (!config.recorded[p]) entry.history_content[state.parent] = task.state;
      below(config.recorded[p] ? config.history[p] : state.initial, state.parent);
      continue;
    }
    entry.to_enter.insert(task.state);
    if (state.kind == StateKind::kCompound) {
      entry.by_default.insert(task.state);
      below(state.initial, task.state);
    } else if (state.kind == StateKind::kParallel) {
      regions(task.state);
    }
  }
}

bool Graph::IsFinished(int index) const {
  // A region may be a parallel itself.
  std::vector<int> open = {index};
  while (!open.empty()) {
    const State& state = chart_.at(open.back());
    open.pop_back();
    if (state.kind == StateKind::kParallel) {
      open.insert(open.end(), state.children.begin(), state.children.end());
      continue;
    }
    if (state.kind != StateKind::kCompound ||
        std::none_of(state.children.begin(), state.children.end(), [&](int child) {
          return chart_.at(child).kind == StateKind::kFinal && active_[static_cast<size_t>(child)];
        })) {
      return false;
    }
  }
  return true;
}

void Graph::EnterStates(Config& config, const Entry& entry, Passage& passage,
                        std::vector<Raised>& raised) {
  const auto raise = [&](const std::vector<Raised>& more) {
    raised.insert(raised.end(), more.begin(), more.end());
  };
  const auto done = [&](int state) {
    finished_[static_cast<size_t>(state)] = true;
    const int trigger = done_trigger_[static_cast<size_t>(state)];
    if (trigger >= 0) raised.push_back({trigger, true});
  };
  for (const int index : entry.to_enter) {
    work_ += 8;
    const size_t s = static_cast<size_t>(index);
    const State& state = chart_.at(index);
    if (!active_[s]) {
      active_[s] = true;
      active_list_.push_back(index);
    }
    entered_[s] = true;
    Passage::Entered step{.state = index, .by_default = entry.by_default.contains(index)};
    raise(raises_on_entry_[s]);
    if (step.by_default) raise(raises_on_default_[s]);
    if (const auto it = entry.history_content.find(index); it != entry.history_content.end()) {
      step.history = it->second;
      entered_[static_cast<size_t>(it->second)] = true;
      raise(raises_on_default_[static_cast<size_t>(it->second)]);
    }
    passage.entered.push_back(step);
    if (state.kind != StateKind::kFinal || state.parent == 0) continue;
    done(state.parent);
    const int above = chart_.at(state.parent).parent;
    if (above > 0 && chart_.at(above).kind == StateKind::kParallel && IsFinished(above)) {
      done(above);
    }
  }
  config.atoms.clear();
  for (const int state : active_list_) {
    if (active_[static_cast<size_t>(state)] && IsLeaf(chart_.at(state))) {
      config.atoms.push_back(state);
    }
  }
  std::sort(config.atoms.begin(), config.atoms.end());
}

Graph::Passage Graph::Begin(Config& config, std::vector<Raised>& raised) {
  Passage passage;
  Entry entry;
  std::vector<Task> tasks;
  const std::vector<int>& initial = chart_.states[0].initial;
  tasks.reserve(initial.size());
  for (const int target : initial) tasks.push_back({Task::What::kDescend, target, 0});
  for (const int target : EffectiveTargets(config, initial)) {
    tasks.push_back({Task::What::kClimb, target, 0});
  }
  Walk(config, std::move(tasks), entry);
  const std::vector<Raised>& more = raises_on_default_[0];
  raised.insert(raised.end(), more.begin(), more.end());
  EnterStates(config, entry, passage, raised);
  ClearActive();
  return passage;
}

Graph::Passage Graph::Microstep(Config& config, const std::vector<int>& transitions,
                                std::vector<Raised>& raised) {
  Passage passage;
  passage.transitions = transitions;
  std::vector<int> domains;
  std::set<int, std::greater<>> exited;
  for (const int t : transitions) {
    const int domain = Domain(config, chart_.transitions[static_cast<size_t>(t)]);
    domains.push_back(domain);
    if (domain < 0) continue;
    for (const int state : active_list_) {
      work_ += 16;
      if (chart_.IsDescendant(state, domain)) exited.insert(state);
    }
  }
  passage.exited.assign(exited.begin(), exited.end());
  // Histories are recorded before anything is left, targets looked up after: exitStates comes
  // first.
  for (const int state : passage.exited) {
    for (const int history : chart_.at(state).histories) {
      const size_t p = static_cast<size_t>(history_position_[static_cast<size_t>(history)]);
      std::vector<int> kept;
      for (const int active : active_list_) {
        const State& one = chart_.at(active);
        const bool wanted = chart_.at(history).deep
                                ? IsLeaf(one) && chart_.IsDescendant(active, state)
                                : one.parent == state;
        if (wanted) kept.push_back(active);
      }
      std::sort(kept.begin(), kept.end());
      config.recorded[p] = true;
      config.history[p] = std::move(kept);
    }
  }
  for (const int state : passage.exited) {
    const std::vector<Raised>& more = raises_on_exit_[static_cast<size_t>(state)];
    raised.insert(raised.end(), more.begin(), more.end());
    active_[static_cast<size_t>(state)] = false;
  }
  std::erase_if(active_list_, [&](int state) { return !active_[static_cast<size_t>(state)]; });
  Entry entry;
  std::vector<Task> tasks;
  for (const int t : transitions) {
    const Transition& transition = chart_.transitions[static_cast<size_t>(t)];
    const std::vector<Raised>& more = raises_of_[static_cast<size_t>(t)];
    raised.insert(raised.end(), more.begin(), more.end());
    for (const int target : transition.targets) {
      tasks.push_back({Task::What::kDescend, target, 0});
    }
    const int domain = Domain(config, transition);
    for (const int target : EffectiveTargets(config, transition.targets)) {
      tasks.push_back({Task::What::kClimb, target, domain});
    }
  }
  Walk(config, std::move(tasks), entry);
  EnterStates(config, entry, passage, raised);
  return passage;
}

Graph::Passage Graph::PassageOf(const Edge& edge) {
  Config config = Decode(edge.from);
  std::vector<Raised> raised;
  SetActive(config);
  Passage passage = Microstep(config, Taken(edge), raised);
  ClearActive();
  return passage;
}

Graph::Passage Graph::FirstPassage() {
  Config config;
  config.history.resize(histories_.size());
  config.recorded.resize(histories_.size());
  std::vector<Raised> raised;
  return Begin(config, raised);
}

}  // namespace anjuan::chart
