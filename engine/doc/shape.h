// Text -> atoms: characters checked, mapped and given their glyphs. Private to engine/doc.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/doc/block.h"
#include "engine/doc/font_metrics.h"

namespace anjuan::doc {

enum class AtomKind : std::uint8_t { kGlyph, kBlank, kCheck, kLineBreak, kParagraphBreak };

struct Atom {
  AtomKind kind = AtomKind::kGlyph;
  bool checked = false;
  char32_t character = 0;
  FontGlyph glyph;
  float width_em = 0;
};

// Kangxi radicals and compatibility ideographs as the hanzi they stand for.
char32_t Canonical(char32_t character);

class Shaper {
 public:
  Shaper(const FontMetrics& fonts, Diagnostics& mistakes, Diagnostics& notes)
      : fonts_(fonts), mistakes_(mistakes), notes_(notes) {}

  std::vector<Atom> Shape(std::span<const Span> spans);
  std::vector<Atom> Shape(std::string_view text, Face face);  // the engine's own text
  void Append(std::string_view text, Face face, const Location& at, std::vector<Atom>& out);

 private:
  void Add(char32_t character, Face face, const Location& at, std::vector<Atom>& out);
  void Refuse(char32_t character, const Location& at, std::string_view why);
  std::string Place() const;  // "{worker_reps.name}" or "模板文字"

  const FontMetrics& fonts_;
  Diagnostics& mistakes_;
  Diagnostics& notes_;
  std::set<std::pair<Face, char32_t>> substituted_;
  const CompiledExpression* from_ = nullptr;  // of the text being shaped
};

}  // namespace anjuan::doc
