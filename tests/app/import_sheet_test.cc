// Lists as offices have them: each case of data/imports/*.case is a workbook (tests/support/
// workbook.h says how it is written) or a CSV file, a command and all that it prints; {n} stands
// for the n-th valid credit code. What was stored follows as "stored ID {…}". ANJUAN_BLESS=1 writes
// what is printed now into the files, for a person to review in the diff.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"
#include "plugins/xlsx/xlsx.h"
#include "tests/app/harness.h"
#include "tests/support/workbook.h"

namespace anjuan::test {

namespace {

struct ImportCase {
  std::string at;  // file:line
  std::filesystem::path file;
  std::string name;
  std::string command;
  std::string content;
  std::string expected;
};

void Replace(std::string& text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

// "--- name", a line "import …", the content, "===", what is expected.
std::vector<ImportCase> ReadCases() {
  std::vector<ImportCase> out;
  std::vector<std::filesystem::path> files;
  for (const auto& file :
       std::filesystem::directory_iterator(ANJUAN_SOURCE_DIR "/tests/app/data/imports")) {
    files.push_back(file.path());
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file);
    bool expecting = false;
    int line_number = 0;
    for (std::string line; std::getline(in, line);) {
      ++line_number;
      for (int i = 1; i < 10; ++i) Replace(line, StrCat("{", i, "}"), CreditCode(50 + i));
      if (line.starts_with("--- ")) {
        ImportCase& fresh = out.emplace_back();
        fresh.at = StrCat(file.filename().string(), ":", line_number);
        fresh.file = file;
        fresh.name = line.substr(4);
        expecting = false;
      } else if (line == "===") {
        expecting = true;
      } else if (out.empty()) {
        continue;
      } else if (out.back().command.empty()) {
        out.back().command = line;
      } else {
        (expecting ? out.back().expected : out.back().content) += line + "\n";
      }
    }
  }
  return out;
}

void Bless(const std::vector<ImportCase>& cases, const std::vector<std::string>& printed) {
  std::map<std::filesystem::path, std::string> files;
  for (size_t i = 0; i < cases.size(); ++i) {
    const ImportCase& one = cases[i];
    files[one.file] +=
        StrCat("--- ", one.name, "\n", one.command, "\n", one.content, "===\n", printed[i]);
  }
  for (auto& [file, text] : files) {
    for (int i = 1; i < 10; ++i) Replace(text, CreditCode(50 + i), StrCat("{", i, "}"));
    std::ofstream(file) << text;
  }
}

class ImportSheetTest : public OfficeTest {
 protected:
  // What the registers of the office hold now.
  std::vector<std::string> Stored() {
    std::vector<std::string> out;
    Result<std::unique_ptr<app::OpenOffice>> open = app::OpenOffice::Open(office());
    EXPECT_TRUE(open.has_value());
    if (!open) return out;
    (*open)->office().store().Read([&](port::Reader& reader) {
      for (const char* kind : {"org", "account", "parameter", "holidays"}) {
        runtime::ScanRegister(reader, kind, [&](const std::string& id, const Value& body) {
          const Context* fields = body.context();
          Context plain = fields == nullptr ? Context() : *fields;
          if (plain.Find("contact") != nullptr) plain.Set("contact", Value("(vault)"));
          out.push_back(StrCat("stored ", id, " ", WriteJson(Value(std::move(plain)))));
        });
      }
    });
    return out;
  }

