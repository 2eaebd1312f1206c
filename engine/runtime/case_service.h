// Cases: opening them, and taking events in. The shell around the pure step.
//
// One command = one transaction (design section 4): rights, role, form and state are decided after
// loading, on every attempt; then the step, the numbers, the layout of every paper, and the rows.
// Nothing leaves but through the outbox (outbox.h).
//
// Errors:  an Answer tells what became of a command; port::Failure only for the environment.
// Threads: any number, each with a CaseService of its own or one for all; what comes at one time
//          shares a transaction and its sync (writer.h), each command under its own savepoint.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/command.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

class CaseService {
 public:
  explicit CaseService(Office& office) : office_(office) {}

  Answer Open(const OpenCommand& command);
  Answer Fire(const FireCommand& command);
  // Many in one transaction, a savepoint each: one sync for all of them.
  std::vector<Answer> OpenMany(std::span<const OpenCommand> commands);
  std::vector<Answer> FireMany(std::span<const FireCommand> commands);

  // From the outbox: an event of one case for another. Accepted only from a live child of the
  // parent, or from the parent. Anything else is a dead letter, shown on the target.
  Answer Deliver(const std::string& target, const std::string& source, const std::string& event,
                 const Value& data, const std::string& identity);

  // From the outbox: the parent gave the child up. It ends where it stands, its timers with it.
  void Cancel(const std::string& target, const std::string& source, const std::string& identity);

  // Fires (or warns of) one due timer of a case. One that is armed no more gives an empty answer.
  Answer FireTimer(const TimerRecord& timer);
  // The first of them in one transaction: all, or fewer (at least one) where somebody waits to
  // write. The answers tell how many.
  std::vector<Answer> FireTimers(std::span<const TimerRecord> timers);

 private:
  Office& office_;
};

}  // namespace anjuan::runtime
