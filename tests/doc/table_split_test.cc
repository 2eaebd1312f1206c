// Rows higher than a page: cut between lines, heads repeated, borders closed on every page.
#include <gtest/gtest.h>

#include <cmath>
#include <ctime>
#include <map>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

constexpr double kMm = kPointsPerMm;
constexpr double kTop = 37 * kMm, kBottom = (37 + 225) * kMm;
constexpr double kLeft = 28 * kMm, kRight = (28 + 156) * kMm;

Pages MustLayout(std::string_view body, std::string_view json = "{}") {
  const auto pages = TemplateRun(DocumentOf(body), json).Layout();
  EXPECT_TRUE(pages.has_value()) << Render(pages.error());
  return pages.has_value() ? *pages : Pages();
}

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// The characters of a page but its number's, top to bottom.
std::string Printed(const Page& page) {
  Pages one;
  one.fonts = {"", "", "", "", "", ""};
  one.pages = {page};
  const std::string text = TextOf(one);
  return text.substr(0, text.find("— "));
}

size_t CountOf(const Pages& pages, char32_t character) {
  size_t count = 0;
  for (const Page& page : pages.pages) {
    for (const doc::Run& run : page.runs) {
      for (const PlacedGlyph& glyph : run.glyphs) count += glyph.character == character ? 1 : 0;
    }
  }
  return count;
}

// On each page the table's outline is whole: from `left` to `right` all of its uppermost and of its
// lowest height is drawn, and both sides all the way between.
void ExpectClosed(const Page& page, double left, double right) {
  double top = 1e9;
  double bottom = 0;
  for (const Stroke& line : page.strokes) {
    top = std::min(top, line.y1_pt);
    bottom = std::max(bottom, line.y2_pt);
  }
  EXPECT_GE(top, kTop - 0.1);
  EXPECT_LE(bottom, kBottom + 0.1);
  const auto across = [&](double y) {
    double drawn = 0;
    std::map<double, double> pieces;
    for (const Stroke& line : page.strokes) {
      if (std::abs(line.y1_pt - y) > 0.01 || std::abs(line.y2_pt - y) > 0.01) continue;
      double& end = pieces[line.x1_pt];
      end = std::max(end, line.x2_pt);
    }
    double reached = left;
    for (const auto& [from, to] : pieces) {
      if (from <= reached + 0.01) reached = std::max(reached, to);
      drawn = reached - left;
    }
    return drawn;
  };
  EXPECT_NEAR(across(top), right - left, 0.1);
  EXPECT_NEAR(across(bottom), right - left, 0.1);
  for (const double x : {left, right}) {
    double drawn = 0;
    for (const Stroke& line : page.strokes) {
      if (std::abs(line.x1_pt - x) < 0.01 && std::abs(line.x2_pt - x) < 0.01) {
        drawn += line.y2_pt - line.y1_pt;
      }
    }
    EXPECT_NEAR(drawn, bottom - top, 0.1) << x;
  }
}

TEST(TableSplitTest, ALongCellGoesOnUnderRepeatedHeads) {
  const Pages pages = MustLayout(StrCat(
      "<p>前</p><table><col width=\"30mm\"/><col/>"
      "<row head=\"true\"><cell>头</cell><cell>目</cell></row>"
      "<row><cell>过程</cell><cell>",
      Repeat("<p>子丑寅</p>", 90), "</cell></row><row><cell>末</cell><cell/></row></table>"));
  ASSERT_EQ(pages.pages.size(), 3U);
  for (const Page& page : pages.pages) {
    EXPECT_NE(Printed(page).find("头目\n"), std::string::npos);
    ExpectClosed(page, kLeft, kRight);
  }
  EXPECT_NE(Printed(pages.pages[0]).find("子丑寅"), std::string::npos);  // begins where it stands
  EXPECT_EQ(CountOf(pages, U'子'), 90U);
  EXPECT_EQ(CountOf(pages, U'程'), 1U);
  EXPECT_EQ(CountOf(pages, U'末'), 1U);
}

