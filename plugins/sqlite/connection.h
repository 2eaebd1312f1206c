// One connection, and the prepared statements it keeps: the RAII layer over sqlite3.
//
// Errors:  port::Failure. A failure inside a transaction leaves the connection `broken` until the
//          transaction ends, since SQLite may already have rolled it back: nothing more is written.
// Threads: one at a time; the owner sees to it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/port/store.h"
#include "plugins/sqlite/pack.h"

struct sqlite3;
struct sqlite3_stmt;

namespace anjuan::sqlite {

// Which statement: a table's operation, with what else decides its text.
struct Shape {
  enum class Operation : std::uint8_t {
    kGet,
    kPeek,  // the indexed columns alone
    kInsert,
    kUpsert,
    kUpdate,
    kDelete,
    kScan,
    kCount,
  };
  const port::Table* table;
  Operation operation;
  std::uint64_t detail = 0;  // packed by statements.cc
  bool operator==(const Shape&) const = default;
};

struct ShapeHash {
  size_t operator()(const Shape& shape) const;
};

class Connection;

// What a connection keeps for a shape.
struct Prepared {
  std::vector<int> columns;         // ColumnsOf(shape)
  std::vector<sqlite3_stmt*> idle;  // more than one where a scan's visitor scans again
};

// A prepared statement for the time of one use; it returns to its connection afterwards.
class Statement {
 public:
  Statement(Connection& connection, Prepared& home, sqlite3_stmt* statement)
      : connection_(connection), home_(home), statement_(statement) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The cell's bytes must live until the statement is done. Positions count from 0.
  void Bind(int position, const port::Cell& cell, port::Column::Kind kind);
  void Bind(int position, std::int64_t number);
  bool Step();  // true: there is a row
  port::Cell Column(int position) const;
  port::Row ReadRow(size_t columns) const;
  const std::vector<int>& columns() const { return home_.columns; }

 private:
  Connection& connection_;
  Prepared& home_;
  sqlite3_stmt* statement_;
};

class Connection {
 public:
  enum class Mode { kWrite, kRead, kMemory };
  Connection(std::string path, Mode mode, int busy_timeout_ms);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Execute(const char* sql);
  std::string Ask(const char* sql);  // the first column of the first row, "" if none
  Statement Use(const Shape& shape);
  // Savepoints come with every step: their statements are kept as well.
  enum class Mark : std::uint8_t { kSet, kTakeBack, kRelease };
  void Savepoint(Mark mark);
  void SetBusyTimeout(int milliseconds);
  int changes() const;
  bool read_only() const;
  Packer& packer() { return packer_; }

  void Begin(const char* sql);
  void Commit();
  void Rollback() noexcept;
  bool broken() const { return !broken_.empty(); }
  void CheckUsable() const;

  // Turns an SQLite result code into port::Failure, and remembers it.
  [[noreturn]] void Fail(int code, std::string_view while_doing);

 private:
  std::string path_;
  int busy_timeout_ms_;
  sqlite3* db_ = nullptr;
  std::string broken_;  // the failure of this transaction
  std::string dead_;    // a sync failed: what is on disk is unknown until the file is opened again
  std::unordered_map<Shape, Prepared, ShapeHash> prepared_;
  std::array<sqlite3_stmt*, 3> marks_{};  // by Mark
  Packer packer_;
};

}  // namespace anjuan::sqlite
