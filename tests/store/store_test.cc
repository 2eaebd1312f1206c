// What every store must do; run over the store in memory and over SQLite.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/port/store.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/store/temporary_folder.h"
#include "tests/support/memory_store.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Range;
using port::Reader;
using port::Row;
using port::Store;
using port::Table;
using port::Transaction;

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Store>(const TemporaryFolder&)> open;
};

Cell Text(std::string_view text) {
  return std::string(text);
}
Cell Number(std::int64_t number) {
  return number;
}

Row Case(std::string_view area, std::string_view id, std::int64_t version,
         std::string_view process = "p", std::string_view states = "s",
         std::string_view subject = "e") {
  Row row(port::cases::kTable.columns.size(), Text(""));
  row[port::cases::kArea] = Text(area);
  row[port::cases::kCase] = Text(id);
  row[port::cases::kProcess] = Text(process);
  row[port::cases::kStates] = Text(states);
  row[port::cases::kSubject] = Text(subject);
  row[port::cases::kVersion] = version;
  for (int column : {port::cases::kSeq, port::cases::kOpenedAt, port::cases::kUpdatedAt,
                     port::cases::kEnded, port::cases::kIncident}) {
    row[static_cast<size_t>(column)] = Number(0);
  }
  return row;
}

Row Meta(std::string_view key, std::string_view value) {
  return {Text(key), Text(value)};
}

