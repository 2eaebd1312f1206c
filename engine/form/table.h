// Rows of a list (名单) as a spreadsheet shows them: row 1 is the heading, columns are A, B, … AA.
//
// CSV as offices make it: separators , ; or tab, quotes of RFC 4180, line ends of any kind, UTF-8
// with or without mark, UTF-16, or GBK as Chinese spreadsheet programs save it.
//
// Source:  RFC 4180; GB 18030-2022 (a superset of GBK), converted by iconv.
// Errors:  Chinese, for the clerk who made the file. "table.encoding", "table.quote", "table.size".
// Memory:  the file's bytes once (twice where they are converted) and one row.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::form {

inline constexpr size_t kLargestTableBytes = size_t{256} << 20;
inline constexpr size_t kMostColumns = 256;
inline constexpr size_t kLongestCellBytes = 98'301;  // 32,767 characters, a spreadsheet's limit

std::string ColumnLetters(size_t index);  // 0 -> A, 26 -> AA
// A cell as its makers find it: "第3行 C列", in a spreadsheet "Sheet1!C3".
std::string CellAddress(std::string_view sheet, int row, size_t column);

// Full-width letters, digits and signs become ASCII; white space goes: as headings and codes are
// compared.
std::string Narrow(std::string_view text);

struct CellFault {
  size_t column = 0;
  std::string what;  // Chinese: the cell has no value that could be read
};

struct TableRow {
  int number = 0;  // from 1, blank rows counted
  std::vector<std::string> cells;
  std::vector<CellFault> faults;  // of spreadsheets: error values, formulas without a result
  std::vector<size_t> computed;   // of spreadsheets: cells that hold a formula's saved result
  bool hidden = false;
};

// Merged cells of a spreadsheet; rows from 1, columns from 0, both ends included.
struct MergedCells {
  int first_row = 0;
  size_t first_column = 0;
  int last_row = 0;
  size_t last_column = 0;
};

// Where rows come from: CSV here, a spreadsheet behind a seam.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // The next row that is not blank; false at the end, and after a mistake that stops reading.
  virtual bool Next(TableRow& row) = 0;
  // What was wrong with the rows given so far.
  virtual const Diagnostics& mistakes() const = 0;

  // What only spreadsheets know.
  virtual std::string sheet() const { return ""; }  // the name on its tab
  virtual bool dates_from_1904() const { return false; }
  // Sorted by first row; null: nothing is known, as of CSV made from a sheet that had some.
  virtual const std::vector<MergedCells>* merges() const { return nullptr; }
};

// The text in UTF-8 without mark.
Result<std::string> DecodeTable(std::string bytes, std::string_view file);

// `bytes` is the whole file.
Result<std::unique_ptr<RowSource>> OpenCsv(std::string bytes, std::string_view file);

}  // namespace anjuan::form
