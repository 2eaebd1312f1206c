// verify and replay against everything that may be done to stored rows behind the engine's back.

#include "engine/runtime/audit.h"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/payload.h"
#include "engine/trail/fields.h"
#include "engine/trail/leaf.h"
#include "engine/value/json.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using port::Cell;
using port::Row;
using port::Table;
using runtime::AuditReport;

void Quiet(std::int64_t, std::int64_t) {}

class AuditTest : public BothStores {
 protected:
  void SetUp() override {
    first_ = office_.Submitted();
    second_ = office_.Submitted();
    ASSERT_TRUE(office_.Fire(second_, "review", "{}", kClerk).ok());
    ASSERT_TRUE(office_.Fire(second_, "aj.comment", R"({text: "已核"})", kClerk).ok());
    ASSERT_TRUE(office_.Fire(second_, "announce", "{}", kClerk).ok());
    ASSERT_FALSE(office_.Fire(second_, "approve", "{}", kClerk).ok());
    ASSERT_TRUE(office_.Fire(second_, "aj.transfer", R"({region: "430603", reason: "搬"})").ok());
    ASSERT_TRUE(office_.Fire(second_, "aj.correct", R"({fields: {amount: 5}, reason: "误"})").ok());
    ASSERT_TRUE(office_.Fire(second_, "inspect", "{}", kFar).ok());
    office_.Drain();
    office_.TickTo("2023-04-01");
    ASSERT_TRUE(office_.Fire(first_, "approve", "{}", kHead).ok());
    ASSERT_EQ(VerifyMistake(), "");
    ASSERT_EQ(ReplayMistake(), "");
  }
  std::string VerifyMistake() { return runtime::Verify(office_.office(), Quiet).mistake; }
  std::string ReplayMistake() { return runtime::Replay(office_.office(), Quiet).mistake; }

  static Row KeyOf(const Table& table, const Row& row) {
    return {row.begin(), row.begin() + table.key_columns};
  }
  bool IsTaken(const Table& table, const Row& row, const Row& changed) {
    if (KeyOf(table, row) == KeyOf(table, changed)) return false;
    bool taken = false;
    office_.store().Read([&](port::Reader& reader) {
      taken = reader.Get(table, KeyOf(table, changed)).has_value();
    });
    return taken;
  }
  // Puts `changed` where `row` was, looks, and puts the old row back.
  std::string MistakeWith(const Table& table, const Row& row, const Row& changed) {
    Replace(table, row, changed);
    std::string mistake = VerifyMistake();
    Replace(table, changed, row);
    return mistake;
  }
  void Replace(const Table& table, const Row& out, const Row& in) {
    office_.Tamper([&](port::Transaction& transaction) {
      transaction.Delete(table, KeyOf(table, out));
      transaction.Put(table, in);
    });
  }
  static std::string NameOf(const Row& row, int column) { return runtime::TextOf(row, column); }

  std::string first_;
  std::string second_;
};

// The bytes of a cell to be flipped: all of a short one, each so many of a long one.
std::vector<size_t> Positions(size_t size, size_t most) {
  std::vector<size_t> out;
  const size_t stride = std::max<size_t>(1, size / most);
  for (size_t at = 0; at < size; at += stride) out.push_back(at);
  if (size > 0) out.push_back(size - 1);
  return out;
}

std::vector<Row> Flipped(const Row& row, size_t column, size_t most) {
  std::vector<Row> out;
  if (const auto* number = std::get_if<std::int64_t>(&row[column])) {
    for (const int bit : {0, 1, 7, 8, 30, 40, 62}) {
      Row changed = row;
      changed[column] = *number ^ (std::int64_t{1} << bit);
      out.push_back(std::move(changed));
    }
  }
  if (const auto* text = std::get_if<std::string>(&row[column])) {
    for (const size_t at : Positions(text->size(), most)) {
      std::string bytes = *text;
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
      Row changed = row;
      changed[column] = std::move(bytes);
      out.push_back(std::move(changed));
    }
    Row longer = row;
    longer[column] = StrCat(*text, "x");
    out.push_back(std::move(longer));
    if (!text->empty()) {
      Row cut = row;
      cut[column] = text->substr(0, text->size() - 1);
      out.push_back(std::move(cut));
    }
  }
  return out;
}

