#include "engine/dmn/compile_boxed.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::dmn {

namespace {

using Base = Type::Base;

// Names no model can have: they stand for values that are there already.
constexpr std::string_view kListName = "_list";

Type TypeFor(const ItemTypePointer& wanted, const Type& found) {
  return wanted != nullptr && wanted->feel.base != Base::kAny ? wanted->feel : found;
}

const Type& ItemOf(const Type& list) {
  static const Type kAny;
  return list.base == Base::kList && list.element != nullptr ? *list.element : kAny;
}

bool Mentions(const Boxed& boxed, std::string_view word) {
  if (boxed.text.text.find(word) != std::string::npos) return true;
  if (boxed.table != nullptr) return true;  // seldom inside a loop: no need to look closer
  const auto mentions = [&](const BoxedPointer& item) {
    return item != nullptr && Mentions(*item, word);
  };
  return std::any_of(boxed.items.begin(), boxed.items.end(), mentions) ||
         std::any_of(boxed.entries.begin(), boxed.entries.end(),
                     [&](const Named& entry) { return mentions(entry.value); });
}

}  // namespace

Expression BoxedCompiler::CompileText(const Text& text, const feel::Scope& scope) {
  Expression out(text, scope);
  Append(mistakes_, out.mistakes());
  return out;
}

Tests BoxedCompiler::CompileTests(const Text& text, const feel::Scope& scope) {
  Tests out(text, scope);
  Append(mistakes_, out.mistakes());
  return out;
}

ItemTypePointer BoxedCompiler::FindType(const std::string& ref, const Location& at) {
  return types_.Find(ref, at, mistakes_);
}

std::unique_ptr<Plan> BoxedCompiler::Compile(const Boxed& boxed, const feel::Scope& scope) {
  auto out = std::make_unique<Plan>();
  out->kind = boxed.kind;
  out->at = boxed.at;
  out->name = boxed.name;
  if (boxed.kind != Boxed::Kind::kFunction) out->wanted = FindType(boxed.type_ref, boxed.at);
  switch (boxed.kind) {
    case Boxed::Kind::kLiteral:
      out->expression = CompileText(boxed.text, scope);
      out->type = out->expression.type();
      break;
    case Boxed::Kind::kContext:
      CompileContext(boxed, scope, *out);
      break;
    case Boxed::Kind::kList:
      for (const BoxedPointer& item : boxed.items) out->items.push_back(Compile(*item, scope));
      out->type = Type::ListOf(out->items.empty() ? Type::Any() : out->items.front()->type);
      for (const auto& item : out->items) {
        if (!(item->type == ItemOf(out->type))) out->type = Type::ListOf(Type::Any());
      }
      break;
    case Boxed::Kind::kRelation:
      CompileRelation(boxed, scope, *out);
      break;
    case Boxed::Kind::kInvocation:
      CompileInvocation(boxed, scope, *out);
      break;
    case Boxed::Kind::kFunction:
      CompileFunction(boxed, scope, *out);
      break;
    case Boxed::Kind::kTable:
      CompileTable(*boxed.table, scope, *out);
      break;
    case Boxed::Kind::kConditional:
      for (const BoxedPointer& item : boxed.items) out->items.push_back(Compile(*item, scope));
      if (out->items[1]->type == out->items[2]->type) out->type = out->items[1]->type;
      break;
    case Boxed::Kind::kFilter:
      CompileFilter(boxed, scope, *out);
      break;
    case Boxed::Kind::kFor:
    case Boxed::Kind::kSome:
    case Boxed::Kind::kEvery:
      CompileLoop(boxed, scope, *out);
      break;
    case Boxed::Kind::kForeign:
      mistakes_.push_back({.code = "dmn.foreign",
                           .message = StrCat("functions of ", boxed.name, " are not run"),
                           .at = boxed.at,
                           .hint = "write the function in FEEL"});
      break;
    case Boxed::Kind::kNothing:
      mistakes_.push_back({.code = "dmn.structure", .message = "no expression", .at = boxed.at});
      break;
  }
  out->type = TypeFor(out->wanted, out->type);
  return out;
}

