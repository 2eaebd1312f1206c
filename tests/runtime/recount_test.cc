// Days off arranged anew: deadlines counted by the calendar move, each case's history says so, and
// replay and verify still hold.
#include "engine/runtime/recount.h"

#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/facts.h"
#include "engine/runtime/imports.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using runtime::Answer;
using runtime::ImportReport;

class Recounts : public BothStores {
 protected:
  using Lines = std::vector<std::string>;

  // Sent on Thursday the 2nd of March 2023: five working days end with the 9th.
  std::string Sent() {
    office_.MoveTo("2023-03-02");
    const Answer opened =
        office_.Open("counted", R"({employer: "E001", sent_on: date("2023-03-02")})");
    EXPECT_TRUE(opened.ok()) << Told(opened);
    const Answer sent = office_.Fire(opened.case_id, "send");
    EXPECT_TRUE(sent.ok()) << Told(sent);
    office_.Drain();
    return opened.case_id;
  }
  // 2023 as shipped, with these days on top.
  std::string List(const std::map<std::string, std::string>& off,
                   const std::map<std::string, std::string>& work) {
    std::string out = "日期,安排,节日\n";
    for (const auto& [day, name] : shipped_.days_off) {
      if (!work.contains(ToString(day))) StrAppend(out, ToString(day), ",放假,", name, "\n");
    }
    for (const auto& [day, name] : shipped_.makeup_workdays) {
      StrAppend(out, ToString(day), ",上班,", name, "\n");
    }
    for (const auto& [day, name] : off) StrAppend(out, day, ",放假,", name, "\n");
    for (const auto& [day, name] : work) StrAppend(out, day, ",上班,", name, "\n");
    return out;
  }
  static void StrAppend(std::string& out, const auto&... parts) { out += StrCat(parts...); }

  ImportReport Import(const std::string& list, bool dry_run = false) {
    told_.clear();
    runtime::ImportOptions options;
    options.dry_run = dry_run;
    options.recount.told = [&](const runtime::Recounted& one) { told_.push_back(one); };
    const Result<ImportReport> report = runtime::ImportList(office_.office(), "calendar", list,
                                                            "通知/国务院办公厅通知.csv", options);
    EXPECT_TRUE(report.has_value()) << Render(report.error());
    return report ? *report : ImportReport();
  }
  std::string Due(const std::string& id, std::string_view wanted = "R1") {
    const auto loaded = office_.Load(id);
    for (const chart::TimerState& timer : loaded->state.timers) {
      if (timer.due && timer.id == wanted)
        return StrCat(timer.id, " ", ToString(BeijingDate(*timer.due - 1)));
    }
    return "";
  }
  Lines Facts(const std::string& id) {
    Lines out;
    office_.store().Read([&](port::Reader& reader) {
      for (const auto& standing : runtime::LoadStandingFacts(reader, TestOffice::AreaOf(id), id)) {
        out.push_back(
            StrCat(standing.fact.key, " ", standing.fact.quantity, " ", standing.fact.date));
      }
    });
    return out;
  }
  std::string Last(const std::string& id) { return office_.History(id).back().payload; }
  int Rows(const std::string& id, std::string_view type) {
    int count = 0;
    for (const auto& row : office_.History(id)) count += row.type == type;
    return count;
  }
  void ExpectProven() {
    const auto still = [](std::int64_t, std::int64_t) {};
    EXPECT_EQ(runtime::Verify(office_.office(), still).mistake, "");
    EXPECT_EQ(runtime::Replay(office_.office(), still).mistake, "");
  }
  void ExpectSaid(const std::string& payload, const std::string& text) {
    EXPECT_NE(payload.find(text), std::string::npos) << text << "\nnot in\n" << payload;
  }

  calendar::Year shipped_ = office_.office().registers()->calendar().years().at(2023);
  std::vector<runtime::Recounted> told_;
};
ANJUAN_BOTH_STORES(Recounts);

