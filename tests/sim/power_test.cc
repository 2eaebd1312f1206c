// Power cuts: at a random write of a run, the disk keeps what was synced and, by four modes, some
// of what was not. What was acknowledged by then is there afterwards.
//
// Control: a store that commits without syncing its log (synchronous=NORMAL) must be found out.

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "engine/base/text.h"
#include "tests/sim/world.h"
#include "tests/store/faulty_disk.h"

namespace anjuan::test {
namespace {

struct Cut {
  std::map<std::string, std::string> files;
  size_t acknowledged = 0;
};

constexpr int kCutsOfARun = 25;
constexpr int kActions = 60;

// One run of a user's work with cuts at random writes.
struct Run {
  std::vector<Cut> cuts;
  std::vector<Acknowledged> acknowledged;
};

Run WorkAndCut(FaultyDisk& disk, const Template& office_template, PowerCut how,
               std::uint64_t seed) {
  const TemporaryFolder folder;
  Run run;
  std::mt19937_64 random(seed);
  auto office =
      std::make_unique<TestOffice>(office_template.CopyTo(folder), office_template.keys(), seed);
  User user(seed, "u");
  // Some seven writes an action; the first cut soon, the others spread.
  std::set<int> points;
  while (points.size() < kCutsOfARun) points.insert(static_cast<int>(random() % 700) + 1);
  int writes = 0;
  disk.Watch([&] {
    if (!points.contains(++writes)) return;
    run.cuts.push_back(
        {disk.after_power_cut(folder.path().string(), how, random()), run.acknowledged.size()});
  });
  for (int i = 0; i < kActions; ++i) {
    if (Reply told = user.Act(office->office()); told.acknowledged) {
      run.acknowledged.push_back(std::move(told.what));
    }
    if (i % 5 == 4) office->Drain();
    office->clock().now += 60'000;
  }
  disk.Watch({});
  office.reset();
  disk.Forget(folder.path().string());
  return run;
}

// How many cuts were looked at, and what was wrong with the first bad one.
struct Outcome {
  int cuts = 0;
  int bad = 0;
  std::string first;
};

Outcome Campaign(PowerCut how, int cuts, std::uint64_t seed, bool lazy) {
  FaultyDisk disk;
  const Template office_template;
  Outcome outcome;
  while (outcome.cuts < cuts) {
    disk.SkipLogSyncs(lazy);
    const std::uint64_t of_run = seed++;
    const Run run = WorkAndCut(disk, office_template, how, of_run);
    disk.SkipLogSyncs(false);
    for (const Cut& cut : run.cuts) {
      ++outcome.cuts;
      const TemporaryFolder folder;
      WriteFiles(cut.files, folder);
      std::string wrong;
      try {
        TestOffice after(folder.File("office.db"), office_template.keys(), of_run + 1'000'000);
        wrong = Examine(after,
                        {run.acknowledged.begin(),
                         run.acknowledged.begin() + static_cast<std::ptrdiff_t>(cut.acknowledged)});
      } catch (const port::Failure& failure) {
        wrong = failure.what();
      }
      disk.Forget(folder.path().string());
      if (wrong.empty()) continue;
      ++outcome.bad;
      if (outcome.first.empty()) outcome.first = StrCat("seed ", of_run, ": ", wrong);
    }
  }
  return outcome;
}

class PowerCutTest : public testing::TestWithParam<PowerCut> {};

TEST_P(PowerCutTest, WhatWasAcknowledgedIsThere) {
  const Outcome outcome = Campaign(GetParam(), Rounds(500, 10'000), SeedOf(20230301), false);
  EXPECT_EQ(outcome.bad, 0) << outcome.first;
  EXPECT_GE(outcome.cuts, Rounds(500, 10'000));
  RecordProperty("cuts", outcome.cuts);
}

TEST_P(PowerCutTest, ControlWithoutSyncingTheLogItLoses) {
  const Outcome outcome = Campaign(GetParam(), 50, SeedOf(20230301), true);
  EXPECT_GT(outcome.bad, 0) << "then this campaign would not see a loss";
}

INSTANTIATE_TEST_SUITE_P(Modes, PowerCutTest,
                         testing::Values(PowerCut::kDropAll, PowerCut::kSubset, PowerCut::kTorn,
                                         PowerCut::kReordered),
                         [](const testing::TestParamInfo<PowerCut>& mode) {
                           switch (mode.param) {
                             case PowerCut::kDropAll:
                               return "DropAll";
                             case PowerCut::kSubset:
                               return "Subset";
                             case PowerCut::kTorn:
                               return "Torn";
                             case PowerCut::kReordered:
                               return "Reordered";
                           }
                           return "";
                         });

}  // namespace
}  // namespace anjuan::test
