// The payload of history rows, and effects as the outbox keeps them: plain values, without personal
// data, complete enough to step a case again from its history alone.
//
// Stored format, version 1: the fields below under their own names; see engine/runtime/README.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/chart/step.h"
#include "engine/runtime/settle.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

struct StepPayload {
  chart::Event event;
  Context initial;  // of an opened case
  chart::Env env;   // without host
  std::vector<chart::Read> reads;
  std::vector<AllocatedNumber> numbers;
  std::vector<UsedSeal> seals;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
  std::vector<std::string> transitions;  // catalogue ids, else labels, of those taken
};

Context ToContext(const StepPayload& payload);
StepPayload ToStepPayload(const Context& payload);

Value ToValue(const chart::IssueDocument& effect);
Value ToValue(const chart::SpawnCase& effect);
Value ToValue(const chart::SendEvent& effect);
Value ToValue(const chart::CancelChild& effect);
Value ToValue(const chart::Notify& effect);
chart::IssueDocument ToIssueDocument(const Value& value);
chart::SpawnCase ToSpawnCase(const Value& value);
chart::SendEvent ToSendEvent(const Value& value);

}  // namespace anjuan::runtime