TEST_P(Recounts, ADayOffMovesTheDeadlineBack) {
  const std::string id = Sent();
  EXPECT_EQ(Due(id), "R1 2023-03-09");
  const ImportReport report = Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(report.recount.cases, 1);
  EXPECT_EQ(report.recount.moved, 1);
  EXPECT_EQ(Due(id), "R1 2023-03-10");
  EXPECT_EQ(office_.Data(id, "reply_due"), Value(*ParseDate("2023-03-10")));
  EXPECT_EQ(Facts(id), Lines{"C.sent 5 2023-03-10"});
  EXPECT_EQ(office_.History(id).back().event, "aj.calendar");
  ExpectSaid(Last(id),
             "期限R1答复期限按调整后的节假日安排（国务院办公厅通知.csv）重新计算：届满日由"
             "2023年3月9日改为2023年3月10日（2023年3月8日放假：示例节）");
  ExpectSaid(Last(id), "已签发的《示例征询书》印的是调整前的答复期限届满日，文书不随调整改变");
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_EQ(told_[0].case_id, id);
  ExpectProven();
  // Its warning and its end go by the new day.
  EXPECT_EQ(office_.TickTo("2023-03-08 12:00").warned, 0);
  EXPECT_EQ(office_.TickTo("2023-03-09").warned, 1);
  EXPECT_EQ(office_.TickTo("2023-03-10 23:59").fired, 0);
  EXPECT_EQ(office_.TickTo("2023-03-11").fired, 1);
  EXPECT_EQ(Facts(id), (Lines{"C.sent 5 2023-03-10", "C.silent 1 2023-03-10"}));
  ExpectProven();
}

// Whoever has the case on his desk is told, as of a deadline that is coming.
TEST_P(Recounts, TheOwnerIsTold) {
  const std::string id = Sent();
  const std::string other = Sent();
  ASSERT_TRUE(office_.Fire(other, "answer", "{}", kClerk).ok());
  office_.TickTo("2023-03-06");
  Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(Rows(id, "notify"), 0);
  office_.Drain();
  ASSERT_EQ(Rows(id, "notify"), 1);
  ExpectSaid(Last(id), "hrss_clerk");
  ExpectSaid(Last(id),
             "期限R1答复期限按调整后的节假日安排（国务院办公厅通知.csv）重新计算：届满日由");
  // Of one whose deadline runs no more nobody need hear.
  EXPECT_EQ(Rows(other, "notify"), 0);
  ExpectProven();
  // That one ended too early, too.
  EXPECT_EQ(office_.TickTo("2023-03-11").fired, 1);
  Import(List({{"2023-03-08", "示例节"}, {"2023-03-10", "示例节"}}, {}));
  office_.Drain();
  ASSERT_EQ(office_.Load(id)->record.states, "silent");
  ExpectSaid(Last(id), "hrss_clerk");
  ExpectSaid(Last(id), "已经届满办理，按调整后的节假日安排届满日为2023年3月13日");
  office_.Reopen();
  ExpectProven();
}

TEST_P(Recounts, ADayWorkedMovesTheDeadlineForward) {
  const std::string id = Sent();
  Import(List({}, {{"2023-03-04", "示例节"}}));
  EXPECT_EQ(Due(id), "R1 2023-03-08");
  ExpectSaid(Last(id), "届满日由2023年3月9日改为2023年3月8日（2023年3月4日上班）");
  ExpectProven();
}

TEST_P(Recounts, ThereAndBackAgain) {
  const std::string id = Sent();
  Import(List({{"2023-03-08", "示例节"}}, {}));
  Import(List({{"2023-03-08", "示例节"}, {"2023-03-10", "示例节"}}, {}));
  EXPECT_EQ(Due(id), "R1 2023-03-13");
  Import(List({}, {}));
  EXPECT_EQ(Due(id), "R1 2023-03-09");
  EXPECT_EQ(Facts(id), Lines{"C.sent 5 2023-03-09"});
  EXPECT_EQ(Rows(id, "calendar"), 3);
  ExpectProven();
}

