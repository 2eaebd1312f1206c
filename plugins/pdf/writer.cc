#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "engine/base/text.h"
#include "plugins/pdf/embed.h"
#include "plugins/pdf/haru.h"
#include "plugins/pdf/image.h"
#include "plugins/pdf/pdf.h"

namespace anjuan::pdf {
namespace {

// Level 6 takes twice the time for 2 % less; the big part, the template's own text, is kept.
constexpr int kDocumentLevel = 3;
constexpr double kEvenPt = 0.004;  // spacing differences below this are rounding

// ---- Content streams ----

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

// The embedded parts of one font in one document.
struct FontParts {
  std::shared_ptr<const EmbeddedFont> kept, own;
  HPDF_Dict kept_object = nullptr, own_object = nullptr;
};

using ImageObjects = std::map<std::string, HPDF_Dict>;  // by the images' SHA-256

class ContentWriter {
 public:
  ContentWriter(HPDF_Page page, double height_pt, std::vector<FontParts>& fonts,
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
    Put(out_, {image.width_pt, 0, 0, image.height_pt, image.x_pt, Up(image.y_pt + image.height_pt)},
        "cm");
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
    Put(out_, {box.x_pt + 0.18 * box.size_pt, bottom + 0.52 * box.size_pt}, "m");
    Put(out_, {box.x_pt + 0.42 * box.size_pt, bottom + 0.22 * box.size_pt}, "l");
    Put(out_, {box.x_pt + 0.84 * box.size_pt, bottom + 0.80 * box.size_pt}, "l S");
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
    Put(out_, {1, 0, 0, 1, run.x_pt, Up(run.y_pt)}, "Tm");
    FontParts& parts = fonts_[run.font];
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
  std::vector<FontParts>& fonts_;
  const ImageObjects& images_;
  std::string out_;
  HPDF_Dict font_ = nullptr;
  double size_ = 0;
  double spacing_ = 0;
  double stroke_width_ = 1;
  doc::Colour stroke_colour_ = doc::Colour::kBlack;
  doc::Colour fill_colour_ = doc::Colour::kBlack;
};

// ---- Objects ----

HPDF_STATUS WriteFilter(HPDF_Dict, HPDF_Stream stream) {
  return HPDF_Stream_WriteStr(stream, "/Filter /FlateDecode\012");
}

HPDF_Dict DeflatedStream(HPDF_Doc document, const std::string& deflated) {
  HPDF_Dict stream = HPDF_DictStream_New(document->mmgr, document->xref);
  if (stream == nullptr) return nullptr;
  stream->filter = HPDF_STREAM_FILTER_NONE;  // it is deflated already
  stream->write_fn = WriteFilter;
  HPDF_Stream_Write(stream->stream, reinterpret_cast<const HPDF_BYTE*>(deflated.data()),
                    static_cast<HPDF_UINT>(deflated.size()));
  return stream;
}

HPDF_Dict NewObject(HPDF_Doc document, const char* type) {
  HPDF_Dict dict = HPDF_Dict_New(document->mmgr);
  HPDF_Xref_Add(document->xref, dict);
  HPDF_Dict_AddName(dict, "Type", type);
  return dict;
}

HPDF_Dict Descriptor(HPDF_Doc document, const Sfnt& sfnt, const EmbeddedFont& font) {
  HPDF_Dict file = DeflatedStream(document, font.program);
  if (sfnt.cff()) {
    HPDF_Dict_AddName(file, "Subtype", "CIDFontType0C");
  } else {
    HPDF_Dict_AddNumber(file, "Length1", static_cast<HPDF_INT32>(font.program_size));
  }
  HPDF_Dict out = NewObject(document, "FontDescriptor");
  HPDF_Dict_AddName(out, "FontName", font.name.c_str());
  HPDF_Dict_AddNumber(out, "Flags", 4);
  HPDF_Array box = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(out, "FontBBox", box);
  for (const int edge : sfnt.box()) HPDF_Array_AddNumber(box, edge);
  HPDF_Dict_AddNumber(out, "ItalicAngle", 0);
  HPDF_Dict_AddNumber(out, "Ascent", sfnt.ascent());
  HPDF_Dict_AddNumber(out, "Descent", sfnt.descent());
  HPDF_Dict_AddNumber(out, "CapHeight", sfnt.ascent());
  HPDF_Dict_AddNumber(out, "StemV", 80);
  HPDF_Dict_Add(out, sfnt.cff() ? "FontFile3" : "FontFile2", file);
  return out;
}

// W: only what differs from a full em.
HPDF_Array Widths(HPDF_Doc document, const Characters& characters) {
  HPDF_Array out = HPDF_Array_New(document->mmgr);
  HPDF_Array row = nullptr;
  for (size_t i = 0; i < characters.size(); ++i) {
    const int width = characters[i].second.width;
    if (width == 1000) {
      row = nullptr;
      continue;
    }
    if (row == nullptr) {
      HPDF_Array_AddNumber(out, static_cast<HPDF_INT32>(i + 1));
      row = HPDF_Array_New(document->mmgr);
      HPDF_Array_Add(out, row);
    }
    HPDF_Array_AddNumber(row, width);
  }
  return out;
}

HPDF_Dict FontObject(HPDF_Doc document, const Sfnt& sfnt, const EmbeddedFont& font) {
  const HPDF_MMgr memory = document->mmgr;
  HPDF_Dict cid_font = NewObject(document, "Font");
  HPDF_Dict_AddName(cid_font, "Subtype", sfnt.cff() ? "CIDFontType0" : "CIDFontType2");
  HPDF_Dict_AddName(cid_font, "BaseFont", font.name.c_str());
  if (!sfnt.cff()) HPDF_Dict_AddName(cid_font, "CIDToGIDMap", "Identity");
  HPDF_Dict_AddNumber(cid_font, "DW", 1000);
  HPDF_Dict_Add(cid_font, "FontDescriptor", Descriptor(document, sfnt, font));
  HPDF_Dict system = HPDF_Dict_New(memory);
  HPDF_Dict_Add(cid_font, "CIDSystemInfo", system);
  HPDF_Dict_Add(system, "Registry", HPDF_String_New(memory, "Adobe", nullptr));
  HPDF_Dict_Add(system, "Ordering", HPDF_String_New(memory, "Identity", nullptr));
  HPDF_Dict_AddNumber(system, "Supplement", 0);
  HPDF_Array widths = Widths(document, font.characters);
  if (HPDF_Array_Items(widths) > 0) {
    HPDF_Dict_Add(cid_font, "W", widths);
  } else {
    HPDF_Array_Free(widths);
  }
  HPDF_Dict out = NewObject(document, "Font");
  HPDF_Dict_AddName(out, "Subtype", "Type0");
  HPDF_Dict_AddName(out, "BaseFont", font.name.c_str());
  HPDF_Dict_AddName(out, "Encoding", "Identity-H");
  HPDF_Array descendants = HPDF_Array_New(memory);
  HPDF_Dict_Add(out, "DescendantFonts", descendants);
  HPDF_Array_Add(descendants, cid_font);
  HPDF_Dict_Add(out, "ToUnicode", DeflatedStream(document, font.to_unicode));
  return out;
}

HPDF_STATUS WriteRgbFilter(HPDF_Dict dict, HPDF_Stream stream) {
  const HPDF_INT32 width =
      static_cast<HPDF_Number>(HPDF_Dict_GetItem(dict, "Width", HPDF_OCLASS_NUMBER))->value;
  const std::string parameters =
      StrCat("/Filter /FlateDecode\012/DecodeParms << /Predictor 15 /Colors 3 /Columns ", width,
             " >>\012");
  return HPDF_Stream_WriteStr(stream, parameters.c_str());
}

HPDF_Dict ImageObject(HPDF_Doc document, const EncodedImage& image) {
  HPDF_Dict out = DeflatedStream(document, image.data);
  HPDF_Dict_AddName(out, "Type", "XObject");
  HPDF_Dict_AddName(out, "Subtype", "Image");
  HPDF_Dict_AddNumber(out, "Width", image.width_px);
  HPDF_Dict_AddNumber(out, "Height", image.height_px);
  HPDF_Dict_AddNumber(out, "BitsPerComponent", 8);
  if (image.palette.empty()) {
    out->write_fn = WriteRgbFilter;
    HPDF_Dict_AddName(out, "ColorSpace", "DeviceRGB");
    return out;
  }
  HPDF_Array space = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(out, "ColorSpace", space);
  HPDF_Array_AddName(space, "Indexed");
  HPDF_Array_AddName(space, "DeviceRGB");
  HPDF_Array_AddNumber(space, static_cast<HPDF_INT32>(image.palette.size() / 3 - 1));
  std::string palette = image.palette;
  HPDF_Array_Add(space,
                 HPDF_Binary_New(document->mmgr, reinterpret_cast<HPDF_BYTE*>(palette.data()),
                                 static_cast<HPDF_UINT>(palette.size())));
  return out;
}

// UTF-16BE with byte order mark. As binary, since libharu's strings end at the first zero byte.
HPDF_Binary TextString(HPDF_Doc document, std::string_view text) {
  std::string out = "\xFE\xFF";
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (c >= 0x10000) {
      Put16(out, 0xD800 | (c - 0x10000) >> 10);
      Put16(out, 0xDC00 | ((c - 0x10000) & 0x3FF));
    } else {
      Put16(out, c);
    }
  }
  return HPDF_Binary_New(document->mmgr, reinterpret_cast<HPDF_BYTE*>(out.data()),
                         static_cast<HPDF_UINT>(out.size()));
}

// The file identifier (ISO 32000-1, 14.4): what makes each issue's bytes its own.
void AddIdentifier(HPDF_Doc document, std::string_view salt) {
  if (salt.empty()) return;
  HPDF_Array id = HPDF_Array_New(document->mmgr);
  HPDF_Dict_Add(document->trailer, "ID", id);
  std::string bytes(salt);
  for (int i = 0; i < 2; ++i) {
    HPDF_Array_Add(id, HPDF_Binary_New(document->mmgr, reinterpret_cast<HPDF_BYTE*>(bytes.data()),
                                       static_cast<HPDF_UINT>(bytes.size())));
  }
}

Unexpected<Diagnostics> WriteFailure(HPDF_Doc document) {
  const HPDF_STATUS status = document == nullptr ? 0 : HPDF_GetError(document);
  return Fail("pdf.write", StrCat("the PDF library failed with error ", status));
}

class HaruPageWriter : public port::PageWriter {
 public:
  explicit HaruPageWriter(std::shared_ptr<const Fonts> fonts) : embedder_(std::move(fonts)) {}

