#include "engine/doc/layout.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/compose.h"
#include "engine/doc/limits.h"

namespace anjuan::doc {
namespace {

constexpr double kOwnPageNumberPt = 8 * kPointsPerMm;  // above the sheet's end

// 7.5: size 4 half-width 宋体 digits between dashes, 7 mm below the block, one character from the
// fore edge: right on odd pages, left on even ones. One page needs none.
void NumberPages(bool first_too, const std::set<size_t>& unnumbered, Shaper& shaper,
                 std::vector<Page>& pages) {
  if (pages.size() < 2) return;
  const TextStyle style{kSize4Pt, 0, Colour::kBlack};
  for (size_t i = first_too ? 0 : 1; i < pages.size(); ++i) {
    if (unnumbered.contains(i)) continue;
    const std::vector<Atom> atoms = shaper.Shape(StrCat("— ", i + 1, " —"), Face::kSongTi);
    const double width = WidthOf(atoms, style);
    if (pages[i].width_pt > 0) {  // a page of its own size: outside what stands on it
      PlaceNatural(atoms, pages[i].width_pt - kBlockLeftPt - width,
                   pages[i].height_pt - kOwnPageNumberPt, style, pages[i]);
      continue;
    }
    const double x =
        i % 2 == 0 ? kBlockLeftPt + kBlockWidthPt - kSize3Pt - width : kBlockLeftPt + kSize3Pt;
    PlaceNatural(atoms, x, kBlockTopPt + kBlockHeightPt + 7 * kPointsPerMm, style, pages[i]);
  }
}

std::vector<CommonGlyphs> Common(const std::vector<StaticText>& fixed, const FontMetrics& fonts) {
  std::vector<CommonGlyphs> out(static_cast<size_t>(fonts.FontCount()));
  for (size_t i = 0; i < out.size(); ++i) out[i].font = static_cast<std::uint16_t>(i);
  for (const StaticText& text : fixed) {
    for (const char32_t c : text.characters) {
      const char32_t character = Canonical(c);
      if (const auto glyph = fonts.Find(text.face, character)) {
        out[glyph->font].glyphs.emplace_back(character, *glyph);
      }
    }
  }
  const auto before = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  for (CommonGlyphs& font : out) {
    std::sort(font.glyphs.begin(), font.glyphs.end(), before);
    font.glyphs.erase(std::unique(font.glyphs.begin(), font.glyphs.end(), same), font.glyphs.end());
  }
  std::erase_if(out, [](const CommonGlyphs& font) { return font.glyphs.empty(); });
  return out;
}

bool HasCode(const Diagnostics& mistakes, std::string_view code) {
  return std::any_of(mistakes.begin(), mistakes.end(),
                     [&](const Diagnostic& mistake) { return mistake.code == code; });
}

// A table of 10,000 rows may be wrong 100,000 times.
Diagnostics Bounded(Diagnostics mistakes) {
  if (mistakes.size() <= kMostMistakes) return mistakes;
  const size_t more = mistakes.size() - kMostMistakes;
  mistakes.resize(kMostMistakes);
  mistakes.push_back(Diagnostic{
      .code = "doc.budget", .message = StrCat("还有", more, "处错误没有列出，请先改正以上各处")});
  return mistakes;
}

}  // namespace

Result<Pages> Layout(const CompiledTemplate& compiled, std::span<const Value> variables,
                     feel::Host& host, const FontMetrics& fonts, const Pictures* pictures,
                     Preview* preview) {
  Diagnostics mistakes;
  Pages out;
  const std::vector<Block> blocks = Expand(compiled, variables, host, mistakes, preview);
  // The layout of an incomplete document still finds characters without glyphs and cells that
  // overflow: all mistakes are told at once.
  if (HasCode(mistakes, "doc.budget")) return Unexpected(Bounded(std::move(mistakes)));
  Shaper shaper(fonts, mistakes, out.notes);
  if (compiled.nodes().footnotes) shaper.SetNoteCount(CountNotes(blocks));
  Flow flow = Composer(compiled, pictures, shaper, mistakes).Compose(blocks);
  if (HasError(mistakes)) return Unexpected(Bounded(std::move(mistakes)));
  const bool numbered = flow.numbered;
  const bool first_numbered = flow.numbered_first_page;
  Paginated paginated = Paginate(std::move(flow));
  out.pages = std::move(paginated.pages);
  if (out.pages.size() > kMostPages) {
    return Fail("doc.budget", StrCat("文书有", out.pages.size(), "页，最多", kMostPages,
                                     "页；请分成几份文书，或者改用表格文件"));
  }
  if (numbered) NumberPages(first_numbered, paginated.unnumbered, shaper, out.pages);
  if (HasError(mistakes)) return Unexpected(Bounded(std::move(mistakes)));
  out.code = compiled.code();
  out.title = compiled.title();
  for (int i = 0; i < fonts.FontCount(); ++i) out.fonts.push_back(fonts.Info(i).name);
  out.common = Common(compiled.nodes().fixed, fonts);
  return out;
}

}  // namespace anjuan::doc
