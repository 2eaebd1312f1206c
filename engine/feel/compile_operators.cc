// The checker's part for operators: arithmetic, logic and what may be compared with what.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/compile.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

using Base = Type::Base;

bool IsEquality(Operator op) {
  return op == Operator::kEqual || op == Operator::kNotEqual;
}

bool IsComparison(Operator op) {
  switch (op) {
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return true;
    case Operator::kAdd:
    case Operator::kSubtract:
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kPower:
      return false;
  }
  return false;
}

bool IsEnum(const Type& type) {
  return !type.values.empty() && type.name != "literal";
}

}  // namespace

Compiler::Part Compiler::CheckNegate(const Syntax& syntax) {
  Part value = Check(*syntax.kids[0]);
  const Base base = value.type.base;
  const bool takes = base == Base::kAny || base == Base::kNumber || base == Base::kMonthsDuration ||
                     base == Base::kDaysDuration;
  if (!takes) {
    Report(syntax.span, "feel.type", StrCat("`-` does not take ", Describe(value.type)));
    return Broken(syntax.span);
  }
  auto node = Make(Node::Kind::kNegate, syntax.span);
  node->kids.push_back(std::move(value.node));
  return Computed(std::move(node), Type::Of(base));
}

Compiler::Part Compiler::CheckBinary(const Syntax& syntax) {
  Part left = Check(*syntax.kids[0]);
  Part right = Check(*syntax.kids[1]);
  const bool comparison = IsComparison(syntax.op);
  Type type = Type::Of(Base::kBoolean);
  if (comparison) {
    RequireComparable(syntax.span, syntax.op, left, right);
  } else if (const auto result = ArithmeticType(syntax.op, left.type, right.type)) {
    type = *result;
  } else {
    std::string hint;
    const bool text = left.type.base == Base::kString || right.type.base == Base::kString;
    if (syntax.op == Operator::kAdd && text) hint = "make text of the other side with string(…)";
    Report(syntax.name_span, "feel.type",
           StrCat("`", ToString(syntax.op), "` does not take ", Describe(left.type), " and ",
                  Describe(right.type)),
           hint);
    return Broken(syntax.span);
  }
  auto node = Make(comparison ? Node::Kind::kCompare : Node::Kind::kArithmetic, syntax.span);
  node->op = syntax.op;
  node->kids.push_back(std::move(left.node));
  node->kids.push_back(std::move(right.node));
  return Computed(std::move(node), std::move(type));
}

Compiler::Part Compiler::CheckLogic(const Syntax& syntax) {
  const bool is_and = syntax.kind == Syntax::Kind::kAnd;
  auto node = Make(is_and ? Node::Kind::kAnd : Node::Kind::kOr, syntax.span);
  for (const auto& kid : syntax.kids) {
    Part part = Check(*kid);
    RequireBoolean(part, is_and ? "`and`" : "`or`");
    node->kids.push_back(std::move(part.node));
  }
  return Computed(std::move(node), Type::Of(Base::kBoolean));
}

Compiler::Part Compiler::CheckBetween(const Syntax& syntax) {
  Part value = Check(*syntax.kids[0]);
  Part low = Check(*syntax.kids[1]);
  Part high = Check(*syntax.kids[2]);
  RequireComparable(syntax.span, Operator::kGreaterEqual, value, low);
  RequireComparable(syntax.span, Operator::kLessEqual, value, high);
  auto node = Make(Node::Kind::kBetween, syntax.span);
  node->kids.push_back(std::move(value.node));
  node->kids.push_back(std::move(low.node));
  node->kids.push_back(std::move(high.node));
  return Computed(std::move(node), Type::Of(Base::kBoolean));
}

// Tests of the variable `?` are `? in (…)`; one that names `?` itself is a condition of its own.
Compiler::Part Compiler::CheckTests(const Syntax& syntax) {
  Syntax input;
  input.kind = Syntax::Kind::kName;
  input.text = "?";
  input.span = syntax.span;
  Part value = Check(input);
  auto node = Make(Node::Kind::kIn, syntax.span);
  node->name = syntax.op == Operator::kNotEqual ? "not" : "tests";
  node->kids.push_back(std::move(value.node));
  value.node = Make(Node::Kind::kConstant, syntax.span);
  for (const auto& kid : syntax.kids) {
    names_input_ = false;
    if (kid->kind != Syntax::Kind::kTest) {
      const size_t problems = problems_.size();
      Part part = Check(*kid);
      if (names_input_) {
        RequireBoolean(part, "a test of `?`");
        auto truth = Make(Node::Kind::kTruth, kid->span);
        truth->kids.push_back(std::move(part.node));
        node->kids.push_back(std::move(truth));
        continue;
      }
      problems_.resize(problems);  // checked again below
    }
    CheckTest(value, *kid, *node);
  }
  return {std::move(node), Type::Of(Base::kBoolean), ""};
}

