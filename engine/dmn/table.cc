// Decision tables: which rules hold, and what a hit policy makes of them.
//
// Source:  DMN 1.5 8.2.8 to 8.2.11. A table that breaks its own policy gives null and a note.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/dmn/evaluate.h"

namespace anjuan::dmn {

namespace {

class TableRun {
 public:
  TableRun(const TablePlan& table, const Location& at, Row& row, Course& course)
      : table_(table), at_(at), row_(row), course_(course) {}

  Value Run() {
    if (!ReadInputs()) return Value();
    std::vector<size_t> hits;
    for (size_t i = 0; i < table_.rules.size(); ++i) {
      if (Holds(table_.rules[i])) hits.push_back(i);
      if (hits.size() == 1 && table_.hit_policy == HitPolicy::kFirst) break;
    }
    if (hits.empty()) return Otherwise();
    return Apply(hits);
  }

 private:
  bool ReadInputs() {
    for (const TablePlan::Input& input : table_.inputs) {
      const Value value = input.expression.Evaluate(row_, course_);
      inputs_.push_back(FitOrNull(value, input.type, at_, "an input", course_));
      if (!input.values || inputs_.back().is_null()) continue;
      if (!input.values->Hold(inputs_.back(), row_, course_)) {
        course_.Note("dmn.table", StrCat("an input is none of ", Trim(input.values->text().text)),
                     input.values->text().at);
        return false;
      }
    }
    return true;
  }

  bool Holds(const TablePlan::Rule& rule) {
    if (!course_.Spend(1, at_)) return false;
    for (size_t i = 0; i < rule.inputs.size() && i < inputs_.size(); ++i) {
      if (!rule.inputs[i].Hold(inputs_[i], row_, course_)) return false;
    }
    return true;
  }

  // The outputs of one rule as one value.
  Value Outputs(size_t rule) {
    std::vector<Value> values;
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      const TablePlan::Output& output = table_.outputs[i];
      Value value = table_.rules[rule].outputs[i].Evaluate(row_, course_);
      values.push_back(FitOrNull(std::move(value), output.type, at_, output.name, course_));
    }
    return Joined(std::move(values));
  }

  Value Joined(std::vector<Value> values) const {
    if (values.size() == 1) return std::move(values.front());
    Context out;
    for (size_t i = 0; i < values.size(); ++i) {
      out.Set(table_.outputs[i].name, std::move(values[i]));
    }
    return Value(std::move(out));
  }

  Value Otherwise() {
    const bool any = std::any_of(table_.outputs.begin(), table_.outputs.end(),
                                 [](const auto& output) { return output.otherwise.has_value(); });
    if (!any) {
      if (table_.hit_policy != HitPolicy::kCollect) return Value();
      if (table_.aggregation == Aggregation::kNone) return Value(List{});
      return table_.aggregation == Aggregation::kCount ? Value(Decimal(0)) : Value();
    }
    std::vector<Value> values;
    for (const TablePlan::Output& output : table_.outputs) {
      Value value = output.otherwise ? output.otherwise->Evaluate(row_, course_) : Value();
      values.push_back(FitOrNull(std::move(value), output.type, at_, output.name, course_));
    }
    return Joined(std::move(values));
  }

  void Use(const std::vector<size_t>& hits) {
    RulesUsed used{course_.table, {}};
    for (const size_t hit : hits) used.rules.push_back(static_cast<int>(hit) + 1);
    course_.rules.push_back(std::move(used));
  }

  std::string Numbers(const std::vector<size_t>& hits) const {
    std::string out;
    for (const size_t hit : hits) out += StrCat(out.empty() ? "" : ", ", hit + 1);
    return out;
  }