  Result<std::string> Write(const doc::Pages& pages, std::string_view salt) const override {
    auto fonts = Embed(pages);
    if (!fonts) return Unexpected(std::move(fonts).error());
    const HaruDocument haru;
    HPDF_Doc document = haru.get();
    if (!haru.ok()) return WriteFailure(document);
    HPDF_SetCompressionMode(document, HPDF_COMP_NONE);  // content is deflated here
    HPDF_SetInfoAttr(document, HPDF_INFO_CREATOR, "Anjuan");
    HPDF_Dict_Add(document->info, "Title", TextString(document, pages.title));
    HPDF_Dict_Add(document->catalog, "Lang", HPDF_String_New(document->mmgr, "zh-CN", nullptr));
    AddIdentifier(document, salt);
    for (FontParts& parts : *fonts) {
      if (parts.kept != nullptr) parts.kept_object = Object(document, *parts.kept);
      if (parts.own != nullptr) parts.own_object = Object(document, *parts.own);
    }
    const ImageObjects images = Images(document, pages);
    for (const doc::Page& page : pages.pages) AddPage(document, pages, page, *fonts, images);
    if (!haru.ok()) return WriteFailure(document);
    return Bytes(document);
  }

  std::string Environment() const override {
    std::string out = StrCat("layout ", doc::kLayoutVersion, "; libharu ", HPDF_GetVersion(),
                             "; zlib ", zlibVersion(), "; fonts");
    for (const port::FontFile& file : embedder_.fonts().Files()) {
      out += StrCat(" ", file.name, ":", file.sha256.substr(0, 16));
    }
    return out;
  }

