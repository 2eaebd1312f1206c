// Deadlines of a case, by the rules of the catalogue ("How timers run", engine/chart/README.md).
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"
#include "engine/chart/timing.h"

namespace anjuan::chart {

namespace {

constexpr std::string_view kSend = "send.";

bool Fired(const TimerState& row) {
  return row.due && row.fired_due == row.due;
}

bool RunsIn(const Timer& timer, const StateSet& configuration) {
  return std::any_of(timer.runs_in.begin(), timer.runs_in.end(),
                     [&](int state) { return configuration.Has(state); });
}

}  // namespace

// ---- rows, ordered by id -----------------------------------------------------------------------

TimerState* Machine::FindRow(std::string_view id) {
  std::vector<TimerState>& rows = state_->timers;
  const auto it =
      std::find_if(rows.begin(), rows.end(), [&](const TimerState& row) { return row.id == id; });
  return it == rows.end() ? nullptr : &*it;
}

TimerState& Machine::RowFor(const Timer& timer) {
  if (TimerState* row = FindRow(timer.id)) return *row;
  std::vector<TimerState>& rows = state_->timers;
  const auto it = std::find_if(rows.begin(), rows.end(),
                               [&](const TimerState& row) { return row.id > timer.id; });
  TimerState row;
  row.id = timer.id;
  row.event = timer.event;
  return *rows.insert(it, std::move(row));
}

void Machine::EraseRow(std::string_view id) {
  std::erase_if(state_->timers, [&](const TimerState& row) { return row.id == id; });
}

std::string Machine::NameOf(const Timer& timer) const {
  return timer.label.empty() ? timer.id : StrCat(timer.id, timer.label);
}

bool Machine::IsAwake(const Timer& timer, const StateSet& configuration) const {
  return RunsIn(timer, configuration);
}

// ---- the actions -------------------------------------------------------------------------------

bool Machine::Do(const TimerAction& action, const Location&) {
  for (const int index : action.timers) {
    const Timer& timer = chart_.timers[static_cast<size_t>(index)];
    switch (action.kind) {
      case TimerAction::Kind::kStart:
      case TimerAction::Kind::kRestart:
        if (!Arm(timer)) return false;
        break;
      case TimerAction::Kind::kStop:
        if (TimerState* row = FindRow(timer.id)) {
          row->due.reset();
          row->paused_left_ms.reset();
          row->warnings.clear();
        }
        break;
      case TimerAction::Kind::kPause:
        Pause(timer);
        break;
      case TimerAction::Kind::kResume:
        Resume(timer);
        break;
      case TimerAction::Kind::kExtend:
        if (!Extend(timer, action.due)) return false;
        break;
    }
  }
  return true;
}

// A length that no area knows gives no end date: nothing is armed, and the history says so.
bool Machine::Arm(const Timer& timer) {
  const std::optional<Value> due = Compute(timer.due);
  if (!due) return false;
  if (due->is_null()) {
    if (TimerState* row = FindRow(timer.id)) {
      row->due.reset();
      row->paused_left_ms.reset();
      row->warnings.clear();
    }
    report_.notes.push_back(StrCat("期限", NameOf(timer), "：本地区无现行期限规定，不计算"));
    return true;
  }
  const std::optional<Instant> instant = ToDue(*due);
  if (!instant) {
    return Fails(
        timer.due.at, "chart.timer",
        StrCat("timer \"", timer.id, "\" is due on a date, not a ", KindName(due->kind())));
  }
  SetDue(timer, RowFor(timer), *instant);
  return true;
}

void Machine::SetDue(const Timer& timer, TimerState& row, Instant due) {
  row.due = due;
  row.paused_left_ms.reset();
  row.warnings.clear();
  for (const Value& before : timer.warn) {
    const std::optional<Instant> at = MoveBy(due, before, -1);
    if (at && *at > env_->now) row.warnings.push_back(*at);
  }
  std::sort(row.warnings.begin(), row.warnings.end());
}

// What is left of a period that ends at 24:00 is whole days, counted from the business date, so
// that resuming adds the days between.
void Machine::Pause(const Timer& timer) {
  TimerState* row = FindRow(timer.id);
  if (row == nullptr || !row->due || Fired(*row)) return;
  const Instant from = IsBeijingMidnight(*row->due) ? Midnight() : env_->now;
  row->paused_left_ms = std::max<Instant>(*row->due - from, 0);
  row->due.reset();
  row->warnings.clear();
}

void Machine::Resume(const Timer& timer) {
  TimerState* row = FindRow(timer.id);
  if (row == nullptr || !row->paused_left_ms) return;
  const std::int64_t left = *row->paused_left_ms;
  SetDue(timer, *row, (left % kMillisecondsPerDay == 0 ? Midnight() : env_->now) + left);
}

bool Machine::Extend(const Timer& timer, const Expr& expr) {
  const std::optional<Value> value = Compute(expr);
  if (!value) return false;
  const std::optional<Instant> due = ToDue(*value);
  if (!due) {
    return Fails(
        expr.at, "chart.timer",
        StrCat("timer \"", timer.id, "\" is extended to a date, not a ", KindName(value->kind())));
  }
  TimerState* row = FindRow(timer.id);
  if (row != nullptr && row->paused_left_ms) {
    row->paused_left_ms =
        std::max<Instant>(*due - (IsBeijingMidnight(*due) ? Midnight() : env_->now), 0);
  } else if (row != nullptr && row->due) {
    SetDue(timer, *row, *due);
  } else {
    report_.notes.push_back(StrCat("期限", NameOf(timer), "：未在计算中，不能延长"));
  }
  return true;
}

// ---- entering the states a timer runs in -------------------------------------------------------

// Moving between two of its states neither re-arms a timer that was stopped nor one that fired.
bool Machine::StartOnEntry(int state) {
  for (const int index : chart_.at(state).timers) {
    const Timer& timer = chart_.timers[static_cast<size_t>(index)];
    const bool from_outside = !RunsIn(timer, before_);
    TimerState* row = FindRow(timer.id);
    if (row != nullptr && row->due && !Fired(*row)) {
      if (from_outside && !CatchUp(timer, *row)) return false;
      continue;
    }
    const bool fresh = row == nullptr || (from_outside && !row->paused_left_ms);
    if (timer.start_on_entry && fresh && !Arm(timer)) return false;
  }
  return true;
}

// A repeating timer that slept through several of its dates fires once on return, for the last.
bool Machine::CatchUp(const Timer& timer, TimerState& row) {
  if (!timer.repeat.given || *row.due > env_->now) return true;
  const std::optional<Value> step = Compute(timer.repeat);
  if (!step) return false;
  std::optional<Instant> next = MoveBy(*row.due, *step, 1);
  while (next && *next > *row.due && *next <= env_->now) {
    SetDue(timer, row, *next);
    next = MoveBy(*row.due, *step, 1);
  }
  return true;
}

// ---- firing ------------------------------------------------------------------------------------

bool Machine::Fire(const Event& event, Current& current) {
  TimerState* row = FindRow(event.origin);
  if (row == nullptr || !row->due || Fired(*row) || *row->due > env_->now) {
    report_.notes.push_back(StrCat("timer ", event.origin, " is not due"));
    return false;
  }
  if (event.origin.starts_with(kSend)) return FireSend(*row, current);
  const int index = chart_.FindTimer(event.origin);
  if (index < 0 || !IsAwake(chart_.timers[static_cast<size_t>(index)], state_->configuration)) {
    report_.notes.push_back(StrCat("timer ", event.origin, " sleeps"));
    return false;
  }
  const Timer& timer = chart_.timers[static_cast<size_t>(index)];
  row->fired_due = row->due;
  row->warnings.clear();
  if (!timer.repeat.given) return true;
  const std::optional<Value> step = Compute(timer.repeat);
  if (!step || step->is_null()) return true;  // no repetition here: it was the last time
  const std::optional<Instant> next = MoveBy(*row->due, *step, 1);
  if (next && *next > *row->due) {
    SetDue(timer, *row, *next);
  } else {
    Fails(timer.repeat.at, "chart.timer",
          StrCat("timer \"", timer.id, "\" repeats by a duration above zero"));
  }
  return true;
}

// A delayed <send> is an event the case sent itself: no role is asked for.
bool Machine::FireSend(TimerState& row, Current& current) {
  current.from = std::nullopt;
  taken_.data = std::move(row.data);
  current.data = &taken_.data;
  current.origin = {};
  taken_.sendid = row.id.substr(kSend.size());
  if (const size_t mark = taken_.sendid.find('#'); mark != std::string::npos) {
    taken_.sendid.resize(mark);
  }
  if (!taken_.sendid.starts_with("auto.")) current.sendid = taken_.sendid;
  const std::string row_id = row.id;
  EraseRow(row_id);
  return true;
}

bool Machine::Delay(Outgoing out) {
  if (out.id.empty()) out.id = StrCat("auto.", env_->now, ".", sends_++);
  std::string id = StrCat(kSend, out.id);
  // The same id may be under way several times; cancel takes them all.
  for (int copy = 2; FindRow(id) != nullptr; ++copy) id = StrCat(kSend, out.id, "#", copy);
  TimerState row;
  row.id = id;
  row.due = env_->now + out.delay_ms;
  row.event = std::move(out.event);
  row.data = std::move(out.data);
  std::vector<TimerState>& rows = state_->timers;
  const auto it = std::find_if(rows.begin(), rows.end(),
                               [&](const TimerState& other) { return other.id > id; });
  rows.insert(it, std::move(row));
  return true;
}

// ---- warnings ----------------------------------------------------------------------------------

Value Machine::OwnerParty(const Role& role) {
  if (role.kind == Role::Kind::kParty) {
    const int party = chart_.FindParty(role.name);
    if (party < 0) return Value();
    PrepareSlot(chart_.first_party + party);
    return variables_[static_cast<size_t>(chart_.first_party + party)];
  }
  Context context;
  context.Set("roles", Value(List{Value(role.name)}));
  context.Set("org", Value());
  context.Set("name", Value());
  return Value(std::move(context));
}

void Machine::FeedWarning(const std::string& id) {
  TimerState* row = FindRow(id);
  const int index = chart_.FindTimer(id);
  if (row == nullptr || index < 0 || !row->due) return;
  const size_t due_now =
      static_cast<size_t>(std::upper_bound(row->warnings.begin(), row->warnings.end(), env_->now) -
                          row->warnings.begin());
  if (due_now == 0) return;
  row->warnings.erase(row->warnings.begin(),
                      row->warnings.begin() + static_cast<std::ptrdiff_t>(due_now));
  const Timer& timer = chart_.timers[static_cast<size_t>(index)];
  const std::string name = timer.label.empty() ? timer.id : timer.label;
  const std::string text = StrCat(name, "将于", ToChinese(LastDay(*row->due)), "届满，请及时办理");
  for (const int state : timer.runs_in) {
    if (state_->configuration.Has(state)) NotifyOwners(state, text);
  }
  report_.notes.push_back(text);
}

// Who was told it in this step already is not told again.
void Machine::NotifyOwners(int state, const std::string& text) {
  for (const Role& role : chart_.at(state).owner) {
    Value party = OwnerParty(role);
    const bool told = std::ranges::any_of(report_.effects, [&](const Effect& effect) {
      const auto* notice = std::get_if<Notify>(&effect);
      return notice != nullptr && notice->party == party && notice->text == text;
    });
    if (!party.is_null() && !told) report_.effects.push_back(Notify{std::move(party), text});
  }
}

void Machine::TellOwners(const std::string& text) {
  for (int state = 1; state < static_cast<int>(chart_.states.size()); ++state) {
    if (state_->configuration.Has(state)) NotifyOwners(state, text);
  }
}

std::vector<Wake> Wakes(const Chart& chart, const CaseState& state) {
  std::vector<Wake> out;
  if (!state.running) return out;
  StateSet configuration(chart.states.size());
  for (const std::string& id : state.configuration) {
    const int index = chart.FindState(id);
    if (index > 0) configuration.Insert(index);
  }
  for (const TimerState& row : state.timers) {
    if (!row.due || Fired(row)) continue;
    const int index = chart.FindTimer(row.id);
    const bool awake =
        row.id.starts_with(kSend) ||
        (index >= 0 && RunsIn(chart.timers[static_cast<size_t>(index)], configuration));
    if (!awake) continue;
    const bool warning = !row.warnings.empty() && row.warnings.front() < *row.due;
    out.push_back({row.id, warning ? row.warnings.front() : *row.due, warning});
  }
  return out;
}

}  // namespace anjuan::chart
