// describe and draw over the shipped processes, as an office calls them.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/app/bundles.h"
#include "engine/app/folder.h"
#include "engine/app/graphviz.h"
#include "engine/app/run.h"
#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/xml/xml.h"
#include "tests/store/temporary_folder.h"
#include "tests/support/tools.h"

namespace anjuan {
namespace {

using test::HasTool;
using test::Output;

namespace fs = std::filesystem;

// Line ends and the spaces a justified or wrapped line brings say nothing.
std::string Squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\f' && c != '\r') out += c;
  }
  return out;
}

// Well formed? Without its DOCTYPE, which our reader refuses.
Result<xml::Document> ReadSvg(const std::string& file) {
  std::string text = app::ReadFile(file).value_or("");
  const size_t begin = text.find("<!DOCTYPE");
  if (begin != std::string::npos) text.erase(begin, text.find('>', begin) + 1 - begin);
  return xml::Read(text, file);
}

struct Outcome {
  int exit = -1;
  std::string out, err;
};

class DescribeTest : public testing::Test {
 protected:
  Outcome Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--library", std::string(ANJUAN_SOURCE_DIR)});
    std::ostringstream out;
    std::ostringstream err;
    const int exit = app::Run(arguments, {out, err});
    return {exit, out.str(), err.str()};
  }
  std::string Path(const std::string& name) const { return folder_.File(name); }

  test::TemporaryFolder folder_;
};

// The shipped definition of that name, with its rules.
std::shared_ptr<const runtime::Definition> DefinitionOf(const std::string& name) {
  std::shared_ptr<const runtime::Definition> definition;
  auto scratch = app::OpenOffice::Scratch(ANJUAN_SOURCE_DIR, "430600", 0);
  if (!scratch) return nullptr;
  runtime::Office& office = (*scratch)->office();
  office.store().Read([&](port::Reader& reader) {
    const auto latest = runtime::LatestDefinition(reader, name);
    if (latest) definition = office.FindDefinition(reader, latest->hash);
  });
  return definition;
}

TEST_F(DescribeTest, EveryShippedProcessIsToldWhole) {
  if (!HasTool("dot") || !HasTool("pdftotext"))
    GTEST_SKIP() << "graphviz or poppler-utils is missing";
  for (const fs::path& bundle : app::AllBundles(ANJUAN_SOURCE_DIR)) {
    const std::string name = bundle.filename().string();
    const std::string file = Path(name + ".pdf");
    const Outcome made = Run({"describe", name, "-o", file});
    ASSERT_EQ(made.exit, 0) << made.err;
    const std::string text = Squeezed(Output("pdftotext -raw " + file + " -"));
    const auto definition = DefinitionOf(name);
    ASSERT_NE(definition, nullptr) << name;
    const chart::Chart& chart = *definition->chart;
    EXPECT_NE(text.find(chart.title), std::string::npos) << name;
    for (const chart::State& state : chart.states) {
      EXPECT_NE(text.find(Squeezed(state.label)), std::string::npos) << name << ": " << state.label;
    }
    for (const chart::Transition& transition : chart.transitions) {
      EXPECT_NE(text.find(Squeezed(transition.label)), std::string::npos)
          << name << ": " << transition.label;
    }
    for (const chart::Timer& timer : chart.timers) {
      EXPECT_NE(text.find(Squeezed(timer.label)), std::string::npos) << name << ": " << timer.label;
    }
  }
}

TEST_F(DescribeTest, SameDefinitionSameBytes) {
  if (!HasTool("dot")) GTEST_SKIP() << "graphviz is missing";
  ASSERT_EQ(Run({"describe", "contract-review", "-o", Path("a.pdf")}).exit, 0);
  ASSERT_EQ(Run({"describe", "contract-review", "-o", Path("b.pdf")}).exit, 0);
  EXPECT_EQ(app::ReadFile(Path("a.pdf")), app::ReadFile(Path("b.pdf")));
}

