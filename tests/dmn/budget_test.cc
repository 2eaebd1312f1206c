// Models that would run away, and texts that are no model: an end soon, and a note or a mistake
// that says why.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "engine/base/text.h"
#include "engine/dmn/as_feel.h"
#include "engine/dmn/dmn.h"

namespace anjuan::dmn {

namespace {

// Of a machine that does other things as well. On a free one each takes less than 0.1 s.
constexpr double kSoon_s = 2.0;

std::string Times(std::string_view piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}

std::string ModelOf(std::string_view body) {
  return StrCat(
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
      "namespace=\"n\">",
      body, "</definitions>");
}

std::string Literal(std::string_view text) {
  return StrCat("<literalExpression><text><![CDATA[", text, "]]></text></literalExpression>");
}

std::string For(std::string_view variable, std::string_view in, std::string_view body) {
  return StrCat("<for iteratorVariable=\"", variable, "\"><in>", Literal(in), "</in><return>", body,
                "</return></for>");
}

// A decision "d" that may call the knowledge model "f" of one parameter, x.
std::string WithFunction(std::string_view decision, std::string_view body) {
  return StrCat(
      "<decision id=\"d\" name=\"d\"><knowledgeRequirement><requiredKnowledge href=\"#f\"/>"
      "</knowledgeRequirement>",
      decision,
      "</decision><businessKnowledgeModel id=\"f\" name=\"f\"><encapsulatedLogic>"
      "<formalParameter name=\"x\"/>",
      body, "</encapsulatedLogic></businessKnowledgeModel>");
}

bool HasCode(const Diagnostics& notes, std::string_view code) {
  return std::any_of(notes.begin(), notes.end(),
                     [&](const Diagnostic& note) { return note.code == code; });
}

void ExpectSpent(const std::string& body) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<Model> model = Model::Read(ModelOf(body), "m.dmn");
  ASSERT_TRUE(model.has_value()) << Render(model.error());
  const Answer answer = model->Decide("d", {});
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  EXPECT_TRUE(HasCode(answer.notes, "feel.budget")) << body.substr(0, 200) << Render(answer.notes);
  EXPECT_LE(answer.notes.size(), 34U);
  EXPECT_LT(spent.count(), kSoon_s) << body.substr(0, 200);
}

std::string Decision(std::string_view logic) {
  return StrCat("<decision name=\"d\">", logic, "</decision>");
}

TEST(Spent, Loops) {
  ExpectSpent(Decision(Literal("for i in 1..1000000000 return i")));
  ExpectSpent(Decision(For("i", "[1..1000000000]", Literal("i"))));
  ExpectSpent(Decision(For("i", "[1..99999]", For("j", "[1..99999]", Literal("i")))));
  ExpectSpent(Decision(For("i", "[1..99999]", Literal("count(partial)"))));
  ExpectSpent(
      Decision(For("i", "[1..99999]",
                   StrCat("<list>", Literal("partial[-1]"), Literal("partial[-1]"), "</list>"))));
  const std::string some =
      "<some iteratorVariable=\"i\"><in>" + Literal("[1..99999]") + "</in><satisfies>";
  ExpectSpent(Decision(some + some + Literal("false") + "</satisfies></some></satisfies></some>"));
}

// Cells that always hold are not evaluated, and must be paid for all the same.
TEST(Spent, TablesInLoops) {
  const std::string rules = Times(
      "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></"
      "rule>",
      500);
  ExpectSpent(Decision(For("i", "[1..99999]",
                           "<decisionTable hitPolicy=\"COLLECT\"><input><inputExpression><text>i"
                           "</text></inputExpression></input><output/>" +
                               rules + "</decisionTable>")));
}

TEST(Spent, Recursion) {
  ExpectSpent(WithFunction(Literal("f(1)"), Literal("f(x + 1)")));
  ExpectSpent(WithFunction(Literal("f(1)"), Literal("f(x + 1) + f(x + 2)")));
  // Boxed expressions inside one another, in each of the calls.
  ExpectSpent(WithFunction(Literal("f(1)"),
                           Times("<list>", 150) + Literal("f(x + 1)") + Times("</list>", 150)));
}

// The tests of allowed values are asked for each item.
TEST(Spent, AllowedValues) {
  ExpectSpent(
      "<itemDefinition name=\"t\" isCollection=\"true\"><typeRef>number</typeRef><allowedValues>"
      "<text>count(for i in 1..50000 return i) &gt; ?</text></allowedValues></itemDefinition>"
      "<decision name=\"d\"><variable name=\"d\" typeRef=\"t\"/>" +
      Literal("for i in 1..10000 return i") + "</decision>");
}

std::string CodeOf(const std::string& text) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<Model> model = Model::Read(text, "m.dmn");
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(spent.count(), kSoon_s) << text.substr(0, 200);
  if (model) return model->mistakes().empty() ? "" : model->mistakes().front().code;
  EXPECT_LE(model.error().size(), 500U);
  return model.error().front().code;
}

