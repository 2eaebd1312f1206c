#include "plugins/sqlite/session.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "engine/base/check.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/pack.h"
#include "plugins/sqlite/statements.h"

namespace anjuan::sqlite {

using port::Cell;
using port::Range;
using port::Row;
using port::Table;
using Operation = Shape::Operation;

namespace {

size_t KeySize(const Table& table) {
  return static_cast<size_t>(table.key_columns);
}

void BindKey(Statement& statement, int first, const Table& table, std::span<const Cell> key) {
  ANJUAN_CHECK(key.size() >= KeySize(table));
  for (size_t i = 0; i < KeySize(table); ++i) {
    ANJUAN_CHECK(key[i].index() != 0);
    statement.Bind(first + static_cast<int>(i), key[i], table.columns[i].kind);
  }
}

void BindRow(Statement& statement, const Table& table, const Row& row) {
  ANJUAN_CHECK(row.size() == table.columns.size());
  BindKey(statement, 0, table, row);
  for (size_t i = KeySize(table); i < row.size(); ++i) {
    statement.Bind(static_cast<int>(i), row[i], table.columns[i].kind);
  }
}

void BindRange(Statement& statement, const Table& table, const Range& range) {
  const std::vector<int>& path = statement.columns();
  auto bind = [&, position = 0](const Cell& cell, size_t i) mutable {
    ANJUAN_CHECK(cell.index() != 0);
    statement.Bind(position++, cell, table.columns[static_cast<size_t>(path[i])].kind);
  };
  for (size_t i = 0; i < range.prefix.size(); ++i) bind(range.prefix[i], i);
  if (range.from) bind(*range.from, range.prefix.size());
  if (range.to) bind(*range.to, range.prefix.size());
  const size_t used = range.prefix.size() + (range.from ? 1 : 0) + (range.to ? 1 : 0);
  statement.Bind(static_cast<int>(used), range.limit < 0 ? std::int64_t{-1} : range.limit);
}

bool IsErasure(const Table& table) {
  return &table == &port::subjects::kTable || &table == &port::sealed::kTable ||
         &table == &port::documents::kTable;
}

}  // namespace

// A scan under way. SQLite leaves open what a scan sees of rows written while it runs; ours sees
// the rows as they were when it began: before the first such write the rest is read into memory.
class Session::Cursor {
 public:
  Cursor(Session& session, const Table& table, const Range& range)
      : session_(session),
        table_(table),
        range_(range),
        statement_(session.Use(ScanShape(table, range, Operation::kScan))) {
    BindRange(statement_, table, range_);
    session_.cursors_.push_back(this);
  }
  ~Cursor() { std::erase(session_.cursors_, this); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  const Table& table() const { return table_; }

  std::optional<Row> Next() {
    if (drained_) {
      if (rest_.empty()) return std::nullopt;
      Row row = std::move(rest_.front());
      rest_.pop_front();
      return row;
    }
    session_.connection_.CheckUsable();
    return Read();
  }

  void Drain() {
    while (!drained_) {
      std::optional<Row> row = Read();
      if (row) rest_.push_back(std::move(*row));
    }
  }

 private:
  std::optional<Row> Read() {
    if (statement_.Step()) {
      Row row = statement_.ReadRow(table_.columns.size());
      if (IsPacked(table_)) session_.connection_.packer().UnpackRow(row);
      return row;
    }
    drained_ = true;
    return std::nullopt;
  }

  Session& session_;
  const Table& table_;
  const Range range_;  // a copy: the statement points into it
  Statement statement_;
  std::deque<Row> rest_;
  bool drained_ = false;
};

Statement Session::Use(const Shape& shape) {
  connection_.CheckUsable();
  return connection_.Use(shape);
}

void Session::BeforeWrite(const Table& table) {
  at_mark_ = false;
  for (Cursor* cursor : cursors_) {
    if (&cursor->table() == &table) cursor->Drain();
  }
}

std::optional<Row> Session::Get(const Table& table, std::span<const Cell> key) {
  ANJUAN_CHECK(key.size() == KeySize(table));
  Statement statement = Use({&table, Operation::kGet});
  BindKey(statement, 0, table, key);
  if (!statement.Step()) return std::nullopt;
  Row row = statement.ReadRow(table.columns.size());
  if (IsPacked(table)) connection_.packer().UnpackRow(row);
  return row;
}

void Session::Scan(const Table& table, const Range& range,
                   const std::function<bool(const Row&)>& visit) {
  Cursor cursor(*this, table, range);
  while (std::optional<Row> row = cursor.Next()) {
    if (!visit(*row)) return;
  }
}

std::int64_t Session::Count(const Table& table, const Range& range) {
  Statement statement = Use(ScanShape(table, range, Operation::kCount));
  BindRange(statement, table, range);
  ANJUAN_CHECK(statement.Step());
  return std::get<std::int64_t>(statement.Column(0));
}

const Row& Session::Stored(const Table& table, const Row& row, Row& room) {
  if (!IsPacked(table)) return row;
  ANJUAN_CHECK(row.size() == table.columns.size());
  return room = connection_.packer().PackRow(row);
}

bool Session::Insert(const Table& table, const Row& row) {
  BeforeWrite(table);
  Row room;
  const Row& stored = Stored(table, row, room);
  Statement statement = Use({&table, Operation::kInsert});
  BindRow(statement, table, stored);
  statement.Step();
  return connection_.changes() == 1;
}

std::optional<std::uint64_t> Session::ChangedIndexes(const Table& table, const Row& row) {
  Statement statement = Use({&table, Operation::kPeek});
  BindKey(statement, 0, table, row);
  if (!statement.Step()) return std::nullopt;
  const std::vector<int>& indexed = statement.columns();
  std::uint64_t changed = 0;
  for (size_t i = 0; i < indexed.size(); ++i) {
    if (statement.Column(static_cast<int>(i)) == row[static_cast<size_t>(indexed[i])]) continue;
    for (size_t index = 0; index < table.indexes.size(); ++index) {
      const std::vector<int>& columns = table.indexes[index].columns;
      if (std::find(columns.begin(), columns.end(), indexed[i]) != columns.end()) {
        changed |= std::uint64_t{1} << index;
      }
    }
  }
  return changed;
}

bool Session::Update(const Table& table, const Row& row, std::uint64_t changed, int fence,
                     std::int64_t expected) {
  Row room;
  const Row& stored = Stored(table, row, room);
  Statement statement = Use(UpdateShape(table, fence, changed));
  int position = 0;
  for (int column : statement.columns()) {
    const auto i = static_cast<size_t>(column);
    statement.Bind(position++, stored[i], table.columns[i].kind);
  }
  BindKey(statement, position, table, row);
  if (fence >= 0) statement.Bind(position + table.key_columns, expected);
  statement.Step();
  return connection_.changes() == 1;
}

void Session::Put(const Table& table, const Row& row) {
  ANJUAN_CHECK(row.size() == table.columns.size());
  BeforeWrite(table);
  if (HasIndexedColumns(table)) {
    if (const std::optional<std::uint64_t> changed = ChangedIndexes(table, row)) {
      Update(table, row, *changed, -1, 0);
      return;
    }
  }
  Row room;
  const Row& stored = Stored(table, row, room);
  Statement statement = Use({&table, Operation::kUpsert});
  BindRow(statement, table, stored);
  statement.Step();
}

bool Session::PutIf(const Table& table, const Row& row, int fence, std::int64_t expected) {
  ANJUAN_CHECK(row.size() == table.columns.size() && fence >= table.key_columns);
  BeforeWrite(table);
  std::uint64_t changed = 0;
  if (HasIndexedColumns(table)) {
    const std::optional<std::uint64_t> found = ChangedIndexes(table, row);
    if (!found) return false;
    changed = *found;
  }
  return Update(table, row, changed, fence, expected);
}

bool Session::Delete(const Table& table, std::span<const Cell> key) {
  ANJUAN_CHECK(key.size() == KeySize(table));
  BeforeWrite(table);
  Statement statement = Use({&table, Operation::kDelete});
  BindKey(statement, 0, table, key);
  statement.Step();
  const bool deleted = connection_.changes() == 1;
  erased_ = erased_ || (deleted && IsErasure(table));
  return deleted;
}

bool Session::Savepoint(const std::function<bool()>& body) {
  connection_.CheckUsable();
  // Directly inside another one, before anything was written, its mark is ours as well: most steps
  // of a group commit save a mark so.
  const bool shared = at_mark_;
  if (!shared) connection_.Savepoint(Connection::Mark::kSet);
  at_mark_ = true;
  const auto take_back = [&] {
    // A broken connection's transaction is gone as a whole already.
    if (connection_.broken()) return;
    for (Cursor* cursor : cursors_) cursor->Drain();
    connection_.Savepoint(Connection::Mark::kTakeBack);
    if (!shared) connection_.Savepoint(Connection::Mark::kRelease);
    at_mark_ = shared;
  };
  bool keep = false;
  try {
    keep = body();
  } catch (...) {
    take_back();
    throw;
  }
  connection_.CheckUsable();
  if (!keep) {
    take_back();
    return false;
  }
  if (!shared) {
    connection_.Savepoint(Connection::Mark::kRelease);
    at_mark_ = false;
  }
  return true;
}

}  // namespace anjuan::sqlite
