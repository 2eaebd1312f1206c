// Font subsets ready to be put into a file: compressed once, used by every document that has them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/doc/pages.h"
#include "plugins/pdf/fonts.h"

namespace anjuan::pdf {

using Characters = std::vector<std::pair<char32_t, doc::FontGlyph>>;  // ascending

// characters[i] has CID i + 1.
struct EmbeddedFont {
  int font = 0;
  Characters characters;
  std::string name;         // with its subset tag, "ABCDEF+FandolFang-Regular"
  std::string program;      // deflated
  size_t program_size = 0;  // before deflating
  std::string to_unicode;   // deflated CMap
  std::string cid_set;      // deflated: a bit for each CID

  int CidOf(char32_t character) const;  // 0: not in it
};

inline constexpr int kTextLevel = 6;  // of what is text: operators, codes
inline constexpr int kKeptLevel = 9;  // 10 saves 0.8 % and takes three times as long

std::string Deflate(std::string_view data, int level);

class Embedder {
 public:
  explicit Embedder(std::shared_ptr<const Fonts> fonts) : fonts_(std::move(fonts)) {}

  // For characters of this document only.
  Result<std::shared_ptr<const EmbeddedFont>> Make(int font, Characters characters,
                                                   int level) const;
  // For a template's own text: kept.
  Result<std::shared_ptr<const EmbeddedFont>> Keep(const doc::CommonGlyphs& common) const;

  const Fonts& fonts() const { return *fonts_; }

 private:
  std::shared_ptr<const Fonts> fonts_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const EmbeddedFont>> kept_;
};

}  // namespace anjuan::pdf
