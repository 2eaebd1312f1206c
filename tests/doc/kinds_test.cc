// One document of each kind: what stands where (golden dumps), and the rules of GB/T 9704-2012 in
// numbers. tests/pdf measures the same papers on the printed page.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

constexpr double kMm = kPointsPerMm;

Result<Pages> TryLayout(std::string_view body, std::string_view json, std::string_view form) {
  static const FakePictures kPictures;
  return TemplateRun(DocumentOf(body, form), json).Layout(FakeFonts(), &kPictures);
}

Pages MustLayout(std::string_view body, std::string_view json = "{}",
                 std::string_view form = "red-header") {
  const auto pages = TryLayout(body, json, form);
  EXPECT_TRUE(pages.has_value()) << Render(pages.error());
  return pages.has_value() ? *pages : Pages();
}

// The first run that begins with `text`.
const doc::Run& RunOf(const Page& page, std::string_view text) {
  for (const doc::Run& run : page.runs) {
    std::string shown;
    for (const PlacedGlyph& glyph : run.glyphs) AppendUtf8(shown, glyph.character);
    if (shown.starts_with(text)) return run;
  }
  ADD_FAILURE() << "no run begins with " << text;
  static const doc::Run kNone;
  return kNone;
}

double WidthOf(const doc::Run& run) {
  double out = 0;
  for (const PlacedGlyph& glyph : run.glyphs) out += static_cast<double>(glyph.advance_pt);
  return out;
}

double Middle(const doc::Run& run) {
  return run.x_pt + WidthOf(run) / 2;
}
double Top(const doc::Run& run) {
  return run.y_pt - 0.88 * run.size_pt;
}
double Bottom(const doc::Run& run) {
  return run.y_pt + 0.12 * run.size_pt;
}

TEST(HeadTest, ThreeMarksStackFromTheTopInTheirOrder) {
  const Pages pages = MustLayout(
      "<urgency>特急</urgency><copy-number>000001</copy-number><secrecy>机密★1年</secrecy>"
      "<issuer>某局文件</issuer><p>甲</p>");
  const Page& page = pages.pages[0];
  EXPECT_NEAR(RunOf(page, "000001").x_pt, 28 * kMm, 0.01);
  EXPECT_GT(Top(RunOf(page, "000001")), 37 * kMm);
  EXPECT_LT(Bottom(RunOf(page, "000001")), 37 * kMm + 225 * kMm / 22);
  EXPECT_NEAR(RunOf(page, "机密").y_pt - RunOf(page, "000001").y_pt, 225 * kMm / 22, 0.01);
  EXPECT_NEAR(RunOf(page, "特急").y_pt - RunOf(page, "机密").y_pt, 225 * kMm / 22, 0.01);
  EXPECT_EQ(pages.fonts[RunOf(page, "特急").font], "Hei");
}

TEST(HeadTest, MarkNumberAndLineStandAsTheStandardSays) {
  const Pages pages =
      MustLayout("<issuer>某局文件</issuer><number>某〔2023〕1号</number><p>甲</p>");
  const Page& page = pages.pages[0];
  const doc::Run& mark = RunOf(page, "某局文件");
  EXPECT_NEAR(Top(mark), (37 + 35) * kMm, 0.01);
  EXPECT_EQ(mark.colour, Colour::kRed);
  EXPECT_NEAR(Middle(mark), (28 + 78) * kMm, 0.01);
  const doc::Run& number = RunOf(page, "某〔2023〕1号");
  EXPECT_NEAR(Middle(number), (28 + 78) * kMm, 0.3);
  const Stroke& line = page.strokes[0];
  EXPECT_NEAR(line.y1_pt - Bottom(number), 4 * kMm, 0.01);
  EXPECT_NEAR(line.x2_pt - line.x1_pt, 156 * kMm, 0.01);
}

TEST(HeadTest, FourNamesOfOneWidthAndTheWordAtTheirMiddle) {
  const Pages pages = MustLayout(
      "<issuer word=\"文件\">示例省人力资源和社会保障厅</issuer><issuer>甲会</issuer>"
      "<issuer>乙联合会</issuer><issuer>丙企业家协会</issuer><number>甲〔2023〕1号</number><p>甲</"
      "p>");
  const Page& page = pages.pages[0];
  const doc::Run& lead = RunOf(page, "示例省");
  const doc::Run& last = RunOf(page, "丙企业");
  const doc::Run& word = RunOf(page, "文件");
  EXPECT_NEAR(Top(lead), (37 + 35) * kMm, 0.01);
  for (const char* name : {"甲会", "乙联", "丙企"}) {
    const doc::Run& run = RunOf(page, name);
    EXPECT_NEAR(run.x_pt, lead.x_pt, 0.01);
    const double spread = static_cast<double>(run.glyphs.front().advance_pt) - run.size_pt;
    EXPECT_NEAR(WidthOf(run) - spread, WidthOf(lead), 0.1) << name;
  }
  EXPECT_NEAR((Top(word) + Bottom(word)) / 2, (Top(lead) + Bottom(last)) / 2, 0.01);
  EXPECT_GT(word.x_pt, lead.x_pt + WidthOf(lead));
  EXPECT_LE(word.x_pt + WidthOf(word), (28 + 156) * kMm + 0.01);
}

