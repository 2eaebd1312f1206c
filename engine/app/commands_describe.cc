// describe, draw: a process written down and drawn for those who approve it.

#include <algorithm>
#include <array>
#include <fstream>
#include <ostream>

#include "engine/app/bundles.h"
#include "engine/app/commands.h"
#include "engine/app/graphviz.h"
#include "engine/app/library_page.h"
#include "engine/base/text.h"
#include "engine/chart/vocabulary.h"
#include "engine/describe/dot.h"
#include "engine/describe/outline.h"
#include "engine/doc/layout.h"
#include "engine/doc/markdown.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/records.h"
#include "engine/xml/xml.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

// A definition with what is known of it outside.
struct Subject {
  std::unique_ptr<OpenOffice> open;  // the office named, or one with the shipped tables
  std::shared_ptr<const runtime::Definition> definition;
  std::string version;
  fs::path bundle;
};

std::unique_ptr<OpenOffice> OfficeOrTables(const Options& options, const fs::path& library,
                                           const Streams& streams) {
  if (fs::exists(options.folder / "office.db")) return OpenFolder(options, streams);
  Result<std::unique_ptr<OpenOffice>> tables = OpenOffice::Empty(library);
  if (tables) return std::move(*tables);
  PrintMistakes(tables.error(), streams);
  return nullptr;
}

std::string VersionOf(OpenOffice& open, const runtime::Definition& definition) {
  std::string out = "未发布";
  open.office().store().Read([&](port::Reader& reader) {
    for (const auto& record : runtime::LoadVersions(reader, definition.name)) {
      if (record.hash == definition.hash) out = StrCat("第", record.version, "版");
    }
  });
  return out;
}

// A folder is read as it lies there; a name means what the office has published, else the library's
// folder of that name.
std::optional<Subject> Find(const Options& options, const fs::path& library,
                            const Streams& streams) {
  Subject out;
  out.open = OfficeOrTables(options, library, streams);
  if (out.open == nullptr) return std::nullopt;
  runtime::Office& office = out.open->office();
  const std::string& name = options.names[0];
  const std::vector<fs::path> bundles = BundlesOf({name}, library);
  if (bundles.size() != 1) {
    streams.err << "error: " << name << " holds " << bundles.size() << " processes; name one\n";
    return std::nullopt;
  }
  out.bundle = bundles[0];
  if (!fs::exists(name)) {
    office.store().Read([&](port::Reader& reader) {
      if (const auto record = runtime::LatestDefinition(reader, name)) {
        out.definition = office.FindDefinition(reader, record->hash);
      }
    });
  }
  if (out.definition == nullptr) {
    runtime::Surroundings surroundings;
    office.store().Read(
        [&](port::Reader& reader) { surroundings = office.SurroundingsFor(reader); });
    for (const fs::path& other : AllBundles(library)) {
      surroundings.processes.push_back(other.filename().string());
    }
    const auto registers = office.registers();
    surroundings.registers = registers.get();
    std::vector<runtime::Definition> read;
    const Diagnostics found =
        CheckBundles(surroundings, bundles, TemplatesOf(bundles, library), &read);
    if (HasError(found) || read.empty()) {
      PrintMistakes(found, streams);
      return std::nullopt;
    }
    out.definition = std::make_shared<const runtime::Definition>(std::move(read.front()));
  }
  out.version = VersionOf(*out.open, *out.definition);
  return out;
}

// ---- What the tables call things ---------------------------------------------------------------

std::string TitleOfBundle(const fs::path& bundle) {
  const auto text = ReadFile(bundle / "chart.scxml");
  if (!text) return "";
  const auto document = xml::Read(*text, "chart.scxml");
  return document ? document->root->Get("title", chart::kAj) : "";
}

describe::Names NamesFor(const Subject& subject, const fs::path& library) {
  const runtime::Definition& definition = *subject.definition;
  const auto registers = subject.open->office().registers();
  describe::Names out;
  for (const std::string& id : registers->RoleIds()) out.roles[id] = registers->FindRole(id)->name;
  for (const auto& [code, compiled] : definition.templates) out.papers[code] = compiled.title();
  for (const fs::path& bundle : AllBundles(library)) {
    out.processes[bundle.filename().string()] = TitleOfBundle(bundle);
  }
  for (const chart::NameUse& use : definition.chart->parameters) {
    auto& values = out.parameters[use.name];
    if (!values.empty()) continue;
    for (const runtime::Parameter& row : registers->Entries(use.name)) {
      const runtime::Region* region = registers->FindRegion(row.scope);
      values.push_back({row.name, region == nullptr ? "全国" : region->name, row.value, row.unit,
                        row.from ? ToString(*row.from) : "", row.source, row.status});
    }
  }
  return out;
}

