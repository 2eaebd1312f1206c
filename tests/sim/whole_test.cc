// The whole engine in one thread by one seed: users, deadlines, the clock, the outbox, crashes and
// power cuts. Whatever the seed did, the oracle agrees afterwards; the same seed gives the same
// bytes in every row, so that a failure can be run again.
//
// Clock jumps: a clock that goes ten years forward and back fires each deadline once, none early.

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/trail/leaf.h"
#include "tests/sim/world.h"
#include "tests/store/faulty_disk.h"

namespace anjuan::test {
namespace {

constexpr Instant kMinuteMs = 60'000;
constexpr Instant kDayMs = 24 * 60 * kMinuteMs;

struct Life {
  std::string root;
  std::string wrong;
  int power_cuts = 0;
  int crashes = 0;
  std::int64_t fired = 0;
};

// What is left of a life when the power goes: opened again from what the disk kept.
class Engine {
 public:
  Engine(FaultyDisk& disk, const Template& office_template, std::uint64_t seed)
      : disk_(disk), seed_(seed), keys_(office_template.keys()) {
    folder_ = std::make_unique<TemporaryFolder>();
    Start(office_template.CopyTo(*folder_));
  }
  TestOffice& office() { return *office_; }

  void Crash() {
    const Instant now = office_->clock().now;
    office_->Reopen();
    office_->clock().now = now;
  }
  void CutPower(PowerCut how, std::uint64_t random) {
    const auto files = disk_.after_power_cut(folder_->path().string(), how, random);
    const Instant now = office_->clock().now;
    office_.reset();
    folder_ = std::make_unique<TemporaryFolder>();
    WriteFiles(files, *folder_);
    Start(folder_->File("office.db"));
    office_->clock().now = now;
  }

 private:
  void Start(const std::string& path) {
    office_ = std::make_unique<TestOffice>(path, keys_, seed_ * 1000 + ++starts_);
  }

