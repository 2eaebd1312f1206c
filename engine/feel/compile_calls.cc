// The checker's part for calls: which function, with which arguments, giving what.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/compile.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

using Base = Type::Base;

const Builtin::Parameter& ParameterOf(const Builtin& builtin, size_t argument) {
  return builtin.parameters[std::min(argument, builtin.parameters.size() - 1)];
}

bool FitsParameter(const Type& type, const Builtin::Parameter& parameter) {
  if (type.base == Base::kNull) return parameter.nullable;
  return Fits(type, parameter.type);
}

std::string CountOf(size_t count) {
  return StrCat(count, count == 1 ? " argument" : " arguments");
}

}  // namespace

Compiler::Part Compiler::CheckCall(const Syntax& syntax) {
  const Syntax& callee = *syntax.kids[0];
  if (callee.kind != Syntax::Kind::kName) return CallValue(syntax);
  const bool local = std::any_of(locals_.begin(), locals_.end(), [&](const Local& l) {
    return l.name == callee.text && (l.type.base == Base::kFunction || l.type.base == Base::kAny);
  });
  if (local) return CallValue(syntax);
  if (const FunctionDeclaration* function = scope_.FindFunction(callee.text)) {
    return CallHost(syntax, *function);
  }
  const auto& rows = FindBuiltins(callee.text);
  if (!rows.empty()) return CallBuiltin(syntax, rows);
  if (scope_.FindVariable(callee.text)) return CallValue(syntax);
  return UnknownFunction(syntax);
}

Compiler::Part Compiler::UnknownFunction(const Syntax& syntax) {
  const Syntax& callee = *syntax.kids[0];
  std::vector<std::string> names = BuiltinNames();
  for (const FunctionDeclaration& function : scope_.functions()) names.push_back(function.name);
  std::string hint = Hint(callee.text, names);
  // Time is an argument of a case, not of the machine: the standard's two are not there.
  if (callee.text == "today" || callee.text == "now") {
    hint = standard_                ? "the clock is not read here; make the day an input"
           : callee.text == "today" ? "the business date is _x.today"
                                    : "the time of the event is _x.now";
  }
  Report(callee.span, "feel.name", StrCat("there is no function \"", callee.text, "\""), hint);
  Part out = Broken(syntax.span);  // before the arguments, which forget what was reported
  CheckArguments(syntax);
  return out;
}

std::vector<Compiler::Part> Compiler::CheckArguments(const Syntax& syntax) {
  std::vector<Part> out;
  out.reserve(syntax.kids.size() - 1);
  for (size_t i = 1; i < syntax.kids.size(); ++i) out.push_back(Check(*syntax.kids[i]));
  return out;
}

// Named arguments into the order of the parameters; a gap becomes null. False after a report.
bool Compiler::OrderArguments(const Syntax& syntax, const std::vector<std::string>& parameters,
                              std::vector<Part>& arguments) {
  std::vector<Part> ordered(parameters.size());
  size_t used = 0;
  bool right = true;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto it = std::find(parameters.begin(), parameters.end(), syntax.names[i]);
    const auto position = static_cast<size_t>(it - parameters.begin());
    if (it == parameters.end()) {
      std::string hint = Hint(syntax.names[i], parameters);
      if (hint.empty()) hint = StrCat("it takes: ", anjuan::Join(parameters, ", "));
      Report(syntax.name_spans[i], "feel.arguments",
             StrCat("no parameter is named \"", syntax.names[i], "\""), hint);
      right = false;
    } else if (ordered[position].node != nullptr) {
      Report(syntax.name_spans[i], "feel.arguments",
             StrCat("\"", syntax.names[i], "\" is given twice"));
      right = false;
    } else {
      ordered[position] = std::move(arguments[i]);
      used = std::max(used, position + 1);
    }
  }
  if (!right) return false;
  ordered.resize(used);
  for (Part& part : ordered) {
    if (part.node != nullptr) continue;
    part = {Make(Node::Kind::kConstant, syntax.span), Type::Of(Base::kNull), ""};
  }
  arguments = std::move(ordered);
  return true;
}

