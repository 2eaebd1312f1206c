#include "engine/doc/layout.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

Pages MustLayout(std::string_view body, std::string_view json = "{}",
                 std::string_view form = "plain") {
  const auto pages = TemplateRun(DocumentOf(body, form), json).Layout();
  EXPECT_TRUE(pages.has_value()) << Render(pages.error());
  return pages.has_value() ? *pages : Pages();
}

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// The whole sample as a dump: positions, fonts, sizes. Run with ANJUAN_BLESS=1 to write it anew,
// then read the difference.
TEST(LayoutTest, SampleMatchesItsGoldenDump) {
  const auto pages =
      TemplateRun(ReadSource("tests/doc/data/offer.xml"), ReadSource("tests/doc/data/offer.json"))
          .Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  const std::string dump = Dump(*pages);
  if (std::getenv("ANJUAN_BLESS") != nullptr) {
    std::ofstream(StrCat(ANJUAN_SOURCE_DIR, "/tests/doc/data/offer.dump")) << dump;
  }
  EXPECT_EQ(dump, ReadSource("tests/doc/data/offer.dump"));
}

TEST(LayoutTest, GridIsThatOfTheStandard) {
  // 30 paragraphs of 26 characters: 2 of indent make full lines of 28; 22 lines a page.
  const Pages pages = MustLayout(StrCat(Repeat(StrCat("<p>", Repeat("字", 26), "</p>"), 30)));
  ASSERT_EQ(pages.pages.size(), 2u);
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.runs.size(), 23u);  // 22 lines and the page number
  const doc::Run& first = page.runs[0];
  const doc::Run& last = page.runs[21];
  const double mm = kPointsPerMm;
  EXPECT_NEAR(first.x_pt, 28 * mm + 2 * 156 * mm / 28, 0.01);
  double right = first.x_pt;
  for (const PlacedGlyph& glyph : first.glyphs) right += static_cast<double>(glyph.advance_pt);
  EXPECT_NEAR(right, (28 + 156) * mm, 0.1);
  EXPECT_NEAR(last.y_pt - first.y_pt, 21 * 225 * mm / 22, 0.01);
  EXPECT_GT(first.y_pt - 0.88 * first.size_pt, 37 * mm);
  EXPECT_LT(last.y_pt + 0.12 * last.size_pt, (37 + 225) * mm);
}

TEST(LayoutTest, EveryMissingValueIsTold) {
  const auto pages = TemplateRun(DocumentOf("<p>甲{a}乙{b}</p>\n<p>{c}</p>"),
                                 "{\"a\": null, \"b\": 1, \"c\": null}")
                         .Layout();
  ASSERT_FALSE(pages.has_value());
  ASSERT_EQ(pages.error().size(), 2u) << Render(pages.error());
  EXPECT_EQ(pages.error()[0].code, "doc.missing");
  EXPECT_EQ(pages.error()[0].message, "文书缺少内容：{a}没有值");
  EXPECT_EQ(pages.error()[0].at, (Location{"t.xml", 2, 6}));
  EXPECT_EQ(pages.error()[1].message, "文书缺少内容：{c}没有值");
  EXPECT_EQ(pages.error()[1].at, (Location{"t.xml", 3, 5}));
}

TEST(LayoutTest, FieldWithoutValueIsABlankLine) {
  const std::string body = "<p indent=\"0\">甲<field expr=\"a.name\" blank=\"6\"/></p>";
  const Pages blank = MustLayout(body, "{\"a\": null}");
  EXPECT_EQ(TextOf(blank), "甲\n");
  ASSERT_EQ(blank.pages[0].strokes.size(), 1u);
  const Stroke& line = blank.pages[0].strokes[0];
  EXPECT_NEAR(line.x2_pt - line.x1_pt, 6 * 15.75, 0.1);
  const Pages filled = MustLayout(body, "{\"a\": {\"name\": \"张三\"}}");
  EXPECT_EQ(TextOf(filled), "甲张三\n");
  EXPECT_TRUE(filled.pages[0].strokes.empty());
}

TEST(LayoutTest, ShowsValuesAsAClerkWrites) {
  const Pages pages = MustLayout("<p indent=\"0\">{d}、{n}、{l}、{{甲}}</p>",
                                 R"({"d": "2023-03-06", "n": 1.50, "l": ["乙", "丙"]})");
  EXPECT_EQ(TextOf(pages), "2023年3月6日、1.5、乙、丙、{甲}\n");
}

