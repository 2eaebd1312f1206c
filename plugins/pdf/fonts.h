// The open fonts: mapped files, parsed when first asked for, shared by every document.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/port/font_source.h"
#include "plugins/pdf/sfnt.h"
#include "plugins/pdf/subset.h"

namespace anjuan::pdf {

class Fonts : public port::FontSource, public doc::FontMetrics {
 public:
  static Result<std::shared_ptr<const Fonts>> Open(const std::map<doc::Face, std::string>& instead);

  const doc::FontMetrics& metrics() const override { return *this; }
  std::vector<port::FontFile> Files() const override;

  std::optional<doc::FontGlyph> Find(doc::Face face, char32_t character) const override;
  int FontCount() const override { return static_cast<int>(fonts_.size()); }
  doc::FontInfo Info(int font) const override;

  // The bytes of an sRGB profile.
  const std::string& profile() const { return profile_; }
  const Sfnt& sfnt(int font) const { return *fonts_[static_cast<size_t>(font)].sfnt; }
  // The subset's font program: CFF or TrueType.
  Result<std::string> Subset(int font, std::span<const std::uint16_t> glyphs) const;

 private:
  struct Font {
    std::string path;
    std::unique_ptr<Sfnt> sfnt;
    std::unique_ptr<Cff> cff;  // null: TrueType outlines
  };

  std::vector<Font> fonts_;
  std::string profile_;
  std::map<doc::Face, std::vector<int>> chains_;
  mutable std::once_flag hashed_;
  mutable std::vector<port::FontFile> files_;
};

}  // namespace anjuan::pdf
