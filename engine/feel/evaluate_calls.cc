// Calls: of built-in functions, of the host's, of functions made in the expression.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/evaluate.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

// A function made by `function(...)`: its node, and the local values around it at that moment.
struct FunctionValue final : FunctionObject {
  const Node* node = nullptr;
  std::vector<Value> captured;
};

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

const Value* Evaluator::EvalFunction(const Node& node, Value& out) {
  auto function = std::make_shared<FunctionValue>();
  function->node = &node;
  function->captured.assign(frame_, frame_ + node.index);
  bytes_ += kItemSize * (node.index + 1);
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
  for (const Builtin* builtin : node.builtins) {
    if (!AcceptsAll(*builtin, arguments)) continue;
    std::array<Read, 8> padded{};  // an optional one that was not given is a null pointer
    const size_t count = builtin->parameters.size();
    ANJUAN_CHECK(count <= padded.size());
    for (size_t i = 0; i < count && i < arguments.size(); ++i) padded[i] = arguments[i];
    Value rest;
    if (count > 0 && builtin->parameters.back().variadic) {
      List items;
      for (size_t i = count - 1; i < arguments.size(); ++i) items.push_back(*arguments[i]);
      bytes_ += kItemSize * static_cast<std::int64_t>(items.size());
      rest = Value(std::move(items));
      padded[count - 1] = &rest;
    }
    return Take(node, builtin->run(Arguments(padded.data(), count), *this), out);
  }
  return NoOverload(node, arguments);
}

// Names the argument that stands in the way of the first candidate.
const Value* Evaluator::NoOverload(const Node& node, std::span<const Read> arguments) {
  const Builtin& builtin = *node.builtins.front();
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
    const Type::Base base = node.types[i].base;
    if (!value->is_null() && base != Type::Base::kAny && base != BaseOf(value->kind())) {
      return Fail(*node.kids[i], "feel.type",
                  StrCat(TextOf(*node.kids[i]), " is a ", KindName(value->kind()), "; ", node.name,
                         " needs a ", Describe(node.types[i])));
    }
    if (HoldsFunction(*value)) {
      return Fail(*node.kids[i], "feel.type", StrCat(node.name, " takes no functions"));
    }
    arguments.push_back(*value);
  }
  Result<Value> answer = set_.host.Call(node.name, arguments);
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
    if (problem.at.line == 0) problem.at = Place(set_.text, set_.at, node.span.begin);
    if (problem.code.empty()) problem.code = "feel.host";
    if (!set_.strict) problem.severity = Severity::kWarning;
    problems_.push_back(std::move(problem));
  }
  return outcome;
}

const Value* Evaluator::EvalCallValue(const Node& node, Value& out) {
  Value function_scratch;
  const Value* function = Eval(*node.kids[0], function_scratch);
  if (function == nullptr) return nullptr;
  if (function->is_null()) return IsNull(*node.kids[0], "a call");
  List arguments;
  for (size_t i = 1; i < node.kids.size(); ++i) {
    Value scratch;
    const Value* value = Eval(*node.kids[i], scratch);
    if (value == nullptr) return nullptr;
    arguments.push_back(*value);
  }
  return Take(node, Invoke(*function, arguments), out);
}

Answer Evaluator::Invoke(const Value& function, std::span<const Value> arguments) {
  const auto* made = dynamic_cast<const FunctionValue*>(function.function());
  if (made == nullptr) return NoAnswer{"feel.type", "this is not a function"};
  const Node& node = *made->node;
  if (node.names.size() != arguments.size()) {
    return NoAnswer{"feel.arguments", StrCat("the function takes ", node.names.size(),
                                             " arguments, not ", arguments.size())};
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].is_null() || node.types[i].base == Type::Base::kAny) continue;
    if (!IsInstance(arguments[i], node.types[i])) {
      return NoAnswer{"feel.type", StrCat("the parameter "
                                          ", node.names[i], "
                                          " is a ",
                                          Describe(node.types[i]))};
    }
  }
  std::vector<Value> frame(static_cast<size_t>(frame_size_));
  std::copy(made->captured.begin(), made->captured.end(), frame.begin());
  std::copy(arguments.begin(), arguments.end(), frame.begin() + node.index);
  bytes_ += kItemSize * frame_size_;
  Value* const caller = std::exchange(frame_, frame.data());
  Value scratch;
  const Value* value = Eval(*node.kids[0], scratch);
  frame_ = caller;
  if (value == nullptr) return NoAnswer{"", ""};
  return *value;
}

}  // namespace anjuan::feel
