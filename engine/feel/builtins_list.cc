// Lists: membership, statistics, cutting and joining, sorting.
#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

namespace {

const List& Items(const Value* value) {
  return *value->list();
}

bool ChargeFor(Services& services, size_t items) {
  return services.Charge(static_cast<std::int64_t>(items),
                         static_cast<std::int64_t>(items * sizeof(Value)));
}

// For a list of copies: long texts are copied whole.
bool ChargeCopies(Services& services, const List& list) {
  return ChargeFor(services, list.size()) &&
         std::all_of(list.begin(), list.end(), [&](const Value& item) {
           return item.string() == nullptr || services.ChargeText(*item.string());
         });
}

bool ChargeSteps(Services& services, size_t steps) {
  return services.Charge(static_cast<std::int64_t>(steps), 0);
}

// One value is compared with each of `count` others.
bool ChargeSearch(Services& services, size_t count, const Value& value) {
  const auto times = static_cast<std::int64_t>(count);
  return value.weight() <= Value::kHeaviest / times &&
         services.Charge(times * value.weight(), sizeof(Value));
}

// Inside lists unlike kinds are simply not equal.
bool Same(const Value& a, const Value& b) {
  return Equal(a, b).value_or(false);
}

NoAnswer BadItem(size_t index, const Value& item, std::string_view wanted) {
  const std::string place = StrCat("item ", index + 1, " of the list is ");
  if (item.is_null()) return NullTrouble(place + "null");
  return {"feel.type", StrCat(place, KindName(item.kind()), "; ", wanted, " is needed")};
}

Answer ListContains(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  if (!services.Charge(args[0]->weight(), 0)) return BudgetSpent();
  return Value(std::any_of(list.begin(), list.end(),
                           [&](const Value& item) { return Same(item, *args[1]); }));
}

Answer Count(Arguments args, Services&) {
  return Value(static_cast<std::int64_t>(Items(args[0]).size()));
}

template <bool largest>
Answer Extreme(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  if (!ChargeSteps(services, list.size())) return BudgetSpent();
  if (list.empty()) return Value();
  size_t best = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const auto order = Order(list[i], list[best]);
    if (!order) return BadItem(i, list[i], i == 0 ? "an ordered value" : KindName(list[0].kind()));
    if (largest ? *order > 0 : *order < 0) best = i;
  }
  return list[best];
}

// nullopt where one is no number or the result is none.
std::optional<Decimal> FoldNumbers(const List& list, Operator op) {
  std::optional<Decimal> total = Decimal(op == Operator::kAdd ? 0 : 1);
  for (const Value& item : list) {
    const Decimal* number = item.number();
    if (number == nullptr || !total) return std::nullopt;
    total = op == Operator::kAdd ? total->Add(*number) : total->Multiply(*number);
  }
  return total;
}

Answer Fold(Arguments args, Services& services, Operator op) {
  const List& list = Items(args[0]);
  if (!ChargeSteps(services, list.size())) return BudgetSpent();
  if (list.empty()) return Value();
  if (const auto total = FoldNumbers(list, op)) return Value(*total);
  Value total = list[0];
  for (size_t i = 0; i < list.size(); ++i) {
    const bool duration = list[i].days() != nullptr || list[i].months() != nullptr;
    if (list[i].number() == nullptr && (op != Operator::kAdd || !duration)) {
      return BadItem(i, list[i], op == Operator::kAdd ? "a number or a duration" : "a number");
    }
    if (i == 0) continue;
    if (list[i].kind() != total.kind()) return BadItem(i, list[i], KindName(total.kind()));
    Answer next = Arithmetic(op, total, list[i]);
    if (std::holds_alternative<NoAnswer>(next)) return next;
    total = std::get<Value>(std::move(next));
  }
  return total;
}

// The sum of no numbers is null in the standard, and a guard on it would be an error.
Answer Sum(Arguments args, Services& services) {
  return Fold(args, services, Operator::kAdd);
}

Answer Product(Arguments args, Services& services) {
  const bool standard = services.dialect() == Dialect::kStandard;
  if (standard && Items(args[0]).empty()) return RangeTrouble("the list is empty");
  return Fold(args, services, Operator::kMultiply);
}

