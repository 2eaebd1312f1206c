// Pictures: lines, areas and words that come as data, in points from their top left corner.
//
//   {width, height, shapes: [{points: [x, y, ...], curve, closed, fill, stroke, width, dashed}],
//    texts: [{text, x, y, size, align, bold}]}
//
// Colours are "#rrggbb"; y of a text is its baseline; align is left, center or right. Everything
// but width, height, points, text, x, y and size may be missing.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "engine/base/text.h"
#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr double kReadablePt = 7;    // the smallest letters a page of its own should have
constexpr double kLargestScale = 1;  // small pictures are not blown up
constexpr double kOwnMarginPt = 12 * kPointsPerMm;
constexpr double kLabelPt = 14;
constexpr double kLabelHeightPt = 11 * kPointsPerMm;

struct Sheet {
  double width_mm, height_mm;
};
constexpr std::array kSheets = {Sheet{210, 297}, Sheet{297, 210}, Sheet{297, 420}, Sheet{420, 297}};

// FEEL's decimals as lengths: what is lost lies far below a printer's dot.
std::optional<double> Length(const Value& value) {
  const Decimal* number = value.number();
  if (number == nullptr) return std::nullopt;
  const std::string text = number->ToString();
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool Flag(const Value& value) {
  return value.boolean() != nullptr && *value.boolean();
}

std::optional<std::uint32_t> Rgb(const Value& value) {
  const std::string* text = value.string();
  if (text == nullptr || text->size() != 7 || text->front() != '#') return std::nullopt;
  std::uint32_t out = 0;
  const char* end = text->data() + text->size();
  return std::from_chars(text->data() + 1, end, out, 16).ptr == end ? std::optional(out)
                                                                    : std::nullopt;
}

struct Words {
  std::string text;
  Point at;
  double size_pt = 0;
  Align align = Align::kStart;
  Face face = Face::kSongTi;
};

// A picture whose data are right.
struct Drawing {
  double width_pt = 0, height_pt = 0;
  std::vector<Shape> shapes;
  std::vector<Words> words;

  double SmallestText() const {
    double out = 1e9;
    for (const Words& one : words) out = std::min(out, one.size_pt);
    return out;
  }
};

std::optional<Shape> ReadShape(const Value& value) {
  const List* points = value["points"].list();
  if (points == nullptr || points->empty() || points->size() % 2 != 0) return std::nullopt;
  Shape out;
  for (size_t i = 0; i < points->size(); i += 2) {
    const auto x = Length((*points)[i]);
    const auto y = Length((*points)[i + 1]);
    if (!x || !y) return std::nullopt;
    out.points.push_back({*x, *y});
  }
  out.curve = Flag(value["curve"]);
  out.closed = Flag(value["closed"]);
  out.fill = Rgb(value["fill"]);
  out.stroke = Rgb(value["stroke"]);
  out.width_pt = Length(value["width"]).value_or(1);
  out.dashed = Flag(value["dashed"]);
  return out;
}

std::optional<Words> ReadWords(const Value& value) {
  const std::string* text = value["text"].string();
  const auto x = Length(value["x"]);
  const auto y = Length(value["y"]);
  const auto size = Length(value["size"]);
  if (text == nullptr || !x || !y || !size) return std::nullopt;
  Words out{*text, {*x, *y}, *size};
  const std::string* align = value["align"].string();
  if (align != nullptr && *align == "center") out.align = Align::kCenter;
  if (align != nullptr && *align == "right") out.align = Align::kEnd;
  if (Flag(value["bold"])) out.face = Face::kHeiTi;
  return out;
}

std::optional<Drawing> ReadDrawing(const Value& value) {
  const auto width = Length(value["width"]);
  const auto height = Length(value["height"]);
  const List* shapes = value["shapes"].list();
  const List* texts = value["texts"].list();
  if (!width || !height || !(*width > 0) || !(*height > 0) || shapes == nullptr ||
      texts == nullptr) {
    return std::nullopt;
  }
  Drawing out{*width, *height, {}, {}};
  for (const Value& shape : *shapes) {
    auto read = ReadShape(shape);
    if (!read) return std::nullopt;
    out.shapes.push_back(std::move(*read));
  }
  for (const Value& text : *texts) {
    auto read = ReadWords(text);
    if (!read) return std::nullopt;
    out.words.push_back(std::move(*read));
  }
  return out;
}

void Place(Drawing drawing, double scale, double left_pt, double top_pt, Shaper& shaper,
           Page& out) {
  for (Shape& shape : drawing.shapes) {
    for (Point& point : shape.points) {
      point = {left_pt + scale * point.x_pt, top_pt + scale * point.y_pt};
    }
    shape.width_pt *= scale;
    out.shapes.push_back(std::move(shape));
  }
  for (const Words& words : drawing.words) {
    const TextStyle style{scale * words.size_pt, 0, Colour::kBlack};
    const std::vector<Atom> atoms = shaper.Shape(words.text, words.face);
    double x = left_pt + scale * words.at.x_pt;
    if (words.align == Align::kCenter) x -= WidthOf(atoms, style) / 2;
    if (words.align == Align::kEnd) x -= WidthOf(atoms, style);
    PlaceNatural(atoms, x, top_pt + scale * words.at.y_pt - kMiddleEm * style.size_pt, style, out);
  }
}

}  // namespace

// In the text: as wide as the block at most. On a page of its own: the smallest sheet on which its
// letters can be read, else the sheet on which they are largest.
void Composer::Picture(const Block& block) {
  std::optional<Drawing> drawing = ReadDrawing(block.value);
  if (!drawing) {
    Mistake(block, "doc.picture",
            StrCat("{", Trim(block.node->value->expression.text()), "} is no picture"));
    return;
  }
  Item item;
  item.grid = false;
  if (!block.node->own_page) {
    const double scale = std::min(
        {kLargestScale, kBlockWidthPt / drawing->width_pt, kBlockHeightPt / drawing->height_pt});
    item.height_pt = scale * drawing->height_pt;
    Place(std::move(*drawing), scale,
          kBlockLeftPt + (kBlockWidthPt - scale * drawing->width_pt) / 2, 0, shaper_, item.content);
    flow_.items.push_back(std::move(item));
    return;
  }
  double scale = 0;
  for (const Sheet& sheet : kSheets) {
    const double width = sheet.width_mm * kPointsPerMm;
    const double height = sheet.height_mm * kPointsPerMm;
    const double fits =
        std::min({kLargestScale, (width - 2 * kOwnMarginPt) / drawing->width_pt,
                  (height - 2 * kOwnMarginPt - kLabelHeightPt) / drawing->height_pt});
    if (fits <= scale) continue;
    scale = fits;
    item.content.width_pt = width;
    item.content.height_pt = height;
    if (scale * drawing->SmallestText() >= kReadablePt) break;
  }
  Page& page = item.content;
  const TextStyle style{kLabelPt, 0, Colour::kBlack};
  const std::vector<Atom> label = shaper_.Shape(block.spans);
  PlaceNatural(label, (page.width_pt - WidthOf(label, style)) / 2, kOwnMarginPt + kLabelPt / 2,
               style, page);
  const double left = (page.width_pt - scale * drawing->width_pt) / 2;
  const double room = page.height_pt - 2 * kOwnMarginPt - kLabelHeightPt;
  const double top =
      kOwnMarginPt + kLabelHeightPt + std::max(0.0, room - scale * drawing->height_pt) / 2;
  Place(std::move(*drawing), scale, left, top, shaper_, page);
  item.own_page = true;
  flow_.items.push_back(std::move(item));
}

}  // namespace anjuan::doc
