// Deadlines: each fires once, at its instant; paused, sleeping and failing ones.

#include "engine/runtime/tick.h"

#include "engine/base/text.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using runtime::Answer;
using runtime::CaseService;
using runtime::TickReport;
using runtime::TimerRecord;
using runtime::Verdict;

class TimersTest : public BothStores {
 protected:
  std::string State(const std::string& id) { return office_.Load(id)->record.states; }
  std::vector<TimerRecord> Timers(const std::string& id) {
    std::vector<TimerRecord> out;
    for (const port::Row& row : office_.RowsOf(port::timers::kTable, id)) {
      out.push_back(runtime::ToTimer(row));
    }
    return out;
  }
  int CountRows(const std::string& id, std::string_view type) {
    int count = 0;
    for (const runtime::HistoryRecord& row : office_.History(id)) count += row.type == type;
    return count;
  }
};

// Submitted 2023-03-01, ten days: ends with 2023-03-11 (24:00), warned of three days before.
TEST_P(TimersTest, WarnsThenFiresOnce) {
  const std::string id = office_.Submitted();
  ASSERT_EQ(Timers(id).size(), 1U);
  EXPECT_TRUE(Timers(id)[0].warning);
  EXPECT_EQ(Timers(id)[0].due, TestOffice::Moment("2023-03-09"));

  EXPECT_EQ(office_.TickTo("2023-03-08 23:59").warned, 0);
  TickReport report = office_.TickTo("2023-03-09");
  EXPECT_EQ(report.warned, 1);
  EXPECT_EQ(report.fired, 0);
  EXPECT_EQ(State(id), "submitted");
  ASSERT_EQ(Timers(id).size(), 1U);
  EXPECT_FALSE(Timers(id)[0].warning);
  EXPECT_EQ(Timers(id)[0].due, TestOffice::Moment("2023-03-12"));

  report = office_.TickTo("2023-03-11 23:59");
  EXPECT_EQ(report.fired, 0);
  EXPECT_EQ(State(id), "submitted");
  report = office_.TickTo("2023-03-12");
  EXPECT_EQ(report.fired, 1);
  EXPECT_EQ(State(id), "late");
  EXPECT_TRUE(Timers(id).empty());
  report = office_.TickTo("2024-01-01");
  EXPECT_EQ(report.fired + report.warned + report.incidents, 0);
  EXPECT_EQ(CountRows(id, "warning"), 1);
  const std::vector<runtime::HistoryRecord> rows = office_.History(id);
  const runtime::HistoryRecord row = rows.at(rows.size() - 2);  // its paper comes after it
  EXPECT_EQ(row.event, "overdue");
  EXPECT_EQ(row.at, TestOffice::Moment("2023-03-12"));  // the instant it was due at
}

TEST_P(TimersTest, TickWithoutUntilLeavesAManualClockWhereItIs) {
  const std::string id = office_.Submitted();
  const Instant before = office_.Now();
  const TickReport report = runtime::Tick(office_.office(), office_.outbox(), std::nullopt);
  EXPECT_EQ(report.fired, 0);
  EXPECT_EQ(office_.Now(), before);
}

TEST_P(TimersTest, AManualClockOnlyMovesForward) {
  office_.MoveTo("2023-05-01");
  EXPECT_FALSE(office_.store().Transact([&](port::Transaction& transaction) {
    return office_.office().MoveClock(transaction, TestOffice::Moment("2023-04-30"));
  }));
  EXPECT_EQ(office_.Now(), TestOffice::Moment("2023-05-01"));
  office_.TickTo("2023-04-01");
  EXPECT_EQ(office_.Now(), TestOffice::Moment("2023-05-01"));
}

TEST_P(TimersTest, PauseAndResumeAddTheDaysBetween) {
  const std::string id = office_.Submitted();
  office_.MoveTo("2023-03-04 10:00");
  ASSERT_TRUE(office_.Fire(id, "hold", "{}", kClerk).ok());
  EXPECT_TRUE(Timers(id).empty());
  EXPECT_EQ(office_.TickTo("2023-04-01").fired, 0);
  EXPECT_EQ(State(id), "submitted");
  office_.MoveTo("2023-04-03 10:00");
  ASSERT_TRUE(office_.Fire(id, "go_on", "{}", kClerk).ok());
  // Seven days were left on 03-04: they end with 04-10.
  EXPECT_EQ(office_.TickTo("2023-04-10 23:00").fired, 0);
  EXPECT_EQ(office_.TickTo("2023-04-11").fired, 1);
  EXPECT_EQ(State(id), "late");
}

TEST_P(TimersTest, SleepsOutsideItsStatesAndFiresOnReturn) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "park", "{}", kClerk).ok());
  EXPECT_EQ(office_.TickTo("2023-04-01").fired, 0);
  EXPECT_EQ(State(id), "parked");
  ASSERT_TRUE(office_.Fire(id, "unpark", "{}", kClerk).ok());
  const TickReport report = runtime::Tick(office_.office(), office_.outbox(), std::nullopt);
  EXPECT_EQ(report.fired, 1);
  EXPECT_EQ(State(id), "late");
  EXPECT_EQ(CountRows(id, "event"), 4);  // submit, park, unpark, overdue: never twice
}

