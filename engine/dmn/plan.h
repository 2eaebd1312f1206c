// What a model becomes: elements with their needs resolved, expressions compiled.
//
// What is nested adds its names to the end of the row and takes them away again, so the slots of a
// scope are the places in the row.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/dmn/expression.h"
#include "engine/dmn/item_type.h"
#include "engine/dmn/source.h"

namespace anjuan::dmn {

struct TablePlan;

struct Plan {
  Boxed::Kind kind = Boxed::Kind::kNothing;
  Location at;
  std::string name;        // of an iterator; of a foreign language
  Expression expression;   // of a literal; of a filter: the whole filter
  Type type;               // what is known of the result
  ItemTypePointer wanted;  // the result is brought to it

  struct Entry {
    std::string name;
    ItemTypePointer type;
    std::unique_ptr<Plan> value;
  };
  std::vector<Entry> entries;
  std::vector<std::unique_ptr<Plan>> items;
  std::unique_ptr<TablePlan> table;
  bool keeps_results = false;  // of a for: the body reads `partial`
  bool by_text = false;        // of a filter or invocation: `expression` is all of it
};

struct TablePlan {
  struct Input {
    Expression expression;
    ItemTypePointer type;
    std::optional<Tests> values;
  };
  struct Output {
    std::string name;
    ItemTypePointer type;
    std::optional<Tests> values;
    std::optional<Expression> order;  // a list: the values, the most important first
    std::optional<Expression> otherwise;
  };
  struct Rule {
    std::vector<Tests> inputs;
    std::vector<Expression> outputs;
  };
  HitPolicy hit_policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Rule> rules;
};

struct ModelPlan;

struct ElementPlan {
  Element::Kind kind = Element::Kind::kInput;
  const ModelPlan* model = nullptr;
  std::string id;
  std::string name;
  std::string variable;
  Location at;
  ItemTypePointer wanted;
  Type type;  // of its value, for those who require it

  // What it needs, as its expressions see it: one variable for each, or one context for an import.
  struct Variable {
    std::string name;
    const ElementPlan* element = nullptr;  // null: a context of `members`
    std::vector<std::pair<std::string, const ElementPlan*>> members;
  };
  std::vector<Variable> variables;
  bool sees_itself = false;  // a knowledge model's own name follows the variables
  std::unique_ptr<Plan> logic;

  // Of a service.
  std::vector<const ElementPlan*> outputs;
  std::vector<const ElementPlan*> parameters;  // input data, then input decisions
};

struct ModelPlan {
  std::string file;
  std::string name;
  std::string ns;
  std::vector<std::unique_ptr<ElementPlan>> elements;
  std::map<std::string, ItemTypePointer> types;
};

// A model with all it imports; the first is the model itself.
struct Program {
  std::vector<std::unique_ptr<ModelPlan>> models;
  Diagnostics mistakes;  // of single expressions, types and references; the rest works
  Diagnostics findings;  // of the tables: gaps, overlaps
};

}  // namespace anjuan::dmn
