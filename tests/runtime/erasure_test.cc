// Erasing a person: refused while the law keeps the data, thorough where it does not, and every
// proof good afterwards.

#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/privacy.h"
#include "engine/runtime/returns.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
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

constexpr std::string_view kLongName = "阿不都热西提·买买提江";

// Papers in which the layout parts what belongs together.
class ErasedPapers : public ErasureTest {
 protected:
  // A record of the hearing whose witness is named behind so many characters of his answer.
  std::string Heard(int answer, std::string_view name) {
    const Answer opened = office_.Open(
        "hearing", StrCat(R"({employer: "E001", witness: {name: ")", name, R"(", id_number: ")",
                          kIdNumber, R"("}, claim: ")", Repeat("申", 900), R"(", answer: ")",
                          Repeat("答", answer), R"("})"));
    EXPECT_TRUE(opened.ok()) << Told(opened);
    const Answer recorded = office_.Fire(opened.case_id, "record");
    EXPECT_TRUE(recorded.ok()) << Told(recorded);
    office_.Drain();
    return opened.case_id;
  }
  static std::string Repeat(std::string_view what, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += what;
    return out;
  }
  // The characters of the case's only paper in the order they were set.
  std::string Page(const std::string& id) {
    const auto loaded = office_.Load(id);
    chart::IssueDocument issue;
    const auto look = [&](const runtime::FoldedStep& step) {
      for (const chart::Effect& effect : step.step.effects) {
        if (const auto* one = std::get_if<chart::IssueDocument>(&effect)) issue = *one;
      }
      return true;
    };
    EXPECT_TRUE(runtime::FoldCase(*loaded->definition, office_.History(id), look).has_value());
    std::string out;
    office_.store().Read([&](port::Reader& reader) {
      const auto paper = office_.Documents(id).at(0);
      const auto pages = runtime::LayOut(office_.office(), reader, *loaded->definition, issue,
                                         paper.issued_at, &paper);
      for (const doc::Page& page : pages->pages) {
        for (const doc::Run& run : page.runs) {
          for (const doc::PlacedGlyph& glyph : run.glyphs) AppendUtf8(out, glyph.character);
        }
      }
    });
    return out;
  }
  bool Gone(const std::string& id) { return office_.Documents(id).at(0).bytes.empty(); }
};

TEST_P(ErasedPapers, ANameBrokenOverTwoLinesOfACutRowIsFound) {
  // Lines of the two cells take turns, so the page nowhere says the name as it is written.
  const std::string id = Heard(812, kLongName);
  ASSERT_EQ(Page(id).find(kLongName), std::string::npos);
  ASSERT_NE(Page(id).find("阿"), std::string::npos);
  office_.MoveTo(kLongAfter);
  ASSERT_FALSE(Gone(id));
  const Answer erased = Erase(id, Subject());
  ASSERT_TRUE(erased.ok()) << Told(erased);
  EXPECT_TRUE(Gone(id));
  EXPECT_EQ(Verified(), "");
}

TEST_P(ErasedPapers, ANameIsFoundAsItWasPrinted) {
  const std::string id = Heard(10, "周明远");
  const Context person({{"id_number", Value(kIdNumber)}, {"name", Value("周远明")}});
  office_.store().Transact([&](port::Transaction& transaction) {
    return office_.office()
        .vault()
        .SealPerson(transaction, person, office_.Now() + 1000)
        .has_value();
  });
  office_.MoveTo(kLongAfter);
  const Answer erased = Erase(id, Subject());
  ASSERT_TRUE(erased.ok()) << Told(erased);
  EXPECT_TRUE(Gone(id));
}

TEST_P(ErasedPapers, APaperThatSaysSomebodyElseStays) {
  const std::string id = Heard(10, "周 明 远");
  std::string other;
  office_.store().Transact([&](port::Transaction& transaction) {
    const Context person({{"name", Value("周明运")}, {"phone", Value("13900000000")}});
    other = office_.office().vault().SealPerson(transaction, person, office_.Now()).value();
    return true;
  });
  office_.MoveTo(kLongAfter);
  ASSERT_TRUE(Erase(id, other).ok());
  EXPECT_FALSE(Gone(id));
  // The same with the blanks somebody typed into his name.
  ASSERT_TRUE(Erase(id, Subject()).ok());
  EXPECT_TRUE(Gone(id));
}

