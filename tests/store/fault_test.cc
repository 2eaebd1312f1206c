// What the disk does to us: power cuts, failing writes, failing syncs. kill -9 shows nothing of
// this, since the kernel still holds what was never synced.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/store/faulty_disk.h"
#include "tests/store/temporary_folder.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Failure;
using port::Row;
using port::Store;
using port::Transaction;

constexpr size_t kSmall = 9'000;
constexpr size_t kLarge = 200'000;

// Each transaction writes a pair of rows and rewrites one, so that a half is seen.
void WritePair(Store& store, int n, size_t size = kSmall) {
  store.Transact([&](Transaction& t) {
    t.Put(port::meta::kTable, {Cell(std::to_string(n)), Cell(std::string(300, 'm'))});
    t.Put(port::blobs::kTable, {Cell(std::to_string(n)), Cell(std::string(size, 'b'))});
    t.Put(port::meta::kTable, {Cell("last"), Cell(std::to_string(n))});
    return true;
  });
}

// The numbers that are there, or nullopt where one is there by half.
std::optional<std::set<int>> Numbers(const std::string& path, size_t size = kSmall) {
  std::set<int> numbers;
  bool whole = true;
  int last = -1;
  sqlite::OpenSqliteStore(path)->Read([&](port::Reader& r) {
    r.Scan(port::meta::kTable, {}, [&](const Row& row) {
      if (row[0] == Cell("last")) {
        last = std::stoi(std::get<std::string>(row[1]));
      } else {
        const auto blob = r.Get(port::blobs::kTable, std::vector<Cell>{row[0]});
        whole = whole && blob && std::get<std::string>((*blob)[1]).size() == size;
        numbers.insert(std::stoi(std::get<std::string>(row[0])));
      }
      return true;
    });
    whole = whole && r.Count(port::blobs::kTable, {}) == static_cast<std::int64_t>(numbers.size());
  });
  whole = whole && last == (numbers.empty() ? -1 : *numbers.rbegin());
  return whole ? std::optional(numbers) : std::nullopt;
}

bool IsLong() {
  const char* const value = std::getenv("ANJUAN_LONG");
  return value != nullptr && std::string(value) == "1";
}

std::string WriteBack(const std::map<std::string, std::string>& files,
                      const TemporaryFolder& folder) {
  for (const auto& [path, bytes] : files) {
    const std::string name = std::filesystem::path(path).filename().string();
    std::ofstream(folder.File(name), std::ios::binary) << bytes;
  }
  return folder.File("office.db");
}

TEST(Fault, EveryTransactionIsSyncedBeforeItReturns) {
  const TemporaryFolder folder;
  FaultyDisk disk;
  const auto store = sqlite::OpenSqliteStore(folder.File("office.db"));
  WritePair(*store, 0);
  for (int n = 1; n < 20; ++n) {
    disk.Arm(0, 0, false);
    WritePair(*store, n);
    EXPECT_GE(disk.syncs(), 1) << "synchronous is not FULL";
  }
}

// Returns how many acknowledged transactions a power cut after each of them would have lost.
int LostAtPowerCuts(bool lying) {
  int lost = 0;
  const TemporaryFolder folder;
  FaultyDisk disk;
  const auto store = sqlite::OpenSqliteStore(folder.File("office.db"));
  WritePair(*store, 0, kLarge);
  disk.TellLies(lying);
  const int count = 100;  // 49 pages each: past the checkpoint that comes at 4,000
  const int every = IsLong() ? 1 : 9;
  for (int n = 1; n < count; ++n) {
    WritePair(*store, n, kLarge);
    if (n % every != 0) continue;
    const TemporaryFolder after;
    const auto found =
        Numbers(WriteBack(disk.after_power_cut(folder.path().string()), after), kLarge);
    EXPECT_TRUE(found) << "a transaction is there by half";
    if (!found || static_cast<int>(found->size()) != n + 1) ++lost;
  }
  return lost;
}

