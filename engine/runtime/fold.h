// Steps a case again from its history alone: no clock, no table, only what each row recorded.
#pragma once

#include <functional>
#include <optional>

#include "engine/base/result.h"
#include "engine/chart/step.h"
#include "engine/runtime/correction.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/payload.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

// One row that changed the state, stepped again.
struct FoldedStep {
  const HistoryRecord& row;
  const StepPayload& payload;
  const chart::StepResult& step;  // settled: numbers and identities in place
  const chart::CaseState& before;
};

// For a correction, which takes the steps before it again.
PastStep ToPast(const FoldedStep& folded);

// A case that was given up by its parent: where it stood, but running no more.
chart::CaseState Ended(chart::CaseState state);

// Calls `visit` after each such row; it may end the fold by returning false. The result is the last
// state. Errors: "replay.reads" where a step asked for something else than was recorded,
// "replay.payload" where a payload is gone (erased) or cannot be read, "replay.step" where a step
// that was taken then fails now.
Result<chart::CaseState> FoldCase(const Definition& definition,
                                  const std::vector<HistoryRecord>& rows,
                                  const std::function<bool(const FoldedStep&)>& visit);

}  // namespace anjuan::runtime
