// FEEL: compile an expression against declared names, then evaluate it.
//
// An expression is compiled once, when a definition is saved, against a Scope of declared variables
// and functions (never against run-time data), and evaluated many times. Variables are numbered in
// the Scope, so evaluation takes a plain array of values.
//
// Source:  DMN 1.5 chapter 10, strict profile: unknown names, wrong argument types and comparisons
//          of unlike types are compile errors with the nearest right name; at run time the first
//          error ends the evaluation (Evaluate) or becomes null plus a note (EvaluateLenient).
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

namespace anjuan::feel {

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
  int DeclareVariable(std::string name,
                      Type type);  // the slot; a second declaration hides the first
  void DeclareFunction(FunctionDeclaration function);

  struct Variable {
    std::string name;
    Type type;
  };
  const std::vector<Variable>& variables() const { return variables_; }
  const std::vector<FunctionDeclaration>& functions() const { return functions_; }
  std::optional<int> FindVariable(std::string_view name) const;
  const FunctionDeclaration* FindFunction(std::string_view name) const;

  // Declared names that are not one token ("date of birth"): the parser looks for these whole.
  // Kept here because a scope is declared once and compiled against hundreds of times.
  struct LongNames {
    std::vector<std::string> variables;
    std::vector<std::string> members;  // fields, anywhere inside the variables' types
    std::vector<std::string> functions;
  };
  const LongNames& long_names() const { return long_names_; }

 private:
  std::vector<Variable> variables_;
  std::vector<FunctionDeclaration> functions_;
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
  int depth = 200;
  std::int64_t bytes = 16 << 20;
};

struct Node;  // private to the module

class Expression {
 public:
  const std::string& text() const { return text_; }
  const Location& at() const { return at_; }  // of the text's first character
  const Type& type() const { return type_; }  // static type; Any where not known
  // Slots of the variables it reads, ascending, and the paths below them ("worker_reps.name").
  const std::vector<int>& reads() const { return reads_; }
  const std::vector<std::string>& read_paths() const { return read_paths_; }

 private:
  friend class Compiler;
  friend class Evaluator;
  std::string text_;
  Location at_;
  Type type_;
  std::vector<int> reads_;
  std::vector<std::string> read_paths_;
  std::shared_ptr<const Node> root_;
};

// `at` is the place of the text's first character. `wanted`: the type the context asks for
// (a guard wants boolean); unlike types are an error. All mistakes are reported.
Result<Expression> Compile(std::string_view text, const Scope& scope, const Location& at,
                           const Type& wanted = Type::Any());

// Strict. variables[i] is the value of the Scope's slot i.
Result<Value> Evaluate(const Expression& expression, std::span<const Value> variables, Host& host,
                       const Budget& budget = {});

// Lenient: null for every failure, with a note for each (at most 32).
Value EvaluateLenient(const Expression& expression, std::span<const Value> variables, Host& host,
                      Diagnostics& notes, const Budget& budget = {});

}  // namespace anjuan::feel
