// Footnotes: numbered marks, each note at the foot of its mark's page, long ones going on.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

constexpr double kMm = kPointsPerMm;
constexpr double kBottom = (37 + 225) * kMm;
constexpr double kNote = 10.5;

Pages MustLayout(std::string_view body, std::string_view form = "plain") {
  const auto pages = TemplateRun(DocumentOf(body, form), "{}").Layout();
  EXPECT_TRUE(pages.has_value()) << Render(pages.error());
  return pages.has_value() ? *pages : Pages();
}

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string TextOf(const doc::Run& run) {
  std::string out;
  for (const PlacedGlyph& glyph : run.glyphs) AppendUtf8(out, glyph.character);
  return out;
}

// The runs of a page that belong to its notes, top to bottom.
std::vector<const doc::Run*> Notes(const Page& page) {
  std::vector<const doc::Run*> out;
  for (const doc::Run& run : page.runs) {
    if (run.size_pt == kNote) out.push_back(&run);
  }
  return out;
}

TEST(FootnoteTest, MarkIsSmallAndRaisedNoteAtTheFootUnderARule) {
  const Pages pages = MustLayout("<p indent=\"0\">甲<footnote>乙丙</footnote>丁</p>");
  ASSERT_EQ(pages.pages.size(), 1U);
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.runs.size(), 4U);
  const doc::Run& before = page.runs[0];
  const doc::Run& mark = page.runs[1];
  const doc::Run& after = page.runs[2];
  EXPECT_EQ(TextOf(mark), "①");
  EXPECT_NEAR(mark.size_pt, 0.6 * 15.75, 0.01);
  EXPECT_LT(mark.y_pt, before.y_pt - 4);
  EXPECT_EQ(after.y_pt, before.y_pt);
  EXPECT_NEAR(after.x_pt - mark.x_pt, 0.6 * 15.75, 0.05);
  const doc::Run& note = page.runs[3];
  EXPECT_EQ(TextOf(note), "① 乙丙");
  EXPECT_EQ(note.size_pt, kNote);
  EXPECT_NEAR(note.y_pt + (0.12 + 0.2) * kNote, kBottom, 0.1);  // the line's lower edge
  ASSERT_EQ(page.strokes.size(), 1U);
  const Stroke& rule = page.strokes[0];
  EXPECT_NEAR(rule.x1_pt, 28 * kMm, 0.01);
  EXPECT_NEAR(rule.x2_pt - rule.x1_pt, 156 * kMm / 4, 0.01);
  EXPECT_LT(rule.y1_pt, note.y_pt - kNote);
}

TEST(FootnoteTest, AMarkStaysWithItsWord) {
  for (int length = 24; length <= 28; ++length) {
    const Pages pages = MustLayout(
        StrCat("<p indent=\"0\">", Repeat("字", length), "<footnote>注</footnote>后</p>"));
    for (const doc::Run& run : pages.pages[0].runs) {
      if (TextOf(run) == "①") {
        EXPECT_GT(run.x_pt, 28 * kMm + 10) << length;
      }
    }
  }
}

// However the lines fall: each note on the page of its mark, nothing over anything else.
TEST(FootnoteTest, EveryNoteStandsOnThePageOfItsMark) {
  for (int lead = 0; lead <= 22; ++lead) {
    std::string body = Repeat("<p>前</p>", lead);
    for (int i = 0; i < 9; ++i) {
      body += StrCat("<p>", Repeat("文", 10 + 17 * i), "<footnote>", Repeat("注", 20 * (i % 5) + 3),
                     "</footnote>", Repeat("文", 30), "</p>");
    }
    const Pages pages = MustLayout(body);
    int marks = 0;
    for (const Page& page : pages.pages) {
      std::vector<std::string> marked;
      std::vector<std::string> noted;
      double text_bottom = 0;
      double notes_top = kBottom;
      for (const doc::Run& run : page.runs) {
        if (run.font == 4) continue;  // the page number
        const std::string first = TextOf(run).substr(0, 3);
        const bool circled = first >= "①" && first <= "⑩";
        if (run.size_pt == kNote) {
          notes_top = std::min(notes_top, run.y_pt - 0.88 * kNote);
          if (circled) noted.push_back(first);
        } else {
          text_bottom = std::max(text_bottom, run.y_pt + 0.12 * run.size_pt);
          if (circled) marked.push_back(first);
        }
        EXPECT_LE(run.y_pt, kBottom);
      }
      EXPECT_EQ(marked, noted) << lead;
      EXPECT_LE(text_bottom, notes_top) << lead;
      marks += static_cast<int>(marked.size());
    }
    EXPECT_EQ(marks, 9) << lead;
  }
}

