// A DMN model as it is written: elements, requirements and boxed expressions with their places.
//
// Nothing is resolved or compiled here; see plan.h for what becomes of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"

namespace anjuan::dmn {

// FEEL as it stands in the file. `at` is the place of its first character.
struct Text {
  std::string text;
  Location at;
};

enum class HitPolicy {
  kUnique,
  kAny,
  kPriority,
  kFirst,
  kRuleOrder,
  kOutputOrder,
  kCollect,
};
enum class Aggregation { kNone, kSum, kMin, kMax, kCount };

struct Boxed;
using BoxedPointer = std::unique_ptr<Boxed>;

struct InputClause {
  std::string label;
  Text expression;
  std::string type_ref;
  std::optional<Text> values;  // unary tests
  Location at;
};

struct OutputClause {
  std::string name;
  std::string label;
  std::string type_ref;
  std::optional<Text> values;
  std::optional<Text> otherwise;  // the default output entry
  Location at;
};

struct Rule {
  std::vector<Text> inputs;
  std::vector<Text> outputs;
  std::string note;  // its description and annotations: why it is there, by which source
  Location at;
};

struct Table {
  HitPolicy hit_policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  std::vector<InputClause> inputs;
  std::vector<OutputClause> outputs;
  std::vector<Rule> rules;
};

// A variable, formal parameter, context entry, binding or column.
struct Named {
  std::string name;
  std::string type_ref;
  BoxedPointer value;  // null for a parameter, or where nothing is written
  Location at;
};

struct Boxed {
  enum class Kind {
    kLiteral,      // text
    kContext,      // entries; the last may have no name: the result
    kList,         // items
    kRelation,     // columns in `entries`, rows in items (lists)
    kInvocation,   // items[0]: the function; entries: bindings
    kFunction,     // entries: formal parameters; items[0]: the body
    kTable,        // table
    kConditional,  // items: if, then, else
    kFilter,       // items: in, match
    kFor,          // name; items: in, return
    kSome,         // name; items: in, satisfies
    kEvery,        // the same
    kForeign,      // a function of another language: `name` says which
    kNothing,      // an element without its expression
  };
  Kind kind = Kind::kLiteral;
  Location at;
  std::string type_ref;
  std::string name;
  Text text;
  std::vector<Named> entries;
  std::vector<BoxedPointer> items;
  std::unique_ptr<Table> table;
};

struct ItemDefinition {
  std::string name;
  std::string type_ref;
  bool collection = false;
  std::optional<Text> allowed;     // unary tests on the value, or on each item of a collection
  std::optional<Text> constraint;  // unary tests on the whole value
  std::vector<ItemDefinition> components;
  bool function = false;  // components: its parameters; type_ref: its result
  Location at;
};

// "namespace#id", or "#id" in the model itself.
struct Reference {
  std::string ns;
  std::string id;
  Location at;
};

struct Element {
  enum class Kind { kInput, kDecision, kKnowledge, kService };
  Kind kind = Kind::kDecision;
  std::string id;
  std::string name;
  std::string variable;  // its name as expressions know it
  std::string type_ref;
  std::string note;  // its description
  Location at;
  BoxedPointer logic;                   // of a decision; of a knowledge model always kFunction
  std::vector<Reference> requirements;  // inputs, decisions, knowledge; in their order
  // Of a service.
  std::vector<Reference> outputs;
  std::vector<Reference> encapsulated;
  std::vector<Reference> input_decisions;
  std::vector<Reference> input_data;
};

struct Import {
  std::string name;
  std::string ns;
  std::string location;  // a hint only
  Location at;
};

struct Source {
  std::string file;
  std::string name;
  std::string ns;
  std::vector<Import> imports;  // of DMN models
  std::vector<ItemDefinition> types;
  std::vector<Element> elements;
};

}  // namespace anjuan::dmn
