// Calls: of built-in functions, of the host's, of functions made in the expression.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/evaluate.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

constexpr std::int64_t kItemSize = sizeof(Value);

bool Accepts(const Builtin::Parameter& parameter, const Value& value) {
  if (value.is_null()) return parameter.nullable;
  return parameter.type.base == Type::Base::kAny || parameter.type.base == BaseOf(value.kind());
}

const Builtin::Parameter& ParameterOf(const Builtin& builtin, size_t argument) {
  return builtin.parameters[std::min(argument, builtin.parameters.size() - 1)];
}

bool AcceptsAll(const Builtin& builtin, std::span<const Value* const> arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!Accepts(ParameterOf(builtin, i), *arguments[i])) return false;
  }
  return true;
}

}  // namespace

// A function made by `function(...)`: its node, and the local values around it at that moment. In
// the standard dialect it may outlive its evaluation, so it keeps the expression and the variables.
struct Evaluator::Made final : Function {
  const Node* node = nullptr;
  std::vector<Value> captured;
  std::shared_ptr<const Program> program;
  std::shared_ptr<const std::vector<Value>> variables;  // null: those of the evaluation

  const std::vector<Parameter>& parameters() const override { return node->detail().parameters; }
  Result<Value> Call(std::span<const Value>, Host&, Meter&) const override {
    return anjuan::Fail("feel.type", "a function made in an expression is run by its evaluator");
  }
};

// A built-in function as a value: f(abs).
struct Evaluator::BuiltinValue final : Function {
  std::vector<const Builtin*> rows;
  std::vector<Parameter> shown;

  const std::vector<Parameter>& parameters() const override { return shown; }
  Result<Value> Call(std::span<const Value>, Host&, Meter&) const override {
    return anjuan::Fail("feel.type", "a built-in function is run by an evaluator");
  }
};

Value Evaluator::BuiltinAsValue(const std::vector<const Builtin*>& rows) {
  auto out = std::make_shared<BuiltinValue>();
  out->rows = rows;
  for (const Builtin::Parameter& parameter : rows.front()->parameters) {
    out->shown.push_back({parameter.name, parameter.type, parameter.optional});
  }
  return Value(std::shared_ptr<const FunctionObject>(std::move(out)));
}

const Value* Evaluator::EvalFunction(const Node& node, Value& out) {
  auto function = std::make_shared<Made>();
  function->node = &node;
  function->captured.reserve(static_cast<size_t>(node.index));
  for (const Local* place = frame_; place != frame_ + node.index; ++place) {
    function->captured.push_back(*place->value);
  }
  if (program_ != nullptr) function->program = program_->shared_from_this();
  for (const Value& value : function->captured) {
    function->depth = std::max(function->depth, value.depth() + 1);
  }
  if (standard()) {
    if (kept_variables_ == nullptr) {
      kept_variables_ =
          std::make_shared<const std::vector<Value>>(variables_.begin(), variables_.end());
      meter_.bytes += kItemSize * static_cast<std::int64_t>(variables_.size());
    }
    function->variables = kept_variables_;
  }
  meter_.bytes += kItemSize * (node.index + 1);
  out = Value(std::shared_ptr<const FunctionObject>(std::move(function)));
  return &out;
}

const Value* Evaluator::EvalCallBuiltin(const Node& node, Value& out) {
  // Few functions take more than four arguments; those get memory of their own.
  constexpr size_t kFew = 4;
  std::array<Value, kFew> few;
  std::array<Read, kFew> few_read{};
  std::vector<Value> many(node.kids.size() > kFew ? node.kids.size() : 0);
  std::vector<Read> many_read(many.size());
  const std::span<Value> scratch = many.empty() ? std::span<Value>(few) : std::span<Value>(many);
  const std::span<Read> arguments =
      (many.empty() ? std::span<Read>(few_read) : std::span<Read>(many_read))
          .first(node.kids.size());
  for (size_t i = 0; i < node.kids.size(); ++i) {
    arguments[i] = Eval(*node.kids[i], scratch[i]);
    if (arguments[i] == nullptr) return nullptr;
  }
  return RunBuiltin(node, arguments, out);
}

