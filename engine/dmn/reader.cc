#include "engine/dmn/reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/xml/xml.h"

namespace anjuan::dmn {

namespace {

constexpr std::array<std::string_view, 6> kNamespaces = {
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  // 1.5
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  // 1.4
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  // 1.3
    "http://www.omg.org/spec/DMN/20180521/MODEL/",   // 1.2
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  // 1.1
    "https://www.omg.org/spec/DMN/20240513/MODEL/",  // 1.6
};

// In 1.1 types stood as qualified names: "feel:string".
std::string TypeRef(const xml::Element& element, std::string_view attribute = "typeRef") {
  std::string ref(Trim(element.Get(attribute)));
  constexpr std::string_view kPrefix = "feel:";
  if (ref.starts_with(kPrefix)) ref.erase(0, kPrefix.size());
  return ref;
}

std::optional<HitPolicy> HitPolicyOf(std::string_view text) {
  if (text == "UNIQUE" || text.empty()) return HitPolicy::kUnique;
  if (text == "ANY") return HitPolicy::kAny;
  if (text == "PRIORITY") return HitPolicy::kPriority;
  if (text == "FIRST") return HitPolicy::kFirst;
  if (text == "RULE ORDER") return HitPolicy::kRuleOrder;
  if (text == "OUTPUT ORDER") return HitPolicy::kOutputOrder;
  if (text == "COLLECT") return HitPolicy::kCollect;
  return std::nullopt;
}

std::optional<Aggregation> AggregationOf(std::string_view text) {
  if (text.empty()) return Aggregation::kNone;
  if (text == "SUM") return Aggregation::kSum;
  if (text == "MIN") return Aggregation::kMin;
  if (text == "MAX") return Aggregation::kMax;
  if (text == "COUNT") return Aggregation::kCount;
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(const xml::Document& document) : document_(document) {}

  Result<Source> Read() {
    const xml::Element& root = *document_.root;
    if (root.name != "definitions" || !IsDmnNamespace(root.ns)) {
      Mistake(root.at, "dmn.model", "this is no DMN model",
              StrCat("it starts with <definitions xmlns=\"", kNamespaces.front(), "\" …>"));
      return Unexpected{std::move(mistakes_)};
    }
    ns_ = root.ns;
    source_.file = document_.file;
    source_.name = root.Get("name");
    source_.ns = root.Get("namespace");
    for (const xml::Element* child : Children(root)) ReadTop(*child);
    CheckSize(root);
    if (HasError(mistakes_)) return Unexpected{std::move(mistakes_)};
    return std::move(source_);
  }

 private:
  void Mistake(const Location& at, std::string code, std::string message, std::string hint = "") {
    constexpr size_t kMostMistakes = 500;  // each with its line
    if (mistakes_.size() >= kMostMistakes) return;
    mistakes_.push_back(
        xml::Mistake(document_, at, std::move(code), std::move(message), std::move(hint)));
  }

  // What stands with everything else in tables of its own must end somewhere: the largest models in
  // use have some hundreds of elements.
  void CheckSize(const xml::Element& root) {
    constexpr size_t kMostElements = 5'000;
    constexpr size_t kMostTypes = 1'000;
    constexpr size_t kMostImports = 100;
    constexpr size_t kMostRequirements = 10'000;
    constexpr size_t kMostOfAnElement = 500;
    size_t requirements = 0;
    bool too_many = source_.types.size() > kMostTypes || source_.elements.size() > kMostElements ||
                    source_.imports.size() > kMostImports;
    for (const Element& element : source_.elements) {
      const size_t own = element.requirements.size() + element.outputs.size() +
                         element.input_decisions.size() + element.input_data.size();
      requirements += own;
      too_many = too_many || own > kMostOfAnElement;
    }
    if (!too_many && requirements <= kMostRequirements) return;
    Mistake(root.at, "dmn.large",
            StrCat("a model has at most ", kMostElements, " elements, ", kMostTypes, " types, ",
                   kMostImports, " imports, ", kMostRequirements, " requirements, and ",
                   kMostOfAnElement, " of one element"),
            "make several models of it, one importing another");
  }

  // Of the model's namespace; others are extensions.
  std::vector<const xml::Element*> Children(const xml::Element& element) const {
    std::vector<const xml::Element*> out = element.Elements();
    std::erase_if(out, [&](const xml::Element* child) { return child->ns != ns_; });
    return out;
  }

  const xml::Element* Child(const xml::Element& element, std::string_view name) const {
    for (const xml::Element* child : Children(element)) {
      if (child->name == name) return child;
    }
    return nullptr;
  }

  std::string Name(const xml::Element& element) {
    std::string name(Trim(element.Get("name")));
    if (name.empty())
      Mistake(element.at, "dmn.structure", StrCat("<", element.name, "> has no name"));
    return name;
  }

  // FEEL below `element`: the text of its <text>.
  Text TextOf(const xml::Element& element) const {
    const xml::Element* text = Child(element, "text");
    if (text == nullptr) return {"", element.at};
    Text out{text->InnerText(), text->at};
    for (const xml::Node& node : text->children) {
      const auto* piece = std::get_if<xml::Text>(&node);
      if (piece == nullptr) continue;
      out.at = piece->at;
      break;
    }
    out.at.file = document_.file;
    return out;
  }

  std::optional<Text> TestsOf(const xml::Element& element, std::string_view child) const {
    const xml::Element* tests = Child(element, child);
    if (tests == nullptr) return std::nullopt;
    Text text = TextOf(*tests);
    if (Trim(text.text).empty()) return std::nullopt;
    return text;
  }

  Location At(const xml::Element& element) const {
    Location at = element.at;
    at.file = document_.file;
    return at;
  }

  void ReadTop(const xml::Element& element) {
    const std::string& name = element.name;
    if (name == "import") {
      const std::string type = element.Get("importType");
      if (!IsDmnNamespace(type)) return;  // of types or of PMML: nothing is taken from there
      source_.imports.push_back(
          {element.Get("name"), element.Get("namespace"), element.Get("locationURI"), At(element)});
    } else if (name == "itemDefinition") {
      source_.types.push_back(ReadItem(element));
    } else if (name == "inputData") {
      source_.elements.push_back(ReadElement(element, Element::Kind::kInput));
    } else if (name == "decision") {
      Element out = ReadElement(element, Element::Kind::kDecision);
      out.logic = Expression(element);
      source_.elements.push_back(std::move(out));
    } else if (name == "businessKnowledgeModel") {
      Element out = ReadElement(element, Element::Kind::kKnowledge);
      if (const xml::Element* logic = Child(element, "encapsulatedLogic")) {
        out.logic = ReadFunction(*logic);
      } else {
        out.logic = std::make_unique<Boxed>();
        out.logic->kind = Boxed::Kind::kNothing;
        out.logic->at = At(element);
      }
      source_.elements.push_back(std::move(out));
    } else if (name == "decisionService") {
      source_.elements.push_back(ReadService(element));
    }
    // knowledgeSource, textAnnotation, association, group, diagrams: nothing to evaluate.
  }

  Reference ReadReference(const xml::Element& element) {
    const std::string href = element.Get("href");
    const size_t hash = href.find('#');
    if (hash == std::string::npos) {
      Mistake(element.at, "dmn.structure", StrCat("\"", href, "\" is no reference"),
              "write #id, or namespace#id for an element of an imported model");
      return {"", href, At(element)};
    }
    return {href.substr(0, hash), href.substr(hash + 1), At(element)};
  }

  Element ReadElement(const xml::Element& element, Element::Kind kind) {
    Element out;
    out.kind = kind;
    out.id = element.Get("id");
    out.name = Name(element);
    out.variable = out.name;
    out.at = At(element);
    for (const xml::Element* child : Children(element)) {
      if (child->name == "description") AddNote(child->InnerText(), out.note);
      if (child->name == "variable") {
        out.type_ref = TypeRef(*child);
        if (const std::string name(Trim(child->Get("name"))); !name.empty()) out.variable = name;
      } else if (child->name == "informationRequirement" || child->name == "knowledgeRequirement") {
        for (const xml::Element* needed : Children(*child)) {
          if (needed->name.starts_with("required")) {
            out.requirements.push_back(ReadReference(*needed));
          }
        }
      }
    }
    return out;
  }

  Element ReadService(const xml::Element& element) {
    Element out = ReadElement(element, Element::Kind::kService);
    for (const xml::Element* child : Children(element)) {
      if (child->name == "outputDecision") out.outputs.push_back(ReadReference(*child));
      if (child->name == "encapsulatedDecision") out.encapsulated.push_back(ReadReference(*child));
      if (child->name == "inputDecision") out.input_decisions.push_back(ReadReference(*child));
      if (child->name == "inputData") out.input_data.push_back(ReadReference(*child));
    }
    return out;
  }

  ItemDefinition ReadItem(const xml::Element& element) {
    ItemDefinition out;
    out.name = Name(element);
    out.at = At(element);
    out.collection = element.Get("isCollection") == "true";
    out.allowed = TestsOf(element, "allowedValues");
    out.constraint = TestsOf(element, "typeConstraint");
    for (const xml::Element* child : Children(element)) {
      if (child->name == "typeRef") {
        out.type_ref = std::string(Trim(child->InnerText()));
        if (out.type_ref.starts_with("feel:")) out.type_ref.erase(0, 5);
      } else if (child->name == "itemComponent") {
        out.components.push_back(ReadItem(*child));
      } else if (child->name == "functionItem") {
        out.function = true;
        out.type_ref = TypeRef(*child, "outputTypeRef");
        for (const xml::Element* parameter : Children(*child)) {
          if (parameter->name != "parameters") continue;
          ItemDefinition of;
          of.name = Name(*parameter);
          of.type_ref = TypeRef(*parameter);
          of.at = At(*parameter);
          out.components.push_back(std::move(of));
        }
      }
    }
    return out;
  }

  static bool IsExpression(const xml::Element& element) {
    constexpr std::array<std::string_view, 11> kNames = {"literalExpression",
                                                         "context",
                                                         "list",
                                                         "relation",
                                                         "invocation",
                                                         "functionDefinition",
                                                         "decisionTable",
                                                         "conditional",
                                                         "filter",
                                                         "for",
                                                         "some"};
    return element.name == "every" ||
           std::find(kNames.begin(), kNames.end(), element.name) != kNames.end();
  }

  // The first expression among the children.
  BoxedPointer Expression(const xml::Element& parent) {
    for (const xml::Element* child : Children(parent)) {
      if (IsExpression(*child)) return ReadBoxed(*child);
    }
    auto out = std::make_unique<Boxed>();
    out->kind = Boxed::Kind::kNothing;
    out->at = At(parent);
    return out;
  }

  BoxedPointer Below(const xml::Element& parent, std::string_view child) {
    if (const xml::Element* found = Child(parent, child)) return Expression(*found);
    auto out = std::make_unique<Boxed>();
    out->kind = Boxed::Kind::kNothing;
    out->at = At(parent);
    return out;
  }

  BoxedPointer ReadBoxed(const xml::Element& element) {
    if (element.name == "functionDefinition") return ReadFunction(element);
    auto out = std::make_unique<Boxed>();
    out->at = At(element);
    out->type_ref = TypeRef(element);
    if (element.name == "literalExpression") {
      out->text = TextOf(element);
      if (Trim(out->text.text).empty()) out->kind = Boxed::Kind::kNothing;
    } else if (element.name == "context") {
      ReadContext(element, *out);
    } else if (element.name == "list") {
      out->kind = Boxed::Kind::kList;
      for (const xml::Element* child : Children(element)) {
        if (IsExpression(*child)) out->items.push_back(ReadBoxed(*child));
      }
    } else if (element.name == "relation") {
      ReadRelation(element, *out);
    } else if (element.name == "invocation") {
      ReadInvocation(element, *out);
    } else if (element.name == "decisionTable") {
      out->kind = Boxed::Kind::kTable;
      out->table = ReadTable(element);
    } else if (element.name == "conditional") {
      out->kind = Boxed::Kind::kConditional;
      for (const auto* part : {"if", "then", "else"}) out->items.push_back(Below(element, part));
    } else if (element.name == "filter") {
      out->kind = Boxed::Kind::kFilter;
      for (const auto* part : {"in", "match"}) out->items.push_back(Below(element, part));
    } else {
      const bool loop = element.name == "for";
      out->kind = loop                     ? Boxed::Kind::kFor
                  : element.name == "some" ? Boxed::Kind::kSome
                                           : Boxed::Kind::kEvery;
      out->name = std::string(Trim(element.Get("iteratorVariable")));
      out->items.push_back(Below(element, "in"));
      out->items.push_back(Below(element, loop ? "return" : "satisfies"));
    }
    return out;
  }

  Named ReadNamed(const xml::Element& element) {
    return {Name(element), TypeRef(element), nullptr, At(element)};
  }

  void ReadContext(const xml::Element& element, Boxed& out) {
    out.kind = Boxed::Kind::kContext;
    for (const xml::Element* child : Children(element)) {
      if (child->name != "contextEntry") continue;
      const xml::Element* variable = Child(*child, "variable");
      Named entry;
      if (variable != nullptr) entry = ReadNamed(*variable);
      entry.at = At(*child);
      entry.value = Expression(*child);
      out.entries.push_back(std::move(entry));
    }
    constexpr size_t kMostEntries = 1'000;
    if (out.entries.size() > kMostEntries) {
      Mistake(element.at, "dmn.large", StrCat("a context has at most ", kMostEntries, " entries"));
    }
    for (size_t i = 0; i + 1 < out.entries.size(); ++i) {
      if (!out.entries[i].name.empty()) continue;
      Mistake(out.entries[i].at, "dmn.structure", "only the last entry may go without a name");
    }
  }

  void ReadRelation(const xml::Element& element, Boxed& out) {
    out.kind = Boxed::Kind::kRelation;
    for (const xml::Element* child : Children(element)) {
      if (child->name == "column") out.entries.push_back(ReadNamed(*child));
      if (child->name != "row") continue;
      auto row = std::make_unique<Boxed>();
      row->kind = Boxed::Kind::kList;
      row->at = At(*child);
      for (const xml::Element* cell : Children(*child)) {
        if (IsExpression(*cell)) row->items.push_back(ReadBoxed(*cell));
      }
      out.items.push_back(std::move(row));
    }
    for (const BoxedPointer& row : out.items) {
      if (row->items.size() == out.entries.size()) continue;
      Mistake(
          row->at, "dmn.table",
          StrCat("a row of ", row->items.size(), " cells under ", out.entries.size(), " columns"));
    }
  }

  void ReadInvocation(const xml::Element& element, Boxed& out) {
    out.kind = Boxed::Kind::kInvocation;
    out.items.push_back(Expression(element));
    for (const xml::Element* child : Children(element)) {
      if (child->name != "binding") continue;
      const xml::Element* parameter = Child(*child, "parameter");
      if (parameter == nullptr) {
        Mistake(child->at, "dmn.structure", "a binding names its parameter");
        continue;
      }
      Named binding = ReadNamed(*parameter);
      binding.value = Expression(*child);
      out.entries.push_back(std::move(binding));
    }
  }

  BoxedPointer ReadFunction(const xml::Element& element) {
    auto out = std::make_unique<Boxed>();
    out->kind = Boxed::Kind::kFunction;
    out->at = At(element);
    out->type_ref = TypeRef(element);
    for (const xml::Element* child : Children(element)) {
      if (child->name == "formalParameter") out->entries.push_back(ReadNamed(*child));
    }
    const std::string kind = element.Get("kind", "", "FEEL");
    if (kind == "FEEL") {
      out->items.push_back(Expression(element));
      return out;
    }
    auto foreign = std::make_unique<Boxed>();
    foreign->kind = Boxed::Kind::kForeign;
    foreign->at = out->at;
    foreign->name = kind;
    out->items.push_back(std::move(foreign));
    return out;
  }

  std::unique_ptr<Table> ReadTable(const xml::Element& element) {
    auto out = std::make_unique<Table>();
    const std::string policy = element.Get("hitPolicy");
    const std::string aggregation = element.Get("aggregation");
    if (const auto known = HitPolicyOf(policy)) {
      out->hit_policy = *known;
    } else {
      Mistake(element.Find("hitPolicy")->at, "dmn.table", StrCat("no hit policy \"", policy, "\""),
              "UNIQUE, ANY, PRIORITY, FIRST, RULE ORDER, OUTPUT ORDER, COLLECT");
    }
    if (const auto known = AggregationOf(aggregation)) {
      out->aggregation = *known;
    } else {
      Mistake(element.Find("aggregation")->at, "dmn.table",
              StrCat("no aggregation \"", aggregation, "\""), "SUM, MIN, MAX, COUNT");
    }
    for (const xml::Element* child : Children(element)) {
      if (child->name == "input") out->inputs.push_back(ReadInput(*child));
      if (child->name == "output") out->outputs.push_back(ReadOutput(*child));
      if (child->name == "rule") out->rules.push_back(ReadRule(*child));
    }
    if (out->outputs.empty()) Mistake(element.at, "dmn.table", "a table has at least one output");
    const bool sole_output = out->outputs.size() == 1;
    if (out->aggregation != Aggregation::kNone && !sole_output) {
      Mistake(element.at, "dmn.table", "only a table of one output can be aggregated");
    }
    for (const OutputClause& output : out->outputs) {
      if (sole_output || !output.name.empty()) continue;
      Mistake(output.at, "dmn.table", "each of several outputs has a name");
    }
    for (const Rule& rule : out->rules) {
      if (rule.inputs.size() == out->inputs.size() && rule.outputs.size() == out->outputs.size()) {
        continue;
      }
      Mistake(rule.at, "dmn.table",
              StrCat("a rule of ", rule.inputs.size(), " inputs and ", rule.outputs.size(),
                     " outputs in a table of ", out->inputs.size(), " and ", out->outputs.size()));
    }
    return out;
  }

  InputClause ReadInput(const xml::Element& element) {
    InputClause out;
    out.at = At(element);
    out.label = element.Get("label");
    out.values = TestsOf(element, "inputValues");
    if (const xml::Element* expression = Child(element, "inputExpression")) {
      out.expression = TextOf(*expression);
      out.type_ref = TypeRef(*expression);
    }
    if (Trim(out.expression.text).empty()) {
      Mistake(element.at, "dmn.table", "an input says in <inputExpression> what is tested");
    }
    if (out.label.empty()) out.label = std::string(Trim(out.expression.text));
    return out;
  }

  OutputClause ReadOutput(const xml::Element& element) {
    OutputClause out;
    out.at = At(element);
    out.name = element.Get("name");
    out.label = element.Get("label", "", out.name);
    out.type_ref = TypeRef(element);
    out.values = TestsOf(element, "outputValues");
    out.otherwise = TestsOf(element, "defaultOutputEntry");
    return out;
  }

  static void AddNote(std::string_view text, std::string& note) {
    if (Trim(text).empty()) return;
    note += StrCat(note.empty() ? "" : "；", Trim(text));
  }

  Rule ReadRule(const xml::Element& element) {
    Rule out;
    out.at = At(element);
    for (const xml::Element* child : Children(element)) {
      if (child->name == "inputEntry") out.inputs.push_back(TextOf(*child));
      if (child->name == "outputEntry") out.outputs.push_back(TextOf(*child));
      if (child->name == "description") AddNote(child->InnerText(), out.note);
      if (child->name == "annotationEntry") AddNote(TextOf(*child).text, out.note);
    }
    return out;
  }

  const xml::Document& document_;
  std::string ns_;
  Source source_;
  Diagnostics mistakes_;
};

}  // namespace

bool IsDmnNamespace(std::string_view ns) {
  return std::find(kNamespaces.begin(), kNamespaces.end(), ns) != kNamespaces.end();
}

Result<Source> ReadSource(std::string_view text, std::string_view file) {
  constexpr size_t kMostBytes = 4 << 20;
  if (text.size() > kMostBytes) {
    return Fail({.code = "dmn.large",
                 .message = "a model is a text of at most 4 MiB",
                 .at = {std::string(file), 1, 1},
                 .hint = "make several models of it, one importing another"});
  }
  Result<xml::Document> document = xml::Read(text, file);
  if (!document) return Unexpected{std::move(document.error())};
  return Reader(*document).Read();
}

}  // namespace anjuan::dmn
