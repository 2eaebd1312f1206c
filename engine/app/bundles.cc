#include "engine/app/bundles.h"

#include <algorithm>

#include "engine/app/folder.h"
#include "engine/runtime/people.h"

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

Diagnostics CheckBundles(const runtime::Surroundings& surroundings,
                         const std::vector<fs::path>& bundles, const fs::path& templates,
                         std::vector<runtime::Definition>* definitions) {
  runtime::Surroundings all = surroundings;
  for (const fs::path& bundle : bundles) all.processes.push_back(bundle.filename().string());
  Diagnostics out;
  for (const fs::path& bundle : bundles) {
    Result<runtime::Definition> definition = runtime::ReadDefinition(
        ReadBundle(bundle, templates), all, bundle.string(), templates.string());
    if (!definition) {
      Append(out, definition.error());
      continue;
    }
    Append(out, definition->warnings);
    if (definition->name != bundle.filename().string()) {
      out.push_back({.code = "definition.name",
                     .message = "the chart's name differs from its folder's",
                     .at = {(bundle / "chart.scxml").string(), 1, 1},
                     .hint = "a process is found by its folder's name"});
    }
    if (definitions != nullptr) definitions->push_back(std::move(*definition));
  }
  return out;
}

Diagnostics PublishAll(runtime::Office& office, const std::vector<fs::path>& bundles,
                       const fs::path& templates) {
  const auto registers = office.registers();
  runtime::Surroundings surroundings;
  office.store().Read([&](port::Reader& reader) { surroundings = office.SurroundingsFor(reader); });
  surroundings.registers = registers.get();
  std::vector<runtime::Definition> definitions;
  Diagnostics found = CheckBundles(surroundings, bundles, templates, &definitions);
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