  Value Apply(std::vector<size_t> hits) {
    switch (table_.hit_policy) {
      case HitPolicy::kUnique:
        if (hits.size() > 1) {
          course_.Note("dmn.table",
                       StrCat("rules ", Numbers(hits),
                              " hold together, and the table "
                              "is UNIQUE"),
                       at_);
          return Value();
        }
        break;
      case HitPolicy::kAny: {
        Value first = Outputs(hits.front());
        for (const size_t hit : hits) {
          if (!course_.Spend(first.weight(), at_)) return Value();
          if (Outputs(hit) == first) continue;
          course_.Note("dmn.table",
                       StrCat("rules ", Numbers(hits),
                              " hold together with unlike "
                              "outputs, and the table is ANY"),
                       at_);
          return Value();
        }
        Use(hits);
        return first;
      }
      case HitPolicy::kFirst:
        break;
      case HitPolicy::kPriority:
      case HitPolicy::kOutputOrder:
        return ByPriority(hits);
      case HitPolicy::kRuleOrder:
      case HitPolicy::kCollect:
        return Collected(hits);
    }
    Use({hits.front()});
    return Outputs(hits.front());
  }

  // The place of each output among its values, the first output counting most.
  std::vector<size_t> Rank(const Value& outputs,
                           const std::vector<std::optional<List>>& orders) const {
    std::vector<size_t> out;
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      if (!orders[i]) continue;
      const Value& value = table_.outputs.size() == 1 ? outputs : outputs[table_.outputs[i].name];
      const auto it = std::find(orders[i]->begin(), orders[i]->end(), value);
      out.push_back(static_cast<size_t>(it - orders[i]->begin()));
    }
    return out;
  }

  Value ByPriority(const std::vector<size_t>& hits) {
    std::vector<std::optional<List>> orders;
    bool any = false;
    std::int64_t looked_through = 0;
    for (const TablePlan::Output& output : table_.outputs) {
      orders.emplace_back();
      if (!output.order) continue;
      const Value order = output.order->Evaluate(row_, course_);
      if (order.list() != nullptr) orders.back() = *order.list();
      looked_through += order.weight();
      any = any || orders.back().has_value();
    }
    if (!any) {
      course_.Note("dmn.table", "no output lists its values, so none goes before another", at_);
    }
    std::vector<std::pair<std::vector<size_t>, size_t>> ranked;
    std::vector<Value> values(table_.rules.size());
    for (const size_t hit : hits) {
      values[hit] = Outputs(hit);
      // Each is looked for among the values of each output.
      if (!course_.Spend(looked_through, at_)) return Value();
      ranked.emplace_back(Rank(values[hit], orders), hit);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (table_.hit_policy == HitPolicy::kPriority) {
      Use({ranked.front().second});
      return values[ranked.front().second];
    }
    List out;
    std::vector<size_t> order;
    for (const auto& [rank, hit] : ranked) {
      out.push_back(values[hit]);
      order.push_back(hit);
    }
    Use(order);
    return Value(std::move(out));
  }

  Value Collected(const std::vector<size_t>& hits) {
    Use(hits);
    List out;
    for (const size_t hit : hits) out.push_back(Outputs(hit));
    switch (table_.aggregation) {
      case Aggregation::kNone:
        return Value(std::move(out));
      case Aggregation::kCount:
        return Value(Decimal(static_cast<std::int64_t>(out.size())));
      case Aggregation::kSum:
        return Aggregated("sum", out);
      case Aggregation::kMin:
        return Aggregated("min", out);
      case Aggregation::kMax:
        return Aggregated("max", out);
    }
    return Value();
  }

  // Over whatever FEEL's own function takes: numbers, durations, texts, dates.
  Value Aggregated(std::string_view function, const List& values) {
    constexpr std::int64_t kCompiling = 50;
    if (!course_.Spend(kCompiling, at_)) return Value();
    feel::Scope scope(feel::Dialect::kStandard);
    scope.DeclareVariable("values", Type::ListOf(Type::Any()));
    const Expression aggregate({StrCat(function, "(values)"), at_}, scope);
    return aggregate.Evaluate({Value(values)}, course_);
  }

  const TablePlan& table_;
  const Location& at_;
  Row& row_;
  Course& course_;
  std::vector<Value> inputs_;
};

}  // namespace

Value EvaluateTable(const TablePlan& table, const Location& at, Row& row, Course& course) {
  return TableRun(table, at, row, course).Run();
}

}  // namespace anjuan::dmn
