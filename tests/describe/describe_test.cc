// What a definition is retold as, and its chart as DOT text.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/describe/dot.h"
#include "engine/describe/outline.h"

namespace anjuan::describe {
namespace {

std::string ReadSource(const std::string& path) {
  return app::ReadFile(StrCat(ANJUAN_SOURCE_DIR, "/", path)).value_or("");
}

chart::Chart Small() {
  auto chart = chart::ReadChart(ReadSource("tests/describe/data/small.scxml"), "small.scxml", {});
  EXPECT_TRUE(chart.has_value()) << Render(chart.error());
  return chart.has_value() ? std::move(*chart) : chart::Chart();
}

Names SmallNames() {
  Names out;
  out.roles["clerk"] = "收件人";
  out.papers["X0101"] = "查看通知书";
  out.parameters["x.answer_days"] = {
      {"答复天数", "全国", Value(20), "calendar_day", "2020-01-01", "《条例》§1", "verified"},
      {"答复天数", "某省", Value(10), "working_day", "", "", "from memory, to be confirmed"}};
  return out;
}

std::string Text(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) out += StrCat(line.text, "|", line.feel, "\n");
  return out;
}

const StateChapter* FindState(const Outline& outline, std::string_view id) {
  for (const StateChapter& state : outline.states) {
    if (state.id == id) return &state;
  }
  return nullptr;
}

// Run with ANJUAN_BLESS=1 to write it anew, then read the difference.
TEST(DotTest, SmallChartMatchesItsGolden) {
  const std::string dot = ToDot(Small(), Flow::kDown);
  if (std::getenv("ANJUAN_BLESS") != nullptr) {
    std::ofstream(StrCat(ANJUAN_SOURCE_DIR, "/tests/describe/data/small.dot")) << dot;
  }
  EXPECT_EQ(dot, ReadSource("tests/describe/data/small.dot"));
}

TEST(DotTest, TellsWhatKindOfArrow) {
  const std::string dot = ToDot(Small(), Flow::kRight);
  EXPECT_NE(dot.find("rankdir=LR"), std::string::npos);
  // Two steps between the same states are one arrow; what leaves a stage leaves its frame.
  EXPECT_NE(dot.find("label=\" 现场查看 \\n 再次查看 \""), std::string::npos) << dot;
  EXPECT_NE(dot.find("style=dashed, label=\" 逾期未答复 \""), std::string::npos) << dot;
  EXPECT_NE(dot.find("style=dotted"), std::string::npos) << dot;
  EXPECT_NE(dot.find("ltail=cluster_1, label=\" 撤回 \\\"申请\\\" \""), std::string::npos) << dot;
  EXPECT_NE(dot.find(">补充说明</font>"), std::string::npos) << dot;
}

TEST(DotTest, MarksTheWayOfACase) {
  const chart::Chart chart = Small();
  Passage passage;
  passage.title = "案卷 1";
  passage.states = {chart.FindState("asked"), chart.FindState("looked")};
  passage.current = {chart.FindState("looked")};
  for (const chart::Transition& transition : chart.transitions) {
    if (transition.label == "现场查看") passage.transitions.insert(transition.index);
  }
  const std::string dot = ToDot(chart, Flow::kDown, &passage);
  EXPECT_NE(dot.find("label=\"案卷 1\""), std::string::npos);
  EXPECT_NE(dot.find("penwidth=2.4, label=\" 现场查看 \""), std::string::npos) << dot;
  // What was not done is an arrow of its own now, and pale.
  EXPECT_NE(dot.find("[color=\"#b5b5b5\", fontcolor=\"#b5b5b5\", label=\" 再次查看 \""),
            std::string::npos)
      << dot;
  const size_t here = dot.find("现在这里");
  ASSERT_NE(here, std::string::npos);
  EXPECT_EQ(dot.find("现在这里", here + 1), std::string::npos);
  EXPECT_LT(dot.find("已查看"), here);
}

TEST(PictureTest, IsWhatGraphvizLaidOut) {
  const auto picture = PictureOf(R"({"bb": "0,0,100,50", "objects": [{
      "_draw_": [{"op": "c", "color": "#2f6db0"}, {"op": "C", "color": "#d6e6f7"},
                 {"op": "B", "points": [[0, 0], [10, 0], [10, 10], [0, 10]]}],
      "_ldraw_": [{"op": "F", "size": 13.0, "face": "x"},
                  {"op": "T", "pt": [50, 20.5], "align": "c", "width": 20, "text": "办结"}]}],
    "edges": [{"_draw_": [{"op": "S", "style": "dashed"}, {"op": "c", "color": "#000000"},
                          {"op": "b", "points": [[0, 50], [1, 50], [2, 50], [3, 50]]}]}]})");
  ASSERT_TRUE(picture.has_value()) << Render(picture.error());
  EXPECT_EQ((*picture)["width"], Value(100));
  const List& shapes = *(*picture)["shapes"].list();
  ASSERT_EQ(shapes.size(), 2u);
  EXPECT_EQ(shapes[0]["fill"], Value("#d6e6f7"));
  EXPECT_EQ(shapes[0]["stroke"], Value("#2f6db0"));
  EXPECT_EQ((*shapes[0]["points"].list())[1], Value(50));  // y grows downwards
  EXPECT_TRUE(shapes[1]["fill"].is_null());
  EXPECT_EQ(shapes[1]["dashed"], Value(true));
  const List& texts = *(*picture)["texts"].list();
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0]["text"], Value("办结"));
  EXPECT_EQ(texts[0]["y"], Value(*Decimal::Parse("29.5")));
  EXPECT_EQ(texts[0]["align"], Value("center"));
  for (const std::string_view bad : {"", "[]", "{}", R"({"bb": "0,0"})"}) {
    EXPECT_FALSE(PictureOf(bad).has_value()) << bad;
  }
}

