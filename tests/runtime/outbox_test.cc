// What leaves a step: papers, children, events between cases. Each exactly once, in order.

#include "engine/runtime/outbox.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/issue.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using runtime::Answer;
using runtime::DocumentRecord;
using runtime::OutboxReport;

class OutboxTest : public BothStores {
 protected:
  // The only child of a case; "" where there is none.
  std::string ChildOf(const std::string& id) {
    std::string child;
    for (const port::Row& row : office_.Rows(port::cases::kTable)) {
      if (runtime::TextOf(row, port::cases::kParent) != id) continue;
      EXPECT_EQ(child, "") << "a second child";
      child = runtime::TextOf(row, port::cases::kCase);
    }
    return child;
  }
  int CountRows(const std::string& id, std::string_view type) {
    int count = 0;
    for (const runtime::HistoryRecord& row : office_.History(id)) count += row.type == type;
    return count;
  }
  std::vector<port::Row> Pending() { return office_.Rows(port::outbox::kTable); }
  void PutBack(const std::vector<port::Row>& rows) {
    office_.Tamper([&](port::Transaction& transaction) {
      for (const port::Row& row : rows) transaction.Put(port::outbox::kTable, row);
    });
  }
};

TEST_P(OutboxTest, APaperIsIssuedOnce) {
  const std::string id = office_.Draft();
  ASSERT_TRUE(office_.Fire(id, "submit", "{}", kAdmin).ok());
  std::vector<DocumentRecord> documents = office_.Documents(id);
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(documents[0].status, "pending");
  const std::vector<port::Row> rows = Pending();
  ASSERT_EQ(rows.size(), 1U);

  EXPECT_EQ(office_.Drain().documents, 1);
  documents = office_.Documents(id);
  EXPECT_EQ(documents[0].status, "issued");
  const std::optional<std::string> bytes = runtime::DocumentBytes(office_.office(), documents[0]);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_TRUE(bytes->starts_with("%PDF"));
  EXPECT_EQ(ToHex(Sha256(*bytes)), documents[0].sha256);
  EXPECT_EQ(documents[0].number, "示许〔2023〕1号");
  const runtime::CaseRecord record = office_.Load(id)->record;
  EXPECT_EQ(record.version, 1);
  EXPECT_EQ(CountRows(id, "document"), 1);

  EXPECT_EQ(office_.Drain().documents, 0);
  PutBack(rows);  // delivered twice
  EXPECT_EQ(office_.Drain().documents, 0);
  EXPECT_TRUE(Pending().empty());
  EXPECT_EQ(CountRows(id, "document"), 1);
  EXPECT_EQ(office_.Documents(id)[0].sha256, documents[0].sha256);
  EXPECT_EQ(office_.Load(id)->record.seq, record.seq);
  for (const auto& [name, times] : office_.printed()) EXPECT_EQ(times, 1) << name;
}

TEST_P(OutboxTest, AProgramStartedAgainFinishesWhatWasLeft) {
  const std::string id = office_.Draft();
  ASSERT_TRUE(office_.Fire(id, "submit", "{}", kAdmin).ok());
  if (GetParam() == StoreKind::kSqlite) office_.Reopen();
  EXPECT_EQ(office_.Drain().documents, 1);
  EXPECT_EQ(office_.Documents(id)[0].status, "issued");
}

TEST_P(OutboxTest, ManyPapersKeepTheirPlaces) {
  std::vector<std::string> cases;
  for (int i = 0; i < 20; ++i) {
    cases.push_back(office_.Draft());
    ASSERT_TRUE(office_.Fire(cases.back(), "submit", "{}", kAdmin).ok());
  }
  EXPECT_EQ(office_.Drain().documents, 20);
  for (size_t i = 0; i < cases.size(); ++i) {
    const DocumentRecord document = office_.Documents(cases[i]).front();
    EXPECT_EQ(document.number, StrCat("示许〔2023〕", i + 1, "号"));
    EXPECT_EQ(document.status, "issued");
  }
}

TEST_P(OutboxTest, AChildIsOpenedOnce) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  const std::vector<port::Row> rows = Pending();
  EXPECT_EQ(office_.Drain().spawned, 1);
  const std::string child = ChildOf(id);
  ASSERT_NE(child, "");
  const runtime::LoadedCase loaded = *office_.Load(child);
  EXPECT_EQ(loaded.record.process, "inspection");
  EXPECT_EQ(loaded.record.subject, "E001");
  EXPECT_EQ(loaded.record.parent, id);
  // Persons go down as the tokens they are.
  EXPECT_EQ(office_.Data(child, "contact")["subject"], office_.Data(id, "applicant")["subject"]);
  // Nobody opened it by hand, and the history does not say so.
  EXPECT_NE(office_.History(child)[0].actor, "operator");

  PutBack(rows);
  EXPECT_EQ(office_.Drain().spawned, 0);
  EXPECT_EQ(ChildOf(id), child);
  EXPECT_EQ(office_.History(child).size(), 1U);
}