Compiler::Part Compiler::CallHost(const Syntax& syntax, const FunctionDeclaration& function) {
  std::vector<Part> arguments = CheckArguments(syntax);
  std::vector<std::string> names;
  size_t least = 0;
  for (const Parameter& parameter : function.parameters) {
    names.push_back(parameter.name);
    if (!parameter.optional) least = names.size();
  }
  const auto broken = [&] {
    Part part = Broken(syntax.span);
    part.type = function.result;
    return part;
  };
  if (!syntax.names.empty() && !OrderArguments(syntax, names, arguments)) return broken();
  if (arguments.size() < least || arguments.size() > names.size()) {
    Report(syntax.span, "feel.arguments",
           StrCat(function.name, " takes ", least == names.size() ? "" : StrCat(least, " to "),
                  CountOf(names.size()), ", not ", arguments.size()),
           StrCat(function.name, "(", anjuan::Join(names, ", "), ")"));
    return broken();
  }
  auto node = Make(Node::Kind::kCallHost, syntax.span);
  node->name = function.name;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Type& wanted = function.parameters[i].type;
    if (!Fits(arguments[i].type, wanted)) {
      Report(arguments[i].node->span, "feel.type",
             StrCat("\"", names[i], "\" of ", function.name, " is ", Describe(wanted), ", not ",
                    Describe(arguments[i].type)));
    }
    node->MakeDetail().types.push_back(wanted);
    node->kids.push_back(std::move(arguments[i].node));
  }
  return {std::move(node), function.result, ""};
}

Compiler::Part Compiler::CallBuiltin(const Syntax& syntax,
                                     const std::vector<const Builtin*>& rows) {
  std::vector<Part> arguments = CheckArguments(syntax);
  std::vector<const Builtin*> candidates = rows;
  if (!syntax.names.empty()) {
    // The overload is the one that knows the most of the names; the first of equals reports.
    const auto known = [&](const Builtin* row) {
      return std::count_if(syntax.names.begin(), syntax.names.end(), [&](const std::string& name) {
        return std::any_of(row->parameters.begin(), row->parameters.end(),
                           [&](const auto& parameter) { return parameter.name == name; });
      });
    };
    const Builtin* best = rows.front();
    for (const Builtin* row : rows) {
      if (known(row) > known(best)) best = row;
    }
    std::vector<std::string> names;
    for (const auto& parameter : best->parameters) names.push_back(parameter.name);
    if (!OrderArguments(syntax, names, arguments)) return Broken(syntax.span);
    std::erase_if(candidates, [&](const Builtin* row) {
      return row->parameters.size() != names.size() || known(row) != known(best);
    });
  }
  candidates = FittingRows(syntax, candidates, arguments);
  if (candidates.empty()) return Broken(syntax.span);
  CheckElement(syntax, *candidates.front(), arguments);
  Type type = ResultType(candidates, arguments);
  auto node = Make(Node::Kind::kCallBuiltin, syntax.span, arguments.size());
  node->MakeDetail().builtins = std::move(candidates);
  for (Part& argument : arguments) node->kids.push_back(std::move(argument.node));
  return Computed(std::move(node), std::move(type));
}

