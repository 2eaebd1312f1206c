// Personal data stand in the vault alone: no cell of any table holds them, encrypted bytes apart.

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"
#include "engine/runtime/issue.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

namespace {

using runtime::Answer;
using runtime::Verdict;

constexpr std::string_view kRemark = "住在东风路十二号三楼";
constexpr std::string_view kComment = "周明远称下周补交";
constexpr std::string_view kReason = "因其子患病改期";

class PrivacyTest : public BothStores {
 protected:
  std::string LivedThrough() {
    const Answer opened =
        office_.Open("permit",
                     StrCat(R"({employer: "E001", matter: "占道经营", amount: 800, remark: ")",
                            kRemark, R"(", applicant: {name: "周明远", phone: ")", kPhone,
                            R"(", id_number: ")", kIdNumber, R"("}})"),
                     kAdmin, "open-1");
    EXPECT_TRUE(opened.ok()) << Told(opened);
    const std::string& id = opened.case_id;
    EXPECT_TRUE(office_.Fire(id, "submit", "{}", kAdmin, "submit-1").ok());
    EXPECT_TRUE(office_.Fire(id, "note", StrCat(R"({remark: ")", kRemark, R"(二"})"), kClerk).ok());
    EXPECT_TRUE(
        office_.Fire(id, "aj.comment", StrCat(R"({text: ")", kComment, R"("})"), kClerk).ok());
    EXPECT_TRUE(office_
                    .Fire(id, "aj.correct",
                          StrCat(R"({fields: {remark: ")", kRemark,
                                 R"(三", applicant: {name: "周明远", id_number: ")", kIdNumber,
                                 R"("}}, reason: ")", kReason, R"("})"))
                    .ok());
    EXPECT_TRUE(office_.Fire(id, "inspect", "{}", kClerk).ok());
    // Refused ones leave nothing either.
    EXPECT_FALSE(office_.Fire(id, "review", StrCat(R"({x: ")", kIdNumber, R"("})"), kClerk).ok());
    EXPECT_FALSE(
        office_.Fire(id, "note", StrCat(R"({remark: ")", kPhone, R"(", amount: -1})"), kClerk)
            .ok());
    EXPECT_FALSE(office_.Fire(id, std::string(kIdNumber), "{}", kClerk).ok());
    EXPECT_FALSE(office_.Fire(id, StrCat("review.", kIdNumber), "{}", kClerk).ok());
    office_.Drain();
    office_.TickTo("2023-04-01");
    return id;
  }
};

TEST_P(PrivacyTest, NoCellHoldsAPersonalValue) {
  LivedThrough();
  const std::vector<std::string_view> secrets = {kIdNumber, kPhone,   "周明远",
                                                 kRemark,   kComment, kReason};
  for (const port::Table* table : port::AllTables()) {
    for (const port::Row& row : office_.Rows(*table)) {
      for (size_t column = 0; column < row.size(); ++column) {
        const auto* text = std::get_if<std::string>(&row[column]);
        if (text == nullptr) continue;
        for (const std::string_view secret : secrets) {
          EXPECT_EQ(text->find(secret), std::string::npos)
              << secret << " in " << table->name << "." << table->columns[column].name;
        }
      }
    }
  }
}

