// Executable content of SCXML (sections 4 to 6), and the values its expressions see.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"
#include "engine/chart/timing.h"
#include "engine/value/json.h"

namespace anjuan::chart {

namespace {

constexpr int kMostActions = 1'000'000;

// `base` with the entry below `path` replaced; nullopt where something on the way is no context.
std::optional<Value> WithEntry(const Value& base, std::span<const std::string> path,
                               const Value& value) {
  if (path.empty()) return value;
  if (!base.is_null() && base.context() == nullptr) return std::nullopt;
  Context context = base.is_null() ? Context() : *base.context();
  std::optional<Value> below = WithEntry(base[path.front()], path.subspan(1), value);
  if (!below) return std::nullopt;
  context.Set(path.front(), *std::move(below));
  return Value(std::move(context));
}

}  // namespace

// ---- blocks ------------------------------------------------------------------------------------

bool Machine::Run(const Block& block) {
  return std::all_of(block.begin(), block.end(),
                     [&](const Action& action) { return RunOne(action); });
}

bool Machine::RunOne(const Action& action) {
  // Loops in loops: what would run for minutes is refused like what would run for ever.
  if (++actions_ > kMostActions) {
    if (!stopped_) {
      report_.errors.push_back({.code = "chart.endless",
                                .message = StrCat("more than ", kMostActions, " actions in a step"),
                                .at = action.at});
    }
    stopped_ = true;
    return false;
  }
  return std::visit([&](const auto& what) { return Do(what, action.at); }, action.what);
}

bool Machine::Do(const Assign& assign, const Location& at) {
  if (assign.literal) return AssignTo(assign.to, *assign.literal, at);
  std::optional<Value> value = Compute(assign.expr);
  return value && AssignTo(assign.to, *std::move(value), at);
}

bool Machine::Do(const Raise& raise, const Location&) {
  internal_.push_back({.name = raise.event,
                       .type = "internal",
                       .sendid = "",
                       .origin = "",
                       .origintype = "",
                       .data = Value(),
                       .from = std::nullopt,
                       .diagnostics = {}});
  return true;
}

bool Machine::Do(const If& choice, const Location&) {
  for (const Branch& branch : choice.branches) {
    bool taken = !branch.cond.given;
    if (branch.cond.given) {
      Diagnostics errors;
      const std::optional<bool> holds = EvaluateCondition(branch.cond, errors);
      // As for transitions: the condition counts as false, the error is raised, the rest runs.
      if (!errors.empty()) RaiseError(std::move(errors));
      taken = holds.value_or(false);
    }
    if (taken) return Run(branch.body);
  }
  return true;
}

// Works on a copy: the loop may change the list it runs over. The index counts from 1, as FEEL
// does.
bool Machine::Do(const Foreach& loop, const Location& at) {
  const std::optional<Value> array = Compute(loop.array);
  if (!array) return false;
  if (array->list() == nullptr) {
    return Fails(at, "chart.type", StrCat("foreach wants a list, not ", KindName(array->kind())));
  }
  const List items = *array->list();
  if (items.empty() && loop.item.slot < 0) return AssignTo(loop.item, Value(), at);
  int position = 0;
  for (const Value& item : items) {
    ++position;
    if (!AssignTo(loop.item, item, at)) return false;
    if (!loop.index.text.empty() && !AssignTo(loop.index, Value(position), at)) return false;
    if (!Run(loop.body)) return false;
  }
  return true;
}

bool Machine::Do(const Script& script, const Location& at) {
  const std::optional<Value> value = Compute(script.context);
  if (!value) return false;
  if (value->context() == nullptr) {
    return Fails(at, "chart.type", StrCat("a script is a context, not ", KindName(value->kind())));
  }
  const auto& entries = value->context()->entries();
  return std::all_of(entries.begin(), entries.end(), [&](const Context::Entry& entry) {
    return AssignTo({.slot = chart_.FindData(entry.first), .path = {}, .text = entry.first},
                    entry.second, at);
  });
}

bool Machine::Do(const Log& log, const Location&) {
  std::string note = log.label;
  if (log.expr.given) {
    const std::optional<Value> value = Compute(log.expr);
    if (!value) return false;
    if (!note.empty()) note += "：";
    note += value->string() != nullptr ? *value->string() : WriteJson(*value);
  }
  report_.notes.push_back(std::move(note));
  return true;
}

// ---- send and cancel ---------------------------------------------------------------------------

bool Machine::Do(const Send& send, const Location& at) {
  Outgoing out;
  return Resolve(send, at, out) && Dispatch(std::move(out), at);
}

bool Machine::Resolve(const Send& send, const Location& at, Outgoing& out) {
  const auto text = [&](const std::string& literal, const Expr& expr, std::string_view what,
                        std::string& into) {
    into = literal;
    if (!expr.given) return true;
    const std::optional<std::string> value = ComputeText(expr, what, at);
    if (value) into = *value;
    return value.has_value();
  };
  out.id = send.id;
  out.id_given = !send.id.empty();
  if (!send.id_location.text.empty()) {
    out.id = env_->session ? MakeId("send") : StrCat("auto.", env_->now, ".", sends_++);
    out.id_given = true;
    if (!AssignTo(send.id_location, Value(out.id), at)) return false;
  }
  std::string type;
  if (!text(send.event, send.event_expr, "event", out.event)) return false;
  if (!text(send.target, send.target_expr, "target", out.target)) return false;
  if (!text(send.type, send.type_expr, "type", type)) return false;
  if (!type.empty() && type != kScxmlEvents && type != "scxml") {
    RaiseError(
        {{.code = "chart.send", .message = StrCat("no event processor \"", type, "\""), .at = at}},
        "error.execution", out.id);
    return false;
  }
  std::optional<std::int64_t> delay = send.delay.empty() ? 0 : ParseDelay(send.delay);
  if (send.delay_expr.given) {
    const std::optional<Value> value = Compute(send.delay_expr);
    if (!value) return false;
    delay = ToDelay(*value);
  }
  if (!delay) return Fails(at, "chart.send", "the delay is neither a time nor a duration");
  out.delay_ms = *delay;
  std::optional<Value> data = PayloadValue(send.payload);
  if (!data) return false;
  out.data = *std::move(data);
  return true;
}

bool Machine::IsOwnSession(std::string_view target) const {
  const Value* id = env_->case_info.Find("id");
  return target.empty() ||
         (id != nullptr && id->string() != nullptr && target == StrCat("#_scxml_", *id->string()));
}

bool Machine::Dispatch(Outgoing out, const Location& at) {
  if (env_->session) return DispatchInSession(std::move(out), at);
  const bool own = IsOwnSession(out.target);
  if (own && out.delay_ms > 0) return Delay(std::move(out));
  if (out.delay_ms > 0) {
    return Fails(at, "chart.send", "only an event to the case itself may be delayed");
  }
  if (own || out.target == "#_internal") {
    Queued event{.name = std::move(out.event),
                 .type = own ? "external" : "internal",
                 .sendid = out.id_given ? out.id : "",
                 .origin = own ? "#_internal" : "",
                 .origintype = own ? std::string(kScxmlEvents) : "",
                 .data = std::move(out.data),
                 .from = std::nullopt,
                 .diagnostics = {}};
    if (own) {
      const Value* id = env_->case_info.Find("id");
      event.origin = id != nullptr && id->string() != nullptr ? StrCat("#_scxml_", *id->string())
                                                              : std::string();
    }
    (own ? external_ : internal_).push_back(std::move(event));
    return true;
  }
  if (out.target == "#_parent") return SendToParent(std::move(out), at);
  if (out.target.starts_with("#_scxml_")) {
    out.target.erase(0, std::string_view("#_scxml_").size());
  } else if (out.target.starts_with("#_")) {
    return SendToChild(std::move(out), at);
  } else if (!chart_.workflow) {
    RaiseError(
        {{.code = "chart.send", .message = StrCat("no target \"", out.target, "\""), .at = at}},
        "error.execution", out.id);
    return false;
  }
  report_.effects.push_back(
      SendEvent{std::move(out.target), std::move(out.event), std::move(out.data)});
  return true;
}

// Whether the target is one is decided when the event is sent, whether it is there when the event
// leaves: a delayed one leaves later.
bool Machine::DispatchInSession(Outgoing out, const Location& at) {
  const auto fails = [&](std::string name, std::string_view why) {
    RaiseError({{.code = "chart.send",
                 .message = StrCat(out.event, ": ", why, " \"", out.target, "\""),
                 .at = at}},
               std::move(name), out.id);
    return false;
  };
  if (out.target == "#_internal") {
    if (out.delay_ms > 0) return fails("error.execution", "no delay is possible to");
    internal_.push_back({.name = std::move(out.event),
                         .type = "internal",
                         .sendid = out.id_given ? out.id : "",
                         .origin = "",
                         .origintype = "",
                         .data = std::move(out.data),
                         .from = std::nullopt,
                         .diagnostics = {}});
    return true;
  }
  const bool own = IsOwnSession(out.target);
  if (!own && !(out.target.starts_with("#_") && out.target.size() > 2)) {
    return fails("error.execution", "no target");
  }
  if (!own && out.delay_ms == 0) {
    const Value target[] = {Value(out.target)};
    const bool invoked = IsInvoked(std::string_view(out.target).substr(2));
    const Result<Value> there = invoked ? Value(true) : host_.Call("reachable", target);
    if (!there || *there != Value(true)) return fails("error.communication", "nobody at");
  }
  if (out.id.empty()) out.id = MakeId("send");
  report_.signals.emplace_back(SignalSend{.target = own ? std::string() : std::move(out.target),
                                          .event = std::move(out.event),
                                          .data = std::move(out.data),
                                          .id = std::move(out.id),
                                          .id_given = out.id_given,
                                          .delay_ms = out.delay_ms});
  return true;
}

bool Machine::SendToParent(Outgoing out, const Location& at) {
  const Value* parent = env_->case_info.Find("parent");
  if (parent == nullptr || parent->is_null()) {
    RaiseError({{.code = "chart.send",
                 .message = StrCat(out.event, ": the case has no parent"),
                 .at = at}},
               "error.communication", out.id);
    // A case opened by hand runs the same content as one that was spawned.
    return chart_.workflow;
  }
  report_.effects.push_back(SendEvent{"#_parent", std::move(out.event), std::move(out.data)});
  return true;
}

bool Machine::SendToChild(Outgoing out, const Location& at) {
  const std::string_view id = std::string_view(out.target).substr(2);
  const std::vector<ChildState>& children = state_->children;
  const bool live = std::any_of(children.begin(), children.end(), [&](const ChildState& child) {
    return child.id == id && child.live;
  });
  if (!live) {
    RaiseError({{.code = "chart.send",
                 .message = StrCat(out.event, ": no live child \"", id, "\""),
                 .at = at}},
               "error.communication", out.id);
    return chart_.workflow;
  }
  report_.effects.push_back(
      SendEvent{std::move(out.target), std::move(out.event), std::move(out.data)});
  return true;
}

bool Machine::Do(const Cancel& cancel, const Location& at) {
  std::string id = cancel.id;
  if (cancel.id_expr.given) {
    const std::optional<std::string> text = ComputeText(cancel.id_expr, "sendid", at);
    if (!text) return false;
    id = *text;
  }
  if (env_->session) report_.signals.emplace_back(CancelSend{id});
  const std::string row = StrCat("send.", id);
  std::erase_if(state_->timers, [&](const TimerState& timer) {
    return timer.id == row || timer.id.starts_with(StrCat(row, "#"));
  });
  return true;
}

std::optional<Value> Machine::PayloadValue(const Payload& payload) {
  if (payload.literal) return *payload.literal;
  if (payload.content.given) return Compute(payload.content);
  if (payload.params.empty()) return Value();
  std::optional<Context> params = ParamValues(payload.params);
  if (!params) return std::nullopt;
  return Value(*std::move(params));
}

std::optional<Context> Machine::ParamValues(const std::vector<Param>& params) {
  Context out;
  for (const Param& param : params) {
    std::optional<Value> value = Compute(param.expr);
    if (!value) return std::nullopt;
    AddParam(out, param.name, *std::move(value));
  }
  return out;
}

// A name given several times carries all its values, as a list (section 6.2.4 wants none lost).
void Machine::AddParam(Context& to, const std::string& name, Value value) {
  const Value* other = to.Find(name);
  if (other == nullptr) {
    to.Set(name, std::move(value));
    return;
  }
  List all = other->list() != nullptr ? *other->list() : List{*other};
  all.push_back(std::move(value));
  to.Set(name, Value(std::move(all)));
}

// ---- data --------------------------------------------------------------------------------------

bool Machine::AssignTo(const Place& place, Value value, const Location& at) {
  if (place.slot < 0) {
    return Fails(at, "chart.data", StrCat("\"", place.text, "\" is no place to assign to"));
  }
  if (place.path.empty()) return SetData(place.slot, std::move(value), at);
  std::optional<Value> whole =
      WithEntry(variables_[static_cast<size_t>(place.slot)], place.path, value);
  if (!whole) {
    return Fails(at, "chart.data",
                 StrCat("\"", place.text, "\": there is no context to put it in"));
  }
  return SetData(place.slot, *std::move(whole), at);
}

bool Machine::SetData(int slot, Value value, const Location& at) {
  const DataField& field = chart_.data[static_cast<size_t>(slot)];
  if (field.type.base != Type::Base::kAny && !value.is_null()) {
    Result<Value> fitting = Conform(value, field.type, field.id);
    if (!fitting) {
      for (Diagnostic& diagnostic : fitting.error()) diagnostic.at = at;
      RaiseError(std::move(fitting.error()));
      return false;
    }
    value = *std::move(fitting);
  }
  for (const Replacement& right : env_->corrected) {
    if (right.slot != slot || !(value == right.from)) continue;
    value = right.to;
    break;
  }
  variables_[static_cast<size_t>(slot)] = std::move(value);
  // Parties are functions of the data.
  for (int party = chart_.first_party; party < chart_.event_slot; ++party) {
    ready_[static_cast<size_t>(party - chart_.first_party)] = false;
  }
  return true;
}

bool Machine::InitialiseData(int slot) {
  const DataField& field = chart_.data[static_cast<size_t>(slot)];
  if (field.literal) return SetData(slot, *field.literal, field.at);
  if (!field.expr.given) return true;
  std::optional<Value> value = Compute(field.expr);
  return value && SetData(slot, *std::move(value), field.at);
}

Context Machine::CaseData() {
  std::vector<Context::Entry> entries;
  for (const DataField& field : chart_.data) {
    if (!field.implicit) {
      entries.emplace_back(field.id, variables_[static_cast<size_t>(field.slot)]);
    }
  }
  for (size_t i = 0; i < chart_.parties.size(); ++i) {
    const int slot = chart_.first_party + static_cast<int>(i);
    PrepareSlot(slot);
    entries.emplace_back(chart_.parties[i].name, variables_[static_cast<size_t>(slot)]);
  }
  PrepareSlot(chart_.x_slot);
  entries.emplace_back("_x", variables_[static_cast<size_t>(chart_.x_slot)]);
  return Context(std::move(entries));
}

// ---- evaluation --------------------------------------------------------------------------------

Result<Value> Machine::Evaluate(const Expr& expr) {
  if (!expr.mistakes.empty()) return Unexpected{expr.mistakes};
  if (!expr.given) return Value();
  Prepare(expr.compiled);
  return feel::Evaluate(expr.compiled, variables_, host_);
}

std::optional<Value> Machine::Compute(const Expr& expr) {
  Result<Value> value = Evaluate(expr);
  if (value) return *std::move(value);
  RaiseError(std::move(value.error()));
  return std::nullopt;
}

std::optional<std::string> Machine::ComputeText(const Expr& expr, std::string_view what,
                                                const Location& at) {
  const std::optional<Value> value = Compute(expr);
  if (!value) return std::nullopt;
  if (value->string() != nullptr) return *value->string();
  Fails(at, "feel.type", StrCat(what, ": a text expected, not ", KindName(value->kind())));
  return std::nullopt;
}

std::optional<std::string> Machine::FillText(const feel::TextTemplate& text,
                                             std::span<const Value> further) {
  for (const feel::TextTemplate::Piece& piece : text.pieces) {
    if (const auto* expression = std::get_if<feel::Expression>(&piece)) Prepare(*expression);
  }
  Result<std::string> filled = std::string();
  if (further.empty()) {
    filled = feel::Fill(text, variables_, host_);
  } else {
    std::vector<Value> variables = variables_;
    variables.insert(variables.end(), further.begin(), further.end());
    filled = feel::Fill(text, variables, host_);
  }
  if (filled) return *std::move(filled);
  RaiseError(std::move(filled.error()));
  return std::nullopt;
}

void Machine::RaiseError(Diagnostics diagnostics, std::string name, std::string sendid) {
  Context data;
  if (!diagnostics.empty()) {
    data.Set("code", Value(diagnostics.front().code));
    data.Set("message", Value(diagnostics.front().message));
  }
  internal_.push_back({.name = std::move(name),
                       .type = "platform",
                       .sendid = std::move(sendid),
                       .origin = "",
                       .origintype = "",
                       .data = Value(std::move(data)),
                       .from = std::nullopt,
                       .diagnostics = std::move(diagnostics)});
}

bool Machine::Fails(const Location& at, std::string code, std::string message) {
  RaiseError({{.code = std::move(code), .message = std::move(message), .at = at}});
  return false;
}

// ---- variables behind the data, computed when an expression reads them -------------------------

void Machine::Prepare(const feel::Expression& expression) {
  for (const int slot : expression.reads()) {
    if (slot >= chart_.first_party && slot < chart_.slots) PrepareSlot(slot);
  }
}

void Machine::PrepareSlot(int slot) {
  const size_t flag = static_cast<size_t>(slot - chart_.first_party);
  if (ready_[flag]) return;
  ready_[flag] = true;
  Value& value = variables_[static_cast<size_t>(slot)];
  if (slot < chart_.event_slot) {
    PrepareParty(slot);
  } else if (slot == chart_.event_slot) {
    value = EventValue();
  } else if (slot == chart_.x_slot) {
    value = MakeX();
  } else if (slot == chart_.name_slot) {
    value = Value(chart_.name);
  } else if (slot == chart_.session_slot) {
    const Value* id = env_->case_info.Find("id");
    value = id != nullptr ? *id : Value();
  } else {
    PrepareSlot(chart_.session_slot);
    const Value& id = variables_[static_cast<size_t>(chart_.session_slot)];
    Context address;
    address.Set("location", Value(StrCat("#_scxml_", id.string() != nullptr ? *id.string() : "")));
    Context processors;
    processors.Set(kScxmlEvents, Value(address));
    processors.Set("scxml", Value(std::move(address)));
    value = Value(std::move(processors));
  }
}

// A party that cannot be computed yet (its data are missing) is null, not an error.
void Machine::PrepareParty(int slot) {
  const Party& party = chart_.parties[static_cast<size_t>(slot - chart_.first_party)];
  Result<Value> value = Evaluate(party.expr);
  const bool fits = value && value->context() != nullptr;
  variables_[static_cast<size_t>(slot)] = fits ? *std::move(value) : Value();
}

Context Machine::Parties() {
  Context out;
  for (size_t i = 0; i < chart_.parties.size(); ++i) {
    const int slot = chart_.first_party + static_cast<int>(i);
    PrepareSlot(slot);
    out.Set(chart_.parties[i].name, variables_[static_cast<size_t>(slot)]);
  }
  return out;
}

void Machine::SetEvent(const Current& event) {
  event_ = event;
  ready_[static_cast<size_t>(chart_.event_slot - chart_.first_party)] = false;
}

// Unbound before the first event, then always with the seven entries (section 5.10.1).
Value Machine::EventValue() const {
  if (event_.data == nullptr) return Value();
  const auto text = [](std::string_view s) { return s.empty() ? Value() : Value(s); };
  return Value(Context(std::vector<Context::Entry>{{"name", Value(event_.name)},
                                                   {"type", Value(event_.type)},
                                                   {"sendid", text(event_.sendid)},
                                                   {"origin", text(event_.origin)},
                                                   {"origintype", text(event_.origintype)},
                                                   {"invokeid", text(event_.invokeid)},
                                                   {"data", *event_.data}}));
}

Value Machine::MakeX() const {
  // Local time without a zone, as the dates and times of forms are.
  const Date day = BeijingDate(env_->now);
  DateTime now{.date = day, .time = {}};
  now.time.nanos = (env_->now - BeijingMidnight(day)) * 1'000'000;
  const auto with = [](const Context& given, std::initializer_list<std::string_view> names) {
    // What the caller leaves out is null rather than missing.
    Context out = given;
    for (const std::string_view name : names) {
      if (out.Find(name) == nullptr) out.Set(name, Value());
    }
    return Value(std::move(out));
  };
  Context x;
  x.Set("actor", with(env_->actor, {"account", "role", "org", "region", "on_behalf"}));
  x.Set("now", Value(now));
  x.Set("today", Value(env_->today));
  x.Set("case", with(env_->case_info, {"id", "region", "owner", "process", "opened_on", "parent"}));
  return Value(std::move(x));
}

Instant Machine::Midnight() const {
  return BeijingMidnight(env_->today);
}

}  // namespace anjuan::chart
