// The sealer: committed rows get their places, checkpoints are signed, dossiers hold and forgeries
// do not.

#include "engine/runtime/sealer.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/runtime/audit.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/dossier.h"
#include "engine/trail/leaf.h"
#include "engine/trail/merkle.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using runtime::AreaLog;
using runtime::LogSealer;
using runtime::SealReport;

const std::string kWitnessSeed(32, '\x21');
const trail::SignerKey kWitness = {"audit.example/w1", trail::KeyKind::kWitness, kWitnessSeed};

class SealerTest : public BothStores {
 protected:
  SealReport Seal(bool heads = true) { return LogSealer(office_.office()).Seal(heads); }

  std::string Area() {
    std::string area;
    office_.store().Read([&](port::Reader& reader) {
      const auto areas = runtime::SealedAreas(reader);
      if (areas.size() == 1) area = areas.front();
    });
    return area;
  }

  template <typename Look>
  void WithLog(const Look& look) {
    const std::string area = Area();
    office_.store().Read([&](port::Reader& reader) {
      AreaLog log(office_.office(), reader, area);
      look(log);
    });
  }

  std::uint64_t Size() {
    std::uint64_t size = 0;
    WithLog([&](AreaLog& log) { size = log.Newest().size; });
    return size;
  }

  trail::DossierFiles Dossier(const std::string& case_id) {
    trail::DossierFiles files;
    WithLog([&](AreaLog& log) {
      const auto parts = log.Dossier(case_id);
      if (parts) files = trail::MakeDossier(*parts);
    });
    for (const auto& row : office_.History(case_id)) {
      trail::AddPayload(files, row.seq, row.payload, row.key);
    }
    return files;
  }

  void Witness(std::int64_t seconds) {
    std::string request;
    WithLog([&](AreaLog& log) { request = log.WitnessRequest(); });
    ASSERT_NE(request, "");
    trail::Note note =
        trail::ParseNote(trail::ParseConsistencyFile(request).value().checkpoint).value();
    note.signatures.push_back(trail::Cosign(kWitness, note.text, seconds));
    const auto added = LogSealer(office_.office()).AddCosignatures(trail::ToString(note));
    ASSERT_TRUE(added) << Render(added.error());
    EXPECT_EQ(*added, 1);
  }
};

TEST_P(SealerTest, EveryRowGetsOnePlaceAndACaseKeepsItsOrder) {
  const std::string first = office_.Draft();
  const std::string second = office_.Submitted();
  office_.Drain();
  const auto rows =
      static_cast<std::int64_t>(office_.History(first).size() + office_.History(second).size());
  const SealReport report = Seal();
  EXPECT_EQ(report.rows, rows);
  EXPECT_EQ(report.checkpoints, 1);
  EXPECT_EQ(Size(), static_cast<std::uint64_t>(rows) + 1) << "and where each case ends";
  trail::CompactRange tree;
  WithLog([&](AreaLog& log) {
    std::uint64_t next = 0;
    log.ScanLeaves(0, log.Newest().size, [&](std::uint64_t position, const std::string& leaf) {
      EXPECT_EQ(position, next++);
      tree.Append(trail::LeafHash(leaf));
      return true;
    });
    const auto note = trail::ParseNote(log.Newest().note);
    ASSERT_TRUE(note);
    EXPECT_EQ(trail::ParseCheckpoint(note->text).value().root, tree.Root());
  });
  EXPECT_EQ(Seal().checkpoints, 0) << "nothing new";
  EXPECT_TRUE(office_.Rows(port::unsealed::kTable).empty());
}

TEST_P(SealerTest, ARealDossierHoldsAndSaysWhatItDoesNotShow) {
  const std::string id = office_.Submitted();
  office_.Drain();
  Seal();
  const auto verdict = trail::VerifyDossier(Dossier(id), {});
  EXPECT_TRUE(verdict.report.ok()) << ToText(verdict.report, trail::Language::kChinese);
  EXPECT_TRUE(verdict.report.Has(trail::Statement::Kind::kNotProved));
}

