// The PDF plugin with the real fonts. What needs fonts or a checking tool that is not installed is
// skipped and says so.
#include "plugins/pdf/pdf.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "engine/base/text.h"
#include "engine/doc/layout.h"
#include "engine/doc/template.h"
#include "tests/pdf/fixture.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

constexpr std::string_view kSalt = "0123456789abcdef";

class PdfTest : public test::WithFonts {
 protected:
  // A page of paragraphs with the value of each variable "text".
  doc::Pages Layout(const std::vector<std::string>& texts) const {
    const std::string markup =
        "<document xmlns=\"urn:anjuan:template:1\" code=\"T1\" title=\"测试通知\">"
        "<title>关于试印的通知</title><h level=\"1\">事项</h>"
        "<p for=\"t in texts\" indent=\"0\">{t}</p><p><check if=\"true\"/>同意</p></document>";
    const auto source = doc::ReadTemplate(markup, "t.xml", nullptr);
    EXPECT_TRUE(source.has_value());
    feel::Scope scope;
    scope.DeclareVariable("texts", Type::ListOf(Type::Of(Type::Base::kString)));
    const auto compiled = doc::Compile(*source, scope);
    EXPECT_TRUE(compiled.has_value()) << Render(compiled.error());
    List list;
    for (const std::string& text : texts) list.push_back(Value(text));
    const std::vector<Value> variables = {Value(std::move(list))};
    const auto pages =
        doc::Layout(*compiled, variables, feel::NoHost(), pdf::Source(*fonts_).metrics());
    EXPECT_TRUE(pages.has_value()) << Render(pages.error());
    return pages.has_value() ? *pages : doc::Pages();
  }

  std::string Write(const doc::Pages& pages, std::string_view salt = kSalt) const {
    const auto bytes = writer_->Write(pages, salt);
    EXPECT_TRUE(bytes.has_value());
    return bytes.has_value() ? *bytes : "";
  }

