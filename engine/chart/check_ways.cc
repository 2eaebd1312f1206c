// What the graph of configurations tells: states nothing reaches, configurations without a way to
// an end, steps without an end, regions that never finish, transitions nothing takes.
#include <algorithm>
#include <deque>

#include "engine/base/text.h"
#include "engine/chart/examiner.h"

namespace anjuan::chart {

namespace {

constexpr size_t kMostDeadEnds = 20;
constexpr size_t kLongestCircle = 6;
constexpr size_t kMostCircleWork = 200'000;

class WayChecks {
 public:
  explicit WayChecks(Examiner& examiner)
      : x_(examiner), graph_(examiner.graph), nodes_(examiner.graph.nodes()) {}

  void Run() {
    CheckBound();
    CheckNames();
    CheckEndless();
    CheckCircles();
    CheckEnds();
    if (!graph_.complete()) return;
    CheckFinished();
    CheckReached();
    CheckTaken();
  }

 private:
  const Graph::Node& node(int index) const { return nodes_[static_cast<size_t>(index)]; }

  void CheckBound() {
    if (graph_.complete()) return;
    x_.Warn(x_.chart.at(0).at, "chart.bound",
            StrCat("only ", nodes_.size(),
                   " situations were looked at; what can only be told of all is not"),
            "fewer parallel regions, or independent parts as child cases");
  }

  // done.state.X of a state there is not.
  void CheckNames() {
    constexpr std::string_view kDone = "done.state.";
    for (const Transition& transition : x_.chart.transitions) {
      for (const std::string& event : transition.events) {
        if (!event.starts_with(kDone)) continue;
        const std::string id = event.substr(kDone.size());
        const bool known =
            std::any_of(x_.chart.states.begin(), x_.chart.states.end(), [&](const State& state) {
              return state.id == id || state.id.starts_with(StrCat(id, "."));
            });
        if (known) continue;
        std::vector<std::string> ids;
        for (const State& state : x_.chart.states) ids.push_back(state.id);
        x_.never.insert(transition.index);
        x_.Error(transition.at, "chart.target", StrCat("no state \"", id, "\""),
                 DidYouMean(id, ids));
      }
    }
  }

  std::string NameOf(int index) const {
    std::vector<std::string> ids;
    for (const int atom : graph_.Atoms(index)) {
      ids.push_back(StrCat("\"", x_.chart.at(atom).id, "\""));
    }
    if (ids.size() > 8) {
      ids.resize(8);
      ids.emplace_back("…");
    }
    return Join(ids, " + ");
  }

  // The events of the way, with their labels: a case can be played by it.
  std::string Way(int index) const {
    std::vector<std::string> steps;
    for (int at = index; node(at).via >= 0;) {
      const Graph::Edge& edge = graph_.edges()[static_cast<size_t>(node(at).via)];
      if (edge.trigger >= 0 && !graph_.triggers()[static_cast<size_t>(edge.trigger)].inside) {
        std::string step = graph_.triggers()[static_cast<size_t>(edge.trigger)].event;
        const std::vector<int>& taken = graph_.Taken(edge);
        const std::string label = taken.empty() ? "" : x_.transition(taken.front()).label;
        if (!label.empty()) step += StrCat(" (", label, ")");
        steps.push_back(std::move(step));
      }
      at = edge.from;
    }
    std::reverse(steps.begin(), steps.end());
    constexpr size_t kMostSteps = 40;
    if (steps.size() > kMostSteps) {
      steps.erase(steps.begin() + 10, steps.end() - static_cast<std::ptrdiff_t>(kMostSteps - 11));
      steps.insert(steps.begin() + 10, "…");
    }
    return steps.empty() ? "-" : Join(steps, " -> ");
  }

  // The transition that led there last, for the place of the finding.
  const Location& Entrance(int index) const {
    for (int at = index; node(at).via >= 0;) {
      const Graph::Edge& edge = graph_.edges()[static_cast<size_t>(node(at).via)];
      if (!graph_.Taken(edge).empty()) return x_.transition(graph_.Taken(edge).front()).at;
      at = edge.from;
    }
    return x_.chart.at(0).at;
  }

  // Without an event from outside, and nothing can stop it.
  void CheckEndless() {
    std::vector<bool> good(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) {
      good[i] = nodes_[i].stable || nodes_[i].ended || !nodes_[i].expanded;
    }
    // Where the graph was cut a way may be missing.
    endless_.assign(nodes_.size(), false);
    if (!graph_.complete()) return;
    good = graph_.LeadTo(std::move(good));
    std::set<std::pair<int, int>> told;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      endless_[i] = !good[i];
      const int via = nodes_[i].via;
      const int from = via < 0 ? -1 : graph_.edges()[static_cast<size_t>(via)].from;
      if (good[i] || (from >= 0 && !good[static_cast<size_t>(from)])) continue;
      const Location& at = x_.chart.at(graph_.Atoms(static_cast<int>(i)).front()).at;
      if (!told.insert({at.line, at.column}).second) continue;
      x_.Error(at, "chart.endless",
               StrCat("from ", NameOf(static_cast<int>(i)),
                      " steps without an event follow each other without end; the way there: ",
                      Way(static_cast<int>(i))),
               "let one of the transitions wait for an event or a condition that changes");
    }
  }