std::vector<Row> All(Reader& reader, const Table& table, const Range& range = {}) {
  std::vector<Row> rows;
  reader.Scan(table, range, [&](const Row& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

// The text of one column of every row, joined: easy to read in a failure.
std::string Column(Reader& reader, const Table& table, int column, const Range& range = {}) {
  std::string out;
  reader.Scan(table, range, [&](const Row& row) {
    const Cell& cell = row[static_cast<size_t>(column)];
    if (!out.empty()) out += ' ';
    if (const auto* number = std::get_if<std::int64_t>(&cell)) out += std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&cell)) out += *text;
    return true;
  });
  return out;
}

class StoreTest : public testing::TestWithParam<Kind> {
 protected:
  StoreTest() : store_(GetParam().open(folder_)) {}

  void Write(const std::function<void(Transaction&)>& body) {
    ASSERT_TRUE(store_->Transact([&](Transaction& t) {
      body(t);
      return true;
    }));
  }
  void Read(const std::function<void(Reader&)>& body) { store_->Read(body); }
  std::string MetaValues() {
    std::string out;
    Read([&](Reader& r) { out = Column(r, port::meta::kTable, port::meta::kValue); });
    return out;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreTest, EveryTableTakesARowAndGivesItBack) {
  for (const Table* table : port::AllTables()) {
    SCOPED_TRACE(table->name);
    Row row;
    for (const port::Column& column : table->columns) {
      const bool integer = column.kind == port::Column::Kind::kInteger;
      row.push_back(integer ? Number(7) : Text(column.name));
    }
    const std::span<const Cell> key(row.data(), static_cast<size_t>(table->key_columns));
    Write([&](Transaction& t) { EXPECT_TRUE(t.Insert(*table, row)); });
    Read([&](Reader& r) {
      EXPECT_EQ(r.Get(*table, key), row);
      EXPECT_EQ(r.Count(*table, {}), 1);
      for (int index = -1; index < static_cast<int>(table->indexes.size()); ++index) {
        EXPECT_EQ(All(r, *table, {.index = index}), std::vector<Row>{row});
      }
    });
    Write([&](Transaction& t) {
      EXPECT_TRUE(t.Delete(*table, key));
      EXPECT_FALSE(t.Delete(*table, key));
    });
    Read([&](Reader& r) { EXPECT_EQ(r.Count(*table, {}), 0); });
  }
}

TEST_P(StoreTest, GetOfAnAbsentKeyIsEmpty) {
  Read([](Reader& r) {
    EXPECT_EQ(r.Get(port::meta::kTable, std::vector<Cell>{Text("none")}), std::nullopt);
  });
}

TEST_P(StoreTest, InsertRefusesATakenKeyAndKeepsTheOldRow) {
  Write([](Transaction& t) {
    EXPECT_TRUE(t.Insert(port::meta::kTable, Meta("k", "old")));
    EXPECT_FALSE(t.Insert(port::meta::kTable, Meta("k", "new")));
  });
  EXPECT_EQ(MetaValues(), "old");
}

TEST_P(StoreTest, PutInsertsOrReplaces) {
  Write([](Transaction& t) {
    t.Put(port::meta::kTable, Meta("k", "old"));
    t.Put(port::meta::kTable, Meta("k", "new"));
  });
  EXPECT_EQ(MetaValues(), "new");
}

TEST_P(StoreTest, PutOfARowThatIsAllKeyChangesNothing) {
  const Row row = {Text("a"), Text("f"), Text("v"), Text("c")};
  Write([&](Transaction& t) {
    t.Put(port::search::kTable, row);
    t.Put(port::search::kTable, row);
    EXPECT_EQ(All(t, port::search::kTable), std::vector<Row>{row});
  });
}

TEST_P(StoreTest, PutMovesTheRowInEveryIndexItChanges) {
  Write([](Transaction& t) {
    t.Put(port::cases::kTable, Case("a", "1", 1, "p", "draft", "e1"));
    t.Put(port::cases::kTable, Case("a", "1", 2, "p", "draft", "e2"));  // one index of three
    t.Put(port::cases::kTable, Case("a", "2", 1, "p", "sent", "e2"));
    t.Put(port::cases::kTable, Case("a", "2", 2, "p", "sent", "e2"));  // none
    t.Put(port::cases::kTable, Case("a", "2", 3, "q", "done", "e3"));  // two
  });
  Read([](Reader& r) {
    const auto ids = [&](int index, std::vector<Cell> prefix) {
      return Column(r, port::cases::kTable, port::cases::kCase,
                    {.index = index, .prefix = std::move(prefix)});
    };
    EXPECT_EQ(ids(0, {Text("a"), Text("p")}), "1");
    EXPECT_EQ(ids(0, {Text("a"), Text("q")}), "2");
    EXPECT_EQ(ids(2, {Text("a"), Text("e1")}), "");
    EXPECT_EQ(ids(2, {Text("a"), Text("e2")}), "1");
    EXPECT_EQ(ids(2, {Text("a"), Text("e3")}), "2");
    EXPECT_EQ(Column(r, port::cases::kTable, port::cases::kVersion), "2 3");
  });
}

TEST_P(StoreTest, PutIfWritesOnlyWhereTheFenceHolds) {
  const int fence = port::cases::kVersion;
  Write([&](Transaction& t) {
    EXPECT_FALSE(t.PutIf(port::cases::kTable, Case("a", "1", 2), fence, 1)) << "no such row";
    t.Put(port::cases::kTable, Case("a", "1", 1));
    EXPECT_TRUE(t.PutIf(port::cases::kTable, Case("a", "1", 2, "p", "new"), fence, 1));
    EXPECT_FALSE(t.PutIf(port::cases::kTable, Case("a", "1", 2, "p", "late"), fence, 1));
  });
  Read([](Reader& r) {
    EXPECT_EQ(All(r, port::cases::kTable), std::vector<Row>{Case("a", "1", 2, "p", "new")});
    EXPECT_EQ(r.Count(port::cases::kTable, {.index = 0, .prefix = {Text("a"), Text("p")}}), 1);
  });
}

TEST_P(StoreTest, RangesFollowTheKey) {
  Write([](Transaction& t) {
    for (const char* area : {"b", "a"}) {
      for (const char* id : {"3", "1", "2", "4"}) t.Put(port::cases::kTable, Case(area, id, 1));
    }
  });
  Read([](Reader& r) {
    const auto ids = [&](const Range& range) {
      return Column(r, port::cases::kTable, port::cases::kCase, range);
    };
    EXPECT_EQ(ids({}), "1 2 3 4 1 2 3 4");
    EXPECT_EQ(ids({.prefix = {Text("a")}}), "1 2 3 4");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .descending = true}), "4 3 2 1");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .from = Text("2")}), "2 3 4");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .to = Text("2")}), "1 2");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .from = Text("2"), .to = Text("3")}), "2 3");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .from = Text("25"), .to = Text("29")}), "");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .limit = 2}), "1 2");
    EXPECT_EQ(ids({.prefix = {Text("a")}, .descending = true, .limit = 1}), "4");
    EXPECT_EQ(ids({.limit = 0}), "");
    EXPECT_EQ(ids({.from = Text("b")}), "1 2 3 4");
    EXPECT_EQ(ids({.prefix = {Text("a"), Text("3")}}), "3");
    EXPECT_EQ(r.Count(port::cases::kTable, {.prefix = {Text("a")}, .from = Text("2")}), 3);
    EXPECT_EQ(r.Count(port::cases::kTable, {.prefix = {Text("a")}, .limit = 2}), 2);
    EXPECT_EQ(r.Count(port::cases::kTable, {}), 8);
  });
}

