// Templates and data as they should not be: each is told with its place, in bounded time and
// memory.
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

#include "engine/base/text.h"
#include "engine/doc/limits.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

struct Refusal {
  const char* name;
  const char* body;
  const char* json;
  const char* code;
  int line;  // of the template; the body begins in line 2
  const char* message;
};

const Refusal kRefusals[] = {
    {"unknown element", "<p>甲</p>\n<tabel><row/></tabel>", "{}", "doc.element", 3, "tabel"},
    {"unknown attribute", "<p colour=\"red\">甲</p>", "{}", "doc.attribute", 2, "colour"},
    {"unknown field", "<p>甲</p>\n<p>{nmae}</p>", R"({"name": "甲"})", "feel.name", 3, "nmae"},
    {"loop over a text", "<p for=\"x in name\">{x}</p>", R"({"name": "甲"})", "doc.loop", 2,
     "name"},
    {"loop over a number", "<p>甲</p>\n<p for=\"x in n\">{x}</p>", R"({"n": 3})", "doc.loop", 3,
     "not a list"},
    {"table wider than the block",
     "<table><col width=\"100mm\"/><col width=\"100mm\"/>"
     "<row><cell>甲</cell><cell>乙</cell></row></table>",
     "{}", "doc.attribute", 2, "200 mm of the 156 mm"},
    {"shares with no room left",
     "<table><col width=\"155mm\"/><col width=\"*\"/>"
     "<row><cell>甲</cell><cell>乙</cell></row></table>",
     "{}", "doc.overflow", 2, "太窄"},
    {"control character", "<p>{a}</p>", R"({"a": "甲\u0007乙"})", "doc.character", 2, "U+0007"},
    {"escape sequence", "<p>{a}</p>", R"({"a": "\u001b[31m红"})", "doc.character", 2, "U+001B"},
    {"C1 control", "<p>{a}</p>", R"({"a": "甲\u0085乙"})", "doc.character", 2, "U+0085"},
    {"noncharacter FFFE", "<p>{a}</p>", R"({"a": "\ufffe"})", "doc.character", 2, "不是字符"},
    {"noncharacter FFFF", "<p>{a}</p>", R"({"a": "\uffff"})", "doc.character", 2, "不是字符"},
    {"noncharacter beyond", "<p>{a}</p>", R"({"a": "\ud83f\udffe"})", "doc.character", 2,
     "U+1FFFE"},
    {"replacement character", "<p>{a}</p>", R"({"a": "张\ufffd"})", "doc.character", 2, "乱码"},
    {"private use", "<p>{a}</p>", R"({"a": "\ue001"})", "doc.character", 2, "自造字"},
    {"right to left override", "<p>{a}</p>", R"({"a": "甲\u202e乙"})", "doc.character", 2,
     "看不见的排版控制符"},
    {"bidi isolate", "<p>{a}</p>", R"({"a": "\u2066甲\u2069"})", "doc.character", 2, "U+2066"},
    {"arabic letter mark", "<p>{a}</p>", R"({"a": "\u061c甲"})", "doc.character", 2, "U+061C"},
    {"tag characters", "<p>{a}</p>", R"({"a": "甲\udb40\udc41"})", "doc.character", 2, "U+E0041"},
    {"bidi control in the template", "<p>甲\xE2\x80\xAE乙</p>", "{}", "doc.character", 2,
     "模板文字"},
    {"not in any font", "<p>{a}</p>", R"({"a": "甲☃"})", "doc.character", 2, "字库里没有"},
};

class RefusalTest : public testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, IsToldWithItsPlace) {
  const auto pages = TemplateRun(DocumentOf(GetParam().body), GetParam().json).Layout();
  ASSERT_FALSE(pages.has_value());
  const Diagnostic& first = pages.error()[0];
  EXPECT_EQ(first.code, GetParam().code) << Render(pages.error());
  EXPECT_EQ(first.at.line, GetParam().line) << Render(pages.error());
  EXPECT_EQ(first.at.file, "t.xml");
  EXPECT_NE(first.message.find(GetParam().message), std::string::npos) << Render(pages.error());
}

INSTANTIATE_TEST_SUITE_P(Table, RefusalTest, testing::ValuesIn(kRefusals), [](const auto& one) {
  std::string name = one.param.name;
  for (char& c : name) c = c == ' ' ? '_' : c;
  return name;
});