TEST(HeadTest, FiveNamesAreAMistake) {
  const auto pages =
      TryLayout("<issuer for=\"n in [1,2,3,4,5]\">某局{n}</issuer><p>甲</p>", "{}", "red-header");
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error()[0].code, "doc.issuer");
}

TEST(HeadTest, SignersTwoALineTheNumberOnTheLast) {
  const Pages pages = MustLayout(
      "<issuer>某局文件</issuer><number>某〔2023〕5号</number><signer>张三</signer>"
      "<signer>李四光</signer><signer>王五</signer><p>甲</p>");
  const Page& page = pages.pages[0];
  const doc::Run& last = RunOf(page, "王五");
  EXPECT_EQ(RunOf(page, "签发人：").y_pt, RunOf(page, "张三").y_pt);
  EXPECT_EQ(RunOf(page, "李四光").y_pt, RunOf(page, "张三").y_pt);
  EXPECT_NEAR(last.x_pt, RunOf(page, "张三").x_pt, 0.01);
  EXPECT_NEAR(last.y_pt, RunOf(page, "某〔").y_pt, 0.01);
  EXPECT_NEAR(RunOf(page, "某〔").x_pt, (28 + 156.0 / 28) * kMm, 0.01);
  const doc::Run& rightmost = RunOf(page, "李四光");
  EXPECT_NEAR(rightmost.x_pt + WidthOf(rightmost), (28 + 156 - 156.0 / 28) * kMm, 0.3);
  EXPECT_EQ(pages.fonts[last.font], "Kai");
  EXPECT_NEAR(page.strokes[0].y1_pt - Bottom(last), 4 * kMm, 0.01);
}

TEST(HeadTest, LetterLinesAndWhatStandsUnderThem) {
  const Pages pages = MustLayout(
      "<issuer>某厅</issuer><urgency>加急</urgency><number>某函〔2023〕1号</number><p>甲</p>", "{}",
      "letter");
  const Page& page = pages.pages[0];
  const doc::Run& mark = RunOf(page, "某厅");
  EXPECT_NEAR(Top(mark), 30 * kMm, 0.01);
  ASSERT_EQ(page.strokes.size(), 4u);
  EXPECT_NEAR(page.strokes[0].y1_pt - Bottom(mark), 4 * kMm, 0.01);
  EXPECT_GT(page.strokes[0].width_pt, page.strokes[1].width_pt);  // thick above thin
  EXPECT_LT(page.strokes[2].width_pt, page.strokes[3].width_pt);  // thin above thick
  EXPECT_NEAR(page.strokes[3].y1_pt, (297 - 20) * kMm, 0.01);
  for (const Stroke& line : page.strokes) {
    EXPECT_NEAR(line.x2_pt - line.x1_pt, 170 * kMm, 0.01);
    EXPECT_NEAR((line.x1_pt + line.x2_pt) / 2, 105 * kMm, 0.01);
  }
  const doc::Run& number = RunOf(page, "某函");
  EXPECT_NEAR(Top(number) - page.strokes[1].y1_pt, 15.75 * 7 / 8, 0.01);
  EXPECT_EQ(RunOf(page, "加急").y_pt, number.y_pt);
}

// 10.2: the mark 20 mm below the top of the block, two blank lines, the number in the middle, two
// blank lines, the text; no line under the number.
TEST(HeadTest, AnOrderHasItsNumberTwoLinesUnderTheMark) {
  const Pages pages =
      MustLayout("<issuer word=\"令\">某省人民政府</issuer><number>第312号</number><p>甲乙</p>",
                 "{}", "order");
  const Page& page = pages.pages[0];
  const double pitch = 225 * kMm / 22;
  const doc::Run& mark = RunOf(page, "某省");
  const doc::Run& number = RunOf(page, "第");
  EXPECT_NEAR(Top(mark), (37 + 20) * kMm, 0.01);
  EXPECT_EQ(mark.colour, Colour::kRed);
  EXPECT_NEAR(Middle(mark), (28 + 78) * kMm, 0.1);
  const double inner = (pitch - 15.75) / 2;
  EXPECT_NEAR(Top(number) - Bottom(mark), 2 * pitch + inner, 0.1);
  EXPECT_NEAR(Top(RunOf(page, "甲乙")) - Bottom(number), 2 * pitch + 2 * inner, 0.1);
  EXPECT_TRUE(page.strokes.empty());
}

