// Parents and children: what a child sends and nobody takes, what a parent waits for and no child
// sends.
#include <algorithm>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/examiner.h"

namespace anjuan::chart {

namespace {

void CollectBlocks(const Chart& chart, std::vector<const Block*>& out) {
  for (const State& state : chart.states) {
    for (const Block& block : state.on_entry) out.push_back(&block);
    for (const Block& block : state.on_exit) out.push_back(&block);
    out.push_back(&state.initial_content);
  }
  for (const Transition& transition : chart.transitions) out.push_back(&transition.content);
}

struct Sent {
  std::set<std::string> events;  // to the parent
  bool computed = false;         // some name or target is an expression
};

Sent SentBy(const Chart& chart) {
  Sent out;
  std::vector<const Block*> blocks;
  CollectBlocks(chart, blocks);
  for (const Block* block : blocks) {
    std::vector<const Action*> actions;
    Flatten(*block, actions);
    for (const Action* action : actions) {
      const auto* send = std::get_if<Send>(&action->what);
      if (send == nullptr) continue;
      const bool up = send->target == "#_parent";
      if (up && !send->event.empty()) out.events.insert(send->event);
      out.computed = out.computed || send->target_expr.given || (up && send->event_expr.given);
    }
  }
  return out;
}

class ChildChecks {
 public:
  ChildChecks(Examiner& examiner, const std::vector<Subject>& all) : x_(examiner), all_(all) {}

  void Run() {
    for (const SpawnUse& spawn : x_.chart.spawns) {
      const auto child = std::find_if(all_.begin(), all_.end(), [&](const Subject& subject) {
        return subject.chart->name == spawn.process;
      });
      if (child != all_.end()) Check(spawn, *child->chart);
    }
  }

 private:
  bool IsOf(const Role& role, const SpawnUse& spawn) const {
    return role.kind == Role::Kind::kChild && role.name == spawn.id;
  }

  void Check(const SpawnUse& spawn, const Chart& child) {
    const Sent sent = SentBy(child);
    // Of several children of one process each sends what its data make it send: here it is enough
    // that one of them is answered.
    std::set<std::string> taken = TakenFromOthers(spawn);
    for (const Transition& transition : x_.chart.transitions) {
      for (const Role& role : transition.roles) {
        if (!IsOf(role, spawn)) continue;
        taken.insert(transition.events.begin(), transition.events.end());
        if (!sent.computed) CheckSends(transition, role, child, sent);
      }
    }
    if (EndsWith(spawn)) return;
    for (const std::string& event : sent.events) {
      if (std::any_of(taken.begin(), taken.end(), [&](const std::string& descriptor) {
            return MatchesDescriptor(event, descriptor);
          })) {
        continue;
      }
      x_.Warn(spawn.at, "chart.child",
              StrCat("child \"", spawn.id, "\" (", child.name, ") sends \"", event,
                     "\", and no transition with aj:role=\"child:", spawn.id, "\" takes it"),
              "it would become a letter that reaches nobody");
    }
  }

  std::set<std::string> TakenFromOthers(const SpawnUse& spawn) const {
    std::set<std::string> out;
    for (const SpawnUse& other : x_.chart.spawns) {
      if (other.process != spawn.process || other.id == spawn.id) continue;
      for (const Transition& transition : x_.chart.transitions) {
        for (const Role& role : transition.roles) {
          if (IsOf(role, other)) out.insert(transition.events.begin(), transition.events.end());
        }
      }
    }
    return out;
  }

  void CheckSends(const Transition& transition, const Role& role, const Chart& child,
                  const Sent& sent) {
    for (const std::string& descriptor : transition.events) {
      if (descriptor == "*" || descriptor.starts_with("done") || descriptor.starts_with("aj.")) {
        continue;
      }
      if (std::any_of(sent.events.begin(), sent.events.end(), [&](const std::string& event) {
            return MatchesDescriptor(event, descriptor);
          })) {
        continue;
      }
      const std::vector<std::string> known(sent.events.begin(), sent.events.end());
      x_.Warn(
          role.at, "chart.child",
          StrCat("child \"", role.name, "\" (", child.name, ") never sends \"", descriptor, "\""),
          DidYouMean(descriptor, known));
    }
  }

  // A case that ends as it opens the child hands the matter over: nobody is left to answer.
  bool EndsWith(const SpawnUse& spawn) const {
    bool ends = false;
    for (const Transition& transition : x_.chart.transitions) {
      std::vector<const Action*> actions;
      Flatten(transition.content, actions);
      const bool spawns = std::any_of(actions.begin(), actions.end(), [&](const Action* action) {
        const auto* one = std::get_if<Spawn>(&action->what);
        return one != nullptr && one->id == spawn.id;
      });
      if (!spawns) continue;
      ends = std::any_of(transition.targets.begin(), transition.targets.end(), [&](int target) {
        return x_.chart.at(target).kind == StateKind::kFinal && x_.chart.at(target).parent == 0;
      });
      if (!ends) return false;
    }
    return ends || SpawnedAtTheEnd(spawn);
  }

  bool SpawnedAtTheEnd(const SpawnUse& spawn) const {
    for (const State& state : x_.chart.states) {
      for (const Block& block : state.on_entry) {
        std::vector<const Action*> actions;
        Flatten(block, actions);
        for (const Action* action : actions) {
          const auto* one = std::get_if<Spawn>(&action->what);
          if (one == nullptr || one->id != spawn.id) continue;
          return state.kind == StateKind::kFinal && state.parent == 0;
        }
      }
    }
    return false;
  }

  Examiner& x_;
  const std::vector<Subject>& all_;
};

}  // namespace

void CheckChildren(Examiner& examiner, const std::vector<Subject>& all) {
  ChildChecks(examiner, all).Run();
}

}  // namespace anjuan::chart
