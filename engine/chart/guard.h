// Guards as formulas over what they compare: enough of FEEL to tell that two of them can hold at
// once, that none of several holds, that one never does. What cannot be decided is left open.
//
// A term is what stands in a comparison with literals: a datum (n), an entry (employer.kind), a
// difference (_x.today against due_on), any other expression. A formula is judged on cells: for a
// number compared with 5 and 10 below 5, 5, between, 10, above; for an enum its values; and null.
// That is exact where every term is a datum of its own. Of other terms only "never" is claimed,
// since their values may hang together.
//
// Source:  DMN 1.5 10.3.2, strict as engine/feel evaluates it: an order with null ends in an error,
//          and a guard that ends in an error does not hold.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/feel/syntax.h"

namespace anjuan::chart {

enum class Truth { kFalse, kTrue, kUnknown, kFails };

struct Term {
  std::string text;                // without spaces; of a difference "a~b"
  std::string left, right;         // of a difference
  Type type;                       // Any where it is not known
  bool free = false;               // a datum or an entry of one: takes any value of its type
  bool declared = false;           // its type says all it may be
  std::vector<std::string> roots;  // the paths it is made of
};

struct Formula {
  enum class Kind { kConstant, kUnknown, kAnd, kOr, kNot, kIf, kIn, kHolds, kCompare };
  Kind kind = Kind::kUnknown;
  bool constant = false;
  std::vector<Formula> kids;
  int state = -1;  // kIn
  int term = -1;   // kHolds, kCompare
  feel::Operator op = feel::Operator::kEqual;
  Value literal = {};
};

class Guards {
 public:
  using FormType = std::function<std::optional<Type>(std::string_view form)>;

  Guards(const Chart& chart, const FormType& form);

  const Formula& Cond(int transition) const { return conds_[static_cast<size_t>(transition)]; }
  // cond and every rule.
  const Formula& Whole(int transition) const { return wholes_[static_cast<size_t>(transition)]; }

  // What is known of a formula where exactly these states are active and nothing is of the data.
  static Truth Where(const Formula& formula, const std::function<bool(int state)>& active);
  static bool NamesStates(const Formula& formula);

  struct Answer {
    bool certain = false;   // there is a case, for example that of `example`
    bool possible = false;  // false: there is none
    std::string example;    // FEEL: "n = 10", "5 < n < 10 and kind = \"a\""
  };
  // Is there a case in which `wanted` is true of the formulas' truths? `nulls`: a datum without a
  // value is one even where no formula tests for null.
  using Wanted = std::function<Truth(const std::vector<Truth>& truths)>;
  Answer Find(const std::vector<const Formula*>& formulas, const Wanted& wanted, bool nulls) const;

 private:
  class Builder;
  struct Cells;
  bool MakeCells(const std::vector<const Formula*>& formulas, std::vector<Cells>& out) const;
  bool Independent(const std::vector<Cells>& cells) const;

  const Chart& chart_;
  std::vector<Term> terms_;
  std::map<std::string, int> term_index_;
  std::vector<Formula> conds_, wholes_;  // by transition
};

// Data an expression cannot do without: those it reads and does not test for null itself. One that
// is a datum alone copies null as well; `alone`: needs it all the same, as a text does.
std::vector<std::string> NeedsValue(const std::string& text, bool alone = false);

}  // namespace anjuan::chart
