// What can only be judged when a chart is read whole: who reaches and leaves which state, whether
// roles, timers and children exist, what is read but never written.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/state_set.h"

namespace anjuan::chart {

namespace {

class Checks {
 public:
  explicit Checks(Draft& draft)
      : draft_(draft),
        chart_(draft.chart),
        workflow_(draft.options.workflow),
        reached_(draft.chart.states.size()) {}

  void Run() {
    CheckTargets();
    CheckHistories();
    CheckNamedStates();
    CheckRoles();
    // A misspelt target would make its state unreachable too: one mistake, told once.
    if (!Has("chart.target") && !Has("chart.element") && !Has("chart.initial") &&
        !Has("chart.attribute")) {
      CheckWays();
    }
    if (!workflow_) return;
    CheckOwnersAndDeadlines();
    CheckTimers();
    CheckData();
  }

 private:
  // A fault of what the reader could still run is an error only where an office relies on it.
  void Found(const Location& at, std::string code, std::string message, std::string hint = "") {
    if (workflow_) {
      draft_.Error(at, std::move(code), std::move(message), std::move(hint));
    } else {
      draft_.Warn(at, std::move(code), std::move(message), std::move(hint));
    }
  }

  bool Has(std::string_view code) const {
    return std::any_of(draft_.found.begin(), draft_.found.end(), [&](const Diagnostic& found) {
      return found.code == code && found.severity == Severity::kError;
    });
  }

  void CheckWays() {
    CheckReached();
    if (workflow_) CheckLeaving();
  }

  int CommonAncestor(int a, int b) const {
    while (a != 0 && !chart_.IsDescendant(b, a)) a = chart_.at(a).parent;
    return a;
  }

  // Several targets must be able to be active at once: they meet in a parallel (section 3.11).
  void CheckTogether(const std::vector<int>& targets, const Location& at) {
    for (size_t i = 0; i < targets.size(); ++i) {
      for (size_t j = i + 1; j < targets.size(); ++j) {
        const int meet = CommonAncestor(targets[i], targets[j]);
        const bool nested = chart_.IsDescendant(targets[i], targets[j]) ||
                            chart_.IsDescendant(targets[j], targets[i]);
        if (targets[i] == targets[j] || (!nested && chart_.at(meet).kind != StateKind::kParallel)) {
          draft_.Error(at, "chart.target",
                       StrCat("\"", chart_.at(targets[i]).id, "\" and \"", chart_.at(targets[j]).id,
                              "\" cannot both be active"));
        }
      }
    }
  }

  void CheckTargets() {
    for (const Transition& transition : chart_.transitions) {
      CheckTogether(transition.targets, transition.at);
      if (transition.events.empty() && transition.targets.empty() && !transition.cond.given &&
          transition.requires_all.empty()) {
        draft_.Error(transition.at, "chart.target",
                     "a transition without event, condition and target would never end");
      }
    }
    for (const State& state : chart_.states) CheckTogether(state.initial, state.at);
  }

  void CheckHistories() {
    for (const State& state : chart_.states) {
      if (state.kind != StateKind::kHistory) continue;
      for (const int target : state.initial) {
        const bool inside = chart_.IsDescendant(target, state.parent);
        const bool direct = chart_.at(target).parent == state.parent;
        if (chart_.at(target).kind == StateKind::kHistory || !inside || (!state.deep && !direct)) {
          draft_.Error(state.at, "chart.target",
                       StrCat("the default \"", chart_.at(target).id, "\" of history \"", state.id,
                              "\" is no ", state.deep ? "state inside" : "child of", " \"",
                              chart_.at(state.parent).id, "\""));
        }
      }
    }
  }

  void CheckNamedStates() {
    for (const NameUse& use : draft_.states_named) {
      if (chart_.FindState(use.name) > 0) continue;
      Found(use.at, "chart.target", StrCat("In: no state \"", use.name, "\""),
            DidYouMean(use.name, draft_.StateIds()));
    }
  }

  // ---- roles ----

  std::vector<std::string> Children() const {
    std::vector<std::string> ids;
    for (const SpawnUse& spawn : chart_.spawns) ids.push_back(spawn.id);
    return ids;
  }
  std::vector<std::string> Parties() const {
    std::vector<std::string> names;
    for (const Party& party : chart_.parties) names.push_back(party.name);
    return names;
  }
  std::vector<std::string> Timers() const {
    std::vector<std::string> ids;
    for (const Timer& timer : chart_.timers) ids.push_back(timer.id);
    return ids;
  }
  static bool Among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  void CheckRole(const Role& role) {
    const auto check = [&](const std::vector<std::string>& known, std::string_view what) {
      if (Among(known, role.name)) return;
      draft_.Error(role.at, "chart.role", StrCat("no ", what, " \"", role.name, "\""),
                   DidYouMean(role.name, known));
    };
    switch (role.kind) {
      case Role::Kind::kPerson:
        return;  // the register of roles is the application's
      case Role::Kind::kParty:
        return check(Parties(), "party");
      case Role::Kind::kTimer:
        return check(Timers(), "timer");
      case Role::Kind::kChild:
        return check(Children(), "child");
    }
  }

