#include "engine/chart/scope.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace anjuan::chart {

namespace {

using Base = Type::Base;

Type Text() {
  return Type::Of(Base::kString);
}
Type Number() {
  return Type::Of(Base::kNumber);
}
Type Flag() {
  return Type::Of(Base::kBoolean);
}
Type Day() {
  return Type::Of(Base::kDate);
}

Type ParameterType() {
  return Type::ContextOf({{"id", Text()},
                          {"value", Type::Any()},
                          {"unit", Text()},
                          {"numerator", Number()},
                          {"denominator", Number()},
                          {"scope", Text()},
                          {"from", Day()},
                          {"source", Text()}});
}

Type OrganisationType() {
  Result<Type> type = ParseType("org");
  return type ? *std::move(type) : Type::Of(Base::kContext);
}

Type DocumentType() {
  return Type::ContextOf(
      {{"number", Text()}, {"sha256", Text()}, {"status", Text()}, {"issued_on", Day()}});
}

void DeclareQuestions(feel::Scope& scope) {
  // A look-up may find nothing, and then a parameter is null: callers pass it on as it is.
  const Type parameter = ParameterType();
  scope.DeclareFunction({"parameter", {{"id", Text()}, {"on", Day(), true}}, parameter});
  scope.DeclareFunction({"due", {{"start", Day()}, {"length", parameter}}, Day()});
  scope.DeclareFunction({"due_before", {{"date", Day()}, {"length", parameter}}, Day()});
  scope.DeclareFunction({"working_days_after", {{"date", Day()}, {"n", Number()}}, Day()});
  scope.DeclareFunction({"working_days_between", {{"a", Day()}, {"b", Day()}}, Number()});
  scope.DeclareFunction({"is_working_day", {{"date", Day()}}, Flag()});
  scope.DeclareFunction({"organisation", {{"id", Text()}}, OrganisationType()});
  scope.DeclareFunction({"document", {{"code", Text()}}, DocumentType()});
  scope.DeclareFunction({"competent", {{"role", Text()}, {"region", Text(), true}}, PartyType()});
  scope.DeclareFunction({"In", {{"state", Text()}}, Flag()});
}

void DeclareComputations(feel::Scope& scope) {
  scope.DeclareFunction({"label", {{"value", Type::Any()}, {"field", Text()}}, Text()});
  scope.DeclareFunction({"chinese_date", {{"date", Day()}}, Text()});
  scope.DeclareFunction({"amount_in_capitals", {{"amount", Number()}}, Text()});
  scope.DeclareFunction({"mask_id", {{"id", Text()}}, Text()});
  scope.DeclareFunction({"mask_phone", {{"phone", Text()}}, Text()});
  scope.DeclareFunction({"is_credit_code", {{"code", Text()}}, Flag()});
  scope.DeclareFunction({"is_citizen_id", {{"id", Text()}}, Flag()});
  scope.DeclareFunction({"days_between", {{"a", Day()}, {"b", Day()}}, Number()});
}

constexpr std::array<std::string_view, 3> kHiddenOfPerson = {"name", "id_number", "phone"};

bool HiddenOfPerson(std::string_view field) {
  for (const std::string_view hidden : kHiddenOfPerson) {
    if (field == hidden) return true;
  }
  return false;
}

}  // namespace

void DeclareHostFunctions(feel::Scope& scope) {
  DeclareQuestions(scope);
  DeclareComputations(scope);
}

Type PartyType() {
  return Type::ContextOf({{"roles", Type::ListOf(Text())},
                          {"org", Text()},
                          {"name", Text()},
                          {"short_name", Text()},
                          {"region", Text()},
                          {"verify_url", Text()},
                          {"seal", Text()}});
}

feel::FunctionDeclaration OpenCasesFunction(const Chart& chart) {
  std::vector<Type::Field> fields = {
      {"id", Text()}, {"process", Text()}, {"state", Text()}, {"opened_on", Day()}};
  const size_t own = fields.size();
  for (const DataField& field : chart.data) {
    if (!field.search || field.personal) continue;
    const auto taken = [&](const Type::Field& known) { return known.first == field.id; };
    if (std::any_of(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(own), taken)) {
      continue;
    }
    fields.emplace_back(field.id, StateType(field.type, false));
  }
  return {"open_cases",
          {{"organisation", Text()}, {"process", Text(), true}},
          Type::ListOf(Type::ContextOf(std::move(fields)))};
}

