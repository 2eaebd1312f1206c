// Child sessions of plain SCXML (section 6.4): what the machine knows of them. Running them is the
// session host's (sessions.h).
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

namespace {

bool IsScxmlType(std::string_view type) {
  static constexpr std::array kKnown = {
      std::string_view("scxml"), std::string_view("http://www.w3.org/TR/scxml"), kScxmlEvents};
  if (type.ends_with('/')) type.remove_suffix(1);
  return type.empty() || std::find(kKnown.begin(), kKnown.end(), type) != kKnown.end();
}

}  // namespace

// Unique within the session for its whole life.
std::string Machine::MakeId(std::string_view stem) {
  return StrCat(stem, ".", ++state_->generated);
}

bool Machine::IsInvoked(std::string_view id) const {
  const std::vector<InvokeState>& invokes = state_->invokes;
  return std::any_of(invokes.begin(), invokes.end(),
                     [&](const InvokeState& invoke) { return invoke.id == id; });
}

// for state in statesToInvoke.sort(entryOrder): for inv in state.invoke.sort(documentOrder)
void Machine::StartInvokes() {
  std::vector<int> states = std::exchange(to_invoke_, {});
  std::sort(states.begin(), states.end());  // document order
  for (const int index : states) {
    const State& state = chart_.at(index);
    for (size_t i = 0; i < state.invokes.size(); ++i) StartOne(state, static_cast<int>(i));
  }
}

// Whatever fails to be evaluated cancels the invocation (section 6.4.1).
bool Machine::StartOne(const State& state, int position) {
  const Invoke& invoke = state.invokes[static_cast<size_t>(position)];
  if (!env_->session) return Fails(invoke.at, "chart.invoke", "nothing runs child sessions here");
  StartInvoke start;
  std::optional<std::string> id = InvokeId(state, invoke);
  if (!id) return false;
  start.id = *std::move(id);
  std::string type = invoke.type;
  if (invoke.type_expr.given) {
    const std::optional<std::string> text = ComputeText(invoke.type_expr, "type", invoke.at);
    if (!text) return false;
    type = *text;
  }
  if (!IsScxmlType(type)) {
    return Fails(invoke.at, "chart.invoke", StrCat("no session of type \"", type, "\""));
  }
  if (!ResolveSource(invoke, start)) return false;
  std::optional<Context> data = ParamValues(invoke.params);
  if (!data) return false;
  start.data = *std::move(data);
  state_->invokes.push_back({start.id, state.id, position});
  report_.signals.emplace_back(std::move(start));
  return true;
}

std::optional<std::string> Machine::InvokeId(const State& state, const Invoke& invoke) {
  if (!invoke.id.empty()) return invoke.id;
  std::string id = MakeId(state.id);
  if (!invoke.id_location.text.empty() && !AssignTo(invoke.id_location, Value(id), invoke.at)) {
    return std::nullopt;
  }
  return id;
}

bool Machine::ResolveSource(const Invoke& invoke, StartInvoke& out) {
  out.src = invoke.src;
  if (invoke.src_expr.given) {
    const std::optional<std::string> text = ComputeText(invoke.src_expr, "src", invoke.at);
    if (!text) return false;
    out.src = *text;
  }
  if (!out.src.empty() || invoke.content.empty()) return true;
  const std::optional<Value> content = PayloadValue(invoke.content);
  if (!content) return false;
  if (content->string() == nullptr) {
    return Fails(invoke.at, "chart.invoke",
                 StrCat("the content to run is a document, not ", KindName(content->kind())));
  }
  out.content = *content->string();
  return true;
}

void Machine::CancelInvokes(int state) {
  if (chart_.at(state).invokes.empty()) return;
  std::erase_if(state_->invokes, [&](const InvokeState& invoke) {
    if (invoke.state != chart_.at(state).id) return false;
    report_.signals.emplace_back(CancelInvoke{invoke.id});
    return true;
  });
}

// Before transitions are chosen for an event from outside: finalize by the invoke it came from,
// and copies to those that want every event.
void Machine::HandleInvokes(const Current& event) {
  if (event.from != Event::Kind::kExternal) return;
  const std::vector<InvokeState> invokes = state_->invokes;
  for (const InvokeState& live : invokes) {
    const State& state = chart_.at(chart_.FindState(live.state));
    const Invoke& invoke = state.invokes[static_cast<size_t>(live.position)];
    if (live.id == event.invokeid) Run(invoke.finalize);
    if (invoke.autoforward) report_.signals.emplace_back(ForwardEvent{live.id});
  }
  // Its last word: there is nobody left to send to or to cancel.
  if (!event.invokeid.empty() && event.name == StrCat("done.invoke.", event.invokeid)) {
    std::erase_if(state_->invokes,
                  [&](const InvokeState& invoke) { return invoke.id == event.invokeid; });
  }
}

}  // namespace anjuan::chart
