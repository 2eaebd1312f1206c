// Checkpoints: what a log says of itself, signed; and the files of proofs that end with one.
//
// Source:  C2SP tlog-checkpoint, tlog-proof (inclusion), tlog-witness (body of add-checkpoint:
//          consistency). Errors: trail.checkpoint, trail.proof, and those of note.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/result.h"
#include "engine/trail/note.h"

namespace anjuan::trail {

struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root = {};
  bool operator==(const Checkpoint&) const = default;
};

std::string CheckpointText(const Checkpoint& checkpoint);
// Extension lines after the first three are allowed and passed over.
Result<Checkpoint> ParseCheckpoint(std::string_view text);

struct SignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
  std::vector<Verified> verified;

  bool SignedBy(const VerifierKey& key) const;
  // When a witness first saw it; nullopt: no witness that is trusted signed.
  std::optional<std::int64_t> FirstSeen() const;
};

// Parses and verifies; a signature by a key named as the origin must be among those that hold.
Result<SignedCheckpoint> OpenCheckpoint(std::string_view bytes, std::span<const VerifierKey> keys);

// One leaf is in the tree of this checkpoint.
struct InclusionFile {
  std::uint64_t index = 0;
  std::vector<std::string> proof;  // 32 bytes each
  std::string checkpoint;          // the whole note
};
std::string ToString(const InclusionFile& file);
Result<InclusionFile> ParseInclusionFile(std::string_view bytes);

// The tree of this checkpoint continues that of `old_size` leaves.
struct ConsistencyFile {
  std::uint64_t old_size = 0;
  std::vector<std::string> proof;
  std::string checkpoint;
};
std::string ToString(const ConsistencyFile& file);
Result<ConsistencyFile> ParseConsistencyFile(std::string_view bytes);

// Decimal, no sign, no leading zero, at most 2^63 - 1.
std::optional<std::uint64_t> ParseSize(std::string_view text);

}  // namespace anjuan::trail
