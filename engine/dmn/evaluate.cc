#include "engine/dmn/evaluate.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::dmn {

namespace {

// A course of its own inside a function that is called from FEEL. Its notes come out as the error
// of the call where the call gives nothing, else beside the value; so do the rules that decided.
// Both go to the course the function was made in, where that still runs.
Result<Value> Finish(Value value, Course&& course, const std::weak_ptr<Course*>& made_in) {
  const std::shared_ptr<Course*> outer = made_in.lock();
  if (outer != nullptr) {
    std::move(course.rules.begin(), course.rules.end(), std::back_inserter((*outer)->rules));
  }
  if (course.notes.empty()) return value;
  if (value.is_null()) return Unexpected{std::move(course.notes)};
  if (outer == nullptr) return value;
  for (Diagnostic& note : course.notes) (*outer)->Note(std::move(note));
  return value;
}

bool FitArguments(std::span<const Value> arguments,
                  const std::vector<std::pair<std::string, ItemTypePointer>>& parameters, Row& out,
                  Diagnostics& mistakes, Course& course) {
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Value value = i < arguments.size() ? arguments[i] : Value();
    if (parameters[i].second == nullptr) {
      out.push_back(value);
      continue;
    }
    std::string why;
    std::optional<Value> fitted = Conform(value, *parameters[i].second, why, course);
    if (!fitted) {
      mistakes.push_back({.code = "dmn.type",
                          .message = StrCat("\"", parameters[i].first,
                                            "\" is given what does not "
                                            "fit: ",
                                            why)});
      continue;
    }
    out.push_back(*std::move(fitted));
  }
  return mistakes.empty();
}

std::vector<feel::Parameter> Declared(
    const std::vector<std::pair<std::string, ItemTypePointer>>& parameters) {
  std::vector<feel::Parameter> out;
  out.reserve(parameters.size());
  for (const auto& [name, type] : parameters) {
    out.push_back({name, type == nullptr ? Type::Any() : type->feel});
  }
  return out;
}

// A knowledge model, or a function definition that stands inside an expression.
class BoxedFunction final : public feel::Function,
                            public std::enable_shared_from_this<BoxedFunction> {
 public:
  BoxedFunction(std::shared_ptr<const Program> program, const Plan& plan, Row captured,
                const ElementPlan* element, std::weak_ptr<Course*> made_in)
      : program_(std::move(program)),
        made_in_(std::move(made_in)),
        plan_(plan),
        captured_(std::move(captured)),
        element_(element) {
    for (const Plan::Entry& entry : plan.entries) takes_.emplace_back(entry.name, entry.type);
    parameters_ = Declared(takes_);
  }

  const std::vector<feel::Parameter>& parameters() const override { return parameters_; }

  Result<Value> Call(std::span<const Value> arguments, feel::Host& host,
                     feel::Meter& meter) const override {
    Course course{meter, host};
    constexpr size_t kCopiedInAStep = 8;
    course.Spend(static_cast<std::int64_t>(captured_.size() / kCopiedInAStep), plan_.at);
    Row row = captured_;
    if (element_ != nullptr) row.emplace_back(Value(shared_from_this()));
    Diagnostics mistakes;
    if (!FitArguments(arguments, takes_, row, mistakes, course)) {
      return Unexpected{std::move(mistakes)};
    }
    if (element_ != nullptr) course.table = element_->name;
    Value value = BoxedEvaluator(program_, course).Evaluate(*plan_.items.front(), row);
    if (element_ != nullptr) {
      value = FitOrNull(std::move(value), element_->wanted, element_->at, element_->name, course);
    }
    return Finish(std::move(value), std::move(course), made_in_);
  }

 private:
  std::shared_ptr<const Program> program_;
  std::weak_ptr<Course*> made_in_;
  const Plan& plan_;
  Row captured_;
  const ElementPlan* element_;  // null: stands inside an expression
  std::vector<std::pair<std::string, ItemTypePointer>> takes_;
  std::vector<feel::Parameter> parameters_;
};

// A decision service: its parameters are all its decisions know of the world outside.
class ServiceFunction final : public feel::Function {
 public:
  ServiceFunction(std::shared_ptr<const Program> program, const ElementPlan& service,
                  std::weak_ptr<Course*> made_in)
      : program_(std::move(program)), made_in_(std::move(made_in)), service_(service) {
    for (const ElementPlan* element : service.parameters) {
      takes_.emplace_back(element->variable, element->wanted);
    }
    parameters_ = Declared(takes_);
  }

  const std::vector<feel::Parameter>& parameters() const override { return parameters_; }

