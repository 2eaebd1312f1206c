#include "engine/trail/chain.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/trail/fields.h"
#include "engine/value/json.h"
#include "tests/trail/sample_leaf.h"

namespace anjuan::trail {
namespace {

using Kind = ChainMistake::Kind;
constexpr std::string_view kLog = "office.example/430600";
constexpr std::string_view kCase = "4306002023P01000001";

ChainRow MakeRow(std::int64_t seq, const std::string& previous) {
  const Context payload({{"n", Value(seq)}, {"text", Value("说明")}});
  ChainRow row;
  row.seq = seq;
  row.payload = WriteCanonical(Value(payload));
  row.key = std::string(32, static_cast<char>(seq + 1));
  Leaf leaf = test::FullLeaf();
  leaf.case_seq = seq;
  leaf.case_prev = previous;
  leaf.commit = ToHex(Commit(row.key, row.payload));
  leaf.fields_root = ToHex(FieldsRoot(row.key, payload));
  row.version = leaf.version;
  row.type = leaf.type;
  row.event = leaf.event;
  row.at = leaf.time;
  row.actor = leaf.actor;
  row.leaf = Encode(leaf).value();
  row.hash = ToHex(LeafHash(row.leaf));
  return row;
}

std::vector<ChainRow> Chain(int count) {
  std::vector<ChainRow> rows;
  for (int i = 0; i < count; ++i) rows.push_back(MakeRow(i, i == 0 ? "" : rows.back().hash));
  return rows;
}

std::optional<ChainMistake> Verify(const std::vector<ChainRow>& rows) {
  return VerifyChain(kLog, kCase, rows);
}

void ExpectMistake(const std::vector<ChainRow>& rows, std::int64_t seq, Kind kind) {
  const std::optional<ChainMistake> mistake = Verify(rows);
  ASSERT_TRUE(mistake);
  EXPECT_EQ(mistake->seq, seq) << mistake->message;
  EXPECT_EQ(mistake->kind, kind) << mistake->message;
}

TEST(Chain, AnHonestHistoryHolds) {
  EXPECT_FALSE(Verify(Chain(10)));
  EXPECT_FALSE(Verify({}));
}

TEST(Chain, EachDamageIsNamedWithItsRow) {
  auto rows = Chain(5);
  rows[2].leaf[40] = static_cast<char>(rows[2].leaf[40] ^ 1);
  ExpectMistake(rows, 2, Kind::kHash);

  rows = Chain(5);
  rows.erase(rows.begin() + 2);
  ExpectMistake(rows, 2, Kind::kGap);

  rows = Chain(5);
  std::swap(rows[2], rows[3]);
  ExpectMistake(rows, 2, Kind::kGap);

  rows = Chain(5);
  rows.insert(rows.begin() + 2, rows[1]);
  ExpectMistake(rows, 2, Kind::kGap);

  rows = Chain(5);
  rows[3].payload = WriteCanonical(Value(Context({{"n", Value(99)}, {"text", Value("说明")}})));
  ExpectMistake(rows, 3, Kind::kPayload);

  rows = Chain(5);
  rows[3].key[0] = 'x';
  ExpectMistake(rows, 3, Kind::kPayload);

  rows = Chain(5);
  rows[3].payload.clear();  // without the key this is no erasure
  ExpectMistake(rows, 3, Kind::kPayload);
}

TEST(Chain, ParsedColumnsMustSayWhatTheLeafSays) {
  const std::vector<void (*)(ChainRow&)> edits = {
      [](ChainRow& row) { ++row.version; },        [](ChainRow& row) { row.type = "view"; },
      [](ChainRow& row) { row.event = "refuse"; }, [](ChainRow& row) { --row.at; },
      [](ChainRow& row) { row.actor = "u1"; },
  };
  for (const auto& edit : edits) {
    auto rows = Chain(3);
    edit(rows[1]);
    ExpectMistake(rows, 1, Kind::kColumn);
  }
}

// An attacker who rewrites a row with its hash breaks the next row's link.
TEST(Chain, ARewrittenRowIsSeenAtTheNext) {
  auto rows = Chain(4);
  Leaf leaf = Decode(rows[1].leaf).value();
  leaf.reason = "";
  rows[1].leaf = Encode(leaf).value();
  rows[1].hash = ToHex(LeafHash(rows[1].leaf));
  ExpectMistake(rows, 2, Kind::kPrevious);
}

TEST(Chain, ALeafOfAnotherCaseOrLogIsRefused) {
  EXPECT_EQ(VerifyChain(kLog, "other", Chain(2))->kind, Kind::kPlace);
  EXPECT_EQ(VerifyChain("other", kCase, Chain(2))->kind, Kind::kPlace);
}

TEST(Chain, TheFieldsRootMustBeThePayloads) {
  auto rows = Chain(1);
  Leaf leaf = Decode(rows[0].leaf).value();
  leaf.fields_root = std::string(64, '0');
  rows[0].leaf = Encode(leaf).value();
  rows[0].hash = ToHex(LeafHash(rows[0].leaf));
  ExpectMistake(rows, 0, Kind::kFields);
}

TEST(Chain, BytesThatAreNoLeafAreRefusedEvenWithTheRightHash) {
  auto rows = Chain(1);
  rows[0].leaf = "{}";
  rows[0].hash = ToHex(LeafHash(rows[0].leaf));
  ExpectMistake(rows, 0, Kind::kLeaf);
}

TEST(Chain, AnErasedPayloadIsCountedAndStillProvesItsPlace) {
  auto rows = Chain(4);
  rows[1].payload.clear();
  rows[1].key.clear();
  ChainVerifier verifier{std::string(kLog), std::string(kCase)};
  for (const ChainRow& row : rows) EXPECT_FALSE(verifier.Next(row));
  EXPECT_EQ(verifier.erased(), 1);
  EXPECT_EQ(verifier.rows(), 4);
  EXPECT_FALSE(verifier.Finish(3, rows[3].hash));
}

TEST(Chain, ACutTailShowsAgainstTheCase) {
  const auto rows = Chain(4);
  ChainVerifier verifier{std::string(kLog), std::string(kCase)};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(verifier.Next(rows[static_cast<size_t>(i)]));
  EXPECT_FALSE(verifier.Finish(2, rows[2].hash));
  EXPECT_EQ(verifier.Finish(3, rows[3].hash)->kind, Kind::kHead);
  EXPECT_EQ(verifier.Finish(2, rows[3].hash)->kind, Kind::kHead);
}

}  // namespace
}  // namespace anjuan::trail
