// Proving one case's history: every row against its leaf, every leaf against the one before.
//
// Pure: the rows are handed in; where they come from (store, export) is the caller's business.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/digest.h"
#include "engine/base/temporal.h"
#include "engine/trail/leaf.h"

namespace anjuan::trail {

// A history row as stored (port::history).
struct ChainRow {
  std::int64_t seq = 0;
  std::int64_t version = 0;
  std::string type;
  std::string event;
  Instant at = 0;
  std::string actor;
  std::string leaf;
  std::string hash;     // hex
  std::string payload;  // payload and key both empty: erased
  std::string key;
};

struct ChainMistake {
  enum class Kind {
    kGap,       // a row is missing or stands twice
    kHash,      // the stored hash is not the leaf's
    kLeaf,      // the leaf cannot be read
    kPlace,     // the leaf belongs to another log, case or position
    kPrevious,  // the leaf does not continue the one before
    kColumn,    // a parsed column differs from the leaf
    kPayload,   // the payload is not the one committed to
    kFields,    // the fields' root is not the payload's
    kHead,      // the case names another last row
  };
  std::int64_t seq = 0;
  Kind kind = Kind::kGap;
  std::string message;
};

// Takes the rows of one case in order. After the first mistake the rest proves nothing.
class ChainVerifier {
 public:
  ChainVerifier(std::string log, std::string case_id)
      : log_(std::move(log)), case_id_(std::move(case_id)) {}

  std::optional<ChainMistake> Next(const ChainRow& row);
  // Compares with what the case row says: a cut tail shows here.
  std::optional<ChainMistake> Finish(std::int64_t last_seq, std::string_view head) const;

  // The leaf of the row given last.
  const Leaf& leaf() const { return leaf_; }
  std::int64_t rows() const { return next_seq_; }
  std::int64_t erased() const { return erased_; }  // rows whose payload was erased: no mistake

 private:
  std::optional<ChainMistake> CheckPayload(const ChainRow& row);

  std::string log_;
  std::string case_id_;
  std::int64_t next_seq_ = 0;
  std::int64_t erased_ = 0;
  std::string previous_;  // hex hash, "" before the first row
  Leaf leaf_;
};

// The first mistake of a whole history.
std::optional<ChainMistake> VerifyChain(std::string_view log, std::string_view case_id,
                                        std::span<const ChainRow> rows);

}  // namespace anjuan::trail
