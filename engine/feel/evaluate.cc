#include "engine/feel/evaluate.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::feel {

namespace {

const Value kNull;

const Value kTrue(true);
const Value kFalse(false);

const Value* Truth(bool truth) {
  return truth ? &kTrue : &kFalse;
}

const Value* Put(Value value, Value& out) {
  out = std::move(value);
  return &out;
}

bool Satisfies(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::kLess:
      return order < 0;
    case Operator::kLessEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterEqual:
      return order >= 0;
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kAdd:
    case Operator::kSubtract:
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kPower:
      break;
  }
  return false;
}

constexpr std::int64_t kItemSize = sizeof(Value);
constexpr int kDeepestValue = 250;  // data may come nested 200 deep

}  // namespace

// ---- Errors and the budget

const Value* Evaluator::Fail(const Node& node, std::string code, std::string message,
                             std::string hint) {
  const bool budget = code == "feel.budget";
  if (budget && std::exchange(spent_, true)) return nullptr;  // said once
  constexpr size_t kMostNotes = 32;
  if (problems_.size() < kMostNotes || budget) {
    Diagnostic problem = Problem(source_->text, source_->at, node.span, std::move(code),
                                 std::move(message), std::move(hint));
    if (!strict_) problem.severity = Severity::kWarning;
    problems_.push_back(std::move(problem));
  }
  return strict_ || budget ? nullptr : &kNull;
}

const Value* Evaluator::Fail(const Node& node, NoAnswer why) {
  // A function that failed inside sort has already said why.
  if (why.code.empty()) return nullptr;
  return Fail(node, std::move(why.code), StrCat(TextOf(node), ": ", why.message));
}

const Value* Evaluator::IsNull(const Node& null_one, std::string_view needed_by) {
  return Fail(null_one, "feel.null",
              StrCat(TextOf(null_one), " is null, and ", needed_by, " needs a value"),
              StrCat("test it first: ", TextOf(null_one), " != null and …"));
}

const Value* Evaluator::IsNull(const Node& null_one, Operator needed_by) {
  return IsNull(null_one, StrCat("`", ToString(needed_by), "`"));
}

const Value* Evaluator::Take(const Node& node, Answer answer, Value& out) {
  if (auto* none = std::get_if<NoAnswer>(&answer)) return Fail(node, std::move(*none));
  return Put(std::get<Value>(std::move(answer)), out);
}

bool Evaluator::Charge(std::int64_t steps, std::int64_t bytes) {
  meter_.steps += steps;
  meter_.bytes += bytes;
  return meter_.steps <= meter_.budget.steps && meter_.bytes <= meter_.budget.bytes;
}

const Value* Evaluator::OverBudget(const Node& node) {
  const Budget& budget = meter_.budget;
  std::string what = StrCat("nested too deeply: more than ", meter_.nesting);
  if (meter_.bytes > budget.bytes) what = StrCat("more than ", budget.bytes, " bytes");
  if (meter_.steps > budget.steps) what = StrCat("more than ", budget.steps, " steps");
  return Fail(node, "feel.budget", what);
}

const Value* Evaluator::EvalPart(const Node& node, Value& out) {
  if (++meter_.steps > meter_.budget.steps || meter_.nesting >= deepest_) return OverBudget(node);
  ++meter_.nesting;
  const Value* value = Dispatch(node, out);
  --meter_.nesting;
  if (meter_.bytes > meter_.budget.bytes) return OverBudget(node);
  // What is nested too deeply could not be let go of, and what is too large not be walked: parts
  // may be shared, so a small thing can unfold into a very large one.
  if (value == &out && out.kind() >= Kind::kList &&
      (out.depth() > kDeepestValue || out.weight() > meter_.budget.steps)) {
    return Fail(node, "feel.budget", "the value is too large");
  }
  return spent_ ? nullptr : value;
}

