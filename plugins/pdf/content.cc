#include "plugins/pdf/content.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::pdf {
namespace {

constexpr double kEvenPt = 0.004;  // spacing differences below this are rounding

// At most two decimals, without the locale's help.
void PutNumber(std::string& out, double number) {
  long long hundredths = std::llround(number * 100);
  if (hundredths < 0) {
    out += '-';
    hundredths = -hundredths;
  }
  out += std::to_string(hundredths / 100);
  const long long rest = hundredths % 100;
  if (rest == 0) return;
  out += '.';
  out += static_cast<char>('0' + rest / 10);
  if (rest % 10 != 0) out += static_cast<char>('0' + rest % 10);
}

void Put(std::string& out, std::initializer_list<double> numbers, std::string_view op) {
  for (const double number : numbers) {
    PutNumber(out, number);
    out += ' ';
  }
  out += op;
  out += '\n';
}

void PutCode(std::string& out, int code) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kDigits[static_cast<size_t>(code >> shift & 15)];
}

std::string_view FillColour(doc::Colour colour) {
  switch (colour) {
    case doc::Colour::kBlack:
      return "0 g\n";
    case doc::Colour::kRed:
      return "0.9 0 0 rg\n";
  }
  return "";
}

std::string_view StrokeColour(doc::Colour colour) {
  switch (colour) {
    case doc::Colour::kBlack:
      return "0 G\n";
    case doc::Colour::kRed:
      return "0.9 0 0 RG\n";
  }
  return "";
}

class ContentWriter {
 public:
  ContentWriter(HPDF_Page page, double height_pt, const std::vector<FontParts>& fonts,
                const ImageObjects& images)
      : page_(page), height_pt_(height_pt), fonts_(fonts), images_(images) {}

  std::string Write(const doc::Page& page) {
    for (const doc::PlacedImage& image : page.images) Image(image);
    for (const doc::Shape& shape : page.shapes) Shape(shape);
    for (const doc::Stroke& stroke : page.strokes) Stroke(stroke);
    for (const doc::CheckBox& box : page.boxes) Box(box);
    if (!page.runs.empty()) {
      out_ += "BT\n";
      for (const doc::Run& run : page.runs) Text(run);
      out_ += "ET\n";
    }
    return std::move(out_);
  }

 private:
  double Up(double y_pt) const { return height_pt_ - y_pt; }

  void Image(const doc::PlacedImage& image) {
    const auto object = images_.find(image.image->sha256);
    if (object == images_.end()) return;
    const char* name = HPDF_Page_GetXObjectName(page_, object->second);
    out_ += "q\n";
    const double bottom = Up(image.y_pt + image.height_pt);
    if (image.turned) {
      Put(out_, {0, image.height_pt, -image.width_pt, 0, image.x_pt + image.width_pt, bottom},
          "cm");
    } else {
      Put(out_, {image.width_pt, 0, 0, image.height_pt, image.x_pt, bottom}, "cm");
    }
    out_ += StrCat("/", name == nullptr ? "" : name, " Do\nQ\n");
  }

  // A saved and restored state of its own: its colours and dashes end with it.
  void Shape(const doc::Shape& shape) {
    if (shape.points.empty() || (!shape.fill && !shape.stroke)) return;
    out_ += "q\n";
    if (shape.fill) Rgb(*shape.fill, "rg");
    if (shape.stroke) Rgb(*shape.stroke, "RG");
    Put(out_, {shape.width_pt}, "w");
    if (shape.dashed) {
      out_ += '[';
      Put(out_, {4 * shape.width_pt, 3 * shape.width_pt}, "] 0 d");
    }
    const auto& points = shape.points;
    Put(out_, {points[0].x_pt, Up(points[0].y_pt)}, "m");
    if (shape.curve) {
      for (size_t i = 1; i + 2 < points.size(); i += 3) {
        Put(out_,
            {points[i].x_pt, Up(points[i].y_pt), points[i + 1].x_pt, Up(points[i + 1].y_pt),
             points[i + 2].x_pt, Up(points[i + 2].y_pt)},
            "c");
      }
    } else {
      for (size_t i = 1; i < points.size(); ++i) {
        Put(out_, {points[i].x_pt, Up(points[i].y_pt)}, "l");
      }
    }
    if (shape.closed) out_ += "h ";
    out_ += shape.fill && shape.stroke ? "B\nQ\n" : shape.fill ? "f\nQ\n" : "S\nQ\n";
  }

  void Rgb(std::uint32_t colour, std::string_view op) {
    const auto part = [&](int shift) { return static_cast<double>(colour >> shift & 255) / 255; };
    Put(out_, {part(16), part(8), part(0)}, op);
  }