TEST(LayoutTest, SourceLineEndsAreNoSpaces) {
  const Pages pages =
      MustLayout("<p indent=\"0\">\n  甲\n  乙\n  one\n  two\n  {x}\n</p>", R"({"x": "丙"})");
  EXPECT_EQ(TextOf(pages), "甲乙one two丙\n");
}

TEST(LayoutTest, DataIsNeverMarkup) {
  const Pages pages = MustLayout("<p indent=\"0\">{x}</p>", R"({"x": "<b>{y}</b>&lt;"})");
  EXPECT_EQ(TextOf(pages), "<b>{y}</b>&lt;\n");
}

TEST(LayoutTest, RefusesWhatNoPaperShouldCarry) {
  const auto pages = TemplateRun(DocumentOf("<p>{a}{b}{c}{d}</p>"),
                                 R"({"a": "甲\u0000乙", "b": "\ue000", "c": "\ufffe", "d": "☃"})")
                         .Layout();
  ASSERT_FALSE(pages.has_value());
  ASSERT_EQ(pages.error().size(), 4u) << Render(pages.error());
  for (const Diagnostic& mistake : pages.error()) EXPECT_EQ(mistake.code, "doc.character");
  EXPECT_EQ(pages.error()[0].message, "{a}里的字符（U+0000）是控制字符");
  EXPECT_EQ(pages.error()[3].message, "{d}里的字符“☃”（U+2603）字库里没有，印不出来");
}

TEST(LayoutTest, MapsRadicalsToHanzi) {
  // U+2F08 and U+2F42, as copied from PDF files; U+F914 is a Korean double of 樂.
  const Pages pages = MustLayout("<p indent=\"0\">{x}</p>", R"({"x": "\u2f08\u2f42\uf914"})");
  EXPECT_EQ(TextOf(pages), "人文樂\n");
}

TEST(LayoutTest, ReportsSubstitutedCharactersOnce) {
  const Pages pages = MustLayout("<p>{x}{x}</p>", R"({"x": "𬺈"})");
  ASSERT_EQ(pages.notes.size(), 1u);
  EXPECT_EQ(pages.notes[0].code, "doc.substitute");
  EXPECT_EQ(pages.notes[0].severity, Severity::kWarning);
  EXPECT_NE(pages.notes[0].message.find("U+2CE88"), std::string::npos);
}

TEST(LayoutTest, NumbersHeadingsAndLists) {
  const Pages pages = MustLayout(
      "<h level=\"1\">甲</h><h level=\"2\">乙</h><h level=\"2\">丙</h><h level=\"3\">丁</h>"
      "<h level=\"4\">戊</h><h level=\"1\">己</h><h level=\"2\">庚</h>"
      "<list for=\"x in xs\"><item>{x}</item></list>"
      "<list marker=\"（1）\"><item>辛</item></list>",
      R"({"xs": ["子", "丑"]})");
  EXPECT_EQ(TextOf(pages),
            "一、甲\n（一）乙\n（二）丙\n1.丁\n（1）戊\n二、己\n（一）庚\n1.子\n2.丑\n（1）辛\n");
  EXPECT_EQ(pages.fonts[pages.pages[0].runs[0].font], "Hei");
  EXPECT_EQ(pages.fonts[pages.pages[0].runs[1].font], "Kai");
  EXPECT_EQ(pages.fonts[pages.pages[0].runs[3].font], "Fang");
}

TEST(LayoutTest, ListsNumberAsInLegalTexts) {
  const Pages pages = MustLayout(
      "<list marker=\"（一）\"><item for=\"x in xs\">{x}；</item><item>其他。</item></list>",
      R"({"xs": ["子", "丑"]})");
  EXPECT_EQ(TextOf(pages), "（一）子；\n（二）丑；\n（三）其他。\n");
}

TEST(LayoutTest, ConditionsAndIncludes) {
  const Pages pages = MustLayout(
      "<p indent=\"0\" if=\"yes\">甲<b if=\"no\">乙</b></p><p if=\"no\">丙</p>"
      "<include href=\"greeting\"/>",
      R"({"yes": true, "no": false})");
  EXPECT_EQ(TextOf(pages), "甲\n此致敬礼\n");
}

