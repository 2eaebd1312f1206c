// The whole way: an office, its witness, its auditor; and what becomes of a restored backup.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "engine/port/log_schema.h"
#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/witness/witness.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/app/harness.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;

class SealTest : public OfficeTest {
 protected:
  static Outcome Witness(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    const int exit = witness::Run(arguments, out, err);
    return {exit, out.str(), err.str()};
  }

  void MakeWitness() {
    const Outcome made = Witness({"init", Path("witness"), "--name", "audit.example/w1"});
    ASSERT_EQ(made.exit, 0) << made.err;
    witness_key_ = Lines(made.out).at(0);
    ASSERT_EQ(Run({"seal", "--witness", witness_key_.substr(8)}).exit, 0);
    TrustLog();
  }
  void TrustLog() {
    const Outcome keys = Run({"seal", "--vkey"});
    log_key_ = Lines(keys.out).at(0);
    ASSERT_EQ(Witness({"trust", Path("witness"), log_key_}).exit, 0);
  }
  Outcome Ask(const std::string& since = "") {
    fs::remove_all(Path("requests"));
    std::vector<std::string> seal = {"seal", "--requests", Path("requests")};
    if (!since.empty()) seal.insert(seal.end(), {"--since", since});
    const Outcome sealed = Run(seal);
    EXPECT_EQ(sealed.exit, 0) << sealed.err;
    request_ = Lines(sealed.out).back();
    return Witness({"sign", Path("witness"), request_, "-o", Path("cosigned")});
  }

  std::string witness_key_;
  std::string log_key_;
  std::string request_;
};

TEST_F(SealTest, AnOfficeWithoutALogOfItsOwnSaysSo) {
  Init();
  Open();
  const Outcome exported = Run({"export", "office", "-o", Path("own")});
  EXPECT_EQ(exported.exit, 1);
  EXPECT_NE(exported.err.find("办公库自己的记录还是空的"), std::string::npos) << exported.err;
  EXPECT_FALSE(fs::exists(Path("own")));
}

TEST_F(SealTest, OfficeWitnessAndAuditorAgree) {
  Init();
  const std::string id = Open();
  MakeWitness();
  const Outcome signed_once = Ask();
  ASSERT_EQ(signed_once.exit, 0) << signed_once.err;
  ASSERT_EQ(Run({"seal", "--cosigned", Path("cosigned")}).exit, 0);
  ASSERT_EQ(Run({"fire", id, "aj.comment", "--set", "text=看过"}).exit, 0);
  ASSERT_EQ(Ask().exit, 0);
  ASSERT_EQ(Run({"seal", "--cosigned", Path("cosigned")}).exit, 0);

  const Outcome dossier = Run({"export", id, "-o", Path("dossier")});
  ASSERT_EQ(dossier.exit, 0) << dossier.err;
  const std::string trust = Write("trust.txt", log_key_ + "\n" + witness_key_ + "\n");
  const Outcome accepted = Verify({Path("dossier"), "--trust", trust, "--rows"});
  EXPECT_EQ(accepted.exit, 0) << accepted.out << accepted.err;
  EXPECT_NE(accepted.out.find("没有隐瞒"), std::string::npos) << accepted.out;
  const Outcome english = Verify({Path("dossier"), "--trust", trust, "--lang", "en"});
  EXPECT_NE(english.out.find("What is proved"), std::string::npos) << english.out;
  // One file instead of a folder, the same twice.
  ASSERT_EQ(Run({"export", id, "-o", Path("dossier.zip")}).exit, 0);
  ASSERT_EQ(Run({"export", id, "-o", Path("again.zip")}).exit, 0);
  EXPECT_EQ(ReadAll(Path("dossier.zip")), ReadAll(Path("again.zip")));
  EXPECT_EQ(Run({"export", id, "-o", Path("again.zip")}).exit, 2);  // never overwritten
  const Outcome zipped = Verify({Path("dossier.zip"), "--trust", trust});
  EXPECT_EQ(zipped.exit, 0) << zipped.out << zipped.err;
  // Without keys of his own it says first that the keys prove nothing.
  const Outcome blind = Verify({Path("dossier")});
  EXPECT_NE(blind.out.find("--trust"), std::string::npos);

  ASSERT_EQ(Run({"mirror", Path("mirror")}).exit, 0);
  const Outcome mirror = Verify({Path("mirror"), "--trust", trust, "--deep"});
  EXPECT_EQ(mirror.exit, 0) << mirror.out << mirror.err;
  EXPECT_EQ(Run({"verify"}).exit, 0);

  Write("dossier/case.jsonl", ReadAll(Path("dossier/case.jsonl")) + "{}\n");
  EXPECT_EQ(Verify({Path("dossier"), "--trust", trust}).exit, 1);
  EXPECT_EQ(Verify({Path("nothing")}).exit, 2);
}

