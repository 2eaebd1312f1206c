#include "engine/trail/heads.h"

#include <algorithm>
#include <utility>

#include "engine/base/signature.h"
#include "engine/base/text.h"
#include "engine/trail/merkle.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::trail {

namespace {

constexpr std::string_view kProofFormat = "anjuan.heads-proof/1";
constexpr std::int64_t kSafeInteger = std::int64_t{1} << 53;

// Whatever is amiss comes out as 0: the bytes then differ from what is written again.
std::int64_t NumberOf(const Value& from, std::string_view name) {
  const std::int64_t integer = IntegerIn(from, name);
  return integer < 0 || integer > kSafeInteger ? 0 : integer;
}

Value Number(std::uint64_t number) {
  return Value(static_cast<std::int64_t>(number));
}

std::string SignedText(const KeyChange& change) {
  return StrCat(kKeyFormat, "\n", change.log, "\n", ToVkey(change.old_key), "\n",
                ToVkey(change.new_key), "\n", ToUtcString(change.time), "\n");
}

bool Holds(const HeadsProof::Entry& entry, const HeadsRecord& record, std::string_view root) {
  return VerifyInclusion(entry.index, record.cases, AsBytes(HeadHash(entry.head)), entry.proof,
                         root);
}

HeadsProof::Entry EntryOf(std::span<const Head> heads, std::span<const Hash> hashes, size_t index) {
  HeadsProof::Entry entry{heads[index], index, {}};
  for (const Hash& hash : ProveInclusion(hashes, index)) entry.proof.emplace_back(AsBytes(hash));
  return entry;
}

}  // namespace

Hash HeadHash(const Head& head) {
  // What a canonical string leaves as it is, written without a value: a log has many cases.
  const bool plain = std::ranges::all_of(head.case_id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  });
  if (plain) return HashLeaf(StrCat("[\"", head.case_id, "\",", head.seq, ",\"", head.hash, "\"]"));
  List entry;
  entry.emplace_back(head.case_id);
  entry.emplace_back(head.seq);
  entry.emplace_back(head.hash);
  return HashLeaf(WriteCanonical(Value(std::move(entry))));
}

std::string Encode(const HeadsRecord& record) {
  return WriteCanonical(Value(Context({{"v", Value(kHeadsFormat)},
                                       {"log", Value(record.log)},
                                       {"covers", Number(record.covers)},
                                       {"cases", Number(record.cases)},
                                       {"root", Value(record.root)},
                                       {"time", Value(ToUtcString(record.time))}})));
}

Result<HeadsRecord> DecodeHeads(std::string_view bytes) {
  HeadsRecord record;
  if (const Result<Value> value = ReadCanonical(bytes)) {
    record.log = TextIn(*value, "log");
    record.covers = static_cast<std::uint64_t>(NumberOf(*value, "covers"));
    record.cases = static_cast<std::uint64_t>(NumberOf(*value, "cases"));
    record.root = TextIn(*value, "root");
    record.time = ParseUtcInstant(TextIn(*value, "time")).value_or(0);
  }
  if (Encode(record) != bytes) return Fail("trail.heads", "这不是 anjuan.heads/1 的案卷末条记录");
  return record;
}

HeadsProof ProveHead(std::span<const Head> heads, std::string_view case_id) {
  std::vector<Hash> hashes;
  hashes.reserve(heads.size());
  for (const Head& head : heads) hashes.push_back(HeadHash(head));
  const auto found = std::ranges::lower_bound(heads, case_id, {}, &Head::case_id);
  const auto index = static_cast<size_t>(found - heads.begin());
  HeadsProof proof;
  if (found != heads.end() && found->case_id == case_id) {
    proof.entries.push_back(EntryOf(heads, hashes, index));
    return proof;
  }
  if (index > 0) proof.entries.push_back(EntryOf(heads, hashes, index - 1));
  if (index < heads.size()) proof.entries.push_back(EntryOf(heads, hashes, index));
  return proof;
}

std::string Encode(const HeadsProof& proof) {
  List entries;
  for (const HeadsProof::Entry& entry : proof.entries) {
    List hashes;
    for (const std::string& hash : entry.proof) hashes.emplace_back(ToHex(hash));
    entries.emplace_back(Context({{"case", Value(entry.head.case_id)},
                                  {"seq", Value(entry.head.seq)},
                                  {"hash", Value(entry.head.hash)},
                                  {"index", Number(entry.index)},
                                  {"proof", Value(std::move(hashes))}}));
  }
  return WriteCanonical(
      Value(Context({{"v", Value(kProofFormat)}, {"entries", Value(std::move(entries))}})));
}