const Value* Evaluator::RunBuiltin(const Node& node, std::span<Read> arguments, Value& out) {
  if (auto answer = RunRows(node.detail().builtins, arguments))
    return Take(node, *std::move(answer), out);
  return NoOverload(node, arguments);
}

// The standard takes [x] for x and x for [x] where a parameter asks for the other.
std::vector<Value> Evaluator::Reshape(const Builtin& builtin, std::span<const Read> arguments) {
  std::vector<Value> out;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Value& value = *arguments[i];
    const Builtin::Parameter& parameter = ParameterOf(builtin, i);
    const List* list = value.list();
    if (Accepts(parameter, value) || value.is_null()) {
      out.push_back(value);
    } else if (parameter.type.base == Type::Base::kList) {
      out.emplace_back(List{value});
    } else {
      out.push_back(list != nullptr && list->size() == 1 ? list->front() : value);
    }
  }
  return out;
}

// By the first row that takes the values, or nullopt.
std::optional<Answer> Evaluator::RunRows(const std::vector<const Builtin*>& rows,
                                         std::span<const Read> arguments) {
  for (const Builtin* builtin : rows) {
    if (AcceptsAll(*builtin, arguments)) return RunRow(*builtin, arguments);
  }
  if (!standard()) return std::nullopt;
  for (const Builtin* builtin : rows) {
    const std::vector<Value> reshaped = Reshape(*builtin, arguments);
    std::vector<Read> reads;
    reads.reserve(reshaped.size());
    for (const Value& value : reshaped) reads.push_back(&value);
    if (AcceptsAll(*builtin, reads)) return RunRow(*builtin, reads);
  }
  return std::nullopt;
}

Answer Evaluator::RunRow(const Builtin& row, std::span<const Read> arguments) {
  const Builtin* builtin = &row;
  {
    std::array<Read, 8> padded{};  // an optional one that was not given is a null pointer
    const size_t count = builtin->parameters.size();
    ANJUAN_CHECK(count <= padded.size());
    for (size_t i = 0; i < count && i < arguments.size(); ++i) padded[i] = arguments[i];
    Value rest;
    if (count > 0 && builtin->parameters.back().variadic) {
      List items;
      for (size_t i = count - 1; i < arguments.size(); ++i) items.push_back(*arguments[i]);
      meter_.bytes += kItemSize * static_cast<std::int64_t>(items.size());
      rest = Value(std::move(items));
      padded[count - 1] = &rest;
    }
    return builtin->run(Arguments(padded.data(), count), *this);
  }
}

// Names the argument that stands in the way of the first candidate.
const Value* Evaluator::NoOverload(const Node& node, std::span<const Read> arguments) {
  const Builtin& builtin = *node.detail().builtins.front();
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Builtin::Parameter& parameter = ParameterOf(builtin, i);
    if (Accepts(parameter, *arguments[i])) continue;
    if (arguments[i]->is_null()) return IsNull(*node.kids[i], builtin.name);
    return Fail(*node.kids[i], "feel.type",
                StrCat(TextOf(*node.kids[i]), " is a ", KindName(arguments[i]->kind()), "; ",
                       builtin.Signature(), " needs a ", Describe(parameter.type)));
  }
  return Fail(node, "feel.type", StrCat("no ", builtin.name, " takes these arguments"));
}

