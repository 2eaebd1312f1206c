// Pictures made of pixels, and QR codes: as pieces that stand in the text or on a sheet.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/compose.h"
#include "engine/doc/qr.h"

namespace anjuan::doc {
namespace {

constexpr double kCodeMm = 25;           // with its quiet zone
constexpr double kLeastModuleMm = 0.33;  // what a telephone reads from a laser print
constexpr double kImageMm = 60;
constexpr double kLabelPt = 10.5;
constexpr double kLabelPitchPt = 1.5 * kLabelPt;

// Modules along a side, with the quiet zone around them.
double Side(const std::vector<std::vector<bool>>& modules) {
  return static_cast<double>(modules.size()) + 2.0 * kQrQuietZone;
}

// Dark modules as rectangles, neighbours in a row joined.
void PlaceModules(const std::vector<std::vector<bool>>& modules, double size_pt, Page& out) {
  const double module = size_pt / Side(modules);
  for (size_t row = 0; row < modules.size(); ++row) {
    const double top = (static_cast<double>(row) + kQrQuietZone) * module;
    for (size_t begin = 0; begin < modules.size(); ++begin) {
      if (!modules[row][begin]) continue;
      size_t end = begin;
      while (end < modules.size() && modules[row][end]) ++end;
      const double left = (static_cast<double>(begin) + kQrQuietZone) * module;
      const double right = (static_cast<double>(end) + kQrQuietZone) * module;
      Shape shape;
      shape.points = {{left, top}, {right, top}, {right, top + module}, {left, top + module}};
      shape.closed = true;
      shape.fill = 0;
      out.shapes.push_back(std::move(shape));
      begin = end;
    }
  }
}

}  // namespace

void PlacePage(Page piece, double x_pt, double y_pt, Page& out) {
  for (Run& run : piece.runs) {
    run.x_pt += x_pt;
    run.y_pt += y_pt;
    out.runs.push_back(std::move(run));
  }
  for (Stroke& stroke : piece.strokes) {
    stroke.x1_pt += x_pt;
    stroke.x2_pt += x_pt;
    stroke.y1_pt += y_pt;
    stroke.y2_pt += y_pt;
    out.strokes.push_back(stroke);
  }
  for (CheckBox& box : piece.boxes) {
    box.x_pt += x_pt;
    box.y_pt += y_pt;
    out.boxes.push_back(box);
  }
  for (Shape& shape : piece.shapes) {
    for (Point& point : shape.points) point = {point.x_pt + x_pt, point.y_pt + y_pt};
    out.shapes.push_back(std::move(shape));
  }
  for (PlacedImage& image : piece.images) {
    image.x_pt += x_pt;
    image.y_pt += y_pt;
    out.images.push_back(std::move(image));
  }
}

std::shared_ptr<const Image> Composer::FindImage(const Block& block) {
  const std::string* id = block.value.string();
  if (block.value.is_null() || (id != nullptr && id->empty())) return nullptr;
  std::shared_ptr<const Image> image =
      id == nullptr || pictures_ == nullptr ? nullptr : pictures_->Find(*id);
  if (image == nullptr || image->width_px <= 0 || image->height_px <= 0) {
    Mistake(block, "doc.image",
            StrCat("{", Trim(block.node->value->expression.text()), "}：没有编号为“",
                   id == nullptr ? "" : std::string_view(*id),
                   "”的图片；请先导入图片（印章用 anjuan import seals），或让这一项为空"));
    return nullptr;
  }
  return image;
}

Composer::Drawn Composer::DrawImage(const Block& block, double widest_pt, double tallest_pt) {
  Drawn out;
  const std::shared_ptr<const Image> image = FindImage(block);
  if (image == nullptr) return out;
  const double ratio = static_cast<double>(image->height_px) / image->width_px;
  const double wanted = block.node->width_mm > 0 ? block.node->width_mm : kImageMm;
  out.width_pt = std::min({wanted * kPointsPerMm, widest_pt, tallest_pt / ratio});
  out.height_pt = out.width_pt * ratio;
  out.page.images.push_back({image, 0, 0, out.width_pt, out.height_pt});
  return out;
}

// A seal or a signer's stamp; width 0 where the office has none and room is left instead.
Composer::Drawn Composer::DrawSeal(const Block& party, double usual_mm) {
  Drawn out;
  if (!party.node->value) return out;
  const std::shared_ptr<const Image> image = FindImage(party);
  if (image == nullptr) return out;
  out.width_pt = (party.node->width_mm > 0 ? party.node->width_mm : usual_mm) * kPointsPerMm;
  out.height_pt = out.width_pt * image->height_px / image->width_px;
  out.page.images.push_back({image, 0, 0, out.width_pt, out.height_pt});
  return out;
}

Composer::Drawn Composer::DrawCode(const Block& block) {
  Drawn out;
  const std::string* text = block.value.string();
  const auto modules = text == nullptr ? std::nullopt : QrModules(*text);
  const std::string expression(Trim(block.node->value->expression.text()));
  if (!modules) {
    Mistake(block, "doc.qr",
            StrCat("二维码的内容{", expression, "}",
                   text == nullptr || text->empty() ? "没有文字" : "太长，放不进二维码"));
    return out;
  }
  const double mm = block.node->width_mm > 0 ? block.node->width_mm : kCodeMm;
  const double module_mm = mm / Side(*modules);
  if (module_mm < kLeastModuleMm) {
    const auto needed = static_cast<int>(kLeastModuleMm * Side(*modules) + 1);
    Mistake(block, "doc.qr",
            StrCat("二维码{", expression, "}内容较长，印成", static_cast<int>(mm),
                   "毫米扫不出来：请写 size=\"", needed, "\" 或更大，或缩短内容"));
    return out;
  }
  out.width_pt = out.height_pt = mm * kPointsPerMm;
  PlaceModules(*modules, out.width_pt, out.page);
  return out;
}

// An image or a code with its label centred below it.
Composer::Drawn Composer::DrawInset(const Block& block, double widest_pt, double tallest_pt) {
  Drawn out =
      block.node->kind == NodeKind::kQr ? DrawCode(block) : DrawImage(block, widest_pt, tallest_pt);
  if (block.spans.empty() || out.width_pt <= 0) return out;
  const TextStyle style{kLabelPt, 0, Colour::kBlack};
  const std::vector<Atom> label = shaper_.Shape(block.spans);
  const double width = WidthOf(label, style);
  if (width > out.width_pt) {  // the wider of the two sets the width
    Page wider;
    PlacePage(std::move(out.page), (width - out.width_pt) / 2, 0, wider);
    out.page = std::move(wider);
    out.width_pt = width;
  }
  PlaceNatural(label, (out.width_pt - width) / 2, out.height_pt + kLabelPitchPt / 2, style,
               out.page);
  out.height_pt += kLabelPitchPt;
  return out;
}

// In the text: a line of its own.
void Composer::Inset(const Block& block) {
  Drawn drawn = DrawInset(block, frame_.width_pt, frame_.height_pt - 2 * kPitchPt);
  if (drawn.width_pt <= 0) return;
  double x = frame_.left_pt;
  if (block.node->align == Align::kCenter) x += (frame_.width_pt - drawn.width_pt) / 2;
  if (block.node->align == Align::kEnd) x += frame_.width_pt - drawn.width_pt;
  Item item;
  item.grid = false;
  item.height_pt = drawn.height_pt;
  PlacePage(std::move(drawn.page), x, 0, item.content);
  flow_.items.push_back(std::move(item));
}

}  // namespace anjuan::doc
