// Opening cases and firing events: every answer there is, and what each leaves behind.

#include "engine/runtime/case_service.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/trail/leaf.h"
#include "engine/value/json.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using runtime::Answer;
using runtime::CaseService;
using runtime::Verdict;

std::vector<std::string> Codes(const Answer& answer) {
  std::vector<std::string> out;
  for (const Diagnostic& mistake : answer.mistakes) out.push_back(mistake.code);
  return out;
}

class CaseServiceTest : public BothStores {
 protected:
  // An event that is refused changes nothing but the history, which gets one row more.
  void ExpectRefused(const std::string& id, Verdict verdict, const Answer& answer,
                     const runtime::CaseRecord& before) {
    EXPECT_EQ(answer.verdict, verdict) << Told(answer);
    EXPECT_FALSE(answer.mistakes.empty());
    const runtime::CaseRecord after = office_.Load(id)->record;
    EXPECT_EQ(after.version, before.version);
    EXPECT_EQ(after.state, before.state);
    EXPECT_EQ(after.states, before.states);
    EXPECT_EQ(after.seq, before.seq + 1);
    const runtime::HistoryRecord row = office_.History(id).back();
    EXPECT_EQ(row.type, "refused");
    EXPECT_EQ(row.seq, after.seq);
    EXPECT_EQ(row.hash, after.head);
  }
  runtime::CaseRecord Record(const std::string& id) { return office_.Load(id)->record; }
};

TEST_P(CaseServiceTest, OpensACase) {
  const Answer answer = office_.Open("permit", R"({employer: "E001", matter: "占道经营"})", kAdmin);
  ASSERT_TRUE(answer.ok()) << Told(answer);
  EXPECT_EQ(answer.case_id, "430602-2023-T01-000001");
  EXPECT_EQ(answer.version, 0);
  EXPECT_EQ(answer.states, std::vector<std::string>{"draft"});
  const runtime::CaseRecord record = Record(answer.case_id);
  EXPECT_EQ(record.area, "430600");
  EXPECT_EQ(record.region, "430602");
  EXPECT_EQ(record.subject, "E001");
  EXPECT_EQ(record.seq, 0);
  EXPECT_FALSE(record.ended);
  const auto history = office_.History(answer.case_id);
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].type, "opened");
  EXPECT_EQ(history[0].actor, kAdmin);
  const Result<trail::Leaf> leaf = trail::Decode(history[0].leaf);
  ASSERT_TRUE(leaf.has_value());
  EXPECT_EQ(leaf->role, "ent_admin");
  EXPECT_EQ(leaf->organisation, "E001");
  EXPECT_EQ(leaf->clock.mode, trail::ClockRef::Mode::kManual);
}

TEST_P(CaseServiceTest, NumbersOfCasesGoOn) {
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})").case_id, "430602-2023-T01-000001");
  EXPECT_EQ(office_.Open("permit", R"({employer: "E003"})").case_id, "430603-2023-T01-000001");
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})").case_id, "430602-2023-T01-000002");
  office_.MoveTo("2024-01-02");
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})").case_id, "430602-2024-T01-000001");
}

TEST_P(CaseServiceTest, RefusesToOpenWhatIsNotThere) {
  const Answer process = office_.Open("permt", R"({employer: "E001"})");
  EXPECT_FALSE(process.ok());
  ASSERT_EQ(process.mistakes.size(), 1U);
  EXPECT_NE(process.mistakes[0].hint.find("permit"), std::string::npos);

  const Answer organisation = office_.Open("permit", R"({employer: "E009"})");
  EXPECT_EQ(organisation.verdict, Verdict::kFormMistakes);
  EXPECT_EQ(Codes(organisation), std::vector<std::string>{"intake.organisation"});

  const Answer field = office_.Open("permit", R"({employer: "E001", mater: "x"})");
  EXPECT_EQ(field.verdict, Verdict::kFormMistakes) << Told(field);

  const Answer type = office_.Open("permit", R"({employer: "E001", amount: "一百"})");
  EXPECT_EQ(type.verdict, Verdict::kFormMistakes) << Told(type);
  EXPECT_TRUE(office_.Rows(port::cases::kTable).empty());
  EXPECT_TRUE(office_.Rows(port::history::kTable).empty());
  EXPECT_TRUE(office_.Rows(port::numbers::kTable).empty());
  EXPECT_TRUE(office_.Rows(port::requests::kTable).empty());
}

