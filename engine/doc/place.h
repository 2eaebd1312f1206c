// Atoms on a line -> runs, underlines and boxes. Private to engine/doc.
#pragma once

#include <span>
#include <vector>

#include "engine/doc/line_break.h"
#include "engine/doc/node.h"
#include "engine/doc/pages.h"

namespace anjuan::doc {

struct TextStyle {
  double size_pt = 0;
  double tracking_pt = 0;
  Colour colour = Colour::kBlack;
};

// The square of a Chinese character reaches from 0.88 em above the baseline to 0.12 em below it.
inline constexpr double kAboveEm = 0.88;
inline constexpr double kBelowEm = 0.12;
inline constexpr double kMiddleEm = 0.38;  // baseline below the middle of the square

inline constexpr double kUnderlineEm = 0.14;  // below the baseline
inline constexpr double kThinLinePt = 0.5;

double WidthOf(std::span<const Atom> atoms, const TextStyle& style);

// Puts atoms[i], each advances[i] wide, from `x_pt` on; `middle_pt` is the line's middle.
void PlaceLine(std::span<const Atom> atoms, std::span<const double> advances, double x_pt,
               double middle_pt, const TextStyle& style, Page& out);

// The same at natural width.
void PlaceNatural(std::span<const Atom> atoms, double x_pt, double middle_pt,
                  const TextStyle& style, Page& out);

// A broken line inside `width_pt` from `left_pt`; kDefault justifies.
void PlaceBroken(std::span<const Atom> atoms, const BrokenLine& line, const Measure& measure,
                 Align align, double left_pt, double middle_pt, Colour colour, Page& out);

}  // namespace anjuan::doc
