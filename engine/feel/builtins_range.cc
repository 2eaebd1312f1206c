// Where points and ranges lie to one another: before, meets, overlaps, during, … and
// range("[1..5]").
//
// Source:  DMN 1.5 10.3.4.9, table 78. A point counts as a range of one. An end that is missing
//          lies beyond everything.
#include <array>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

namespace {

Range AsRange(const Value& value) {
  if (const Range* range = value.range()) return *range;
  return Range{value, value};
}

// The pair of ranges in question; `unlike` where their ends have no common order.
struct Pair {
  Range a;
  Range b;
  bool unlike = false;

  explicit Pair(Arguments args) : a(AsRange(*args[0])), b(AsRange(*args[1])) {
    const auto probe = [this](const Value& x, const Value& y) {
      if (!x.is_null() && !y.is_null() && !Order(x, y)) unlike = true;
    };
    probe(a.low, b.low);
    probe(a.low, b.high);
    probe(a.high, b.low);
    probe(a.high, b.high);
    probe(a.low, a.low);  // a point that has no order at all
    probe(b.low, b.low);
    if (a.form == Range::Form::kNot || b.form == Range::Form::kNot) unlike = true;
  }
};

constexpr auto kLess = std::strong_ordering::less;
constexpr auto kEqual = std::strong_ordering::equal;
constexpr auto kGreater = std::strong_ordering::greater;

std::strong_ordering Lows(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) {
    return a.is_null() && b.is_null() ? kEqual : a.is_null() ? kLess : kGreater;
  }
  return Order(a, b).value_or(kEqual);
}
std::strong_ordering Highs(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) {
    return a.is_null() && b.is_null() ? kEqual : a.is_null() ? kGreater : kLess;
  }
  return Order(a, b).value_or(kEqual);
}
// The upper end of one against the lower end of another.
std::strong_ordering HighToLow(const Value& high, const Value& low) {
  if (high.is_null()) return kGreater;
  if (low.is_null()) return kGreater;
  return Order(high, low).value_or(kEqual);
}

bool Before(const Range& a, const Range& b) {
  const auto order = HighToLow(a.high, b.low);
  return order < 0 || (order == 0 && (!a.high_included || !b.low_included));
}

bool Meets(const Range& a, const Range& b) {
  return !a.high.is_null() && HighToLow(a.high, b.low) == 0 && a.high_included && b.low_included;
}

bool Reaches(const Range& a, const Range& b) {  // a begins before b ends
  const auto order = HighToLow(b.high, a.low);
  return order > 0 || (order == 0 && a.low_included && b.high_included);
}

bool Overlap(const Range& a, const Range& b) {
  return Reaches(a, b) && Reaches(b, a);
}

// Does a begin no later than b, and end no earlier?
bool CoversLow(const Range& a, const Range& b) {
  const auto order = Lows(a.low, b.low);
  return order < 0 || (order == 0 && (a.low_included || !b.low_included));
}
bool CoversHigh(const Range& a, const Range& b) {
  const auto order = Highs(a.high, b.high);
  return order > 0 || (order == 0 && (a.high_included || !b.high_included));
}

bool SameLow(const Range& a, const Range& b) {
  return Lows(a.low, b.low) == 0 && a.low_included == b.low_included;
}
bool SameHigh(const Range& a, const Range& b) {
  return Highs(a.high, b.high) == 0 && a.high_included == b.high_included;
}

bool BeginsEarlier(const Range& a, const Range& b) {
  const auto order = Lows(a.low, b.low);
  return order < 0 || (order == 0 && a.low_included && !b.low_included);
}
bool OverlapsBefore(const Range& a, const Range& b) {
  return BeginsEarlier(a, b) && Overlap(a, b) && CoversHigh(b, a);
}
bool OverlapsAfter(const Range& a, const Range& b) {
  return BeginsEarlier(b, a) && Overlap(a, b) && CoversHigh(a, b);
}
bool Includes(const Range& a, const Range& b) {
  return CoversLow(a, b) && CoversHigh(a, b);
}
bool Starts(const Range& a, const Range& b) {
  return SameLow(a, b) && CoversHigh(b, a);
}
bool Finishes(const Range& a, const Range& b) {
  return SameHigh(a, b) && CoversLow(b, a);
}
bool Coincides(const Range& a, const Range& b) {
  return SameLow(a, b) && SameHigh(a, b);
}

