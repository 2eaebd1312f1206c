#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/dmn/analyse.h"
#include "engine/dmn/compile.h"
#include "engine/dmn/dmn.h"
#include "engine/dmn/evaluate.h"
#include "engine/dmn/reader.h"

namespace anjuan::dmn {

Importer NoImports() {
  return [](std::string_view ns, std::string_view) -> Result<Imported> {
    return Fail("dmn.import", StrCat("the model \"", ns, "\" is not there"));
  };
}

namespace {

// Each mistake with the line it stands in, for the caret.
void AddSourceLines(Diagnostics& mistakes, const std::map<std::string, std::string>& texts) {
  std::map<std::string, std::vector<std::string_view>> cut;
  for (Diagnostic& mistake : mistakes) {
    const auto it = texts.find(mistake.at.file);
    if (it == texts.end() || mistake.at.line < 1 || !mistake.source_line.empty()) continue;
    std::vector<std::string_view>& lines = cut[it->first];
    if (lines.empty()) lines = Split(it->second, '\n');
    const auto index = static_cast<size_t>(mistake.at.line) - 1;
    // A model written in one line would bury the message.
    constexpr size_t kLongest = 500;
    if (index < lines.size() && lines[index].size() <= kLongest) {
      mistake.source_line = std::string(lines[index]);
    }
  }
}

}  // namespace

// All models are read before any is compiled. One that is not there leaves its importer standing:
// the compiler reports each import by its place.
Result<Model> Model::Read(std::string_view text, std::string_view file, const Importer& importer,
                          std::shared_ptr<const Zones> zones,
                          const std::vector<feel::FunctionDeclaration>& functions) {
  Result<Source> first = ReadSource(text, file);
  if (!first) return Unexpected{std::move(first.error())};
  std::vector<Source> sources;
  sources.push_back(*std::move(first));
  std::set<std::string> seen = {sources.front().ns};
  std::map<std::string, std::string> texts = {{std::string(file), std::string(text)}};
  Diagnostics mistakes;
  constexpr size_t kMostModels = 100;
  for (size_t i = 0; i < sources.size() && sources.size() < kMostModels; ++i) {
    const std::vector<Import> imports = sources[i].imports;
    for (const Import& import : imports) {
      if (!seen.insert(import.ns).second) continue;
      Result<Imported> found = importer(import.ns, import.location);
      if (!found) continue;
      Result<Source> source = ReadSource(found->text, found->file);
      if (source) {
        texts.emplace(found->file, found->text);
        sources.push_back(*std::move(source));
      } else {
        Append(mistakes, std::move(source.error()));
      }
    }
  }
  if (HasError(mistakes)) return Unexpected{std::move(mistakes)};
  std::shared_ptr<Program> program = CompileProgram(sources, std::move(zones), functions);
  AddSourceLines(program->mistakes, texts);
  // Tables are looked through in the model itself: what it imports is checked where it stands.
  program->findings = Analyse(sources.front());
  AddSourceLines(program->findings, texts);
  return Model(std::move(program));
}

const std::string& Model::name() const {
  return program_->models.front()->name;
}

const Diagnostics& Model::mistakes() const {
  return program_->mistakes;
}

const ElementPlan* Model::Find(std::string_view name, std::string_view ns) const {
  for (const auto& model : program_->models) {
    if (!ns.empty() && model->ns != ns) continue;
    for (const auto& element : model->elements) {
      if (element->name == name) return element.get();
    }
    if (ns.empty()) break;  // without a namespace: of the model itself
  }
  return nullptr;
}

const Type* Model::FindType(std::string_view name, std::string_view ns) const {
  const ElementPlan* element = Find(name, ns);
  return element == nullptr ? nullptr : &element->type;
}

namespace {

// Texts of which only some are allowed: an enum, so that a misspelt one is found by the checker.
Type TypeOf(const ItemTypePointer& type) {
  if (type == nullptr) return Type::Any();
  Type out = type->feel;
  if (type->element != nullptr) return Type::ListOf(TypeOf(type->element));
  if (out.base != Type::Base::kString || !type->allowed) return out;
  const feel::Scope scope(feel::Dialect::kStandard);
  const Expression values({StrCat("[", type->allowed->text().text, "]"), {}}, scope);
  constexpr std::int64_t kMostSteps = 10'000;
  feel::Meter meter{{.steps = kMostSteps}};
  Course course{meter};
  const Value list = values.Evaluate({}, course);
  if (list.list() == nullptr) return out;
  for (const Value& value : *list.list()) {
    if (value.string() == nullptr) return type->feel;
    out.values.push_back(*value.string());
  }
  return out;
}

Type TypeOf(const ElementPlan& element) {
  return element.wanted == nullptr ? element.type : TypeOf(element.wanted);
}

// The inputs below an element, in the order in which they are met.
void CollectInputs(const ElementPlan& element, std::set<const ElementPlan*>& seen,
                   std::vector<std::pair<std::string, Type>>& out) {
  if (!seen.insert(&element).second) return;
  if (element.kind == Element::Kind::kInput) {
    out.emplace_back(element.name, TypeOf(element));
    return;
  }
  for (const ElementPlan::Variable& variable : element.variables) {
    if (variable.element != nullptr) CollectInputs(*variable.element, seen, out);
    for (const auto& [name, member] : variable.members) CollectInputs(*member, seen, out);
  }
}

feel::Host& HostOf(const Setting& setting) {
  return setting.host == nullptr ? feel::NoHost() : *setting.host;
}

Described::Kind KindOf(Element::Kind kind) {
  switch (kind) {
    case Element::Kind::kInput:
      return Described::Kind::kInput;
    case Element::Kind::kDecision:
      return Described::Kind::kDecision;
    case Element::Kind::kKnowledge:
      return Described::Kind::kKnowledge;
    case Element::Kind::kService:
      return Described::Kind::kService;
  }
  return Described::Kind::kDecision;
}

}  // namespace

const Diagnostics& Model::findings() const {
  return program_->findings;
}

std::vector<Described> Model::elements() const {
  std::vector<Described> out;
  for (const auto& element : program_->models.front()->elements) {
    Described described{KindOf(element->kind), element->name, TypeOf(*element), {}, element->at};
    if (element->kind == Element::Kind::kDecision) {
      std::set<const ElementPlan*> seen;
      CollectInputs(*element, seen, described.needs);
    } else if (element->kind == Element::Kind::kService) {
      described.type =
          element->outputs.size() == 1 ? TypeOf(*element->outputs.front()) : Type::Any();
      for (const ElementPlan* parameter : element->parameters) {
        described.needs.emplace_back(parameter->variable, TypeOf(*parameter));
      }
    } else if (element->kind == Element::Kind::kKnowledge) {
      described.type = TypeOf(element->wanted);
      const bool function =
          element->logic != nullptr && element->logic->kind == Boxed::Kind::kFunction;
      if (function) {
        if (element->wanted == nullptr) described.type = element->logic->items.front()->type;
        for (const Plan::Entry& entry : element->logic->entries) {
          described.needs.emplace_back(entry.name, TypeOf(entry.type));
        }
      }
    }
    out.push_back(std::move(described));
  }
  return out;
}

std::vector<Answer> Model::Decide(const std::vector<std::string>& decisions,
                                  const std::vector<Given>& inputs, const Setting& setting) const {
  std::vector<Answer> out;
  for (const std::string& name : decisions) {
    feel::Meter meter{setting.budget};
    Course course{meter, HostOf(setting)};
    Evaluation evaluation(program_, course);
    for (const Given& given : inputs) {
      const ElementPlan* element = Find(given.name, given.ns);
      if (element == nullptr) {
        course.Note("dmn.name", StrCat("the model has no input \"", given.name, "\""), {});
        continue;
      }
      // A decision that is asked for is computed, whatever is given for it.
      if (element->name == name && element->kind != Element::Kind::kInput) continue;
      evaluation.Give(*element, given.value);
    }
    Answer answer;
    if (const ElementPlan* element = Find(name, "")) {
      answer.value = evaluation.ValueOf(*element);
    } else {
      course.Note("dmn.name", StrCat("the model has no decision \"", name, "\""), {});
    }
    answer.notes = std::move(course.notes);
    answer.rules = std::move(course.rules);
    out.push_back(std::move(answer));
  }
  return out;
}

Answer Model::Decide(std::string_view decision, const std::vector<Given>& inputs,
                     const Setting& setting) const {
  return Decide(std::vector<std::string>{std::string(decision)}, inputs, setting).front();
}

Answer Model::Call(std::string_view function, const std::vector<Given>& arguments,
                   const Setting& setting) const {
  feel::Meter meter{setting.budget};
  Course course{meter, HostOf(setting)};
  Answer answer;
  Evaluation evaluation(program_, course);
  const ElementPlan* element = Find(function, "");
  const Value value = element == nullptr ? Value() : evaluation.ValueOf(*element);
  const auto* called = dynamic_cast<const feel::Function*>(value.function());
  if (called == nullptr) {
    course.Note("dmn.name", StrCat("the model has no function \"", function, "\""), {});
  } else {
    List ordered;
    for (const feel::Parameter& parameter : called->parameters()) {
      const auto it = std::find_if(arguments.begin(), arguments.end(), [&](const Given& given) {
        return given.name == parameter.name;
      });
      ordered.push_back(it == arguments.end() ? Value() : it->value);
    }
    Diagnostics notes;
    answer.value = feel::InvokeLenient(value, ordered, course.host, notes, meter);
    for (Diagnostic& note : notes) course.Note(std::move(note));
  }
  answer.notes = std::move(course.notes);
  answer.rules = std::move(course.rules);
  return answer;
}

}  // namespace anjuan::dmn
