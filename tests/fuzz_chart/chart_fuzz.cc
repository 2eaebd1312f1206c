// The chart reader and the step under any text: no crash, no hang, every refusal with a code, and
// whatever a chart is stepped into can be stored and read back. Linked with clang's fuzzer it
// searches; smoke_test.cc goes through a fixed number of damaged charts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/chart/reader.h"
#include "engine/chart/session.h"

namespace anjuan::chart {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// False: it would not come to rest, or a workflow refused the step.
bool Check(const Chart& chart, const StepResult& result, CaseState& kept) {
  if (!result.errors.empty()) return false;
  const Value stored = ToValue(chart, result.state);
  const Result<CaseState> read = FromValue(chart, stored);
  Require(read.has_value());
  Require(ToValue(chart, *read) == stored);
  kept = *read;
  return true;
}

void Run(const Chart& chart) {
  const Env env;
  CaseState state;
  if (!Check(chart, Start(chart, {}, env), state)) return;
  constexpr int kMostEvents = 40;
  int events = 0;
  for (const Transition& transition : chart.transitions) {
    for (const std::string& descriptor : transition.events) {
      if (++events > kMostEvents || !state.running) return;
      Event event;
      event.name = descriptor == "*" ? "any" : descriptor;
      // A workflow's events come from those who may fire them.
      for (const Role& role : transition.roles) {
        if (role.kind == Role::Kind::kPerson) event.origin = role.name;
      }
      (void)Select(chart, state, event, env);
      if (!Check(chart, Step(chart, state, event, env), state)) return;
    }
  }
  (void)Tasks(chart, state);
  (void)Wakes(chart, state);
}

}  // namespace
}  // namespace anjuan::chart

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace anjuan::chart;  // NOLINT(google-build-using-namespace): the entry is not ours
  constexpr std::size_t kMost = 16'384;
  if (size > kMost) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT: bytes
  for (const bool workflow : {false, true}) {
    ReadOptions options;
    options.workflow = workflow;
    const anjuan::Result<Chart> chart = ReadChart(text, "f", options);
    if (chart) {
      Run(*chart);
      continue;
    }
    Require(!chart.error().empty());
    for (const anjuan::Diagnostic& mistake : chart.error()) Require(!mistake.code.empty());
  }
  return 0;
}