 private:
  HPDF_Dict Object(HPDF_Doc document, const EmbeddedFont& font) const {
    return FontObject(document, embedder_.fonts().sfnt(font.font), font);
  }

  // One object for each picture, however often it is shown.
  ImageObjects Images(HPDF_Doc document, const doc::Pages& pages) const {
    ImageObjects out;
    for (const doc::Page& page : pages.pages) {
      for (const doc::PlacedImage& placed : page.images) {
        const doc::Image& image = *placed.image;
        if (out.contains(image.sha256)) continue;
        out.emplace(image.sha256, ImageObject(document, *images_.Get(image)));
      }
    }
    return out;
  }

  // For each font that is used: the template's kept part, and a part for what that lacks.
  Result<std::vector<FontParts>> Embed(const doc::Pages& pages) const {
    std::vector<FontParts> out(static_cast<size_t>(embedder_.fonts().FontCount()));
    std::vector<bool> used(out.size(), false);
    for (const doc::Page& page : pages.pages) {
      for (const doc::Run& run : page.runs) {
        if (run.font >= out.size()) return Fail("pdf.write", "pages laid out with other fonts");
        used[run.font] = true;
      }
    }
    for (const doc::CommonGlyphs& common : pages.common) {
      if (common.font >= out.size() || !used[common.font]) continue;
      auto kept = embedder_.Keep(common);
      if (!kept) return Unexpected(std::move(kept).error());
      out[common.font].kept = std::move(*kept);
    }
    std::vector<Characters> own(out.size());
    for (const doc::Page& page : pages.pages) {
      for (const doc::Run& run : page.runs) {
        const auto& kept = out[run.font].kept;
        for (const doc::PlacedGlyph& glyph : run.glyphs) {
          if (kept != nullptr && kept->CidOf(glyph.character) != 0) continue;
          own[run.font].emplace_back(glyph.character,
                                     doc::FontGlyph{run.font, glyph.glyph, glyph.width, false});
        }
      }
    }
    for (size_t font = 0; font < own.size(); ++font) {
      Characters& characters = own[font];
      if (characters.empty()) continue;
      std::sort(characters.begin(), characters.end(),
                [](const auto& a, const auto& b) { return a.first < b.first; });
      characters.erase(std::unique(characters.begin(), characters.end(),
                                   [](const auto& a, const auto& b) { return a.first == b.first; }),
                       characters.end());
      auto made = embedder_.Make(static_cast<int>(font), std::move(characters), kDocumentLevel);
      if (!made) return Unexpected(std::move(made).error());
      out[font].own = std::move(*made);
    }
    return out;
  }

