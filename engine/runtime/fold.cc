#include "engine/runtime/fold.h"

#include "engine/base/text.h"
#include "engine/chart/host.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

bool ChangesState(const HistoryRecord& row) {
  return row.type == "opened" || row.type == "event" || row.type == "warning" ||
         row.type == "correct" || row.type == "cancelled";
}

chart::StepResult Again(const chart::Chart& chart, const chart::CaseState& state,
                        const HistoryRecord& row, const StepPayload& payload,
                        const chart::Env& env) {
  if (row.type == "opened") return chart::Start(chart, payload.initial, env);
  if (row.type == "event") return chart::Step(chart, state, payload.event, env);
  if (row.type == "warning") return chart::TimerWarning(chart, state, payload.event.origin, env);
  chart::StepResult corrected;
  corrected.state = row.type == "cancelled" ? Ended(state) : state;
  if (const Context* fields = payload.event.data["fields"].context()) {
    for (const auto& [name, value] : fields->entries()) {
      const int slot = chart.FindData(name);
      if (slot >= 0) corrected.state.data[static_cast<size_t>(slot)] = value;
    }
  }
  return corrected;
}

Unexpected<Diagnostics> Broken(const HistoryRecord& row, std::string code, std::string_view what) {
  return Fail(std::move(code), StrCat("案卷 ", row.case_id, " 第 ", row.seq, " 条：", what));
}

}  // namespace

chart::CaseState Ended(chart::CaseState state) {
  state.running = false;
  state.timers.clear();
  return state;
}

Result<chart::CaseState> FoldCase(const Definition& definition,
                                  const std::vector<HistoryRecord>& rows,
                                  const std::function<bool(const FoldedStep&)>& visit) {
  const chart::Chart& chart = *definition.chart;
  chart::CaseState state;
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
    chart::StepResult step = Again(chart, state, row, payload, env);
    if (!step.errors.empty()) return Broken(row, "replay.step", step.errors.front().message);
    if (!host.finished() || step.reads != payload.reads) {
      return Broken(row, "replay.reads", "重演时读取的外部数据与当时记录不符");
    }
    Settle(step, payload.numbers, row.case_id, row.version);
    state = step.state;
    if (!visit({row, payload, step})) break;
  }
  return state;
}

}  // namespace anjuan::runtime