TEST_P(CaseServiceTest, WhoMayOpen) {
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})", "nobody").verdict, Verdict::kNoAccount);
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})", kHead).verdict, Verdict::kNotYourRole);
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})", kOther).verdict, Verdict::kNotYourRole);
  EXPECT_EQ(office_.Open("permit", R"({employer: "E001"})", kFar).verdict, Verdict::kNotYourRole);
  EXPECT_TRUE(office_.Open("permit", R"({employer: "E001"})", kClerk).ok());
  // The local operator stands in for a role that may open, and for no other.
  runtime::OpenCommand command;
  command.process = "permit";
  command.data = TestOffice::Feel(R"({employer: "E001"})");
  command.who.role = "hrss_clerk";
  EXPECT_TRUE(CaseService(office_.office()).Open(command).ok());
  command.who.role = "hrss_head";
  EXPECT_EQ(CaseService(office_.office()).Open(command).verdict, Verdict::kNotYourRole);
  command.who.role = "no_such_role";
  EXPECT_EQ(CaseService(office_.office()).Open(command).verdict, Verdict::kNotYourRole);
}

TEST_P(CaseServiceTest, AnEventAdvancesVersionAndHistory) {
  const std::string id = office_.Draft();
  const Answer filled = office_.Fire(id, "fill", R"({matter: "户外广告"})", kAdmin);
  ASSERT_TRUE(filled.ok()) << Told(filled);
  EXPECT_EQ(filled.version, 1);
  EXPECT_EQ(office_.Data(id, "matter"), Value("户外广告"));
  const Answer submitted = office_.Fire(id, "submit", "{}", kAdmin);
  ASSERT_TRUE(submitted.ok()) << Told(submitted);
  EXPECT_EQ(submitted.version, 2);
  EXPECT_EQ(submitted.states, std::vector<std::string>{"submitted"});
  EXPECT_EQ(submitted.documents, std::vector<std::string>{"T9001"});
  std::string head;
  std::int64_t seq = 0;
  for (const runtime::HistoryRecord& row : office_.History(id)) {
    const Result<trail::Leaf> leaf = trail::Decode(row.leaf);
    ASSERT_TRUE(leaf.has_value());
    EXPECT_EQ(row.seq, seq++);
    EXPECT_EQ(leaf->case_prev, head);
    head = row.hash;
  }
  EXPECT_EQ(head, Record(id).head);
}

TEST_P(CaseServiceTest, NoSuchCase) {
  const Answer answer = office_.Fire("430602-2023-T01-000099", "fill");
  EXPECT_EQ(answer.verdict, Verdict::kNoSuchCase);
  EXPECT_EQ(office_.Fire("", "fill").verdict, Verdict::kNoSuchCase);
  EXPECT_EQ(office_.Fire("案卷", "fill").verdict, Verdict::kNoSuchCase);
  EXPECT_TRUE(office_.Rows(port::history::kTable).empty());
}

TEST_P(CaseServiceTest, NoSuchEvent) {
  const std::string id = office_.Draft();
  const runtime::CaseRecord before = Record(id);
  const Answer answer = office_.Fire(id, "sumbit", "{}", kAdmin);
  ExpectRefused(id, Verdict::kNoSuchEvent, answer, before);
  EXPECT_NE(answer.mistakes[0].hint.find("submit"), std::string::npos) << Told(answer);
  // An event of another state is as unknown here.
  const runtime::CaseRecord again = Record(id);
  ExpectRefused(id, Verdict::kNoSuchEvent, office_.Fire(id, "approve", "{}", kHead), again);
}

TEST_P(CaseServiceTest, NotYourRole) {
  const std::string id = office_.Draft();
  const Answer answer = office_.Fire(id, "submit", "{}", kClerk);
  EXPECT_EQ(answer.verdict, Verdict::kNotYourRole) << Told(answer);
  EXPECT_NE(answer.mistakes[0].hint.find("ent_admin"), std::string::npos);
  const runtime::CaseRecord before = Record(id);
  EXPECT_EQ(before.version, 0);
  ExpectRefused(id, Verdict::kNoAccount, office_.Fire(id, "submit", "{}", "nobody"), before);
}

