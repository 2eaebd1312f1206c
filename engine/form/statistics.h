// Counting (统计): how the cells of a statistics sheet come from facts and intervals of states, as
// data of the sheet.
//
// "counting" in a sheet's file:
//   "rows_by": "type"                 an organisation's attribute; its value is the key of the row
//   "rows_by_field": "enterprise_type"  optional: the same as a field of the organisation's own
//   case
//                                     (the latest, none of "second"); the attribute elsewhere
//   "cases": ["collective-consultation"]  processes whose facts and states are meant
//   "sets": {                         each a set of (case, organisation, quantity), in any order
//     "offers":  {"fact": "F01.offer", "date": "window", "where": {"case_kind": ["new",
//     "renewal"]}}, "replies": {"fact": "F01.reply", "date": "closing", "within": "offers"},
//     "late":    {"from": "offers", "in_states": ["no_reply"], "where": {"offeror_side":
//     ["worker"]}}, "refused": {"from": "late", "without": "replies"}},
//   "second": {"variant": ["regional"]}   cases whose quantity yields to another case's of the same
//                                     organisation (a contract of its own counts, not the region's)
//   "columns": {"offer_enterprises": {"count": "offers"}, "offer_workers": {"sum": "offers"},
//               "reasons": {"list": "refused", "text": "FEEL over the case's data", "separator":
//               "；"}},
//   "checks": [{"sum": ["replied", "refused"], "at_most": "offered", "warning": true}]
//
//   fact      the facts of that key; "date" says which: "window" (from <= date <= to, and not after
//             the closing date) or "closing" (any up to the closing date). A later fact of the same
//             case and organisation with reverses = that key takes the earlier ones back.
//   from      the elements of another set
//   in_states only cases that are in one of these states at the end of the closing date
//   where     only cases whose data have one of these values in each named field
//   within    only elements whose case and organisation are in that set
//   without   only elements whose organisation is not in that set
//   count     organisations, each once; sum: the largest quantity of each organisation.
//
// Pure. Dates are business dates. Which cases belong to a region is the caller's question: it
// passes the facts and states of those only.
// Errors:  of a description: "counting.json", "counting.set", "counting.column", "counting.row"
// with
//          place. Of a count: none; organisations without a row become warnings ("counting.row").
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/value/value.h"

namespace anjuan::form {

using CaseFields = std::map<std::string, std::vector<std::string>>;  // field -> accepted values

struct CountingSet {
  std::string name;
  std::string fact;
  bool window = true;  // false: any date up to the closing date
  std::string from;
  std::vector<std::string> in_states;
  CaseFields where;
  std::string within;
  std::string without;
};

struct CountingColumn {
  enum class Kind { kCount, kSum, kList };
  std::string key;
  Kind kind = Kind::kCount;
  std::string set;
  std::string text;  // of a list: FEEL
  Location text_at;  // of its first character
  std::string separator;
};

struct CountingCheck {
  std::vector<std::string> sum;
  std::string at_most;
  bool warning = false;
};

struct Counting {
  std::string rows_by;
  std::string rows_by_field;
  std::vector<std::string> rows;  // keys, from the sheet's body
  std::vector<std::string> processes;
  std::vector<CountingSet> sets;  // each after the sets it needs
  CaseFields second;
  std::vector<CountingColumn> columns;
  std::vector<CountingCheck> checks;
  std::map<std::string, std::string> labels;  // of the sheet's columns and rows, for messages
};

// Reads "counting" of a sheet's file; nullopt where it has none.
Result<std::optional<Counting>> ReadCounting(std::string_view text, std::string_view file);

struct Fact {
  std::string case_id;
  std::string key;
  std::string organisation;
  Decimal quantity;
  Date date;
  std::string reverses;  // a key, "" for none
};

struct StateInterval {
  std::string case_id;
  std::string state;
  Date entered_on;
  std::optional<Date> left_on;  // nullopt: still there
};

struct CountingInput {
  std::span<const Fact> facts;  // in the order in which they were recorded
  std::span<const StateInterval> intervals;
  // A field of a case's data as text; asked only for fields the description names.
  std::function<std::string(std::string_view case_id, std::string_view field)> case_field;
  // An attribute of an organisation ("type", "region", "name").
  std::function<std::string(std::string_view organisation, std::string_view attribute)> attribute;
  Date from;
  Date to;
  Date closing;  // the end of the window, or the day of the report where that is earlier
};

struct Element {
  std::string case_id;
  std::string organisation;
  Decimal quantity;
  Date date;
  bool operator==(const Element&) const = default;
};

struct Count {
  using Cell = std::pair<std::string, std::string>;  // row key, column key
  std::map<Cell, Decimal> numbers;                   // every row and number column, 0 too
  std::map<Cell, std::vector<Element>> lists;        // of list columns: one case an organisation
  std::map<std::string, std::vector<Element>> sets;  // for annexes, ordered by case
  Diagnostics warnings;
};

Count Evaluate(const Counting& counting, const CountingInput& input);

// The sheet's own arithmetic over finished cells, typed in or counted: "checks" row by row.
// Errors and warnings: "counting.check", Chinese, naming row and columns.
Diagnostics Check(const Counting& counting, const std::map<Count::Cell, Decimal>& numbers);

}  // namespace anjuan::form
