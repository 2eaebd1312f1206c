// preview, template: a paper before it is issued, and what a template reads.

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>
#include <set>

#include "engine/app/commands.h"
#include "engine/app/preview.h"
#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/runtime/host.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/paper_draft.h"
#include "engine/value/json.h"
#include "plugins/pdf/pdf.h"

// POSIX, from no header.
extern char** environ;

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

// A paper laid out, or why not, with what was printed on the way.
struct Previewed {
  Result<doc::Pages> pages = doc::Pages();
  doc::Preview preview;
  std::shared_ptr<const chart::Chart> chart;  // null: a template without process
};

class PaperHost : public feel::Host {
 public:
  explicit PaperHost(const chart::Chart* chart) : chart_(chart) {}
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    return runtime::CallPure(chart_, function, arguments);
  }

 private:
  const chart::Chart* chart_;
};

int Cannot(const Diagnostics& mistakes, const Streams& streams) {
  PrintMistakes(mistakes, streams);
  return kExitCannot;
}

// The paper of a case as it stands, personal data in clear: the office's own keys are needed.
Result<Previewed> OfCase(const Options& options, const TemplateFile& file, OpenOffice& open) {
  Previewed out;
  out.preview.blanks = options.draft;
  Diagnostics mistakes;
  runtime::Office& office = open.office();
  const std::string& id = options.case_id;
  office.store().Read([&](port::Reader& reader) {
    const std::string area = office.registers()->AreaOf(id.substr(0, id.find('-')));
    const auto loaded = runtime::LoadWithState(office, reader, area, id);
    if (!loaded) {
      mistakes.push_back({.code = "preview.case", .message = StrCat("没有案卷“", id, "”")});
      return;
    }
    const std::string code = file.code.empty() ? options.names[0] : file.code;
    const Result<chart::IssueDocument> draft = runtime::DraftIssue(office, reader, *loaded, code);
    if (!draft) {
      mistakes = draft.error();
      return;
    }
    out.chart = loaded->definition->chart;
    out.pages = runtime::LayOut(office, reader, *loaded->definition, *draft, office.Now(reader),
                                nullptr, &out.preview);
  });
  if (!mistakes.empty()) return Unexpected(std::move(mistakes));
  return out;
}

// Data given, or the template's own sample.
Result<Value> DataFor(const Options& options, const TemplateFile& file, const Streams& streams) {
  Options from = options;
  const fs::path sample = fs::absolute(file.path).parent_path() / "sample.json";
  if (from.data.empty() && fs::exists(sample)) from.data = sample.string();
  std::optional<Value> data = DataOf(from, streams);
  if (!data) return Fail("preview.data", "no preview without data");
  return std::move(*data);
}

Result<Previewed> OfData(const Options& options, const TemplateFile& file, const fs::path& library,
                         const pdf::Fonts& fonts, const Streams& streams) {
  Result<Value> data = DataFor(options, file, streams);
  if (!data) return Unexpected(std::move(data).error());
  Previewed out;
  out.preview.blanks = options.draft;
  const doc::FontMetrics& metrics = pdf::Source(fonts).metrics();
  const auto lay_out = [&](const doc::CompiledTemplate& compiled,
                           const std::vector<Value>& variables) {
    PaperHost host(out.chart.get());
    out.pages = doc::Layout(compiled, variables, host, metrics, nullptr, &out.preview);
  };
  Result<std::vector<runtime::Definition>> issuers = IssuersOf(file, library);
  if (!issuers) return Unexpected(std::move(issuers).error());
  if (issuers->empty()) {
    const Result<LooseTemplate> loose = ReadLoose(file, *data);
    if (!loose) return Unexpected(loose.error());
    lay_out(loose->compiled, loose->variables);
    return out;
  }
  const runtime::Definition& definition = issuers->front();
  out.chart = definition.chart;
  const Result<std::vector<Value>> variables = SampleVariables(*definition.chart, *data);
  if (!variables) return Unexpected(variables.error());
  lay_out(definition.templates.at(file.code), *variables);
  if (out.pages) runtime::SetProperties((*data)["issuer"], (*data)["args"], *out.pages);
  return out;
}

// ---- Telling -----------------------------------------------------------------------------------

std::string Place(const Location& at) {
  return StrCat(fs::path(at.file).filename().string(), ":", at.line, ":", at.column);
}