TEST_F(SealTest, ARestoredBackupIsFlagged) {
  Init();
  const std::string id = Open();
  MakeWitness();
  ASSERT_EQ(Ask().exit, 0);
  fs::copy(office(), Path("backup"), fs::copy_options::recursive);
  ASSERT_EQ(Run({"fire", id, "aj.comment", "--set", "text=后来"}).exit, 0);
  ASSERT_EQ(Ask().exit, 2 - 1) << "the proof begins at 0, the witness knows more";
  ASSERT_EQ(Ask("3").exit, 1) << "nor is 3 what it signed";
  const std::string known = Lines(Witness({"status", Path("witness")}).out).at(0);
  const std::string size =
      known.substr(known.find('\t') + 1, known.rfind('\t') - known.find('\t') - 1);
  ASSERT_EQ(Ask(size).exit, 0);
  ASSERT_EQ(Run({"mirror", Path("mirror")}).exit, 0);

  fs::remove_all(office());
  fs::rename(Path("backup"), office());
  const Outcome refused = Ask("0");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("从旧备份恢复"), std::string::npos) << refused.err;
  EXPECT_FALSE(fs::is_empty(Path("witness/evidence")));
  EXPECT_EQ(Run({"mirror", Path("mirror")}).exit, 1);
  // Carried on until it is longer than before: it is another history.
  for (int i = 0; i < 5; ++i)
    ASSERT_EQ(Run({"fire", id, "aj.comment", "--set", "text=另写"}).exit, 0);
  const std::string now = Lines(Witness({"status", Path("witness")}).out).at(0);
  const std::string signed_size =
      now.substr(now.find('\t') + 1, now.rfind('\t') - now.find('\t') - 1);
  const Outcome fork = Ask(signed_size);
  EXPECT_EQ(fork.exit, 1);
  EXPECT_NE(fork.err.find("分叉"), std::string::npos) << fork.err;
}

TEST_F(SealTest, TheLogsKeyCanBeReplaced) {
  Init();
  const std::string id = Open();
  MakeWitness();
  const std::string first = log_key_;
  const std::string before = ReadAll(office() / "keys.json");
  const Outcome rotated = Run({"seal", "--rotate"});
  ASSERT_EQ(rotated.exit, 0) << rotated.err;
  EXPECT_NE(ReadAll(office() / "keys.json"), before);
  EXPECT_EQ(ReadAll(office() / "keys.json").find("log_next"), std::string::npos);
  ASSERT_EQ(Run({"fire", id, "aj.comment", "--set", "text=以后"}).exit, 0);
  // Who knows the old key alone follows the change.
  const std::string trust = Write("trust.txt", first + "\n");
  ASSERT_EQ(Run({"export", id, "-o", Path("dossier")}).exit, 0);
  const Outcome accepted = Verify({Path("dossier"), "--trust", trust});
  EXPECT_EQ(accepted.exit, 0) << accepted.out << accepted.err;
  EXPECT_NE(accepted.out.find("改用新钥"), std::string::npos) << accepted.out;
  EXPECT_EQ(Run({"verify"}).exit, 0);
  // The old keys alone cannot seal any more, and say so.
  fs::permissions(office() / "keys.json", fs::perms::owner_write, fs::perm_options::add);
  std::ofstream(office() / "keys.json") << before;
  const Outcome stuck = Run({"fire", id, "aj.comment", "--set", "text=x"});
  EXPECT_EQ(stuck.exit, 0) << "the event itself is committed";
  EXPECT_NE(stuck.err.find("尚未封存"), std::string::npos) << stuck.err;
}

