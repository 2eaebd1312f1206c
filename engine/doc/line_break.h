// Where lines end and how they are set. Private to engine/doc.
//
// Source: GB/T 15834-2011 part 5 and CLREQ; break_rules.h says what may stand at a line's ends,
// here is
//         what marks give up, how a line is filled and how it is stretched.
#pragma once

#include <span>
#include <vector>

#include "engine/doc/break_rules.h"
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
  MarkStyle marks = {};
};

struct BrokenLine {
  size_t begin = 0, end = 0;  // atoms; spaces and breaks at the end are left out
  double indent_pt = 0;
  double width_pt = 0;  // natural
  bool paragraph_end = false;
  bool overflows = false;  // wider than the measure even when broken everywhere
  bool continues = false;  // the line before ended where it was full
  bool hangs = false;      // its last mark stands beyond the measure
};

// At least one line, for an empty text an empty one.
std::vector<BrokenLine> BreakLines(std::span<const Atom> atoms, const Measure& measure);

// The same in as few lines, but of like length and between words as far as there are any: for
// titles. Lines grow or shrink from first to last, or the middle is the longest (GB/T 9704 7.3.1:
// 梯形或菱形).
std::vector<BrokenLine> BalanceLines(std::span<const Atom> atoms, const Measure& measure);

// One line ready to be placed.
struct SetAtoms {
  std::vector<double> advances_pt;  // of each atom
  double shift_pt = 0;              // of the first one: not above 0
  double width_pt = 0;              // without a mark that hangs
};

// `line` as it is, stretched to what is left of the measure, or shrunk to it at its marks.
SetAtoms SetLine(std::span<const Atom> atoms, const BrokenLine& line, const Measure& measure,
                 bool stretch);

// All of `atoms` on one line as wide as they are.
SetAtoms SetNatural(std::span<const Atom> atoms, const Measure& measure);

}  // namespace anjuan::doc