std::string Sources(const Previewed& previewed, const doc::Preview::Entry& entry) {
  std::vector<std::string> out;
  std::set<std::string> told;
  for (const std::string& path : entry.reads) {
    if (told.insert(path).second) out.push_back(SourceOf(previewed.chart.get(), path));
  }
  return out.empty() ? "模板" : Join(out, "，");
}

// Every expression that was printed. Returns how many have no value.
int Tell(const Previewed& previewed, bool json, const Streams& streams) {
  int missing = 0;
  for (const doc::Preview::Entry& entry : previewed.preview.entries) {
    if (!entry.shown) ++missing;
    const std::string source = Sources(previewed, entry);
    if (json) {
      streams.out << WriteJson(
                         Value(Context({{"at", Value(Place(entry.at))},
                                        {"expression", Value(entry.expression)},
                                        {"source", Value(source)},
                                        {"value", entry.shown ? Value(*entry.shown) : Value()}})))
                  << "\n";
      continue;
    }
    std::string shown = entry.shown.value_or("缺！");
    std::replace(shown.begin(), shown.end(), '\n', ' ');
    if (shown.empty()) shown = "（留空由人手填）";
    streams.out << Place(entry.at) << "\t{" << entry.expression << "}\t" << source << "\t" << shown
                << "\n";
  }
  return missing;
}

// ---- Writing -----------------------------------------------------------------------------------

bool Save(const std::string& path, const std::string& bytes, const Streams& streams) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (file) return true;
  streams.err << "error: cannot write " << path << "\n";
  return false;
}

// One picture for each page: OUT.png, or OUT-1.png, OUT-2.png, … where there are several.
bool SavePng(const std::string& path, const std::string& bytes, size_t pages,
             const Streams& streams) {
  const std::string pdf = StrCat(path, ".", getpid(), ".pdf");
  if (!Save(pdf, bytes, streams)) return false;
  std::string prefix = fs::path(path).replace_extension().string();
  std::vector<std::string> words = {"pdftoppm", "-png", "-r", "110"};
  if (pages == 1) words.emplace_back("-singlefile");
  words.push_back(pdf);
  words.push_back(prefix);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  int status = posix_spawnp(&child, "pdftoppm", nullptr, nullptr, arguments.data(), environ);
  if (status == 0 && waitpid(child, &status, 0) < 0) status = 1;
  std::error_code ignored;
  fs::remove(pdf, ignored);
  if (status == 0) return true;
  streams.err << "error: pictures are drawn by pdftoppm, which failed or is not installed\n"
                 "hint: as root: apt-get install --no-install-recommends poppler-utils; or write "
                 "-o FILE.pdf\n";
  return false;
}

bool Write(const Options& options, const port::PageWriter& writer, const doc::Pages& pages,
           const Streams& streams) {
  const Result<std::string> bytes = writer.Write(pages, "");
  if (!bytes) {
    PrintMistakes(bytes.error(), streams);
    return false;
  }
  const bool png = fs::path(options.output).extension() == ".png";
  const bool saved = png ? SavePng(options.output, *bytes, pages.pages.size(), streams)
                         : Save(options.output, *bytes, streams);
  if (saved) streams.out << options.output << "\t" << pages.pages.size() << "页\n";
  return saved;
}

}  // namespace

int Preview(const Options& options, const Streams& streams) {
  const std::string ending = fs::path(options.output).extension().string();
  if (!options.output.empty() && ending != ".pdf" && ending != ".png") {
    streams.err << "error: -o " << options.output << ": the name must end in .pdf or .png\n";
    return kExitCannot;
  }
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  Result<TemplateFile> file = FindTemplate(options.names[0], *library);
  if (!file && options.case_id.empty()) return Cannot(file.error(), streams);
  const Result<std::shared_ptr<const pdf::Fonts>> fonts = pdf::OpenFonts();
  if (!fonts) return Cannot(fonts.error(), streams);
  std::unique_ptr<OpenOffice> open;
  if (!options.case_id.empty()) {
    open = OpenFolder(options, streams);
    if (open == nullptr) return kExitCannot;
  }
  const Result<Previewed> previewed = open != nullptr
                                          ? OfCase(options, file.value_or(TemplateFile()), *open)
                                          : OfData(options, *file, *library, **fonts, streams);
  if (!previewed) return Cannot(previewed.error(), streams);
  const int missing = Tell(*previewed, options.json, streams);
  if (!previewed->pages) {
    PrintMistakes(previewed->pages.error(), streams);
    streams.err << "缺 " << missing << " 项，没有成文；--draft 把缺的印成横线\n";
    return kExitFindings;
  }
  PrintMistakes(previewed->pages->notes, streams);
  if (options.output.empty()) return kExitDone;
  const auto writer = pdf::MakePageWriter(*fonts);
  return Write(options, *writer, *previewed->pages, streams) ? kExitDone : kExitCannot;
}

