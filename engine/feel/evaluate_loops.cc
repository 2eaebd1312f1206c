// if; for, some, every: loops over lists and spans, one inside the other.
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/evaluate.h"

namespace anjuan::feel {

namespace {

constexpr std::int64_t kItemSize = sizeof(Value);

}  // namespace

const Value* Evaluator::EvalIf(const Node& node, Value& out) {
  Value scratch;
  const Value* condition = Eval(*node.kids[0], scratch);
  if (condition == nullptr) return nullptr;
  bool holds = false;
  if (condition->boolean() != nullptr) {
    holds = *condition->boolean();
  } else {  // a lenient evaluation takes the else branch
    const Value* failed =
        condition->is_null()
            ? IsNull(*node.kids[0], "`if`")
            : Fail(*node.kids[0], "feel.type",
                   StrCat("`if` needs a boolean, not a ", KindName(condition->kind())));
    if (failed == nullptr) return nullptr;
  }
  return Eval(*node.kids[holds ? 1 : 2], out);
}

// One for, some or every being run. Its methods return false where the evaluation has ended.
struct Evaluator::Loop {
  const Node& node;
  bool collects;  // for
  bool deciding;  // the answer that ends some (true) or every (false)
  List results = {};
  bool decided = false;
  bool saw_null = false;
  bool broken = false;  // lenient: a domain failed, and the loop is null