TEST(AnnexTest, LabelOnTheFirstLineTitleOnTheThird) {
  const Pages pages = MustLayout("<issuer>某局</issuer><p>甲</p><annex>办法</annex><p>乙</p>");
  ASSERT_EQ(pages.pages.size(), 2u);
  const Page& page = pages.pages[1];
  const double pitch = 225 * kMm / 22;
  const auto line_of = [&](const doc::Run& run) {
    return std::floor(((Top(run) + Bottom(run)) / 2 - 37 * kMm) / pitch) + 1;
  };
  EXPECT_EQ(line_of(RunOf(page, "附件")), 1);
  EXPECT_EQ(line_of(RunOf(page, "办法")), 3);
  EXPECT_NEAR(RunOf(page, "附件").x_pt, 28 * kMm, 0.01);
  EXPECT_NEAR(Middle(RunOf(page, "办法")), (28 + 78) * kMm, 0.01);
  EXPECT_EQ(pages.fonts[RunOf(page, "附件").font], "Hei");
}

TEST(SealTest, OneSealIsCentredOverNameAndDateOneLineUnderTheText) {
  const Pages pages =
      MustLayout("<p>甲</p><sign><party name=\"某局\" seal=\"s\"/><date>2023年3月6日</date></sign>",
                 R"({"s": "seal-1"})", "plain");
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.images.size(), 1u);
  const PlacedImage& seal = page.images[0];
  const double middle_x = seal.x_pt + seal.width_pt / 2;
  const double middle_y = seal.y_pt + seal.height_pt / 2;
  EXPECT_NEAR(seal.width_pt, 42 * kMm, 0.01);
  EXPECT_NEAR(middle_x, Middle(RunOf(page, "某局")), 0.1);
  EXPECT_NEAR(middle_x, Middle(RunOf(page, "2023")), 0.3);
  const double date_right = RunOf(page, "2023").x_pt + 8 * 15.79;
  EXPECT_NEAR(date_right, (28 + 156 - 4 * 156.0 / 28) * kMm, 40);
  // Name and date together: a little below the middle of the seal, both inside it.
  const double both = (Top(RunOf(page, "某局")) + Bottom(RunOf(page, "2023"))) / 2;
  EXPECT_GT(both, middle_y);
  EXPECT_LT(both, middle_y + 8 * kMm);
  EXPECT_LT(Bottom(RunOf(page, "2023")), seal.y_pt + seal.height_pt);
  // The seal's top within one line of the text.
  EXPECT_GE(seal.y_pt, Bottom(RunOf(page, "甲")));
  EXPECT_LE(seal.y_pt - Bottom(RunOf(page, "甲")), 225 * kMm / 22);
}

std::string Bodies(int count) {
  std::string out = "<p>甲</p><sign>";
  for (int i = 1; i <= count; ++i) {
    out += StrCat("<party name=\"第", i, "局\" seal='\"seal-", i, "\"'/>");
  }
  return out + "<date>2023年3月6日</date></sign>";
}

TEST(SealTest, SealsStandInRowsAndNeverTouch) {
  for (int count = 2; count <= 7; ++count) {
    const Pages pages = MustLayout(Bodies(count), "{}", "plain");
    const Page& page = pages.pages[0];
    ASSERT_EQ(page.images.size(), static_cast<size_t>(count));
    std::map<double, int> rows;
    for (size_t i = 0; i < page.images.size(); ++i) {
      const PlacedImage& seal = page.images[i];
      ++rows[seal.y_pt];
      EXPECT_GE(seal.x_pt, 28 * kMm);
      EXPECT_LE(seal.x_pt + seal.width_pt, (28 + 156) * kMm);
      const doc::Run& name = RunOf(page, StrCat("第", i + 1, "局").substr(0, 4));
      EXPECT_NEAR(Middle(name), seal.x_pt + seal.width_pt / 2, 12) << count << " " << i;
      for (size_t j = i + 1; j < page.images.size(); ++j) {
        const PlacedImage& other = page.images[j];
        const double apart =
            std::hypot(other.x_pt - seal.x_pt, other.y_pt - seal.y_pt) - seal.width_pt;
        EXPECT_GT(apart, 1 * kMm) << count << ": " << i << " and " << j;
      }
    }
    for (const auto& [y, in_row] : rows) EXPECT_LE(in_row, 3);
    const PlacedImage& last = page.images.back();
    EXPECT_NEAR(Middle(RunOf(page, "2023")), last.x_pt + last.width_pt / 2, 0.3);
    EXPECT_LT(Bottom(RunOf(page, "2023")), last.y_pt + last.height_pt);
  }
}

