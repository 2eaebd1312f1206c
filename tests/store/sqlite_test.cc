// What SQLite promises beyond the suite: durability, a clean failure, one format.

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/store/temporary_folder.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Failure;
using port::Reader;
using port::Row;
using port::Store;
using port::Transaction;
using sqlite::OpenSqliteStore;

Row Meta(const std::string& key, const std::string& value) {
  return {Cell(key), Cell(value)};
}

void PutMeta(Store& store, const std::string& key, const std::string& value) {
  ASSERT_TRUE(store.Transact([&](Transaction& t) {
    t.Put(port::meta::kTable, Meta(key, value));
    return true;
  }));
}

std::string GetMeta(Store& store, const std::string& key) {
  std::string value = "none";
  store.Read([&](Reader& r) {
    const auto row = r.Get(port::meta::kTable, std::vector<Cell>{key});
    if (row) value = std::get<std::string>((*row)[1]);
  });
  return value;
}

// Another program's look into the file.
std::string Foreign(const std::string& path, const char* sql) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  std::string out;
  char* error = nullptr;
  sqlite3_exec(
      db, sql,
      [](void* text, int, char** columns, char**) {
        *static_cast<std::string*>(text) += columns[0] == nullptr ? "null" : columns[0];
        return 0;
      },
      &out, &error);
  if (error != nullptr) ADD_FAILURE() << error;
  sqlite3_free(error);
  sqlite3_close(db);
  return out;
}

std::string FailureOf(const std::function<void()>& body) {
  try {
    body();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "no failure";
}

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Runs `body` in a child, which must return; the child's answer is the result.
int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    int code = 99;
    try {
      code = body();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "child: %s\n", e.what());
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

class SqliteTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_.File("office.db");
};

