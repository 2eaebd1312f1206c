#include "engine/doc/template.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

// "line:column code" of every mistake.
std::vector<std::string> Mistakes(const Diagnostics& diagnostics) {
  std::vector<std::string> out;
  for (const Diagnostic& d : diagnostics) {
    out.push_back(StrCat(d.at.line, ":", d.at.column, " ", d.code));
  }
  return out;
}

TEST(TemplateTest, TellsAllMistakesOfTheMarkupAtOnce) {
  const std::string text = DocumentOf(
      "<paragraph>甲</paragraph>\n"
      "<p algin=\"left\">乙</p>\n"
      "<table>丙</table>\n"
      "<sign><p>丁</p></sign>\n"
      "<include href=\"nothing\"/>");
  const TemplateRun run(text, "{}");
  ASSERT_FALSE(run.compiled().has_value());
  const Diagnostics& mistakes = run.compiled().error();
  EXPECT_EQ(Mistakes(mistakes),
            (std::vector<std::string>{"2:1 doc.element", "3:11 doc.attribute", "4:8 doc.element",
                                      "5:7 doc.element", "6:16 doc.include"}));
  EXPECT_EQ(mistakes[1].hint, "did you mean \"align\"?");
  EXPECT_EQ(mistakes[1].source_line, "<p algin=\"left\">乙</p>");
}

TEST(TemplateTest, TellsAllMistakesOfTheExpressionsAtOnce) {
  const std::string text = DocumentOf(
      "<p>编号：{offer_nr}，{1 + \"a\"}</p>\n"
      "<p if=\"missing\">甲</p>\n"
      "<h level=\"5\">乙</h>\n"
      "<table><col width=\"100mm\"/><col width=\"90mm\"/></table>\n"
      "<p for=\"x of y\">丙</p>");
  const TemplateRun run(text, "{\"offer_no\": \"1\"}");
  ASSERT_FALSE(run.compiled().has_value());
  const std::vector<std::string> mistakes = Mistakes(run.compiled().error());
  ASSERT_EQ(mistakes.size(), 6u) << Render(run.compiled().error());
  EXPECT_EQ(mistakes[0], "2:8 feel.name");
  EXPECT_EQ(mistakes[1].substr(0, 2), "2:");
  EXPECT_EQ(mistakes[2], "3:8 feel.name");
  EXPECT_EQ(mistakes[3], "4:11 doc.attribute");
  EXPECT_EQ(mistakes[4], "5:1 doc.attribute");
  EXPECT_EQ(mistakes[5], "6:9 doc.attribute");
}

TEST(TemplateTest, ListsTheFieldsWithTheirPlaces) {
  const TemplateRun run(
      DocumentOf(
          "<p>编号：{offer_no}</p>\n<p for=\"r in reps\">{r.name}<field expr=\"chief.name\"/></p>"),
      "{\"offer_no\": \"1\", \"reps\": [], \"chief\": {}}");
  ASSERT_TRUE(run.compiled().has_value()) << Render(run.compiled().error());
  std::vector<std::string> got;
  for (const FieldUse& use : Fields(*run.compiled())) {
    got.push_back(StrCat(use.path, " ", use.at.file, ":", use.at.line, ":", use.at.column));
  }
  EXPECT_EQ(got[0], "offer_no t.xml:2:8");
  EXPECT_EQ(got[1], "reps t.xml:3:14");
  EXPECT_NE(std::find(got.begin(), got.end(), "chief.name t.xml:3:41"), got.end())
      << testing::PrintToString(got);
}

TEST(TemplateTest, KnowsItsCodeAndTitle) {
  const TemplateRun run(DocumentOf("<p>甲</p>"), "{}");
  EXPECT_EQ(run.compiled()->code(), "T1");
  EXPECT_EQ(run.compiled()->title(), "通知");
}

TEST(TemplateTest, LetterNeedsAnIssuer) {
  const TemplateRun run(DocumentOf("<p>甲</p>", "letter"), "{}");
  ASSERT_FALSE(run.compiled().has_value());
  EXPECT_EQ(Mistakes(run.compiled().error()), std::vector<std::string>{"1:1 doc.element"});
}

}  // namespace
}  // namespace anjuan::doc
