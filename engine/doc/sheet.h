// Sheets (统计表、台账): the description of a table form, and its cells ready to be written.
//
// Description (workflows/shared/sheets/*.json): the layout of a printed form as data. "preface"
// (lines between title and table), "header" (cells with rowspan and colspan; without it one row of
// the columns' labels), "columns", "body" (fixed rows, data, blank rows), "total_row", "footnotes",
// "orientation". How a statistic is counted stands in "counting" (engine/form/statistics.h reads
// it), which cases a ledger shows in "view". All members: workflows/shared/README.md.
//
// Types of columns: string, text, org, person, code, uint, decimal, money, date, month, datetime,
// date_range, bool, enum(a|b), enum[](a|b), phone, cn_id, credit_code, region, target (a number
// with a yearly slice). Of each follow the cell's format, what a cell of a blank form takes, and
// (engine/runtime/sheet_intake.h) how a returned cell is checked. A person, a telephone and an ID
// number are personal whether the column says so or not.
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

enum class SheetType {
  kText,
  kCode,  // digits that are no number
  kNumber,
  kInteger,  // from 0
  kMoney,
  kTarget,  // a number, or {total, per_year}
  kDate,
  kMonth,  // its first day
  kMoment,
  kPeriod,  // 2023年1月1日至2023年12月31日
  kBoolean,
  kChoice,
  kChoices,
  kCitizenId,
  kCreditCode,
  kPhone,
  kRegion,
};

struct SheetColumn {
  std::string key;
  std::string label;
  std::vector<std::string> path;  // labels from the heading's top down; the last is the leaf's
  SheetType type = SheetType::kText;
  bool required = false;
  double width = 0;                  // 0: by type and label
  bool numbered = false;             // holds the row's number, from 1
  std::vector<std::string> choices;  // of an enum; empty: anything
  std::string suffix;                // that a choice may be written without: 汉 for 汉族
  std::optional<Decimal> min;
  std::optional<Decimal> max;
  int min_length = 0;  // characters
  int max_length = 0;  // 0: as for any cell
  bool not_after_today = false;
  std::string personal;    // what of a person it is, or "text"; "": nothing
  std::string person;      // which of the row's persons
  int years = 0;           // of a target: how many yearly slices make the total
  std::string total_unit;  // behind the column's total: 户
};

// What must hold of a row: FEEL over its columns; null and false differ from true alike.
struct SheetCheck {
  std::string column;  // whose cell is named where it does not
  std::string test;
  Location at;
  std::string message;
  bool warning = false;
};

// One layout, several forms: the title says which.
struct SheetUse {
  std::string key;
  std::string title;
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
  enum class Body { kRows, kFixedRows, kBlankRows, kGiven };

  std::string id;  // with the use chosen: "F09.cultivation"
  std::string title;
  std::string source;        // the document that prescribes it
  bool title_blank = false;  // the title begins with a blank for the unit's name
  bool landscape = true;
  std::vector<SheetPrefaceLine> preface;
  int head_rows = 1;
  std::vector<SheetHeadCell> head;
  std::vector<SheetColumn> columns;
  Body body = Body::kRows;
  std::string row_label_column;
  std::vector<SheetFixedRow> fixed_rows;
  std::vector<Context> given;            // kGiven: the rows themselves
  std::vector<std::string> merge_equal;  // columns whose equal neighbours become one cell
  int blank_rows = 0;
  std::string total_label;              // "": no total row
  std::vector<std::string> total_keys;  // columns that are added up
  std::string subtotal_by;              // a column; totals also of each run of equal cells in it
  std::vector<std::string> footnotes;
  std::vector<std::string> signatures;  // side by side below the table; {unit} is the unit
  std::vector<SheetUse> uses;
  std::vector<std::vector<std::string>> unique;  // keys of columns
  std::vector<SheetCheck> checks;
  std::optional<SheetView> view;
  bool counted = false;  // there is a "counting"

  std::optional<size_t> FindColumn(std::string_view key) const;
  // A form whose rows are printed: protected, but for the cells to fill in.
  bool is_fixed() const { return body == Body::kFixedRows || body == Body::kGiven; }
};

// `use`: one of "uses", "" for the layout itself.
Result<SheetDescription> ReadSheet(std::string_view text, std::string_view file,
                                   std::string_view use = "");

// The same with a column in front that says whose each row is, and totals of each. Rows of a form
// with fixed rows become ordinary ones that carry their label.
SheetDescription GroupedBy(SheetDescription description, std::string key, std::string label);

enum class SheetStyle {
  kTitle,
  kLine,  // preface and notes, no border
  kHead,
  kText,    // left, wrapped
  kCentre,  // short words, dates
  kNumber,
  kMoney,
  kDate,
  kMonth,
  kCode,  // digits as text
  kTotalLabel,
  kTotal,
};
inline constexpr int kSheetStyles = 12;

struct SheetCell {
  enum class Kind { kBlank, kText, kNumber, kDate, kFormula };
  Kind kind = Kind::kBlank;
  SheetStyle style = SheetStyle::kText;
  std::string text = {};  // of a formula: without the leading =
  Decimal number = {};    // of a formula: its value, so that readers that do not compute see it
  Date date = {};
  std::string unit = {};  // shown behind the number: 户, " (1/年)"
  bool open = false;      // of a guarded form: may be written in
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

// What a cell of a column takes, told to whoever types something else.
struct SheetRule {
  enum class Kind { kList, kWhole, kDecimal, kDate, kLength };
  int column = 0;
  Kind kind = Kind::kList;
  std::vector<std::string> values = {};
  Decimal min = {};
  Decimal max = {};
  Date from = {};
  Date to = {};
  std::string message = {};  // Chinese
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
  bool guarded = false;                   // only open cells may be changed; no password
  std::vector<SheetRule> rules;           // for the rows from body_first on, of them body_count
  int body_first = 0;
  int body_count = 0;  // without those of a stream
};

struct SheetData {
  std::string unit;                      // for a title with a blank, and the signatures
  bool blank = false;                    // a form to fill in: nothing is required of it
  int blank_rows = 0;                    // of a blank form: at least so many
  Context preface;                       // by field
  std::vector<std::string> lines;        // further lines above the table: the period counted
  std::map<std::string, Context> fixed;  // of fixed rows: by row key, then by column key
  std::vector<Context> rows;             // of other bodies: by column key; of given ones: none
  std::function<bool(Context&)> stream;  // or one after the other, for long ledgers
};

// The cells. A stream's row with a value of the wrong kind shows it as text: by then the file is
// half written.
Result<SheetModel> Fill(const SheetDescription& description, SheetData data);

}  // namespace anjuan::doc
