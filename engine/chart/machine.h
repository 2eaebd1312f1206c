// The interpreter, private to the module: appendix D's procedures over a SessionState, and the
// actions of the workflow extension. It is made once for a chart and loaded with one session after
// the other; what a step needs is cleared, not made anew.
//
// Files: step.cc is appendix D's loop and microstep, selection.cc which transitions are taken,
// entry.cc leaving and entering states, entry_set.cc which are entered, content.cc executable
// content, invoke.cc child sessions, effects.cc the extension's actions, timers.cc deadlines,
// select.cc questions that run nothing.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/chart/entry_set.h"
#include "engine/chart/host.h"
#include "engine/chart/session.h"
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

// The event being handled, seen where it lies: the caller's, or one taken off a queue.
struct Current {
  std::string_view name, type, sendid, origin, origintype, invokeid;
  const Value* data = nullptr;  // null: there has been no event yet
  std::optional<Event::Kind> from;
  const Diagnostics* diagnostics = nullptr;
};

class Machine {
 public:
  explicit Machine(const Chart& chart);
  Machine(const Machine&) = delete;  // its host refers to it
  Machine& operator=(const Machine&) = delete;

  // Between the two the session's data are in the machine's variables.
  void Load(SessionState& session, const Env& env);
  void Unload();
  StepReport& report() { return report_; }

  // ---- what may be done with a loaded session ----
  void Begin(const Context& initial);
  void Feed(const Event& event);
  void Stop();
  void FeedWarning(const std::string& timer);
  void TellOwners(const std::string& text);

  Selection Select(const Event& event);
  Context Parties();
  Result<Value> Evaluate(const Expr& expr);

 private:
  // ---- appendix D: loop (step.cc). The transitions to be taken are in enabled_ ----
  void MainEventLoop();
  void Microstep();
  void HandleUnmatched(const Current& event);
  void SetEvent(const Current& event);
  static Current View(const Queued& event);
  static Current View(const Event& event);

  // ---- appendix D: selection (selection.cc), into enabled_ ----
  void SelectEventlessTransitions();
  void SelectTransitions(const Current& event);
  void SelectFrom(const std::vector<int>& candidates, const Current* event);
  void KeepActive(const std::vector<int>& candidates);
  void SelectAbove(int atomic, const Current* event);
  bool Matches(size_t position, const Current* event);
  void RemoveConflictingTransitions();
  bool HasConflicts();
  int Domain(int transition);  // -1: it leaves nothing
  int Source(int transition) const {
    return chart_.plan.moves[static_cast<size_t>(transition)].source;
  }
  bool ConditionMatch(const Transition& transition);
  const std::vector<int>& Candidates(std::string_view event);
  bool MayFire(const Transition& transition, const Current& event);
  bool HasRole(const Role& role, const Current& event);

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
  void ExitStates();
  void EnterStates();
  void EnterInitial();
  void EnterAll();
  void EnterState(int state);
  void EnterFinal(int state);
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
  void HandleInvokes(const Current& event);
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
  bool Fire(const Event& event, Current& current);
  bool FireSend(TimerState& row, Current& current);
  Value OwnerParty(const Role& role);
  void NotifyOwners(int state, const std::string& text);
  std::string NameOf(const Timer& timer) const;

  // ---- variables ----
  void Prepare(const feel::Expression& expression);
  void PrepareSlot(int slot);
  void PrepareParty(int party);
  Value MakeX() const;
  Value EventValue() const;
  Instant Midnight() const;  // of the business date

  const Chart& chart_;
  const Env* env_ = nullptr;
  SessionState* state_ = nullptr;
  StepReport report_;
  StateSet before_;  // the configuration before the microstep; only kept where there are timers
  std::vector<int> to_invoke_;  // entered in this macrostep and not left, with an <invoke>
  RecordingHost host_;
  std::vector<Value> variables_;  // slots of the chart's scope; data live here during the step
  std::vector<char> ready_;       // of the slots behind the data: computed
  std::deque<Queued> internal_;
  std::deque<Queued> external_;            // events the case sent itself; none where Env::session
  Queued taken_;                           // the last one off a queue
  Current event_;                          // _event
  std::optional<Event::Kind> outer_kind_;  // of the event the step was called with
  int numbers_ = 0;
  int sends_ = 0;
  int actions_ = 0;
  bool stopped_ = false;  // an unhandled error ended a workflow's step, or it would never end

  // ---- of one microstep ----
  enum class Match { kUnknown, kNo, kYes, kChosen };
  std::vector<int> merged_;     // candidates of several descriptors
  std::vector<int> active_;     // candidates whose source is active, document order
  std::vector<Match> matched_;  // of these
  StateSet sources_;            // theirs
  std::vector<int> enabled_;
  StateSet to_exit_;
  EntrySet entry_;
};

}  // namespace anjuan::chart
