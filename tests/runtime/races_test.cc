// Cases that speak to each other late, and people who act at the moment a deadline ends.
#include <atomic>
#include <barrier>
#include <thread>

#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/query.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using runtime::Answer;
using runtime::Verdict;

class Races : public BothStores {
 protected:
  std::string Sent(std::string_view on = "2023-03-01") {
    const Answer opened = office_.Open(
        "pledge",
        StrCat(R"({employer: "E001", kind: "safety", workers: 30, sent_on: date(")", on, R"(")})"));
    EXPECT_TRUE(office_.Fire(opened.case_id, "send").ok()) << Told(opened);
    return opened.case_id;
  }
  // In the order in which they were opened.
  std::vector<std::string> ChildrenOf(const std::string& id) {
    std::vector<std::string> out;
    for (const port::Row& row : office_.Rows(port::cases::kTable)) {
      if (runtime::TextOf(row, port::cases::kParent) == id) {
        out.push_back(runtime::TextOf(row, port::cases::kCase));
      }
    }
    return out;
  }
  std::string Asked(const std::string& id) {
    EXPECT_TRUE(office_.Fire(id, "ask").ok());
    office_.Drain();
    return ChildrenOf(id).back();
  }
  int CountRows(const std::string& id, std::string_view type) {
    int count = 0;
    for (const runtime::HistoryRecord& row : office_.History(id)) count += row.type == type;
    return count;
  }
  std::vector<std::string> Found(std::string_view query) {
    std::vector<std::string> out;
    office_.store().Read([&](port::Reader& reader) {
      for (const runtime::CaseRecord& record :
           runtime::FindCases(reader, *office_.office().registers(), *runtime::ParseQuery(query))) {
        out.push_back(record.id);
      }
    });
    return out;
  }
  void ExpectProven() {
    const auto still = [](std::int64_t, std::int64_t) {};
    EXPECT_EQ(runtime::Verify(office_.office(), still).mistake, "");
    EXPECT_EQ(runtime::Replay(office_.office(), still).mistake, "");
  }
};
ANJUAN_BOTH_STORES(Races);

TEST_P(Races, AnAnswerAfterTheParentWasWithdrawnIsShownOnBothUntilSeen) {
  const std::string id = Sent();
  const std::string child = Asked(id);
  ASSERT_TRUE(office_.Fire(id, "withdraw").ok());
  ASSERT_TRUE(office_.Fire(child, "report", R"({text: "合格"})").ok());
  EXPECT_EQ(office_.Drain().dead_letters, 3);
  EXPECT_EQ(CountRows(id, "dead-letter"), 3);
  EXPECT_EQ(CountRows(child, "dead-letter"), 3);
  EXPECT_EQ(Found("dead_letter=1"), (std::vector<std::string>{child, id}));
  ASSERT_TRUE(office_.Fire(id, "aj.retry", R"({reason: "已阅"})").ok());
  EXPECT_EQ(Found("dead_letter=1"), std::vector<std::string>{child});
  EXPECT_FALSE(office_.Fire(id, "aj.retry", R"({reason: "已阅"})").ok());
  ExpectProven();
}

TEST_P(Races, AChildDroppedWhileItsAnswerIsUnderWay) {
  const std::string id = Sent();
  const std::string child = Asked(id);
  ASSERT_TRUE(office_.Fire(child, "report", R"({text: "合格"})").ok());
  ASSERT_TRUE(office_.Fire(id, "drop").ok());
  EXPECT_EQ(office_.Drain().dead_letters, 3);
  EXPECT_EQ(office_.Data(id, "findings"), TestOffice::Feel("[]"));
  ExpectProven();
}

TEST_P(Races, TheFirstChildsLateWordIsNotTheSeconds) {
  const std::string id = Sent();
  const std::string first = Asked(id);
  ASSERT_TRUE(office_.Fire(first, "report", R"({text: "旧"})").ok());  // under way
  ASSERT_TRUE(office_.Fire(id, "drop").ok());
  ASSERT_TRUE(office_.Fire(id, "ask").ok());
  EXPECT_EQ(office_.Drain().dead_letters, 3);
  EXPECT_EQ(office_.Data(id, "findings"), TestOffice::Feel("[]"));
  const std::vector<std::string> children = ChildrenOf(id);
  ASSERT_EQ(children.size(), 2U);
  const std::string second = children[0] == first ? children[1] : children[0];
  EXPECT_FALSE(office_.Load(second)->record.ended);
  ASSERT_TRUE(office_.Fire(second, "report", R"({text: "新"})").ok());
  office_.Drain();
  EXPECT_EQ(office_.Data(id, "findings"), TestOffice::Feel(R"(["新一", "新二"])"));
  ExpectProven();
}

TEST_P(Races, AGivenUpChildDoneTwiceLeavesTheNextAlone) {
  const std::string id = Sent();
  Asked(id);
  ASSERT_TRUE(office_.Fire(id, "drop").ok());
  const std::vector<port::Row> cancel = office_.Rows(port::outbox::kTable);
  office_.Drain();
  const std::string second = Asked(id);
  // The program died between closing the child and taking the row off.
  office_.Tamper([&](port::Transaction& transaction) {
    for (const port::Row& row : cancel) transaction.Put(port::outbox::kTable, row);
  });
  office_.Drain();
  EXPECT_FALSE(office_.Load(second)->record.ended);
}

