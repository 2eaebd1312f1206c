// Sheets (统计表、台账): the description of a table form, and its cells ready to be written.
//
// Description (workflows/shared/sheets/*.json): the layout of a printed form as data. "preface"
// (lines between title and table), "header" (cells with rowspan and colspan; without it one row of
// the columns' labels), "columns", "body" (fixed rows, data, blank rows), "total_row", "footnotes",
// "orientation". How a statistic is counted stands in "counting" (engine/form/statistics.h reads
// it), which cases a ledger shows in "view".
//
// Errors:  of a description: English, all at once, with place; "sheet.json", "sheet.header",
//          "sheet.column", "sheet.body", "sheet.view". Of data: Chinese; "sheet.missing",
//          "sheet.value", "sheet.row".
// Units:   rows and columns of a model count from 0; widths in characters of the usual digit, as
//          spreadsheets do (a Chinese character takes two); heights in points.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/value/value.h"

namespace anjuan::doc {

struct SheetHeadCell {
  int row = 1;  // 1-based, as in the file
  int column = 1;
  int row_span = 1;
  int column_span = 1;
  std::string text = {};
};

enum class SheetType { kText, kNumber, kDate, kBoolean };

struct SheetColumn {
  std::string key;
  std::string label;
  SheetType type = SheetType::kText;
  bool required = false;
  double width = 0;       // 0: by type and label
  bool numbered = false;  // holds the row's number, from 1
};

struct SheetPrefaceLine {
  std::string label;
  std::string field;
  bool required = false;
};

struct SheetFixedRow {
  std::string key;
  std::string label;
};

// A ledger's rows: the cases of a process, one row each. Expressions are FEEL over the case's data
// and _x; whoever has the chart compiles them.
struct SheetExpression {
  std::string text;
  Location at;
};
struct SheetView {
  std::string process;
  std::string of_sheet;  // instead of all cases: those of a set counted for that sheet
  std::string of_set;
  std::optional<SheetExpression> where;   // boolean; absent: every case
  std::optional<SheetExpression> window;  // the date that must lie in the asked window
  std::vector<SheetExpression> order;
  std::map<std::string, SheetExpression> columns;  // by SheetColumn::key
};

struct SheetDescription {
  enum class Body { kRows, kFixedRows, kBlankRows };

  std::string id;
  std::string title;
  bool title_blank = false;  // the title begins with a blank for the unit's name
  bool landscape = true;
  std::vector<SheetPrefaceLine> preface;
  int head_rows = 1;
  std::vector<SheetHeadCell> head;
  std::vector<SheetColumn> columns;
  Body body = Body::kRows;
  std::string row_label_column;
  std::vector<SheetFixedRow> fixed_rows;
  int blank_rows = 0;
  std::string total_label;              // "": no total row
  std::vector<std::string> total_keys;  // columns that are added up
  std::vector<std::string> footnotes;
  std::optional<SheetView> view;

  std::optional<size_t> FindColumn(std::string_view key) const;
};

Result<SheetDescription> ReadSheet(std::string_view text, std::string_view file);

enum class SheetStyle {
  kTitle,
  kLine,  // preface and notes, no border
  kHead,
  kText,    // left, wrapped
  kCentre,  // short words, dates
  kNumber,
  kDate,
  kTotalLabel,
  kTotal,
};
inline constexpr int kSheetStyles = 9;

struct SheetCell {
  enum class Kind { kBlank, kText, kNumber, kDate, kFormula };
  Kind kind = Kind::kBlank;
  SheetStyle style = SheetStyle::kText;
  std::string text = {};  // of a formula: without the leading =
  Decimal number = {};    // of a formula: its value, so that readers that do not compute see it
  Date date = {};
};

struct SheetRow {
  double height_pt = 0;  // 0: as the program that opens it thinks fit
  std::vector<SheetCell> cells = {};
};

struct SheetMerge {
  int first_row = 0;
  int first_column = 0;
  int last_row = 0;
  int last_column = 0;
};

struct SheetModel {
  std::string name;  // of the tab
  std::string title;
  bool landscape = true;
  std::vector<double> widths;
  std::vector<SheetRow> rows;  // title, preface, heading, and the body where it is in memory
  int repeat_first = 0;        // heading rows repeated on every printed page
  int repeat_last = 0;
  std::function<bool(SheetRow&)> stream;  // more body rows, made while writing; empty: none
  std::vector<SheetRow> tail;             // after the body
  std::vector<SheetMerge> merges;         // of rows
  std::vector<SheetMerge> tail_merges;    // rows count from the tail's first
};

struct SheetData {
  std::string unit;                      // for a title with a blank
  Context preface;                       // by field
  std::vector<std::string> lines;        // further lines above the table: the period counted
  std::map<std::string, Context> fixed;  // of fixed rows: by row key, then by column key
  std::vector<Context> rows;             // of other bodies: by column key
  std::function<bool(Context&)> stream;  // or one after the other, for long ledgers
};

// The cells. A stream's row with a value of the wrong kind shows it as text: by then the file is
// half written.
Result<SheetModel> Fill(const SheetDescription& description, SheetData data);

}  // namespace anjuan::doc
