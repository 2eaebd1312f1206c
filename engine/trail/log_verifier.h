// A whole log, leaf by leaf: what the office's own verify and an auditor's mirror both check.
//
// Pure: leaves are handed in by position. Keeps one hash for each height of the tree and one entry
// for each case, so ten million leaves need no memory of their size.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"
#include "engine/trail/heads.h"
#include "engine/trail/tiles.h"

namespace anjuan::trail {

// What places a history leaf: read without decoding the rest.
struct LeafPlace {
  std::string_view format;
  std::string_view log;
  std::string_view case_id;
  std::int64_t case_seq = 0;
  std::string_view case_prev;
};
// Views into `leaf`; nullopt: not one JSON object as canonical form writes it, or a name that is
// wanted here has escapes in its value.
std::optional<LeafPlace> ReadPlace(std::string_view leaf);

class LogVerifier {
 public:
  struct Mistake {
    std::uint64_t position = 0;
    std::string chinese;
    std::string english;
  };

  explicit LogVerifier(std::string origin);
  ~LogVerifier();

  // The next leaf. nullopt: it fits. `deep`: also every byte of it is what the format writes.
  std::optional<Mistake> Next(std::string_view leaf, bool deep = false);

  std::uint64_t size() const { return tree_.size(); }
  Hash Root() const { return tree_.Root(); }
  const Hash& last_hash() const { return last_hash_; }
  std::uint64_t cases() const;
  std::uint64_t heads_records() const { return heads_records_; }
  // Leaves since the newest heads record: what of them a case ends with nobody vouches for.
  std::uint64_t since_heads() const { return since_heads_; }
  const std::vector<std::pair<std::uint64_t, KeyChange>>& key_changes() const { return changes_; }
  // By case.
  std::vector<Head> Heads();

 private:
  struct Cases;
  std::optional<Mistake> Wrong(std::string chinese, std::string english) const;
  std::optional<Mistake> NextRow(const LeafPlace& place);
  std::optional<Mistake> NextHeads(std::string_view leaf);
  std::optional<Mistake> NextKey(std::string_view leaf);

  std::string origin_;
  CompactRange tree_;
  Hash last_hash_ = {};
  std::unique_ptr<Cases> cases_;
  std::uint64_t heads_records_ = 0;
  std::uint64_t since_heads_ = 0;
  std::vector<std::pair<std::uint64_t, KeyChange>> changes_;
};

}  // namespace anjuan::trail