  size_t iterators() const { return node.kids.size() - 1; }
  const Node& body() const { return *node.kids.back(); }
};

const Value* Evaluator::EvalFor(const Node& node, Value& out) {
  Loop loop{node, true, false};
  if (!RunLoop(loop, 0)) return nullptr;
  out = loop.broken ? Value() : Value(std::move(loop.results));
  return &out;
}

const Value* Evaluator::EvalQuantified(const Node& node, bool deciding, Value& out) {
  Loop loop{node, false, deciding};
  if (!RunLoop(loop, 0)) return nullptr;
  if (!loop.decided && loop.saw_null) {
    const Value* null = IsNull(loop.body(), deciding ? "`some`" : "`every`");
    if (null == nullptr) return nullptr;
    out = Value();
    return &out;
  }
  out = loop.broken && !loop.decided ? Value() : Value(loop.decided ? deciding : !deciding);
  return &out;
}

bool Evaluator::Break(Loop& loop, Read outcome) {
  loop.broken = true;
  return outcome != nullptr;
}

bool Evaluator::RunLoop(Loop& loop, size_t iterator) {
  if (iterator == loop.iterators()) return FinishRound(loop);
  const Node& domain = *loop.node.kids[iterator];
  if (domain.kind == Node::Kind::kInterval) {
    Value low_scratch;
    Value high_scratch;
    const Value* low = Eval(*domain.kids[0], low_scratch);
    if (low == nullptr) return false;
    const Value* high = Eval(*domain.kids[1], high_scratch);
    if (high == nullptr) return false;
    if (low->is_null()) return Break(loop, IsNull(*domain.kids[0], "`for`"));
    if (high->is_null()) return Break(loop, IsNull(*domain.kids[1], "`for`"));
    return RunSpan(loop, iterator, *low, *high);
  }
  Value scratch;
  const Value* value = Eval(domain, scratch);
  if (value == nullptr) return false;
  const Value kept = *value;  // the frame it may stand in changes below
  if (kept.is_null()) return Break(loop, IsNull(domain, "a loop"));
  if (const Range* range = kept.range()) return RunRange(loop, iterator, *range);
  return RunList(loop, iterator, kept);
}

bool Evaluator::RunOnce(Loop& loop, size_t iterator, Value item) {
  // A loop without rounds to speak of must still use up its budget.
  if (!Charge(1, 0)) return Fail(loop.node, "feel.budget", "the loop is too long") != nullptr;
  frame_[loop.node.index + static_cast<int>(iterator)].Keep(std::move(item));
  return RunLoop(loop, iterator + 1);
}

bool Evaluator::RunList(Loop& loop, size_t iterator, const Value& domain) {
  if (domain.list() == nullptr) return RunOnce(loop, iterator, domain);
  for (const Value& item : *domain.list()) {
    if (!RunOnce(loop, iterator, item)) return false;
    if (loop.decided) return true;
  }
  return true;
}

bool Evaluator::RunRange(Loop& loop, size_t iterator, const Range& range) {
  const auto is_whole = [](const Value& end) {
    return end.number() != nullptr && end.number()->IsInteger();
  };
  const bool whole = is_whole(range.low) && is_whole(range.high);
  const bool days = range.low.date() != nullptr && range.high.date() != nullptr;
  if (!whole && !days) {
    const Node& domain = *loop.node.kids[iterator];
    return Break(loop, Fail(domain, "feel.type",
                            "only a range of whole numbers or dates can be counted through"));
  }
  Value low = range.low;
  Value high = range.high;
  const auto step = [days](const Value& value, int by) {
    if (days) return Value(AddDays(*value.date(), by));
    return Value(value.number()->Add(Decimal(by)).value_or(*value.number()));
  };
  if (!range.low_included) low = step(low, 1);
  if (!range.high_included) high = step(high, -1);
  if (const auto order = Order(low, high); !order || *order > 0) {
    if (!standard() || (range.low_included && range.high_included) == false) return true;
    return Break(loop, Fail(*loop.node.kids[iterator], "feel.range",
                            "a range from the greater to the lesser holds nothing"));
  }
  return RunSpan(loop, iterator, low, high);
}

// Up or down, both ends included.
bool Evaluator::RunSpan(Loop& loop, size_t iterator, const Value& low, const Value& high) {
  const Node& domain = *loop.node.kids[iterator];
  if (low.date() != nullptr && high.date() != nullptr) {
    const std::int64_t first = ToDayNumber(*low.date());
    const std::int64_t last = ToDayNumber(*high.date());
    const int step = last < first ? -1 : 1;
    for (std::int64_t day = first;; day += step) {
      if (!RunOnce(loop, iterator, Value(FromDayNumber(day)))) return false;
      if (loop.decided || day == last) return true;
    }
  }
  const auto first = low.number() == nullptr ? std::nullopt : low.number()->ToInteger();
  const auto last = high.number() == nullptr ? std::nullopt : high.number()->ToInteger();
  if (!first || !last) {
    return Break(loop, Fail(domain, "feel.range", "a loop counts whole numbers or dates"));
  }
  const int step = *last < *first ? -1 : 1;
  for (std::int64_t i = *first;; i += step) {
    if (!RunOnce(loop, iterator, Value(i))) return false;
    if (loop.decided || i == *last) return true;
  }
}

bool Evaluator::FinishRound(Loop& loop) {
  if (loop.node.detail().partial >= 0) {
    const auto size = static_cast<std::int64_t>(loop.results.size());
    if (!Charge(size, kItemSize * size)) {
      return Fail(loop.node, "feel.budget", "`partial` is copied too often") != nullptr;
    }
    Value so_far(loop.results);
    if (!Charge(so_far.weight() - size, 0)) {
      return Fail(loop.node, "feel.budget", "`partial` is copied too often") != nullptr;
    }
    frame_[loop.node.detail().partial].Keep(std::move(so_far));
  }
  Value scratch;
  const Value* value = Eval(loop.body(), scratch);
  if (value == nullptr) return false;
  if (loop.collects) {
    loop.results.push_back(*value);
    if (!Charge(0, kItemSize) || !ChargeCopy(*value)) {
      return Fail(loop.node, "feel.budget", "the loop makes too long a list") != nullptr;
    }
  } else if (value->is_null()) {
    loop.saw_null = true;
  } else if (value->boolean() == nullptr) {
    loop.saw_null = true;
    return Fail(loop.body(), "feel.type",
                StrCat("`satisfies` needs a boolean, not a ", KindName(value->kind()))) != nullptr;
  } else if (*value->boolean() == loop.deciding) {
    loop.decided = true;
  }
  return true;
}

}  // namespace anjuan::feel
