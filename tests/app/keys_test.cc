// keys: backed up under a passphrase, put back, replaced; killed anywhere on the way, the office
// opens with the old key or with the new.

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include "engine/app/folder.h"
#include "engine/base/digest.h"
#include "engine/base/passphrase.h"
#include "engine/base/text.h"
#include "engine/runtime/key_change.h"
#include "engine/vault/key_backup.h"
#include "tests/app/harness.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;

class KeysTest : public OfficeTest {
 protected:
  void SetUp() override {
    Init();
    id_ = Open();
    EXPECT_EQ(Run({"fire", id_, "submit"}).exit, 0);
    pass_ = Write("pass.txt", "七只 灰鸽 越过 河堤 上的 旧桥\nnot this line\n");
  }
  Outcome BackUp(const std::string& name) {
    return Run({"keys", "backup", "-o", Path(name), "--passphrase-file", pass_});
  }
  Outcome Rotate() { return Run({"keys", "rotate", "--reason", "保管人离任", "--without-backup"}); }
  // A return that names the people of the cases.
  void Freeze() {
    const std::string sheet = ANJUAN_SOURCE_DIR "/tests/app/data/sheets/Y01.json";
    ASSERT_EQ(Run({"import", "sheets", sheet}).exit, 0);
    const Outcome frozen = Run({"sheet", "Y01", "--freeze"});
    ASSERT_EQ(frozen.exit, 0) << frozen.err;
  }
  std::string Keys() { return ReadAll(office() / "keys.json"); }

