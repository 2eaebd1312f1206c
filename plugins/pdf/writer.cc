#include <libdeflate.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/pdf/content.h"
#include "plugins/pdf/objects.h"
#include "plugins/pdf/pdf.h"

namespace anjuan::pdf {
namespace {

// Raised whenever the same pages give other bytes.
constexpr int kWriterVersion = 4;

// The big part, the template's own text, is kept deflated; what is left is as good as random
// numbers, on which a higher level only spends time.
constexpr int kDocumentLevel = 1;

// Far above what an office prints in one file; below what a reader of PDF/A-1 must understand
// (ISO 32000-1, annex C).
constexpr size_t kMostPages = 5000;
constexpr size_t kMostGlyphs = 8'000'000;
constexpr size_t kMostImages = 500;
constexpr size_t kMostPixels = 100'000'000;
constexpr int kFarthestPt = 14'000;

Unexpected<Diagnostics> WriteFailure(HPDF_Doc document) {
  const HPDF_STATUS status = document == nullptr ? 0 : HPDF_GetError(document);
  return Fail("pdf.write", StrCat("the PDF library failed with error ", status));
}

// What would make a file no reader opens, or eat the machine's memory.
class Limits {
 public:
  std::string Exceeded(const doc::Pages& pages) {
    if (pages.pages.size() > kMostPages) return StrCat("more than ", kMostPages, " pages");
    for (const doc::Page& page : pages.pages) {
      const double width = page.width_pt > 0 ? page.width_pt : pages.width_pt;
      const double height = page.height_pt > 0 ? page.height_pt : pages.height_pt;
      if (!(width >= 3) || !(height >= 3)) return "a page without extent";
      Reach(width, height);
      Count(page);
    }
    if (!within_) return StrCat("something farther than ", kFarthestPt, " points off");
    if (glyphs_ > kMostGlyphs) return StrCat("more than ", kMostGlyphs, " characters");
    if (images_.size() > kMostImages || pixels_ > kMostPixels) {
      return StrCat("more than ", kMostImages, " pictures or ", kMostPixels, " pixels");
    }
    return "";
  }

 private:
  // False for what is no number, too.
  void Reach(double x_pt, double y_pt) {
    within_ = within_ && std::abs(x_pt) <= kFarthestPt && std::abs(y_pt) <= kFarthestPt;
  }

  void Count(const doc::Page& page) {
    for (const doc::Run& run : page.runs) {
      Reach(run.x_pt, run.y_pt);
      Reach(run.size_pt, 0);
      glyphs_ += run.glyphs.size();
    }
    for (const doc::Stroke& stroke : page.strokes) {
      Reach(stroke.x1_pt, stroke.y1_pt);
      Reach(stroke.x2_pt, stroke.y2_pt);
    }
    for (const doc::CheckBox& box : page.boxes) Reach(box.x_pt + box.size_pt, box.y_pt);
    for (const doc::Shape& shape : page.shapes) {
      for (const doc::Point& point : shape.points) Reach(point.x_pt, point.y_pt);
    }
    for (const doc::PlacedImage& placed : page.images) {
      Reach(placed.x_pt, placed.y_pt);
      Reach(placed.width_pt, placed.height_pt);
      if (images_.insert(placed.image->sha256).second) pixels_ += placed.image->rgb.size() / 3;
    }
  }

  bool within_ = true;
  size_t glyphs_ = 0;
  size_t pixels_ = 0;
  std::set<std::string> images_;
};

class HaruPageWriter : public port::PageWriter {
 public:
  explicit HaruPageWriter(std::shared_ptr<const Fonts> fonts)
      : embedder_(std::move(fonts)), profile_(Deflate(embedder_.fonts().profile(), kKeptLevel)) {}

