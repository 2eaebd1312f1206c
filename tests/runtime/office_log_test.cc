// The office's own log is sealed with the cases: what an administrator rewrites, cuts off or leaves
// unsealed shows; and an office that is older than this gets there with its next sealing.

#include "engine/runtime/office_log.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/sealer.h"
#include "engine/trail/heads.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using port::Cell;
using port::Row;

class OfficeLogTest : public BothStores {
 protected:
  void Record(const std::string& event, const std::string& what) {
    office_.store().Transact([&](port::Transaction& transaction) {
      runtime::RecordOfficeEvent(office_.office(), transaction, event, "keeper", "保管人离任",
                                 Value(Context({{"what", Value(what)}})));
      return true;
    });
  }
  runtime::SealReport Seal(bool heads = true) {
    return runtime::LogSealer(office_.office()).Seal(heads);
  }
  std::string Mistake() {
    return runtime::Verify(office_.office(), [](std::int64_t, std::int64_t) {}).mistake;
  }
  std::optional<trail::Head> Head() {
    std::optional<trail::Head> head;
    office_.store().Read([&](port::Reader& reader) {
      head = runtime::AreaLog(office_.office(), reader, office_.office().area())
                 .HeadOf(std::string(trail::kOfficeCase));
    });
    return head;
  }

  // ---- behind the program's back

  static Row Key(const std::string& id) { return {Cell("office-event"), Cell(id)}; }
  Value Body(const std::string& id) {
    Value body;
    office_.store().Read(
        [&](port::Reader& reader) { body = *runtime::LoadRegister(reader, "office-event", id); });
    return body;
  }
  void Cut(const std::string& last, const std::string& before, std::int64_t left) {
    const Value body = Body(before);
    office_.Tamper([&](port::Transaction& transaction) {
      transaction.Delete(port::registers::kTable, Key(last));
      runtime::SaveMeta(transaction, "office-events.head",
                        StrCat(left, " ", *body["hash"].string()));
    });
  }
};

TEST_P(OfficeLogTest, ItsRowsStandInTheLogOfTheOfficesArea) {
  office_.Draft();
  Record("keys.backup", "a");
  Record("keys.rotate", "b");
  EXPECT_EQ(Mistake(), "");
  Seal();
  ASSERT_TRUE(Head());
  EXPECT_EQ(Head()->seq, 1);
  EXPECT_EQ(Mistake(), "");
  EXPECT_TRUE(office_.Rows(port::unsealed::kTable).empty());
  Record("keys.backup", "c");
  EXPECT_EQ(office_.Rows(port::unsealed::kTable).size(), 1U);
  EXPECT_EQ(Mistake(), "") << "it waits";
  EXPECT_EQ(Seal(false).rows, 1);
  EXPECT_EQ(Head()->seq, 2);
  EXPECT_EQ(Mistake(), "");
  // Who looks at the log reads what was done and by whom, and no word of the reason.
  std::string leaves;
  office_.store().Read([&](port::Reader& reader) {
    runtime::AreaLog log(office_.office(), reader, office_.office().area());
    log.ScanLeaves(0, log.Newest().size, [&](std::uint64_t, const std::string& leaf) {
      leaves += leaf;
      return true;
    });
  });
  EXPECT_NE(leaves.find("\"event\":\"keys.rotate\""), std::string::npos);
  EXPECT_NE(leaves.find("\"actor\":\"keeper\""), std::string::npos);
  EXPECT_EQ(leaves.find("离任"), std::string::npos);
}

TEST_P(OfficeLogTest, OneRowEditedIsFound) {
  Record("keys.backup", "a");
  Record("keys.rotate", "b");
  Seal();
  for (const char* part : {"header", "hash", "leaf", "key"}) {
    Value was = Body("00000002");
    Context changed = *was.context();
    if (std::string_view(part) == "header") {
      Context header = *changed.Find("header")->context();
      header.Set("by", Value("nobody"));
      changed.Set("header", Value(header));
    } else {
      changed.Set(part, *Body("00000001").context()->Find(part));
    }
    const auto put = [&](const Value& body) {
      office_.Tamper([&](port::Transaction& transaction) {
        runtime::SaveRegister(transaction, "office-event", "00000002", "", body);
      });
    };
    put(Value(changed));
    EXPECT_NE(Mistake(), "") << part;
    put(was);
    EXPECT_EQ(Mistake(), "") << "as it was";
  }
}

