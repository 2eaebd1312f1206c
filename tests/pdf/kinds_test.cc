// The kinds of papers on the printed page, measured: pages are rendered at ten dots a millimetre
// and the places of ink and words compared with GB/T 9704-2012 in millimetres.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "engine/base/text.h"
#include "engine/doc/layout.h"
#include "plugins/pdf/pdf.h"
#include "tests/doc/fixture.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

// The ink of a mark begins up to a tenth of an em (42 pt) below the edge of its square.
constexpr double kMarkInkMm = 1.5;

// One rendered page; coordinates in millimetres.
struct Raster {
  int width = 0, height = 0;
  std::string rgb;

  bool Ink(int x, int y, bool red) const {
    const auto at = static_cast<size_t>(y * width + x) * 3;
    const auto part = [&](size_t i) { return static_cast<unsigned char>(rgb[at + i]); };
    if (part(1) > 160) return false;  // white, or nearly
    return (part(0) - part(1) > 60) == red;
  }
  // Rows with ink of that colour between two edges, as ranges [top, bottom).
  std::vector<std::pair<double, double>> Bands(bool red, double left_mm, double right_mm) const {
    std::vector<std::pair<double, double>> out;
    bool inside = false;
    for (int y = 0; y < height; ++y) {
      bool any = false;
      for (int x = static_cast<int>(left_mm * 10); x < static_cast<int>(right_mm * 10); ++x) {
        any = any || Ink(x, y, red);
      }
      if (any && !inside) out.emplace_back(y / 10.0, y / 10.0);
      if (any) out.back().second = (y + 1) / 10.0;
      inside = any;
    }
    return out;
  }
  // The share of a row that has red ink: a rule fills its width.
  double RedWidth(double y_mm) const {
    int count = 0;
    for (int x = 0; x < width; ++x) count += Ink(x, static_cast<int>(y_mm * 10), true) ? 1 : 0;
    return count / 10.0;
  }
};

struct Word {
  double left = 0, top = 0, right = 0, bottom = 0;  // mm
  std::string text;
};

class KindsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* tool : {"pdftoppm", "pdftotext"}) {
      if (!HasTool(tool)) GTEST_SKIP() << tool << " is not installed";
    }
    auto fonts = pdf::OpenFonts();
    if (!fonts) GTEST_SKIP() << "no fonts here: " << Render(fonts.error());
    fonts_ = *fonts;
  }

  // Lays out tests/doc/data/kinds/KIND.xml and writes the PDF.
  void Make(const std::string& kind) {
    const std::string base = StrCat("tests/doc/data/kinds/", kind);
    const doc::FakePictures pictures;
    const auto pages =
        doc::TemplateRun(doc::ReadSource(base + ".xml"), doc::ReadSource(base + ".json"))
            .Layout(pdf::Source(*fonts_).metrics(), &pictures);
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    const auto bytes = pdf::MakePageWriter(fonts_)->Write(*pages, "0123456789abcdef");
    ASSERT_TRUE(bytes.has_value()) << Render(bytes.error());
    path_ = StrCat(testing::TempDir(), "/kind-", kind, ".pdf");
    std::ofstream(path_, std::ios::binary) << *bytes;
  }

  Raster Page(int number) const {
    const std::string ppm =
        Output(StrCat("pdftoppm -r 254 -f ", number, " -l ", number, " ", path_, " 2>/dev/null"));
    Raster out;
    std::istringstream head(ppm.substr(0, 64));
    std::string magic;
    int most = 0;
    head >> magic >> out.width >> out.height >> most;
    const size_t size = static_cast<size_t>(out.width) * static_cast<size_t>(out.height) * 3;
    EXPECT_GT(ppm.size(), size);
    if (ppm.size() > size) out.rgb = ppm.substr(ppm.size() - size);
    return out;
  }

  std::vector<Word> Words(int number) const {
    const std::string html = Output(StrCat("pdftotext -bbox -enc UTF-8 -f ", number, " -l ", number,
                                           " ", path_, " - 2>/dev/null"));
    std::vector<Word> out;
    std::istringstream lines(html);
    std::string line;
    while (std::getline(lines, line)) {
      Word word;
      if (std::sscanf(line.c_str(), " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">",
                      &word.left, &word.top, &word.right, &word.bottom) != 4) {
        continue;
      }
      for (double* edge : {&word.left, &word.top, &word.right, &word.bottom}) *edge *= 25.4 / 72;
      const size_t begin = line.find('>') + 1;
      word.text = line.substr(begin, line.rfind("</word>") - begin);
      out.push_back(std::move(word));
    }
    return out;
  }

  std::string CodeOn(int number) const {
    const std::string png = StrCat(testing::TempDir(), "/code");
    Output(StrCat("pdftoppm -r 200 -png -singlefile -f ", number, " -l ", number, " ", path_, " ",
                  png));
    return std::string(Trim(Output(StrCat("zbarimg -q --raw ", png, ".png 2>/dev/null"))));
  }

  std::shared_ptr<const pdf::Fonts> fonts_;
  std::string path_;
};

