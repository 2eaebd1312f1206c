// Lists that come from outside (enterprises, accounts, parameters, holidays): what their columns
// are called and hold, as data, and the check of every cell.
//
// Description (workflows/shared/lists/*.json):
//   {"id": "enterprises", "title": "企业名单",
//    "columns": [{"key": "credit_code", "label": "统一社会信用代码", "synonyms": ["信用代码"],
//                 "type": "credit_code", "required": true}, …],
//    "unique": [["credit_code"]]}
//   A column also takes: "as" (the name in the result, else its key), "min", "max" (of numbers and
//   dates), "max_length" (characters), "at_most" (key of a column that is never smaller), "of" (of
//   a reference: "region", "role", …), "values" [{"value", "label", "synonyms"}] (of a choice),
//   "default_from" (the column that stands in for an empty cell), "personal" (what of a person the
//   cell holds: name, phone, id_number; it goes into the vault).
//   Types: text code credit_code citizen_id phone integer number boolean date choice reference, and
//   held, whose type is what the choice made in the column "by" says it "holds". Forms besides
//   (engine/runtime/sheet_intake.h): month, moment, period, choices.
//   "same" [["account", "name"]]: rows with equal first columns must agree in the last.
//   Words that stand around the rows in offices' own lists:
//     "groups"   parents in a heading of several rows that say nothing of their own: 基本情况
//     "ignored"  columns passed over without a word: 序号
//     "totals"   what rows that sum up begin with: 合计
//     "footers"  what lines below the list begin with: 填表人
//   A heading of several rows is matched as one: 职工人数 over 女职工 is "职工人数/女职工", also as
//   a synonym.
//
// Errors:  Chinese, with the cell's address as a spreadsheet shows it: "第3行 C列（统一社会信用代
//          码）：…", "Sheet1!C3（…）：…"; Diagnostic::at has that row and column. Codes
//          "list.column", "list.required", "list.value", "list.twice", "list.cells",
//          "list.formula". Warnings besides: "list.skipped", "list.hidden", "list.merged",
//          "list.serial".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/form/table.h"
#include "engine/value/value.h"

namespace anjuan::form {

enum class CellType {
  kText,
  kCode,
  kCreditCode,
  kCitizenId,
  kPhone,
  kInteger,
  kNumber,
  kBoolean,
  kDate,
  kMonth,   // its first day
  kMoment,  // a day, with or without a time of day
  kPeriod,  // two days in order; as text, 2023年1月1日至2023年12月31日
  kChoice,
  kChoices,  // several, in a list
  kReference,
  kHeld,
};

struct Choice {
  std::string value;
  std::string label;
  std::vector<std::string>
      words;  // what may be written for it, without spaces and full-width signs
  CellType holds = CellType::kText;  // of a kHeld column beside it
};

struct ListColumn {
  std::string key;
  std::string as;
  std::string label;
  std::vector<std::string> synonyms;
  CellType type = CellType::kText;
  bool required = false;
  std::optional<Decimal> min;
  std::optional<Decimal> max;
  size_t min_length = 0;
  size_t max_length = 500;
  std::optional<Date> latest;  // no later day
  std::string at_most;
  std::string of;
  std::vector<Choice> values;
  std::string default_from;
  std::string by;        // of a held column: the choice that says its type
  std::string personal;  // what of a person it is (name, phone): kept in the vault
};

struct ListDescription {
  std::string id;
  std::string title;
  std::vector<ListColumn> columns;
  std::vector<std::vector<std::string>> unique;
  std::vector<std::vector<std::string>> same;
  std::vector<std::string> groups;
  std::vector<std::string> ignored;
  std::vector<std::string> totals;
  std::vector<std::string> footers;
};

// Errors: "list.json", "list.type", "list.key", with the place in `file`.
Result<ListDescription> ReadListDescription(std::string_view text, std::string_view file);

// What a reference may name; codes and names are both understood.
class References {
 public:
  virtual ~References() = default;
  // The code that `text` (a code or a name) stands for among `of`; nullopt: nothing, or several.
  virtual std::optional<std::string> Find(std::string_view of, std::string_view text) const = 0;
  virtual std::vector<std::string> Candidates(std::string_view of) const = 0;  // for a hint
};

// References held in memory.
class ReferenceTable : public References {
 public:
  void Add(std::string_view of, std::string code, std::string name);
  std::optional<std::string> Find(std::string_view of, std::string_view text) const override;
  std::vector<std::string> Candidates(std::string_view of) const override;

 private:
  // A name that two codes share finds nothing.
  std::map<std::string, std::map<std::string, std::optional<std::string>>, std::less<>> codes_;
};

struct ListRow {
  int number = 0;  // as the spreadsheet shows it
  Context data;    // by ListColumn::as; empty cells are absent
};

struct ListSummary {
  int rows = 0;
  Diagnostics warnings;  // what was passed over, and what was read in a way worth a look
};

// Which column of the file is taken for which of the list's.
struct ListMatch {
  struct Column {
    size_t position = 0;           // in the file
    std::string heading;           // as written there; of several rows joined by "/"
    std::optional<size_t> column;  // of the description; nullopt: passed over
    bool ignored = false;          // passed over without a word
  };
  int first_row = 0;  // of the heading
  int last_row = 0;
  size_t width = 0;             // of the heading's rows
  std::vector<Column> columns;  // those that have a heading
  std::vector<size_t> missing;  // of the description: required, and not in the file
  size_t matched = 0;           // columns of the description found
  Diagnostics mistakes;         // two columns of one meaning

  std::vector<std::optional<size_t>> ByPosition() const;
};

inline constexpr size_t kMostListMistakes = 1000;
// A heading stands within so many rows with content, in at most three of them.
inline constexpr size_t kHeadingWithin = 30;

// The heading among the first rows: where most columns of the list are found. nullopt: none is.
std::optional<ListMatch> FindHeading(const ListDescription& description,
                                     const std::vector<TableRow>& first_rows,
                                     const std::vector<MergedCells>* merges, std::string_view sheet,
                                     std::string_view file);

struct ListReading {
  std::function<void(const ListMatch&)> matched;  // once, before any row; may be empty
  std::function<void(ListRow)> take;
};

// Reads all rows; `take` gets each good one in order. Where anything is wrong the result is every
// mistake (at most kMostListMistakes, then their number), and what `take` got is to be thrown away:
// nothing is half-imported.
Result<ListSummary> ReadList(const ListDescription& description, RowSource& rows,
                             const References& references, std::string_view file,
                             const ListReading& reading);

}  // namespace anjuan::form