  // Events from inside need no role: done.*, error.*, and what the chart raises itself.
  bool ComesFromInside(const std::string& descriptor) const {
    if (descriptor == "done" || descriptor.starts_with("done.") || descriptor == "error" ||
        descriptor.starts_with("error.")) {
      return true;
    }
    return std::any_of(draft_.raised.begin(), draft_.raised.end(), [&](const std::string& event) {
      return MatchesDescriptor(event, descriptor);
    });
  }

  void CheckRoles() {
    for (const State& state : chart_.states) {
      for (const Role& role : state.owner) CheckRole(role);
    }
    for (const NameUse& child : draft_.children_named) {
      if (Among(Children(), child.name)) continue;
      Found(child.at, "chart.child", StrCat("no <aj:spawn> \"", child.name, "\""),
            DidYouMean(child.name, Children()));
    }
    for (const Transition& transition : chart_.transitions) {
      for (const Role& role : transition.roles) {
        CheckRole(role);
        CheckTimerEvent(role, transition);
      }
      const bool inside = std::all_of(transition.events.begin(), transition.events.end(),
                                      [&](const std::string& e) { return ComesFromInside(e); });
      if (workflow_ && transition.roles.empty() && !inside) {
        draft_.Error(transition.at, "chart.role",
                     StrCat("nobody may fire \"", Join(transition.events, " "), "\": no aj:role"),
                     "name person roles, party:NAME, timer:ID or child:ID");
      }
    }
  }

  void CheckTimerEvent(const Role& role, const Transition& transition) {
    if (role.kind != Role::Kind::kTimer) return;
    const int index = chart_.FindTimer(role.name);
    if (index < 0) return;
    const std::string& event = chart_.timers[static_cast<size_t>(index)].event;
    const bool fits =
        std::any_of(transition.events.begin(), transition.events.end(),
                    [&](const std::string& d) { return MatchesDescriptor(event, d); });
    if (!fits) {
      draft_.Error(role.at, "chart.timer",
                   StrCat("timer \"", role.name, "\" fires \"", event, "\", not \"",
                          Join(transition.events, " "), "\""));
    }
  }

  // ---- reachability: which states can ever be entered ----

  void Enter(int index) {
    const State& state = chart_.at(index);
    if (state.kind == StateKind::kHistory) {
      if (reached_.Has(index)) return;
      reached_.Insert(index);
      for (const int target : state.initial) Enter(target);
      Climb(index);
      return;
    }
    if (reached_.Has(index)) return;
    reached_.Insert(index);
    fresh_.push_back(index);
    Climb(index);
    for (const int target : state.initial) Enter(target);
    if (state.kind == StateKind::kParallel) {
      for (const int child : state.children) Enter(child);
    }
  }

  // Ancestors are entered as well; of a parallel one all regions.
  void Climb(int index) {
    for (int up = chart_.at(index).parent; up > 0; up = chart_.at(up).parent) {
      if (reached_.Has(up)) continue;
      reached_.Insert(up);
      fresh_.push_back(up);
      if (chart_.at(up).kind != StateKind::kParallel) continue;
      for (const int child : chart_.at(up).children) Enter(child);
    }
  }

  void CheckReached() {
    for (const int target : chart_.at(0).initial) Enter(target);
    while (!fresh_.empty()) {
      const int state = fresh_.back();
      fresh_.pop_back();
      for (const int index : chart_.at(state).transitions) {
        for (const int target : chart_.transitions[static_cast<size_t>(index)].targets) {
          Enter(target);
        }
      }
    }
    for (size_t i = 1; i < chart_.states.size(); ++i) {
      const State& state = chart_.states[i];
      if (reached_.Has(state.index) || state.kind == StateKind::kHistory) continue;
      if (chart_.FindState(state.id) != state.index) continue;        // told as a duplicate
      if (state.parent > 0 && !reached_.Has(state.parent)) continue;  // told for the parent
      Found(state.at, "chart.unreachable", StrCat("no way leads to state \"", state.id, "\""));
    }
  }

  // ---- leaving ----

  int Domain(const Transition& transition) const {
    const auto inside = [&](int ancestor) {
      return std::all_of(transition.targets.begin(), transition.targets.end(),
                         [&](int target) { return chart_.IsDescendant(target, ancestor); });
    };
    if (transition.internal && inside(transition.source)) return transition.source;
    int ancestor = chart_.at(transition.source).parent;
    while (ancestor > 0 &&
           (chart_.at(ancestor).kind != StateKind::kCompound || !inside(ancestor))) {
      ancestor = chart_.at(ancestor).parent;
    }
    return std::max(ancestor, 0);
  }

