// A column of a decision table cut into the pieces its cells distinguish, private to the analysis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/dmn/expression.h"
#include "engine/dmn/item_type.h"
#include "engine/dmn/source.h"

namespace anjuan::dmn {

struct Column {
  // An example of the piece, and by rule: the cell holds there.
  struct Piece {
    Value example;
    std::vector<bool> holds;
  };
  std::vector<Piece> pieces;    // pieces whose cells all answer alike are one
  std::vector<bool> undecided;  // by rule: the cell compares with other data
};

// `type`: of the tested value, null where it is not known. nullopt: more pieces than can be looked
// through within the meter's budget.
std::optional<Column> CutColumn(const Table& table, size_t input, const ItemTypePointer& type,
                                feel::Meter& meter);

}  // namespace anjuan::dmn
