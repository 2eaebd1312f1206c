// The module's functions beside Step: references, scopes of templates, stored states, replay.
#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "engine/chart/host.h"
#include "engine/chart/reader.h"
#include "engine/chart/scope.h"
#include "engine/chart/step.h"
#include "engine/chart/timing.h"

namespace anjuan::chart {

namespace {

constexpr std::string_view kChart = R"xml(<scxml xmlns="http://www.w3.org/2005/07/scxml"
    xmlns:aj="urn:anjuan:workflow:1" version="1.0" datamodel="feel" name="sample" initial="a"
    aj:ref="P99" aj:number="P99" aj:subject="employer.id" aj:open-role="union_basic">
  <datamodel>
    <data id="employer" aj:type="org" aj:ref="P99.employer" aj:required-in="p"/>
    <data id="side" aj:type="enum(worker,employer)" expr='"worker"' aj:values="worker=职工方"/>
    <data id="chief" aj:type="person"/>
    <data id="reason" aj:type="text" aj:personal="true"/>
  </datamodel>
  <aj:party name="offeror" label="要约方" expr='{roles: ["union"], org: employer.id, name: employer.name}'/>
  <aj:timer id="R01" aj:ref="P99.R01" event="time" runs-in="a" start="enter"
            due='due(_x.today, parameter("cc.reply_days"))'/>
  <state id="a" aj:ref="P99.S01 P99.S02" aj:owner="ent_chief">
    <transition event="time" aj:role="timer:R01" target="p"/>
    <transition event="go" aj:ref="P99.T01" aj:role="union_upper party:offeror" target="p"
                cond='document("D0101") != null and competent("hrss") != null'>
      <aj:issue template="D0102" to="offeror"><param name="days" expr="1 + 2"/></aj:issue>
      <aj:spawn id="review" process="contract-review"/>
    </transition>
  </state>
  <parallel id="p">
    <state id="r1"/><state id="r2"/>
    <transition event="end" aj:role="union_upper" target="end"/>
  </parallel>
  <final id="end"/>
</scxml>)xml";

Chart Read(std::string_view text) {
  Result<Chart> chart = ReadChart(text, "chart.scxml", {});
  EXPECT_TRUE(chart.has_value()) << Render(chart ? Diagnostics() : chart.error());
  return chart ? *std::move(chart) : Chart();
}

std::vector<std::string> Names(const std::vector<NameUse>& uses) {
  std::vector<std::string> out;
  for (const NameUse& use : uses) out.push_back(use.name);
  return out;
}

TEST(Reader, ListsWhatTheChartRefersTo) {
  const Chart chart = Read(kChart);
  std::vector<std::string> refs;
  for (const Reference& reference : chart.references) refs.push_back(reference.id);
  EXPECT_EQ(Join(refs, " "), "P99.S01 P99.S02 P99 P99.employer P99.R01 P99.T01");
  EXPECT_EQ(Join(Names(chart.roles), " "), "ent_chief union_basic union_upper hrss union_upper");
  EXPECT_EQ(Names(chart.parameters), std::vector<std::string>{"cc.reply_days"});
  EXPECT_EQ(Names(chart.documents), std::vector<std::string>{"D0101"});
  ASSERT_EQ(chart.templates.size(), 1U);
  EXPECT_EQ(chart.templates[0].code, "D0102");
  ASSERT_EQ(chart.templates[0].params.size(), 1U);
  EXPECT_EQ(chart.templates[0].params[0].second.base, Type::Base::kNumber);
  ASSERT_EQ(chart.spawns.size(), 1U);
  EXPECT_EQ(chart.spawns[0].process, "contract-review");
  EXPECT_EQ(chart.parameters[0].at.line, 12);
  EXPECT_EQ(chart.Label("side", "worker"), "职工方");
  EXPECT_EQ(chart.data[0].required_in, std::vector<int>{chart.FindState("p")});
}

TEST(Reader, PassesOnMistakesOfTheXml) {
  const Result<Chart> chart = ReadChart("<scxml><state></scxml>", "bad.scxml", {});
  ASSERT_FALSE(chart.has_value());
  EXPECT_EQ(chart.error()[0].code, "xml.syntax");
  const Result<Chart> other = ReadChart("<workflow/>", "bad.scxml", {});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error()[0].code, "chart.element");
}