// ---- Pictures ----------------------------------------------------------------------------------

struct Drawn {
  std::string dot;
  Value picture;
};

// How large a picture is on a sheet of paper, upright or turned.
double SizeOnPaper(const Value& picture) {
  const auto length = [&](std::string_view name) {
    const Decimal* number = picture[name].number();
    return number == nullptr ? 1.0 : std::max(1.0, std::stod(number->ToString()));
  };
  constexpr double kLong = 1.4142;
  const double width = length("width");
  const double height = length("height");
  return std::max(std::min(kLong / width, 1 / height), std::min(1 / width, kLong / height));
}

// Laid out downwards and to the right; the one that prints larger.
Result<Drawn> LayOut(const chart::Chart& chart, const describe::Passage* passage) {
  std::optional<Drawn> best;
  for (const describe::Flow flow : {describe::Flow::kDown, describe::Flow::kRight}) {
    Drawn drawn{describe::ToDot(chart, flow, passage), Value()};
    const Result<std::string> json = RunGraphviz(drawn.dot, "json");
    if (!json) return Unexpected(json.error());
    Result<Value> picture = describe::PictureOf(*json);
    if (!picture) return Unexpected(picture.error());
    drawn.picture = std::move(*picture);
    if (!best || SizeOnPaper(drawn.picture) > SizeOnPaper(best->picture)) best = std::move(drawn);
  }
  return std::move(*best);
}

// ---- Papers ------------------------------------------------------------------------------------

// A template of templates/process-description/ over `d` (the outline) and `chart` (the picture).
Result<LibraryPage> ReadPage(const fs::path& library, std::string_view name, Value outline,
                             Value picture) {
  return ReadLibraryPage(library, StrCat("process-description/", name, ".xml"),
                         {{"d", std::move(outline)}, {"chart", std::move(picture)}});
}

int WriteFile(const fs::path& path, const Result<std::string>& bytes, const Streams& streams) {
  if (!bytes) {
    PrintMistakes(bytes.error(), streams);
    return kExitCannot;
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << *bytes;
  file.close();
  if (!file) {
    streams.err << "error: cannot write " << path.string() << "\n";
    return kExitCannot;
  }
  streams.out << path.string() << "\n";
  return kExitDone;
}

// The ending names the format. "": none of those, told.
std::string FormatOf(const Options& options, std::span<const std::string_view> known,
                     const Streams& streams) {
  const std::string ending = fs::path(options.output).extension().string();
  for (const std::string_view one : known) {
    if (ending == one) return ending.substr(1);
  }
  std::vector<std::string> names(known.begin(), known.end());
  streams.err << "error: -o " << options.output << ": the name must end in one of "
              << Join(names, " ") << "\n";
  return "";
}

// ---- The way of a case -------------------------------------------------------------------------

std::optional<describe::Passage> PassageOf(OpenOffice& open, const std::string& case_id,
                                           std::shared_ptr<const runtime::Definition>& definition,
                                           const Streams& streams) {
  std::optional<describe::Passage> out;
  runtime::Office& office = open.office();
  const std::string area = office.registers()->AreaOf(case_id.substr(0, case_id.find('-')));
  office.store().Read([&](port::Reader& reader) {
    const auto record = runtime::LoadCase(reader, area, case_id);
    if (!record) {
      streams.err << "error: 没有案卷“" << case_id << "”; see anjuan cases\n";
      return;
    }
    definition = office.FindDefinition(reader, record->definition);
    const chart::Chart& chart = *definition->chart;
    describe::Passage passage;
    passage.title = StrCat(chart.title, "　案卷 ", case_id);
    const auto end = runtime::FoldCase(*definition, runtime::LoadHistory(reader, area, case_id),
                                       [&](const runtime::FoldedStep& folded) {
                                         for (const std::string& id : folded.step.entered) {
                                           passage.states.insert(chart.FindState(id));
                                         }
                                         passage.transitions.insert(folded.step.transitions.begin(),
                                                                    folded.step.transitions.end());
                                         return true;
                                       });
    if (!end) {
      PrintMistakes(end.error(), streams);
      return;
    }
    for (const std::string& id : runtime::AtomicStates(chart, *end)) {
      passage.current.insert(chart.FindState(id));
    }
    out = std::move(passage);
  });
  return out;
}

Value PageData(const std::string& title) {
  return Value(Context({{"title", Value(title)}}));
}

}  // namespace