  FaultyDisk& disk_;
  std::uint64_t seed_;
  std::uint64_t starts_ = 0;
  vault::OfficeKeys keys_;
  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<TestOffice> office_;
};

Life Live(FaultyDisk& disk, const Template& office_template, std::uint64_t seed) {
  constexpr int kEvents = 80;
  Life life;
  Engine engine(disk, office_template, seed);
  std::mt19937_64 random(seed);
  std::array<User, 3> users = {User(seed, "a"), User(seed + 1, "b"), User(seed + 2, "c")};
  std::vector<Acknowledged> acknowledged;
  const auto take = [&](const Reply& reply) {
    if (reply.acknowledged) acknowledged.push_back(reply.what);
  };
  for (int i = 0; i < kEvents; ++i) {
    User& user = users[random() % users.size()];
    TestOffice& office = engine.office();
    const std::uint64_t what = random() % 100;
    if (what < 60) {
      take(user.Act(office.office()));
    } else if (what < 70) {
      if (!user.cases().empty()) take(user.Again(office.office()));
    } else if (what < 80) {
      office.Drain();
    } else if (what < 90) {
      office.clock().now += static_cast<Instant>(random() % 4) * kDayMs;
      life.fired += runtime::Tick(office.office(), office.outbox(), std::nullopt).fired;
    } else if (what < 94) {
      engine.Crash();
      ++life.crashes;
    } else if (what < 98) {
      engine.CutPower(static_cast<PowerCut>(random() % 4), random());
      ++life.power_cuts;
    } else {
      const bool forward = random() % 2 == 0;
      office.clock().now += (forward ? 1 : -1) * static_cast<Instant>(random() % 3'600'000);
    }
  }
  // When the faults are over, everything that can move does.
  TestOffice& office = engine.office();
  office.outbox().DrainAll();
  life.wrong = Examine(office, acknowledged);
  if (life.wrong.empty()) {
    life.wrong = runtime::Replay(office.office(), [](std::int64_t, std::int64_t) {}).mistake;
  }
  life.root = RootOf(office.store());
  return life;
}

TEST(Whole, WhateverTheSeedDoesTheOracleAgreesAndTheSameSeedIsTheSameLife) {
  FaultyDisk disk;
  const Template office_template;
  const std::uint64_t first = SeedOf(1);
  const int seeds = Rounds(12, 10'000);
  std::set<std::string> roots;
  std::int64_t cuts = 0;
  std::int64_t fired = 0;
  for (int i = 0; i < seeds; ++i) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(i) * 10;
    const Life life = Live(disk, office_template, seed);
    ASSERT_EQ(life.wrong, "") << "ANJUAN_SEED=" << seed;
    ASSERT_EQ(Live(disk, office_template, seed).root, life.root) << "ANJUAN_SEED=" << seed;
    roots.insert(life.root);
    cuts += life.power_cuts;
    fired += life.fired;
  }
  EXPECT_EQ(roots.size(), static_cast<size_t>(seeds)) << "control: another seed is another life";
  EXPECT_GT(cuts, seeds / 2);
  EXPECT_GT(fired, 0);
}

// ---- clock jumps

struct Firings {
  int fired = 0;
  int warned = 0;
  int early = 0;     // history says fired before the deadline it was armed with
  int repeated = 0;  // the same deadline twice
};

// Looks at the histories: every firing against the due instant its identity names.
Firings LookAt(TestOffice& office, Instant lead) {
  Firings out;
  std::set<std::string> seen;
  for (const port::Row& row : office.Rows(port::history::kTable)) {
    const runtime::HistoryRecord record = runtime::ToHistory(row);
    const Result<trail::Leaf> leaf = trail::Decode(record.leaf);
    if (!leaf || !leaf->command_id.starts_with("timer/")) continue;
    const Instant due =
        ParseInteger(leaf->command_id.substr(leaf->command_id.rfind('/') + 1)).value_or(0);
    ++(record.type == "warning" ? out.warned : out.fired);
    out.early += record.at + lead < due ? 1 : 0;
    out.repeated += seen.insert(leaf->command_id).second ? 0 : 1;
  }
  return out;
}

Firings Jump(std::uint64_t seed, int cases, Instant lead) {
  TestOffice office(StoreKind::kSqlite, runtime::ClockKind::kReal);
  std::mt19937_64 random(seed);
  for (int i = 0; i < cases; ++i) office.Submitted();
  const Instant start = office.clock().now;
  const auto tick = [&] { runtime::Tick(office.office(), office.outbox(), std::nullopt); };
  constexpr std::array<Instant, 6> kJumps = {1'000,       kMinuteMs,    kDayMs,
                                             30 * kDayMs, 365 * kDayMs, 3652 * kDayMs};
  tick();
  for (int i = 0; i < 40; ++i) {
    const Instant by = kJumps[random() % kJumps.size()];
    office.clock().now += random() % 2 == 0 ? by : -by;
    tick();
    if (i % 10 == 9) office.Reopen();
    office.clock().now = std::max(office.clock().now, start - 3652 * kDayMs);
  }
  office.clock().now = start + 3652 * kDayMs;  // at the end everything is due
  tick();
  EXPECT_EQ(Examine(office, {}), "");
  return LookAt(office, lead);
}

TEST(ClockJumps, EachDeadlineFiresOnceAndNoneEarly) {
  const int runs = Rounds(3, 500);
  for (int i = 0; i < runs; ++i) {
    const std::uint64_t seed = SeedOf(1) + static_cast<std::uint64_t>(i);
    const Firings firings = Jump(seed, 10, 0);
    EXPECT_EQ(firings.fired, 10) << "ANJUAN_SEED=" << seed;
    EXPECT_EQ(firings.early, 0) << "ANJUAN_SEED=" << seed;
    EXPECT_EQ(firings.repeated, 0) << "ANJUAN_SEED=" << seed;
  }
}

TEST(ClockJumps, ControlAnEngineWhoseClockRunsAheadIsFoundOut) {
  // Judged by a clock that stands twenty years earlier, the same firings are all early.
  EXPECT_GT(Jump(SeedOf(1), 5, -7305 * kDayMs).early, 0);
}

// Deadlines that fell due while no program ran fire when one is started again, once.
TEST(ClockJumps, DeadlinesSurviveARestart) {
  TestOffice office(StoreKind::kSqlite, runtime::ClockKind::kReal);
  const std::string id = office.Submitted();
  office.clock().now += 20 * kDayMs;
  office.Reopen();
  const runtime::TickReport report = runtime::Tick(office.office(), office.outbox(), std::nullopt);
  EXPECT_EQ(report.fired, 1);
  office.Reopen();
  EXPECT_EQ(runtime::Tick(office.office(), office.outbox(), std::nullopt).fired, 0);
  EXPECT_EQ(office.Load(id)->record.states, "late");
}

}  // namespace
}  // namespace anjuan::test
