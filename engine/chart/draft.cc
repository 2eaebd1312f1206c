#include "engine/chart/draft.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/chart/vocabulary.h"

namespace anjuan::chart {

namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

size_t SkipSpace(std::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t')) ++at;
  return at;
}

// Past the string literal that begins at `at`, or at the end of the text.
size_t SkipString(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

// Offsets of the first argument of each call of `function`, outside string literals.
std::vector<size_t> Calls(std::string_view text, std::string_view function) {
  std::vector<size_t> out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = SkipString(text, at);
      continue;
    }
    const bool word = text.substr(at).starts_with(function) &&
                      (at == 0 || (!IsNameByte(text[at - 1]) && text[at - 1] != '.'));
    const size_t open = word ? SkipSpace(text, at + function.size()) : text.size();
    if (open < text.size() && text[open] == '(') {
      out.push_back(SkipSpace(text, open + 1));
      at = open + 1;
    } else {
      ++at;
    }
  }
  return out;
}

struct LiteralCall {
  std::string literal;
  size_t offset = 0;  // of the opening quote, in bytes
};

// Behind the comma that ends the argument beginning at `at`; the end of the text where none does.
size_t NextArgument(std::string_view text, size_t at) {
  for (int depth = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      at = SkipString(text, at);
      continue;
    }
    if (c == ',' && depth == 0) return SkipSpace(text, at + 1);
    if (c == '(' || c == '[' || c == '{') ++depth;
    if ((c == ')' || c == ']' || c == '}') && --depth < 0) break;
    ++at;
  }
  return text.size();
}

// Calls whose argument at that position is a plain string literal.
std::vector<LiteralCall> LiteralCalls(std::string_view text, std::string_view function,
                                      int argument) {
  std::vector<LiteralCall> out;
  for (size_t at : Calls(text, function)) {
    for (int i = 0; i < argument; ++i) at = NextArgument(text, at);
    if (at >= text.size() || text[at] != '"') continue;
    const size_t end = SkipString(text, at);
    if (end - at < 2) continue;
    out.push_back({std::string(text.substr(at + 1, end - at - 2)), at});
  }
  return out;
}

// In('s1') and In(s1), forms of SCXML's other data models, become In("s1").
std::string WithQuotedStates(std::string text, const Chart& chart) {
  std::vector<size_t> calls = Calls(text, "In");
  // From the back, so that offsets in front stay true.
  for (auto it = calls.rbegin(); it != calls.rend(); ++it) {
    const size_t at = *it;
    const size_t close = text.find(')', at);
    if (close == std::string::npos || text[at] == '"') continue;
    const std::string argument(Trim(std::string_view(text).substr(at, close - at)));
    if (argument.size() >= 2 && argument.front() == '\'' && argument.back() == '\'') {
      text.replace(at, argument.size(),
                   StrCat("\"", argument.substr(1, argument.size() - 2), "\""));
    } else if (chart.FindState(argument) > 0 && chart.FindData(argument) < 0) {
      text.replace(at, argument.size(), StrCat("\"", argument, "\""));
    }
  }
  return text;
}

Location Within(const Location& at, std::string_view text, size_t offset) {
  Location out = at;
  out.column += static_cast<int>(CountCodePoints(text.substr(0, offset)));
  return out;
}

void RememberCalls(Draft& draft, const std::string& text, const Location& at) {
  const auto collect = [&](std::string_view function, std::vector<NameUse>& into,
                           int argument = 0) {
    for (LiteralCall& call : LiteralCalls(text, function, argument)) {
      into.push_back({std::move(call.literal), Within(at, text, call.offset)});
    }
  };
  collect("parameter", draft.chart.parameters);
  collect("document", draft.chart.documents);
  collect("competent", draft.chart.roles);
  collect("In", draft.states_named);
  collect("open_cases", draft.chart.processes, 1);
}

// Nobody reads more, and a file of a million mistakes must not become a million pictures.
constexpr size_t kMostMistakes = 1000;
constexpr size_t kMostHintWork = 1'000'000;

}  // namespace

void Draft::Error(const Location& at, std::string code, std::string message, std::string hint) {
  if (found.size() >= kMostMistakes) return;
  found.push_back(xml::Mistake(document, at, std::move(code), std::move(message), std::move(hint)));
}

