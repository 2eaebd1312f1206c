#include "engine/form/statistics.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"

namespace anjuan::form {

namespace {

using Pair = std::pair<std::string, std::string>;  // case, organisation
using Elements = std::vector<Element>;

class Evaluation {
 public:
  Evaluation(const Counting& counting, const CountingInput& input)
      : counting_(counting), input_(input) {}

  Count Run() {
    for (const CountingSet& set : counting_.sets) count_.sets[set.name] = Members(set);
    FindRows();
    for (const CountingColumn& column : counting_.columns) Column(column);
    return std::move(count_);
  }

 private:
  // The elements of a set, one for each case and organisation, ordered by these.
  Elements Members(const CountingSet& set) {
    Elements candidates = set.from.empty() ? FromFacts(set) : count_.sets.at(set.from);
    const auto without = Organisations(set.without);
    const auto within = Pairs(set.within);
    std::erase_if(candidates, [&](const Element& e) {
      return !InStates(set, e.case_id) || !Fits(set.where, e.case_id) ||
             (!set.within.empty() && !within.contains({e.case_id, e.organisation})) ||
             without.contains(e.organisation);
    });
    return candidates;
  }

  Elements FromFacts(const CountingSet& set) {
    std::map<Pair, Element> standing;
    for (const Fact& fact : input_.facts) {
      if (fact.date > input_.closing) continue;
      const Pair pair = {fact.case_id, fact.organisation};
      if (fact.reverses == set.fact) standing.erase(pair);
      if (fact.key != set.fact) continue;
      if (set.window && (fact.date < input_.from || fact.date > input_.to)) continue;
      const Element element = {fact.case_id, fact.organisation, fact.quantity, fact.date};
      const auto [at, fresh] = standing.emplace(pair, element);
      if (!fresh && fact.quantity > at->second.quantity) at->second.quantity = fact.quantity;
    }
    Elements out;
    for (auto& [pair, element] : standing) out.push_back(std::move(element));
    return out;
  }

  bool InStates(const CountingSet& set, const std::string& case_id) {
    if (set.in_states.empty()) return true;
    if (at_closing_.empty()) {
      for (const StateInterval& interval : input_.intervals) {
        const bool there = interval.entered_on <= input_.closing &&
                           (!interval.left_on || *interval.left_on > input_.closing);
        if (there) at_closing_.emplace(interval.case_id, interval.state);
      }
    }
    const auto [first, last] = at_closing_.equal_range(case_id);
    return std::any_of(first, last, [&](const auto& entry) {
      return std::find(set.in_states.begin(), set.in_states.end(), entry.second) !=
             set.in_states.end();
    });
  }

  bool Fits(const CaseFields& where, const std::string& case_id) const {
    return std::all_of(where.begin(), where.end(), [&](const auto& field) {
      const std::string value = input_.case_field(case_id, field.first);
      return std::find(field.second.begin(), field.second.end(), value) != field.second.end();
    });
  }

  std::set<std::string> Organisations(const std::string& set) const {
    std::set<std::string> out;
    if (set.empty()) return out;
    for (const Element& element : count_.sets.at(set)) out.insert(element.organisation);
    return out;
  }

  std::set<Pair> Pairs(const std::string& set) const {
    std::set<Pair> out;
    if (set.empty()) return out;
    for (const Element& e : count_.sets.at(set)) out.emplace(e.case_id, e.organisation);
    return out;
  }

  // What the latest of an organisation's own cases says it is: one row for all columns.
  std::map<std::string, std::string> OwnRows() const {
    std::map<std::string, std::string> rows;
    std::map<std::string, Date> as_of;
    if (counting_.rows_by_field.empty()) return rows;
    for (const auto& [name, elements] : count_.sets) {
      for (const Element& element : elements) {
        if (!counting_.second.empty() && Fits(counting_.second, element.case_id)) continue;
        const auto known = as_of.find(element.organisation);
        if (known != as_of.end() && element.date < known->second) continue;
        std::string row = input_.case_field(element.case_id, counting_.rows_by_field);
        if (row.empty()) continue;
        as_of[element.organisation] = element.date;
        rows[element.organisation] = std::move(row);
      }
    }
    return rows;
  }