  // The office is whole: proofs hold, its paper and its person are readable, work goes on.
  void ExpectWhole() {
    EXPECT_EQ(Run({"replay"}).exit, 0);
    ExpectReadable();
  }
  void ExpectReadable() {
    const Outcome verified = Run({"verify"});
    EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
    EXPECT_EQ(Run({"person", "--name", "周明远"}).exit, 0);
    EXPECT_NE(Run({"reveal", id_, "applicant", "--reason", "核对"}).out.find("周明远"),
              std::string::npos);
    EXPECT_EQ(Run({"fire", id_, "aj.comment", "--set", "text=周明远来电"}).exit, 0);
    EXPECT_EQ(Run({"verify"}).exit, 0);
  }
  pid_t RotateInAProcess() {
    const pid_t child = fork();
    EXPECT_GE(child, 0);
    if (child == 0) {
      fclose(stdout);
      const std::string folder = office().string();
      execl(ANJUAN_PROGRAM, ANJUAN_PROGRAM, "-C", folder.c_str(), "keys", "rotate", "--reason",
            "试", "--without-backup", static_cast<char*>(nullptr));
      _exit(127);
    }
    return child;
  }
  void Sql(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((office() / "office.db").c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
  }

  std::string id_;
  std::string pass_;
};

TEST_F(KeysTest, WhatIsLostIsPutBackFromTheBackup) {
  EXPECT_NE(Run({"doctor"}).out.find("没有备份过密钥"), std::string::npos);
  const Outcome backed = BackUp("keys.backup");
  ASSERT_EQ(backed.exit, 0) << backed.err;
  EXPECT_EQ(BackUp("keys.backup").exit, 2) << "never overwritten";
  const std::string text = ReadAll(Path("keys.backup"));
  EXPECT_EQ(text.find(Keys().substr(Keys().find("\"office\"") + 11, 32)), std::string::npos);
  EXPECT_EQ(fs::status(Path("keys.backup")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_NE(Run({"doctor"}).out.find("密钥没有变过"), std::string::npos);

  const std::string before = Keys();
  fs::remove(office() / "keys.json");
  EXPECT_EQ(Run({"verify"}).exit, 2);
  const std::string wrong = Write("wrong.txt", "七只 灰鸽 越过 河堤 上的 新桥\n");
  const Outcome refused = Run({"keys", "restore", Path("keys.backup"), "--passphrase-file", wrong});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("口令不对"), std::string::npos) << refused.err;
  EXPECT_FALSE(fs::exists(office() / "keys.json"));
  const Outcome restored =
      Run({"keys", "restore", Path("keys.backup"), "--passphrase-file", pass_});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  EXPECT_EQ(Keys(), before);
  ExpectWhole();
  const std::string log = Run({"history"}).out;
  EXPECT_NE(log.find("keys.backup"), std::string::npos) << log;
  EXPECT_NE(log.find("keys.restore"), std::string::npos) << log;
  // A damaged file is kept aside, a good one left alone.
  Write("office/keys.json", "{");
  EXPECT_EQ(Run({"keys", "restore", Path("keys.backup"), "--passphrase-file", pass_}).exit, 0);
  EXPECT_EQ(ReadAll(office() / "keys.json.aside1"), "{");
  EXPECT_NE(Run({"keys", "restore", Path("keys.backup"), "--passphrase-file", pass_})
                .out.find("没有改动"),
            std::string::npos);
}

TEST_F(KeysTest, APassphraseThatIsTooShortOrMissingIsRefused) {
  const std::string brief = Write("brief.txt", "123456\n");
  const Outcome refused = Run({"keys", "backup", "-o", Path("k"), "--passphrase-file", brief});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("口令太短"), std::string::npos) << refused.err;
  EXPECT_EQ(Run({"keys", "backup", "-o", Path("k"), "--passphrase-file", Path("none")}).exit, 2);
  EXPECT_FALSE(fs::exists(Path("k")));
  EXPECT_EQ(Run({"keys", "sell"}).exit, 2);
}

TEST(KeyBackup, EveryByteOfItIsBound) {
  std::uint64_t n = 0;
  const vault::Random random = [&](size_t count) {
    std::string out;
    while (out.size() < count) out += static_cast<char>(++n * 167 >> 3);
    return out;
  };
  const vault::OfficeKeys keys = vault::MakeKeys(random);
  const ScryptCost cheap = {.n = 1 << 4, .r = 8, .p = 1};
  const std::string backup = vault::SealKeys(keys, "correct horse", random, "anjuan.office/a",
                                             "2023-03-01T00:00:00Z", cheap);
  const auto same = vault::OpenKeys(backup, "correct horse");
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(vault::Serialize(*same), vault::Serialize(keys));
  int taken = 0;
  for (size_t i = 0; i < backup.size(); ++i) {
    std::string changed = backup;
    changed[i] = changed[i] == '0' ? '1' : '0';
    const auto opened = vault::OpenKeys(changed, "correct horse");
    if (opened) ++taken;
  }
  EXPECT_EQ(taken, 0);
  EXPECT_FALSE(vault::OpenKeys(backup, "correct horsf").has_value());
  EXPECT_FALSE(vault::OpenKeys(backup.substr(0, backup.size() / 2), "correct horse").has_value());
  // What it costs is the file's word: a file made to eat memory is refused.
  std::string dear = backup;
  dear.replace(dear.find("16"), 2, "1099511627776");
  EXPECT_FALSE(vault::OpenKeys(dear, "correct horse").has_value());
}

TEST(KeyBackup, ScryptIsThatOfTheStandard) {
  // RFC 7914, section 12: the first 32 bytes of each.
  EXPECT_EQ(ToHex(*Scrypt("password", "NaCl", {.n = 1024, .r = 8, .p = 16})),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
  EXPECT_EQ(ToHex(*Scrypt("pleaseletmein", "SodiumChloride", {.n = 16384, .r = 8, .p = 1})),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

TEST_F(KeysTest, ARotationChangesTheKeyAndNothingElse) {
  Freeze();
  EXPECT_EQ(Run({"keys", "rotate"}).exit, 2) << "no reason";
  const Outcome bare = Run({"keys", "rotate", "--reason", "保管人离任"});
  EXPECT_EQ(bare.exit, 1);
  EXPECT_NE(bare.err.find("没有备份"), std::string::npos) << bare.err;
  ASSERT_EQ(BackUp("old.backup").exit, 0);
  ASSERT_EQ(Run({"backup", Path("store.db")}).exit, 0);
  const std::string before = Keys();
  const std::string paper = Run({"docs", id_}).out;

  const Outcome done = Run({"keys", "rotate", "--reason", "保管人离任", "--as", "keeper"});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(Keys(), before);
  EXPECT_FALSE(fs::exists(office() / "keys.json.rotate"));
  EXPECT_EQ(Run({"docs", id_}).out, paper);
  ExpectWhole();
  EXPECT_NE(Run({"history"}).out.find("keys.rotate\tkeeper"), std::string::npos)
      << Run({"history"}).out;
  EXPECT_NE(Run({"doctor"}).out.find("此后更换过密钥"), std::string::npos);
  EXPECT_NE(Run({"keys"}).out.find("此后密钥有变化"), std::string::npos);

  // The old key opens this store no more, nor can it be put back; the old backup still wants it.
  EXPECT_EQ(Run({"keys", "restore", Path("old.backup"), "--passphrase-file", pass_}).exit, 1);
  const std::string now = Keys();
  Write("office/keys.json", before);
  EXPECT_EQ(Run({"verify"}).exit, 2);
  Write("office/keys.json", now);
  ASSERT_EQ(Run({"keys", "restore", Path("old.backup"), "-o", Path("old.json"), "--passphrase-file",
                 pass_})
                .exit,
            0);
  const Outcome restored =
      RunBare({"-C", Path("again"), "restore", Path("store.db"), "--keys", Path("old.json")});
  EXPECT_EQ(restored.exit, 0) << restored.err;
  ExpectWhole();
}

TEST_F(KeysTest, WhoStillHasTheOldKeyWritesNothingUnderIt) {
  const auto stale = app::OpenOffice::Open(office());
  ASSERT_TRUE(stale.has_value());
  ASSERT_EQ(Rotate().exit, 0);
  EXPECT_THROW((*stale)->office().store().Transact([&](port::Transaction& transaction) {
    return (*stale)->office().vault().SealText(transaction, "迟到的话", {}, 0).has_value();
  }),
               port::Failure);
  ExpectWhole();
}

// Stopped after every part in turn: the office works with both keys, with neither alone, and the
// same command finishes it.
TEST_F(KeysTest, StoppedAfterAnyPartItWorksAndIsFinished) {
  std::string rows = "employer,matter\n";
  for (int i = 0; i < 80; ++i) rows += StrCat("E1,占道经营", i, "\n");
  const std::string list = Write("many.csv", rows);
  ASSERT_EQ(Run({"open", "permit", "--for-each", list, "--set", "applicant=周明远", "--set",
                 "amount:=800"})
                .exit,
            0);
  ASSERT_EQ(Run({"fire", "submit", "--cases", "state=draft"}).exit, 0);
  Freeze();
  const std::string old_keys = Keys();
  fs::copy(office(), Path("was"), fs::copy_options::recursive);
  struct Stop {};
  bool finished = false;
  int parts = 0;
  for (int stop = 0; !finished; ++stop) {
    fs::remove_all(office());
    fs::copy(Path("was"), office(), fs::copy_options::recursive);
    vault::OfficeKeys keys = *vault::ParseKeys(old_keys);
    keys.office[0] = static_cast<char>(keys.office[0] ^ 1);
    Write("office/keys.json.rotate", vault::Serialize(keys));
    {
      auto open = app::OpenOffice::Open(office());
      ASSERT_TRUE(open.has_value());
      runtime::BeginKeyChange((*open)->office(), keys, "keeper", "试");
    }
    {
      auto open = app::OpenOffice::Open(office());
      ASSERT_TRUE(open.has_value()) << "with both";
      parts = 0;
      try {
        runtime::FinishKeyChange((*open)->office(), [&](std::int64_t done, std::int64_t total) {
          EXPECT_LE(done, total);
          if (parts++ == stop) throw Stop();
        });
        finished = true;
      } catch (const Stop&) {
      }
    }
    if (finished) break;
    SCOPED_TRACE(stop);
    EXPECT_TRUE(fs::exists(office() / "keys.json.rotate"));
    EXPECT_EQ(Keys(), old_keys);
    const Outcome doctor = Run({"doctor"});
    EXPECT_EQ(doctor.exit, 1);
    EXPECT_NE(doctor.out.find("主密钥的更换没有做完"), std::string::npos) << doctor.out;
    EXPECT_NE(Run({"keys"}).out.find("没有做完"), std::string::npos);
    ExpectReadable();
    // A copy would want both keys.
    EXPECT_EQ(BackUp("half.keys").exit, 2);
    EXPECT_EQ(Run({"backup", Path("half.db")}).exit, 2);
    EXPECT_EQ(Run({"seal", "--rotate"}).exit, 2);
    // Neither key alone opens it.
    const std::string next = ReadAll(office() / "keys.json.rotate");
    fs::remove(office() / "keys.json.rotate");
    EXPECT_EQ(Run({"cases"}).exit, 2);
    Write("office/keys.json", next);
    EXPECT_EQ(Run({"cases"}).exit, 2);
    Write("office/keys.json", old_keys);
    Write("office/keys.json.rotate", next);

    const Outcome done = Run({"keys", "rotate"});
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_NE(done.out.find("接着做"), std::string::npos) << done.out;
    EXPECT_EQ(Keys(), next);
    EXPECT_FALSE(fs::exists(office() / "keys.json.rotate"));
    EXPECT_EQ(Run({"doctor"}).out.find("没有做完"), std::string::npos);
    ExpectReadable();
    EXPECT_NE(Run({"history"}).out.find("keys.rotated"), std::string::npos);
  }
  EXPECT_GE(parts, 4) << "people, papers in two parts, the return";
  ExpectWhole();
}

// What others write while it goes on is under the new key alone.
TEST_F(KeysTest, WhatIsWrittenMeanwhileIsUnderTheNewKey) {
  vault::OfficeKeys keys = *vault::ParseKeys(Keys());
  const std::string old_keys = Keys();
  keys.office[0] = static_cast<char>(keys.office[0] ^ 1);
  Write("office/keys.json.rotate", vault::Serialize(keys));
  const auto stale = app::OpenOffice::Open(office());
  {
    const auto open = app::OpenOffice::Open(office());
    runtime::BeginKeyChange((*open)->office(), keys, "keeper", "试");
  }
  EXPECT_THROW((*stale)->office().store().Transact([&](port::Transaction& transaction) {
    return (*stale)->office().vault().SealText(transaction, "迟到的话", {}, 0).has_value();
  }),
               port::Failure);
  const auto open = app::OpenOffice::Open(office());
  ASSERT_TRUE(open.has_value());
  std::string fresh;
  runtime::FinishKeyChange((*open)->office(), [&](std::int64_t, std::int64_t) {
    if (!fresh.empty()) return;
    fresh = Open();
    EXPECT_EQ(Run({"fire", fresh, "submit"}).exit, 0);
  });
  ASSERT_NE(fresh, "");
  Write("office/keys.json", vault::Serialize(keys));
  fs::remove(office() / "keys.json.rotate");
  ExpectWhole();
  EXPECT_NE(Run({"reveal", fresh, "applicant", "--reason", "核对"}).out.find("周明远"),
            std::string::npos);
  Write("office/keys.json", old_keys);
  EXPECT_EQ(Run({"cases"}).exit, 2) << "the old key opens it no more";
}

TEST_F(KeysTest, KilledAtAnyPointItOpensWithTheOldOrTheNew) {
  const std::string old_keys = Keys();
  fs::copy(office(), Path("was"), fs::copy_options::recursive);
  ASSERT_EQ(Rotate().exit, 0);
  const std::string new_keys = Keys();
  fs::copy(office(), Path("new"), fs::copy_options::recursive);
  const auto stands = [&](const char* store, const std::string& keys, const std::string& next) {
    fs::remove_all(office());
    fs::copy(Path(store), office(), fs::copy_options::recursive);
    Write("office/keys.json", keys);
    if (!next.empty()) Write("office/keys.json.rotate", next);
    ExpectWhole();
    return Keys();
  };
  // The file is half written; it is there; the store has it; the file is in its place.
  EXPECT_EQ(stands("was", old_keys, new_keys.substr(0, 40)), old_keys);
  EXPECT_EQ(Rotate().exit, 0) << "and can be begun again";
  ExpectWhole();
  EXPECT_EQ(stands("was", old_keys, new_keys), old_keys);
  EXPECT_EQ(stands("new", old_keys, new_keys), new_keys);
  EXPECT_FALSE(fs::exists(office() / "keys.json.rotate"));
  EXPECT_EQ(stands("new", new_keys, ""), new_keys);
}

TEST_F(KeysTest, KilledAtAnyMomentItOpens) {
  for (int i = 0; i < 40; ++i) Run({"fire", id_, "aj.comment", "--set", StrCat("text=第", i)});
  const char* const is_long = std::getenv("ANJUAN_LONG");
  const int rounds = is_long != nullptr && std::string_view(is_long) == "1" ? 300 : 12;
  std::mt19937 random(20230306);
  std::set<std::string> keys = {Keys()};
  int killed = 0;
  for (int round = 0; round < rounds; ++round) {
    const pid_t child = RotateInAProcess();
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 120));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status) ? 1 : 0;
    ASSERT_EQ(Run({"cases"}).exit, 0) << round;
    keys.insert(Keys());
  }
  EXPECT_GT(killed, 0);
  ExpectWhole();
  EXPECT_EQ(Rotate().exit, 0) << "finishes the last one, or is one more";
  EXPECT_FALSE(fs::exists(office() / "keys.json.rotate"));
  ExpectWhole();
}

// Others go on working: what they began before and write after is refused or whole, never locked
// up.
TEST_F(KeysTest, WorkGoesOnWhileItIsReplaced) {
  std::set<std::string> keys = {Keys()};
  int done = 0;
  for (int round = 0; round < 4; ++round) {
    const pid_t child = RotateInAProcess();
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      // A command that had opened with the old key alone says so and writes nothing.
      const Outcome opened =
          Run({"open", "permit", "--set", "employer=E1", "--set", StrCat("matter=占道", done),
               "--set", "applicant=周明远", "--set", "amount:=800"});
      if (opened.exit != 0) continue;
      done += Run({"fire", Lines(opened.out).at(0), "submit"}).exit == 0 ? 1 : 0;
    }
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    keys.insert(Keys());
  }
  EXPECT_EQ(keys.size(), 5U);
  EXPECT_GT(done, 0);
  ExpectWhole();
}

TEST_F(KeysTest, TheOfficesLogIsPartOfTheProof) {
  ASSERT_EQ(BackUp("a").exit, 0);
  ASSERT_EQ(Rotate().exit, 0);
  EXPECT_EQ(Run({"verify"}).exit, 0);
  Sql("UPDATE registers SET body = replace(body, 'keys.backup', 'keys.rotate') WHERE kind = "
      "'office-event'");
  const Outcome edited = Run({"verify"});
  EXPECT_EQ(edited.exit, 1);
  EXPECT_NE(edited.err.find("办公库记录 00000001"), std::string::npos) << edited.err << edited.out;
  Sql("DELETE FROM registers WHERE kind = 'office-event' AND id = '00000002'");
  EXPECT_EQ(Run({"verify"}).exit, 1);
}

}  // namespace
}  // namespace anjuan::test
