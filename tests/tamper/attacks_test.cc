// Every attack of a database's owner who has the log's signing key too, and who notices it.

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/trail/log_verifier.h"
#include "engine/trail/merkle.h"
#include "engine/trail/witness.h"
#include "tests/tamper/campaign.h"

namespace anjuan::tamper {
namespace {

constexpr const char* kCase = "430602-2023-X-000001";

trail::WitnessState Knows(const World& world) {
  trail::WitnessState state;
  state.logs[World::kOrigin].keys = {world.first_key.Public(), world.log_key.Public()};
  return state;
}

trail::WitnessAnswer Ask(const World& world, trail::WitnessState& state, std::uint64_t old_size) {
  return trail::Witness(state, world.witness, world.Request(old_size), kStart);
}

// The log written anew with one event dated and worded otherwise, signed with the real key.
World Rewritten(const World& world, size_t position) {
  World fork = world;
  trail::Leaf leaf = trail::Decode(fork.leaves[position]).value();
  leaf.actor = "u9";
  fork.leaves[position] = trail::Encode(leaf).value();
  // Links and heads are mended, so that only the root tells.
  std::map<std::string, std::string> last;
  for (std::string& bytes : fork.leaves) {
    auto row = trail::Decode(bytes);
    if (!row) continue;
    row->case_prev = last[row->case_id];
    bytes = trail::Encode(*row).value();
    last[row->case_id] = ToHex(trail::LeafHash(bytes));
    fork.heads[row->case_id].hash = last[row->case_id];
  }
  fork.leaves.pop_back();
  fork.Heads(kStart);
  fork.checkpoints.clear();
  fork.Checkpoint(0);
  return fork;
}

TEST(Attacks, PreparedForgeriesAreRefused) {
  const World world = World::Sample(24);
  const Accepts accepts = DossierVerifier(world);
  ASSERT_TRUE(accepts(world.Dossier(kCase)));
  const std::vector<Forgery> forgeries = DossierForgeries(world, kCase);
  EXPECT_GE(forgeries.size(), 20U);
  for (const Forgery& forgery : forgeries) EXPECT_FALSE(accepts(forgery.files)) << forgery.name;
}

TEST(Attacks, EveryRowDeletedSwappedDoubledOrMovedInTheLogIsNoticed) {
  const World world = World::Sample(40);
  const auto holds = [](const std::vector<std::string>& leaves) {
    trail::LogVerifier verifier(World::kOrigin);
    for (const std::string& leaf : leaves) {
      if (verifier.Next(leaf)) return false;
    }
    return true;
  };
  ASSERT_TRUE(holds(world.leaves));
  const Hash root = trail::TreeRoot(world.Hashes(world.leaves.size()));
  int attacks = 0;
  const auto noticed = [&](const std::vector<std::string>& leaves) {
    ++attacks;
    World forged = world;
    forged.leaves = leaves;
    if (!holds(leaves)) return true;
    // What still is a log has another root than the signed one.
    return leaves.size() != world.leaves.size() ||
           trail::TreeRoot(forged.Hashes(leaves.size())) != root;
  };
  for (size_t i = 0; i < world.leaves.size(); ++i) {
    std::vector<std::string> leaves = world.leaves;
    leaves.erase(leaves.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(noticed(leaves)) << "deleted " << i;
    leaves = world.leaves;
    leaves.insert(leaves.begin() + static_cast<std::ptrdiff_t>(i), leaves[i]);
    EXPECT_TRUE(noticed(leaves)) << "doubled " << i;
    for (size_t j = i + 1; j < world.leaves.size(); ++j) {
      const Accepts accepts = MirrorVerifier(world);
      World forged = world;
      std::swap(forged.leaves[i], forged.leaves[j]);
      Files files = forged.Mirror();
      EXPECT_FALSE(accepts(files)) << "swapped " << i << " and " << j;
      ++attacks;
    }
  }
  EXPECT_GT(attacks, 800);
}

TEST(Attacks, ARewrittenAndSignedLogContinuesNothingThatWasKept) {
  const World world = World::Sample(24);
  for (size_t i = 0; i < 12; ++i) {
    if (!trail::Decode(world.leaves[i])) continue;
    const World fork = Rewritten(world, i);
    EXPECT_TRUE(DossierVerifier(fork)(fork.Dossier(kCase))) << "alone it looks honest";
    // An auditor who kept a checkpoint.
    trail::Trust trust = world.TrustIn();
    trust.known = {world.checkpoints.back().second};
    EXPECT_FALSE(trail::VerifyDossier(fork.Dossier(kCase), trust).report.ok()) << i;
    // A witness who signed one, asked for the same size and for a longer log.
    trail::WitnessState state = Knows(world);
    ASSERT_EQ(Ask(world, state, 0).verdict, trail::WitnessVerdict::kSigned);
    EXPECT_TRUE(Ask(fork, state, world.leaves.size()).alarm);
    World longer = fork;
    longer.Event(kCase, kStart + 9999);
    longer.Checkpoint(0);
    const auto answer = Ask(longer, state, world.leaves.size());
    EXPECT_EQ(answer.verdict, trail::WitnessVerdict::kNotContinued);
    EXPECT_TRUE(answer.alarm);
  }
}

TEST(Attacks, ACutLogOrARestoredBackupIsFlaggedByTheWitnessAndTheMirror) {
  const World before = World::Sample(24);
  World after = before;
  trail::WitnessState state = Knows(before);
  ASSERT_EQ(Ask(before, state, 0).verdict, trail::WitnessVerdict::kSigned);
  after.Event(kCase, kStart + 5000);
  after.Heads(kStart + 5000);
  after.Checkpoint(kStart + 5001);
  ASSERT_EQ(Ask(after, state, before.leaves.size()).verdict, trail::WitnessVerdict::kSigned);
  // The backup of before is put back.
  for (const std::uint64_t old : {std::uint64_t{0}, std::uint64_t{before.leaves.size()}}) {
    const auto answer = Ask(before, state, old);
    EXPECT_EQ(answer.verdict, trail::WitnessVerdict::kConflict);
    EXPECT_TRUE(answer.alarm) << answer.english;
    EXPECT_EQ(answer.known, after.leaves.size());
  }
  // And carried on with other events.
  World carried = before;
  for (int i = 0; i < 5; ++i) carried.Event(kCase, kStart + 6000 + i);
  carried.Checkpoint(0);
  EXPECT_TRUE(Ask(carried, state, after.leaves.size()).alarm);
  // An auditor with the old mirror.
  Files mirror = before.Mirror();
  mirror[StrCat("checkpoints/", after.leaves.size())] = after.checkpoints.back().second;
  World seen = before;
  seen.checkpoints = after.checkpoints;
  EXPECT_FALSE(MirrorVerifier(seen)(mirror));
  trail::Trust trust = after.TrustIn();
  trust.known = {after.checkpoints.back().second};
  EXPECT_FALSE(trail::VerifyDossier(before.Dossier(kCase), trust).report.ok());
}

TEST(Attacks, TwoAuditorsCannotBeShownTwoLogsByOneWitness) {
  World a = World::Sample(24);
  World b = a;
  a.Event(kCase, kStart + 5000);
  b.Event("430602-2023-X-000002", kStart + 5000);
  a.Checkpoint(0);
  b.Checkpoint(0);
  trail::WitnessState state = Knows(a);
  EXPECT_EQ(Ask(a, state, 0).verdict, trail::WitnessVerdict::kSigned);
  EXPECT_TRUE(Ask(b, state, a.leaves.size()).alarm);
}

TEST(Attacks, HeadsThatHideACasesLastEventsAreSeenByTheMirror) {
  World world = World::Sample(24);
  const trail::Head honest = world.heads[kCase];
  world.Event(kCase, kStart + 5000);
  world.heads[kCase] = honest;  // the record says the case ended before
  world.places[kCase].pop_back();
  world.payloads[kCase].pop_back();
  world.Heads(kStart + 5000);
  world.Checkpoint(kStart + 5001);
  EXPECT_TRUE(DossierVerifier(world)(world.Dossier(kCase))) << "the case alone cannot show it";
  EXPECT_FALSE(MirrorVerifier(world)(world.Mirror())) << "who has every leaf computes it again";
}

TEST(Attacks, ABackDatedEventAsksForAnExplanation) {
  World world = World::Sample(24);
  world.Event(kCase, kStart - 30 * 86'400);
  world.Heads(kStart + 5000);
  world.Checkpoint(kStart + 5001);
  const auto verdict = trail::VerifyDossier(world.Dossier(kCase), world.TrustIn());
  EXPECT_TRUE(verdict.report.Has(trail::Statement::Kind::kDoubt));
  EXPECT_FALSE(verdict.report.Has(trail::Statement::Kind::kMistake));
}

TEST(Attacks, AStolenRetiredKeySignsNothingNew) {
  World world = World::Sample(24);
  world.log_key = world.first_key;  // it was replaced on the way
  world.Event(kCase, kStart + 5000);
  world.Heads(kStart + 5000);
  world.Checkpoint(0);
  EXPECT_FALSE(DossierVerifier(world)(world.Dossier(kCase)));
  EXPECT_FALSE(MirrorVerifier(world)(world.Mirror()));
}

TEST(Attacks, AKeyOfTheDossiersOwnDoesNotCountForAnAuditorWithKeys) {
  World world = World::Sample(24);
  World forger;
  forger.log_key.seed = forger.first_key.seed = std::string(32, '\x66');
  for (int i = 0; i < 5; ++i) forger.Event(kCase, kStart + i);
  forger.Heads(kStart + 9);
  forger.Checkpoint(0);
  EXPECT_TRUE(DossierVerifier(forger)(forger.Dossier(kCase)));
  EXPECT_FALSE(DossierVerifier(world)(forger.Dossier(kCase)));
}

}  // namespace
}  // namespace anjuan::tamper