namespace {

// The type at the end of a path of declared data; lists are stepped through.
std::string TypeAt(const chart::Chart& chart, const std::string& path) {
  const std::vector<std::string> names = [&] {
    std::vector<std::string> out;
    size_t begin = 0;
    for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', begin)) {
      out.push_back(path.substr(begin, dot - begin));
      begin = dot + 1;
    }
    out.push_back(path.substr(begin));
    return out;
  }();
  Type type = Type::Any();
  const int slot = chart.FindData(names[0]);
  if (slot >= 0) {
    type = chart.data[static_cast<size_t>(slot)].type;
  } else if (chart.FindParty(names[0]) >= 0 || names[0] == "addressee" || names[0] == "issuer") {
    type = chart::PartyType();
  } else if (names[0] == "_x") {
    type = chart::PaperXType();
  } else if (names[0] == "args" && names.size() > 1) {
    for (const chart::TemplateUse& use : chart.templates) {
      for (const auto& [name, param] : use.params) {
        if (name == names[1]) return ToString(param);
      }
    }
  }
  for (size_t i = 1; i < names.size(); ++i) {
    if (type.base == Type::Base::kList && type.element != nullptr) type = Type(*type.element);
    const Type* field = type.FindField(names[i]);
    if (field == nullptr) return "any";
    type = Type(*field);
  }
  return ToString(type);
}

void TellFields(const runtime::Definition& definition, const std::string& code, bool json,
                const Streams& streams) {
  const chart::Chart& chart = *definition.chart;
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::string>> places;
  for (const doc::FieldUse& use : doc::Fields(definition.templates.at(code))) {
    std::vector<std::string>& at = places[use.path];
    if (at.empty()) order.push_back(use.path);
    at.push_back(Place(use.at));
  }
  for (const std::string& path : order) {
    if (json) {
      List at;
      for (const std::string& place : places[path]) at.emplace_back(place);
      streams.out << WriteJson(Value(Context({{"process", Value(definition.name)},
                                              {"field", Value(path)},
                                              {"type", Value(TypeAt(chart, path))},
                                              {"source", Value(SourceOf(&chart, path))},
                                              {"at", Value(std::move(at))}})))
                  << "\n";
    } else {
      streams.out << path << "\t" << TypeAt(chart, path) << "\t" << SourceOf(&chart, path) << "\t"
                  << Join(places[path], " ") << "\n";
    }
  }
}

}  // namespace

int Template(const Options& options, const Streams& streams) {
  if (options.names[0] != "fields") {
    streams.err << "error: template " << options.names[0]
                << ": there is: fields; see anjuan template --help\n";
    return kExitCannot;
  }
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const Result<TemplateFile> file = FindTemplate(options.names[1], *library);
  if (!file) return Cannot(file.error(), streams);
  const Result<std::vector<runtime::Definition>> issuers = IssuersOf(*file, *library);
  if (!issuers) return Cannot(issuers.error(), streams);
  if (issuers->empty()) {
    streams.err << "没有流程签发“" << options.names[1]
                << "”：它读什么数据，由预览时给的数据定；见 anjuan preview --help\n";
    return kExitFindings;
  }
  for (const runtime::Definition& definition : *issuers) {
    TellFields(definition, file->code, options.json, streams);
    if (options.json) continue;
    streams.out << "\n" << definition.chart->title << "（" << definition.name << "）签发：\n";
    for (const runtime::IssuePlace& place : runtime::IssuePlacesOf(*definition.chart, file->code)) {
      streams.out << "  " << Place(place.at) << "\t" << place.where << "\n";
    }
  }
  return kExitDone;
}

}  // namespace anjuan::app