// Each byte of each short column, and every few bytes of leaf and payload: always found, and the
// record named.
TEST_P(AuditTest, AnyByteOfAHistoryRow) {
  const Table& table = port::history::kTable;
  const size_t most = GetParam() == StoreKind::kMemory ? 40 : 3;
  size_t flips = 0;
  for (const Row& row : office_.Rows(table)) {
    const std::string id = NameOf(row, port::history::kCase);
    const std::string seq = std::to_string(runtime::IntegerOf(row, port::history::kSeq));
    for (size_t column = 0; column < row.size(); ++column) {
      for (const Row& changed : Flipped(row, column, most)) {
        if (IsTaken(table, row, changed)) continue;  // rows in each other's place: see below
        const std::string mistake = MistakeWith(table, row, changed);
        ++flips;
        const bool key = column < static_cast<size_t>(table.key_columns);
        ASSERT_NE(mistake, "") << id << " " << seq << " " << table.columns[column].name;
        if (key) continue;  // the row now belongs elsewhere: either end may be named
        ASSERT_NE(mistake.find(id), std::string::npos) << mistake;
        ASSERT_NE(mistake.find(StrCat("第 ", seq, " 条")), std::string::npos)
            << table.columns[column].name << ": " << mistake;
      }
    }
  }
  EXPECT_GT(flips, size_t{1000});
  EXPECT_EQ(VerifyMistake(), "");
}

TEST_P(AuditTest, AnyByteOfACaseRow) {
  const Table& table = port::cases::kTable;
  for (const Row& row : office_.Rows(table)) {
    const std::string id = NameOf(row, port::cases::kCase);
    for (size_t column = 0; column < row.size(); ++column) {
      for (const Row& changed : Flipped(row, column, 8)) {
        if (IsTaken(table, row, changed)) continue;  // rows in each other's place: see below
        // Flags are read as zero or not.
        if (runtime::ToRow(runtime::ToCase(changed)) == row) continue;
        const std::string mistake = MistakeWith(table, row, changed);
        ASSERT_NE(mistake, "") << id << " " << table.columns[column].name;
        if (column < 2) continue;  // the key: the row now belongs elsewhere
        ASSERT_NE(mistake.find(id), std::string::npos) << mistake;
      }
    }
  }
}

TEST_P(AuditTest, AnyByteOfADocument) {
  const Table& table = port::documents::kTable;
  const std::vector<Row> rows = office_.Rows(table);
  ASSERT_GE(rows.size(), 3U);
  for (const Row& row : rows) {
    const std::string id = NameOf(row, port::documents::kCase);
    for (size_t column = 0; column < row.size(); ++column) {
      for (const Row& changed : Flipped(row, column, 8)) {
        if (IsTaken(table, row, changed)) continue;  // rows in each other's place: see below
        const std::string mistake = MistakeWith(table, row, changed);
        ASSERT_NE(mistake, "") << id << " " << table.columns[column].name;
      }
    }
  }
}

TEST_P(AuditTest, ADefinitionThatWasChanged) {
  for (const Row& row : office_.Rows(port::blobs::kTable)) {
    for (size_t column = 0; column < row.size(); ++column) {
      const std::vector<Row> flipped = Flipped(row, column, 3);
      for (const Row& changed : flipped) {
        ASSERT_NE(MistakeWith(port::blobs::kTable, row, changed), "");
      }
    }
  }
}

TEST_P(AuditTest, RowsTakenAwaySwappedAndCut) {
  const Table& table = port::history::kTable;
  const std::vector<Row> rows = office_.Rows(table);
  for (size_t i = 0; i < rows.size(); ++i) {
    office_.Tamper(
        [&](port::Transaction& transaction) { transaction.Delete(table, KeyOf(table, rows[i])); });
    const std::string mistake = VerifyMistake();
    EXPECT_NE(mistake.find(NameOf(rows[i], port::history::kCase)), std::string::npos) << mistake;
    office_.Tamper([&](port::Transaction& transaction) { transaction.Put(table, rows[i]); });
    if (i == 0 ||
        NameOf(rows[i], port::history::kCase) != NameOf(rows[i - 1], port::history::kCase)) {
      continue;
    }
    // The contents of two rows exchanged.
    Row one = rows[i];
    Row other = rows[i - 1];
    std::swap(one[port::history::kSeq], other[port::history::kSeq]);
    office_.Tamper([&](port::Transaction& transaction) {
      transaction.Put(table, one);
      transaction.Put(table, other);
    });
    EXPECT_NE(VerifyMistake(), "");
    office_.Tamper([&](port::Transaction& transaction) {
      transaction.Put(table, rows[i]);
      transaction.Put(table, rows[i - 1]);
    });
  }
  EXPECT_EQ(VerifyMistake(), "");
}

