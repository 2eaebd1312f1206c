#include "engine/dmn/compile.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/dmn/compile_boxed.h"

namespace anjuan::dmn {

namespace {

class ProgramBuilder {
 public:
  ProgramBuilder(const std::vector<Source>& sources, std::shared_ptr<const Zones> zones,
                 const std::vector<feel::FunctionDeclaration>& functions)
      : zones_(std::move(zones)), functions_(functions), program_(std::make_shared<Program>()) {
    for (const Source& source : sources) {
      auto model = std::make_unique<ModelPlan>();
      model->file = source.file;
      model->name = source.name;
      model->ns = source.ns;
      models_.push_back({&source, model.get(), nullptr});
      program_->models.push_back(std::move(model));
    }
  }

  std::shared_ptr<Program> Build() {
    for (Model& model : models_) BuildTypes(model);
    for (Model& model : models_) Declare(model);
    for (Item& item : items_) {
      by_id_.emplace(std::pair(item.model->source->ns, item.element->id), &item);
    }
    for (Model& model : models_) {
      for (Item& item : items_) {
        if (item.model == &model) Compile(item);
      }
    }
    return std::move(program_);
  }

 private:
  struct Model {
    const Source* source;
    ModelPlan* plan;
    std::unique_ptr<ItemTypes> types;
    bool building = false;
  };
  struct Item {
    const Element* element;
    ElementPlan* plan;
    Model* model;
    enum class State { kWaiting, kRunning, kDone } state = State::kWaiting;
  };

  void Mistake(std::string code, std::string message, const Location& at, std::string hint = "") {
    program_->mistakes.push_back({.code = std::move(code),
                                  .message = std::move(message),
                                  .at = at,
                                  .hint = std::move(hint)});
  }

  Model* FindModel(std::string_view ns) {
    for (Model& model : models_) {
      if (model.source->ns == ns) return &model;
    }
    return nullptr;
  }

  // A model's types after those it imports.
  void BuildTypes(Model& model) {
    if (model.types != nullptr || model.building) return;
    model.building = true;
    std::map<std::string, ItemTypePointer> imported;
    for (const Import& import : model.source->imports) {
      Model* other = FindModel(import.ns);
      if (other == nullptr) {
        Mistake("dmn.import", StrCat("the model \"", import.ns, "\" is not there"), import.at);
        continue;
      }
      BuildTypes(*other);
      if (other->types == nullptr) {
        Mistake("dmn.cycle", StrCat("the models import each other: \"", import.ns, "\""),
                import.at);
        continue;
      }
      for (const auto& [name, type] : other->types->all()) {
        imported.emplace(import.name.empty() ? name : StrCat(import.name, ".", name), type);
      }
    }
    model.types =
        std::make_unique<ItemTypes>(*model.source, std::move(imported), program_->mistakes);
    model.plan->types = model.types->all();
    model.building = false;
  }

  void Declare(Model& model) {
    std::set<std::string> names;
    std::set<std::string> ids;
    for (const Element& element : model.source->elements) {
      if (!names.insert(element.name).second) {
        Mistake("dmn.name", StrCat("two elements are named \"", element.name, "\""), element.at);
      }
      if (!element.id.empty() && !ids.insert(element.id).second) {
        Mistake("dmn.name", StrCat("two elements have the id \"", element.id, "\""), element.at);
      }
      auto plan = std::make_unique<ElementPlan>();
      plan->kind = element.kind;
      plan->model = model.plan;
      plan->id = element.id;
      plan->name = element.name;
      plan->variable = element.variable;
      plan->at = element.at;
      plan->wanted = model.types->Find(element.type_ref, element.at, program_->mistakes);
      if (plan->wanted != nullptr) plan->type = plan->wanted->feel;
      items_.push_back({&element, plan.get(), &model});
      model.plan->elements.push_back(std::move(plan));
    }
  }

  // Null after a report.
  Item* Find(const Reference& reference, const Model& from) {
    const std::string& ns = reference.ns.empty() ? from.source->ns : reference.ns;
    if (const auto it = by_id_.find(std::pair(ns, reference.id)); it != by_id_.end()) {
      return it->second;
    }
    Mistake("dmn.reference", StrCat("there is no element \"", reference.id, "\""), reference.at);
    return nullptr;
  }

  // Everything an element needs is compiled before it, so that its type is known.
  void Compile(Item& item) {
    if (item.state != Item::State::kWaiting) return;
    constexpr int kDeepest = 200;
    if (depth_ >= kDeepest) {
      item.state = Item::State::kDone;
      Mistake("dmn.depth",
              StrCat("\"", item.element->name, "\" stands on more than ", kDeepest,
                     " decisions, one upon another"),
              item.element->at);
      return;
    }
    item.state = Item::State::kRunning;
    ++depth_;
    const Element& element = *item.element;
    ElementPlan& plan = *item.plan;
    if (element.kind == Element::Kind::kService) {
      CompileService(item);
    } else {
      for (const Reference& reference : element.requirements) Require(reference, item);
      if (element.logic != nullptr) CompileLogic(item);
    }
    if (element.kind == Element::Kind::kService || element.kind == Element::Kind::kKnowledge) {
      plan.type = Type::Of(Type::Base::kFunction);
    }
    --depth_;
    item.state = Item::State::kDone;
  }