Answer Mean(Arguments args, Services& services) {
  Answer sum = Fold(args, services, Operator::kAdd);
  if (std::holds_alternative<NoAnswer>(sum) || std::get<Value>(sum).is_null()) return sum;
  return Arithmetic(Operator::kDivide, std::get<Value>(sum),
                    Value(static_cast<std::int64_t>(Items(args[0]).size())));
}

Answer Median(Arguments args, Services& services) {
  List numbers = Items(args[0]);
  if (!ChargeFor(services, numbers.size())) return BudgetSpent();
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i].number() == nullptr) return BadItem(i, numbers[i], "a number");
  }
  if (numbers.empty()) return Value();
  std::sort(numbers.begin(), numbers.end(),
            [](const Value& a, const Value& b) { return *a.number() < *b.number(); });
  const size_t middle = numbers.size() / 2;
  if (numbers.size() % 2 == 1) return numbers[middle];
  const auto sum = numbers[middle - 1].number()->Add(*numbers[middle].number());
  if (!sum) return RangeTrouble("the sum is too large");
  return Arithmetic(Operator::kDivide, Value(*sum), Value(2));
}

Answer NumbersOnly(const List& list) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].number() == nullptr) return BadItem(i, list[i], "a number");
  }
  return Value();
}

// Of the sample: n - 1 in the denominator.
Answer StandardDeviation(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  if (!ChargeSteps(services, 2 * list.size())) return BudgetSpent();
  Answer checked = NumbersOnly(list);
  if (std::holds_alternative<NoAnswer>(checked)) return checked;
  if (list.size() < 2) return RangeTrouble("stddev needs two numbers at least");
  const Decimal count(static_cast<std::int64_t>(list.size()));
  std::optional<Decimal> sum = Decimal();
  for (const Value& item : list) sum = sum ? sum->Add(*item.number()) : sum;
  const auto mean = sum ? sum->Divide(count) : std::nullopt;
  std::optional<Decimal> squares = Decimal();
  for (const Value& item : list) {
    const auto off = mean ? item.number()->Subtract(*mean) : std::nullopt;
    const auto square = off ? off->Multiply(*off) : std::nullopt;
    squares = square && squares ? squares->Add(*square) : std::nullopt;
  }
  const auto variance = squares ? squares->Divide(*count.Subtract(Decimal(1))) : std::nullopt;
  const auto root = variance ? variance->Sqrt() : std::nullopt;
  if (!root) return RangeTrouble("the numbers are too large");
  return Value(*root);
}

// The most frequent numbers, ascending.
Answer Mode(Arguments args, Services& services) {
  List numbers = Items(args[0]);
  if (!ChargeFor(services, numbers.size())) return BudgetSpent();
  Answer checked = NumbersOnly(numbers);
  if (std::holds_alternative<NoAnswer>(checked)) return checked;
  std::sort(numbers.begin(), numbers.end(),
            [](const Value& a, const Value& b) { return *a.number() < *b.number(); });
  List out;
  size_t most = 0;
  for (size_t begin = 0; begin < numbers.size();) {
    size_t end = begin;
    while (end < numbers.size() && *numbers[end].number() == *numbers[begin].number()) ++end;
    if (end - begin > most) out.clear();
    if (end - begin >= most) {
      out.push_back(numbers[begin]);
      most = end - begin;
    }
    begin = end;
  }
  return Value(std::move(out));
}

// all / any: a null item counts only where the others do not decide.
template <bool deciding>
Answer Quantify(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  if (!ChargeSteps(services, list.size())) return BudgetSpent();
  std::optional<size_t> null_at;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].is_null()) {
      null_at = i;
    } else if (list[i].boolean() == nullptr) {
      return BadItem(i, list[i], "a boolean");
    } else if (*list[i].boolean() == deciding) {
      return Value(deciding);
    }
  }
  if (null_at && services.dialect() == Dialect::kStandard) return Value();
  if (null_at) return BadItem(*null_at, Value(), "a boolean");
  return Value(!deciding);
}

Answer NoList(Arguments, Services&) {
  return NullTrouble("the list is null");
}

Answer Not(Arguments args, Services&) {
  return Value(!*args[0]->boolean());
}

