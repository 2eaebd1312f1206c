#include "plugins/sqlite/statements.h"

#include <algorithm>
#include <set>

#include "engine/base/check.h"
#include "engine/base/text.h"

namespace anjuan::sqlite {

using port::Column;
using port::Range;
using port::Table;
using Operation = Shape::Operation;

namespace {

// Scans: bits 0-7 index + 1, 8-15 prefix length, then from, to, descending.
constexpr std::uint64_t kFromBit = 1U << 16;
constexpr std::uint64_t kToBit = 1U << 17;
constexpr std::uint64_t kDescendingBit = 1U << 18;
// Updates: bits 0-31 the changed indexes, 32-39 fence + 1.
constexpr std::uint64_t kChangedBits = 0xFFFF'FFFF;
constexpr int kFenceShift = 32;

int IndexOf(const Shape& scan) {
  return static_cast<int>(scan.detail & 0xFFU) - 1;
}

std::string Quote(std::string_view name) {
  return StrCat('"', name, '"');
}

std::string_view TypeName(Column::Kind kind) {
  switch (kind) {
    case Column::Kind::kInteger:
      return "INTEGER";
    case Column::Kind::kText:
      return "TEXT";
    case Column::Kind::kBytes:
      return "BLOB";
  }
  ANJUAN_CHECK(false);
}

std::string Names(const Table& table, const std::vector<int>& columns, std::string_view suffix = "",
                  std::string_view separator = ", ") {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (int column : columns) {
    names.push_back(Quote(table.columns[static_cast<size_t>(column)].name) + std::string(suffix));
  }
  return Join(names, separator);
}

std::vector<int> Columns(int from, int to) {
  std::vector<int> columns;
  for (int column = from; column < to; ++column) columns.push_back(column);
  return columns;
}

std::vector<int> AllColumns(const Table& table) {
  return Columns(0, static_cast<int>(table.columns.size()));
}

std::vector<int> KeyColumns(const Table& table) {
  return Columns(0, table.key_columns);
}

// The columns a range walks along: the index's, then the key's.
std::vector<int> Path(const Table& table, int index) {
  if (index < 0) return KeyColumns(table);
  std::vector<int> path = table.indexes[static_cast<size_t>(index)].columns;
  for (int key : KeyColumns(table)) {
    if (std::find(path.begin(), path.end(), key) == path.end()) path.push_back(key);
  }
  return path;
}

// The columns outside the key that any index names, ascending.
std::vector<int> IndexedColumns(const Table& table) {
  std::set<int> columns;
  for (const port::Index& index : table.indexes) {
    for (int column : index.columns) {
      if (column >= table.key_columns) columns.insert(column);
    }
  }
  return {columns.begin(), columns.end()};
}

std::vector<int> UpdatedColumns(const Table& table, std::uint64_t changed) {
  std::set<int> columns;
  for (int i = table.key_columns; i < static_cast<int>(table.columns.size()); ++i) {
    columns.insert(i);
  }
  const std::set<int> all = columns;
  for (int indexed : IndexedColumns(table)) columns.erase(indexed);
  for (size_t i = 0; i < table.indexes.size(); ++i) {
    if ((changed >> i & 1U) == 0) continue;
    for (int column : table.indexes[i].columns) {
      if (column >= table.key_columns) columns.insert(column);
    }
  }
  if (columns.empty()) columns = all;
  return {columns.begin(), columns.end()};
}

std::string WhereKey(const Table& table) {
  return " WHERE " + Names(table, KeyColumns(table), " = ?", " AND ");
}

std::string InsertSql(const Table& table, std::string_view conflict) {
  std::string marks = "?";
  for (size_t i = 1; i < table.columns.size(); ++i) marks += ", ?";
  // By name: a table of an older version got its new columns wherever they stood to be added.
  return StrCat("INSERT INTO ", Quote(table.name), " (", Names(table, AllColumns(table)),
                ") VALUES (", marks, ") ON CONFLICT ", conflict);
}

std::string UpsertSql(const Table& table) {
  std::vector<std::string> sets;
  for (int column = table.key_columns; column < static_cast<int>(table.columns.size()); ++column) {
    const std::string name = Quote(table.columns[static_cast<size_t>(column)].name);
    sets.push_back(StrCat(name, " = excluded.", name));
  }
  if (sets.empty()) return InsertSql(table, "DO NOTHING");
  return InsertSql(
      table, StrCat("(", Names(table, KeyColumns(table)), ") DO UPDATE SET ", Join(sets, ", ")));
}

std::string UpdateSql(const Shape& shape) {
  const Table& table = *shape.table;
  const int fence = static_cast<int>(shape.detail >> kFenceShift) - 1;
  std::string sql = StrCat("UPDATE ", Quote(table.name), " SET ",
                           Names(table, ColumnsOf(shape), " = ?"), WhereKey(table));
  if (fence >= 0) sql += StrCat(" AND ", Names(table, {fence}), " = ?");
  return sql;
}

// Every range names its index. The key of a table is an index too, under the name SQLite gives it;
// without the name its planner may choose another and sort.
std::string RangeSql(const Shape& shape, std::string_view select) {
  const Table& table = *shape.table;
  const int index = IndexOf(shape);
  const auto prefix = static_cast<size_t>((shape.detail >> 8) & 0xFFU);
  const std::vector<int> path = ColumnsOf(shape);
  const std::string index_name = index < 0
                                     ? StrCat("sqlite_autoindex_", table.name, "_1")
                                     : std::string(table.indexes[static_cast<size_t>(index)].name);
  std::vector<std::string> conditions;
  for (size_t i = 0; i < prefix; ++i) conditions.push_back(Names(table, {path[i]}, " = ?"));
  if ((shape.detail & kFromBit) != 0) conditions.push_back(Names(table, {path[prefix]}, " >= ?"));
  if ((shape.detail & kToBit) != 0) conditions.push_back(Names(table, {path[prefix]}, " <= ?"));
  std::string sql =
      StrCat("SELECT ", select, " FROM ", Quote(table.name), " INDEXED BY ", Quote(index_name));
  if (!conditions.empty()) sql += " WHERE " + Join(conditions, " AND ");
  const bool descending = (shape.detail & kDescendingBit) != 0;
  return StrCat(sql, " ORDER BY ", Names(table, path, descending ? " DESC" : ""), " LIMIT ?");
}

}  // namespace

bool IsClustered(const Table& table) {
  // SQLite's advice: without row id where rows are below a twentieth of a page.
  constexpr size_t kMaxColumns = 8;
  if (table.columns.size() > kMaxColumns) return false;
  return std::none_of(table.columns.begin(), table.columns.end(),
                      [](const Column& column) { return column.kind == Column::Kind::kBytes; });
}

std::vector<std::string> CreateStatements(const Table& table) {
  std::vector<std::string> lines;
  for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
    const Column& column = table.columns[static_cast<size_t>(i)];
    lines.push_back(StrCat(Quote(column.name), " ", TypeName(column.kind),
                           i < table.key_columns ? " NOT NULL" : ""));
  }
  // A single INTEGER key would become the row id and have no index of its own; no table has one.
  ANJUAN_CHECK(table.key_columns > 1 || table.columns[0].kind != Column::Kind::kInteger);
  lines.push_back(StrCat("PRIMARY KEY (", Names(table, KeyColumns(table)), ")"));
  std::vector<std::string> statements;
  statements.push_back(StrCat("CREATE TABLE ", Quote(table.name), " (", Join(lines, ", "),
                              ") STRICT", IsClustered(table) ? ", WITHOUT ROWID" : ""));
  for (int i = 0; i < static_cast<int>(table.indexes.size()); ++i) {
    statements.push_back(CreateIndexStatement(table, i));
  }
  return statements;
}

