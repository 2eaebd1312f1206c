#include "engine/doc/place.h"

#include <optional>

namespace anjuan::doc {
namespace {

constexpr double kRaisedEm = 0.36;  // of a footnote's mark above the baseline

Measure NaturalMeasure(const TextStyle& style) {
  return {.width_pt = 0,
          .first_indent_pt = 0,
          .rest_indent_pt = 0,
          .size_pt = style.size_pt,
          .tracking_pt = style.tracking_pt,
          .whole_words = false};
}

}  // namespace

double WidthOf(std::span<const Atom> atoms, const TextStyle& style) {
  return SetNatural(atoms, NaturalMeasure(style)).width_pt;
}

void PlaceLine(std::span<const Atom> atoms, std::span<const double> advances, double x_pt,
               double middle_pt, const TextStyle& style, Page& out) {
  const double baseline = middle_pt + kMiddleEm * style.size_pt;
  Run run;
  const auto finish = [&] {
    if (!run.glyphs.empty()) out.runs.push_back(std::move(run));
    run = Run();
  };
  const double under = baseline + kUnderlineEm * style.size_pt;
  std::optional<double> under_from;
  const auto underline = [&](bool wanted) {
    if (wanted == under_from.has_value()) return;
    if (!wanted) out.strokes.push_back({*under_from, under, x_pt, under, kThinLinePt});
    under_from = wanted ? std::optional(x_pt) : std::nullopt;
  };
  bool raised = false;
  for (size_t i = 0; i < atoms.size(); ++i) {
    const Atom& atom = atoms[i];
    underline(atom.underlined);
    switch (atom.kind) {
      case AtomKind::kGlyph:
        if (run.glyphs.empty() || run.font != atom.glyph.font || raised != (atom.note > 0)) {
          finish();
          raised = atom.note > 0;
          run.x_pt = x_pt;
          run.y_pt = baseline - (raised ? kRaisedEm * style.size_pt : 0);
          run.font = atom.glyph.font;
          run.colour = style.colour;
          run.size_pt = style.size_pt * (raised ? kRaisedSizeEm : 1);
          run.glyphs.reserve(atoms.size() - i);
        }
        run.glyphs.push_back(
            {atom.character, atom.glyph.glyph, atom.glyph.width, static_cast<float>(advances[i])});
        break;
      case AtomKind::kBlank: {
        finish();
        if (atom.underlined) break;
        out.strokes.push_back({x_pt, under, x_pt + advances[i], under, kThinLinePt});
        break;
      }
      case AtomKind::kCheck: {
        finish();
        const double size = 0.8 * style.size_pt;
        out.boxes.push_back({x_pt + 0.1 * style.size_pt, middle_pt - size / 2, size, atom.checked});
        break;
      }
      case AtomKind::kLineBreak:
      case AtomKind::kParagraphBreak:
        break;
    }
    x_pt += advances[i];
  }
  underline(false);
  finish();
}

void PlaceNatural(std::span<const Atom> atoms, double x_pt, double middle_pt,
                  const TextStyle& style, Page& out) {
  PlaceLine(atoms, SetNatural(atoms, NaturalMeasure(style)).advances_pt, x_pt, middle_pt, style,
            out);
}

void PlaceBroken(std::span<const Atom> atoms, const BrokenLine& line, const Measure& measure,
                 Align align, double left_pt, double middle_pt, Colour colour, Page& out) {
  const auto on_line = atoms.subspan(line.begin, line.end - line.begin);
  const double available = measure.width_pt - line.indent_pt;
  const bool stretch = align == Align::kDefault && !line.paragraph_end;
  const SetAtoms set = SetLine(atoms, line, measure, stretch);
  double x = left_pt + line.indent_pt + set.shift_pt;
  if (align == Align::kCenter) x += (available - set.width_pt) / 2;
  if (align == Align::kEnd) x += available - set.width_pt;
  PlaceLine(on_line, set.advances_pt, x, middle_pt, {measure.size_pt, measure.tracking_pt, colour},
            out);
}

}  // namespace anjuan::doc
