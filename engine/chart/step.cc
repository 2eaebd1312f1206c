// Appendix D of SCXML 1.0, with its names: the event loop, the microstep.
#include "engine/chart/step.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

namespace {

// Eventless transitions that enable each other would never end; no chart of an office comes near.
constexpr int kMostRounds = 10'000;

bool IsError(std::string_view event) {
  return event == "error" || event.starts_with("error.");
}

// A child session takes what its parent gives for data of the document's top level alone (section
// 6.4.3); a case is opened with any.
bool Given(const Chart& chart, const Context& initial, const DataField& field) {
  if (initial.Find(field.id) == nullptr) return false;
  const std::vector<int>& top = chart.states[0].data;
  return chart.workflow || std::find(top.begin(), top.end(), field.slot) != top.end();
}

}  // namespace

void StepReport::Clear() {
  effects.clear();
  signals.clear();
  reads.clear();
  notes.clear();
  warnings.clear();
  exited.clear();
  entered.clear();
  transitions.clear();
  done_data = Value();
  errors.clear();
}

Machine::Machine(const Chart& chart)
    : chart_(chart),
      before_(chart.states.size()),
      host_(
          chart, [this](int s) { return state_->configuration.Has(s); }, &report_.reads),
      variables_(static_cast<size_t>(chart.slots)),
      ready_(static_cast<size_t>(chart.slots - chart.first_party)),
      sources_(chart.states.size()),
      to_exit_(chart.states.size()),
      entry_(chart.states.size()) {}

void Machine::Load(SessionState& session, const Env& env) {
  ANJUAN_CHECK(session.data.size() == chart_.data.size());
  state_ = &session;
  env_ = &env;
  host_.Ask(env.host);
  report_.Clear();
  std::move(session.data.begin(), session.data.end(), variables_.begin());
  std::fill(ready_.begin(), ready_.end(), '\0');
  internal_.clear();
  external_.clear();
  before_.Clear();
  to_invoke_.clear();
  event_ = Current();
  outer_kind_.reset();
  numbers_ = 0;
  sends_ = 0;
  actions_ = 0;
  stopped_ = false;
}

void Machine::Unload() {
  std::move(variables_.begin(), variables_.begin() + chart_.first_party, state_->data.begin());
  if (!state_->running) state_->timers.clear();
  state_ = nullptr;
  env_ = nullptr;
}

// procedure interpret(doc)
void Machine::Begin(const Context& initial) {
  for (const auto& [name, value] : initial.entries()) {
    const int slot = chart_.FindData(name);
    if (slot < 0 || !Given(chart_, initial, chart_.data[static_cast<size_t>(slot)])) {
      report_.notes.push_back(StrCat("no datum \"", name, "\": the value given is not kept"));
    } else if (!SetData(slot, value, chart_.data[static_cast<size_t>(slot)].at)) {
      stopped_ = chart_.workflow;
    }
  }
  const auto initialise = [&](const State& state) {
    for (const int slot : state.data) {
      const DataField& field = chart_.data[static_cast<size_t>(slot)];
      if (!Given(chart_, initial, field)) InitialiseData(slot);
    }
  };
  for (const State& state : chart_.states) {
    if (state.index == 0 || !chart_.late_binding) initialise(state);
  }
  Run(chart_.script);
  EnterInitial();
  MainEventLoop();
}

Current Machine::View(const Queued& event) {
  return {.name = event.name,
          .type = event.type,
          .sendid = event.sendid,
          .origin = event.origin,
          .origintype = event.origintype,
          .invokeid = event.invokeid,
          .data = &event.data,
          .from = event.from,
          .diagnostics = &event.diagnostics};
}

Current Machine::View(const Event& event) {
  return {.name = event.name,
          .type = event.kind == Event::Kind::kPlatform ? "platform" : "external",
          .sendid = event.sendid,
          .origin = event.origin,
          .origintype = event.origintype,
          .invokeid = event.invokeid,
          .data = &event.data,
          .from = event.kind,
          .diagnostics = nullptr};
}

void Machine::Feed(const Event& event) {
  if (!state_->running) {
    report_.notes.push_back(StrCat(event.name, ": the case has ended"));
    return;
  }
  Current current = View(event);
  outer_kind_ = event.kind;
  if (event.kind == Event::Kind::kTimer && !Fire(event, current)) return;
  if (event.kind == Event::Kind::kChild && event.name == StrCat("done.invoke.", event.origin)) {
    for (ChildState& child : state_->children) {
      if (child.id == event.origin) child.live = false;
    }
  }
  SetEvent(current);
  if (!state_->invokes.empty()) HandleInvokes(current);
  SelectTransitions(current);
  if (enabled_.empty()) {
    HandleUnmatched(current);
  } else {
    Microstep();
  }
  MainEventLoop();
}

void Machine::Stop() {
  state_->running = false;
  ExitInterpreter();
  internal_.clear();
}

