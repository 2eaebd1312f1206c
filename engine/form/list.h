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
//   Types: text credit_code citizen_id phone integer number boolean date choice reference.
//   "same" [["account", "name"]]: rows with equal first columns must agree in the last.
//
// Errors:  Chinese, with the cell's address as a spreadsheet shows it: "第3行
// C列（统一社会信用代码）：…";
//          Diagnostic::at has that row and column. Codes "list.column", "list.required",
//          "list.value", "list.twice", "list.cells".
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
  kCreditCode,
  kCitizenId,
  kPhone,
  kInteger,
  kNumber,
  kBoolean,
  kDate,
  kChoice,
  kReference,
};

struct Choice {
  std::string value;
  std::string label;
  std::vector<std::string>
      words;  // what may be written for it, without spaces and full-width signs
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
  size_t max_length = 500;
  std::string at_most;
  std::string of;
  std::vector<Choice> values;
  std::string default_from;
  std::string personal;  // what of a person it is (name, phone): kept in the vault
};

struct ListDescription {
  std::string id;
  std::string title;
  std::vector<ListColumn> columns;
  std::vector<std::vector<std::string>> unique;
  std::vector<std::vector<std::string>> same;
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
  Diagnostics warnings;  // columns that are not known and were passed over
};

inline constexpr size_t kMostListMistakes = 1000;

// Reads all rows; `take` gets each good one in order. Where anything is wrong the result is every
// mistake (at most kMostListMistakes, then their number), and what `take` got is to be thrown away:
// nothing is half-imported.
Result<ListSummary> ReadList(const ListDescription& description, RowSource& rows,
                             const References& references, std::string_view file,
                             const std::function<void(ListRow)>& take);

}  // namespace anjuan::form
