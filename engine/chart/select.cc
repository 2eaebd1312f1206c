// Questions about a case that run nothing: which transition an event would take, what can be done.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

namespace {

void AddOnce(std::vector<std::string>& list, std::string text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

Selection Machine::Select(const Event& event) {
  Selection out;
  Current current = View(event);
  current.sendid = current.origintype = current.invokeid = {};
  if (event.kind == Event::Kind::kTimer && event.origin.starts_with("send.")) {
    current.from = std::nullopt;
  }
  SetEvent(current);
  std::vector<int> named;
  std::vector<int> mine;
  if (state_->running) {
    for (const int index : Candidates(event.name)) {
      const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
      if (!state_->configuration.Has(transition.source)) continue;
      named.push_back(index);
      if (MayFire(transition, current)) mine.push_back(index);
    }
  }
  if (named.empty()) return out;
  if (mine.empty()) {
    out.verdict = Selection::Verdict::kNotYourRole;
    out.transitions = named;
    for (const int index : named) {
      for (const Role& role : chart_.transitions[static_cast<size_t>(index)].roles) {
        AddOnce(out.roles, ToString(role));
      }
    }
    return out;
  }
  SelectTransitions(current);
  out.transitions = enabled_;
  if (!out.transitions.empty()) {
    out.verdict = Selection::Verdict::kEnabled;
    return out;
  }
  out.verdict = Selection::Verdict::kGuardFalse;
  out.transitions = mine;
  std::vector<std::string> conds;
  for (const int index : mine) {
    const Transition& transition = chart_.transitions[static_cast<size_t>(index)];
    GuardReport report;
    EvaluateGuard(transition, report);
    for (std::string& rule : report.failed) AddOnce(out.conditions, std::move(rule));
    if (report.cond_failed) AddOnce(conds, StrCat("条件不成立：", transition.cond.text()));
    Append(out.errors, std::move(report.errors));
  }
  // A named rule says more than the conditions that only choose between transitions.
  if (out.conditions.empty()) out.conditions = std::move(conds);
  if (!out.errors.empty()) out.verdict = Selection::Verdict::kError;
  return out;
}

std::vector<Task> Tasks(const Chart& chart, const CaseState& state) {
  std::vector<Task> out;
  if (!state.running) return out;
  for (const std::string& id : state.configuration) {
    const int index = chart.FindState(id);
    if (index <= 0) continue;
    for (const int number : chart.at(index).transitions) {
      const Transition& transition = chart.transitions[static_cast<size_t>(number)];
      std::vector<std::string> roles;
      for (const Role& role : transition.roles) {
        if (role.kind == Role::Kind::kPerson || role.kind == Role::Kind::kParty) {
          roles.push_back(ToString(role));
        }
      }
      if (roles.empty()) continue;
      for (const std::string& event : transition.events) {
        if (event == "*") continue;
        const auto same = std::find_if(out.begin(), out.end(), [&](const Task& task) {
          return task.event == event && task.form == transition.form &&
                 task.label == transition.label;
        });
        if (same == out.end()) {
          out.push_back({event, transition.label, roles, transition.form, id});
        } else {
          for (const std::string& role : roles) AddOnce(same->roles, role);
        }
      }
    }
  }
  return out;
}

}  // namespace anjuan::chart
