#include "engine/feel/types.h"

#include <algorithm>
#include <array>

namespace anjuan::feel {

namespace {

using Base = Type::Base;

constexpr const char* kLiteralName = "literal";

bool IsPoint(Base base) {
  return base == Base::kDate || base == Base::kTime || base == Base::kDateTime;
}

bool IsDuration(Base base) {
  return base == Base::kMonthsDuration || base == Base::kDaysDuration;
}

bool FitsFields(const Type& actual, const Type& wanted) {
  if (actual.fields == nullptr || wanted.fields == nullptr) return true;
  return std::all_of(wanted.fields->begin(), wanted.fields->end(), [&](const Type::Field& field) {
    const Type* own = actual.FindField(field.first);
    return own == nullptr || Fits(*own, field.second);
  });
}

bool IsLiteral(const Type& type) {
  return type.name == kLiteralName;
}

bool HasValue(const Type& type, const std::string& value) {
  return std::find(type.values.begin(), type.values.end(), value) != type.values.end();
}

bool HasValues(const Type& type, const std::vector<std::string>& values) {
  return std::all_of(values.begin(), values.end(),
                     [&](const std::string& value) { return HasValue(type, value); });
}

// Is some value of the one enum a value of the other? A string without values may be anything;
// two literals may always be compared.
bool SharesValues(const Type& a, const Type& b) {
  if (a.values.empty() || b.values.empty() || (IsLiteral(a) && IsLiteral(b))) return true;
  return std::any_of(a.values.begin(), a.values.end(),
                     [&](const std::string& value) { return HasValue(b, value); });
}

}  // namespace

bool IsKnown(const Type& type) {
  return type.base != Base::kAny && type.base != Base::kNull;
}

bool Fits(const Type& actual, const Type& wanted) {
  if (!IsKnown(actual) || wanted.base == Base::kAny) return true;
  if (actual.base != wanted.base || !SharesValues(actual, wanted)) return false;
  if (IsLiteral(actual) && !wanted.values.empty() && !HasValues(wanted, actual.values))
    return false;
  if (actual.element != nullptr && wanted.element != nullptr) {
    return Fits(*actual.element, *wanted.element);
  }
  return FitsFields(actual, wanted);
}

bool Comparable(const Type& a, const Type& b) {
  if (!IsKnown(a) || !IsKnown(b)) return true;
  if (a.base != b.base || !SharesValues(a, b)) return false;
  if (a.element != nullptr && b.element != nullptr) return Comparable(*a.element, *b.element);
  return true;
}

bool IsOrdered(const Type& type) {
  switch (type.base) {
    case Base::kAny:
    case Base::kNumber:
    case Base::kString:
    case Base::kDate:
    case Base::kTime:
    case Base::kDateTime:
    case Base::kMonthsDuration:
    case Base::kDaysDuration:
      return true;
    case Base::kNull:
    case Base::kBoolean:
    case Base::kList:
    case Base::kContext:
    case Base::kRange:
    case Base::kFunction:
      return false;
  }
  return false;
}

namespace {

// Two literals keep both values; a literal disappears in the enum that has it.
Type JoinStrings(const Type& a, const Type& b) {
  if (IsLiteral(a) && IsLiteral(b)) {
    Type out = a;
    for (const std::string& value : b.values) {
      if (!HasValue(out, value)) out.values.push_back(value);
    }
    return out;
  }
  if (!a.values.empty() && HasValues(a, b.values) && !b.values.empty()) return a;
  if (!b.values.empty() && HasValues(b, a.values) && !a.values.empty()) return b;
  return Type::Of(Base::kString);
}

}  // namespace

Type Join(const Type& a, const Type& b) {
  if (a == b || b.base == Base::kNull) return a;
  if (a.base == Base::kNull) return b;
  if (a.base != b.base) return Type::Any();
  if (a.base == Base::kString) return JoinStrings(a, b);
  if (a.base == Base::kList && a.element != nullptr && b.element != nullptr) {
    return Type::ListOf(Join(*a.element, *b.element));
  }
  return Type::Of(a.base);
}

namespace {

std::optional<Type> AddType(const Type& a, const Type& b) {
  const Base x = a.base;
  const Base y = b.base;
  if (x == y && (x == Base::kNumber || x == Base::kString || IsDuration(x))) return Type::Of(x);
  if (IsPoint(x) && IsDuration(y)) {
    if (x == Base::kTime && y == Base::kMonthsDuration) return std::nullopt;
    return Type::Of(x);
  }
  if (IsDuration(x) && IsPoint(y)) return AddType(b, a);
  return std::nullopt;
}

std::optional<Type> SubtractType(const Type& a, const Type& b) {
  const Base x = a.base;
  const Base y = b.base;
  if (x == y && IsPoint(x)) return Type::Of(Base::kDaysDuration);
  if (x == Base::kString || (IsDuration(x) && IsPoint(y))) return std::nullopt;
  return AddType(a, b);
}

std::optional<Type> MultiplyType(const Type& a, const Type& b) {
  if (a.base == Base::kNumber && (b.base == Base::kNumber || IsDuration(b.base))) {
    return Type::Of(b.base);
  }
  if (b.base == Base::kNumber && IsDuration(a.base)) return Type::Of(a.base);
  return std::nullopt;
}

std::optional<Type> DivideType(const Type& a, const Type& b) {
  if (b.base == Base::kNumber && (a.base == Base::kNumber || IsDuration(a.base))) {
    return Type::Of(a.base);
  }
  if (a.base == b.base && IsDuration(a.base)) return Type::Of(Base::kNumber);
  return std::nullopt;
}

bool MayTake(Operator op, const Type& type) {
  const bool number = type.base == Base::kNumber || type.base == Base::kAny;
  if (op == Operator::kPower) return number;
  const bool temporal = IsDuration(type.base) ||
                        (IsPoint(type.base) && (op == Operator::kAdd || op == Operator::kSubtract));
  return number || temporal || (op == Operator::kAdd && type.base == Base::kString);
}

}  // namespace

std::optional<Type> ArithmeticType(Operator op, const Type& a, const Type& b) {
  if (a.base == Base::kAny || b.base == Base::kAny) {
    if (!MayTake(op, a) || !MayTake(op, b)) return std::nullopt;
    // An unknown side of + with a string can only be a string.
    const Type& known = a.base == Base::kAny ? b : a;
    if (known.base == Base::kString) return Type::Of(Base::kString);
    return Type::Any();
  }
  switch (op) {
    case Operator::kAdd:
      return AddType(a, b);
    case Operator::kSubtract:
      return SubtractType(a, b);
    case Operator::kMultiply:
      return MultiplyType(a, b);
    case Operator::kDivide:
      return DivideType(a, b);
    case Operator::kPower:
      if (a.base == Base::kNumber && b.base == Base::kNumber) return Type::Of(Base::kNumber);
      return std::nullopt;
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return Type::Of(Base::kBoolean);
  }
  return std::nullopt;
}

std::vector<std::string> PropertyNames(const Type& type) {
  std::vector<std::string> date = {"year", "month", "day", "weekday"};
  std::vector<std::string> time = {"hour", "minute", "second", "time offset", "timezone"};
  switch (type.base) {
    case Base::kDate:
      return date;
    case Base::kTime:
      return time;
    case Base::kDateTime: {
      std::vector<std::string> both = date;
      both.insert(both.end(), time.begin(), time.end());
      return both;
    }
    case Base::kMonthsDuration:
      return {"years", "months"};
    case Base::kDaysDuration:
      return {"days", "hours", "minutes", "seconds"};
    case Base::kRange:
      return {"start", "end", "start included", "end included"};
    case Base::kAny:
    case Base::kNull:
    case Base::kBoolean:
    case Base::kNumber:
    case Base::kString:
    case Base::kList:
    case Base::kContext:
    case Base::kFunction:
      return {};
  }
  return {};
}

std::optional<Type> PropertyType(const Type& type, std::string_view name) {
  const std::vector<std::string> names = PropertyNames(type);
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::nullopt;
  if (type.base == Base::kRange) {
    if (name != "start" && name != "end") return Type::Of(Base::kBoolean);
    return type.element == nullptr ? Type::Any() : *type.element;
  }
  if (name == "time offset") return Type::Of(Base::kDaysDuration);
  if (name == "timezone") return Type::Of(Base::kString);
  return Type::Of(Base::kNumber);
}

Type::Base BaseOf(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return Base::kNull;
    case Kind::kBoolean:
      return Base::kBoolean;
    case Kind::kNumber:
      return Base::kNumber;
    case Kind::kString:
      return Base::kString;
    case Kind::kDate:
      return Base::kDate;
    case Kind::kTime:
      return Base::kTime;
    case Kind::kDateTime:
      return Base::kDateTime;
    case Kind::kMonthsDuration:
      return Base::kMonthsDuration;
    case Kind::kDaysDuration:
      return Base::kDaysDuration;
    case Kind::kList:
      return Base::kList;
    case Kind::kContext:
      return Base::kContext;
    case Kind::kRange:
      return Base::kRange;
    case Kind::kFunction:
      return Base::kFunction;
  }
  return Base::kAny;
}