TEST(OutlineTest, TellsEachStateAndStep) {
  const Outline outline = MakeOutline(Small(), {}, SmallNames());
  EXPECT_EQ(outline.title, "占道申请");
  EXPECT_EQ(outline.opened_by, "收件人");
  EXPECT_EQ(outline.state_count, 4);
  const StateChapter* stage = FindState(outline, "open_stage");
  ASSERT_NE(stage, nullptr);
  EXPECT_EQ(stage->kind, "阶段");
  EXPECT_EQ(stage->covers, (std::vector<std::string>{"已申请", "已查看"}));
  const StateChapter* asked = FindState(outline, "asked");
  ASSERT_NE(asked, nullptr);
  EXPECT_EQ(asked->ref, "S01");
  EXPECT_EQ(asked->kind, "起始");
  EXPECT_EQ(asked->owner, "收件人");
  EXPECT_EQ(asked->inside, "办理中");
  EXPECT_EQ(asked->deadline, "答复期限（R01）");
  EXPECT_EQ(asked->required, (std::vector<std::string>{"种类"}));
  EXPECT_EQ(Text(asked->on_entry), "记载：答复期满日|\n");
  ASSERT_EQ(asked->steps.size(), 4u);
  EXPECT_EQ(asked->steps[0].leads, "状态不变");
  const Step& look = asked->steps[1];
  EXPECT_EQ(look.who, "收件人、申请人");
  EXPECT_EQ(look.leads, "已查看");
  ASSERT_EQ(look.conditions.size(), 3u);
  EXPECT_EQ(look.conditions[0].feel, "kind = \"long\"");
  EXPECT_EQ(look.conditions[1].strength, "必须");
  EXPECT_EQ(look.conditions[1].source, "参数“答复天数”");
  EXPECT_EQ(look.conditions[2].strength, "提示");
  EXPECT_EQ(Text(look.does),
            "制发《查看通知书》（X0101），送申请人|\n统计：X.look|\n"
            "符合下列条件的：|matter = null\n　通知申请人：{申请日期}的申请没有事由。|\n");
  EXPECT_EQ(asked->steps[3].who, "到期自动（答复期限）");
  EXPECT_EQ(FindState(outline, "looked")->deadline, "无：由负责人掌握");
  EXPECT_EQ(FindState(outline, "looked")->steps[0].who, "自动");
  EXPECT_EQ(FindState(outline, "gone")->kind, "办结（未成）");
}

TEST(OutlineTest, TellsDeadlinesWithTheirLengthInEachArea) {
  const Outline outline = MakeOutline(Small(), {}, SmallNames());
  ASSERT_EQ(outline.timers.size(), 1u);
  const TimerRow& timer = outline.timers[0];
  EXPECT_EQ(timer.starts, "自申请日期起");
  EXPECT_EQ(timer.lengths, (std::vector<std::string>{"全国：答复天数 20日（《条例》§1）",
                                                     "某省：答复天数 10个工作日"}));
  EXPECT_EQ(timer.ends, (std::vector<std::string>{"逾期未答复 → 未办成"}));
  EXPECT_EQ(timer.runs_in, "已申请");
  ASSERT_EQ(outline.parameters.size(), 2u);
  EXPECT_EQ(outline.parameters[0].status, "已核对");
  EXPECT_EQ(outline.parameters[1].status, "凭记忆，待核对");
}

TEST(OutlineTest, TellsPapersDataFactsAndSources) {
  const Outline outline = MakeOutline(Small(), {}, SmallNames());
  ASSERT_EQ(outline.papers.size(), 1u);
  EXPECT_EQ(outline.papers[0].title, "查看通知书");
  EXPECT_EQ(outline.papers[0].to, "申请人");
  EXPECT_EQ(outline.papers[0].at, "已申请·现场查看");
  ASSERT_EQ(outline.data.size(), 6u);
  EXPECT_EQ(outline.data[0].search, "是");
  EXPECT_EQ(outline.data[1].personal, "是");
  EXPECT_EQ(outline.data[2].note, "短期、长期；必备于：已申请");
  ASSERT_EQ(outline.facts.size(), 1u);
  EXPECT_EQ(outline.facts[0].note, "单位：申请单位；数量：1；日期：办理当日");
  ASSERT_EQ(outline.rule_sources.size(), 2u);
  EXPECT_EQ(outline.rule_sources[1].source, "《办法》§3");
  EXPECT_EQ(outline.rule_sources[1].rules, "宜在三日内查看");
}

TEST(PrefaceTest, PurposeAndSources) {
  const Preface english = ReadPreface(
      "# Title\n\nWhat it is for,\n`said` here.\n\nMore.\n\n## Sources\n\n| source | since | used "
      "for |\n"
      "| --- | --- | --- |\n| 《法》§1 | 2020-01-01 | a [link](x.md) | from memory |\n\n| other | "
      "table "
      "|\n|--|--|\n| a | b |\n");
  EXPECT_EQ(english.purpose, "What it is for, said here.");
  ASSERT_EQ(english.sources.size(), 1u);
  EXPECT_EQ(english.sources[0].title, "《法》§1");
  EXPECT_EQ(english.sources[0].since, "2020-01-01");
  EXPECT_EQ(english.sources[0].use, "a link；from memory");
  EXPECT_EQ(ReadPreface("# T\n\nEnglish.\n\n## 用途\n\n办理\n占道申请。\n").purpose,
            "办理占道申请。");
  EXPECT_EQ(ReadPreface("").purpose, "");
}

}  // namespace
}  // namespace anjuan::describe
