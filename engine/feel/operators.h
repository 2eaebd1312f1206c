// FEEL's operators on values: equality, order, arithmetic, membership.
//
// Source:  DMN 1.5 10.3.2.13 to .15. Pure; no budget is needed, as no result is larger than its
//          operands together. Strict: a date-time or time without zone counts as Beijing time.
//          Standard: it is unequal to, and has no order with, one with a zone; equality looks at
//          whole seconds (as the property `second` does); a date beside a date-time is midnight
//          UTC.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <variant>

#include "engine/feel/feel.h"
#include "engine/feel/syntax.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::feel {

// nullopt: the two are of unlike kinds. null equals null and nothing else.
std::optional<bool> Equal(const Value& a, const Value& b, Dialect dialect = Dialect::kStrict);

// nullopt: not of one ordered kind. Strings by code point.
std::optional<std::strong_ordering> Order(const Value& a, const Value& b,
                                          Dialect dialect = Dialect::kStrict);

// nullopt: the value cannot be compared with an endpoint.
std::optional<bool> Contains(const Range& range, const Value& value,
                             Dialect dialect = Dialect::kStrict);

// Why an operation has no answer.
struct NoAnswer {
  std::string code;  // "feel.null", "feel.type", "feel.range"
  std::string message;
};
using Answer = std::variant<Value, NoAnswer>;

Answer Arithmetic(Operator op, const Value& a, const Value& b, Dialect dialect = Dialect::kStrict);
Answer Negate(const Value& a);

// .year, .days, ... of a temporal value; null where it has no such property.
std::optional<Value> Property(const Value& value, std::string_view name);

// A date or duration of any size as one number of nanoseconds, and back where it fits.
Decimal ToNanos(const DaysDuration& duration);
std::optional<DaysDuration> FromNanos(const Decimal& nanos);

}  // namespace anjuan::feel
