// Program + inputs -> values: decisions, the functions a model defines, boxed expressions.
//
// Never stops at a mistake: what goes wrong is null with a note in the Course; who wants an error
// looks whether there are notes. Depth is bounded by the meter (functions), by the nesting of XML
// (boxed expressions) and by the compiler (requirements).
#pragma once

#include <map>
#include <memory>
#include <set>

#include "engine/dmn/plan.h"

namespace anjuan::dmn {

// One evaluation of a model: each decision is computed once. Whatever is asked twice is the same.
class Evaluation {
 public:
  Evaluation(std::shared_ptr<const Program> program, Course& course)
      : program_(std::move(program)), course_(course) {}

  // The value of an input, or of a decision that is not to be computed. Brought to its type.
  void Give(const ElementPlan& element, const Value& value);
  // Of a service or knowledge model: the function it is.
  Value ValueOf(const ElementPlan& element);

 private:
  Row RowFor(const ElementPlan& element);

  std::shared_ptr<const Program> program_;
  Course& course_;
  std::map<const ElementPlan*, Value> values_;
  std::set<const ElementPlan*> running_;
};

// A boxed expression; `row` holds what is in scope and is the same afterwards.
class BoxedEvaluator {
 public:
  BoxedEvaluator(std::shared_ptr<const Program> program, Course& course)
      : program_(std::move(program)), course_(course) {}

  Value Evaluate(const Plan& plan, Row& row);

 private:
  Value Dispatch(const Plan& plan, Row& row);
  Value EvaluateContext(const Plan& plan, Row& row);
  Value EvaluateRelation(const Plan& plan, Row& row);
  Value EvaluateInvocation(const Plan& plan, Row& row);
  Value EvaluateConditional(const Plan& plan, Row& row);
  Value EvaluateFilter(const Plan& plan, Row& row);
  Value EvaluateFor(const Plan& plan, Row& row);
  Value EvaluateQuantified(const Plan& plan, Row& row);
  Value Fitted(Value value, const ItemTypePointer& wanted, const Location& at);
  // The items to go through; false after a note.
  bool Domain(const Plan& plan, Row& row, List& items);

  std::shared_ptr<const Program> program_;
  Course& course_;
};

// The value of a decision table whose names in scope are `row`.
Value EvaluateTable(const TablePlan& table, const Location& at, Row& row, Course& course);

// `value` as `wanted` has it, or null and a note.
Value FitOrNull(Value value, const ItemTypePointer& wanted, const Location& at,
                std::string_view what, Course& course);

}  // namespace anjuan::dmn
