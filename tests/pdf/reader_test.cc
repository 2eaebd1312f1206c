// What a PDF holds that an archive does not want, found; and files that are damaged, refused.
#include <gtest/gtest.h>

#include <vector>

#include "engine/base/text.h"
#include "plugins/pdf/pdf_reader.h"
#include "tests/support/raw_pdf.h"

namespace anjuan {
namespace {

port::PdfFacts Read(const std::string& bytes) {
  const auto facts = pdf::MakePdfReader()->Read(bytes);
  EXPECT_TRUE(facts.has_value()) << Render(facts.error());
  return facts.value_or(port::PdfFacts());
}

using test::RawFile;
using test::RawPaper;
using Texts = std::vector<std::string>;

TEST(PdfReaderTest, APlainPageHasNothingOfAllThis) {
  const port::PdfFacts facts = Read(RawPaper(""));
  EXPECT_EQ(facts.pages.size(), 1U);
  EXPECT_EQ(facts.pages[0].width_pt, 595);
  EXPECT_EQ(facts.active, Texts());
  EXPECT_EQ(facts.attached, Texts());
  EXPECT_EQ(facts.external, Texts());
  EXPECT_EQ(facts.archive, "");
  EXPECT_FALSE(facts.encrypted);
}

TEST(PdfReaderTest, ScriptsAttachmentsAndLinksAreFoundWhereverTheyStand) {
  EXPECT_EQ(Read(RawPaper("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")).active,
            (Texts{"/JS", "/JavaScript", "/OpenAction"}));
  EXPECT_EQ(Read(RawPaper("/OpenAction 5 0 R", "", {"<< /S /Launch /F (a.exe) >>"})).active,
            (Texts{"/Launch", "/OpenAction"}));
  EXPECT_EQ(Read(RawPaper("", "/AA << /O 5 0 R >>", {"<< /S /GoTo /D [3 0 R /Fit] >>"})).active,
            (Texts{"/AA"}));
  EXPECT_EQ(Read(RawPaper("/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")).active, Texts());
  EXPECT_EQ(Read(RawPaper("/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>", "",
                          {"<< /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>",
                           "<< /Type /EmbeddedFile /Length 1 >>\nstream\na\nendstream"}))
                .attached,
            (Texts{"/EF", "/EmbeddedFile", "/EmbeddedFiles"}));
  EXPECT_EQ(Read(RawPaper("",
                          "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI "
                          "/URI (http://example.cn/) >> >>]"))
                .external,
            (Texts{"http://example.cn/"}));
}

TEST(PdfReaderTest, FontsThatAreNotInsideAreNamed) {
  const port::PdfFacts facts =
      Read(RawPaper("", "/Resources << /Font << /F1 5 0 R >> >>",
                    {"<< /Type /Font /Subtype /TrueType /BaseFont /SimSun /FontDescriptor 6 0 R >>",
                     "<< /Type /FontDescriptor /FontName /SimSun >>"}));
  EXPECT_EQ(facts.fonts, (Texts{"SimSun"}));
  EXPECT_EQ(facts.loose_fonts, (Texts{"SimSun"}));
}

TEST(PdfReaderTest, WhatAFileClaimsOfItselfIsRead) {
  const auto claim = [](const std::string& xmp) {
    return Read(RawPaper("/Metadata 5 0 R", "",
                         {StrCat("<< /Type /Metadata /Subtype /XML /Length ", xmp.size(),
                                 " >>\nstream\n", xmp, "\nendstream")}))
        .archive;
  };
  EXPECT_EQ(claim("<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"), "1B");
  EXPECT_EQ(claim("<rdf:Description pdfaid:part=\"2\" pdfaid:conformance='U'/>"), "2U");
  EXPECT_EQ(claim("<nothing/>"), "");
}

TEST(PdfReaderTest, DamagedFilesAreRefused) {
  const std::string good = RawPaper("");
  const auto refused = [](const std::string& bytes) {
    return !pdf::MakePdfReader()->Read(bytes).has_value();
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("no PDF"));
  EXPECT_TRUE(refused(good.substr(0, good.size() / 2)));
  EXPECT_TRUE(refused(
      RawFile({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"})))
      << "no page";
  // A content stream that does not unpack.
  std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
      "<< /Length 4 /Filter /FlateDecode >>\nstream\nabcd\nendstream"};
  EXPECT_TRUE(refused(RawFile(objects)));
}

}  // namespace
}  // namespace anjuan
