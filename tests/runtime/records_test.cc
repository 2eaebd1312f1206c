// What a step leaves beside the state: official numbers, facts, intervals, search columns; and the
// engine's own events.

#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/payload.h"
#include "engine/runtime/query.h"
#include "engine/value/json.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using runtime::Answer;
using runtime::Verdict;

class RecordsTest : public BothStores {
 protected:
  std::vector<std::string> Found(std::string_view text) {
    const Result<runtime::Query> query = runtime::ParseQuery(text);
    EXPECT_TRUE(query.has_value());
    std::vector<std::string> out;
    office_.store().Read([&](port::Reader& reader) {
      for (const runtime::CaseRecord& record :
           runtime::FindCases(reader, *office_.office().registers(), *query)) {
        out.push_back(record.id);
      }
    });
    return out;
  }
  void ExpectProven() {
    const auto quiet = [](std::int64_t, std::int64_t) {};
    EXPECT_EQ(runtime::Verify(office_.office(), quiet).mistake, "");
    EXPECT_EQ(runtime::Replay(office_.office(), quiet).mistake, "");
  }
};

TEST_P(RecordsTest, NumbersHaveNoGaps) {
  const std::string first = office_.Submitted();
  EXPECT_EQ(office_.Data(first, "permit_no"), Value("示许〔2023〕1号"));
  // The paper needs the amount: the step is refused after it took its number, and gives it back.
  const std::string without =
      office_
          .Open("permit", R"({employer: "E001", matter: "x", applicant: {name: "周明远"}})", kAdmin)
          .case_id;
  ASSERT_TRUE(office_.Fire(without, "submit", "{}", kAdmin).ok());
  EXPECT_EQ(office_.Data(without, "permit_no"), Value("示许〔2023〕2号"));
  const Answer refused = office_.Fire(without, "announce", "{}", kClerk);
  EXPECT_EQ(refused.verdict, Verdict::kFormMistakes) << Told(refused);
  EXPECT_NE(Told(refused).find("amount"), std::string::npos) << Told(refused);
  EXPECT_TRUE(office_.Data(without, "announce_no").is_null());
  const Answer announced = office_.Fire(first, "announce", "{}", kClerk);
  ASSERT_TRUE(announced.ok()) << Told(announced);
  EXPECT_EQ(office_.Data(first, "announce_no"), Value("示告〔2023〕1号"));
  ExpectProven();
}

TEST_P(RecordsTest, NumbersByOfficeKindAndYear) {
  const std::string here = office_.Submitted();
  const Answer there = office_.Open(
      "permit", R"({employer: "E003", matter: "x", amount: 1, applicant: {name: "周明远"}})");
  ASSERT_TRUE(office_.Fire(there.case_id, "submit").ok());
  EXPECT_EQ(office_.Data(there.case_id, "permit_no"), Value("示许〔2023〕1号"));  // another office
  ASSERT_TRUE(office_.Fire(here, "announce", "{}", kClerk).ok());
  EXPECT_EQ(office_.Data(here, "announce_no"), Value("示告〔2023〕1号"));  // another kind
  office_.MoveTo("2024-02-01");
  const std::string next_year = office_.Submitted();
  EXPECT_EQ(office_.Data(next_year, "permit_no"), Value("示许〔2024〕1号"));
  ExpectProven();
}

