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

// The columns a range walks along: the index's, then the key's.
std::vector<int> Path(const port::Table& table, int index);

// The columns outside the key that any index names, ascending.
std::vector<int> IndexedColumns(const port::Table& table);

Shape ScanShape(const port::Table& table, const port::Range& range, Shape::Operation operation);
// `changed`: bit i set where indexes[i] must be written anew; fence: -1 for none.
// An index whose columns stay as they are costs nothing then: most steps change no indexed column.
Shape UpdateShape(const port::Table& table, int fence, std::uint64_t changed);
// What an update of that shape sets, in the order of its parameters; the key and the fence follow.
std::vector<int> UpdatedColumns(const port::Table& table, std::uint64_t changed);

std::string SqlOf(const Shape& shape);

}  // namespace anjuan::sqlite
