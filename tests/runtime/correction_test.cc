// A correction moves what was computed from the wrong entry: facts, dates, deadlines. Nothing of it
// is taken away; replay and verify still hold.
#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/facts.h"
#include "engine/runtime/fold.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using runtime::Answer;

class Corrections : public BothStores {
 protected:
  std::string Sent(std::string_view more = "") {
    const Answer opened =
        office_.Open("pledge", StrCat(R"({employer: "E001", kind: "safety", workers: 30,
                             sent_on: date("2023-03-02"))",
                                      more, "}"));
    EXPECT_TRUE(opened.ok()) << Told(opened);
    const Answer sent = office_.Fire(opened.case_id, "send");
    EXPECT_TRUE(sent.ok()) << Told(sent);
    return opened.case_id;
  }
  Answer Correct(const std::string& id, std::string_view fields) {
    const Answer answer =
        office_.Fire(id, "aj.correct", StrCat("{fields: ", fields, R"(, reason: "误填"})"));
    EXPECT_TRUE(answer.ok()) << Told(answer);
    return answer;
  }
  // "key organisation quantity date reverses", as they stand.
  std::vector<std::string> Facts(const std::string& id) {
    std::vector<std::string> out;
    office_.store().Read([&](port::Reader& reader) {
      for (const auto& standing : runtime::LoadStandingFacts(reader, TestOffice::AreaOf(id), id)) {
        const runtime::FactRecord& fact = standing.fact;
        out.push_back(StrCat(fact.key, " ", fact.organisation, " ", fact.quantity, " ", fact.date,
                             fact.reverses.empty() ? "" : " ", fact.reverses));
      }
    });
    return out;
  }
  std::string Notes(const std::string& id) { return office_.History(id).back().payload; }
  std::string Due(const std::string& id) {
    for (const port::Row& row : office_.RowsOf(port::timers::kTable, id)) {
      return ToString(BeijingDate(runtime::ToTimer(row).due - 1));
    }
    return "";
  }
  void ExpectProven() {
    const auto still = [](std::int64_t, std::int64_t) {};
    EXPECT_EQ(runtime::Verify(office_.office(), still).mistake, "");
    EXPECT_EQ(runtime::Replay(office_.office(), still).mistake, "");
  }
  using Lines = std::vector<std::string>;
};
ANJUAN_BOTH_STORES(Corrections);

TEST_P(Corrections, MoveTheFactAndKeepTheOldRow) {
  const std::string id = Sent();
  EXPECT_EQ(Facts(id), Lines{"P.sent E001 30 2023-03-02"});
  Correct(id, "{workers: 25}");
  EXPECT_EQ(Facts(id), Lines{"P.sent E001 25 2023-03-02"});
  Correct(id, R"({employer: "E002"})");
  EXPECT_EQ(Facts(id), Lines{"P.sent E002 25 2023-03-02"});
  EXPECT_EQ(office_.RowsOf(port::facts::kTable, id).size(), 3U);
  ExpectProven();
}

TEST_P(Corrections, OfSomethingElseMovesNothing) {
  const std::string id = Sent();
  Correct(id, R"({kind: "wages"})");
  EXPECT_EQ(office_.RowsOf(port::facts::kTable, id).size(), 1U);
  ExpectProven();
}

TEST_P(Corrections, OfADateRearmTheDeadline) {
  const std::string id = Sent();
  EXPECT_EQ(Due(id), "2023-03-12");
  const Answer answer = Correct(id, R"({sent_on: date("2023-03-04")})");
  EXPECT_TRUE(answer.warnings.empty());
  EXPECT_EQ(Facts(id), Lines{"P.sent E001 30 2023-03-04"});
  EXPECT_EQ(office_.Data(id, "reply_due"), Value(*ParseDate("2023-03-14")));
  EXPECT_EQ(Due(id), "2023-03-14");
  EXPECT_NE(Notes(id).find("期限R1答复期限随更正重新计算：届满日由2023年3月12日改为2023年3月14日"),
            std::string::npos)
      << Notes(id);
  ExpectProven();
  EXPECT_EQ(office_.TickTo("2023-03-13").fired, 0);
  EXPECT_EQ(office_.TickTo("2023-03-15").fired, 1);
  EXPECT_EQ(Facts(id).back(), "P.silent E001 30 2023-03-14");
  ExpectProven();
}

