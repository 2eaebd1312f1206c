// The store: tables, rows, and transactions that are durable when Transact returns.
//
// The seam is narrow on purpose: rows go in and out by key, and ranges are read along declared
// indexes. What the rows mean is engine/runtime/records.h's business, written once for all stores.
// Every store passes tests/store.
//
// Errors:  port::Failure for disk full, read-only, lost connection; the transaction left no trace.
// Threads: Transact may be called from any thread; stores serialise writers.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace anjuan::port {

// The environment failed: what() is for people and says what to do next.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Cell =
    std::variant<std::monostate, std::int64_t, std::string>;  // null, integer, text or bytes
using Row = std::vector<Cell>;                                // in the order of Table::columns

struct Column {
  std::string_view name;
  enum class Kind { kInteger, kText, kBytes } kind;
};

struct Index {
  std::string_view name;
  std::vector<int> columns;  // positions; the table's key is added behind them
};

struct Table {
  std::string_view name;
  std::vector<Column> columns;
  int key_columns = 1;  // the first so many columns are the primary key
  std::vector<Index> indexes;
};

// Reads rows whose first columns along `index` (-1: the key) equal `prefix`, and whose next column
// lies in [from, to] where given; in the order of the index.
struct Range {
  int index = -1;
  Row prefix = {};
  std::optional<Cell> from = {};
  std::optional<Cell> to = {};
  bool descending = false;
  std::int64_t limit = -1;
};

class Reader {
 public:
  virtual ~Reader() = default;
  virtual std::optional<Row> Get(const Table& table, std::span<const Cell> key) = 0;
  // Calls `visit` for each row until it returns false.
  virtual void Scan(const Table& table, const Range& range,
                    const std::function<bool(const Row&)>& visit) = 0;
  virtual std::int64_t Count(const Table& table, const Range& range) = 0;
};

class Transaction : public Reader {
 public:
  virtual bool Insert(const Table& table, const Row& row) = 0;  // false: the key is taken
  virtual void Put(const Table& table, const Row& row) = 0;     // insert or replace
  // Replaces the row of this key where column `fence` still equals `expected`. false: it does not.
  virtual bool PutIf(const Table& table, const Row& row, int fence, std::int64_t expected) = 0;
  virtual bool Delete(const Table& table, std::span<const Cell> key) = 0;  // false: was not there
  // Runs `body`; where it returns false or throws, what it wrote is taken back.
  virtual bool Savepoint(const std::function<bool()>& body) = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  // Runs `body` in one transaction; durable (synced) when it returns. `body` returning false or
  // throwing rolls everything back. Never nested.
  virtual bool Transact(const std::function<bool(Transaction&)>& body) = 0;
  // A consistent snapshot for reading.
  virtual void Read(const std::function<void(Reader&)>& body) = 0;
};

}  // namespace anjuan::port
