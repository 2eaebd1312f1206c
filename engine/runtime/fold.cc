#include "engine/runtime/fold.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/chart/host.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

bool ChangesState(const HistoryRecord& row) {
  return row.type == "opened" || row.type == "event" || row.type == "warning" ||
         row.type == "correct" || row.type == "calendar" || row.type == "cancelled";
}

chart::StepResult Again(const Definition& definition, std::span<const PastStep> past,
                        const chart::CaseState& state, const HistoryRecord& row,
                        const StepPayload& payload, const chart::Env& env) {
  const chart::Chart& chart = *definition.chart;
  if (row.type == "opened") return chart::Start(chart, payload.initial, env);
  if (row.type == "event") return chart::Step(chart, state, payload.event, env);
  if (row.type == "warning") return chart::TimerWarning(chart, state, payload.event.origin, env);
  if (row.type == "correct") return Correct(definition, past, state, payload.event.data, env);
  if (row.type == "calendar") return Recount(definition, past, state, payload.event.data, env);
  chart::StepResult cancelled;
  cancelled.state = Ended(state);
  return cancelled;
}

Unexpected<Diagnostics> Broken(const HistoryRecord& row, std::string code, std::string_view what) {
  return Fail(std::move(code), StrCat("案卷 ", row.case_id, " 第 ", row.seq, " 条：", what));
}

}  // namespace

PastStep ToPast(const FoldedStep& folded) {
  return {.type = folded.row.type,
          .seq = folded.row.seq,
          .version = folded.row.version,
          .case_id = folded.row.case_id,
          .payload = folded.payload,
          .before = folded.before,
          .after = folded.step.state,
          .effects = folded.step.effects,
          .transitions = folded.step.transitions};
}

chart::CaseState Ended(chart::CaseState state) {
  state.running = false;
  state.timers.clear();
  return state;
}

Result<chart::CaseState> FoldCase(const Definition& definition,
                                  const std::vector<HistoryRecord>& rows,
                                  const std::function<bool(const FoldedStep&)>& visit) {
  chart::CaseState state;
  std::vector<PastStep> past;
  // Only these look back.
  const auto looks_back = [](const HistoryRecord& row) {
    return row.type == "correct" || row.type == "calendar";
  };
  auto corrections = std::count_if(rows.begin(), rows.end(), looks_back);
  for (const HistoryRecord& row : rows) {
    if (!ChangesState(row)) continue;
    const Result<Value> body = ReadCanonical(row.payload);
    if (!body || body->context() == nullptr) {
      return Broken(row, "replay.payload", "内容已删除或无法读取，不能重演");
    }
    const StepPayload payload = ToStepPayload(*body->context());
    chart::ReplayHost host(payload.reads);
    chart::Env env = payload.env;
    env.host = &host;
    chart::StepResult step = Again(definition, past, state, row, payload, env);
    if (!step.errors.empty()) return Broken(row, "replay.step", step.errors.front().message);
    if (!host.finished() || step.reads != payload.reads) {
      return Broken(row, "replay.reads", "重演时读取的外部数据与当时记录不符");
    }
    Settle(step, payload.numbers, row.case_id, row.version);
    SettleSeals(step, payload.seals);
    const FoldedStep folded{row, payload, step, state};
    if (looks_back(row)) --corrections;
    if (corrections > 0) past.push_back(ToPast(folded));
    const bool go_on = visit(folded);
    state = step.state;
    if (!go_on) break;
  }
  return state;
}

}  // namespace anjuan::runtime
