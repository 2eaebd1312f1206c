// FEEL: compile an expression against declared names, then evaluate it.
//
// An expression is compiled once, when a definition is saved, against a Scope of declared variables
// and functions (never against run-time data), and evaluated many times. Variables are numbered in
// the Scope, so evaluation takes a plain array of values.
//
// Source:  DMN 1.5 chapter 10, in two dialects. Strict (charts, forms, templates): unknown names,
//          wrong argument types and comparisons of unlike types are compile errors with the nearest
//          right name. Standard (decision models): the same are found at run time. In both, the
//          first error ends an evaluation (Evaluate) or becomes null plus a note (EvaluateLenient).
// Errors:  codes "feel.syntax", "feel.name", "feel.type", "feel.arguments", "feel.null",
//          "feel.range", "feel.budget", "feel.host"; places point into the attribute or file.
// Threads: an Expression is immutable; any number may evaluate it at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan {
class Zones;  // engine/base/zones.h
}

namespace anjuan::feel {

enum class Dialect { kStrict, kStandard };

struct Parameter {
  std::string name;
  Type type;
  bool optional = false;
};

// A function the host offers beside FEEL's built-ins: due, parameter, In, ...
struct FunctionDeclaration {
  std::string name;
  std::vector<Parameter> parameters;
  Type result;
};

// What an expression may name. Slots are numbered in the order of declaration.
class Scope {
 public:
  Scope() = default;
  explicit Scope(Dialect dialect) : dialect_(dialect) {}
  int DeclareVariable(std::string name,
                      Type type);  // the slot; a second declaration hides the first
  void DeclareFunction(FunctionDeclaration function);
  // For `instance of` and the parameters of functions.
  void DeclareType(std::string name, Type type);
  // Without zones every named zone (@"09:00:00@Asia/Shanghai") is unknown.
  void UseZones(std::shared_ptr<const Zones> zones) { zones_ = std::move(zones); }

  struct Variable {
    std::string name;
    Type type;
  };
  const std::vector<Variable>& variables() const { return variables_; }
  const std::vector<FunctionDeclaration>& functions() const { return functions_; }
  std::optional<int> FindVariable(std::string_view name) const;
  const FunctionDeclaration* FindFunction(std::string_view name) const;
  const std::vector<std::pair<std::string, Type>>& types() const { return types_; }
  Dialect dialect() const { return dialect_; }
  const std::shared_ptr<const Zones>& zones() const { return zones_; }

  // Declared names that are not one token ("date of birth"): the parser looks for these whole.
  // Kept here because a scope is declared once and compiled against hundreds of times.
  struct LongNames {
    std::vector<std::string> variables;
    std::vector<std::string> members;  // fields, anywhere inside the variables' types
    std::vector<std::string> functions;
    std::vector<std::string> types;
  };
  const LongNames& long_names() const { return long_names_; }

 private:
  std::vector<Variable> variables_;
  std::vector<FunctionDeclaration> functions_;
  std::vector<std::pair<std::string, Type>> types_;
  Dialect dialect_ = Dialect::kStrict;
  std::shared_ptr<const Zones> zones_;
  LongNames long_names_;
};

// Carries out the declared functions. Pure core code wraps the real one to record what was read.
class Host {
 public:
  virtual ~Host() = default;
  virtual Result<Value> Call(std::string_view function, std::span<const Value> arguments) = 0;
};

// A host without functions.
Host& NoHost();

struct Budget {
  std::int64_t steps = 1'000'000;
  int depth = 200;  // of calls inside calls
  std::int64_t bytes = 16 << 20;
};

// What has been used up. Evaluations that belong together (a decision and those it requires, a
// function and the functions it calls) share one, so that they share the budget as well.
struct Meter {
  Budget budget;
  std::int64_t steps = 0;
  std::int64_t bytes = 0;
  int depth = 0;    // calls
  int nesting = 0;  // parts of expressions inside one another, over all calls
};

// A function as a value: made by `function(…)`, or by a caller (a decision table to be invoked) and
// given to an expression as a variable's value.
class Function : public FunctionObject {
 public:
  virtual const std::vector<Parameter>& parameters() const = 0;
  // Type::Any() where it is not known.
  virtual Type result() const { return Type::Any(); }
  // The arguments are as many as the parameters; evaluations inside must use `meter`.
  virtual Result<Value> Call(std::span<const Value> arguments, Host& host, Meter& meter) const = 0;
};

struct Program;  // private

// Copies share what was compiled.
class Expression {
 public:
  const std::string& text() const;
  const Location& at() const;  // of the text's first character
  const Type& type() const;    // static type; Any where not known
  // Slots of the variables it reads, ascending, and the paths below them ("worker_reps.name").
  const std::vector<int>& reads() const;
  const std::vector<std::string>& read_paths() const;

 private:
  friend class Compiler;
  friend class Evaluator;
  std::shared_ptr<const Program> program_;
};

// `at` is the place of the text's first character. `wanted`: the type the context asks for
// (a guard wants boolean); unlike types are an error. All mistakes are reported.
Result<Expression> Compile(std::string_view text, const Scope& scope, const Location& at,
                           const Type& wanted = Type::Any());

// Unary tests, as in the cells of a decision table: `< 5`, `[1..3], 7`, `not("a", "b")`, `-`, or an
// expression that names the value as `?`. The scope must declare a variable "?": the value tested.
// Gives true, false, or null where a test cannot be decided.
Result<Expression> CompileUnaryTests(std::string_view text, const Scope& scope, const Location& at);

// Strict. variables[i] is the value of the Scope's slot i.
Result<Value> Evaluate(const Expression& expression, std::span<const Value> variables, Host& host,
                       const Budget& budget = {});
Result<Value> Evaluate(const Expression& expression, std::span<const Value> variables, Host& host,
                       Meter& meter);

// Lenient: null for every failure, with a note for each (at most 32).
Value EvaluateLenient(const Expression& expression, std::span<const Value> variables, Host& host,
                      Diagnostics& notes, const Budget& budget = {});
Value EvaluateLenient(const Expression& expression, std::span<const Value> variables, Host& host,
                      Diagnostics& notes, Meter& meter);

// Calls a function value (of whatever origin) from outside an expression.
Result<Value> Invoke(const Value& function, std::span<const Value> arguments, Host& host,
                     Meter& meter);
// The same: null and notes instead of errors.
Value InvokeLenient(const Value& function, std::span<const Value> arguments, Host& host,
                    Diagnostics& notes, Meter& meter);

// Whether the value is of the type as `instance of` says; null is of type Null only.
bool IsInstance(const Value& value, const Type& type);

}  // namespace anjuan::feel