Result<HeadsProof> DecodeHeadsProof(std::string_view bytes) {
  HeadsProof proof;
  const Result<Value> value = ReadCanonical(bytes);
  const List* entries = value ? (*value)["entries"].list() : nullptr;
  for (size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const Value& from = (*entries)[i];
    HeadsProof::Entry entry;
    entry.head = {TextIn(from, "case"), NumberOf(from, "seq"), TextIn(from, "hash")};
    entry.index = static_cast<std::uint64_t>(NumberOf(from, "index"));
    if (const List* hashes = from["proof"].list()) {
      for (const Value& hash : *hashes) {
        const std::string* hex = hash.string();
        entry.proof.push_back(hex == nullptr ? "" : FromHex(*hex).value_or(""));
      }
    }
    proof.entries.push_back(std::move(entry));
  }
  if (Encode(proof) != bytes) return Fail("trail.heads", "这不是 anjuan.heads-proof/1 的末条证明");
  return proof;
}

HeadVerdict VerifyHead(const HeadsProof& proof, const HeadsRecord& record,
                       std::string_view case_id) {
  const std::optional<std::string> root = FromHex(record.root);
  if (!root) return HeadVerdict::kInvalid;
  const std::vector<HeadsProof::Entry>& entries = proof.entries;
  for (const HeadsProof::Entry& entry : entries) {
    if (!Holds(entry, record, *root)) return HeadVerdict::kInvalid;
  }
  if (entries.empty()) {
    const bool nothing = record.cases == 0 && *root == AsBytes(TreeRoot({}));
    return nothing ? HeadVerdict::kAbsent : HeadVerdict::kInvalid;
  }
  if (entries.front().head.case_id == case_id) {
    return entries.size() == 1 ? HeadVerdict::kPresent : HeadVerdict::kInvalid;
  }
  // Neighbours: side by side, or the first or last of all.
  if (entries.size() > 2) return HeadVerdict::kInvalid;
  const HeadsProof::Entry& first = entries.front();
  const HeadsProof::Entry& last = entries.back();
  const bool after_first = first.head.case_id < case_id;
  const bool before_last = case_id < last.head.case_id;
  const bool between =
      entries.size() == 2 && after_first && before_last && last.index == first.index + 1;
  const bool before_all = entries.size() == 1 && before_last && last.index == 0;
  const bool after_all = entries.size() == 1 && after_first && first.index + 1 == record.cases;
  return between || before_all || after_all ? HeadVerdict::kAbsent : HeadVerdict::kInvalid;
}

KeyChange MakeKeyChange(const SignerKey& old_key, const VerifierKey& new_key, Instant time) {
  KeyChange change{old_key.name, old_key.Public(), new_key, time, ""};
  change.signature = Ed25519Sign(old_key.seed, SignedText(change));
  return change;
}

std::string Encode(const KeyChange& change) {
  return WriteCanonical(Value(Context({{"v", Value(kKeyFormat)},
                                       {"log", Value(change.log)},
                                       {"old", Value(ToVkey(change.old_key))},
                                       {"new", Value(ToVkey(change.new_key))},
                                       {"time", Value(ToUtcString(change.time))},
                                       {"signature", Value(ToBase64(change.signature))}})));
}

Result<KeyChange> DecodeKeyChange(std::string_view bytes) {
  KeyChange change;
  if (const Result<Value> value = ReadCanonical(bytes)) {
    const Result<VerifierKey> old_key = ParseVkey(TextIn(*value, "old"));
    const Result<VerifierKey> new_key = ParseVkey(TextIn(*value, "new"));
    if (old_key && new_key) {
      change = {TextIn(*value, "log"), *old_key, *new_key,
                ParseUtcInstant(TextIn(*value, "time")).value_or(0),
                FromBase64(TextIn(*value, "signature")).value_or("")};
    }
  }
  const bool ours = Encode(change) == bytes && change.old_key.name == change.log &&
                    change.new_key.name == change.log && change.old_key.kind == KeyKind::kLog &&
                    change.new_key.kind == KeyKind::kLog;
  if (!ours) return Fail("trail.key", "这不是 anjuan.key/1 的换钥记录");
  if (!Ed25519Verify(change.old_key.public_key, SignedText(change), change.signature)) {
    return Fail("trail.key", "换钥记录上没有旧钥的有效签名");
  }
  return change;
}

std::string FormatOf(std::string_view leaf) {
  const Result<Value> value = ReadCanonical(leaf);
  return value ? TextIn(*value, "v") : "";
}

}  // namespace anjuan::trail
