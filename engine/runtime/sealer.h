// The sealer (封存): gives committed history rows their places in their area's log and signs what
// the log then is.
//
// Never part of a step: rows are committed first and sealed in a transaction of their own, so that
// a step neither waits nor fails for it; a kill in between leaves rows that the next sealing finds
// (table unsealed). The order depends on the rows alone: by time, a case's own rows in theirs.
//
// Errors:  port::Failure, also where the keys file holds another key than the log's.
// Threads: as the store; two sealers wait for each other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

struct SealReport {
  std::int64_t rows = 0;         // history rows that got their place
  std::int64_t checkpoints = 0;  // signed
};

// How long a row may stay outside the log: every window of trust.md 1.3 is this wide.
inline constexpr std::int64_t kSealRows = 256;
inline constexpr Instant kSealEveryMs = 60'000;

class LogSealer {
 public:
  explicit LogSealer(Office& office) : office_(office) {}

  // Everything that waits. `heads`: also looks for rows nobody marked, and says where each case
  // ends, in every area whose newest leaf does not say so already; else that is said once a quarter
  // as many rows came as there are cases.
  SealReport Seal(bool heads);
  // The same where kSealRows wait or the last checkpoint is kSealEveryMs old (by the office's
  // clock; `at_end`, of a command: on a manual clock always).
  SealReport SealIfDue(bool at_end);

  // The public key in force in each area that has a log.
  std::vector<trail::VerifierKey> Keys();
  // Replaces the key of every log by that of `seed`; the caller then makes it the office's. A log
  // that has it already is passed over, so that a change cut short is finished by doing it again.
  // The number of logs changed.
  std::int64_t ChangeKeys(const std::string& seed);

  // Takes this witness's cosignatures from now on. Errors: trail.vkey, seal.witness (a log's key).
  Result<trail::VerifierKey> AddWitness(std::string_view vkey);
  // Keeps the witnesses' signatures of a checkpoint of ours; the number of new ones.
  // Errors: trail.note, seal.cosigned: not our checkpoint, or signed by no witness we know.
  Result<std::int64_t> AddCosignatures(std::string_view note);

 private:
  void MarkForgotten(port::Transaction& transaction);
  bool SealArea(const std::string& area, bool heads, SealReport& report);
  bool IsDue(bool at_end);

  Office& office_;
};

}  // namespace anjuan::runtime
