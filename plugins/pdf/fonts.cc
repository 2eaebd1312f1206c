#include "plugins/pdf/fonts.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/pdf/font_table.h"
#include "plugins/pdf/pdf.h"

namespace anjuan::pdf {

Result<std::shared_ptr<const Fonts>> Fonts::Open(const std::map<doc::Face, std::string>& instead) {
  auto out = std::make_shared<Fonts>();
  Diagnostics mistakes;
  const auto open = [&](const std::string& path, std::string_view package) {
    Font font{path, nullptr, nullptr};
    if (access(path.c_str(), R_OK) != 0 && !package.empty()) {
      mistakes.push_back(Diagnostic{.code = "pdf.font",
                                    .message = StrCat("font file ", path, " is missing"),
                                    .hint = StrCat("install the Debian package ", package)});
    } else if (auto sfnt = Sfnt::Open(path)) {
      font.sfnt = std::move(*sfnt);
      if (font.sfnt->cff()) {
        auto cff = Cff::Parse(*font.sfnt);
        if (cff) {
          font.cff = std::move(*cff);
        } else {
          Append(mistakes, std::move(cff).error());
        }
      }
    } else {
      Append(mistakes, std::move(sfnt).error());
    }
    out->fonts_.push_back(std::move(font));
    return static_cast<int>(out->fonts_.size()) - 1;
  };
  for (const TableFont& font : kTableFonts) open(std::string(font.path), font.package);
  for (const FaceChain& chain : kChains) {
    std::vector<int>& fonts = out->chains_[chain.face];
    if (const auto own = instead.find(chain.face); own != instead.end()) {
      fonts.push_back(open(own->second, ""));
    }
    for (const int font : chain.fonts) {
      if (font >= 0) fonts.push_back(font);
    }
  }
  std::ifstream profile(std::string(kProfile.path), std::ios::binary);
  out->profile_.assign(std::istreambuf_iterator<char>(profile), {});
  if (out->profile_.size() < 128) {
    mistakes.push_back(
        Diagnostic{.code = "pdf.font",
                   .message = StrCat("colour profile ", kProfile.path, " is missing"),
                   .hint = StrCat("install the Debian package ", kProfile.package)});
  }
  if (!mistakes.empty()) return Unexpected(std::move(mistakes));
  return std::shared_ptr<const Fonts>(std::move(out));
}

std::optional<doc::FontGlyph> Fonts::Find(doc::Face face, char32_t character) const {
  const std::vector<int>& chain = chains_.at(face);
  for (const int index : chain) {
    const Sfnt& font = sfnt(index);
    const std::uint16_t glyph = font.GlyphOf(character);
    if (glyph == 0) continue;
    return doc::FontGlyph{static_cast<std::uint16_t>(index), glyph, font.WidthOf(glyph),
                          index != chain.front()};
  }
  return std::nullopt;
}

doc::FontInfo Fonts::Info(int font) const {
  return {sfnt(font).name()};
}

std::vector<port::FontFile> Fonts::Files() const {
  std::call_once(hashed_, [this] {
    for (const Font& font : fonts_) {
      files_.push_back({font.sfnt->name(), font.path, ToHex(Sha256(font.sfnt->file()))});
    }
  });
  return files_;
}

Result<std::string> Fonts::Subset(int font, std::span<const std::uint16_t> glyphs) const {
  const Font& one = fonts_[static_cast<size_t>(font)];
  if (one.cff != nullptr) return one.cff->Subset(glyphs);
  return SubsetGlyf(*one.sfnt, glyphs);
}

Result<std::shared_ptr<const Fonts>> OpenFonts(const std::map<doc::Face, std::string>& instead) {
  return Fonts::Open(instead);
}

const port::FontSource& Source(const Fonts& fonts) {
  return fonts;
}

}  // namespace anjuan::pdf
