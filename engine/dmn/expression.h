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
  Diagnostics notes = {};
  std::vector<RulesUsed> rules = {};
  std::string table = {};  // the decision or knowledge model that is being evaluated

  void Note(Diagnostic note);
  void Note(std::string code, std::string message, const Location& at, std::string hint = "");
};

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
  // `scope`: what is in scope beside the value tested.
  Tests(const Text& text, feel::Scope scope, const Type& tested);
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