// 甲方, 乙方: each seal over its own party's name, line and date; the right half of the line is
// free.
TEST(SealTest, EachPartyOfAContractHasItsSealOverItsOwnLines) {
  const Pages pages = MustLayout(
      "<p>正文</p><sign><party name=\"甲方：某公司\" seal='\"seal-1\"'/><line label=\"代表：\"/>"
      "<date>2023年4月14日</date><party name=\"乙方：某工会\" seal='\"seal-2\"'/>"
      "<line label=\"主席：\"/><date>2023年5月15日</date></sign>",
      "{}", "plain");
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.images.size(), 2u);
  ASSERT_EQ(page.strokes.size(), 2u);
  const char* const names[] = {"甲方", "乙方"};
  const char* const dates[] = {"2023年4", "2023年5"};
  for (size_t i = 0; i < 2; ++i) {
    const PlacedImage& seal = page.images[i];
    const double bottom = seal.y_pt + seal.height_pt;
    for (const char* text : {names[i], dates[i]}) {
      const doc::Run& run = RunOf(page, text);
      EXPECT_GE(Top(run), seal.y_pt) << text;
      EXPECT_LE(Bottom(run), bottom) << text;
      EXPECT_LT(run.x_pt, seal.x_pt + seal.width_pt / 2) << text;
      EXPECT_GE(run.x_pt + WidthOf(run), seal.x_pt + seal.width_pt / 2) << text;
    }
    const double both = (Top(RunOf(page, names[i])) + Bottom(RunOf(page, dates[i]))) / 2;
    EXPECT_NEAR(both - (seal.y_pt + bottom) / 2, 4 * kMm, 0.5);  // a little below the middle
    EXPECT_LT(seal.x_pt + seal.width_pt, page.strokes[i].x2_pt - 10 * kMm);  // room for the hand
    EXPECT_GE(seal.y_pt, Bottom(RunOf(page, "正文")));
    EXPECT_LE(seal.y_pt - Bottom(RunOf(page, "正文")), 225 * kMm / 22);
  }
  EXPECT_LT(page.images[0].x_pt + page.images[0].width_pt, page.images[1].x_pt);
}

// Bodies that sign by hand under one date, three of them: two in a row, then one.
TEST(SealTest, SeveralSignatureLinesUnderOneDate) {
  const Pages pages = MustLayout(
      "<p>正文</p><sign><party name=\"甲会\" seal='\"seal-1\"'/><line label=\"签字：\"/>"
      "<party name=\"乙会\" seal='\"seal-2\"'/><line label=\"签字：\"/>"
      "<party name=\"丙会\"/><line label=\"签字：\"/><date>2023年4月14日</date></sign>",
      "{}", "plain");
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.images.size(), 2u);
  EXPECT_EQ(page.images[0].y_pt, page.images[1].y_pt);
  EXPECT_GT(RunOf(page, "丙会").y_pt, page.images[0].y_pt + page.images[0].height_pt);
  EXPECT_GT(RunOf(page, "2023").y_pt, RunOf(page, "丙会").y_pt);
}

// No party's date is lost where seals stand over names with a date each.
TEST(SealTest, EachDateStandsUnderItsOwnSeal) {
  const Pages pages = MustLayout(
      "<p>正文</p><sign><party name=\"甲会\" seal='\"seal-1\"'/><date>2023年4月14日</date>"
      "<party name=\"乙会\" seal='\"seal-2\"'/><date>2023年5月15日</date></sign>",
      "{}", "plain");
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.images.size(), 2u);
  const char* const dates[] = {"2023年4", "2023年5"};
  for (size_t i = 0; i < 2; ++i) {
    const PlacedImage& seal = page.images[i];
    EXPECT_NEAR(Middle(RunOf(page, dates[i])), seal.x_pt + seal.width_pt / 2, 0.5);
    EXPECT_LE(Bottom(RunOf(page, dates[i])), seal.y_pt + seal.height_pt);
  }
}