  static std::vector<std::string> Difference(std::vector<std::string> now,
                                             std::vector<std::string> before) {
    std::sort(now.begin(), now.end());
    std::sort(before.begin(), before.end());
    std::vector<std::string> out;
    std::set_difference(now.begin(), now.end(), before.begin(), before.end(),
                        std::back_inserter(out));
    return out;
  }
};

TEST_F(ImportSheetTest, EveryCase) {
  Init();
  const std::vector<ImportCase> cases = ReadCases();
  EXPECT_GT(cases.size(), 15U);
  const bool bless = std::getenv("ANJUAN_BLESS") != nullptr;
  std::vector<std::string> all;
  for (const ImportCase& one : cases) {
    SCOPED_TRACE(StrCat(one.at, " ", one.name));
    std::filesystem::remove_all(office());
    Init();
    const std::vector<std::string> before = Stored();
    const bool csv = one.command.find(".csv") != std::string::npos;
    const std::string file =
        Write(csv ? "list.csv" : "list.xlsx", csv ? one.content : MakeWorkbook(one.content));
    std::vector<std::string> arguments;
    for (const std::string_view word : SplitWords(one.command)) {
      arguments.push_back(word.starts_with("list.") ? file : std::string(word));
    }
    const Outcome outcome = Run(arguments);
    std::string printed = StrCat(outcome.out, outcome.err);
    Replace(printed, file, csv ? "list.csv" : "list.xlsx");
    for (const std::string& line : Difference(Stored(), before)) printed += line + "\n";
    all.push_back(printed);
    if (!bless) {
      EXPECT_EQ(printed, one.expected);
    }
    const bool refused = outcome.err.find("未导入任何一行") != std::string::npos;
    EXPECT_EQ(outcome.exit, refused ? 1 : 0) << outcome.err;
    // Twice is once.
    const std::vector<std::string> once = Stored();
    EXPECT_EQ(Run(arguments).exit, outcome.exit);
    EXPECT_EQ(Stored(), once);
  }
  if (bless) Bless(cases, all);
}

TEST_F(ImportSheetTest, NothingIsStoredOnADryRunOrWhereACellIsBad) {
  Init();
  const std::vector<std::string> before = Stored();
  std::string rows = "sheet 名单\n| 企业名称 | 信用代码 | 地区 | 企业类型 | 职工总数 | 工会 |\n";
  for (int i = 1; i < 9; ++i) {
    rows += StrCat("| 示例", i, " | ", CreditCode(50 + i), " | 430602 | 私营 | #10 | 是 |\n");
  }
  const std::string good = Write("good.xlsx", MakeWorkbook(rows));
  const Outcome dry = Run({"import", "enterprises", good, "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_NE(dry.out.find("8 rows read, 8 new or changed; dry run: nothing stored"),
            std::string::npos)
      << dry.out;
  EXPECT_EQ(Stored(), before);
  const std::string bad = Write("bad.xlsx", MakeWorkbook(rows + "| 示例九 | " + CreditCode(59) +
                                                         " | 430602 | 私营 | #0 | 是 |\n"));
  EXPECT_EQ(Run({"import", "enterprises", bad}).exit, 1);
  EXPECT_EQ(Stored(), before);
  EXPECT_NE(Run({"import", "enterprises", good}).out.find("8 new or changed\n"), std::string::npos);
  EXPECT_NE(Run({"import", "enterprises", good}).out.find("8 rows read, 0 new"), std::string::npos);
}

TEST_F(ImportSheetTest, BadFilesAreExplained) {
  Init();
  const auto refused = [&](const std::string& bytes) {
    const Outcome outcome = Run({"import", "enterprises", Write("x.xlsx", bytes)});
    EXPECT_EQ(outcome.exit, 1) << outcome.out;
    return outcome.err;
  };
  const std::string whole = MakeWorkbook("sheet 一\n| 企业名称 |\n");
  EXPECT_NE(refused(whole.substr(0, whole.size() / 2)).find("没有下载或复制完整"),
            std::string::npos);
  EXPECT_NE(refused("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(512, '\0')).find("另存为"),
            std::string::npos);
  std::vector<ZipPart> parts = WorkbookParts("sheet 一\n| 企业名称 |\n");
  parts.push_back({.name = "xl/vbaProject.bin", .content = "x"});
  EXPECT_NE(refused(MakeZip(parts)).find("带有宏"), std::string::npos);
  // A damage met halfway through the rows: nothing of what came before is stored.
  const std::vector<std::string> before = Stored();
  parts = WorkbookParts(
      "sheet 一\n| 企业名称 | 信用代码 | 地区 | 企业类型 | 职工总数 | 工会 |\n| 示例 | " +
      CreditCode(51) + " | 430602 | 私营 | #10 | 是 |\n");
  parts[0].declared_crc = 1;
  EXPECT_NE(refused(MakeZip(parts)).find("校验值不符"), std::string::npos);
  EXPECT_EQ(Stored(), before);
}

// Merged cells over everything, many times over: no file may keep the program busy for long.
TEST_F(ImportSheetTest, OverlappingMergesAreNoBurden) {
  Init();
  std::string script = "sheet 名单\n";
  for (int i = 0; i < 20'000; ++i) script += "merge A1:XFD1048576\n";
  for (int i = 0; i < 20'000; ++i) script += "merge A2:A1048576\n";
  script += "| 企业名称 | 信用代码 | 地区 | 企业类型 | 职工总数 | 工会 |\n";
  for (int i = 0; i < 5000; ++i) {
    script += StrCat("| 示例 | ", CreditCode(i + 1), " | 430602 | 私营 | #10 | 是 |\n");
  }
  const std::string file = Write("merged.xlsx", MakeWorkbook(script));
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = Run({"import", "enterprises", file});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(outcome.exit, 1) << outcome.out;  // every heading shows what stands in A1
  EXPECT_LT(took.count(), 10.0);
}

// A workbook of the size of a prefecture's list, as our own writer makes it.
TEST_F(ImportSheetTest, AHundredThousandRowsInSeconds) {
  Init();
  constexpr int kRows = 100'000;
  const std::vector<std::string> head = {
      "企业编号", "统一社会信用代码", "企业名称", "所在地区", "企业类型",
      "职工总数", "是否建立工会",     "注册日期", "所属行业", "地址"};
  doc::SheetModel model;
  model.name = "企业名单";
  model.widths.assign(head.size(), 12);
  int next = 0;
  model.stream = [&](doc::SheetRow& row) {
    if (next > kRows) return false;
    std::vector<std::string> texts = head;
    if (next > 0) {
      texts = {StrCat("N", next),
               CreditCode(next + 100),
               StrCat("示例第", next, "号"),
               "岳阳楼区",
               "民营企业",
               std::to_string(10 + next % 90),
               "是",
               "2001年5月6日",
               "批发和零售业",
               "示例路1号"};
    }
    ++next;
    row.cells.assign(texts.size(), {});
    for (size_t i = 0; i < texts.size(); ++i) {
      row.cells[i].kind = doc::SheetCell::Kind::kText;
      row.cells[i].text = texts[i];
    }
    return true;
  };
  const std::string path = Path("large.xlsx");
  xlsx::NewSheetWriter()->Write(model, path);
  const auto start = std::chrono::steady_clock::now();
  const Outcome taken = Run({"import", "enterprises", path});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(taken.exit, 0) << taken.err.substr(0, 500);
  EXPECT_NE(taken.out.find("100000 rows read, 100000 new"), std::string::npos) << taken.out;
  EXPECT_LT(took.count(), 30.0);
  std::cout << kRows << " rows: " << took.count() << " s\n";
}

}  // namespace

}  // namespace anjuan::test
