#include "engine/runtime/definition.h"

#include <algorithm>
#include <set>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/chart/scope.h"
#include "engine/value/json.h"
#include "engine/xml/xml.h"

namespace anjuan::runtime {

std::string ManifestOf(const Files& files) {
  Context entries;
  for (const auto& [path, bytes] : files) entries.Set(path, Value(ToHex(Sha256(bytes))));
  return WriteCanonical(
      Value(Context({{"v", Value("anjuan.manifest/1")}, {"files", Value(std::move(entries))}})));
}

namespace {

constexpr std::string_view kChart = "chart.scxml";
constexpr std::string_view kTemplates = "templates/";

// Types of the declared data, read ahead: forms need them, and the chart needs the forms. What is
// wrong with a declaration is reported by the chart's own reader.
std::map<std::string, Type, std::less<>> DeclaredTypes(std::string_view text) {
  std::map<std::string, Type, std::less<>> out;
  const Result<xml::Document> document = xml::Read(text, "");
  if (!document) return out;
  std::vector<const xml::Element*> open = {document->root.get()};
  while (!open.empty()) {
    const xml::Element* element = open.back();
    open.pop_back();
    for (const xml::Element* child : element->Elements()) open.push_back(child);
    if (element->name != "data") continue;
    const Result<Type> type = ParseType(element->Get("type", "urn:anjuan:workflow:1", "any"));
    if (type) out[element->Get("id")] = *type;
  }
  return out;
}

class DefinitionReader {
 public:
  DefinitionReader(Files files, const Surroundings& surroundings, std::string_view root,
                   std::string_view templates_root)
      : files_(std::move(files)),
        surroundings_(surroundings),
        root_(root),
        templates_root_(templates_root) {}

  Result<Definition> Read() {
    const auto chart_text = files_.find(std::string(kChart));
    if (chart_text == files_.end()) {
      return Fail({.code = "definition.chart",
                   .message = "no chart.scxml",
                   .at = {root_},
                   .hint = "a workflow is a folder with chart.scxml, forms/ and cases/"});
    }
    ReadForms(DeclaredTypes(chart_text->second));
    ReadRules();
    ReadTheChart(chart_text->second);
    if (out_.chart != nullptr) {
      out_.template_scope = chart::TemplateScope(*out_.chart);
      CheckNames();
      ReadTemplates();
      Append(mistakes_, out_.chart->warnings);
    }
    if (HasError(mistakes_)) {
      if (surroundings_.refused != nullptr) {
        out_.files = std::move(files_);
        *surroundings_.refused = std::move(out_);
      }
      return Unexpected{std::move(mistakes_)};
    }
    out_.warnings = std::move(mistakes_);
    out_.name = out_.chart->name;
    out_.files = std::move(kept_);
    out_.files[std::string(kChart)] = chart_text->second;
    out_.manifest = ManifestOf(out_.files);
    out_.hash = ToHex(Sha256(out_.manifest));
    return std::move(out_);
  }

 private:
  void ReadForms(const std::map<std::string, Type, std::less<>>& types) {
    const auto find = [&](std::string_view id) -> const Type* {
      const auto it = types.find(id);
      return it == types.end() ? nullptr : &it->second;
    };
    for (const auto& [path, text] : files_) {
      if (!path.starts_with("forms/") || !path.ends_with(".json")) continue;
      Result<form::Form> form = form::ReadForm(text, StrCat(root_, "/", path), find);
      if (!form) {
        Append(mistakes_, form.error());
        continue;
      }
      const std::string id = path.substr(6, path.size() - 11);
      form_names_.push_back(id);
      out_.forms.emplace(id, std::move(*form));
      kept_[path] = text;
    }
  }

  void ReadRules() {
    out_.rules = Rules::Read(files_, root_, mistakes_);
    for (const auto& [path, text] : files_) {
      if (path.starts_with("rules/") && path.ends_with(".dmn")) kept_[path] = text;
    }
  }

  void ReadTheChart(const std::string& text) {
    chart::ReadOptions options;
    options.functions = out_.rules.functions();
    options.form = [&](std::string_view id) -> std::optional<Type> {
      const auto it = out_.forms.find(std::string(id));
      if (it == out_.forms.end()) return std::nullopt;
      return form::DataType(it->second);
    };
    options.form_names = form_names_;
    chart::Chart refused;
    options.refused = &refused;
    Result<chart::Chart> read = chart::ReadChart(text, StrCat(root_, "/", kChart), options);
    if (!read) {
      Append(mistakes_, read.error());
      // All mistakes at once: what it names outside itself is looked at all the same.
      if (!refused.states.empty()) {
        out_.chart = std::make_shared<const chart::Chart>(std::move(refused));
      }
      return;
    }
    out_.chart = std::make_shared<const chart::Chart>(std::move(*read));
  }

  void CheckName(const chart::NameUse& use, std::string_view what, std::string_view code,
                 bool known, const std::vector<std::string>& candidates) {
    if (known) return;
    mistakes_.push_back({.code = std::string(code),
                         .message = StrCat("no ", what, " \"", use.name, "\""),
                         .at = use.at,
                         .hint = DidYouMean(use.name, candidates)});
  }

