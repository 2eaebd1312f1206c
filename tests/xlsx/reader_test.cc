// What the reader makes of cells, and of files made to mislead or to do harm.
#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"
#include "plugins/xlsx/xlsx.h"
#include "tests/support/workbook.h"

namespace anjuan::xlsx {
namespace {

using port::SheetCell;
using port::SheetRow;
using test::MakeWorkbook;
using test::MakeZip;
using test::WorkbookParts;
using test::ZipPart;

Result<std::unique_ptr<port::Workbook>> Open(std::string bytes) {
  return NewSheetReader()->Open(std::move(bytes), "名单.xlsx");
}

// "A1 text|B1 number 5", one line for each row; then the mistakes' codes.
std::string Read(std::string bytes, size_t sheet = 0) {
  const auto workbook = Open(std::move(bytes));
  if (!workbook) return StrCat(workbook.error().at(0).code, "\n");
  constexpr std::string_view kKinds[] = {"text", "number", "date", "boolean", "fault"};
  std::string out;
  const std::unique_ptr<port::SheetRows> rows = (*workbook)->Rows(sheet);
  SheetRow row;
  while (rows->Next(row)) {
    out += StrCat(row.number, row.hidden ? " hidden" : "");
    for (const SheetCell& cell : row.cells) {
      out += StrCat(" | ", static_cast<char>('A' + cell.column), " ",
                    kKinds[static_cast<size_t>(cell.kind)], " ", cell.text);
    }
    out += "\n";
  }
  for (const Diagnostic& mistake : rows->mistakes()) out += StrCat(mistake.code, "\n");
  return out;
}

std::string Message(std::string bytes) {
  const auto workbook = Open(std::move(bytes));
  if (workbook) return "";
  const Diagnostic& mistake = workbook.error().at(0);
  EXPECT_EQ(mistake.at.file, "名单.xlsx");
  EXPECT_NE(mistake.hint, "") << mistake.message;
  return StrCat(mistake.code, " ", mistake.message);
}

constexpr std::string_view kSmall = "sheet 一\n| 甲 | #1 |\n";

// The part of that name gets this content.
std::string With(std::string_view script, const std::string& name, const std::string& content) {
  std::vector<ZipPart> parts = WorkbookParts(script);
  for (ZipPart& part : parts) {
    if (part.name == name) part.content = content;
  }
  return MakeZip(parts);
}

std::string SheetOf(std::string_view rows) {
  return With(kSmall, "xl/worksheets/sheet1.xml",
              StrCat("<worksheet><sheetData>", rows, "</sheetData></worksheet>"));
}

TEST(SheetReader, TakesEveryKindOfCell) {
  EXPECT_EQ(
      Read(MakeWorkbook("sheet 一\n"
                        "| 文字 | #1260 | #-0.1 | ?TRUE | ?FALSE | rich:示例/甲 | inline:直接 |\n"
                        "row 4\n"
                        "hide\n"
                        "| =SUM(B1:B2)=>#12.5 | =A1&\"x\"=>\"文字x | =A1=B1=>?TRUE | #0.1 |\n")),
      "1 | A text 文字 | B number 1260 | C number -0.1 | D boolean TRUE | E boolean FALSE"
      " | F text 示例甲 | G text 直接\n"
      "4 hidden | A number 12.5 | B text 文字x | C boolean TRUE | D number 0.1\n");
}

TEST(SheetReader, NumbersAreAsASpreadsheetKeepsThem) {
  EXPECT_EQ(Read(MakeWorkbook("sheet 一\n"
                              "| #0.10000000000000001 | #1E3 | #1.5000000000000001E-5 |"
                              " #914306020000012345 | #123:code | #430602:code | #1500:power |\n")),
            "1 | A number 0.1 | B number 1000 | C number 0.000015 | D number 9.14306020000012E+17"
            " | E number 000123 | F number 430602 | G number 1500\n");
}

TEST(SheetReader, DaysAreKnownByTheirFormat) {
  EXPECT_EQ(Read(MakeWorkbook(
                "sheet 一\n"
                "| #44991:date | #44991:chinese | #44991:builtin31 | #44991:weekday |"
                " #44991 | #44991.395833333336:date | #0.5:time |\n"
                "| #1:date | #59:date | #61:date | #60:date | #-1:date | #2958465:date |\n")),
            "1 | A date 2023-03-06 | B date 2023-03-06 | C date 2023-03-06 | D date 2023-03-06"
            " | E number 44991 | F date 2023-03-06 09:30:00 | G date 12:00:00\n"
            "2 | A date 1900-01-01 | B date 1900-02-28 | C date 1900-03-01"
            " | D fault 设成了日期格式，但60不是一个日期"
            " | E fault 设成了日期格式，但-1不是一个日期 | F date 9999-12-31\n");
  EXPECT_EQ(Read(MakeWorkbook("1904\nsheet 一\n| #0:date | #43529:date |\n")),
            "1 | A date 1904-01-01 | B date 2023-03-06\n");
}

TEST(SheetReader, ErrorsAndMissingResultsAreNamed) {
  EXPECT_EQ(Read(MakeWorkbook("sheet 一\n| !#N/A | =A9=>!#REF! | =A1+1 | =\"\"=>\" |\n")),
            "1 | A fault 内容是错误值#N/A | B fault 公式的结果是错误值#REF!"
            " | C fault 公式没有保存计算结果\n");
}

TEST(SheetReader, ReadsWhatOtherProgramsWrite) {
  // Prefixed names, no addresses, ISO days of strict files, escaped characters.
  EXPECT_EQ(
      Read(With(kSmall, "xl/worksheets/sheet1.xml",
                "<x:worksheet xmlns:x=\"u\"><x:sheetData><x:row><x:c t=\"inlineStr\"><x:is>"
                "<x:t>甲_x000D_乙_x0041_xyz_</x:t></x:is></x:c><x:c t=\"d\"><x:v>"
                "2023-03-06T00:00:00</x:v></x:c></x:row><x:row><x:c><x:v>5</x:v></x:c></x:row>"
                "</x:sheetData></x:worksheet>")),
      "1 | A text 甲\r乙Axyz_ | B date 2023-03-06\n2 | A number 5\n");
  // Sizes after the data, as Apache POI writes them; parts stored as they are; small letters.
  std::vector<ZipPart> parts = WorkbookParts(kSmall);
  for (ZipPart& part : parts) part.flags = 8;
  parts[0].method = 0;
  parts[0].name = "XL/worksheets/Sheet1.xml";
  EXPECT_EQ(Read(MakeZip(parts)), "1 | A text 甲 | B number 1\n");
}

std::string Little(std::uint64_t number, size_t width) {
  std::string out;
  for (; width > 0; --width, number >>= 8) out += static_cast<char>(number & 0xFF);
  return out;
}

TEST(SheetReader, ReadsZip64) {
  std::string bytes = MakeWorkbook(kSmall);
  const size_t end = bytes.rfind("PK\x05\x06");
  const auto field = [&](size_t at) {
    std::uint64_t out = 0;
    for (size_t i = 4; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
    return out;
  };
  const std::uint64_t count = field(end + 8) & 0xFFFF;
  bytes = bytes.substr(0, end) + "PK\x06\x06" + Little(44, 8) + Little(45, 2) + Little(45, 2) +
          Little(0, 8) + Little(count, 8) + Little(count, 8) + Little(field(end + 12), 8) +
          Little(field(end + 16), 8) + "PK\x06\x07" + Little(0, 4) + Little(end, 8) + Little(1, 4) +
          "PK\x05\x06" + Little(0, 4) + std::string(12, '\xFF') + Little(0, 2);
  EXPECT_EQ(Read(bytes), "1 | A text 甲 | B number 1\n");
}

TEST(SheetReader, SheetsAndMerges) {
  const auto workbook =
      Open(MakeWorkbook("sheet 一\n| 甲 |\nmerge A1:C2\nmerge B5:B9\nsheet R&D hidden\n"
                        "| 乙 |\n"));
  ASSERT_TRUE(workbook.has_value());
  ASSERT_EQ((*workbook)->sheets().size(), 2U);
  EXPECT_EQ((*workbook)->sheets()[1].name, "R&D");
  EXPECT_TRUE((*workbook)->sheets()[1].hidden);
  const std::vector<port::SheetMerge> expected = {{1, 0, 2, 2}, {5, 1, 9, 1}};
  EXPECT_EQ(*(*workbook)->Merges(0), expected);
  EXPECT_TRUE((*workbook)->Merges(1)->empty());
}

TEST(SheetReader, SheetsAreReadSideBySide) {
  constexpr int kRows = 5'000;  // more than one chunk of either
  std::string script;
  for (const char* name : {"甲", "乙"}) {
    script += StrCat("sheet ", name, "\n");
    for (int i = 1; i <= kRows; ++i) script += StrCat("| inline:", name, i, " |\n");
  }
  const auto workbook = Open(MakeWorkbook(script));
  ASSERT_TRUE(workbook.has_value());
  const std::unique_ptr<port::SheetRows> first = (*workbook)->Rows(0);
  const std::unique_ptr<port::SheetRows> second = (*workbook)->Rows(1);
  SheetRow row;
  for (int i = 1; i <= kRows; ++i) {
    ASSERT_TRUE(first->Next(row));
    EXPECT_EQ(row.cells[0].text, StrCat("甲", i));
    ASSERT_TRUE(second->Next(row));
    EXPECT_EQ(row.cells[0].text, StrCat("乙", i));
  }
  EXPECT_FALSE(first->Next(row) || second->Next(row));
  EXPECT_TRUE(first->mistakes().empty() && second->mistakes().empty());
}

TEST(SheetReader, OtherFilesAreExplained) {
  const auto compound = [](std::string_view name) {
    std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0');
    for (const char c : name) bytes += {c, '\0'};
    return bytes + std::string(400, '\0');
  };
  EXPECT_EQ(Message(compound("Workbook")),
            "xlsx.old 这是旧式的表格文件（.xls或.et），不能直接导入");
  EXPECT_EQ(Message(compound("EncryptedPackage")), "xlsx.password 表格文件加了打开密码，无法读取");
  EXPECT_TRUE(Message("<html><table><tr><td>1</td></tr></table></html>").starts_with("xlsx.kind"));
  EXPECT_TRUE(Message(MakeZip({{.name = "a.txt", .content = "a"}})).starts_with("xlsx.kind"));
  EXPECT_TRUE(Message(MakeZip({{.name = "mimetype",
                                .content = "application/vnd.oasis.opendocument.spreadsheet"},
                               {.name = "content.xml", .content = "<a/>"}}))
                  .starts_with("xlsx.kind 这是ODF表格"));
  EXPECT_TRUE(Message(With(kSmall, "_rels/.rels",
                           "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                           "Target=\"word/document.xml\"/></Relationships>"))
                  .starts_with("xlsx.kind"));
}

TEST(SheetReader, MacrosAreRefused) {
  std::vector<ZipPart> parts = WorkbookParts(kSmall);
  parts.push_back({.name = "xl/vbaProject.bin", .content = "x"});
  EXPECT_EQ(Message(MakeZip(parts)), "xlsx.macros 表格文件带有宏（如.xlsm），为安全起见不予读取");
  EXPECT_TRUE(
      Message(With(kSmall, "[Content_Types].xml",
                   "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
                   "vnd.ms-excel.sheet.macroEnabled.main+xml\"/></Types>"))
          .starts_with("xlsx.macros"));
}

TEST(SheetReader, EveryTruncationIsTold) {
  const std::string whole = MakeWorkbook(kSmall);
  for (size_t length = 4; length < whole.size(); ++length) {
    const std::string read = Read(whole.substr(0, length));
    EXPECT_TRUE(read == "xlsx.damaged\n") << length << ": " << read;
  }
}

// Whatever single byte is wrong, there is an end and no crash; content is never taken as good where
// its check sum differs.
TEST(SheetReader, EveryWrongByteIsSurvived) {
  const std::string whole =
      MakeWorkbook("sheet 一\n| 甲 | #1 |\n| 乙 | #44991:date |\nmerge A1:A2\n");
  const std::string good = Read(whole);
  size_t refused = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string bytes = whole;
      bytes[i] = static_cast<char>(bytes[i] ^ flip);
      if (!NewSheetReader()->Recognises(bytes)) continue;
      if (Read(bytes) != good) ++refused;
    }
  }
  EXPECT_GT(refused, whole.size());  // most of the bytes matter
}

// The same inside the parts, where no check sum stands before the parser.
TEST(SheetReader, EveryWrongCharacterOfAPartIsSurvived) {
  constexpr std::string_view kScript =
      "1904\nsheet 一\n| 甲 | #1 | =A1=>#2 | !#N/A | ?TRUE | rich:甲/乙 |\n"
      "| inline:乙 | #44991:chinese |\nmerge A1:A2\n";
  const std::vector<ZipPart> whole = WorkbookParts(kScript);
  const std::string good = Read(MakeZip(whole));
  size_t differing = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    for (size_t at = 0; at < whole[i].content.size(); ++at) {
      for (const char c : {'9', '<', '-', 'Z', '\xFF'}) {
        std::vector<ZipPart> parts = whole;
        parts[i].content[at] = c;
        parts[i].method = 0;
        const std::string bytes = MakeZip(parts);
        if (Read(bytes) != good) ++differing;
        const auto workbook = Open(bytes);
        if (workbook && !(*workbook)->Merges(0).has_value()) ++differing;
      }
    }
  }
  EXPECT_GT(differing, size_t{1000});
}