  // Eventless transitions in a circle whose guards hold together and are not changed on the way.
  void CheckCircles() {
    std::vector<std::vector<int>> out(nodes_.size());
    for (size_t e = 0; e < graph_.edges().size(); ++e) {
      const Graph::Edge& edge = graph_.edges()[e];
      if (edge.trigger < 0 && !graph_.Taken(edge).empty()) {
        out[static_cast<size_t>(edge.from)].push_back(static_cast<int>(e));
      }
    }
    size_t work = 0;
    std::set<std::set<int>> told;
    for (size_t start = 0; start < out.size(); ++start) {
      if (out[start].empty() || endless_[start]) continue;
      std::deque<std::vector<int>> ways;
      for (const int e : out[start]) ways.push_back({e});
      while (!ways.empty() && ++work < kMostCircleWork) {
        const std::vector<int> way = std::move(ways.front());
        ways.pop_front();
        const int at = graph_.edges()[static_cast<size_t>(way.back())].to;
        if (at == static_cast<int>(start)) {
          TellCircle(static_cast<int>(start), way, told);
          continue;
        }
        if (way.size() >= kLongestCircle) continue;
        for (const int e : out[static_cast<size_t>(at)]) {
          ways.push_back(way);
          ways.back().push_back(e);
        }
      }
    }
  }

  void TellCircle(int start, const std::vector<int>& way, std::set<std::set<int>>& told) {
    std::vector<const Formula*> formulas;
    std::set<int> transitions;
    std::set<int> reads;
    std::set<int> writes;
    const auto write = [&](const Block& block) { writes.merge(WritesOf(block)); };
    for (const int e : way) {
      const Graph::Edge& edge = graph_.edges()[static_cast<size_t>(e)];
      for (const int t : graph_.Taken(edge)) {
        transitions.insert(t);
        const Transition& transition = x_.transition(t);
        formulas.push_back(&x_.guards.Whole(t));
        const auto read = [&](const Expr& expr) {
          reads.insert(expr.compiled.reads().begin(), expr.compiled.reads().end());
        };
        read(transition.cond);
        for (const Rule& rule : transition.requires_all) read(rule.cond);
        write(transition.content);
      }
      const Graph::Passage passage = graph_.PassageOf(edge);
      for (const int state : passage.exited) {
        for (const Block& block : x_.chart.at(state).on_exit) write(block);
      }
      for (const Graph::Passage::Entered& entered : passage.entered) {
        for (const Block& block : x_.chart.at(entered.state).on_entry) write(block);
        write(x_.chart.at(entered.state).initial_content);
      }
    }
    if (std::any_of(reads.begin(), reads.end(), [&](int slot) { return writes.contains(slot); })) {
      return;
    }
    if (told.contains(transitions)) return;
    const Guards::Answer answer = x_.guards.Find(
        formulas,
        [](const std::vector<Truth>& truths) {
          Truth all = Truth::kTrue;
          for (const Truth truth : truths) {
            if (truth == Truth::kFalse || truth == Truth::kFails) return Truth::kFalse;
            if (truth == Truth::kUnknown) all = Truth::kUnknown;
          }
          return all;
        },
        false);
    if (!answer.certain) return;
    told.insert(transitions);
    x_.Error(x_.transition(*transitions.begin()).at, "chart.endless",
             StrCat("from ", NameOf(start),
                    " steps without an event follow each other without end where ", answer.example),
             "let one of the transitions wait for an event or a condition that changes");
  }

  void CheckEnds() {
    std::vector<bool> good(nodes_.size());
    for (size_t i = 0; i < nodes_.size(); ++i) {
      good[i] = nodes_[i].ended || !nodes_[i].expanded || endless_[i];
    }
    good = graph_.LeadTo(std::move(good));
    if (!graph_.complete() || !x_.chart.workflow) return;
    std::set<std::pair<int, int>> told;
    for (size_t i = 0; i < nodes_.size() && told.size() < kMostDeadEnds; ++i) {
      const int via = nodes_[i].via;
      const int from = via < 0 ? -1 : graph_.edges()[static_cast<size_t>(via)].from;
      if (good[i] || (from >= 0 && !good[static_cast<size_t>(from)])) continue;
      const int index = static_cast<int>(i);
      const std::vector<int> atoms = graph_.Atoms(index);
      if (std::any_of(atoms.begin(), atoms.end(),
                      [&](int atom) { return x_.Told(x_.chart.at(atom).at, "chart.stuck"); })) {
        continue;
      }
      if (x_.Told(x_.chart.at(0).at, "chart.stuck")) continue;
      const Location& at = Entrance(index);
      if (!told.insert({at.line, at.column}).second) continue;
      x_.Error(at, "chart.dead_end",
               StrCat("from ", NameOf(index),
                      " no end of the process can be reached; the way there: ", Way(index)),
               "an end is a <final> that is a child of <scxml>");
    }
  }

