// Plain SCXML among other sessions: invoke, finalize, autoforward, addresses, delays, XML as data;
// and what a step alone gives for them.
#include "engine/chart/sessions.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/chart/step.h"

namespace anjuan::chart {

namespace {

std::string Document(std::string_view body) {
  return StrCat("<scxml xmlns='http://www.w3.org/2005/07/scxml' version='1.0' name='sample' ",
                "datamodel='feel'>", body, "</scxml>");
}

struct Ran {
  std::string states;  // active ones of the first session
  std::vector<std::string> log;
  bool Says(std::string_view text) const {
    for (const std::string& line : log) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }
};

// A document with what it may fetch, ten seconds of its time.
Ran Play(std::string_view body, const std::vector<std::string>& events = {}) {
  Sessions sessions([](std::string_view uri) -> Result<std::string> {
    if (uri == "file:one.txt") return std::string("[1, 2]");
    if (uri == "file:set.feel") return std::string("{ x: 4 }");
    return Fail("test.file", StrCat("no file ", uri));
  });
  const Result<std::string> session = sessions.Start(Document(body), "sample.scxml");
  if (!session) return {Render(session.error()), {}};
  EXPECT_TRUE(sessions.Run(0)) << Render(sessions.mistakes());
  for (const std::string& event : events) {
    sessions.Send(*session, event);
    EXPECT_TRUE(sessions.Run(sessions.now()));
  }
  EXPECT_TRUE(sessions.Run(10'000)) << Render(sessions.mistakes());
  return {Join(sessions.Configuration(*session), " "), sessions.log()};
}

// A child that takes `data`, answers `ping` and ends on `stop` with done data.
std::string Child(std::string_view invoke_attributes, std::string_view more = "") {
  return StrCat("<invoke ", invoke_attributes, "><content>",
                Document("<datamodel><data id='given' expr='0'/></datamodel><state id='k'>"
                         "<onexit><log expr='\"left\"'/></onexit>"
                         "<transition event='ping'><send event='pong' target='#_parent'>"
                         "<param name='given' expr='given'/></send></transition>"
                         "<transition event='stop' target='kf'/></state>"
                         "<final id='kf'><donedata><param name='r' expr='given + 1'/></donedata>"
                         "</final>"),
                "</content>", more, "</invoke>");
}

TEST(Sessions, ChildTakesDataAnswersAndEndsWithData) {
  const Ran ran = Play(
      StrCat(
          "<datamodel><data id='given' expr='3'/></datamodel><state id='a'>",
          Child("id='kid' namelist='given'", "<param name='unknown' expr='1'/>"),
          "<transition event='go'><send event='ping' target='#_kid'/></transition>"
          "<transition event='pong' cond='_event.data.given = 3 and _event.invokeid = \"kid\" and "
          "starts with(_event.origin, \"#_scxml_\")'><send event='stop' "
          "targetexpr='_event.origin'/>"
          "</transition>"
          "<transition event='done.invoke.kid' cond='_event.data.r = 4' target='b'/></state>"
          "<state id='b'/>"),
      {"go"});
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
  EXPECT_TRUE(ran.Says("no datum \"unknown\""));
}

// Only data of the child's top level take what the parent gives.
TEST(Sessions, DeeperDataAreTheChildsOwn) {
  const Ran ran = Play(
      "<state id='a'><invoke><param name='deep' expr='1'/><content><scxml version='1.0' "
      "datamodel='feel'><state id='k'><datamodel><data id='deep' expr='7'/></datamodel>"
      "<onentry><send event='said' target='#_parent'><param name='v' expr='deep'/></send></onentry>"
      "</state></scxml></content></invoke>"
      "<transition event='said' cond='_event.data.v = 7' target='b'/></state><state id='b'/>");
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
}

TEST(Sessions, FinalizeRunsBeforeTheEventIsHandled) {
  const Ran ran =
      Play(StrCat("<datamodel><data id='x' expr='0'/></datamodel><state id='a'>",
                  Child("id='kid'",
                        "<param name='given' expr='5'/><finalize><assign location='x' "
                        "expr='_event.data.given'/></finalize>"),
                  "<transition event='go'><send event='ping' target='#_kid'/></transition>"
                  "<transition event='pong' cond='x = 5' target='b'/></state><state id='b'/>"),
           {"go"});
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
}

TEST(Sessions, AutoforwardCopiesWhatComesFromOutside) {
  const Ran ran = Play(StrCat("<state id='a'><onentry><raise event='ping'/></onentry>",
                              Child("id='kid' autoforward='true'"),
                              "<transition event='pong' target='b'/></state><state id='b'/>"),
                       {"ping"});
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
  const Ran inside = Play(StrCat("<state id='a'><onentry><raise event='ping'/></onentry>",
                                 Child("id='kid' autoforward='true'"),
                                 "<transition event='pong' target='b'/></state><state id='b'/>"));
  EXPECT_EQ(inside.states, "a");
}

TEST(Sessions, LeavingTheStateCancelsTheChild) {
  const Ran ran = Play(StrCat("<state id='a'>", Child("id='kid'"),
                              "<transition event='go' target='b'/></state>"
                              "<state id='b'><transition event='done.invoke' target='wrong'/>"
                              "<transition event='try'><send event='ping' target='#_kid'/>"
                              "</transition>"
                              "<transition event='error.communication' target='c'/></state>"
                              "<state id='c'/><state id='wrong'/>"),
                       {"go", "try"});
  EXPECT_EQ(ran.states, "c") << Join(ran.log, "\n");
  EXPECT_TRUE(ran.Says("session2: left"));
}

// Started at the end of the macrostep, in document order, never for a state passed through.
TEST(Sessions, InvokesStartWhenTheMacrostepEnds) {
  const auto child = [](std::string_view says) {
    return StrCat(
        "<invoke><content><scxml version='1.0' datamodel='feel'><final id='f'><onentry>"
        "<log expr='\"",
        says, "\"'/></onentry></final></scxml></content></invoke>");
  };
  const Ran ran = Play(StrCat("<state id='o'>", child("outer"), "<state id='passed'>",
                              child("passed"), "<transition target='in'/></state><state id='in'>",
                              child("first"), child("second"), "</state></state>"));
  std::vector<std::string> said;
  for (const std::string& line : ran.log) {
    if (line.find("done.invoke") == std::string::npos) said.push_back(line);
  }
  EXPECT_EQ(Join(said, "; "), "session2: outer; session3: first; session4: second");
}

TEST(Sessions, WhatCannotBeInvokedIsAnError) {
  const auto fails = [](std::string_view invoke, std::string_view error) {
    return Play(StrCat("<datamodel><data id='n' expr='1'/></datamodel><state id='a'>", invoke,
                       "<transition event='", error, "' target='b'/></state><state id='b'/>"))
        .states;
  };
  EXPECT_EQ(fails("<invoke src='file:none.scxml'/>", "error.communication"), "b");
  EXPECT_EQ(fails("<invoke><content>no document</content></invoke>", "error.communication"), "b");
  EXPECT_EQ(fails("<invoke><content expr='n'/></invoke>", "error.execution"), "b");
  EXPECT_EQ(fails("<invoke type='sms'/>", "error.execution"), "b");
  EXPECT_EQ(fails("<invoke srcexpr='n'/>", "error.execution"), "b");
  EXPECT_EQ(fails("<invoke namelist='nowhere' src='file:x'/>", "error.execution"), "b");
}

TEST(Sessions, GeneratedIdsNameTheState) {
  const Ran ran =
      Play(StrCat("<datamodel><data id='id'/><data id='sent'/></datamodel>"
                  "<state id='a'><onentry><send event='e' delay='1h' idlocation='sent'/>"
                  "</onentry>",
                  Child("idlocation='id'"),
                  "<transition event='go' cond='starts with(id, \"a.\") and sent != id' "
                  "target='b'/></state><state id='b'/>"));
  EXPECT_EQ(ran.states.substr(0, 6), "sample") << "1h is no CSS2 time: " << ran.states;
  EXPECT_EQ(Play(StrCat("<datamodel><data id='id'/><data id='sent'/></datamodel>"
                        "<state id='a'><onentry><send event='e' delay='90s' idlocation='sent'/>"
                        "</onentry>",
                        Child("idlocation='id'"),
                        "<transition event='go' cond='starts with(id, \"a.\") and sent != id' "
                        "target='b'/></state><state id='b'/>"),
                 {"go"})
                .states,
            "b");
}

TEST(Sessions, AddressesOfItsOwn) {
  for (const std::string_view target :
       {"target='#_internal'", "targetexpr='\"#_scxml_\" + _sessionid'",
        "targetexpr='_ioprocessors.scxml.location'", "type='scxml'", ""}) {
    EXPECT_EQ(Play(StrCat("<state id='a'><onentry><send event='e' ", target,
                          "/></onentry><transition event='e' target='b'/></state><state id='b'/>"))
                  .states,
              "b")
        << target;
  }
}

TEST(Sessions, ErrorsOfSendingNameTheSend) {
  const auto fails = [](std::string_view send, std::string_view error) {
    return Play(StrCat("<state id='a'><onentry><send id='s' event='e' ", send,
                       "/><raise event='on'/>",
                       "</onentry><transition event='on' target='went'/><transition event='", error,
                       "' cond='_event.sendid = \"s\"' target='b'/></state><state id='b'/>"
                       "<state id='went'/>"))
        .states;
  };
  EXPECT_EQ(fails("target='nowhere'", "error.execution"), "b");
  EXPECT_EQ(fails("target='#_parent'", "error.communication"), "b");
  EXPECT_EQ(fails("target='#_scxml_nobody'", "error.communication"), "b");
  EXPECT_EQ(fails("target='#_nobody'", "error.communication"), "b");
  EXPECT_EQ(fails("type='sms'", "error.execution"), "b");
}

TEST(Sessions, DelaysAsCssAndFeelWriteThem) {
  const Ran ran = Play(
      "<datamodel><data id='o' expr='\"\"'/></datamodel><state id='a'><onentry>"
      "<send event='d' delay='1.5s'/><send event='b' delay='500ms'/><send event='a' delay='.4s'/>"
      "<send event='c' delayexpr='duration(\"PT0.5S\")'/><send event='x' id='x' delay='1s'/>"
      "<cancel sendid='x'/></onentry>"
      "<transition event='a b c x'><assign location='o' expr='o + _event.name'/></transition>"
      "<transition event='d' cond='o = \"abc\"' target='f'/></state><state id='f'/>");
  EXPECT_EQ(ran.states, "f") << Join(ran.log, "\n");
}

TEST(Sessions, WhatASessionWouldSendLaterEndsWithIt) {
  const Ran ran = Play(
      "<state id='a'><invoke><content><scxml version='1.0' datamodel='feel'><final id='f'><onentry>"
      "<send event='late' target='#_parent' delay='1s'/></onentry></final></scxml></content>"
      "</invoke><transition event='late' target='wrong'/></state><state id='wrong'/>");
  EXPECT_EQ(ran.states, "a");
}

TEST(Sessions, XmlIsDataAndADocumentToRun) {
  const Ran ran = Play(
      "<datamodel><data id='doc'><scxml version='1.0' datamodel='feel'><final id='f'/></scxml>"
      "</data></datamodel><state id='a'><invoke id='kid'><content expr='doc'/></invoke>"
      "<transition event='done.invoke.kid' target='b'/></state><state id='b'/>");
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
}

TEST(Sessions, ScriptsAreContextsAssignedInOrder) {
  EXPECT_EQ(Play("<datamodel><data id='x' expr='1'/></datamodel>"
                 "<script>{ x: x + 1, y: x * 10 }</script>"
                 "<state id='a'><transition cond='x = 2 and y = 20' target='b'/></state>"
                 "<state id='b'><onentry><script src='file:set.feel'/></onentry>"
                 "<transition cond='x = 4' target='c'/></state><state id='c'/>")
                .states,
            "c");
  EXPECT_EQ(Play("<state id='a'><onentry><script>7</script></onentry>"
                 "<transition event='error.execution' target='b'/></state><state id='b'/>")
                .states,
            "b");
  const Ran refused = Play("<script src='file:none'/><state id='a'/>");
  EXPECT_NE(refused.states.find("chart.src"), std::string::npos) << refused.states;
}

TEST(Sessions, DataFromFilesAndContentAsWritten) {
  const Ran ran = Play(
      "<datamodel><data id='l' src='file:one.txt'/></datamodel><state id='a'>"
      "<onentry><send event='e'><content>{\"n\": [1, true]}</content></send></onentry>"
      "<transition event='e' cond='l = [1, 2] and _event.data.n[2]' target='b'/></state>"
      "<state id='b'/>");
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
  EXPECT_EQ(Play("<datamodel><data id='l' src='file:none'/></datamodel><state id='a'>"
                 "<transition event='error.execution' cond='l = null' target='b'/></state>"
                 "<state id='b'/>")
                .states,
            "b");
}

// W3C test 307 asks a number for a member; like with like, both are null without an error.
TEST(Sessions, LateBindingReadsLikeWhatIsNotThere) {
  const Ran ran = Play(
      "<datamodel><data id='there' expr='{a: 1}'/></datamodel><state id='a'>"
      "<transition cond='unbound.member = null and there.member = null' target='b'/></state>"
      "<state id='b'/><state id='never'><datamodel><data id='unbound'/></datamodel></state>");
  EXPECT_EQ(ran.states, "b") << Join(ran.log, "\n");
}

TEST(Sessions, AFailingPartOfDoneDataIsLeftOut) {
  const Ran ran = Play(
      "<state id='a'><transition event='error.execution' target='b'/><state id='a1'>"
      "<transition target='af'/></state><final id='af'><donedata><param name='good' expr='1'/>"
      "<param name='bad' expr='nowhere'/></donedata></final></state>"
      "<state id='b'><transition event='done.state.a' cond='_event.data = {good: 1}' target='c'/>"
      "</state><state id='c'/>");
  EXPECT_EQ(ran.states, "c") << Join(ran.log, "\n");
}

// ---- the step alone
// ------------------------------------------------------------------------------

Chart Read(std::string_view body) {
  ReadOptions options;
  options.workflow = false;
  Result<Chart> chart = ReadChart(Document(body), "sample.scxml", options);
  EXPECT_TRUE(chart.has_value()) << Render(chart ? Diagnostics() : chart.error());
  return chart ? *std::move(chart) : Chart();
}

TEST(Signals, AreDataAndTheStateIsWhole) {
  const Chart chart =
      Read(StrCat("<state id='a'><onentry><send id='s' event='e' delay='1s'/>"
                  "<cancel sendid='s'/></onentry>",
                  Child("id='kid' autoforward='true'"),
                  "<transition event='out' target='b'/></state><state id='b'/>"));
  Env env;
  env.session = true;
  const StepResult started = Start(chart, {}, env);
  ASSERT_EQ(started.signals.size(), 3U);
  EXPECT_EQ(std::get<SignalSend>(started.signals[0]).delay_ms, 1000);
  EXPECT_EQ(std::get<CancelSend>(started.signals[1]).id, "s");
  EXPECT_EQ(std::get<StartInvoke>(started.signals[2]).id, "kid");
  const Result<CaseState> stored = FromValue(chart, ToValue(chart, started.state));
  ASSERT_TRUE(stored.has_value()) << Render(stored.error());
  EXPECT_EQ(*stored, started.state);
  Event event;
  event.name = "out";
  const StepResult left = Step(chart, *stored, event, env);
  ASSERT_EQ(left.signals.size(), 2U);
  EXPECT_EQ(std::get<ForwardEvent>(left.signals[0]).id, "kid");
  EXPECT_EQ(std::get<CancelInvoke>(left.signals[1]).id, "kid");
  EXPECT_TRUE(left.state.invokes.empty());
  CaseState foreign = started.state;
  foreign.invokes[0].position = 4;
  EXPECT_FALSE(FromValue(chart, ToValue(chart, foreign)).has_value());
}

TEST(Signals, WithoutASessionHostNothingIsInvoked) {
  const Chart chart = Read(StrCat("<state id='a'>", Child("id='kid'"),
                                  "<transition event='error.execution' target='b'/></state>"
                                  "<state id='b'/>"));
  const StepResult started = Start(chart, {}, Env());
  EXPECT_TRUE(started.signals.empty());
  EXPECT_EQ(started.state.configuration, std::vector<std::string>{"b"});
}

// ---- the checker's yardstick: four mistakes, all told in one run, each with its place and a hint
// ----

TEST(Checker, TellsAllFourPlantedMistakesAtOnce) {
  const std::string text =
      "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" xmlns:aj=\"urn:anjuan:workflow:1\"\n"
      "       version=\"1.0\" datamodel=\"feel\" name=\"four\" initial=\"waiting\">\n"
      "  <state id=\"waiting\">\n"
      "    <transition event=\"go\" aj:role=\"clerk\" target=\"finishd\"/>\n"
      "    <transition event=\"no\" aj:role=\"clerk\" target=\"finished\" cond=\"1 +\"/>\n"
      "    <onentri/>\n"
      "  </state>\n"
      "  <state id=\"waiting\"/>\n"
      "  <final id=\"finished\"/>\n"
      "</scxml>\n";
  const auto told = [&](bool workflow) {
    ReadOptions options;
    options.workflow = workflow;
    const Result<Chart> chart = ReadChart(text, "four.scxml", options);
    EXPECT_FALSE(chart.has_value());
    std::string out;
    for (const Diagnostic& d : chart ? Diagnostics() : chart.error()) {
      const bool planted = d.code == "chart.target" || d.code == "feel.syntax" ||
                           d.code == "chart.element" || d.code == "chart.duplicate";
      if (planted) out += StrCat(d.at.line, ":", d.at.column, " ", d.code, " ", d.hint, "\n");
    }
    return out;
  };
  const std::string wanted =
      "4:52 chart.target did you mean \"finished\"?\n"
      "5:71 feel.syntax write the value that is missing at its end\n"
      "6:5 chart.element did you mean \"onentry\"?\n"
      "8:14 chart.duplicate first in line 3\n";
  EXPECT_EQ(told(true), wanted);
  // Plain SCXML warns of the expression and refuses the rest.
  EXPECT_EQ(told(false), wanted);
}

TEST(Checker, AWorkflowHasItsOwnWayToChildrenAndAssignments) {
  const std::string text =
      "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" xmlns:aj=\"urn:anjuan:workflow:1\"\n"
      "       version=\"1.0\" datamodel=\"feel\" name=\"two\" initial=\"a\">\n"
      "  <state id=\"a\"><invoke src=\"x\"/>\n"
      "    <transition event=\"e\" aj:role=\"clerk\" "
      "target=\"f\"><script>{}</script></transition>\n"
      "  </state><final id=\"f\"/>\n"
      "</scxml>\n";
  const Result<Chart> chart = ReadChart(text, "two.scxml", {});
  ASSERT_FALSE(chart.has_value());
  ASSERT_EQ(chart.error().size(), 2U) << Render(chart.error());
  EXPECT_NE(chart.error()[0].hint.find("<aj:spawn>"), std::string::npos);
  EXPECT_NE(chart.error()[1].hint.find("<assign>"), std::string::npos);
  EXPECT_EQ(chart.error()[0].at.line, 3);
}

}  // namespace

}  // namespace anjuan::chart
