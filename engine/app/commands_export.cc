// export: a case with its proofs for an auditor, its bound papers, event logs for other programs.

#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>
#include <utility>

#include "engine/app/commands.h"
#include "engine/app/dossier_files.h"
#include "engine/app/progress.h"
#include "engine/app/sealing.h"
#include "engine/app/volume.h"
#include "engine/base/text.h"
#include "engine/exchange/event_log.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/disclosure.h"
#include "engine/runtime/dossier.h"
#include "engine/runtime/event_log.h"
#include "engine/runtime/query.h"

namespace anjuan::app {

namespace fs = std::filesystem;

using runtime::CaseRecord;

// ---- event logs --------------------------------------------------------------------------------

namespace {

using MakeWriter = std::unique_ptr<exchange::EventLogWriter> (*)(std::string_view,
                                                                 exchange::EventLogWriter::Sink);

std::unique_ptr<exchange::EventLogWriter> MakeOcel(std::string_view,
                                                   exchange::EventLogWriter::Sink sink) {
  return exchange::NewOcelWriter(std::move(sink));
}

// Written beside its place and moved there when it is complete.
bool WriteLog(OpenOffice& open, const runtime::Query& query, const std::string& path,
              MakeWriter make, const Streams& streams) {
  const std::string part = path + ".part";
  std::int64_t cases = 0;
  std::int64_t events = 0;
  {
    std::ofstream out(part, std::ios::binary);
    const auto writer = make(open.office().origin(), [&](std::string_view text) { out << text; });
    open.office().store().Read([&](port::Reader& reader) {
      const auto found = runtime::FindCases(reader, *open.office().registers(), query);
      Progress progress(streams, "导出");
      for (const CaseRecord& record : found) {
        const exchange::LogCase one = runtime::ToLogCase(open.office(), reader, record);
        writer->Add(one);
        events += static_cast<std::int64_t>(one.events.size());
        progress.Update(++cases, static_cast<std::int64_t>(found.size()));
      }
    });
    writer->Finish();
    out.close();
    if (!out) {
      streams.err << "error: cannot write " << path
                  << "; check that the folder exists and has room\n";
      std::filesystem::remove(part);
      return false;
    }
  }
  std::filesystem::rename(part, path);
  streams.out << path << "\t案卷 " << cases << "，事件 " << events << "\n";
  return true;
}

}  // namespace

// ---- one case ----------------------------------------------------------------------------------

namespace {

bool IsThere(const std::string& output, const Streams& streams) {
  if (!fs::exists(output)) return false;
  streams.err << "error: " << output << " is there already; name a new folder or file\n";
  return true;
}

std::string UnitFor(const Options& options, OpenOffice& open, const CaseRecord& record) {
  return options.unit.empty() ? UnitOf(open, record.region) : options.unit;
}

// --disclose: all, none, or names of fields. nullopt: told.
std::optional<std::set<std::string>> FieldsAsked(OpenOffice& open, const Options& options,
                                                 const Streams& streams) {
  const std::vector<std::string>& asked = options.disclose;
  if (options.bare) {
    streams.err << "error: --bare shows proofs alone, --disclose values; choose one of them\n";
    return std::nullopt;
  }
  if (asked == std::vector<std::string>{"none"}) return std::set<std::string>();
  if (asked != std::vector<std::string>{"all"}) return std::set(asked.begin(), asked.end());
  std::set<std::string> out;
  open.office().store().Read([&](port::Reader& reader) {
    const std::string& id = options.names[0];
    const auto loaded = runtime::LoadWithState(open.office(), reader, AreaOf(open, id), id);
    if (!loaded) return;
    const std::vector<std::string> fields = runtime::PersonalFields(*loaded);
    out.insert(fields.begin(), fields.end());
  });
  return out;
}

// First the row that says who took what out and why, then the values.
bool RecordDisclosure(OpenOffice& open, const Options& options, const std::set<std::string>& fields,
                      const Streams& streams) {
  if (fields.empty()) return true;
  if (Trim(options.reason).empty()) {
    streams.err << "error: 公开个人信息须写明理由：--reason\n";
    return false;
  }
  List names;
  for (const std::string& field : fields) names.emplace_back(field);
  const runtime::Answer answer =
      runtime::CaseService(open.office())
          .Fire({.case_id = options.names[0],
                 .event = "aj.reveal",
                 .data = Value(Context({{"fields", Value(std::move(names))},
                                        {"reason", Value(StrCat("导出卷宗：", options.reason))}})),
                 .who = WhoOf(options),
                 .request_id = "",
                 .eff_date = std::nullopt});
  if (!answer.ok()) PrintMistakes(answer.mistakes, streams);
  return answer.ok();
}

int WriteDossier(OpenOffice& open, const Options& options, const fs::path& library,
                 const Streams& streams) {
  if (IsThere(options.output, streams)) return kExitCannot;
  std::optional<std::set<std::string>> shown;
  if (!options.disclose.empty()) {
    shown = FieldsAsked(open, options, streams);
    if (!shown) return kExitCannot;
    if (!RecordDisclosure(open, options, *shown, streams)) return kExitFindings;
  }
  runtime::DossierContent content{.payloads = !options.bare, .documents = !options.bare};
  content.shown = shown;
  content.every_paper = options.disclose == std::vector<std::string>{"all"};
  const Result<trail::DossierFiles> files =
      FullDossier(open, options.names[0], library, options.unit, std::move(content));
  if (!files) {
    PrintMistakes(files.error(), streams);
    return kExitFindings;
  }
  if (options.output.ends_with(".zip")) {
    WriteZip(options.output, *files);
  } else {
    for (const auto& [name, bytes] : *files) WriteWhole(fs::path(options.output) / name, bytes);
  }
  streams.out << options.output << "\t文件 " << files->size()
              << "；交审计人员，用 anjuan-verify 核验\n";
  return kExitDone;
}

int WriteVolume(const Options& options, const fs::path& library, const Streams& streams) {
  if (IsThere(options.volume, streams)) return kExitCannot;
  return WithCase(options, streams,
                  [&](OpenOffice& open, port::Reader& reader, const CaseRecord& record) {
                    const Result<BoundVolume> volume =
                        BindCase(open, reader, record, library, UnitFor(options, open, record));
                    if (!volume) {
                      PrintMistakes(volume.error(), streams);
                      return kExitFindings;
                    }
                    WriteWhole(options.volume, volume->bytes);
                    streams.out << options.volume << "\t" << volume->manifest.papers.size()
                                << "件，" << volume->manifest.pages() << "页\n";
                    return kExitDone;
                  });
}

int ExportCase(OpenOffice& open, const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  if (!options.output.empty()) {
    const int exit = WriteDossier(open, options, *library, streams);
    if (exit != kExitDone) return exit;
  }
  return options.volume.empty() ? kExitDone : WriteVolume(options, *library, streams);
}

}  // namespace

int Export(const Options& options, const Streams& streams) {
  const bool one = !options.names.empty();
  if (one ? options.output.empty() && options.volume.empty()
          : options.xes.empty() && options.ocel.empty()) {
    streams.err << "error: what is to be written? CASE -o FILE.zip, CASE --volume FILE.pdf, --xes "
                   "FILE or --ocel FILE\n";
    return kExitCannot;
  }
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  if (one) return ExportCase(*open, options, streams);
  const Result<runtime::Query> query = runtime::ParseQuery(options.cases);
  if (!query) {
    PrintMistakes(query.error(), streams);
    return kExitCannot;
  }
  if (!options.xes.empty() &&
      !WriteLog(*open, *query, options.xes, exchange::NewXesWriter, streams)) {
    return kExitCannot;
  }
  if (!options.ocel.empty() && !WriteLog(*open, *query, options.ocel, MakeOcel, streams)) {
    return kExitCannot;
  }
  return kExitDone;
}

}  // namespace anjuan::app
