// What a table leaves out: gaps, overlaps and rules that never decide, each with its example.
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/dmn/dmn.h"

namespace anjuan::dmn {

namespace {

struct Cells {
  std::vector<std::string> inputs;
  std::string output;
};

// A model of one table over the inputs a, b, …
Diagnostics Findings(const std::string& policy, const std::vector<std::string>& types,
                     const std::vector<Cells>& rules, const std::string& extra = "") {
  std::string text =
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"m\" "
      "namespace=\"n\"><itemDefinition name=\"tKind\"><typeRef>string</typeRef><allowedValues>"
      "<text>\"x\", \"y\", \"z\"</text></allowedValues></itemDefinition><decision "
      "name=\"t\"><decisionTable hitPolicy=\"" +
      policy + "\">";
  char name = 'a';
  for (const std::string& type : types) {
    text += StrCat("<input><inputExpression typeRef=\"", type, "\"><text>", std::string(1, name++),
                   "</text></inputExpression></input>");
  }
  text += StrCat("<output>", extra, "</output>");
  for (const Cells& rule : rules) {
    text += "<rule>";
    for (const std::string& cell : rule.inputs) {
      text += StrCat("<inputEntry><text><![CDATA[", cell, "]]></text></inputEntry>");
    }
    text += StrCat("<outputEntry><text>", rule.output, "</text></outputEntry></rule>");
  }
  text += "</decisionTable></decision></definitions>";
  const Result<Model> model = Model::Read(text, "t.dmn");
  EXPECT_TRUE(model.has_value()) << Render(model ? Diagnostics() : model.error());
  return model ? model->findings() : Diagnostics();
}

std::string One(const Diagnostics& found) {
  EXPECT_EQ(found.size(), 1U) << Render(found);
  return found.empty() ? "" : StrCat(found[0].code, ": ", found[0].message);
}

TEST(Analysis, CompleteTableIsQuiet) {
  EXPECT_TRUE(
      Findings("UNIQUE", {"number"}, {{{"< 60"}, "1"}, {{"[60..80)"}, "2"}, {{">= 80"}, "3"}})
          .empty());
  EXPECT_TRUE(
      Findings("UNIQUE", {"boolean", "tKind"},
               {{{"true", "-"}, "1"}, {{"false", "\"x\""}, "2"}, {{"false", "not(\"x\")"}, "3"}})
          .empty());
  EXPECT_TRUE(Findings("UNIQUE", {"number"}, {{{"? > 5"}, "1"}, {{"? <= 5"}, "2"}}).empty());
}

TEST(Analysis, GapsHaveExamples) {
  EXPECT_EQ(One(Findings("UNIQUE", {"number"}, {{{"< 60"}, "1"}, {{"> 60"}, "2"}})),
            "dmn.gap: table \"t\": no rule holds for a = 60");
  EXPECT_EQ(One(Findings("FIRST", {"number", "tKind"},
                         {{{"< 10", "-"}, "1"}, {{">= 10", "\"x\", \"z\""}, "2"}})),
            "dmn.gap: table \"t\": no rule holds for a = 10, b = \"y\"");
  EXPECT_EQ(One(Findings("UNIQUE", {"string"}, {{{"\"x\""}, "1"}})),
            "dmn.gap: table \"t\": no rule holds for a = \"…\"");
  EXPECT_EQ(One(Findings("UNIQUE", {"date"},
                         {{{"< date(\"2024-01-01\")"}, "1"}, {{"> date(\"2024-01-01\")"}, "2"}})),
            "dmn.gap: table \"t\": no rule holds for a = date(\"2024-01-01\")");
  EXPECT_TRUE(Findings("UNIQUE", {"string"}, {{{"\"x\""}, "1"}},
                       "<defaultOutputEntry><text>0</text></defaultOutputEntry>")
                  .empty());
  EXPECT_TRUE(Findings("COLLECT", {"string"}, {{{"\"x\""}, "1"}}).empty());
}

TEST(Analysis, OverlapsAreErrorsWhereThePolicyForbidsThem) {
  const std::vector<Cells> rules = {{{"<= 60"}, "1"}, {{">= 60"}, "2"}};
  const Diagnostics found = Findings("UNIQUE", {"number"}, rules);
  EXPECT_EQ(One(found), "dmn.overlap: table \"t\": rules 1 and 2 both hold for a = 60");
  EXPECT_TRUE(HasError(found));
  EXPECT_EQ(One(Findings("ANY", {"number"}, rules)).substr(0, 11), "dmn.overlap");
  EXPECT_TRUE(Findings("ANY", {"number"}, {{{"<= 60"}, "1"}, {{">= 60"}, "1"}}).empty());
  EXPECT_TRUE(Findings("FIRST", {"number"}, rules).empty());
}

TEST(Analysis, RulesThatNeverDecide) {
  EXPECT_EQ(
      One(Findings("FIRST", {"number"}, {{{"< 60"}, "1"}, {{"-"}, "2"}, {{"> 80"}, "3"}})),
      "dmn.unreachable: table \"t\": rule 3 never decides: rule 2 does before it, for a = 81");
  EXPECT_EQ(One(Findings("COLLECT", {"tKind"}, {{{"\"q\""}, "1"}})),
            "dmn.unreachable: table \"t\": rule 1 never decides: no a meets `\"q\"`");
}

TEST(Analysis, OtherDataLeaveItOpen) {
  EXPECT_EQ(One(Findings("UNIQUE", {"number"}, {{{"< limit"}, "1"}})).substr(0, 13),
            "dmn.undecided");
}

// Twenty columns of ten pieces each: said to be too large, at once.
TEST(Analysis, LargeTablesEnd) {
  std::vector<Cells> rules;
  for (int i = 0; i < 20; ++i) {
    Cells rule{{}, "1"};
    for (int column = 0; column < 20; ++column)
      rule.inputs.push_back(StrCat("> ", (i + column) % 20));
    rules.push_back(rule);
  }
  const Diagnostics found = Findings("COLLECT", std::vector<std::string>(20, "number"), rules);
  EXPECT_EQ(One(found), "dmn.undecided: table \"t\": the table is too large to be looked through");
}

}  // namespace

}  // namespace anjuan::dmn