// procedure mainEventLoop(), up to the point where it would wait for the next external event.
void Machine::MainEventLoop() {
  for (int round = 0; state_->running && !stopped_; ++round) {
    if (round >= kMostRounds) {
      report_.errors.push_back(
          {.code = "chart.endless",
           .message = StrCat("no end after ", kMostRounds, " steps without an event"),
           .hint = "eventless transitions enable each other, or events are raised in a circle"});
      return;
    }
    SelectEventlessTransitions();
    if (enabled_.empty()) {
      // Events a case sent itself are external: they wait until the macrostep is over.
      if (internal_.empty() && !to_invoke_.empty()) {
        StartInvokes();  // may raise errors, which come before any event from outside
        continue;
      }
      std::deque<Queued>& queue = internal_.empty() ? external_ : internal_;
      if (queue.empty()) return;
      taken_ = std::move(queue.front());
      queue.pop_front();
      const Current event = View(taken_);
      SetEvent(event);
      SelectTransitions(event);
      if (enabled_.empty()) HandleUnmatched(event);
    }
    if (!enabled_.empty()) Microstep();
  }
  // A case that ended takes no further event, but an error it did not see is still one.
  for (const Queued& event : internal_) {
    if (event.name == "error.execution") HandleUnmatched(View(event));
  }
  internal_.clear();
}

void Machine::HandleUnmatched(const Current& event) {
  static const Diagnostics kNone;
  const Diagnostics& diagnostics = event.diagnostics != nullptr ? *event.diagnostics : kNone;
  if (event.name == "error.execution") {
    Append(report_.errors, diagnostics);
    stopped_ = chart_.workflow;  // the runtime discards the whole step
  } else if (IsError(event.name)) {
    for (const Diagnostic& diagnostic : diagnostics) {
      report_.notes.push_back(StrCat(event.name, ": ", diagnostic.message));
    }
  } else if (event.from || event.type == "external") {
    const std::string origin = event.origin.empty() ? "" : StrCat(" (", event.origin, ")");
    report_.notes.push_back(StrCat(event.name, origin, ": no transition takes it"));
  }
}

// procedure microstep(enabledTransitions), executeTransitionContent(enabledTransitions)
void Machine::Microstep() {
  if (!chart_.timers.empty()) before_ = state_->configuration;
  for (const int index : enabled_) {
    report_.transitions.push_back(index);
    for (const Rule& rule : chart_.transitions[static_cast<size_t>(index)].warns) {
      Diagnostics errors;
      const std::optional<bool> holds = EvaluateCondition(rule.cond, errors);
      // What cannot be judged is worth the clerk's look as well.
      if (!holds.value_or(false)) report_.warnings.push_back(Tell(rule));
    }
  }
  ExitStates();
  for (const int index : enabled_) Run(chart_.transitions[static_cast<size_t>(index)].content);
  EnterStates();
}

// ---- the functions of step.h -------------------------------------------------------------------

namespace {

// One call of a machine made for it, names at both ends.
template <typename Do>
StepResult Once(const Chart& chart, CaseState state, const Env& env, Do run) {
  SessionState session = ToSession(chart, std::move(state));
  Machine machine(chart);
  machine.Load(session, env);
  run(machine);
  machine.Unload();
  StepReport& report = machine.report();
  const auto ids = [&](const std::vector<int>& states) {
    std::vector<std::string> out;
    out.reserve(states.size());
    for (const int index : states) out.push_back(chart.at(index).id);
    return out;
  };
  return {.state = ToCase(chart, std::move(session)),
          .effects = std::move(report.effects),
          .signals = std::move(report.signals),
          .reads = std::move(report.reads),
          .notes = std::move(report.notes),
          .warnings = std::move(report.warnings),
          .exited = ids(report.exited),
          .entered = ids(report.entered),
          .transitions = std::move(report.transitions),
          .done_data = std::move(report.done_data),
          .errors = std::move(report.errors)};
}

// What a question is answered with, and nothing kept.
template <typename Ask>
auto Asked(const Chart& chart, const CaseState& state, const Env& env, Ask ask) {
  SessionState session = ToSession(chart, state);
  Machine machine(chart);
  machine.Load(session, env);
  return ask(machine);
}

}  // namespace

StepResult Start(const Chart& chart, const Context& initial, const Env& env) {
  return Once(chart, CaseState(), env, [&](Machine& machine) { machine.Begin(initial); });
}

StepResult Step(const Chart& chart, const CaseState& state, const Event& event, const Env& env) {
  return Once(chart, state, env, [&](Machine& machine) { machine.Feed(event); });
}

StepResult Stop(const Chart& chart, const CaseState& state, const Env& env) {
  return Once(chart, state, env, [&](Machine& machine) { machine.Stop(); });
}

StepResult TimerWarning(const Chart& chart, const CaseState& state, const std::string& timer,
                        const Env& env) {
  return Once(chart, state, env, [&](Machine& machine) { machine.FeedWarning(timer); });
}

StepResult TellOwners(const Chart& chart, const CaseState& state, const std::string& text,
                      const Env& env) {
  return Once(chart, state, env, [&](Machine& machine) { machine.TellOwners(text); });
}

Selection Select(const Chart& chart, const CaseState& state, const Event& event, const Env& env) {
  return Asked(chart, state, env, [&](Machine& machine) { return machine.Select(event); });
}

Context Parties(const Chart& chart, const CaseState& state, const Env& env) {
  return Asked(chart, state, env, [&](Machine& machine) { return machine.Parties(); });
}

Result<Value> EvaluateIn(const Chart& chart, const CaseState& state, const Expr& expr,
                         const Env& env) {
  return Asked(chart, state, env, [&](Machine& machine) { return machine.Evaluate(expr); });
}

}  // namespace anjuan::chart