  static void AddPage(HPDF_Doc document, const doc::Pages& pages, const doc::Page& page,
                      std::vector<FontParts>& fonts, const ImageObjects& images) {
    HPDF_Page out = HPDF_AddPage(document);
    if (out == nullptr) return;
    const double width = page.width_pt > 0 ? page.width_pt : pages.width_pt;
    const double height = page.height_pt > 0 ? page.height_pt : pages.height_pt;
    HPDF_Page_SetWidth(out, static_cast<HPDF_REAL>(width));
    HPDF_Page_SetHeight(out, static_cast<HPDF_REAL>(height));
    const std::string content =
        Deflate(ContentWriter(out, height, fonts, images).Write(page), kDocumentLevel);
    auto* attributes = static_cast<HPDF_PageAttr>(out->attr);
    attributes->contents->filter = HPDF_STREAM_FILTER_NONE;
    attributes->contents->write_fn = WriteFilter;
    HPDF_Stream_Write(attributes->stream, reinterpret_cast<const HPDF_BYTE*>(content.data()),
                      static_cast<HPDF_UINT>(content.size()));
  }

  static Result<std::string> Bytes(HPDF_Doc document) {
    if (HPDF_SaveToStream(document) != HPDF_OK) return WriteFailure(document);
    HPDF_UINT32 size = HPDF_GetStreamSize(document);
    std::string out(size, '\0');
    HPDF_ReadFromStream(document, reinterpret_cast<HPDF_BYTE*>(out.data()), &size);
    // Reading reports the stream's end as a status, not as a failure; the size tells.
    if (size != out.size()) return WriteFailure(document);
    return out;
  }

  Embedder embedder_;
  ImageStore images_;
};

}  // namespace

std::unique_ptr<port::PageWriter> MakePageWriter(std::shared_ptr<const Fonts> fonts) {
  return std::make_unique<HaruPageWriter>(std::move(fonts));
}

}  // namespace anjuan::pdf