// A paper declared void, or alive again, behind the history's back.
TEST_P(AuditTest, AVoidThatTheHistoryDoesNotKnow) {
  const Table& table = port::documents::kTable;
  for (const Row& row : office_.Rows(table)) {
    Row changed = row;
    changed[port::documents::kStatus] =
        Cell(std::string(NameOf(row, port::documents::kStatus) == "void" ? "issued" : "void"));
    Replace(table, row, changed);
    const std::string mistake = ReplayMistake();
    EXPECT_NE(mistake.find(NameOf(row, port::documents::kCase)), std::string::npos) << mistake;
    Replace(table, changed, row);
  }
  EXPECT_EQ(ReplayMistake(), "");
}

// Blanking a row's contents looks like an erasure; without a row that recorded one it is none.
TEST_P(AuditTest, ContentsBlankedWithoutARecordOfIt) {
  const Table& table = port::history::kTable;
  for (const Row& row : office_.Rows(table)) {
    Row blanked = row;
    blanked[port::history::kPayload] = Cell(std::string());
    blanked[port::history::kKey] = Cell(std::string());
    const std::string mistake = MistakeWith(table, row, blanked);
    EXPECT_NE(mistake.find(NameOf(row, port::history::kCase)), std::string::npos) << mistake;
  }
}

// The tail cut off, and the case row made to agree: the documents of the rows that are gone tell.
TEST_P(AuditTest, ATailCutTogetherWithItsHead) {
  const std::vector<runtime::HistoryRecord> rows = office_.History(second_);
  runtime::CaseRecord record = office_.Load(second_)->record;
  office_.Tamper([&](port::Transaction& transaction) {
    const Row last = runtime::ToRow(rows.back());
    transaction.Delete(port::history::kTable, KeyOf(port::history::kTable, last));
    record.seq -= 1;
    record.head = rows[rows.size() - 2].hash;
    transaction.Put(port::cases::kTable, runtime::ToRow(record));
  });
  const std::string mistake = VerifyMistake();
  EXPECT_NE(mistake.find(second_), std::string::npos) << mistake;
}

TEST_P(AuditTest, ACaseRowTakenAway) {
  const Table& table = port::cases::kTable;
  for (const Row& row : office_.Rows(table)) {
    office_.Tamper(
        [&](port::Transaction& transaction) { transaction.Delete(table, KeyOf(table, row)); });
    const std::string mistake = VerifyMistake();
    EXPECT_NE(mistake.find(NameOf(row, port::cases::kCase)), std::string::npos) << mistake;
    office_.Tamper([&](port::Transaction& transaction) { transaction.Put(table, row); });
  }
}

TEST_P(AuditTest, ADocumentTakenAwayOrPutInAnothersPlace) {
  const Table& table = port::documents::kTable;
  const std::vector<Row> rows = office_.Rows(table);
  for (const Row& row : rows) {
    office_.Tamper(
        [&](port::Transaction& transaction) { transaction.Delete(table, KeyOf(table, row)); });
    const std::string mistake = VerifyMistake();
    EXPECT_NE(mistake.find(NameOf(row, port::documents::kCase)), std::string::npos) << mistake;
    office_.Tamper([&](port::Transaction& transaction) { transaction.Put(table, row); });
  }
  Row exchanged = rows[0];
  for (size_t column = port::documents::kSha256; column < exchanged.size(); ++column) {
    exchanged[column] = rows[1][column];
  }
  EXPECT_NE(MistakeWith(table, rows[0], exchanged), "");
  EXPECT_EQ(VerifyMistake(), "");
}

// A forger who has the database alone: changes what happened and recomputes every hash after it.
// verify cannot tell without the sealed tree; replay can.
TEST_P(AuditTest, AForgedEventWithRecomputedHashes) {
  std::vector<runtime::HistoryRecord> rows = office_.History(second_);
  std::string previous;
  bool forged = false;
  office_.Tamper([&](port::Transaction& transaction) {
    for (runtime::HistoryRecord& row : rows) {
      trail::Leaf leaf = *trail::Decode(row.leaf);
      Context payload = *ReadCanonical(row.payload)->context();
      if (row.type == "correct") {
        runtime::StepPayload step = runtime::ToStepPayload(payload);
        Context data = *step.event.data.context();
        data.Set("fields", Value(Context({{"amount", Value(std::int64_t{7})}})));
        step.event.data = Value(std::move(data));
        payload = runtime::ToContext(step);
        row.payload = WriteCanonical(Value(payload));
        leaf.commit = ToHex(trail::Commit(row.key, row.payload));
        leaf.fields_root = ToHex(trail::FieldsRoot(row.key, payload));
        forged = true;
      }
      leaf.case_prev = previous;
      row.leaf = *trail::Encode(leaf);
      row.hash = previous = ToHex(trail::LeafHash(row.leaf));
      transaction.Put(port::history::kTable, runtime::ToRow(row));
    }
    runtime::CaseRecord record = office_.Load(second_)->record;
    record.head = previous;
    transaction.Put(port::cases::kTable, runtime::ToRow(record));
  });
  ASSERT_TRUE(forged);
  EXPECT_EQ(VerifyMistake(), "");
  const std::string mistake = ReplayMistake();
  EXPECT_NE(mistake.find(second_), std::string::npos) << mistake;
}

