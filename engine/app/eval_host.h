// The functions of charts at the command line: `anjuan eval` tries an expression out before it
// stands in a definition.
#pragma once

#include <memory>
#include <string>

#include "engine/app/commands.h"
#include "engine/feel/feel.h"

namespace anjuan::app {

// What asks nobody is computed. The rest is answered from the office of options.folder, or where
// there is none from the shipped tables; that is opened when the first function asks for it.
// options.region and options.at name the region and the business date.
class EvalHost final : public feel::Host {
 public:
  explicit EvalHost(const Options& options) : options_(options) {}
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override;
  // What should be said beside the value: which parameter is not known there.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  Result<Value> Ask(std::string_view function, std::span<const Value> arguments);

  const Options& options_;
  std::unique_ptr<OpenOffice> open_;
  std::vector<std::string> remarks_;
};

}  // namespace anjuan::app
