// I/O errors and a full disk at every write and every sync of a run; and commands delivered again.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "engine/base/text.h"
#include "tests/sim/world.h"
#include "tests/store/faulty_disk.h"

namespace anjuan::test {
namespace {

struct Fault {
  bool in_sync = false;
  bool sticky = false;
  int code = 0;
  bool trusting = false;  // the control: takes every command as acknowledged, failed or not
};

constexpr int kActions = 25;

// One run with the n-th call failing. "": all is well; `reached`: the run got as far as that call.
std::string RunWith(FaultyDisk& disk, const Template& office_template, const Fault& fault, int n,
                    bool& reached) {
  const TemporaryFolder folder;
  const std::string path = office_template.CopyTo(folder);
  std::vector<Acknowledged> acknowledged;
  {
    TestOffice office(path, office_template.keys(), 5);
    User user(5, "u");
    disk.Arm(fault.in_sync ? 0 : n, fault.in_sync ? n : 0, fault.sticky, fault.code);
    for (int i = 0; i < kActions; ++i) {
      try {
        const Reply reply = user.Act(office.office());
        if (reply.acknowledged) acknowledged.push_back(reply.what);
        if (i % 5 == 4) office.Drain();
      } catch (const port::Failure&) {
        // Nobody was told anything, unless he trusts blindly.
        if (fault.trusting) {
          acknowledged.push_back(
              {std::string(kAdmin), StrCat("u-", i + 1), "430602-2023-T01-000001", 0});
        }
      }
    }
    reached = (fault.in_sync ? disk.syncs() : disk.writes()) >= n;
    disk.Arm(0, 0, false);
    if (!fault.in_sync) {
      // The disk works again: the same program goes on without being started anew.
      for (int i = 0; i < 3; ++i) {
        const Reply reply = user.Act(office.office());
        if (reply.acknowledged) acknowledged.push_back(reply.what);
      }
    }
  }
  TestOffice after(path, office_template.keys(), 6);
  return Examine(after, acknowledged);
}

// Every call in the long form, every stride-th in CI.
void Sweep(const Fault& fault, int stride) {
  FaultyDisk disk;
  const Template office_template;
  int points = 0;
  bool reached = true;
  for (int n = 1; reached; n += IsLong() ? 1 : stride) {
    const std::string wrong = RunWith(disk, office_template, fault, n, reached);
    ASSERT_EQ(wrong, "") << "call " << n;
    ++points;
  }
  EXPECT_GT(points, 5);
  testing::Test::RecordProperty("points", points);
}

TEST(IoFault, AFailingWriteLosesNothing) {
  Sweep({.in_sync = false, .sticky = false, .code = 0}, 37);
}
TEST(IoFault, WritesThatFailFromThenOnLoseNothing) {
  Sweep({.in_sync = false, .sticky = true, .code = 0}, 41);
}
TEST(IoFault, AFullDiskForAMomentLosesNothing) {
  Sweep({.in_sync = false, .sticky = false, .code = SQLITE_FULL}, 37);
}
TEST(IoFault, AFullDiskIsSurvivedAndFilledAgain) {
  Sweep({.in_sync = false, .sticky = true, .code = SQLITE_FULL}, 41);
}
TEST(IoFault, AFailingSyncIsNoAcknowledgement) {
  Sweep({.in_sync = true, .sticky = false, .code = 0}, 7);
}

TEST(IoFault, ControlTakingAFailureForAnAnswerIsFoundOut) {
  FaultyDisk disk;
  const Template office_template;
  std::string wrong;
  bool reached = true;
  for (int n = 5; wrong.empty() && reached; n += 20) {
    wrong = RunWith(disk, office_template,
                    {.in_sync = false, .sticky = true, .code = 0, .trusting = true}, n, reached);
  }
  EXPECT_NE(wrong, "");
}

// ---- redelivery: each command one to five times, in any order, by several threads at once

struct Delivered {
  std::int64_t steps = 0;  // versions beyond the opening, over all cases
  std::int64_t distinct = 0;
};

Delivered Redeliver(std::uint64_t seed, int commands, bool with_ids) {
  constexpr int kThreads = 4;
  TestOffice office(StoreKind::kSqlite, runtime::ClockKind::kReal);
  std::mt19937_64 random(seed);
  std::vector<std::string> cases;
  for (int i = 0; i < 20; ++i) cases.push_back(office.Submitted());
  struct Command {
    std::string case_id;
    std::string id;
  };
  std::vector<Command> all;
  Delivered delivered;
  for (int i = 0; i < commands; ++i) {
    const Command command{cases[random() % cases.size()], StrCat("again-", i)};
    ++delivered.distinct;
    for (std::uint64_t times = 1 + random() % 5; times > 0; --times) all.push_back(command);
  }
  std::shuffle(all.begin(), all.end(), random);
  const auto versions = [&] {
    std::int64_t sum = 0;
    for (const std::string& id : cases) sum += office.Load(id)->record.version;
    return sum;
  };
  const std::int64_t before = versions();
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int k = 0; k < kThreads; ++k) {
    threads.emplace_back([&, k] {
      for (size_t i = static_cast<size_t>(k); i < all.size(); i += kThreads) {
        const runtime::Answer answer = office.Fire(all[i].case_id, "review", "{}",
                                                   std::string(kClerk), with_ids ? all[i].id : "");
        refused += answer.ok() ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
  delivered.steps = versions() - before;
  EXPECT_EQ(Examine(office, {}), "");
  return delivered;
}

TEST(Redelivery, EachCommandIsCarriedOutOnce) {
  const Delivered delivered = Redeliver(SeedOf(3), Rounds(300, 200'000), true);
  EXPECT_EQ(delivered.steps, delivered.distinct);
}

TEST(Redelivery, ControlWithoutRequestIdsTheyAreDoubled) {
  const Delivered delivered = Redeliver(SeedOf(3), 100, false);
  EXPECT_GT(delivered.steps, delivered.distinct);
}

}  // namespace
}  // namespace anjuan::test
