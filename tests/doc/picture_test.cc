// Pictures, text of other sizes, and Markdown.
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

// A box of the given size with a word in it.
std::string Box(int width, int height) {
  return StrCat(R"({"d": {"width": )", width, R"(, "height": )", height,
                R"(, "shapes": [{"points": [0, 0, )", width, ", 0, ", width, ", ", height,
                R"(], "closed": true, "fill": "#ff8000", "stroke": "#000000", "dashed": true}],)",
                R"("texts": [{"text": "办结", "x": )", width / 2,
                R"(, "y": 20, "size": 10, "align": "center", "bold": true}]}})");
}

TEST(PictureTest, InTheTextIsAsWideAsTheBlock) {
  const auto pages =
      TemplateRun(DocumentOf("<p>甲</p><picture expr=\"d\"/><p>乙</p>"), Box(884, 200)).Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  ASSERT_EQ(pages->pages.size(), 1u);
  EXPECT_EQ(TextOf(*pages), "甲\n办结\n乙\n");
  ASSERT_EQ(pages->pages[0].shapes.size(), 1u);
  const Shape& shape = pages->pages[0].shapes[0];
  EXPECT_EQ(shape.fill, 0xFF8000u);
  EXPECT_EQ(shape.stroke, 0u);
  EXPECT_TRUE(shape.dashed);
  const double mm = kPointsPerMm;
  EXPECT_NEAR(shape.points[0].x_pt, 28 * mm, 0.1);
  EXPECT_NEAR(shape.points[1].x_pt, (28 + 156) * mm, 0.1);
  EXPECT_NEAR(shape.points[2].y_pt - shape.points[1].y_pt, 100, 0.1);
}

TEST(PictureTest, OnItsOwnPageChoosesTheSheetItCanBeReadOn) {
  const std::string body = "<p>甲</p><picture expr=\"d\" label=\"流程图\" page=\"own\"/><p>乙</p>";
  struct Wanted {
    int width, height;
    double sheet_mm;
  };
  for (const Wanted& wanted :
       {Wanted{400, 600, 210}, Wanted{900, 500, 297}, Wanted{2000, 1000, 420}}) {
    const auto pages = TemplateRun(DocumentOf(body), Box(wanted.width, wanted.height)).Layout();
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    ASSERT_EQ(pages->pages.size(), 3u);
    const Page& own = pages->pages[1];
    EXPECT_NEAR(own.width_pt, wanted.sheet_mm * kPointsPerMm, 0.1) << wanted.width;
    EXPECT_EQ(pages->pages[0].width_pt, 0);
    EXPECT_EQ(pages->pages[2].width_pt, 0);
    for (const Point& point : own.shapes[0].points) {
      EXPECT_GE(point.x_pt, 0);
      EXPECT_LE(point.x_pt, own.width_pt);
      EXPECT_GE(point.y_pt, 0);
      EXPECT_LE(point.y_pt, own.height_pt);
    }
    EXPECT_NE(TextOf(*pages).find("流程图"), std::string::npos);
    EXPECT_NE(Dump(*pages).find("shape closed dashed fill 16744448 stroke 0"), std::string::npos);
  }
}

TEST(PictureTest, AtTheEndLeavesNoBlankPage) {
  const auto pages =
      TemplateRun(DocumentOf("<picture expr=\"d\" page=\"own\"/>"), Box(400, 300)).Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  ASSERT_EQ(pages->pages.size(), 1u);
  EXPECT_GT(pages->pages[0].width_pt, 0);
}

TEST(PictureTest, WhatIsNoPictureIsTold) {
  const auto pages =
      TemplateRun(DocumentOf("<picture expr=\"d\"/>"), "{\"d\": {\"width\": 3}}").Layout();
  ASSERT_FALSE(pages.has_value());
  ASSERT_EQ(pages.error().size(), 1u) << Render(pages.error());
  EXPECT_EQ(pages.error()[0].code, "doc.picture");
  EXPECT_EQ(pages.error()[0].message, "{d} is no picture");
}

TEST(TextSizeTest, TablesAndParagraphs) {
  const auto pages =
      TemplateRun(DocumentOf("<p text=\"9\">甲</p><table text=\"10\"><row><cell>乙<p "
                             "text=\"8\">丙</p></cell></row></table>"),
                  "{}")
          .Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  const Page& page = pages->pages[0];
  ASSERT_EQ(page.runs.size(), 3u);
  EXPECT_EQ(page.runs[0].size_pt, 9);
  EXPECT_NEAR(page.runs[0].x_pt, 28 * kPointsPerMm + 2 * 9, 0.1);  // indented by its own characters
  EXPECT_EQ(page.runs[1].size_pt, 10);
  EXPECT_EQ(page.runs[2].size_pt, 8);
  const auto refused = TemplateRun(DocumentOf("<p text=\"40\">甲</p>"), "{}").Layout();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error()[0].message, "text is not a size from 6 to 22 points");
}

TEST(MarkdownTest, TheSameElements) {
  const auto text =
      TemplateRun(
          DocumentOf("<title>说明</title><h>用途</h><p>甲<b>乙</b>{a}</p><h level=\"2\">细目</h>"
                     "<table><row head=\"true\"><cell>一</cell><cell>二</cell></row>"
                     "<row for=\"x in rows\"><cell>{x}</cell><cell>丙<p>丁</p></cell></row></table>"
                     "<picture expr=\"d\" label=\"图\"/><sign><line label=\"批准\"/></sign>"),
          R"({"a": "x < y | z", "rows": ["1", "2"], "d": null})")
          .Markdown();
  ASSERT_TRUE(text.has_value()) << Render(text.error());
  EXPECT_EQ(*text,
            "# 说明\n\n## 一、用途\n\n甲**乙**x \\< y \\| z\n\n### （一）细目\n\n"
            "| 一 | 二 |\n|---|---|\n| 1 | 丙<br>丁 |\n| 2 | 丙<br>丁 |\n\n"
            "![图](chart.svg)\n\n批准：＿＿＿＿＿＿\n\n");
}

}  // namespace
}  // namespace anjuan::doc