TEST_P(Corrections, OfADateWhoseDeadlineEndedAreTold) {
  const std::string id = Sent();
  office_.TickTo("2023-03-15");
  EXPECT_EQ(Facts(id), (Lines{"P.sent E001 30 2023-03-02", "P.silent E001 30 2023-03-12"}));
  const Answer answer = Correct(id, R"({sent_on: date("2023-03-05")})");
  ASSERT_EQ(answer.warnings.size(), 1U);
  EXPECT_EQ(answer.warnings[0],
            "期限R1答复期限已经届满办理，更正后的届满日为2023年3月15日，请核对已办事项");
  EXPECT_EQ(Facts(id), (Lines{"P.sent E001 30 2023-03-05", "P.silent E001 30 2023-03-15"}));
  ASSERT_TRUE(office_.Fire(id, "answer").ok());
  Correct(id, "{workers: 31}");
  EXPECT_EQ(Facts(id), (Lines{"P.sent E001 31 2023-03-05", "P.silent E001 31 2023-03-15",
                              "P.late E001 31 2023-03-15 P.silent"}));
  ExpectProven();
}

TEST_P(Corrections, ThereAndBackAgain) {
  const std::string id = Sent();
  Correct(id, R"({sent_on: date("2023-03-04"), workers: 40})");
  Correct(id, R"({sent_on: date("2023-03-02")})");
  EXPECT_EQ(Facts(id), Lines{"P.sent E001 40 2023-03-02"});
  EXPECT_EQ(office_.Data(id, "reply_due"), Value(*ParseDate("2023-03-12")));
  EXPECT_EQ(Due(id), "2023-03-12");
  Correct(id, "{workers: 30}");
  EXPECT_EQ(Facts(id), Lines{"P.sent E001 30 2023-03-02"});
  EXPECT_EQ(Due(id), "2023-03-12");
  ExpectProven();
}

TEST_P(Corrections, OfAComputedDateHoldsAgainstTheRule) {
  const std::string id = Sent();
  Correct(id, R"({reply_due: date("2023-03-20")})");
  EXPECT_EQ(Due(id), "2023-03-20");
  // Entered directly, it does not follow the date it was once computed from.
  Correct(id, "{workers: 31}");
  EXPECT_EQ(Due(id), "2023-03-20");
  ExpectProven();
}

// Whatever else is put right, before, after or with it.
TEST_P(Corrections, OfAComputedDateHoldAgainstTheRuleWhenItsSourceIsCorrectedToo) {
  const std::string before = Sent();
  Correct(before, R"({sent_on: date("2023-03-04")})");
  EXPECT_EQ(Due(before), "2023-03-14");
  Correct(before, R"({reply_due: date("2023-03-20")})");
  EXPECT_EQ(Due(before), "2023-03-20");
  EXPECT_NE(Notes(before).find("届满日由2023年3月14日改为2023年3月20日"), std::string::npos);
  Correct(before, "{workers: 31}");
  EXPECT_EQ(Due(before), "2023-03-20");

  const std::string after = Sent();
  Correct(after, R"({reply_due: date("2023-03-20")})");
  Correct(after, R"({sent_on: date("2023-03-04")})");
  EXPECT_EQ(office_.Data(after, "reply_due"), Value(*ParseDate("2023-03-20")));
  EXPECT_EQ(Due(after), "2023-03-20");
  Correct(after, R"({reply_due: date("2023-03-16")})");
  EXPECT_EQ(Due(after), "2023-03-16");

  const std::string together = Sent();
  Correct(together, R"({sent_on: date("2023-03-04"), reply_due: date("2023-03-20")})");
  EXPECT_EQ(Due(together), "2023-03-20");
  EXPECT_EQ(Facts(together), Lines{"P.sent E001 30 2023-03-04"});
  ExpectProven();
  EXPECT_EQ(office_.TickTo("2023-03-20 23:59").fired, 1);
  EXPECT_EQ(office_.TickTo("2023-03-21").fired, 2);
  EXPECT_EQ(Facts(before).back(), "P.silent E001 31 2023-03-20");
  ExpectProven();
}

