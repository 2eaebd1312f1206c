#include "engine/form/table.h"

#include <gtest/gtest.h>

#include "engine/base/text.h"

namespace anjuan::form {
namespace {

struct Reading {
  std::vector<std::pair<int, std::vector<std::string>>> rows;
  Diagnostics mistakes;
};

Reading ReadAll(std::string bytes) {
  Reading out;
  Result<std::unique_ptr<RowSource>> opened = OpenCsv(std::move(bytes), "名单.csv");
  if (!opened) {
    out.mistakes = opened.error();
    return out;
  }
  TableRow row;
  while ((*opened)->Next(row)) out.rows.emplace_back(row.number, row.cells);
  out.mistakes = (*opened)->mistakes();
  return out;
}

using Rows = std::vector<std::pair<int, std::vector<std::string>>>;

TEST(ColumnLetters, CountsAsSpreadsheetsDo) {
  EXPECT_EQ(ColumnLetters(0), "A");
  EXPECT_EQ(ColumnLetters(25), "Z");
  EXPECT_EQ(ColumnLetters(26), "AA");
  EXPECT_EQ(ColumnLetters(701), "ZZ");
  EXPECT_EQ(ColumnLetters(702), "AAA");
}

TEST(Csv, SeparatorsLineEndsAndQuotes) {
  EXPECT_EQ(ReadAll("a,b\n1,2\n").rows, (Rows{{1, {"a", "b"}}, {2, {"1", "2"}}}));
  EXPECT_EQ(ReadAll("a;b\r\n1,5;2").rows, (Rows{{1, {"a", "b"}}, {2, {"1,5", "2"}}}));
  EXPECT_EQ(ReadAll("a\tb\r1\t2").rows, (Rows{{1, {"a", "b"}}, {2, {"1", "2"}}}));
  EXPECT_EQ(ReadAll("\xEF\xBB\xBF"
                    "a,b\n\"x,\"\"y\"\"\n z\",\n")
                .rows,
            (Rows{{1, {"a", "b"}}, {2, {"x,\"y\"\n z", ""}}}));
  EXPECT_TRUE(ReadAll("").rows.empty());
}

TEST(Csv, CountsBlankRowsAsASpreadsheetDoes) {
  EXPECT_EQ(ReadAll("a,b\n\n,\n1,2\n").rows, (Rows{{1, {"a", "b"}}, {4, {"1", "2"}}}));
  // A row with a line end inside quotes is one row.
  EXPECT_EQ(ReadAll("a\n\"1\n2\"\n3\n").rows, (Rows{{1, {"a"}}, {2, {"1\n2"}}, {3, {"3"}}}));
}

TEST(Csv, NamesTheCellOfABrokenQuote) {
  const Reading open = ReadAll("a,b\n1,\"2\n3,4\n");
  ASSERT_EQ(open.mistakes.size(), 1U);
  EXPECT_EQ(open.mistakes[0].code, "table.quote");
  EXPECT_EQ(open.mistakes[0].at, (Location{"名单.csv", 2, 2}));
  EXPECT_EQ(open.rows.size(), 1U);
  EXPECT_EQ(ReadAll("\"a\"b,c\n").mistakes.at(0).at.column, 1);
}

TEST(Csv, ReadsWhatChineseSpreadsheetProgramsSave) {
  // 企业,岳阳 in GBK.
  EXPECT_EQ(ReadAll("\xC6\xF3\xD2\xB5,\xD4\xC0\xD1\xF4\n").rows, (Rows{{1, {"企业", "岳阳"}}}));
  // a, tab, 企 (U+4F01) in UTF-16, little end first.
  const std::string utf16(
      "\xFF\xFE"
      "a\0\t\0\x01\x4F\n\0",
      10);
  EXPECT_EQ(ReadAll(utf16).rows, (Rows{{1, {"a", "企"}}}));
}

TEST(Csv, RefusesWhatIsNoText) {
  EXPECT_EQ(ReadAll("PK\x03\x04zip").mistakes.at(0).code, "table.encoding");
  EXPECT_EQ(ReadAll(std::string("a\0b", 3)).mistakes.at(0).code, "table.encoding");
  EXPECT_EQ(ReadAll("\xFF\xFF\xFF").mistakes.at(0).code, "table.encoding");
  EXPECT_EQ(ReadAll(std::string(300, ',')).mistakes.at(0).code, "table.size");
  EXPECT_EQ(ReadAll(std::string(100'000, 'x')).mistakes.at(0).code, "table.size");
}

}  // namespace
}  // namespace anjuan::form