TEST(LayoutTest, LongTitleIsBalanced) {
  const Pages pages = MustLayout(StrCat("<title>", Repeat("题", 24), "</title>"));
  ASSERT_EQ(pages.pages[0].runs.size(), 2u);
  EXPECT_EQ(pages.pages[0].runs[0].glyphs.size(), 12u);
  EXPECT_EQ(pages.pages[0].runs[1].glyphs.size(), 12u);
  EXPECT_EQ(pages.fonts[pages.pages[0].runs[0].font], "Biao");
}

TEST(LayoutTest, TitlesBreakBetweenWords) {
  EXPECT_EQ(
      TextOf(MustLayout("<title>示例君山食品加工有限公司2023年度工资专项集体合同（草案）</title>")),
      "示例君山食品加工有限公司\n2023年度工资专项集体合同（草案）\n");
  EXPECT_EQ(TextOf(MustLayout("<title>示例市示例区工业园区行业性职工代表大会关于集体合同草案的决议"
                              "</title>")),
            "示例市示例区工业园区行业性\n职工代表大会关于集体合同草案的决议\n");
}

TEST(LayoutTest, DateFourCharactersFromTheRightUnderTheName) {
  const Pages pages = MustLayout("<p>甲</p><sign><party name=\"{n}\"/><date>{d}</date></sign>",
                                 R"({"n": "某局", "d": "2023-03-06"})");
  const doc::Run& name = pages.pages[0].runs[1];
  const doc::Run& date = pages.pages[0].runs[2];
  const auto width = [](const doc::Run& run) {
    double out = 0;
    for (const PlacedGlyph& glyph : run.glyphs) out += static_cast<double>(glyph.advance_pt);
    return out;
  };
  EXPECT_NEAR(date.x_pt + width(date), 184 * kPointsPerMm - 4 * 156 * kPointsPerMm / 28, 0.01);
  EXPECT_NEAR(name.x_pt + width(name) / 2, date.x_pt + width(date) / 2, 0.01);
}

TEST(LayoutTest, SignaturesNeverStandAlone) {
  // For every length of text, the page with the signature also has text.
  for (int lines = 1; lines <= 45; ++lines) {
    const Pages pages = MustLayout(
        StrCat(Repeat("<p>甲</p>", lines), "<sign><party name=\"某局\"/><date>{d}</date></sign>"),
        R"({"d": "2023-03-06"})");
    const Page& last = pages.pages.back();
    const bool text = std::any_of(last.runs.begin(), last.runs.end(), [](const doc::Run& run) {
      return run.glyphs.size() == 1 && run.glyphs[0].character == U'甲';
    });
    EXPECT_TRUE(text) << lines << " lines: " << TextOf(pages);
  }
}

// Whatever stands above it, the last line of a page is none that keeps with the next.
TEST(LayoutTest, HeadsStayWithWhatTheyHead) {
  const char* const kHeads[] = {"<p align=\"center\" indent=\"0\"><b>第三章　履行与监督</b></p>",
                                "<h level=\"1\">履行与监督</h>", "<p keep=\"next\">履行与监督</p>",
                                "<title>履行与监督</title>"};
  for (const std::string head : kHeads) {
    for (const std::string next : {"<p>乙</p>", "<table><row><cell>乙</cell></row></table>"}) {
      for (int lines = 15; lines <= 22; ++lines) {
        const Pages pages = MustLayout(StrCat(Repeat("<p>甲</p>", lines), head, next));
        const std::string text = TextOf(pages);
        EXPECT_EQ(text.find("督\n—"), std::string::npos) << lines << head << "\n" << text;
      }
    }
  }
}

TEST(LayoutTest, PageNumbersOnlyWhereThereAreSeveral) {
  EXPECT_EQ(TextOf(MustLayout("<p>甲</p>")), "甲\n");
  EXPECT_EQ(TextOf(MustLayout("<p>甲</p><page-break/><p>乙</p>")), "甲\n— 1 —\n--\n乙\n— 2 —\n");
}

