#include "engine/trail/chain.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/trail/fields.h"
#include "engine/value/json.h"

namespace anjuan::trail {

using Kind = ChainMistake::Kind;

namespace {

template <typename A, typename B>
std::string Differs(std::string_view column, const A& stored, const B& proved) {
  return StrCat("column ", column, " says \"", stored, "\", the leaf \"", proved, "\"");
}

std::optional<std::string> WrongColumn(const ChainRow& row, const Leaf& leaf) {
  if (row.version != leaf.version) return Differs("version", row.version, leaf.version);
  if (row.type != leaf.type) return Differs("type", row.type, leaf.type);
  if (row.event != leaf.event) return Differs("event", row.event, leaf.event);
  if (row.at != leaf.time) return Differs("at", ToUtcString(row.at), ToUtcString(leaf.time));
  if (row.actor != leaf.actor) return Differs("actor", row.actor, leaf.actor);
  return std::nullopt;
}

}  // namespace

std::optional<ChainMistake> ChainVerifier::Next(const ChainRow& row) {
  const auto mistake = [&](Kind kind, std::string message) {
    return ChainMistake{row.seq, kind, std::move(message)};
  };
  if (row.seq != next_seq_) {
    return ChainMistake{next_seq_, Kind::kGap,
                        StrCat("row ", next_seq_, " is missing; row ", row.seq, " follows")};
  }
  const std::string hash = ToHex(LeafHash(row.leaf));
  if (row.hash != hash) {
    return mistake(Kind::kHash, StrCat("the leaf's hash is ", hash, ", stored is ", row.hash));
  }
  Result<Leaf> leaf = Decode(row.leaf);
  if (!leaf) return mistake(Kind::kLeaf, leaf.error().front().message);
  leaf_ = *std::move(leaf);
  if (leaf_.log != log_ || leaf_.case_id != case_id_ || leaf_.case_seq != row.seq) {
    return mistake(Kind::kPlace, StrCat("the leaf is row ", leaf_.case_seq, " of case \"",
                                        leaf_.case_id, "\" in log \"", leaf_.log, "\""));
  }
  if (leaf_.case_prev != previous_) {
    return mistake(Kind::kPrevious, StrCat("the row before has hash \"", previous_,
                                           "\", the leaf continues \"", leaf_.case_prev, "\""));
  }
  if (std::optional<std::string> wrong = WrongColumn(row, leaf_)) {
    return mistake(Kind::kColumn, *std::move(wrong));
  }
  if (std::optional<ChainMistake> wrong = CheckPayload(row)) return wrong;
  previous_ = hash;
  ++next_seq_;
  return std::nullopt;
}

std::optional<ChainMistake> ChainVerifier::CheckPayload(const ChainRow& row) {
  if (row.payload.empty() && row.key.empty()) {
    ++erased_;
    return std::nullopt;
  }
  if (ToHex(Commit(row.key, row.payload)) != leaf_.commit) {
    return ChainMistake{row.seq, Kind::kPayload, "the payload is not the one the leaf commits to"};
  }
  const Result<Value> payload = ReadCanonical(row.payload);
  const Context* fields = payload ? payload->context() : nullptr;
  if (fields == nullptr || ToHex(FieldsRoot(row.key, *fields)) != leaf_.fields_root) {
    return ChainMistake{row.seq, Kind::kFields, "the leaf's fields_root is not the payload's"};
  }
  return std::nullopt;
}

std::optional<ChainMistake> ChainVerifier::Finish(std::int64_t last_seq,
                                                  std::string_view head) const {
  if (last_seq == next_seq_ - 1 && head == previous_) return std::nullopt;
  return ChainMistake{next_seq_, Kind::kHead,
                      StrCat("the case ends with row ", last_seq, " and hash ", head,
                             "; the history with row ", next_seq_ - 1, " and hash ", previous_)};
}

std::optional<ChainMistake> VerifyChain(std::string_view log, std::string_view case_id,
                                        std::span<const ChainRow> rows) {
  ChainVerifier verifier{std::string(log), std::string(case_id)};
  for (const ChainRow& row : rows) {
    if (std::optional<ChainMistake> mistake = verifier.Next(row)) return mistake;
  }
  return std::nullopt;
}

}  // namespace anjuan::trail