  // Compiles what is needed. A circle is reported; evaluation ends it with null.
  void Ready(Item& needed, const Reference& reference, const Item& by) {
    if (needed.state != Item::State::kRunning) {
      Compile(needed);
      return;
    }
    // Functions may call one another in circles: that is recursion.
    const bool function = needed.element->kind == Element::Kind::kKnowledge ||
                          needed.element->kind == Element::Kind::kService;
    if (function) return;
    Mistake(
        "dmn.cycle",
        StrCat("\"", by.element->name, "\" and \"", needed.element->name, "\" require each other"),
        reference.at);
  }

  void Require(const Reference& reference, Item& item) {
    Item* needed = Find(reference, *item.model);
    if (needed == nullptr || needed == &item) return;  // knowledge finds itself by its name
    Ready(*needed, reference, item);
    std::vector<ElementPlan::Variable>& variables = item.plan->variables;
    const std::string import = ImportName(*needed, *item.model);
    if (import.empty()) {
      variables.push_back({needed->plan->variable, needed->plan, {}});
      return;
    }
    auto it = std::find_if(variables.begin(), variables.end(), [&](const auto& variable) {
      return variable.element == nullptr && variable.name == import;
    });
    if (it == variables.end()) it = variables.insert(variables.end(), {import, nullptr, {}});
    it->members.emplace_back(needed->plan->variable, needed->plan);
  }

  // "" for an element of the model itself, or of an import without a name.
  static std::string ImportName(const Item& needed, const Model& from) {
    if (needed.model == &from) return "";
    for (const Import& import : from.source->imports) {
      if (import.ns == needed.model->source->ns) return import.name;
    }
    return "";
  }

  void CompileLogic(Item& item) {
    if (item.element->logic->kind == Boxed::Kind::kNothing) {
      // Allowed while a model is being drawn; nothing can stand on it.
      program_->mistakes.push_back(
          {.severity = Severity::kWarning,
           .code = "dmn.structure",
           .message = StrCat("\"", item.element->name, "\" has no expression"),
           .at = item.element->at});
      return;
    }
    feel::Scope scope(feel::Dialect::kStandard);
    if (zones_ != nullptr) scope.UseZones(zones_);
    for (const feel::FunctionDeclaration& function : functions_) scope.DeclareFunction(function);
    for (const auto& [name, type] : item.model->types->FeelTypes()) scope.DeclareType(name, type);
    ElementPlan& plan = *item.plan;
    for (const ElementPlan::Variable& variable : plan.variables) {
      if (variable.element != nullptr) {
        scope.DeclareVariable(variable.name, variable.element->type);
        continue;
      }
      std::vector<Type::Field> fields;
      for (const auto& [name, element] : variable.members) fields.emplace_back(name, element->type);
      scope.DeclareVariable(variable.name, Type::ContextOf(std::move(fields)));
    }
    plan.sees_itself = item.element->kind == Element::Kind::kKnowledge;
    if (plan.sees_itself) {
      scope.DeclareVariable(plan.variable, Type::Of(Type::Base::kFunction));
    }
    BoxedCompiler compiler(*item.model->types, program_->mistakes);
    plan.logic = compiler.Compile(*item.element->logic, scope);
    if (plan.wanted == nullptr) plan.type = plan.logic->type;
  }

  void CompileService(Item& item) {
    const Element& element = *item.element;
    const auto resolve = [&](const std::vector<Reference>& references,
                             std::vector<const ElementPlan*>& to, bool compile) {
      for (const Reference& reference : references) {
        Item* found = Find(reference, *item.model);
        if (found == nullptr) continue;
        if (compile) Compile(*found);
        to.push_back(found->plan);
      }
    };
    resolve(element.outputs, item.plan->outputs, true);
    resolve(element.input_data, item.plan->parameters, false);
    resolve(element.input_decisions, item.plan->parameters, false);
    if (item.plan->outputs.empty()) {
      Mistake("dmn.structure", "a decision service has an output decision", element.at);
    }
  }

  std::shared_ptr<const Zones> zones_;
  const std::vector<feel::FunctionDeclaration>& functions_;
  std::shared_ptr<Program> program_;
  std::vector<Model> models_;
  std::vector<Item> items_;
  std::map<std::pair<std::string, std::string>, Item*> by_id_;
  int depth_ = 0;
};

}  // namespace

std::shared_ptr<Program> CompileProgram(const std::vector<Source>& sources,
                                        std::shared_ptr<const Zones> zones,
                                        const std::vector<feel::FunctionDeclaration>& functions) {
  return ProgramBuilder(sources, std::move(zones), functions).Build();
}

}  // namespace anjuan::dmn