TEST(SheetReader, BombsAreRefused) {
  // Thousandfold: 32 MiB of blanks.
  const std::string blanks(size_t{32} << 20, ' ');
  EXPECT_TRUE(Message(With(kSmall, "xl/sharedStrings.xml", blanks)).starts_with("xlsx.size"));
  EXPECT_EQ(Read(With(kSmall, "xl/worksheets/sheet1.xml", blanks)), "xlsx.size\n");
  // One that says it is small: what comes out is counted.
  std::vector<ZipPart> parts = WorkbookParts(kSmall);
  parts[0].content = blanks;
  parts[0].declared_size = 100;
  EXPECT_EQ(Read(MakeZip(parts)), "xlsx.damaged\n");
  // Too many parts.
  parts = WorkbookParts(kSmall);
  for (int i = 0; i < 6000; ++i) parts.push_back({.name = StrCat("x", i), .content = ""});
  EXPECT_TRUE(Message(MakeZip(parts)).starts_with("xlsx.size"));
  // Entities that grow, and files fetched from elsewhere: any DOCTYPE.
  EXPECT_EQ(Message(With(kSmall, "xl/workbook.xml",
                         "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]>"
                         "<workbook>&c;</workbook>")),
            "xlsx.doctype “xl/workbook.xml”含有DOCTYPE声明，不予读取");
  EXPECT_EQ(Read(With(kSmall, "xl/worksheets/sheet1.xml",
                      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><worksheet/>")),
            "xlsx.doctype\n");
  // Nesting without end, one endless cell, one endless tag.
  std::string nested;
  for (int i = 0; i < 100'000; ++i) nested += "<a>";
  EXPECT_EQ(Read(SheetOf(nested)), "xlsx.damaged\n");
  EXPECT_EQ(Read(SheetOf(StrCat("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>", std::string(200'000, 'x'),
                                "</v></c></row>"))),
            "xlsx.damaged\n");
  EXPECT_EQ(Read(SheetOf(StrCat("<row r=\"1\" a=\"", std::string(200'000, 'x'), "\"/>"))),
            "xlsx.damaged\n");
}

// What finding the parts may cost: an ordinary directory read once.
TEST(SheetReader, DirectoriesMadeToBeSlowAreRefused) {
  constexpr size_t kEndBytes = 22;
  std::vector<ZipPart> parts = WorkbookParts(kSmall);
  for (int i = 0; i < 600; ++i) {
    parts.push_back({.name = StrCat(i, std::string(2000, 'x')), .content = ""});
  }
  EXPECT_TRUE(Message(MakeZip(parts)).starts_with("xlsx.size"));
  // Ends by the thousand, each of which names the same directory.
  parts = WorkbookParts(kSmall);
  for (int i = 0; i < 2000; ++i) parts.push_back({.name = StrCat("x", i), .content = ""});
  std::string bytes = MakeZip(parts);
  EXPECT_EQ(Read(bytes), "1 | A text 甲 | B number 1\n");
  const std::string end = bytes.substr(bytes.size() - kEndBytes);
  for (int i = 0; i < 2900; ++i) bytes += end;
  EXPECT_TRUE(Message(bytes).starts_with("xlsx.size"));
  // A packed size beyond the file, so that what comes out looks little beside it.
  constexpr size_t kPackedSize = 20;
  bytes = With(kSmall, "xl/worksheets/sheet1.xml", std::string(size_t{32} << 20, ' '));
  bytes[bytes.find("PK\x01\x02") + kPackedSize + 3] = '\x7F';
  EXPECT_EQ(Read(bytes), "xlsx.damaged\n");
  EXPECT_TRUE(Message("").starts_with("xlsx.damaged"));
}

TEST(SheetReader, PlacesOutsideTheSheetAreRefused) {
  for (const char* rows :
       {"<row r=\"1048577\"/>", "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"0\"/>",
        "<row r=\"1\"><c r=\"A2\"/></row>", "<row r=\"1\"><c r=\"XFE1\"/></row>",
        "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>", "<row r=\"1\"><c r=\"1A\"/></row>",
        "<row r=\"1\"><c r=\"\"/></row>", "<row r=\"1\"><c r=\"AAAAAAAAAAAAAAA1\"/></row>"}) {
    EXPECT_EQ(Read(SheetOf(rows)), "xlsx.damaged\n") << rows;
  }
  EXPECT_EQ(
      Read(SheetOf("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c><c r=\"B1\" t=\"s\"><v>-1</v></c>"
                   "<c r=\"C1\" s=\"99999\"><v>1</v></c><c r=\"D1\"><v>nan</v></c></row>")),
      "1 | A fault 所指的文字不存在，文件已损坏 | B fault 所指的文字不存在，文件已损坏"
      " | C number 1 | D fault 数值“nan”读不出\n");
}

TEST(SheetReader, NamesLeadNowhere) {
  std::vector<ZipPart> parts = WorkbookParts(kSmall);
  const std::filesystem::path outside =
      std::filesystem::temp_directory_path() / StrCat("anjuan-outside-", getpid());
  parts.push_back({.name = StrCat("../../../../../../../../..", outside.string()), .content = "x"});
  EXPECT_EQ(Read(MakeZip(parts)), "1 | A text 甲 | B number 1\n");
  EXPECT_FALSE(std::filesystem::exists(outside));
  // A part that is not in the file is not looked for anywhere else.
  EXPECT_EQ(Read(With(kSmall, "xl/_rels/workbook.xml.rels",
                      "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" "
                      "Target=\"../../../etc/passwd\"/></Relationships>")),
            "xlsx.damaged\n");
  // Two parts of one name: which of them would be shown?
  parts = WorkbookParts(kSmall);
  parts.push_back(parts[0]);
  EXPECT_EQ(Read(MakeZip(parts)), "xlsx.damaged\n");
}

TEST(SheetReader, LockedAndUnknownPartsAreTold) {
  std::vector<ZipPart> parts = WorkbookParts(kSmall);
  for (ZipPart& part : parts) part.flags = 1;
  EXPECT_TRUE(Message(MakeZip(parts)).starts_with("xlsx.password"));
  parts = WorkbookParts(kSmall);
  for (ZipPart& part : parts) part.method = 99;
  EXPECT_TRUE(Message(MakeZip(parts)).starts_with("xlsx.damaged"));
  parts = WorkbookParts(kSmall);
  parts[0].declared_crc = 1;  // found at the part's end, behind its rows
  EXPECT_EQ(Read(MakeZip(parts)), "1 | A text 甲 | B number 1\nxlsx.damaged\n");
  EXPECT_FALSE((*Open(MakeZip(parts)))->Merges(0).has_value());
}

size_t BytesInUse() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(SheetReader, AHundredThousandRows) {
  constexpr int kRows = 100'000;
  constexpr int kColumns = 10;
  doc::SheetModel model;
  model.name = "企业名单";
  model.widths.assign(kColumns, 12);
  model.repeat_first = 0;
  model.repeat_last = 0;
  int row_number = 0;
  model.stream = [&](doc::SheetRow& row) {
    if (row_number == kRows) return false;
    row.cells.assign(kColumns, {});
    for (int i = 0; i < kColumns; ++i) {
      doc::SheetCell& cell = row.cells[static_cast<size_t>(i)];
      const bool text = i % 2 == 0;
      cell.kind = text ? doc::SheetCell::Kind::kText : doc::SheetCell::Kind::kNumber;
      cell.text = StrCat("示例第", row_number, "号企业");
      cell.number = Decimal(row_number + i);
    }
    ++row_number;
    return true;
  };
  const std::string path =
      (std::filesystem::temp_directory_path() / StrCat("anjuan-large-", getpid(), ".xlsx"))
          .string();
  NewSheetWriter()->Write(model, path);
  std::stringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  std::filesystem::remove(path);
  const size_t before = BytesInUse();
  const auto start = std::chrono::steady_clock::now();
  const auto workbook = Open(bytes.str());
  ASSERT_TRUE(workbook.has_value());
  ASSERT_TRUE((*workbook)->Merges(0).has_value());
  const std::unique_ptr<port::SheetRows> rows = (*workbook)->Rows(0);
  SheetRow row;
  int count = 0;
  size_t most = 0;
  while (rows->Next(row)) {
    ASSERT_EQ(row.cells.size(), size_t{kColumns});
    if (++count % 1000 == 0) most = std::max(most, BytesInUse());
  }
  EXPECT_TRUE(rows->mistakes().empty());
  EXPECT_EQ(count, kRows);
  EXPECT_EQ(row.cells[9].text, std::to_string(kRows - 1 + 9));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const size_t more = most - before;
  EXPECT_LT(took.count(), 10.0);
  EXPECT_LT(more, size_t{16} << 20);  // the file's bytes twice, a chunk's rows
  std::cout << kRows << " rows: " << took.count() << " s, " << (more >> 10) << " KiB\n";
}

}  // namespace
}  // namespace anjuan::xlsx