// The office's own log: what was done to its keys cannot be taken back by who owns the database,
// even with the log's key, once a witness or a mirror has seen it.
class OfficeLogTest : public SealTest {
 protected:
  void SetUp() override {
    Init();
    Open();
    pass_ = Write("pass.txt", "七只 灰鸽 越过 河堤 上的 旧桥\n");
    MakeWitness();
    BackUp("one");
  }
  void BackUp(const std::string& name) {
    ASSERT_EQ(Run({"keys", "backup", "-o", Path(name), "--passphrase-file", pass_}).exit, 0);
  }
  // Asks for a signature from where the witness stands.
  Outcome AskOn() {
    const std::string known = Lines(Witness({"status", Path("witness")}).out).at(0);
    return Ask(known.substr(known.find('\t') + 1, known.rfind('\t') - known.find('\t') - 1));
  }
  void Tamper(const std::function<void(port::Transaction&)>& body) {
    sqlite::OpenSqliteStore((office() / "office.db").string())
        ->Transact([&](port::Transaction& transaction) {
          body(transaction);
          return true;
        });
  }
  // Takes the last row out, and with it the whole log, so that it is sealed and signed anew.
  void ForgetTheLast() {
    Tamper([](port::Transaction& transaction) {
      const auto before = *runtime::LoadRegister(transaction, "office-event", "00000001");
      transaction.Delete(port::registers::kTable,
                         port::Row{port::Cell("office-event"), port::Cell("00000002")});
      runtime::SaveMeta(transaction, "office-events.head", "1 " + *before["hash"].string());
      for (const port::Table* table :
           {&port::log_leaves::kTable, &port::log_records::kTable, &port::log_tiles::kTable,
            &port::log_checkpoints::kTable, &port::log_heads::kTable, &port::log_keys::kTable}) {
        std::vector<port::Row> keys;
        transaction.Scan(*table, {}, [&](const port::Row& row) {
          keys.emplace_back(row.begin(), row.begin() + table->key_columns);
          return true;
        });
        for (const port::Row& key : keys) transaction.Delete(*table, key);
      }
    });
  }

  std::string pass_;
};

TEST_F(OfficeLogTest, AMirrorHoldsItAndSaysSo) {
  BackUp("two");
  ASSERT_EQ(Run({"mirror", Path("mirror")}).exit, 0);
  const Outcome mirror = Verify({Path("mirror"), "--deep"});
  EXPECT_EQ(mirror.exit, 0) << mirror.out << mirror.err;
  EXPECT_NE(mirror.out.find("办公库自身的记录 2 条"), std::string::npos) << mirror.out;
  // One byte of one of its leaves.
  for (const auto& entry : fs::recursive_directory_iterator(Path("mirror"))) {
    if (entry.path().string().find("entries") == std::string::npos || entry.is_directory())
      continue;
    std::string bytes = ReadAll(entry.path());
    const size_t at = bytes.find("keys.backup");
    if (at == std::string::npos) continue;
    bytes[at] = 'K';
    std::ofstream(entry.path(), std::ios::binary) << bytes;
  }
  EXPECT_EQ(Verify({Path("mirror"), "--deep"}).exit, 1);
}

// What was done to the office leaves it as a case does: with its proofs and what each row says.
TEST_F(OfficeLogTest, ItIsExportedWithItsProofs) {
  ASSERT_EQ(Run({"keys", "rotate", "--reason", "保管人离任"}).exit, 0);
  const std::string trust = Write("trust.txt", log_key_ + "\n");
  const Outcome exported = Run({"export", "office", "-o", Path("own")});
  ASSERT_EQ(exported.exit, 0) << exported.err;
  const Outcome accepted = Verify({Path("own"), "--trust", trust, "--rows"});
  EXPECT_EQ(accepted.exit, 0) << accepted.out << accepted.err;
  EXPECT_NE(accepted.out.find("office 的 3 条历史首尾相接"), std::string::npos) << accepted.out;
  const std::string row = ReadAll(Path("own/payloads/000001.json"));
  EXPECT_NE(row.find("\"event\":\"keys.rotate\""), std::string::npos) << row;
  EXPECT_EQ(row.find("离任"), std::string::npos);
  std::string forged = row;
  forged.replace(forged.find("operator"), 8, "somebody");
  Write("own/payloads/000001.json", forged);
  EXPECT_EQ(Verify({Path("own"), "--trust", trust}).exit, 1);
  EXPECT_EQ(Run({"export", "office", "-o", Path("bare"), "--bare"}).exit, 0);
  EXPECT_EQ(Verify({Path("bare"), "--trust", trust}).exit, 0);
}

TEST_F(OfficeLogTest, ARowTakenOutWithTheLogSealedAnewIsSeenFromOutside) {
  BackUp("two");
  ASSERT_EQ(AskOn().exit, 0);
  ASSERT_EQ(Run({"mirror", Path("mirror")}).exit, 0);
  ForgetTheLast();
  ASSERT_EQ(Run({"seal"}).exit, 0);
  EXPECT_EQ(Run({"verify"}).exit, 0) << "the control: from inside nothing is left to see";
  const Outcome refused = Ask("0");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("从旧备份恢复"), std::string::npos) << refused.err;
  const Outcome mirrored = Run({"mirror", Path("mirror")});
  EXPECT_EQ(mirrored.exit, 1) << mirrored.out;
  // Carried on until it is longer than what was seen: it does not continue that.
  for (int i = 0; i < 8; ++i) BackUp("later" + std::to_string(i));
  const Outcome fork = AskOn();
  EXPECT_EQ(fork.exit, 1);
  EXPECT_NE(fork.err.find("分叉"), std::string::npos) << fork.err;
  Run({"mirror", Path("mirror")});
  EXPECT_EQ(Verify({Path("mirror")}).exit, 1);
}

