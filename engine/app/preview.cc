#include "engine/app/preview.h"

#include <algorithm>

#include "engine/app/bundles.h"
#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/chart/scope.h"

namespace anjuan::app {

namespace fs = std::filesystem;

Result<TemplateFile> FindTemplate(const std::string& name, const fs::path& library) {
  fs::path path(name);
  if (fs::is_directory(path)) path /= "template.xml";
  if (!fs::exists(path)) path = library / "templates" / name / "template.xml";
  if (!fs::exists(path)) {
    return Fail({.code = "preview.template",
                 .message = StrCat("没有模板“", name, "”"),
                 .hint = StrCat("写 ", (library / "templates").string(),
                                " 里的文件夹名，或模板文件的路径")});
  }
  const bool kept = path.filename() == "template.xml";
  return TemplateFile{path, kept ? fs::absolute(path).parent_path().filename().string() : ""};
}

Result<std::vector<runtime::Definition>> IssuersOf(const TemplateFile& file,
                                                   const fs::path& library) {
  std::vector<runtime::Definition> out;
  if (file.code.empty()) return out;
  // Only charts that name it: reading all takes longer than the preview.
  std::vector<fs::path> bundles = AllBundles(library);
  std::erase_if(bundles, [&](const fs::path& bundle) {
    const auto chart = ReadFile(bundle / "chart.scxml");
    return !chart || chart->find(StrCat("\"", file.code, "\"")) == std::string::npos;
  });
  if (bundles.empty()) return out;
  runtime::Surroundings surroundings;
  for (const fs::path& bundle : AllBundles(library)) {
    surroundings.processes.push_back(bundle.filename().string());
  }
  const Diagnostics found = CheckBundles(surroundings, bundles,
                                         fs::absolute(file.path).parent_path().parent_path(), &out);
  if (HasError(found)) return Unexpected(found);
  std::erase_if(out, [&](const runtime::Definition& definition) {
    return !definition.templates.contains(file.code);
  });
  return out;
}

namespace {

// In JSON dates are strings; a sample means them as dates.
Value Revived(const Value& value) {
  if (value.string() != nullptr) {
    if (const auto date = ParseDate(*value.string())) return Value(*date);
    if (const auto time = ParseDateTime(*value.string())) return Value(*time);
    return value;
  }
  if (const List* list = value.list()) {
    List out;
    for (const Value& item : *list) out.push_back(Revived(item));
    return Value(std::move(out));
  }
  if (const Context* context = value.context()) {
    Context out;
    for (const auto& [name, item] : context->entries()) out.Set(name, Revived(item));
    return Value(std::move(out));
  }
  return value;
}

// A whole sample.json may be given: what lies under "data" stands beside the rest.
void Declare(const Value& data, feel::Scope& scope, std::vector<Value>& variables) {
  if (data.context() == nullptr) return;
  for (const auto& [name, value] : data.context()->entries()) {
    if (name == "data" && value.context() != nullptr) {
      Declare(value, scope, variables);
      continue;
    }
    scope.DeclareVariable(name, Type::Any());
    variables.push_back(Revived(value));
  }
}

}  // namespace

Result<LooseTemplate> ReadLoose(const TemplateFile& file, const Value& data) {
  const auto text = ReadFile(file.path);
  if (!text) return Fail("preview.template", StrCat("cannot read ", file.path.string()));
  const fs::path shared = fs::absolute(file.path).parent_path().parent_path() / "shared";
  const auto include = [&](std::string_view href) {
    return ReadFile(shared / StrCat(href, ".xml"));
  };
  const auto source = doc::ReadTemplate(*text, file.path.string(), include);
  if (!source) return Unexpected(source.error());
  feel::Scope scope;
  LooseTemplate out;
  Declare(data, scope, out.variables);
  chart::DeclareHostFunctions(scope);
  auto compiled = doc::Compile(*source, scope);
  if (!compiled) return Unexpected(std::move(compiled).error());
  out.compiled = std::move(*compiled);
  return out;
}

Result<std::vector<Value>> SampleVariables(const chart::Chart& chart, const Value& sample) {
  Diagnostics mistakes;
  Context typed;
  const Value& data = sample["data"];
  if (data.context() == nullptr) {
    return Fail({.code = "preview.data",
                 .message = "the data have no entry \"data\"",
                 .hint = "an object with data, addressee, issuer, args and _x, as in "
                         "templates/*/sample.json"});
  }
  const auto conform = [&](const Value& value, const Type& type, const std::string& name) {
    Result<Value> out = Conform(value, type, name);
    if (out) return std::move(*out);
    Append(mistakes, std::move(out).error());
    return Value();
  };
  for (const auto& [name, value] : data.context()->entries()) {
    const int slot = chart.FindData(name);
    if (slot < 0 && chart.FindParty(name) < 0) {
      mistakes.push_back({.code = "preview.data",
                          .message = StrCat(name, " is no data of ", chart.name),
                          .hint = "anjuan template fields lists what the template reads"});
      continue;
    }
    const Type type = slot < 0 ? chart::PartyType() : chart.data[static_cast<size_t>(slot)].type;
    typed.Set(name, conform(value, type, name));
  }
  const Value x = conform(sample["_x"], chart::PaperXType(), "_x");
  if (!mistakes.empty()) return Unexpected(std::move(mistakes));
  const Value arguments = Revived(sample["args"]);
  return chart::TemplateVariables(chart, typed, sample["addressee"], sample["issuer"],
                                  arguments.context() == nullptr ? Context() : *arguments.context(),
                                  x);
}

std::string SourceOf(const chart::Chart* chart, const std::string& path) {
  const std::string name = path.substr(0, path.find('.'));
  const auto labelled = [&](std::string_view kind, const std::string& label) {
    return StrCat(kind, " ", path, label.empty() ? "" : StrCat("（", label, "）"));
  };
  if (name == "addressee") return labelled("受文方", "");
  if (name == "issuer") return labelled("发文方", "");
  if (name == "args") return labelled("签发参数", "");
  if (name == "_x") return labelled("办理情况", "");
  if (chart == nullptr) return labelled("数据", "");
  if (const int slot = chart->FindData(name); slot >= 0) {
    return labelled("数据", chart->data[static_cast<size_t>(slot)].label);
  }
  if (const int party = chart->FindParty(name); party >= 0) {
    return labelled("当事方", chart->parties[static_cast<size_t>(party)].label);
  }
  return labelled("循环变量", "");
}

}  // namespace anjuan::app
