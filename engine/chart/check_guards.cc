// Guards that hold together, that leave a case out, that never hold.
#include <algorithm>
#include <map>

#include "engine/base/text.h"
#include "engine/chart/examiner.h"

namespace anjuan::chart {

namespace {

std::string EventName(const std::string& event) {
  return event.empty() ? "without an event" : StrCat("\"", event, "\"");
}

// Transitions of one state that one event of one role may take, in document order.
using Group = std::vector<int>;

std::map<std::pair<std::string, std::string>, Group> GroupsOf(const Examiner& x,
                                                              const State& state) {
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const int index : state.transitions) {
    const Transition& transition = x.transition(index);
    std::vector<std::string> roles;
    for (const Role& role : transition.roles) roles.push_back(ToString(role));
    if (roles.empty()) roles.emplace_back();
    std::vector<std::string> events = transition.events;
    if (events.empty()) events.emplace_back();
    for (const std::string& event : events) {
      for (const std::string& role : roles) groups[{event, role}].push_back(index);
    }
  }
  return groups;
}

class GuardChecks {
 public:
  explicit GuardChecks(Examiner& examiner) : x_(examiner) {}

  void Run() {
    for (const Transition& transition : x_.chart.transitions) CheckHolds(transition);
    for (const State& state : x_.chart.states) {
      if (state.transitions.empty()) continue;
      const auto groups = GroupsOf(x_, state);
      for (const auto& [key, group] : groups) CheckOrder(key.first, group);
      for (const auto& [key, group] : groups) CheckGap(state, key.first, key.second, group);
      CheckChoice(state);
    }
  }

 private:
  static Truth Both(Truth a, Truth b) {
    if (a == Truth::kTrue && b == Truth::kTrue) return Truth::kTrue;
    const auto no = [](Truth t) { return t == Truth::kFalse || t == Truth::kFails; };
    return no(a) || no(b) ? Truth::kFalse : Truth::kUnknown;
  }
  static Truth NotHeld(Truth truth) {
    if (truth == Truth::kUnknown) return truth;
    return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
  }
  bool Decides(const Transition& transition) const {
    return transition.cond.given || !transition.requires_all.empty();
  }
  const Location& PlaceOf(const Transition& transition) const {
    return transition.cond.given ? transition.cond.at : transition.at;
  }

  void CheckHolds(const Transition& transition) {
    if (!Decides(transition)) return;
    const Guards::Answer answer = x_.guards.Find(
        {&x_.guards.Whole(transition.index)},
        [](const std::vector<Truth>& truths) { return truths[0]; }, true);
    if (answer.possible) return;
    x_.never.insert(transition.index);
    x_.Warn(PlaceOf(transition), "chart.never", "this guard holds in no case",
            "its conditions exclude each other");
  }

  // Pairs of a group: hold together, or the later one never gets its turn.
  void CheckOrder(const std::string& event, const Group& group) {
    if (group.size() < 2 || group.size() > kMostCompared) return;
    for (size_t later = 1; later < group.size(); ++later) {
      const Transition& second = x_.transition(group[later]);
      if (x_.never.contains(second.index)) continue;
      if (NeverComes(group, later)) {
        TellNever(second, event);
        continue;
      }
      if (!second.cond.given) continue;  // the rest, written last
      for (size_t earlier = 0; earlier < later; ++earlier) {
        const Transition& first = x_.transition(group[earlier]);
        if (!first.cond.given || !told_.emplace(first.index, second.index).second) continue;
        const Guards::Answer answer = x_.guards.Find(
            {&x_.guards.Whole(first.index), &x_.guards.Whole(second.index)},
            [](const std::vector<Truth>& t) { return Both(t[0], t[1]); }, true);
        if (!answer.certain) continue;
        x_.Warn(second.cond.at, "chart.overlap",
                StrCat("transitions ", EventName(event), " of \"", x_.chart.at(second.source).id,
                       "\" overlap: where ", answer.example, ", this guard and that of line ",
                       first.at.line, " both hold"),
                "the one written first is taken; let the guards exclude each other");
        break;
      }
    }
  }