const Value* Evaluator::EvalCallHost(const Node& node, Value& out) {
  List arguments;
  arguments.reserve(node.kids.size());
  for (size_t i = 0; i < node.kids.size(); ++i) {
    Value scratch;
    const Value* value = Eval(*node.kids[i], scratch);
    if (value == nullptr) return nullptr;
    const Type::Base base = node.detail().types[i].base;
    if (!value->is_null() && base != Type::Base::kAny && base != BaseOf(value->kind())) {
      return Fail(*node.kids[i], "feel.type",
                  StrCat(TextOf(*node.kids[i]), " is a ", KindName(value->kind()), "; ", node.name,
                         " needs a ", Describe(node.detail().types[i])));
    }
    if (value->holds_function()) {
      return Fail(*node.kids[i], "feel.type", StrCat(node.name, " takes no functions"));
    }
    arguments.push_back(*value);
  }
  Result<Value> answer = host_.Call(node.name, arguments);
  if (answer) {
    out = *std::move(answer);
    return &out;
  }
  // The host knows what went wrong, the expression where.
  const size_t before = problems_.size();
  const Value* outcome = Fail(node, "feel.host", StrCat(node.name, " failed"));
  if (answer.error().empty() || problems_.size() == before) return outcome;
  problems_.pop_back();
  for (Diagnostic& problem : answer.error()) {
    if (problem.at.line == 0) problem.at = Place(source_->text, source_->at, node.span.begin);
    if (problem.code.empty()) problem.code = "feel.host";
    if (!strict_) problem.severity = Severity::kWarning;
    problems_.push_back(std::move(problem));
  }
  return outcome;
}

const Value* Evaluator::EvalCallValue(const Node& node, Value& out) {
  Value function_scratch;
  const Value* function = Eval(*node.kids[0], function_scratch);
  if (function == nullptr) return nullptr;
  if (function->is_null()) return IsNull(*node.kids[0], "a call");
  const Value kept = *function;  // the arguments may need the place it stands in
  List arguments;
  for (size_t i = 1; i < node.kids.size(); ++i) {
    Value scratch;
    const Value* value = Eval(*node.kids[i], scratch);
    if (value == nullptr) return nullptr;
    if (!ChargeCopy(*value)) return Fail(node, "feel.budget", "the texts are too long");
    arguments.push_back(*value);
  }
  const auto* known = dynamic_cast<const Function*>(kept.function());
  if (!node.detail().names.empty() && known != nullptr && !OrderNamed(node, *known, arguments)) {
    return Fail(node, "feel.arguments",
                StrCat(TextOf(*node.kids[0]), " does not take arguments of these names"));
  }
  return Take(node, Invoke(kept, arguments), out);
}

// Named arguments into the order of the parameters; false where a name is unknown or missing.
bool Evaluator::OrderNamed(const Node& node, const Function& function, List& arguments) {
  const std::vector<Parameter>& parameters = function.parameters();
  if (parameters.size() != arguments.size()) return false;
  List ordered;
  for (const Parameter& parameter : parameters) {
    const auto it =
        std::find(node.detail().names.begin(), node.detail().names.end(), parameter.name);
    if (it == node.detail().names.end()) return false;
    ordered.push_back(arguments[static_cast<size_t>(it - node.detail().names.begin())]);
  }
  arguments = std::move(ordered);
  return true;
}

namespace {

// An argument as its parameter wants it, or nullopt. The standard takes a list of one for its item
// and an item for a list of one; null passes for everything.
std::optional<Value> Coerce(const Value& value, const Type& type, bool standard) {
  if (value.is_null() || type.base == Type::Base::kAny || IsInstance(value, type)) return value;
  if (!standard) return std::nullopt;
  if (const List* list = value.list(); list != nullptr && list->size() == 1) {
    if (type.base != Type::Base::kList) return Coerce(list->front(), type, false);
  }
  if (type.base == Type::Base::kList) {
    Value single(List{value});
    if (IsInstance(single, type)) return single;
  }
  if (value.date() != nullptr && type.base == Type::Base::kDateTime) {
    Time midnight;
    midnight.zone.given = true;
    return Value(DateTime{*value.date(), midnight});
  }
  return std::nullopt;
}

}  // namespace