Result<Pages> LayoutWith(std::string_view body, std::string_view name, Value value) {
  const auto source = ReadTemplate(DocumentOf(body), "t.xml", nullptr);
  if (!source) return Unexpected(source.error());
  feel::Scope scope;
  scope.DeclareVariable(std::string(name), Type::Any());
  const auto compiled = Compile(*source, scope);
  if (!compiled) return Unexpected(compiled.error());
  const std::vector<Value> variables = {std::move(value)};
  return Layout(*compiled, variables, feel::NoHost(), FakeFonts());
}

std::string Text(std::string_view value) {
  const auto pages = LayoutWith("<p indent=\"0\">{x}</p>", "x", Value(std::string(value)));
  EXPECT_TRUE(pages.has_value()) << Render(pages.error());
  return pages ? TextOf(*pages) : "";
}

// JSON cannot bring them, other readers might.
TEST(BadTextTest, LoneSurrogatesAndBrokenUtf8AreTold) {
  for (const char* const bytes : {"甲\xED\xA0\x80乙", "甲\xED\xB0\x80", "\xFF", "甲\xE4\xB8"}) {
    const auto pages = LayoutWith("<p>{x}</p>", "x", Value(std::string(bytes)));
    ASSERT_FALSE(pages.has_value());
    EXPECT_EQ(pages.error()[0].code, "doc.character");
    EXPECT_NE(pages.error()[0].message.find("乱码"), std::string::npos) << Render(pages.error());
  }
}

TEST(BadTextTest, ValuesAreComposed) {
  EXPECT_EQ(Text("e\u0301a\u030a"), "éå\n");              // combining accents
  EXPECT_EQ(Text("\u212b\u2126"), "ÅΩ\n");                // Ångström sign, ohm sign
  EXPECT_EQ(Text("\u304b\u3099"), "が\n");                // kana with its voicing mark
  EXPECT_EQ(Text("\uf900\uf9d8\U0002f804"), "豈律你\n");  // compatibility ideographs
  EXPECT_EQ(Text("\u2f08\u2f42"), "人文\n");              // Kangxi radicals, copied from a PDF
  EXPECT_EQ(Text("\u2329甲\u232a"), "〈甲〉\n");
}

TEST(BadTextTest, InvisibleMarksGo) {
  EXPECT_EQ(Text("\ufeff甲\u200b乙\u00ad丙\r"), "甲乙丙\n");
}

TEST(BadTextTest, VariantsArePrintedInTheUsualShapeAndTold) {
  // U+845B with U+E0100 and U+FE00: an ideographic and a standardised variation sequence.
  const auto pages = LayoutWith("<p indent=\"0\">{x}</p>", "x", Value("葛\U000E0100城葛\ufe00"));
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  EXPECT_EQ(TextOf(*pages), "葛城葛\n");
  ASSERT_EQ(pages->notes.size(), 2u);
  EXPECT_EQ(pages->notes[0].code, "doc.variant");
  EXPECT_EQ(pages->notes[0].message, "{x}里的“葛”（U+845B）要求的异体字形印不出来，改用通常的字形");
}

TEST(BadTextTest, OneCharacterIsToldOnceAndWithItsText) {
  std::string text = "张三";
  for (int i = 0; i < 5'000; ++i) text += "☃";
  const auto pages = LayoutWith("<p>{x}</p>", "x", Value(text));
  ASSERT_FALSE(pages.has_value());
  ASSERT_EQ(pages.error().size(), 1u);
  EXPECT_NE(pages.error()[0].hint.find("见“张三☃"), std::string::npos) << pages.error()[0].hint;
}

// ---- Size ----

Value Rows(int count) {
  List rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back(Value(Context({{"n", Value(i + 1)}, {"name", Value("张三")}})));
  }
  return Value(std::move(rows));
}

constexpr std::string_view kTable =
    "<table><col width=\"20mm\"/><col width=\"*\"/><col width=\"*\"/>"
    "<row head=\"true\"><cell>序号</cell><cell>姓名</cell><cell>签字</cell></row>"
    "<row for=\"r in rows\"><cell>{r.n}</cell><cell>{r.name}</cell><cell/></row></table>";