TEST(SealTest, NeverOnAPageWithoutText) {
  // However full the page is, the text's last lines go with the seals.
  for (int lines = 10; lines <= 22; ++lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += "<p>字字字</p>";
    const Pages pages = MustLayout(text + Bodies(4), "{}", "plain");
    for (const Page& page : pages.pages) {
      if (page.images.empty()) continue;
      EXPECT_NE(RunOf(page, "字字字").size_pt, 0) << lines;
      for (const PlacedImage& seal : page.images) {
        EXPECT_LE(seal.y_pt + seal.height_pt, (37 + 225) * kMm + 0.1) << lines;
      }
    }
  }
}

TEST(SealTest, WithoutAnImportedSealThePaperKeepsItsRoom) {
  const std::string body =
      "<p>甲</p><sign><party name=\"某局\" seal=\"s\"/><date>2023年3月6日</date></sign>";
  const Pages none = MustLayout(body, R"({"s": null})", "plain");
  const Pages plain = MustLayout(
      "<p>甲</p><sign><party name=\"某局\"/><date>2023年3月6日</date></sign>", "{}", "plain");
  EXPECT_TRUE(none.pages[0].images.empty());
  EXPECT_EQ(Dump(none), Dump(plain));
}

TEST(SealTest, AnUnknownPictureIsAMistake) {
  const auto pages =
      TryLayout("<p>甲</p><sign><party name=\"某局\" seal='\"nothing\"'/></sign>", "{}", "plain");
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error()[0].code, "doc.image");
}

TEST(SignTest, WithoutSealTheDateBeginsTwoCharactersRightOfTheName) {
  const double character = 156 * kMm / 28;
  const Pages wide = MustLayout(
      "<p>甲</p><sign sealed=\"no\"><party name=\"示例市人力资源和社会保障局\"/>"
      "<date>2023年3月6日</date></sign>",
      "{}", "plain");
  const doc::Run& name = RunOf(wide.pages[0], "示例市");
  EXPECT_NEAR(name.x_pt + WidthOf(name), (28 + 156) * kMm - 2 * character, 0.3);
  EXPECT_NEAR(RunOf(wide.pages[0], "2023").x_pt - name.x_pt, 2 * character, 0.01);
  const Pages narrow = MustLayout(
      "<p>甲</p><sign sealed=\"no\"><party name=\"某局\"/><date>2023年3月6日</date></sign>", "{}",
      "plain");
  const doc::Run& date = RunOf(narrow.pages[0], "2023");
  EXPECT_NEAR(date.x_pt + WidthOf(date), (28 + 156) * kMm - 2 * character, 0.3);
  EXPECT_NEAR(date.x_pt - RunOf(narrow.pages[0], "某局").x_pt, 2 * character, 0.01);
}

TEST(StampTest, OfficeTwoCharactersLeftOfTheStampAtItsMiddle) {
  const Pages pages = MustLayout(
      "<p>甲</p><sign><party name=\"局长\" stamp='\"stamp\"'/><date>2023年3月6日</date></sign>",
      "{}", "plain");
  const Page& page = pages.pages[0];
  ASSERT_EQ(page.images.size(), 1u);
  const PlacedImage& stamp = page.images[0];
  const double character = 156 * kMm / 28;
  EXPECT_NEAR(stamp.x_pt + stamp.width_pt, (28 + 156) * kMm - 4 * character, 0.1);
  const doc::Run& office = RunOf(page, "局长");
  EXPECT_NEAR(stamp.x_pt - office.x_pt - WidthOf(office), 2 * character, 0.2);
  EXPECT_NEAR((Top(office) + Bottom(office)) / 2, stamp.y_pt + stamp.height_pt / 2, 0.1);
  const doc::Run& date = RunOf(page, "2023");
  EXPECT_GT(Top(date), stamp.y_pt + stamp.height_pt + 225 * kMm / 22);
}

class KindTest : public testing::TestWithParam<std::string> {};

// Run with ANJUAN_BLESS=1 to write the dumps anew, then read the difference.
TEST_P(KindTest, MatchesItsGoldenDump) {
  const std::string base = StrCat("tests/doc/data/kinds/", GetParam());
  static const FakePictures kPictures;
  const auto pages = TemplateRun(ReadSource(base + ".xml"), ReadSource(base + ".json"))
                         .Layout(FakeFonts(), &kPictures);
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  const std::string dump = Dump(*pages);
  if (std::getenv("ANJUAN_BLESS") != nullptr) {
    std::ofstream(StrCat(ANJUAN_SOURCE_DIR, "/", base, ".dump")) << dump;
  }
  EXPECT_EQ(dump, ReadSource(base + ".dump"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, KindTest,
                         testing::Values("joint", "upward", "letter", "minutes", "order",
                                         "contract", "certificate", "plaque"),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace anjuan::doc
