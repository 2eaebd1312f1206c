// retention: what may be destroyed is listed, what must stay stays, and proofs hold afterwards.

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "tests/app/harness.h"
#include "tests/support/tools.h"

namespace anjuan::test {
namespace {

class RetentionTest : public OfficeTest {
 protected:
  void SetUp() override {
    Init();
    const std::string accounts = Write("accounts.csv",
                                       "account,role,org,region,name\n"
                                       "clerk,hrss_clerk,,430602,钱示二\n"
                                       "head,hrss_head,,430602,孙示三\n");
    EXPECT_EQ(Run({"import", "accounts", accounts}).exit, 0);
    for (std::string& id : closed_) id = Close("周明远");
    held_ = Close("周明远");
    other_ = Close("吴示远");
    EXPECT_EQ(Run({"fire", held_, "aj.hold", "--set", "reason=行政诉讼"}).exit, 0);
  }
  std::string Close(const std::string& applicant) {
    const std::string id =
        Lines(Run({"open", "permit", "--set", "employer=E1", "--set", "matter=占道经营", "--set",
                   "applicant=" + applicant, "--set", "amount:=800"})
                  .out)
            .at(0);
    EXPECT_EQ(Run({"fire", id, "submit"}).exit, 0);
    EXPECT_EQ(Run({"fire", id, "announce"}).exit, 0);
    EXPECT_EQ(Run({"fire", id, "aj.comment", "--set", "text=" + applicant + "来电"}).exit, 0);
    EXPECT_EQ(Run({"fire", id, "review", "--as", "clerk"}).exit, 0);
    EXPECT_EQ(Run({"fire", id, "approve", "--as", "head"}).exit, 0);
    return id;
  }
  Outcome Apply(const std::string& by = "clerk", const std::string& approved = "head",
                const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {
        "retention",      "--apply", "-o", Path("list.pdf"), "--reason",
        "期满无保存价值", "--as",    by,   "--approved-by",  approved};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  size_t Prints(const std::string& id) {
    size_t count = 0;
    const auto folder = office() / "documents" / id;
    if (!std::filesystem::exists(folder)) return 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      count += entry.path().extension() == ".pdf" ? 1 : 0;
    }
    return count;
  }
  // Whoever is shown a paper finds its case by the code on it.
  size_t Codes(const std::string& id) {
    size_t count = 0;
    app::OpenOffice::Open(office()).value()->office().store().Read([&](port::Reader& reader) {
      reader.Scan(port::search::kTable, {}, [&](const port::Row& row) {
        count += row[port::search::kField] == port::Cell("verification") &&
                         row[port::search::kCase] == port::Cell(id)
                     ? 1
                     : 0;
        return true;
      });
    });
    return count;
  }
  void ExpectProofs() {
    const Outcome verified = Run({"verify"});
    EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
    const Outcome replayed = Run({"replay"});
    EXPECT_EQ(replayed.exit, 0) << replayed.out << replayed.err;
  }