// Positions and lengths with a fraction count as the whole number below (towards zero).
std::optional<std::int64_t> WholePart(const Decimal& number) {
  const auto whole = number.Round(0, Decimal::Rounding::kDown);
  return whole ? whole->ToInteger() : std::nullopt;
}

// A position counts from 1, or from -1 at the end; nullopt outside the list.
std::optional<size_t> PositionIn(const Decimal& position, size_t size) {
  const auto index = WholePart(position);
  const auto count = static_cast<std::int64_t>(size);
  if (!index || *index == 0 || *index > count || *index < -count) return std::nullopt;
  return static_cast<size_t>(*index > 0 ? *index - 1 : count + *index);
}

NoAnswer OutsideList(const Decimal& position, size_t size) {
  return RangeTrouble(StrCat("position ", position.ToString(), " lies outside a list of ", size));
}

using Offset = List::difference_type;

Answer Sublist(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  const auto begin = PositionIn(*args[1]->number(), list.size());
  if (!begin) return OutsideList(*args[1]->number(), list.size());
  size_t length = list.size() - *begin;
  if (args[2] != nullptr) {
    const auto given = WholePart(*args[2]->number());
    if (!given || *given < 0 || static_cast<size_t>(*given) > length) {
      return RangeTrouble("the length goes beyond the list");
    }
    length = static_cast<size_t>(*given);
  }
  if (!ChargeFor(services, length)) return BudgetSpent();
  const auto first = list.begin() + static_cast<Offset>(*begin);
  List out(first, first + static_cast<Offset>(length));
  if (!ChargeCopies(services, out)) return BudgetSpent();
  return Value(std::move(out));
}

Answer AppendItems(Arguments args, Services& services) {
  List out = Items(args[0]);
  out.insert(out.end(), Items(args[1]).begin(), Items(args[1]).end());
  if (!ChargeCopies(services, out)) return BudgetSpent();
  return Value(std::move(out));
}

Answer Concatenate(Arguments args, Services& services) {
  List out;
  for (size_t i = 0; i < Items(args[0]).size(); ++i) {
    const Value& list = Items(args[0])[i];
    if (list.list() == nullptr) return BadItem(i, list, "a list");
    if (!ChargeCopies(services, *list.list())) return BudgetSpent();
    out.insert(out.end(), list.list()->begin(), list.list()->end());
  }
  return Value(std::move(out));
}

Answer InsertBefore(Arguments args, Services& services) {
  List out = Items(args[0]);
  const auto position = PositionIn(*args[1]->number(), out.size());
  if (!position) return OutsideList(*args[1]->number(), out.size());
  if (!ChargeCopies(services, out)) return BudgetSpent();
  out.insert(out.begin() + static_cast<Offset>(*position), *args[2]);
  return Value(std::move(out));
}

Answer Remove(Arguments args, Services& services) {
  List out = Items(args[0]);
  const auto position = PositionIn(*args[1]->number(), out.size());
  if (!position) return OutsideList(*args[1]->number(), out.size());
  if (!ChargeCopies(services, out)) return BudgetSpent();
  out.erase(out.begin() + static_cast<Offset>(*position));
  return Value(std::move(out));
}

Answer ReplaceAt(Arguments args, Services& services) {
  List out = Items(args[0]);
  const auto position = PositionIn(*args[1]->number(), out.size());
  if (!position) return OutsideList(*args[1]->number(), out.size());
  if (!ChargeCopies(services, out)) return BudgetSpent();
  out[*position] = *args[2];
  return Value(std::move(out));
}

// Every item for which match(item, newItem) holds.
Answer ReplaceMatching(Arguments args, Services& services) {
  List out = Items(args[0]);
  if (!ChargeCopies(services, out)) return BudgetSpent();
  for (Value& item : out) {
    const std::array<Value, 2> pair = {item, *args[2]};
    Answer matches = services.Invoke(*args[1], pair);
    if (std::holds_alternative<NoAnswer>(matches)) return matches;
    const bool* holds = std::get<Value>(matches).boolean();
    if (holds == nullptr) {
      return NoAnswer{"feel.type", "the function of list replace must give a boolean"};
    }
    if (*holds) item = *args[2];
  }
  return Value(std::move(out));
}

