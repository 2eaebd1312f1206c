#include "engine/chart/reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/scope.h"
#include "engine/chart/vocabulary.h"

namespace anjuan::chart {

namespace {

// Beyond these a document is no process of anybody's.
constexpr size_t kMostStates = 10'000;
constexpr size_t kMostData = 10'000;
constexpr size_t kMostTargets = 1'000;

bool IsStateElement(const xml::Element& element) {
  if (element.ns != kScxml) return false;
  return element.name == "state" || element.name == "parallel" || element.name == "final" ||
         element.name == "history";
}

// ---- states: their tree, before anything refers to them ---------------------------------------

StateKind KindOf(const xml::Element& element) {
  if (element.name == "parallel") return StateKind::kParallel;
  if (element.name == "final") return StateKind::kFinal;
  if (element.name == "history") return StateKind::kHistory;
  for (const xml::Element* child : element.Elements()) {
    if (IsStateElement(*child) && child->name != "history") return StateKind::kCompound;
  }
  return element.name == "scxml" ? StateKind::kCompound : StateKind::kAtomic;
}

template <typename Enum>
Enum ReadWord(Draft& draft, const xml::Element& element, std::string_view name,
              std::initializer_list<std::pair<std::string_view, Enum>> known, Enum otherwise) {
  const xml::Attribute* attribute = Attr(element, name);
  if (attribute == nullptr) return otherwise;
  std::vector<std::string> words;
  for (const auto& [word, value] : known) {
    if (attribute->value == word) return value;
    words.emplace_back(word);
  }
  draft.Error(attribute->at, "chart.attribute",
              StrCat(name, " is ", Join(words, ", "), ", not \"", attribute->value, "\""),
              DidYouMean(attribute->value, words));
  return otherwise;
}

void ReadLabels(Draft& draft, const xml::Element& element, State& state) {
  state.label = AttrText(element, "aj:label");
  state.no_deadline = AttrText(element, "aj:no-deadline");
  state.refs = ReadRefs(draft, element, StrCat("state ", state.id));
  state.owner = ReadRoles(draft, Attr(element, "aj:owner"));
  state.work = ReadWord<WorkKind>(
      draft, element, "aj:kind",
      {{"initial", WorkKind::kInitial}, {"normal", WorkKind::kNormal}, {"wait", WorkKind::kWait}},
      WorkKind::kNone);
  state.outcome = ReadWord<Outcome>(draft, element, "aj:outcome",
                                    {{"success", Outcome::kSuccess},
                                     {"failure", Outcome::kFailure},
                                     {"neutral", Outcome::kNeutral}},
                                    Outcome::kNone);
  if (state.kind == StateKind::kHistory) {
    state.deep =
        ReadWord<bool>(draft, element, "type", {{"deep", true}, {"shallow", false}}, false);
  }
}

void ReadStateTree(Draft& draft, const xml::Element& element, int parent) {
  Chart& chart = draft.chart;
  const int index = static_cast<int>(chart.states.size());
  State state;
  state.index = index;
  state.parent = parent;
  state.kind = KindOf(element);
  state.at = element.at;
  if (parent >= 0) {
    const xml::Attribute* id = element.Find("id");
    state.id = id != nullptr ? id->value : StrCat("_", index);
    if (id == nullptr && draft.options.workflow) {
      draft.Error(element.at, "chart.attribute", StrCat("<", element.name, "> needs an id"));
    }
    if (const int other = chart.FindState(state.id); other > 0) {
      const State& first = chart.at(other);
      draft.Error(id != nullptr ? id->at : element.at, "chart.duplicate",
                  StrCat("state \"", state.id, "\" is declared twice"),
                  StrCat("first in line ", first.at.line));
    }
    State& above = chart.states[static_cast<size_t>(parent)];
    (state.kind == StateKind::kHistory ? above.histories : above.children).push_back(index);
    ReadLabels(draft, element, state);
  }
  if (parent >= 0) chart.state_index.emplace(state.id, index);
  chart.states.push_back(std::move(state));
  draft.elements.push_back(&element);
  for (const xml::Element* child : element.Elements()) {
    if (IsStateElement(*child)) ReadStateTree(draft, *child, index);
  }
  chart.states[static_cast<size_t>(index)].last = static_cast<int>(chart.states.size()) - 1;
}

// ---- transitions and content -------------------------------------------------------------------

std::vector<int> ReadTargets(Draft& draft, const xml::Attribute* attribute) {
  std::vector<int> out;
  if (attribute == nullptr) return out;
  const std::vector<std::string_view> ids = SplitWords(attribute->value);
  if (ids.size() > kMostTargets) {
    draft.Error(attribute->at, "chart.size", StrCat("more than ", kMostTargets, " targets"));
    return out;
  }
  for (const std::string_view id : ids) {
    const int state = draft.chart.FindState(id);
    if (state > 0) {
      out.push_back(state);
    } else {
      draft.Error(attribute->at, "chart.target", StrCat("no state \"", id, "\""),
                  draft.Hint(id, draft.StateIds()));
    }
  }
  return out;
}

std::vector<Rule> ReadRules(Draft& draft, const xml::Element& element, std::string_view name,
                            const feel::Scope& scope) {
  std::vector<Rule> rules;
  for (const xml::Element* child : element.Elements()) {
    if (!IsAj(*child, name)) continue;
    ReadRefs(draft, *child, "rule");
    rules.push_back({draft.CompileGuard(Attr(*child, "cond"), scope),
                     draft.CompileTemplate(Attr(*child, "label"), scope), AttrText(*child, "label"),
                     AttrText(*child, "source")});
  }
  return rules;
}

void ReadTransition(Draft& draft, const xml::Element& element, int source) {
  Chart& chart = draft.chart;
  Transition transition;
  transition.index = static_cast<int>(chart.transitions.size());
  transition.source = source;
  transition.at = element.at;
  transition.label = AttrText(element, "aj:label");
  for (const std::string& word : AttrWords(element, "event")) {
    transition.events.push_back(NormalDescriptor(word));
  }
  transition.targets = ReadTargets(draft, Attr(element, "target"));
  transition.internal =
      ReadWord<bool>(draft, element, "type", {{"internal", true}, {"external", false}}, false);
  transition.refs = ReadRefs(
      draft, element,
      StrCat("transition ", chart.at(source).id, " --", AttrText(element, "event"), "-->"));
  transition.roles = ReadRoles(draft, Attr(element, "aj:role"));
  transition.form = AttrText(element, "aj:form");
  if (const xml::Attribute* form = Attr(element, "aj:form")) {
    chart.forms.push_back({form->value, form->at});
  }
  const feel::Scope& scope = draft.ScopeOf(transition.form, Attr(element, "aj:form") != nullptr
                                                                ? Attr(element, "aj:form")->at
                                                                : element.at);
  transition.cond = draft.CompileGuard(Attr(element, "cond"), scope);
  transition.requires_all = ReadRules(draft, element, "require", scope);
  transition.warns = ReadRules(draft, element, "warn", scope);
  transition.content = ReadBlock(draft, element, scope, &transition.form);
  chart.states[static_cast<size_t>(source)].transitions.push_back(transition.index);
  // Eventless transitions are found under "".
  std::vector<std::string> keys = transition.events;
  if (keys.empty()) keys.emplace_back();
  for (const std::string& event : keys) {
    std::vector<int>& list = chart.by_event[event];
    if (list.empty() || list.back() != transition.index) list.push_back(transition.index);
  }
  chart.transitions.push_back(std::move(transition));
}

// The transition of an <initial> or <history>: no event, no condition, a target.
void ReadDefault(Draft& draft, const xml::Element& holder, State& state) {
  const std::vector<const xml::Element*> children = holder.Elements();
  const auto it = std::find_if(children.begin(), children.end(), [](const xml::Element* child) {
    return IsScxml(*child, "transition");
  });
  if (it == children.end()) {
    draft.Error(holder.at, "chart.initial", StrCat("<", holder.name, "> needs a <transition>"));
    return;
  }
  const xml::Element& transition = **it;
  if (transition.Find("event") != nullptr || transition.Find("cond") != nullptr) {
    draft.Error(transition.at, "chart.initial",
                StrCat("the transition of <", holder.name, "> has neither event nor cond"));
  }
  if (Attr(transition, "target") == nullptr) {
    draft.Error(transition.at, "chart.initial",
                StrCat("the transition of <", holder.name, "> names no target"));
  }
  state.initial = ReadTargets(draft, Attr(transition, "target"));
  state.initial_content = ReadBlock(draft, transition, draft.chart.scope, nullptr);
}

void ReadInitial(Draft& draft, const xml::Element& element, State& state) {
  const xml::Attribute* attribute = element.Find("initial");
  const xml::Element* child = nullptr;
  for (const xml::Element* c : element.Elements()) {
    if (IsScxml(*c, "initial")) child = c;
  }
  if (attribute != nullptr && child != nullptr) {
    draft.Error(attribute->at, "chart.initial", "an initial attribute and an <initial> element");
  }
  if (attribute != nullptr) state.initial = ReadTargets(draft, attribute);
  if (child != nullptr) ReadDefault(draft, *child, state);
  if (attribute != nullptr || child != nullptr) {
    for (const int target : state.initial) {
      if (draft.chart.IsDescendant(target, state.index)) continue;
      draft.Error(attribute != nullptr ? attribute->at : child->at, "chart.initial",
                  StrCat("initial state \"", draft.chart.at(target).id, "\" is not inside \"",
                         state.id, "\""));
    }
    return;
  }
  if (draft.options.workflow) {
    const std::string what = state.index == 0 ? "<scxml>" : StrCat("state \"", state.id, "\"");
    if (state.index == 0) {
      draft.Error(element.at, "chart.initial", StrCat(what, " names no initial state"));
    } else {
      draft.Warn(element.at, "chart.initial",
                 StrCat(what, " names no initial state; its first child is taken"));
    }
  }
  if (!state.children.empty()) state.initial = {state.children.front()};
}

void ReadState(Draft& draft, int index) {
  const xml::Element& element = *draft.elements[static_cast<size_t>(index)];
  // Copied out and in: reading content may look at chart.states but never grows it.
  State& state = draft.chart.states[static_cast<size_t>(index)];
  if (state.kind == StateKind::kHistory) return ReadDefault(draft, element, state);
  if (state.kind == StateKind::kCompound) ReadInitial(draft, element, state);
  for (const xml::Element* child : element.Elements()) {
    if (IsScxml(*child, "onentry")) {
      state.on_entry.push_back(ReadBlock(draft, *child, draft.chart.scope, nullptr));
    } else if (IsScxml(*child, "onexit")) {
      state.on_exit.push_back(ReadBlock(draft, *child, draft.chart.scope, nullptr));
    } else if (IsScxml(*child, "donedata")) {
      state.done = ReadPayload(draft, *child, draft.chart.scope);
    } else if (IsScxml(*child, "invoke")) {
      state.invokes.push_back(ReadInvoke(draft, *child));
    } else if (IsScxml(*child, "script") && index == 0) {
      draft.chart.script.push_back({child->at, draft.ReadScript(*child, draft.chart.scope)});
    } else if (IsScxml(*child, "transition") && state.kind != StateKind::kFinal && index > 0) {
      ReadTransition(draft, *child, index);
    }
  }
}

void ReadRoot(Draft& draft, const xml::Element& root) {
  Chart& chart = draft.chart;
  chart.name = root.Get("name");
  chart.title = AttrText(root, "aj:title");
  chart.refs = ReadRefs(draft, root, "process");
  chart.form = AttrText(root, "aj:form");
  chart.number = AttrText(root, "aj:number");
  chart.workflow = draft.options.workflow;
  chart.late_binding = root.Get("binding") == "late";
  if (const xml::Attribute* model = root.Find("datamodel");
      model != nullptr && model->value != "feel" && model->value != "null") {
    draft.Error(model->at, "chart.attribute", StrCat("no data model \"", model->value, "\""),
                "write datamodel=\"feel\"");
  }
  if (const xml::Attribute* version = root.Find("version");
      version != nullptr && version->value != "1.0") {
    draft.Error(version->at, "chart.attribute", "version is \"1.0\"");
  }
  if (const xml::Attribute* binding = root.Find("binding");
      binding != nullptr && binding->value != "late" && binding->value != "early") {
    draft.Error(binding->at, "chart.attribute", "binding is \"early\" or \"late\"");
  }
  if (const xml::Attribute* roles = Attr(root, "aj:open-role")) {
    for (const Role& role : ReadRoles(draft, roles)) chart.open_roles.push_back(ToString(role));
  }
  if (draft.options.workflow && chart.name.empty()) {
    draft.Error(root.at, "chart.attribute", "<scxml> needs a name: that of its folder");
  }
}

void ReadOpening(Draft& draft, const xml::Element& root) {
  Chart& chart = draft.chart;
  if (const xml::Attribute* form = Attr(root, "aj:form")) {
    chart.forms.push_back({form->value, form->at});
    draft.ScopeOf(form->value, form->at);
    for (const int slot : draft.FieldsOf(form->value)) draft.written.insert(slot);
  }
  chart.subject =
      draft.Compile(Attr(root, "aj:subject"), chart.scope, Type::Of(Type::Base::kString));
}

// Counted before anything is built: the rest of the reader may then take its time for each.
bool CheckSize(Draft& draft, const xml::Element& root) {
  size_t states = 0;
  size_t data = 0;
  std::vector<const xml::Element*> open = {&root};
  while (!open.empty() && states <= kMostStates && data <= kMostData) {
    const xml::Element& element = *open.back();
    open.pop_back();
    states += IsStateElement(element) ? 1 : 0;
    data += IsScxml(element, "data") || IsScxml(element, "foreach") ? 1 : 0;
    for (const xml::Element* child : element.Elements()) open.push_back(child);
  }
  if (states <= kMostStates && data <= kMostData) return true;
  draft.Error(root.at, "chart.size",
              states > kMostStates ? StrCat("more than ", kMostStates, " states")
                                   : StrCat("more than ", kMostData, " data"));
  return false;
}

// Errors first by place, so that a list reads along the file.
void SortByPlace(Diagnostics& found) {
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
  });
}

}  // namespace