TEST(FootnoteTest, ALongNoteGoesOnOnTheNextPages) {
  const Pages pages = MustLayout(
      StrCat("<p>甲<footnote>", Repeat("注", 5'000), "</footnote></p>", Repeat("<p>文</p>", 30)));
  size_t printed = 0;
  size_t with_notes = 0;
  for (const Page& page : pages.pages) {
    size_t on_page = 0;
    for (const doc::Run* run : Notes(page)) {
      for (const PlacedGlyph& glyph : run->glyphs) on_page += glyph.character == U'注' ? 1 : 0;
      EXPECT_LE(run->y_pt, kBottom);
    }
    printed += on_page;
    with_notes += on_page > 0 ? 1 : 0;
    if (on_page > 0) {  // the rule, on each page
      EXPECT_EQ(page.strokes.size(), 1U);
    }
  }
  EXPECT_EQ(printed, 5'000U);
  EXPECT_GE(with_notes, 3U);
}

// Few fonts have circled numbers beyond ten: then all are plain ones.
TEST(FootnoteTest, MoreThanTenHavePlainNumbers) {
  const Pages pages =
      MustLayout("<p for=\"i in [1,2,3,4,5,6,7,8,9,10,11,12]\">甲<footnote>乙{i}</footnote></p>");
  std::vector<std::string> notes;
  for (const doc::Run* run : Notes(pages.pages[0])) notes.push_back(TextOf(*run));
  ASSERT_EQ(notes.size(), 12U);
  EXPECT_EQ(notes[0], "1 乙1");
  EXPECT_EQ(notes[11], "12 乙12");
}

TEST(FootnoteTest, InTablesTitlesAndLists) {
  const Pages pages = MustLayout(StrCat(
      "<title>题<footnote>一</footnote></title><list><item>项<footnote>二</footnote></item></list>"
      "<table><row head=\"true\"><cell>头<footnote>三</footnote></cell></row>",
      Repeat("<row><cell>格</cell></row>", 30),
      "<row><cell>末<footnote>四</footnote></cell></row></table>"));
  ASSERT_EQ(pages.pages.size(), 2U);
  std::vector<std::string> first;
  for (const doc::Run* run : Notes(pages.pages[0])) first.push_back(TextOf(*run));
  EXPECT_EQ(first, (std::vector<std::string>{"① 一", "② 二", "③ 三"}));
  ASSERT_EQ(Notes(pages.pages[1]).size(), 1U);  // the head's note is not repeated
  EXPECT_EQ(TextOf(*Notes(pages.pages[1])[0]), "④ 四");
}

TEST(FootnoteTest, StandAboveTheFootOfTheLetter) {
  const Pages pages = MustLayout(
      "<issuer>某局</issuer><number>某〔2023〕7号</number><p>甲<footnote>乙</footnote></p>"
      "<cc>丙局。</cc>",
      "letter");
  ASSERT_EQ(pages.pages.size(), 1U);
  ASSERT_EQ(Notes(pages.pages[0]).size(), 1U);
  EXPECT_LT(Notes(pages.pages[0])[0]->y_pt, kBottom - 22);
}

TEST(FootnoteTest, OneSheetHasNone) {
  const auto pages =
      TemplateRun(DocumentOf("<title>证书</title><p>甲<footnote>乙</footnote></p>", "certificate"),
                  "{}")
          .Layout();
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error()[0].code, "doc.footnote");
}

TEST(FootnoteTest, InMarkdown) {
  const auto text =
      TemplateRun(DocumentOf("<p>甲<footnote>乙</footnote>丙</p><p>丁</p>"), "{}").Markdown();
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text, "甲[^1]丙\n\n丁\n\n[^1]: 乙\n");
}

// ---- <fill> ----

TEST(FillTest, InTheTextTheValueStandsInTheMiddleOfItsLine) {
  const std::string body = "<p indent=\"0\">由<fill expr=\"a\" width=\"8\"/>签</p>";
  const auto blank = TemplateRun(DocumentOf(body), R"({"a": null})").Layout();
  ASSERT_TRUE(blank.has_value());
  ASSERT_EQ(blank->pages[0].strokes.size(), 1U);
  const Stroke& empty = blank->pages[0].strokes[0];
  EXPECT_NEAR(empty.x2_pt - empty.x1_pt, 8 * 15.75, 0.1);
  const auto filled = TemplateRun(DocumentOf(body), R"({"a": "张三"})").Layout();
  ASSERT_TRUE(filled.has_value());
  const Page& page = filled->pages[0];
  ASSERT_EQ(page.strokes.size(), 1U);  // one line under blank, value and blank
  const Stroke& line = page.strokes[0];
  EXPECT_NEAR(line.x2_pt - line.x1_pt, empty.x2_pt - empty.x1_pt, 0.2);
  const doc::Run& value = page.runs[1];
  EXPECT_EQ(TextOf(value), "张三");
  EXPECT_NEAR(value.x_pt + 15.75, (line.x1_pt + line.x2_pt) / 2, 0.3);
  EXPECT_GT(line.y1_pt, value.y_pt);
}

TEST(FillTest, ALongValueMakesTheLineLongerAndBreaks) {
  const auto pages =
      TemplateRun(DocumentOf(StrCat("<p indent=\"0\">由<fill expr=\"a\" width=\"4\"/>签</p>")),
                  StrCat("{\"a\": \"", Repeat("名", 40), "\"}"))
          .Layout();
  ASSERT_TRUE(pages.has_value());
  const Page& page = pages->pages[0];
  ASSERT_EQ(page.strokes.size(), 2U);
  for (const Stroke& line : page.strokes) {
    EXPECT_GE(line.x1_pt, 28 * kMm - 0.1);
    EXPECT_LE(line.x2_pt, (28 + 156) * kMm + 0.1);
  }
}

TEST(FillTest, LinesWithLabelsBeginUnderEachOther) {
  const auto pages = TemplateRun(DocumentOf("<fill label=\"住所\" expr=\"a\"/>"
                                            "<fill label=\"法定代表人\"/>"
                                            "<fill label=\"事项：\" expr=\"b\" lines=\"3\"/>"
                                            "<p>乙</p><fill lines=\"2\"/>"),
                                 R"({"a": "示例路1号", "b": null})")
                         .Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  const Page& page = pages->pages[0];
  ASSERT_EQ(page.strokes.size(), 7U);
  const double right = (28 + 156) * kMm;
  const double left = 28 * kMm + 6 * 156 * kMm / 28;  // behind 法定代表人：
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(page.strokes[i].x1_pt, left, 0.1) << i;
    EXPECT_NEAR(page.strokes[i].x2_pt, right, 0.1) << i;
    if (i > 0) {
      EXPECT_NEAR(page.strokes[i].y1_pt - page.strokes[i - 1].y1_pt, 28.99, 0.05);
    }
  }
  for (size_t i = 5; i < 7; ++i) EXPECT_NEAR(page.strokes[i].x1_pt, 28 * kMm, 0.1);
  EXPECT_EQ(doc::TextOf(*pages), "住所：示例路1号\n法定代表人：\n事项：\n乙\n");
  const auto text = TemplateRun(DocumentOf("<fill label=\"住所\"/>"), "{}").Markdown();
  EXPECT_EQ(*text, "住所：＿＿＿＿\n\n");
}

// ---- Sheets turned sideways ----

constexpr std::string_view kWide =
    "<p>前</p><sideways><title>大表</title><table><col width=\"25mm\"/><col/>"
    "<row head=\"true\"><cell>序</cell><cell>事</cell></row>"
    "<row for=\"i in xs\"><cell>{i}</cell><cell><check if=\"true\"/>是<footnote "
    "if=\"i=1\">注</footnote></cell></row></table></sideways><p>后</p>";

TEST(SidewaysTest, HeadAtTheLeftEdgeOnEveryPageNumberWhereItAlwaysIs) {
  const auto pages = TemplateRun(DocumentOf(kWide),
                                 "{\"xs\": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}")
                         .Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  ASSERT_EQ(pages->pages.size(), 4U);  // before, two turned, after
  for (size_t i = 1; i <= 2; ++i) {
    const Page& page = pages->pages[i];
    EXPECT_EQ(page.width_pt, 0);  // the sheet stays upright
    double head = 0;
    for (const doc::Run& run : page.runs) {
      if (run.font == 4) {  // as on every page: right on odd, left on even ones
        EXPECT_FALSE(run.turned);
        EXPECT_EQ(run.x_pt > 100 * kMm, i % 2 == 0);
        EXPECT_NEAR(run.y_pt, kBottom + 7 * kMm + 0.38 * 14, 0.1);
        continue;
      }
      EXPECT_TRUE(run.turned);
      EXPECT_GE(run.x_pt, 28 * kMm);
      EXPECT_LE(run.x_pt, (28 + 156) * kMm);
      if (TextOf(run) == "序") head = run.x_pt;
    }
    ASSERT_GT(head, 0);
    for (const doc::Run& run : page.runs) {  // the rows to the right of their head
      if (TextOf(run) == "是") {
        EXPECT_GT(run.x_pt, head);
      }
    }
    double top = 1e9;
    double bottom = 0;
    for (const Stroke& line : page.strokes) {
      top = std::min({top, line.y1_pt, line.y2_pt});
      bottom = std::max({bottom, line.y1_pt, line.y2_pt});
    }
    EXPECT_NEAR(top, 37 * kMm, 0.1);  // as wide as the block is high
    EXPECT_NEAR(bottom, kBottom, 0.1);
    for (const CheckBox& box : page.boxes) EXPECT_TRUE(box.turned);
  }
  EXPECT_EQ(TextOf(pages->pages[3].runs[0]), "后");
}

TEST(SidewaysTest, MakesNoEmptyPages) {
  const auto count = [](std::string_view body) { return MustLayout(body).pages.size(); };
  constexpr std::string_view kTable =
      "<sideways><table><row><cell>甲</cell></row></table></sideways>";
  EXPECT_EQ(count(kTable), 1U);
  EXPECT_EQ(count(StrCat("<p>前</p>", kTable)), 2U);
  EXPECT_EQ(count(StrCat(kTable, "<p>后</p>")), 2U);
  EXPECT_EQ(count(StrCat(kTable, kTable)), 2U);
  EXPECT_EQ(count(StrCat("<p>前</p><page-break/>", kTable, "<page-break/><p>后</p>")), 3U);
  EXPECT_EQ(count(StrCat("<p>前</p>", kTable, "<annex>名单</annex><p>后</p>")), 3U);
}

TEST(SidewaysTest, ATableMayTakeTheLengthOfTheSheet) {
  const std::string table = "<table><col width=\"220mm\"/><row><cell>甲</cell></row></table>";
  EXPECT_TRUE(TemplateRun(DocumentOf(StrCat("<sideways>", table, "</sideways>")), "{}")
                  .Layout()
                  .has_value());
  EXPECT_FALSE(TemplateRun(DocumentOf(table), "{}").Layout().has_value());
  const auto wrong =
      TemplateRun(DocumentOf("<sideways><sign><party name=\"甲\"/></sign></sideways>"), "{}")
          .Layout();
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error()[0].code, "doc.element");
}

// Tightened lines make room for a short 版记, not for a long one. 7.5: where an empty page comes
// before the 版记, neither of the two has a number.
TEST(FootPageTest, EmptyPageBeforeItHasNoNumberNorHasIt) {
  int moved = 0;
  for (int lines = 20; lines <= 45; ++lines) {
    const Pages pages = MustLayout(
        StrCat("<issuer>某局</issuer>", Repeat("<p>甲</p>", lines), "<cc>",
               Repeat("某市某局，", 50),
               "乙局。</cc><print-office date=\"2023年3月6日\">某局办公室</print-office>"),
        "red-header");
    const std::string text = doc::TextOf(pages);
    EXPECT_EQ(pages.pages.size() % 2, 0U);
    EXPECT_NE(text.find("— 2 —"), std::string::npos) << lines;
    if (pages.pages.size() != 4 || !pages.pages[2].runs.empty()) continue;
    ++moved;
    EXPECT_NE(text.find("— 2 —\n--\n--\n抄送"), std::string::npos) << text;
    EXPECT_EQ(text.find("— 4 —"), std::string::npos) << text;
  }
  EXPECT_GT(moved, 0);
}

}  // namespace
}  // namespace anjuan::doc
