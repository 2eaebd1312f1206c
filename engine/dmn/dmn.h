// Decision models: read, check, evaluate.
//
// A model is read once and evaluated many times; evaluation is pure. A mistake in one expression
// does not keep the others from working: what is broken is null, and says why.
//
// Source:  OMG DMN 1.5, boxed expressions and FEEL of conformance level 3; older namespaces from
//          1.1 on are read alike.
// Errors:  Read refuses what is no DMN or has no structure ("xml.*", "dmn.model", "dmn.structure",
//          "dmn.table"); mistakes() holds what single expressions and references got wrong.
// Threads: a Model is immutable; any number may evaluate it at once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/feel/feel.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan {
class Zones;  // engine/base/zones.h
}

namespace anjuan::dmn {

struct Program;
struct ElementPlan;

// An imported model's text, found by its namespace; `location` is the hint the import gives.
struct Imported {
  std::string text;
  std::string file;
};
using Importer = std::function<Result<Imported>(std::string_view ns, std::string_view location)>;
Importer NoImports();

// The rules of a table that decided; numbers from 1, as a table shows them.
struct RulesUsed {
  std::string table;  // of this decision or knowledge model
  std::vector<int> rules;
};

// What comes out. In the standard's terms `value` alone is the result: a mistake is null. Whoever
// must not go on after a mistake looks at `notes`.
struct Answer {
  Value value;
  Diagnostics notes;
  std::vector<RulesUsed> rules;  // of the tables gone through, in their order
  bool ok() const { return notes.empty(); }
};

// The value of an input, or of a decision that is not to be computed.
struct Given {
  std::string name;
  Value value;
  std::string ns = {};  // of an imported model; "": the model itself
};

// What an evaluation may ask and use up. Each decision asked for has the whole budget.
struct Setting {
  feel::Host* host = nullptr;  // answers the functions the model was read with
  feel::Budget budget = {};
};

struct Described {
  enum class Kind { kInput, kDecision, kKnowledge, kService };
  Kind kind = Kind::kDecision;
  std::string name;
  Type type;                                        // of the value, or of what a call gives
  std::vector<std::pair<std::string, Type>> needs;  // inputs it stands on, or parameters
  Location at;
};

class Model {
 public:
  // `functions`: what expressions may call beside FEEL's own (today() and now(), where there is a
  // clock); each evaluation then needs a host.
  static Result<Model> Read(std::string_view text, std::string_view file,
                            const Importer& importer = NoImports(),
                            std::shared_ptr<const Zones> zones = nullptr,
                            const std::vector<feel::FunctionDeclaration>& functions = {});

  const std::string& name() const;
  const Diagnostics& mistakes() const;
  // Of its tables: gaps, overlaps, rules that never decide (analyse.h).
  const Diagnostics& findings() const;
  // The elements of the model itself, in its order.
  std::vector<Described> elements() const;
  // The declared type of an input or decision; null: there is none.
  const Type* FindType(std::string_view name, std::string_view ns = "") const;

  // Of a decision. An unknown name is a note "dmn.name".
  Answer Decide(std::string_view decision, const std::vector<Given>& inputs,
                const Setting& setting = {}) const;
  // Several decisions of one evaluation.
  std::vector<Answer> Decide(const std::vector<std::string>& decisions,
                             const std::vector<Given>& inputs, const Setting& setting = {}) const;
  // Of a decision service or knowledge model, its parameters by name; one that is not given is
  // null.
  Answer Call(std::string_view function, const std::vector<Given>& arguments,
              const Setting& setting = {}) const;

  // For the module's own parts.
  const std::shared_ptr<const Program>& program() const { return program_; }

 private:
  explicit Model(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  const ElementPlan* Find(std::string_view name, std::string_view ns) const;

  std::shared_ptr<const Program> program_;
};

}  // namespace anjuan::dmn
