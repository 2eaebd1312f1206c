#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/doc/pages.h"

namespace anjuan::doc {
namespace {

// One decimal, half away from zero, by hand: printf would follow the locale.
std::string Tenths(double number) {
  const long long tenths = std::llround(number * 10);
  const long long magnitude = std::llabs(tenths);
  return StrCat(tenths < 0 ? "-" : "", magnitude / 10, ".", magnitude % 10);
}

std::string TextOf(const Run& run) {
  std::string text;
  for (const PlacedGlyph& glyph : run.glyphs) AppendUtf8(text, glyph.character);
  return text;
}

std::string_view ColourName(Colour colour) {
  switch (colour) {
    case Colour::kBlack:
      return "";
    case Colour::kRed:
      return " red";
  }
  return "";
}

double WidthOf(const Run& run) {
  double width = 0;
  for (const PlacedGlyph& glyph : run.glyphs) width += static_cast<double>(glyph.advance_pt);
  return width;
}

}  // namespace

std::string Dump(const Pages& pages) {
  std::string out = StrCat("document ", pages.code, " ", pages.title, "\n");
  int number = 0;
  for (const Page& page : pages.pages) {
    out += StrCat("page ", ++number);
    if (page.width_pt > 0) out += StrCat(" ", Tenths(page.width_pt), "x", Tenths(page.height_pt));
    out += '\n';
    std::vector<const Run*> runs;
    for (const Run& run : page.runs) runs.push_back(&run);
    std::stable_sort(runs.begin(), runs.end(), [](const Run* a, const Run* b) {
      return a->y_pt != b->y_pt ? a->y_pt < b->y_pt : a->x_pt < b->x_pt;
    });
    for (const Run* run : runs) {
      const std::string font = run->font < pages.fonts.size() ? pages.fonts[run->font] : "?";
      out += StrCat("text ", Tenths(run->x_pt), ",", Tenths(run->y_pt), " w", Tenths(WidthOf(*run)),
                    " ", font, " ", Tenths(run->size_pt), ColourName(run->colour),
                    run->turned ? " turned | " : " | ", TextOf(*run), "\n");
    }
    for (const Stroke& stroke : page.strokes) {
      out += StrCat("line ", Tenths(stroke.x1_pt), ",", Tenths(stroke.y1_pt), " ",
                    Tenths(stroke.x2_pt), ",", Tenths(stroke.y2_pt), " ", Tenths(stroke.width_pt),
                    ColourName(stroke.colour), "\n");
    }
    for (const CheckBox& box : page.boxes) {
      out += StrCat("box ", Tenths(box.x_pt), ",", Tenths(box.y_pt), " ", Tenths(box.size_pt),
                    box.checked ? " checked" : " empty", box.turned ? " turned\n" : "\n");
    }
    for (const Shape& shape : page.shapes) {
      out += StrCat(shape.curve ? "curve" : "shape", shape.closed ? " closed" : "",
                    shape.dashed ? " dashed" : "", shape.fill ? StrCat(" fill ", *shape.fill) : "",
                    shape.stroke ? StrCat(" stroke ", *shape.stroke) : "");
      for (const Point& point : shape.points) {
        out += StrCat(" ", Tenths(point.x_pt), ",", Tenths(point.y_pt));
      }
      out += '\n';
    }
    for (const PlacedImage& image : page.images) {
      out += StrCat("image ", Tenths(image.x_pt), ",", Tenths(image.y_pt), " ",
                    Tenths(image.width_pt), "x", Tenths(image.height_pt), " ",
                    image.image->width_px, "x", image.image->height_px, " ",
                    image.image->sha256.substr(0, 16), image.turned ? " turned\n" : "\n");
    }
  }
  for (const Diagnostic& note : pages.notes) out += StrCat("note ", note.message, "\n");
  return out;
}

}  // namespace anjuan::doc