TEST(PrivacyFileTest, NoByteOfTheFileHoldsAPersonalValue) {
  TestOffice office(StoreKind::kSqlite);
  office.Submitted();
  for (const char* suffix : {"", "-wal"}) {
    std::ifstream in(office.store_path() + suffix, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    const std::string text = bytes.str();
    EXPECT_TRUE(suffix[0] != '\0' || !text.empty());
    for (const std::string_view secret : {kIdNumber, kPhone, std::string_view("周明远")}) {
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in office.db" << suffix;
    }
  }
}

TEST_P(PrivacyTest, ThePaperShowsThem) {
  const std::string id = office_.Submitted();
  const auto loaded = office_.Load(id);
  const Value& applicant = office_.Data(id, "applicant");
  ASSERT_NE(applicant["subject"].string(), nullptr);
  EXPECT_TRUE(applicant["name"].is_null());
  office_.store().Read([&](port::Reader& reader) {
    const Result<Value> resolved = office_.office().vault().ResolveAll(reader, applicant);
    ASSERT_TRUE(resolved.has_value());
    EXPECT_EQ((*resolved)["name"], Value("周明远"));
    EXPECT_EQ((*resolved)["phone"], Value(kPhone));
  });
}

// A name the fonts cannot print: the person is told, what is stored names nobody.
TEST_P(PrivacyTest, AMissingGlyphNamesNobodyInTheHistory) {
  const Answer opened = office_.Open(
      "permit", R"({employer: "E001", matter: "x", applicant: {name: "周\U013000远"}})", kAdmin);
  ASSERT_TRUE(opened.ok()) << Told(opened);
  const Answer answer = office_.Fire(opened.case_id, "submit", "{}", kAdmin);
  ASSERT_EQ(answer.verdict, Verdict::kFormMistakes) << Told(answer);
  const runtime::HistoryRecord row = office_.History(opened.case_id).back();
  EXPECT_EQ(row.type, "refused");
  EXPECT_EQ(row.payload.find("\U00013000"), std::string::npos) << row.payload;
  EXPECT_EQ(row.payload.find("周"), std::string::npos) << row.payload;
}

// The same in a timer's step: the incident names nobody either.
TEST_P(PrivacyTest, AMissingGlyphNamesNobodyInAnIncident) {
  const std::string id = office_.Submitted();
  ASSERT_TRUE(office_
                  .Fire(id, "aj.correct",
                        R"({fields: {applicant: {name: "周\U013000远"}}, reason: "改名"})")
                  .ok());
  EXPECT_EQ(office_.TickTo("2023-03-20").incidents, 1);
  const runtime::HistoryRecord row = office_.History(id).back();
  ASSERT_EQ(row.type, "incident");
  EXPECT_NE(row.payload.find("doc.character"), std::string::npos) << row.payload;
  EXPECT_EQ(row.payload.find("\U00013000"), std::string::npos) << row.payload;
  EXPECT_EQ(row.payload.find("U+13000"), std::string::npos) << row.payload;
}

TEST_P(PrivacyTest, OnePersonIsOneToken) {
  const std::string first = office_.Draft();
  const std::string second = office_.Draft();
  EXPECT_EQ(office_.Data(first, "applicant")["subject"],
            office_.Data(second, "applicant")["subject"]);
  // The same name alone joins nobody.
  const std::string third =
      office_.Open("permit", R"({employer: "E001", applicant: {name: "周明远"}})", kAdmin).case_id;
  EXPECT_NE(office_.Data(first, "applicant")["subject"],
            office_.Data(third, "applicant")["subject"]);
}

TEST_P(PrivacyTest, ATokenTypedByAUserIsRefused) {
  const std::string id = office_.Submitted();
  const std::string token = *office_.Data(id, "applicant")["subject"].string();
  const std::vector<std::string> attempts = {
      StrCat(R"({employer: "E001", matter: ")", token, R"("})"),
      StrCat(R"({employer: "E001", remark: ")", token, R"("})"),
      StrCat(R"({employer: "E001", applicant: {subject: ")", token, R"("}})"),
      StrCat(R"({employer: "E001", applicant: ")", token, R"("})"),
      StrCat(R"({employer: "E001", matter: " )", token, R"( "})")};
  for (const std::string& data : attempts) {
    const Answer answer = office_.Open("permit", data, kAdmin);
    EXPECT_EQ(answer.verdict, Verdict::kFormMistakes) << data << "\n" << Told(answer);
  }
  EXPECT_FALSE(office_.Fire(id, "note", StrCat(R"({remark: ")", token, R"("})"), kClerk).ok());
  EXPECT_FALSE(office_.Fire(id, "aj.comment", StrCat(R"({text: ")", token, R"("})"), kClerk).ok());
  EXPECT_FALSE(office_
                   .Fire(id, "aj.correct",
                         StrCat(R"({fields: {matter: ")", token, R"("}, reason: "x"})"), kClerk)
                   .ok());
}

TEST_P(PrivacyTest, MalformedTextIsRefused) {
  const std::string id = office_.Submitted();
  for (const std::string& bad :
       {std::string("\xFF\xFE"), std::string("\xE6\x98"), std::string("a\0b", 3)}) {
    runtime::OpenCommand open;
    open.process = "permit";
    open.data = Value(Context({{"employer", Value("E001")}, {"matter", Value(bad)}}));
    EXPECT_FALSE(runtime::CaseService(office_.office()).Open(open).ok());
    open.data = Value(Context({{"employer", Value(bad)}}));
    EXPECT_FALSE(runtime::CaseService(office_.office()).Open(open).ok());
    for (const char* event : {"note", "aj.comment", "aj.correct"}) {
      runtime::FireCommand fire;
      fire.case_id = id;
      fire.event = event;
      fire.data =
          Value(Context({{"remark", Value(bad)}, {"text", Value(bad)}, {"reason", Value(bad)}}));
      EXPECT_FALSE(runtime::CaseService(office_.office()).Fire(fire).ok()) << event;
    }
  }
}

}  // namespace

ANJUAN_BOTH_STORES(PrivacyTest);

}  // namespace anjuan::test
