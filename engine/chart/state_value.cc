// The stored form of a case's state (engine/chart/README.md, "Stored form", version 1).
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/state_set.h"
#include "engine/chart/step.h"

namespace anjuan::chart {

namespace {

constexpr int kFormat = 1;

Value TextsValue(const std::vector<std::string>& texts) {
  List list;
  for (const std::string& text : texts) list.emplace_back(text);
  return Value(std::move(list));
}

void SetInstant(Context& context, std::string_view name, const std::optional<Instant>& instant) {
  if (instant) context.Set(name, Value(*instant));
}

Value TimerValue(const TimerState& timer) {
  Context out;
  out.Set("id", Value(timer.id));
  SetInstant(out, "due", timer.due);
  SetInstant(out, "paused_left_ms", timer.paused_left_ms);
  SetInstant(out, "fired_due", timer.fired_due);
  if (!timer.warnings.empty()) {
    List warnings;
    for (const Instant at : timer.warnings) warnings.emplace_back(at);
    out.Set("warnings", Value(std::move(warnings)));
  }
  out.Set("event", Value(timer.event));
  if (!timer.data.is_null()) out.Set("data", timer.data);
  return Value(std::move(out));
}

class Reading {
 public:
  explicit Reading(const Chart& chart) : chart_(chart) {}

  CaseState Read(const Value& value) {
    CaseState state;
    if (value["format"] != Value(kFormat)) {
      Wrong("format", StrCat("version ", kFormat, " expected"));
      return state;
    }
    state.configuration = States(value["states"], "states");
    if (const Context* history = value["history"].context()) {
      for (const auto& [id, states] : history->entries()) {
        CheckState(id, "history");
        state.history[id] = States(states, "history");
      }
    }
    ReadData(value["data"], state);
    for (const Value& timer : Items(value["timers"])) state.timers.push_back(ReadTimer(timer));
    for (const Value& child : Items(value["children"])) {
      state.children.push_back({Text(child["id"]), Text(child["process"]), Text(child["identity"]),
                                Flag(child["live"], true)});
    }
    state.bound = States(value["bound"], "bound");
    state.running = Flag(value["running"], true);
    for (const Value& invoke : Items(value["invokes"])) state.invokes.push_back(ReadInvoke(invoke));
    state.generated = static_cast<int>(Number(value["generated"]).value_or(0));
    CheckLegal(state);
    return state;
  }

  Diagnostics mistakes;

 private:
  void Wrong(std::string_view where, std::string_view message) {
    mistakes.push_back({.code = "chart.state",
                        .message = StrCat("the stored state does not fit the chart \"", chart_.name,
                                          "\": ", where, ": ", message)});
  }

  static List Items(const Value& value) { return value.list() != nullptr ? *value.list() : List(); }
  std::string Text(const Value& value) {
    if (value.string() != nullptr) return *value.string();
    Wrong("text", "missing");
    return "";
  }
  static bool Flag(const Value& value, bool otherwise) {
    return value.boolean() != nullptr ? *value.boolean() : otherwise;
  }
  static std::optional<Instant> Number(const Value& value) {
    return value.number() != nullptr ? value.number()->ToInteger() : std::nullopt;
  }

  void CheckState(const std::string& id, std::string_view where) {
    if (chart_.FindState(id) <= 0) Wrong(where, StrCat("no state \"", id, "\""));
  }

  std::vector<std::string> States(const Value& value, std::string_view where) {
    std::vector<std::string> out;
    for (const Value& id : Items(value)) {
      out.push_back(Text(id));
      CheckState(out.back(), where);
    }
    return out;
  }

  void ReadData(const Value& value, CaseState& state) {
    state.data.resize(chart_.data.size());
    const Context* data = value.context();
    if (data == nullptr) return Wrong("data", "missing");
    for (const auto& [id, datum] : data->entries()) {
      const int slot = chart_.FindData(id);
      if (slot < 0) {
        Wrong("data", StrCat("no datum \"", id, "\""));
      } else {
        state.data[static_cast<size_t>(slot)] = datum;
      }
    }
  }

  InvokeState ReadInvoke(const Value& value) {
    InvokeState invoke{Text(value["id"]), Text(value["state"]),
                       static_cast<int>(Number(value["position"]).value_or(0))};
    const int state = chart_.FindState(invoke.state);
    if (state <= 0 || invoke.position < 0 ||
        static_cast<size_t>(invoke.position) >= chart_.at(state).invokes.size()) {
      Wrong("invokes", StrCat("no such <invoke> in \"", invoke.state, "\""));
    }
    return invoke;
  }

  TimerState ReadTimer(const Value& value) {
    TimerState timer;
    timer.id = Text(value["id"]);
    timer.due = Number(value["due"]);
    timer.paused_left_ms = Number(value["paused_left_ms"]);
    timer.fired_due = Number(value["fired_due"]);
    for (const Value& at : Items(value["warnings"])) {
      if (const auto instant = Number(at)) timer.warnings.push_back(*instant);
    }
    timer.event = Text(value["event"]);
    timer.data = value["data"];
    if (!timer.id.starts_with("send.") && chart_.FindTimer(timer.id) < 0) {
      Wrong("timers", StrCat("no timer \"", timer.id, "\""));
    }
    return timer;
  }

