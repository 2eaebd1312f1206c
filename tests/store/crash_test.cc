// kill -9 at any moment: what was acknowledged is there, whole; what was not is there whole or not
// at all. ANJUAN_LONG=1 runs many more rounds.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>

#include "engine/port/schema.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/store/temporary_folder.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Row;
using port::Transaction;

// One number is written as a row of each of two tables, the second with long bytes.
void WriteNumber(Transaction& t, std::int64_t n) {
  t.Insert(port::history::kTable,
           {Cell("a"), Cell("c"), Cell(n), Cell(n), Cell("event"), Cell("e"), Cell(n), Cell("x"),
            Cell(std::string(700, 'l')), Cell(std::to_string(n)), Cell("{}"), Cell("k")});
  t.Put(port::blobs::kTable, {Cell(std::to_string(n)), Cell(std::string(6000, 'b'))});
  t.Put(port::meta::kTable, {Cell("last"), Cell(std::to_string(n))});
}

// Writes numbers from `first` on until it is killed; tells each through the pipe after Transact.
[[noreturn]] void Work(const std::string& path, std::int64_t first, int pipe) {
  const auto store = sqlite::OpenSqliteStore(path);
  for (std::int64_t n = first;; ++n) {
    store->Transact([&](Transaction& t) {
      WriteNumber(t, n);
      return true;
    });
    if (write(pipe, &n, sizeof n) != sizeof n) _exit(1);
  }
}

struct Found {
  std::int64_t rows = 0;
  std::int64_t last = -1;
  bool dense = true;
  bool whole = true;
};

Found Look(const std::string& path) {
  Found found;
  sqlite::OpenSqliteStore(path)->Read([&](port::Reader& r) {
    r.Scan(port::history::kTable, {}, [&](const Row& row) {
      const auto n = std::get<std::int64_t>(row[port::history::kSeq]);
      found.dense = found.dense && n == found.rows;
      const auto bytes = r.Get(port::blobs::kTable, std::vector<Cell>{std::to_string(n)});
      found.whole = found.whole && bytes && std::get<std::string>((*bytes)[1]).size() == 6000;
      ++found.rows;
      return true;
    });
    found.whole = found.whole && r.Count(port::blobs::kTable, {}) == found.rows;
    const auto last = r.Get(port::meta::kTable, std::vector<Cell>{Cell("last")});
    if (last) found.last = std::stoll(std::get<std::string>((*last)[1]));
  });
  return found;
}

TEST(Crash, KilledAtAnyMomentNothingAcknowledgedIsLost) {
  const char* const is_long = std::getenv("ANJUAN_LONG");
  const int rounds = is_long != nullptr && std::string(is_long) == "1" ? 400 : 12;
  const TemporaryFolder folder;
  const std::string path = folder.File("office.db");
  std::mt19937 random(17);
  std::int64_t acknowledged = -1;
  int told_rounds = 0;
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const Found before = Look(path);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      Work(path, before.rows, ends[1]);
    }
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    std::int64_t n = 0;
    bool told = false;
    while (read(ends[0], &n, sizeof n) == sizeof n) {
      acknowledged = n;
      told = true;
    }
    close(ends[0]);
    told_rounds += told ? 1 : 0;
    const Found after = Look(path);
    EXPECT_GE(after.rows, acknowledged + 1) << "round " << round;
    EXPECT_EQ(after.last, after.rows - 1) << "round " << round;
    EXPECT_TRUE(after.dense && after.whole) << "round " << round;
  }
  EXPECT_GT(told_rounds, rounds / 4) << "the children were killed before they did anything";
}

}  // namespace
}  // namespace anjuan::test
