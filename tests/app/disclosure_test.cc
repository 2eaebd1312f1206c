// Personal fields of a case shown in its dossier one by one: proved, withheld, erased; and what a
// forger would change.

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/disclosure.h"
#include "engine/value/json.h"
#include "tests/app/harness.h"
#include "tests/support/tools.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "周明远";
constexpr const char* kRemark = "家住示例路九号";

class DisclosureTest : public OfficeTest {
 protected:
  // The first paper reads applicant and remark, the second neither.
  void SetUp() override {
    Init();
    id_ = Open();
    Fire({"fill", "--set", StrCat("remark=", kRemark)});
    Fire({"submit"});
    Fire({"announce"});
  }

  void Fire(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"fire", id_});
    const Outcome done = Run(arguments);
    ASSERT_EQ(done.exit, 0) << done.err;
  }

  void Disclose(const std::string& folder, const std::string& fields) {
    const Outcome done =
        Run({"export", id_, "-o", Path(folder), "--disclose", fields, "--reason", "审计抽查"});
    ASSERT_EQ(done.exit, 0) << done.err;
  }

  trail::FieldDisclosure Shown(const std::string& folder, const std::string& field) const {
    const auto read =
        trail::DecodeDisclosure(ReadAll(Path(StrCat(folder, "/disclosed/", field, ".json"))));
    EXPECT_TRUE(read.has_value()) << field;
    return read.value_or(trail::FieldDisclosure());
  }

  Outcome VerifyWith(const std::string& folder, const std::string& name,
                     const trail::FieldDisclosure& disclosure) {
    Write(StrCat(folder, "/disclosed/", name, ".json"), trail::Encode(disclosure));
    return Verify({Path(folder)});
  }

  // Whether any file of the folder spells it, PDF unpacked.
  bool Holds(const std::string& folder, const std::string& words) const {
    for (const auto& entry : fs::recursive_directory_iterator(Path(folder))) {
      if (!entry.is_regular_file()) continue;
      if (ReadAll(entry.path()).find(words) != std::string::npos) return true;
      if (entry.path().extension() != ".pdf") continue;
      const std::string text = Output(StrCat("pdftotext ", entry.path().string(), " -"));
      if (text.find(words) != std::string::npos) return true;
    }
    return false;
  }

  std::string id_;
};

TEST_F(DisclosureTest, OneFieldIsShownAndProvedTheOtherStaysHidden) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  Disclose("d", "applicant");
  EXPECT_TRUE(Holds("d", kName));
  EXPECT_FALSE(Holds("d", kRemark));
  // The announcement tells neither; the notice would tell both.
  EXPECT_EQ(std::distance(fs::directory_iterator(Path("d/documents")), {}), 1);
  EXPECT_FALSE(fs::exists(Path("d/volume.pdf")));
  const Outcome verified = Verify({Path("d")});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  EXPECT_NE(verified.out.find("公开的个人信息 经办人（applicant）"), std::string::npos)
      << verified.out;
  EXPECT_NE(verified.out.find("不予公开的个人信息：说明（remark）"), std::string::npos);
  EXPECT_NE(verified.out.find("T9001 示例受理通知书"), std::string::npos) << "named as not shown";
  const Outcome english = Verify({Path("d"), "--lang", "en"});
  EXPECT_NE(english.out.find("disclosed field applicant"), std::string::npos) << english.out;
  // Who asked and why stands in the history the dossier proves.
  const std::vector<Value> rows = JsonLines(Run({"history", id_, "--json"}).out);
  EXPECT_EQ(rows.back()["leaf"]["event"], Value("aj.reveal"));
  EXPECT_EQ(rows.back()["payload"]["fields"], Value(List{Value("applicant")}));
  EXPECT_NE(ReadAll(Path("d/case.jsonl")).find("aj.reveal"), std::string::npos);
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
}

TEST_F(DisclosureTest, ATextIsShownWithoutThePerson) {
  Disclose("d", "remark");
  EXPECT_FALSE(Holds("d", kName));
  EXPECT_TRUE(Holds("d", kRemark));
  EXPECT_EQ(Verify({Path("d")}).exit, 0);
}