void Draft::Warn(const Location& at, std::string code, std::string message, std::string hint) {
  Error(at, std::move(code), std::move(message), std::move(hint));
  found.back().severity = Severity::kWarning;
}

void Draft::Take(Diagnostics diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) {
    if (found.size() >= kMostMistakes) return;
    if (diagnostic.source_line.empty()) {
      diagnostic.source_line = xml::Mistake(document, diagnostic.at, "", "").source_line;
    }
    found.push_back(std::move(diagnostic));
  }
}

const feel::Scope& Draft::ScopeOf(const std::string& form, const Location& at) {
  if (form.empty()) return chart.scope;
  const auto known = scopes.find(form);
  if (known != scopes.end()) return known->second;
  const std::optional<Type> type = options.form ? options.form(form) : Type::Any();
  if (!type) {
    if (missing_forms.insert(form).second) {
      Error(at, "chart.form", StrCat("no form \"", form, "\""),
            DidYouMean(form, options.form_names));
    }
    return chart.scope;
  }
  Type data = *type;
  if (type->fields != nullptr) {
    std::vector<Type::Field> fields;
    for (const auto& [name, field] : *type->fields) {
      const int slot = chart.FindData(name);
      const DataField* datum = slot < 0 ? nullptr : &chart.data[static_cast<size_t>(slot)];
      fields.emplace_back(name, datum != nullptr ? StateType(datum->type, datum->personal)
                                                 : StateType(field, false));
    }
    data = Type::ContextOf(std::move(fields));
  }
  return scopes.emplace(form, GuardScope(chart, data)).first->second;
}

std::vector<int> Draft::FieldsOf(const std::string& form) const {
  const std::optional<Type> type = form.empty() || !options.form ? Type::Any() : options.form(form);
  std::vector<int> slots;
  for (const DataField& field : chart.data) {
    const bool open = !type || type->fields == nullptr;
    if (!field.implicit && (open || type->FindField(field.id) != nullptr)) {
      slots.push_back(field.slot);
    }
  }
  return slots;
}

Expr Draft::Compile(const xml::Attribute* attribute, const feel::Scope& scope, const Type& wanted) {
  if (attribute == nullptr) return {};
  return CompileText(attribute->value, attribute->at, scope, wanted);
}

Expr Draft::CompileText(std::string text, const Location& at, const feel::Scope& scope,
                        const Type& wanted) {
  Expr expr;
  expr.given = true;
  expr.at = at;
  text = WithQuotedStates(std::move(text), chart);
  RememberCalls(*this, text, at);
  Result<feel::Expression> compiled = feel::Compile(text, scope, at, wanted);
  if (compiled) {
    expr.compiled = *std::move(compiled);
  } else {
    expr.mistakes = std::move(compiled.error());
    // Plain SCXML may run what never comes to this expression: a warning, until it does.
    Diagnostics told = expr.mistakes;
    if (!options.workflow) {
      for (Diagnostic& mistake : told) mistake.severity = Severity::kWarning;
    }
    Take(std::move(told));
  }
  return expr;
}

feel::TextTemplate Draft::CompileTemplate(const xml::Attribute* attribute,
                                          const feel::Scope& scope) {
  if (attribute == nullptr) return {};
  RememberCalls(*this, attribute->value, attribute->at);
  Result<feel::TextTemplate> text = feel::CompileText(attribute->value, scope, attribute->at);
  if (text) return *std::move(text);
  Take(std::move(text.error()));
  return {};
}

Expr Draft::CompileGuard(const xml::Attribute* attribute, const feel::Scope& scope) {
  Expr expr = Compile(attribute, scope, Type::Of(Type::Base::kBoolean));
  for (const int slot : expr.compiled.reads()) {
    if (slot < chart.first_party) read_in_guards.emplace(slot, expr.at);
  }
  return expr;
}

std::string Draft::Hint(std::string_view name, const std::vector<std::string>& known) {
  hint_work += known.size();
  return hint_work > kMostHintWork ? std::string() : DidYouMean(name, known);
}

