// The declarations of a chart: data, parties, timers.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/scope.h"
#include "engine/chart/vocabulary.h"
#include "engine/feel/names.h"

namespace anjuan::chart {

namespace {

// Data and parties share one space of names, since expressions see both.
void CheckName(Draft& draft, const std::string& name, const Location& at,
               std::set<std::string>& taken) {
  if (const auto trouble = feel::CheckDeclaredName(name)) {
    Location sign = at;
    sign.column += trouble->column;
    draft.Error(sign, "chart.data", trouble->message, trouble->hint);
  } else if (draft.options.workflow && name.starts_with('_')) {
    draft.Error(at, "chart.data", StrCat("\"", name, "\" cannot be a name in expressions"),
                "no leading _: such names are the engine's");
  } else if (!taken.insert(name).second) {
    draft.Error(at, "chart.duplicate", StrCat("\"", name, "\" is declared twice"));
  }
}

// The fields of a context are members in expressions: `rep.birth-date` would be a subtraction.
void CheckFieldNames(Draft& draft, const xml::Attribute& written, const Type& type) {
  if (type.element != nullptr) CheckFieldNames(draft, written, *type.element);
  if (type.fields == nullptr) return;
  for (const auto& [name, field] : *type.fields) {
    CheckFieldNames(draft, written, field);
    const auto trouble = feel::CheckDeclaredName(name);
    if (!trouble) continue;
    Location sign = written.at;
    const size_t begin = std::min(written.value.find(name), written.value.size());
    sign.column += static_cast<int>(CountCodePoints(written.value.substr(0, begin)));
    sign.column += trouble->column;
    draft.Error(sign, "chart.data", trouble->message, trouble->hint);
  }
}

void ReadValueLabels(Draft& draft, const xml::Element& element, DataField& field) {
  const xml::Attribute* attribute = Attr(element, "aj:values");
  if (attribute == nullptr) return;
  for (const std::string_view word : SplitWords(attribute->value)) {
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos) {
      draft.Error(attribute->at, "chart.data", StrCat("aj:values: \"", word, "\" has no \"=\""),
                  "write value=名称 value=名称");
      continue;
    }
    field.value_labels.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    const std::string& value = field.value_labels.back().first;
    const Type& type = field.type.element != nullptr && field.type.values.empty()
                           ? *field.type.element
                           : field.type;
    if (!type.values.empty() &&
        std::find(type.values.begin(), type.values.end(), value) == type.values.end()) {
      draft.Error(attribute->at, "chart.data",
                  StrCat("aj:values: \"", value, "\" is no value of \"", field.id, "\""),
                  DidYouMean(value, type.values));
    }
  }
}

void ReadType(Draft& draft, const xml::Element& element, DataField& field) {
  const xml::Attribute* type = Attr(element, "aj:type");
  if (type == nullptr) {
    if (draft.options.workflow) {
      draft.Error(element.at, "chart.data", StrCat("datum \"", field.id, "\" has no aj:type"));
    }
    return;
  }
  Result<Type> parsed = ParseType(type->value);
  if (parsed) {
    field.type = *std::move(parsed);
    CheckFieldNames(draft, *type, field.type);
    return;
  }
  for (Diagnostic& diagnostic : parsed.error()) {
    draft.Error(type->at, diagnostic.code, diagnostic.message, diagnostic.hint);
  }
}

void ReadData(Draft& draft, const xml::Element& element, State& state,
              std::set<std::string>& taken) {
  const xml::Attribute* id = Attr(element, "id");
  if (id == nullptr) return;  // told by the vocabulary
  CheckName(draft, id->value, id->at, taken);
  DataField field;
  field.slot = static_cast<int>(draft.chart.data.size());
  field.id = id->value;
  field.at = element.at;
  field.label = AttrText(element, "aj:label");
  field.refs = ReadRefs(draft, element, StrCat("data ", field.id));
  field.search = AttrFlag(draft, element, "aj:search", false);
  field.personal = AttrFlag(draft, element, "aj:personal", false);
  ReadType(draft, element, field);
  ReadValueLabels(draft, element, field);
  if (field.personal && field.type.base != Type::Base::kString) {
    draft.Error(Attr(element, "aj:personal")->at, "chart.data",
                StrCat("aj:personal is for texts; \"", field.id, "\" is ", ToString(field.type)),
                "a person is personal by its type");
  }
  for (const std::string& name : AttrWords(element, "aj:required-in")) {
    const int required = draft.chart.FindState(name);
    if (required > 0) {
      field.required_in.push_back(required);
    } else {
      draft.Error(Attr(element, "aj:required-in")->at, "chart.target",
                  StrCat("no state \"", name, "\""), DidYouMean(name, draft.StateIds()));
    }
  }
  state.data.push_back(field.slot);
  draft.chart.data.push_back(std::move(field));
}

// The names a script, a context, gives values to: what stands before a ":" at its first level.
std::vector<std::string> ScriptNames(std::string_view text) {
  std::vector<std::string> names;
  std::string word;
  int depth = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const size_t start = at + 1;
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
      }
      word = std::string(text.substr(start, std::min(at, text.size()) - start));
    } else if (c == '{' || c == '[' || c == '(') {
      if (++depth == 1) word.clear();
    } else if (c == '}' || c == ']' || c == ')') {
      --depth;
    } else if (depth == 1 && c == ',') {
      word.clear();
    } else if (depth == 1 && c == ':') {
      names.emplace_back(Trim(word));
    } else {
      word += c;
    }
  }
  return names;
}