TEST_P(StoreTest, RangesFollowAnIndexThenTheKey) {
  Write([](Transaction& t) {
    const auto timer = [&](const char* id, const char* name, std::int64_t due) {
      t.Put(port::timers::kTable, {Text("a"), Text(id), Text(name), due, Number(0)});
    };
    timer("2", "x", 10);
    timer("1", "y", 10);
    timer("1", "x", 10);
    timer("9", "x", -5);
    timer("3", "x", 20);
  });
  Read([](Reader& r) {
    const auto ids = [&](Range range) {
      range.index = 0;
      return Column(r, port::timers::kTable, port::timers::kCase, range) + "/" +
             Column(r, port::timers::kTable, port::timers::kTimer, range);
    };
    EXPECT_EQ(ids({}), "9 1 1 2 3/x x y x x");
    EXPECT_EQ(ids({.descending = true}), "3 2 1 1 9/x x y x x");
    EXPECT_EQ(ids({.to = Number(10)}), "9 1 1 2/x x y x");
    EXPECT_EQ(ids({.to = Number(9)}), "9/x");
    EXPECT_EQ(ids({.prefix = {Number(10)}, .from = Text("a")}), "1 1 2/x y x");
    EXPECT_EQ(ids({.from = Number(10), .limit = 2}), "1 1/x y");
  });
}

TEST_P(StoreTest, TextIsOrderedByItsBytes) {
  const std::vector<std::string> words = {"",  "A",  "a",    "ab",
                                          "z", "中", "中文", "\xF0\x9F\x98\x80"};
  Write([&](Transaction& t) {
    for (const std::string& word : words) t.Put(port::meta::kTable, Meta(word, word));
  });
  std::vector<std::string> found;
  Read([&](Reader& r) {
    for (const Row& row : All(r, port::meta::kTable))
      found.push_back(std::get<std::string>(row[0]));
  });
  EXPECT_EQ(found, words);
}

TEST_P(StoreTest, BytesAndTextKeepZeroBytesAndEveryOther) {
  std::string bytes;
  for (int i = 0; i < 1024; ++i) bytes += static_cast<char>(i % 256);
  const std::string text = std::string("a\0b", 3) + "案卷";
  Write([&](Transaction& t) {
    t.Put(port::blobs::kTable, {Text("some"), bytes});
    t.Put(port::blobs::kTable, {Text("empty"), Text("")});
    t.Put(port::meta::kTable, {text, text});
    t.Put(port::meta::kTable, {Text("a"), Text("shorter key")});
  });
  Read([&](Reader& r) {
    EXPECT_EQ(r.Get(port::blobs::kTable, std::vector<Cell>{Text("some")}),
              (Row{Text("some"), bytes}));
    EXPECT_EQ(r.Get(port::blobs::kTable, std::vector<Cell>{Text("empty")}),
              (Row{Text("empty"), Text("")}));
    EXPECT_EQ(r.Get(port::meta::kTable, std::vector<Cell>{text}), (Row{text, text}));
  });
}

