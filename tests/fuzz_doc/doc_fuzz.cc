// The template reader, the compiler and layout under any text: no crash, no hang, nothing beyond
// the limits, every refusal with a code, every glyph somewhere. Linked with clang's fuzzer it
// searches; smoke_test.cc goes through a fixed number of damaged templates.
//
// The input: a template, a line "====", then the text that is the value of its variables.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/base/text.h"
#include "engine/doc/layout.h"
#include "engine/doc/limits.h"
#include "engine/doc/markdown.h"
#include "engine/doc/template.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {

// How many inputs came to pages; a test asks, so that the seeds stay good for something.
std::size_t laid_out = 0;

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireCodes(const Diagnostics& mistakes) {
  Require(!mistakes.empty() && mistakes.size() <= kMostMistakes + 1);
  for (const Diagnostic& mistake : mistakes) {
    Require(mistake.code.starts_with("doc.") || mistake.code.starts_with("feel.") ||
            mistake.code.starts_with("xml."));
  }
}

// The variables a template may name, with the input's text as their value.
struct Data {
  explicit Data(std::string_view text) {
    List lines;
    List rows;
    for (const std::string_view line : Split(text, '\n')) {
      if (lines.size() == 8) break;
      lines.push_back(Value(std::string(line)));
      rows.push_back(Value(Context({{"name", Value(std::string(line))}, {"n", Value(7)}})));
    }
    Add("x", Value(std::string(text)));
    Add("xs", Value(std::move(lines)));
    Add("rows", Value(std::move(rows)));
    Add("n", Value(1234));
    Add("on", Value(Date{2023, 3, 6}));
    Add("none", Value());
    Add("yes", Value(true));
  }

  void Add(const std::string& name, Value value) {
    scope.DeclareVariable(name, Type::Any());
    values.push_back(std::move(value));
  }

  feel::Scope scope;
  std::vector<Value> values;
};

void Check(const Pages& pages) {
  Require(!pages.pages.empty() && pages.pages.size() <= kMostPages);
  size_t glyphs = 0;
  for (const Page& page : pages.pages) {
    for (const Run& run : page.runs) {
      Require(std::isfinite(run.x_pt) && std::isfinite(run.y_pt) && run.size_pt > 0);
      Require(run.font < pages.fonts.size());
      glyphs += run.glyphs.size();
      for (const PlacedGlyph& glyph : run.glyphs) {
        Require(std::isfinite(glyph.advance_pt));
        Require(glyph.character < 0xD800 || glyph.character > 0xDFFF);
      }
    }
    for (const Stroke& stroke : page.strokes) {
      Require(std::isfinite(stroke.x1_pt + stroke.y1_pt + stroke.x2_pt + stroke.y2_pt));
    }
  }
  Require(glyphs <= 2 * kMostCharacters);
  for (const Diagnostic& note : pages.notes) Require(note.severity == Severity::kWarning);
  Require(!Dump(pages).empty());
}

void RunOne(std::string_view text, std::string_view value) {
  const auto include = [](std::string_view href) -> std::optional<std::string> {
    if (href == "self")
      return "<fragment xmlns=\"urn:anjuan:template:1\"><include href=\"self\"/></fragment>";
    if (href != "greeting") return std::nullopt;
    return "<fragment xmlns=\"urn:anjuan:template:1\"><p>{x}</p></fragment>";
  };
  const auto source = ReadTemplate(text, "t.xml", include);
  if (!source) return RequireCodes(source.error());
  const Data data(value);
  const auto compiled = Compile(*source, data.scope);
  if (!compiled) return RequireCodes(compiled.error());
  const auto pages = Layout(*compiled, data.values, feel::NoHost(), FakeFonts());
  if (pages) {
    Check(*pages);
    ++laid_out;
  } else {
    RequireCodes(pages.error());
  }
  (void)ToMarkdown(*compiled, data.values, feel::NoHost(), "chart.svg");
}

}  // namespace
}  // namespace anjuan::doc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 16'384;
  if (size > kMost) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT: bytes
  constexpr std::string_view kCut = "\n====\n";
  const std::size_t cut = text.find(kCut);
  const bool whole = cut == std::string_view::npos;
  anjuan::doc::RunOne(text.substr(0, cut), whole ? "甲" : text.substr(cut + kCut.size()));
  return 0;
}
