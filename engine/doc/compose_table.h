// The cells and rows of a table while it is being set. Private to engine/doc.
#pragma once

#include <string>
#include <vector>

#include "engine/doc/compose.h"

namespace anjuan::doc {

inline constexpr double kCellPadAcrossPt = 4;
inline constexpr double kCellPadDownPt = 4;
inline constexpr double kCellBorderPt = 0.5;

struct Composer::Cell {
  struct Piece {  // a paragraph
    std::vector<Atom> atoms;
    Measure measure;
    std::vector<BrokenLine> lines;
    double pitch_pt() const;
    double height_pt() const { return pitch_pt() * static_cast<double>(lines.size()); }
  };
  int column = 0;
  int colspan = 1;
  int rowspan = 1;
  Align align = Align::kStart;
  bool top = false;
  double shift_pt = 0;  // of a number, so that the decimal marks of its column meet
  std::vector<Piece> pieces;
  double height_pt = 0;  // wanted, with padding

  double text_pt() const;  // height of its lines
  void PlaceText(double top_pt, double room_pt, double left_pt, Page& out) const;
  void PlaceLine(const Piece& piece, const BrokenLine& line, double left_pt, double top_pt,
                 Page& out) const;
};

struct Composer::Row {
  const Block* block = nullptr;
  std::vector<Cell> cells;
  double own_pt = 0;     // what its own cells want
  double height_pt = 0;  // with what cells that end here want beyond that
  bool open = false;     // a cell reaches into the next row
  bool keep_next = false;
};

}  // namespace anjuan::doc
