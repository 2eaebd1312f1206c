// The document as a column of items, and their distribution over pages. Private to engine/doc.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "engine/doc/pages.h"

namespace anjuan::doc {

// GB/T 9704-2012, 5.2: A4, margins 37 mm above and 28 mm at the binding, block 156 x 225 mm,
// 22 lines of 28 characters of size 3.
inline constexpr double kBlockLeftPt = 28 * kPointsPerMm;
inline constexpr double kBlockTopPt = 37 * kPointsPerMm;
inline constexpr double kBlockWidthPt = 156 * kPointsPerMm;
inline constexpr double kBlockHeightPt = 225 * kPointsPerMm;
inline constexpr double kSize3Pt = 15.75;
inline constexpr double kSize4Pt = 14;
inline constexpr double kSize2Pt = 22;
inline constexpr double kPitchPt = kBlockHeightPt / 22;
inline constexpr double kTrackingPt = kBlockWidthPt / 28 - kSize3Pt;

// Where text stands: the block, or the block of a sheet turned sideways.
struct Frame {
  double left_pt = kBlockLeftPt;
  double width_pt = kBlockWidthPt;
  double height_pt = kBlockHeightPt;
};

// The block of a sheet that is turned: its upper edge is the left one of the
// sheet.
inline constexpr Frame kSidewaysFrame{0, kBlockHeightPt, kBlockWidthPt};

inline constexpr double kNotePt = 10.5;  // size of footnotes
inline constexpr double kNotePitchPt = 1.4 * kNotePt;

struct Footnote {
  std::vector<Page> lines;  // y from each line's middle
};

struct Item {
  double height_pt = kPitchPt;
  bool grid = true;    // a line of text: may be tightened; y counts from its middle, else its top
  bool space = false;  // nothing printed; dropped at the top of a page
  bool keep_next = false;  // on the same page as the next item
  bool page_break = false;
  bool sideways = false;   // of a page break: what follows stands on turned sheets
  bool soft = false;       // of a page break: it makes no empty page
  std::vector<int> notes;  // footnotes whose marks stand in it: numbers from 1
  bool sign = false;       // belongs to a signature block
  int table = -1;
  bool head = false;                 // of the table: repeated on each page
  double left_pt = 0, right_pt = 0;  // of the table
  bool row_open = false;             // a row goes on in the next item: closed where a page ends
  bool own_page = false;             // a page of its own size, with absolute places
  Page content;                      // x from the sheet's edge, or the frame's
};

struct Flow {
  std::vector<Item> items;
  double first_page_top_pt = 0;   // below the head of page 1, from the top of the block
  Page first_page;                // head and letter lines; absolute places
  std::map<int, Footnote> notes;  // by number
  Item foot;                      // 版记: on the bottom of a section's last page; height 0: none
  size_t foot_at = 0;      // the item it stands before: its section is the one that ends there
  bool foot_even = false;  // the 版记 stands on an even page, if need be on one of its own
  bool numbered = true;
  bool numbered_first_page = true;
};

struct Paginated {
  std::vector<Page> pages;
  // 7.4, 7.5: where an empty page stands before the 版记, neither of the two
  // has a number.
  std::set<size_t> unnumbered;
};

// The items' places. Where the last page before a forced page break would be nearly empty and
// tightening the lines by at most an eighth saves it, they are tightened.
Paginated Paginate(Flow flow);

}  // namespace anjuan::doc