std::string CreateIndexStatement(const Table& table, int index) {
  return StrCat("CREATE INDEX ", Quote(table.indexes[static_cast<size_t>(index)].name), " ON ",
                Quote(table.name), " (", Names(table, Path(table, index)), ")");
}

std::string AddColumnStatement(const Table& table, int column) {
  const Column& added = table.columns[static_cast<size_t>(column)];
  const std::string_view empty = added.kind == Column::Kind::kInteger ? "0"
                                 : added.kind == Column::Kind::kText  ? "''"
                                                                      : "x''";
  return StrCat("ALTER TABLE ", Quote(table.name), " ADD COLUMN ", Quote(added.name), " ",
                TypeName(added.kind), " DEFAULT ", empty);
}

Shape ScanShape(const Table& table, const Range& range, Operation operation) {
  ANJUAN_CHECK(range.index < static_cast<int>(table.indexes.size()));
  const size_t used = range.prefix.size() + (range.from || range.to ? 1 : 0);
  ANJUAN_CHECK(used <= Path(table, range.index).size());
  std::uint64_t detail = static_cast<std::uint64_t>(range.index + 1);
  detail |= static_cast<std::uint64_t>(range.prefix.size()) << 8;
  if (range.from) detail |= kFromBit;
  if (range.to) detail |= kToBit;
  if (range.descending) detail |= kDescendingBit;
  return {&table, operation, detail};
}

Shape UpdateShape(const Table& table, int fence, std::uint64_t changed) {
  return {&table, Operation::kUpdate,
          changed | (static_cast<std::uint64_t>(fence + 1) << kFenceShift)};
}

bool HasIndexedColumns(const Table& table) {
  for (const port::Index& index : table.indexes) {
    for (int column : index.columns) {
      if (column >= table.key_columns) return true;
    }
  }
  return false;
}

std::vector<int> ColumnsOf(const Shape& shape) {
  const Table& table = *shape.table;
  switch (shape.operation) {
    case Operation::kPeek:
      return IndexedColumns(table);
    case Operation::kUpdate:
      return UpdatedColumns(table, shape.detail & kChangedBits);
    case Operation::kScan:
    case Operation::kCount:
      return Path(table, IndexOf(shape));
    case Operation::kGet:
    case Operation::kInsert:
    case Operation::kUpsert:
    case Operation::kDelete:
      return AllColumns(table);
  }
  ANJUAN_CHECK(false);
}

std::string SqlOf(const Shape& shape) {
  const Table& table = *shape.table;
  switch (shape.operation) {
    case Operation::kGet:
      return StrCat("SELECT ", Names(table, AllColumns(table)), " FROM ", Quote(table.name),
                    WhereKey(table));
    case Operation::kPeek:
      return StrCat("SELECT ", Names(table, IndexedColumns(table)), " FROM ", Quote(table.name),
                    WhereKey(table));
    case Operation::kInsert:
      return InsertSql(table, "DO NOTHING");
    case Operation::kUpsert:
      return UpsertSql(table);
    case Operation::kUpdate:
      return UpdateSql(shape);
    case Operation::kDelete:
      return StrCat("DELETE FROM ", Quote(table.name), WhereKey(table));
    case Operation::kScan:
      return RangeSql(shape, Names(table, AllColumns(table)));
    case Operation::kCount:
      return StrCat("SELECT count(*) FROM (", RangeSql(shape, "1"), ")");
  }
  ANJUAN_CHECK(false);
}

}  // namespace anjuan::sqlite