  // Section 3.11: one child of each active compound state, all of each active parallel. What is
  // missing is named: a state half-way between two configurations must not be stepped on.
  void CheckLegal(const CaseState& state) {
    if (!mistakes.empty()) return;
    if (state.configuration.empty()) return Wrong("states", "none is active");
    StateSet active(chart_.states.size());
    for (const std::string& id : state.configuration) active.Insert(chart_.FindState(id));
    active.Insert(0);
    active.ForEach([&](int index) {
      const State& s = chart_.at(index);
      if (index > 0 && !active.Has(s.parent)) {
        Wrong("states", StrCat("\"", s.id, "\" is active, its parent ", Name(s.parent), " is not"));
      }
      if (s.kind == StateKind::kHistory) Wrong("states", StrCat("\"", s.id, "\" is a history"));
      CheckChildren(active, index, "states");
      if (state.running && s.kind == StateKind::kFinal && s.parent == 0) {
        Wrong("running", StrCat("the final state \"", s.id, "\" was reached"));
      }
    });
    for (const auto& [id, recorded] : state.history) CheckHistory(id, recorded);
  }

  std::string Name(int state) const {
    return state == 0 ? "<scxml>" : StrCat("\"", chart_.at(state).id, "\"");
  }

  void CheckChildren(const StateSet& active, int index, std::string_view where) {
    const State& state = chart_.at(index);
    std::vector<std::string> there;
    std::vector<std::string> missing;
    for (const int child : state.children) {
      (active.Has(child) ? there : missing).push_back(Name(child));
    }
    if (state.kind == StateKind::kParallel) {
      for (const std::string& region : missing) {
        Wrong(where, StrCat("region ", region, " of ", Name(index), " is missing"));
      }
    } else if (state.kind == StateKind::kCompound && there.empty()) {
      Wrong(where, StrCat("in ", Name(index), " one is missing of ", Join(missing, ", ")));
    } else if (state.kind == StateKind::kCompound && there.size() > 1) {
      Wrong(where, StrCat("in ", Name(index), " only one can be, not ", Join(there, ", ")));
    }
  }

  // What a history has recorded is entered as it is: it must be whole below the history's parent.
  void CheckHistory(const std::string& id, const std::vector<std::string>& recorded) {
    const State& history = chart_.at(chart_.FindState(id));
    const std::string where = StrCat("history \"", id, "\"");
    if (history.kind != StateKind::kHistory) return Wrong(where, "the state is no history");
    StateSet active(chart_.states.size());
    active.Insert(history.parent);
    for (const std::string& kept : recorded) {
      int state = chart_.FindState(kept);
      const State& s = chart_.at(state);
      const bool atomic = s.kind == StateKind::kAtomic || s.kind == StateKind::kFinal;
      if (!chart_.IsDescendant(state, history.parent) || s.kind == StateKind::kHistory ||
          (history.deep ? !atomic : s.parent != history.parent)) {
        return Wrong(where, StrCat("\"", kept, "\" is no state it could record"));
      }
      for (; state != history.parent; state = chart_.at(state).parent) active.Insert(state);
    }
    active.ForEach([&](int index) {
      if (history.deep || index == history.parent) CheckChildren(active, index, where);
    });
  }

  const Chart& chart_;
};

}  // namespace

Value ToValue(const Chart& chart, const CaseState& state) {
  Context out;
  out.Set("format", Value(kFormat));
  out.Set("states", TextsValue(state.configuration));
  Context history;
  for (const auto& [id, states] : state.history) history.Set(id, TextsValue(states));
  out.Set("history", Value(std::move(history)));
  Context data;
  for (const DataField& field : chart.data) {
    const size_t slot = static_cast<size_t>(field.slot);
    if (slot < state.data.size() && !state.data[slot].is_null()) {
      data.Set(field.id, state.data[slot]);
    }
  }
  out.Set("data", Value(std::move(data)));
  List timers;
  for (const TimerState& timer : state.timers) timers.push_back(TimerValue(timer));
  out.Set("timers", Value(std::move(timers)));
  List children;
  for (const ChildState& child : state.children) {
    Context entry;
    entry.Set("id", Value(child.id));
    entry.Set("process", Value(child.process));
    entry.Set("identity", Value(child.identity));
    entry.Set("live", Value(child.live));
    children.emplace_back(std::move(entry));
  }
  out.Set("children", Value(std::move(children)));
  out.Set("bound", TextsValue(state.bound));
  out.Set("running", Value(state.running));
  // Only sessions of plain SCXML have these.
  List invokes;
  for (const InvokeState& invoke : state.invokes) {
    Context entry;
    entry.Set("id", Value(invoke.id));
    entry.Set("state", Value(invoke.state));
    entry.Set("position", Value(invoke.position));
    invokes.emplace_back(std::move(entry));
  }
  if (!invokes.empty()) out.Set("invokes", Value(std::move(invokes)));
  if (state.generated > 0) out.Set("generated", Value(state.generated));
  return Value(std::move(out));
}

Result<CaseState> FromValue(const Chart& chart, const Value& value) {
  Reading reading(chart);
  CaseState state = reading.Read(value);
  if (!reading.mistakes.empty()) return Unexpected{std::move(reading.mistakes)};
  return state;
}

}  // namespace anjuan::chart