TEST_P(SealerTest, TheLastEventsCannotBeLeftOut) {
  const std::string id = office_.Submitted();
  office_.Drain();
  Seal();
  trail::DossierFiles files;
  WithLog([&](AreaLog& log) {
    auto parts = *log.Dossier(id);
    parts.rows.pop_back();
    files = trail::MakeDossier(parts);
  });
  const auto verdict = trail::VerifyDossier(files, {});
  EXPECT_NE(ToText(verdict.report, trail::Language::kEnglish).find("last events were left out"),
            std::string::npos)
      << ToText(verdict.report, trail::Language::kEnglish);
}

TEST_P(SealerTest, ACaseThatIsNotThereIsShownToBeAbsent) {
  office_.Submitted();
  Seal();
  for (const std::string id : {"000000-2000-X-000001", "999999-2999-X-000001"}) {
    const auto verdict = trail::VerifyDossier(Dossier(id), {});
    EXPECT_TRUE(verdict.report.ok()) << ToText(verdict.report, trail::Language::kChinese);
    EXPECT_NE(ToText(verdict.report, trail::Language::kEnglish).find("hold no case"),
              std::string::npos);
  }
}

TEST_P(SealerTest, WitnessesBoundTheTime) {
  ASSERT_TRUE(LogSealer(office_.office()).AddWitness(ToVkey(kWitness.Public())));
  office_.Draft();
  Seal();
  Witness(1'000'000);
  const std::string id = office_.Submitted();
  office_.Drain();
  Seal();
  Witness(2'000'000);
  office_.Draft();
  Seal();
  const auto verdict = trail::VerifyDossier(Dossier(id), {});
  EXPECT_TRUE(verdict.report.ok()) << ToText(verdict.report, trail::Language::kChinese);
  ASSERT_FALSE(verdict.windows.empty());
  for (const trail::RowWindow& window : verdict.windows) {
    EXPECT_EQ(window.not_before, 1'000'000);
    EXPECT_EQ(window.not_after, 2'000'000);
  }
}

TEST_P(SealerTest, OnlyRegisteredWitnessesAndOurOwnCheckpointsAreTaken) {
  office_.Draft();
  Seal();
  std::string bytes;
  WithLog([&](AreaLog& log) { bytes = log.Newest().note; });
  trail::Note note = trail::ParseNote(bytes).value();
  note.signatures.push_back(trail::Cosign(kWitness, note.text, 5));
  LogSealer sealer(office_.office());
  EXPECT_FALSE(sealer.AddCosignatures(trail::ToString(note))) << "nobody knows it";
  EXPECT_FALSE(sealer.AddWitness("audit.example/w1+00000000+AAAA"));
  ASSERT_TRUE(sealer.AddWitness(ToVkey(kWitness.Public())));
  EXPECT_EQ(sealer.AddCosignatures(trail::ToString(note)).value(), 1);
  EXPECT_EQ(sealer.AddCosignatures(trail::ToString(note)).value(), 0) << "twice is once";
  note.text.insert(0, "x");
  EXPECT_FALSE(sealer.AddCosignatures(trail::ToString(note)));
}

TEST_P(SealerTest, AnOldOfficeIsSealedWhole) {
  const std::string id = office_.Submitted();
  office_.Drain();
  // As a store looks that was upgraded: rows, and no marks.
  office_.Tamper([](port::Transaction& transaction) {
    std::vector<port::Row> rows;
    transaction.Scan(port::unsealed::kTable, {}, [&](const port::Row& row) {
      rows.push_back(row);
      return true;
    });
    for (const port::Row& row : rows) transaction.Delete(port::unsealed::kTable, row);
  });
  EXPECT_EQ(LogSealer(office_.office()).SealIfDue(true).rows,
            static_cast<std::int64_t>(office_.History(id).size()));
}

TEST_P(SealerTest, ManyRowsAreSealedInBatchesAndStillOneTree) {
  const std::string id = office_.Draft();
  for (int i = 0; i < 300; ++i) office_.Fire(id, "aj.comment", "{text: \"x\"}");
  const SealReport report = Seal();
  EXPECT_EQ(report.rows, static_cast<std::int64_t>(office_.History(id).size()));
  const auto verdict = trail::VerifyDossier(Dossier(id), {});
  EXPECT_TRUE(verdict.report.ok()) << ToText(verdict.report, trail::Language::kChinese);
}

ANJUAN_BOTH_STORES(SealerTest);

}  // namespace
}  // namespace anjuan::test
