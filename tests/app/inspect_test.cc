// The four-property check: a good dossier passes every item that can be checked, and whatever is
// damaged fails on its own item: no item is left that nothing can make fail.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/inspect/four_properties.h"
#include "engine/trail/note.h"
#include "engine/trail/volume.h"
#include "engine/value/json.h"
#include "engine/verify/files.h"
#include "plugins/pdf/pdf_reader.h"
#include "tests/app/harness.h"
#include "tests/support/raw_pdf.h"
#include "tests/support/tools.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;
using inspect::Verdict;
using Files = trail::DossierFiles;

constexpr const char* kStranger =
    "log PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

// What this program does not judge at all, and says so.
const std::set<std::string>& LeftToPeople() {
  static const std::set<std::string> kItems = {"workbooks", "environment", "viruses", "carrier"};
  return kItems;
}

class InspectTest : public OfficeTest {
 protected:
  void SetUp() override {
    Init("real");  // a manual clock's times are nobody's
    id_ = Open();
    Fire({"submit"});
    Run({"seal"});
    Fire({"announce"});
    const Outcome done =
        Run({"export", id_, "-o", Path("d"), "--disclose", "all", "--reason", "x"});
    ASSERT_EQ(done.exit, 0) << done.err;
    files_ = verify::ReadDossier(Path("d")).value();
    trust_.keys = verify::ReadKeys({Lines(Run({"seal", "--vkey"}).out).at(0)}).value();
    trust_.keys.push_back(witness_.Public());
  }

  // The witness says that it saw the newest checkpoint so many seconds after the last row.
  void SeenAfter(Files& files, std::int64_t seconds) const {
    const std::vector<std::string> rows = Lines(files["case.jsonl"]);
    const std::int64_t last = trail::Decode(rows.back()).value().time / 1000;
    const std::string plain = files["checkpoint"];
    trail::Note note = trail::ParseNote(plain).value();
    note.signatures.push_back(trail::Cosign(witness_, note.text, last + seconds));
    // Every proof carries it.
    for (auto& [name, bytes] : files) {
      if (bytes.find(plain) != std::string::npos) Replace(bytes, plain, trail::ToString(note));
    }
  }

  void Fire(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"fire", id_});
    ASSERT_EQ(Run(arguments).exit, 0);
  }

  inspect::Inspection Inspect(const Files& files) const {
    return inspect::Inspect(files, trust_, *pdf::MakePdfReader());
  }

  static std::set<std::string> With(const inspect::Inspection& inspection, Verdict verdict) {
    std::set<std::string> out;
    for (const inspect::Item& item : inspection.items) {
      if (item.verdict == verdict) out.insert(item.id);
    }
    return out;
  }

  // The first file whose name begins so.
  static std::string& First(Files& files, const std::string& begin) {
    const auto found = files.lower_bound(begin);
    EXPECT_TRUE(found != files.end() && found->first.starts_with(begin)) << begin;
    return found->second;
  }

  static void Replace(std::string& text, const std::string& what, const std::string& by) {
    const size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), by);
  }

  // The dossier's first paper under that password.
  std::string Locked(const std::string& password) {
    Write("plain.pdf", files_.lower_bound("documents/")->second);
    EXPECT_EQ(RunShell(StrCat("qpdf --encrypt ", password, " o 256 -- ", Path("plain.pdf"), " ",
                              Path("locked.pdf")))
                  .exit,
              0);
    return ReadAll(Path("locked.pdf"));
  }

  std::string id_;
  Files files_;
  trail::Trust trust_;
  const trail::SignerKey witness_{"witness.example/w1", trail::KeyKind::kWitness,
                                  std::string(32, 'w')};
};

TEST_F(InspectTest, AGoodDossierPassesAllThatCanBeChecked) {
  const inspect::Inspection found = Inspect(files_);
  EXPECT_TRUE(found.passed()) << inspect::ToText(found);
  EXPECT_EQ(With(found, Verdict::kFailed), std::set<std::string>());
  std::set<std::string> unchecked = LeftToPeople();
  unchecked.insert("time");  // no witness saw it
  EXPECT_EQ(With(found, Verdict::kUnchecked), unchecked);
  for (const inspect::Item& item : found.items) EXPECT_NE(item.note, "") << item.id;

  SeenAfter(files_, 5);
  const inspect::Inspection witnessed = Inspect(files_);
  EXPECT_EQ(With(witnessed, Verdict::kFailed), std::set<std::string>());
  EXPECT_EQ(With(witnessed, Verdict::kUnchecked), LeftToPeople());
}

