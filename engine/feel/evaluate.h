// Node -> value: a walk of the tree with a budget.
//
// A value is passed on by pointer: a variable or constant is read where it stands, anything made
// is put into the caller's scratch. So a guard on numbers, booleans and dates allocates nothing.
#pragma once

#include <memory>
#include <optional>
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
  // What is being evaluated.
  struct Source {
    std::string_view text;
    const Location& at;
    const Node* root = nullptr;
    int frame_size = 0;
    bool makes_functions = false;
    Dialect dialect = Dialect::kStrict;
    const Zones* zones = nullptr;
  };

  // A node of constants, while it is compiled.
  static Result<Value> Fold(const Source& source, Meter& meter);
  static Result<Value> Run(const Expression& expression, std::span<const Value> variables,
                           Host& host, Meter& meter);
  static Value RunLenient(const Expression& expression, std::span<const Value> variables,
                          Host& host, Diagnostics& notes, Meter& meter);
  // `strict`: nothing where it failed, and `problems` says why.
  static std::optional<Value> Call(const Value& function, std::span<const Value> arguments,
                                   Host& host, Meter& meter, bool strict, Diagnostics& problems);

  static Value BuiltinAsValue(const std::vector<const Builtin*>& rows);

  bool Charge(std::int64_t steps, std::int64_t bytes) override;
  bool ChargeCopy(const Value& value) {
    return value.string() == nullptr || ChargeText(*value.string());
  }
  Answer Invoke(const Value& function, std::span<const Value> arguments) override;
  const Zones* zones() const override { return source_->zones; }
  Dialect dialect() const override { return source_->dialect; }

 private:
  using Read = const Value*;

  struct Made;          // a function of an expression, as a value
  struct BuiltinValue;  // one of the language
  Evaluator(const Source* source, std::span<const Value> variables, Host& host, Meter& meter,
            bool strict)
      : source_(source),
        variables_(variables),
        host_(host),
        meter_(meter),
        deepest_(meter.budget.depth * kPartsOfACall),
        strict_(strict) {}

  static constexpr int kPartsOfACall = 8;  // nested inside each

  Value RunRoot(bool& ended);

  // What is at hand takes a step and makes nothing that would have to be bounded.
  Read Eval(const Node& node, Value& out) {
    const bool at_hand = node.IsAtHand() && meter_.steps < meter_.budget.steps;
    return at_hand ? ReadAtHand(node) : EvalPart(node, out);
  }
  Read ReadAtHand(const Node& node) {
    ++meter_.steps;
    if (node.kind == Node::Kind::kConstant) return &node.value;
    if (node.kind == Node::Kind::kVariable) return &variables_[static_cast<size_t>(node.index)];
    const Value& local = *frame_[node.index].value;
    return node.kind == Node::Kind::kLocal ? &local : EntryOf(local, node);
  }
  static Read EntryOf(const Value& item, const Node& node);
  Read OverBudget(const Node& node);
  Read EvalPart(const Node& node, Value& out);
  Read Dispatch(const Node& node, Value& out);
  Read EvalMember(const Node& node, Value& out);
  Read MemberOf(const Node& node, const Value& base, bool base_is_scratch, Value& out);
  Read EvalMemberOfKept(const Node& node, Value& out);
  bool AddMember(const Node& node, const Value& item, List& members);
  Read EvalItemMember(const Node& node, Value& out);
  Read EvalFilter(const Node& node, Value& out);
  // What came of a filter: the items kept, where they stand in the list, or something else.
  struct Filtered {
    Value list;
    std::vector<Read> kept;
    Read other = nullptr;  // null: it failed
    Value scratch;
  };
  bool RunFilter(const Node& node, Filtered& out);
  bool FilterList(const Node& node, Filtered& out);
  Read EvalCondition(const Node& node, Value& out);
  Read EvalIndex(const Node& node, Value& out);
  Read ItemAt(const Node& node, const Value& list, const Value& position, Value& out);
  Read EvalNegate(const Node& node, Value& out);
  Read EvalArithmetic(const Node& node, Value& out);
  Read EvalCompare(const Node& node);
  Read EvalLogic(const Node& node, bool deciding);
  Read EvalBetween(const Node& node);
  Read EvalIn(const Node& node);
  Read EvalIf(const Node& node, Value& out);
  Read EvalFor(const Node& node, Value& out);
  Read EvalQuantified(const Node& node, bool deciding, Value& out);
  Read EvalList(const Node& node, Value& out);
  Read EvalContext(const Node& node, Value& out);
  Read EvalRange(const Node& node, Value& out);
  Read EvalTestRange(const Node& node, Value& out);
  Read EvalFunction(const Node& node, Value& out);
  Read EvalCallBuiltin(const Node& node, Value& out);
  Read CompareOperands(const Node& node);
  Read RunBuiltin(const Node& node, std::span<Read> arguments, Value& out);
  Read NoOverload(const Node& node, std::span<const Read> arguments);
  Read EvalCallHost(const Node& node, Value& out);
  Read EvalCallValue(const Node& node, Value& out);
  std::vector<Value> Reshape(const Builtin& builtin, std::span<const Read> arguments);
  std::optional<Answer> RunRows(const std::vector<const Builtin*>& rows,
                                std::span<const Read> arguments);
  Answer RunRow(const Builtin& row, std::span<const Read> arguments);
  bool OrderNamed(const Node& node, const Function& function, List& arguments);
  Answer InvokeBuiltin(const BuiltinValue& function, std::span<const Value> arguments);
  Answer InvokeMade(const Made& made, const Value& self, std::span<const Value> arguments);
  Answer InvokeForeign(const Function& function, std::span<const Value> arguments);

  struct Loop;
  bool RunLoop(Loop& loop, size_t iterator);
  static bool Break(Loop& loop, Read outcome);
  bool RunList(Loop& loop, size_t iterator, const Value& domain);
  bool RunSpan(Loop& loop, size_t iterator, const Value& low, const Value& high);
  bool RunRange(Loop& loop, size_t iterator, const Range& range);
  bool RunOnce(Loop& loop, size_t iterator, Value item);
  bool FinishRound(Loop& loop);

  bool ChargeComparison(const Value& a, const Value& b);
  // The comparison of two values already at hand; for <, in and between.
  Read Compare(const Node& node, Operator op, const Value& a, const Node& a_node, const Value& b,
               const Node& b_node);
  Read TestIn(const Node& node, const Value& value, const Node& test);
  Read IsAmong(const Node& node, const Value& value, const Value& set, const Node& test);

  // Errors. A strict evaluation ends (nullptr); a lenient one notes it and goes on with null.
  Read Fail(const Node& node, std::string code, std::string message, std::string hint = "");
  Read Fail(const Node& node, NoAnswer why);
  Read IsNull(const Node& null_one, std::string_view needed_by);
  Read IsNull(const Node& null_one, Operator needed_by);
  Read Take(const Node& node, Answer answer, Value& out);
  std::string TextOf(const Node& node) const { return Quote(source_->text, node.span); }
  bool standard() const { return source_->dialect == Dialect::kStandard; }

  // These three change while a function made by another evaluation runs.
  const Source* source_;
  std::span<const Value> variables_;
  const Program* program_ = nullptr;  // null while folding

  Host& host_;
  Meter& meter_;
  const int deepest_;   // Meter::nesting: keeps the stack of the machine within bounds
  bool strict_;         // suspended inside filters of the standard dialect
  bool spent_ = false;  // the budget
  // Standard: the variables for functions that outlive this evaluation; made by the first.
  std::shared_ptr<const std::vector<Value>> kept_variables_;
  // Of a local name: its value, and the value itself where it stands nowhere else.
  struct Local {
    Read value = nullptr;
    Value own;

    void Keep(Value made) {
      own = std::move(made);
      value = &own;
    }
  };
  std::vector<Local> frame_store_;
  Local* frame_ = nullptr;  // of the function being run
  int frame_size_ = 0;
  Diagnostics problems_;
};

}  // namespace anjuan::feel