  Result<Value> Call(std::span<const Value> arguments, feel::Host& host,
                     feel::Meter& meter) const override {
    Course course{meter, host};
    Row given;
    Diagnostics mistakes;
    if (!FitArguments(arguments, takes_, given, mistakes, course)) {
      return Unexpected{std::move(mistakes)};
    }
    Evaluation evaluation(program_, course);
    for (size_t i = 0; i < service_.parameters.size(); ++i) {
      evaluation.Give(*service_.parameters[i], given[i]);
    }
    Value value;
    if (service_.outputs.size() == 1) {
      value = evaluation.ValueOf(*service_.outputs.front());
    } else {
      Context all;
      for (const ElementPlan* output : service_.outputs) {
        all.Set(output->variable, evaluation.ValueOf(*output));
      }
      value = Value(std::move(all));
    }
    value = FitOrNull(std::move(value), service_.wanted, service_.at, service_.name, course);
    return Finish(std::move(value), std::move(course), made_in_);
  }

 private:
  std::shared_ptr<const Program> program_;
  std::weak_ptr<Course*> made_in_;
  const ElementPlan& service_;
  std::vector<std::pair<std::string, ItemTypePointer>> takes_;
  std::vector<feel::Parameter> parameters_;
};

}  // namespace

Value FitOrNull(Value value, const ItemTypePointer& wanted, const Location& at,
                std::string_view what, Course& course) {
  if (wanted == nullptr) return value;
  std::string why;
  std::optional<Value> fitted = Conform(value, *wanted, why, course);
  if (fitted) return *std::move(fitted);
  course.Note("dmn.type",
              StrCat(what.empty() ? "the value" : what, " does not fit its type: ", why), at);
  return Value();
}

// ---- Elements

void Evaluation::Give(const ElementPlan& element, const Value& value) {
  values_[&element] = FitOrNull(value, element.wanted, element.at, element.name, course_);
}

Row Evaluation::RowFor(const ElementPlan& element) {
  Row row;
  for (const ElementPlan::Variable& variable : element.variables) {
    if (variable.element != nullptr) {
      row.push_back(ValueOf(*variable.element));
      continue;
    }
    Context members;
    for (const auto& [name, member] : variable.members) members.Set(name, ValueOf(*member));
    row.emplace_back(std::move(members));
  }
  return row;
}

Value Evaluation::ValueOf(const ElementPlan& element) {
  if (const auto it = values_.find(&element); it != values_.end()) return it->second;
  if (!running_.insert(&element).second) {
    if (element.kind == Element::Kind::kDecision) {
      course_.Note("dmn.cycle", StrCat("\"", element.name, "\" stands on itself"), element.at);
    }
    return Value();
  }
  Value value;
  switch (element.kind) {
    case Element::Kind::kInput:
      break;  // not given: null
    case Element::Kind::kKnowledge:
      if (element.logic == nullptr || element.logic->kind != Boxed::Kind::kFunction) break;
      value = Value(std::make_shared<BoxedFunction>(program_, *element.logic, RowFor(element),
                                                    &element, course_.Self()));
      break;
    case Element::Kind::kService:
      value = Value(std::make_shared<ServiceFunction>(program_, element, course_.Self()));
      break;
    case Element::Kind::kDecision: {
      if (element.logic == nullptr) {
        course_.Note("dmn.structure", StrCat("\"", element.name, "\" has no expression"),
                     element.at);
        break;
      }
      Row row = RowFor(element);
      const std::string outer = std::exchange(course_.table, element.name);
      value = BoxedEvaluator(program_, course_).Evaluate(*element.logic, row);
      course_.table = outer;
      value = FitOrNull(std::move(value), element.wanted, element.at, element.name, course_);
      break;
    }
  }
  running_.erase(&element);
  values_[&element] = value;
  return value;
}

// ---- Boxed expressions

Value BoxedEvaluator::Fitted(Value value, const ItemTypePointer& wanted, const Location& at) {
  return FitOrNull(std::move(value), wanted, at, "", course_);
}

// What is nested is bounded as FEEL bounds it, whatever calls what.
Value BoxedEvaluator::Evaluate(const Plan& plan, Row& row) {
  if (!course_.Spend(1, plan.at)) return Value();
  constexpr int kPartsOfACall = 8;
  if (course_.meter.nesting >= course_.meter.budget.depth * kPartsOfACall) {
    course_.Note("feel.budget", StrCat("nested too deeply: more than ", course_.meter.nesting),
                 plan.at);
    return Value();
  }
  ++course_.meter.nesting;
  Value value = Fitted(Dispatch(plan, row), plan.wanted, plan.at);
  --course_.meter.nesting;
  constexpr int kDeepestValue = 250;
  if (value.depth() > kDeepestValue || value.weight() > course_.meter.budget.steps) {
    course_.Note("feel.budget", "the value is too large", plan.at);
    return Value();
  }
  return value;
}

