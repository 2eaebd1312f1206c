// What layout asks about fonts: which glyph stands for a character in a face, and how wide it is.
//
// Layout knows five faces of official papers, never files; a chain of fonts stands behind each.
//
// Units:   widths in thousandths of an em.
// Threads: Find and Info may be called from any number of threads at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace anjuan::doc {

// The faces of GB/T 9704: 仿宋, 小标宋, 黑体, 楷体, 宋体.
enum class Face { kFangSong, kBiaoSong, kHeiTi, kKaiTi, kSongTi };

inline constexpr Face kAllFaces[] = {Face::kFangSong, Face::kBiaoSong, Face::kHeiTi, Face::kKaiTi,
                                     Face::kSongTi};

std::string FaceName(Face face);  // the Chinese name

struct FontGlyph {
  std::uint16_t font = 0;  // index, see Info
  std::uint16_t glyph = 0;
  std::uint16_t width = 0;   // thousandths of an em
  bool substituted = false;  // not from the first font of the face's chain
  bool operator==(const FontGlyph&) const = default;
};

struct FontInfo {
  std::string name;  // PostScript name
  bool operator==(const FontInfo&) const = default;
};

class FontMetrics {
 public:
  virtual ~FontMetrics() = default;
  // The first font of the face's chain that has the character; nullopt: none has.
  virtual std::optional<FontGlyph> Find(Face face, char32_t character) const = 0;
  virtual int FontCount() const = 0;
  virtual FontInfo Info(int font) const = 0;
};

}  // namespace anjuan::doc
