// The tree that is evaluated: names are slots, functions are pointers, constants are values.
//
// Immutable once compiled; made by compile.cc, walked by evaluate.cc.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "engine/feel/feel.h"
#include "engine/feel/source.h"
#include "engine/feel/syntax.h"
#include "engine/feel/tree.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::feel {

struct Builtin;

struct Node {
  enum class Kind {
    kConstant,     // value
    kVariable,     // index: slot of the Scope
    kLocal,        // index: place in the frame
    kMember,       // kids[0] . name
    kItemMember,   // name of the item in frame[index] if it has it, else kids[0] (if there is one)
    kFilter,       // kids[0] [ kids[1] ], the item in frame[index]
    kIndex,        // kids[0] [ kids[1] ], a number for certain
    kNegate,       // - kids[0]
    kArithmetic,   // kids[0] op kids[1]
    kCompare,      // the same, giving a boolean
    kAnd,          // kids
    kOr,           // kids
    kBetween,      // kids[0] between kids[1] and kids[2]
    kIn,           // kids[0] in kids[1..]
    kTest,         // op kids[0]; only below kIn
    kInstanceOf,   // kids[0], type
    kIf,           // kids: condition, then, else
    kFor,          // kids: domains, body; the iterators in frame[index..]
    kSome,         // the same
    kEvery,        // the same
    kInterval,     // kids: from, to; only a domain
    kList,         // kids
    kContext,      // names, kids; entries in frame[index..]
    kRange,        // kids: low, high
    kTestRange,    // (op kids[0]) as a value
    kTruth,        // kids[0], a test of its own that names `?`; only below kIn
    kProblem,      // standard dialect: code in name, message in names[0], hint in names[1]
    kFunction,     // kids[0]: body; the parameters in frame[index..], count of them in names
    kCallBuiltin,  // builtins: candidates by argument count; kids: arguments in their order
    kCallHost,     // name, parameters; kids
    kCallValue,    // kids[0]: the function; kids[1..]: arguments
  };

  using Pointer = TreePointer<Node>;
  using allocator_type = TreeMemory;

  explicit Node(TreeMemory memory) : kids(memory) {}

  // What few kinds have.
  struct Detail {
    std::vector<std::string> names;
    std::vector<const Builtin*> builtins;
    std::vector<Type> types;            // of the host function's parameters; of instance of
    std::vector<Parameter> parameters;  // of a function made here
    int self = -1;     // of a function: the place in the frame where it finds itself by name
    int partial = -1;  // of a for: the place of the results so far
  };
  const Detail& detail() const;
  Detail& MakeDetail();
  // Its value stands somewhere already; at most the item has no such entry.
  bool IsAtHand() const {
    return kind <= Kind::kLocal || (kind == Kind::kItemMember && kids.empty());
  }

  Kind kind = Kind::kConstant;
  Operator op = Operator::kAdd;
  Span span;
  int index = 0;
  int entry = -1;  // of a member: where the declared type has it, and a context most likely as well
  bool low_included = true;
  bool high_included = true;
  Value value;
  std::string name;
  std::pmr::vector<Pointer> kids;
  std::unique_ptr<Detail> own_detail;  // null: there is none to tell
};

inline const Node::Detail kNoDetail;

inline const Node::Detail& Node::detail() const {
  return own_detail == nullptr ? kNoDetail : *own_detail;
}

inline Node::Detail& Node::MakeDetail() {
  if (own_detail == nullptr) own_detail = std::make_unique<Detail>();
  return *own_detail;
}

// A whole expression, or one being folded.
struct Program : std::enable_shared_from_this<Program> {
  explicit Program(size_t memory_size)
      : first_memory(std::make_unique_for_overwrite<std::byte[]>(memory_size)),
        memory(first_memory.get(), memory_size) {}

  std::string text;
  Location at;
  Type type;
  std::vector<int> reads;
  std::vector<std::string> read_paths;
  std::unique_ptr<std::byte[]> first_memory;
  std::pmr::monotonic_buffer_resource memory;  // of all parts
  Node::Pointer root;
  int frame_size = 0;  // places needed for local names
  bool makes_functions = false;
  Dialect dialect = Dialect::kStrict;
  std::shared_ptr<const Zones> zones;
};

}  // namespace anjuan::feel