Value BoxedEvaluator::Dispatch(const Plan& plan, Row& row) {
  Value value;
  switch (plan.kind) {
    case Boxed::Kind::kLiteral:
      value = plan.expression.Evaluate(row, course_);
      break;
    case Boxed::Kind::kContext:
      value = EvaluateContext(plan, row);
      break;
    case Boxed::Kind::kList: {
      List items;
      for (const auto& item : plan.items) items.push_back(Evaluate(*item, row));
      value = Value(std::move(items));
      break;
    }
    case Boxed::Kind::kRelation:
      value = EvaluateRelation(plan, row);
      break;
    case Boxed::Kind::kInvocation:
      value = EvaluateInvocation(plan, row);
      break;
    case Boxed::Kind::kFunction:
      value = Value(std::make_shared<BoxedFunction>(program_, plan, row, nullptr, course_.Self()));
      break;
    case Boxed::Kind::kTable:
      value = EvaluateTable(*plan.table, plan.at, row, course_);
      break;
    case Boxed::Kind::kConditional:
      value = EvaluateConditional(plan, row);
      break;
    case Boxed::Kind::kFilter:
      value = EvaluateFilter(plan, row);
      break;
    case Boxed::Kind::kFor:
      value = EvaluateFor(plan, row);
      break;
    case Boxed::Kind::kSome:
    case Boxed::Kind::kEvery:
      value = EvaluateQuantified(plan, row);
      break;
    case Boxed::Kind::kForeign:
      course_.Note("dmn.foreign", StrCat("functions of ", plan.name, " are not run"), plan.at);
      break;
    case Boxed::Kind::kNothing:
      course_.Note("dmn.structure", "no expression", plan.at);
      break;
  }
  return value;
}

Value BoxedEvaluator::EvaluateContext(const Plan& plan, Row& row) {
  const size_t before = row.size();
  Context out;
  std::optional<Value> result;
  for (const Plan::Entry& entry : plan.entries) {
    Value value = Fitted(Evaluate(*entry.value, row), entry.type, entry.value->at);
    if (entry.name.empty()) {
      result = std::move(value);
    } else {
      row.push_back(value);
      out.Set(entry.name, std::move(value));
    }
  }
  row.resize(before);
  return result ? *std::move(result) : Value(std::move(out));
}

Value BoxedEvaluator::EvaluateRelation(const Plan& plan, Row& row) {
  List out;
  for (const auto& line : plan.items) {
    Context entry;
    for (size_t i = 0; i < line->items.size() && i < plan.entries.size(); ++i) {
      entry.Set(plan.entries[i].name,
                Fitted(Evaluate(*line->items[i], row), plan.entries[i].type, line->items[i]->at));
    }
    out.emplace_back(std::move(entry));
  }
  return Value(std::move(out));
}

Value BoxedEvaluator::EvaluateInvocation(const Plan& plan, Row& row) {
  std::vector<Value> bound;
  for (const Plan::Entry& entry : plan.entries) {
    bound.push_back(Fitted(Evaluate(*entry.value, row), entry.type, entry.value->at));
  }
  if (plan.by_text) {
    const size_t before = row.size();
    row.insert(row.end(), bound.begin(), bound.end());
    Value value = plan.expression.Evaluate(row, course_);
    row.resize(before);
    return value;
  }
  const Value callee = Evaluate(*plan.items.front(), row);
  const auto* function = dynamic_cast<const feel::Function*>(callee.function());
  if (function == nullptr) {
    course_.Note("dmn.type", "what is invoked is no function", plan.at);
    return Value();
  }
  const std::vector<feel::Parameter>& parameters = function->parameters();
  std::vector<Value> arguments(parameters.size());
  for (size_t i = 0; i < bound.size(); ++i) {
    const auto it = std::find_if(parameters.begin(), parameters.end(), [&](const auto& parameter) {
      return parameter.name == plan.entries[i].name;
    });
    if (it == parameters.end()) {
      course_.Note("dmn.binding",
                   StrCat("the function has no parameter \"", plan.entries[i].name, "\""),
                   plan.entries[i].value->at);
      return Value();
    }
    arguments[static_cast<size_t>(it - parameters.begin())] = bound[i];
  }
  Diagnostics notes;
  Value value = feel::InvokeLenient(callee, arguments, course_.host, notes, course_.meter);
  for (Diagnostic& note : notes) {
    if (note.at.line == 0) note.at = plan.at;
    course_.Note(std::move(note));
  }
  return value;
}

