#include "engine/chart/examine.h"

#include <algorithm>

#include "engine/base/json_place.h"
#include "engine/base/text.h"
#include "engine/chart/examiner.h"

namespace anjuan::chart {

namespace {

constexpr size_t kMostFindings = 1000;

// With one of these the states and transitions read are not those that were meant.
bool IsTorn(const Diagnostics& told) {
  static constexpr std::string_view kTorn[] = {"chart.element",   "chart.attribute", "chart.target",
                                               "chart.duplicate", "chart.initial",   "chart.size"};
  return std::any_of(told.begin(), told.end(), [](const Diagnostic& d) {
    return d.severity == Severity::kError &&
           std::find(std::begin(kTorn), std::end(kTorn), d.code) != std::end(kTorn);
  });
}

// Data a case may begin with: what its own form asks, what a parent hands down.
std::set<int> GivenTo(const Subject& subject, const std::vector<Subject>& all) {
  const Chart& chart = *subject.chart;
  std::set<int> given;
  for (const DataField& field : chart.data) {
    if (field.implicit || field.expr.given || field.literal || !subject.opened_with ||
        subject.opened_with->contains(field.id)) {
      given.insert(field.slot);
    }
  }
  for (const Subject& parent : all) {
    for (const SpawnUse& spawn : parent.chart->spawns) {
      if (spawn.process != chart.name) continue;
      for (const auto& [name, type] : spawn.params) {
        if (const int slot = chart.FindData(name); slot >= 0) given.insert(slot);
      }
    }
  }
  return given;
}

Diagnostics ExamineOne(const Subject& subject, const std::vector<Subject>& all,
                       const ExploreLimits& limits) {
  const Chart& chart = *subject.chart;
  const Guards guards(chart, subject.form);
  Graph graph(chart, guards, limits);
  Examiner examiner{.subject = subject, .chart = chart, .guards = guards, .graph = graph};
  CheckGuards(examiner);
  CheckWays(examiner);
  CheckTimers(examiner);
  CheckFlow(examiner, GivenTo(subject, all));
  CheckChildren(examiner, all);
  std::stable_sort(examiner.found.begin(), examiner.found.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
                   });
  return std::move(examiner.found);
}

}  // namespace

void Examiner::Tell(Severity severity, const Location& at, std::string code, std::string message,
                    std::string hint) {
  if (found.size() >= kMostFindings) return;
  found.push_back({.severity = severity,
                   .code = std::move(code),
                   .message = std::move(message),
                   .at = at,
                   .hint = std::move(hint),
                   .source_line = SourceLine(subject.text, at.line)});
}

bool Examiner::Told(const Location& at, std::string_view code) const {
  return std::any_of(subject.told.begin(), subject.told.end(),
                     [&](const Diagnostic& d) { return d.at == at && d.code == code; });
}

Diagnostics Examine(const std::vector<Subject>& subjects, const ExploreLimits& limits) {
  Diagnostics out;
  for (const Subject& subject : subjects) {
    if (!subject.wanted || subject.chart->states.size() < 2 || IsTorn(subject.told)) continue;
    Append(out, ExamineOne(subject, subjects, limits));
  }
  return out;
}

void Flatten(const Block& block, std::vector<const Action*>& out) {
  for (const Action& action : block) {
    out.push_back(&action);
    if (const auto* choice = std::get_if<If>(&action.what)) {
      for (const Branch& branch : choice->branches) Flatten(branch.body, out);
    }
    if (const auto* loop = std::get_if<Foreach>(&action.what)) Flatten(loop->body, out);
  }
}

std::set<int> WritesOf(const Block& block) {
  std::vector<const Action*> actions;
  Flatten(block, actions);
  std::set<int> out;
  for (const Action* action : actions) {
    if (const auto* assign = std::get_if<Assign>(&action->what)) {
      if (assign->expr.text() != "null") out.insert(assign->to.slot);
    } else if (const auto* take = std::get_if<Take>(&action->what)) {
      out.insert(take->slots.begin(), take->slots.end());
    } else if (const auto* number = std::get_if<Number>(&action->what)) {
      out.insert(number->slot);
    } else if (const auto* send = std::get_if<Send>(&action->what)) {
      out.insert(send->id_location.slot);
    } else if (const auto* loop = std::get_if<Foreach>(&action->what)) {
      out.insert(loop->item.slot);
      out.insert(loop->index.slot);
    }
  }
  out.erase(-1);
  return out;
}

}  // namespace anjuan::chart