// Each entry sees those before it.
void BoxedCompiler::CompileContext(const Boxed& boxed, feel::Scope scope, Plan& out) {
  std::vector<Type::Field> fields;
  for (const Named& entry : boxed.entries) {
    Plan::Entry plan{entry.name, FindType(entry.type_ref, entry.at), Compile(*entry.value, scope)};
    const Type type = TypeFor(plan.type, plan.value->type);
    if (entry.name.empty()) {
      out.type = type;
    } else {
      scope.DeclareVariable(entry.name, type);
      fields.emplace_back(entry.name, type);
    }
    out.entries.push_back(std::move(plan));
  }
  const bool has_result = !boxed.entries.empty() && boxed.entries.back().name.empty();
  if (!has_result) out.type = Type::ContextOf(std::move(fields));
}

void BoxedCompiler::CompileRelation(const Boxed& boxed, const feel::Scope& scope, Plan& out) {
  std::vector<Type::Field> fields;
  for (const Named& column : boxed.entries) {
    out.entries.push_back({column.name, FindType(column.type_ref, column.at), nullptr});
    fields.emplace_back(column.name, TypeFor(out.entries.back().type, Type::Any()));
  }
  for (const BoxedPointer& row : boxed.items) out.items.push_back(Compile(*row, scope));
  out.type = Type::ListOf(Type::ContextOf(std::move(fields)));
}

// The called function is a value in scope, or one of FEEL's own, which is no value: then the whole
// call is written as FEEL, its arguments standing ready as variables.
void BoxedCompiler::CompileInvocation(const Boxed& boxed, const feel::Scope& scope, Plan& out) {
  const Boxed& callee = *boxed.items.front();
  const std::string name(Trim(callee.text.text));
  for (const Named& binding : boxed.entries) {
    out.entries.push_back(
        {binding.name, FindType(binding.type_ref, binding.at), Compile(*binding.value, scope)});
  }
  const bool own = callee.kind == Boxed::Kind::kLiteral && !scope.FindVariable(name) &&
                   name.find_first_of(".([") == std::string::npos;
  if (!own) {
    out.items.push_back(Compile(callee, scope));
    return;
  }
  out.by_text = true;
  feel::Scope inner = scope;
  std::string call = StrCat(name, "(");
  for (size_t i = 0; i < out.entries.size(); ++i) {
    const std::string argument = StrCat("_argument", i + 1);
    inner.DeclareVariable(argument, out.entries[i].value->type);
    call += StrCat(i == 0 ? "" : ", ", out.entries[i].name, ": ", argument);
  }
  out.expression = CompileText({call + ")", callee.text.at}, inner);
  out.type = out.expression.type();
}

void BoxedCompiler::CompileFunction(const Boxed& boxed, feel::Scope scope, Plan& out) {
  for (const Named& parameter : boxed.entries) {
    out.entries.push_back({parameter.name, FindType(parameter.type_ref, parameter.at), nullptr});
    scope.DeclareVariable(parameter.name, TypeFor(out.entries.back().type, Type::Any()));
  }
  out.items.push_back(Compile(*boxed.items.front(), scope));
  out.type = Type::Of(Base::kFunction);
}

void BoxedCompiler::CompileLoop(const Boxed& boxed, feel::Scope scope, Plan& out) {
  out.items.push_back(Compile(*boxed.items[0], scope));
  scope.DeclareVariable(boxed.name, ItemOf(out.items[0]->type));
  const bool loop = boxed.kind == Boxed::Kind::kFor;
  if (loop) scope.DeclareVariable("partial", Type::ListOf(Type::Any()));
  out.keeps_results = loop && Mentions(*boxed.items[1], "partial");
  out.items.push_back(Compile(*boxed.items[1], scope));
  out.type = loop ? Type::ListOf(out.items[1]->type) : Type::Of(Base::kBoolean);
}