TEST_F(InspectTest, EachDamageFailsOnItsItemAndEveryItemHasOne) {
  struct Damage {
    const char* item;
    std::function<void(Files&)> make;
  };
  std::set<std::string> left;  // items nothing has made fail yet
  for (const inspect::Item& item : Inspect(files_).items) left.insert(item.id);
  for (const std::string& item : LeftToPeople()) EXPECT_EQ(left.erase(item), 1U) << item;
  const auto paper = [](const std::string& bytes) {
    return [bytes](Files& files) { files["documents/X.pdf"] = bytes; };
  };
  const auto script = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>";
  std::vector<Damage> damages = {
      {"signature", [](Files& f) { Replace(f["checkpoint"], "\n\n", "\nmore\n\n"); }},
      {"chain",
       [](Files& f) {
         std::string& rows = f["case.jsonl"];
         const size_t end = rows.find('\n') + 1;
         const size_t next = rows.find('\n', end) + 1;
         rows = StrCat(rows.substr(end, next - end), rows.substr(0, end), rows.substr(next));
       }},
      {"inclusion", [](Files& f) { First(f, "proofs/") = First(f, "proofs/000001"); }},
      {"continuity", [](Files& f) { Replace(First(f, "checkpoints/"), "\n\n", "\nmore\n\n"); }},
      {"time", [this](Files& f) { SeenAfter(f, -864'000); }},
      {"payloads", [](Files& f) { Replace(First(f, "payloads/"), "800", "900"); }},
      {"papers", [](Files& f) { First(f, "documents/") += "\n"; }},
      {"disclosed", [](Files& f) { Replace(f["disclosed/applicant.json"], "周明远", "周明近"); }},
      {"volume", [](Files& f) { f["volume.pdf"] += "\n"; }},
      {"rows", [](Files& f) { Replace(f["dossier.json"], "\"rows\":", "\"rows\":1"); }},
      {"last", [](Files& f) { f.erase("heads.proof"); }},
      {"contents",
       [](Files& f) {
         f.erase("payloads/000001.json");
         f.erase("payloads/000001.key");
       }},
      {"documents", [](Files& f) { f.erase(f.lower_bound("documents/")); }},
      {"metadata", [](Files& f) { f["case.jsonl"] += "{}\n"; }},
      {"register",
       [](Files& f) {
         auto manifest = trail::DecodeVolumeManifest(f["volume.json"]).value();
         manifest.papers.pop_back();
         f["volume.json"] = trail::Encode(manifest);
       }},
      {"events", [](Files& f) { Replace(f["log.ocel.json"], "leaf_hash", "leaf_trash"); }},
      {"opening", [](Files& f) { First(f, "documents/").resize(4000); }},
      {"archive-format", paper(RawPaper(""))},
      {"fonts", paper(RawPaper("", "/Resources << /Font << /F1 5 0 R >> >>",
                               {"<< /Type /Font /Subtype /TrueType /BaseFont /SimSun >>"}))},
      {"readable", [](Files& f) { f["state.json"] += "}"; }},
      {"readable", [](Files& f) { f["log.xes"].resize(f["log.xes"].size() - 10); }},
      {"formats", [](Files& f) { f["说明.doc"] = "x"; }},
      {"scripts", paper(RawPaper(script))},
      {"attachments", paper(RawPaper("/Names << /EmbeddedFiles << /Names [] >> >>"))},
      {"links", paper(RawPaper("",
                               "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << "
                               "/S /URI /URI (http://example.cn/) >> >>]"))},
      {"personal", [](Files& f) { f["README.txt"] += "联系电话13800001234。"; }},
      {"personal", [](Files& f) { f["README.txt"] += "身份证11010519491231002X"; }},
      {"personal", [](Files& f) { f["README.txt"] += "经办人周明远"; }},
      {"keys", [](Files& f) { f["README.txt"] += "-----BEGIN PRIVATE KEY-----"; }},
      {"keys", [this](Files& f) { f["keys.json"] = ReadAll(office() / "keys.json"); }},
      {"programs", [](Files& f) { f["setup.exe"] = "MZ..."; }},
  };
  if (HasTool("qpdf")) {
    damages.push_back({"encryption", paper(Locked("''"))});
    damages.push_back({"encryption", paper(Locked("geheim"))});
  }
  for (const Damage& damage : damages) {
    Files files = files_;
    damage.make(files);
    const inspect::Inspection found = Inspect(files);
    EXPECT_FALSE(found.passed()) << damage.item;
    EXPECT_TRUE(With(found, Verdict::kFailed).contains(damage.item)) << damage.item << "\n"
                                                                     << inspect::ToText(found);
    left.erase(damage.item);
  }
  trust_.keys = verify::ReadKeys({kStranger}).value();
  if (With(Inspect(files_), Verdict::kFailed).contains("source")) left.erase("source");
  // "encryption" is the only one that takes a tool to make.
  const bool encrypts = HasTool("qpdf");
  EXPECT_EQ(left, encrypts ? std::set<std::string>() : std::set<std::string>{"encryption"});
  if (!encrypts) GTEST_SKIP() << "qpdf is not installed: no encrypted paper was tried";
}

TEST_F(InspectTest, WithoutKeysOfOnesOwnTheSourceIsUnchecked) {
  trust_.keys.clear();
  EXPECT_TRUE(With(Inspect(files_), Verdict::kUnchecked).contains("source"));
}

TEST_F(InspectTest, WhatIsLeftOutOnPurposeIsUncheckedNotFailed) {
  ASSERT_EQ(Run({"export", id_, "-o", Path("bare"), "--bare"}).exit, 0);
  const inspect::Inspection bare = Inspect(verify::ReadDossier(Path("bare")).value());
  EXPECT_TRUE(bare.passed()) << inspect::ToText(bare);
  for (const char* item : {"documents", "contents", "opening", "fonts", "volume", "events"}) {
    EXPECT_TRUE(With(bare, Verdict::kUnchecked).contains(item)) << item;
  }
  ASSERT_EQ(Run({"export", id_, "-o", Path("none"), "--disclose", "none"}).exit, 0);
  const inspect::Inspection none = Inspect(verify::ReadDossier(Path("none")).value());
  EXPECT_TRUE(none.passed()) << inspect::ToText(none);
  EXPECT_TRUE(With(none, Verdict::kUnchecked).contains("documents"));
  const inspect::Inspection nothing = Inspect({});
  EXPECT_FALSE(nothing.passed());
}

TEST_F(InspectTest, TheCommandsTellAndPrintIt) {
  const Outcome text = Run({"inspect", id_});
  EXPECT_EQ(text.exit, 0) << text.out << text.err;
  EXPECT_NE(text.out.find("真实性（通过"), std::string::npos);
  EXPECT_NE(text.out.find("来源：日志公钥与另行公布的一致\t通过"), std::string::npos) << text.out;
  const Outcome json = Run({"inspect", Path("d"), "--json"});
  const Result<Value> value = ReadJson(json.out, "json");
  ASSERT_TRUE(value.has_value()) << json.out << json.err;
  EXPECT_EQ((*value)["passed"], Value(true));
  EXPECT_EQ((*value)["properties"].list()->size(), 4U);
  const Outcome report = RunBare({"inspect", Path("d"), "-o", Path("r.pdf")});
  ASSERT_EQ(report.exit, 0) << report.err;
  if (HasTool("pdftotext")) {
    const std::string page = Output(StrCat("pdftotext ", Path("r.pdf"), " -"));
    EXPECT_NE(page.find("四性检测报告"), std::string::npos);
    EXPECT_NE(page.find(id_), std::string::npos);
  }
  const Outcome verified = Verify({Path("d"), "--four-properties"});
  EXPECT_EQ(verified.exit, 0) << verified.out;
  EXPECT_NE(verified.out.find("安全性（通过"), std::string::npos);
  fs::remove(Path("d/heads.json"));
  EXPECT_EQ(Verify({Path("d"), "--four-properties"}).exit, 1);
  EXPECT_EQ(RunBare({"inspect", Path("d"), "-o", Path("bad.txt")}).exit, 1);
  EXPECT_NE(ReadAll(Path("bad.txt")).find("不通过"), std::string::npos);
  EXPECT_EQ(Run({"inspect", "430600-2023-T01-999999"}).exit, 2);
}

}  // namespace
}  // namespace anjuan::test