TEST(TableSplitTest, CellsOfOtherSizesGoOnEachForItself) {
  const std::string body =
      StrCat("<table><col/><col/><row><cell>", Repeat("<p>大</p>", 60), "</cell><cell>",
             Repeat("<p text=\"7\">小</p>", 100), "</cell></row></table>");
  const Pages pages = MustLayout(body);
  EXPECT_EQ(CountOf(pages, U'大'), 60U);
  EXPECT_EQ(CountOf(pages, U'小'), 100U);
  for (const Page& page : pages.pages) {
    ExpectClosed(page, kLeft, kRight);
    std::map<double, double> last;  // the lines of a cell never overlap
    for (const doc::Run& run : page.runs) {
      if (run.glyphs[0].character != U'大' && run.glyphs[0].character != U'小') continue;
      const double top = run.y_pt - 0.88 * run.size_pt;
      EXPECT_GE(top + 0.01, last[run.x_pt]);
      last[run.x_pt] = run.y_pt + 0.12 * run.size_pt;
    }
  }
}

// A label beside a hundred rows, and a text beside them that alone takes more than a page.
TEST(TableSplitTest, MergedCellsGoOnOverThePages) {
  const Pages pages = MustLayout(StrCat(
      "<table><col width=\"30mm\"/><col/><col width=\"40mm\"/>"
      "<row head=\"true\"><cell>头</cell><cell>目</cell><cell>注</cell></row>"
      "<row><cell rowspan=\"100\">集体协商工作任务分类</cell><cell>项1</cell>"
      "<cell rowspan=\"100\">",
      Repeat("文", 900), "</cell></row>", Repeat("<row><cell>项</cell></row>", 99), "</table>"));
  EXPECT_GT(pages.pages.size(), 3U);
  EXPECT_EQ(CountOf(pages, U'项'), 100U);
  EXPECT_EQ(CountOf(pages, U'文'), 900U);
  EXPECT_EQ(CountOf(pages, U'类'), 1U);
  for (const Page& page : pages.pages) ExpectClosed(page, kLeft, kRight);
  // The label is whole, on the first page, its lines as close as elsewhere.
  std::vector<double> lines;
  for (const doc::Run& run : pages.pages[0].runs) {
    if (run.x_pt < kLeft + 30 * kMm && run.font == 0) lines.push_back(run.y_pt);
  }
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NEAR(lines[1] - lines[0], 18, 0.01);
}

TEST(TableSplitTest, WhatFitsAPageIsNotCut) {
  // 34 lines of 18 pt and their padding do not fit below a line of text, but on a page.
  const Pages pages = MustLayout(
      StrCat("<p>前</p><table><row><cell>", Repeat("<p>子</p>", 34), "</cell></row></table>"));
  ASSERT_EQ(pages.pages.size(), 2U);
  EXPECT_EQ(Printed(pages.pages[0]), "前\n");
}

TEST(TableSplitTest, NoLineOfARowStandsAlone) {
  for (int above = 0; above <= 20; ++above) {
    for (int lines = 36; lines <= 38; ++lines) {
      const Pages pages = MustLayout(StrCat(Repeat("<p>前</p>", above), "<table><row><cell>",
                                            Repeat("<p>子</p>", lines), "</cell></row></table>"));
      for (const Page& page : pages.pages) {
        size_t count = 0;
        for (const doc::Run& run : page.runs) count += run.glyphs[0].character == U'子' ? 1 : 0;
        EXPECT_NE(count, 1U) << above << " " << lines;
      }
    }
  }
}

TEST(TableSplitTest, AWantedHeightGivesWayToTheHeads) {
  const Pages pages = MustLayout(
      "<table><row head=\"true\" height=\"30mm\"><cell>头</cell></row>"
      "<row height=\"220mm\"><cell>意见</cell></row></table>");
  ASSERT_EQ(pages.pages.size(), 1U);
  ExpectClosed(pages.pages[0], kLeft, kRight);
}

TEST(TableSplitTest, HeadsThatFillThePageAreTold) {
  const auto pages =
      TemplateRun(DocumentOf("<table><row head=\"true\" height=\"200mm\">"
                             "<cell>头</cell></row><row><cell>甲</cell></row></table>"),
                  "{}")
          .Layout();
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error()[0].code, "doc.overflow");
  EXPECT_NE(pages.error()[0].message.find("表头太高"), std::string::npos);
}

TEST(TableSplitTest, AMillionCharactersInACellAreQuick) {
  const auto seconds = [](int characters) {
    const std::string body = StrCat("<table><row><cell>", Repeat("文", characters), "</cell><cell>",
                                    Repeat("字", characters), "</cell></row></table>");
    const auto start = std::clock();
    EXPECT_EQ(CountOf(MustLayout(body), U'文'), static_cast<size_t>(characters));
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  const double small = seconds(30'000);
  EXPECT_LT(seconds(300'000), 40 * small + 0.2);
}

}  // namespace
}  // namespace anjuan::doc