TEST_P(StoreTest, NullAndExtremeIntegersComeBack) {
  const Cell low = Number(std::numeric_limits<std::int64_t>::min());
  const Cell high = Number(std::numeric_limits<std::int64_t>::max());
  Write([&](Transaction& t) {
    t.Put(port::timers::kTable, {Text("a"), Text("1"), Text("t"), low, high});
    t.Put(port::timers::kTable, {Text("a"), Text("2"), Text("t"), Cell(), Number(0)});
  });
  Read([&](Reader& r) {
    const std::vector<Row> rows = All(r, port::timers::kTable);
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0][port::timers::kDue], low);
    EXPECT_EQ(rows[0][port::timers::kWarning], high);
    EXPECT_EQ(rows[1][port::timers::kDue], Cell());
  });
}

TEST_P(StoreTest, AScanStopsWhereTheVisitorSaysSo) {
  Write([](Transaction& t) {
    for (const char* key : {"1", "2", "3"}) t.Put(port::meta::kTable, Meta(key, key));
  });
  int seen = 0;
  Read([&](Reader& r) { r.Scan(port::meta::kTable, {}, [&](const Row&) { return ++seen < 2; }); });
  EXPECT_EQ(seen, 2);
}

TEST_P(StoreTest, AScanSeesTheRowsAsTheyWereWhenItBegan) {
  Write([](Transaction& t) {
    for (const char* key : {"1", "2", "3"}) t.Put(port::meta::kTable, Meta(key, key));
  });
  std::string seen;
  Write([&](Transaction& t) {
    t.Scan(port::meta::kTable, {}, [&](const Row& row) {
      seen += std::get<std::string>(row[0]);
      for (const char* key : {"1", "2", "3"}) t.Delete(port::meta::kTable, std::vector{Text(key)});
      t.Put(port::meta::kTable, Meta(StrCat("9", seen), "x"));
      return true;
    });
  });
  EXPECT_EQ(seen, "123");
  EXPECT_EQ(MetaValues(), "x x x");
}

TEST_P(StoreTest, ScansNestEvenOverOneTable) {
  Write([](Transaction& t) {
    for (const char* key : {"1", "2", "3"}) t.Put(port::meta::kTable, Meta(key, key));
  });
  std::string pairs;
  Read([&](Reader& r) {
    r.Scan(port::meta::kTable, {}, [&](const Row& outer) {
      r.Scan(port::meta::kTable, {}, [&](const Row& inner) {
        pairs += StrCat(std::get<std::string>(outer[0]), std::get<std::string>(inner[0]), " ");
        return true;
      });
      return true;
    });
  });
  EXPECT_EQ(pairs, "11 12 13 21 22 23 31 32 33 ");
}

TEST_P(StoreTest, FalseRollsEverythingBack) {
  Write([](Transaction& t) { t.Put(port::meta::kTable, Meta("k", "old")); });
  EXPECT_FALSE(store_->Transact([](Transaction& t) {
    t.Put(port::meta::kTable, Meta("k", "new"));
    t.Insert(port::meta::kTable, Meta("l", "more"));
    t.Put(port::cases::kTable, Case("a", "1", 1));
    EXPECT_EQ(Column(t, port::meta::kTable, port::meta::kValue), "new more") << "own writes show";
    return false;
  }));
  EXPECT_EQ(MetaValues(), "old");
  Read([](Reader& r) { EXPECT_EQ(r.Count(port::cases::kTable, {.index = 0}), 0); });
}

TEST_P(StoreTest, AnExceptionRollsEverythingBackAndComesOut) {
  Write([](Transaction& t) { t.Put(port::meta::kTable, Meta("k", "old")); });
  EXPECT_THROW(store_->Transact([](Transaction& t) -> bool {
    t.Delete(port::meta::kTable, std::vector<Cell>{Text("k")});
    throw std::out_of_range("mine");
  }),
               std::out_of_range);
  EXPECT_EQ(MetaValues(), "old");
  Write([](Transaction& t) { t.Put(port::meta::kTable, Meta("k", "works again")); });
  EXPECT_EQ(MetaValues(), "works again");
}