// Guards never see what identifies a person; papers do.
TEST(Scopes, PersonsAreWholeInTemplatesOnly) {
  const Chart chart = Read(kChart);
  EXPECT_FALSE(feel::Compile("chief.name", chart.scope, {}));
  EXPECT_FALSE(feel::Compile("chief.phone = null", chart.scope, {}));
  EXPECT_TRUE(feel::Compile("chief.outsider", chart.scope, {}));
  EXPECT_TRUE(feel::Compile("reason = null", chart.scope, {}));
  EXPECT_FALSE(feel::Compile("string length(reason)", chart.scope, {}));
  const feel::Scope scope = TemplateScope(chart);
  EXPECT_TRUE(feel::Compile("chief.name", scope, {}));
  EXPECT_TRUE(feel::Compile("string length(reason)", scope, {}));
  EXPECT_TRUE(feel::Compile("offeror.name + addressee.name + issuer.name", scope, {}));
  EXPECT_TRUE(feel::Compile("args.days", scope, {}));
  EXPECT_TRUE(feel::Compile("_x.today", scope, {}));
  EXPECT_FALSE(feel::Compile("addressee.nmae", scope, {}));
}

TEST(Scopes, TemplateVariablesFillTheSlots) {
  const Chart chart = Read(kChart);
  const feel::Scope scope = TemplateScope(chart);
  Context data;
  data.Set("reason", Value("因故"));
  Context party;
  party.Set("name", Value("企业"));
  data.Set("offeror", Value(party));
  Context args;
  args.Set("days", Value(3));
  const std::vector<Value> variables =
      TemplateVariables(chart, data, Value(party), Value(), args, Value(Context()));
  ASSERT_EQ(variables.size(), scope.variables().size());
  const auto expression =
      feel::Compile("reason + offeror.name + addressee.name + string(args.days)", scope, {});
  ASSERT_TRUE(expression.has_value());
  const auto text = feel::Evaluate(*expression, variables, feel::NoHost());
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(*text, Value("因故企业企业3"));
}

CaseState Opened(const Chart& chart) {
  Env env;
  env.today = Date{2023, 3, 1};
  CaseState state = Start(chart, {}, env).state;
  state.configuration = {"p", "r1", "r2"};
  return state;
}

TEST(StoredState, RefusesWhatTheChartCannotHave) {
  const Chart chart = Read(kChart);
  const CaseState good = Opened(chart);
  ASSERT_TRUE(FromValue(chart, ToValue(chart, good)).has_value());
  const auto refused = [&](auto change) {
    CaseState state = good;
    change(state);
    const Result<CaseState> read = FromValue(chart, ToValue(chart, state));
    return !read && read.error()[0].code == "chart.state";
  };
  EXPECT_TRUE(refused([](CaseState& s) { s.configuration = {"p", "r1"}; }));
  EXPECT_TRUE(refused([](CaseState& s) { s.configuration = {"a", "p", "r1", "r2"}; }));
  EXPECT_TRUE(refused([](CaseState& s) { s.configuration = {"r1"}; }));
  EXPECT_TRUE(refused([](CaseState& s) { s.configuration = {"gone"}; }));
  EXPECT_TRUE(refused([](CaseState& s) { s.configuration.clear(); }));
  EXPECT_TRUE(refused([](CaseState& s) {
    TimerState timer;
    timer.id = "R77";
    s.timers.push_back(timer);
  }));
  EXPECT_FALSE(FromValue(chart, Value("no state")).has_value());
}