TEST(Fault, APowerCutLosesNothingAcknowledged) {
  EXPECT_EQ(LostAtPowerCuts(false), 0);
}

// The harness must be able to fail: a disk that only says it has synced loses work.
TEST(Fault, APowerCutOnADiskThatLiesIsSeen) {
  EXPECT_GT(LostAtPowerCuts(true), 0);
}

struct Outcome {
  std::set<int> acknowledged;
  std::set<int> unknown;  // failed: not there, or after a failed sync perhaps there, whole
  bool failed = false;
  int writes = 0;
  int syncs = 0;
};

// Writes five numbers, then runs ten transactions with the n-th call failing.
Outcome RunWithFault(const std::string& path, int failing_write, int failing_sync, bool sticky) {
  FaultyDisk disk;
  Outcome outcome;
  const auto store = sqlite::OpenSqliteStore(path);
  for (int n = 0; n < 5; ++n) {
    WritePair(*store, n);
    outcome.acknowledged.insert(n);
  }
  disk.Arm(failing_write, failing_sync, sticky);
  for (int n = 5; n < 15; ++n) {
    try {
      WritePair(*store, n);
      outcome.acknowledged.insert(n);
    } catch (const Failure& failure) {
      outcome.failed = true;
      outcome.unknown.insert(n);
      EXPECT_STRNE(failure.what(), "");
    }
  }
  outcome.writes = disk.writes();
  outcome.syncs = disk.syncs();
  disk.Arm(0, 0, false);
  return outcome;
}

void Sweep(bool syncs, bool sticky) {
  const TemporaryFolder trial;
  const Outcome unharmed = RunWithFault(trial.File("office.db"), 0, 0, false);
  const int calls = syncs ? unharmed.syncs : unharmed.writes;
  EXPECT_FALSE(unharmed.failed);
  EXPECT_GE(calls, 10);
  const int step = IsLong() || syncs ? 1 : 7;
  for (int point = 1; point <= calls; point += step) {
    const TemporaryFolder folder;
    const std::string path = folder.File("office.db");
    const Outcome outcome = RunWithFault(path, syncs ? 0 : point, syncs ? point : 0, sticky);
    EXPECT_TRUE(outcome.failed) << "point " << point;
    const auto found = Numbers(path);
    ASSERT_TRUE(found) << "point " << point << ": a transaction is there by half";
    for (int n : outcome.acknowledged) {
      EXPECT_TRUE(found->contains(n)) << "point " << point << ": " << n << " was acknowledged";
    }
    for (int n : outcome.unknown) {
      EXPECT_TRUE(syncs || !found->contains(n)) << "point " << point << ": " << n << " had failed";
    }
  }
}

TEST(Fault, OneFailingWriteLosesNothing) {
  Sweep(false, false);
}
TEST(Fault, WritesThatFailFromThenOnLoseNothing) {
  Sweep(false, true);
}
TEST(Fault, OneFailingSyncLosesNothing) {
  Sweep(true, false);
}

TEST(Fault, AfterAFailedSyncNothingIsWrittenUntilReopening) {
  const TemporaryFolder folder;
  const std::string path = folder.File("office.db");
  FaultyDisk disk;
  {
    const auto store = sqlite::OpenSqliteStore(path);
    WritePair(*store, 0);
    disk.Arm(0, 1, false);
    EXPECT_THROW(WritePair(*store, 1), Failure);
    EXPECT_THROW(WritePair(*store, 2), Failure) << "only one sync failed, yet it must not go on";
    store->Read([](port::Reader& r) {
      EXPECT_TRUE(r.Get(port::meta::kTable, std::vector<Cell>{Cell("0")})) << "reading goes on";
    });
  }
  const auto store = sqlite::OpenSqliteStore(path);
  WritePair(*store, 3);
}

}  // namespace
}  // namespace anjuan::test
