// Node -> value: a walk of the tree with a budget.
//
// A value is passed on by pointer: a variable or constant is read where it stands, anything made
// is put into the caller's scratch. So a guard on numbers, booleans and dates allocates nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/builtin.h"
#include "engine/feel/feel.h"
#include "engine/feel/node.h"

namespace anjuan::feel {

class Evaluator final : public Services {
 public:
  struct Setting {
    std::string_view text;
    const Location& at;
    std::span<const Value> variables;
    Host& host;
    const Budget& budget;
    bool strict = true;
  };
  explicit Evaluator(const Setting& setting) : set_(setting) {}

  // nullptr: ended by an error (strict) or by the budget; problems() says why.
  static Result<Value> Run(const Node& root, const Setting& setting);
  static Result<Value> Run(const Expression& expression, std::span<const Value> variables,
                           Host& host, const Budget& budget);
  static Value RunLenient(const Expression& expression, std::span<const Value> variables,
                          Host& host, Diagnostics& notes, const Budget& budget);

  bool Charge(std::int64_t steps, std::int64_t bytes) override;
  Answer Invoke(const Value& function, std::span<const Value> arguments) override;

 private:
  using Read = const Value*;

  Value RunRoot(const Node& root, bool& ended);

  Read Eval(const Node& node, Value& out);
  Read Dispatch(const Node& node, Value& out);
  Read EvalMember(const Node& node, Value& out);
  Read MemberOf(const Node& node, const Value& base, bool base_is_scratch, Value& out);
  Read EvalItemMember(const Node& node, Value& out);
  Read EvalFilter(const Node& node, Value& out);
  Read EvalIndex(const Node& node, Value& out);
  Read ItemAt(const Node& node, const Value& list, const Value& position, Value& out);
  Read EvalNegate(const Node& node, Value& out);
  Read EvalArithmetic(const Node& node, Value& out);
  Read EvalCompare(const Node& node, Value& out);
  Read EvalLogic(const Node& node, bool deciding, Value& out);
  Read EvalBetween(const Node& node, Value& out);
  Read EvalIn(const Node& node, Value& out);
  Read EvalIf(const Node& node, Value& out);
  Read EvalFor(const Node& node, Value& out);
  Read EvalQuantified(const Node& node, bool deciding, Value& out);
  Read EvalList(const Node& node, Value& out);
  Read EvalContext(const Node& node, Value& out);
  Read EvalRange(const Node& node, Value& out);
  Read EvalFunction(const Node& node, Value& out);
  Read EvalCallBuiltin(const Node& node, Value& out);
  Read RunBuiltin(const Node& node, std::span<Read> arguments, Value& out);
  Read NoOverload(const Node& node, std::span<const Read> arguments);
  Read EvalCallHost(const Node& node, Value& out);
  Read EvalCallValue(const Node& node, Value& out);

  struct Loop;
  bool RunLoop(Loop& loop, size_t iterator);
  static bool Break(Loop& loop, Read outcome);
  bool RunList(Loop& loop, size_t iterator, const Value& domain);
  bool RunSpan(Loop& loop, size_t iterator, const Value& low, const Value& high);
  bool RunRange(Loop& loop, size_t iterator, const Range& range);
  bool RunOnce(Loop& loop, size_t iterator, Value item);
  bool FinishRound(Loop& loop);

  // The comparison of two values already at hand; for <, in and between.
  Read Compare(const Node& node, Operator op, const Value& a, const Node& a_node, const Value& b,
               const Node& b_node, Value& out);
  Read TestIn(const Node& node, const Value& value, const Node& test, Value& out);
  Read IsAmong(const Node& node, const Value& value, const Value& set, const Node& test,
               Value& out);

  // Errors. A strict evaluation ends (nullptr); a lenient one notes it and goes on with null.
  Read Fail(const Node& node, std::string code, std::string message, std::string hint = "");
  Read Fail(const Node& node, NoAnswer why);
  Read IsNull(const Node& null_one, std::string_view needed_by);
  Read Take(const Node& node, Answer answer, Value& out);
  std::string TextOf(const Node& node) const { return Quote(set_.text, node.span); }

  const Setting& set_;
  std::int64_t steps_ = 0;
  std::int64_t bytes_ = 0;
  int depth_ = 0;
  bool spent_ = false;  // the budget
  std::vector<Value> frame_store_;
  Value* frame_ = nullptr;  // of the function being run
  int frame_size_ = 0;
  Diagnostics problems_;
};

// Whether a function is anywhere inside: such a value must not leave an evaluation.
bool HoldsFunction(const Value& value);

}  // namespace anjuan::feel
