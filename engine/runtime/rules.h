// The decision models of a workflow (rules/*.dmn), as functions its chart may call by name.
//
// A decision takes the inputs it stands on, a service its parameters: `grade(score: 85)`. A
// decision is pure; its answer is recorded with the step like any other, and the history says which
// rules decided. In a chart a mistake is an error, never a null.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/dmn/dmn.h"
#include "engine/feel/feel.h"

namespace anjuan::runtime {

class Rules {
 public:
  // `files`: the bundle's; imports are found among them. All mistakes and findings go to `found`;
  // `root` is put before paths.
  static Rules Read(const std::map<std::string, std::string>& files, std::string_view root,
                    Diagnostics& found);

  std::vector<feel::FunctionDeclaration> functions() const;
  bool Has(std::string_view function) const { return offered_.contains(function); }
  // `rules` is told what decided, as the history shows it.
  Result<Value> Decide(std::string_view function, std::span<const Value> arguments,
                       std::vector<std::string>& rules) const;

 private:
  struct Offered {
    size_t model = 0;
    dmn::Described element;
  };
  std::vector<dmn::Model> models_;
  std::map<std::string, Offered, std::less<>> offered_;
};

}  // namespace anjuan::runtime