void Draft::ReadValue(const xml::Element& element, const feel::Scope& scope, Expr& expr,
                      std::optional<Value>& literal) {
  if (!element.Elements().empty()) {
    literal = Value(xml::WriteChildren(element));
  } else {
    ReadValue(element.InnerText(), element.at, scope, expr, literal);
  }
}

void Draft::ReadValue(const std::string& raw, const Location& at, const feel::Scope& scope,
                      Expr& expr, std::optional<Value>& literal) {
  const std::string text(Trim(raw));
  if (text.empty()) return;
  if (feel::Compile(text, scope, at)) {
    expr = CompileText(text, at, scope);
    return;
  }
  std::vector<std::string> words;
  for (const std::string_view word : SplitWords(text)) words.emplace_back(word);
  literal = Value(Join(words, " "));
}

Result<std::string> Draft::Load(const xml::Attribute& src) {
  if (options.load) return options.load(src.value);
  return Fail("chart.src", StrCat("\"", src.value, "\" cannot be fetched here"));
}

Script Draft::ReadScript(const xml::Element& element, const feel::Scope& scope) {
  const xml::Attribute* src = Attr(element, "src");
  if (src == nullptr) {
    const std::string text(Trim(element.InnerText()));
    return {text.empty() ? CompileText("{}", element.at, scope)
                         : CompileText(text, element.at, scope)};
  }
  const Result<std::string> text = Load(*src);
  if (text) return {CompileText(*text, src->at, scope)};
  Error(src->at, "chart.src",
        StrCat("the script \"", src->value, "\" cannot be read: ", text.error()[0].message));
  return {};
}

std::vector<std::string> Draft::StateIds() const {
  std::vector<std::string> ids;
  for (size_t i = 1; i < chart.states.size(); ++i) ids.push_back(chart.states[i].id);
  return ids;
}

std::vector<std::string> Draft::DataIds() const {
  std::vector<std::string> ids;
  for (const DataField& field : chart.data) ids.push_back(field.id);
  return ids;
}

const xml::Attribute* Attr(const xml::Element& element, std::string_view name) {
  if (element.ns == kAj) {
    const xml::Attribute* plain = element.Find(name);
    return plain != nullptr ? plain : element.Find(name, kAj);
  }
  return name.starts_with("aj:") ? element.Find(name.substr(3), kAj) : element.Find(name);
}

std::string AttrText(const xml::Element& element, std::string_view name) {
  const xml::Attribute* attribute = Attr(element, name);
  return attribute != nullptr ? attribute->value : std::string();
}

std::vector<std::string> AttrWords(const xml::Element& element, std::string_view name) {
  std::vector<std::string> out;
  if (const xml::Attribute* attribute = Attr(element, name)) {
    for (const std::string_view word : SplitWords(attribute->value)) out.emplace_back(word);
  }
  return out;
}

bool AttrFlag(Draft& draft, const xml::Element& element, std::string_view name, bool otherwise) {
  const xml::Attribute* attribute = Attr(element, name);
  if (attribute == nullptr) return otherwise;
  if (attribute->value == "true") return true;
  if (attribute->value == "false") return false;
  draft.Error(attribute->at, "chart.attribute",
              StrCat(name, " is \"true\" or \"false\", not \"", attribute->value, "\""));
  return otherwise;
}

Type Wanted(const Type& declared) {
  switch (declared.base) {
    case Type::Base::kBoolean:
    case Type::Base::kNumber:
    case Type::Base::kString:
    case Type::Base::kDate:
    case Type::Base::kTime:
    case Type::Base::kDateTime:
    case Type::Base::kMonthsDuration:
    case Type::Base::kDaysDuration:
      return Type::Of(declared.base);
    case Type::Base::kAny:
    case Type::Base::kNull:
    case Type::Base::kList:
    case Type::Base::kContext:
    case Type::Base::kRange:
    case Type::Base::kFunction:
      break;
  }
  return Type::Any();
}