  bool NeverComes(const Group& group, size_t later) const {
    std::vector<const Formula*> formulas;
    for (size_t i = 0; i < later; ++i) formulas.push_back(&x_.guards.Whole(group[i]));
    formulas.push_back(&x_.guards.Whole(group[later]));
    return !x_.guards
                .Find(
                    formulas,
                    [](const std::vector<Truth>& truths) {
                      Truth all = truths.back();
                      for (size_t i = 0; i + 1 < truths.size(); ++i) {
                        all = Both(all, NotHeld(truths[i]));
                      }
                      return all;
                    },
                    true)
                .possible;
  }

  // Only where it comes for nobody: other roles and events may still take it.
  void TellNever(const Transition& transition, const std::string& event) {
    size_t& blocked = blocked_[transition.index];
    const size_t ways = std::max<size_t>(transition.events.size(), 1) *
                        std::max<size_t>(transition.roles.size(), 1);
    if (++blocked < ways || !x_.never.insert(transition.index).second) return;
    x_.Warn(PlaceOf(transition), "chart.never",
            StrCat("transition ", EventName(event), " of \"", x_.chart.at(transition.source).id,
                   "\" is never taken: those written before it take every case"),
            "write the special case first, or delete it");
  }

  // Several guards choose for one event and forget a case.
  void CheckGap(const State& state, const std::string& event, const std::string& role,
                const Group& group) {
    if (event.empty() || group.size() < 2 || group.size() > kMostCompared) return;
    std::vector<const Formula*> formulas;
    for (const int index : group) {
      if (!x_.transition(index).cond.given) return;
      formulas.push_back(&x_.guards.Cond(index));
    }
    if (TakenAbove(state, event, role)) return;
    const Guards::Answer answer = Nobody(formulas);
    if (!answer.certain || !gaps_.emplace(group.front(), group.back()).second) return;
    x_.Warn(x_.transition(group.front()).cond.at, "chart.gap",
            StrCat("no transition ", EventName(event), " of \"", state.id, "\" is taken where ",
                   answer.example),
            "let one of the guards take this case, or add a transition without cond behind them");
  }

  bool TakenAbove(const State& state, const std::string& event, const std::string& role) const {
    for (int up = state.parent; up > 0; up = x_.chart.at(up).parent) {
      for (const int index : x_.chart.at(up).transitions) {
        const Transition& transition = x_.transition(index);
        const bool names = std::any_of(transition.events.begin(), transition.events.end(),
                                       [&](const std::string& descriptor) {
                                         return descriptor == "*" || event == descriptor ||
                                                event.starts_with(StrCat(descriptor, "."));
                                       });
        const bool fits =
            role.empty() || std::any_of(transition.roles.begin(), transition.roles.end(),
                                        [&](const Role& r) { return ToString(r) == role; });
        if (names && fits) return true;
      }
    }
    return false;
  }

  Guards::Answer Nobody(const std::vector<const Formula*>& formulas) const {
    return x_.guards.Find(
        formulas,
        [](const std::vector<Truth>& truths) {
          Truth all = Truth::kTrue;
          for (const Truth truth : truths) all = Both(all, NotHeld(truth));
          return all;
        },
        false);
  }

  // A state that is only left without an event: where no guard holds the case stays for ever.
  void CheckChoice(const State& state) {
    if (state.kind != StateKind::kAtomic || state.transitions.size() > kMostCompared) return;
    for (int up = state.parent; up > 0; up = x_.chart.at(up).parent) {
      if (!x_.chart.at(up).transitions.empty() || x_.chart.at(up).kind == StateKind::kParallel) {
        return;
      }
    }
    std::vector<const Formula*> formulas;
    for (const int index : state.transitions) {
      if (!x_.transition(index).events.empty()) return;
      formulas.push_back(&x_.guards.Whole(index));
    }
    const Guards::Answer answer = Nobody(formulas);
    if (!answer.certain) return;
    x_.Warn(x_.transition(state.transitions.front()).cond.at, "chart.gap",
            StrCat("nothing leads on from \"", state.id, "\" where ", answer.example),
            "let one of the guards take this case, or add a transition without cond behind them");
  }

  static constexpr size_t kMostCompared = 30;

  Examiner& x_;
  std::set<std::pair<int, int>> told_, gaps_;
  std::map<int, size_t> blocked_;
};

}  // namespace

void CheckGuards(Examiner& examiner) {
  GuardChecks(examiner).Run();
}

}  // namespace anjuan::chart
