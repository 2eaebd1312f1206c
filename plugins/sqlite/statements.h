// The SQL of each operation, made from a table's description.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/port/store.h"
#include "plugins/sqlite/connection.h"

namespace anjuan::sqlite {

// Clustered tables live in their key's tree; the others have a row id, so that long rows are
// appended instead of being moved about in the tree of a long key.
bool IsClustered(const port::Table& table);

std::vector<std::string> CreateStatements(const port::Table& table);
std::string CreateIndexStatement(const port::Table& table, int index);
// For a table of an older version: its old rows get 0, "" or no bytes there.
std::string AddColumnStatement(const port::Table& table, int column);

// Some index names a column outside the key.
bool HasIndexedColumns(const port::Table& table);

Shape ScanShape(const port::Table& table, const port::Range& range, Shape::Operation operation);
// `changed`: bit i set where indexes[i] must be written anew; fence: -1 for none.
// An index whose columns stay as they are costs nothing then: most steps change no indexed column.
Shape UpdateShape(const port::Table& table, int fence, std::uint64_t changed);

// The columns a statement of that shape is about: what an update sets, in the order of its
// parameters (the key and the fence follow); what a peek reads; what a range walks along, the
// index's columns and then the key's; every column otherwise.
std::vector<int> ColumnsOf(const Shape& shape);
std::string SqlOf(const Shape& shape);

}  // namespace anjuan::sqlite