TEST_P(RecordsTest, FactsAndIntervalsByBusinessDate) {
  const std::string id = office_.Submitted();
  std::vector<port::Row> facts = office_.RowsOf(port::facts::kTable, id);
  ASSERT_EQ(facts.size(), 1U);
  runtime::FactRecord fact = runtime::ToFact(facts[0]);
  EXPECT_EQ(fact.key, "T.submitted");
  EXPECT_EQ(fact.organisation, "E001");
  EXPECT_EQ(fact.quantity, "1");
  EXPECT_EQ(fact.date, "2023-03-01");
  EXPECT_EQ(fact.seq, 1);
  office_.TickTo("2023-03-20");
  facts = office_.RowsOf(port::facts::kTable, id);
  ASSERT_EQ(facts.size(), 2U);
  fact = runtime::ToFact(facts[1]);
  EXPECT_EQ(fact.key, "T.late");
  EXPECT_EQ(fact.date, "2023-03-11");  // the day it counts for, not the day it was noticed

  std::map<std::string, std::pair<std::string, std::string>> intervals;
  for (const port::Row& row : office_.RowsOf(port::intervals::kTable, id)) {
    const runtime::IntervalRecord interval = runtime::ToInterval(row);
    intervals[interval.state] = {interval.entered_on, interval.left_on};
  }
  using Span = std::pair<std::string, std::string>;
  EXPECT_EQ(intervals["draft"], Span("2023-03-01", "2023-03-01"));
  EXPECT_EQ(intervals["submitted"], Span("2023-03-01", "2023-03-12"));
  EXPECT_EQ(intervals["late"], Span("2023-03-12", ""));
}

TEST_P(RecordsTest, SearchFollowsCorrections) {
  const std::string id = office_.Submitted();
  EXPECT_EQ(Found("matter=占道经营"), std::vector<std::string>{id});
  EXPECT_EQ(Found("employer=E001"), std::vector<std::string>{id});
  EXPECT_EQ(Found("permit_no=示许〔2023〕1号"), std::vector<std::string>{id});
  const Answer corrected = office_.Fire(
      id, "aj.correct", R"({fields: {matter: "户外广告", employer: "E002"}, reason: "误填"})");
  ASSERT_TRUE(corrected.ok()) << Told(corrected);
  EXPECT_TRUE(Found("matter=占道经营").empty());
  EXPECT_TRUE(Found("employer=E001").empty());
  EXPECT_EQ(Found("matter=户外广告"), std::vector<std::string>{id});
  EXPECT_EQ(Found("employer=E002"), std::vector<std::string>{id});
  // What the case is about moves with it: rights and lists go by the subject.
  EXPECT_EQ(office_.Load(id)->record.subject, "E002");
  EXPECT_TRUE(office_.Fire(id, "note", R"({remark: "x"})", kOther).ok());
  EXPECT_EQ(office_.Fire(id, "note", R"({remark: "x"})", kAdmin).verdict, Verdict::kNotYourRole);
  ExpectProven();
}

TEST_P(RecordsTest, ACorrectionKeepsBeforeAndAfter) {
  const std::string id = office_.Submitted();
  const std::int64_t version = office_.Load(id)->record.version;
  EXPECT_EQ(office_.Fire(id, "aj.correct", R"({fields: {amount: 900}})").verdict,
            Verdict::kFormMistakes);  // why?
  EXPECT_EQ(office_.Fire(id, "aj.correct", R"({fields: {amont: 900}, reason: "误填"})").verdict,
            Verdict::kFormMistakes);
  EXPECT_EQ(office_.Fire(id, "aj.correct", R"({fields: {amount: "多"}, reason: "误填"})").verdict,
            Verdict::kFormMistakes);
  EXPECT_EQ(office_.Fire(id, "aj.correct", R"({fields: {matter: null}, reason: "误填"})").verdict,
            Verdict::kFormMistakes);  // required in this state
  const Answer done = office_.Fire(id, "aj.correct", R"({fields: {amount: 900}, reason: "误填"})");
  ASSERT_TRUE(done.ok()) << Told(done);
  EXPECT_EQ(done.version, version + 1);
  EXPECT_EQ(office_.Data(id, "amount"), Value(std::int64_t{900}));
  const runtime::HistoryRecord row = office_.History(id).back();
  EXPECT_EQ(row.type, "correct");
  const Result<Value> payload = ReadCanonical(row.payload);
  const Value& data = (*payload)["event"]["data"];
  EXPECT_EQ(data["before"]["amount"], Value(std::int64_t{800}));
  EXPECT_EQ(data["fields"]["amount"], Value(std::int64_t{900}));
  ExpectProven();
}