TEST_P(CaseServiceTest, OwnOrganisationAndRegionBelow) {
  const std::string id = office_.Submitted();
  // The same role in another enterprise.
  EXPECT_EQ(office_.Fire(id, "note", R"({remark: "x"})", kOther).verdict, Verdict::kNotYourRole);
  // The same role in the next county.
  EXPECT_EQ(office_.Fire(id, "review", "{}", kFar).verdict, Verdict::kNotYourRole);
  EXPECT_EQ(Record(id).version, 1);
  // The county itself, the prefecture and the province above it.
  for (const std::string_view account : {kClerk, kCity, kProvince}) {
    EXPECT_TRUE(office_.Fire(id, "review", "{}", account).ok()) << account;
    EXPECT_EQ(office_.Data(id, "reviewer"), Value(account));
  }
}

TEST_P(CaseServiceTest, OperatorActsOnBehalf) {
  const std::string id = office_.Draft();
  const Answer answer = office_.Fire(id, "submit");
  ASSERT_TRUE(answer.ok()) << Told(answer);
  const Result<trail::Leaf> leaf = trail::Decode(office_.History(id).back().leaf);
  EXPECT_EQ(leaf->actor, "operator");
  EXPECT_EQ(leaf->role, "ent_admin");
  EXPECT_EQ(leaf->on_behalf, "ent_admin");
  EXPECT_EQ(leaf->organisation, "E001");
  EXPECT_EQ(leaf->auth, "local");
}

TEST_P(CaseServiceTest, GuardFalseTellsTheRule) {
  const std::string id =
      office_.Open("permit", R"({employer: "E001", matter: "占道经营"})", kAdmin).case_id;
  const runtime::CaseRecord before = Record(id);
  const Answer answer = office_.Fire(id, "submit", "{}", kAdmin);
  ExpectRefused(id, Verdict::kGuardFalse, answer, before);
  EXPECT_NE(answer.mistakes[0].message.find("应当写明经办人"), std::string::npos);
  EXPECT_NE(answer.mistakes[0].message.find("《示例办法》§3"), std::string::npos);
}

TEST_P(CaseServiceTest, TwoPersonRule) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "review", "{}", kBoth).ok());
  const Answer same = office_.Fire(id, "approve", "{}", kBoth);
  EXPECT_EQ(same.verdict, Verdict::kGuardFalse) << Told(same);
  EXPECT_NE(same.mistakes[0].message.find("不得为同一人"), std::string::npos);
  const Answer other = office_.Fire(id, "approve", "{}", kHead);
  ASSERT_TRUE(other.ok()) << Told(other);
  EXPECT_TRUE(Record(id).ended);
  const Answer after = office_.Fire(id, "review", "{}", kClerk);
  EXPECT_EQ(after.verdict, Verdict::kNoSuchEvent);
  EXPECT_FALSE(after.mistakes[0].hint.empty());
}

TEST_P(CaseServiceTest, TwoPersonRuleHoldsForTheOperatorToo) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "review").ok());
  EXPECT_EQ(office_.Fire(id, "approve").verdict, Verdict::kGuardFalse);
}

TEST_P(CaseServiceTest, FormMistakes) {
  const std::string id = office_.Submitted();
  const runtime::CaseRecord before = Record(id);
  const Answer empty = office_.Fire(id, "note", "{}", kClerk);
  ExpectRefused(id, Verdict::kFormMistakes, empty, before);
  const Answer several = office_.Fire(id, "note", R"({remark: "", amount: -5, other: 1})", kClerk);
  EXPECT_EQ(several.verdict, Verdict::kFormMistakes);
  EXPECT_GE(several.mistakes.size(), 3U) << Told(several);
  const Answer unasked = office_.Fire(id, "review", R"({x: 1})", kClerk);
  EXPECT_EQ(unasked.verdict, Verdict::kFormMistakes) << Told(unasked);
  EXPECT_EQ(Record(id).version, before.version);
}

TEST_P(CaseServiceTest, RequiredFieldsAreAskedForWhereTheStateWantsThem) {
  const std::string id =
      office_.Open("permit", R"({employer: "E001", applicant: {name: "周明远"}})", kAdmin).case_id;
  ASSERT_FALSE(id.empty());  // an incomplete draft is accepted
  ASSERT_TRUE(office_.Fire(id, "fill", R"({amount: 5})", kAdmin).ok());
  const runtime::CaseRecord before = Record(id);
  const Answer answer = office_.Fire(id, "submit", "{}", kAdmin);
  ExpectRefused(id, Verdict::kFormMistakes, answer, before);
  EXPECT_NE(answer.mistakes[0].message.find("事项"), std::string::npos) << Told(answer);
  EXPECT_TRUE(office_.Fire(id, "submit", R"({matter: "占道经营"})", kAdmin).ok());
}