const Value* Evaluator::Dispatch(const Node& node, Value& out) {
  switch (node.kind) {
    case Node::Kind::kMember:
      return EvalMember(node, out);
    case Node::Kind::kItemMember:
      return EvalItemMember(node, out);
    case Node::Kind::kFilter:
      return EvalFilter(node, out);
    case Node::Kind::kIndex:
      return EvalIndex(node, out);
    case Node::Kind::kNegate:
      return EvalNegate(node, out);
    case Node::Kind::kArithmetic:
      return EvalArithmetic(node, out);
    case Node::Kind::kCompare:
      return EvalCompare(node);
    case Node::Kind::kAnd:
      return EvalLogic(node, false);
    case Node::Kind::kOr:
      return EvalLogic(node, true);
    case Node::Kind::kBetween:
      return EvalBetween(node);
    case Node::Kind::kIn:
      return EvalIn(node);
    case Node::Kind::kInstanceOf: {
      Value scratch;
      const Value* value = Eval(*node.kids[0], scratch);
      if (value != nullptr && !Charge(value->weight(), 0)) {
        return Fail(node, "feel.budget", "the value is too large");
      }
      return value == nullptr ? nullptr : Truth(IsInstance(*value, node.detail().types[0]));
    }
    case Node::Kind::kIf:
      return EvalIf(node, out);
    case Node::Kind::kFor:
      return EvalFor(node, out);
    case Node::Kind::kSome:
      return EvalQuantified(node, true, out);
    case Node::Kind::kEvery:
      return EvalQuantified(node, false, out);
    case Node::Kind::kList:
      return EvalList(node, out);
    case Node::Kind::kContext:
      return EvalContext(node, out);
    case Node::Kind::kRange:
      return EvalRange(node, out);
    case Node::Kind::kTestRange:
      return EvalTestRange(node, out);
    case Node::Kind::kTruth:
      return Eval(*node.kids[0], out);
    case Node::Kind::kProblem:
      return Fail(node, node.name, node.detail().names[0], node.detail().names[1]);
    case Node::Kind::kFunction:
      return EvalFunction(node, out);
    case Node::Kind::kCallBuiltin:
      return EvalCallBuiltin(node, out);
    case Node::Kind::kCallHost:
      return EvalCallHost(node, out);
    case Node::Kind::kCallValue:
      return EvalCallValue(node, out);
    case Node::Kind::kConstant:  // Eval has them at hand
    case Node::Kind::kVariable:
    case Node::Kind::kLocal:
    case Node::Kind::kTest:      // only below kIn, which reads it itself
    case Node::Kind::kInterval:  // only a domain of kFor
      break;
  }
  ANJUAN_CHECK(false);
  return nullptr;
}

// ---- Members, filters

namespace {

const Value* FindEntry(const Context& context, const Node& node) {
  const std::vector<Context::Entry>& entries = context.entries();
  const auto entry = static_cast<size_t>(node.entry);
  if (entry < entries.size() && entries[entry].first == node.name) return &entries[entry].second;
  return context.Find(node.name);
}

}  // namespace

const Value* Evaluator::EvalMember(const Node& node, Value& out) {
  if (node.kids[0]->kind == Node::Kind::kFilter) return EvalMemberOfKept(node, out);
  Value scratch;
  const Value* base = Eval(*node.kids[0], scratch);
  if (base == nullptr) return nullptr;
  return MemberOf(node, *base, base == &scratch, out);
}

// The members of what a filter keeps, without a list of the kept between.
const Value* Evaluator::EvalMemberOfKept(const Node& node, Value& out) {
  Filtered filtered;
  if (!RunFilter(*node.kids[0], filtered)) {
    const Value* other = filtered.other;
    return other == nullptr ? nullptr : MemberOf(node, *other, true, out);
  }
  List members;
  members.reserve(filtered.kept.size());
  for (const Value* item : filtered.kept) {
    if (!AddMember(node, *item, members)) return nullptr;
  }
  return Put(Value(std::move(members)), out);
}