TEST_P(Recounts, TheSameListAgainSaysNothing) {
  const std::string id = Sent();
  const std::string list = List({{"2023-03-08", "示例节"}}, {});
  Import(list);
  const size_t rows = office_.History(id).size();
  const ImportReport again = Import(list);
  EXPECT_EQ(again.changed, 0);
  EXPECT_EQ(again.recount.cases, 0);
  // Another year, another month: nothing of this case hangs on it.
  EXPECT_EQ(Import(List({{"2023-03-08", "示例节"}, {"2023-11-08", "示例节"}}, {})).recount.moved,
            0);
  EXPECT_EQ(office_.History(id).size(), rows);
}

TEST_P(Recounts, ADryRunListsAndMovesNothing) {
  const std::string id = Sent();
  const size_t rows = office_.History(id).size();
  const ImportReport report = Import(List({{"2023-03-08", "示例节"}}, {}), true);
  EXPECT_EQ(report.recount.moved, 1);
  ASSERT_EQ(told_.size(), 1U);
  ExpectSaid(told_[0].lines[0], "答复期限届满日由2023年3月9日改为2023年3月10日");
  EXPECT_EQ(office_.History(id).size(), rows);
  EXPECT_EQ(Due(id), "R1 2023-03-09");
  EXPECT_EQ(office_.TickTo("2023-03-10").fired, 1);
}

TEST_P(Recounts, ADeadlineThatEndedIsLeftAloneAndSaid) {
  const std::string id = Sent();
  EXPECT_EQ(office_.TickTo("2023-03-10").fired, 1);
  Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(office_.Load(id)->record.states, "silent");
  ExpectSaid(Last(id),
             "期限R1答复期限已经届满办理，按调整后的节假日安排届满日为2023年3月10日"
             "（2023年3月8日放假：示例节），请核对已办事项");
  EXPECT_EQ(office_.TickTo("2023-04-10").fired, 0);
  // Said once.
  EXPECT_EQ(Import(List({{"2023-03-08", "示例节"}, {"2023-11-08", "示例节"}}, {})).recount.moved,
            0);
  ExpectProven();
}

TEST_P(Recounts, AnEndedCaseStaysAsItIs) {
  const std::string id = Sent();
  ASSERT_TRUE(office_.Fire(id, "answer", "{}", kClerk).ok());
  ASSERT_TRUE(office_.Fire(id, "publish", "{}", kClerk).ok());
  const size_t rows = office_.History(id).size();
  const ImportReport report = Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(report.recount.cases, 0);
  EXPECT_EQ(office_.History(id).size(), rows);
}

TEST_P(Recounts, ACalendarDayPeriodMovesAtItsEndAlone) {
  const std::string id = Sent();
  office_.MoveTo("2023-03-03");
  ASSERT_TRUE(office_.Fire(id, "answer", "{}", kClerk).ok());
  EXPECT_EQ(Due(id, "R2"), "R2 2023-03-23");  // twenty days
  Import(List({{"2023-03-15", "示例节"}, {"2023-03-23", "示例节"}}, {}));
  EXPECT_EQ(Due(id, "R2"), "R2 2023-03-24");
  // The first deadline runs no more; its day follows all the same.
  EXPECT_EQ(office_.Data(id, "reply_due"), Value(*ParseDate("2023-03-09")));
  ExpectSaid(Last(id), "届满日由2023年3月23日改为2023年3月24日（2023年3月23日放假：示例节）");
  ExpectProven();
}

TEST_P(Recounts, CorrectionsBeforeAndAfterAreKept) {
  const std::string id = Sent();
  const auto correct = [&](std::string_view fields) {
    const Answer answer =
        office_.Fire(id, "aj.correct", StrCat("{fields: ", fields, R"(, reason: "误填"})"));
    EXPECT_TRUE(answer.ok()) << Told(answer);
  };
  correct(R"({sent_on: date("2023-03-03")})");
  EXPECT_EQ(Due(id), "R1 2023-03-10");
  Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(Due(id), "R1 2023-03-13");
  // What is put right next starts from the days as they are now.
  correct(R"({employer: "E002"})");
  EXPECT_EQ(Due(id), "R1 2023-03-13");
  correct(R"({sent_on: date("2023-03-02")})");
  EXPECT_EQ(Due(id), "R1 2023-03-10");
  Import(List({}, {}));
  EXPECT_EQ(Due(id), "R1 2023-03-09");
  EXPECT_EQ(Facts(id), Lines{"C.sent 5 2023-03-09"});
  // Entered directly, a day does not follow.
  correct(R"({reply_due: date("2023-03-20")})");
  Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(Due(id), "R1 2023-03-20");
  ExpectProven();
}