void DeclareImplicit(Draft& draft, const std::string& name, const Location& at,
                     std::set<std::string>& taken) {
  if (feel::CheckDeclaredName(name) || !taken.insert(name).second) return;
  DataField field;
  field.slot = static_cast<int>(draft.chart.data.size());
  field.id = name;
  field.implicit = true;
  field.at = at;
  draft.chart.data.push_back(std::move(field));
}

// What loops and scripts name and no <data> declares becomes data of any type (section 4.6).
void DeclareLoopVariables(Draft& draft, const xml::Element& element, std::set<std::string>& taken) {
  for (const xml::Element* child : element.Elements()) {
    if (IsScxml(*child, "foreach")) {
      for (const std::string_view name : {"item", "index"}) {
        const xml::Attribute* attribute = child->Find(name);
        if (attribute != nullptr) DeclareImplicit(draft, attribute->value, attribute->at, taken);
      }
    }
    if (IsScxml(*child, "script") && !draft.options.workflow) {
      std::string text = child->InnerText();
      if (const xml::Attribute* src = child->Find("src")) text = draft.Load(*src).value_or("");
      for (const std::string& name : ScriptNames(text)) {
        DeclareImplicit(draft, name, child->at, taken);
      }
    }
    DeclareLoopVariables(draft, *child, taken);
  }
}

void ReadParty(Draft& draft, const xml::Element& element, std::set<std::string>& taken) {
  const xml::Attribute* name = Attr(element, "name");
  if (name == nullptr) return;
  CheckName(draft, name->value, name->at, taken);
  ReadRefs(draft, element, StrCat("party ", name->value));
  draft.chart.parties.push_back({name->value, AttrText(element, "label"), {}, element.at});
}

Value ReadDuration(std::string_view text) {
  if (const auto days = ParseDaysDuration(text)) return Value(*days);
  if (const auto months = ParseMonthsDuration(text)) return Value(*months);
  return Value();
}