TEST_F(OfficeLogTest, AnOldBackupOfItIsSeenFromOutside) {
  ASSERT_EQ(Run({"seal"}).exit, 0);
  fs::copy(office(), Path("was"), fs::copy_options::recursive);
  BackUp("two");
  ASSERT_EQ(AskOn().exit, 0);
  ASSERT_EQ(Run({"mirror", Path("mirror")}).exit, 0);
  fs::remove_all(office());
  fs::rename(Path("was"), office());
  EXPECT_EQ(Run({"verify"}).exit, 0) << "the control: it was whole then";
  const Outcome refused = Ask("0");
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.err.find("从旧备份恢复"), std::string::npos) << refused.err;
  EXPECT_EQ(Run({"mirror", Path("mirror")}).exit, 1);
}

TEST_F(OfficeLogTest, AWholeLogThatIsGoneIsMissed) {
  ASSERT_EQ(Run({"mirror", Path("mirror")}).exit, 0);
  EXPECT_EQ(Run({"mirror", Path("mirror")}).exit, 0) << "the control";
  fs::copy(Path("mirror/430600"), Path("mirror/430700"), fs::copy_options::recursive);
  const Outcome gone = Run({"mirror", Path("mirror")});
  EXPECT_EQ(gone.exit, 1);
  EXPECT_NE(gone.err.find("430700"), std::string::npos) << gone.err;
}

TEST_F(OfficeLogTest, DoctorCountsWhatWaits) {
  ASSERT_EQ(Run({"seal"}).exit, 0);
  EXPECT_NE(Run({"doctor"}).out.find("封存\t历史都已封存"), std::string::npos);
  ASSERT_EQ(Run({"backup", Path("store.db"), "--with-keys"}).exit, 0);
  const Outcome told = Run({"doctor"});
  EXPECT_NE(told.out.find("办公库自身 1 条的新记录等待封存"), std::string::npos) << told.out;
  ASSERT_EQ(Run({"tick"}).exit, 0);
  EXPECT_NE(Run({"doctor"}).out.find("封存\t历史都已封存"), std::string::npos);
}

// On a real clock nothing seals between two commands: doctor says how long rows have waited, and
// the tick that cron runs every minute seals them.
TEST_F(SealTest, RowsThatWaitTooLongAreToldAndTickSealsThem) {
  Init("real");
  const std::string id = Open();
  ASSERT_EQ(Run({"seal"}).exit, 0);
  EXPECT_NE(Run({"doctor"}).out.find("封存\t历史都已封存"), std::string::npos);
  ASSERT_EQ(Run({"fire", id, "aj.comment", "--set", "text=以后"}).exit, 0);
  EXPECT_NE(Run({"doctor"}).out.find("等待封存，不满一分钟"), std::string::npos)
      << Run({"doctor"}).out;
  {
    // Ten minutes go by.
    const auto store = sqlite::OpenSqliteStore((office() / "office.db").string());
    store->Transact([&](port::Transaction& transaction) {
      std::vector<port::Row> rows;
      for (const port::Table* table : {&port::history::kTable, &port::log_checkpoints::kTable}) {
        const int at = table == &port::history::kTable ? int{port::history::kAt}
                                                       : int{port::log_checkpoints::kAt};
        rows.clear();
        transaction.Scan(*table, {}, [&](const port::Row& row) {
          rows.push_back(row);
          std::get<std::int64_t>(rows.back()[static_cast<size_t>(at)]) -= 600'000;
          return true;
        });
        for (const port::Row& row : rows) transaction.Put(*table, row);
      }
      return true;
    });
  }
  const Outcome told = Run({"doctor"});
  EXPECT_NE(told.out.find("1 件案卷有记录未封存，最早的已等 10 分钟"), std::string::npos)
      << told.out;
  EXPECT_NE(told.out.find("* * * * * "), std::string::npos) << told.out;
  ASSERT_EQ(Run({"tick"}).exit, 0);
  EXPECT_NE(Run({"doctor"}).out.find("封存\t历史都已封存"), std::string::npos);
}

}  // namespace
}  // namespace anjuan::test
