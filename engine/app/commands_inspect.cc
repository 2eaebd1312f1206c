// inspect: the four-property check of a dossier, or of what a case's dossier would be.

#include <filesystem>
#include <ostream>
#include <utility>

#include "engine/app/commands.h"
#include "engine/app/dossier_files.h"
#include "engine/app/library_page.h"
#include "engine/app/sealing.h"
#include "engine/base/text.h"
#include "engine/inspect/four_properties.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/sealer.h"
#include "engine/value/json.h"
#include "engine/verify/files.h"
#include "plugins/pdf/pdf_reader.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

// The office's own keys and those of its witnesses: a check before handing over asks whether the
// dossier is what the office would stand for.
std::vector<trail::VerifierKey> OwnKeys(OpenOffice& open) {
  std::vector<trail::VerifierKey> out = runtime::LogSealer(open.office()).Keys();
  open.office().store().Read([&](port::Reader& reader) {
    for (const std::string& area : runtime::SealedAreas(reader)) {
      runtime::AreaLog log(open.office(), reader, area);
      for (const auto& [position, key] : log.Keys()) out.push_back(key);
      for (const trail::VerifierKey& key : log.Witnesses()) out.push_back(key);
    }
  });
  return out;
}

Result<inspect::Inspection> InspectTarget(const Options& options, const fs::path& library,
                                          const Streams& streams) {
  trail::Trust trust;
  auto keys = verify::ReadKeys(options.trust);
  if (!keys) return Unexpected(std::move(keys).error());
  trust.keys = std::move(*keys);
  const auto pdf = pdf::MakePdfReader();
  const std::string& target = options.names[0];
  if (fs::exists(target)) {
    const auto files = verify::ReadDossier(target);
    if (!files) return Unexpected(files.error());
    return inspect::Inspect(*files, trust, *pdf);
  }
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return Unexpected(Diagnostics());
  const auto files = FullDossier(*open, target, library, options.unit, {});
  if (!files) return Unexpected(files.error());
  if (trust.keys.empty()) trust.keys = OwnKeys(*open);
  return inspect::Inspect(*files, trust, *pdf);
}

// Fonts and a page writer; whose office does not matter.
Result<std::string> Report(const inspect::Inspection& inspection, const fs::path& library) {
  const auto tables = OpenOffice::Empty(library);
  if (!tables) return Unexpected(tables.error());
  const auto page = ReadLibraryPage(library, "four-properties/report.xml",
                                    {{"report", inspect::ToValue(inspection)}});
  if (!page) return Unexpected(page.error());
  return ToPdf(*page, (*tables)->office());
}

}  // namespace

int Inspect(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const Result<inspect::Inspection> inspection = InspectTarget(options, *library, streams);
  if (!inspection) {
    PrintMistakes(inspection.error(), streams);
    return kExitCannot;
  }
  if (options.json) {
    streams.out << WriteJson(inspect::ToValue(*inspection), 2) << "\n";
  } else if (options.output.empty()) {
    streams.out << inspect::ToText(*inspection);
  }
  if (!options.output.empty()) {
    const Result<std::string> report = options.output.ends_with(".pdf")
                                           ? Report(*inspection, *library)
                                           : Result<std::string>(inspect::ToText(*inspection));
    if (!report) {
      PrintMistakes(report.error(), streams);
      return kExitCannot;
    }
    WriteWhole(options.output, *report);
    streams.out << options.output << "\t" << (inspection->passed() ? "通过" : "不通过") << "\n";
  }
  return inspection->passed() ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
