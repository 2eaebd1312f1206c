// Chinese line breaking. Private to engine/doc.
//
// Source: GB/T 15834-2011 part 5 (marks barred from line start and line end, marks that shrink);
//         CLREQ for numbers, Latin words and what keeps together.
#pragma once

#include <span>
#include <vector>

#include "engine/doc/shape.h"

namespace anjuan::doc {

struct Measure {
  double width_pt = 0;
  double first_indent_pt = 0;  // of each paragraph's first line
  double rest_indent_pt = 0;
  double size_pt = 0;
  double tracking_pt = 0;  // added to each glyph, to meet the grid of 28 characters
  // Lines that are not justified, of titles and names: no break inside a number with its unit or a
  // word of the list while another place is left.
  bool whole_words = false;
};

struct BrokenLine {
  size_t begin = 0, end = 0;  // atoms; spaces and breaks at the end are left out
  double indent_pt = 0;
  double width_pt = 0;  // natural
  bool paragraph_end = false;
  bool overflows = false;  // wider than the measure even when broken everywhere
};

// At least one line, for an empty text an empty one.
std::vector<BrokenLine> BreakLines(std::span<const Atom> atoms, const Measure& measure);

// May a line break stand between the two atoms?
enum class Break { kForbidden, kDiscouraged, kAllowed };
Break BreakBetween(std::span<const Atom> atoms, size_t index);  // before atoms[index]

// Advances of the atoms of one line, in points: as they are, stretched to the measure (all lines
// but the last of a paragraph), or shrunk to it at the marks.
std::vector<double> SetLine(std::span<const Atom> line, const Measure& measure, double available_pt,
                            bool stretch);

}  // namespace anjuan::doc
