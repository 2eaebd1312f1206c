// The interpreter of one step, private to the module: appendix D's state (configuration, queues,
// history) around a CaseState, and the actions of the workflow extension.
//
// Files: step.cc is appendix D's loop and selection, entry.cc its exit and entry sets, content.cc
// executable content, invoke.cc child sessions, effects.cc the extension's actions, timers.cc
// deadlines, select.cc questions that run nothing.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/chart/host.h"
#include "engine/chart/state_set.h"
#include "engine/chart/step.h"

namespace anjuan::chart {

// An event on its way through the machine.
struct Queued {
  std::string name;
  std::string type;  // "platform", "internal", "external"
  std::string sendid, origin, origintype;
  Value data;
  std::optional<Event::Kind> from;  // from outside: roles are asked for; nullopt: from inside
  Diagnostics diagnostics;          // of an error.*
  std::string invokeid = {};
};

class Machine {
 public:
  Machine(const Chart& chart, CaseState state, const Env& env);

  // ---- entry points; Finish ends every one of them ----
  void Begin(const Context& initial);
  void Feed(const Event& event);
  void Stop();
  void FeedWarning(const std::string& timer);
  StepResult Finish();

  Selection Select(const Event& event);
  Context Parties();
  Result<Value> Evaluate(const Expr& expr);

 private:
  // ---- appendix D: loop and selection (step.cc) ----
  void MainEventLoop();
  std::vector<int> SelectEventlessTransitions();
  std::vector<int> SelectTransitions(const Queued& event);
  std::vector<int> SelectFrom(const std::vector<int>& candidates, const Queued* event);
  std::vector<int> RemoveConflictingTransitions(const std::vector<int>& enabled);
  void Microstep(const std::vector<int>& enabled);
  void ExecuteTransitionContent(const std::vector<int>& enabled);
  void HandleUnmatched(const Queued& event);
  bool ConditionMatch(const Transition& transition);
  std::vector<int> Candidates(std::string_view event) const;
  bool MayFire(const Transition& transition, const Queued& event);
  bool HasRole(const Role& role, const Queued& event);

  enum class Guard { kHolds, kFails, kError };
  // `failed`: rules that do not hold, as "label (source)"; `cond_failed`: the cond attribute
  // itself.
  struct GuardReport {
    bool cond_failed = false;
    std::vector<std::string> failed;
    Diagnostics errors;
  };
  std::string Tell(const Rule& rule);  // "label (source)"
  Guard EvaluateGuard(const Transition& transition, GuardReport& report);
  std::optional<bool> EvaluateCondition(const Expr& expr, Diagnostics& errors);

  // ---- appendix D: exit and entry (entry.cc) ----
  struct Entry {
    explicit Entry(size_t states) : to_enter(states), by_default(states) {}
    StateSet to_enter;
    StateSet by_default;
    std::map<int, int> history_content;  // parent -> history whose default is taken
  };
  void ExitStates(const std::vector<int>& enabled);
  void EnterStates(const std::vector<int>& enabled);
  void EnterInitial();
  void EnterAll(Entry& entry);
  void EnterState(int state, const Entry& entry);
  void EnterFinal(int state);
  StateSet ComputeExitSet(const std::vector<int>& transitions);
  void ComputeEntrySet(const std::vector<int>& transitions, Entry& entry);
  void AddDescendantStatesToEnter(int state, Entry& entry);
  void AddAncestorStatesToEnter(int state, int ancestor, Entry& entry);
  void AddChildrenOfParallel(int state, Entry& entry);
  std::vector<int> GetEffectiveTargetStates(const std::vector<int>& targets);
  int GetTransitionDomain(const Transition& transition);  // -1: targetless
  int FindLCCA(int head, const std::vector<int>& tail);
  bool IsInFinalState(int state);
  void ExitInterpreter();
  void RunExit(int state);
  void RecordHistory(int state);
  Value DoneData(const State& state);

  // ---- executable content (content.cc). False: failed, and the rest of the block is not run ----
  bool Run(const Block& block);
  bool RunOne(const Action& action);
  bool Do(const Assign& assign, const Location& at);
  bool Do(const Raise& raise, const Location& at);
  bool Do(const If& choice, const Location& at);
  bool Do(const Foreach& loop, const Location& at);
  bool Do(const Script& script, const Location& at);
  bool Do(const Log& log, const Location& at);
  bool Do(const Send& send, const Location& at);
  bool Do(const Cancel& cancel, const Location& at);
  bool Do(const Take& take, const Location& at);
  bool Do(const Number& number, const Location& at);
  bool Do(const Issue& issue, const Location& at);
  bool Do(const Void& withdrawal, const Location& at);
  bool Do(const Fact& fact, const Location& at);
  bool Do(const Spawn& spawn, const Location& at);
  bool Do(const StopChild& stop, const Location& at);
  bool Do(const Notice& notice, const Location& at);
  bool Do(const TimerAction& action, const Location& at);

