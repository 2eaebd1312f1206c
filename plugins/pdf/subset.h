// Font subsets for embedding: glyph i of the result is the i-th asked for, even where two are the
// same outline, so that each character of the text keeps a code of its own.
//
// Source: OpenType 1.9 (glyf, loca, hmtx); Adobe technical notes 5176 (CFF) and 5177 (Type 2).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "plugins/pdf/sfnt.h"

namespace anjuan::pdf {

// A TrueType file with glyph 0 of the font and then `glyphs`; components follow. No hints.
std::string SubsetGlyf(const Sfnt& font, std::span<const std::uint16_t> glyphs);

// A CFF font parsed once for subsetting.
class Cff {
 public:
  static Result<std::unique_ptr<Cff>> Parse(const Sfnt& font);
  // A CID-keyed CFF (Adobe-Identity-0) whose CID i is glyphs[i - 1] and CID 0 the font's .notdef.
  // Subroutines are written out, so each glyph stands for itself; see charstring.h.
  Result<std::string> Subset(std::span<const std::uint16_t> glyphs) const;

 private:
  struct Index {
    std::vector<std::string_view> items;
    size_t end = 0;
  };
  struct FontDict {
    std::string private_dict;  // without its subroutines
    std::string matrix;        // FontMatrix operands and operator, or ""
    std::vector<std::string_view> subroutines;
  };

  Cff() = default;
  // The glyph's program as it is embedded, written when first asked for; nullptr: it cannot be.
  const std::string* Written(size_t glyph) const;
  bool ReadAll();
  Index ReadIndex(size_t at) const;
  FontDict ReadFontDict(std::string_view dict) const;

  std::string name_;
  Bytes table_;
  std::string top_matrix_;
  std::vector<std::string_view> programs_;
  std::vector<std::string_view> global_;
  std::vector<FontDict> dicts_;
  std::vector<std::uint8_t> dict_of_;  // by glyph; empty: all 0
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<const std::string>> written_;  // by glyph
};

}  // namespace anjuan::pdf
