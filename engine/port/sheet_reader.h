// A spreadsheet file from outside -> its sheets, row by row.
//
// What a file says is taken as its makers see it: numbers as decimal text, days as 2023-03-06 where
// the number format shows a date, formulas as the value saved with them. Nothing is computed, no
// macro, link or path in the file is followed.
//
// Errors:  Chinese, for the clerk who made the file; `at` names the file and, where known, row and
//          column. Every way a file may be bad ends in diagnostics, never in an exception.
// Memory:  the file's bytes, its distinct texts, and a few rows.
// Threads: a workbook belongs to one thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::port {

struct SheetCell {
  enum class Kind {
    kText,
    kNumber,   // "1260", "-0.5"; beyond 15 digits, which no spreadsheet keeps, "9.14E+17"
    kDate,     // "2023-03-06", with a time of day "2023-03-06 09:30:00", that alone "09:30:00"
    kBoolean,  // "TRUE", "FALSE"
    kFault,    // an error value, a formula without a saved result: what is wrong, in Chinese
  };
  int column = 0;  // A is 0
  Kind kind = Kind::kText;
  std::string text;
  bool computed = false;  // the saved result of a formula
};

struct SheetRow {
  int number = 0;  // from 1
  bool hidden = false;
  std::vector<SheetCell> cells;  // those with content, from left to right
};

struct SheetMerge {  // rows from 1, columns from 0; both ends included
  int first_row = 0;
  int first_column = 0;
  int last_row = 0;
  int last_column = 0;
  bool operator==(const SheetMerge&) const = default;
};

class SheetRows {
 public:
  virtual ~SheetRows() = default;
  // The next row with content; false at the end, and after a mistake that stops reading.
  virtual bool Next(SheetRow& row) = 0;
  virtual const Diagnostics& mistakes() const = 0;
};

struct SheetInfo {
  std::string name;
  bool hidden = false;
};

class Workbook {
 public:
  virtual ~Workbook() = default;
  virtual const std::vector<SheetInfo>& sheets() const = 0;  // in the order of their tabs
  virtual bool dates_from_1904() const = 0;
  // From its first row, as often as wanted; the workbook must outlive them.
  virtual std::unique_ptr<SheetRows> Rows(size_t sheet) const = 0;
  virtual Result<std::vector<SheetMerge>> Merges(size_t sheet) const = 0;
};

class SheetReader {
 public:
  virtual ~SheetReader() = default;
  // Whether the bytes are a spreadsheet file of any make, readable or not: Open then says.
  virtual bool Recognises(std::string_view bytes) const = 0;
  virtual Result<std::unique_ptr<Workbook>> Open(std::string bytes,
                                                 std::string_view file) const = 0;
};

}  // namespace anjuan::port