template <bool (*relation)(const Range&, const Range&), bool swapped>
Answer Relate(Arguments args, Services&) {
  const Pair pair(args);
  if (pair.unlike) {
    return NoAnswer{"feel.type", "the two have no common order"};
  }
  return Value(swapped ? relation(pair.b, pair.a) : relation(pair.a, pair.b));
}

// "[..5]" and "[1..)" lack an end: they are the tests (<= 5) and (>= 1).
std::string WithoutMissingEnd(std::string_view text) {
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (inside.starts_with("..")) {
    return StrCat("(", text.back() == ']' ? "<= " : "< ", inside.substr(2), ")");
  }
  if (inside.ends_with("..")) {
    return StrCat("(", text.front() == '[' ? ">= " : "> ", inside.substr(0, inside.size() - 2),
                  ")");
  }
  return std::string(text);
}

// The text is an expression of its own, with a small budget of its own and no names.
Answer RangeFromString(Arguments args, Services& services) {
  const std::string_view text = Trim(*args[0]->string());
  const Budget small{.steps = 1000, .depth = 8, .bytes = 1 << 16};
  if (!services.Charge(small.steps, static_cast<std::int64_t>(text.size()))) return BudgetSpent();
  const auto mistake = [&] {
    return RangeTrouble(StrCat("\"", text, "\" is no range; write it as \"[1..5)\""));
  };
  constexpr std::string_view kBrackets = "[]()";
  const auto bracket = [&](char c) { return kBrackets.find(c) != std::string_view::npos; };
  if (text.size() < 3 || !bracket(text.front()) || !bracket(text.back())) return mistake();
  Scope scope(services.dialect());
  scope.UseZones({std::shared_ptr<void>(), services.zones()});  // borrowed for this call
  const auto expression = Compile(WithoutMissingEnd(text), scope, {"", 0, 0});
  if (!expression) return mistake();
  const auto value = Evaluate(*expression, {}, NoHost(), small);
  if (!value || value->range() == nullptr) return mistake();
  const Range& range = *value->range();
  const auto order = Order(range.low, range.high);
  if (order && *order > 0) return mistake();
  return *value;
}

constexpr std::string_view kAny = "point1: any, point2: any";
constexpr std::string_view kRanges = "range1: range, range2: range";
constexpr std::string_view kWithin = "point: any, range: range";
constexpr std::string_view kAround = "range: range, point: any";

constexpr std::array kRows = {
    BuiltinRow{"before", kAny, "boolean", Relate<Before, false>},
    BuiltinRow{"after", kAny, "boolean", Relate<Before, true>},
    BuiltinRow{"meets", kRanges, "boolean", Relate<Meets, false>},
    BuiltinRow{"met by", kRanges, "boolean", Relate<Meets, true>},
    BuiltinRow{"overlaps", kRanges, "boolean", Relate<Overlap, false>},
    BuiltinRow{"overlaps before", kRanges, "boolean", Relate<OverlapsBefore, false>},
    BuiltinRow{"overlaps after", kRanges, "boolean", Relate<OverlapsAfter, false>},
    BuiltinRow{"finishes", kRanges, "boolean", Relate<Finishes, false>},
    BuiltinRow{"finishes", kWithin, "boolean", Relate<Finishes, false>},
    BuiltinRow{"finished by", kRanges, "boolean", Relate<Finishes, true>},
    BuiltinRow{"finished by", kAround, "boolean", Relate<Finishes, true>},
    BuiltinRow{"includes", kRanges, "boolean", Relate<Includes, false>},
    BuiltinRow{"includes", kAround, "boolean", Relate<Includes, false>},
    BuiltinRow{"during", kRanges, "boolean", Relate<Includes, true>},
    BuiltinRow{"during", kWithin, "boolean", Relate<Includes, true>},
    BuiltinRow{"starts", kRanges, "boolean", Relate<Starts, false>},
    BuiltinRow{"starts", kWithin, "boolean", Relate<Starts, false>},
    BuiltinRow{"started by", kRanges, "boolean", Relate<Starts, true>},
    BuiltinRow{"started by", kAround, "boolean", Relate<Starts, true>},
    BuiltinRow{"range", "from: string", "range", RangeFromString},
    BuiltinRow{"coincides", kAny, "boolean", Relate<Coincides, false>},
};

}  // namespace

std::span<const BuiltinRow> RangeRows() {
  return kRows;
}

}  // namespace anjuan::feel
