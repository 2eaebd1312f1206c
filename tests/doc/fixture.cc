#include "tests/doc/fixture.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"
#include "engine/doc/markdown.h"
#include "engine/value/json.h"

namespace anjuan::doc {
namespace {

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
  if (value.context() != nullptr) {
    Context out;
    for (const auto& [name, item] : value.context()->entries()) out.Set(name, Revive(item));
    return Value(std::move(out));
  }
  return value;
}

void Declare(const Value& sample, feel::Scope& scope, std::vector<Value>& variables) {
  for (const auto& [name, value] : sample.context()->entries()) {
    if (name == "data") {
      Declare(value, scope, variables);
    } else {
      scope.DeclareVariable(name, Type::Any());
      variables.push_back(Revive(value));
    }
  }
}

Result<CompiledTemplate> CompileFrom(std::string_view text, std::string_view json,
                                     std::vector<Value>& variables) {
  const auto sample = ReadJson(json, "sample.json");
  if (!sample) return Unexpected(sample.error());
  feel::Scope scope;
  Declare(*sample, scope, variables);
  const auto include = [](std::string_view href) -> std::optional<std::string> {
    if (href != "greeting") return std::nullopt;
    return "<fragment xmlns=\"urn:anjuan:template:1\"><p>此致敬礼</p></fragment>";
  };
  const auto source = ReadTemplate(text, "t.xml", include);
  if (!source) return Unexpected(source.error());
  return Compile(*source, scope);
}

}  // namespace

TemplateRun::TemplateRun(std::string_view text, std::string_view json)
    : compiled_(CompileFrom(text, json, variables_)) {}

std::shared_ptr<const Image> FakePictures::Find(std::string_view id) const {
  const bool seal = id.size() == 6 && id.substr(0, 5) == "seal-";
  if (!seal && id != "stamp") return nullptr;
  auto out = std::make_shared<Image>();
  out->width_px = seal ? 420 : 320;
  out->height_px = seal ? 420 : 160;
  for (int y = 0; y < out->height_px; ++y) {
    for (int x = 0; x < out->width_px; ++x) {
      const double radius = std::hypot(x - 209.5, y - 209.5);
      const bool frame = x < 10 || y < 10 || x >= out->width_px - 10 || y >= out->height_px - 10;
      const bool red = seal ? (radius < 208 && radius > 196) || radius < 40 : frame;
      out->rgb += red ? "\xd8\x20\x20" : "\xff\xff\xff";
    }
  }
  out->sha256 = StrCat(std::string(58, '0'), seal ? std::string(id) : "stamp0");
  return out;
}

Result<Pages> TemplateRun::Layout(const FontMetrics& fonts, const Pictures* pictures) const {
  if (!compiled_) return Unexpected(compiled_.error());
  return doc::Layout(*compiled_, variables_, feel::NoHost(), fonts, pictures);
}

Result<std::string> TemplateRun::Markdown() const {
  if (!compiled_) return Unexpected(compiled_.error());
  return ToMarkdown(*compiled_, variables_, feel::NoHost(), "chart.svg");
}

std::string DocumentOf(std::string_view body, std::string_view form) {
  return StrCat("<document xmlns=\"urn:anjuan:template:1\" code=\"T1\" form=\"", form,
                "\" title=\"通知\">\n", body, "\n</document>");
}

std::string TextOf(const Pages& pages) {
  std::string out;
  for (const Page& page : pages.pages) {
    if (&page != &pages.pages.front()) out += "--\n";
    std::vector<const Run*> runs;
    for (const Run& run : page.runs) runs.push_back(&run);
    std::stable_sort(runs.begin(), runs.end(), [](const Run* a, const Run* b) {
      return a->y_pt != b->y_pt ? a->y_pt < b->y_pt : a->x_pt < b->x_pt;
    });
    for (size_t i = 0; i < runs.size(); ++i) {
      for (const PlacedGlyph& glyph : runs[i]->glyphs) AppendUtf8(out, glyph.character);
      const bool more = i + 1 < runs.size() && std::abs(runs[i + 1]->y_pt - runs[i]->y_pt) < 0.01;
      if (!more) out += '\n';
    }
  }
  return out;
}

std::string ReadSource(const std::string& path) {
  std::ifstream in(StrCat(ANJUAN_SOURCE_DIR, "/", path), std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace anjuan::doc
