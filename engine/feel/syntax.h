// The tree a parser makes of an expression: what was written, nothing resolved or checked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/feel/source.h"
#include "engine/feel/tree.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::feel {

enum class Operator {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

std::string_view ToString(Operator op);  // as written: "<="

struct Syntax {
  enum class Kind {
    kLiteral,     // value
    kName,        // text
    kPath,        // kids[0] . text
    kFilter,      // kids[0] [ kids[1] ]
    kCall,        // kids[0] ( kids[1..] ), names: of named arguments, else empty
    kNegate,      // - kids[0]
    kBinary,      // kids[0] op kids[1]
    kAnd,         // kids, two or more
    kOr,          // kids, two or more
    kBetween,     // kids[0] between kids[1] and kids[2]
    kIn,          // kids[0] in kids[1..], each a test or an expression
    kTest,        // op kids[0]; below kIn a test, elsewhere a range: (< 5)
    kInstanceOf,  // kids[0] instance of type
    kIf,          // kids: condition, then, else
    kFor,         // names[i] in kids[i], return the last kid; a domain may be kInterval
    kSome,        // the same, satisfies the last kid
    kEvery,       // the same
    kInterval,    // kids[0] .. kids[1] as a domain of kFor: counts up or down
    kList,        // kids
    kContext,     // names[i]: kids[i]
    kRange,       // kids: low, high
    kFunction,    // names: parameters, types: theirs; kids[0]: the body, none where external
    kTests,       // unary tests: kids; op kNotEqual where negated
  };
  using Pointer = TreePointer<Syntax>;
  using allocator_type = TreeMemory;

  Syntax() : Syntax(TreeMemory()) {}
  explicit Syntax(TreeMemory memory) : kids(memory) {}

  Kind kind = Kind::kLiteral;
  Span span;
  Span name_span;  // of `text` in a path, of the operator in a binary
  Operator op = Operator::kAdd;
  Value value;
  std::string text;
  std::vector<std::string> names;
  std::vector<Span> name_spans;
  std::vector<Type> types;
  std::pmr::vector<Pointer> kids;
  bool low_included = true;
  bool high_included = true;
  int depth = 1;  // of the tree from here down
};

}  // namespace anjuan::feel
