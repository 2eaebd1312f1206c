#include "engine/runtime/rules.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/dmn/reader.h"

namespace anjuan::runtime {

namespace {

constexpr std::string_view kFolder = "rules/";

bool IsRules(std::string_view path) {
  return path.starts_with(kFolder) && path.ends_with(".dmn");
}

}  // namespace

Rules Rules::Read(const std::map<std::string, std::string>& files, std::string_view root,
                  Diagnostics& found) {
  const dmn::Importer importer = [&](std::string_view ns,
                                     std::string_view) -> Result<dmn::Imported> {
    for (const auto& [path, text] : files) {
      if (!IsRules(path)) continue;
      const Result<dmn::Source> source = dmn::ReadSource(text, path);
      if (source && source->ns == ns) return dmn::Imported{text, StrCat(root, "/", path)};
    }
    return Fail("dmn.import", StrCat("no model \"", ns, "\" in rules/"));
  };
  feel::Scope host;
  chart::DeclareHostFunctions(host);
  Rules out;
  for (const auto& [path, text] : files) {
    if (!IsRules(path)) continue;
    Result<dmn::Model> model = dmn::Model::Read(text, StrCat(root, "/", path), importer);
    if (!model) {
      Append(found, std::move(model.error()));
      continue;
    }
    Append(found, model->mistakes());
    Append(found, model->findings());
    for (dmn::Described& element : model->elements()) {
      const bool callable = element.kind == dmn::Described::Kind::kDecision ||
                            element.kind == dmn::Described::Kind::kService;
      if (!callable) continue;
      const std::string name = element.name;
      const Location at = element.at;
      const bool taken =
          host.FindFunction(name) != nullptr ||
          !out.offered_.emplace(name, Offered{out.models_.size(), std::move(element)}).second;
      if (taken) {
        found.push_back({.code = "definition.rule",
                         .message = StrCat("there is already a function \"", name, "\""),
                         .at = at,
                         .hint = "each decision of rules/ is a function of the chart"});
      }
    }
    out.models_.push_back(*std::move(model));
  }
  return out;
}

std::vector<feel::FunctionDeclaration> Rules::functions() const {
  std::vector<feel::FunctionDeclaration> out;
  for (const auto& [name, offered] : offered_) {
    feel::FunctionDeclaration function{name, {}, offered.element.type};
    for (const auto& [input, type] : offered.element.needs) {
      function.parameters.push_back({input, type});
    }
    out.push_back(std::move(function));
  }
  return out;
}

Result<Value> Rules::Decide(std::string_view function, std::span<const Value> arguments,
                            std::vector<std::string>& rules) const {
  const auto it = offered_.find(function);
  if (it == offered_.end()) return Fail("feel.host", StrCat("no decision \"", function, "\""));
  const Offered& offered = it->second;
  std::vector<dmn::Given> given;
  for (size_t i = 0; i < offered.element.needs.size(); ++i) {
    given.push_back(
        {offered.element.needs[i].first, i < arguments.size() ? arguments[i] : Value()});
  }
  const dmn::Model& model = models_[offered.model];
  dmn::Answer answer = offered.element.kind == dmn::Described::Kind::kDecision
                           ? model.Decide(function, given)
                           : model.Call(function, given);
  if (!answer.ok()) return Unexpected{std::move(answer.notes)};
  for (const dmn::RulesUsed& used : answer.rules) {
    std::vector<std::string> numbers;
    for (const int rule : used.rules) numbers.push_back(std::to_string(rule));
    rules.push_back(StrCat("规则“", used.table, "”第", Join(numbers, "、"), "条"));
  }
  return std::move(answer.value);
}

}  // namespace anjuan::runtime
