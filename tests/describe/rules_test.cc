// Decision tables in the words of an office.
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/describe/cells.h"
#include "engine/describe/outline.h"

namespace anjuan::describe {
namespace {

std::string Plain(std::string_view value) {
  return std::string(value);
}

TEST(Cells, Tests) {
  const auto words = [](std::string_view tests) { return TestsInWords(tests, Plain); };
  EXPECT_EQ(words("-"), "");
  EXPECT_EQ(words(" "), "");
  EXPECT_EQ(words("< 60"), "不满60");
  EXPECT_EQ(words("<= 60"), "60以下");
  EXPECT_EQ(words("> 60.5"), "超过60.5");
  EXPECT_EQ(words(">= 60"), "60以上");
  EXPECT_EQ(words("[60..80)"), "60以上、不满80");
  EXPECT_EQ(words("(60..80]"), "超过60、80以下");
  EXPECT_EQ(words("]60..80["), "超过60、不满80");
  EXPECT_EQ(words("[-5..-1]"), "-5以上、-1以下");
  EXPECT_EQ(words("< date(\"2024-01-01\")"), "不满2024年1月1日");
  EXPECT_EQ(words("[@\"2024-01-01\"..@\"2024-06-30\"]"), "2024年1月1日以上、2024年6月30日以下");
  EXPECT_EQ(words("\"甲\", \"乙，丙\""), "甲，或者乙，丙");
  EXPECT_EQ(words("not(\"甲\", < 5)"), "除甲，或者不满5以外");
  EXPECT_EQ(words("true"), "是");
  EXPECT_EQ(words("false"), "否");
  EXPECT_EQ(words("null"), "未填");
  EXPECT_EQ(words("5"), "5");
}

// What says more than that stands as it is written.
TEST(Cells, OtherFeel) {
  for (const char* feel : {"< limit", "? > 5", "starts with(?, \"43\")", "[1..x]", "\"a\\\"b\"",
                           "\"open", "(((", "-x", "[..]", "not(", "< ", "..", "5, foo(1)"}) {
    EXPECT_EQ(TestsInWords(feel, Plain), StrCat("〔", Trim(feel), "〕")) << feel;
  }
}

TEST(Cells, Outputs) {
  const auto words = [](std::string_view feel) { return OutputInWords(feel, Plain); };
  EXPECT_EQ(words("\"高风险\""), "高风险");
  EXPECT_EQ(words("5"), "5");
  EXPECT_EQ(words("[\"甲\", \"乙\"]"), "甲、乙");
  EXPECT_EQ(words("[]"), "〔[]〕");
  EXPECT_EQ(words("score * 2"), "〔score * 2〕");
  EXPECT_EQ(words("false"), "否");
}

chart::Chart ChartWithKinds() {
  chart::ReadOptions options;
  auto chart = chart::ReadChart(
      R"xml(<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:aj="urn:anjuan:workflow:1" version="1.0"
 name="t" initial="a" datamodel="feel"><datamodel>
 <data id="kind" aj:type="enum(big,small)" aj:values="big=大型 small=小型"/></datamodel>
 <state id="a"><transition event="x" aj:role="u" target="b"/></state><final id="b"/></scxml>)xml",
      "t.scxml", options);
  EXPECT_TRUE(chart.has_value()) << Render(chart ? Diagnostics() : chart.error());
  return chart ? std::move(*chart) : chart::Chart();
}

std::string TableOf(std::string_view attributes) {
  return StrCat(
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="等级规则" namespace="n">
<inputData id="kind" name="kind"/><inputData id="score" name="score"/>
<decision id="d" name="grade"><description>本办法第五条</description>
<decisionTable )",
      attributes, R"(>
<input label="规模"><inputExpression><text>kind</text></inputExpression></input>
<input label="得分"><inputExpression><text>score</text></inputExpression></input>
<output label="等级"><defaultOutputEntry><text>"丁"</text></defaultOutputEntry></output>
<rule><description>第六条</description><inputEntry><text>"big"</text></inputEntry>
<inputEntry><text>&gt;= 90</text></inputEntry><outputEntry><text>"甲"</text></outputEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry><text>score + 1</text></outputEntry><annotationEntry><text>其余</text></annotationEntry></rule>
</decisionTable></decision>
<decision id="e" name="sum"><literalExpression><text>grade
 + "!"</text></literalExpression></decision></definitions>)");
}

TEST(Rules, EveryRuleIsARow) {
  const chart::Chart chart = ChartWithKinds();
  const std::vector<RuleTable> tables = RulesOf(
      {{"rules/grade.dmn", TableOf("hitPolicy=\"FIRST\"")}, {"chart.scxml", "<x/>"}}, chart);
  ASSERT_EQ(tables.size(), 2U);
  const RuleTable& grade = tables[0];
  EXPECT_EQ(grade.title, "等级规则：grade");
  EXPECT_EQ(grade.file, "rules/grade.dmn");
  EXPECT_EQ(grade.note, "本办法第五条");
  EXPECT_EQ(grade.policy, "首条（FIRST）：自上而下，取第一条符合的规则");
  EXPECT_EQ(grade.inputs, "规模（kind）、得分（score）");
  ASSERT_EQ(grade.rows.size(), 3U);
  EXPECT_EQ(grade.rows[0].conditions, (std::vector<std::string>{"规模：大型", "得分：90以上"}));
  EXPECT_EQ(grade.rows[0].results, std::vector<std::string>{"等级：甲"});
  EXPECT_EQ(grade.rows[0].note, "第六条");
  EXPECT_TRUE(grade.rows[1].conditions.empty());
  EXPECT_EQ(grade.rows[1].results, std::vector<std::string>{"等级：〔score + 1〕"});
  EXPECT_EQ(grade.rows[1].note, "其余");
  EXPECT_EQ(grade.rows[2].number, "其他");
  EXPECT_EQ(grade.rows[2].results, std::vector<std::string>{"等级：丁"});
  EXPECT_EQ(tables[1].formula, "grade + \"!\"");
}

TEST(Rules, EveryHitPolicyIsExplained) {
  const chart::Chart chart = ChartWithKinds();
  for (const char* policy :
       {"UNIQUE", "ANY", "PRIORITY", "FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
        "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT"}) {
    const std::string_view name = policy;
    const bool aggregated = name.starts_with("COLLECT ");
    const std::string attributes =
        aggregated ? StrCat("hitPolicy=\"COLLECT\" aggregation=\"", name.substr(8), "\"")
                   : StrCat("hitPolicy=\"", name, "\"");
    const auto tables = RulesOf({{"rules/x.dmn", TableOf(attributes)}}, chart);
    ASSERT_FALSE(tables.empty()) << policy;
    EXPECT_NE(tables[0].policy.find(StrCat("（", name, "）：")), std::string::npos)
        << tables[0].policy;
  }
}

}  // namespace
}  // namespace anjuan::describe
