// PDF/A-1b for everything a page can hold, and what a writer must refuse.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "engine/base/text.h"
#include "plugins/pdf/pdf.h"
#include "tests/pdf/fixture.h"
#include "tests/support/archive.h"

namespace anjuan {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSalt = "0123456789abcdef";

class ArchiveTest : public test::WithFonts {
 protected:
  // `text` in all five faces, one below the other.
  doc::Page Text(std::u32string_view text) const {
    doc::Page out;
    double y = 100;
    for (const doc::Face face : doc::kAllFaces) {
      double x = 80;
      for (const char32_t c : text) {
        const auto glyph = pdf::Source(*fonts_).metrics().Find(face, c);
        if (!glyph) continue;
        doc::Run run;
        run.x_pt = x;
        run.y_pt = y;
        run.font = glyph->font;
        run.size_pt = 16;
        run.colour = x > 200 ? doc::Colour::kRed : doc::Colour::kBlack;
        run.glyphs.push_back({c, glyph->glyph, glyph->width, 16});
        out.runs.push_back(run);
        x += 16;
      }
      y += 30;
    }
    return out;
  }
};

std::shared_ptr<const doc::Image> Picture(int colours) {
  auto out = std::make_shared<doc::Image>();
  out->width_px = out->height_px = 40;
  for (int i = 0; i < 40 * 40; ++i) {
    out->rgb += static_cast<char>(i % colours % 251);
    out->rgb += static_cast<char>(i % colours / 251);
    out->rgb += 'x';
  }
  out->sha256 = StrCat("picture of ", colours);
  return out;
}

TEST_F(ArchiveTest, EverythingOnAPageIsPdfA1b) {
  doc::Pages pages;
  pages.title = "标题<&>“甲”";
  pages.author = "示例市人力资源和社会保障局";
  pages.subject = "示人社〔2023〕1号";
  // Both kinds of outlines, all widths, characters beyond U+FFFF.
  doc::Page page = Text(U"人力0123 Wi.,，。〔〕—𬺈𫖯𬭎龦");
  page.strokes.push_back({50, 50, 200, 50, 1, doc::Colour::kRed});
  page.boxes.push_back({50, 60, 12, true});
  page.boxes.push_back({70, 60, 12, false});
  page.shapes.push_back({{{100, 400}, {150, 400}, {150, 450}}, false, true, 0xFFEECC, 0x123456, 1});
  page.shapes.push_back(
      {{{100, 400}, {150, 380}, {150, 450}, {90, 460}}, true, false, {}, 0x336699, 2, true});
  page.images.push_back({Picture(7), 300, 300, 100, 100});
  page.images.push_back({Picture(1500), 300, 420, 100, 100});
  pages.pages = {page, Text(U"第二页"), doc::Page()};

  const fs::path folder = fs::path(testing::TempDir()) / "archive";
  fs::create_directories(folder);
  const auto save = [&](const std::string& name, std::string_view salt) {
    const auto bytes = writer_->Write(pages, salt);
    EXPECT_TRUE(bytes.has_value());
    std::ofstream(folder / name, std::ios::binary) << bytes.value();
    return folder / name;
  };
  std::vector<fs::path> files = {save("salted.pdf", kSalt), save("plain.pdf", "")};
  pages.title = pages.author = pages.subject = "";
  files.push_back(save("bare.pdf", kSalt));
  const test::ArchiveVerdicts verdicts = test::JudgeArchives(folder, files);
  if (!verdicts.judged) GTEST_SKIP() << verdicts.report;
  EXPECT_EQ(verdicts.valid, files.size()) << verdicts.report;
}

// The judge does find fault: the same file without its claim, and with a font name broken.
TEST_F(ArchiveTest, TheJudgeRefusesWhatIsNotPdfA1b) {
  doc::Pages pages;
  pages.pages = {Text(U"人")};
  std::string bytes = writer_->Write(pages, kSalt).value();
  const size_t at = bytes.find("pdfaid:part>1<");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 12] = '7';
  const fs::path folder = fs::path(testing::TempDir()) / "archive-not";
  fs::create_directories(folder);
  std::ofstream(folder / "not.pdf", std::ios::binary) << bytes;
  const test::ArchiveVerdicts verdicts = test::JudgeArchives(folder, {folder / "not.pdf"});
  if (!verdicts.judged) GTEST_SKIP() << verdicts.report;
  EXPECT_EQ(verdicts.valid, 0u);
}

TEST_F(ArchiveTest, WhatNoReaderOpensIsRefused) {
  const auto code = [&](const doc::Pages& pages) {
    const auto bytes = writer_->Write(pages, kSalt);
    return bytes ? std::string() : bytes.error().front().code;
  };
  doc::Pages pages;
  pages.pages.resize(1);
  EXPECT_EQ(code(pages), "");
  for (const double size : {0.5, 20'000.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    doc::Pages odd = pages;
    odd.width_pt = size;
    EXPECT_EQ(code(odd), "pdf.limit") << size;
  }
  doc::Pages far = pages;
  far.pages[0].strokes.push_back({0, 0, 1e9, 0, 1});
  EXPECT_EQ(code(far), "pdf.limit");
  far = pages;
  far.pages[0].shapes.push_back({{{0, 0}, {std::nan(""), 0}}, false, false, {}, 0, 1});
  EXPECT_EQ(code(far), "pdf.limit");
  pages.pages.resize(5001);
  EXPECT_EQ(code(pages), "pdf.limit");
}

}  // namespace
}  // namespace anjuan