  struct Outgoing {  // a <send> with everything evaluated
    std::string event, target, id;
    bool id_given = false;
    std::int64_t delay_ms = 0;
    Value data;
  };
  bool Resolve(const Send& send, const Location& at, Outgoing& out);
  bool Dispatch(Outgoing out, const Location& at);
  bool DispatchInSession(Outgoing out, const Location& at);
  bool Delay(Outgoing out);
  bool SendToParent(Outgoing out, const Location& at);
  bool SendToChild(Outgoing out, const Location& at);
  bool IsOwnSession(std::string_view target) const;
  std::optional<Value> PayloadValue(const Payload& payload);
  static void AddParam(Context& to, const std::string& name, Value value);
  std::optional<Context> ParamValues(const std::vector<Param>& params);

  // Evaluates or raises error.execution.
  std::optional<Value> Compute(const Expr& expr);
  std::optional<std::string> ComputeText(const Expr& expr, std::string_view what,
                                         const Location& at);
  std::optional<std::string> FillText(const feel::TextTemplate& text,
                                      std::span<const Value> further = {});
  bool AssignTo(const Place& place, Value value, const Location& at);
  bool SetData(int slot, Value value, const Location& at);
  bool InitialiseData(int slot);
  void RaiseError(Diagnostics diagnostics, std::string name = "error.execution",
                  std::string sendid = "");
  bool Fails(const Location& at, std::string code, std::string message);
  Context CaseData();

  // ---- invoked sessions (invoke.cc) ----
  void StartInvokes();
  bool StartOne(const State& state, int position);
  std::optional<std::string> InvokeId(const State& state, const Invoke& invoke);
  bool ResolveSource(const Invoke& invoke, StartInvoke& out);
  void CancelInvokes(int state);
  void HandleInvokes(const Queued& event);
  bool IsInvoked(std::string_view id) const;
  std::string MakeId(std::string_view stem);

  // ---- timers (timers.cc) ----
  TimerState* FindRow(std::string_view id);
  TimerState& RowFor(const Timer& timer);
  void EraseRow(std::string_view id);
  bool Arm(const Timer& timer);
  void SetDue(const Timer& timer, TimerState& row, Instant due);
  bool StartOnEntry(int state);
  bool CatchUp(const Timer& timer, TimerState& row);
  bool IsAwake(const Timer& timer, const StateSet& configuration) const;
  void Pause(const Timer& timer);
  void Resume(const Timer& timer);
  bool Extend(const Timer& timer, const Expr& due);
  // Marks a due timer as fired. False: it is not due (any more), and nothing is to be done.
  bool Fire(const Event& event, Queued& queued);
  bool FireSend(TimerState& row, Queued& queued);
  Value OwnerParty(const Role& role);
  std::string NameOf(const Timer& timer) const;

  // ---- variables ----
  void Prepare(const feel::Expression& expression);
  void PrepareSlot(int slot);
  void PrepareParty(int party);
  void SetEvent(const Queued& event);
  Value MakeX() const;
  Value EventValue() const;
  Instant Midnight() const;  // of the business date

  const Chart& chart_;
  const Env& env_;
  StepResult result_;
  StateSet configuration_;
  StateSet before_;             // the configuration before the microstep
  std::vector<int> to_invoke_;  // entered in this macrostep and not left, with an <invoke>
  RecordingHost host_;
  std::vector<Value> variables_;  // slots of the chart's scope; data live here during the step
  std::vector<bool> ready_;       // of the slots behind the data
  std::deque<Queued> internal_;
  std::deque<Queued> external_;            // events the case sent itself; none where Env::session
  std::optional<Queued> event_;            // _event
  std::optional<Event::Kind> outer_kind_;  // of the event the step was called with
  int numbers_ = 0;
  int sends_ = 0;
  int actions_ = 0;
  bool stopped_ = false;  // an unhandled error ended a workflow's step, or it would never end
};

}  // namespace anjuan::chart