Type TypeOf(const Value& value) {
  if (const List* list = value.list()) {
    if (list->empty()) return Type::ListOf(Type::Any());
    Type element = TypeOf(list->front());
    for (const Value& item : *list) element = Join(element, TypeOf(item));
    return Type::ListOf(std::move(element));
  }
  if (const Context* context = value.context()) {
    std::vector<Type::Field> fields;
    for (const auto& [name, entry] : context->entries()) fields.emplace_back(name, TypeOf(entry));
    return Type::ContextOf(std::move(fields));
  }
  Type type = Type::Of(BaseOf(value.kind()));
  if (const Range* range = value.range()) {
    type.element = std::make_shared<const Type>(Join(TypeOf(range->low), TypeOf(range->high)));
  }
  return type;
}

Type LiteralType(std::string text) {
  Type type = Type::Of(Base::kString);
  type.name = kLiteralName;
  type.values.push_back(std::move(text));
  return type;
}

namespace {

bool HoldsLiteral(const Type& type) {
  if (IsLiteral(type)) return true;
  if (type.element != nullptr && HoldsLiteral(*type.element)) return true;
  // A named context has been declared, so it holds no literal.
  if (type.fields == nullptr || !type.name.empty()) return false;
  return std::any_of(type.fields->begin(), type.fields->end(),
                     [](const Type::Field& field) { return HoldsLiteral(field.second); });
}

}  // namespace