TEST_P(CaseServiceTest, WarningsDoNotBlock) {
  const std::string id = office_.Draft();
  ASSERT_TRUE(office_.Fire(id, "fill", "{amount: 20000}", kAdmin).ok());
  const Answer answer = office_.Fire(id, "submit", "{}", kAdmin);
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer.warnings.size(), 1U);
  EXPECT_NE(answer.warnings[0].find("金额较大"), std::string::npos);
}

TEST_P(CaseServiceTest, ARequestIdDoesThingsOnce) {
  const std::string id = office_.Draft();
  const Answer first = office_.Fire(id, "submit", "{}", kAdmin, "r1");
  ASSERT_EQ(first.verdict, Verdict::kDone) << Told(first);
  const runtime::CaseRecord before = Record(id);
  const Answer again = office_.Fire(id, "submit", "{}", kAdmin, "r1");
  EXPECT_EQ(again.verdict, Verdict::kRepeated) << Told(again);
  EXPECT_EQ(again.case_id, first.case_id);
  EXPECT_EQ(again.version, first.version);
  EXPECT_EQ(again.states, first.states);
  EXPECT_EQ(again.documents, first.documents);
  EXPECT_EQ(Record(id).seq, before.seq);
  EXPECT_EQ(office_.History(id).size(), 2U);

  const Answer other = office_.Fire(id, "note", R"({remark: "x"})", kAdmin, "r1");
  EXPECT_EQ(other.verdict, Verdict::kRequestReused);
  EXPECT_EQ(Record(id).version, before.version);
  EXPECT_EQ(Record(id).state, before.state);
}

TEST_P(CaseServiceTest, ARefusedRequestMayBeTriedAgain) {
  const std::string id =
      office_.Open("permit", R"({employer: "E001", applicant: {name: "周明远"}})", kAdmin).case_id;
  EXPECT_FALSE(office_.Fire(id, "submit", "{}", kAdmin, "r1").ok());
  ASSERT_TRUE(office_.Fire(id, "fill", R"({matter: "x"})", kAdmin).ok());
  EXPECT_EQ(office_.Fire(id, "submit", "{}", kAdmin, "r1").verdict, Verdict::kDone);
}

TEST_P(CaseServiceTest, TheSameRequestOnAnotherDayIsAnother) {
  const std::string id = office_.Submitted();
  runtime::FireCommand command{.case_id = id,
                               .event = "review",
                               .data = Value(Context()),
                               .who = {std::string(kClerk), ""},
                               .request_id = "r1",
                               .eff_date = Date{2023, 3, 2}};
  ASSERT_TRUE(CaseService(office_.office()).Fire(command).ok());
  command.eff_date = Date{2023, 3, 3};
  EXPECT_EQ(CaseService(office_.office()).Fire(command).verdict, Verdict::kRequestReused);
}

TEST_P(CaseServiceTest, AnotherAccountDoesNotSeeTheAnswer) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_.Fire(id, "review", "{}", kClerk, "r1").ok());
  const Answer other = office_.Fire(id, "review", "{}", kCity, "r1");
  EXPECT_EQ(other.verdict, Verdict::kDone);  // a request of its own
  const Answer stranger = office_.Fire(id, "review", "{}", kOther, "r1");
  EXPECT_EQ(stranger.verdict, Verdict::kNotYourRole);
  EXPECT_TRUE(stranger.states.empty());
}

