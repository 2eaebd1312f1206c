// Finished pages: every glyph, line and box has its place. A PageWriter turns them into a file
// without deciding anything.
//
// Units: points (1/72 inch). The origin is the top left corner of the sheet, y grows downwards;
//        y of a run is its baseline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/doc/font_metrics.h"

namespace anjuan::doc {

// Raised whenever the same input gives other pages; part of the render environment of a document.
inline constexpr int kLayoutVersion = 4;

inline constexpr double kPointsPerMm = 72.0 / 25.4;

enum class Colour { kBlack, kRed };

struct PlacedGlyph {
  char32_t character = 0;  // as requested: what a reader of the file must get back
  std::uint16_t glyph = 0;
  std::uint16_t width = 0;  // thousandths of an em, the glyph's own
  float advance_pt = 0;     // to the next glyph, after justification and compression
  bool operator==(const PlacedGlyph&) const = default;
};

// Glyphs of one font, size and colour on one baseline.
struct Run {
  double x_pt = 0;
  double y_pt = 0;
  std::uint16_t font = 0;
  Colour colour = Colour::kBlack;
  double size_pt = 0;
  bool turned = false;  // runs upwards, on a sheet whose text stands sideways
  std::vector<PlacedGlyph> glyphs;
  bool operator==(const Run&) const = default;
};

struct Stroke {
  double x1_pt = 0, y1_pt = 0, x2_pt = 0, y2_pt = 0;
  double width_pt = 0;
  Colour colour = Colour::kBlack;
  bool operator==(const Stroke&) const = default;
};

struct CheckBox {                          // drawn, since hardly any font has the characters
  double x_pt = 0, y_pt = 0, size_pt = 0;  // top left corner
  bool checked = false;
  bool turned = false;
  bool operator==(const CheckBox&) const = default;
};

struct Point {
  double x_pt = 0, y_pt = 0;
  bool operator==(const Point&) const = default;
};

// A line or an area of a picture, under everything else on the page but images.
struct Shape {
  std::vector<Point> points;  // curve: the first, then three for each Bezier piece; else corners
  bool curve = false;
  bool closed = false;
  std::optional<std::uint32_t> fill;  // 0xRRGGBB
  std::optional<std::uint32_t> stroke;
  double width_pt = 0;
  bool dashed = false;
  bool operator==(const Shape&) const = default;
};

// A picture made of pixels. Opaque: archives (PDF/A-1) have no transparency, so whoever reads an
// image lays it on white first.
struct Image {
  int width_px = 0, height_px = 0;
  std::string rgb;     // three bytes a pixel, sRGB, rows from the top, no padding
  std::string sha256;  // hex, of the file it was read from: equal means the same picture
};

// An image scaled to a rectangle, under the text of its page.
struct PlacedImage {
  std::shared_ptr<const Image> image;
  double x_pt = 0, y_pt = 0;  // top left corner
  double width_pt = 0, height_pt = 0;
  bool turned = false;  // its upper edge is the rectangle's left one
  bool operator==(const PlacedImage& other) const {
    return image->sha256 == other.image->sha256 && x_pt == other.x_pt && y_pt == other.y_pt &&
           width_pt == other.width_pt && height_pt == other.height_pt && turned == other.turned;
  }
};

struct Page {
  double width_pt = 0, height_pt = 0;  // 0: those of the Pages
  std::vector<Run> runs;
  std::vector<Stroke> strokes;
  std::vector<CheckBox> boxes;
  std::vector<Shape> shapes;
  std::vector<PlacedImage> images;
  bool operator==(const Page&) const = default;
};

// Characters of one font that the template's own text may use, whatever the data: a writer may
// prepare them once for thousands of documents. Ascending, without doubles.
struct CommonGlyphs {
  std::uint16_t font = 0;
  std::vector<std::pair<char32_t, FontGlyph>> glyphs;
  bool operator==(const CommonGlyphs&) const = default;
};

struct Pages {
  std::string code;     // of the template
  std::string title;    // for the file's properties, as are the next two
  std::string author;   // the issuing office
  std::string subject;  // its number
  double width_pt = 210 * kPointsPerMm;
  double height_pt = 297 * kPointsPerMm;
  std::vector<std::string> fonts;  // names by index, those of the FontMetrics
  std::vector<Page> pages;
  std::vector<CommonGlyphs> common;
  Diagnostics notes;  // warnings: characters taken from a substitute font
  bool operator==(const Pages&) const = default;
};

// One line of text for each line of each page, for golden tests a person can review: position
// (points from the top left corner), font, size, text; then strokes, boxes, shapes and images.
std::string Dump(const Pages& pages);

}  // namespace anjuan::doc
