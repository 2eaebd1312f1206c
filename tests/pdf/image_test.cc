// Images in a file: each stands in it once, and what is drawn is what was given.
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "plugins/pdf/pdf.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

constexpr std::string_view kSalt = "0123456789abcdef";

// `colours` different ones in stripes across; more than 256 do not fit a palette.
std::shared_ptr<const doc::Image> Stripes(int width, int height, int colours) {
  auto out = std::make_shared<doc::Image>();
  out->width_px = width;
  out->height_px = height;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int colour = x % colours;
      out->rgb += static_cast<char>(200 - colour / 16);
      out->rgb += static_cast<char>(colour % 16 * 10);
      out->rgb += static_cast<char>(y % 2 == 0 ? 20 : 60);
    }
  }
  out->sha256 = ToHex(Sha256(out->rgb));
  return out;
}

class ImageTest : public testing::Test {
 protected:
  void SetUp() override {
    auto fonts = pdf::OpenFonts();
    if (!fonts) GTEST_SKIP() << "no fonts here: " << Render(fonts.error());
    writer_ = pdf::MakePageWriter(*fonts);
  }

  std::string Write(const doc::Pages& pages) const {
    const auto bytes = writer_->Write(pages, kSalt);
    EXPECT_TRUE(bytes.has_value());
    return bytes.has_value() ? *bytes : "";
  }

  // Where the file is saved, without its ending.
  std::string Save(const std::string& bytes) const {
    const std::string path = StrCat(testing::TempDir(), "/image-",
                                    testing::UnitTest::GetInstance()->current_test_info()->name());
    std::ofstream(path + ".pdf", std::ios::binary) << bytes;
    return path;
  }

  // The pixels of the file's first image as pdfimages reads them.
  std::string FirstImage(const std::string& path) const {
    Output(StrCat("pdfimages ", path, ".pdf ", path));
    std::ifstream in(path + "-000.ppm", std::ios::binary);
    std::string magic, width, height, most;
    in >> magic >> width >> height >> most;
    in.get();
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::unique_ptr<port::PageWriter> writer_;
};

doc::Pages PagesOf(const std::vector<doc::PlacedImage>& images, int pages = 1) {
  doc::Pages out;
  doc::Page page;
  page.images = images;
  out.pages.assign(static_cast<size_t>(pages), page);
  return out;
}

TEST_F(ImageTest, PixelsComeBack) {
  if (!HasTool("pdfimages")) GTEST_SKIP() << "pdfimages is not installed";
  for (const int colours : {3, 400}) {
    const auto image = Stripes(450, 7, colours);
    const std::string path = Save(Write(PagesOf({{image, 100, 100, 50, 50}})));
    EXPECT_EQ(FirstImage(path), image->rgb) << colours;
    EXPECT_NE(Output(StrCat("qpdf --check ", path, ".pdf 2>&1; echo status $?")).find("status 0"),
              std::string::npos);
  }
}

TEST_F(ImageTest, OneObjectHoweverOftenShown) {
  const auto image = Stripes(300, 300, 5);
  const auto other = Stripes(300, 300, 6);
  const std::string bytes = Write(PagesOf({{image, 0, 0, 50, 50}, {image, 60, 0, 50, 50}}, 20));
  const auto count = [](const std::string& text, std::string_view wanted) {
    int out = 0;
    for (size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1))
      ++out;
    return out;
  };
  EXPECT_EQ(count(bytes, "/Subtype /Image"), 1);
  EXPECT_EQ(
      count(Write(PagesOf({{image, 0, 0, 50, 50}, {other, 60, 0, 50, 50}})), "/Subtype /Image"), 2);
}

// What a reader sees at the middle of the rectangle, and just outside it.
TEST_F(ImageTest, StandsWhereItIsPlaced) {
  if (!HasTool("pdftoppm")) GTEST_SKIP() << "pdftoppm is not installed";
  auto red = std::make_shared<doc::Image>();
  red->width_px = red->height_px = 2;
  for (int i = 0; i < 4; ++i) red->rgb += std::string("\xC8\x14\x0A");
  red->sha256 = "red";
  const std::string path = Save(Write(PagesOf({{red, 72, 144, 36, 72}})));
  Output(StrCat("pdftoppm -r 72 -singlefile ", path, ".pdf ", path));
  std::ifstream in(path + ".ppm", std::ios::binary);
  std::string magic;
  size_t width = 0, height = 0, most = 0;
  in >> magic >> width >> height >> most;
  in.get();
  const std::string pixels{std::istreambuf_iterator<char>(in), {}};
  const auto at = [&](size_t x, size_t y) { return pixels.substr((y * width + x) * 3, 3); };
  ASSERT_EQ(pixels.size(), width * height * 3);
  EXPECT_EQ(at(74, 146), "\xC8\x14\x0A");
  EXPECT_EQ(at(106, 214), "\xC8\x14\x0A");
  EXPECT_EQ(at(70, 146), "\xFF\xFF\xFF");
  EXPECT_EQ(at(90, 142), "\xFF\xFF\xFF");
  EXPECT_EQ(at(110, 180), "\xFF\xFF\xFF");
  EXPECT_EQ(at(90, 218), "\xFF\xFF\xFF");
}

TEST_F(ImageTest, DumpTellsWhereAndWhich) {
  const auto image = Stripes(450, 7, 3);
  const std::string dump = doc::Dump(PagesOf({{image, 100, 90.55, 50, 40}}));
  EXPECT_NE(dump.find(StrCat("image 100.0,90.6 50.0x40.0 450x7 ", image->sha256.substr(0, 16))),
            std::string::npos)
      << dump;
}

}  // namespace
}  // namespace anjuan