  Result<std::string> Write(const doc::Pages& pages, std::string_view salt) const override {
    if (const std::string exceeded = Limits().Exceeded(pages); !exceeded.empty()) {
      return Fail({.code = "pdf.limit",
                   .message = StrCat("the document has ", exceeded),
                   .hint = "split it into several"});
    }
    auto fonts = Embed(pages);
    if (!fonts) return Unexpected(std::move(fonts).error());
    HaruDocument haru;
    HPDF_Doc document = haru.get();
    if (!haru.ok()) return WriteFailure(document);
    HPDF_SetCompressionMode(document, HPDF_COMP_NONE);  // streams are deflated here
    AddProperties(haru, {pages.title, pages.author, pages.subject});
    AddColours(haru, profile_);
    for (FontParts& parts : *fonts) {
      if (parts.kept != nullptr) parts.kept_object = Object(haru, *parts.kept);
      if (parts.own != nullptr) parts.own_object = Object(haru, *parts.own);
    }
    std::vector<std::shared_ptr<const EncodedImage>> encoded;  // until the file is written
    const ImageObjects images = Images(haru, pages, encoded);
    std::string contents;
    for (const doc::Page& page : pages.pages) {
      AddPage(haru, pages, page, *fonts, images, salt.empty() ? &contents : nullptr);
    }
    AddIdentifier(document, salt.empty() ? AsBytes(Sha256(contents)).substr(0, 16) : salt);
    if (!haru.ok()) return WriteFailure(document);
    std::string out = haru.Save();
    if (out.empty()) return WriteFailure(document);
    return out;
  }

  std::string Environment() const override {
    std::string out =
        StrCat("layout ", doc::kLayoutVersion, " writer ", kWriterVersion, "; libharu ",
               HPDF_GetVersion(), "; libdeflate ", LIBDEFLATE_VERSION_STRING, "; fonts");
    for (const port::FontFile& file : embedder_.fonts().Files()) {
      out += StrCat(" ", file.name, ":", file.sha256.substr(0, 16));
    }
    return out + "; colours " + ToHex(Sha256(embedder_.fonts().profile())).substr(0, 16);
  }

 private:
  HPDF_Dict Object(HaruDocument& haru, const EmbeddedFont& font) const {
    return FontObject(haru, embedder_.fonts().sfnt(font.font), font);
  }

  // One object for each picture, however often it is shown.
  ImageObjects Images(HaruDocument& haru, const doc::Pages& pages,
                      std::vector<std::shared_ptr<const EncodedImage>>& encoded) const {
    ImageObjects out;
    for (const doc::Page& page : pages.pages) {
      for (const doc::PlacedImage& placed : page.images) {
        const doc::Image& image = *placed.image;
        if (out.contains(image.sha256)) continue;
        encoded.push_back(images_.Get(image));
        out.emplace(image.sha256, ImageObject(haru, *encoded.back()));
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

  // Appends the page's content as it stands in the file to `contents`, where given.
  static void AddPage(HaruDocument& haru, const doc::Pages& pages, const doc::Page& page,
                      const std::vector<FontParts>& fonts, const ImageObjects& images,
                      std::string* contents) {
    HPDF_Page out = HPDF_AddPage(haru.get());
    if (out == nullptr) return;
    const double width = page.width_pt > 0 ? page.width_pt : pages.width_pt;
    const double height = page.height_pt > 0 ? page.height_pt : pages.height_pt;
    HPDF_Page_SetWidth(out, static_cast<HPDF_REAL>(width));
    HPDF_Page_SetHeight(out, static_cast<HPDF_REAL>(height));
    std::string content = Deflate(Content(page, height, out, fonts, images), kTextLevel);
    if (contents != nullptr) *contents += content;
    SetContent(haru, out, std::move(content));
  }

  Embedder embedder_;
  ImageStore images_;
  std::string profile_;
};

}  // namespace

std::unique_ptr<port::PageWriter> MakePageWriter(std::shared_ptr<const Fonts> fonts) {
  return std::make_unique<HaruPageWriter>(std::move(fonts));
}

}  // namespace anjuan::pdf