TEST_F(KindsTest, RedHeaderMarginsMarkLineAndPageNumber) {
  Make("upward");
  const Raster page = Page(1);
  const auto red = page.Bands(true, 0, 210);
  ASSERT_EQ(red.size(), 2u);  // the mark and the line under the number
  EXPECT_NEAR(red[0].first, 37 + 35, kMarkInkMm);
  const double line = (red[1].first + red[1].second) / 2;
  EXPECT_NEAR(page.RedWidth(line), 156, 0.5);
  // Number and signers are black: the last line of them ends 4 mm above the red line.
  const auto black = page.Bands(false, 28, 184);
  double above = 0;
  for (const auto& [top, bottom] : black) {
    if (bottom <= red[1].first) above = bottom;
  }
  EXPECT_NEAR(red[1].first - above, 4, 1);
  // The left margin, and the page number 7 mm below the block, one character from the right.
  const auto words = Words(1);
  double left = 210;
  for (const Word& word : words) left = std::min(left, word.left);
  EXPECT_NEAR(left, 28, 0.5);
  const Word& number = words.back();
  EXPECT_EQ(number.text, "—");
  EXPECT_NEAR(number.right, 28 + 156 - 5.6, 1);
  EXPECT_NEAR((black.back().first + black.back().second) / 2, 37 + 225 + 7, 1);
}

TEST_F(KindsTest, JointMarkTopIsOfTheFirstName) {
  Make("joint");
  const Raster page = Page(1);
  const auto names = page.Bands(true, 28, 140);
  ASSERT_EQ(names.size(), 5u);  // four names and the line
  EXPECT_NEAR(names[0].first, 37 + 35, kMarkInkMm);
  const auto word = page.Bands(true, 158, 184);
  ASSERT_EQ(word.size(), 2u);
  EXPECT_NEAR((word[0].first + word[0].second) / 2, (names[0].first + names[3].second) / 2, 0.6);
  const auto black = page.Bands(false, 28, 184);
  EXPECT_NEAR(black[0].first, 37, 4);  // 份号 on the first line of the block
}

TEST_F(KindsTest, LetterLinesStandOnTheSheet) {
  Make("letter");
  const Raster page = Page(1);
  const auto red = page.Bands(true, 20, 190);
  ASSERT_GE(red.size(), 5u);  // the mark, two double lines; a seal may follow
  EXPECT_NEAR(red[0].first, 30, kMarkInkMm);
  EXPECT_NEAR(red[1].first - red[0].second, 4, kMarkInkMm);
  EXPECT_NEAR(page.RedWidth((red[1].first + red[1].second) / 2), 170, 0.5);
  EXPECT_GT(red[1].second - red[1].first, red[2].second - red[2].first);  // thick above thin
  EXPECT_NEAR(red.back().second, 297 - 20, 0.6);
  EXPECT_GT(red.back().second - red.back().first,
            red[red.size() - 2].second - red[red.size() - 2].first);
  // No page number on page 1.
  for (const Word& word : Words(1)) EXPECT_LT(word.bottom, 277);
}

TEST_F(KindsTest, CodesReadBack) {
  if (!HasTool("zbarimg")) GTEST_SKIP() << "zbarimg (zbar-tools) is not installed";
  Make("letter");
  const std::string pages = Output(StrCat("pdfinfo ", path_));
  bool read = false;
  for (int page = 1; page <= 3; ++page) {
    const std::string code = CodeOn(page);
    if (code.empty()) continue;
    EXPECT_EQ(code,
              "https://verify.example.gov.cn/v?n=示人社函〔2023〕123号"
              "&c=0123456789abcdef0123456789abcdef");
    read = true;
    break;
  }
  EXPECT_TRUE(read);
  Make("certificate");
  EXPECT_EQ(CodeOn(1), "https://verify.example.gov.cn/v?c=fedcba9876543210fedcba9876543210");
}

TEST_F(KindsTest, ACertificateIsOneLandscapeSheetInItsFrame) {
  Make("certificate");
  const Raster page = Page(1);
  EXPECT_NEAR(page.width, 2970, 1);
  EXPECT_NEAR(page.height, 2100, 1);
  const auto frame = page.Bands(true, 0, 297);
  EXPECT_NEAR(frame.front().first, 10, 1);
  EXPECT_NEAR(frame.back().second, 200, 1);
  const Raster none = Page(1);
  for (const Word& word : Words(1)) {
    EXPECT_GT(word.left, 20);
    EXPECT_LT(word.right, 277);
  }
}

// A wide table on a turned sheet, read back: its words run upwards, the head left of all rows on
// odd and even pages; the page number stands upright where it always does.
TEST_F(KindsTest, ATurnedTableHasItsHeadAtTheLeftEdge) {
  Make("contract");
  int turned = 0;
  for (int number = 1; number <= 8; ++number) {
    const auto words = Words(number);
    const auto find = [&](std::string_view text) {
      return std::find_if(words.begin(), words.end(),
                          [&](const Word& word) { return word.text == text; });
    };
    const auto head = find("月工资（元）");
    if (head == words.end()) continue;
    ++turned;
    EXPECT_GT(head->bottom - head->top, 2 * (head->right - head->left));
    EXPECT_GT(head->left, 28);
    for (const Word& word : words) {
      if (!word.text.ends_with("类岗位")) continue;
      EXPECT_GT(word.left, head->right) << number;
      EXPECT_LT(word.right, 28 + 156);
    }
    const auto dash = find("—");
    ASSERT_NE(dash, words.end());
    EXPECT_EQ(dash->left > 105, number % 2 == 1);
    EXPECT_GT(dash->top, 37 + 225);
  }
  EXPECT_EQ(turned, 2);
}

TEST_F(KindsTest, FootLiesOnTheBottomOfAnEvenPage) {
  Make("minutes");
  const Raster page = Page(2);
  const auto black = page.Bands(false, 28, 30);  // rules alone reach the margin
  ASSERT_GE(black.size(), 3u);
  const auto thickness = [](const auto& band) { return band.second - band.first; };
  const auto& last = black[2];
  EXPECT_NEAR((last.first + last.second) / 2, 37 + 225, 0.3);
  EXPECT_GE(thickness(black[0]), thickness(black[1]));
  EXPECT_NEAR(thickness(last), 0.35, 0.2);
}

}  // namespace
}  // namespace anjuan