// The rows that can take these arguments; reports where none can.
std::vector<const Builtin*> Compiler::FittingRows(const Syntax& syntax,
                                                  const std::vector<const Builtin*>& rows,
                                                  const std::vector<Part>& arguments) {
  std::vector<const Builtin*> of_count;
  std::vector<const Builtin*> fitting;
  for (const Builtin* row : rows) {
    if (!row->TakesCount(arguments.size())) continue;
    of_count.push_back(row);
    bool fits = true;
    for (size_t i = 0; i < arguments.size(); ++i) {
      fits = fits && FitsParameter(arguments[i].type, ParameterOf(*row, i));
    }
    if (fits) fitting.push_back(row);
  }
  if (!fitting.empty()) return fitting;
  const std::string& name = rows.front()->name;
  if (of_count.empty()) {
    std::string hint;
    for (const Builtin* row : rows) hint += (hint.empty() ? "" : " or ") + row->Signature();
    Report(syntax.span, "feel.arguments",
           StrCat(name, " does not take ", CountOf(arguments.size())), hint);
    return {};
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool fits = std::any_of(of_count.begin(), of_count.end(), [&](const Builtin* row) {
      return FitsParameter(arguments[i].type, ParameterOf(*row, i));
    });
    if (fits) continue;
    const Builtin::Parameter& parameter = ParameterOf(*of_count.front(), i);
    Report(arguments[i].node->span, "feel.type",
           StrCat("\"", parameter.name, "\" of ", name, " is ", Describe(parameter.type), ", not ",
                  Describe(arguments[i].type)),
           of_count.front()->Signature());
    return {};
  }
  Report(syntax.span, "feel.type", StrCat("no ", name, " takes these arguments together"),
         of_count.front()->Signature());
  return {};
}

Type Compiler::ResultType(const std::vector<const Builtin*>& rows,
                          const std::vector<Part>& arguments) {
  Type out = Type::Of(Base::kNull);
  for (const Builtin* row : rows) {
    const Type first = arguments.empty() ? Type::Any() : WithoutLiterals(arguments.front().type);
    Type type = row->result;
    switch (row->rule) {
      case Builtin::Rule::kFixed:
        break;
      case Builtin::Rule::kFirst:
        type = first;
        break;
      case Builtin::Rule::kElementOfFirst:
        type = first.element == nullptr ? Type::Any() : *first.element;
        break;
      case Builtin::Rule::kListOfFirst:
        type = Type::ListOf(first);
        break;
      case Builtin::Rule::kEither:
        type = feel::Join(arguments[0].type, arguments[1].type);
        break;
    }
    if (type.base == Base::kAny || type.base == Base::kNull) return Type::Any();
    out = feel::Join(out, type);
  }
  // A list that is added to may become a list of more than it was.
  const bool grows = rows.front()->name == "append" || rows.front()->name == "concatenate" ||
                     rows.front()->name == "union" || rows.front()->name == "insert before" ||
                     rows.front()->name == "list replace";
  if (!grows || out.base != Base::kList) return out;
  for (const Part& argument : arguments) {
    const bool list = argument.type.base == Base::kList;
    if (!list || !(argument.type == arguments.front().type)) return Type::ListOf(Type::Any());
  }
  return out;
}

// list contains(方式, "工资"): the thing looked for must be one that could be there.
void Compiler::CheckElement(const Syntax& syntax, const Builtin& builtin,
                            const std::vector<Part>& arguments) {
  if (builtin.name != "list contains" && builtin.name != "index of") return;
  if (arguments[0].type.element == nullptr) return;
  const Side element{arguments[0].node->span, *arguments[0].type.element};
  RequireComparable(syntax.span, Operator::kEqual, element, SideOf(arguments[1]));
}

Compiler::Part Compiler::CallValue(const Syntax& syntax) {
  Part function = Check(*syntax.kids[0]);
  if (IsKnown(function.type) && function.type.base != Base::kFunction) {
    Report(syntax.kids[0]->span, "feel.type",
           StrCat(Quote(text_, syntax.kids[0]->span), " is ", Describe(function.type),
                  " and cannot be called"));
  }
  auto node = Make(Node::Kind::kCallValue, syntax.span);
  if (!syntax.names.empty()) node->MakeDetail().names = syntax.names;
  node->kids.push_back(std::move(function.node));
  for (Part& argument : CheckArguments(syntax)) node->kids.push_back(std::move(argument.node));
  return {std::move(node), Type::Any(), ""};
}

}  // namespace anjuan::feel