void ReadTimer(Draft& draft, const xml::Element& element) {
  Chart& chart = draft.chart;
  const xml::Attribute* id = Attr(element, "id");
  if (id == nullptr) return;
  Timer timer;
  timer.id = id->value;
  timer.at = element.at;
  timer.label = AttrText(element, "label");
  timer.event = AttrText(element, "event");
  timer.refs = ReadRefs(draft, element, StrCat("timer ", timer.id));
  if (chart.FindTimer(timer.id) >= 0) {
    draft.Error(id->at, "chart.duplicate", StrCat("timer \"", timer.id, "\" is declared twice"));
  }
  if (timer.id.starts_with("send.")) {
    draft.Error(id->at, "chart.timer", "timer ids beginning with \"send.\" belong to <send delay>");
  }
  for (const std::string& name : AttrWords(element, "runs-in")) {
    const int state = chart.FindState(name);
    if (state > 0 && chart.at(state).kind != StateKind::kHistory) {
      timer.runs_in.push_back(state);
    } else {
      draft.Error(Attr(element, "runs-in")->at, "chart.target", StrCat("no state \"", name, "\""),
                  DidYouMean(name, draft.StateIds()));
    }
  }
  for (const std::string& word : AttrWords(element, "warn")) {
    Value duration = ReadDuration(word);
    if (duration.is_null()) {
      draft.Error(Attr(element, "warn")->at, "chart.timer", StrCat("\"", word, "\" is no duration"),
                  "write P5D");
    }
    timer.warn.push_back(std::move(duration));
  }
  if (const xml::Attribute* start = Attr(element, "start")) {
    timer.start_on_entry = start->value == "enter";
    if (!timer.start_on_entry) {
      draft.Error(start->at, "chart.timer", "start is \"enter\" or absent");
    }
  }
  for (const int state : timer.runs_in) {
    chart.states[static_cast<size_t>(state)].timers.push_back(
        static_cast<int>(chart.timers.size()));
  }
  chart.timers.push_back(std::move(timer));
}

std::vector<const xml::Element*> Children(const xml::Element& element, std::string_view name) {
  std::vector<const xml::Element*> out;
  for (const xml::Element* child : element.Elements()) {
    if (name.starts_with("aj:") ? IsAj(*child, name.substr(3)) : IsScxml(*child, name)) {
      out.push_back(child);
    }
  }
  return out;
}

void BuildScope(Draft& draft) {
  Chart& chart = draft.chart;
  feel::Scope functions;
  DeclareHostFunctions(functions);
  functions.DeclareFunction(OpenCasesFunction(chart));
  for (const feel::FunctionDeclaration& function : draft.options.functions) {
    functions.DeclareFunction(function);
  }
  chart.scope = std::move(functions);
  chart.first_party = static_cast<int>(chart.data.size());
  chart.event_slot = chart.first_party + static_cast<int>(chart.parties.size());
  chart.x_slot = chart.event_slot + 1;
  chart.name_slot = chart.event_slot + 2;
  chart.session_slot = chart.event_slot + 3;
  chart.processors_slot = chart.event_slot + 4;
  chart.slots = chart.event_slot + 5;
  chart.scope = GuardScope(chart, Type::Any());
}

void CheckKind(Draft& draft, const Expr& expr, const std::string& what,
               std::initializer_list<Type::Base> allowed) {
  if (!expr.given || !expr.mistakes.empty()) return;
  const Type::Base base = expr.compiled.type().base;
  if (base == Type::Base::kAny || base == Type::Base::kNull) return;
  if (std::find(allowed.begin(), allowed.end(), base) != allowed.end()) return;
  draft.Error(expr.at, "chart.type",
              StrCat(what, ": the expression gives ", ToString(expr.compiled.type())));
}

