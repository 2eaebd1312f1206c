#include "engine/app/bundles.h"

#include <algorithm>
#include <memory>
#include <set>

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/chart/examine.h"
#include "engine/runtime/people.h"
#include "engine/xml/xml.h"

namespace anjuan::app {

namespace fs = std::filesystem;

std::vector<fs::path> AllBundles(const fs::path& library) {
  std::vector<fs::path> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(library / "workflows", error)) {
    if (fs::exists(entry.path() / "chart.scxml")) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<fs::path> BundlesOf(const std::vector<std::string>& names, const fs::path& library) {
  if (names.empty()) return AllBundles(library);
  std::vector<fs::path> out;
  for (const std::string& name : names) {
    fs::path path(name);
    if (path.filename() == "chart.scxml") path = path.parent_path();
    if (path.filename().empty()) path = path.parent_path();
    if (!fs::exists(path) && fs::exists(library / "workflows" / name)) {
      path = library / "workflows" / name;
    }
    if (fs::exists(path / "workflows")) {
      for (fs::path& bundle : AllBundles(path)) out.push_back(std::move(bundle));
    } else {
      out.push_back(std::move(path));
    }
  }
  return out;
}

fs::path TemplatesOf(const std::vector<fs::path>& bundles, const fs::path& library) {
  if (!bundles.empty()) {
    fs::path beside = bundles[0].parent_path().parent_path() / "templates";
    if (fs::exists(beside)) return beside;
  }
  return library / "templates";
}

namespace {

// The expressions in the braces of a text.
void CollectBraces(std::string_view text, std::vector<std::string>& out) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '{') continue;
    int depth = 0;
    bool quoted = false;
    size_t end = at;
    for (; end < text.size(); ++end) {
      if (text[end] == '"') quoted = !quoted;
      if (quoted) continue;
      if (text[end] == '{') ++depth;
      if (text[end] == '}' && --depth == 0) break;
    }
    if (end >= text.size()) return;
    out.emplace_back(Trim(text.substr(at + 1, end - at - 1)));
    at = end;
  }
}

// Data a template cannot do without: in the braces of its text, where no condition leaves it out.
std::vector<std::string> NeededBy(const std::string& text) {
  const Result<xml::Document> document = xml::Read(text, "");
  if (!document) return {};
  std::vector<std::string> expressions;
  std::vector<const xml::Element*> open = {document->root.get()};
  while (!open.empty()) {
    const xml::Element* element = open.back();
    open.pop_back();
    // Repeated and conditional parts may not be there; in them names may be items of a list.
    if (element->Find("if") != nullptr || element->Find("each") != nullptr ||
        element->Find("for") != nullptr) {
      continue;
    }
    for (const xml::Node& node : element->children) {
      if (const auto* text_node = std::get_if<xml::Text>(&node)) {
        CollectBraces(text_node->text, expressions);
      }
    }
    for (const xml::Element* child : element->Elements()) open.push_back(child);
  }
  std::vector<std::string> out;
  for (const std::string& expression : expressions) {
    for (std::string& name : chart::NeedsValue(expression, true)) out.push_back(std::move(name));
  }
  return out;
}

chart::Subject SubjectOf(const runtime::Definition& definition, const Diagnostics& told) {
  chart::Subject subject;
  subject.chart = definition.chart.get();
  subject.text = definition.files.at("chart.scxml");
  subject.told = told;
  subject.form = [&definition](std::string_view id) -> std::optional<Type> {
    const auto it = definition.forms.find(std::string(id));
    if (it == definition.forms.end()) return std::nullopt;
    return form::DataType(it->second);
  };
  const std::optional<Type> opening = subject.form(definition.chart->form);
  if (opening && opening->fields != nullptr) {
    subject.opened_with.emplace();
    for (const auto& [name, type] : *opening->fields) subject.opened_with->insert(name);
  }
  for (const auto& [code, compiled] : definition.templates) {
    const auto file = definition.files.find(StrCat("templates/", code, "/template.xml"));
    if (file != definition.files.end()) subject.templates[code] = NeededBy(file->second);
  }
  return subject;
}

// Reads bundles one by one and keeps what was read of refused ones too.
struct ReadBundles {
  std::vector<std::unique_ptr<runtime::Definition>> definitions;
  std::vector<chart::Subject> subjects;

  void Add(const fs::path& bundle, const fs::path& templates, runtime::Surroundings surroundings,
           bool wanted, Diagnostics& found, std::vector<runtime::Definition>* accepted) {
    auto kept = std::make_unique<runtime::Definition>();
    surroundings.refused = kept.get();
    Result<runtime::Definition> definition = runtime::ReadDefinition(
        ReadBundle(bundle, templates), surroundings, bundle.string(), templates.string());
    Diagnostics told = definition ? definition->warnings : std::move(definition.error());
    if (definition) {
      *kept = *std::move(definition);
      if (accepted != nullptr) accepted->push_back(*kept);
    }
    if (kept->chart != nullptr && kept->files.contains("chart.scxml")) {
      subjects.push_back(SubjectOf(*kept, told));
      subjects.back().wanted = wanted;
    }
    Append(found, std::move(told));
    definitions.push_back(std::move(kept));
  }
};

}  // namespace

Diagnostics CheckBundles(const runtime::Surroundings& surroundings,
                         const std::vector<fs::path>& bundles, const fs::path& templates,
                         std::vector<runtime::Definition>* definitions, Checks checks) {
  runtime::Surroundings all = surroundings;
  for (const fs::path& bundle : bundles) all.processes.push_back(bundle.filename().string());
  Diagnostics out;
  ReadBundles read;
  std::set<fs::path> seen;
  for (const fs::path& bundle : bundles) {
    seen.insert(fs::weakly_canonical(bundle));
    const size_t before = read.definitions.size();
    read.Add(bundle, templates, all, true, out, definitions);
    const std::string& name = read.definitions[before]->name;
    if (!name.empty() && name != bundle.filename().string()) {
      out.push_back({.code = "definition.name",
                     .message = "the chart's name differs from its folder's",
                     .at = {(bundle / "chart.scxml").string(), 1, 1},
                     .hint = "a process is found by its folder's name"});
    }
  }
  if (checks == Checks::kReading) return out;
  // Their parents and children, whose own mistakes are not asked for.
  std::set<fs::path> folders;
  for (const fs::path& bundle : bundles) folders.insert(fs::absolute(bundle).parent_path());
  for (const fs::path& folder : folders) {
    for (const fs::path& other : AllBundles(folder.parent_path())) {
      if (!seen.insert(fs::weakly_canonical(other)).second) continue;
      Diagnostics ignored;
      read.Add(other, templates, all, false, ignored, nullptr);
    }
  }
  Append(out, chart::Examine(read.subjects));
  return out;
}

Diagnostics PublishAll(runtime::Office& office, const std::vector<fs::path>& bundles,
                       const fs::path& templates, Checks checks) {
  const auto registers = office.registers();
  runtime::Surroundings surroundings;
  office.store().Read([&](port::Reader& reader) { surroundings = office.SurroundingsFor(reader); });
  surroundings.registers = registers.get();
  std::vector<runtime::Definition> definitions;
  Diagnostics found = CheckBundles(surroundings, bundles, templates, &definitions, checks);
  if (HasError(found)) return found;
  office.store().Transact([&](port::Transaction& transaction) {
    for (const runtime::Definition& definition : definitions) {
      office.Publish(transaction, definition, runtime::kOperator);
    }
    return true;
  });
  return found;
}

}  // namespace anjuan::app