TEST_F(DescribeTest, MarkdownHasTheChartBesideIt) {
  if (!HasTool("dot")) GTEST_SKIP() << "graphviz is missing";
  const Outcome made = Run({"describe", "contract-review", "-o", Path("p.md")});
  ASSERT_EQ(made.exit, 0) << made.err;
  const std::string text = app::ReadFile(Path("p.md")).value_or("");
  EXPECT_NE(text.find("](p.svg)"), std::string::npos);
  EXPECT_NE(text.find("## 一、用途"), std::string::npos);
  const auto svg = ReadSvg(Path("p.svg"));
  EXPECT_TRUE(svg.has_value());
}

// A rule of the bundle's tables, its hit policy and its source, on paper and as Markdown.
TEST_F(DescribeTest, DecisionTablesAreToldRuleByRule) {
  if (!HasTool("dot") || !HasTool("pdftotext")) {
    GTEST_SKIP() << "graphviz or poppler-utils is missing";
  }
  ASSERT_EQ(Run({"describe", "collective-consultation", "-o", Path("p.pdf")}).exit, 0);
  ASSERT_EQ(Run({"describe", "collective-consultation", "-o", Path("p.md")}).exit, 0);
  const std::string pdf = Squeezed(Output("pdftotext -raw " + Path("p.pdf") + " -"));
  const std::string markdown = Squeezed(app::ReadFile(Path("p.md")).value_or(""));
  for (const std::string& text : {pdf, markdown}) {
    for (const char* wanted : {"规则表", "汇集（COLLECT）：凡符合的规则，其结果都取",
                               "工资零增长或适当下调", "rules/topics.dmn"}) {
      EXPECT_NE(text.find(wanted), std::string::npos) << wanted;
    }
  }
}

TEST_F(DescribeTest, DrawsInEveryFormat) {
  if (!HasTool("dot")) GTEST_SKIP() << "graphviz is missing";
  const fs::path bundle = app::AllBundles(ANJUAN_SOURCE_DIR).front();
  for (const std::string ending : {"svg", "pdf", "png", "dot"}) {
    const Outcome drawn = Run({"draw", bundle.string(), "-o", Path("c." + ending)});
    ASSERT_EQ(drawn.exit, 0) << drawn.err;
    EXPECT_GT(fs::file_size(Path("c." + ending)), 500u) << ending;
  }
  const std::string svg = app::ReadFile(Path("c.svg")).value_or("");
  const auto read = ReadSvg(Path("c.svg"));
  ASSERT_TRUE(read.has_value()) << Render(read.error());
  const auto definition = DefinitionOf(bundle.filename().string());
  ASSERT_NE(definition, nullptr);
  for (const chart::State& state : definition->chart->states) {
    const bool shown = state.index > 0 && state.kind != chart::StateKind::kHistory;
    if (shown && CountCodePoints(state.label) <= 12) {
      EXPECT_NE(svg.find(state.label), std::string::npos) << state.label;
    }
  }
  EXPECT_EQ(app::ReadFile(Path("c.png")).value_or("").substr(1, 3), "PNG");
}

