// FEEL inside a model: expressions and unary tests, compiled each by itself.
//
// The only place of the module that compiles FEEL, in its standard dialect: what goes wrong is null
// and a note, so that the rest of a table or model still works.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/dmn/dmn.h"
#include "engine/dmn/source.h"
#include "engine/feel/feel.h"

namespace anjuan::dmn {

// The variables an expression sees: the names in scope, outermost first.
using Row = std::vector<Value>;

// What goes along with an evaluation and comes out of it beside the value.
struct Course {
  feel::Meter& meter;
  feel::Host& host = feel::NoHost();
  Diagnostics notes = {};
  std::vector<RulesUsed> rules = {};
  std::string table = {};  // the decision or knowledge model that is being evaluated
  // For functions made in this course: they may outlive it.
  std::shared_ptr<Course*> self = {};

  void Note(Diagnostic note);
  void Note(std::string code, std::string message, const Location& at, std::string hint = "");
  // Pays for what is done outside FEEL. False: the budget is spent, and a note says so.
  bool Spend(std::int64_t steps, const Location& at);
  std::weak_ptr<Course*> Self();
};

// `scope` with the value tested, of the type `tested`.
feel::Scope ForTests(feel::Scope scope, const Type& tested);

class Expression {
 public:
  Expression() = default;
  // A text that does not compile is kept: it is null, and says why, whenever it is evaluated.
  Expression(const Text& text, const feel::Scope& scope);
  Value Evaluate(const Row& row, Course& course) const;
  const Type& type() const;
  const Diagnostics& mistakes() const { return mistakes_; }

 private:
  std::optional<feel::Expression> compiled_;
  Diagnostics mistakes_;
};

// A cell of a table, or allowed values.
class Tests {
 public:
  Tests() = default;
  // The last variable of `scope` is "?", the value tested.
  Tests(const Text& text, const feel::Scope& scope);
  bool always() const { return always_; }  // "-" or empty
  // No answer counts as no; then a note says why. `row` is as it was afterwards.
  bool Hold(const Value& tested, Row& row, Course& course) const;
  const Text& text() const { return text_; }
  const Diagnostics& mistakes() const { return mistakes_; }

 private:
  Text text_;
  std::optional<feel::Expression> compiled_;
  Diagnostics mistakes_;
  bool always_ = false;
};

}  // namespace anjuan::dmn