  void Stroke(const doc::Stroke& stroke) {
    if (stroke.width_pt != stroke_width_) Put(out_, {stroke.width_pt}, "w");
    stroke_width_ = stroke.width_pt;
    if (stroke_colour_ != stroke.colour) out_ += StrokeColour(stroke.colour);
    stroke_colour_ = stroke.colour;
    Put(out_, {stroke.x1_pt, Up(stroke.y1_pt)}, "m");
    Put(out_, {stroke.x2_pt, Up(stroke.y2_pt)}, "l S");
  }

  void Box(const doc::CheckBox& box) {
    const double bottom = Up(box.y_pt) - box.size_pt;
    out_ += "0 G\n";
    stroke_colour_ = doc::Colour::kBlack;
    stroke_width_ = box.size_pt / 14;
    Put(out_, {stroke_width_}, "w");
    Put(out_, {box.x_pt, bottom, box.size_pt, box.size_pt}, "re S");
    if (!box.checked) return;
    stroke_width_ = box.size_pt / 8;
    Put(out_, {stroke_width_}, "w");
    const auto point = [&](double right, double up, std::string_view op) {
      if (box.turned) right = 1 - std::exchange(up, right);
      Put(out_, {box.x_pt + right * box.size_pt, bottom + up * box.size_pt}, op);
    };
    point(0.18, 0.52, "m");
    point(0.42, 0.22, "l");
    point(0.84, 0.80, "l S");
  }

  void Text(const doc::Run& run) {
    if (fill_colour_ != run.colour) out_ += FillColour(run.colour);
    fill_colour_ = run.colour;
    // The same extra space after every glyph is one Tc; otherwise each glyph has its own.
    const auto extra = [&](const doc::PlacedGlyph& glyph) {
      return static_cast<double>(glyph.advance_pt) - glyph.width * run.size_pt / 1000;
    };
    const double first = extra(run.glyphs.front());
    const bool even = std::all_of(
        run.glyphs.begin(), run.glyphs.end() - 1,
        [&](const doc::PlacedGlyph& glyph) { return std::abs(extra(glyph) - first) < kEvenPt; });
    const double spacing = even && run.glyphs.size() > 1 ? first : 0;
    Spacing(spacing);
    if (run.turned) {
      Put(out_, {0, 1, -1, 0, run.x_pt, Up(run.y_pt)}, "Tm");
    } else {
      Put(out_, {1, 0, 0, 1, run.x_pt, Up(run.y_pt)}, "Tm");
    }
    const FontParts& parts = fonts_[run.font];
    bool open = false;
    for (size_t i = 0; i < run.glyphs.size(); ++i) {
      const doc::PlacedGlyph& glyph = run.glyphs[i];
      int cid = parts.kept == nullptr ? 0 : parts.kept->CidOf(glyph.character);
      HPDF_Dict object = parts.kept_object;
      if (cid == 0) {
        cid = parts.own->CidOf(glyph.character);
        object = parts.own_object;
      }
      if (object != font_ || run.size_pt != size_) {
        if (open) out_ += ">] TJ\n";
        open = false;
        Font(object, run.size_pt);
      }
      if (!open) out_ += "[<";
      open = true;
      PutCode(out_, cid);
      const double off = even ? 0 : extra(glyph) - spacing;
      if (std::abs(off) > kEvenPt && i + 1 < run.glyphs.size()) {
        out_ += '>';
        PutNumber(out_, -off * 1000 / run.size_pt);
        out_ += '<';
      }
    }
    out_ += ">] TJ\n";
  }

  void Spacing(double spacing) {
    if (std::abs(spacing - spacing_) < 0.0005) return;
    spacing_ = spacing;
    // Four decimals: over 28 characters the rounding of two would show.
    const long long units = std::llround(std::abs(spacing) * 10000);
    std::string fraction = std::to_string(units % 10000);
    fraction.insert(0, 4 - fraction.size(), '0');
    out_ += StrCat(spacing < 0 ? "-" : "", units / 10000, ".", fraction, " Tc\n");
  }

  void Font(HPDF_Dict object, double size_pt) {
    font_ = object;
    size_ = size_pt;
    out_ += '/';
    const char* name = HPDF_Page_GetLocalFontName(page_, object);
    out_ += name == nullptr ? "" : name;
    out_ += ' ';
    Put(out_, {size_pt}, "Tf");
  }

  HPDF_Page page_;
  double height_pt_;
  const std::vector<FontParts>& fonts_;
  const ImageObjects& images_;
  std::string out_;
  HPDF_Dict font_ = nullptr;
  double size_ = 0;
  double spacing_ = 0;
  double stroke_width_ = 1;
  doc::Colour stroke_colour_ = doc::Colour::kBlack;
  doc::Colour fill_colour_ = doc::Colour::kBlack;
};

}  // namespace

std::string Content(const doc::Page& page, double height_pt, HPDF_Page to,
                    const std::vector<FontParts>& fonts, const ImageObjects& images) {
  return ContentWriter(to, height_pt, fonts, images).Write(page);
}

}  // namespace anjuan::pdf
