// eval, decide: FEEL and decision models at the command line.

#include <algorithm>
#include <iostream>
#include <iterator>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/eval_host.h"
#include "engine/app/rules.h"
#include "engine/app/zone_files.h"
#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/conform/dmn_suite.h"
#include "engine/dmn/as_feel.h"
#include "engine/feel/feel.h"
#include "engine/feel/types.h"
#include "engine/value/json.h"

namespace anjuan::app {

namespace {

// A mistake in an expression on the command line is drawn below it.
void Tell(Diagnostics mistakes, std::string_view text, const Streams& streams) {
  const std::vector<std::string_view> lines = Split(text, '\n');
  for (Diagnostic& mistake : mistakes) {
    const auto index = static_cast<size_t>(std::max(mistake.at.line, 1)) - 1;
    if (mistake.source_line.empty() && index < lines.size()) {
      mistake.source_line = std::string(lines[index]);
    }
  }
  PrintMistakes(mistakes, streams);
}

// JSON, or any FEEL expression without names; nullopt after a report.
std::optional<Value> ReadData(const std::string& file, const Streams& streams) {
  if (file.empty()) return Value(Context());
  const std::optional<std::string> text =
      file == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {}) : ReadFile(file);
  if (!text) {
    streams.err << "error: cannot read " << file << "\n";
    return std::nullopt;
  }
  Result<Value> json = ReadJson(*text, file);
  if (json) return *std::move(json);
  feel::Scope scope(feel::Dialect::kStandard);
  scope.UseZones(ZoneFiles());
  const auto compiled = feel::Compile(*text, scope, {file, 1, 1});
  const auto value = compiled ? feel::Evaluate(*compiled, {}, feel::NoHost())
                              : Result<Value>(Unexpected{compiled.error()});
  if (value) return *value;
  // What is meant to be JSON is told as JSON.
  const bool quoted = Trim(*text).starts_with("{\"") || Trim(*text).starts_with("[{\"");
  Tell(quoted ? json.error() : value.error(), *text, streams);
  return std::nullopt;
}

void Print(const Value& value, const Options& options, const Streams& streams) {
  streams.out << (options.json ? WriteJson(value) : dmn::AsFeel(value)) << "\n";
}

// The names an expression may use, with their values in the same order.
struct Names {
  feel::Scope scope;
  std::vector<Value> values;
};

Names NamesOf(const Value& data, const Options& options) {
  const bool standard = options.lenient || options.unary;
  Names out{feel::Scope(standard ? feel::Dialect::kStandard : feel::Dialect::kStrict), {}};
  out.scope.UseZones(ZoneFiles());
  if (!standard) chart::DeclareHostFunctions(out.scope);
  if (const Context* context = data.context()) {
    for (const auto& [name, value] : context->entries()) {
      out.scope.DeclareVariable(name, TypeOf(value));
      out.values.push_back(value);
    }
  }
  if (options.unary && data["?"].is_null() && data.context() == nullptr) {
    out.scope.DeclareVariable("?", TypeOf(data));
    out.values.push_back(data);
  }
  return out;
}

}  // namespace

namespace {

// A null in the data says nothing of what else may stand there.
Type WithoutNulls(const Type& type) {
  if (type.base == Type::Base::kNull) return Type::Any();
  Type out = type;
  if (type.element != nullptr) {
    out.element = std::make_shared<const Type>(WithoutNulls(*type.element));
  }
  if (type.fields != nullptr) {
    std::vector<Type::Field> fields;
    for (const auto& [name, field] : *type.fields) fields.emplace_back(name, WithoutNulls(field));
    out.fields = std::make_shared<const std::vector<Type::Field>>(std::move(fields));
  }
  return out;
}

}  // namespace

Type TypeOf(const Value& value) {
  return WithoutNulls(feel::TypeOf(value));
}

int Eval(const Options& options, const Streams& streams) {
  std::optional<Value> data = ReadData(options.data, streams);
  const auto set = SetOf(options, streams);
  if (!data || !set) return kExitCannot;
  if (!set->empty()) {
    Context entries = data->context() != nullptr ? *data->context() : Context();
    for (const auto& [name, value] : set->entries()) entries.Set(name, value);
    data = Value(std::move(entries));
  }
  const std::string& text = options.expression;
  const Names names = NamesOf(*data, options);
  const Location at{"", 1, 1};
  if (options.unary && !names.scope.FindVariable("?")) {
    streams.err << "error: nothing to test; give it as --set '?:=5', or as --data\n";
    return kExitCannot;
  }
  const auto compiled = options.unary ? feel::CompileUnaryTests(text, names.scope, at)
                                      : feel::Compile(text, names.scope, at);
  if (!compiled) {
    Tell(compiled.error(), text, streams);
    return kExitFindings;
  }
  if (options.lenient) {
    Diagnostics notes;
    const Value value = feel::EvaluateLenient(*compiled, names.values, feel::NoHost(), notes);
    Tell(notes, text, streams);
    Print(value, options, streams);
    return kExitDone;
  }
  EvalHost host(options);
  const auto value = feel::Evaluate(*compiled, names.values, host);
  for (const std::string& remark : host.remarks()) streams.err << "注：" << remark << "\n";
  if (!value) {
    Tell(value.error(), text, streams);
    return kExitFindings;
  }
  Print(*value, options, streams);
  return kExitDone;
}

// ---- decide -----------------------------------------------------------------------------------

