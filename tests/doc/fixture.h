// A font for layout tests that needs no file: every hanzi and mark is one em wide, ASCII half.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/doc/layout.h"
#include "engine/doc/template.h"
#include "engine/value/value.h"

namespace anjuan::doc {

// Fonts 0 to 4 are the faces; font 5 stands in for characters beyond U+FFFF; nothing has U+2603.
class FakeFonts : public FontMetrics {
 public:
  std::optional<FontGlyph> Find(Face face, char32_t character) const override {
    if (character == 0x2603) return std::nullopt;
    const bool beyond = character > 0xFFFF;
    const auto font = static_cast<std::uint16_t>(beyond ? 5 : static_cast<int>(face));
    const auto width = static_cast<std::uint16_t>(character < 0x80 ? 500 : 1000);
    return FontGlyph{font, static_cast<std::uint16_t>(character & 0xFFFF), width, beyond};
  }
  int FontCount() const override { return 6; }
  FontInfo Info(int font) const override {
    constexpr std::string_view kNames[] = {"Fang", "Biao", "Hei", "Kai", "Song", "Other"};
    return {std::string(kNames[static_cast<size_t>(font)])};
  }
};

// "seal-1" to "seal-9": red rings of 420 by 420 pixels on white, each of its own hash; "stamp": a
// red frame of 320 by 160.
class FakePictures : public Pictures {
 public:
  std::shared_ptr<const Image> Find(std::string_view id) const override;
};

// Reads, compiles and lays out; the JSON's "data" entries and its others are the variables, all of
// type Any, ISO dates as dates.
class TemplateRun {
 public:
  TemplateRun(std::string_view text, std::string_view json);

  Result<Pages> Layout() const { return Layout(FakeFonts(), nullptr); }
  Result<Pages> Layout(const FontMetrics& fonts, const Pictures* pictures) const;
  Result<std::string> Markdown() const;  // pictures stand as chart.svg
  const Result<CompiledTemplate>& compiled() const { return compiled_; }

 private:
  std::vector<Value> variables_;
  Result<CompiledTemplate> compiled_;
};

// A document around `body`: <document …>body</document>; line 1 holds the start tag alone.
std::string DocumentOf(std::string_view body, std::string_view form = "plain");

// The text of all runs in reading order, one line for each baseline; pages apart by "--".
std::string TextOf(const Pages& pages);

std::string ReadSource(const std::string& path);  // from the repository

}  // namespace anjuan::doc