TEST_P(OutboxTest, EventsBetweenCasesArriveOnceAndInOrder) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  office_.Drain();
  const std::string child = ChildOf(id);
  ASSERT_TRUE(office_.Fire(child, "report", R"({text: "合格"})", kClerk).ok());
  const std::vector<port::Row> rows = Pending();
  ASSERT_EQ(rows.size(), 3U);
  const OutboxReport report = office_.Drain();
  EXPECT_EQ(report.delivered, 3);
  EXPECT_EQ(report.dead_letters, 0);
  EXPECT_EQ(office_.Data(id, "findings"), TestOffice::Feel(R"(["合格一", "合格二"])"));
  EXPECT_EQ(office_.Data(id, "visits"), Value(std::int64_t{1}));
  const std::int64_t seq = office_.Load(id)->record.seq;

  PutBack(rows);
  office_.Drain();
  EXPECT_EQ(office_.Data(id, "visits"), Value(std::int64_t{1}));
  EXPECT_EQ(office_.Load(id)->record.seq, seq);
  EXPECT_EQ(CountRows(child, "dead-letter"), 0);
  EXPECT_TRUE(Pending().empty());
}

TEST_P(OutboxTest, AnEventNobodyTakesIsShownOnBothCasesOnce) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  office_.Drain();
  const std::string child = ChildOf(id);
  ASSERT_TRUE(office_.Fire(child, "stray", "{}", kClerk).ok());
  const std::vector<port::Row> rows = Pending();
  const std::int64_t version = office_.Load(id)->record.version;
  EXPECT_EQ(office_.Drain().dead_letters, 1);
  EXPECT_EQ(CountRows(id, "dead-letter"), 1);
  EXPECT_EQ(CountRows(child, "dead-letter"), 1);
  EXPECT_EQ(office_.Load(id)->record.version, version);
}

// Killed after the target noted the dead letter and before the source did.
TEST_P(OutboxTest, ADeadLetterIsShownOnBothCasesAfterACrashBetween) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  office_.Drain();
  const std::string child = ChildOf(id);
  ASSERT_TRUE(office_.Fire(child, "stray", "{}", kClerk).ok());
  const runtime::OutboxRecord row = runtime::ToOutbox(Pending().at(0));
  runtime::CaseService(office_.office())
      .Deliver(id, child, "nobody_takes_this", Value(Context()),
               StrCat(child, "/", row.seq, "/", row.position));
  EXPECT_EQ(CountRows(id, "dead-letter"), 1);
  EXPECT_EQ(CountRows(child, "dead-letter"), 0);
  EXPECT_EQ(office_.Drain().dead_letters, 1);
  EXPECT_EQ(CountRows(id, "dead-letter"), 1);
  EXPECT_EQ(CountRows(child, "dead-letter"), 1);
}

TEST_P(OutboxTest, AFinishedParentTakesNoMoreEvents) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  office_.Drain();
  const std::string child = ChildOf(id);
  ASSERT_TRUE(office_.Fire(id, "review", "{}", kClerk).ok());
  ASSERT_TRUE(office_.Fire(id, "approve", "{}", kHead).ok());
  ASSERT_TRUE(office_.Fire(child, "report", R"({text: "合格"})", kClerk).ok());
  EXPECT_EQ(office_.Drain().dead_letters, 3);
  EXPECT_EQ(CountRows(id, "dead-letter"), 3);
  EXPECT_EQ(office_.Data(id, "visits"), Value(std::int64_t{0}));
}

TEST_P(OutboxTest, OnlyALiveChildMaySpeak) {
  const std::string id = office_.Submitted();
  const std::string stranger = office_.Open("inspection", R"({employer: "E001"})", kClerk).case_id;
  ASSERT_NE(stranger, "");
  const Answer answer =
      runtime::CaseService(office_.office())
          .Deliver(id, stranger, "visit_done", Value(Context()), StrCat(stranger, "/1/0"));
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(office_.Data(id, "visits"), Value(std::int64_t{0}));
  EXPECT_EQ(CountRows(id, "dead-letter"), 1);
  // Nor may a person speak as a child.
  EXPECT_FALSE(office_.Fire(id, "visit_done", "{}", kClerk).ok());
  EXPECT_FALSE(office_.Fire(id, "visit_done").ok());
}

