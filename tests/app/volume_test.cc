// A case's papers bound as an archive binds them, and what a verifier says of the bound copy.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/volume.h"
#include "engine/trail/volume.h"
#include "plugins/pdf/pdf.h"
#include "plugins/pdf/pdf_reader.h"
#include "tests/app/harness.h"
#include "tests/support/archive.h"
#include "tests/support/tools.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;

class VolumeTest : public OfficeTest {
 protected:
  // Four papers: a notice of two pages declared void, two announcements, the notice that waits for
  // its seal.
  void SetUp() override {
    const fs::path notice = library() / "templates" / "T9001" / "template.xml";
    std::string text = ReadAll(notice);
    const std::string_view second = "  <p>说明：";
    text.insert(text.find(second), "  <page-break/>\n");
    std::ofstream(notice, std::ios::binary) << text;
    Init();
    id_ = Open();
    Fire({"submit"});
    Fire({"announce"});
    Fire({"aj.void", "--set", "document=T9001", "--set", "reason=写错"});
    Fire({"announce"});
    ASSERT_EQ(Run({"tick", "--until", "2030-01-01"}).exit, 0);
  }

  void Fire(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"fire", id_});
    const Outcome done = Run(arguments);
    ASSERT_EQ(done.exit, 0) << done.err;
  }

  void ExportFolder(const std::string& name) {
    const Outcome done = Run({"export", id_, "-o", Path(name)});
    ASSERT_EQ(done.exit, 0) << done.err;
  }

  trail::VolumeManifest Manifest(const std::string& folder) const {
    const auto manifest = trail::DecodeVolumeManifest(ReadAll(Path(folder + "/volume.json")));
    EXPECT_TRUE(manifest.has_value());
    return manifest.value_or(trail::VolumeManifest());
  }

  void PutManifest(const std::string& folder, const trail::VolumeManifest& manifest) {
    Write(folder + "/volume.json", trail::Encode(manifest));
  }

  std::string TextOfPage(const std::string& file, std::int64_t page) const {
    return Output(StrCat("pdftotext -layout -f ", page, " -l ", page, " ", Path(file), " -"));
  }

  std::string id_;
};