// What another person wrote of him goes; who wrote it stays.
TEST_P(ErasedPapers, ATextOfSomebodyElsesGoesAlone) {
  const std::string id = Ended();
  std::string author;
  std::string text;
  office_.store().Transact([&](port::Transaction& transaction) {
    const vault::Vault& vault = office_.office().vault();
    const Context person({{"name", Value("王示一")}, {"phone", Value("13900000001")}});
    author = vault.SealPerson(transaction, person, office_.Now()).value();
    text = vault.SealText(transaction, "周明远没有来", {.subject = author}, office_.Now()).value();
    return true;
  });
  office_.Tamper([&](port::Transaction& transaction) {
    for (runtime::HistoryRecord row : office_.History(id)) {
      if (row.type != "comment") continue;
      const size_t at = row.payload.find("vault:");
      row.payload.replace(at, text.size(), text);
      transaction.Put(port::history::kTable, runtime::ToRow(row));
      break;
    }
  });
  office_.MoveTo(kLongAfter);
  ASSERT_TRUE(Erase(id, Subject()).ok());
  office_.store().Read([&](port::Reader& reader) {
    const vault::Vault& vault = office_.office().vault();
    EXPECT_EQ(vault.Resolve(reader, text).state(), vault::Revealed::State::kErased);
    const vault::RevealedPerson kept = vault.ResolvePerson(reader, author);
    EXPECT_EQ(kept.state, vault::Revealed::State::kPresent);
    EXPECT_EQ(kept.fields.size(), 2U);
  });
}

ANJUAN_BOTH_STORES(ErasedPapers);

// Sheets that name who applied, what he explained, and nobody.
class ErasedReturns : public ErasureTest {
 protected:
  void SetUp() override {
    const std::string text = Sheet("Y01", "applicant.name + \"（\" + matter + \"）\"");
    const runtime::Files files = {{"sheets/Y01.json", text},
                                  {"sheets/Y02.json", Sheet("Y02", "remark")},
                                  {"sheets/Y03.json", Sheet("Y03", "matter")}};
    const auto imported = runtime::ImportShared(office_.office(), files);
    ASSERT_TRUE(imported.has_value()) << Render(imported.error());
    case_ = Ended();
    subject_ = Subject();
    for (const char* sheet : {"Y01", "Y02", "Y03"}) ids_.push_back(Freeze(sheet));
    ASSERT_NE(Text(ids_[0]).find("周明远（占道经营）"), std::string::npos) << Text(ids_[0]);
    ASSERT_NE(Text(ids_[1]).find("按原址办理"), std::string::npos) << Text(ids_[1]);
    ASSERT_NE(Text(ids_[2]).find("占道经营"), std::string::npos) << Text(ids_[2]);
    ASSERT_EQ(Verified(), "");
  }

  static std::string Sheet(const std::string& id, const std::string& text) {
    return StrCat(R"json({
  "id": ")json",
                  id, R"json(", "title_zh": "许可情况表", "orientation": "portrait",
  "columns": [
    {"key": "type", "zh": "类型", "type": "text", "header_path": ["类型"], "width": 20},
    {"key": "sent", "zh": "单位数", "type": "uint", "header_path": ["单位数"], "width": 9},
    {"key": "names", "zh": "名单", "type": "text", "header_path": ["名单"], "width": 30}
  ],
  "body": {"kind": "fixed_rows", "row_label_column": "type",
           "rows": [{"key": "private", "label": "私营企业"}]},
  "counting": {
    "rows_by": "type", "cases": ["permit"],
    "sets": {"sent": {"fact": "T.submitted", "date": "window"}},
    "columns": {"sent": {"count": "sent"}, "names": {"list": "sent", "text": )json",
                  WriteJson(Value(text)), R"json(}}
  }
})json");
  }

  Result<runtime::Frozen> TryFreeze(const std::string& sheet, const std::string& replaces) {
    runtime::SheetRequest request;
    request.id = sheet;
    request.region = "430600";
    request.from = ParseDate("2023-01-01");
    request.to = ParseDate("2023-12-31");
    return runtime::FreezeSheet(office_.office(),
                                {.request = request, .who = {}, .replaces = replaces});
  }

  std::string Freeze(const std::string& sheet, const std::string& replaces = "") {
    const auto frozen = TryFreeze(sheet, replaces);
    EXPECT_TRUE(frozen.has_value()) << Render(frozen.error());
    return frozen ? frozen->record.id : "";
  }