// FEEL's own filter knows the fields of an item at run time, so a condition written in FEEL is
// handed to it whole. Any other condition sees `item` and the fields the type declares.
void BoxedCompiler::CompileFilter(const Boxed& boxed, feel::Scope scope, Plan& out) {
  out.items.push_back(Compile(*boxed.items[0], scope));
  const Type list = out.items[0]->type;
  const Boxed& match = *boxed.items[1];
  out.type = list;
  if (match.kind == Boxed::Kind::kLiteral) {
    out.by_text = true;
    scope.DeclareVariable(std::string(kListName),
                          list.base == Base::kList ? list : Type::ListOf(Type::Any()));
    Text text = match.text;
    text.text = StrCat(kListName, "[", match.text.text, "]");
    text.at.column = std::max(1, text.at.column - static_cast<int>(kListName.size()) - 1);
    out.expression = CompileText(text, scope);
    return;
  }
  const Type& item = ItemOf(list);
  scope.DeclareVariable("item", item);
  if (item.fields != nullptr) {
    for (const auto& [name, type] : *item.fields) {
      scope.DeclareVariable(name, type);
      out.entries.push_back({name, nullptr, nullptr});
    }
  }
  out.items.push_back(Compile(match, scope));
}

void BoxedCompiler::CompileTable(const Table& table, const feel::Scope& scope, Plan& out) {
  auto plan = std::make_unique<TablePlan>();
  plan->hit_policy = table.hit_policy;
  plan->aggregation = table.aggregation;
  std::vector<feel::Scope> tested;  // of each column: a copy for each cell would be dear
  for (const InputClause& clause : table.inputs) {
    TablePlan::Input input;
    input.expression = CompileText(clause.expression, scope);
    input.type = FindType(clause.type_ref, clause.at);
    tested.push_back(ForTests(scope, TypeFor(input.type, input.expression.type())));
    if (clause.values) input.values = CompileTests(*clause.values, tested.back());
    plan->inputs.push_back(std::move(input));
  }
  std::vector<Type::Field> fields;
  for (const OutputClause& clause : table.outputs) {
    TablePlan::Output output;
    output.name = clause.name;
    output.type = FindType(clause.type_ref, clause.at);
    fields.emplace_back(clause.name, TypeFor(output.type, Type::Any()));
    // The order of the outputs is that of the values, written here or allowed by the type.
    std::optional<Text> values = clause.values;
    if (!values && output.type != nullptr && output.type->allowed) {
      values = output.type->allowed->text();
    }
    if (values) {
      output.order = Expression({StrCat("[", values->text, "]"), values->at}, scope);
      if (clause.values) {
        output.values = CompileTests(*values, ForTests(scope, fields.back().second));
      }
    }
    if (clause.otherwise) output.otherwise = CompileText(*clause.otherwise, scope);
    plan->outputs.push_back(std::move(output));
  }
  for (const Rule& rule : table.rules) {
    TablePlan::Rule row;
    for (size_t i = 0; i < rule.inputs.size(); ++i) {
      row.inputs.push_back(CompileTests(rule.inputs[i], tested[i]));
    }
    for (const Text& output : rule.outputs) row.outputs.push_back(CompileText(output, scope));
    plan->rules.push_back(std::move(row));
  }
  const bool sole = fields.size() == 1;
  Type one = sole ? fields.front().second : Type::ContextOf(std::move(fields));
  const bool many =
      table.hit_policy == HitPolicy::kRuleOrder || table.hit_policy == HitPolicy::kOutputOrder ||
      (table.hit_policy == HitPolicy::kCollect && table.aggregation == Aggregation::kNone);
  if (table.aggregation == Aggregation::kCount) one = Type::Of(Base::kNumber);
  out.type = many ? Type::ListOf(std::move(one)) : std::move(one);
  out.table = std::move(plan);
}

}  // namespace anjuan::dmn