TEST_F(VolumeTest, ContentsNameThePagesWhereThePapersStand) {
  if (!HasTool("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  ExportFolder("dossier");
  const trail::VolumeManifest manifest = Manifest("dossier");
  ASSERT_EQ(manifest.papers.size(), 4U);
  EXPECT_EQ(manifest.pages(), 6);  // 2, 1, 1 and 2
  EXPECT_EQ(manifest.front, 2);
  const std::string volume = "dossier/volume.pdf";
  const std::string contents = TextOfPage(volume, 2);
  for (const trail::VolumeEntry& paper : manifest.papers) {
    // The row of the contents says the page, the page says the paper and its own number.
    const std::vector<std::string> lines = Lines(contents);
    const std::string number = std::to_string(paper.first);
    const bool listed = std::ranges::any_of(lines, [&](const std::string& line) {
      return line.find(paper.title) != std::string::npos &&
             line.find(" " + number) != std::string::npos;
    });
    EXPECT_TRUE(listed) << paper.title << " " << number << "\n" << contents;
    const std::string page = TextOfPage(volume, manifest.front + paper.first);
    EXPECT_NE(page.find(paper.title), std::string::npos) << page;
    EXPECT_EQ(std::string(Trim(Lines(page).at(0))), number) << page;
  }
  EXPECT_NE(contents.find("作废"), std::string::npos) << contents;
  EXPECT_NE(contents.find("待盖章"), std::string::npos) << contents;
  const std::string cover = TextOfPage(volume, 1);
  EXPECT_NE(cover.find("共4件"), std::string::npos) << cover;
  EXPECT_NE(cover.find("共6页"), std::string::npos) << cover;
  const std::string end = TextOfPage(volume, 9);
  EXPECT_NE(end.find("第1件已作废"), std::string::npos) << end;
  EXPECT_NE(end.find("第4件待盖章"), std::string::npos) << end;
}

TEST_F(VolumeTest, AFileOfItsOwnTheSameTwiceAndAnArchive) {
  const Outcome done = Run({"export", id_, "--volume", Path("v.pdf")});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("4件，6页"), std::string::npos) << done.out;
  ASSERT_EQ(Run({"export", id_, "--volume", Path("w.pdf")}).exit, 0);
  EXPECT_EQ(ReadAll(Path("v.pdf")), ReadAll(Path("w.pdf")));
  EXPECT_EQ(Run({"export", id_, "--volume", Path("w.pdf")}).exit, 2) << "never overwritten";
  EXPECT_EQ(Run({"export", "430600-2023-T01-999999", "--volume", Path("u.pdf")}).exit, 1);
  const ArchiveVerdicts verdicts = JudgeArchives(folder_.path(), {Path("v.pdf")});
  if (!verdicts.judged) GTEST_SKIP() << verdicts.report;
  EXPECT_EQ(verdicts.valid, 1U) << verdicts.report;
}

TEST_F(VolumeTest, TheOrderIsData) {
  const auto order = [&](const std::string& table) {
    std::ofstream(library() / "workflows" / "shared" / "volumes.json") << table;
    fs::remove_all(Path("d"));
    ExportFolder("d");
    std::string out;
    for (const trail::VolumeEntry& paper : Manifest("d").papers) out += paper.code + " ";
    return out;
  };
  EXPECT_EQ(order(R"({"volumes": []})"), "T9001 T9002 T9002 T9001 ");
  // What is void is no final paper any more.
  EXPECT_EQ(order(R"({"volumes": [{"process": "permit", "first": ["T9001"]}]})"),
            "T9001 T9001 T9002 T9002 ");
  EXPECT_FALSE(Manifest("d").papers[0].voided);
  EXPECT_EQ(order(R"({"volumes": [{"process": "permit", "last": ["T9002"]}]})"),
            "T9001 T9001 T9002 T9002 ");
  EXPECT_TRUE(Manifest("d").papers[0].voided);
  std::ofstream(library() / "workflows" / "shared" / "volumes.json")
      << R"({"volumes": [{"first": []}, {"process": "a", "first": ["X", "X"], "last": 3},
                         {"process": "a"}]})";
  const Outcome bad = Run({"export", id_, "--volume", Path("bad.pdf")});
  EXPECT_EQ(bad.exit, 1);
  for (const char* mistake : {"没有 process", "X 写了两次", "代码的列表", "a 写了两次"}) {
    EXPECT_NE(bad.err.find(mistake), std::string::npos) << mistake << bad.err;
  }
  EXPECT_FALSE(fs::exists(Path("bad.pdf")));
}

