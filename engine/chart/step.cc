// Appendix D of SCXML 1.0, with its names: the event loop, selection of transitions, the microstep.
#include "engine/chart/step.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
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

Machine::Machine(const Chart& chart, CaseState state, const Env& env)
    : chart_(chart),
      env_(env),
      configuration_(chart.states.size()),
      before_(chart.states.size()),
      host_(
          chart, env.host, [this](int s) { return configuration_.Has(s); }, &result_.reads),
      variables_(static_cast<size_t>(chart.slots)),
      ready_(static_cast<size_t>(chart.slots - chart.first_party)) {
  for (const std::string& id : state.configuration) {
    const int index = chart.FindState(id);
    ANJUAN_CHECK(index > 0);  // FromValue refuses unknown states
    configuration_.Insert(index);
  }
  ANJUAN_CHECK(state.data.size() <= chart.data.size());
  std::move(state.data.begin(), state.data.end(), variables_.begin());
  state.data.clear();
  result_.state = std::move(state);
}

StepResult Machine::Finish() {
  CaseState& state = result_.state;
  state.configuration.clear();
  for (const int s : configuration_.InOrder()) state.configuration.push_back(chart_.at(s).id);
  state.data.assign(variables_.begin(), variables_.begin() + chart_.first_party);
  if (!state.running) state.timers.clear();
  return std::move(result_);
}

