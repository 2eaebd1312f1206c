// Erasing a person: refused while the law keeps the data, thorough where it does not, and every
// proof good afterwards.

#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/privacy.h"
#include "engine/vault/token.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using runtime::Answer;
using runtime::AuditReport;
using runtime::CaseRecord;
using runtime::Verdict;

constexpr std::string_view kLongAfter = "2040-01-01";

class ErasureTest : public BothStores {
 protected:
  // A permit of 周明远, whose name stands on its paper and in a comment; ended.
  std::string Ended() {
    const std::string id = office_.Submitted();
    EXPECT_TRUE(office_.Fire(id, "aj.comment", R"({text: "周明远称下周补交"})", kClerk).ok());
    EXPECT_TRUE(office_.Fire(id, "aj.comment", R"({text: "材料齐全"})", kClerk).ok());
    Approve(id);
    office_.Drain();
    EXPECT_TRUE(office_.Load(id)->record.ended);
    return id;
  }

  void Approve(const std::string& id) {
    EXPECT_TRUE(office_.Fire(id, "review", "{}", kClerk).ok());
    EXPECT_TRUE(office_.Fire(id, "approve", "{}", kHead).ok());
  }

  std::string Subject() {
    std::string subject;
    office_.store().Read([&](port::Reader& reader) {
      const auto found = office_.office().vault().Find(reader, "id_number", kIdNumber);
      if (found.size() == 1) subject = found[0];
    });
    return subject;
  }

  Answer Erase(const std::string& id, const std::string& subject, std::string_view account = "") {
    return office_.Fire(
        id, "aj.erase",
        StrCat(R"({subject: ")", vault::DigitsOf(subject), R"(", reason: "本人申请"})"), account);
  }

  static std::string Codes(const Answer& answer) {
    std::string out;
    for (const Diagnostic& mistake : answer.mistakes) out += mistake.code + " ";
    return out;
  }

  std::string Verified() { return runtime::Verify(office_.office(), Silent).mistake; }
  static void Silent(std::int64_t, std::int64_t) {}
};

TEST_P(ErasureTest, TheLawComesFirst) {
  const std::string id = office_.Submitted();
  const std::string subject = Subject();
  ASSERT_FALSE(subject.empty());
  EXPECT_NE(Codes(Erase(id, subject)).find("erase.open"), std::string::npos);
  Approve(id);
  EXPECT_EQ(Codes(Erase(id, subject)), "erase.retention ");
  office_.MoveTo(kLongAfter);
  EXPECT_TRUE(office_.Fire(id, "aj.hold", R"({reason: "诉讼中"})", kClerk).ok());
  EXPECT_EQ(Codes(Erase(id, subject)), "erase.hold ");
  EXPECT_TRUE(office_.Fire(id, "aj.release", R"({reason: "已判决"})", kClerk).ok());
  EXPECT_FALSE(office_.Fire(id, "aj.release", R"({reason: "已判决"})", kClerk).ok());
  EXPECT_EQ(Erase(id, subject, kClerk).verdict, Verdict::kNotYourRole);
  EXPECT_EQ(Codes(Erase(id, "vault:00000000000000000000000000000000")), "erase.subject ");
  EXPECT_TRUE(Erase(id, subject).ok());
}

TEST_P(ErasureTest, WhatNamesThePersonGoesAndNothingElse) {
  const std::string id = Ended();
  const std::string subject = Subject();
  const auto before = office_.Documents(id);
  ASSERT_FALSE(before.empty());
  const AuditReport whole = runtime::Replay(office_.office(), Silent);
  ASSERT_TRUE(whole.ok()) << whole.mistake;
  office_.MoveTo(kLongAfter);
  const Answer erased = Erase(id, subject);
  ASSERT_TRUE(erased.ok()) << Told(erased);
  office_.store().Transact([&](port::Transaction& transaction) {
    EXPECT_TRUE(office_.office().vault().Erase(transaction, subject));
    return true;
  });

  for (const auto& paper : office_.Documents(id)) {
    EXPECT_TRUE(paper.bytes.empty() && paper.salt.empty() && paper.wrapped_key.empty());
    EXPECT_FALSE(paper.sha256.empty());  // what was issued stays proved
  }
  // The comment that names him is gone, the other stands.
  int gone = 0;
  int kept = 0;
  office_.store().Read([&](port::Reader& reader) {
    for (const auto& row : office_.History(id)) {
      if (row.type != "comment") continue;
      const size_t at = row.payload.find("vault:");
      ASSERT_NE(at, std::string::npos);
      const auto text = office_.office().vault().Resolve(reader, row.payload.substr(at, 38));
      ++(text.state() == vault::Revealed::State::kErased ? gone : kept);
    }
    EXPECT_EQ(office_.office().vault().ResolvePerson(reader, subject).state,
              vault::Revealed::State::kErased);
    EXPECT_TRUE(office_.office().vault().Find(reader, "id_number", kIdNumber).empty());
  });
  EXPECT_EQ(gone, 1);
  EXPECT_EQ(kept, 1);

  // Every proof is still good, and the gaps are counted as what they are.
  const AuditReport verified = runtime::Verify(office_.office(), Silent);
  EXPECT_TRUE(verified.ok()) << verified.mistake;
  EXPECT_EQ(verified.erased, static_cast<std::int64_t>(before.size()));
  const AuditReport replayed = runtime::Replay(office_.office(), Silent);
  EXPECT_TRUE(replayed.ok()) << replayed.mistake;
  EXPECT_EQ(replayed.erased, static_cast<std::int64_t>(before.size()));
  EXPECT_EQ(replayed.documents, 0);
}

// The control: the same gap without the row that says so.
TEST_P(ErasureTest, AnUnrecordedGapIsNamed) {
  const std::string id = Ended();
  office_.Tamper([&](port::Transaction& transaction) {
    for (auto paper : office_.Documents(id)) {
      paper.bytes.clear();
      paper.nonce.clear();
      paper.wrapped_key.clear();
      paper.salt.clear();
      transaction.Put(port::documents::kTable, runtime::ToRow(paper));
    }
  });
  EXPECT_NE(Verified().find("没有依法删除的记录"), std::string::npos) << Verified();
}

TEST_P(ErasureTest, APersonIsFoundInEveryCaseThatEverNamedHim) {
  const std::string one = Ended();
  const std::string other = office_.Submitted();
  std::vector<std::string> found;
  office_.store().Read([&](port::Reader& reader) {
    for (const CaseRecord& record : runtime::CasesNaming(reader, Subject(), Silent)) {
      found.push_back(record.id);
    }
  });
  EXPECT_EQ(found, (std::vector<std::string>{one, other}));
}

TEST_P(ErasureTest, WhoLooksLeavesARowWithoutValues) {
  const std::string id = office_.Submitted();
  EXPECT_FALSE(
      office_.Fire(id, "aj.reveal", R"({fields: ["amount"], reason: "核对"})", kClerk).ok());
  EXPECT_FALSE(office_.Fire(id, "aj.reveal", R"({fields: ["applicant"]})", kClerk).ok());
  EXPECT_TRUE(
      office_.Fire(id, "aj.reveal", R"({fields: ["applicant"], reason: "核对"})", kClerk).ok());
  const auto rows = office_.History(id);
  EXPECT_EQ(rows.back().type, "view");
  EXPECT_NE(rows.back().payload.find("applicant"), std::string::npos);
  EXPECT_EQ(Verified(), "");
}

ANJUAN_BOTH_STORES(ErasureTest);

}  // namespace

}  // namespace anjuan::test