void CompileParties(Draft& draft) {
  Chart& chart = draft.chart;
  size_t next = 0;
  for (const xml::Element* element : Children(*draft.elements[0], "aj:party")) {
    if (Attr(*element, "name") == nullptr) continue;
    Party& party = chart.parties[next];
    party.expr = draft.Compile(Attr(*element, "expr"), chart.scope);
    CheckKind(draft, party.expr, StrCat("party \"", party.name, "\" is a context"),
              {Type::Base::kContext});
    const int own = chart.first_party + static_cast<int>(next);
    for (const int slot : party.expr.compiled.reads()) {
      if (slot >= own && slot < chart.event_slot) {
        draft.Error(party.expr.at, "chart.party",
                    StrCat("party \"", party.name, "\" reads \"",
                           chart.parties[static_cast<size_t>(slot - chart.first_party)].name,
                           "\", which is not yet computed"),
                    "a party may read parties declared before it");
      } else if (slot == chart.event_slot) {
        draft.Error(party.expr.at, "chart.party",
                    StrCat("party \"", party.name, "\" reads _event, which passes"),
                    "a party is computed from data; take what it needs into data first");
      }
    }
    ++next;
  }
}

void CompileTimers(Draft& draft) {
  Chart& chart = draft.chart;
  size_t next = 0;
  for (const xml::Element* element : Children(*draft.elements[0], "aj:timer")) {
    if (Attr(*element, "id") == nullptr) continue;
    Timer& timer = chart.timers[next++];
    timer.due = draft.Compile(Attr(*element, "due"), chart.scope);
    CheckKind(draft, timer.due, StrCat("timer \"", timer.id, "\" is due on a date"),
              {Type::Base::kDate, Type::Base::kDateTime});
    timer.repeat = draft.Compile(Attr(*element, "repeat"), chart.scope);
    CheckKind(draft, timer.repeat, StrCat("timer \"", timer.id, "\" repeats by a duration"),
              {Type::Base::kDaysDuration, Type::Base::kMonthsDuration});
  }
}

// What cannot be fetched leaves the datum empty and is an error when it is initialised.
void ReadSource(Draft& draft, const xml::Attribute& src, DataField& field) {
  const Result<std::string> text = draft.Load(src);
  if (text) return draft.ReadValue(*text, src.at, draft.chart.scope, field.expr, field.literal);
  field.expr.given = true;
  field.expr.at = src.at;
  field.expr.mistakes = text.error();
  if (draft.options.workflow) {
    draft.Error(src.at, "chart.src", text.error()[0].message, "write the value itself");
  }
}

void CompileData(Draft& draft, const xml::Element& element) {
  const xml::Attribute* id = Attr(element, "id");
  const int slot = id != nullptr ? draft.chart.FindData(id->value) : -1;
  if (slot < 0) return;
  DataField& field = draft.chart.data[static_cast<size_t>(slot)];
  if (const xml::Attribute* expr = Attr(element, "expr")) {
    field.expr = draft.Compile(expr, draft.chart.scope, Wanted(field.type));
    CheckFits(draft, field.expr, field);
  } else if (const xml::Attribute* src = Attr(element, "src")) {
    ReadSource(draft, *src, field);
  } else {
    draft.ReadValue(element, draft.chart.scope, field.expr, field.literal);
  }
  if (field.expr.given || field.literal) draft.written.insert(slot);
}

}  // namespace

void ReadDeclarations(Draft& draft) {
  std::set<std::string> taken;
  for (size_t i = 0; i < draft.elements.size(); ++i) {
    for (const xml::Element* model : Children(*draft.elements[i], "datamodel")) {
      for (const xml::Element* data : Children(*model, "data")) {
        ReadData(draft, *data, draft.chart.states[i], taken);
      }
    }
  }
  for (const xml::Element* party : Children(*draft.elements[0], "aj:party")) {
    ReadParty(draft, *party, taken);
  }
  DeclareLoopVariables(draft, *draft.elements[0], taken);
  for (const xml::Element* timer : Children(*draft.elements[0], "aj:timer")) {
    ReadTimer(draft, *timer);
  }
  BuildScope(draft);
}

void CompileDeclarations(Draft& draft) {
  for (const xml::Element* element : draft.elements) {
    for (const xml::Element* model : Children(*element, "datamodel")) {
      for (const xml::Element* data : Children(*model, "data")) CompileData(draft, *data);
    }
  }
  CompileParties(draft);
  CompileTimers(draft);
}

}  // namespace anjuan::chart