Answer Evaluator::Invoke(const Value& function, std::span<const Value> arguments) {
  const auto* known = dynamic_cast<const Function*>(function.function());
  if (known == nullptr) {
    return NoAnswer{"feel.type", StrCat("a ", KindName(function.kind()), " is not a function")};
  }
  if (const auto* builtin = dynamic_cast<const BuiltinValue*>(known)) {
    return InvokeBuiltin(*builtin, arguments);
  }
  const std::vector<Parameter>& parameters = known->parameters();
  if (parameters.size() != arguments.size()) {
    return NoAnswer{"feel.arguments", StrCat("the function takes ", parameters.size(),
                                             " arguments, not ", arguments.size())};
  }
  List coerced;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool walked =
        parameters[i].type.element != nullptr || parameters[i].type.fields != nullptr;
    if (walked && !Charge(arguments[i].weight(), 0)) return BudgetSpent();
    auto value = Coerce(arguments[i], parameters[i].type, standard());
    if (!value) {
      return NoAnswer{"feel.type", StrCat("the parameter \"", parameters[i].name, "\" is a ",
                                          Describe(parameters[i].type), ", not a ",
                                          KindName(arguments[i].kind()))};
    }
    coerced.push_back(*std::move(value));
  }
  if (meter_.depth >= meter_.budget.depth) {
    return NoAnswer{"feel.budget", StrCat("more than ", meter_.budget.depth, " calls deep")};
  }
  ++meter_.depth;
  const auto* made = dynamic_cast<const Made*>(known);
  Answer answer =
      made == nullptr ? InvokeForeign(*known, coerced) : InvokeMade(*made, function, coerced);
  --meter_.depth;
  return answer;
}

Answer Evaluator::InvokeBuiltin(const BuiltinValue& function, std::span<const Value> arguments) {
  std::vector<Read> reads;
  for (const Value& argument : arguments) reads.push_back(&argument);
  std::vector<const Builtin*> rows = function.rows;
  std::erase_if(rows, [&](const Builtin* row) { return !row->TakesCount(arguments.size()); });
  if (auto answer = RunRows(rows, reads)) return *std::move(answer);
  return NoAnswer{"feel.type",
                  StrCat("no ", function.rows.front()->name, " takes these arguments")};
}

Answer Evaluator::InvokeMade(const Made& made, const Value& self,
                             std::span<const Value> arguments) {
  const Node& node = *made.node;
  // A function of another evaluation brings its own expression and variables along.
  std::optional<Source> other;
  if (made.program.get() != program_) {
    const Program& program = *made.program;
    other.emplace(Source{program.text, program.at, program.root.get(), program.frame_size,
                         program.makes_functions, program.dialect, program.zones.get()});
  }
  const Source* const source = std::exchange(source_, other ? &*other : source_);
  const std::span<const Value> variables = variables_;
  if (made.variables != nullptr) variables_ = *made.variables;
  const Program* const program = std::exchange(program_, made.program.get());
  const auto kept = std::exchange(kept_variables_, made.variables);
  const int frame_size = std::exchange(frame_size_, source_->frame_size);

  const Value null;
  std::vector<Local> frame(static_cast<size_t>(frame_size_), Local{&null, Value()});
  for (size_t i = 0; i < made.captured.size(); ++i) frame[i].value = &made.captured[i];
  if (node.detail().self >= 0) frame[static_cast<size_t>(node.detail().self)].value = &self;
  for (size_t i = 0; i < arguments.size(); ++i) {
    frame[static_cast<size_t>(node.index) + i].value = &arguments[i];
  }
  meter_.bytes += kItemSize * frame_size_;
  Local* const caller = std::exchange(frame_, frame.data());
  Value scratch;
  const Value* value = Eval(*node.kids[0], scratch);
  Answer answer = value == nullptr ? Answer(NoAnswer{"", ""}) : Answer(*value);

  frame_ = caller;
  frame_size_ = frame_size;
  kept_variables_ = kept;
  program_ = program;
  variables_ = variables;
  source_ = source;
  return answer;
}

Answer Evaluator::InvokeForeign(const Function& function, std::span<const Value> arguments) {
  Result<Value> result = function.Call(arguments, host_, meter_);
  if (result) return *std::move(result);
  for (Diagnostic& problem : result.error()) {
    if (problem.code == "feel.budget") spent_ = true;
    if (!strict_ && problem.code != "feel.budget") problem.severity = Severity::kWarning;
    problems_.push_back(std::move(problem));
  }
  if (strict_ || spent_) return NoAnswer{"", ""};
  return Value();
}

}  // namespace anjuan::feel
