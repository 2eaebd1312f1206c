// The house checks itself: every rule over the whole project, and every rule on a tree that breaks
// it.

#include <gtest/gtest.h>

#include "tests/tidy/rules.h"

namespace anjuan::tidy {
namespace {

const Tree& Project() {
  static const Tree kTree = ReadTree(ANJUAN_SOURCE_DIR);
  return kTree;
}

std::string Lines(const Findings& findings) {
  std::string out;
  for (const std::string& finding : findings) out += "\n  " + finding;
  return out;
}

void ExpectNone(const Findings& findings) {
  EXPECT_TRUE(findings.empty()) << Lines(findings);
}

// Exactly one finding, and it says `part`.
void ExpectOne(const Findings& findings, const std::string& part) {
  ASSERT_EQ(findings.size(), 1U) << part << Lines(findings);
  EXPECT_NE(findings.front().find(part), std::string::npos) << findings.front();
}

TEST(Project, IsRead) {
  EXPECT_GT(Project().size(), 200U);
  EXPECT_EQ(Project().count("engine/feel/feel.h"), 1U);
}
TEST(Project, KeepsTheLayers) {
  ExpectNone(CheckLayers(Project()));
}
TEST(Project, NamesNoLibraryInItsHeaders) {
  ExpectNone(CheckForeignNames(Project()));
}
TEST(Project, UsesNoBannedWord) {
  ExpectNone(CheckWords(Project()));
}
TEST(Project, NamesItsDomainInDataAlone) {
  ExpectNone(CheckDomainNames(Project()));
}
TEST(Project, HasWholeFolders) {
  ExpectNone(CheckFolders(Project()));
}
TEST(Project, HasATidyTopLevel) {
  ExpectNone(CheckTopLevel(Project()));
}
TEST(Project, HasNoEndlessFile) {
  ExpectNone(CheckLength(Project()));
}
TEST(Project, HasNoDeadFile) {
  ExpectNone(CheckDeadFiles(Project()));
}
TEST(Project, NamesItsFilesAlike) {
  ExpectNone(CheckFileNames(Project()));
}

TEST(Layers, OpenDownwardsOnly) {
  const Tree below = {{"engine/base/text.h", ""},
                      {"engine/value/value.h", "#include \"engine/base/text.h\"\n"}};
  ExpectNone(CheckLayers(below));
  const Tree above = {{"engine/value/value.h", ""},
                      {"engine/base/text.h", "\n#include \"engine/value/value.h\"\n"}};
  ExpectOne(CheckLayers(above), "engine/base/text.h:2: engine/base may not include engine/value");
}

TEST(Layers, KeepNeighboursApart) {
  ExpectOne(CheckLayers({{"engine/doc/layout.h", ""},
                         {"engine/chart/step.cc", "#include \"engine/doc/layout.h\"\n"}}),
            "engine/chart may not include engine/doc");
  ExpectOne(CheckLayers({{"plugins/pdf/pdf.h", ""},
                         {"plugins/xlsx/writer.cc", "#include \"plugins/pdf/pdf.h\"\n"}}),
            "plugins/xlsx may not include plugins/pdf");
  ExpectOne(CheckLayers({{"plugins/pdf/pdf.h", ""},
                         {"engine/runtime/office.cc", "#include \"plugins/pdf/pdf.h\"\n"}}),
            "engine/runtime may not include plugins/pdf");
}

TEST(Layers, EndAtAppAndTests) {
  ExpectOne(CheckLayers({{"engine/app/run.h", ""},
                         {"engine/runtime/office.cc", "#include \"engine/app/run.h\"\n"}}),
            "nothing includes app");
  ExpectOne(CheckLayers({{"tests/support/fake.h", ""},
                         {"engine/app/run.cc", "#include \"tests/support/fake.h\"\n"}}),
            "only tests include tests");
  ExpectOne(CheckLayers({{"plugins/pdf/pdf.h", ""},
                         {"samples/letter/main.cc", "#include \"plugins/pdf/pdf.h\"\n"}}),
            "samples know no plugin");
  ExpectNone(CheckLayers(
      {{"engine/app/run.h", ""}, {"tests/app/run_test.cc", "#include \"engine/app/run.h\"\n"}}));
}

TEST(Layers, WantARowAndAPath) {
  ExpectOne(CheckLayers({{"engine/base/text.h", ""},
                         {"engine/misc/a.cc", "#include \"engine/base/text.h\"\n"}}),
            "stands in no row");
  ExpectOne(CheckLayers({{"engine/base/text.cc", "#include \"text.h\"\n"}}),
            "no path from the project's root");
}

TEST(ForeignNames, AreForHeadersOfTheEngine) {
  ExpectOne(CheckForeignNames({{"engine/xml/xml.h", "#include <Poco/SAX/Locator.h>\n"}}),
            "<Poco/SAX/Locator.h> in a header");
  ExpectOne(CheckForeignNames({{"engine/port/store.h", "struct sqlite3;\n"}}), "\"sqlite3\"");
  ExpectNone(CheckForeignNames({{"engine/xml/xml.h", "// Poco:: stays inside.\n#include <map>\n"},
                                {"engine/xml/xml.cc", "#include <Poco/SAX/Locator.h>\n"},
                                {"plugins/pdf/haru.h", "#include <hpdf.h>\n"}}));
}

TEST(Words, AreFoundAnywhere) {
  const std::string unfinished = std::string("TO") + "DO";
  ExpectOne(CheckWords({{"workflows/a/README.md", "text\n" + unfinished + ": more\n"}}),
            "workflows/a/README.md:2: unfinished work");
  ExpectOne(CheckWords({{"tests/run.sh", std::string("cd /ro") + "ot/project\n"}}),
            "a path of one machine");
  ExpectOne(CheckWords({{"tests/run.sh", std::string("get https://py") + "pi.org/x\n"}}),
            "a package registry");
  ExpectNone(CheckWords({{"a.md", "METHODOLOGY, ${TMPDIR:-/tmp}, build/tmp/x\n"},
                         {"b.png", std::string("\0", 1) + unfinished}}));
}

TEST(Words, UsingNamespaceIsForSources) {
  ExpectOne(CheckWords({{"engine/a/a.h", "using namespace std;\n"}}), "using namespace");
  ExpectNone(CheckWords({{"engine/a/a.h", "// no using namespace here\n"},
                         {"engine/a/a.cc", "using namespace std;\n"}}));
}

TEST(DomainNames, AreForDataAndComments) {
  const std::string chart = "workflows/dunning-letter/chart.scxml";
  ExpectOne(CheckDomainNames({{chart, ""}, {"engine/app/run.cc", "f(\"dunning-letter\");\n"}}),
            "engine/app/run.cc:1:");
  ExpectOne(CheckDomainNames({{"engine/app/run.cc", "f(\"D0101\");\n"}}), "\"D0101\"");
  ExpectOne(CheckDomainNames({{"plugins/pdf/pdf.cc", "f(R\"(F01A)\");\n"}}), "\"F01A\"");
  ExpectNone(CheckDomainNames({{chart, ""},
                               {"engine/app/run.cc", "int a = 0xFF01;  // as in D0101\n"},
                               {"engine/app/run.h", "/* dunning-letter */\n"},
                               {"tests/app/run_test.cc", "f(\"dunning-letter\");\n"}}));
}

TEST(Folders, AreWhole) {
  Tree tree = {{"README.md", ""},
               {"LICENSE", ""},
               {"engine/base/text.cc", ""},
               {"engine/base/README.md", ""},
               {"engine/base/CMakeLists.txt", ""},
               {"engine/cmake/module.cmake", ""},
               {"workflows/a/README.md", ""},
               {"workflows/a/chart.scxml", ""},
               {"workflows/a/cases/one.case", ""},
               {"templates/B1/template.xml", ""},
               {"templates/B1/sample.json", ""}};
  ExpectNone(CheckFolders(tree));
  for (const std::string path : {"LICENSE", "engine/base/README.md", "engine/base/CMakeLists.txt",
                                 "workflows/a/README.md", "templates/B1/sample.json"}) {
    Tree without = tree;
    without.erase(path);
    ExpectOne(CheckFolders(without), path + ": is missing");
  }
  tree.erase("workflows/a/cases/one.case");
  ExpectOne(CheckFolders(tree), "holds no scripted run");
}

TEST(TopLevel, IsFixed) {
  ExpectNone(CheckTopLevel({{"engine/a/a.h", ""}, {".clang-format", ""}, {"LICENSE", ""}}));
  ExpectOne(CheckTopLevel({{"docs/a.md", ""}}), "docs: does not belong");
}

TEST(Length, HasALimit) {
  ExpectNone(CheckLength({{"engine/a/a.cc", std::string(699, '\n')}}));
  ExpectOne(CheckLength({{"engine/a/a.cc", std::string(700, '\n')}}), "700 lines");
}

TEST(DeadFiles, AreNamed) {
  const Tree tree = {{"engine/a/CMakeLists.txt", "anjuan_module(a)\n"},
                     {"engine/a/a.h", ""},
                     {"engine/a/a.cc", "#include \"engine/a/a.h\"\n"}};
  ExpectNone(CheckDeadFiles(tree));
  Tree unused = tree;
  unused.emplace("engine/a/b.h", "");
  ExpectOne(CheckDeadFiles(unused), "engine/a/b.h: nobody includes it");
  Tree unbuilt = tree;
  unbuilt.emplace("engine/b/b.cc", "");
  ExpectOne(CheckDeadFiles(unbuilt), "engine/b/b.cc: no target builds it");
  ExpectOne(CheckDeadFiles({{"plugins/p/CMakeLists.txt", "add_library(p STATIC one.cc)\n"},
                            {"plugins/p/one.cc", ""},
                            {"plugins/p/two.cc", ""}}),
            "plugins/p/two.cc");
}

TEST(FileNames, AreSnakeCase) {
  ExpectNone(CheckFileNames({{"engine/a/case_file.cc", ""}}));
  ExpectOne(CheckFileNames({{"engine/a/CaseFile.cc", ""}}), "snake_case");
}

TEST(Blanks, KnowCommentsAndLiterals) {
  EXPECT_EQ(WithoutComments("a // b\nc"), "a     \nc");
  EXPECT_EQ(WithoutComments("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(WithoutComments("f(\"// no\") // yes"), "f(\"// no\")       ");
  EXPECT_EQ(WithoutComments("x = '\"'; // y"), "x = '\"';     ");
  EXPECT_EQ(WithoutComments("n = 10'000; // y"), "n = 10'000;     ");
  EXPECT_EQ(WithoutCommentsAndStrings("f(\"a\\\"b\", c)"), "f(\"    \", c)");
  EXPECT_EQ(WithoutCommentsAndStrings("f(R\"x(\")y)x\", c)"), "f(R\"x(   )x\", c)");
}

}  // namespace
}  // namespace anjuan::tidy