TEST_P(AuditTest, ReplayReadsNoTableOfToday) {
  // Parameters, organisations and regions change; what was decided then does not.
  office_.Tamper([&](port::Transaction& transaction) {
    for (const Row& row : office_.Rows(port::registers::kTable)) {
      transaction.Delete(port::registers::kTable, KeyOf(port::registers::kTable, row));
    }
  });
  office_.office().ReloadRegisters();
  const AuditReport report = runtime::Replay(office_.office(), Quiet);
  EXPECT_EQ(report.mistake, "");
  EXPECT_GE(report.documents, 3);
  EXPECT_EQ(report.not_comparable, 0);
}

TEST_P(AuditTest, PapersOfAnotherEnvironmentAreNotComparable) {
  for (const Row& row : office_.Rows(port::documents::kTable)) {
    Row older = row;
    older[port::documents::kEnvironment] = std::string("anjuan 0.0.1");
    office_.Tamper(
        [&](port::Transaction& transaction) { transaction.Put(port::documents::kTable, older); });
  }
  const AuditReport report = runtime::Replay(office_.office(), Quiet);
  EXPECT_EQ(report.mistake, "");
  EXPECT_EQ(report.documents, 0);
  EXPECT_GE(report.not_comparable, 3);
}

// The file itself, changed with another tool: bytes of every page that holds history.
// A real clock goes on between two looks at it; what one step says of its time is one time.
TEST(AuditClockTest, TimeGoesOnWithinATransaction) {
  TestOffice office(StoreKind::kMemory, runtime::ClockKind::kReal);
  office.clock().step = 1;
  const std::string id = office.Submitted();
  ASSERT_TRUE(office.Fire(id, "review", "{}", kClerk).ok());
  ASSERT_TRUE(office.Fire(id, "aj.comment", R"({text: "已核"})", kClerk).ok());
  ASSERT_FALSE(office.Documents(id).empty());
  EXPECT_EQ(runtime::Verify(office.office(), Quiet).mistake, "");
  EXPECT_EQ(runtime::Replay(office.office(), Quiet).mistake, "");
}

TEST(AuditFileTest, AnyByteOfTheFile) {
  TestOffice office(StoreKind::kSqlite);
  const std::string id = office.Submitted();
  ASSERT_TRUE(office.Fire(id, "review", "{}", kClerk).ok());
  std::vector<std::string> cells;  // as they lie in the file
  {                                // everything out of the log and into the file
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(office.store_path().c_str(), &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    sqlite3_stmt* rows = nullptr;
    sqlite3_prepare_v2(db, "SELECT leaf, hash, payload, key FROM history", -1, &rows, nullptr);
    while (sqlite3_step(rows) == SQLITE_ROW) {
      for (int i = 0; i < 4; ++i) {
        const auto size = static_cast<size_t>(sqlite3_column_bytes(rows, i));
        cells.emplace_back(static_cast<const char*>(sqlite3_column_blob(rows, i)), size);
      }
    }
    sqlite3_finalize(rows);
    sqlite3_close(db);
  }
  std::string bytes;
  {
    std::ifstream in(office.store_path(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  // Where the leaves, payloads and hashes lie: found by their content.
  size_t found = 0;
  size_t flips = 0;
  for (const std::string& cell : cells) {
    const std::string_view piece = std::string_view(cell).substr(0, 60);
    const size_t at = bytes.find(piece);
    if (at == std::string::npos) continue;  // split over two pages
    ++found;
    for (size_t i = 0; i < piece.size(); i += 7) {
      std::fstream file(office.store_path(), std::ios::binary | std::ios::in | std::ios::out);
      const auto write = [&](char byte) {
        file.seekp(static_cast<std::streamoff>(at + i));
        file.put(byte);
        file.flush();
      };
      write(static_cast<char>(bytes[at + i] ^ 0x20));
      office.Reopen();
      const std::string mistake = runtime::Verify(office.office(), Quiet).mistake;
      write(bytes[at + i]);
      ++flips;
      EXPECT_NE(mistake.find(id), std::string::npos) << "byte " << at + i << ": " << mistake;
    }
  }
  EXPECT_GE(found, 8U);
  EXPECT_GT(flips, 50U);
}

}  // namespace

ANJUAN_BOTH_STORES(AuditTest);

}  // namespace anjuan::test