// A member of a null is null, so that `a.b = null` asks what it seems to ask.
const Value* Evaluator::MemberOf(const Node& node, const Value& base, bool base_is_scratch,
                                 Value& out) {
  if (base.is_null()) return &kNull;
  if (const Context* context = base.context()) {
    const Value* found = FindEntry(*context, node);
    if (found == nullptr) return &kNull;
    return base_is_scratch ? Put(*found, out) : found;
  }
  if (const List* list = base.list()) {
    List members;
    members.reserve(list->size());
    for (const Value& item : *list) {
      if (!AddMember(node, item, members)) return nullptr;
    }
    return Put(Value(std::move(members)), out);
  }
  if (auto property = Property(base, node.name)) return Put(*std::move(property), out);
  return Fail(node, "feel.type",
              StrCat(TextOf(*node.kids[0]), " is a ", KindName(base.kind()), " and has no \"",
                     node.name, "\""));
}

bool Evaluator::AddMember(const Node& node, const Value& item, List& members) {
  if (!Charge(1, kItemSize)) return Fail(node, "feel.budget", "too many items") != nullptr;
  Value scratch;
  const Value* member =
      item.context() != nullptr ? EntryOf(item, node) : MemberOf(node, item, false, scratch);
  if (member == nullptr) return false;
  if (!ChargeCopy(*member)) return Fail(node, "feel.budget", "the texts are too long") != nullptr;
  members.push_back(*member);
  return true;
}

const Value* Evaluator::EvalItemMember(const Node& node, Value& out) {
  if (const Context* context = frame_[node.index].value->context()) {
    if (const Value* found = FindEntry(*context, node)) return found;
  }
  if (node.kids.empty()) return &kNull;
  return Eval(*node.kids[0], out);
}

const Value* Evaluator::EntryOf(const Value& item, const Node& node) {
  const Context* context = item.context();
  const Value* found = context == nullptr ? nullptr : FindEntry(*context, node);
  return found == nullptr ? &kNull : found;
}

// In the standard an item without the entry asked for is left out, and that is no mistake.
const Value* Evaluator::EvalCondition(const Node& node, Value& out) {
  if (!standard()) return Eval(node, out);
  const size_t notes = problems_.size();
  const bool strict = std::exchange(strict_, false);
  const Value* value = Eval(node, out);
  strict_ = strict;
  if (problems_.size() == notes || value == nullptr) return value;
  if (problems_[notes].code == "feel.null") {
    problems_.resize(notes);
  } else if (strict) {
    problems_.resize(notes + 1);
    problems_[notes].severity = Severity::kError;
    return nullptr;
  }
  return value;
}

const Value* Evaluator::EvalFilter(const Node& node, Value& out) {
  Filtered filtered;
  if (!RunFilter(node, filtered)) {
    const Value* other = filtered.other;
    return other == &filtered.scratch ? Put(std::move(filtered.scratch), out) : other;
  }
  List kept;
  kept.reserve(filtered.kept.size());
  for (const Value* item : filtered.kept) {
    if (!ChargeCopy(*item)) return Fail(node, "feel.budget", "the texts are too long");
    kept.push_back(*item);
  }
  return Put(Value(std::move(kept)), out);
}

// False where it does not come to items of a list.
bool Evaluator::RunFilter(const Node& node, Filtered& out) {
  const Value* base = Eval(*node.kids[0], out.scratch);
  out.other = base == nullptr || base->is_null() ? base : nullptr;
  if (base == nullptr || base->is_null()) return false;
  out.list = base->list() == nullptr ? Value(List{*base}) : *base;
  const bool kept = FilterList(node, out);
  frame_[node.index].value = &kNull;  // the item may be gone
  return kept;
}

