// Appendix D of SCXML 1.0 written down once more: slowly, with sets of states and nothing
// precomputed, in the order and with the names of the standard's pseudocode. What the engine's step
// must agree with (appendix_d_test.cc).
//
// Source:  W3C SCXML 1.0, appendix D. Of executable content it knows <log> and <raise>, of
//          conditions In("x") and not(In("x")); there are no data, invokes and delayed events.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/chart/chart.h"

namespace anjuan::chart {

class AppendixD {
 public:
  using States = std::set<int>;  // by number, which is document order

  explicit AppendixD(const Chart& chart) : chart_(chart) {}

  void Interpret();                        // up to the first external event
  void Dispatch(const std::string& name);  // an external event, and the macrostep after it

  const States& configuration() const { return configuration_; }
  bool running() const { return running_; }
  // Rounds without an end in sight: given up, and of no meaning from then on.
  bool endless() const { return endless_; }
  std::vector<std::string> TakeTrace();  // labels of <log>, in the order of running

 private:
  using Transitions = std::vector<const Transition*>;  // an ordered set
  struct Entry {
    States to_enter, for_default_entry;
    std::map<int, const Block*> default_history_content;
  };

  void Macrostep();
  Transitions SelectTransitions(const std::string* event);  // null: eventless
  Transitions RemoveConflictingTransitions(const Transitions& enabled);
  void Microstep(const Transitions& enabled);
  void ExitStates(const Transitions& enabled);
  States ComputeExitSet(const Transitions& transitions);
  void EnterStates(const Transitions& enabled);
  void Enter(const Entry& entry);
  void ComputeEntrySet(const Transitions& transitions, Entry& entry);
  void AddDescendantStatesToEnter(int state, Entry& entry);
  void AddAncestorStatesToEnter(int state, int ancestor, Entry& entry);
  void AddRegions(int parallel, Entry& entry);
  bool IsInFinalState(int state);
  int GetTransitionDomain(const Transition& t);  // -1: null
  int FindLCCA(const std::vector<int>& states);
  States GetEffectiveTargetStates(const std::vector<int>& targets);
  std::vector<int> GetProperAncestors(int state, int above);
  void ExitInterpreter();
  bool IsDescendant(int state, int ancestor) const;
  bool IsAtomicState(int state) const;
  bool NameMatch(const Transition& t, const std::string& event) const;
  bool ConditionMatch(const Transition& t) const;
  void ExecuteContent(const Block& block);

  const Chart& chart_;
  States configuration_;
  std::map<int, States> history_value_;
  std::deque<std::string> internal_queue_;
  std::vector<std::string> trace_;
  bool running_ = true;
  bool endless_ = false;
};

}  // namespace anjuan::chart
