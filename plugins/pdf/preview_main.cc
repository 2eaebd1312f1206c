// preview_template TEMPLATE.xml SAMPLE.json OUT.pdf: renders a template with its sample data, for
// those who write templates. Every entry of the sample is a variable of type Any; entries of "data"
// stand beside "addressee", "issuer", "args" and "_x".
#include <fstream>
#include <iostream>
#include <sstream>

#include "engine/base/text.h"
#include "engine/doc/layout.h"
#include "engine/value/json.h"
#include "plugins/pdf/pdf.h"

namespace {

using namespace anjuan;  // NOLINT(google-build-using-namespace): a program of one file

std::optional<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

int Complain(const Diagnostics& diagnostics) {
  std::cerr << Render(diagnostics);
  return 1;
}

// Dates in JSON are strings; a sample means them as dates.
Value Revive(const Value& value) {
  if (value.string() != nullptr) {
    if (const auto date = ParseDate(*value.string())) return Value(*date);
    if (const auto time = ParseDateTime(*value.string())) return Value(*time);
    return value;
  }
  if (value.list() != nullptr) {
    List out;
    for (const Value& item : *value.list()) out.push_back(Revive(item));
    return Value(std::move(out));
  }
  if (value.context() != nullptr) {
    Context out;
    for (const auto& [name, item] : value.context()->entries()) out.Set(name, Revive(item));
    return Value(std::move(out));
  }
  return value;
}

class PreviewHost : public feel::Host {
 public:
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    if (function == "chinese_date" && arguments[0].date() != nullptr) {
      return Value(ToChinese(*arguments[0].date()));
    }
    if (!arguments.empty()) return arguments[0];
    return Value();
  }
};

void Declare(const Value& sample, feel::Scope& scope, std::vector<Value>& variables) {
  if (sample.context() == nullptr) return;
  for (const auto& [name, value] : sample.context()->entries()) {
    if (name == "data" && value.context() != nullptr) {
      Declare(value, scope, variables);
      continue;
    }
    scope.DeclareVariable(name, Type::Any());
    variables.push_back(Revive(value));
  }
}

void DeclareFunctions(feel::Scope& scope) {
  for (const char* name : {"chinese_date", "amount_in_capitals", "mask_id", "mask_phone"}) {
    scope.DeclareFunction({name, {{"value", Type::Any(), false}}, Type::Any()});
  }
  scope.DeclareFunction(
      {"label", {{"value", Type::Any(), false}, {"field", Type::Any(), false}}, Type::Any()});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: preview_template TEMPLATE.xml SAMPLE.json OUT.pdf [--dump]\n";
    return 2;
  }
  const std::string path = argv[1];
  const auto text = ReadFile(path);
  const auto json = ReadFile(argv[2]);
  if (!text || !json) {
    std::cerr << "cannot read " << (text ? argv[2] : path) << "\n";
    return 1;
  }
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash);
  const auto include = [&](std::string_view href) {
    return ReadFile(StrCat(folder, "/../shared/", href, ".xml"));
  };
  const auto source = doc::ReadTemplate(*text, path, include);
  if (!source) return Complain(source.error());
  const auto sample = ReadJson(*json, argv[2]);
  if (!sample) return Complain(sample.error());
  feel::Scope scope;
  std::vector<Value> variables;
  Declare(*sample, scope, variables);
  DeclareFunctions(scope);
  const auto compiled = doc::Compile(*source, scope);
  if (!compiled) return Complain(compiled.error());
  const auto fonts = pdf::OpenFonts();
  if (!fonts) return Complain(fonts.error());
  PreviewHost host;
  const auto pages = doc::Layout(*compiled, variables, host, pdf::Source(**fonts).metrics());
  if (!pages) return Complain(pages.error());
  std::cerr << Render(pages->notes);
  if (argc > 4) std::cout << doc::Dump(*pages);
  const auto bytes = pdf::MakePageWriter(*fonts)->Write(*pages, "0123456789abcdef");
  if (!bytes) return Complain(bytes.error());
  std::ofstream out(argv[3], std::ios::binary);
  out << *bytes;
  return out ? 0 : 1;
}
