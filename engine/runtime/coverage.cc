#include "engine/runtime/coverage.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

namespace {

void AddStep(const FoldedStep& folded, Coverage& out) {
  const chart::Chart& chart = *out.definition->chart;
  for (const std::string& state : folded.step.entered) out.states.insert(chart.FindState(state));
  out.transitions.insert(folded.step.transitions.begin(), folded.step.transitions.end());
  const chart::Event& event = folded.payload.event;
  if (event.kind == chart::Event::Kind::kTimer || folded.row.type == "warning") {
    out.timers.insert(event.origin);
  }
  for (const chart::Effect& effect : folded.step.effects) {
    const auto* issue = std::get_if<chart::IssueDocument>(&effect);
    if (issue != nullptr) out.documents.insert(issue->code);
  }
}

// "drafting --send_offer--> offer_sent (P01.T01)"
std::string Describe(const chart::Chart& chart, const chart::Transition& transition) {
  std::vector<std::string> targets;
  for (const int target : transition.targets) targets.push_back(chart.at(target).id);
  std::string out =
      StrCat(chart.at(transition.source).id, " --", Join(transition.events, " "), "--> ",
             targets.empty() ? chart.at(transition.source).id : Join(targets, " "));
  if (!transition.refs.empty()) out += StrCat(" (", Join(transition.refs, " "), ")");
  return StrCat(out, " :", transition.at.line);
}

}  // namespace

Diagnostics AddCoverage(Office& office, CoverageByName& coverage) {
  Diagnostics mistakes;
  office.store().Read([&](port::Reader& reader) {
    reader.Scan(port::cases::kTable, {}, [&](const port::Row& row) {
      const CaseRecord record = ToCase(row);
      const auto definition = office.FindDefinition(reader, record.definition);
      Coverage& own = coverage[record.process];
      if (own.definition == nullptr) own.definition = definition;
      if (own.definition->hash != definition->hash) {
        mistakes.push_back(
            {.code = "coverage.version",
             .message = StrCat("案卷 ", record.id, " 用的是流程 ", record.process, " 的另一版本")});
        return true;
      }
      const std::vector<HistoryRecord> rows = LoadHistory(reader, record.area, record.id);
      const auto end = FoldCase(*definition, rows, [&](const FoldedStep& folded) {
        AddStep(folded, own);
        return true;
      });
      if (!end) Append(mistakes, end.error());
      return true;
    });
  });
  return mistakes;
}

std::vector<CoverageOf> Summarize(const Coverage& coverage) {
  const chart::Chart& chart = *coverage.definition->chart;
  CoverageOf states{"states", 0, {}};
  for (const chart::State& state : chart.states) {
    if (state.kind == chart::StateKind::kHistory || state.index == 0) continue;
    ++states.total;
    if (!coverage.states.contains(state.index)) states.missed.push_back(state.id);
  }
  CoverageOf transitions{"transitions", chart.transitions.size(), {}};
  for (const chart::Transition& transition : chart.transitions) {
    if (coverage.transitions.contains(transition.index)) continue;
    transitions.missed.push_back(Describe(chart, transition));
  }
  CoverageOf timers{"timers", chart.timers.size(), {}};
  for (const chart::Timer& timer : chart.timers) {
    if (!coverage.timers.contains(timer.id)) timers.missed.push_back(timer.id);
  }
  std::set<std::string> codes;
  for (const chart::TemplateUse& use : chart.templates) codes.insert(use.code);
  CoverageOf documents{"documents", codes.size(), {}};
  std::ranges::set_difference(codes, coverage.documents, std::back_inserter(documents.missed));
  return {std::move(states), std::move(transitions), std::move(timers), std::move(documents)};
}

}  // namespace anjuan::runtime
