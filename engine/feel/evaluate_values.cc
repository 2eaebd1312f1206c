// Lists, contexts and ranges made from their parts.
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/evaluate.h"

namespace anjuan::feel {

namespace {

constexpr std::int64_t kItemSize = sizeof(Value);

const Value* Put(Value value, Value& out) {
  out = std::move(value);
  return &out;
}

}  // namespace

const Value* Evaluator::EvalList(const Node& node, Value& out) {
  List items;
  items.reserve(node.kids.size());
  for (const auto& kid : node.kids) {
    Value scratch;
    const Value* value = Eval(*kid, scratch);
    if (value == nullptr) return nullptr;
    if (!ChargeCopy(*value)) return Fail(node, "feel.budget", "the texts are too long");
    items.push_back(*value);
    meter_.bytes += kItemSize;
  }
  return Put(Value(std::move(items)), out);
}

// Later entries may name earlier ones, so each goes into the frame as well.
const Value* Evaluator::EvalContext(const Node& node, Value& out) {
  std::vector<Context::Entry> entries;
  entries.reserve(node.kids.size());
  for (size_t i = 0; i < node.kids.size(); ++i) {
    Value scratch;
    const Value* value = Eval(*node.kids[i], scratch);
    if (value == nullptr) return nullptr;
    if (!ChargeCopy(*value)) return Fail(node, "feel.budget", "the texts are too long");
    frame_[node.index + static_cast<int>(i)].Keep(*value);
    entries.emplace_back(node.detail().names[i], *value);
    meter_.bytes += 2 * kItemSize;
  }
  return Put(Value(Context(std::move(entries))), out);
}

const Value* Evaluator::EvalRange(const Node& node, Value& out) {
  Value low_scratch;
  Value high_scratch;
  const Value* low = Eval(*node.kids[0], low_scratch);
  if (low == nullptr) return nullptr;
  const Value* high = Eval(*node.kids[1], high_scratch);
  if (high == nullptr) return nullptr;
  // The standard knows ends that are not known, but none of them is included.
  const bool open_low = low->is_null() && standard() && !node.low_included;
  const bool open_high = high->is_null() && standard() && !node.high_included;
  if (low->is_null() && !open_low) return IsNull(*node.kids[0], "a range");
  if (high->is_null() && !open_high) return IsNull(*node.kids[1], "a range");
  if (!open_low && !open_high && !Order(*low, *high)) {
    return Fail(node, "feel.type",
                StrCat("a range from a ", KindName(low->kind()), " to a ", KindName(high->kind())));
  }
  meter_.bytes += 2 * kItemSize;
  return Put(Value(Range{*low, *high, node.low_included, node.high_included}), out);
}

const Value* Evaluator::EvalTestRange(const Node& node, Value& out) {
  Value scratch;
  const Value* value = Eval(*node.kids[0], scratch);
  if (value == nullptr) return nullptr;
  if (value->is_null()) return IsNull(*node.kids[0], "a range");
  if (!Order(*value, *value)) {
    return Fail(node, "feel.type", StrCat("a range of ", KindName(value->kind())));
  }
  Range range;
  range.form = node.op == Operator::kNotEqual ? Range::Form::kNot : Range::Form::kTest;
  const bool below = node.op == Operator::kLess || node.op == Operator::kLessEqual;
  const bool above = node.op == Operator::kGreater || node.op == Operator::kGreaterEqual;
  const bool included = node.op != Operator::kLess && node.op != Operator::kGreater;
  if (!above) range.high = *value;
  if (!below) range.low = *value;
  range.low_included = included && !below;
  range.high_included = included && !above;
  meter_.bytes += 2 * kItemSize;
  return Put(Value(std::move(range)), out);
}

}  // namespace anjuan::feel