TEST_P(RecordsTest, CommentAndTransfer) {
  const std::string id = office_.Submitted();
  const runtime::CaseRecord before = office_.Load(id)->record;
  EXPECT_EQ(office_.Fire(id, "aj.comment", "{}", kClerk).verdict, Verdict::kFormMistakes);
  const Answer comment = office_.Fire(id, "aj.comment", R"({text: "已电话告知"})", kClerk);
  ASSERT_TRUE(comment.ok()) << Told(comment);
  EXPECT_EQ(comment.version, before.version);
  EXPECT_EQ(office_.Load(id)->record.state, before.state);
  EXPECT_EQ(office_.History(id).back().type, "comment");
  EXPECT_EQ(office_.History(id).back().payload.find("已电话告知"), std::string::npos);

  EXPECT_EQ(office_.Fire(id, "aj.transfer", R"({region: "430699", reason: "搬迁"})").verdict,
            Verdict::kFormMistakes);
  EXPECT_EQ(office_.Fire(id, "aj.transfer", R"({region: "430603"})").verdict,
            Verdict::kFormMistakes);
  ASSERT_TRUE(office_.Fire(id, "aj.transfer", R"({region: "430603", reason: "搬迁"})").ok());
  const runtime::CaseRecord moved = office_.Load(id)->record;
  EXPECT_EQ(moved.region, "430603");
  EXPECT_EQ(moved.id, id);
  EXPECT_EQ(Found("region=430603"), std::vector<std::string>{id});
  EXPECT_TRUE(Found("region=430602").empty());
  EXPECT_EQ(Found("moved=1"), std::vector<std::string>{id});
  EXPECT_EQ(Found(StrCat("process=", moved.process, ",ended=0")), std::vector<std::string>{id});
  EXPECT_TRUE(Found(StrCat("process=", moved.process, ",ended=1")).empty());
  // Who was competent there no longer is.
  EXPECT_EQ(office_.Fire(id, "review", "{}", kClerk).verdict, Verdict::kNotYourRole);
  EXPECT_TRUE(office_.Fire(id, "review", "{}", kFar).ok());
  ExpectProven();
}

TEST_P(RecordsTest, VoidingAPaperRunsWhatWaitedForIt) {
  const std::string id = office_.Submitted();
  EXPECT_EQ(office_.Fire(id, "aj.void", R"({document: "T9002", reason: "误发"})").verdict,
            Verdict::kFormMistakes);
  EXPECT_EQ(office_.Fire(id, "aj.void", R"({document: "T9001"})").verdict, Verdict::kFormMistakes);
  const Answer answer = office_.Fire(id, "aj.void", R"({document: "T9001", reason: "误发"})");
  ASSERT_TRUE(answer.ok()) << Told(answer);
  EXPECT_EQ(office_.Documents(id)[0].status, "void");
  EXPECT_EQ(office_.Data(id, "voided"), Value(true));
  // Its number is not given again.
  const std::string next = office_.Submitted();
  EXPECT_EQ(office_.Data(next, "permit_no"), Value("示许〔2023〕2号"));
  EXPECT_FALSE(office_.Fire(id, "aj.void", R"({document: "T9001", reason: "再作废"})").ok());
  ExpectProven();
}

TEST_P(RecordsTest, EngineEventsAreForThoseTheCaseConcerns) {
  const std::string id = office_.Submitted();
  for (const char* event : {"aj.comment", "aj.transfer", "aj.correct", "aj.void", "aj.retry"}) {
    EXPECT_EQ(office_.Fire(id, event, "{}", kOther).verdict, Verdict::kNotYourRole) << event;
    EXPECT_EQ(office_.Fire(id, event, "{}", kFar).verdict, Verdict::kNotYourRole) << event;
    EXPECT_EQ(office_.Fire(id, event, "{}", "nobody").verdict, Verdict::kNoAccount) << event;
  }
}

TEST_P(RecordsTest, AnEngineEventTwiceIsOnce) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "aj.comment", R"({text: "甲"})", kClerk, "c1").ok());
  const size_t rows = office_.History(id).size();
  EXPECT_EQ(office_.Fire(id, "aj.comment", R"({text: "甲"})", kClerk, "c1").verdict,
            Verdict::kRepeated);
  EXPECT_EQ(office_.History(id).size(), rows);
}

}  // namespace

ANJUAN_BOTH_STORES(RecordsTest);

}  // namespace anjuan::test