  // Which regions hold a transition that leaves their whole parallel, and how many of each
  // parallel do: once for all states, of which there may be thousands.
  void FindLeavingRegions() {
    leaving_regions_.assign(chart_.states.size(), 0);
    leaves_.assign(chart_.states.size(), false);
    for (const Transition& transition : chart_.transitions) {
      if (transition.targets.empty()) continue;
      const int domain = Domain(transition);
      for (int region = transition.source; region > domain; region = chart_.at(region).parent) {
        const int above = chart_.at(region).parent;
        if (above <= domain || chart_.at(above).kind != StateKind::kParallel) continue;
        if (leaves_[static_cast<size_t>(region)]) continue;
        leaves_[static_cast<size_t>(region)] = true;
        ++leaving_regions_[static_cast<size_t>(above)];
      }
    }
  }

  bool CanLeave(int state) const {
    for (int up = state; up > 0; up = chart_.at(up).parent) {
      for (const int index : chart_.at(up).transitions) {
        const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
        if (transition.targets.empty() || transition.targets == std::vector<int>{state}) continue;
        if (chart_.IsDescendant(state, Domain(transition))) return true;
      }
      // Or out of a region beside it.
      const int above = chart_.at(up).parent;
      if (above <= 0 || chart_.at(above).kind != StateKind::kParallel) continue;
      const int own = leaves_[static_cast<size_t>(up)] ? 1 : 0;
      if (leaving_regions_[static_cast<size_t>(above)] > own) return true;
    }
    return false;
  }

  // A region may rest in a state while others go on, as long as the whole parallel can be left;
  // CanLeave covers that, since transitions of the parallel are those of an ancestor.
  void CheckLeaving() {
    FindLeavingRegions();
    for (size_t i = 1; i < chart_.states.size(); ++i) {
      const State& state = chart_.states[i];
      if (state.kind != StateKind::kAtomic || !reached_.Has(state.index)) continue;
      if (CanLeave(state.index)) continue;
      draft_.Error(state.at, "chart.stuck", StrCat("no way leads out of state \"", state.id, "\""),
                   "an end of the process is a <final>");
    }
    if (std::none_of(chart_.states.begin(), chart_.states.end(),
                     [](const State& s) { return s.kind == StateKind::kFinal && s.parent == 0; })) {
      draft_.Error(chart_.at(0).at, "chart.stuck", "the process has no <final> to end in");
    }
  }

  // ---- waits, timers, data ----

  bool HasTimer(int state) const {
    return std::any_of(chart_.timers.begin(), chart_.timers.end(), [&](const Timer& timer) {
      return std::any_of(timer.runs_in.begin(), timer.runs_in.end(), [&](int runs) {
        return runs == state || chart_.IsDescendant(state, runs);
      });
    });
  }

  void CheckOwnersAndDeadlines() {
    for (const State& state : chart_.states) {
      if (state.work == WorkKind::kWait && !HasTimer(state.index) && state.no_deadline.empty()) {
        draft_.Warn(state.at, "chart.deadline", StrCat("\"", state.id, "\" waits without a timer"),
                    "name the state in a timer's runs-in, or say why: aj:no-deadline=\"...\"");
      }
    }
  }

  bool Taken(const Timer& timer, int index) const {
    return std::any_of(
        chart_.transitions.begin(), chart_.transitions.end(), [&](const Transition& transition) {
          return std::any_of(transition.roles.begin(), transition.roles.end(),
                             [&](const Role& role) {
                               return role.kind == Role::Kind::kTimer &&
                                      chart_.FindTimer(role.name) == index;
                             }) &&
                 std::any_of(timer.runs_in.begin(), timer.runs_in.end(), [&](int runs) {
                   const int source = transition.source;
                   return runs == source || chart_.IsDescendant(runs, source) ||
                          chart_.IsDescendant(source, runs);
                 });
        });
  }

  void CheckTimers() {
    for (size_t i = 0; i < chart_.timers.size(); ++i) {
      const Timer& timer = chart_.timers[i];
      const int index = static_cast<int>(i);
      if (!timer.start_on_entry && !draft_.timers_started.contains(index)) {
        draft_.Warn(timer.at, "chart.timer", StrCat("timer \"", timer.id, "\" is never started"),
                    "start=\"enter\", or <aj:start>");
      }
      if (!Taken(timer, index)) {
        draft_.Warn(timer.at, "chart.timer",
                    StrCat("no transition of the states it runs in has aj:role=\"timer:", timer.id,
                           "\": it fires for nothing"));
      }
    }
  }

  void CheckData() {
    for (const auto& [slot, at] : draft_.read_in_guards) {
      if (draft_.written.contains(slot)) continue;
      draft_.Warn(at, "chart.unused",
                  StrCat("\"", chart_.data[static_cast<size_t>(slot)].id,
                         "\" is read here, but nothing in the chart writes it"),
                  "right only where a parent case hands it down");
    }
  }

  Draft& draft_;
  const Chart& chart_;
  bool workflow_;
  StateSet reached_;
  std::vector<int> fresh_;            // reached, and where they lead not yet looked at
  std::vector<int> leaving_regions_;  // by parallel
  std::vector<bool> leaves_;          // by region
};

}  // namespace

void CheckStructure(Draft& draft) {
  Checks(draft).Run();
}

}  // namespace anjuan::chart