// A row of a program from before that: replay comes to what was done then.
TEST_P(Corrections, OfAnEarlierMethodAreReplayedByIt) {
  const std::string id = Sent();
  Correct(id, R"({sent_on: date("2023-03-04")})");
  Correct(id, R"({reply_due: date("2023-03-20")})");
  const auto due = [&](const std::vector<runtime::HistoryRecord>& rows) {
    const auto state = runtime::FoldCase(*office_.Load(id)->definition, rows,
                                         [](const runtime::FoldedStep&) { return true; });
    EXPECT_TRUE(state.has_value()) << Render(state.error());
    return state ? ToString(BeijingDate(*state->timers.at(0).due - 1)) : "";
  };
  std::vector<runtime::HistoryRecord> rows = office_.History(id);
  EXPECT_EQ(due(rows), "2023-03-20");
  const std::string method = R"("method":2,)";
  for (runtime::HistoryRecord& row : rows) {
    if (const size_t at = row.payload.find(method); at != std::string::npos) {
      row.payload.erase(at, method.size());
    }
  }
  EXPECT_EQ(due(rows), "2023-03-14");
}

TEST_P(Corrections, OfAListAddAndTakeAwayItsFacts) {
  const std::string id = Sent(R"(, covered: ["E002", "E003"])");
  EXPECT_EQ(Facts(id), (Lines{"P.sent E001 30 2023-03-02", "P.covered E002 30 2023-03-02",
                              "P.covered E003 30 2023-03-02"}));
  Correct(id, R"({covered: ["E003"]})");
  EXPECT_EQ(Facts(id), (Lines{"P.sent E001 30 2023-03-02", "P.covered E003 30 2023-03-02"}));
  Correct(id, R"({covered: ["E001", "E002", "E003"]})");
  Correct(id, "{workers: 12}");
  EXPECT_EQ(Facts(id), (Lines{"P.sent E001 12 2023-03-02", "P.covered E001 12 2023-03-02",
                              "P.covered E002 12 2023-03-02", "P.covered E003 12 2023-03-02"}));
  ExpectProven();
}

TEST_P(Corrections, OfAnEntryMadeAnewLeaveTheEarlierFact) {
  const std::string id = Sent();
  office_.TickTo("2023-03-15");
  // The case's own entry today is not what the fact of March 2nd was made from.
  Correct(id, "{workers: 33}");
  ASSERT_TRUE(office_.Fire(id, "answer").ok());
  EXPECT_EQ(Facts(id).back(), "P.late E001 33 2023-03-15 P.silent");
  ExpectProven();
}

TEST_P(Corrections, TellWhichPapersPrintWhatWasWrong) {
  const std::string id = office_.Submitted();
  const Answer first = Correct(id, R"({matter: "户外广告", amount: 900})");
  // The amount is printed nowhere.
  EXPECT_EQ(
      first.warnings,
      Lines{"已签发的《示例受理通知书》（示许〔2023〕1号）印的是更正前的事项，文书不随更正改变，"
            "需要更换的请另行作废、重新制作"});
  EXPECT_TRUE(Correct(id, "{amount: 800}").warnings.empty());
  // Nor is what the first correction put in its place.
  EXPECT_TRUE(Correct(id, R"({matter: "店外经营"})").warnings.empty());
  ExpectProven();
}

TEST_P(Corrections, SayNothingOfPapersThatWereVoided) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "aj.void", R"({document: "T9001", reason: "写错"})").ok());
  EXPECT_TRUE(Correct(id, R"({matter: "户外广告"})").warnings.empty());
}

TEST_P(Corrections, AnIncidentOfTheStoreIsFound) {
  const std::string id = Sent();
  Correct(id, "{workers: 25}");
  office_.Tamper([&](port::Transaction& transaction) {
    for (const port::Row& row : office_.Rows(port::facts::kTable)) {
      runtime::FactRecord fact = runtime::ToFact(row);
      if (fact.quantity != "25") continue;
      fact.quantity = "52";
      transaction.Put(port::facts::kTable, runtime::ToRow(fact));
    }
  });
  EXPECT_NE(runtime::Replay(office_.office(), [](std::int64_t, std::int64_t) {}).mistake, "");
}

}  // namespace
}  // namespace anjuan::test