TEST_P(OutboxTest, ARowThatFailsStaysWithItsError) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  std::vector<port::Row> definitions;
  for (const port::Row& row : office_.Rows(port::definitions::kTable)) {
    if (runtime::TextOf(row, port::definitions::kName) == "inspection") definitions.push_back(row);
  }
  ASSERT_EQ(definitions.size(), 1U);
  const port::Row key(definitions[0].begin(),
                      definitions[0].begin() + port::definitions::kTable.key_columns);
  office_.Tamper(
      [&](port::Transaction& transaction) { transaction.Delete(port::definitions::kTable, key); });
  EXPECT_GT(office_.Drain().failed, 0);
  ASSERT_EQ(Pending().size(), 1U);
  EXPECT_NE(runtime::ToOutbox(Pending()[0]).error, "");
  // The parent shows that something waits.
  EXPECT_TRUE(office_.Load(id)->record.incident);
  EXPECT_EQ(CountRows(id, "incident"), 1);
  office_.Drain();
  EXPECT_EQ(CountRows(id, "incident"), 1);
  // Put right and retried, it goes through.
  office_.Tamper([&](port::Transaction& transaction) {
    transaction.Put(port::definitions::kTable, definitions[0]);
  });
  ASSERT_TRUE(office_.Fire(id, "aj.retry", R"({reason: "已发布检查流程"})").ok());
  EXPECT_EQ(office_.Drain().spawned, 1);
  EXPECT_NE(ChildOf(id), "");
  EXPECT_TRUE(Pending().empty());
}

// An event that fits but whose step fails is kept, and nothing sent later overtakes it.
TEST_P(OutboxTest, AFailingEventWaitsForARetryAndKeepsItsPlace) {
  const Answer opened = office_.Open("faulty", R"({employer: "E001", divisor: 0})", kClerk);
  ASSERT_TRUE(opened.ok()) << Told(opened);
  const std::string& id = opened.case_id;
  ASSERT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
  office_.Drain();
  const std::string child = ChildOf(id);
  ASSERT_TRUE(office_.Fire(child, "report", R"({text: "合格"})", kClerk).ok());
  const OutboxReport report = office_.Drain();
  EXPECT_GT(report.failed, 0);
  EXPECT_EQ(report.delivered + report.dead_letters, 0);
  EXPECT_EQ(Pending().size(), 3U);
  EXPECT_TRUE(office_.Load(id)->record.incident);
  EXPECT_EQ(CountRows(id, "incident"), 1);
  office_.Drain();
  EXPECT_EQ(Pending().size(), 3U);

  ASSERT_TRUE(office_.Fire(id, "aj.correct", R"({fields: {divisor: 4}, reason: "误填"})").ok());
  ASSERT_TRUE(office_.Fire(id, "aj.retry", R"({reason: "已更正"})").ok());
  office_.Drain();
  EXPECT_TRUE(Pending().empty());
  EXPECT_EQ(office_.Data(id, "notes"), TestOffice::Feel(R"(["合格一", "合格二"])"));
  EXPECT_EQ(CountRows(id, "dead-letter"), 1);  // visit_done, which this chart does not know
  EXPECT_FALSE(office_.Load(id)->record.incident);
}

// A paper of a timer is numbered and written, and waits for a person to sign and send it.
TEST_P(OutboxTest, APaperOfATimerWaitsForItsSeal) {
  const std::string id = office_.Submitted();
  office_.TickTo("2023-03-20");
  ASSERT_EQ(office_.Documents(id).size(), 2U);
  EXPECT_EQ(office_.Documents(id)[1].status, "to-seal");
  EXPECT_FALSE(office_.Fire(id, "aj.dispatch", R"({document: "T9002"})", kClerk).ok());
  ASSERT_TRUE(office_.Fire(id, "aj.dispatch", R"({document: "T9001"})", kClerk).ok());
  EXPECT_EQ(office_.Documents(id)[1].status, "issued");
  EXPECT_EQ(office_.History(id).back().type, "dispatch");
  const auto quiet = [](std::int64_t, std::int64_t) {};
  EXPECT_EQ(runtime::Verify(office_.office(), quiet).mistake, "");
  EXPECT_EQ(runtime::Replay(office_.office(), quiet).mistake, "");
  EXPECT_FALSE(office_.Fire(id, "aj.dispatch", R"({document: "T9001"})", kClerk).ok());
}

TEST_P(OutboxTest, AVoidedPaperIsNotIssued) {
  const std::string id = office_.Draft();
  ASSERT_TRUE(office_.Fire(id, "submit", "{}", kAdmin).ok());
  ASSERT_TRUE(office_.Fire(id, "aj.void", R"({document: "T9001", reason: "误发"})").ok());
  office_.Drain();
  EXPECT_EQ(office_.Documents(id)[0].status, "void");
  EXPECT_TRUE(Pending().empty());
}

}  // namespace

ANJUAN_BOTH_STORES(OutboxTest);

}  // namespace anjuan::test