bool Evaluator::FilterList(const Node& node, Filtered& out) {
  out.kept.reserve(out.list.list()->size());
  Value condition_scratch;
  for (const Value& item : *out.list.list()) {
    frame_[node.index].value = &item;
    const Value* condition = EvalCondition(*node.kids[1], condition_scratch);
    if (condition == nullptr) return false;
    if (condition->boolean() != nullptr) {
      if (!*condition->boolean()) continue;
      out.kept.push_back(&item);
      meter_.bytes += kItemSize;
    } else if (condition->number() != nullptr) {
      out.other = ItemAt(node, out.list, *condition, out.scratch);
      return false;
    } else if (!condition->is_null()) {
      const Value* null = Fail(
          *node.kids[1], "feel.type",
          StrCat("a filter needs a boolean or a position, not a ", KindName(condition->kind())));
      if (null == nullptr) return false;
    }
  }
  return true;
}

const Value* Evaluator::EvalIndex(const Node& node, Value& out) {
  Value list_scratch;
  Value position_scratch;
  const Value* list = Eval(*node.kids[0], list_scratch);
  if (list == nullptr) return nullptr;
  if (list->is_null()) return &kNull;
  const Value* position = Eval(*node.kids[1], position_scratch);
  if (position == nullptr) return nullptr;
  if (position->is_null()) return IsNull(*node.kids[1], "a position");
  return ItemAt(node, *list, *position, out);
}

// From 1, or from -1 at the end; null beyond.
const Value* Evaluator::ItemAt(const Node& node, const Value& list, const Value& position,
                               Value& out) {
  const auto index = position.number() == nullptr ? std::nullopt : position.number()->ToInteger();
  if (!index) return Fail(*node.kids[1], "feel.range", "a position is a whole number");
  const List single = list.list() == nullptr ? List{list} : List{};
  const List& items = list.list() == nullptr ? single : *list.list();
  const auto count = static_cast<std::int64_t>(items.size());
  if (*index == 0 || *index > count || *index < -count) return &kNull;
  return Put(items[static_cast<size_t>(*index > 0 ? *index - 1 : count + *index)], out);
}

// ---- Operators

const Value* Evaluator::EvalNegate(const Node& node, Value& out) {
  Value scratch;
  const Value* value = Eval(*node.kids[0], scratch);
  if (value == nullptr) return nullptr;
  if (value->is_null()) return IsNull(*node.kids[0], "`-`");
  return Take(node, Negate(*value), out);
}

const Value* Evaluator::EvalArithmetic(const Node& node, Value& out) {
  Value left_scratch;
  Value right_scratch;
  const Value* left = Eval(*node.kids[0], left_scratch);
  if (left == nullptr) return nullptr;
  const Value* right = Eval(*node.kids[1], right_scratch);
  if (right == nullptr) return nullptr;
  if (left->is_null()) return IsNull(*node.kids[0], node.op);
  if (right->is_null()) return IsNull(*node.kids[1], node.op);
  if (left->string() != nullptr && right->string() != nullptr) {
    const size_t size = left->string()->size() + right->string()->size();
    if (!Charge(0, static_cast<std::int64_t>(size)))
      return Fail(node, "feel.budget", "the text is too long");
  }
  // Ten multiplications or more.
  constexpr std::int64_t kPowerSteps = 8;
  if (node.op == Operator::kPower && !Charge(kPowerSteps, 0)) {
    return Fail(node, "feel.budget", StrCat("more than ", meter_.budget.steps, " steps"));
  }
  return Take(node, Arithmetic(node.op, *left, *right, source_->dialect), out);
}

// Most operands are at hand and need no scratch, which is not free to let go of.
const Value* Evaluator::EvalCompare(const Node& node) {
  const Node& left = *node.kids[0];
  const Node& right = *node.kids[1];
  const bool at_hand = left.IsAtHand() && right.IsAtHand();
  if (!at_hand || meter_.steps + 2 > meter_.budget.steps) return CompareOperands(node);
  const Value* a = ReadAtHand(left);
  return Compare(node, node.op, *a, left, *ReadAtHand(right), right);
}

const Value* Evaluator::CompareOperands(const Node& node) {
  Value left_scratch;
  Value right_scratch;
  const Value* left = Eval(*node.kids[0], left_scratch);
  if (left == nullptr) return nullptr;
  const Value* right = Eval(*node.kids[1], right_scratch);
  if (right == nullptr) return nullptr;
  return Compare(node, node.op, *left, *node.kids[0], *right, *node.kids[1]);
}