  void CheckFinished() {
    constexpr std::string_view kDone = "done.state.";
    for (const Transition& transition : x_.chart.transitions) {
      if (!graph_.entered()[static_cast<size_t>(transition.source)]) continue;
      for (const std::string& event : transition.events) {
        if (!event.starts_with(kDone)) continue;
        const int state = x_.chart.FindState(event.substr(kDone.size()));
        if (state <= 0 || graph_.finished()[static_cast<size_t>(state)]) continue;
        x_.never.insert(transition.index);
        x_.Warn(transition.at, "chart.done", StrCat("\"", event, "\" never comes: ", WhyNot(state)),
                "every region ends in a <final> of its own");
      }
    }
  }

  std::string WhyNot(int index) const {
    const State& state = x_.chart.at(index);
    const auto ends = [&](int region) {
      const State& r = x_.chart.at(region);
      if (r.kind == StateKind::kParallel) return graph_.finished()[static_cast<size_t>(region)];
      return std::any_of(r.children.begin(), r.children.end(), [&](int child) {
        return x_.chart.at(child).kind == StateKind::kFinal &&
               graph_.entered()[static_cast<size_t>(child)];
      });
    };
    if (state.kind == StateKind::kParallel) {
      for (const int region : state.children) {
        if (!ends(region)) {
          return StrCat("region \"", x_.chart.at(region).id, "\" reaches no <final>");
        }
      }
      return StrCat("the regions of \"", state.id, "\" are never all in a <final> at once");
    }
    return StrCat("\"", state.id, "\" reaches no <final>");
  }

  void CheckReached() {
    for (const State& state : x_.chart.states) {
      if (state.index == 0 || state.kind == StateKind::kHistory) continue;
      if (graph_.entered()[static_cast<size_t>(state.index)]) continue;
      if (state.parent > 0 && !graph_.entered()[static_cast<size_t>(state.parent)]) continue;
      if (x_.Told(state.at, "chart.unreachable")) continue;
      x_.Warn(state.at, "chart.unreachable",
              StrCat("no order of events leads to state \"", state.id, "\""),
              "the transitions to it are never taken");
    }
  }

  void CheckTaken() {
    for (const Transition& transition : x_.chart.transitions) {
      const size_t t = static_cast<size_t>(transition.index);
      if (graph_.taken()[t] || x_.never.contains(transition.index)) continue;
      if (!graph_.entered()[static_cast<size_t>(transition.source)]) continue;
      const std::string name = transition.events.empty()
                                   ? "without an event"
                                   : StrCat("\"", Join(transition.events, " "), "\"");
      x_.never.insert(transition.index);
      if (const Transition* other = Before(transition)) {
        x_.Warn(transition.at, "chart.never",
                StrCat("transition ", name, " of \"", x_.chart.at(transition.source).id,
                       "\" is never taken: that of line ", other->at.line, " always comes first"),
                "write the special case first, or delete it");
      } else {
        x_.Warn(transition.at, "chart.never",
                StrCat("transition ", name, " of \"", x_.chart.at(transition.source).id,
                       "\" is never taken: where its event comes others take it, or it never comes "
                       "here"),
                "is the state the right one, does its timer run here, is the event raised here?");
      }
    }
  }

  // One without a condition that takes the same event: of the same state before it, or of all
  // states inside.
  const Transition* Before(const Transition& transition) const {
    for (const State& state : x_.chart.states) {
      if (state.index != transition.source &&
          !x_.chart.IsDescendant(state.index, transition.source)) {
        continue;
      }
      for (const int index : state.transitions) {
        const Transition& other = x_.transition(index);
        if (other.index == transition.index || other.cond.given || !other.requires_all.empty() ||
            (state.index == transition.source && other.index > transition.index)) {
          continue;
        }
        if (other.events == transition.events) return &other;
      }
    }
    return nullptr;
  }

  Examiner& x_;
  Graph& graph_;
  const std::vector<Graph::Node>& nodes_;
  std::vector<bool> endless_;
};

}  // namespace

void CheckWays(Examiner& examiner) {
  WayChecks(examiner).Run();
}

}  // namespace anjuan::chart