namespace {

std::vector<Type::Field> XFields() {
  return {{"actor", Type::ContextOf({{"account", Text()},
                                     {"role", Text()},
                                     {"org", Text()},
                                     {"region", Text()},
                                     {"on_behalf", Text()}})},
          {"now", Type::Of(Base::kDateTime)},
          {"today", Day()},
          {"case", Type::ContextOf({{"id", Text()},
                                    {"region", Text()},
                                    {"owner", Text()},
                                    {"process", Text()},
                                    {"opened_on", Day()},
                                    {"parent", Text()}})}};
}

}  // namespace

Type XType() {
  return Type::ContextOf(XFields());
}

Type PaperXType() {
  std::vector<Type::Field> fields = XFields();
  fields.emplace_back("verification", Text());
  return Type::ContextOf(std::move(fields));
}

Type EventType(const Type& data) {
  return Type::ContextOf({{"name", Text()},
                          {"type", Text()},
                          {"sendid", Text()},
                          {"origin", Text()},
                          {"origintype", Text()},
                          {"invokeid", Text()},
                          {"data", data}});
}

Type StateType(const Type& type, bool personal) {
  if (personal && type.base == Base::kString) {
    // No operator of FEEL takes a context without entries, only the test for null.
    Type token = Type::ContextOf({});
    token.name = "personal";
    return token;
  }
  Type out = type;
  if (type.element != nullptr) {
    out.element = std::make_shared<const Type>(StateType(*type.element, personal));
  }
  if (type.fields == nullptr) return out;
  std::vector<Type::Field> fields;
  for (const auto& [name, field] : *type.fields) {
    if (type.name == "person" && HiddenOfPerson(name)) continue;
    fields.emplace_back(name, StateType(field, false));
  }
  out.fields = std::make_shared<const std::vector<Type::Field>>(std::move(fields));
  return out;
}

feel::Scope GuardScope(const Chart& chart, const Type& event_data) {
  feel::Scope scope;
  for (const DataField& field : chart.data) {
    scope.DeclareVariable(field.id, StateType(field.type, field.personal));
  }
  for (const Party& party : chart.parties) scope.DeclareVariable(party.name, PartyType());
  scope.DeclareVariable("_event", EventType(event_data));
  scope.DeclareVariable("_x", XType());
  scope.DeclareVariable("_name", Text());
  scope.DeclareVariable("_sessionid", Text());
  scope.DeclareVariable("_ioprocessors", Type::Of(Base::kContext));
  // Declared after the chart's own, so that the reader's extra functions come along.
  for (const feel::FunctionDeclaration& function : chart.scope.functions()) {
    scope.DeclareFunction(function);
  }
  return scope;
}

feel::Scope TemplateScope(const Chart& chart) {
  feel::Scope scope;
  for (const DataField& field : chart.data) {
    if (!field.implicit) scope.DeclareVariable(field.id, field.type);
  }
  for (const Party& party : chart.parties) scope.DeclareVariable(party.name, PartyType());
  scope.DeclareVariable("addressee", PartyType());
  scope.DeclareVariable("issuer", PartyType());
  scope.DeclareVariable("args", Type::Any());
  scope.DeclareVariable("_x", PaperXType());
  // A paper shows what the step decided: only functions that ask nobody.
  DeclareComputations(scope);
  return scope;
}

std::vector<Value> TemplateVariables(const Chart& chart, const Context& data,
                                     const Value& addressee, const Value& issuer,
                                     const Context& args, const Value& x) {
  std::vector<Value> out;
  const auto add = [&](const std::string& name) {
    const Value* value = data.Find(name);
    out.push_back(value != nullptr ? *value : Value());
  };
  for (const DataField& field : chart.data) {
    if (!field.implicit) add(field.id);
  }
  for (const Party& party : chart.parties) add(party.name);
  out.push_back(addressee);
  out.push_back(issuer);
  out.push_back(Value(args));
  out.push_back(x);
  return out;
}

}  // namespace anjuan::chart
