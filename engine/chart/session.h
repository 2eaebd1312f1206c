// Sessions stepped in place: what a case is, in numbers instead of names, and the machine that
// steps any number of them.
//
// Step() of step.h is this with names at both ends. A Stepper keeps what a step needs (queues,
// variables, sets), so that a step without data, effects and notes allocates nothing. Where the
// report has errors a workflow's session is half-way: keep a copy of it, and go back to that.
//
// Threads: a Stepper belongs to one thread at a time; a Chart to any number.
// Owns:    a Stepper refers to its chart, which must outlive it; a SessionState refers to nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/chart/state_set.h"
#include "engine/chart/step.h"

namespace anjuan::chart {

// CaseState in numbers.
struct SessionState {
  struct Recorded {
    int history = 0;
    std::vector<int> states;  // document order
    bool operator==(const Recorded&) const = default;
  };
  StateSet configuration;
  std::vector<Recorded> history;  // in the order of first recording
  std::vector<Value> data;        // by the slot of Chart::data
  std::vector<int> bound;         // in the order of binding
  std::vector<TimerState> timers;
  std::vector<ChildState> children;
  std::vector<InvokeState> invokes;
  int generated = 0;
  bool running = true;
};

// The state's names must be the chart's: FromValue sees to it.
SessionState ToSession(const Chart& chart, CaseState state);
CaseState ToCase(const Chart& chart, SessionState state);

// StepResult but for the state, states as numbers.
struct StepReport {
  std::vector<Effect> effects;
  std::vector<Signal> signals;
  std::vector<Read> reads;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
  std::vector<int> exited;
  std::vector<int> entered;
  std::vector<int> transitions;
  Value done_data;
  Diagnostics errors;
  void Clear();
};

class Machine;  // machine.h

class Stepper {
 public:
  explicit Stepper(const Chart& chart);
  ~Stepper();
  Stepper(Stepper&&) noexcept;
  Stepper& operator=(Stepper&&) noexcept;

  // As the functions of step.h. The report is of the last call.
  void Start(SessionState& session, const Context& initial, const Env& env);
  void Step(SessionState& session, const Event& event, const Env& env);
  void Stop(SessionState& session, const Env& env);
  const StepReport& report() const;

 private:
  const Chart* chart_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace anjuan::chart
