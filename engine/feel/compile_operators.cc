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
    RequireComparable(syntax.span, syntax.op, SideOf(left), SideOf(right));
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
  auto node = Make(comparison ? Node::Kind::kCompare : Node::Kind::kArithmetic, syntax.span, 2);
  node->op = syntax.op;
  node->kids.push_back(std::move(left.node));
  node->kids.push_back(std::move(right.node));
  return Computed(std::move(node), std::move(type));
}

Compiler::Part Compiler::CheckLogic(const Syntax& syntax) {
  const bool is_and = syntax.kind == Syntax::Kind::kAnd;
  auto node = Make(is_and ? Node::Kind::kAnd : Node::Kind::kOr, syntax.span, syntax.kids.size());
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
  RequireComparable(syntax.span, Operator::kGreaterEqual, SideOf(value), SideOf(low));
  RequireComparable(syntax.span, Operator::kLessEqual, SideOf(value), SideOf(high));
  auto node = Make(Node::Kind::kBetween, syntax.span, 3);
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
  auto node = Make(Node::Kind::kIn, syntax.span, syntax.kids.size() + 1);
  node->name = syntax.op == Operator::kNotEqual ? "not" : "tests";
  node->kids.push_back(std::move(value.node));
  const Side side{syntax.span, value.type};
  for (const auto& kid : syntax.kids) {
    names_input_ = false;
    if (kid->kind == Syntax::Kind::kTest) {
      CheckTest(side, *kid, *node);
      continue;
    }
    Part part = Check(*kid);
    if (!names_input_) {
      CheckMember(side, std::move(part), *kid, *node);
      continue;
    }
    RequireBoolean(part, "a test of `?`");
    auto truth = Make(Node::Kind::kTruth, kid->span);
    truth->kids.push_back(std::move(part.node));
    node->kids.push_back(std::move(truth));
  }
  return {std::move(node), Type::Of(Base::kBoolean), ""};
}

Compiler::Part Compiler::CheckIn(const Syntax& syntax) {
  Part value = Check(*syntax.kids[0]);
  auto node = Make(Node::Kind::kIn, syntax.span, syntax.kids.size());
  node->kids.push_back(std::move(value.node));
  const Side side{syntax.kids[0]->span, value.type};
  for (size_t i = 1; i < syntax.kids.size(); ++i) CheckTest(side, *syntax.kids[i], *node);
  return Computed(std::move(node), Type::Of(Base::kBoolean));
}

void Compiler::CheckTest(const Side& value, const Syntax& test, Node& in) {
  if (test.kind == Syntax::Kind::kTest) {
    Part operand = Check(*test.kids[0]);
    RequireComparable(test.span, test.op, value, SideOf(operand));
    auto node = Make(Node::Kind::kTest, test.span);
    node->op = test.op;
    node->kids.push_back(std::move(operand.node));
    in.kids.push_back(std::move(node));
    return;
  }
  CheckMember(value, Check(test), test, in);
}

// The value in a set, a range, or equal to what the part gives.
void Compiler::CheckMember(const Side& value, Part set, const Syntax& test, Node& in) {
  // What the value is compared with: the members of a range or list, or the thing itself. A list
  // of ranges is a list of tests.
  const Type* member = &set.type;
  Operator op = Operator::kEqual;
  for (const Base outer : {Base::kList, Base::kRange}) {
    const bool of_value = value.type.base == outer;
    if (member->base != outer || of_value || member->element == nullptr) continue;
    member = member->element.get();
    if (outer == Base::kRange) op = Operator::kLessEqual;
  }
  const bool list_in_list = value.type.base == Base::kList && set.type.base == Base::kList &&
                            set.type.element != nullptr &&
                            Comparable(value.type, *set.type.element);
  if (!list_in_list) RequireComparable(test.span, op, value, {test.span, *member});
  in.kids.push_back(std::move(set.node));
}

void Compiler::RequireComparable(Span span, Operator op, const Side& a, const Side& b) {
  if (standard_) return;
  if (!IsEquality(op)) {
    for (const Side* side : {&a, &b}) {
      if (side->type.base == Base::kAny || IsOrdered(side->type)) continue;
      Report(side->span, "feel.type",
             StrCat(Quote(text_, side->span), " is ", Describe(side->type), "; `", ToString(op),
                    "` needs an ordered value"));
      return;
    }
  }
  if (Comparable(a.type, b.type)) return;
  Report(span, "feel.type",
         StrCat(Quote(text_, a.span), " is ", Describe(a.type), " and ", Quote(text_, b.span),
                " is ", Describe(b.type), ": they are never equal"),
         UnlikeHint(a.type, b.type));
}

std::string Compiler::UnlikeHint(const Type& a, const Type& b) const {
  const Type* enumeration = IsEnum(a) ? &a : IsEnum(b) ? &b : nullptr;
  const Type& other = enumeration == &a ? b : a;
  if (enumeration != nullptr && other.base == Base::kString && !other.values.empty()) {
    std::string hint = DidYouMean(other.values.front(), enumeration->values);
    if (!hint.empty()) return hint;
    return StrCat("its values are: ", anjuan::Join(enumeration->values, ", "));
  }
  const auto either = [&](Base x, Base y) {
    return (a.base == x && b.base == y) || (a.base == y && b.base == x);
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
