// What a PDF holds that an archive does not want, found; and files that are damaged, refused.
#include <gtest/gtest.h>

#include <vector>

#include "engine/base/text.h"
#include "plugins/pdf/pdf_reader.h"

namespace anjuan {
namespace {

// A file of these objects, numbered from 1; the first is the catalogue.
std::string File(const std::vector<std::string>& objects, const std::string& trailer = "") {
  std::string out = "%PDF-1.4\n";
  std::string table = "0000000000 65535 f \n";
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string offset = std::to_string(out.size());
    offset.insert(0, 10 - offset.size(), '0');
    table += offset + " 00000 n \n";
    out += StrCat(i + 1, " 0 obj\n", objects[i], "\nendobj\n");
  }
  const size_t place = out.size();
  return StrCat(out, "xref\n0 ", objects.size() + 1, "\n", table, "trailer\n<< /Root 1 0 R /Size ",
                objects.size() + 1, " ", trailer, " >>\nstartxref\n", place, "\n%%EOF\n");
}

// One empty page; `catalogue` and `page` are added to theirs, `more` are further objects from 5 on.
std::string Paper(const std::string& catalogue, const std::string& page = "",
                  std::vector<std::string> more = {}) {
  std::vector<std::string> objects = {
      StrCat("<< /Type /Catalog /Pages 2 0 R ", catalogue, " >>"),
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      StrCat("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R ", page, " >>"),
      "<< /Length 4 >>\nstream\nq Q \nendstream"};
  objects.insert(objects.end(), more.begin(), more.end());
  return File(objects);
}

port::PdfFacts Read(const std::string& bytes) {
  const auto facts = pdf::MakePdfReader()->Read(bytes);
  EXPECT_TRUE(facts.has_value()) << Render(facts.error());
  return facts.value_or(port::PdfFacts());
}

using Texts = std::vector<std::string>;

TEST(PdfReaderTest, APlainPageHasNothingOfAllThis) {
  const port::PdfFacts facts = Read(Paper(""));
  EXPECT_EQ(facts.pages.size(), 1U);
  EXPECT_EQ(facts.pages[0].width_pt, 595);
  EXPECT_EQ(facts.active, Texts());
  EXPECT_EQ(facts.attached, Texts());
  EXPECT_EQ(facts.external, Texts());
  EXPECT_EQ(facts.archive, "");
  EXPECT_FALSE(facts.encrypted);
}

TEST(PdfReaderTest, ScriptsAttachmentsAndLinksAreFoundWhereverTheyStand) {
  EXPECT_EQ(Read(Paper("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")).active,
            (Texts{"/JS", "/JavaScript", "/OpenAction"}));
  EXPECT_EQ(Read(Paper("/OpenAction 5 0 R", "", {"<< /S /Launch /F (a.exe) >>"})).active,
            (Texts{"/Launch", "/OpenAction"}));
  EXPECT_EQ(Read(Paper("", "/AA << /O 5 0 R >>", {"<< /S /GoTo /D [3 0 R /Fit] >>"})).active,
            (Texts{"/AA"}));
  EXPECT_EQ(Read(Paper("/OpenAction << /S /GoTo /D [3 0 R /Fit] >>")).active, Texts());
  EXPECT_EQ(Read(Paper("/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>", "",
                       {"<< /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>",
                        "<< /Type /EmbeddedFile /Length 1 >>\nstream\na\nendstream"}))
                .attached,
            (Texts{"/EF", "/EmbeddedFile", "/EmbeddedFiles"}));
  EXPECT_EQ(Read(Paper("",
                       "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI "
                       "/URI (http://example.cn/) >> >>]"))
                .external,
            (Texts{"http://example.cn/"}));
}

TEST(PdfReaderTest, FontsThatAreNotInsideAreNamed) {
  const port::PdfFacts facts =
      Read(Paper("", "/Resources << /Font << /F1 5 0 R >> >>",
                 {"<< /Type /Font /Subtype /TrueType /BaseFont /SimSun /FontDescriptor 6 0 R >>",
                  "<< /Type /FontDescriptor /FontName /SimSun >>"}));
  EXPECT_EQ(facts.fonts, (Texts{"SimSun"}));
  EXPECT_EQ(facts.loose_fonts, (Texts{"SimSun"}));
}

TEST(PdfReaderTest, WhatAFileClaimsOfItselfIsRead) {
  const auto claim = [](const std::string& xmp) {
    return Read(Paper("/Metadata 5 0 R", "",
                      {StrCat("<< /Type /Metadata /Subtype /XML /Length ", xmp.size(),
                              " >>\nstream\n", xmp, "\nendstream")}))
        .archive;
  };
  EXPECT_EQ(claim("<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"), "1B");
  EXPECT_EQ(claim("<rdf:Description pdfaid:part=\"2\" pdfaid:conformance='U'/>"), "2U");
  EXPECT_EQ(claim("<nothing/>"), "");
}

TEST(PdfReaderTest, DamagedFilesAreRefused) {
  const std::string good = Paper("");
  const auto refused = [](const std::string& bytes) {
    return !pdf::MakePdfReader()->Read(bytes).has_value();
  };
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("no PDF"));
  EXPECT_TRUE(refused(good.substr(0, good.size() / 2)));
  EXPECT_TRUE(
      refused(File({"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"})))
      << "no page";
  // A content stream that does not unpack.
  std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
      "<< /Length 4 /Filter /FlateDecode >>\nstream\nabcd\nendstream"};
  EXPECT_TRUE(refused(File(objects)));
}

}  // namespace
}  // namespace anjuan