// As FEEL's `if` has it, no condition takes the other way; but what is no condition gives nothing.
Value BoxedEvaluator::EvaluateConditional(const Plan& plan, Row& row) {
  const Value condition = Evaluate(*plan.items[0], row);
  if (condition.boolean() == nullptr && !condition.is_null()) {
    course_.Note("dmn.type", StrCat("`if` needs a boolean, not a ", KindName(condition.kind())),
                 plan.items[0]->at);
    return Value();
  }
  const bool yes = condition.boolean() != nullptr && *condition.boolean();
  return Evaluate(*plan.items[yes ? 1 : 2], row);
}

namespace {

// The first and the last whole number of a range; nullopt: it is none of whole numbers.
std::optional<std::pair<std::int64_t, std::int64_t>> WholeEnds(const Range& range) {
  const auto low = range.low.number() != nullptr ? range.low.number()->ToInteger() : std::nullopt;
  const auto high =
      range.high.number() != nullptr ? range.high.number()->ToInteger() : std::nullopt;
  constexpr std::int64_t kFar = 1'000'000'000'000;
  if (!low || !high || *low < -kFar || *high > kFar) return std::nullopt;
  return std::pair(*low + (range.low_included ? 0 : 1), *high - (range.high_included ? 0 : 1));
}

}  // namespace

bool BoxedEvaluator::Domain(const Plan& plan, Row& row, List& items) {
  const Value in = Evaluate(*plan.items[0], row);
  if (const List* list = in.list()) {
    items = *list;
    return course_.Spend(static_cast<std::int64_t>(items.size()), plan.items[0]->at);
  }
  if (const auto ends = in.range() == nullptr ? std::nullopt : WholeEnds(*in.range())) {
    const auto [low, high] = *ends;
    if (high < low) return true;
    if (!course_.Spend(high - low + 1, plan.items[0]->at)) return false;
    for (std::int64_t i = low; i <= high; ++i) items.emplace_back(Decimal(i));
    return true;
  }
  course_.Note("dmn.type", StrCat("a ", KindName(in.kind()), " cannot be gone through"),
               plan.items[0]->at);
  return false;
}

Value BoxedEvaluator::EvaluateFilter(const Plan& plan, Row& row) {
  if (plan.by_text) {
    const Value in = Evaluate(*plan.items[0], row);
    row.push_back(in.list() != nullptr || in.is_null() ? in : Value(List{in}));
    Value value = plan.expression.Evaluate(row, course_);
    row.pop_back();
    return value;
  }
  List items;
  if (!Domain(plan, row, items)) return Value();
  const size_t before = row.size();
  List out;
  for (const Value& item : items) {
    row.push_back(item);
    for (const Plan::Entry& field : plan.entries) row.push_back(item[field.name]);
    const Value match = Evaluate(*plan.items[1], row);
    row.resize(before);
    if (!course_.Spend(0, plan.at)) return Value();
    if (match.boolean() != nullptr && *match.boolean()) out.push_back(item);
  }
  return Value(std::move(out));
}

Value BoxedEvaluator::EvaluateFor(const Plan& plan, Row& row) {
  List items;
  if (!Domain(plan, row, items)) return Value();
  List out;
  for (const Value& item : items) {
    constexpr size_t kCopiedInAStep = 8;
    const size_t copied = plan.keeps_results ? out.size() / kCopiedInAStep : 0;
    if (!course_.Spend(static_cast<std::int64_t>(copied), plan.at)) return Value();
    row.push_back(item);
    row.push_back(plan.keeps_results ? Value(out) : Value());
    out.push_back(Evaluate(*plan.items[1], row));
    row.resize(row.size() - 2);
    if (!course_.Spend(0, plan.at)) return Value();  // not a part of the list for the whole
  }
  return Value(std::move(out));
}

// Every item is looked at: one without an answer leaves the whole without.
Value BoxedEvaluator::EvaluateQuantified(const Plan& plan, Row& row) {
  List items;
  if (!Domain(plan, row, items)) return Value();
  const bool deciding = plan.kind == Boxed::Kind::kSome;
  bool decided = false;
  bool unknown = false;
  for (const Value& item : items) {
    row.push_back(item);
    const Value answer = Evaluate(*plan.items[1], row);
    row.pop_back();
    if (!course_.Spend(0, plan.at)) return Value();
    if (answer.boolean() == nullptr) {
      unknown = true;
      course_.Note("dmn.type",
                   StrCat("`satisfies` needs a boolean, not a ", KindName(answer.kind())),
                   plan.items[1]->at);
    } else if (*answer.boolean() == deciding) {
      decided = true;
    }
  }
  if (unknown) return Value();
  return Value(decided == deciding);
}

}  // namespace anjuan::dmn
