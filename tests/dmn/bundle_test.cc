// Rules of a workflow: functions of its chart, checked with it, part of its hash; and the models
// that are shipped.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/app/rules.h"
#include "engine/base/text.h"
#include "engine/dmn/as_feel.h"
#include "engine/runtime/definition.h"

namespace anjuan::runtime {

namespace {

constexpr const char* kGrade = R"(<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="grade" namespace="urn:g">
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"high", "low"</text></allowedValues></itemDefinition>
<inputData id="i" name="score"><variable name="score" typeRef="number"/></inputData>
<decision id="d" name="grade"><variable name="grade" typeRef="tGrade"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>
<decisionTable hitPolicy="UNIQUE">
<input label="score"><inputExpression typeRef="number"><text>score</text></inputExpression></input>
<output/>
<rule><inputEntry><text>&gt;= 60</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>
<rule><inputEntry><text>&lt; 60</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>
</decisionTable></decision></definitions>)";

Files Bundle(const std::string& guard, std::string rules = kGrade) {
  Files files;
  files["chart.scxml"] = StrCat(
      R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:aj="urn:anjuan:workflow:1" version="1.0"
 datamodel="feel" name="graded" initial="a" aj:title="示例">
<datamodel><data id="score" aj:type="number" expr="70" aj:label="得分"/></datamodel>
<state id="a" aj:label="甲" aj:no-deadline="示例"><transition event="go" target="b" aj:label="办结" aj:role="hrss" cond=')",
      guard, R"('/></state>
<final id="b" aj:label="乙" aj:outcome="success"/></scxml>)");
  files["rules/grade.dmn"] = std::move(rules);
  return files;
}

Diagnostics MistakesOf(Files files) {
  const Result<Definition> definition = ReadDefinition(std::move(files), {}, "graded", "templates");
  return definition ? Diagnostics() : definition.error();
}

TEST(BundleRules, AreFunctionsOfTheChart) {
  const Diagnostics none = MistakesOf(Bundle("grade(score: score) = \"high\""));
  EXPECT_TRUE(none.empty()) << Render(none);
  const auto first = [](const std::string& guard) {
    const Diagnostics found = MistakesOf(Bundle(guard));
    return found.empty() ? std::string() : found.front().code;
  };
  EXPECT_EQ(first("grade(score: score) = \"hihg\""), "feel.type");
  EXPECT_EQ(first("grade(score: \"much\") = \"high\""), "feel.type");
  EXPECT_EQ(first("grade(points: score) = \"high\""), "feel.arguments");
  EXPECT_EQ(first("grades(score: score) = \"high\""), "feel.name");
}

TEST(BundleRules, AreCheckedWithIt) {
  std::string overlapping = kGrade;
  overlapping.replace(overlapping.find("&lt; 60"), 7, "&lt;= 60");
  const Diagnostics found = MistakesOf(Bundle("true", overlapping));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().code, "dmn.overlap");
  EXPECT_EQ(found.front().at.file, "graded/rules/grade.dmn");
  std::string named = kGrade;
  named.replace(named.find("name=\"grade\"><variable"), 12, "name=\"due\"");
  const Diagnostics taken = MistakesOf(Bundle("true", named));
  ASSERT_FALSE(taken.empty());
  EXPECT_EQ(taken.front().code, "definition.rule");
}

TEST(BundleRules, BelongToTheHash) {
  std::string other = kGrade;
  other.replace(other.find("urn:g"), 5, "urn:h");
  const Result<Definition> a = ReadDefinition(Bundle("true"), {}, "graded", "templates");
  const Result<Definition> b = ReadDefinition(Bundle("true", other), {}, "graded", "templates");
  ASSERT_TRUE(a.has_value());
  ASSERT_TRUE(b.has_value());
  EXPECT_NE(a->hash, b->hash);
  EXPECT_EQ(a->files.count("rules/grade.dmn"), 1U);
}