TEST_P(StoreTest, ASavepointTakesBackOnlyItsOwnWrites) {
  Write([](Transaction& t) {
    t.Put(port::meta::kTable, Meta("1", "before"));
    EXPECT_FALSE(t.Savepoint([&] {
      t.Put(port::meta::kTable, Meta("1", "spoilt"));
      t.Put(port::meta::kTable, Meta("2", "spoilt"));
      return false;
    }));
    EXPECT_TRUE(t.Savepoint([&] {
      t.Put(port::meta::kTable, Meta("3", "kept"));
      return true;
    }));
    EXPECT_THROW(t.Savepoint([&]() -> bool {
      t.Delete(port::meta::kTable, std::vector<Cell>{Text("3")});
      throw std::out_of_range("mine");
    }),
                 std::out_of_range);
    t.Put(port::meta::kTable, Meta("4", "after"));
  });
  EXPECT_EQ(MetaValues(), "before kept after");
}

TEST_P(StoreTest, SavepointsNest) {
  Write([](Transaction& t) {
    EXPECT_TRUE(t.Savepoint([&] {
      t.Put(port::meta::kTable, Meta("1", "outer"));
      EXPECT_FALSE(t.Savepoint([&] {
        t.Put(port::meta::kTable, Meta("1", "inner"));
        return false;
      }));
      return true;
    }));
    EXPECT_FALSE(t.Savepoint([&] {
      EXPECT_TRUE(t.Savepoint([&] {
        t.Put(port::meta::kTable, Meta("2", "inner"));
        return true;
      }));
      return false;
    }));
  });
  EXPECT_EQ(MetaValues(), "outer");
}

// One directly inside another, with nothing written between them, again and again.
TEST_P(StoreTest, ASavepointInsideAnEmptyOneTakesBackNoMoreThanItsOwn) {
  Write([](Transaction& t) {
    t.Put(port::meta::kTable, Meta("0", "first"));
    EXPECT_TRUE(t.Savepoint([&] {
      EXPECT_FALSE(t.Savepoint([&] {
        t.Put(port::meta::kTable, Meta("1", "spoilt"));
        return false;
      }));
      EXPECT_TRUE(t.Savepoint([&] {
        t.Put(port::meta::kTable, Meta("2", "kept"));
        return true;
      }));
      EXPECT_FALSE(t.Savepoint([&] {
        t.Put(port::meta::kTable, Meta("2", "spoilt"));
        return false;
      }));
      t.Put(port::meta::kTable, Meta("3", "refusal"));
      return true;
    }));
    EXPECT_FALSE(t.Savepoint([&] {
      EXPECT_TRUE(t.Savepoint([&] { return true; }));
      t.Put(port::meta::kTable, Meta("4", "spoilt"));
      return false;
    }));
  });
  EXPECT_EQ(MetaValues(), "first kept refusal");
}

TEST_P(StoreTest, ASavepointTakenBackDoesNotDisturbAScan) {
  Write([](Transaction& t) {
    for (const char* key : {"1", "2", "3"}) t.Put(port::meta::kTable, Meta(key, key));
  });
  std::string seen;
  Write([&](Transaction& t) {
    t.Scan(port::meta::kTable, {}, [&](const Row& row) {
      seen += std::get<std::string>(row[0]);
      t.Savepoint([&] {
        t.Put(port::cases::kTable, Case("a", seen, 1));
        return false;
      });
      return true;
    });
  });
  EXPECT_EQ(seen, "123");
  Read([](Reader& r) { EXPECT_EQ(r.Count(port::cases::kTable, {}), 0); });
}

