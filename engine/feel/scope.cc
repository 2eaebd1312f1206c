#include <utility>

#include "engine/feel/feel.h"
#include "engine/feel/lexer.h"

namespace anjuan::feel {

namespace {

class NoHostHost final : public Host {
 public:
  Result<Value> Call(std::string_view function, std::span<const Value>) override {
    return Fail("feel.host", "there is no function \"" + std::string(function) + "\" here");
  }
};

}  // namespace

namespace {

void AddLongFields(const Type& type, int depth, std::vector<std::string>& out) {
  constexpr int kDeepest = 20;
  if (depth > kDeepest) return;
  if (type.element != nullptr) AddLongFields(*type.element, depth + 1, out);
  if (type.fields == nullptr) return;
  for (const auto& [name, field] : *type.fields) {
    if (!IsPlainName(name)) out.push_back(name);
    AddLongFields(field, depth + 1, out);
  }
}

}  // namespace

int Scope::DeclareVariable(std::string name, Type type) {
  if (!IsPlainName(name)) long_names_.variables.push_back(name);
  AddLongFields(type, 0, long_names_.members);
  variables_.push_back({std::move(name), std::move(type)});
  return static_cast<int>(variables_.size()) - 1;
}

void Scope::DeclareFunction(FunctionDeclaration function) {
  if (!IsPlainName(function.name)) long_names_.functions.push_back(function.name);
  functions_.push_back(std::move(function));
}

void Scope::DeclareType(std::string name, Type type) {
  AddLongFields(type, 0, long_names_.members);
  if (!IsPlainName(name)) long_names_.types.push_back(name);
  types_.emplace_back(std::move(name), std::move(type));
}

std::optional<int> Scope::FindVariable(std::string_view name) const {
  for (size_t i = variables_.size(); i-- > 0;) {
    if (variables_[i].name == name) return static_cast<int>(i);
  }
  return std::nullopt;
}

const FunctionDeclaration* Scope::FindFunction(std::string_view name) const {
  for (size_t i = functions_.size(); i-- > 0;) {
    if (functions_[i].name == name) return &functions_[i];
  }
  return nullptr;
}

Host& NoHost() {
  static NoHostHost host;
  return host;
}

}  // namespace anjuan::feel
