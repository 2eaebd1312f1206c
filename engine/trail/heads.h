// Where each case of a log ends, so that nobody can leave out a case's last events; and the
// replacement of the log's key. Both are leaves of the log, specified in README.md.
//
// Errors: trail.heads, trail.key.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/result.h"
#include "engine/base/temporal.h"
#include "engine/trail/note.h"

namespace anjuan::trail {

inline constexpr std::string_view kHeadsFormat = "anjuan.heads/1";
inline constexpr std::string_view kKeyFormat = "anjuan.key/1";
// The office's own rows (办公库记录) stand in the log as a case of this name; no case has it.
inline constexpr std::string_view kOfficeCase = "office";

// A case's last leaf.
struct Head {
  std::string case_id;
  std::int64_t seq = 0;
  std::string hash;  // hex
  bool operator==(const Head&) const = default;
};
Hash HeadHash(const Head& head);

struct HeadsRecord {
  std::string log;
  std::uint64_t covers = 0;  // leaves before this one
  std::uint64_t cases = 0;
  std::string root;  // hex
  Instant time = 0;
  bool operator==(const HeadsRecord&) const = default;
};
std::string Encode(const HeadsRecord& record);
Result<HeadsRecord> DecodeHeads(std::string_view bytes);  // only what Encode writes

// What shows where a case ends, or that it is not there: its neighbours.
struct HeadsProof {
  struct Entry {
    Head head;
    std::uint64_t index = 0;
    std::vector<std::string> proof;  // 32 bytes each
  };
  std::vector<Entry> entries;
};
// `heads` ordered by the bytes of the case numbers.
HeadsProof ProveHead(std::span<const Head> heads, std::string_view case_id);
std::string Encode(const HeadsProof& proof);
Result<HeadsProof> DecodeHeadsProof(std::string_view bytes);

enum class HeadVerdict { kInvalid, kPresent, kAbsent };
// kPresent: proof.entries.front().head is where the case ends.
HeadVerdict VerifyHead(const HeadsProof& proof, const HeadsRecord& record,
                       std::string_view case_id);

// The log's key is replaced; the old key agrees.
struct KeyChange {
  std::string log;
  VerifierKey old_key;
  VerifierKey new_key;
  Instant time = 0;
  std::string signature;  // 64 bytes
};
KeyChange MakeKeyChange(const SignerKey& old_key, const VerifierKey& new_key, Instant time);
std::string Encode(const KeyChange& change);
// Refuses one whose signature does not hold.
Result<KeyChange> DecodeKeyChange(std::string_view bytes);

// Which of the leaf formats these bytes claim to be; "" where they are none.
std::string FormatOf(std::string_view leaf);

}  // namespace anjuan::trail