// Two ways to one answer: the store against a map, over many random operations.
TEST_P(StoreTest, RandomOperationsAgreeWithAMap) {
  std::map<std::string, std::int64_t> model;
  std::mt19937 random(20261120);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto key_of = [](const std::string& id) { return std::vector<Cell>{Text("a"), Text(id)}; };
  for (int round = 0; round < 60; ++round) {
    std::map<std::string, std::int64_t> next = model;
    const bool keep = pick(4) != 0;
    store_->Transact([&](Transaction& t) {
      for (int i = 0; i < 20; ++i) {
        const std::string id = std::to_string(pick(30));
        const auto old = next.find(id);
        const std::int64_t value = pick(5);
        const Row row = Case("a", id, value, StrCat("p", value), StrCat("s", pick(3)));
        switch (pick(4)) {
          case 0:
            EXPECT_EQ(t.Insert(port::cases::kTable, row), old == next.end());
            next.try_emplace(id, value);
            break;
          case 1:
            t.Put(port::cases::kTable, row);
            next[id] = value;
            break;
          case 2: {
            const bool holds = old != next.end() && old->second == 2;
            EXPECT_EQ(t.PutIf(port::cases::kTable, row, port::cases::kVersion, 2), holds);
            if (holds) old->second = value;
            break;
          }
          case 3:
            EXPECT_EQ(t.Delete(port::cases::kTable, key_of(id)), next.erase(id) == 1);
            break;
        }
      }
      return keep;
    });
    if (keep) model = next;
    Read([&](Reader& r) {
      std::map<std::string, std::int64_t> found;
      r.Scan(port::cases::kTable, {.index = 0}, [&](const Row& row) {
        found[std::get<std::string>(row[port::cases::kCase])] =
            std::get<std::int64_t>(row[port::cases::kVersion]);
        EXPECT_EQ(row[port::cases::kProcess],
                  Text(StrCat("p", std::get<std::int64_t>(row[port::cases::kVersion]))));
        return true;
      });
      EXPECT_EQ(found, model);
      EXPECT_EQ(r.Count(port::cases::kTable, {}), static_cast<std::int64_t>(model.size()));
    });
  }
}

TEST_P(StoreTest, WritersFromManyThreadsLoseNothing) {
  Write([](Transaction& t) { t.Put(port::cases::kTable, Case("a", "counter", 0)); });
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> threads;
  for (int n = 0; n < kThreads; ++n) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        store_->Transact([&](Transaction& t) {
          const auto row = t.Get(port::cases::kTable, std::vector{Text("a"), Text("counter")});
          const auto version = std::get<std::int64_t>((*row)[port::cases::kVersion]);
          return t.PutIf(port::cases::kTable, Case("a", "counter", version + 1),
                         port::cases::kVersion, version);
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Read([](Reader& r) {
    EXPECT_EQ(Column(r, port::cases::kTable, port::cases::kVersion),
              std::to_string(kThreads * kEach));
  });
}

// Two cells are always written together; a reader may never see one without the other.
TEST_P(StoreTest, AReaderSeesOneMoment) {
  Write([](Transaction& t) {
    t.Put(port::meta::kTable, Meta("1", "0"));
    t.Put(port::meta::kTable, Meta("2", "0"));
  });
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 1; !stop; ++i) {
      store_->Transact([&](Transaction& t) {
        t.Put(port::meta::kTable, Meta("1", std::to_string(i)));
        t.Put(port::meta::kTable, Meta("2", std::to_string(i)));
        return true;
      });
    }
  });
  for (int i = 0; i < 200; ++i) {
    Read([](Reader& r) {
      const auto first = r.Get(port::meta::kTable, std::vector<Cell>{Text("1")});
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      const auto second = r.Get(port::meta::kTable, std::vector<Cell>{Text("2")});
      EXPECT_EQ((*first)[1], (*second)[1]);
    });
  }
  stop = true;
  writer.join();
}

INSTANTIATE_TEST_SUITE_P(
    Stores, StoreTest,
    testing::Values(Kind{"Memory", [](const TemporaryFolder&) { return MakeMemoryStore(); }},
                    Kind{"Sqlite",
                         [](const TemporaryFolder& folder) {
                           return sqlite::OpenSqliteStore(folder.File("office.db"));
                         }},
                    Kind{"SqliteInMemory",
                         [](const TemporaryFolder&) {
                           return sqlite::OpenSqliteStore("", {.in_memory = true});
                         }}),
    [](const testing::TestParamInfo<Kind>& kind) { return kind.param.name; });

}  // namespace
}  // namespace anjuan::test