TEST(LayoutTest, TableHeadsAreRepeatedAndRowsKeptWhole) {
  const Pages pages = MustLayout(
      "<table><col width=\"20mm\"/><col width=\"*\"/>"
      "<row head=\"true\"><cell>头</cell><cell>目</cell></row>"
      "<row for=\"x in xs\"><cell>{x}</cell><cell>甲<br/>乙</cell></row></table>",
      "{\"xs\": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}");
  ASSERT_EQ(pages.pages.size(), 2u);
  for (const Page& page : pages.pages) {
    int first_lines = 0;
    int second_lines = 0;
    int heads = 0;
    for (const doc::Run& run : page.runs) {
      if (run.glyphs[0].character == U'头') ++heads;
      if (run.glyphs[0].character == U'甲') ++first_lines;
      if (run.glyphs[0].character == U'乙') ++second_lines;
    }
    EXPECT_EQ(heads, 1);
    EXPECT_EQ(first_lines, second_lines);
    for (const Stroke& stroke : page.strokes) EXPECT_LE(stroke.y2_pt, 262.1 * kPointsPerMm);
  }
}

TEST(LayoutTest, TableSpans) {
  const Pages pages = MustLayout(
      "<table><col/><col/><row><cell rowspan=\"2\">甲</cell><cell>乙</cell></row>"
      "<row><cell>丙</cell></row><row><cell colspan=\"2\" "
      "align=\"center\">丁</cell></row></table>");
  EXPECT_EQ(TextOf(pages), "乙\n甲\n丙\n丁\n");
  const auto wrong =
      TemplateRun(DocumentOf("<table><col/><col/><row><cell>甲</cell></row></table>"), "{}")
          .Layout();
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error()[0].code, "doc.table");
}

TEST(LayoutTest, OverflowIsToldNotClipped) {
  const auto narrow = TemplateRun(DocumentOf("<table><col width=\"5mm\"/><col/><row><cell>甲</cell>"
                                             "<cell/></row></table>"),
                                  "{}")
                          .Layout();
  ASSERT_FALSE(narrow.has_value());
  EXPECT_EQ(narrow.error()[0].code, "doc.overflow");
  EXPECT_EQ(narrow.error()[0].message, "“甲”：表格的列太窄，放不下一个字");
}

// latin="gap": a quarter of an em on both sides of Latin letters and digits, none without it; not
// between Latin and marks, nor between letters and digits.
TEST(LayoutTest, LatinGapIsAQuarterOfAnEm) {
  const auto places = [](std::string_view latin) {
    const std::string text =
        StrCat("<document xmlns=\"urn:anjuan:template:1\" code=\"T1\" title=\"通知\"", latin,
               ">\n<p indent=\"0\">甲ab1乙，c丙</p></document>");
    const auto pages = TemplateRun(text, "{}").Layout();
    EXPECT_TRUE(pages.has_value()) << Render(pages.error());
    std::vector<double> out;
    double x = pages->pages[0].runs[0].x_pt;
    for (const PlacedGlyph& glyph : pages->pages[0].runs[0].glyphs) {
      out.push_back(x);
      x += static_cast<double>(glyph.advance_pt);
    }
    return out;
  };
  const std::vector<double> none = places("");
  EXPECT_EQ(places(" latin=\"none\""), none);
  const std::vector<double> gap = places(" latin=\"gap\"");
  ASSERT_EQ(gap.size(), 8U);
  const double quarter = 15.75 / 4;
  const double added[] = {0, 1, 1, 1, 2, 2, 2, 3};  // 甲 a b 1 乙 ， c 丙
  for (size_t i = 0; i < 8; ++i) EXPECT_NEAR(gap[i] - none[i], added[i] * quarter, 0.01) << i;
}

TEST(LayoutTest, CheckBoxesAreDrawn) {
  const Pages pages =
      MustLayout("<p><check if=\"a\"/>是<check if=\"not(a)\"/>否</p>", R"({"a": true})");
  ASSERT_EQ(pages.pages[0].boxes.size(), 2u);
  EXPECT_TRUE(pages.pages[0].boxes[0].checked);
  EXPECT_FALSE(pages.pages[0].boxes[1].checked);
}

TEST(LayoutTest, LetterHasItsRedHeadAndLines) {
  const Pages pages = MustLayout(
      "<issuer>某市人力资源和社会保障局</issuer><number>某人社函〔2023〕7号</number>"
      "<title>通知</title><p>甲</p>",
      "{}", "letter");
  const Page& page = pages.pages[0];
  EXPECT_EQ(page.runs[0].colour, Colour::kRed);
  EXPECT_EQ(pages.fonts[page.runs[0].font], "Biao");
  ASSERT_EQ(page.strokes.size(), 4u);
  for (const Stroke& stroke : page.strokes) {
    EXPECT_EQ(stroke.colour, Colour::kRed);
    EXPECT_NEAR(stroke.x2_pt - stroke.x1_pt, 170 * kPointsPerMm, 0.01);
  }
  EXPECT_NEAR(page.strokes[3].y1_pt, 277 * kPointsPerMm, 0.01);
  EXPECT_EQ(TextOf(pages), "某市人力资源和社会保障局\n某人社函〔2023〕7号\n通知\n甲\n");
}

