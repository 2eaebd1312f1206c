// A store of an older version becomes one of this version when it is opened, or stays what it was.

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <thread>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/sqlite_store.h"
#include "plugins/sqlite/upkeep.h"
#include "tests/store/faulty_disk.h"
#include "tests/store/temporary_folder.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Row;

std::string Ask(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  std::string out;
  char* error = nullptr;
  const auto take = [](void* to, int columns, char** values, char**) {
    for (int i = 0; i < columns; ++i) {
      auto& text = *static_cast<std::string*>(to);
      text += StrCat(text.empty() ? "" : "|", values[i] == nullptr ? "null" : values[i]);
    }
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), take, &out, &error), SQLITE_OK) << error;
  sqlite3_close(db);
  return out;
}

// A file as version 1 of the program wrote it; `histories` more rows make the work longer.
void WriteFormat1(const std::string& path, int histories) {
  std::ifstream in(ANJUAN_SOURCE_DIR "/tests/store/data/format_1.sql");
  std::stringstream sql;
  sql << in.rdbuf();
  Ask(path, sql.str());
  Ask(path,
      StrCat("WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 10 + ",
             histories,
             ") INSERT INTO history SELECT area, 'more-' || i, seq, version, type, event, at, "
             "actor, leaf, hash || i, CAST(replace(CAST(payload AS TEXT), '\"serial\":1', "
             "'\"serial\":' || i) AS BLOB), key FROM history, n WHERE seq = 1 AND case_id NOT LIKE "
             "'more%'"));
}

