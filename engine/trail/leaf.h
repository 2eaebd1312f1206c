// The leaf: the exact bytes that prove one history row, and the commitments inside it.
//
// Stored format "anjuan.event/1", specified in README.md. A leaf holds no personal data: people are
// subject tokens, a free-text reason is a vault token, the payload is only committed to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/result.h"
#include "engine/base/temporal.h"
#include "engine/value/value.h"

namespace anjuan::trail {

inline constexpr std::string_view kFormat = "anjuan.event/1";
inline constexpr size_t kMaxLeafBytes = 65'535;  // C2SP tlog-tiles: a 16-bit length

// Which definition the case ran under.
struct DefinitionRef {
  std::string id;
  std::int64_t version = 0;
  std::string sha256;
  bool operator==(const DefinitionRef&) const = default;
};

struct ClockRef {
  enum class Mode { kReal, kManual };
  Mode mode = Mode::kReal;
  std::string source;  // what the machine's clock follows: "ntp", "system", "operator"
  bool operator==(const ClockRef&) const = default;
};

// A paper issued or received.
struct DocumentRef {
  std::string code;
  std::string name;
  std::string media;
  std::int64_t bytes = 0;
  std::string sha256;
  bool operator==(const DocumentRef&) const = default;
};

struct Leaf {
  std::string log;       // origin of the area's log
  std::string event_id;  // UUIDv7
  std::string command_id;
  std::string case_id;
  std::int64_t case_seq = 0;  // 0, 1, 2 … without gaps
  std::string case_prev;      // hex hash of the case's leaf before; "" in the first
  std::int64_t version = 0;   // of the case's state after this row
  std::string type;           // as port::history::kType
  std::string event;
  std::vector<std::string> from;  // active atomic states before and after
  std::vector<std::string> to;
  std::string outcome;  // ok, denied, failed
  DefinitionRef definition;
  std::string actor;  // pseudonymous account id
  std::string role;
  std::string organisation;
  std::string region;
  std::string on_behalf;
  std::string auth;  // how the actor proved who it is
  std::string src;   // keyed hash of address and session
  Instant time = 0;
  ClockRef clock;
  std::optional<Date> effective_on;  // business date
  std::string commit;                // hex of Commit(key, payload)
  std::string key_id;                // where the payload's key lies; "row": beside it
  std::string fields_root;           // hex of FieldsRoot(key, payload)
  std::vector<DocumentRef> documents;
  std::string reason;
  std::vector<std::string> approvals;  // accounts that agreed, for two-person acts
  std::string state_hash;              // hex SHA-256 of the canonical state after this row
  std::string engine;                  // build id
  bool operator==(const Leaf&) const = default;
};

// Errors: trail.leaf-size. Numbers are not negative and at most 2^53 (checked).
Result<std::string> Encode(const Leaf& leaf);
// Accepts only what Encode writes, byte by byte. Errors: trail.leaf.
Result<Leaf> Decode(std::string_view bytes);

Hash LeafHash(std::string_view bytes);  // SHA-256(0x00 || bytes)

// HMAC-SHA256: a bare hash of an 18-digit number is found by trying all of them.
Hash Commit(std::string_view key, std::string_view payload);

}  // namespace anjuan::trail