// Every row, hash, chain, leaf and commitment made anew to fit: until it is sealed nobody can tell,
// once it is everybody can.
TEST_P(OfficeLogTest, ALogWrittenAnewIsFoundOnceItWasSealed) {
  const auto forge = [&] {
    office_.Tamper([&](port::Transaction& transaction) {
      transaction.Delete(port::registers::kTable, Key("00000001"));
      transaction.Delete(port::registers::kTable, Key("00000002"));
      runtime::SaveMeta(transaction, "office-events.head", "");
    });
    Record("keys.backup", "a");
    Record("keys.backup", "not what happened");
  };
  Record("keys.backup", "a");
  Record("keys.rotate", "b");
  forge();
  EXPECT_EQ(Mistake(), "") << "the control: the window before sealing";
  Seal();
  EXPECT_EQ(Mistake(), "");
  forge();
  EXPECT_NE(Mistake().find("改动"), std::string::npos) << Mistake();
}

TEST_P(OfficeLogTest, ACutEndIsFoundOnceItWasSealed) {
  for (const char* what : {"a", "b", "c"}) Record("keys.backup", what);
  Cut("00000003", "00000002", 2);
  EXPECT_EQ(Mistake(), "") << "the control: the window before sealing";
  Record("keys.rotate", "c");
  Seal();
  EXPECT_EQ(Mistake(), "");
  Cut("00000003", "00000002", 2);
  EXPECT_NE(Mistake().find("不在库中"), std::string::npos) << Mistake();
}

TEST_P(OfficeLogTest, ARowThatWouldNeverBeSealedIsFound) {
  Record("keys.backup", "a");
  Seal();
  Record("keys.backup", "b");
  office_.Tamper([&](port::Transaction& transaction) {
    transaction.Delete(port::unsealed::kTable,
                       Row{Cell(office_.office().area()), Cell(std::string(trail::kOfficeCase))});
  });
  EXPECT_NE(Mistake().find("办公库记录"), std::string::npos) << Mistake();
}

TEST_P(OfficeLogTest, AnOlderOfficeIsSealedNextTime) {
  office_.Draft();
  Seal();
  for (const char* what : {"a", "b", "c"}) Record("keys.backup", what);
  // As a program without leaves left it.
  office_.Tamper([&](port::Transaction& transaction) {
    for (const char* id : {"00000001", "00000002", "00000003"}) {
      Context body = *runtime::LoadRegister(transaction, "office-event", id)->context();
      body.Erase("leaf");
      body.Erase("key");
      runtime::SaveRegister(transaction, "office-event", id, "", Value(std::move(body)));
    }
    transaction.Delete(port::unsealed::kTable,
                       Row{Cell(office_.office().area()), Cell(std::string(trail::kOfficeCase))});
    runtime::SaveMeta(transaction, "log.marked", "1");
  });
  office_.Reopen();
  EXPECT_EQ(Mistake(), "");
  EXPECT_FALSE(Head());
  EXPECT_EQ(runtime::LogSealer(office_.office()).SealIfDue(true).rows, 3);
  ASSERT_TRUE(Head());
  EXPECT_EQ(Head()->seq, 2);
  EXPECT_EQ(Mistake(), "");
  EXPECT_EQ(Seal().rows, 0);
  // A row that comes before the sealing brings the others with it.
  Record("keys.rotate", "d");
  EXPECT_EQ(Seal(false).rows, 1);
  EXPECT_EQ(Mistake(), "");
  // One that lost its leaf is no older office.
  office_.Tamper([&](port::Transaction& transaction) {
    Context body = *runtime::LoadRegister(transaction, "office-event", "00000002")->context();
    body.Erase("leaf");
    runtime::SaveRegister(transaction, "office-event", "00000002", "", Value(std::move(body)));
  });
  EXPECT_NE(Mistake().find("没有日志条目"), std::string::npos) << Mistake();
}

ANJUAN_BOTH_STORES(OfficeLogTest);

}  // namespace
}  // namespace anjuan::test