int Describe(const Options& options, const Streams& streams) {
  constexpr std::array<std::string_view, 2> kFormats = {".pdf", ".md"};
  const std::string format = FormatOf(options, kFormats, streams);
  const auto library = LibraryOf(options, streams);
  if (format.empty() || !library) return kExitCannot;
  const std::optional<Subject> subject = Find(options, *library, streams);
  if (!subject) return kExitFindings;
  const runtime::Definition& definition = *subject->definition;
  const Result<Drawn> drawn = LayOut(*definition.chart, nullptr);
  if (!drawn) {
    PrintMistakes(drawn.error(), streams);
    return kExitCannot;
  }
  describe::Outline outline =
      describe::MakeOutline(*definition.chart, definition.forms, NamesFor(*subject, *library));
  outline.version = subject->version;
  outline.hash = definition.hash;
  outline.rules = describe::RulesOf(definition.files, *definition.chart);
  outline.preface = describe::ReadPreface(ReadFile(subject->bundle / "README.md").value_or(""));
  const Result<LibraryPage> page =
      ReadPage(*library, "description", describe::ToValue(outline), drawn->picture);
  if (!page) {
    PrintMistakes(page.error(), streams);
    return kExitCannot;
  }
  if (format == "pdf")
    return WriteFile(options.output, ToPdf(*page, subject->open->office()), streams);
  const fs::path picture = fs::path(options.output).replace_extension(".svg");
  const int made = WriteFile(picture, RunGraphviz(drawn->dot, "svg"), streams);
  if (made != kExitDone) return made;
  return WriteFile(
      options.output,
      doc::ToMarkdown(page->compiled, page->variables, feel::NoHost(), picture.filename().string()),
      streams);
}

int Draw(const Options& options, const Streams& streams) {
  constexpr std::array<std::string_view, 4> kFormats = {".svg", ".pdf", ".png", ".dot"};
  const std::string format = FormatOf(options, kFormats, streams);
  const auto library = LibraryOf(options, streams);
  if (format.empty() || !library) return kExitCannot;
  if (options.names.empty() && options.case_id.empty()) {
    streams.err << "error: name a process, or a case with --case\n";
    return kExitCannot;
  }
  std::unique_ptr<OpenOffice> open;
  std::shared_ptr<const runtime::Definition> definition;
  std::optional<describe::Passage> passage;
  if (options.case_id.empty()) {
    std::optional<Subject> subject = Find(options, *library, streams);
    if (!subject) return kExitFindings;
    open = std::move(subject->open);
    definition = std::move(subject->definition);
  } else {
    open = OpenFolder(options, streams);
    if (open == nullptr) return kExitCannot;
    passage = PassageOf(*open, options.case_id, definition, streams);
    if (!passage) return kExitFindings;
    if (!options.names.empty() && options.names[0] != definition->name) {
      streams.err << "error: 案卷 " << options.case_id << " 的流程是 " << definition->name << "\n";
      return kExitFindings;
    }
  }
  const chart::Chart& chart = *definition->chart;
  const describe::Passage* way = passage ? &*passage : nullptr;
  // Text needs no Graphviz.
  if (format == "dot") {
    return WriteFile(options.output, describe::ToDot(chart, describe::Flow::kDown, way), streams);
  }
  const Result<Drawn> drawn = LayOut(chart, way);
  if (!drawn) {
    PrintMistakes(drawn.error(), streams);
    return kExitCannot;
  }
  if (format != "pdf") return WriteFile(options.output, RunGraphviz(drawn->dot, format), streams);
  const Result<LibraryPage> page = ReadPage(
      *library, "chart", PageData(way == nullptr ? StrCat(chart.title, "流程图") : way->title),
      drawn->picture);
  if (!page) {
    PrintMistakes(page.error(), streams);
    return kExitCannot;
  }
  return WriteFile(options.output, ToPdf(*page, open->office()), streams);
}

}  // namespace anjuan::app
