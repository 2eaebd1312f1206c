// Decision models: hit policies, boxed expressions, types, services, and what a broken part leaves
// standing. The models lie in tests/dmn/models.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/base/text.h"
#include "engine/dmn/as_feel.h"
#include "engine/dmn/dmn.h"

namespace anjuan::dmn {

namespace {

Model ReadModel(const std::string& name) {
  const std::string path = StrCat(ANJUAN_SOURCE_DIR, "/tests/dmn/models/", name);
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Result<Model> model = Model::Read(text, name);
  EXPECT_TRUE(model.has_value()) << Render(model ? Diagnostics() : model.error());
  return *std::move(model);
}

Value Number(std::int64_t number) {
  return Value(Decimal(number));
}

// ---- hit policies

struct PolicyCase {
  const char* decision;
  int score;
  const char* value;  // as FEEL; null where the table breaks its policy
  std::vector<int> rules;
};

class Policy : public testing::TestWithParam<PolicyCase> {};

TEST_P(Policy, Decides) {
  static const Model kModel = ReadModel("policies.dmn");
  const PolicyCase& expected = GetParam();
  const Answer answer = kModel.Decide(expected.decision, {{"score", Number(expected.score)}});
  EXPECT_EQ(AsFeel(answer.value), expected.value);
  std::vector<int> rules;
  for (const RulesUsed& used : answer.rules) {
    EXPECT_EQ(used.table, expected.decision);
    rules.insert(rules.end(), used.rules.begin(), used.rules.end());
  }
  EXPECT_EQ(rules, expected.rules);
  const bool broken = std::string_view(expected.decision).ends_with("broken");
  EXPECT_EQ(answer.ok(), !broken) << Render(answer.notes);
  if (broken && !answer.ok()) {
    EXPECT_EQ(answer.notes.front().code, "dmn.table");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Tables, Policy,
    testing::Values(
        PolicyCase{"unique", 85, "\"A\"", {3}}, PolicyCase{"unique", 60, "\"B\"", {2}},
        PolicyCase{"unique broken", 85, "null", {}}, PolicyCase{"any", 85, "\"pass\"", {1, 2}},
        PolicyCase{"any", 59, "\"fail\"", {}}, PolicyCase{"any broken", 85, "null", {}},
        PolicyCase{"priority", 85, "\"A\"", {2}}, PolicyCase{"first", 85, "\"B\"", {1}},
        PolicyCase{"rule order", 85, "[\"B\", \"A\"]", {1, 2}},
        PolicyCase{"output order", 85, "[\"A\", \"B\"]", {2, 1}},
        PolicyCase{"collect", 85, "[\"B\", \"A\"]", {1, 2}},
        PolicyCase{"collect sum", 85, "8", {1, 2, 3}},
        PolicyCase{"collect min", 85, "1", {1, 2, 3}}, PolicyCase{"collect max", 65, "2", {1, 3}},
        PolicyCase{"collect count", 65, "2", {1, 3}}, PolicyCase{"collect count", -1, "0", {}},
        PolicyCase{"collect sum", -1, "null", {}},
        PolicyCase{"two outputs", 85, "{grade: \"B\", rank: 1}", {2}},
        PolicyCase{"gap", 70, "null", {}}));

// ---- boxed expressions

struct BoxedCase {
  const char* decision;
  const char* value;
  const char* note;  // the code of the first note, "" for none
};

class BoxedExpression : public testing::TestWithParam<BoxedCase> {
 protected:
  static const Model& Boxed() {
    static const Model kModel = ReadModel("boxed.dmn");
    return kModel;
  }
  static Value Workers() {
    return Value(List{Value(Context({{"姓名", Value("甲")}, {"工资", Number(3000)}})),
                      Value(Context({{"姓名", Value("乙")}, {"工资", Number(5000)}}))});
  }
};

TEST_P(BoxedExpression, Gives) {
  const BoxedCase& expected = GetParam();
  const Answer answer = Boxed().Decide(expected.decision, {{"职工", Workers()}});
  EXPECT_EQ(AsFeel(answer.value), expected.value) << Render(answer.notes);
  EXPECT_EQ(answer.ok() ? "" : answer.notes.front().code, expected.note) << Render(answer.notes);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BoxedExpression,
    testing::Values(
        BoxedCase{"context", "{total: 8000, mean: 4000}", ""},
        BoxedCase{"result entry", "\"平均4000\"", ""}, BoxedCase{"invocation", "4200", ""},
        BoxedCase{"own function", "\"合同\"", ""}, BoxedCase{"wrong argument", "null", "feel.type"},
        BoxedCase{"recursion", "2432902008176640000", ""},
        BoxedCase{"endless recursion", "null", "feel.budget"},
        BoxedCase{"relation", "[{姓名: \"甲\", 工资: 3000}, {姓名: \"乙\", 工资: 5000}]", ""},
        BoxedCase{"not allowed", "null", "dmn.type"}, BoxedCase{"list of one", "7", ""},
        BoxedCase{"filter", "[{姓名: \"乙\", 工资: 5000}]", ""},
        BoxedCase{"running sum", "[1, 3, 7]", ""}, BoxedCase{"every", "false", ""},
        BoxedCase{"conditional", "\"是\"", ""}, BoxedCase{"broken", "null", "feel.syntax"},
        BoxedCase{"circle b", "1", "dmn.cycle"}, BoxedCase{"lost", "1", ""}));

TEST_F(BoxedExpression, ServiceKnowsOnlyItsParameters) {
  const Answer answer = Boxed().Call("service", {{"职工", Workers()}});
  EXPECT_EQ(AsFeel(answer.value), "\"平均4000\"");
  EXPECT_TRUE(answer.ok()) << Render(answer.notes);
  EXPECT_EQ(Boxed().Call("nobody", {}).notes.front().code, "dmn.name");
}

TEST_F(BoxedExpression, InputsFitTheirTypes) {
  const Value wrong(List{Value(Context({{"姓名", Value("甲")}}))});
  const Answer answer = Boxed().Decide("context", {{"职工", wrong}});
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.notes.front().code, "dmn.type");
  EXPECT_NE(answer.notes.front().message.find("工资"), std::string::npos);
}

// Every mistake of the model at once, each where it stands, and the rest works.
TEST_F(BoxedExpression, MistakesHaveTheirPlaces) {
  std::vector<std::string> found;
  for (const Diagnostic& mistake : Boxed().mistakes()) {
    found.push_back(StrCat(mistake.code, ":", mistake.at.line));
    EXPECT_EQ(mistake.at.file, "boxed.dmn");
    EXPECT_NE(mistake.source_line, "") << mistake.message;
  }
  EXPECT_EQ(found, (std::vector<std::string>{"dmn.type:9", "feel.syntax:109", "dmn.foreign:113",
                                             "dmn.cycle:116", "dmn.reference:117"}));
}

// ---- reading

TEST(Reader, RefusesWhatIsNoModel) {
  const auto code = [](std::string_view text) {
    const Result<Model> model = Model::Read(text, "x.dmn");
    return model ? std::string() : model.error().front().code;
  };
  EXPECT_EQ(code("<definitions/>"), "dmn.model");
  EXPECT_EQ(code("<!DOCTYPE x><definitions/>"), "xml.doctype");
  EXPECT_EQ(code("<definitions"), "xml.syntax");
}

TEST(Reader, ReportsTableShapes) {
  const Result<Model> model = Model::Read(
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="n">
<decision name="d">
<decisionTable hitPolicy="BEST">
<input><inputExpression><text>1</text></inputExpression></input>
<output/>
<rule><inputEntry><text>1</text></inputEntry></rule>
</decisionTable></decision></definitions>)",
      "x.dmn");
  ASSERT_FALSE(model.has_value());
  ASSERT_EQ(model.error().size(), 2U) << Render(model.error());
  EXPECT_EQ(model.error()[0].at.line, 3);
  EXPECT_EQ(model.error()[1].at.line, 6);
}

// A few lines that stand for a tree of 2^40 parts, and a tower of decisions: refused, at once.
TEST(Reader, BoundsWhatStandsBehindAName) {
  const std::string head =
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
      "namespace=\"n\">";
  std::string types = head;
  std::string tower = head;
  for (int i = 0; i < 40; ++i) {
    types += StrCat("<itemDefinition name=\"t", i, "\">");
    for (const char* field : {"a b", "c"}) {
      types += StrCat("<itemComponent name=\"", field, "\"><typeRef>t", i + 1,
                      "</typeRef></itemComponent>");
    }
    types += "</itemDefinition>";
  }
  types += "<itemDefinition name=\"t40\"><typeRef>number</typeRef></itemDefinition></definitions>";
  for (int i = 0; i < 3000; ++i) {
    tower += StrCat("<decision id=\"d", i, "\" name=\"d", i,
                    "\"><informationRequirement><requiredDecision href=\"#d", i + 1,
                    "\"/></informationRequirement><literalExpression><text>d", i + 1,
                    "</text></literalExpression></decision>");
  }
  tower += "<inputData id=\"d3000\" name=\"d3000\"/></definitions>";
  const auto has = [](std::string_view text, std::string_view code) {
    const Result<Model> model = Model::Read(text, "x.dmn");
    if (!model) return false;
    const Diagnostics& mistakes = model->mistakes();
    return std::any_of(mistakes.begin(), mistakes.end(),
                       [&](const Diagnostic& mistake) { return mistake.code == code; });
  };
  EXPECT_TRUE(has(types, "dmn.type"));
  EXPECT_TRUE(has(tower, "dmn.depth"));
}

TEST(Reader, ImportsByNamespace) {
  const Importer importer = [](std::string_view ns, std::string_view) -> Result<Imported> {
    EXPECT_EQ(ns, "urn:b");
    return Imported{R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="b"
 namespace="urn:b"><decision id="x" name="Their value"><variable name="Their value"/>
<literalExpression><text>20</text></literalExpression></decision></definitions>)",
                    "b.dmn"};
  };
  const Result<Model> model = Model::Read(
      R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="a" namespace="urn:a">
<import name="b" namespace="urn:b" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
<decision name="d"><variable name="d"/>
<informationRequirement><requiredDecision href="urn:b#x"/></informationRequirement>
<literalExpression><text>b.Their value + 1</text></literalExpression></decision></definitions>)",
      "a.dmn", importer);
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(AsFeel(model->Decide("d", {}).value), "21") << Render(model->mistakes());
}

}  // namespace

}  // namespace anjuan::dmn
