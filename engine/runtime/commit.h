// From a settled decision to rows: everything one step changes, in the caller's transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/chart/step.h"
#include "engine/runtime/command.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/office.h"
#include "engine/runtime/people.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

// A case in hand: its row, its definition, its state.
struct LoadedCase {
  CaseRecord record;
  std::shared_ptr<const Definition> definition;
  chart::CaseState state;
};

std::optional<LoadedCase> LoadWithState(Office& office, port::Reader& reader, std::string_view area,
                                        std::string_view case_id);

// What led to a step, as the history row keeps it.
struct Cause {
  std::string type;  // opened, event
  chart::Event event;
  Context initial;  // of an opened case
  Actor actor;
  std::string command_id;
  std::optional<Date> eff_date;
};

// _x.case
Context CaseInfo(const CaseRecord& record);

// Env for a step of this case. `host` must outlive it.
chart::Env MakeEnv(Office& office, port::Reader& reader, const CaseRecord& record,
                   const Actor& actor, std::optional<Date> eff_date, feel::Host* host);

// Numbers, layout of every paper, then all rows. Not ok: nothing may be kept (roll back).
Answer CommitStep(Office& office, port::Transaction& transaction, LoadedCase loaded,
                  const Cause& cause, const chart::Env& env, chart::StepResult step);

// Names of required fields that are empty in the states the step ended in, as mistakes.
Diagnostics MissingFields(const chart::Chart& chart, const chart::CaseState& state);

std::vector<std::string> AtomicStates(const chart::Chart& chart, const chart::CaseState& state);

// The next serial of a counter; the first is 1.
std::int64_t NextSerial(port::Transaction& transaction, const std::string& area,
                        const std::string& office, int year, const std::string& kind);

}  // namespace anjuan::runtime
