#include "engine/doc/line_break.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

struct Case {
  const char* name;
  const char* text;
  double characters;  // the measure
  const char* lines;  // | between lines
};

// Measures in characters of 10 pt; ASCII is half a character wide.
const Case kCases[] = {
    {"fill", "甲乙丙丁戊己庚辛", 4, "甲乙丙丁|戊己庚辛"},
    // GB/T 15834 5.1.2: 。 may not begin a line; without a mark to shrink, a character goes along.
    {"no mark at line start", "甲乙丙丁。戊己", 4, "甲乙丙|丁。戊己"},
    // The mark at the end shrinks to half: it fits into four and a half.
    {"mark shrinks at line end", "甲乙丙丁。戊己", 4.5, "甲乙丙丁。|戊己"},
    // Two marks give half a character each.
    {"marks inside shrink", "甲，乙丙丁。戊己", 5, "甲，乙丙丁。|戊己"},
    {"no opening at line end", "甲乙丙《丁戊》", 4, "甲乙丙|《丁戊》"},
    {"closing after bracket", "甲乙（123），丙丁", 5.5, "甲乙（123），|丙丁"},
    {"percent stays", "甲乙丙12.5%。丁", 5, "甲乙丙|12.5%。丁"},
    {"number is one word", "甲乙丙丁2023年", 5, "甲乙丙丁|2023年"},
    {"quantity kept together", "甲乙丙丁戊20日内", 6, "甲乙丙丁戊|20日内"},
    {"document number", "甲乙丙丁〔2023〕17号戊己庚辛", 8, "甲乙丙丁|〔2023〕17号戊己|庚辛"},
    {"ellipsis", "甲乙丙……丁戊", 4, "甲乙|丙……丁|戊"},
    {"dash", "甲乙丙——丁戊", 4, "甲乙|丙——丁|戊"},
    {"long word is cut", "abcdefghijkl", 3, "abcdef|ghijkl"},
    {"latin words", "abc def ghi", 4, "abc def|ghi"},
    {"unnumbered amounts", "金额12345元整", 4, "金额|12345元|整"},
    {"year of a far number", "甲乙丙丁戊己庚辛壬癸子丑寅123456.78元整", 18,
     "甲乙丙丁戊己庚辛壬癸子丑寅|123456.78元整"},
    {"number that goes on in hanzi", "甲乙丙丁戊己430624集备〔2023〕1号", 9,
     "甲乙丙丁戊己|430624集备|〔2023〕1号"},
    {"share stays whole", "甲乙丙丁戊2023年度", 8, "甲乙丙丁戊|2023年度"},
    {"paragraph break", "甲乙\n丙", 4, "甲乙|丙"},
    {"empty", "", 4, ""},
};

class LineBreakTest : public testing::TestWithParam<Case> {};

TEST_P(LineBreakTest, Breaks) {
  const FakeFonts fonts;
  Diagnostics mistakes;
  Diagnostics notes;
  const std::vector<Atom> atoms =
      Shaper(fonts, mistakes, notes).Shape(GetParam().text, Face::kFangSong);
  const Measure measure{.width_pt = GetParam().characters * 10,
                        .first_indent_pt = 0,
                        .rest_indent_pt = 0,
                        .size_pt = 10,
                        .tracking_pt = 0};
  std::string got;
  for (const BrokenLine& line : BreakLines(atoms, measure)) {
    if (line.begin > 0) got += '|';
    double width = 0;
    const auto on_line = std::span(atoms).subspan(line.begin, line.end - line.begin);
    for (const Atom& atom : on_line) AppendUtf8(got, atom.character);
    for (const double advance : SetLine(on_line, measure, measure.width_pt, true)) width += advance;
    EXPECT_LE(width, measure.width_pt + 0.05) << got;
  }
  EXPECT_EQ(got, GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(Table, LineBreakTest, testing::ValuesIn(kCases), [](const auto& one) {
  std::string name = one.param.name;
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
});

// Whatever the text: nothing is lost, nothing is wider than the measure.
TEST(LineBreakPropertyTest, AnyTextIsCoveredAndFits) {
  const FakeFonts fonts;
  constexpr std::u32string_view kPool =
      U"甲乙丙，。、；（）《》“”……——〔〕0123456789abc /-%号年第 \n";
  std::uint32_t seed = 20230306;
  const auto next = [&seed](std::uint32_t below) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
  };
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (std::uint32_t left = next(60); left > 0; --left) {
      AppendUtf8(text, kPool[next(static_cast<std::uint32_t>(kPool.size()))]);
    }
    Diagnostics mistakes;
    Diagnostics notes;
    const std::vector<Atom> atoms = Shaper(fonts, mistakes, notes).Shape(text, Face::kFangSong);
    const Measure measure{.width_pt = 40.0 + next(100),
                          .first_indent_pt = 20,
                          .rest_indent_pt = 0,
                          .size_pt = 10,
                          .tracking_pt = 0};
    size_t at = 0;
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      // Only spaces and the break itself are left out between two lines.
      for (; at < line.begin; ++at) {
        ASSERT_TRUE(atoms[at].kind != AtomKind::kGlyph || atoms[at].character == U' ') << text;
      }
      at = line.end;
      const auto on_line = std::span(atoms).subspan(line.begin, line.end - line.begin);
      const double available = measure.width_pt - line.indent_pt;
      double width = 0;
      for (const double advance : SetLine(on_line, measure, available, true)) width += advance;
      ASSERT_LE(width, available + 0.05) << text;
    }
    for (; at < atoms.size(); ++at) {
      ASSERT_TRUE(atoms[at].kind != AtomKind::kGlyph || atoms[at].character == U' ') << text;
    }
  }
}

TEST(SetLineTest, StretchesToTheMeasureButNotInsideNumbers) {
  const FakeFonts fonts;
  Diagnostics mistakes;
  Diagnostics notes;
  const std::vector<Atom> atoms = Shaper(fonts, mistakes, notes).Shape("甲12乙丙", Face::kFangSong);
  const Measure measure{
      .width_pt = 46, .first_indent_pt = 0, .rest_indent_pt = 0, .size_pt = 10, .tracking_pt = 0};
  EXPECT_EQ(SetLine(atoms, measure, 46, true), (std::vector<double>{12, 5, 7, 12, 10}));
  EXPECT_EQ(SetLine(atoms, measure, 46, false), (std::vector<double>{10, 5, 5, 10, 10}));
  // Gaps of half a character would look worse than a ragged line.
  EXPECT_EQ(SetLine(atoms, measure, 70, true), (std::vector<double>{10, 5, 5, 10, 10}));
}

}  // namespace
}  // namespace anjuan::doc