TEST_P(Races, AChildGivenUpBeforeItWasOpenedIsNotOpened) {
  const std::string id = Sent();
  ASSERT_TRUE(office_.Fire(id, "ask").ok());
  ASSERT_TRUE(office_.Fire(id, "drop").ok());
  office_.Drain();
  EXPECT_TRUE(ChildrenOf(id).empty());
  EXPECT_TRUE(office_.Rows(port::outbox::kTable).empty());
  ExpectProven();
}

TEST_P(Races, EventsOfOneMomentStandInTheOrderOfTheirCommits) {
  const std::string id = Sent();
  const auto another = office_.Another();
  const std::string child = Asked(id);
  ASSERT_TRUE(office_.Fire(id, "drop").ok());
  runtime::FireCommand command;
  command.case_id = id;
  command.event = "ask";
  ASSERT_TRUE(runtime::CaseService(*another).Fire(command).ok());
  ASSERT_TRUE(office_.Fire(id, "withdraw").ok());
  const std::vector<runtime::HistoryRecord> rows = office_.History(id);
  std::vector<std::string> events;
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].seq, static_cast<std::int64_t>(i));
    EXPECT_EQ(rows[i].at, rows[0].at);
    if (rows[i].type == "event") events.push_back(rows[i].event);
  }
  EXPECT_EQ(events, (std::vector<std::string>{"send", "ask", "drop", "ask", "withdraw"}));
  ExpectProven();
}

// A program of its own on the same file: its own connections, its own caches.
struct Program {
  Program(TestOffice& office, size_t seed) : store(sqlite::OpenSqliteStore(office.store_path())) {
    static_cast<void>(ids.RandomBytes(seed));  // ids of its own
    const runtime::Plugins plugins{.store = *store,
                                   .pages = office.office().pages(),
                                   .fonts = office.office().fonts(),
                                   .images = office.office().images(),
                                   .clock = office.clock(),
                                   .ids = ids};
    Result<std::unique_ptr<runtime::Office>> opened =
        runtime::Office::Open(plugins, office.office().keys());
    EXPECT_TRUE(opened.has_value());
    if (opened) self = std::move(*opened);
  }
  SeededIds ids;
  std::unique_ptr<port::Store> store;
  std::unique_ptr<runtime::Office> self;
};

TEST(RacesOnSqlite, ADeadlineAndAPersonAtOneMoment) {
  TestOffice office(StoreKind::kSqlite);
  constexpr int kCases = 25;
  std::vector<std::string> cases;
  std::vector<runtime::TimerRecord> due;
  for (int i = 0; i < kCases; ++i) {
    const Answer opened = office.Open(
        "pledge",
        R"({employer: "E001", kind: "safety", workers: 30, sent_on: date("2023-03-01")})");
    ASSERT_TRUE(office.Fire(opened.case_id, "send").ok());
    cases.push_back(opened.case_id);
    for (const port::Row& row : office.RowsOf(port::timers::kTable, cases.back())) {
      due.push_back(runtime::ToTimer(row));
    }
  }
  ASSERT_EQ(due.size(), cases.size());
  office.MoveTo("2023-03-12");
  Program clock(office, 100'000);
  Program person(office, 200'000);
  std::barrier start(2);
  std::vector<Answer> fired(kCases);
  std::vector<Answer> withdrawn(kCases);
  std::thread timers([&] {
    for (size_t i = 0; i < kCases; ++i) {
      start.arrive_and_wait();
      fired[i] = runtime::CaseService(*clock.self).FireTimer(due[i]);
    }
  });
  std::thread people([&] {
    for (size_t i = 0; i < kCases; ++i) {
      runtime::FireCommand command;
      command.case_id = cases[i];
      command.event = "withdraw";
      start.arrive_and_wait();
      withdrawn[i] = runtime::CaseService(*person.self).Fire(command);
    }
  });
  timers.join();
  people.join();
  for (size_t i = 0; i < kCases; ++i) {
    const std::string states = office.Load(cases[i])->record.states;
    if (withdrawn[i].ok()) {
      EXPECT_EQ(states, "withdrawn");
      EXPECT_EQ(fired[i].case_id, "");  // nothing was left to fire
      EXPECT_FALSE(office.Load(cases[i])->record.incident);
    } else {
      // Told what the case has become.
      EXPECT_EQ(withdrawn[i].verdict, Verdict::kNoSuchEvent) << Told(withdrawn[i]);
      EXPECT_NE(Told(withdrawn[i]).find("现为“未答复”"), std::string::npos);
      EXPECT_EQ(states, "silent");
      EXPECT_EQ(fired[i].case_id, cases[i]);
    }
  }
  const auto still = [](std::int64_t, std::int64_t) {};
  EXPECT_EQ(runtime::Verify(office.office(), still).mistake, "");
  EXPECT_EQ(runtime::Replay(office.office(), still).mistake, "");
}

}  // namespace
}  // namespace anjuan::test