TEST(LayoutTest, FootStandsOnTheBottomOfTheBlock) {
  const Pages pages = MustLayout(
      "<issuer>某局文件</issuer><number>某〔2023〕7号</number><title>通知</title><p>甲</p>"
      "<cc>乙局。</cc><print-office date=\"2023年3月6日\">某局办公室</print-office>",
      "{}", "red-header");
  ASSERT_EQ(pages.pages.size(), 2u);  // printed on both sides, it stands on an even page
  EXPECT_NEAR(pages.pages[1].strokes.back().y1_pt, 262 * kPointsPerMm, 0.01);
  EXPECT_EQ(TextOf(pages),
            "某局文件\n某〔2023〕7号\n通知\n甲\n— 1 —\n--\n"
            "抄送：乙局。\n某局办公室2023年3月6日印发\n— 2 —\n");
}

TEST(LayoutTest, FootEndsTheLetterAProofOfServiceFollows) {
  const std::string head =
      "<issuer>某局</issuer><number>某〔2023〕7号</number><title>通知</title><p>甲</p>";
  EXPECT_EQ(
      TextOf(MustLayout(head + "<cc>乙局。</cc><page-break/><p>送达回证</p>", "{}", "letter")),
      "某局\n某〔2023〕7号\n通知\n甲\n抄送：乙局。\n--\n送达回证\n— 2 —\n");
  EXPECT_EQ(TextOf(MustLayout(head + "<page-break/><p>名单</p><cc>乙局。</cc>", "{}", "letter")),
            "某局\n某〔2023〕7号\n通知\n甲\n--\n名单\n抄送：乙局。\n— 2 —\n");
}

TEST(LayoutTest, AConditionOfTheWholeLoopComesBeforeItsList) {
  const char* const table = R"({"shown": false, "xs": null, "few": [1, 2, 3]})";
  EXPECT_EQ(TextOf(MustLayout(
                "<p>甲</p><p if=\"shown\" for=\"x in split(xs, &quot;、&quot;)\">{x}</p>", table)),
            "甲\n");
  EXPECT_EQ(TextOf(MustLayout("<p if=\"x &gt; 1\" for=\"x in few\">{x}</p>", table)), "2\n3\n");
  EXPECT_EQ(TextOf(MustLayout("<p if=\"not(shown)\" for=\"x in few\">{x}</p>", table)),
            "1\n2\n3\n");
}

TEST(LayoutTest, AttachmentsNotesReceipt) {
  EXPECT_EQ(TextOf(MustLayout("<attachments><item>名单</item><item>办法</item></attachments>"
                              "<note>此件主动公开</note><receipt/>")),
            "附件：1.名单\n2.办法\n（此件主动公开）\n签收：　　　年　　月　　日\n");
}

TEST(LayoutTest, PartiesWithLongNamesSignBelowEachOther) {
  const Pages pages = MustLayout(
      "<p>甲</p><sign><party name=\"示例君山食品加工有限公司职工代表大会\" "
      "role=\"（主席团签章）\"/>"
      "<party name=\"示例君山食品加工有限公司工会\" role=\"（盖章）\"/><date>2023年3月6日</date>"
      "</sign>");
  EXPECT_EQ(TextOf(pages),
            "甲\n示例君山食品加工有限公司职工代表大会（主席团签章）\n"
            "示例君山食品加工有限公司工会（盖章）\n2023年3月6日\n");
}

TEST(LayoutTest, TwoPartiesSignSideBySide) {
  const Pages pages = MustLayout(
      "<p>甲</p><sign><party name=\"某公司\" role=\"（盖章）\"/><line label=\"代表：\"/>"
      "<date>2023年3月6日</date><party name=\"某工会\" role=\"（盖章）\"/><line label=\"主席：\"/>"
      "<date>2023年3月7日</date></sign>");
  EXPECT_EQ(TextOf(pages),
            "甲\n某公司（盖章）某工会（盖章）\n代表：主席：\n2023年3月6日2023年3月7日\n");
}

}  // namespace
}  // namespace anjuan::doc