  std::string SaveFile(const std::string& bytes) const {
    const std::string path =
        StrCat(testing::TempDir(), "/",
               testing::UnitTest::GetInstance()->current_test_info()->name(), ".pdf");
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
};

const std::vector<std::string> kTexts = {
    "现通知你单位于2023年3月20日前报送材料（编号〔2023〕17号），逾期视为放弃。",
    "姓名：张𬺈、欧阳䶮、李𫖯、王𬭎。"};

TEST_F(PdfTest, SamePagesSameBytesSecondsApart) {
  const doc::Pages pages = Layout(kTexts);
  const std::string first = Write(pages);
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  EXPECT_EQ(Write(Layout(kTexts)), first);
  // A writer that has kept nothing yet gives the same bytes, too.
  EXPECT_EQ(*pdf::MakePageWriter(*pdf::OpenFonts())->Write(pages, kSalt), first);
}

TEST_F(PdfTest, SaltMakesEachIssueItsOwn) {
  const doc::Pages pages = Layout(kTexts);
  EXPECT_NE(Write(pages, "fedcba9876543210"), Write(pages));
}

TEST_F(PdfTest, QpdfFindsNothingWrong) {
  if (!HasTool("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  const std::string path = SaveFile(Write(Layout(kTexts)));
  const std::string report = Output("qpdf --check " + path + " 2>&1; echo status $?");
  EXPECT_NE(report.find("status 0"), std::string::npos) << report;
  EXPECT_EQ(report.find("WARNING"), std::string::npos) << report;
}

TEST_F(PdfTest, EveryFontIsEmbeddedSubsetAndMapped) {
  if (!HasTool("pdffonts")) GTEST_SKIP() << "pdffonts is not installed";
  const std::string path = SaveFile(Write(Layout(kTexts)));
  std::istringstream lines(Output("pdffonts " + path + " 2>&1"));
  std::string line;
  int fonts = 0;
  while (std::getline(lines, line)) {
    if (line.find('+') == std::string::npos) continue;
    ++fonts;
    EXPECT_NE(line.find("yes yes yes"), std::string::npos) << line;
  }
  EXPECT_GE(fonts, 4);  // 小标宋, 黑体, 仿宋 and its substitute
}

TEST_F(PdfTest, TextComesBackAsWritten) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  const std::string path = SaveFile(Write(Layout(kTexts)));
  std::string text = Output("pdftotext -enc UTF-8 " + path + " - 2>&1");
  std::erase(text, '\n');
  for (const std::string& wanted : kTexts) EXPECT_NE(text.find(wanted), std::string::npos) << text;
  EXPECT_NE(text.find("关于试印的通知"), std::string::npos) << text;
}

TEST_F(PdfTest, TitleIsInTheProperties) {
  if (!HasTool("pdfinfo")) GTEST_SKIP() << "pdfinfo is not installed";
  const std::string info = Output("pdfinfo " + SaveFile(Write(Layout(kTexts))));
  EXPECT_NE(info.find("测试通知"), std::string::npos) << info;
}

// Two characters that share one outline keep codes of their own, so the round trip tells all of
// them apart.
TEST_F(PdfTest, OneCodeForEachCharacter) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  // All hanzi that the chain has, in strips.
  std::vector<std::string> strips;
  std::string strip;
  const doc::FontMetrics& metrics = pdf::Source(*fonts_).metrics();
  int count = 0;
  for (char32_t c = 0x4E00; c <= 0x2EBE0; ++c) {
    if (c == 0x9FA6) c = 0x20000;  // then the rare characters of names and places
    if (!metrics.Find(doc::Face::kFangSong, c)) continue;
    AppendUtf8(strip, c);
    if (++count % 28 != 0) continue;
    strips.push_back(std::move(strip));
    strip.clear();
  }
  EXPECT_GT(count, 21000);
  std::string text = Output("pdftotext -enc UTF-8 " + SaveFile(Write(Layout(strips))) + " - 2>&1");
  int missing = 0;
  for (const std::string& wanted : strips) {
    if (text.find(wanted) == std::string::npos) ++missing;
  }
  EXPECT_EQ(missing, 0) << "of " << strips.size() << " lines";
}

TEST_F(PdfTest, EnvironmentNamesLayoutLibrariesAndFonts) {
  const std::string environment = writer_->Environment();
  EXPECT_EQ(environment.find('\n'), std::string::npos);
  EXPECT_NE(environment.find(StrCat("layout ", doc::kLayoutVersion)), std::string::npos);
  EXPECT_NE(environment.find("libharu 2.3"), std::string::npos);
  for (const port::FontFile& file : pdf::Source(*fonts_).Files()) {
    EXPECT_EQ(file.sha256.size(), 64u);
    EXPECT_NE(environment.find(file.name), std::string::npos);
  }
}

TEST(PdfFontsTest, OwnFileThatIsNoFontIsAClearError) {
  const std::string path = StrCat(testing::TempDir(), "/not-a-font.otf");
  std::ofstream(path) << "OTTO and then nothing";
  const auto fonts = pdf::OpenFonts({{doc::Face::kFangSong, path}});
  ASSERT_FALSE(fonts.has_value());
  const auto mine = std::find_if(fonts.error().begin(), fonts.error().end(), [&](const auto& d) {
    return d.message.find(path) != std::string::npos;
  });
  ASSERT_NE(mine, fonts.error().end());
  EXPECT_EQ(mine->code, "pdf.font");
}

TEST_F(PdfTest, OwnFileComesFirst) {
  std::string hei;
  for (const port::FontFile& file : pdf::Source(*fonts_).Files()) {
    if (file.name == "FandolHei-Regular") hei = file.path;
  }
  const auto fonts = pdf::OpenFonts({{doc::Face::kFangSong, hei}});
  ASSERT_TRUE(fonts.has_value());
  const doc::FontMetrics& metrics = pdf::Source(**fonts).metrics();
  const auto glyph = metrics.Find(doc::Face::kFangSong, U'人');
  ASSERT_TRUE(glyph.has_value());
  EXPECT_EQ(metrics.Info(glyph->font).name, "FandolHei-Regular");
  EXPECT_FALSE(glyph->substituted);
}

}  // namespace
}  // namespace anjuan