// 1 or this version; anything between is a failure.
std::int64_t VersionOf(const std::string& path, int histories) {
  const std::int64_t version = std::stoll(Ask(path, "PRAGMA user_version"));
  const std::string columns = Ask(path, "SELECT count(*) FROM pragma_table_info('outbox')");
  const std::string tables =
      Ask(path, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'allotted'");
  if (version == 1) {
    EXPECT_EQ(columns, "9");
    EXPECT_EQ(tables, "0");
  } else {
    EXPECT_EQ(version, port::kSchemaVersion);
    EXPECT_EQ(columns, std::to_string(port::outbox::kTable.columns.size()));
    EXPECT_EQ(Ask(path, "SELECT count(*) FROM allotted"), std::to_string(histories + 3));
  }
  EXPECT_EQ(Ask(path, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(Ask(path, "SELECT count(*) FROM history"), std::to_string(histories + 4));
  return version;
}

class UpgradeTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_.File("office.db");
};

TEST_F(UpgradeTest, OldRowsAreThereAndNewTablesKnowThem) {
  WriteFormat1(path_, 0);
  const auto store = sqlite::OpenSqliteStore(path_);
  EXPECT_EQ(sqlite::MakeUpkeep(path_)->Version(), port::kSchemaVersion);
  store->Transact([](port::Transaction& t) {
    const std::vector<Cell> waiting = {Cell("430000"), Cell("430602-2023-TRY-000001"),
                                       Cell(std::int64_t{2}), Cell(std::int64_t{0})};
    std::optional<Row> row = t.Get(port::outbox::kTable, waiting);
    EXPECT_TRUE(row && (*row)[port::outbox::kClaim] == Cell(std::int64_t{0}));
    t.Put(port::outbox::kTable, *row);
    const std::vector<Cell> second = {Cell("430000"), Cell("岳人社"), Cell(std::int64_t{2023}),
                                      Cell("函"), Cell(std::int64_t{2})};
    const std::optional<Row> number = t.Get(port::allotted::kTable, second);
    EXPECT_TRUE(number && (*number)[port::allotted::kText] == Cell("岳人社函〔2023〕2号"));
    EXPECT_TRUE(number && (*number)[port::allotted::kSeq] == Cell(std::int64_t{2}));
    return true;
  });
  // cases actor=…, moved=1 and number=… find what was stored before there were such rows.
  EXPECT_EQ(
      Ask(path_,
          "SELECT group_concat(field || '=' || value, ' ') FROM (SELECT * FROM search "
          "WHERE case_id = '430602-2023-TRY-000001' AND field IN ('actor', 'number', 'moved') "
          "ORDER BY field, value)"),
      "actor=a moved=1 number=岳人社函〔2023〕1号 number=岳人社函〔2023〕2号");
  EXPECT_EQ(VersionOf(path_, 0), port::kSchemaVersion);
}

TEST_F(UpgradeTest, AnUpgradedStoreHasTheIndexesOfANewOne) {
  WriteFormat1(path_, 0);
  Ask(path_, "DROP INDEX timers_due; CREATE INDEX timers_due ON timers (case_id)");
  Ask(path_, "CREATE INDEX timers_gone ON timers (warning)");
  sqlite::OpenSqliteStore(path_);
  const std::string fresh = folder_.File("fresh.db");
  sqlite::OpenSqliteStore(fresh);
  const std::string indexes =
      "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_schema WHERE "
      "type = 'index' AND sql IS NOT NULL ORDER BY name)";
  EXPECT_EQ(Ask(path_, indexes), Ask(fresh, indexes));
}

TEST_F(UpgradeTest, AWriteThatFailsAnywhereLeavesTheOldOrTheNew) {
  FaultyDisk disk;
  int old = 0;
  int done = 0;
  for (int point = 1; done == 0; ++point) {
    ASSERT_LT(point, 2000);
    const TemporaryFolder folder;
    const std::string path = folder.File("office.db");
    WriteFormat1(path, 40);
    disk.Arm(point, 0, true);
    try {
      sqlite::OpenSqliteStore(path);
    } catch (const port::Failure&) {
    }
    const bool reached = disk.writes() >= point;
    disk.Arm(0, 0, false);
    const std::int64_t version = VersionOf(path, 40);
    old += version == 1 ? 1 : 0;
    done += reached ? 0 : 1;
    sqlite::OpenSqliteStore(path);
    EXPECT_EQ(VersionOf(path, 40), port::kSchemaVersion) << "and it can be opened again";
  }
  EXPECT_GT(old, 5) << "else no write was hit";
}

TEST_F(UpgradeTest, KilledAtAnyMomentItIsTheOldOrTheNew) {
  const char* const is_long = std::getenv("ANJUAN_LONG");
  const int rounds = is_long != nullptr && std::string(is_long) == "1" ? 1000 : 10;
  std::mt19937 random(20231101);
  int old = 0;
  for (int round = 0; round < rounds; ++round) {
    const TemporaryFolder folder;
    const std::string path = folder.File("office.db");
    WriteFormat1(path, 3000);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      sqlite::OpenSqliteStore(path);
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    old += VersionOf(path, 3000) == 1 ? 1 : 0;
    sqlite::OpenSqliteStore(path);
    ASSERT_EQ(VersionOf(path, 3000), port::kSchemaVersion);
  }
  EXPECT_GT(old, 0) << "every child had ended before it was killed";
}

TEST_F(UpgradeTest, ABackupTakenUnderWritesIsWholeAndOfOneMoment) {
  const auto store = sqlite::OpenSqliteStore(path_);
  const auto write = [&](std::int64_t n) {
    store->Transact([&](port::Transaction& t) {
      t.Put(port::blobs::kTable, {Cell(std::to_string(n)), Cell(std::string(20'000, 'b'))});
      t.Put(port::meta::kTable, {Cell("last"), Cell(std::to_string(n))});
      return true;
    });
  };
  for (int n = 0; n < 1500; ++n) write(n);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int n = 1500; !stop; ++n) write(n);
  });
  for (int round = 0; round < 3; ++round) {
    const std::string copy = folder_.File(StrCat("copy", round, ".db"));
    double last = 0;
    sqlite::MakeUpkeep(path_)->Backup(copy, [&](double done) {
      EXPECT_GE(done, last);
      last = done;
    });
    EXPECT_EQ(last, 1.0);
    EXPECT_TRUE(sqlite::MakeUpkeep(copy)->Examine().damages.empty());
    EXPECT_EQ(Ask(copy, "SELECT count(*) - 1 FROM blobs"), Ask(copy, "SELECT value FROM meta"));
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace anjuan::test
