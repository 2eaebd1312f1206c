// Documents of other data models with their expected configurations: tests/conform/cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "engine/base/text.h"
#include "engine/conform/foreign_document.h"
#include "engine/conform/foreign_script.h"
#include "engine/conform/scxml_suite.h"

namespace anjuan::conform {

// GoogleTest would print the bytes.
void PrintTo(const Finding& finding, std::ostream* out) {
  *out << finding.id;
}

namespace {

namespace fs = std::filesystem;

const Report& Cases() {
  static const Report kReport = [] {
    Result<Report> report = RunScxmlSuite(ANJUAN_SOURCE_DIR "/tests/conform/cases");
    EXPECT_TRUE(report.has_value()) << Render(report ? Diagnostics() : report.error());
    return report ? *std::move(report) : Report();
  }();
  return kReport;
}

class Case : public testing::TestWithParam<Finding> {};

TEST_P(Case, Holds) {
  const Finding& finding = GetParam();
  const bool skipped = finding.id.starts_with("skipped_");
  EXPECT_EQ(finding.verdict, skipped ? Verdict::kSkipped : Verdict::kPassed) << finding.text;
}

std::string Named(const testing::TestParamInfo<Finding>& info) {
  return info.param.id;
}

INSTANTIATE_TEST_SUITE_P(Conform, Case, testing::ValuesIn(Cases().findings), Named);

TEST(Conform, AllCasesAreRead) {
  EXPECT_GE(Cases().findings.size(), 50U);
  EXPECT_NE(Render(Cases()).find("skipped skipped_call: a call of Math.floor (line 2)"),
            std::string::npos);
}

// ---- what a run must find: suites written for the purpose
// ----------------------------------------

class Folder {
 public:
  Folder() : path_(fs::path(testing::TempDir()) / "anjuan_conform") {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

constexpr std::string_view kDocument =
    "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0'><state id='a'><transition "
    "event='t' target='b'/></state><state id='b'/></scxml>";

TEST(Conform, TellsWhatDiffersAndWhere) {
  const Folder folder;
  folder.Write("wrong.scxml", std::string(kDocument));
  folder.Write("wrong.json",
               R"({"initialConfiguration": ["a"], "events":
                   [{"event": {"name": "t"}, "nextConfiguration": ["a"]}]})");
  folder.Write("refused.scxml",
               "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0'>"
               "<stat id='a'/></scxml>");
  folder.Write("refused.json", "{}");
  folder.Write("endless.scxml",
               "<scxml version='1.0'><state id='a'><transition cond='true' target='a'/></state>"
               "</scxml>");
  folder.Write("endless.json", R"({"initialConfiguration": ["a"]})");
  const Result<Report> report = RunScxmlSuite(folder.path());
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->ok());
  const std::string text = Render(*report);
  EXPECT_NE(text.find("FAILED wrong: after event 1 (t): active [b], expected [a]"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("did you mean \"state\"?"), std::string::npos) << text;
  EXPECT_NE(text.find("chart.endless"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("0 passed, 3 failed\n")) << text;
}

TEST(Conform, RefusesAFolderOfNothing) {
  const Folder folder;
  EXPECT_FALSE(RunScxmlSuite(folder.path()).has_value());
  EXPECT_FALSE(RunScxmlSuite(folder.path() / "none").has_value());
  folder.Write("manifest.json", "{}");
  EXPECT_FALSE(RunScxmlSuite(folder.path()).has_value());
}

// A document reads files of its own folder, whatever path it writes.
TEST(Conform, StaysInItsFolder) {
  const Folder folder;
  fs::create_directories(folder.path() / "inner");
  folder.Write("secret.txt", "1");
  folder.Write("inner/read.scxml",
               "<scxml version='1.0' xmlns='http://www.w3.org/2005/07/scxml' datamodel='feel'>"
               "<datamodel><data id='x' src='file:../secret.txt'/></datamodel>"
               "<state id='a'><transition cond='x = 1' target='leaked'/>"
               "<transition event='error.execution' target='kept'/></state>"
               "<state id='leaked'/><state id='kept'/></scxml>");
  folder.Write("inner/read.json", R"({"initialConfiguration": ["kept"]})");
  const Result<Report> report = RunScxmlSuite(folder.path());
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->ok()) << Render(*report);
}

// ---- foreign expressions
// -------------------------------------------------------------------------

struct Pair {
  std::string_view script;
  std::string_view feel;  // "": refused
};

TEST(ForeignScript, BecomesFeelWhereItMeansTheSame) {
  const Pair pairs[] = {
      {"x === 1", "x = 1"},
      {"return x != 'a';", "x != \"a\""},
      {"!x && (y || In('s'))", "not(x) and (y or In(\"s\"))"},
      {"a.b['c'][0]", "a.b.c[0 + 1]"},
      {"'n' + 1", "\"n\" + string(1)"},
      {"1 + 2 * 3", "1 + (2 * 3)"},
      {"x % 2", "modulo(x, 2)"},
      {"x > 1 ? 'm' : 'f'", "if (x > 1) then \"m\" else \"f\""},
      {"typeof x !== 'undefined'", "x != null"},
      {"undefined", "null"},
      {"[1, .5, 'it\\'s \"it\"']", "[1, 0.5, \"it's \\\"it\\\"\"]"},
      {"{a: 1, 'b c': [true]}", "{\"a\": 1, \"b c\": [true]}"},
      {"list.length", "count(list)"},
      {"list.concat([4])", "concatenate(list, [4])"},
      {"x // why\n === /* not */ 2", "x = 2"},
      {"f(1)", ""},
      {"new Date()", ""},
      {"typeof x", ""},
      {"x = 1", ""},
      {"x => 1", ""},
      {"'open", ""},
      {"a $ b", ""},
      {"0x10", ""},
      {"", ""},
      {"x instanceof Y", ""},
      {"\xff", ""},
  };
  for (const Pair& pair : pairs) {
    const Result<std::string> feel = ToFeel(pair.script);
    EXPECT_EQ(feel ? *feel : std::string(), pair.feel) << pair.script;
  }
  EXPECT_FALSE(ToFeel(std::string(100'000, '(')).has_value());
  EXPECT_FALSE(ToFeel(std::string(100'000, '!')).has_value());
  EXPECT_FALSE(ToFeel(std::string(100'000, '[')).has_value());
}

TEST(ForeignScript, StatementsBecomeAssignments) {
  const auto said = [](std::string_view script) {
    const Result<std::vector<Assignment>> all = ToAssignments(script);
    if (!all) return StrCat("refused: ", all.error()[0].message);
    std::string out;
    for (const Assignment& a : *all) out += StrCat(a.location, "=", a.expr, ";");
    return out;
  };
  EXPECT_EQ(said("var a = 1, b; a += b\n a++; --b; o.p = 'x'; l.push(a);"),
            "a=1;b=null;a=a + b;a=a + 1;b=b - 1;o.p=\"x\";l=append(l, a);");
  EXPECT_EQ(said("console.log('hi'); s += 'x'"), "s=string(s) + \"x\";");
  EXPECT_EQ(said("if (x) y = 1"), "refused: the statement if");
  EXPECT_EQ(said("f(1)"), "refused: a call of f");
  EXPECT_EQ(said("1 = 2"), "refused: an assignment to 1");
  EXPECT_EQ(said(""), "");
}

TEST(ForeignDocument, NamesWhatItCannotTranslate) {
  const Result<std::string> text = TranslateForeign(
      "<scxml version='1.0'>\n <state id='a'>\n  <transition cond='f()'/></state></scxml>", "d");
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error()[0].code, "conform.script");
  EXPECT_EQ(text.error()[0].at.line, 3);
  EXPECT_FALSE(TranslateForeign("<scxml datamodel='xpath'/>", "d").has_value());
  EXPECT_FALSE(TranslateForeign("<!DOCTYPE scxml><scxml/>", "d").has_value());
}

}  // namespace

}  // namespace anjuan::conform