  // What a return's cells say, or why it does not.
  std::string Text(const std::string& id) {
    const auto loaded = runtime::LoadReturn(office_.office(), id);
    if (!loaded) return StrCat(loaded.error().front().code, " ", Render(loaded.error()));
    return WriteJson(Value(loaded->sheet.data.fixed.at("private")));
  }

  // As `anjuan erase` does it.
  std::vector<std::string> ErasePerson() {
    const Answer answer = Erase(case_, subject_);
    EXPECT_TRUE(answer.ok()) << Told(answer);
    std::vector<std::string> out;
    office_.store().Transact([&](port::Transaction& transaction) {
      const auto erased =
          runtime::ErasePeople(office_.office(), transaction, {subject_}, "", "本人申请");
      if (!erased) return false;
      EXPECT_EQ(erased->people, 1);
      out = erased->returns.frozen;
      return true;
    });
    return out;
  }

  std::vector<runtime::OfficeEvent> Events() {
    std::vector<runtime::OfficeEvent> out;
    office_.store().Read([&](port::Reader& reader) { out = runtime::OfficeEvents(reader); });
    return out;
  }

  port::Row ReturnRow(const std::string& id) {
    for (const port::Row& row : office_.Rows(port::registers::kTable)) {
      if (runtime::TextOf(row, port::registers::kKind) == "return" &&
          runtime::TextOf(row, port::registers::kId) == id) {
        return row;
      }
    }
    return {};
  }

  // What verify says of a return whose body somebody rewrote.
  std::string VerifiedWith(const std::string& id, const Context& body) {
    const port::Row was = ReturnRow(id);
    port::Row changed = was;
    changed[port::registers::kBody] = port::Cell(WriteCanonical(Value(body)));
    office_.Tamper([&](port::Transaction& t) { t.Put(port::registers::kTable, changed); });
    std::string told = Verified();
    office_.Tamper([&](port::Transaction& t) { t.Put(port::registers::kTable, was); });
    return told;
  }

  Context Body(const std::string& id) {
    const auto body = ReadCanonical(runtime::TextOf(ReturnRow(id), port::registers::kBody));
    return *body->context();
  }

  std::string case_;
  std::string subject_;
  std::vector<std::string> ids_;
};

TEST_P(ErasedReturns, TheOneThatNamesThePersonGoesAndIsFrozenAnew) {
  office_.MoveTo(kLongAfter);
  const Context before = Body(ids_[0]);
  EXPECT_EQ(ErasePerson(), std::vector<std::string>{ids_[0]});
  EXPECT_EQ(Verified(), "");

  const Context after = Body(ids_[0]);
  EXPECT_EQ(after.entries().size(), 2U);  // header and hash, as they were
  EXPECT_EQ(*after.Find("header"), *before.Find("header"));
  EXPECT_EQ(*after.Find("hash"), *before.Find("hash"));
  EXPECT_NE(Text(ids_[1]).find("按原址办理"), std::string::npos);
  EXPECT_NE(Text(ids_[2]).find("占道经营"), std::string::npos);

  const std::vector<runtime::OfficeEvent> events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].event, "return.erased");
  EXPECT_EQ(events[0].by, "operator");
  EXPECT_FALSE(events[0].reason.is_null());
  EXPECT_EQ(TextIn(events[0].data, "return"), ids_[0]);
  EXPECT_EQ(TextIn(events[0].data, "subject"), vault::DigitsOf(subject_));

  const std::string told = Text(ids_[0]);
  EXPECT_TRUE(told.starts_with("return.erased")) << told;
  EXPECT_NE(told.find("依法删除"), std::string::npos) << told;
  EXPECT_NE(told.find(StrCat("--from 2023-01-01 --to 2023-12-31 --closing ")), std::string::npos)
      << told;
  EXPECT_NE(told.find(StrCat("--freeze --replaces ", ids_[0])), std::string::npos) << told;
  EXPECT_FALSE(TryFreeze("Y01", "").has_value());
  const std::string again = Freeze("Y01", ids_[0]);
  EXPECT_EQ(Text(again).find("周明远"), std::string::npos) << Text(again);
  EXPECT_NE(Text(again).find("占道经营"), std::string::npos) << Text(again);
  EXPECT_EQ(Verified(), "");
}