// Lists and contexts are walked; each entry of a context is looked for among the other's.
bool Evaluator::ChargeComparison(const Value& a, const Value& b) {
  if (a.kind() < Kind::kList || b.kind() < Kind::kList) return true;
  std::int64_t steps = std::min(a.weight(), b.weight());
  if (steps == 1) return true;
  if (a.context() != nullptr && b.context() != nullptr) {
    steps += static_cast<std::int64_t>(a.context()->size() * b.context()->size());
  }
  return Charge(steps, 0);
}

const Value* Evaluator::Compare(const Node& node, Operator op, const Value& a, const Node& a_node,
                                const Value& b, const Node& b_node) {
  if (op == Operator::kEqual || op == Operator::kNotEqual) {
    if (!ChargeComparison(a, b)) return Fail(node, "feel.budget", "the values are too large");
    const auto equal = Equal(a, b, source_->dialect);
    if (equal) return Truth(*equal == (op == Operator::kEqual));
  } else {
    if (a.is_null()) return IsNull(a_node, op);
    if (b.is_null()) return IsNull(b_node, op);
    if (a.string() != nullptr && !ChargeComparison(a, b)) {
      return Fail(node, "feel.budget", "the texts are too long");
    }
    const auto order = Order(a, b, source_->dialect);
    if (order) return Truth(Satisfies(op, *order));
  }
  return Fail(node, "feel.type",
              StrCat(TextOf(a_node), " is a ", KindName(a.kind()), " and ", TextOf(b_node), " a ",
                     KindName(b.kind()), ": `", ToString(op), "` does not compare them"));
}

// and (deciding false), or (deciding true). A null counts only where the others do not decide.
const Value* Evaluator::EvalLogic(const Node& node, bool deciding) {
  const Node* null_one = nullptr;
  for (const auto& kid : node.kids) {
    Value scratch;
    const Value* value = Eval(*kid, scratch);
    if (value == nullptr) return nullptr;
    if (value->is_null()) {
      if (null_one == nullptr) null_one = kid.get();
    } else if (value->boolean() == nullptr && standard()) {
      null_one = kid.get();
    } else if (value->boolean() == nullptr) {
      const Value* null = Fail(*kid, "feel.type",
                               StrCat(TextOf(*kid), " is a ", KindName(value->kind()), "; `",
                                      deciding ? "or" : "and", "` needs booleans"));
      if (null == nullptr) return nullptr;
      null_one = kid.get();
    } else if (*value->boolean() == deciding) {
      return Truth(deciding);
    }
  }
  if (null_one == nullptr) return Truth(!deciding);
  // The standard's logic has three values.
  if (!strict_ || standard()) return &kNull;
  return IsNull(*null_one, deciding ? "`or`" : "`and`");
}

const Value* Evaluator::EvalBetween(const Node& node) {
  Value value_scratch;
  const Value* value = Eval(*node.kids[0], value_scratch);
  if (value == nullptr) return nullptr;
  for (const size_t bound : {size_t{1}, size_t{2}}) {
    Value scratch;
    const Value* limit = Eval(*node.kids[bound], scratch);
    if (limit == nullptr) return nullptr;
    const Operator op = bound == 1 ? Operator::kGreaterEqual : Operator::kLessEqual;
    const Value* answer = Compare(node, op, *value, *node.kids[0], *limit, *node.kids[bound]);
    if (answer == nullptr || answer->is_null()) return answer == nullptr ? nullptr : &kNull;
    if (!*answer->boolean()) return Truth(false);
  }
  return Truth(true);
}