void CheckFits(Draft& draft, const Expr& expr, const DataField& field) {
  if (!expr.given || !expr.mistakes.empty()) return;
  const Type::Base base = expr.compiled.type().base;
  const bool open =
      base == Type::Base::kAny || base == Type::Base::kNull || field.type.base == Type::Base::kAny;
  if (!field.personal && !open && base != field.type.base) {
    draft.Error(expr.at, "chart.type",
                StrCat("\"", field.id, "\" is ", ToString(field.type), ", the expression gives ",
                       ToString(expr.compiled.type())));
  }
  const std::string_view text = Trim(expr.text());
  const bool literal =
      text.size() >= 2 && text.front() == '"' && text.find('"', 1) == text.size() - 1;
  if (field.type.values.empty() || !literal) return;
  const std::string value(text.substr(1, text.size() - 2));
  if (std::find(field.type.values.begin(), field.type.values.end(), value) ==
      field.type.values.end()) {
    draft.Error(expr.at, "chart.type",
                StrCat("\"", value, "\" is no value of \"", field.id, "\": ", ToString(field.type)),
                DidYouMean(value, field.type.values));
  }
}

Place ReadPlace(Draft& draft, const xml::Attribute* attribute, bool path_allowed) {
  Place place;
  if (attribute == nullptr) return place;
  place.text = std::string(Trim(attribute->value));
  const std::vector<std::string_view> parts = Split(place.text, '.');
  place.slot = draft.chart.FindData(parts[0]);
  for (size_t i = 1; i < parts.size(); ++i) place.path.emplace_back(parts[i]);
  if (place.slot >= 0 && (place.path.empty() || path_allowed)) {
    draft.written.insert(place.slot);
    return place;
  }
  if (draft.options.workflow) {
    draft.Error(attribute->at, "chart.data",
                place.slot >= 0
                    ? StrCat("a datum is named here, not a part of one: \"", place.text, "\"")
                    : StrCat("no datum \"", parts[0], "\""),
                place.slot >= 0 ? "" : draft.Hint(parts[0], draft.DataIds()));
  }
  place.slot = -1;
  return place;
}

std::vector<std::string> ReadRefs(Draft& draft, const xml::Element& element,
                                  const std::string& what) {
  const std::string_view name = element.ns == kAj ? "ref" : "aj:ref";
  std::vector<std::string> refs = AttrWords(element, name);
  for (const std::string& ref : refs) {
    draft.chart.references.push_back({ref, what, Attr(element, name)->at});
  }
  return refs;
}

std::vector<Role> ReadRoles(Draft& draft, const xml::Attribute* attribute) {
  std::vector<Role> roles;
  if (attribute == nullptr) return roles;
  for (const std::string_view word : SplitWords(attribute->value)) {
    Role role;
    role.at = attribute->at;
    role.at.column += static_cast<int>(CountCodePoints(
        std::string_view(attribute->value)
            .substr(0, static_cast<size_t>(word.data() - attribute->value.data()))));
    const size_t colon = word.find(':');
    const std::string_view kind = colon == std::string_view::npos ? "" : word.substr(0, colon);
    role.name = std::string(kind.empty() ? word : word.substr(colon + 1));
    if (kind == "party") {
      role.kind = Role::Kind::kParty;
    } else if (kind == "timer") {
      role.kind = Role::Kind::kTimer;
    } else if (kind == "child") {
      role.kind = Role::Kind::kChild;
    } else if (!kind.empty()) {
      const std::vector<std::string> kinds = {"party", "timer", "child"};
      draft.Error(role.at, "chart.role", StrCat("no kind of role \"", kind, "\""),
                  DidYouMean(kind, kinds));
      continue;
    }
    if (role.kind == Role::Kind::kPerson) draft.chart.roles.push_back({role.name, role.at});
    roles.push_back(std::move(role));
  }
  return roles;
}

bool MatchesDescriptor(std::string_view event, std::string_view descriptor) {
  // Engine-wide events are only met by those who name them.
  if (descriptor == "*") return !event.starts_with("aj.");
  if (!event.starts_with(descriptor)) return false;
  return event.size() == descriptor.size() || event[descriptor.size()] == '.';
}

std::string NormalDescriptor(std::string_view descriptor) {
  if (descriptor == ".*" || descriptor == "*.*" || descriptor == "*.") return "*";
  if (descriptor.ends_with(".*")) descriptor.remove_suffix(2);
  if (descriptor.size() > 1 && descriptor.ends_with('.')) descriptor.remove_suffix(1);
  return std::string(descriptor);
}

}  // namespace anjuan::chart