// procedure interpret(doc)
void Machine::Begin(const Context& initial) {
  for (const auto& [name, value] : initial.entries()) {
    const int slot = chart_.FindData(name);
    if (slot < 0 || !Given(chart_, initial, chart_.data[static_cast<size_t>(slot)])) {
      result_.notes.push_back(StrCat("no datum \"", name, "\": the value given is not kept"));
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

void Machine::Feed(const Event& event) {
  if (!result_.state.running) {
    result_.notes.push_back(StrCat(event.name, ": the case has ended"));
    return;
  }
  Queued queued{.name = event.name,
                .type = event.kind == Event::Kind::kPlatform ? "platform" : "external",
                .sendid = "",
                .origin = event.origin,
                .origintype = "",
                .data = event.data,
                .from = event.kind,
                .diagnostics = {},
                .invokeid = event.invokeid};
  queued.sendid = event.sendid;
  queued.origintype = event.origintype;
  outer_kind_ = event.kind;
  if (event.kind == Event::Kind::kTimer && !Fire(event, queued)) return;
  if (event.kind == Event::Kind::kChild && event.name == StrCat("done.invoke.", event.origin)) {
    for (ChildState& child : result_.state.children) {
      if (child.id == event.origin) child.live = false;
    }
  }
  SetEvent(queued);
  if (!result_.state.invokes.empty()) HandleInvokes(queued);
  const std::vector<int> enabled = SelectTransitions(queued);
  if (enabled.empty()) {
    HandleUnmatched(queued);
  } else {
    Microstep(enabled);
  }
  MainEventLoop();
}

void Machine::Stop() {
  result_.state.running = false;
  ExitInterpreter();
  internal_.clear();
}

// procedure mainEventLoop(), up to the point where it would wait for the next external event.
void Machine::MainEventLoop() {
  for (int round = 0; result_.state.running && !stopped_; ++round) {
    if (round >= kMostRounds) {
      result_.errors.push_back(
          {.code = "chart.endless",
           .message = StrCat("no end after ", kMostRounds, " steps without an event"),
           .hint = "eventless transitions enable each other, or events are raised in a circle"});
      return;
    }
    std::vector<int> enabled = SelectEventlessTransitions();
    if (enabled.empty()) {
      // Events a case sent itself are external: they wait until the macrostep is over.
      if (internal_.empty() && !to_invoke_.empty()) {
        StartInvokes();  // may raise errors, which come before any event from outside
        continue;
      }
      std::deque<Queued>& queue = internal_.empty() ? external_ : internal_;
      if (queue.empty()) return;
      const Queued event = std::move(queue.front());
      queue.pop_front();
      SetEvent(event);
      enabled = SelectTransitions(event);
      if (enabled.empty()) HandleUnmatched(event);
    }
    if (!enabled.empty()) Microstep(enabled);
  }
  // A case that ended takes no further event, but an error it did not see is still one.
  for (const Queued& event : internal_) {
    if (event.name == "error.execution") HandleUnmatched(event);
  }
  internal_.clear();
}

void Machine::HandleUnmatched(const Queued& event) {
  if (event.name == "error.execution") {
    Append(result_.errors, event.diagnostics);
    stopped_ = chart_.workflow;  // the runtime discards the whole step
  } else if (IsError(event.name)) {
    for (const Diagnostic& diagnostic : event.diagnostics) {
      result_.notes.push_back(StrCat(event.name, ": ", diagnostic.message));
    }
  } else if (event.from || event.type == "external") {
    const std::string origin = event.origin.empty() ? "" : StrCat(" (", event.origin, ")");
    result_.notes.push_back(StrCat(event.name, origin, ": no transition takes it"));
  }
}

std::vector<int> Machine::SelectEventlessTransitions() {
  static const std::vector<int> kNone;
  const auto it = chart_.by_event.find("");
  return SelectFrom(it == chart_.by_event.end() ? kNone : it->second, nullptr);
}

std::vector<int> Machine::SelectTransitions(const Queued& event) {
  return SelectFrom(Candidates(event.name), &event);
}

// Transitions any of whose descriptors matches, in document order: the index is asked for the name
// and for each shorter run of its tokens.
std::vector<int> Machine::Candidates(std::string_view event) const {
  std::vector<int> out;
  const auto add = [&](const std::string& descriptor) {
    const auto it = chart_.by_event.find(descriptor);
    if (it != chart_.by_event.end()) out.insert(out.end(), it->second.begin(), it->second.end());
  };
  std::string prefix(event);
  while (!prefix.empty()) {
    add(prefix);
    const size_t dot = prefix.rfind('.');
    prefix.resize(dot == std::string::npos ? 0 : dot);
  }
  if (MatchesDescriptor(event, "*")) add("*");
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// The body that selectEventlessTransitions and selectTransitions share. A condition is evaluated
// once however many atomic states lie below its state.
std::vector<int> Machine::SelectFrom(const std::vector<int>& candidates, const Queued* event) {
  if (candidates.empty()) return {};
  enum class Match { kNo, kYes, kChosen };
  std::map<int, Match> matched;
  const auto matches = [&](int index) -> Match& {
    const auto known = matched.find(index);
    if (known != matched.end()) return known->second;
    const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
    const bool match =
        (event == nullptr || MayFire(transition, *event)) && ConditionMatch(transition);
    return matched.emplace(index, match ? Match::kYes : Match::kNo).first->second;
  };
  // Transitions are numbered by their sources: those of one state stand together.
  const auto source = [&](int index) {
    return chart_.transitions[static_cast<size_t>(index)].source;
  };
  const auto first_in = [&](int state) {
    auto it = std::lower_bound(candidates.begin(), candidates.end(), state,
                               [&](int index, int wanted) { return source(index) < wanted; });
    while (it != candidates.end() && source(*it) == state && matches(*it) == Match::kNo) ++it;
    return it != candidates.end() && source(*it) == state ? *it : -1;
  };
  std::vector<int> enabled;
  for (const int atomic : configuration_.InOrder()) {
    const StateKind kind = chart_.at(atomic).kind;
    if (kind != StateKind::kAtomic && kind != StateKind::kFinal) continue;
    for (int state = atomic; state > 0; state = chart_.at(state).parent) {
      const int index = first_in(state);
      if (index < 0) continue;
      Match& match = matches(index);
      if (match == Match::kYes) enabled.push_back(index);
      match = Match::kChosen;
      break;
    }
  }
  return RemoveConflictingTransitions(enabled);
}

// What a transition leaves are the active states below its domain, and it leaves at least one: two
// of them conflict where one domain is the other or an ancestor of it. Those kept so far do not
// conflict, so they can be found by their domains' ranges however many regions there are.
std::vector<int> Machine::RemoveConflictingTransitions(const std::vector<int>& enabled) {
  if (enabled.size() < 2) return enabled;
  std::map<int, int> kept;  // domain -> transition, of those that leave anything
  std::vector<bool> dropped(enabled.size());
  std::map<int, size_t> position;
  for (size_t i = 0; i < enabled.size(); ++i) {
    const Transition& t1 = chart_.transitions[static_cast<size_t>(enabled[i])];
    position[t1.index] = i;
    const int domain = GetTransitionDomain(t1);
    if (domain < 0) continue;  // leaves nothing: conflicts with nothing
    std::vector<int> conflicting;
    for (int up = domain; up >= 0; up = chart_.at(up).parent) {
      if (kept.contains(up)) conflicting.push_back(up);
    }
    for (auto it = kept.upper_bound(domain);
         it != kept.end() && it->first <= chart_.at(domain).last; ++it) {
      conflicting.push_back(it->first);
    }
    const bool preempted = std::any_of(conflicting.begin(), conflicting.end(), [&](int other) {
      const int t2 = kept[other];
      return !chart_.IsDescendant(t1.source, chart_.transitions[static_cast<size_t>(t2)].source);
    });
    if (preempted) {
      dropped[i] = true;
      continue;
    }
    for (const int other : conflicting) {
      dropped[position[kept[other]]] = true;
      kept.erase(other);
    }
    kept[domain] = t1.index;
  }
  std::vector<int> filtered;
  for (size_t i = 0; i < enabled.size(); ++i) {
    if (!dropped[i]) filtered.push_back(enabled[i]);
  }
  return filtered;
}

// procedure microstep(enabledTransitions)
void Machine::Microstep(const std::vector<int>& enabled) {
  before_ = configuration_;
  for (const int index : enabled) {
    const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
    result_.transitions.push_back(index);
    for (const Rule& rule : transition.warns) {
      Diagnostics errors;
      const std::optional<bool> holds = EvaluateCondition(rule.cond, errors);
      // What cannot be judged is worth the clerk's look as well.
      if (!holds.value_or(false)) result_.warnings.push_back(Tell(rule));
    }
  }
  ExitStates(enabled);
  ExecuteTransitionContent(enabled);
  EnterStates(enabled);
}

void Machine::ExecuteTransitionContent(const std::vector<int>& enabled) {
  for (const int index : enabled) Run(chart_.transitions[static_cast<size_t>(index)].content);
}

// ---- who, and whether --------------------------------------------------------------------------

bool Machine::MayFire(const Transition& transition, const Queued& event) {
  if (!event.from || *event.from == Event::Kind::kPlatform) return true;
  if (transition.roles.empty()) return !chart_.workflow;
  return std::any_of(transition.roles.begin(), transition.roles.end(),
                     [&](const Role& role) { return HasRole(role, event); });
}

bool Machine::HasRole(const Role& role, const Queued& event) {
  switch (role.kind) {
    case Role::Kind::kPerson:
      return event.from == Event::Kind::kExternal && role.name == event.origin;
    case Role::Kind::kTimer:
      return event.from == Event::Kind::kTimer && role.name == event.origin;
    case Role::Kind::kChild:
      return event.from == Event::Kind::kChild && role.name == event.origin;
    case Role::Kind::kParty:
      break;
  }
  if (event.from != Event::Kind::kExternal) return false;
  const int party = chart_.FindParty(role.name);
  if (party < 0) return false;
  PrepareSlot(chart_.first_party + party);
  const Value& value = variables_[static_cast<size_t>(chart_.first_party + party)];
  const Value& org = value["org"];
  const Value* actor_org = env_.actor.Find("org");
  // A party without an organisation is whoever holds one of its roles.
  if (!org.is_null() && (actor_org == nullptr || !(*actor_org == org))) return false;
  const List* roles = value["roles"].list();
  return roles != nullptr &&
         std::find(roles->begin(), roles->end(), Value(event.origin)) != roles->end();
}

bool Machine::ConditionMatch(const Transition& transition) {
  GuardReport report;
  const Guard guard = EvaluateGuard(transition, report);
  if (guard == Guard::kError) RaiseError(std::move(report.errors));
  return guard == Guard::kHolds;
}

// Requirements are looked at even where cond fails, so that a refusal can name them all.
Machine::Guard Machine::EvaluateGuard(const Transition& transition, GuardReport& report) {
  bool holds = true;
  if (transition.cond.given) {
    report.cond_failed = !EvaluateCondition(transition.cond, report.errors).value_or(false);
    holds = !report.cond_failed;
  }
  // Where cond decides between transitions, the rules of the others are none of our business.
  for (const Rule& rule : transition.requires_all) {
    if (report.cond_failed) break;
    if (EvaluateCondition(rule.cond, report.errors).value_or(false)) continue;
    holds = false;
    report.failed.push_back(Tell(rule));
  }
  if (!report.errors.empty()) return Guard::kError;
  return holds ? Guard::kHolds : Guard::kFails;
}

// A label that cannot be filled is told as it is written: the rule matters more than its wording.
std::string Machine::Tell(const Rule& rule) {
  for (const feel::TextTemplate::Piece& piece : rule.label.pieces) {
    if (const auto* expression = std::get_if<feel::Expression>(&piece)) Prepare(*expression);
  }
  const Result<std::string> filled = feel::Fill(rule.label, variables_, host_);
  const std::string& text = filled ? *filled : rule.text;
  return rule.source.empty() ? text : StrCat(text, "（", rule.source, "）");
}

// Section 5.9.1: a condition that fails or is no boolean counts as false, and is an error.
std::optional<bool> Machine::EvaluateCondition(const Expr& expr, Diagnostics& errors) {
  Result<Value> value = Evaluate(expr);
  if (!value) {
    Append(errors, std::move(value.error()));
    return std::nullopt;
  }
  if (value->boolean() == nullptr) {
    errors.push_back({.code = "feel.type",
                      .message = StrCat("a condition gives true or false, not ",
                                        KindName(value->kind()), ": ", expr.text()),
                      .at = expr.at});
    return std::nullopt;
  }
  return *value->boolean();
}

// ---- the functions of step.h -------------------------------------------------------------------

StepResult Start(const Chart& chart, const Context& initial, const Env& env) {
  CaseState state;
  state.data.resize(chart.data.size());
  Machine machine(chart, std::move(state), env);
  machine.Begin(initial);
  return machine.Finish();
}

StepResult Step(const Chart& chart, const CaseState& state, const Event& event, const Env& env) {
  Machine machine(chart, state, env);
  machine.Feed(event);
  return machine.Finish();
}

StepResult Stop(const Chart& chart, const CaseState& state, const Env& env) {
  Machine machine(chart, state, env);
  machine.Stop();
  return machine.Finish();
}

StepResult TimerWarning(const Chart& chart, const CaseState& state, const std::string& timer,
                        const Env& env) {
  Machine machine(chart, state, env);
  machine.FeedWarning(timer);
  return machine.Finish();
}

Context Parties(const Chart& chart, const CaseState& state, const Env& env) {
  return Machine(chart, state, env).Parties();
}

Result<Value> EvaluateIn(const Chart& chart, const CaseState& state, const Expr& expr,
                         const Env& env) {
  return Machine(chart, state, env).Evaluate(expr);
}

}  // namespace anjuan::chart