// The scripted runs of a process leave cases in an office; the way of the first is drawn.
TEST_F(DescribeTest, DrawsTheWayOfACase) {
  if (!HasTool("dot")) GTEST_SKIP() << "graphviz is missing";
  const std::string office = Path("office");
  const fs::path samples = fs::path(ANJUAN_SOURCE_DIR) / "samples" / "spring-offer";
  ASSERT_EQ(Run({"init", office, "--clock", "manual", "--at", "2023-03-01"}).exit, 0);
  ASSERT_EQ(
      Run({"-C", office, "import", "enterprises", (samples / "enterprises.csv").string()}).exit, 0);
  const Outcome opened = Run({"-C", office, "open", "collective-consultation", "--set",
                              "employer=E004", "--data", (samples / "defaults.json").string()});
  ASSERT_EQ(opened.exit, 0) << opened.err;
  const std::string id = opened.out.substr(0, opened.out.find('\n'));
  const Outcome drawn = Run({"-C", office, "draw", "--case", id, "-o", Path("way.dot")});
  ASSERT_EQ(drawn.exit, 0) << drawn.err;
  const std::string dot = app::ReadFile(Path("way.dot")).value_or("");
  EXPECT_NE(dot.find(StrCat("案卷 ", id)), std::string::npos);
  EXPECT_NE(dot.find("现在这里"), std::string::npos);
  EXPECT_EQ(Run({"-C", office, "draw", "--case", id, "-o", Path("way.pdf")}).exit, 0);
  EXPECT_GT(fs::file_size(Path("way.pdf")), 5000u);
  const Outcome other =
      Run({"-C", office, "draw", "contract-review", "--case", id, "-o", Path("x.svg")});
  EXPECT_EQ(other.exit, 1);
  EXPECT_NE(other.err.find("的流程是"), std::string::npos) << other.err;
  EXPECT_EQ(
      Run({"-C", office, "draw", "--case", "430602-2023-P01-999999", "-o", Path("x.svg")}).exit, 1);
  // A name means what the office has published.
  const Outcome described = Run({"-C", office, "describe", "contract-review", "-o", Path("p.md")});
  ASSERT_EQ(described.exit, 0) << described.err;
  EXPECT_NE(app::ReadFile(Path("p.md")).value_or("").find("第1版"), std::string::npos);
}

std::string SearchPath() {
  const char* path = std::getenv("PATH");
  return path == nullptr ? "" : path;
}

TEST_F(DescribeTest, WithoutGraphvizSaysWhatToInstall) {
  const std::string before = SearchPath();
  setenv("PATH", folder_.path().c_str(), 1);
  const Outcome drawn = Run({"draw", "contract-review", "-o", Path("c.svg")});
  const Outcome text = Run({"draw", "contract-review", "-o", Path("c.dot")});
  setenv("PATH", before.c_str(), 1);
  EXPECT_EQ(drawn.exit, 2);
  EXPECT_NE(drawn.err.find("error[graphviz.missing]"), std::string::npos) << drawn.err;
  EXPECT_NE(drawn.err.find("apt-get install --no-install-recommends graphviz"), std::string::npos);
  EXPECT_FALSE(fs::exists(Path("c.svg")));
  EXPECT_EQ(text.exit, 0) << text.err;  // DOT text needs no Graphviz
}

TEST_F(DescribeTest, GraphvizThatFailsOrHangsIsTold) {
  if (!HasTool("dot")) GTEST_SKIP() << "graphviz is missing";
  const auto failed = app::RunGraphviz("digraph { a -> ", "json");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error()[0].code, "graphviz.failed");
  const std::string before = SearchPath();
  std::ofstream(Path("dot")) << "#!/bin/sh\nexec sleep 30\n";
  fs::permissions(Path("dot"), fs::perms::owner_all);
  setenv("PATH", StrCat(folder_.path().string(), ":", before).c_str(), 1);
  const auto slow = app::RunGraphviz("digraph {}", "json", 1);
  setenv("PATH", before.c_str(), 1);
  ASSERT_FALSE(slow.has_value());
  EXPECT_EQ(slow.error()[0].code, "graphviz.time");
}

TEST_F(DescribeTest, BadArgumentsAreTold) {
  EXPECT_NE(Run({"describe", "contract-review", "-o", Path("x.doc")})
                .err.find("must end in one of .pdf .md"),
            std::string::npos);
  EXPECT_NE(Run({"draw", "-o", Path("x.svg")}).err.find("name a process"), std::string::npos);
  const Outcome unknown = Run({"describe", "no-such-process", "-o", Path("x.pdf")});
  EXPECT_EQ(unknown.exit, 1);
  EXPECT_NE(unknown.err.find("no-such-process"), std::string::npos);
  EXPECT_FALSE(fs::exists(Path("x.pdf")));
}

}  // namespace
}  // namespace anjuan
