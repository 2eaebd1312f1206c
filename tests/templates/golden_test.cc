// Every template with its sample data, as a workflow issues it: compiled against the chart's scope,
// the data typed as the chart declares them, laid out and written with the real fonts.
//
// sample-NAME.json holds what differs in another case of the paper; it stands over sample.json.
//
// templates/CODE/golden/page.txt (page-NAME.txt) is what stands where (doc::Dump); pdf.sha256 is
// the hash of the bytes and the environment they were made in, since other fonts or libraries give
// other bytes. Run with ANJUAN_BLESS=1 to write both anew, then read the difference.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "engine/app/bundles.h"
#include "engine/app/folder.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/doc/layout.h"
#include "engine/runtime/host.h"
#include "engine/runtime/issue.h"
#include "engine/value/json.h"
#include "plugins/pdf/pdf.h"
#include "tests/support/archive.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

namespace fs = std::filesystem;

constexpr std::string_view kSalt = "0123456789abcdef";

fs::path Root() {
  return ANJUAN_SOURCE_DIR;
}

std::string ReadText(const fs::path& path) {
  return app::ReadFile(path).value_or("");
}

// A sample of a template: "D0406", or "D0406-lapse" for its sample-lapse.json.
struct Sample {
  std::string code;
  std::string suffix;  // "" or "-lapse"
  std::string Name() const { return code + suffix; }
  std::string File() const { return StrCat("templates/", code, "/sample", suffix, ".json"); }
};

std::vector<Sample> Samples() {
  std::vector<Sample> out;
  for (const auto& folder : fs::directory_iterator(Root() / "templates")) {
    if (!fs::exists(folder.path() / "template.xml")) continue;
    const std::string code = folder.path().filename().string();
    out.push_back({code, ""});
    for (const auto& file : fs::directory_iterator(folder.path())) {
      const std::string name = file.path().filename().string();
      if (!name.starts_with("sample-") || !name.ends_with(".json")) continue;
      out.push_back({code, name.substr(6, name.size() - 11)});
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Sample& a, const Sample& b) { return a.Name() < b.Name(); });
  return out;
}

// `over` on `base`, entry by entry down to the second level: "data" and what is in it.
Value Overlay(const Value& base, const Value& over, int levels) {
  if (levels == 0 || base.context() == nullptr || over.context() == nullptr) return over;
  Context out = *base.context();
  for (const auto& [name, value] : over.context()->entries()) {
    out.Set(name, Overlay(base[name], value, levels - 1));
  }
  return Value(std::move(out));
}

Result<Value> ReadSample(const Sample& sample) {
  const std::string file = Sample{sample.code, ""}.File();
  Result<Value> base = ReadJson(ReadText(Root() / file), file);
  if (!base || sample.suffix.empty()) return base;
  const Result<Value> over = ReadJson(ReadText(Root() / sample.File()), sample.File());
  if (!over) return over;
  return Overlay(*base, *over, 2);
}

class PaperHost : public feel::Host {
 public:
  explicit PaperHost(const chart::Chart& chart) : chart_(chart) {}
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    return runtime::CallPure(&chart_, function, arguments);
  }

 private:
  const chart::Chart& chart_;
};

// What is read once for all templates.
struct World {
  std::vector<runtime::Definition> definitions;
  std::shared_ptr<const pdf::Fonts> fonts;
  std::unique_ptr<port::PageWriter> writer;
  Diagnostics mistakes;
};

const World& TheWorld() {
  static const World* const kWorld = [] {
    auto* out = new World;
    const Diagnostics found =
        app::CheckBundles({}, app::AllBundles(Root()), Root() / "templates", &out->definitions);
    if (HasError(found)) out->mistakes = found;
    const auto fonts = pdf::OpenFonts();
    if (fonts) {
      out->fonts = *fonts;
      out->writer = pdf::MakePageWriter(*fonts);
    }
    return out;
  }();
  return *kWorld;
}

const runtime::Definition* DefinitionOf(const std::string& code) {
  for (const runtime::Definition& definition : TheWorld().definitions) {
    if (definition.templates.contains(code)) return &definition;
  }
  return nullptr;
}