TEST_F(DisclosureTest, WhatIsChangedIsRefused) {
  Disclose("d", "applicant,remark");
  ASSERT_EQ(Verify({Path("d")}).exit, 0);
  const trail::FieldDisclosure person = Shown("d", "applicant");
  const trail::FieldDisclosure text = Shown("d", "remark");
  ASSERT_FALSE(person.values.empty());
  ASSERT_EQ(text.values.size(), 1U);
  EXPECT_EQ(text.values[0].value, Value(kRemark));

  const auto refused = [&](const std::string& name, const trail::FieldDisclosure& honest,
                           const trail::FieldDisclosure& forged, const std::string& why) {
    const Outcome told = VerifyWith("d", name, forged);
    EXPECT_EQ(told.exit, 1) << why << told.out;
    EXPECT_NE(told.out.find(why), std::string::npos) << told.out;
    EXPECT_EQ(VerifyWith("d", name, honest).exit, 0);
  };
  trail::FieldDisclosure forged = text;
  forged.values[0].value = Value("家住示例路八号");
  refused("remark", text, forged, "值不是第");
  forged = text;
  forged.values[0].salt[0] ^= 1;
  refused("remark", text, forged, "值不是第");
  forged = text;
  forged.values[0].salt.pop_back();
  refused("remark", text, forged, "值不是第");
  forged = text;
  forged.values[0].row = 99;
  refused("remark", text, forged, "没有出示");
  // The text under the person's name, the person as the text.
  forged = person;
  forged.values = text.values;
  refused("applicant", person, forged, "字段 applicant 里不是这一项");
  forged = person;
  forged.values[0].part = "phone";
  refused("applicant", person, forged, "里不是这一项");
  forged = text;
  forged.field = "matter";
  refused("remark", text, forged, "另一字段");
  // Hidden behind an erasure that never was.
  forged = text;
  forged.values.clear();
  forged.hidden.push_back({.path = {}, .erased = true});
  refused("remark", text, forged, "历史里没有删除的记载");
  // The state exchanged.
  const std::string state = ReadAll(Path("d/state.json"));
  Write("d/state.json", "{}");
  EXPECT_NE(Verify({Path("d")}).out.find("不是最后一条历史所载的现状"), std::string::npos);
  Write("d/state.json", state);
  EXPECT_EQ(Verify({Path("d")}).exit, 0);
}

TEST_F(DisclosureTest, AllAndNone) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  const size_t before = Lines(Run({"history", id_, "--json"}).out).size();
  ASSERT_EQ(Run({"export", id_, "-o", Path("none"), "--disclose", "none"}).exit, 0);
  EXPECT_EQ(Lines(Run({"history", id_, "--json"}).out).size(), before) << "nobody looked";
  EXPECT_FALSE(Holds("none", kName));
  EXPECT_FALSE(Holds("none", kRemark));
  EXPECT_EQ(Verify({Path("none")}).exit, 0);
  Disclose("all", "all");
  EXPECT_TRUE(Holds("all", kName));
  EXPECT_TRUE(Holds("all", kRemark));
  EXPECT_TRUE(fs::exists(Path("all/volume.pdf")));
  EXPECT_EQ(Verify({Path("all")}).exit, 0);
}

TEST_F(DisclosureTest, MistakesLeaveNothingBehind) {
  const size_t before = Lines(Run({"history", id_, "--json"}).out).size();
  const Outcome why = Run({"export", id_, "-o", Path("d"), "--disclose", "applicant"});
  EXPECT_EQ(why.exit, 1);
  EXPECT_NE(why.err.find("--reason"), std::string::npos) << why.err;
  const Outcome typo =
      Run({"export", id_, "-o", Path("d"), "--disclose", "aplicant", "--reason", "x"});
  EXPECT_EQ(typo.exit, 1);
  EXPECT_NE(typo.err.find("applicant"), std::string::npos) << typo.err;
  EXPECT_EQ(Run({"export", id_, "-o", Path("d"), "--bare", "--disclose", "all"}).exit, 2);
  EXPECT_FALSE(fs::exists(Path("d")));
  // The attempt at a field that is none is in the history, as refused.
  const std::vector<Value> rows = JsonLines(Run({"history", id_, "--json"}).out);
  EXPECT_EQ(rows.size(), before + 1);
  EXPECT_NE(rows.back()["leaf"]["outcome"], Value("ok"));
}

TEST_F(DisclosureTest, WhatIsErasedCannotBeShownAndIsSaidToBe) {
  const std::string accounts = Write("accounts.csv",
                                     "account,role,org,region,name\n"
                                     "clerk,hrss_clerk,,430602,钱示二\n"
                                     "head,hrss_head,,430602,孙示三\n");
  ASSERT_EQ(Run({"import", "accounts", accounts}).exit, 0);
  Fire({"review", "--as", "clerk"});
  Fire({"approve", "--as", "head"});
  Disclose("before", "applicant");
  ASSERT_EQ(Run({"tick", "--until", "2035-01-01"}).exit, 0);
  const std::vector<Value> found = JsonLines(Run({"person", "--name", kName, "--json"}).out);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(Run({"erase", *found[0]["subject"].string(), "--reason", "本人申请"}).exit, 0);
  Disclose("after", "applicant,remark");
  const trail::FieldDisclosure gone = Shown("after", "applicant");
  EXPECT_TRUE(gone.values.empty());
  ASSERT_EQ(gone.hidden.size(), 1U);
  EXPECT_TRUE(gone.hidden[0].erased);
  EXPECT_FALSE(Holds("after", kName));
  EXPECT_TRUE(Holds("after", kRemark));
  const Outcome verified = Verify({Path("after")});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  EXPECT_NE(verified.out.find("依法删除的个人信息：经办人（applicant）"), std::string::npos)
      << verified.out;
  // The salt went with the key: what was committed can be guessed by nobody.
  const std::string payload = ReadAll(Path("after/payloads/000000.json"));
  const std::string salt = ToHex(Shown("before", "applicant").values.at(0).salt);
  EXPECT_NE(payload.find("commit"), std::string::npos);
  for (const auto& entry : fs::recursive_directory_iterator(office())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(ReadAll(entry.path()).find(salt), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace anjuan::test
