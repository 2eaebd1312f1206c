// FEEL's own functions: their signatures for the checker and their bodies for the evaluator.
//
// A name may have several rows (overloads); the checker keeps those that can fit and the evaluator
// takes the first that fits the values.
//
// Source:  DMN 1.5 10.3.4. Not among them: today() and now() (time is an argument: _x.today).
//          Additions: is defined, get or else, trim, last day of month.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/feel.h"
#include "engine/feel/operators.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::feel {

// What a function body may ask of the evaluator that runs it.
class Services {
 public:
  virtual ~Services() = default;
  // Account for work done; false: the budget is used up and the body must return BudgetSpent().
  virtual bool Charge(std::int64_t steps, std::int64_t bytes) = 0;
  // For a copy of the text, which is as long as the text.
  bool ChargeText(const std::string& text) {
    constexpr std::size_t kShort = 256;
    constexpr std::size_t kBytesInAStep = 64;
    return text.size() <= kShort || Charge(static_cast<std::int64_t>(text.size() / kBytesInAStep),
                                           static_cast<std::int64_t>(text.size()));
  }
  virtual Answer Invoke(const Value& function, std::span<const Value> arguments) = 0;
  virtual const Zones* zones() const = 0;  // may be null
  virtual Dialect dialect() const = 0;
};

Answer BudgetSpent();

// One pointer for each parameter; null where an optional one was not given. The arguments of a
// variadic parameter come as one list.
using Arguments = std::span<const Value* const>;

struct Builtin {
  struct Parameter {
    std::string name;
    Type type;
    bool optional = false;
    bool nullable = false;
    bool variadic = false;
  };
  // How the static result type follows from the arguments'.
  enum class Rule { kFixed, kFirst, kElementOfFirst, kListOfFirst, kEither };

  std::string name;
  std::vector<Parameter> parameters;
  Type result;
  Rule rule = Rule::kFixed;
  Answer (*run)(Arguments, Services&) = nullptr;

  size_t LeastCount() const;
  bool TakesCount(size_t count) const;
  std::string Signature() const;  // "substring(string: string, start position: number, ...)"
};

// All rows of that name, in the order to be tried; empty where there is no such function.
const std::vector<const Builtin*>& FindBuiltins(std::string_view name);
const std::vector<std::string>& BuiltinNames();

// A row as it is written in the tables. Parameters: `name: type`; `name?` is optional, `name...`
// variadic; `type?` takes null. Result: a type, or `first`, `element`, `list of first`, `either`.
struct BuiltinRow {
  std::string_view name;
  std::string_view parameters;
  std::string_view result;
  Answer (*run)(Arguments, Services&);
};
std::span<const BuiltinRow> TemporalRows();
std::span<const BuiltinRow> NumberRows();
std::span<const BuiltinRow> StringRows();
std::span<const BuiltinRow> ListRows();
std::span<const BuiltinRow> ContextRows();
std::span<const BuiltinRow> RangeRows();

// For bodies.
NoAnswer ArgumentError(std::string message);  // "feel.arguments"
NoAnswer RangeTrouble(std::string message);   // "feel.range"
NoAnswer NullTrouble(std::string message);    // "feel.null"

}  // namespace anjuan::feel
