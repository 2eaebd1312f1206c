// verify against what was sealed: what was changed after the sealing shows, also with every chain
// and column made to fit.

#include <gtest/gtest.h>

#include <string>

#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/sealer.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Row;

class LogAuditTest : public BothStores {
 protected:
  LogAuditTest() {
    case_ = office_.Submitted();
    office_.Drain();
    runtime::LogSealer(office_.office()).Seal(true);
  }
  std::string Mistake() {
    return runtime::Verify(office_.office(), [](std::int64_t, std::int64_t) {}).mistake;
  }
  std::string case_;
};

TEST_P(LogAuditTest, WhatWasSealedHolds) {
  const auto report = runtime::Verify(office_.office(), [](std::int64_t, std::int64_t) {});
  EXPECT_TRUE(report.ok()) << report.mistake;
  EXPECT_GT(office_.Rows(port::log_leaves::kTable).size(), 3U);
}

TEST_P(LogAuditTest, ACaseThatWasTakenOutWholeIsMissed) {
  const std::string other = office_.Draft();
  runtime::LogSealer(office_.office()).Seal(true);
  office_.Tamper([&](port::Transaction& transaction) {
    for (const port::Table* table : port::AllTables()) {
      if (table == &port::log_leaves::kTable) continue;
      std::vector<Row> keys;
      transaction.Scan(*table, {}, [&](const Row& row) {
        for (const Cell& cell : row) {
          if (cell == Cell(other)) {
            keys.emplace_back(row.begin(), row.begin() + table->key_columns);
            break;
          }
        }
        return true;
      });
      for (const Row& key : keys) transaction.Delete(*table, key);
    }
  });
  EXPECT_NE(Mistake(), "");
}

TEST_P(LogAuditTest, EveryTableOfTheLogIsChecked) {
  EXPECT_EQ(Mistake(), "");
  struct Edit {
    const port::Table& table;
    int column;
    Cell cell;
  };
  const std::string zero(32, '\0');
  const std::vector<Edit> edits = {
      {port::log_leaves::kTable, port::log_leaves::kSeq, std::int64_t{1}},
      {port::log_records::kTable, port::log_records::kLeaf, std::string("{}")},
      {port::log_tiles::kTable, port::log_tiles::kHashes, zero},
      {port::log_checkpoints::kTable, port::log_checkpoints::kNote, std::string("x")},
      {port::log_checkpoints::kTable, port::log_checkpoints::kSize, std::int64_t{1}},
      {port::log_heads::kTable, port::log_heads::kSeq, std::int64_t{0}},
      {port::log_heads::kTable, port::log_heads::kHash, std::string(64, '0')},
      {port::log_keys::kTable, port::log_keys::kVkey, std::string("x")},
  };
  for (const Edit& edit : edits) {
    TestOffice fresh(GetParam());
    fresh.Submitted();
    fresh.Drain();
    runtime::LogSealer(fresh.office()).Seal(true);
    fresh.Tamper([&](port::Transaction& transaction) {
      std::optional<Row> first;
      transaction.Scan(edit.table, {}, [&](const Row& row) {
        first = row;
        return false;
      });
      transaction.Delete(edit.table, Row(first->begin(), first->begin() + edit.table.key_columns));
      (*first)[static_cast<size_t>(edit.column)] = edit.cell;
      transaction.Put(edit.table, *first);
    });
    EXPECT_NE(runtime::Verify(fresh.office(), [](std::int64_t, std::int64_t) {}).mistake, "")
        << edit.table.name << " column " << edit.column;
  }
}

TEST_P(LogAuditTest, ARowThatWouldNeverBeSealedIsMissed) {
  office_.Fire(case_, "aj.comment", "{text: \"x\"}");
  EXPECT_EQ(Mistake(), "") << "it waits";
  office_.Tamper([&](port::Transaction& transaction) {
    transaction.Delete(port::unsealed::kTable, Row{Cell(TestOffice::AreaOf(case_)), Cell(case_)});
  });
  EXPECT_NE(Mistake(), "");
}

ANJUAN_BOTH_STORES(LogAuditTest);

}  // namespace
}  // namespace anjuan::test