Compiler::Part Compiler::CheckIn(const Syntax& syntax) {
  Part value = Check(*syntax.kids[0]);
  auto node = Make(Node::Kind::kIn, syntax.span);
  node->kids.push_back(std::move(value.node));
  value.node = Make(Node::Kind::kConstant, syntax.kids[0]->span);  // for its place in reports
  for (size_t i = 1; i < syntax.kids.size(); ++i) CheckTest(value, *syntax.kids[i], *node);
  return Computed(std::move(node), Type::Of(Base::kBoolean));
}

void Compiler::CheckTest(const Part& value, const Syntax& test, Node& in) {
  if (test.kind == Syntax::Kind::kTest) {
    Part operand = Check(*test.kids[0]);
    RequireComparable(test.span, test.op, value, operand);
    auto node = Make(Node::Kind::kTest, test.span);
    node->op = test.op;
    node->kids.push_back(std::move(operand.node));
    in.kids.push_back(std::move(node));
    return;
  }
  Part set = Check(test);
  // What the value is compared with: the members of a range or list, or the thing itself. A list
  // of ranges is a list of tests.
  Part member{Make(Node::Kind::kConstant, test.span), set.type, ""};
  Operator op = Operator::kEqual;
  for (const Base outer : {Base::kList, Base::kRange}) {
    const bool of_value = value.type.base == outer;
    if (member.type.base != outer || of_value || member.type.element == nullptr) continue;
    member.type = Type(*member.type.element);
    if (outer == Base::kRange) op = Operator::kLessEqual;
  }
  const bool list_in_list = value.type.base == Base::kList && set.type.base == Base::kList &&
                            set.type.element != nullptr &&
                            Comparable(value.type, *set.type.element);
  if (!list_in_list) RequireComparable(test.span, op, value, member);
  in.kids.push_back(std::move(set.node));
}

void Compiler::RequireComparable(Span span, Operator op, const Part& a, const Part& b) {
  if (standard_) return;
  if (!IsEquality(op)) {
    for (const Part* side : {&a, &b}) {
      if (side->type.base == Base::kAny || IsOrdered(side->type)) continue;
      Report(side->node->span, "feel.type",
             StrCat(Quote(text_, side->node->span), " is ", Describe(side->type), "; `",
                    ToString(op), "` needs an ordered value"));
      return;
    }
  }
  if (Comparable(a.type, b.type)) return;
  Report(span, "feel.type",
         StrCat(Quote(text_, a.node->span), " is ", Describe(a.type), " and ",
                Quote(text_, b.node->span), " is ", Describe(b.type), ": they are never equal"),
         UnlikeHint(a, b));
}

std::string Compiler::UnlikeHint(const Part& a, const Part& b) const {
  const Type* enumeration = IsEnum(a.type) ? &a.type : IsEnum(b.type) ? &b.type : nullptr;
  const Type& other = enumeration == &a.type ? b.type : a.type;
  if (enumeration != nullptr && other.base == Base::kString && !other.values.empty()) {
    std::string hint = DidYouMean(other.values.front(), enumeration->values);
    if (!hint.empty()) return hint;
    return StrCat("its values are: ", anjuan::Join(enumeration->values, ", "));
  }
  const auto either = [&](Base x, Base y) {
    return (a.type.base == x && b.type.base == y) || (a.type.base == y && b.type.base == x);
  };
  if (either(Base::kDate, Base::kDateTime)) return "compare date(…) of the date and time";
  if (either(Base::kDate, Base::kString)) return "write the date as date(\"2023-03-06\")";
  if (either(Base::kDateTime, Base::kString)) return "write date and time(\"2023-03-06T09:00:00\")";
  if (either(Base::kDaysDuration, Base::kNumber)) {
    return "write the duration as duration(\"P10D\"), or ask for .days";
  }
  if (either(Base::kDaysDuration, Base::kString) || either(Base::kMonthsDuration, Base::kString)) {
    return "write the duration as duration(\"P10D\")";
  }
  if (either(Base::kNumber, Base::kString)) return "is one of them quoted by mistake?";
  if (either(Base::kList, Base::kString)) return "ask with list contains(…) or count(…)";
  return "";
}

}  // namespace anjuan::feel
