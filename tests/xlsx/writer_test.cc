// The written file, opened as a zip of XML and looked at cell by cell.
#include <Poco/StreamCopier.h>
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "engine/base/text.h"
#include "engine/xml/xml.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::xlsx {
namespace {

using doc::SheetCell;
using doc::SheetModel;
using doc::SheetRow;
using doc::SheetStyle;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// A folder of its own for each test, gone afterwards.
class XlsxTest : public testing::Test {
 protected:
  XlsxTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              StrCat("anjuan-xlsx-", test->name(), "-", getpid());
    std::filesystem::create_directories(folder_);
  }
  ~XlsxTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

std::string Member(const std::string& path, const std::string& name) {
  std::ifstream in(path, std::ios::binary);
  const Poco::Zip::ZipArchive archive(in);
  const auto header = archive.findHeader(name);
  if (header == archive.headerEnd()) return "";
  Poco::Zip::ZipInputStream member(in, header->second);
  std::string text;
  Poco::StreamCopier::copyToString(member, text);
  return text;
}

struct ReadCell {
  std::string type;   // inlineStr, n
  std::string value;  // text or number
  std::string formula;
};

std::map<std::string, ReadCell> Cells(const xml::Document& sheet) {
  std::map<std::string, ReadCell> out;
  for (const xml::Element* part : sheet.root->Elements()) {
    if (part->name != "sheetData") continue;
    for (const xml::Element* row : part->Elements()) {
      for (const xml::Element* cell : row->Elements()) {
        ReadCell& read = out[cell->Get("r")];
        read.type = cell->Get("t", "", "n");
        for (const xml::Element* content : cell->Elements()) {
          (content->name == "f" ? read.formula : read.value) = content->InnerText();
        }
      }
    }
  }
  return out;
}

xml::Document Sheet(const std::string& path) {
  Result<xml::Document> read = xml::Read(Member(path, "xl/worksheets/sheet1.xml"), "sheet1.xml");
  EXPECT_TRUE(read.has_value()) << Render(read ? Diagnostics{} : read.error());
  return *std::move(read);
}

doc::SheetDescription Description(const std::string& id) {
  const std::string path = StrCat(ANJUAN_SOURCE_DIR "/workflows/shared/sheets/", id, ".json");
  Result<doc::SheetDescription> read = doc::ReadSheet(ReadFile(path), path);
  EXPECT_TRUE(read.has_value()) << Render(read ? Diagnostics{} : read.error());
  return *std::move(read);
}

SheetModel F01() {
  doc::SheetData data;
  data.preface.Set("reporting_unit", Value("岳阳市人力资源和社会保障局"));
  data.lines = {"统计时段：2023年3月1日至2023年6月30日"};
  int number = 1;
  for (const char* row : {"state_or_collective", "private", "foreign_invested", "other"}) {
    for (const char* key :
         {"offer_enterprises", "offer_workers", "reply_enterprises", "reply_workers",
          "signed_enterprises", "signed_workers", "refused_enterprises"}) {
      data.fixed[row].Set(key, Value(number++));
    }
  }
  data.fixed["private"].Set("refusal_reason_and_handling",
                            Value("示例洞庭商超连锁有限公司：=HYPERLINK(\"x\")；逾期未回应"));
  Result<SheetModel> model = doc::Fill(Description("F01"), std::move(data));
  EXPECT_TRUE(model.has_value()) << Render(model ? Diagnostics{} : model.error());
  return *std::move(model);
}

TEST_F(XlsxTest, F01CellByCell) {
  NewSheetWriter()->Write(F01(), Path("F01.xlsx"));
  const xml::Document sheet = Sheet(Path("F01.xlsx"));
  const std::map<std::string, ReadCell> cells = Cells(sheet);
  EXPECT_EQ(cells.at("A1").value, "集体协商“春季要约行动”情况统计表");
  EXPECT_EQ(cells.at("A2").value, "报送单位：岳阳市人力资源和社会保障局");
  EXPECT_EQ(cells.at("A3").value, "统计时段：2023年3月1日至2023年6月30日");
  EXPECT_EQ(cells.at("A4").value, "企业类型");
  EXPECT_EQ(cells.at("B4").value, "发出要约");
  EXPECT_EQ(cells.at("B5").value, "企业数");
  EXPECT_EQ(cells.at("I4").value, "企业拒绝协商原因以及人社部门处理情况");
  EXPECT_EQ(cells.at("A7").value, "私营企业 (民营企业)");
  EXPECT_EQ(cells.at("C7").value, "9");
  EXPECT_EQ(cells.at("C7").type, "n");
  EXPECT_EQ(cells.at("I7").type, "inlineStr");
  EXPECT_EQ(cells.at("I7").formula, "");
  EXPECT_EQ(cells.at("A10").value, "合 计");
  EXPECT_EQ(cells.at("C10").formula, "SUM(C6:C9)");
  EXPECT_EQ(cells.at("C10").value, std::to_string(2 + 9 + 16 + 23));
  EXPECT_EQ(cells.at("A12").value,
            "2. 不予回应或拒绝协商的企业数量、类型、原因及人社部门处理的相关情况应另附纸说明。");
}

TEST_F(XlsxTest, F01MergesAndPrintSetUp) {
  NewSheetWriter()->Write(F01(), Path("F01.xlsx"));
  const xml::Document sheet = Sheet(Path("F01.xlsx"));
  std::vector<std::string> merges;
  for (const xml::Element* part : sheet.root->Elements()) {
    if (part->name == "mergeCells") {
      for (const xml::Element* merge : part->Elements()) merges.push_back(merge->Get("ref"));
    }
    if (part->name == "pageSetup") {
      EXPECT_EQ(part->Get("paperSize"), "9");
      EXPECT_EQ(part->Get("orientation"), "landscape");
      EXPECT_EQ(part->Get("fitToHeight"), "0");
    }
  }
  std::sort(merges.begin(), merges.end());
  EXPECT_EQ(merges,
            (std::vector<std::string>{"A11:I11", "A12:I12", "A1:I1", "A2:I2", "A3:I3", "A4:A5",
                                      "B4:C4", "D4:E4", "F4:G4", "H4:H5", "I4:I5"}));
  const std::string workbook = Member(Path("F01.xlsx"), "xl/workbook.xml");
  EXPECT_NE(workbook.find("F01!$A$1:$I$12"), std::string::npos) << workbook;
  EXPECT_NE(workbook.find("F01!$4:$5"), std::string::npos) << workbook;
  const std::string styles = Member(Path("F01.xlsx"), "xl/styles.xml");
  EXPECT_NE(styles.find("仿宋"), std::string::npos);
  EXPECT_NE(styles.find("宋体"), std::string::npos);
}

TEST_F(XlsxTest, SameModelSameBytes) {
  NewSheetWriter()->Write(F01(), Path("a.xlsx"));
  // The formats of zip and properties keep time in steps of two seconds.
  std::this_thread::sleep_for(std::chrono::milliseconds(2100));
  NewSheetWriter()->Write(F01(), Path("b.xlsx"));
  EXPECT_EQ(ReadFile(Path("a.xlsx")), ReadFile(Path("b.xlsx")));
  EXPECT_GT(ReadFile(Path("a.xlsx")).size(), 1000U);
}

TEST_F(XlsxTest, ALongLedgerIsStreamed) {
  constexpr int kRows = 20'000;
  doc::SheetData data;
  int given = 0;
  data.stream = [&given](Context& row) {
    if (given == kRows) return false;
    ++given;
    row.Set("enterprise", Value(StrCat("示例第", given, "有限公司")));
    row.Set("enterprise_type", Value("私营企业"));
    row.Set("workers", Value(given));
    row.Set("offer_date", Value(AddDays(Date{2023, 3, 1}, given % 100)));
    return true;
  };
  Result<SheetModel> model = doc::Fill(Description("L02"), std::move(data));
  ASSERT_TRUE(model.has_value()) << Render(model.error());
  NewSheetWriter()->Write(*model, Path("L02.xlsx"));
  // The last row, looked for in the text: a tree of this size is not the reader's business.
  const std::string text = Member(Path("L02.xlsx"), "xl/worksheets/sheet1.xml");
  EXPECT_NE(text.find("示例第20000有限公司"), std::string::npos);
  EXPECT_NE(text.find(StrCat("r=\"A", kRows + 3, "\"")), std::string::npos);
  EXPECT_EQ(text.find(StrCat("r=\"A", kRows + 4, "\"")), std::string::npos);
}

SheetModel Plain(std::vector<SheetCell> cells) {
  SheetModel model;
  model.name = "t";
  model.widths.assign(cells.size(), 10);
  model.rows.push_back({.height_pt = 0, .cells = std::move(cells)});
  return model;
}

TEST_F(XlsxTest, TextNeverBecomesAFormulaOrLink) {
  std::vector<SheetCell> cells;
  for (const char* text : {"=1+1", "+1", "@x", "-2", "http://x", "{=1}"}) {
    cells.push_back({.kind = SheetCell::Kind::kText, .text = text});
  }
  NewSheetWriter()->Write(Plain(cells), Path("t.xlsx"));
  const std::map<std::string, ReadCell> read = Cells(Sheet(Path("t.xlsx")));
  ASSERT_EQ(read.size(), 6U);
  for (const auto& [address, cell] : read) {
    EXPECT_EQ(cell.type, "inlineStr") << address;
    EXPECT_EQ(cell.formula, "");
  }
}

TEST_F(XlsxTest, NumbersAndDatesKeepTheirValue) {
  SheetCell exact = {.kind = SheetCell::Kind::kNumber, .style = SheetStyle::kNumber};
  exact.number = *Decimal::Parse("1930.5");
  SheetCell longer = exact;
  longer.number = *Decimal::Parse("914306021234567890");  // a double would change it
  SheetCell date = {.kind = SheetCell::Kind::kDate, .style = SheetStyle::kDate};
  date.date = {2023, 3, 6};
  SheetCell early = date;
  early.date = {1850, 1, 1};
  NewSheetWriter()->Write(Plain({exact, longer, date, early}), Path("n.xlsx"));
  const std::map<std::string, ReadCell> read = Cells(Sheet(Path("n.xlsx")));
  EXPECT_EQ(read.at("A1").value, "1930.5");
  EXPECT_EQ(read.at("B1").value, "914306021234567890");
  EXPECT_EQ(read.at("B1").type, "inlineStr");
  EXPECT_EQ(read.at("C1").value, "44991");
  EXPECT_EQ(read.at("D1").value, "1850-01-01");
}

TEST_F(XlsxTest, FailuresLeaveNothingBehind) {
  EXPECT_THROW(NewSheetWriter()->Write(F01(), Path("no/such/folder/a.xlsx")), port::Failure);
  SheetModel broken = Plain({{.kind = SheetCell::Kind::kText, .text = std::string(40'000, 'x')}});
  EXPECT_THROW(NewSheetWriter()->Write(broken, Path("b.xlsx")), port::Failure);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(XlsxTest, AnOldFileStaysUntilTheNewOneIsComplete) {
  NewSheetWriter()->Write(F01(), Path("a.xlsx"));
  const std::string before = ReadFile(Path("a.xlsx"));
  SheetModel broken = F01();
  broken.stream = [](SheetRow&) -> bool { throw port::Failure("the store went away"); };
  EXPECT_THROW(NewSheetWriter()->Write(broken, Path("a.xlsx")), port::Failure);
  EXPECT_EQ(ReadFile(Path("a.xlsx")), before);
}

}  // namespace
}  // namespace anjuan::xlsx