TEST_P(CaseServiceTest, OpeningTwiceIsOnce) {
  const std::string data =
      R"({employer: "E001", matter: "占道经营", remark: "随附照片", applicant: {name: "周明远"}})";
  const Answer first = office_.Open("permit", data, kAdmin, "o1");
  ASSERT_EQ(first.verdict, Verdict::kDone) << Told(first);
  const size_t subjects = office_.Rows(port::subjects::kTable).size();
  const Answer again = office_.Open("permit", data, kAdmin, "o1");
  EXPECT_EQ(again.verdict, Verdict::kRepeated);
  EXPECT_EQ(again.case_id, first.case_id);
  EXPECT_EQ(office_.Rows(port::cases::kTable).size(), 1U);
  EXPECT_EQ(office_.History(first.case_id).size(), 1U);
  // Not even the vault has grown.
  EXPECT_EQ(office_.Rows(port::subjects::kTable).size(), subjects);

  const Answer other = office_.Open("permit", R"({employer: "E002"})", kAdmin, "o1");
  EXPECT_EQ(other.verdict, Verdict::kRequestReused) << Told(other);
  EXPECT_EQ(office_.Rows(port::cases::kTable).size(), 1U);
}

TEST_P(CaseServiceTest, ManyInOneTransaction) {
  std::vector<runtime::OpenCommand> commands;
  for (const char* employer : {"E001", "E009", "E002", "E003"}) {
    commands.push_back({.process = "permit",
                        .region = "",
                        .data = Value(Context({{"employer", Value(employer)}})),
                        .who = {},
                        .request_id = StrCat("b:", employer),
                        .eff_date = std::nullopt});
  }
  const std::vector<Answer> answers = CaseService(office_.office()).OpenMany(commands);
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_TRUE(answers[0].ok());
  EXPECT_FALSE(answers[1].ok());
  EXPECT_TRUE(answers[2].ok());
  EXPECT_TRUE(answers[3].ok());
  EXPECT_EQ(answers[2].case_id, "430602-2023-T01-000002");  // the refused one took no number
  EXPECT_EQ(office_.Rows(port::cases::kTable).size(), 3U);
  const std::vector<Answer> again = CaseService(office_.office()).OpenMany(commands);
  EXPECT_EQ(again[0].verdict, Verdict::kRepeated);
  EXPECT_EQ(again[3].case_id, answers[3].case_id);
  EXPECT_EQ(office_.Rows(port::cases::kTable).size(), 3U);
}

TEST_P(CaseServiceTest, StrangeNamesAreRefusedAndLeaveNothing) {
  const std::string id = office_.Draft();
  const std::vector<std::string> names = {"",
                                          " ",
                                          "*",
                                          "aj.",
                                          "aj.nothing",
                                          "error.execution",
                                          "done.state.draft",
                                          std::string(100'000, 'x'),
                                          std::string("a\0b", 3),
                                          "\xFF\xFE",
                                          "提交\n提交",
                                          std::string(kIdNumber)};
  for (const std::string& name : names) {
    EXPECT_FALSE(office_.Fire(id, name, "{}", kAdmin).ok()) << name.substr(0, 20);
    if (name == kIdNumber) continue;  // request ids and accounts are kept as they are given
    EXPECT_FALSE(office_.Fire(id, name, "{}", kAdmin, name).ok()) << name.substr(0, 20);
    EXPECT_FALSE(office_.Fire(id, "submit", "{}", name.empty() ? "?" : name).ok());
  }
  EXPECT_EQ(Record(id).version, 0);
  for (const runtime::HistoryRecord& row : office_.History(id)) {
    EXPECT_EQ(row.leaf.find(kIdNumber), std::string::npos);
    EXPECT_EQ(row.event.find(kIdNumber), std::string::npos);
    EXPECT_EQ(row.actor.find(kIdNumber), std::string::npos);
  }
}

TEST_P(CaseServiceTest, BusinessDateCountsAndBothAreKept) {
  const std::string id = office_.Draft();
  office_.MoveTo("2023-03-08 10:00");
  runtime::FireCommand command{.case_id = id,
                               .event = "submit",
                               .data = Value(Context()),
                               .who = {std::string(kAdmin), ""},
                               .request_id = "",
                               .eff_date = Date{2023, 3, 6}};
  ASSERT_TRUE(CaseService(office_.office()).Fire(command).ok());
  EXPECT_EQ(office_.Data(id, "submitted_on"), Value(Date{2023, 3, 6}));
  const runtime::HistoryRecord row = office_.History(id).back();
  const Result<trail::Leaf> leaf = trail::Decode(row.leaf);
  EXPECT_EQ(leaf->effective_on, (Date{2023, 3, 6}));
  EXPECT_EQ(leaf->time, TestOffice::Moment("2023-03-08 10:00"));
}

}  // namespace

ANJUAN_BOTH_STORES(CaseServiceTest);

}  // namespace anjuan::test
