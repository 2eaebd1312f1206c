#include "engine/feel/builtin.h"

#include <algorithm>
#include <array>
#include <map>

#include "engine/base/text.h"

namespace anjuan::feel {

namespace {

Type TableType(std::string_view text) {
  if (text == "list") return Type::ListOf(Type::Any());
  if (text == "context") return Type::Of(Type::Base::kContext);
  if (text == "range") return Type::Of(Type::Base::kRange);
  if (text == "function") return Type::Of(Type::Base::kFunction);
  auto type = ParseType(text);
  ANJUAN_CHECK(type.has_value());  // the tables are ours
  return *std::move(type);
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

Builtin::Parameter ReadParameter(std::string_view text) {
  const size_t colon = text.find(':');
  ANJUAN_CHECK(colon != std::string_view::npos);
  std::string_view name = Trim(text.substr(0, colon));
  std::string_view type = Trim(text.substr(colon + 1));
  Builtin::Parameter out;
  out.variadic = TakeSuffix(name, "...");
  out.optional = TakeSuffix(name, "?");
  out.nullable = TakeSuffix(type, "?");
  out.name = std::string(name);
  out.type = TableType(type);
  return out;
}

void ReadResult(std::string_view text, Builtin& out) {
  struct Named {
    std::string_view text;
    Builtin::Rule rule;
  };
  constexpr std::array kRules = {
      Named{"first", Builtin::Rule::kFirst}, Named{"element", Builtin::Rule::kElementOfFirst},
      Named{"list of first", Builtin::Rule::kListOfFirst}, Named{"either", Builtin::Rule::kEither}};
  for (const Named& named : kRules) {
    if (named.text != text) continue;
    out.rule = named.rule;
    return;
  }
  out.result = TableType(text);
}

Builtin ReadRow(const BuiltinRow& row) {
  Builtin out;
  out.name = std::string(row.name);
  out.run = row.run;
  if (!row.parameters.empty()) {
    for (const std::string_view piece : Split(row.parameters, ',')) {
      out.parameters.push_back(ReadParameter(piece));
    }
  }
  ReadResult(row.result, out);
  return out;
}

struct Table {
  std::vector<Builtin> all;
  std::map<std::string, std::vector<const Builtin*>, std::less<>> by_name;
  std::vector<std::string> names;
};

Table BuildTable() {
  Table table;
  for (const auto rows :
       {TemporalRows(), NumberRows(), StringRows(), ListRows(), ContextRows(), RangeRows()}) {
    for (const BuiltinRow& row : rows) table.all.push_back(ReadRow(row));
  }
  for (const Builtin& builtin : table.all) table.by_name[builtin.name].push_back(&builtin);
  for (const auto& [name, rows] : table.by_name) table.names.push_back(name);
  return table;
}

const Table& TheTable() {
  static const Table kTable = BuildTable();
  return kTable;
}

}  // namespace

size_t Builtin::LeastCount() const {
  return static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(),
                                           [](const Parameter& p) { return !p.optional; }));
}

bool Builtin::TakesCount(size_t count) const {
  if (!parameters.empty() && parameters.back().variadic) return count >= LeastCount();
  return count >= LeastCount() && count <= parameters.size();
}

std::string Builtin::Signature() const {
  std::string out = name + "(";
  for (size_t i = 0; i < parameters.size(); ++i) {
    const Parameter& parameter = parameters[i];
    if (i > 0) out += ", ";
    out += StrCat(parameter.name, parameter.optional ? "?" : "", parameter.variadic ? "..." : "",
                  ": ", ToString(parameter.type));
  }
  return out + ")";
}

const std::vector<const Builtin*>& FindBuiltins(std::string_view name) {
  static const std::vector<const Builtin*> kNone;
  const auto& table = TheTable().by_name;
  const auto it = table.find(name);
  return it == table.end() ? kNone : it->second;
}

const std::vector<std::string>& BuiltinNames() {
  return TheTable().names;
}

Answer BudgetSpent() {
  return NoAnswer{"feel.budget", "the budget of this evaluation is used up"};
}
NoAnswer ArgumentError(std::string message) {
  return {"feel.arguments", std::move(message)};
}
NoAnswer RangeTrouble(std::string message) {
  return {"feel.range", std::move(message)};
}
NoAnswer NullTrouble(std::string message) {
  return {"feel.null", std::move(message)};
}

}  // namespace anjuan::feel