  void CheckNames() {
    const Registers* registers = surroundings_.registers;
    if (registers == nullptr) return;
    std::vector<std::string> roles = registers->RoleIds();
    const std::vector<std::string> offices = registers->OfficeRoles();
    roles.insert(roles.end(), offices.begin(), offices.end());
    for (const chart::NameUse& use : out_.chart->roles) {
      CheckName(use, "role", "definition.role",
                std::find(roles.begin(), roles.end(), use.name) != roles.end(), roles);
    }
    for (const chart::NameUse& use : out_.chart->parameters) {
      CheckName(use, "parameter", "definition.parameter", registers->HasParameter(use.name),
                registers->ParameterIds());
    }
    const auto check_process = [&](const chart::NameUse& use) {
      const auto& known = surroundings_.processes;
      const bool found = use.name == out_.chart->name ||
                         std::find(known.begin(), known.end(), use.name) != known.end();
      CheckName(use, "process", "definition.process", found, known);
    };
    for (const chart::SpawnUse& use : out_.chart->spawns) check_process({use.process, use.at});
    for (const chart::NameUse& use : out_.chart->processes) check_process(use);
  }

  std::vector<std::string> TemplateCodes() const {
    std::vector<std::string> out;
    for (const auto& [path, text] : files_) {
      if (path.starts_with(kTemplates) && path.ends_with("/template.xml")) {
        out.push_back(path.substr(kTemplates.size(), path.size() - kTemplates.size() - 13));
      }
    }
    return out;
  }

  void ReadTemplates() {
    std::set<std::string> wanted;
    for (const chart::TemplateUse& use : out_.chart->templates) {
      if (files_.contains(StrCat(kTemplates, use.code, "/template.xml"))) {
        wanted.insert(use.code);
      } else {
        CheckName({use.code, use.at}, "template", "definition.template", false, TemplateCodes());
      }
    }
    for (const chart::NameUse& use : out_.chart->documents) {
      CheckName(use, "document issued by this workflow", "definition.document",
                wanted.contains(use.name), {wanted.begin(), wanted.end()});
    }
    for (const std::string& code : wanted) ReadTemplate(code);
  }

  void ReadTemplate(const std::string& code) {
    const std::string path = StrCat(kTemplates, code, "/template.xml");
    const std::string file = StrCat(templates_root_, "/", code, "/template.xml");
    const auto include = [&](std::string_view href) -> std::optional<std::string> {
      const std::string shared = StrCat(kTemplates, "shared/", href, ".xml");
      const auto it = files_.find(shared);
      if (it == files_.end()) return std::nullopt;
      kept_[shared] = it->second;
      return it->second;
    };
    const Result<doc::Template> read = doc::ReadTemplate(files_.at(path), file, include);
    if (!read) {
      Append(mistakes_, read.error());
      return;
    }
    if (read->code != code) {
      mistakes_.push_back({.code = "definition.template",
                           .message = StrCat("the template calls itself ", read->code),
                           .at = {file, 1, 1},
                           .hint = "the code must be the folder's name"});
    }
    Result<doc::CompiledTemplate> compiled = doc::Compile(*read, out_.template_scope);
    if (!compiled) {
      Append(mistakes_, compiled.error());
      return;
    }
    CheckFields(*compiled);
    kept_[path] = files_.at(path);
    out_.templates.emplace(code, std::move(*compiled));
  }

  // A field that is declared but that nothing ever fills would fail on the first real letter.
  void CheckFields(const doc::CompiledTemplate& compiled) {
    for (const doc::FieldUse& use : doc::Fields(compiled)) {
      const std::string name = use.path.substr(0, use.path.find('.'));
      const int slot = out_.chart->FindData(name);
      if (slot < 0 || out_.chart->data[static_cast<size_t>(slot)].written) continue;
      if (FormsFill(name)) continue;
      mistakes_.push_back({.code = "definition.field",
                           .message = StrCat("field \"", name, "\" is declared, but nothing in ",
                                             out_.chart->name, " ever writes it"),
                           .at = use.at,
                           .hint = "add it to a form, or assign it"});
    }
  }

  bool FormsFill(const std::string& name) const {
    return std::any_of(out_.forms.begin(), out_.forms.end(), [&](const auto& entry) {
      return form::DataType(entry.second).FindField(name) != nullptr;
    });
  }

  Files files_;
  const Surroundings& surroundings_;
  std::string root_;
  std::string templates_root_;
  Definition out_;
  Files kept_;
  std::vector<std::string> form_names_;
  Diagnostics mistakes_;
};

}  // namespace

Result<Definition> ReadDefinition(Files files, const Surroundings& surroundings,
                                  std::string_view root, std::string_view templates_root) {
  return DefinitionReader(std::move(files), surroundings, root, templates_root).Read();
}

}  // namespace anjuan::runtime