Result<dmn::Model> ReadRules(const std::filesystem::path& file) {
  const std::optional<std::string> text = ReadFile(file);
  if (!text) return Fail("dmn.file", StrCat("cannot read ", file.string()));
  return dmn::Model::Read(*text, file.string(), conform::ModelsIn(file.parent_path()), ZoneFiles());
}

Diagnostics CheckRules(const std::filesystem::path& file) {
  const Result<dmn::Model> model = ReadRules(file);
  if (!model) return model.error();
  Diagnostics out = model->mistakes();
  Append(out, model->findings());
  return out;
}

namespace {

std::string KindWord(dmn::Described::Kind kind) {
  switch (kind) {
    case dmn::Described::Kind::kInput:
      return "input";
    case dmn::Described::Kind::kDecision:
      return "decision";
    case dmn::Described::Kind::kKnowledge:
      return "function";
    case dmn::Described::Kind::kService:
      return "service";
  }
  return "";
}

std::string NeedsOf(const dmn::Described& element) {
  std::vector<std::string> out;
  for (const auto& [name, type] : element.needs) out.push_back(StrCat(name, ": ", ToString(type)));
  return out.empty() ? "" : StrCat("(", Join(out, ", "), ")");
}

int ListElements(const dmn::Model& model, const Streams& streams) {
  for (const dmn::Described& element : model.elements()) {
    if (element.kind == dmn::Described::Kind::kInput) continue;
    streams.out << KindWord(element.kind) << " " << element.name << NeedsOf(element) << " -> "
                << ToString(element.type) << "\n";
  }
  Diagnostics found = model.mistakes();
  Append(found, model.findings());
  PrintMistakes(found, streams);
  return HasError(found) ? kExitFindings : kExitDone;
}

// The data as the element's inputs want them; mistakes are printed.
std::optional<std::vector<dmn::Given>> InputsOf(const dmn::Described& element, const Value& data,
                                                const Streams& streams) {
  std::vector<dmn::Given> out;
  Diagnostics mistakes;
  std::vector<std::string> known;
  for (const auto& [name, type] : element.needs) {
    known.push_back(name);
    const Value* given = data.context() == nullptr ? nullptr : data.context()->Find(name);
    if (given == nullptr) {
      mistakes.push_back({.code = "dmn.input",
                          .message = StrCat("\"", name, "\" is not given"),
                          .hint = StrCat("--set ", name, ":=…, null where there is none")});
      continue;
    }
    Result<Value> value = Conform(*given, type, name);
    if (value) {
      out.push_back({name, *std::move(value)});
    } else {
      Append(mistakes, value.error());
    }
  }
  if (data.context() != nullptr) {
    for (const auto& [name, value] : data.context()->entries()) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      mistakes.push_back({.code = "dmn.input",
                          .message = StrCat("\"", element.name, "\" has no input \"", name, "\""),
                          .hint = DidYouMean(name, known)});
    }
  }
  if (mistakes.empty()) return out;
  PrintMistakes(mistakes, streams);
  return std::nullopt;
}

Value AsValue(const dmn::Answer& answer) {
  List rules;
  for (const dmn::RulesUsed& used : answer.rules) {
    List numbers;
    for (const int rule : used.rules) numbers.emplace_back(Decimal(rule));
    rules.emplace_back(
        Context({{"table", Value(used.table)}, {"rules", Value(std::move(numbers))}}));
  }
  List notes;
  for (const Diagnostic& note : answer.notes) notes.emplace_back(Render(note));
  return Value(Context({{"value", answer.value},
                        {"rules", Value(std::move(rules))},
                        {"notes", Value(std::move(notes))}}));
}

}  // namespace

int Decide(const Options& options, const Streams& streams) {
  const Result<dmn::Model> model = ReadRules(options.names[0]);
  if (!model) {
    PrintMistakes(model.error(), streams);
    return kExitCannot;
  }
  if (options.names.size() == 1) return ListElements(*model, streams);
  const std::vector<dmn::Described> elements = model->elements();
  const auto it = std::find_if(elements.begin(), elements.end(), [&](const auto& element) {
    return element.name == options.names[1] && element.kind != dmn::Described::Kind::kInput;
  });
  if (it == elements.end()) {
    std::vector<std::string> names;
    names.reserve(elements.size());
    for (const auto& element : elements) names.push_back(element.name);
    const std::string hint = DidYouMean(options.names[1], names);
    streams.err << "error: " << options.names[0] << " has no decision \"" << options.names[1]
                << "\"" << (hint.empty() ? "" : "; ") << hint << "\n";
    return kExitCannot;
  }
  std::optional<Value> data = ReadData(options.data, streams);
  const auto set = SetOf(options, streams);
  if (!data || !set) return kExitCannot;
  Context entries = data->context() != nullptr ? *data->context() : Context();
  for (const auto& [name, value] : set->entries()) entries.Set(name, value);
  const auto inputs = InputsOf(*it, Value(std::move(entries)), streams);
  if (!inputs) return kExitCannot;
  const dmn::Answer answer = it->kind == dmn::Described::Kind::kDecision
                                 ? model->Decide(it->name, *inputs)
                                 : model->Call(it->name, *inputs);
  if (options.json) {
    streams.out << WriteJson(AsValue(answer)) << "\n";
  } else {
    streams.out << dmn::AsFeel(answer.value) << "\n";
    for (const dmn::RulesUsed& used : answer.rules) {
      std::vector<std::string> numbers;
      for (const int rule : used.rules) numbers.push_back(std::to_string(rule));
      streams.out << "规则 " << used.table << " 第" << Join(numbers, "、") << "条\n";
    }
  }
  PrintMistakes(answer.notes, streams);
  return answer.ok() ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