const Value* Evaluator::EvalIn(const Node& node) {
  Value scratch;
  const Value* value = Eval(*node.kids[0], scratch);
  if (value == nullptr) return nullptr;
  bool unknown = false;
  const bool negated = node.name == "not";
  if (node.kids.size() == 1) return Truth(true);  // the test `-`
  for (size_t i = 1; i < node.kids.size(); ++i) {
    const Value* answer = TestIn(node, *value, *node.kids[i]);
    if (answer == nullptr) return nullptr;
    if (answer->is_null()) {
      unknown = true;
    } else if (*answer->boolean()) {
      return Truth(!negated);
    }
  }
  return unknown ? &kNull : Truth(negated);
}

const Value* Evaluator::TestIn(const Node& node, const Value& value, const Node& test) {
  Value scratch;
  const Node& operand_node = test.kind == Node::Kind::kTest ? *test.kids[0] : test;
  const Value* operand = Eval(operand_node, scratch);
  if (operand == nullptr) return nullptr;
  if (standard() && operand->is_null() && test.kind == Node::Kind::kRange) return &kNull;
  if (test.kind == Node::Kind::kTest) {
    return Compare(node, test.op, value, *node.kids[0], *operand, operand_node);
  }
  if (test.kind == Node::Kind::kTruth) {
    if (operand->is_null()) return &kNull;
    if (operand->boolean() != nullptr) return Truth(*operand->boolean());
    return Fail(test, "feel.type",
                StrCat("a test of `?` gives a boolean, not a ", KindName(operand->kind())));
  }
  // In a decision table, a condition on something else than the value tested.
  const bool condition = !node.name.empty() && operand->boolean() != nullptr &&
                         value.boolean() == nullptr && !value.is_null();
  if (condition) return Truth(*operand->boolean());
  if (const List* list = operand->list(); list != nullptr && value.list() == nullptr) {
    for (const Value& item : *list) {
      if (!Charge(1, 0)) return Fail(node, "feel.budget", "too many items");
      const Value* answer = IsAmong(node, value, item, test);
      if (answer == nullptr || (answer->boolean() != nullptr && *answer->boolean())) return answer;
    }
    return Truth(false);
  }
  return IsAmong(node, value, *operand, test);
}

// One value against one: a range contains it, a list of lists has it, anything else equals it.
const Value* Evaluator::IsAmong(const Node& node, const Value& value, const Value& set,
                                const Node& test) {
  if (!ChargeComparison(value, set)) return Fail(test, "feel.budget", "the values are too large");
  if (const Range* range = set.range(); range != nullptr && value.range() == nullptr) {
    if (value.is_null()) return IsNull(*node.kids[0], "a range");
    const auto inside = Contains(*range, value, source_->dialect);
    if (inside) return Truth(*inside);
    const bool unknown_end =
        range->form == Range::Form::kInterval && (range->low.is_null() || range->high.is_null());
    if (unknown_end) return &kNull;
    return Fail(node, "feel.type",
                StrCat(TextOf(*node.kids[0]), " is a ", KindName(value.kind()), " and ",
                       TextOf(test), " holds other values"));
  }
  if (value.list() != nullptr && set.list() != nullptr) {
    const List& items = *set.list();
    const bool has = std::any_of(items.begin(), items.end(), [&](const Value& item) {
      return Equal(item, value, source_->dialect).value_or(false);
    });
    if (has) return Truth(true);
  }
  return Truth(Equal(value, set, source_->dialect).value_or(false));
}

// ---- Entry points

namespace {

Evaluator::Source SourceOf(const Program& program) {
  return {program.text,
          program.at,
          program.root.get(),
          program.frame_size,
          program.makes_functions,
          program.dialect,
          program.zones.get()};
}

}  // namespace

Value Evaluator::RunRoot(bool& ended) {
  const Node& root = *source_->root;
  frame_size_ = source_->frame_size;
  frame_store_.assign(static_cast<size_t>(frame_size_), Local{&kNull, Value()});
  frame_ = frame_store_.data();
  Value scratch;
  const Value* value = Eval(root, scratch);
  ended = value == nullptr;
  if (ended) return Value();
  // In decision models functions are values like others: they keep what they need alive.
  if (source_->makes_functions && !standard() && value->holds_function()) {
    ended = Fail(root, "feel.type", "the result is a function",
                 "call it: a function cannot be kept") == nullptr;
    return Value();
  }
  return *value;
}