TEST(VolumeOrdersTest, TheShippedTableNamesPapersOfItsProcesses) {
  const fs::path workflows = fs::path(ANJUAN_SOURCE_DIR) / "workflows";
  const auto read = [](const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto orders =
      runtime::ReadVolumeOrders(read(workflows / "shared" / "volumes.json"), "volumes.json");
  ASSERT_TRUE(orders.has_value()) << Render(orders.error());
  EXPECT_FALSE(orders->empty());
  for (const auto& [process, order] : *orders) {
    const std::string chart = read(workflows / process / "chart.scxml");
    for (const auto* codes : {&order.first, &order.last}) {
      for (const std::string& code : *codes) {
        EXPECT_NE(chart.find(StrCat("template=\"", code, "\"")), std::string::npos)
            << process << " issues no " << code;
      }
    }
  }
}

TEST_F(VolumeTest, TheVerifierComparesEveryPage) {
  ExportFolder("d");
  const Outcome good = Verify({Path("d")});
  EXPECT_EQ(good.exit, 0) << good.out;
  EXPECT_NE(good.out.find("6 页文书与原件逐页相同"), std::string::npos) << good.out;
  EXPECT_NE(good.out.find("封面、目录和备考表"), std::string::npos) << good.out;

  // Another file in its place.
  const std::string honest = ReadAll(Path("d/volume.pdf"));
  Write("d/volume.pdf", honest + "\n");
  EXPECT_NE(Verify({Path("d")}).out.find("与清单所载的 SHA-256 不符"), std::string::npos);

  // Two papers exchanged, and a list that says so: the pages betray it.
  trail::VolumeManifest manifest = Manifest("d");
  Write("d/volume.pdf", honest);
  trail::VolumeManifest swapped = manifest;
  std::swap(swapped.papers[1].sha256, swapped.papers[2].sha256);
  PutManifest("d", swapped);
  const Outcome exchanged = Verify({Path("d")});
  EXPECT_EQ(exchanged.exit, 1);
  EXPECT_NE(exchanged.out.find("第3页与原件"), std::string::npos) << exchanged.out;

  // A volume bound anew without one paper, with a list that fits it.
  trail::VolumeManifest shorter = manifest;
  shorter.papers.pop_back();
  PutManifest("d", shorter);
  EXPECT_NE(Verify({Path("d")}).out.find("缺 T9001"), std::string::npos);
  fs::remove(Path("d/volume.json"));
  EXPECT_NE(Verify({Path("d")}).out.find("只有其一"), std::string::npos);
}

TEST_F(VolumeTest, AVolumeBoundFromOthersIsNoCopy) {
  ExportFolder("d");
  // Bound again from the same papers, but the first page of one is another's.
  trail::VolumeManifest manifest = Manifest("d");
  port::Volume forged;
  std::vector<std::string> papers;
  for (const trail::VolumeEntry& entry : manifest.papers) {
    for (const auto& file : fs::directory_iterator(Path("d/documents"))) {
      const std::string bytes = ReadAll(file.path());
      if (ToHex(Sha256(bytes)) == entry.sha256) papers.push_back(bytes);
    }
  }
  ASSERT_EQ(papers.size(), 4U);
  std::swap(papers[1], papers[2]);
  for (const std::string& paper : papers) {
    forged.parts.push_back({.file = [&paper] { return paper; }, .bookmark = "件"});
  }
  const std::string bytes = pdf::MakeVolumeWriter()->Bind(forged, nullptr).value();
  Write("d/volume.pdf", bytes);
  manifest.front = 0;
  manifest.end = 0;
  manifest.sha256 = ToHex(Sha256(bytes));
  PutManifest("d", manifest);
  const Outcome refused = Verify({Path("d")});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(refused.out.find("第3页与原件 T9002"), std::string::npos) << refused.out;
}

TEST_F(VolumeTest, ACaseWithoutPapersHasAVolumeToo) {
  id_ = Open();
  const Outcome done = Run({"export", id_, "--volume", Path("empty.pdf")});
  ASSERT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("0件，0页"), std::string::npos) << done.out;
  const auto facts = pdf::MakePdfReader()->Read(ReadAll(Path("empty.pdf")));
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->pages.size(), 3U);
}

TEST_F(VolumeTest, TheDossierHoldsEventLogs) {
  ExportFolder("d");
  EXPECT_NE(ReadAll(Path("d/log.xes")).find(id_), std::string::npos);
  EXPECT_NE(ReadAll(Path("d/log.ocel.json")).find("case:" + id_), std::string::npos);
  EXPECT_FALSE(fs::exists(Path("d/sheets"))) << "no ledger shows this process";
  const std::string readme = ReadAll(Path("d/README.txt"));
  EXPECT_NE(readme.find("anjuan-verify"), std::string::npos);
  EXPECT_NE(readme.find("volume.pdf"), std::string::npos);
  const Outcome bare = Run({"export", id_, "-o", Path("bare"), "--bare"});
  ASSERT_EQ(bare.exit, 0) << bare.err;
  for (const char* left : {"volume.pdf", "log.xes", "documents", "payloads"}) {
    EXPECT_FALSE(fs::exists(Path(StrCat("bare/", left)))) << left;
  }
  EXPECT_EQ(Verify({Path("bare")}).exit, 0);
}

}  // namespace
}  // namespace anjuan::test
