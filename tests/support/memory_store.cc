#include "tests/support/memory_store.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "engine/base/check.h"
#include "engine/port/schema.h"

namespace anjuan::test {

namespace {

using port::Cell;
using port::Range;
using port::Row;
using port::Table;

// std::variant compares null before integers before strings, and strings by unsigned bytes: the
// order SQLite has for cells of one column.
using Rows = std::map<Row, Row>;

Row KeyOf(const Table& table, std::span<const Cell> cells) {
  return {cells.begin(), cells.begin() + table.key_columns};
}

bool Fits(const Cell& cell, port::Column::Kind kind) {
  if (cell.index() == 0) return true;
  return (cell.index() == 1) == (kind == port::Column::Kind::kInteger);
}

void CheckRow(const Table& table, std::span<const Cell> cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    ANJUAN_CHECK(Fits(cells[i], table.columns[i].kind));
    ANJUAN_CHECK(i >= static_cast<size_t>(table.key_columns) || cells[i].index() != 0);
  }
}

std::vector<size_t> Path(const Table& table, int index) {
  std::vector<size_t> path;
  if (index >= 0) {
    for (int column : table.indexes[static_cast<size_t>(index)].columns) {
      path.push_back(static_cast<size_t>(column));
    }
  }
  for (size_t key = 0; key < static_cast<size_t>(table.key_columns); ++key) {
    if (std::find(path.begin(), path.end(), key) == path.end()) path.push_back(key);
  }
  return path;
}

bool InRange(const Row& row, const std::vector<size_t>& path, const Range& range) {
  for (size_t i = 0; i < range.prefix.size(); ++i) {
    if (row[path[i]] != range.prefix[i]) return false;
  }
  if (!range.from && !range.to) return true;
  const Cell& cell = row[path[range.prefix.size()]];
  return (!range.from || cell >= *range.from) && (!range.to || cell <= *range.to);
}

class MemoryTransaction final : public port::Transaction {
 public:
  explicit MemoryTransaction(std::map<std::string_view, Rows>& tables) : tables_(tables) {}

  std::optional<Row> Get(const Table& table, std::span<const Cell> key) override {
    ANJUAN_CHECK(key.size() == static_cast<size_t>(table.key_columns));
    const Rows& rows = Of(table);
    const auto found = rows.find(KeyOf(table, key));
    return found == rows.end() ? std::nullopt : std::optional(found->second);
  }

  void Scan(const Table& table, const Range& range,
            const std::function<bool(const Row&)>& visit) override {
    for (const Row& row : Select(table, range)) {
      if (!visit(row)) return;
    }
  }

  std::int64_t Count(const Table& table, const Range& range) override {
    return static_cast<std::int64_t>(Select(table, range).size());
  }

  bool Insert(const Table& table, const Row& row) override {
    if (Of(table).contains(KeyOf(table, row))) return false;
    Put(table, row);
    return true;
  }

  void Put(const Table& table, const Row& row) override {
    ANJUAN_CHECK(row.size() == table.columns.size());
    CheckRow(table, row);
    Remember(table, KeyOf(table, row));
    Of(table)[KeyOf(table, row)] = row;
  }

  bool PutIf(const Table& table, const Row& row, int fence, std::int64_t expected) override {
    ANJUAN_CHECK(row.size() == table.columns.size() && fence >= table.key_columns);
    const std::optional<Row> old = Get(table, KeyOf(table, row));
    if (!old || (*old)[static_cast<size_t>(fence)] != Cell(expected)) return false;
    Put(table, row);
    return true;
  }

  bool Delete(const Table& table, std::span<const Cell> key) override {
    ANJUAN_CHECK(key.size() == static_cast<size_t>(table.key_columns));
    Remember(table, KeyOf(table, key));
    return Of(table).erase(KeyOf(table, key)) == 1;
  }

  bool Savepoint(const std::function<bool()>& body) override {
    const size_t mark = undo_.size();
    bool keep = false;
    try {
      keep = body();
    } catch (...) {
      TakeBack(mark);
      throw;
    }
    if (!keep) TakeBack(mark);
    return keep;
  }

  void TakeBack(size_t mark) {
    while (undo_.size() > mark) {
      Change& change = undo_.back();
      Rows& rows = Of(*change.table);
      if (change.before) {
        rows[change.key] = std::move(*change.before);
      } else {
        rows.erase(change.key);
      }
      undo_.pop_back();
    }
  }

 private:
  struct Change {
    const Table* table;
    Row key;
    std::optional<Row> before;
  };

  Rows& Of(const Table& table) {
    const auto found = tables_.find(table.name);
    ANJUAN_CHECK(found != tables_.end());
    return found->second;
  }

  void Remember(const Table& table, Row key) {
    std::optional<Row> before = Get(table, key);
    undo_.push_back({&table, std::move(key), std::move(before)});
  }

  std::vector<Row> Select(const Table& table, const Range& range) {
    ANJUAN_CHECK(range.index < static_cast<int>(table.indexes.size()));
    const std::vector<size_t> path = Path(table, range.index);
    for (const Cell& cell : range.prefix) ANJUAN_CHECK(cell.index() != 0);
    ANJUAN_CHECK(range.prefix.size() + (range.from || range.to ? 1 : 0) <= path.size());
    std::vector<Row> rows;
    for (const auto& [key, row] : Of(table)) {
      if (InRange(row, path, range)) rows.push_back(row);
    }
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      for (size_t column : path) {
        if (a[column] != b[column]) return range.descending != (a[column] < b[column]);
      }
      return false;
    });
    if (range.limit >= 0 && rows.size() > static_cast<size_t>(range.limit)) {
      rows.resize(static_cast<size_t>(range.limit));
    }
    return rows;
  }

  std::map<std::string_view, Rows>& tables_;
  std::vector<Change> undo_;
};

class MemoryStore final : public port::Store {
 public:
  MemoryStore() {
    for (const Table* table : port::AllTables()) tables_[table->name];
  }

  bool Transact(const std::function<bool(port::Transaction&)>& body) override {
    const std::lock_guard lock(mutex_);
    ANJUAN_CHECK(!in_transaction_);
    in_transaction_ = true;
    MemoryTransaction transaction(tables_);
    bool keep = false;
    try {
      keep = body(transaction);
    } catch (...) {
      transaction.TakeBack(0);
      in_transaction_ = false;
      throw;
    }
    if (!keep) transaction.TakeBack(0);
    in_transaction_ = false;
    return keep;
  }

  void Read(const std::function<void(port::Reader&)>& body) override {
    const std::lock_guard lock(mutex_);
    MemoryTransaction transaction(tables_);
    body(transaction);
  }

 private:
  std::recursive_mutex mutex_;
  bool in_transaction_ = false;
  std::map<std::string_view, Rows> tables_;
};

}  // namespace

std::unique_ptr<port::Store> MakeMemoryStore() {
  return std::make_unique<MemoryStore>();
}

}  // namespace anjuan::test
