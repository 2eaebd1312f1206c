// What a witness decides: whether a checkpoint continues all it has signed of that log.
//
// Source: C2SP tlog-witness; the verdicts' numbers are its HTTP statuses. Pure: state, key and time
//         are handed in; keeping the state before the answer goes out is the program's business.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/result.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/note.h"

namespace anjuan::trail {

struct WitnessedLog {
  std::vector<VerifierKey> keys;  // any of them may sign
  std::uint64_t size = 0;         // 0: nothing was signed yet
  Hash root = {};
};

struct WitnessState {
  std::map<std::string, WitnessedLog> logs;  // by origin
};
std::string Encode(const WitnessState& state);  // canonical JSON, anjuan.witness/1
Result<WitnessState> DecodeWitnessState(std::string_view bytes);  // Errors: trail.witness

enum class WitnessVerdict {
  kSigned = 200,
  kMalformed = 400,
  kUntrusted = 403,
  kUnknownLog = 404,
  kConflict = 409,  // proof from another size, an older size, or another root of the same size
  kNotContinued = 422,
};

struct WitnessAnswer {
  WitnessVerdict verdict = WitnessVerdict::kMalformed;
  bool alarm = false;  // the log was cut, rewritten or forked: keep the request as evidence
  std::string chinese;
  std::string english;
  std::uint64_t known = 0;  // of a conflict: the size that was signed last
  std::string signature;    // the line, where signed
  Note cosigned;            // the checkpoint with it
};

// Decides about the body of an add-checkpoint request; where it is signed `state` is moved on.
WitnessAnswer Witness(WitnessState& state, const SignerKey& key, std::string_view request,
                      std::int64_t now_seconds);

}  // namespace anjuan::trail
