// Data read where on every way nothing has written them: a flow over the graph of configurations.
// What may have a value is what some way wrote; a datum outside that has none, on any way.
#include <algorithm>
#include <map>

#include "engine/base/text.h"
#include "engine/chart/examiner.h"

namespace anjuan::chart {

namespace {

constexpr size_t kMostCells = 20'000'000;  // nodes times data

class Flow {
 public:
  Flow(Examiner& examiner, const std::set<int>& given)
      : x_(examiner), chart_(examiner.chart), given_(given) {
    for (const State& state : chart_.states) {
      has_history_ = has_history_ || state.kind == StateKind::kHistory;
    }
  }

  void Run() {
    const auto& nodes = x_.graph.nodes();
    if (!x_.graph.complete() || nodes.empty() || nodes.size() * chart_.data.size() > kMostCells ||
        given_.size() == chart_.data.size()) {
      return;
    }
    has_.assign(nodes.size(), std::vector<bool>(chart_.data.size()));
    std::vector<bool> start(chart_.data.size());
    for (const int slot : given_) start[static_cast<size_t>(slot)] = true;
    passages_.reserve(x_.graph.edges().size());
    for (const Graph::Edge& edge : x_.graph.edges()) passages_.push_back(PassageId(edge));
    Spread(start);
    reading_ = true;
    Go(x_.graph.FirstPassage(), start);
    // Every read happens with all that may be there by then; what fails each time is told.
    for (size_t e = 0; e < x_.graph.edges().size(); ++e) {
      const Graph::Edge& edge = x_.graph.edges()[e];
      std::vector<bool> has = has_[static_cast<size_t>(edge.from)];
      for (const int t : x_.graph.Taken(edge)) ReadGuard(x_.transition(t), has);
      Go(known_[static_cast<size_t>(passages_[e])], has);
    }
    CheckRequired();
    Tell();
  }

 private:
  // Configurations differ by history and events under way; their passages mostly do not.
  int PassageId(const Graph::Edge& edge) {
    const auto key = std::pair(x_.graph.Atoms(edge.from), edge.taken);
    if (!x_.graph.Taken(edge).empty() && !has_history_) {
      const auto it = passage_index_.find(key);
      if (it != passage_index_.end()) return it->second;
    }
    const int id = static_cast<int>(known_.size());
    known_.push_back(x_.graph.Taken(edge).empty() ? Graph::Passage() : x_.graph.PassageOf(edge));
    passage_index_[key] = id;
    return id;
  }

  void Spread(const std::vector<bool>& start) {
    std::vector<std::vector<int>> out(has_.size());
    for (size_t e = 0; e < x_.graph.edges().size(); ++e) {
      out[static_cast<size_t>(x_.graph.edges()[e].from)].push_back(static_cast<int>(e));
    }
    std::vector<bool> first = start;
    Go(x_.graph.FirstPassage(), first);
    has_[0] = first;
    std::vector<int> open = {0};
    std::vector<bool> seen(has_.size());
    seen[0] = true;
    // Doubtful raises make several first nodes, all without an edge leading to them.
    for (size_t i = 1; i < has_.size(); ++i) {
      if (x_.graph.nodes()[i].via >= 0) continue;
      has_[i] = first;
      seen[i] = true;
      open.push_back(static_cast<int>(i));
    }
    while (!open.empty()) {
      const size_t node = static_cast<size_t>(open.back());
      open.pop_back();
      for (const int e : out[node]) {
        std::vector<bool> has = has_[node];
        Go(known_[static_cast<size_t>(passages_[static_cast<size_t>(e)])], has);
        const size_t to = static_cast<size_t>(x_.graph.edges()[static_cast<size_t>(e)].to);
        bool more = !seen[to];
        seen[to] = true;
        for (size_t i = 0; i < has.size(); ++i) {
          if (!has[i] || has_[to][i]) continue;
          has_[to][i] = true;
          more = true;
        }
        if (more) open.push_back(static_cast<int>(to));
      }
    }
  }

  void Go(const Graph::Passage& passage, std::vector<bool>& has) {
    for (const int state : passage.exited) {
      for (const Block& block : chart_.at(state).on_exit) Run(block, has);
    }
    for (const int t : passage.transitions) Run(x_.transition(t).content, has);
    for (const Graph::Passage::Entered& entered : passage.entered) {
      const State& state = chart_.at(entered.state);
      for (const Block& block : state.on_entry) Run(block, has);
      if (entered.by_default) Run(state.initial_content, has);
      if (entered.history >= 0) Run(chart_.at(entered.history).initial_content, has);
    }
  }

  // Branches are all gone through, one after the other: what any of them writes may be there.
  void Run(const Block& block, std::vector<bool>& has) {
    for (const Action& action : block) {
      if (const auto* choice = std::get_if<If>(&action.what)) {
        std::vector<bool> after = has;
        for (const Branch& branch : choice->branches) {
          Read(branch.cond, has);
          std::vector<bool> inside = has;
          Run(branch.body, inside);
          for (size_t i = 0; i < after.size(); ++i) after[i] = after[i] || inside[i];
        }
        has = std::move(after);
        continue;
      }
      if (reading_) ReadAction(action, has);
      if (const auto* loop = std::get_if<Foreach>(&action.what)) {
        Write(WritesOf({action}), has);
        Run(loop->body, has);
        continue;
      }
      Write(WritesOf({action}), has);
    }
  }

