#include "tests/tamper/world.h"

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/fields.h"
#include "engine/trail/merkle.h"
#include "engine/trail/mirror.h"
#include "engine/value/json.h"

namespace anjuan::tamper {

namespace {

std::vector<std::string> ToBytes(const std::vector<Hash>& hashes) {
  std::vector<std::string> out;
  for (const Hash& hash : hashes) out.emplace_back(AsBytes(hash));
  return out;
}

std::string CaseId(int i) {
  return StrCat("430602-2023-X-00000", i);
}

}  // namespace

World::World()
    : log_key{kOrigin, trail::KeyKind::kLog, std::string(32, '\x01')},
      first_key(log_key),
      witness{"audit.example/w1", trail::KeyKind::kWitness, std::string(32, '\x02')} {}

void World::Event(const std::string& case_id, std::int64_t at) {
  trail::Head& head = heads[case_id];
  const bool first = head.hash.empty();
  auto& known = payloads[case_id];
  const Context payload({{"n", Value(static_cast<std::int64_t>(known.size()))},
                         {"text", Value("vault:00112233445566778899aabbccddeeff")}});
  const std::string bytes = WriteCanonical(Value(payload));
  const std::string key(32, static_cast<char>(leaves.size() + 1));
  trail::Leaf leaf;
  leaf.log = "office.example/log";
  leaf.event_id = StrCat("018f2d1e-0000-7000-8000-", leaves.size());
  leaf.command_id = StrCat("c", leaves.size());
  leaf.case_id = case_id;
  leaf.case_seq = first ? 0 : head.seq + 1;
  leaf.case_prev = head.hash;
  leaf.version = leaf.case_seq;
  leaf.type = "event";
  leaf.event = "step";
  leaf.from = {"a"};
  leaf.to = {"b"};
  leaf.outcome = "ok";
  leaf.definition = {"process", 1, std::string(64, 'd')};
  leaf.actor = "u1";
  leaf.time = at * 1000;
  leaf.clock = {trail::ClockRef::Mode::kReal, "system"};
  leaf.commit = ToHex(trail::Commit(key, bytes));
  leaf.key_id = "row";
  leaf.fields_root = ToHex(trail::FieldsRoot(key, payload));
  if (leaf.case_seq == 1) {
    leaf.documents = {{"N1", "notice", "application/pdf", static_cast<std::int64_t>(kPaper.size()),
                       ToHex(Sha256(kPaper))}};
  }
  leaf.state_hash = std::string(64, '5');
  leaf.engine = "anjuan";
  const std::string encoded = trail::Encode(leaf).value();
  known.emplace_back(bytes, key);
  places[case_id].push_back(leaves.size());
  head = {case_id, leaf.case_seq, ToHex(trail::LeafHash(encoded))};
  Append(encoded);
}

std::vector<trail::Head> World::SortedHeads() const {
  std::vector<trail::Head> out;
  for (const auto& [id, head] : heads) out.push_back(head);
  return out;
}

void World::Heads(std::int64_t at) {
  std::vector<Hash> hashes;
  for (const trail::Head& head : SortedHeads()) hashes.push_back(trail::HeadHash(head));
  heads_at = leaves.size();
  Append(trail::Encode(trail::HeadsRecord{kOrigin, leaves.size(), hashes.size(),
                                          ToHex(trail::TreeRoot(hashes)), at * 1000}));
}

void World::ChangeKey(std::int64_t at) {
  trail::SignerKey next = log_key;
  next.seed = std::string(32, static_cast<char>(log_key.seed[0] + 16));
  key_changes.push_back(leaves.size());
  Append(trail::Encode(trail::MakeKeyChange(log_key, next.Public(), at * 1000)));
  log_key = next;
}

std::vector<Hash> World::Hashes(std::uint64_t size) const {
  std::vector<Hash> out;
  for (std::uint64_t i = 0; i < size; ++i) out.push_back(trail::LeafHash(leaves[i]));
  return out;
}

void World::Checkpoint(std::int64_t witnessed_at) {
  trail::Note note{
      trail::CheckpointText({kOrigin, leaves.size(), trail::TreeRoot(Hashes(leaves.size()))}), {}};
  note.signatures.push_back(trail::Sign(log_key, note.text));
  if (witnessed_at > 0) note.signatures.push_back(trail::Cosign(witness, note.text, witnessed_at));
  checkpoints.emplace_back(leaves.size(), trail::ToString(note));
}

World World::Sample(int events) {
  World world;
  std::int64_t now = kStart;
  for (int i = 0; i < events; ++i) {
    world.Event(CaseId(i % 4 + 1), now += 60);
    if (i == events / 3) world.Checkpoint(now + 30);
    if (i == events / 2) world.ChangeKey(now);
    if (i == 2 * events / 3) world.Checkpoint(now + 30);
  }
  world.Heads(now);
  world.Checkpoint(now + 30);
  return world;
}

trail::DossierFiles World::Dossier(const std::string& case_id) const {
  const std::vector<Hash> hashes = Hashes(checkpoints.back().first);
  const auto placed = [&](std::uint64_t index) {
    return trail::PlacedLeaf{leaves[index], index, ToBytes(trail::ProveInclusion(hashes, index))};
  };
  trail::DossierParts parts;
  parts.log = kOrigin;
  parts.case_id = case_id;
  parts.checkpoint = checkpoints.back().second;
  const auto found = places.find(case_id);
  if (found != places.end()) {
    for (const std::uint64_t index : found->second) parts.rows.push_back(placed(index));
  }
  parts.heads = placed(heads_at);
  parts.heads_proof = trail::ProveHead(SortedHeads(), case_id);
  for (const std::uint64_t index : key_changes) parts.key_changes.push_back(placed(index));
  for (const auto& [size, note] : checkpoints) {
    if (size == hashes.size()) continue;
    parts.earlier.push_back({size, note, ToBytes(trail::ProveConsistency(hashes, size))});
  }
  parts.keys = {first_key.Public(), witness.Public()};
  trail::DossierFiles files = trail::MakeDossier(parts);
  const auto known = payloads.find(case_id);
  for (size_t i = 0; known != payloads.end() && i < known->second.size(); ++i) {
    trail::AddPayload(files, static_cast<std::int64_t>(i), known->second[i].first,
                      known->second[i].second);
  }
  files["documents/paper.pdf"] = kPaper;
  return files;
}

std::map<std::string, std::string> World::Mirror() const {
  std::map<std::string, std::string> files;
  const std::uint64_t size = checkpoints.back().first;
  for (std::uint64_t from = 0; from < size; from += trail::kTileWidth) {
    const std::uint64_t width = std::min(trail::kTileWidth, size - from);
    std::string& bundle = files[trail::EntriesPath(from / trail::kTileWidth, width)];
    for (std::uint64_t i = 0; i < width; ++i) trail::AppendEntry(bundle, leaves[from + i]);
  }
  for (const auto& [at, note] : checkpoints) files[StrCat("checkpoints/", at)] = note;
  files["checkpoint"] = checkpoints.back().second;
  files["vkeys.txt"] = trail::WriteVkeys({first_key.Public(), witness.Public()});
  return files;
}

std::string World::Request(std::uint64_t old_size) const {
  trail::ConsistencyFile file{old_size, {}, checkpoints.back().second};
  if (old_size > 0 && old_size <= checkpoints.back().first) {
    file.proof = ToBytes(trail::ProveConsistency(Hashes(checkpoints.back().first), old_size));
  }
  return trail::ToString(file);
}

trail::Trust World::TrustIn() const {
  trail::Trust trust;
  trust.keys = {first_key.Public(), witness.Public()};
  trust.slack_seconds = 600;
  return trust;
}

}  // namespace anjuan::tamper
