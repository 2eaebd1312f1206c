#include "engine/chart/session.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

namespace {

SessionState Fresh(const Chart& chart) {
  SessionState session;
  session.configuration = StateSet(chart.states.size());
  session.data.resize(chart.data.size());
  return session;
}

int StateOf(const Chart& chart, const std::string& id) {
  const int index = chart.FindState(id);
  ANJUAN_CHECK(index > 0);  // FromValue refuses unknown states
  return index;
}

}  // namespace

SessionState ToSession(const Chart& chart, CaseState state) {
  ANJUAN_CHECK(state.data.size() <= chart.data.size());
  SessionState session = Fresh(chart);
  for (const std::string& id : state.configuration) {
    session.configuration.Insert(StateOf(chart, id));
  }
  for (const auto& [id, states] : state.history) {
    SessionState::Recorded recorded{StateOf(chart, id), {}};
    for (const std::string& kept : states) recorded.states.push_back(StateOf(chart, kept));
    session.history.push_back(std::move(recorded));
  }
  std::move(state.data.begin(), state.data.end(), session.data.begin());
  for (const std::string& id : state.bound) session.bound.push_back(StateOf(chart, id));
  session.timers = std::move(state.timers);
  session.children = std::move(state.children);
  session.invokes = std::move(state.invokes);
  session.generated = state.generated;
  session.running = state.running;
  return session;
}

CaseState ToCase(const Chart& chart, SessionState session) {
  CaseState state;
  session.configuration.ForEach([&](int s) { state.configuration.push_back(chart.at(s).id); });
  for (const SessionState::Recorded& recorded : session.history) {
    std::vector<std::string>& states = state.history[chart.at(recorded.history).id];
    for (const int s : recorded.states) states.push_back(chart.at(s).id);
  }
  state.data = std::move(session.data);
  for (const int s : session.bound) state.bound.push_back(chart.at(s).id);
  state.timers = std::move(session.timers);
  state.children = std::move(session.children);
  state.invokes = std::move(session.invokes);
  state.generated = session.generated;
  state.running = session.running;
  return state;
}

Stepper::Stepper(const Chart& chart) : chart_(&chart), machine_(std::make_unique<Machine>(chart)) {}
Stepper::~Stepper() = default;
Stepper::Stepper(Stepper&&) noexcept = default;
Stepper& Stepper::operator=(Stepper&&) noexcept = default;

void Stepper::Start(SessionState& session, const Context& initial, const Env& env) {
  session = Fresh(*chart_);
  machine_->Load(session, env);
  machine_->Begin(initial);
  machine_->Unload();
}

void Stepper::Step(SessionState& session, const Event& event, const Env& env) {
  machine_->Load(session, env);
  machine_->Feed(event);
  machine_->Unload();
}

void Stepper::Stop(SessionState& session, const Env& env) {
  machine_->Load(session, env);
  machine_->Stop();
  machine_->Unload();
}

const StepReport& Stepper::report() const {
  return machine_->report();
}

}  // namespace anjuan::chart