  static void Write(const std::set<int>& slots, std::vector<bool>& has) {
    for (const int slot : slots) has[static_cast<size_t>(slot)] = true;
  }

  void ReadGuard(const Transition& transition, const std::vector<bool>& has) {
    Read(transition.cond, has);
    for (const Rule& rule : transition.requires_all) Read(rule.cond, has);
  }

  void ReadAction(const Action& action, const std::vector<bool>& has) {
    if (const auto* assign = std::get_if<Assign>(&action.what)) {
      Read(assign->expr, has);
    } else if (const auto* number = std::get_if<Number>(&action.what)) {
      Read(number->office, has);
      Read(number->year, has);
    } else if (const auto* fact = std::get_if<Fact>(&action.what)) {
      Read(fact->organisation, has);
      Read(fact->quantity, has);
      Read(fact->date, has);
    } else if (const auto* timing = std::get_if<TimerAction>(&action.what)) {
      Read(timing->due, has);
    } else if (const auto* issue = std::get_if<Issue>(&action.what)) {
      ReadTemplate(issue->code, action.at, has);
      for (const Param& param : issue->params) Read(param.expr, has);
    }
  }

  void ReadTemplate(const std::string& code, const Location& at, const std::vector<bool>& has) {
    const auto it = x_.subject.templates.find(code);
    if (it == x_.subject.templates.end()) return;
    for (const std::string& name : it->second) {
      const int slot = chart_.FindData(name);
      if (slot >= 0) Note(slot, at, has, code);
    }
  }

  void Read(const Expr& expr, const std::vector<bool>& has) {
    if (!reading_ || !expr.given || !expr.mistakes.empty()) return;
    const auto [it, fresh] = needs_.try_emplace(&expr);
    if (fresh) {
      for (const std::string& name : NeedsValue(expr.text())) {
        const int slot = chart_.FindData(name);
        if (slot >= 0) it->second.push_back(slot);
      }
    }
    for (const int slot : it->second) Note(slot, expr.at, has, "");
  }

  struct Reading {
    Location at;
    std::string code;
    bool ever = false;  // could it be there, once?
  };
  void Note(int slot, const Location& at, const std::vector<bool>& has, const std::string& code) {
    // Never written at all: chart.unused and definition.field tell that.
    if (!chart_.data[static_cast<size_t>(slot)].written) return;
    Reading& reading = readings_[{at.line, at.column, slot}];
    reading.at = at;
    reading.code = code;
    reading.ever = reading.ever || has[static_cast<size_t>(slot)];
  }

  void CheckRequired() {
    for (const DataField& field : chart_.data) {
      for (const int state : field.required_in) {
        bool entered = false;
        bool ever = false;
        for (size_t i = 0; i < has_.size() && !ever; ++i) {
          if (!x_.graph.nodes()[i].stable && !x_.graph.nodes()[i].ended) continue;
          const std::vector<int> atoms = x_.graph.Atoms(static_cast<int>(i));
          const bool active = std::any_of(atoms.begin(), atoms.end(), [&](int atom) {
            return atom == state || chart_.IsDescendant(atom, state);
          });
          entered = entered || active;
          ever = active && has_[i][static_cast<size_t>(field.slot)];
        }
        if (!entered || ever) continue;
        x_.Error(field.at, "chart.unset",
                 StrCat("\"", field.id, "\" is required in \"", chart_.at(state).id,
                        "\", but nothing has written it when the case gets there"),
                 "write it before, or take it from a form");
      }
    }
  }

  void Tell() {
    for (const auto& [key, reading] : readings_) {
      if (reading.ever) continue;
      const std::string& id = chart_.data[static_cast<size_t>(std::get<2>(key))].id;
      if (reading.code.empty()) {
        x_.Error(reading.at, "chart.unset",
                 StrCat("\"", id, "\" is read here, but nothing has written it by then"),
                 "write it before, take it from a form, or test for null");
      } else {
        x_.Error(reading.at, "chart.unset",
                 StrCat("template ", reading.code, " needs \"", id,
                        "\", but nothing has written it by then"),
                 "write it before, or take it from a form");
      }
    }
  }

  Examiner& x_;
  const Chart& chart_;
  const std::set<int>& given_;
  bool has_history_ = false;
  bool reading_ = false;
  std::vector<std::vector<bool>> has_;  // by node: which data may have a value
  std::vector<int> passages_;           // by edge: index into known_
  std::vector<Graph::Passage> known_;
  std::map<std::pair<std::vector<int>, int>, int> passage_index_;
  std::map<const Expr*, std::vector<int>> needs_;
  std::map<std::tuple<int, int, int>, Reading> readings_;
};

}  // namespace

void CheckFlow(Examiner& examiner, const std::set<int>& given) {
  Flow(examiner, given).Run();
}

}  // namespace anjuan::chart