Result<Chart> ReadChart(std::string_view xml_text, std::string_view file,
                        const ReadOptions& options) {
  Result<xml::Document> document = xml::Read(xml_text, file);
  if (!document) return Unexpected{std::move(document.error())};
  Draft draft{.document = *document, .options = options, .chart = {}};
  draft.chart.file = std::string(file);
  CheckVocabulary(*document, options.workflow, draft.found);
  const xml::Element& root = *document->root;
  if (!IsScxml(root, "scxml")) return Unexpected{std::move(draft.found)};
  if (!CheckSize(draft, root)) return Unexpected{std::move(draft.found)};
  ReadStateTree(draft, root, -1);
  ReadRoot(draft, root);
  ReadDeclarations(draft);
  CompileDeclarations(draft);
  ReadOpening(draft, root);
  for (size_t i = 0; i < draft.chart.states.size(); ++i) ReadState(draft, static_cast<int>(i));
  for (const int slot : draft.written) draft.chart.data[static_cast<size_t>(slot)].written = true;
  CheckStructure(draft);
  SortByPlace(draft.found);
  draft.chart.plan = MakePlan(draft.chart, !HasError(draft.found));
  if (HasError(draft.found)) {
    if (options.refused != nullptr) *options.refused = std::move(draft.chart);
    return Unexpected{std::move(draft.found)};
  }
  draft.chart.warnings = std::move(draft.found);
  return std::move(draft.chart);
}

}  // namespace anjuan::chart
