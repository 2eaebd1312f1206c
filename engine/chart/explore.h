// What a chart can do, as a graph: every configuration (with its histories and events under way)
// that any order of events leads to, where every guard may hold or not, and who goes where.
//
// Appendix D's step without data. A guard that asks for states alone is judged; any other may go
// either way, but the same one goes one way within a microstep. Events from outside may always
// come: of a person, of a timer while it runs, of a child; what the chart raises and done.state
// come where they are raised. So the graph holds every way a case can go, and some it cannot.
//
// Limits: ExploreLimits; a graph that was cut says so and what lies behind the cut is unknown.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/chart/guard.h"

namespace anjuan::chart {

struct ExploreLimits {
  size_t nodes = 200'000;
  size_t edges = 2'000'000;
  size_t cells = 16'000'000;        // of stored configurations, four bytes each
  std::uint64_t work = 40'000'000;  // elementary steps: well under a second
};

class Graph {
 public:
  struct Node {
    size_t offset = 0;  // of its configuration in the store
    int via = -1;       // the edge it was first reached by; -1: the start
    int next = -1;      // another node of the same hash
    bool expanded = false;
    bool ended = false;   // a final of the process is active
    bool stable = false;  // waits for an event from outside
  };
  struct Edge {
    int from = 0;
    int to = 0;
    int trigger = -1;  // -1: no event
    int taken = 0;     // index into sets: the transitions
  };
  struct Trigger {
    std::string event;
    std::string role;     // "": from inside, or of the platform
    bool inside = false;  // raised by the chart itself
    std::vector<int> descriptors;
    int role_id = -1;
  };
  // A microstep, in the order in which its content runs.
  struct Passage {
    std::vector<int> exited;
    std::vector<int> transitions;
    struct Entered {
      int state = 0;
      bool by_default = false;
      int history = -1;  // whose default content runs
    };
    std::vector<Entered> entered;
  };

  Graph(const Chart& chart, const Guards& guards, const ExploreLimits& limits);

  bool complete() const { return complete_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const std::vector<Edge>& edges() const { return edges_; }
  const std::vector<Trigger>& triggers() const { return triggers_; }
  const std::vector<int>& Taken(const Edge& edge) const {
    return sets_[static_cast<size_t>(edge.taken)];
  }
  std::vector<int> Atoms(int node) const;   // active atomic and final states, ascending
  std::vector<int> Active(int node) const;  // all active states
  Passage PassageOf(const Edge& edge);
  Passage FirstPassage();
  // The nodes from which one of these can be reached, these among them.
  std::vector<bool> LeadTo(std::vector<bool> nodes) const;

  const std::vector<bool>& entered() const { return entered_; }    // by state
  const std::vector<bool>& taken() const { return taken_; }        // by transition
  const std::vector<bool>& finished() const { return finished_; }  // done.state came

 private:
  struct Config {
    std::vector<int> atoms;
    std::vector<int> queue;  // event triggers under way, first to last
    std::vector<std::vector<int>> history;
    std::vector<bool> recorded;
  };
  struct Raised {
    int trigger = 0;
    bool certain = true;
  };
  struct Entry {
    std::set<int> to_enter, by_default;
    std::map<int, int> history_content;  // parent -> history whose default is taken
  };

  void Prepare();
  void PrepareRoles();
  void PrepareTriggers();
  void PrepareRaises();
  bool MayComeFromOutside(const Transition& transition, const std::string& event) const;
  int Descriptor(const std::string& text);
  std::vector<int> DescriptorsFor(const std::string& event) const;
  int InsideTrigger(const std::string& event);
  void CollectRaises(const Block& block, bool certain, std::vector<Raised>& out);

  Config Decode(int node) const;
  int Intern(const Config& config, int via);
  void SetActive(const Config& config);
  void ClearActive();

  void Expand(int node);
  void External(int node, const Config& config);
  bool Matches(const Trigger& trigger, int transition) const;
  Truth Verdict(int transition) const;
  // Every set of transitions that may be taken together; the empty one among them.
  void Select(const Trigger* trigger, std::vector<std::vector<int>>& options);
  bool SelectWith(const Trigger* trigger, const std::vector<std::pair<int, bool>>& decided,
                  std::vector<int>& chosen, int& open) const;
  std::vector<int> WithoutConflicts(const std::vector<int>& enabled) const;
  void Step(int node, const Config& config, int trigger, const std::vector<int>& transitions);
  void Enter(Config config, const std::vector<Raised>& raised, int node, int trigger, int taken);

  std::vector<int> EffectiveTargets(const Config& config, const std::vector<int>& targets) const;
  int Domain(const Config& config, const Transition& transition) const;
  struct Task {
    enum class What { kDescend, kClimb, kRegion };
    What what = What::kDescend;
    int state = 0;
    int ancestor = 0;  // of kClimb
  };
  void Walk(const Config& config, std::vector<Task> tasks, Entry& entry) const;
  Passage Microstep(Config& config, const std::vector<int>& transitions,
                    std::vector<Raised>& raised);
  Passage Begin(Config& config, std::vector<Raised>& raised);
  void EnterStates(Config& config, const Entry& entry, Passage& passage,
                   std::vector<Raised>& raised);
  bool IsFinished(int state) const;
  int SetOf(const std::vector<int>& transitions);
  bool Spend(std::uint64_t work);

  const Chart& chart_;
  const Guards& guards_;
  ExploreLimits limits_;
  bool complete_ = true;
  mutable std::uint64_t work_ = 0;

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<int> store_;
  std::unordered_map<std::uint64_t, int> by_hash_;
  std::vector<std::vector<int>> sets_;
  std::map<std::vector<int>, int> set_index_;

  std::vector<int> histories_;         // states
  std::vector<int> history_position_;  // by state
  std::vector<Trigger> triggers_;
  std::map<std::pair<std::string, std::string>, int> trigger_index_;
  std::map<std::string, int> descriptor_index_;
  std::vector<std::vector<int>> descriptors_of_;  // by transition
  std::vector<std::vector<int>> roles_of_;        // by transition
  std::vector<std::vector<int>> triggers_of_;     // by transition: what may fire it from outside
  std::vector<int> timer_of_role_;                // by role id: timer, or -1
  std::set<std::string> sent_;                    // events the case sends itself from outside
  bool sends_any_ = false;                        // or computes their names
  enum class Kind { kAlways, kNever, kByState, kOpen };
  std::vector<Kind> guard_kind_;  // by transition
  std::vector<std::vector<Raised>> raises_on_entry_, raises_on_default_, raises_on_exit_;
  std::vector<std::vector<Raised>> raises_of_;
  std::vector<int> done_trigger_;  // by state; -1: nobody listens

  std::vector<bool> active_;
  std::vector<int> active_list_;  // ascending where needed
  std::vector<bool> entered_, taken_, finished_;
};

}  // namespace anjuan::chart
