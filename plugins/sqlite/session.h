// A transaction, or a snapshot, on one connection.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "engine/port/store.h"
#include "plugins/sqlite/connection.h"

namespace anjuan::sqlite {

class Session final : public port::Transaction {
 public:
  explicit Session(Connection& connection) : connection_(connection) {}

  std::optional<port::Row> Get(const port::Table& table, std::span<const port::Cell> key) override;
  void Scan(const port::Table& table, const port::Range& range,
            const std::function<bool(const port::Row&)>& visit) override;
  std::int64_t Count(const port::Table& table, const port::Range& range) override;

  bool Insert(const port::Table& table, const port::Row& row) override;
  void Put(const port::Table& table, const port::Row& row) override;
  bool PutIf(const port::Table& table, const port::Row& row, int fence,
             std::int64_t expected) override;
  bool Delete(const port::Table& table, std::span<const port::Cell> key) override;
  bool Savepoint(const std::function<bool()>& body) override;

  // Something was deleted whose bytes must not survive in the write-ahead log.
  bool erased() const { return erased_; }

 private:
  class Cursor;
  Statement Use(const Shape& shape);
  // The row as it lies in the file: itself, or packed into `room`.
  const port::Row& Stored(const port::Table& table, const port::Row& row, port::Row& room);
  void BeforeWrite(const port::Table& table);
  std::optional<std::uint64_t> ChangedIndexes(const port::Table& table, const port::Row& row);
  bool Update(const port::Table& table, const port::Row& row, std::uint64_t changed, int fence,
              std::int64_t expected);

  Connection& connection_;
  std::vector<Cursor*> cursors_;
  bool erased_ = false;
  bool at_mark_ = false;  // nothing was written since the innermost savepoint was set
};

}  // namespace anjuan::sqlite