// The sample's data as the chart declares them. An entry the chart does not know is a mistake: the
// sample would show a paper no case can issue.
Result<Context> Typed(const Context& sample, const chart::Chart& chart) {
  Context out;
  Diagnostics mistakes;
  for (const auto& [name, value] : sample.entries()) {
    const int slot = chart.FindData(name);
    const bool party =
        std::any_of(chart.parties.begin(), chart.parties.end(),
                    [name = std::string_view(name)](const auto& p) { return p.name == name; });
    if (slot < 0 && !party) {
      mistakes.push_back({.code = "sample", .message = StrCat(name, " is no data of the chart")});
      continue;
    }
    const Type type = party ? chart::PartyType() : chart.data[static_cast<size_t>(slot)].type;
    Result<Value> typed = Conform(value, type, name);
    if (!typed) {
      Append(mistakes, typed.error());
    } else {
      out.Set(name, std::move(*typed));
    }
  }
  if (!mistakes.empty()) return Unexpected(std::move(mistakes));
  return out;
}

// A paper that belongs to no process (the sheets of a case volume): every entry of the sample is a
// variable, ISO dates are dates.
Value Revive(const Value& value) {
  if (value.string() != nullptr) {
    const auto date = ParseDate(*value.string());
    return date ? Value(*date) : value;
  }
  if (value.list() != nullptr) {
    List out;
    for (const Value& item : *value.list()) out.push_back(Revive(item));
    return Value(std::move(out));
  }
  if (value.context() == nullptr) return value;
  Context out;
  for (const auto& [name, item] : value.context()->entries()) out.Set(name, Revive(item));
  return Value(std::move(out));
}

bool IsVolumeSheet(const std::string& code) {
  return code.starts_with("volume-");
}

Result<doc::Pages> LayOutVolumeSheet(const Sample& which) {
  const std::string path = StrCat("templates/", which.code, "/template.xml");
  const auto source = doc::ReadTemplate(ReadText(Root() / path), path, nullptr);
  if (!source) return Unexpected(source.error());
  const Result<Value> sample = ReadSample(which);
  if (!sample) return Unexpected(sample.error());
  feel::Scope scope;
  std::vector<Value> variables;
  for (const auto& [name, value] : sample->context()->entries()) {
    scope.DeclareVariable(name, Type::Any());
    variables.push_back(Revive(value));
  }
  const auto compiled = doc::Compile(*source, scope);
  if (!compiled) return Unexpected(compiled.error());
  return doc::Layout(*compiled, variables, feel::NoHost(),
                     pdf::Source(*TheWorld().fonts).metrics());
}

Result<doc::Pages> LayOutSample(const Sample& which) {
  const std::string& code = which.code;
  if (IsVolumeSheet(code)) return LayOutVolumeSheet(which);
  const runtime::Definition* definition = DefinitionOf(code);
  if (definition == nullptr) return Fail("sample", "no workflow issues " + code);
  const chart::Chart& chart = *definition->chart;
  const Result<Value> sample = ReadSample(which);
  if (!sample) return Unexpected(sample.error());
  const Value data = (*sample)["data"];
  if (data.context() == nullptr) return Fail("sample", which.File() + " has no data");
  Result<Context> typed = Typed(*data.context(), chart);
  if (!typed) return Unexpected(typed.error());
  Result<Value> x = Conform((*sample)["_x"], chart::PaperXType(), "_x");
  if (!x) return Unexpected(x.error());
  const Value args = (*sample)["args"];
  const std::vector<Value> variables =
      chart::TemplateVariables(chart, *typed, (*sample)["addressee"], (*sample)["issuer"],
                               args.context() == nullptr ? Context() : *args.context(), *x);
  PaperHost host(chart);
  Result<doc::Pages> pages = doc::Layout(definition->templates.at(code), variables, host,
                                         pdf::Source(*TheWorld().fonts).metrics());
  if (pages) runtime::SetProperties((*sample)["issuer"], args, *pages);
  return pages;
}

class GoldenTest : public testing::TestWithParam<Sample> {
 protected:
  void SetUp() override {
    const World& world = TheWorld();
    ASSERT_TRUE(world.mistakes.empty()) << Render(world.mistakes);
    if (world.fonts == nullptr) GTEST_SKIP() << "the fonts are not installed";
    Result<doc::Pages> pages = LayOutSample(GetParam());
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    pages_ = std::move(*pages);
  }

  // The golden file "page.txt", or "page-lapse.txt" of another sample.
  fs::path Golden(std::string_view stem, std::string_view ending) const {
    return Root() / "templates" / GetParam().code / "golden" /
           StrCat(stem, GetParam().suffix, ending);
  }

  std::string Bytes() const {
    const auto bytes = TheWorld().writer->Write(pages_, kSalt);
    EXPECT_TRUE(bytes.has_value()) << Render(bytes.error());
    return bytes ? *bytes : "";
  }

