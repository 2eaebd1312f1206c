// Deadlines: states in which a timer fires and nobody takes it, timers nobody stops.
#include <algorithm>

#include "engine/base/text.h"
#include "engine/chart/examiner.h"

namespace anjuan::chart {

namespace {

class TimerChecks {
 public:
  explicit TimerChecks(Examiner& examiner) : x_(examiner), chart_(examiner.chart) {}

  void Run() {
    for (size_t i = 0; i < chart_.timers.size(); ++i) {
      const Timer& timer = chart_.timers[i];
      const std::vector<int> takers = Takers(timer);
      if (!takers.empty()) CheckTaken(timer, takers);  // none at all: the reader's warning
      if (x_.graph.complete()) CheckStopped(static_cast<int>(i), takers);
    }
  }

 private:
  std::vector<int> Takers(const Timer& timer) const {
    std::vector<int> out;
    for (const Transition& transition : chart_.transitions) {
      for (const Role& role : transition.roles) {
        if (role.kind == Role::Kind::kTimer && role.name == timer.id) {
          out.push_back(transition.index);
        }
      }
    }
    return out;
  }

  int CommonAncestor(int a, int b) const {
    while (a != 0 && !chart_.IsDescendant(b, a)) a = chart_.at(a).parent;
    return a;
  }

  bool Together(int a, int b) const {
    return a == b || chart_.IsDescendant(a, b) || chart_.IsDescendant(b, a) ||
           chart_.at(CommonAncestor(a, b)).kind == StateKind::kParallel;
  }

  void CheckTaken(const Timer& timer, const std::vector<int>& takers) {
    std::vector<std::string> idle;
    for (const int state : timer.runs_in) {
      if (std::none_of(takers.begin(), takers.end(),
                       [&](int t) { return Together(state, x_.transition(t).source); })) {
        idle.push_back(StrCat("\"", chart_.at(state).id, "\""));
      }
    }
    if (idle.empty() || idle.size() == timer.runs_in.size()) return;
    x_.Warn(timer.at, "chart.timer",
            StrCat("timer \"", timer.id, "\" fires in ", Join(idle, ", "),
                   " and no transition takes it there"),
            "take the event there, or leave the state out of runs-in: the timer then sleeps");
  }

  static bool Stops(const Block& block, int timer) {
    std::vector<const Action*> actions;
    Flatten(block, actions);
    return std::any_of(actions.begin(), actions.end(), [&](const Action* action) {
      const auto* act = std::get_if<TimerAction>(&action->what);
      return act != nullptr &&
             (act->kind == TimerAction::Kind::kStop || act->kind == TimerAction::Kind::kPause) &&
             std::find(act->timers.begin(), act->timers.end(), timer) != act->timers.end();
    });
  }

  bool StoppedAnywhere(int timer) const {
    const auto stops = [&](const Block& block) { return Stops(block, timer); };
    for (const Transition& transition : chart_.transitions) {
      if (stops(transition.content)) return true;
    }
    return std::any_of(chart_.states.begin(), chart_.states.end(), [&](const State& state) {
      return stops(state.initial_content) ||
             std::any_of(state.on_entry.begin(), state.on_entry.end(), stops) ||
             std::any_of(state.on_exit.begin(), state.on_exit.end(), stops);
    });
  }

  // The case goes on for good outside the timer's states, and it was left without having fired.
  void CheckStopped(int index, const std::vector<int>& takers) {
    const Timer& timer = chart_.timers[static_cast<size_t>(index)];
    if (takers.empty() || StoppedAnywhere(index)) return;
    const auto& nodes = x_.graph.nodes();
    std::vector<bool> runs(nodes.size());
    for (size_t i = 0; i < nodes.size(); ++i) {
      for (const int atom : x_.graph.Atoms(static_cast<int>(i))) {
        runs[i] =
            runs[i] || std::any_of(timer.runs_in.begin(), timer.runs_in.end(), [&](int state) {
              return atom == state || chart_.IsDescendant(atom, state);
            });
      }
    }
    const std::vector<bool> back = x_.graph.LeadTo(runs);  // from which it can run again
    for (const Graph::Edge& edge : x_.graph.edges()) {
      const size_t to = static_cast<size_t>(edge.to);
      if (!runs[static_cast<size_t>(edge.from)] || back[to] || nodes[to].ended ||
          !nodes[to].stable || edge.trigger < 0) {
        continue;
      }
      const std::vector<int>& taken = x_.graph.Taken(edge);
      const bool fired = std::any_of(taken.begin(), taken.end(), [&](int t) {
        return std::find(takers.begin(), takers.end(), t) != takers.end();
      });
      if (fired || taken.empty()) continue;
      x_.Warn(timer.at, "chart.timer",
              StrCat("timer \"", timer.id, "\" is never stopped: its states are left for good by ",
                     "line ", x_.transition(taken.front()).at.line),
              StrCat("<aj:stop timer=\"", timer.id, "\"/> where its period is over"));
      return;
    }
  }

  Examiner& x_;
  const Chart& chart_;
};

}  // namespace

void CheckTimers(Examiner& examiner) {
  TimerChecks(examiner).Run();
}

}  // namespace anjuan::chart
