// init, check, publish, import: setting an office up.

#include <ostream>

#include "engine/app/bundles.h"
#include "engine/app/commands.h"
#include "engine/base/text.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/records.h"

namespace anjuan::app {

namespace fs = std::filesystem;

int Init(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const bool manual = options.clock == "manual";
  std::optional<Instant> now;
  if (manual) {
    now = ParseMoment(options.at.empty() ? "2023-01-01" : options.at);
    if (!now) {
      streams.err << "error: --at " << options.at << ": no date or time\n";
      return kExitCannot;
    }
  }
  Result<std::unique_ptr<OpenOffice>> made = OpenOffice::Create(
      options.names[0], *library, options.area,
      manual ? runtime::ClockKind::kManual : runtime::ClockKind::kReal, now.value_or(0));
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  streams.out << options.names[0] << ": office of area " << options.area << ", " << options.clock
              << " clock\n"
              << "next: anjuan -C " << options.names[0] << " import enterprises LIST.csv\n";
  return kExitDone;
}

namespace {

// What FILE|FOLDER arguments name: bundles; without arguments those of the library.
std::vector<fs::path> BundlesOf(const Options& options, const fs::path& library) {
  if (options.names.empty()) return AllBundles(library);
  std::vector<fs::path> out;
  for (const std::string& name : options.names) {
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

// Templates stand beside the workflows of a bundle's own library, else in ours.
fs::path TemplatesOf(const std::vector<fs::path>& bundles, const fs::path& library) {
  if (!bundles.empty()) {
    fs::path beside = bundles[0].parent_path().parent_path() / "templates";
    if (fs::exists(beside)) return beside;
  }
  return library / "templates";
}

}  // namespace

int Check(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const std::vector<fs::path> bundles = BundlesOf(options, *library);
  // Roles and parameters come from the shipped tables, or from the office where one is named.
  std::unique_ptr<OpenOffice> open;
  if (fs::exists(options.folder / "office.db")) {
    open = OpenFolder(options, streams);
  } else {
    Result<std::unique_ptr<OpenOffice>> scratch = OpenOffice::Empty(*library);
    if (!scratch) {
      PrintMistakes(scratch.error(), streams);
      return kExitCannot;
    }
    open = std::move(*scratch);
  }
  if (open == nullptr) return kExitCannot;
  runtime::Surroundings surroundings;
  open->office().store().Read(
      [&](port::Reader& reader) { surroundings = open->office().SurroundingsFor(reader); });
  for (const fs::path& other : AllBundles(*library)) {
    surroundings.processes.push_back(other.filename().string());
  }
  const auto registers = open->office().registers();
  surroundings.registers = registers.get();
  const Diagnostics found =
      CheckBundles(surroundings, bundles, TemplatesOf(bundles, *library), nullptr);
  PrintMistakes(found, streams);
  if (HasError(found)) return kExitFindings;
  streams.out << bundles.size() << " checked, no errors\n";
  return kExitDone;
}

int Publish(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  const std::unique_ptr<OpenOffice> open = library ? OpenFolder(options, streams) : nullptr;
  if (open == nullptr) return kExitCannot;
  const std::vector<fs::path> bundles = BundlesOf(options, *library);
  const Diagnostics found = PublishAll(open->office(), bundles, TemplatesOf(bundles, *library));
  PrintMistakes(found, streams);
  if (HasError(found)) return kExitFindings;
  open->office().store().Read([&](port::Reader& reader) {
    for (const fs::path& bundle : bundles) {
      const auto record = runtime::LatestDefinition(reader, bundle.filename().string());
      if (!record) continue;
      streams.out << record->name << " version " << record->version << " " << record->hash << "\n";
    }
  });
  return kExitDone;
}

int Import(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  std::optional<std::string> bytes = ReadFile(options.names[1]);
  if (!bytes) {
    streams.err << "error: cannot read " << options.names[1] << "\n";
    return kExitCannot;
  }
  const Result<runtime::ImportReport> report =
      runtime::ImportList(open->office(), options.names[0], std::move(*bytes), options.names[1]);
  if (!report) {
    PrintMistakes(report.error(), streams);
    streams.err << report.error().size() << " 处有误，未导入任何一行\n";
    return kExitFindings;
  }
  PrintMistakes(report->warnings, streams);
  streams.out << report->rows << " rows read, " << report->changed << " new or changed\n";
  return kExitDone;
}

}  // namespace anjuan::app