// A state half-way between two configurations is refused with what is missing or too many.
TEST(StoredState, NamesWhatIsMissing) {
  const Chart chart = Read(kChart);
  const CaseState good = Opened(chart);
  const auto told = [&](auto change) {
    CaseState state = good;
    change(state);
    const Result<CaseState> read = FromValue(chart, ToValue(chart, state));
    return read ? std::string() : Render(read.error());
  };
  EXPECT_NE(told([](CaseState& s) {
              s.configuration = {"p", "r1"};
            }).find("region \"r2\" of \"p\" is missing"),
            std::string::npos);
  EXPECT_NE(told([](CaseState& s) {
              s.configuration = {"r1"};
            }).find("\"r1\" is active, its parent \"p\" is not"),
            std::string::npos);
  EXPECT_NE(told([](CaseState& s) {
              s.configuration = {"a", "p", "r1", "r2"};
            }).find("in <scxml> only one can be, not \"a\", \"p\""),
            std::string::npos);
  EXPECT_NE(told([](CaseState& s) { s.configuration = {"end"}; }).find("\"end\" was reached"),
            std::string::npos);
  EXPECT_NE(told([](CaseState& s) { s.history["r1"] = {"r1"}; }).find("the state is no history"),
            std::string::npos);
  EXPECT_NE(told([](CaseState& s) { s.configuration = {"gone"}; }).find("no state \"gone\""),
            std::string::npos);
}

class Answering : public feel::Host {
 public:
  Result<Value> Call(std::string_view function, std::span<const Value>) override {
    if (function == "competent") return Fail("feel.host", "no such office");
    return Value(Context());
  }
};

// A step that met a failing look-up must meet it again when it is replayed.
TEST(Replay, FeedsAnswersAndFailures) {
  const Chart chart = Read(kChart);
  Answering host;
  Env env;
  env.host = &host;
  CaseState state = Opened(chart);
  state.configuration = {"a"};
  const Event event{
      .name = "go", .kind = Event::Kind::kExternal, .origin = "union_upper", .data = {}};
  const StepResult first = Step(chart, state, event, env);
  ASSERT_EQ(first.reads.size(), 2U);
  ASSERT_FALSE(first.errors.empty());
  ReplayHost replay(first.reads);
  env.host = &replay;
  const StepResult second = Step(chart, state, event, env);
  EXPECT_TRUE(replay.finished());
  EXPECT_EQ(second.reads, first.reads);
  EXPECT_EQ(second.errors.size(), first.errors.size());
  const Value other[] = {Value("D0999")};
  EXPECT_FALSE(ReplayHost(first.reads).Call("document", other).has_value());
}

TEST(Parties, AreFunctionsOfTheData) {
  const Chart chart = Read(kChart);
  Env env;
  CaseState state = Opened(chart);
  EXPECT_TRUE((*Parties(chart, state, env).Find("offeror"))["org"].is_null());
  Context employer;
  employer.Set("id", Value("E1"));
  employer.Set("name", Value("企业"));
  state.data[0] = Value(employer);
  EXPECT_EQ((*Parties(chart, state, env).Find("offeror"))["org"], Value("E1"));
  const Result<Value> subject = EvaluateIn(chart, state, chart.subject, env);
  ASSERT_TRUE(subject.has_value());
  EXPECT_EQ(*subject, Value("E1"));
}

TEST(Timing, CountsDelaysAndEnds) {
  EXPECT_EQ(ParseDelay("1.5s"), 1500);
  EXPECT_EQ(ParseDelay(".5s"), 500);
  EXPECT_EQ(ParseDelay("500ms"), 500);
  EXPECT_EQ(ParseDelay("P1D"), kMillisecondsPerDay);
  EXPECT_EQ(ParseDelay("5"), std::nullopt);
  EXPECT_EQ(ParseDelay("-1s"), std::nullopt);
  const Instant due = *ToDue(Value(Date{2023, 1, 31}));
  EXPECT_EQ(due, BeijingMidnight(Date{2023, 2, 1}));
  EXPECT_EQ(LastDay(due), (Date{2023, 1, 31}));
  // A month after the end of January is the end of February.
  EXPECT_EQ(LastDay(*MoveBy(due, Value(MonthsDuration{1}), 1)), (Date{2023, 2, 28}));
  EXPECT_EQ(MoveBy(due, Value(1), 1), std::nullopt);
}

}  // namespace

}  // namespace anjuan::chart