Answer DuplicateValues(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  List out;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!ChargeSearch(services, i + 1, list[i])) return BudgetSpent();
    const auto here = list.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = [&](const Value& other) { return Same(*here, other); };
    if (std::any_of(list.begin(), here, same) && std::none_of(out.begin(), out.end(), same)) {
      out.push_back(*here);
    }
  }
  return Value(std::move(out));
}

// partition([1, 2, 3, 4, 5], 2) = [[1, 2], [3, 4], [5]]
Answer Partition(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  const auto size = WholePart(*args[1]->number());
  if (!size || *size < 1) return RangeTrouble("a part has one item at least");
  if (!ChargeFor(services, list.size() + 1) || !ChargeCopies(services, list)) return BudgetSpent();
  List out;
  const auto count = static_cast<std::int64_t>(list.size());
  for (std::int64_t begin = 0; begin < count;) {
    const std::int64_t end = count - begin < *size ? count : begin + *size;
    out.emplace_back(List(list.begin() + begin, list.begin() + end));
    begin = end;
  }
  return Value(std::move(out));
}

Answer Reverse(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  if (!ChargeCopies(services, list)) return BudgetSpent();
  return Value(List(list.rbegin(), list.rend()));
}

Answer IndexOf(Arguments args, Services& services) {
  const List& list = Items(args[0]);
  if (!services.Charge(args[0]->weight(), 0)) return BudgetSpent();
  if (!ChargeFor(services, list.size())) return BudgetSpent();
  List out;
  for (size_t i = 0; i < list.size(); ++i) {
    if (Same(list[i], *args[1])) out.emplace_back(static_cast<std::int64_t>(i + 1));
  }
  return Value(std::move(out));
}

Answer Distinct(const List& list, Services& services) {
  List out;
  for (const Value& item : list) {
    if (!ChargeSearch(services, out.size() + 1, item)) return BudgetSpent();
    const bool seen =
        std::any_of(out.begin(), out.end(), [&](const Value& other) { return Same(item, other); });
    if (!seen) out.push_back(item);
  }
  return Value(std::move(out));
}

Answer DistinctValues(Arguments args, Services& services) {
  return Distinct(Items(args[0]), services);
}

Answer Union(Arguments args, Services& services) {
  Answer all = Concatenate(args, services);
  if (std::holds_alternative<NoAnswer>(all)) return all;
  return Distinct(*std::get<Value>(all).list(), services);
}

bool FlattenInto(const List& list, Services& services, List& out) {
  for (const Value& item : list) {
    if (!ChargeFor(services, 1)) return false;
    if (item.list() == nullptr) {
      if (item.string() != nullptr && !services.ChargeText(*item.string())) return false;
      out.push_back(item);
    } else if (!FlattenInto(*item.list(), services, out)) {
      return false;
    }
  }
  return true;
}

Answer Flatten(Arguments args, Services& services) {
  List out;
  if (!FlattenInto(Items(args[0]), services, out)) return BudgetSpent();
  return Value(std::move(out));
}

// Whether the second stands before the first; an error ends the sort.
Answer Precedes(const Value* function, const Value& a, const Value& b, Services& services) {
  if (function != nullptr) {
    const std::array<Value, 2> pair = {a, b};
    Answer answer = services.Invoke(*function, pair);
    if (std::holds_alternative<NoAnswer>(answer)) return answer;
    if (std::get<Value>(answer).boolean() == nullptr) {
      return NoAnswer{"feel.type", "the function of sort must give a boolean"};
    }
    return answer;
  }
  const auto order = Order(a, b);
  if (!order) {
    return NoAnswer{"feel.type", StrCat(KindName(a.kind()), " and ", KindName(b.kind()),
                                        " have no order; give sort a function")};
  }
  return Value(*order < 0);
}