  fs::path SaveFile(const std::string& bytes) const {
    const fs::path path = fs::path(testing::TempDir()) / ("golden-" + GetParam().Name() + ".pdf");
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  doc::Pages pages_;
};

// "layout 2 writer 2; libharu …; fonts …" without what the engine itself decides: the machine's
// part.
std::string MachineOf(std::string_view environment) {
  const size_t semicolon = environment.find(';');
  return semicolon == std::string_view::npos ? "" : std::string(environment.substr(semicolon));
}

TEST_P(GoldenTest, PagesAndBytesAreAsBefore) {
  const std::string environment = TheWorld().writer->Environment();
  const std::string hash = ToHex(Sha256(Bytes()));
  const std::string dump = doc::Dump(pages_);
  if (std::getenv("ANJUAN_BLESS") != nullptr) {
    fs::create_directories(Golden("page", ".txt").parent_path());
    std::ofstream(Golden("page", ".txt"), std::ios::binary) << dump;
    std::ofstream(Golden("pdf", ".sha256"), std::ios::binary) << hash << "\n"
                                                              << environment << "\n";
  }
  const std::string kept = ReadText(Golden("pdf", ".sha256"));
  ASSERT_FALSE(kept.empty()) << "no golden files; write them with ANJUAN_BLESS=1";
  const size_t line = kept.find('\n');
  const std::string kept_hash = kept.substr(0, line);
  const std::string kept_environment(Trim(std::string_view(kept).substr(line)));
  if (MachineOf(kept_environment) != MachineOf(environment)) {
    GTEST_SKIP() << "not comparable: the golden files were made with " << kept_environment
                 << ", here is " << environment;
  }
  EXPECT_EQ(dump, ReadText(Golden("page", ".txt")));
  EXPECT_EQ(environment, kept_environment);
  EXPECT_EQ(hash, kept_hash);
}

TEST_P(GoldenTest, FileIsSound) {
  if (!HasTool("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  const std::string report =
      Output("qpdf --check " + SaveFile(Bytes()).string() + " 2>&1; echo status $?");
  EXPECT_NE(report.find("status 0"), std::string::npos) << report;
  EXPECT_EQ(report.find("WARNING"), std::string::npos) << report;
}

// Without spaces, which readers put where they think fit.
std::string Squeezed(std::string_view from) {
  std::string out;
  for (Utf8Cursor cursor(from); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (c > ' ' && c != U'\u3000' && c != U'\u00A0') AppendUtf8(out, c);
  }
  return out;
}

void ExpectRuns(const doc::Pages& pages, const std::string& text) {
  for (const doc::Page& page : pages.pages) {
    for (const doc::Run& run : page.runs) {
      std::string wanted;
      for (const doc::PlacedGlyph& glyph : run.glyphs) AppendUtf8(wanted, glyph.character);
      EXPECT_NE(text.find(Squeezed(wanted)), std::string::npos) << pages.code << " " << wanted;
    }
  }
}

TEST_P(GoldenTest, EveryFontIsEmbeddedSubsetAndMapped) {
  if (!HasTool("pdffonts")) GTEST_SKIP() << "pdffonts is not installed";
  std::istringstream lines(Output("pdffonts " + SaveFile(Bytes()).string() + " 2>&1 | tail -n +3"));
  std::string line;
  int fonts = 0;
  while (std::getline(lines, line)) {
    ++fonts;
    EXPECT_EQ(line.find('+'), 6u) << line;
    EXPECT_NE(line.find(" yes yes yes "), std::string::npos) << line;
  }
  EXPECT_GE(fonts, 2);
}

// Every run of the pages comes back out of the file, character for character.
TEST_P(GoldenTest, TextComesBack) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  const std::string text =
      Output("pdftotext -layout -enc UTF-8 " + SaveFile(Bytes()).string() + " - 2>&1");
  ExpectRuns(pages_, Squeezed(text));
}

// A paper of an office that has its papers verified carries a code: address, number, 128 random
// bits. Another office's carries none, and is issued all the same.
TEST_P(GoldenTest, TheCodeReadsBackWhereTheOfficeHasAnAddress) {
  const auto sample = ReadSample(GetParam());
  ASSERT_TRUE(sample.has_value());
  const Value& url = (*sample)["issuer"]["verify_url"];
  size_t modules = 0;
  for (const doc::Page& page : pages_.pages) {
    modules += static_cast<size_t>(
        std::count_if(page.shapes.begin(), page.shapes.end(), [](const doc::Shape& shape) {
          return shape.fill == 0U && !shape.stroke && shape.points.size() == 4;
        }));
  }
  const bool coded = modules > 100;
  if (url.is_null()) {
    EXPECT_FALSE(coded);
    return;
  }
  ASSERT_TRUE(coded);
  if (!HasTool("zbarimg")) GTEST_SKIP() << "zbarimg (zbar-tools) is not installed";
  const std::string path = SaveFile(Bytes()).string();
  Output(StrCat("pdftoppm -r 200 -png ", path, " ", path));
  const std::string read = Output(StrCat("zbarimg -q --raw ", path, "-*.png 2>/dev/null"));
  EXPECT_TRUE(read.starts_with(StrCat(*url.string(), "?n="))) << read;
  EXPECT_TRUE(std::string_view(Trim(read))
                  .ends_with(StrCat("&c=", *(*sample)["_x"]["verification"].string())))
      << read;
}

INSTANTIATE_TEST_SUITE_P(Templates, GoldenTest, testing::ValuesIn(Samples()), [](const auto& one) {
  std::string name = one.param.Name();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Apache PDFBox judges all of them, in one process since it takes a second to start.
TEST(GoldenArchiveTest, EveryPaperIsPdfA1b) {
  const World& world = TheWorld();
  if (world.fonts == nullptr) GTEST_SKIP() << "the fonts are not installed";
  const fs::path folder = fs::path(testing::TempDir()) / "golden-archive";
  fs::create_directories(folder);
  std::vector<fs::path> files;
  for (const Sample& sample : Samples()) {
    const auto pages = LayOutSample(sample);
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    files.push_back(folder / (sample.Name() + ".pdf"));
    std::ofstream(files.back(), std::ios::binary) << world.writer->Write(*pages, kSalt).value();
  }
  const test::ArchiveVerdicts verdicts = test::JudgeArchives(folder, files);
  if (!verdicts.judged) GTEST_SKIP() << verdicts.report;
  EXPECT_EQ(verdicts.valid, files.size()) << verdicts.report;
}

// MuPDF and Ghostscript read the same text as Poppler does above; all papers in one volume, since
// each takes a while to start.
TEST(GoldenReadersTest, OtherReadersFindTheText) {
  const World& world = TheWorld();
  if (world.fonts == nullptr) GTEST_SKIP() << "the fonts are not installed";
  port::Volume volume;
  std::vector<doc::Pages> papers;
  for (const Sample& sample : Samples()) {
    auto pages = LayOutSample(sample);
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    std::string bytes = world.writer->Write(*pages, kSalt).value();
    volume.parts.push_back({[bytes = std::move(bytes)] { return bytes; }, sample.Name(), 0});
    papers.push_back(std::move(*pages));
  }
  const auto bound = pdf::MakeVolumeWriter()->Bind(volume, nullptr);
  ASSERT_TRUE(bound.has_value()) << Render(bound.error());
  const std::string path = (fs::path(testing::TempDir()) / "golden-volume.pdf").string();
  std::ofstream(path, std::ios::binary) << *bound;
  int readers = 0;
  for (const auto& [tool, command] :
       {std::pair{"mutool", "mutool draw -q -F txt " + path + " 2>/dev/null"},
        std::pair{"gs", "gs -q -dSAFER -dNOPAUSE -dBATCH -sDEVICE=txtwrite -o - " + path}}) {
    if (!HasTool(tool)) continue;
    ++readers;
    SCOPED_TRACE(tool);
    const std::string text = Squeezed(Output(command));
    for (const doc::Pages& pages : papers) ExpectRuns(pages, text);
  }
  if (readers == 0) GTEST_SKIP() << "neither mutool nor gs is installed";
}

// The writer's clock is not in the file: all papers once more, seconds later.
TEST(GoldenTimeTest, SameBytesSecondsLater) {
  const World& world = TheWorld();
  if (world.fonts == nullptr) GTEST_SKIP() << "the fonts are not installed";
  std::vector<std::string> first;
  const auto write_all = [&](std::vector<std::string>& out) {
    for (const Sample& sample : Samples()) {
      const auto pages = LayOutSample(sample);
      ASSERT_TRUE(pages.has_value()) << Render(pages.error());
      const auto bytes = world.writer->Write(*pages, kSalt);
      ASSERT_TRUE(bytes.has_value()) << Render(bytes.error());
      out.push_back(*bytes);
    }
  };
  write_all(first);
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  std::vector<std::string> second;
  write_all(second);
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i)
    EXPECT_TRUE(first[i] == second[i]) << Samples()[i].Name();
}

}  // namespace
}  // namespace anjuan
