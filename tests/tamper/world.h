// A small log with everything in it: cases, heads records, a change of keys, a witness, checkpoints
// on the way; and what an attacker needs who owns the database and the log's key.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/trail/dossier.h"
#include "engine/trail/heads.h"
#include "engine/trail/leaf.h"
#include "engine/trail/note.h"
#include "engine/trail/tiles.h"

namespace anjuan::tamper {

inline constexpr std::int64_t kStart = 1'700'000'000;  // seconds

class World {
 public:
  static constexpr const char* kOrigin = "office.example/log/430600";

  World();

  // Appends an event of this case; `at` in seconds.
  void Event(const std::string& case_id, std::int64_t at);
  void Heads(std::int64_t at);
  void ChangeKey(std::int64_t at);
  // Signs the tree as it is; `witnessed_at` 0: without the witness.
  void Checkpoint(std::int64_t witnessed_at);

  // The log every test starts from: 4 cases, 3 checkpoints, one change of keys.
  static World Sample(int events);

  trail::DossierFiles Dossier(const std::string& case_id) const;
  // As anjuan mirror writes it.
  std::map<std::string, std::string> Mirror() const;
  // What a witness is asked that has signed `old_size`.
  std::string Request(std::uint64_t old_size) const;
  trail::Trust TrustIn() const;

  trail::SignerKey log_key;  // in force
  trail::SignerKey first_key;
  trail::SignerKey witness;
  std::vector<std::string> leaves;
  std::map<std::string, trail::Head> heads;
  std::map<std::string, std::vector<std::uint64_t>> places;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> payloads;  // with keys
  std::vector<std::uint64_t> key_changes;
  std::vector<std::pair<std::uint64_t, std::string>> checkpoints;  // oldest first
  std::uint64_t heads_at = 0;

  std::vector<Hash> Hashes(std::uint64_t size) const;
  std::vector<trail::Head> SortedHeads() const;
  void Append(std::string leaf) { leaves.push_back(std::move(leaf)); }
};

inline const std::string kPaper = "%PDF-1.7 a paper";

}  // namespace anjuan::tamper
