// 通用规范汉字表, all 8,105 characters with their 196 beyond U+FFFF: each is printed in each face,
// from the face's own font or a substitute that is named, and comes out of the file as it went in.
//
// The list: property kTGH of Unihan (Debian: unicode-data), "2013:" and the number in the table.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "engine/base/text.h"
#include "engine/doc/layout.h"
#include "engine/doc/template.h"
#include "plugins/pdf/pdf.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

constexpr std::string_view kUnihan = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2";

// In the table's order.
std::u32string TableCharacters() {
  std::map<int, char32_t> by_number;
  std::istringstream lines(Output(StrCat("bzip2 -dc ", kUnihan, " 2>/dev/null")));
  for (std::string line; std::getline(lines, line);) {
    const auto fields = Split(line, '\t');
    if (fields.size() != 3 || fields[1] != "kTGH" || !fields[0].starts_with("U+")) continue;
    const size_t colon = fields[2].find(':');
    const auto number = ParseInteger(fields[2].substr(colon + 1));
    if (!number) continue;
    const std::string hex(fields[0].substr(2));
    by_number[static_cast<int>(*number)] =
        static_cast<char32_t>(std::strtoul(hex.c_str(), nullptr, 16));
  }
  std::u32string out;
  for (const auto& [number, character] : by_number) out += character;
  return out;
}

std::string Utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) AppendUtf8(out, c);
  return out;
}

// Only the characters of `set`, in order.
std::string Kept(std::string_view text, const std::set<char32_t>& set) {
  std::string out;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (set.contains(c)) AppendUtf8(out, c);
  }
  return out;
}

struct FaceCase {
  const char* name;
  const char* markup;
  const char* before;  // characters of the table the markup itself prints first
  doc::Face face;
};

class CharactersTest : public testing::TestWithParam<FaceCase> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kUnihan)) {
      GTEST_SKIP() << kUnihan << " is missing; package unicode-data brings it";
    }
    if (!HasTool("bzip2")) GTEST_SKIP() << "bzip2 is not installed";
    auto fonts = pdf::OpenFonts();
    if (!fonts) GTEST_SKIP() << "no fonts here: " << Render(fonts.error());
    fonts_ = *fonts;
    characters_ = TableCharacters();
    ASSERT_EQ(characters_.size(), 8105U);
    ASSERT_EQ(std::count_if(characters_.begin(), characters_.end(),
                            [](char32_t c) { return c > 0xFFFF; }),
              196);
    LayOut();
  }

  void LayOut() {
    const std::string markup =
        StrCat("<document xmlns=\"urn:anjuan:template:1\" code=\"T1\" title=\"字表\">",
               GetParam().markup, "</document>");
    const auto source = doc::ReadTemplate(markup, "t.xml", nullptr);
    ASSERT_TRUE(source.has_value()) << Render(source.error());
    feel::Scope scope;
    scope.DeclareVariable("t", Type::Of(Type::Base::kString));
    const auto compiled = doc::Compile(*source, scope);
    ASSERT_TRUE(compiled.has_value()) << Render(compiled.error());
    const std::vector<Value> variables = {Value(Utf8(characters_))};
    auto pages = doc::Layout(*compiled, variables, feel::NoHost(), pdf::Source(*fonts_).metrics());
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    pages_ = std::move(*pages);
  }

  std::string SaveFile() const {
    const auto bytes = pdf::MakePageWriter(fonts_)->Write(pages_, "0123456789abcdef");
    EXPECT_TRUE(bytes.has_value());
    const std::string path = StrCat(testing::TempDir(), "/characters-", GetParam().name, ".pdf");
    std::ofstream(path, std::ios::binary) << bytes.value_or("");
    return path;
  }

  std::string Wanted() const { return StrCat(GetParam().before, Utf8(characters_)); }

  std::shared_ptr<const pdf::Fonts> fonts_;
  std::u32string characters_;
  doc::Pages pages_;
};

TEST_P(CharactersTest, EachIsPrintedAndSubstitutesAreNamed) {
  const doc::FontMetrics& metrics = pdf::Source(*fonts_).metrics();
  std::set<std::string> noted;
  for (const Diagnostic& note : pages_.notes) {
    EXPECT_EQ(note.code, "doc.substitute") << note.message;
    EXPECT_EQ(note.severity, Severity::kWarning);
    noted.insert(note.message);
  }
  size_t substituted = 0;
  for (const char32_t c : characters_) {
    const auto glyph = metrics.Find(GetParam().face, c);
    ASSERT_TRUE(glyph.has_value()) << Utf8(std::u32string_view(&c, 1));
    EXPECT_NE(glyph->glyph, 0) << Utf8(std::u32string_view(&c, 1));
    if (!glyph->substituted) continue;
    ++substituted;
    const std::string start = StrCat("{t}里的“", Utf8(std::u32string_view(&c, 1)), "”");
    const auto found = noted.lower_bound(start);
    ASSERT_TRUE(found != noted.end() && found->starts_with(start)) << start;
    EXPECT_NE(found->find(metrics.Info(glyph->font).name), std::string::npos) << *found;
  }
  EXPECT_EQ(noted.size(), substituted);
  EXPECT_GT(substituted, 1000U);  // Fandol has GB 2312 and some 1200 more
  const std::set<char32_t> set(characters_.begin(), characters_.end());
  size_t placed = 0;
  for (const doc::Page& page : pages_.pages) {
    for (const doc::Run& run : page.runs) {
      for (const doc::PlacedGlyph& glyph : run.glyphs)
        placed += set.contains(glyph.character) ? 1 : 0;
    }
  }
  EXPECT_EQ(placed, 8105U + CountCodePoints(GetParam().before));
}

TEST_P(CharactersTest, PopplerGivesThemBack) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  const std::set<char32_t> set(characters_.begin(), characters_.end());
  const std::string text = Output("pdftotext -raw -enc UTF-8 " + SaveFile() + " - 2>&1");
  EXPECT_TRUE(Kept(text, set) == Wanted());
}

TEST_P(CharactersTest, MuPdfGivesThemBack) {
  if (!HasTool("mutool")) GTEST_SKIP() << "mutool is not installed";
  const std::set<char32_t> set(characters_.begin(), characters_.end());
  const std::string text = Output("mutool draw -q -F text " + SaveFile() + " 2>/dev/null");
  EXPECT_TRUE(Kept(text, set) == Wanted());
}

INSTANTIATE_TEST_SUITE_P(
    Faces, CharactersTest,
    testing::Values(FaceCase{"fangsong", "<p indent=\"0\">{t}</p>", "", doc::Face::kFangSong},
                    FaceCase{"heiti", "<p indent=\"0\"><b>{t}</b></p>", "", doc::Face::kHeiTi},
                    FaceCase{"kaiti", "<h level=\"2\">{t}</h>", "一", doc::Face::kKaiTi},
                    FaceCase{"biaosong", "<title>{t}</title>", "", doc::Face::kBiaoSong},
                    FaceCase{"songti", "<p indent=\"0\" face=\"宋体\">{t}</p>", "",
                             doc::Face::kSongTi}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace anjuan
