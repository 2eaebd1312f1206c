// Which font file stands for which face: data, with the Debian package of each file.
#pragma once

#include <array>
#include <string_view>

#include "engine/doc/font_metrics.h"

namespace anjuan::pdf {

struct TableFont {
  std::string_view path;
  std::string_view package;
};

#define ANJUAN_FANDOL "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
#define ANJUAN_WENKAI "/usr/share/fonts/truetype/lxgw-wenkai/"

inline constexpr std::array kTableFonts = {
    TableFont{ANJUAN_FANDOL "FandolFang-Regular.otf", "texlive-lang-chinese"},
    TableFont{ANJUAN_FANDOL "FandolSong-Bold.otf", "texlive-lang-chinese"},
    TableFont{ANJUAN_FANDOL "FandolHei-Regular.otf", "texlive-lang-chinese"},
    TableFont{ANJUAN_FANDOL "FandolKai-Regular.otf", "texlive-lang-chinese"},
    TableFont{ANJUAN_FANDOL "FandolSong-Regular.otf", "texlive-lang-chinese"},
    TableFont{ANJUAN_WENKAI "LXGWWenKai-Regular.ttf", "fonts-lxgw-wenkai"},
    TableFont{ANJUAN_WENKAI "LXGWWenKai-Bold.ttf", "fonts-lxgw-wenkai"},
};

#undef ANJUAN_FANDOL
#undef ANJUAN_WENKAI

// What red means: the file an archive wants to find beside the fonts.
inline constexpr TableFont kProfile = {"/usr/share/color/icc/sRGB.icc", "icc-profiles-free"};

struct FaceChain {
  doc::Face face;
  std::array<int, 3> fonts;  // indices into kTableFonts; -1: none
};

// Fandol has GB 2312 and some 1200 characters more; LXGW WenKai has all 8,105 characters of
// 通用规范汉字表, so each chain ends there.
inline constexpr std::array kChains = {
    FaceChain{doc::Face::kFangSong, {0, 5, -1}}, FaceChain{doc::Face::kBiaoSong, {1, 6, 5}},
    FaceChain{doc::Face::kHeiTi, {2, 6, 5}},     FaceChain{doc::Face::kKaiTi, {3, 5, -1}},
    FaceChain{doc::Face::kSongTi, {4, 5, -1}},
};

}  // namespace anjuan::pdf