// A merge sort of our own: std::sort may not be given a comparison that contradicts itself or
// fails, and a definition's function may do both.
Answer Sort(Arguments args, Services& services) {
  List from = Items(args[0]);
  if (!ChargeFor(services, from.size()) || !ChargeCopies(services, from)) return BudgetSpent();
  List to(from.size());
  for (size_t width = 1; width < from.size(); width *= 2) {
    for (size_t begin = 0; begin < from.size(); begin += 2 * width) {
      const size_t middle = std::min(begin + width, from.size());
      const size_t end = std::min(begin + 2 * width, from.size());
      size_t left = begin;
      size_t right = middle;
      for (size_t out = begin; out < end; ++out) {
        bool take_right = left == middle;
        if (left < middle && right < end) {
          if (!ChargeSteps(services, 1)) return BudgetSpent();
          // Stable: the right one goes first only where it truly precedes.
          Answer precedes = Precedes(args[1], from[right], from[left], services);
          if (std::holds_alternative<NoAnswer>(precedes)) return precedes;
          take_right = *std::get<Value>(precedes).boolean();
        }
        to[out] = std::move(take_right ? from[right++] : from[left++]);
      }
    }
    std::swap(from, to);
  }
  return Value(std::move(from));
}

constexpr std::array kRows = {
    BuiltinRow{"not", "negand: boolean", "boolean", Not},
    BuiltinRow{"list contains", "list: list, element: any?", "boolean", ListContains},
    BuiltinRow{"count", "list: list", "number", Count},
    BuiltinRow{"min", "list: list", "element", Extreme<false>},
    BuiltinRow{"min", "value...: any", "first", Extreme<false>},
    BuiltinRow{"max", "list: list", "element", Extreme<true>},
    BuiltinRow{"max", "value...: any", "first", Extreme<true>},
    BuiltinRow{"sum", "list: list", "element", Sum},
    BuiltinRow{"sum", "n...: number", "number", Sum},
    BuiltinRow{"product", "list: list<number>", "number", Product},
    BuiltinRow{"product", "n...: number", "number", Product},
    BuiltinRow{"mean", "list: list", "element", Mean},
    BuiltinRow{"mean", "n...: number", "number", Mean},
    BuiltinRow{"median", "list: list<number>", "number", Median},
    BuiltinRow{"median", "n...: number", "number", Median},
    BuiltinRow{"stddev", "list: list<number>", "number", StandardDeviation},
    BuiltinRow{"stddev", "n...: number", "number", StandardDeviation},
    BuiltinRow{"mode", "list: list<number>", "list<number>", Mode},
    BuiltinRow{"mode", "n...: number", "list<number>", Mode},
    BuiltinRow{"list replace", "list: list, position: number, newItem: any?", "first", ReplaceAt},
    BuiltinRow{"list replace", "list: list, match: function, newItem: any?", "first",
               ReplaceMatching},
    BuiltinRow{"duplicate values", "list: list", "first", DuplicateValues},
    BuiltinRow{"partition", "list: list, size: number", "list of first", Partition},
    BuiltinRow{"all", "list: list<boolean>", "boolean", Quantify<false>},
    BuiltinRow{"all", "list: null?", "boolean", NoList},
    BuiltinRow{"all", "b...: boolean?", "boolean", Quantify<false>},
    BuiltinRow{"any", "list: list<boolean>", "boolean", Quantify<true>},
    BuiltinRow{"any", "list: null?", "boolean", NoList},
    BuiltinRow{"any", "b...: boolean?", "boolean", Quantify<true>},
    BuiltinRow{"sublist", "list: list, start position: number, length?: number", "first", Sublist},
    BuiltinRow{"append", "list: list, item...: any?", "first", AppendItems},
    BuiltinRow{"concatenate", "list...: list", "first", Concatenate},
    BuiltinRow{"insert before", "list: list, position: number, newItem: any?", "first",
               InsertBefore},
    BuiltinRow{"remove", "list: list, position: number", "first", Remove},
    BuiltinRow{"reverse", "list: list", "first", Reverse},
    BuiltinRow{"index of", "list: list, match: any?", "list<number>", IndexOf},
    BuiltinRow{"union", "list...: list", "first", Union},
    BuiltinRow{"distinct values", "list: list", "first", DistinctValues},
    BuiltinRow{"flatten", "list: list", "list", Flatten},
    BuiltinRow{"sort", "list: list, precedes?: function", "first", Sort},
};

}  // namespace

std::span<const BuiltinRow> ListRows() {
  return kRows;
}

}  // namespace anjuan::feel