// The change is kept with the days themselves: a program that died in between loses nothing, and
// nothing fires by the old days.
TEST_P(Recounts, GoOnAfterARestart) {
  const std::string id = Sent();
  const std::string other = Sent();
  calendar::Year year = shipped_;
  year.days_off[*ParseDate("2023-03-08")] = "示例节";
  office_.store().Transact([&](port::Transaction& transaction) {
    runtime::SaveRegister(transaction, "holidays", "2023", "", calendar::WriteYear(year));
    runtime::KeepCalendarChange(transaction,
                                {.document = "通知", .sha256 = "00", .before = {{2023, shipped_}}});
    return true;
  });
  office_.Reopen();
  EXPECT_EQ(office_.TickTo("2023-03-10").fired, 0);
  EXPECT_EQ(Due(id), "R1 2023-03-10");
  EXPECT_EQ(Due(other), "R1 2023-03-10");
  EXPECT_EQ(Rows(id, "calendar"), 1);
  office_.Reopen();
  EXPECT_EQ(office_.TickTo("2023-03-11").fired, 2);
  EXPECT_EQ(Rows(id, "calendar"), 1);
  ExpectProven();
}

// The days of a year come out when deadlines into it run already.
TEST_P(Recounts, AYearWithoutDaysIsFilled) {
  const std::string id = Sent();
  const Answer answer =
      office_.Fire(id, "aj.correct", R"({fields: {sent_on: date("2029-12-26")}, reason: "误填"})");
  ASSERT_TRUE(answer.ok()) << Told(answer);
  EXPECT_EQ(Due(id), "R1 2030-01-02");
  Import("日期,安排,节日\n2030-01-01,放假,元旦\n2030-01-02,放假,元旦\n");
  EXPECT_EQ(Due(id), "R1 2030-01-04");
  ExpectSaid(Last(id), "（2030年1月1日放假：元旦，2030年1月2日放假：元旦）");
  office_.Reopen();
  ExpectProven();
}

TEST_P(Recounts, ACaseThatCannotBeCountedShowsAnIncident) {
  const std::string id = Sent();
  const std::string fine = Sent();
  // A step whose reads are not what it asks: its history does not fold.
  office_.Tamper([&](port::Transaction& transaction) {
    runtime::HistoryRecord row = office_.History(id).at(1);
    const size_t at = row.payload.find("working_days_between");
    row.payload.replace(at, 20, "working_days_betwixt");
    transaction.Put(port::history::kTable, runtime::ToRow(row));
  });
  const ImportReport report = Import(List({{"2023-03-08", "示例节"}}, {}));
  EXPECT_EQ(report.recount.moved, 1);
  EXPECT_EQ(report.recount.failed, 1);
  EXPECT_TRUE(office_.Load(id)->record.incident);
  EXPECT_EQ(Due(fine), "R1 2023-03-10");
}

TEST_P(Recounts, ManyCasesAreToldAsTheyGo) {
  constexpr int kCases = 300;  // more than are looked at between two transactions
  std::vector<std::string> ids;
  for (int i = 0; i < kCases; ++i) ids.push_back(Sent());
  runtime::ImportOptions options;
  std::vector<std::pair<std::int64_t, std::int64_t>> seen;
  options.recount.progress = [&](std::int64_t done, std::int64_t total) {
    seen.emplace_back(done, total);
  };
  const Result<ImportReport> report = runtime::ImportList(
      office_.office(), "calendar", List({{"2023-03-08", "示例节"}}, {}), "list.csv", options);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->recount.moved, kCases);
  ASSERT_GE(seen.size(), 2U);
  EXPECT_EQ(seen.back(), std::make_pair(std::int64_t{kCases}, std::int64_t{kCases}));
  for (const std::string& id : ids) ASSERT_EQ(Due(id), "R1 2023-03-10") << id;
}

}  // namespace
}  // namespace anjuan::test