// A name corrected after the freezing is looked for as it was.
TEST_P(ErasedReturns, ANameIsLookedForAsItWasThen) {
  office_.MoveTo("2023-06-01");
  office_.store().Transact([&](port::Transaction& transaction) {
    const Context person({{"id_number", Value(kIdNumber)}, {"name", Value("周远明")}});
    return office_.office().vault().SealPerson(transaction, person, office_.Now()).has_value();
  });
  office_.MoveTo(kLongAfter);
  EXPECT_EQ(ErasePerson(), std::vector<std::string>{ids_[0]});
  EXPECT_EQ(Verified(), "");
}

TEST_P(ErasedReturns, VerifyAcceptsWhatARowSaysAndNothingElse) {
  const auto bare = [&](const std::string& id) {
    const Context body = Body(id);
    return Context({{"header", *body.Find("header")}, {"hash", *body.Find("hash")}});
  };
  const Context whole = Body(ids_[0]);
  EXPECT_NE(VerifiedWith(ids_[0], bare(ids_[0])).find("没有依法删除的记录"), std::string::npos);
  office_.MoveTo(kLongAfter);
  ASSERT_EQ(ErasePerson().size(), 1U);
  // The row is of that return alone, and half a gap is none.
  EXPECT_NE(VerifiedWith(ids_[2], bare(ids_[2])).find("没有依法删除的记录"), std::string::npos);
  Context half = Body(ids_[2]);
  half.Set("key", Value(""));
  EXPECT_NE(VerifiedWith(ids_[2], half), "");
  EXPECT_NE(VerifiedWith(ids_[0], whole).find("内容仍在"), std::string::npos);
  EXPECT_EQ(Verified(), "");
}

TEST_P(ErasedReturns, TheLawComesFirstForThemToo) {
  EXPECT_EQ(Codes(Erase(case_, subject_)), "erase.retention ");
  office_.MoveTo(kLongAfter);
  ASSERT_TRUE(office_.Fire(case_, "aj.hold", R"({reason: "诉讼中"})", kClerk).ok());
  EXPECT_FALSE(office_.Fire(case_, "aj.erase", R"({whole: true, reason: "期满"})").ok());
  EXPECT_NE(Text(ids_[0]).find("周明远"), std::string::npos);
  EXPECT_NE(Text(ids_[1]).find("按原址办理"), std::string::npos);
  EXPECT_TRUE(Events().empty());
}

// One that does not open may spell him out: the person stays until it is looked at.
TEST_P(ErasedReturns, WhatCannotBeReadStopsTheErasure) {
  office_.MoveTo(kLongAfter);
  Context broken = Body(ids_[2]);
  broken.Set("nonce", Value("00"));
  port::Row row = ReturnRow(ids_[2]);
  row[port::registers::kBody] = port::Cell(WriteCanonical(Value(broken)));
  office_.Tamper([&](port::Transaction& t) { t.Put(port::registers::kTable, row); });
  office_.store().Transact([&](port::Transaction& transaction) {
    const auto erased =
        runtime::ErasePeople(office_.office(), transaction, {subject_}, "", "本人申请");
    EXPECT_FALSE(erased.has_value());
    return true;
  });
  EXPECT_EQ(Subject(), subject_);
  EXPECT_NE(Text(ids_[0]).find("周明远"), std::string::npos);
}

TEST_P(ErasedReturns, TextsOfACaseDisposedOfGoFromThemToo) {
  office_.MoveTo(kLongAfter);
  const Answer answer =
      office_.Fire(case_, "aj.erase", R"({whole: true, reason: "期满", by: "clerk"})");
  ASSERT_TRUE(answer.ok()) << Told(answer);
  EXPECT_TRUE(Text(ids_[1]).starts_with("return.erased")) << Text(ids_[1]);
  EXPECT_NE(Text(ids_[0]).find("周明远"), std::string::npos);
  EXPECT_NE(Text(ids_[2]).find("占道经营"), std::string::npos);
  ASSERT_EQ(Events().size(), 1U);
  EXPECT_EQ(Events()[0].by, "clerk");
  EXPECT_EQ(TextIn(Events()[0].data, "case"), case_);
  EXPECT_EQ(Verified(), "");
}

ANJUAN_BOTH_STORES(ErasedReturns);

ANJUAN_BOTH_STORES(ErasureTest);

}  // namespace

}  // namespace anjuan::test
