// Bad input: whatever a document is, it is refused with a diagnostic or runs within bounds. Times
// are not asserted; a quadratic reader would still be noticed, as a test that takes minutes.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/chart/sessions.h"
#include "engine/chart/step.h"

namespace anjuan::chart {

namespace {

constexpr std::string_view kHead =
    "<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0' datamodel='feel'>";

std::string Repeated(size_t count, const std::function<std::string(size_t)>& piece) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += piece(i);
  return out;
}

std::string Document(std::string_view body) {
  return StrCat(kHead, body, "</scxml>");
}

// The code of the first error; "" where the document is accepted.
std::string Refused(const std::string& text, bool workflow = false) {
  ReadOptions options;
  options.workflow = workflow;
  const Result<Chart> chart = ReadChart(text, "bad.scxml", options);
  if (chart) return "";
  EXPECT_LE(chart.error().size(), 1100U);
  return chart.error().front().code;
}

TEST(Limits, Doctype) {
  EXPECT_EQ(Refused("<!DOCTYPE scxml [<!ENTITY a 'b'>]><scxml/>"), "xml.doctype");
}

TEST(Limits, DeepNesting) {
  const auto deep = [](size_t levels) {
    return Document(Repeated(levels, [](size_t i) { return StrCat("<state id='s", i, "'>"); }) +
                    Repeated(levels, [](size_t) { return std::string("</state>"); }));
  };
  EXPECT_EQ(Refused(deep(150)), "");
  EXPECT_EQ(Refused(deep(10'000)), "xml.depth");
  EXPECT_EQ(Refused(Document(StrCat("<state id='a'><transition cond='", std::string(100'000, '('),
                                    "' target='a'/></state>")),
                    true)
                .substr(0, 5),
            "chart");
}

TEST(Limits, ManyStates) {
  const auto states = [](size_t count) {
    return Document(Repeated(count,
                             [](size_t i) {
                               return StrCat("<state id='s", i, "'><transition event='t' target='s",
                                             i + 1, "'/></state>");
                             }) +
                    "<state id='end'/>");
  };
  EXPECT_EQ(Refused(states(100'000)), "chart.size");
  // A target that is not there, each with a look for the nearest name.
  EXPECT_EQ(Refused(states(5'000)), "chart.target");
}

TEST(Limits, ManyMistakesAreNotAllTold) {
  EXPECT_EQ(Refused(Document(Repeated(20'000, [](size_t) { return "<stat/>"; }))), "chart.element");
  EXPECT_EQ(
      Refused(
          Document(StrCat(
              "<state id='a'><onentry>",
              Repeated(20'000, [](size_t) { return "<assign location='nowhere' expr='1 +'/>"; }),
              "</onentry></state>")),
          true),
      "chart.attribute");
}

TEST(Limits, TenMegabytes) {
  const std::string blanks(10 << 20, ' ');
  EXPECT_EQ(Refused(Document("<state id='a'/>" + blanks)), "");
  EXPECT_EQ(Refused(Document("<state id='a'/>" + std::string(10 << 20, '\n'))), "");
  // One line, one tag with very many attributes, very many small elements.
  EXPECT_EQ(Refused(Document(Repeated(100'000,
                                      [](size_t i) {
                                        return StrCat(
                                            "<!-- a line as long as the document --><data id='d", i,
                                            "'/>");
                                      }))),
            "chart.element");
  EXPECT_EQ(Refused(Document(
                StrCat("<state id='a'",
                       Repeated(20'000, [](size_t i) { return StrCat(" a", i, "='1'"); }), "/>"))),
            "chart.attribute");
  EXPECT_EQ(Refused(Document(Repeated(400'000, [](size_t) { return "<a/>"; }))), "xml.size");
  EXPECT_EQ(Refused(Document(std::string(17 << 20, ' '))), "xml.size");
}

TEST(Limits, ManyTargetsAndData) {
  std::string targets;
  for (int i = 0; i < 5'000; ++i) targets += "a ";
  EXPECT_EQ(Refused(Document(
                StrCat("<state id='a'><transition event='t' target='", targets, "'/></state>"))),
            "chart.size");
  EXPECT_EQ(
      Refused(Document(StrCat(
          "<datamodel>", Repeated(20'000, [](size_t i) { return StrCat("<data id='d", i, "'/>"); }),
          "</datamodel><state id='a'/>"))),
      "chart.size");
}

// A thousand regions that all answer one event: conflicts are looked for once, not pair by pair.
TEST(Limits, ManyRegions) {
  const std::string text =
      Document(StrCat("<parallel id='p'>",
                      Repeated(3'000,
                               [](size_t i) {
                                 return StrCat("<state id='r", i, "'><state id='a", i,
                                               "'><transition event='t' target='b", i,
                                               "'/></state><state id='b", i, "'/></state>");
                               }),
                      "</parallel>"));
  Sessions sessions;
  const Result<std::string> session = sessions.Start(text, "regions.scxml");
  ASSERT_TRUE(session.has_value()) << Render(session.error());
  sessions.Send(*session, "t");
  ASSERT_TRUE(sessions.Run(0));
  const std::vector<std::string> active = sessions.Configuration(*session);
  ASSERT_EQ(active.size(), 3'000U);
  EXPECT_EQ(active[2'999], "b2999");
}

std::string RunsAway(std::string_view body) {
  Sessions sessions;
  const Result<std::string> session = sessions.Start(Document(body), "runaway.scxml");
  if (!session) return Render(session.error());
  if (sessions.Run(60'000)) return "it came to rest";
  return sessions.mistakes().front().code;
}

TEST(Limits, Runaways) {
  EXPECT_EQ(RunsAway("<state id='a'><transition target='b'/></state>"
                     "<state id='b'><transition target='a'/></state>"),
            "chart.endless");
  EXPECT_EQ(RunsAway("<state id='a'><onentry><raise event='e'/></onentry>"
                     "<transition event='e' target='a'/></state>"),
            "chart.endless");
  EXPECT_EQ(RunsAway("<state id='a'><onentry><send event='e'/></onentry>"
                     "<transition event='e' target='a'/></state>"),
            "chart.endless");
  // Each round doubles a text, or what is raised.
  EXPECT_EQ(RunsAway("<datamodel><data id='s' expr='\"x\"'/></datamodel><state id='a'>"
                     "<transition target='a'><assign location='s' expr='s + s'/></transition>"
                     "</state>"),
            "chart.endless");
  EXPECT_EQ(RunsAway("<state id='a'><transition event='e'><raise event='e'/><raise event='e'/>"
                     "</transition><onentry><raise event='e'/></onentry></state>"),
            "chart.endless");
}

TEST(Limits, LoopsInLoops) {
  EXPECT_EQ(RunsAway("<datamodel><data id='l' expr='for i in 1..1000 return i'/></datamodel>"
                     "<state id='a'><onentry><foreach array='l' item='i'><foreach array='l' "
                     "item='j'><foreach array='l' item='k'><assign location='i' expr='k'/>"
                     "</foreach></foreach></foreach></onentry></state>"),
            "chart.endless");
}

// A document that invokes itself, and one that never stops making children.
TEST(Limits, InvokesWithoutEnd) {
  const std::string self = Document("<state id='a'><invoke src='file:self.scxml'/></state>");
  Sessions sessions([&](std::string_view) -> Result<std::string> { return self; });
  const Result<std::string> session = sessions.Start(self, "self.scxml");
  ASSERT_TRUE(session.has_value());
  EXPECT_TRUE(sessions.Run(1'000));
  EXPECT_NE(sessions.log().back().find("more than 1000 sessions"), std::string::npos);
}

}  // namespace

}  // namespace anjuan::chart
