// person, reveal, erase at the command line.

#include <gtest/gtest.h>

#include <filesystem>

#include "engine/base/text.h"
#include "tests/app/harness.h"

namespace anjuan::test {

namespace {

class PrivacyCommands : public OfficeTest {
 protected:
  void SetUp() override {
    Init();
    id_ = Open();
    Run({"fire", id_, "submit"});
  }

  std::string Subject() {
    const std::vector<Value> found = JsonLines(Run({"person", "--name", "周明远", "--json"}).out);
    return found.size() == 1 ? *found[0]["subject"].string() : "";
  }

  // Reviewed by one and approved by another: its term of keeping begins.
  void Close() {
    const std::string accounts = Write("accounts.csv",
                                       "account,role,org,region,name\n"
                                       "clerk,hrss_clerk,,430602,钱示二\n"
                                       "head,hrss_head,,430602,孙示三\n");
    EXPECT_EQ(Run({"import", "accounts", accounts}).exit, 0);
    EXPECT_EQ(Run({"fire", id_, "review", "--as", "clerk"}).exit, 0);
    EXPECT_EQ(Run({"fire", id_, "approve", "--as", "head"}).exit, 0);
  }

  size_t Prints() const {
    size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(office())) {
      if (entry.path().extension() == ".pdf") ++count;
    }
    return count;
  }

  std::string id_;
};

TEST_F(PrivacyCommands, APersonIsToldMasked) {
  const Outcome found = Run({"person", "--name", "周明远"});
  EXPECT_EQ(found.exit, 0);
  EXPECT_NE(found.out.find("周*"), std::string::npos) << found.out;
  EXPECT_EQ(found.out.find("周明远"), std::string::npos);
  EXPECT_NE(found.out.find(id_), std::string::npos);
  EXPECT_EQ(Run({"person", "--name", "周明"}).exit, 1);
  EXPECT_EQ(Run({"person"}).exit, 2);
}

TEST_F(PrivacyCommands, LookingIsWrittenDownFirst) {
  const Outcome shown = Run({"reveal", id_, "applicant", "--reason", "核对身份"});
  EXPECT_EQ(shown.exit, 0) << shown.err;
  EXPECT_NE(shown.out.find("周明远"), std::string::npos);
  const Outcome history = Run({"history", id_});
  EXPECT_NE(history.out.find("查阅个人信息"), std::string::npos) << history.out;
  EXPECT_EQ(history.out.find("周明远"), std::string::npos);
  const Outcome wrong = Run({"reveal", id_, "matter", "--reason", "核对身份"});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_EQ(wrong.out, "");
  EXPECT_NE(Run({"reveal", id_, "applicant"}).exit, 0);  // no reason, nothing shown
}

TEST_F(PrivacyCommands, ErasingWaitsForTheLaw) {
  const std::string subject = Subject();
  ASSERT_FALSE(subject.empty());
  const Outcome refused = Run({"erase", subject, "--reason", "本人申请"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("尚未办结"), std::string::npos) << refused.err;
  EXPECT_EQ(Prints(), 1U);
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"erase", "0123", "--reason", "本人申请"}).exit, 2);
}

TEST_F(PrivacyCommands, ErasedIsErasedAndStillProved) {
  Close();
  EXPECT_EQ(Run({"tick", "--until", "2035-01-01"}).exit, 0);
  const std::string subject = Subject();
  EXPECT_EQ(Run({"erase", subject, "--reason", "本人申请", "--dry-run"}).exit, 0);
  EXPECT_EQ(Prints(), 1U);
  const Outcome erased = Run({"erase", subject, "--reason", "本人申请"});
  EXPECT_EQ(erased.exit, 0) << subject << erased.out << erased.err;
  EXPECT_EQ(Prints(), 0U);
  EXPECT_EQ(Run({"person", "--name", "周明远"}).exit, 1);
  EXPECT_NE(Run({"person", subject}).out.find("已依法删除"), std::string::npos);
  EXPECT_NE(Run({"reveal", id_, "applicant", "--reason", "核对"}).out.find("已依法删除"),
            std::string::npos);
  const Outcome verified = Run({"verify"});
  EXPECT_EQ(verified.exit, 0) << verified.err;
  EXPECT_NE(verified.out.find("依法删除 1 条"), std::string::npos) << verified.out;
  EXPECT_EQ(Run({"replay"}).exit, 0);
  EXPECT_EQ(Run({"erase", subject, "--reason", "本人申请"}).exit, 0);  // again: nothing more to do
}

// A frozen sheet that names the person: its content goes, the command tells how to freeze it anew.
TEST_F(PrivacyCommands, AFrozenReturnThatNamesThePersonGoesToo) {
  ASSERT_EQ(Run({"import", "sheets", ANJUAN_SOURCE_DIR "/tests/app/data/sheets/Y01.json"}).exit, 0);
  const Outcome frozen = Run({"sheet", "Y01", "--freeze"});
  ASSERT_NE(frozen.out.find("周明远"), std::string::npos) << frozen.out << frozen.err;
  const std::string id = *JsonLines(Run({"sheets", "Y01", "--json"}).out).at(1)["id"].string();
  Close();
  const std::string subject = Subject();
  EXPECT_EQ(Run({"erase", subject, "--reason", "本人申请"}).exit, 1);  // still to be kept
  EXPECT_EQ(Run({"sheets", id}).exit, 0);
  EXPECT_EQ(Run({"tick", "--until", "2035-01-01"}).exit, 0);
  const Outcome dry = Run({"erase", subject, "--reason", "本人申请", "--dry-run"});
  EXPECT_NE(dry.out.find(id), std::string::npos) << dry.out;
  EXPECT_EQ(Run({"sheets", id}).exit, 0);
  const Outcome erased = Run({"erase", subject, "--reason", "本人申请"});
  EXPECT_EQ(erased.exit, 0) << erased.err;
  EXPECT_NE(erased.out.find("定稿报表 1 份"), std::string::npos) << erased.out;

  const Outcome gone = Run({"sheets", id});
  EXPECT_EQ(gone.exit, 1);
  EXPECT_EQ(gone.out, "");
  EXPECT_NE(gone.err.find("已依法删除"), std::string::npos) << gone.err;
  EXPECT_NE(gone.err.find("--freeze --replaces " + id), std::string::npos) << gone.err;
  EXPECT_NE(Run({"sheets", "Y01"}).out.find("内容已依法删除"), std::string::npos);
  EXPECT_NE(Run({"history"}).out.find("return.erased"), std::string::npos);
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"keys", "rotate", "--reason", "保管人离任", "--without-backup"}).exit, 0);
  EXPECT_EQ(Run({"verify"}).exit, 0);
  // Again: nothing more to do.
  EXPECT_EQ(Run({"erase", subject, "--reason", "本人申请"}).exit, 0);
  const Outcome again = Run({"sheet", "Y01", "--freeze", "--replaces", id});
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(again.out.find("周明远"), std::string::npos) << again.out;
  const Outcome verified = Run({"verify"});
  EXPECT_EQ(verified.exit, 0) << verified.err;
}

}  // namespace

}  // namespace anjuan::test