TEST(Hostile, Texts) {
  EXPECT_EQ(CodeOf("<!DOCTYPE x [<!ENTITY a \"b\">]>" + ModelOf(Decision(Literal("1")))),
            "xml.doctype");
  EXPECT_EQ(CodeOf(ModelOf(Times("<a>", 100'000) + Times("</a>", 100'000))), "xml.depth");
  EXPECT_EQ(CodeOf(ModelOf(Decision(Literal(Times("(", 30'000))))), "feel.budget");
  EXPECT_EQ(CodeOf(ModelOf("<x>" + Times("y", 5 << 20) + "</x>")), "dmn.large");
  EXPECT_EQ(CodeOf(ModelOf(Times("<decision name=\"d\"><decisionTable/></decision>", 5'000))),
            "dmn.table");
}

TEST(Hostile, ManyOfEverything) {
  std::string elements;
  for (int i = 0; i < 6'000; ++i)
    elements += StrCat("<inputData id=\"i", i, "\" name=\"i", i, "\"/>");
  EXPECT_EQ(CodeOf(ModelOf(elements)), "dmn.large");
  std::string types;
  for (int i = 0; i < 2'000; ++i) {
    types += StrCat("<itemDefinition name=\"t", i, "\"><typeRef>number</typeRef></itemDefinition>");
  }
  EXPECT_EQ(CodeOf(ModelOf(types)), "dmn.large");
  const std::string needs =
      Times("<informationRequirement><requiredInput href=\"#i1\"/></informationRequirement>", 600);
  EXPECT_EQ(CodeOf(ModelOf("<inputData id=\"i1\" name=\"i1\"/>" + Decision(needs + Literal("1")))),
            "dmn.large");
  const std::string entries =
      Times("<contextEntry><variable name=\"v\"/>" + Literal("1") + "</contextEntry>", 1'001);
  EXPECT_EQ(CodeOf(ModelOf(Decision("<context>" + entries + "</context>"))), "dmn.large");
}

// What goes wrong inside a function is told beside what it gives, and so are its rules.
TEST(Functions, TellWhatHappenedInThem) {
  const std::string table =
      "<decisionTable hitPolicy=\"UNIQUE\"><input><inputExpression><text>x</text></inputExpression>"
      "</input><output name=\"a\"/><output name=\"b\"/><rule><inputEntry><text>&lt; 5</text>"
      "</inputEntry><outputEntry><text>1</text></outputEntry><outputEntry><text>1 / 0</text>"
      "</outputEntry></rule></decisionTable>";
  const Result<Model> model = Model::Read(ModelOf(WithFunction(Literal("f(1)"), table)), "m.dmn");
  ASSERT_TRUE(model.has_value());
  const Answer answer = model->Decide("d", {});
  EXPECT_EQ(AsFeel(answer.value), "{a: 1, b: null}");
  EXPECT_TRUE(HasCode(answer.notes, "feel.range")) << Render(answer.notes);
  ASSERT_EQ(answer.rules.size(), 1U);
  EXPECT_EQ(answer.rules[0].table, "f");
  EXPECT_EQ(answer.rules[0].rules, std::vector<int>{1});
}

// today() is there where the caller offers it, and nowhere else.
TEST(Functions, OfTheCaller) {
  const std::string text = ModelOf(Decision(Literal("today()")));
  const Result<Model> without = Model::Read(text, "m.dmn");
  ASSERT_TRUE(without.has_value());
  EXPECT_EQ(without->Decide("d", {}).notes.front().code, "feel.name");
  class Clock final : public feel::Host {
   public:
    Result<Value> Call(std::string_view, std::span<const Value>) override {
      return Value(Date{2023, 3, 6});
    }
  };
  Clock clock;
  const Result<Model> with = Model::Read(text, "m.dmn", NoImports(), nullptr,
                                         {{"today", {}, Type::Of(Type::Base::kDate)}});
  ASSERT_TRUE(with.has_value());
  EXPECT_EQ(AsFeel(with->Decide("d", {}, {&clock}).value), "date(\"2023-03-06\")");
}

}  // namespace

}  // namespace anjuan::dmn