  std::string closed_[2];
  std::string held_;
  std::string other_;
};

TEST_F(RetentionTest, NothingIsDueBeforeItsTime) {
  EXPECT_NE(Run({"retention"}).out.find("届满 0 卷"), std::string::npos);
  // Closed in 2023, ten years from 1 January 2024: the term ends with 2033.
  const Outcome ahead = Run({"retention", "--year", "2033"});
  EXPECT_EQ(ahead.exit, 0) << ahead.err;
  EXPECT_NE(ahead.out.find("2034-01-01 届满"), std::string::npos) << ahead.out;
  EXPECT_NE(ahead.out.find("届满 3 卷，另有留存 1 卷"), std::string::npos) << ahead.out;
  EXPECT_NE(Run({"retention", "--year", "2032"}).out.find("届满 0 卷"), std::string::npos);
  const Outcome early = Run({"retention", "--year", "2033", "--apply", "-o", Path("l.pdf"),
                             "--reason", "期满", "--as", "clerk", "--approved-by", "head"});
  EXPECT_EQ(early.exit, 1);
  EXPECT_FALSE(std::filesystem::exists(Path("l.pdf")));
}

TEST_F(RetentionTest, TwoPeopleAndAReasonAreAskedFor) {
  EXPECT_EQ(Run({"tick", "--until", "2034-01-05"}).exit, 0);
  EXPECT_EQ(Run({"retention", "--apply"}).exit, 1);
  EXPECT_NE(Apply("clerk", "clerk").err.find("不能是同一人"), std::string::npos);
  EXPECT_NE(Apply("clerk", "nobody").err.find("没有账号“nobody”"), std::string::npos);
  EXPECT_EQ(Prints(closed_[0]), 2U);
  ExpectProofs();
}

TEST_F(RetentionTest, WhatIsApprovedGoesAndProofsHold) {
  EXPECT_EQ(Run({"tick", "--until", "2034-01-05"}).exit, 0);
  EXPECT_EQ(Codes(closed_[0]), 1U);
  const Outcome done = Apply();
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("已销毁 3 卷，人员 3 名，清除打印件 6 份"), std::string::npos)
      << done.out;
  ExpectProofs();
  for (const std::string& id : closed_) {
    EXPECT_EQ(Prints(id), 0U);
    EXPECT_EQ(Codes(id), 0U);
    EXPECT_NE(Run({"history", id}).out.find("依法删除"), std::string::npos);
    EXPECT_EQ(Run({"export", id, "-o", Path(id)}).exit, 0) << "proofs can still be shown";
  }
  // Whoever stands in the case that is held stays.
  EXPECT_EQ(Run({"person", "--name", "吴示远"}).exit, 1);
  EXPECT_EQ(Prints(held_), 2U);
  EXPECT_EQ(Codes(held_), 1U);
  EXPECT_NE(Run({"reveal", held_, "applicant", "--reason", "应诉"}).out.find("周明远"),
            std::string::npos);
  const std::string log = Run({"history"}).out;
  EXPECT_NE(log.find("disposal\tclerk"), std::string::npos) << log;
  EXPECT_NE(log.find("\"approved_by\":\"head\""), std::string::npos) << log;
  // Nothing is destroyed twice; what was held goes when it is released.
  EXPECT_NE(Run({"retention"}).out.find("届满 0 卷，另有留存 1 卷"), std::string::npos);
  EXPECT_EQ(Run({"fire", held_, "aj.release", "--set", "reason=判决生效"}).exit, 0);
  EXPECT_NE(Apply().out.find("已销毁 1 卷，人员 1 名"), std::string::npos);
  EXPECT_EQ(Run({"person", "--name", "周明远"}).exit, 1);
  ExpectProofs();
}

TEST_F(RetentionTest, TheListNamesEveryCaseAndIsKept) {
  EXPECT_EQ(Run({"tick", "--until", "2034-01-05"}).exit, 0);
  ASSERT_EQ(Apply().exit, 0);
  const std::string list = ReadAll(Path("list.pdf"));
  bool kept = false;
  app::OpenOffice::Open(office()).value()->office().store().Read([&](port::Reader& reader) {
    reader.Scan(port::blobs::kTable, {}, [&](const port::Row& row) {
      kept = kept || row[port::blobs::kBytes] == port::Cell(list);
      return true;
    });
  });
  EXPECT_TRUE(kept);
  if (!HasTool("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  const std::string text = Output("pdftotext -layout " + Path("list.pdf") + " -");
  for (const std::string& id : closed_) EXPECT_NE(text.find(id), std::string::npos) << text;
  EXPECT_EQ(text.find(held_), std::string::npos);
  EXPECT_NE(text.find("期满无保存价值"), std::string::npos) << text;
  EXPECT_EQ(text.find("周明远"), std::string::npos);
}

// A return names the people of cases disposed of.
TEST_F(RetentionTest, ReturnsThatNameThePeopleGoWithThem) {
  ASSERT_EQ(Run({"import", "sheets", ANJUAN_SOURCE_DIR "/tests/app/data/sheets/Y01.json"}).exit, 0);
  const Outcome frozen = Run({"sheet", "Y01", "--freeze"});
  ASSERT_NE(frozen.out.find("周明远"), std::string::npos) << frozen.out << frozen.err;
  EXPECT_EQ(Run({"tick", "--until", "2034-01-05"}).exit, 0);
  // He of the case that is held has the same name: nobody can tell whom the return means.
  const Outcome open = Apply();
  EXPECT_EQ(open.exit, 1);
  EXPECT_NE(open.err.find("--meant Y01-430600-2023-001"), std::string::npos) << open.err;
  EXPECT_NE(open.err.find("已销毁 3 卷，人员还没有删除"), std::string::npos) << open.err;
  ExpectProofs();
  const Outcome done = Apply("clerk", "head", {"--meant", "Y01-430600-2023-001"});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("人员 3 名"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("定稿报表 1 份"), std::string::npos) << done.out;
  const std::string log = Run({"history"}).out;
  EXPECT_NE(log.find("return.erased\tclerk"), std::string::npos) << log;
  EXPECT_NE(log.find("\"people\":\"3\""), std::string::npos) << log;
  ExpectProofs();
}

}  // namespace
}  // namespace anjuan::test