Result<Value> Evaluator::Fold(const Source& source, Meter& meter) {
  Evaluator evaluator(&source, {}, NoHost(), meter, true);
  bool ended = false;
  Value value = evaluator.RunRoot(ended);
  if (ended) return Unexpected{std::move(evaluator.problems_)};
  return value;
}

Result<Value> Evaluator::Run(const Expression& expression, std::span<const Value> variables,
                             Host& host, Meter& meter) {
  const std::vector<int>& reads = expression.reads();
  ANJUAN_CHECK(reads.empty() || static_cast<size_t>(reads.back()) < variables.size());
  const Source source = SourceOf(*expression.program_);
  Evaluator evaluator(&source, variables, host, meter, true);
  evaluator.program_ = expression.program_.get();
  bool ended = false;
  Value value = evaluator.RunRoot(ended);
  if (ended) return Unexpected{std::move(evaluator.problems_)};
  return value;
}

Value Evaluator::RunLenient(const Expression& expression, std::span<const Value> variables,
                            Host& host, Diagnostics& notes, Meter& meter) {
  const std::vector<int>& reads = expression.reads();
  ANJUAN_CHECK(reads.empty() || static_cast<size_t>(reads.back()) < variables.size());
  const Source source = SourceOf(*expression.program_);
  Evaluator evaluator(&source, variables, host, meter, false);
  evaluator.program_ = expression.program_.get();
  bool ended = false;
  Value value = evaluator.RunRoot(ended);
  Append(notes, std::move(evaluator.problems_));
  return value;
}

std::optional<Value> Evaluator::Call(const Value& function, std::span<const Value> arguments,
                                     Host& host, Meter& meter, bool strict, Diagnostics& problems) {
  static const Location kNowhere;
  const Source source{"", kNowhere, nullptr, 0, false, Dialect::kStandard, nullptr};
  Evaluator evaluator(&source, {}, host, meter, strict);
  Answer answer = evaluator.Invoke(function, arguments);
  auto* none = std::get_if<NoAnswer>(&answer);
  if (none != nullptr && !none->code.empty()) {
    Diagnostic problem{.code = none->code, .message = none->message};
    if (!strict) problem.severity = Severity::kWarning;
    evaluator.problems_.push_back(std::move(problem));
  }
  Append(problems, std::move(evaluator.problems_));
  if (none != nullptr) return std::nullopt;
  return std::get<Value>(std::move(answer));
}

Result<Value> Evaluate(const Expression& expression, std::span<const Value> variables, Host& host,
                       const Budget& budget) {
  Meter meter{budget};
  return Evaluator::Run(expression, variables, host, meter);
}

Result<Value> Evaluate(const Expression& expression, std::span<const Value> variables, Host& host,
                       Meter& meter) {
  return Evaluator::Run(expression, variables, host, meter);
}

Value EvaluateLenient(const Expression& expression, std::span<const Value> variables, Host& host,
                      Diagnostics& notes, const Budget& budget) {
  Meter meter{budget};
  return Evaluator::RunLenient(expression, variables, host, notes, meter);
}

Value EvaluateLenient(const Expression& expression, std::span<const Value> variables, Host& host,
                      Diagnostics& notes, Meter& meter) {
  return Evaluator::RunLenient(expression, variables, host, notes, meter);
}

Result<Value> Invoke(const Value& function, std::span<const Value> arguments, Host& host,
                     Meter& meter) {
  Diagnostics problems;
  auto value = Evaluator::Call(function, arguments, host, meter, true, problems);
  if (!value) return Unexpected{std::move(problems)};
  return *std::move(value);
}

Value InvokeLenient(const Value& function, std::span<const Value> arguments, Host& host,
                    Diagnostics& notes, Meter& meter) {
  return Evaluator::Call(function, arguments, host, meter, false, notes).value_or(Value());
}

}  // namespace anjuan::feel
