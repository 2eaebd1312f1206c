// Files bound into one: pages as they were, fonts once, bookmarks, blank pages, the same bytes.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/base/text.h"
#include "engine/doc/layout.h"
#include "plugins/pdf/pdf.h"
#include "plugins/pdf/pdf_reader.h"
#include "tests/pdf/fixture.h"
#include "tests/support/archive.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

namespace fs = std::filesystem;

class VolumeTest : public test::WithFonts {
 protected:
  void SetUp() override {
    WithFonts::SetUp();
    if (IsSkipped()) return;
    folder_ = fs::path(testing::TempDir()) /
              StrCat("volume-", testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }

  // A letter of `pages` pages to `who`.
  std::string Letter(const std::string& who, int pages = 1) const {
    std::string markup =
        "<document xmlns=\"urn:anjuan:template:1\" code=\"V\" title=\"通知\"><title>通知书</title>"
        "<to>{who}：</to><p>请于收到本通知之日起二十日内以书面形式答复，逾期不答复的依法处理。</p>";
    for (int i = 1; i < pages; ++i) markup += "<page-break/><p>附页，{who}留存。</p>";
    const auto source = doc::ReadTemplate(markup + "</document>", "v.xml", nullptr);
    EXPECT_TRUE(source.has_value());
    feel::Scope scope;
    scope.DeclareVariable("who", Type::Of(Type::Base::kString));
    const auto compiled = doc::Compile(*source, scope);
    EXPECT_TRUE(compiled.has_value());
    const std::vector<Value> variables = {Value(who)};
    const auto laid =
        doc::Layout(*compiled, variables, feel::NoHost(), pdf::Source(*fonts_).metrics());
    EXPECT_TRUE(laid.has_value());
    return writer_->Write(*laid, "0123456789abcdef").value();
  }

  // So many small pages, each with its number.
  std::string Small(int pages) const {
    doc::Pages out;
    const doc::FontMetrics& fonts = pdf::Source(*fonts_).metrics();
    for (int i = 0; i < fonts.FontCount(); ++i) out.fonts.push_back(fonts.Info(i).name);
    for (int i = 1; i <= pages; ++i) {
      const auto digit = static_cast<char32_t>('0' + i);
      const auto glyph = fonts.Find(doc::Face::kHeiTi, digit);
      EXPECT_TRUE(glyph.has_value());
      doc::Run run;
      run.x_pt = 20;
      run.y_pt = 15;
      run.font = glyph->font;
      run.size_pt = 12;
      run.glyphs.push_back({digit, glyph->glyph, glyph->width, 6});
      doc::Page page;
      page.width_pt = 60;
      page.height_pt = 20;
      page.runs.push_back(std::move(run));
      out.pages.push_back(page);
    }
    return writer_->Write(out, "").value();
  }

  static port::VolumePart Part(std::string file, std::string bookmark, int level = 0) {
    return {[file = std::move(file)] { return file; }, std::move(bookmark), level};
  }

  std::string Bind(const port::Volume& volume) const {
    const auto bytes = pdf::MakeVolumeWriter()->Bind(volume, nullptr);
    EXPECT_TRUE(bytes.has_value()) << Render(bytes.error());
    return bytes ? *bytes : "";
  }

  fs::path Save(const std::string& bytes) const {
    const fs::path path = folder_ / "volume.pdf";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  fs::path folder_;
};

TEST_F(VolumeTest, TextOfEveryPartAndFontsOnce) {
  port::Volume volume;
  volume.title = "合订本";
  size_t alone = 0;
  constexpr int kLetters = 40;
  for (int i = 0; i < kLetters; ++i) {
    std::string letter = Letter(StrCat("示例企业", i));
    alone += letter.size();
    volume.parts.push_back(Part(std::move(letter), StrCat("第", i, "号")));
  }
  const std::string bytes = Bind(volume);
  EXPECT_LT(bytes.size(), alone / 4);
  EXPECT_EQ(Bind(volume), bytes);
  const fs::path path = Save(bytes);
  if (!HasTool("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  const std::string text = Output(StrCat("pdftotext ", path.string(), " -"));
  for (int i = 0; i < kLetters; ++i) {
    EXPECT_NE(text.find(StrCat("示例企业", i, "：")), std::string::npos) << i;
  }
  EXPECT_NE(Output(StrCat("pdfinfo ", path.string())).find("合订本"), std::string::npos);
  const std::string check = Output(StrCat("qpdf --check ", path.string(), " 2>&1; echo status $?"));
  EXPECT_NE(check.find("status 0"), std::string::npos) << check;
}

TEST_F(VolumeTest, ABoundVolumeIsPdfA1bToo) {
  port::Volume volume;
  volume.title = "合订本";
  volume.author = "示例局";
  volume.odd_start = true;
  for (int i = 0; i < 3; ++i) volume.parts.push_back(Part(Letter(StrCat("甲", i)), "书签"));
  const test::ArchiveVerdicts verdicts = test::JudgeArchives(folder_, {Save(Bind(volume))});
  if (!verdicts.judged) GTEST_SKIP() << verdicts.report;
  EXPECT_EQ(verdicts.valid, 1u) << verdicts.report;
}

TEST_F(VolumeTest, BlankPagesSoThatEachPartBeginsOnAnOddPage) {
  if (!HasTool("pdfinfo")) GTEST_SKIP() << "poppler-utils is not installed";
  port::Volume volume;
  volume.parts = {Part(Letter("甲", 1), ""), Part(Letter("乙", 2), ""), Part(Letter("丙", 1), "")};
  const auto pages = [&] {
    return Output(StrCat("pdfinfo ", Save(Bind(volume)).string(), " | grep Pages"));
  };
  EXPECT_NE(pages().find(" 4\n"), std::string::npos);
  volume.odd_start = true;
  EXPECT_NE(pages().find(" 5\n"), std::string::npos);  // one behind 甲; 乙 fills its sheet
  EXPECT_NE(Output(StrCat("pdftotext -f 3 -l 3 ", Save(Bind(volume)).string(), " -")).find("乙"),
            std::string::npos);
}

TEST_F(VolumeTest, BookmarksAreATree) {
  if (!HasTool("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  port::Volume volume;
  volume.parts = {{nullptr, "一、来文", 0},      Part(Letter("甲"), "要约书", 1),
                  Part(Letter("乙"), "回函", 1), {nullptr, "二、发文", 0},
                  Part(Letter("丙"), "意见", 1), Part(Letter("丁"), "说明", 2)};
  const fs::path path = Save(Bind(volume));
  const std::string tree =
      Output(StrCat("qpdf --json --json-key=outlines ", path.string(), " 2>&1"));
  const auto at = [&](const std::string& title) { return tree.find("\"" + title + "\""); };
  for (const char* title : {"一、来文", "要约书", "回函", "二、发文", "意见", "说明"}) {
    EXPECT_NE(at(title), std::string::npos) << title << tree;
  }
  // The third letter stands on page 3, and so does the heading above it.
  EXPECT_NE(tree.find("\"destpageposfrom1\": 3"), std::string::npos) << tree;
}

TEST_F(VolumeTest, NumberedPagesAreThoseOfThePapersButForTheirNumber) {
  const std::string letter = Letter("甲", 2);
  const auto reader = pdf::MakePdfReader();
  const auto alone = reader->Read(letter);
  ASSERT_TRUE(alone.has_value()) << Render(alone.error());
  ASSERT_EQ(alone->pages.size(), 2U);
  EXPECT_FALSE(alone->pages[0].stamped);
  EXPECT_NE(alone->pages[0], alone->pages[1]);
  port::Volume volume;
  volume.parts = {Part(Letter("封面"), "封面"), Part(letter, "通知")};
  volume.parts[1].numbered = true;
  volume.stamps = Small(2);
  const auto bound = reader->Read(Bind(volume));
  ASSERT_TRUE(bound.has_value()) << Render(bound.error());
  EXPECT_FALSE(bound->pages[0].stamped);
  for (const size_t i : {0U, 1U}) {
    EXPECT_TRUE(bound->pages[i + 1].stamped);
    EXPECT_EQ(bound->pages[i + 1], alone->pages[i]);
  }
  // Something as large as a page is no number: it may cover what is under it.
  volume.stamps = Letter("乙", 2);
  const auto covered = reader->Read(Bind(volume));
  ASSERT_TRUE(covered.has_value());
  EXPECT_FALSE(covered->pages[1].stamped);
  EXPECT_NE(covered->pages[1], alone->pages[0]);
  volume.stamps = Small(1);
  EXPECT_EQ(pdf::MakeVolumeWriter()->Bind(volume, nullptr).error().front().code, "pdf.stamps");
}

TEST_F(VolumeTest, ReadersShowTheNumbersOfPages) {
  if (!HasTool("qpdf")) GTEST_SKIP() << "qpdf is not installed";
  port::Volume volume;
  volume.parts = {Part(Letter("封面"), "封面"), Part(Letter("甲", 2), "通知"),
                  Part(Letter("末"), "备考表")};
  volume.parts[1].numbered = true;
  volume.stamps = Small(2);
  const std::string labels =
      Output(StrCat("qpdf --json --json-key=pagelabels ", Save(Bind(volume)).string()));
  for (const char* said : {"\"/P\": \"u:封面\"", "\"/St\": 1", "\"index\": 3"}) {
    EXPECT_NE(labels.find(said), std::string::npos) << said << labels;
  }
}

TEST_F(VolumeTest, WhatIsNoPdfIsNamed) {
  for (const std::string& bad :
       {std::string("no PDF"), Letter("甲").substr(0, 5000), std::string(100, '\0')}) {
    port::Volume volume;
    volume.parts = {Part(Letter("甲"), "好的"), Part(bad, "坏的")};
    const auto bound = pdf::MakeVolumeWriter()->Bind(volume, nullptr);
    ASSERT_FALSE(bound.has_value());
    EXPECT_EQ(bound.error().front().code, "pdf.part");
    EXPECT_NE(bound.error().front().message.find("坏的"), std::string::npos);
  }
  EXPECT_FALSE(pdf::MakeVolumeWriter()->Bind({}, nullptr).has_value());
}

}  // namespace
}  // namespace anjuan