  // The row of each organisation that stands in any set; a warning for those without one.
  void FindRows() {
    const std::map<std::string, std::string> own = OwnRows();
    for (const auto& [name, elements] : count_.sets) {
      for (const Element& element : elements) {
        if (row_of_.contains(element.organisation)) continue;
        const auto known = own.find(element.organisation);
        const std::string row = known != own.end()
                                    ? known->second
                                    : input_.attribute(element.organisation, counting_.rows_by);
        row_of_[element.organisation] = row;
        if (std::find(counting_.rows.begin(), counting_.rows.end(), row) != counting_.rows.end()) {
          continue;
        }
        count_.warnings.push_back({.severity = Severity::kWarning,
                                   .code = "counting.row",
                                   .message = StrCat("单位“", element.organisation, "”的类型“", row,
                                                     "”不在本表各行之内，没有计入"),
                                   .hint = "请在企业名单中更正后重新统计"});
      }
    }
  }

  // One element for each organisation: its largest quantity, among cases of its own where there
  // are any.
  std::map<std::string, Element> Largest(const Elements& elements) const {
    std::map<std::string, Element> out;
    std::map<std::string, bool> out_is_second;
    for (const Element& element : elements) {
      const bool second = !counting_.second.empty() && Fits(counting_.second, element.case_id);
      const auto [at, fresh] = out.emplace(element.organisation, element);
      bool& held_is_second = out_is_second[element.organisation];
      if (fresh) {
        held_is_second = second;
        continue;
      }
      const bool better =
          second == held_is_second ? element.quantity > at->second.quantity : held_is_second;
      if (!better) continue;
      at->second = element;
      held_is_second = second;
    }
    return out;
  }

  void Column(const CountingColumn& column) {
    for (const std::string& row : counting_.rows) {
      if (column.kind == CountingColumn::Kind::kList) {
        count_.lists[{row, column.key}];
      } else {
        count_.numbers[{row, column.key}] = Decimal();
      }
    }
    for (const auto& [organisation, element] : Largest(count_.sets.at(column.set))) {
      const Count::Cell cell = {row_of_.at(organisation), column.key};
      const bool counted = std::find(counting_.rows.begin(), counting_.rows.end(), cell.first) !=
                           counting_.rows.end();
      if (!counted) continue;
      switch (column.kind) {
        case CountingColumn::Kind::kCount:
          Add(count_.numbers[cell], Decimal(1));
          break;
        case CountingColumn::Kind::kSum:
          Add(count_.numbers[cell], element.quantity);
          break;
        case CountingColumn::Kind::kList:
          count_.lists[cell].push_back(element);
          break;
      }
    }
  }

  static void Add(Decimal& to, const Decimal& number) { to = to.Add(number).value_or(to); }

  const Counting& counting_;
  const CountingInput& input_;
  Count count_;
  std::multimap<std::string, std::string> at_closing_;  // case -> states
  std::map<std::string, std::string> row_of_;           // organisation -> row key
};

}  // namespace

Count Evaluate(const Counting& counting, const CountingInput& input) {
  return Evaluation(counting, input).Run();
}

Diagnostics Check(const Counting& counting, const std::map<Count::Cell, Decimal>& numbers) {
  Diagnostics out;
  const auto label = [&](const std::string& key) {
    const auto found = counting.labels.find(key);
    return found == counting.labels.end() ? key : found->second;
  };
  const auto number = [&](const std::string& row, const std::string& column) {
    const auto found = numbers.find({row, column});
    return found == numbers.end() ? Decimal() : found->second;
  };
  for (const std::string& row : counting.rows) {
    for (const CountingCheck& check : counting.checks) {
      Decimal sum;
      std::vector<std::string> names;
      for (const std::string& column : check.sum) {
        sum = sum.Add(number(row, column)).value_or(sum);
        names.push_back(StrCat("“", label(column), "”"));
      }
      const Decimal limit = number(row, check.at_most);
      if (sum <= limit) continue;
      out.push_back(
          {.severity = check.warning ? Severity::kWarning : Severity::kError,
           .code = "counting.check",
           .message = StrCat("“", label(row), "”一行：", Join(names, "加"), "为", sum.ToString(),
                             "，大于“", label(check.at_most), "”的", limit.ToString())});
    }
  }
  return out;
}

}  // namespace anjuan::form