Type WithoutLiterals(const Type& type) {
  if (!HoldsLiteral(type)) return type;
  if (IsLiteral(type)) return Type::Of(Base::kString);
  Type out = type;
  if (type.element != nullptr) {
    out.element = std::make_shared<const Type>(WithoutLiterals(*type.element));
  }
  if (type.fields != nullptr && type.name.empty()) {
    std::vector<Type::Field> fields;
    for (const auto& [name, field] : *type.fields) {
      fields.emplace_back(name, WithoutLiterals(field));
    }
    out.fields = std::make_shared<const std::vector<Type::Field>>(std::move(fields));
  }
  return out;
}

std::shared_ptr<const Type> AsElement(const Type& type) {
  static const auto kNumbers = std::make_shared<const Type>(Type::Of(Base::kNumber));
  const bool number = type.base == Base::kNumber && type.name.empty();
  return number ? kNumbers : std::make_shared<const Type>(WithoutLiterals(type));
}

std::string Describe(const Type& type) {
  if (IsLiteral(type)) return "string";
  if (type.base == Base::kFunction) return "function";
  if (type.base == Base::kContext) return type.name.empty() ? "context" : type.name;
  if (type.base == Base::kRange) return "range";
  if (type.base == Base::kList && type.element->base == Base::kContext) return "list<context>";
  return ToString(WithoutLiterals(type));
}

}  // namespace anjuan::feel