TEST_P(TimersTest, WhatWasReadBeforeIsCheckedAgainWhenItFires) {
  const std::string id = office_.Submitted();
  office_.MoveTo("2023-03-20");
  const TimerRecord stale = Timers(id)[0];
  // Between reading the timer and firing it, another program changed the case.
  ASSERT_TRUE(office_.Fire(id, "hold", "{}", kClerk).ok());
  const std::int64_t seq = office_.Load(id)->record.seq;
  CaseService service(office_.office());
  EXPECT_EQ(service.FireTimer(stale).case_id, "");
  EXPECT_EQ(office_.Load(id)->record.seq, seq);
  ASSERT_TRUE(office_.Fire(id, "go_on", "{}", kClerk).ok());
  EXPECT_EQ(service.FireTimer(stale).case_id, "");  // armed again, for another instant
  TimerRecord unknown = stale;
  unknown.timer = "R7";
  EXPECT_EQ(service.FireTimer(unknown).case_id, "");
  unknown.case_id = "430602-2023-T01-000077";
  EXPECT_EQ(service.FireTimer(unknown).case_id, "");
}

TEST_P(TimersTest, TwoProgramsTickOnce) {
  const std::string id = office_.Submitted();
  office_.MoveTo("2023-03-20");
  const TimerRecord due = Timers(id)[0];
  const std::unique_ptr<runtime::Office> other = office_.Another();
  EXPECT_TRUE(CaseService(office_.office()).FireTimer(due).ok());
  EXPECT_EQ(CaseService(*other).FireTimer(due).case_id, "");
  EXPECT_EQ(CountRows(id, "warning"), 1);
}

TEST_P(TimersTest, AFailingTimerIsAnIncidentThatCanBeRetried) {
  const Answer opened = office_.Open(
      "faulty", R"({employer: "E001", divisor: 0, due_on: date("2023-03-05")})", kClerk);
  ASSERT_TRUE(opened.ok()) << Told(opened);
  const std::string& id = opened.case_id;
  // A person is told; the case shows nothing.
  const Answer person = office_.Fire(id, "divide", "{}", kClerk);
  EXPECT_EQ(person.verdict, Verdict::kFailed) << Told(person);
  EXPECT_FALSE(office_.Load(id)->record.incident);
  const std::int64_t version = office_.Load(id)->record.version;

  TickReport report = office_.TickTo("2023-03-10");
  EXPECT_EQ(report.incidents, 1);
  EXPECT_EQ(report.fired, 0);
  EXPECT_TRUE(office_.Load(id)->record.incident);
  EXPECT_EQ(State(id), "waiting");
  EXPECT_EQ(office_.Load(id)->record.version, version);
  EXPECT_EQ(office_.History(id).back().type, "incident");
  ASSERT_EQ(Timers(id).size(), 1U);  // the event is kept
  // It is not tried again and again.
  report = office_.TickTo("2023-03-11");
  EXPECT_EQ(report.incidents, 0);
  EXPECT_EQ(CountRows(id, "incident"), 1);

  EXPECT_EQ(office_.Fire(id, "aj.retry").verdict, Verdict::kFormMistakes);  // no reason
  // Retried without a remedy: the same again.
  ASSERT_TRUE(office_.Fire(id, "aj.retry", R"({reason: "再试"})").ok());
  EXPECT_FALSE(office_.Load(id)->record.incident);
  EXPECT_EQ(office_.TickTo("2023-03-12").incidents, 1);
  EXPECT_TRUE(office_.Load(id)->record.incident);
  // With the datum put right it goes through.
  ASSERT_TRUE(office_.Fire(id, "aj.correct", R"({fields: {divisor: 4}, reason: "误填"})").ok());
  EXPECT_TRUE(office_.Load(id)->record.incident);
  ASSERT_TRUE(office_.Fire(id, "aj.retry", R"({reason: "已更正"})").ok());
  report = office_.TickTo("2023-03-13");
  EXPECT_EQ(report.fired, 1);
  EXPECT_EQ(State(id), "done");
  EXPECT_EQ(office_.Data(id, "share"), Value(std::int64_t{25}));
  EXPECT_FALSE(office_.Fire(id, "aj.retry", R"({reason: "x"})").ok());
}

TEST(RealClockTest, TimersFireWhenTheClockHasPassedThem) {
  TestOffice office(StoreKind::kSqlite, runtime::ClockKind::kReal);
  const std::string id = office.Submitted();
  EXPECT_EQ(runtime::Tick(office.office(), office.outbox(), std::nullopt).fired, 0);
  office.MoveTo("2023-03-15 08:30");  // the machine was off for a while
  const TickReport report = runtime::Tick(office.office(), office.outbox(), std::nullopt);
  EXPECT_EQ(report.warned, 1);
  EXPECT_EQ(report.fired, 1);
  EXPECT_EQ(office.Load(id)->record.states, "late");
  EXPECT_EQ(office.History(id).back().at, TestOffice::Moment("2023-03-15 08:30"));
  // A clock set back by hand keeps the chain's order: rows are numbered, not dated.
  office.MoveTo("2023-03-01");
  EXPECT_TRUE(office.Fire(id, "approve", "{}", kHead).ok());
}

}  // namespace

ANJUAN_BOTH_STORES(TimersTest);

}  // namespace anjuan::test