TEST_F(SqliteTest, RowsAreThereAfterReopening) {
  PutMeta(*OpenSqliteStore(path_), "k", "v");
  EXPECT_EQ(GetMeta(*OpenSqliteStore(path_), "k"), "v");
  EXPECT_EQ(Foreign(path_, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Foreign(path_, "PRAGMA user_version"), std::to_string(port::kSchemaVersion));
  EXPECT_EQ(Foreign(path_, "PRAGMA integrity_check"), "ok");
}

TEST_F(SqliteTest, EveryTableIsStrict) {
  OpenSqliteStore(path_);
  EXPECT_EQ(Foreign(path_,
                    "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND "
                    "name NOT LIKE 'sqlite_%' AND strict = 1"),
            std::to_string(port::AllTables().size()));
}

TEST_F(SqliteTest, ANewerFormatIsRefusedByName) {
  OpenSqliteStore(path_);
  Foreign(path_, "PRAGMA user_version = 99");
  const std::string text = FailureOf([&] { OpenSqliteStore(path_); });
  EXPECT_NE(text.find("99"), std::string::npos) << text;
  EXPECT_NE(text.find("升级"), std::string::npos) << text;
  EXPECT_EQ(Foreign(path_, "PRAGMA user_version"), "99") << "nothing was changed";
}

TEST_F(SqliteTest, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
  Foreign(path_, "CREATE TABLE theirs (x)");
  EXPECT_NE(FailureOf([&] { OpenSqliteStore(path_); }).find("不是案卷"), std::string::npos);
  EXPECT_EQ(Foreign(path_, "SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsRefused) {
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_NE(FailureOf([&] { OpenSqliteStore(path_); }).find("不是案卷的数据库"), std::string::npos);
  EXPECT_NE(FailureOf([&] { OpenSqliteStore(folder_.File("no/such/folder.db")); }).find("打不开"),
            std::string::npos);
}

TEST_F(SqliteTest, AFullDiskLeavesNoTraceAndTheStoreGoesOn) {
  const auto store = OpenSqliteStore(path_, {.max_pages = 100});
  PutMeta(*store, "k", "before");
  bool reached = true;
  const std::string text = FailureOf([&] {
    store->Transact([&](Transaction& t) {
      t.Put(port::meta::kTable, Meta("k", "after"));
      for (int i = 0; i < 1000; ++i) {
        t.Put(port::blobs::kTable, {Cell(std::to_string(i)), Cell(std::string(4000, 'x'))});
      }
      reached = false;
      return true;
    });
  });
  EXPECT_TRUE(reached);
  EXPECT_NE(text.find("磁盘已满"), std::string::npos) << text;
  EXPECT_EQ(GetMeta(*store, "k"), "before");
  store->Read([](Reader& r) { EXPECT_EQ(r.Count(port::blobs::kTable, {}), 0); });
  PutMeta(*store, "k", "small things still fit");
  EXPECT_EQ(GetMeta(*store, "k"), "small things still fit");
}

// A body that swallows the failure must not get half a transaction committed.
TEST_F(SqliteTest, AFailureInsideASavepointFailsTheWholeTransaction) {
  const auto store = OpenSqliteStore(path_, {.max_pages = 100});
  EXPECT_THROW(store->Transact([&](Transaction& t) {
    t.Put(port::meta::kTable, Meta("k", "first"));
    try {
      t.Savepoint([&] {
        for (int i = 0; i < 1000; ++i) {
          t.Put(port::blobs::kTable, {Cell(std::to_string(i)), Cell(std::string(4000, 'x'))});
        }
        return true;
      });
    } catch (const Failure&) {
    }
    return true;
  }),
               Failure);
  EXPECT_EQ(GetMeta(*store, "k"), "none");
}

TEST_F(SqliteTest, AWriteTheSystemRefusesFailsCleanly) {
  const int code = InChild([&] {
    const auto store = OpenSqliteStore(path_);
    PutMeta(*store, "k", "before");
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit before = [] {
      rlimit limit{};
      getrlimit(RLIMIT_FSIZE, &limit);
      return limit;
    }();
    const rlimit small = {300'000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string text = FailureOf([&] {
      store->Transact([](Transaction& t) {
        t.Put(port::meta::kTable, Meta("k", "after"));
        t.Put(port::blobs::kTable, {Cell("big"), Cell(std::string(1'000'000, 'x'))});
        return true;
      });
    });
    if (text.find("没有保存") == std::string::npos) return 1;
    if (GetMeta(*store, "k") != "before") return 2;
    setrlimit(RLIMIT_FSIZE, &before);
    PutMeta(*store, "k", "again");
    return GetMeta(*store, "k") == "again" ? 0 : 3;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(GetMeta(*OpenSqliteStore(path_), "k"), "again");
  EXPECT_EQ(Foreign(path_, "PRAGMA integrity_check"), "ok");
}

// Root may write anything, so the child becomes another user where it can.
TEST_F(SqliteTest, AReadOnlyFileCanBeReadAndRefusesWrites) {
  PutMeta(*OpenSqliteStore(path_), "k", "v");
  chmod(path_.c_str(), 0444);
  chmod(folder_.path().c_str(), 0777);  // the write-ahead log's index needs the folder
  const int code = InChild([&] {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) return 77;
    const auto store = OpenSqliteStore(path_);
    const std::string text = FailureOf([&] { PutMeta(*store, "k", "other"); });
    if (text.find("只读") == std::string::npos) {
      std::fprintf(stderr, "%s\n", text.c_str());
      return 1;
    }
    return GetMeta(*store, "k") == "v" ? 0 : 2;
  });
  chmod(path_.c_str(), 0644);
  if (code == 77) GTEST_SKIP() << "cannot become another user here";
  EXPECT_EQ(code, 0);
  EXPECT_EQ(GetMeta(*OpenSqliteStore(path_), "k"), "v");
}

TEST_F(SqliteTest, AWriterWaitsForAnotherProcessAndSaysSoWhenItGivesUp) {
  const auto store = OpenSqliteStore(path_, {.busy_timeout_ms = 300});
  const auto other = OpenSqliteStore(path_);
  std::atomic<bool> release = false;
  std::atomic<bool> holding = false;
  std::thread holder([&] {
    other->Transact([&](Transaction& t) {
      t.Put(port::meta::kTable, Meta("other", "1"));
      holding = true;
      while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return true;
    });
  });
  while (!holding) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const std::string text = FailureOf([&] { PutMeta(*store, "k", "v"); });
  EXPECT_NE(text.find("占用"), std::string::npos) << text;
  EXPECT_EQ(GetMeta(*store, "other"), "none") << "readers do not wait";
  release = true;
  holder.join();
  PutMeta(*store, "k", "v");
  EXPECT_EQ(GetMeta(*other, "k"), "v");
}

TEST_F(SqliteTest, ErasedBytesAreInNoFile) {
  const std::string secret = "430600199001011234-planted";
  const auto store = OpenSqliteStore(path_);
  const Row row = {Cell("s1"), Cell(secret), Cell(std::int64_t{0})};
  store->Transact([&](Transaction& t) { return t.Insert(port::subjects::kTable, row); });
  const auto found = [&] {
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (Bytes(entry.path().string()).find(secret) != std::string::npos) ++files;
    }
    return files;
  };
  EXPECT_GT(found(), 0U) << "else this test shows nothing";
  store->Transact([&](Transaction& t) {
    return t.Delete(port::subjects::kTable, std::vector<Cell>{Cell("s1")});
  });
  EXPECT_EQ(found(), 0U);
}

// History's long cells are packed in the file: whatever the bytes, the same come back.
TEST_F(SqliteTest, HistoryCellsComeBackByteForByte) {
  std::string noise;
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(i * 2654435761U >> 13U);
  const std::vector<std::string> samples = {
      "",
      "{}",
      std::string(1, '\0'),
      std::string(1, '\1'),
      std::string(300, '\1'),
      std::string(300, '\0'),
      noise,
      StrCat("\1\2\3\4\5", noise),
      StrCat("{\"env\":{\"actor\":{\"account\":\"operator\"", std::string(70'000, 'x'))};
  const auto store = OpenSqliteStore(path_);
  const auto row = [&](size_t i) {
    return Row{Cell("a"),
               Cell("c"),
               Cell(std::int64_t(i)),
               Cell(std::int64_t{0}),
               Cell("event"),
               Cell("e"),
               Cell(std::int64_t{0}),
               Cell("x"),
               Cell(samples[i]),
               Cell("h"),
               Cell(samples[samples.size() - 1 - i]),
               Cell("k")};
  };
  store->Transact([&](Transaction& t) {
    for (size_t i = 0; i < samples.size(); ++i) t.Insert(port::history::kTable, row(i));
    t.Put(port::history::kTable, row(3));
    return true;
  });
  store->Read([&](Reader& r) {
    size_t seen = 0;
    r.Scan(port::history::kTable, {}, [&](const Row& found) {
      EXPECT_EQ(found, row(seen)) << seen;
      ++seen;
      return true;
    });
    EXPECT_EQ(seen, samples.size());
  });
  // A damaged one is no crash: it is not what its hash says.
  Foreign(path_, "UPDATE history SET leaf = substr(leaf, 1, length(leaf) - 3) WHERE seq = 8");
  OpenSqliteStore(path_)->Read([&](Reader& r) {
    const auto found = r.Get(port::history::kTable,
                             std::vector<Cell>{Cell("a"), Cell("c"), Cell(std::int64_t{8})});
    EXPECT_NE(std::get<std::string>((*found)[port::history::kLeaf]), samples[8]);
  });
}

TEST_F(SqliteTest, StoresOpenedAtOnceMakeOneSchema) {
  std::vector<std::thread> threads;
  std::atomic<int> opened = 0;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      PutMeta(*OpenSqliteStore(path_), std::to_string(i), "v");
      ++opened;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(opened, 6);
  OpenSqliteStore(path_)->Read([](Reader& r) { EXPECT_EQ(r.Count(port::meta::kTable, {}), 6); });
}

}  // namespace
}  // namespace anjuan::test
