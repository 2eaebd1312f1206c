// Declared types of data: what an administrator writes in aj:type, and what FEEL is checked
// against.
//
// Text form: null any boolean number integer money string text date time "date and time" datetime
// "days and time duration" "years and months duration", enum(a,b,c), list<T>, context{name: T,
// ...}, and the named types person, org, document (see NamedTypes in type.cc). integer is a whole
// number; money has at most two decimals; text is a string of several lines.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/value/value.h"

namespace anjuan {

struct Type {
  enum class Base {
    kAny,
    kNull,
    kBoolean,
    kNumber,
    kString,
    kDate,
    kTime,
    kDateTime,
    kMonthsDuration,
    kDaysDuration,
    kList,
    kContext,
    kRange,
    kFunction,
  };
  using Field = std::pair<std::string, Type>;

  Base base = Base::kAny;
  std::string name;                     // "integer", "money", "text", "person", "org"; else ""
  std::vector<std::string> values;      // of an enum; base is kString
  std::shared_ptr<const Type> element;  // of a list or range
  std::shared_ptr<const std::vector<Field>> fields;  // of a context; null: any entries

  bool operator==(const Type& other) const;

  static Type Any() { return {}; }
  static Type Of(Base base) {
    Type type;
    type.base = base;
    return type;
  }
  static Type ListOf(Type element);
  static Type ContextOf(std::vector<Field> fields);
  const Type* FindField(std::string_view field) const;  // null: none, or not a known context
};

Result<Type> ParseType(std::string_view text);
std::string ToString(const Type& type);

// `value` as the type wants it: strings from JSON, CSV or --set become dates, numbers, booleans
// (是/否/true/false) where the type says so. Every mistake is reported, with the path inside the
// value ("worker_reps[2].name") as its message's subject. null fits every type.
Result<Value> Conform(const Value& value, const Type& type, std::string_view path);

}  // namespace anjuan