TEST(BundleRules, NameTheRulesThatDecided) {
  Diagnostics found;
  const Rules rules = Rules::Read(Bundle("true"), "graded", found);
  std::vector<std::string> used;
  const Value score(Decimal(59));
  const Result<Value> grade = rules.Decide("grade", {&score, 1}, used);
  ASSERT_TRUE(grade.has_value());
  EXPECT_EQ(dmn::AsFeel(*grade), "\"low\"");
  EXPECT_EQ(used, std::vector<std::string>{"规则“grade”第2条"});
  const Value wrong("much");
  EXPECT_FALSE(rules.Decide("grade", {&wrong, 1}, used).has_value());
}

// Every model that is shipped reads without a mistake and leaves nothing out.
TEST(ShippedRules, AreWhole) {
  int count = 0;
  const std::filesystem::path workflows = ANJUAN_SOURCE_DIR "/workflows";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(workflows)) {
    if (entry.path().extension() != ".dmn") continue;
    ++count;
    const Diagnostics found = app::CheckRules(entry.path());
    EXPECT_TRUE(found.empty()) << Render(found);
  }
  EXPECT_GE(count, 3);
}

struct Shipped {
  const char* file;
  const char* decision;
  const char* data;  // FEEL
  const char* value;
};

class ShippedDecision : public testing::TestWithParam<Shipped> {};

TEST_P(ShippedDecision, Decides) {
  const Shipped& expected = GetParam();
  const Result<dmn::Model> model =
      app::ReadRules(std::filesystem::path(ANJUAN_SOURCE_DIR "/workflows") / expected.file);
  ASSERT_TRUE(model.has_value());
  const auto compiled = feel::Compile(expected.data, feel::Scope(), {});
  ASSERT_TRUE(compiled.has_value());
  const Result<Value> data = feel::Evaluate(*compiled, {}, feel::NoHost());
  ASSERT_TRUE(data.has_value());
  std::vector<dmn::Given> given;
  for (const auto& [name, value] : data->context()->entries()) given.push_back({name, value});
  const dmn::Answer answer = model->Decide(expected.decision, given);
  EXPECT_EQ(dmn::AsFeel(answer.value), expected.value);
  EXPECT_TRUE(answer.ok()) << Render(answer.notes);
}

constexpr const char* kRisk = "shared/rules/risk-grade.dmn";
constexpr const char* kScore = "shared/rules/self-evaluation.dmn";
constexpr const char* kTopics = "collective-consultation/rules/topics.dmn";

INSTANTIATE_TEST_SUITE_P(
    Tables, ShippedDecision,
    testing::Values(
        Shipped{kRisk, "risk_grade",
                "{arrears_amount: 0.5, abnormal_sources: 0, planned_layoffs: 0, workers_total: 80, "
                "risk_items: 0}",
                "\"high\""},
        Shipped{kRisk, "risk_grade",
                "{arrears_amount: 0, abnormal_sources: 0, planned_layoffs: 8, workers_total: 80, "
                "risk_items: 1}",
                "\"high\""},
        Shipped{kRisk, "risk_grade",
                "{arrears_amount: 0, abnormal_sources: 1, planned_layoffs: 7, workers_total: 80, "
                "risk_items: 1}",
                "\"medium\""},
        Shipped{kRisk, "risk_grade",
                "{arrears_amount: 0, abnormal_sources: 0, planned_layoffs: 0, workers_total: 80, "
                "risk_items: 0}",
                "\"none\""},
        Shipped{kScore, "self_total",
                "{answers: [{indicator: \"劳动合同签订率\", met: null, share: 0.95}, {indicator: "
                "\"集体合同签订并履行\", met: true, share: null}]}",
                "21"},
        Shipped{
            kTopics, "suggested_topics",
            "{variant: \"regional\", business_state: \"normal\", enterprise_type: null, region: "
            "\"430600\"}",
            "[\"最低工资标准\", \"工资支付办法\"]"},
        Shipped{kTopics, "suggested_topics",
                "{variant: \"enterprise\", business_state: \"difficult\", enterprise_type: "
                "\"state_or_collective\", region: \"410400\"}",
                "[\"工资零增长或适当下调\", \"工资分配制度和分配形式\", \"薪酬水平和支付周期\", "
                "\"稳定就业岗位\"]"}));

}  // namespace

}  // namespace anjuan::runtime