double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(SizeTest, TenThousandRowsArePaged) {
  const double start = CpuSeconds();
  const auto pages = LayoutWith(kTable, "rows", Rows(10'000));
  const double seconds = CpuSeconds() - start;
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  EXPECT_GT(pages->pages.size(), 400U);
  size_t heads = 0;
  size_t names = 0;
  for (const Page& page : pages->pages) {
    for (const doc::Run& run : page.runs) {
      heads += run.glyphs[0].character == U'序' ? 1 : 0;
      names += run.glyphs[0].character == U'张' ? 1 : 0;
    }
  }
  EXPECT_EQ(heads, pages->pages.size());
  EXPECT_EQ(names, 10'000U);
  EXPECT_LT(seconds, 5) << "0.1 s on an idle machine";
}

TEST(SizeTest, TimeGrowsWithTheRows) {
  const auto seconds = [](int rows) {
    const Value value = Rows(rows);
    const double start = CpuSeconds();
    EXPECT_TRUE(LayoutWith(kTable, "rows", value).has_value());
    return CpuSeconds() - start;
  };
  const double small = seconds(2'000);
  // Ten times the rows: were pages searched for heads, it would be a hundred times the time.
  EXPECT_LT(seconds(20'000), 40 * small + 0.2);
}

TEST(SizeTest, AHundredThousandRowsPassABudget) {
  const double start = CpuSeconds();
  const auto pages = LayoutWith(kTable, "rows", Rows(100'000));
  ASSERT_FALSE(pages.has_value());
  const Diagnostic& told = pages.error().back();
  EXPECT_EQ(told.code, "doc.budget");
  EXPECT_EQ(told.at.line, 2);
  EXPECT_NE(told.message.find("400000个元素"), std::string::npos) << told.message;
  EXPECT_NE(told.hint.find("表格文件"), std::string::npos);
  EXPECT_LT(CpuSeconds() - start, 10);
}

TEST(SizeTest, TooManyPagesAreTold) {
  const auto pages = LayoutWith("<p for=\"r in rows\">{r.name}</p>", "rows", Rows(60'000));
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error()[0].code, "doc.budget");
  EXPECT_NE(pages.error()[0].message.find("2609页"), std::string::npos) << Render(pages.error());
}

TEST(SizeTest, TooManyCharactersAreTold) {
  std::string text;
  for (int i = 0; i < 700'000; ++i) text += "字";
  const auto pages = LayoutWith("<p>{x}{x}{x}</p>", "x", Value(text));
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error()[0].code, "doc.budget");
  EXPECT_NE(pages.error()[0].message.find("{x}"), std::string::npos) << Render(pages.error());
}

TEST(SizeTest, ExpressionsShareTheirSteps) {
  const double start = CpuSeconds();
  const auto pages = LayoutWith(
      "<p for=\"r in rows\">{count(for a in rows, b in rows[n &lt; 50] return a.n * b.n)}</p>",
      "rows", Rows(2'000));
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error().back().code, "doc.budget") << pages.error().back().message;
  EXPECT_LT(CpuSeconds() - start, 60);
}

TEST(SizeTest, MistakesAreBounded) {
  List rows;
  for (int i = 0; i < 10'000; ++i) rows.push_back(Value(Context({{"name", Value()}})));
  const auto pages = LayoutWith("<p for=\"r in rows\">{r.name}</p>", "rows", Value(rows));
  ASSERT_FALSE(pages.has_value());
  EXPECT_EQ(pages.error().size(), kMostMistakes + 1);
  EXPECT_EQ(pages.error()[0].code, "doc.missing");
  EXPECT_EQ(pages.error().back().code, "doc.budget");
}

TEST(SizeTest, ParagraphOfFiveThousandCharactersWithoutABreak) {
  for (const char* const unit : {"x", "字", "9", "。", "（"}) {
    std::string text;
    for (int i = 0; i < 5'000; ++i) text += unit;
    const auto pages = LayoutWith("<title>{x}</title><p>{x}</p>", "x", Value(text));
    ASSERT_TRUE(pages.has_value()) << Render(pages.error());
    size_t glyphs = 0;
    for (const Page& page : pages->pages) {
      for (const doc::Run& run : page.runs) {
        if (run.font != 4) glyphs += run.glyphs.size();  // not the page numbers
      }
    }
    EXPECT_EQ(glyphs, 10'000U) << unit;
  }
}

}  // namespace
}  // namespace anjuan::doc
