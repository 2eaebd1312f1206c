#include "engine/form/list.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"

namespace anjuan::form {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream in(std::string(ANJUAN_SOURCE_DIR "/") + path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

ListDescription Describe(std::string_view name) {
  const std::string path = StrCat("workflows/shared/lists/", name, ".json");
  Result<ListDescription> read = ReadListDescription(ReadFile(path), path);
  if (!read) ADD_FAILURE() << Render(read.error());
  return read ? *std::move(read) : ListDescription{};
}

ReferenceTable SharedReferences() {
  ReferenceTable references;
  const auto load = [&](const char* path, std::string_view of) {
    auto rows = OpenCsv(ReadFile(path), path);
    TableRow row;
    (*rows)->Next(row);
    while ((*rows)->Next(row)) references.Add(of, row.cells[0], row.cells[1]);
  };
  load("workflows/shared/regions.csv", "region");
  load("workflows/shared/roles.csv", "role");
  return references;
}

struct Outcome {
  std::vector<ListRow> rows;
  std::vector<std::string> messages;  // of mistakes
  Diagnostics mistakes;
  Diagnostics warnings;
};

Outcome Import(std::string_view list, std::string csv) {
  static const ReferenceTable kReferences = SharedReferences();
  Outcome out;
  auto rows = OpenCsv(std::move(csv), "list.csv");
  if (!rows) {
    out.mistakes = rows.error();
    return out;
  }
  Result<ListSummary> summary =
      ReadList(Describe(list), **rows, kReferences, "list.csv",
               {.matched = {}, .take = [&](ListRow row) { out.rows.push_back(std::move(row)); }});
  if (summary) {
    out.warnings = summary->warnings;
  } else {
    out.mistakes = summary.error();
  }
  for (const Diagnostic& d : out.mistakes) out.messages.push_back(d.message);
  return out;
}

constexpr std::string_view kHead =
    "企业编号,企业名称,统一社会信用代码,所在地区,企业类型,职工总数,女职工人数,是否建立工会,"
    "注册日期,联系电话\n";

TEST(EnterpriseList, TakesTheSampleFile) {
  const Outcome out = Import("enterprises", ReadFile("samples/spring-offer/enterprises.csv"));
  ASSERT_TRUE(out.mistakes.empty()) << Render(out.mistakes);
  EXPECT_TRUE(out.warnings.empty()) << Render(out.warnings);
  ASSERT_EQ(out.rows.size(), 28U);
  const Context& first = out.rows[0].data;
  EXPECT_EQ(*first.Find("id"), Value("E001"));
  EXPECT_EQ(*first.Find("type"), Value("state_or_collective"));
  EXPECT_EQ(*first.Find("region"), Value("430602"));
  EXPECT_EQ(*first.Find("workers_total"), Value(1260));
  EXPECT_EQ(*first.Find("has_union"), Value(true));
  EXPECT_EQ(*first.Find("registered_on"), Value(Date{1997, 2, 2}));
}

TEST(EnterpriseList, TakesChineseHeadingsWordsAndDates) {
  const Outcome out = Import(
      "enterprises",
      StrCat("企业名称（必填）,信用代码,县市区,企业性质,职工人数,有无工会,成立日期,备注\n",
             "示例甲有限公司, 91430602MA0X01085K ,岳阳楼区,国有,１２６０,是,1997年2月2日,x\n",
             "示例乙有限公司,91430602MA0X01157C,430602,民营企业,860,无,1998/3/3,\n"));
  ASSERT_TRUE(out.mistakes.empty()) << Render(out.mistakes);
  ASSERT_EQ(out.rows.size(), 2U);
  // No number of its own: the credit code stands in.
  EXPECT_EQ(*out.rows[0].data.Find("id"), Value("91430602MA0X01085K"));
  EXPECT_EQ(*out.rows[0].data.Find("region"), Value("430602"));
  EXPECT_EQ(*out.rows[0].data.Find("workers_total"), Value(1260));
  EXPECT_EQ(*out.rows[1].data.Find("type"), Value("private"));
  EXPECT_EQ(*out.rows[1].data.Find("registered_on"), Value(Date{1998, 3, 3}));
  ASSERT_EQ(out.warnings.size(), 1U);
  EXPECT_EQ(out.warnings[0].at.column, 8);
}

TEST(EnterpriseList, NamesEveryBadCell) {
  const Outcome out = Import(
      "enterprises",
      StrCat(kHead, "E1,示例甲,91430602MA0X01085K,430602,private,10,3,是,2000-01-01,0730-0010001\n",
             "E2,,91430602MA0X01085J,430699,私人,十人,3,是,2000-02-30,110\n",
             "E1,示例丙,91430602MA0X01157C,430602,private,10,11,也许,2000-01-01,\n",
             "E4,示例丁,91430602MA0X01085K,430602,private,10,3,是,,,,多\n"));
  const std::vector<std::string> expected = {
      "第3行 C列（统一社会信用代码）：校验码不符：按规则末位应为“K”，现为“J”，请核对是否抄写有误",
      "第3行 D列（所在地区）：没有“430699”这个所在地区",
      "第3行 E列（企业类型）：“私人”不在可填的内容之内",
      "第3行 F列（职工总数）：应为整数，现为“十人”",
      "第3行 I列（注册日期）：不是真实的日期：“2000-02-30”",
      "第3行 J列（联系电话）：不是电话号码：“110”",
      "第3行 B列（企业名称）：不能为空",
      "第4行 H列（是否建立工会）：应填“是”或“否”，现为“也许”",
      "第4行 G列（女职工人数）：11大于“职工总数”的10",
      "第4行 A列（企业编号）：与第2行重复",
      "第5行 L列：多出一格“多”，表头没有这一列",
      "第5行 C列（统一社会信用代码）：与第2行重复",
  };
  EXPECT_EQ(out.messages, expected);
  EXPECT_EQ(out.mistakes[0].at, (Location{"list.csv", 3, 3}));
  EXPECT_EQ(out.mistakes[0].code, "list.value");
  EXPECT_EQ(out.mistakes[9].code, "list.twice");
}

TEST(EnterpriseList, KnowsWhatSpreadsheetsDoToLongNumbers) {
  const Outcome out = Import(
      "enterprises", StrCat(kHead, "E1,示例甲,9.14306E+17,430602,private,\"12,60\",3,是,,\n"));
  ASSERT_EQ(out.messages.size(), 2U);
  EXPECT_NE(out.messages[0].find("科学计数"), std::string::npos);
  EXPECT_EQ(out.mistakes[1].hint, "千位分隔符应每三位一个；请核对，或只填数字");
}

TEST(EnterpriseList, MissingAndDoubledColumns) {
  const Outcome out = Import("enterprises", "企业名称,单位名称,信用代码,所在地区\n");
  ASSERT_FALSE(out.mistakes.empty());
  for (const Diagnostic& d : out.mistakes) EXPECT_EQ(d.code, "list.column");
  EXPECT_EQ(out.messages[0], "第1行 B列：“单位名称”与A列重复");
  EXPECT_EQ(out.messages[1], "缺少必需的栏目“企业类型”");
  EXPECT_EQ(out.messages.size(), 4U);
  EXPECT_EQ(Import("enterprises", "").mistakes.at(0).code, "list.column");
}

TEST(EnterpriseList, HeadingsBelowTitlesWhateverTheSeparator) {
  for (const char* separator : {",", ";", "\t"}) {
    std::string csv = "岳阳楼区企业名单\n填报日期：2023年3月\n\n";
    for (const char* line : {"企业名称|信用代码|县市区|企业性质|职工人数|有无工会",
                             "示例甲有限公司|91430602MA0X01085K|岳阳楼区|国有|1260|是",
                             "合计||||1260|", "填表人：张示一|||||"}) {
      for (const char* c = line; *c != '\0'; ++c) csv += *c == '|' ? separator : std::string(1, *c);
      csv += "\n";
    }
    const Outcome out = Import("enterprises", csv);
    ASSERT_TRUE(out.mistakes.empty()) << separator << Render(out.mistakes);
    ASSERT_EQ(out.rows.size(), 1U);
    EXPECT_EQ(out.rows[0].number, 5);
    ASSERT_EQ(out.warnings.size(), 2U);
    EXPECT_EQ(out.warnings[0].code, "list.skipped");
  }
}

// The heading is looked for within 30 rows; further down there is none.
TEST(EnterpriseList, HeadingsFarBelowAreNotLookedFor) {
  const std::string list = StrCat(kHead, "E1,示例甲,91430602MA0X01085K,430602,private,10,3,是,,\n");
  std::string titles;
  for (int i = 0; i < 29; ++i) titles += "说明\n";
  EXPECT_EQ(Import("enterprises", titles + list).rows.size(), 1U);
  const Outcome out = Import("enterprises", titles + "说明\n" + list);
  ASSERT_EQ(out.messages.size(), 1U);
  EXPECT_EQ(out.messages[0], "前30行里没有找到“企业名单”的表头");
}

// A word of the list in the title, or in a row, makes no heading of it.
TEST(EnterpriseList, OneWordIsNoHeading) {
  const Outcome out =
      Import("enterprises", StrCat("企业名称,,,,,,,,,\n", kHead,
                                   "E1,示例甲,91430602MA0X01085K,430602,private,10,3,是,,\n",
                                   "E2,企业名称,91430602MA0X01157C,430602,private,10,3,是,,\n"));
  ASSERT_TRUE(out.mistakes.empty()) << Render(out.mistakes);
  EXPECT_EQ(out.rows.size(), 2U);
}

TEST(EnterpriseList, NumbersAreWrittenPlainly) {
  const auto workers = [](const std::string& cell) {
    const Outcome out = Import(
        "enterprises",
        StrCat("企业名称,信用代码,地区,企业类型,职工总数,工会\n示例甲,91430602MA0X01085K,430602,",
               "private,\"", cell, "\",是\n"));
    return out.rows.empty() ? "" : out.rows[0].data.Find("workers_total")->number()->ToString();
  };
  EXPECT_EQ(workers("1,260"), "1260");
  EXPECT_EQ(workers("１，２６０，０００"), "1260000");
  EXPECT_EQ(workers("12.0"), "12");
  EXPECT_EQ(workers("'35"), "35");
  for (const char* bad : {"3e2", "3E2", "1e0", "0x10", "1,26", "1260,000", ",126", "1,,260",
                          "1,260,", "12.5", "1.260,0", "十", "10人", "+-1", "1 260.5", "--1", ""}) {
    EXPECT_EQ(workers(bad), "") << bad;
  }
}

TEST(EnterpriseList, DaysInEverySpelling) {
  const auto day = [](const std::string& cell) {
    const Outcome out = Import(
        "enterprises", StrCat("企业名称,信用代码,地区,企业类型,职工总数,工会,注册日期\n示例甲,",
                              "91430602MA0X01085K,430602,private,1,是,", cell, "\n"));
    return out.rows.empty() ? "" : ToString(*out.rows[0].data.Find("registered_on")->date());
  };
  for (const char* good :
       {"2023-3-1", "2023-03-01", "2023/3/1", "2023.3.1", "2023年3月1日", "2023 年 3 月 1 日",
        "20230301", "２０２３－０３－０１", "44986", "44986.5", "2023-03-01 00:00:00",
        "2023/3/1 09:30", "2023-03-01T09:30:00"}) {
    EXPECT_EQ(day(good), "2023-03-01") << good;
  }
  for (const char* bad :
       {"2023-02-29", "2023-13-01", "2023", "2023-03", "2023年3月", "9999", "99999", "202303",
        "3/1/2023", "01-03-23", "4e4", "2023-03-01 25:00", "昨天"}) {
    EXPECT_EQ(day(bad), "") << bad;
  }
}

TEST(EnterpriseList, ManyMistakesAreCounted) {
  std::string csv(kHead);
  for (int i = 0; i < 1200; ++i) csv += StrCat("E", i, ",示例,x,430602,private,10,3,是,,\n");
  const Outcome out = Import("enterprises", csv);
  EXPECT_EQ(out.mistakes.size(), kMostListMistakes + 1);
  EXPECT_EQ(out.messages.back(), "另有200处错误未列出");
}

std::string CreditCode(int n) {
  // The check characters by the standards' formulas, independent of the product's own code.
  std::string organisation = "MA";
  const std::string digits = std::to_string(1'000'000 + n);
  organisation += digits.substr(1);
  constexpr int kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) {
    const char c = organisation[i];
    sum += kWeights[i] * (c <= '9' ? c - '0' : c - 'A' + 10);
  }
  const int check = 11 - sum % 11;
  organisation += check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
  std::string code = "91430602" + organisation;
  const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  size_t total = 0;
  size_t weight = 1;
  for (const char c : code) {
    total += alphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return code + alphabet[(31 - total % 31) % 31];
}

TEST(EnterpriseList, ManyRows) {
  constexpr int kRows = 20'000;
  std::string csv(kHead);
  for (int i = 0; i < kRows; ++i) {
    csv += StrCat("E", i, ",示例第", i, "有限公司,", CreditCode(i),
                  ",岳阳楼区,民营企业,120,40,是,2001-05-06,0730-0010001\n");
  }
  const auto start = std::chrono::steady_clock::now();
  int taken = 0;
  static const ReferenceTable kReferences = SharedReferences();
  auto rows = OpenCsv(csv, "list.csv");
  const Result<ListSummary> summary =
      ReadList(Describe("enterprises"), **rows, kReferences, "list.csv",
               {.matched = {}, .take = [&](ListRow) { ++taken; }});
  ASSERT_TRUE(summary.has_value()) << Render(summary.error());
  EXPECT_EQ(taken, kRows);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  RecordProperty("seconds", std::to_string(took.count()));
  std::cout << "20,000 rows: " << took.count() << " s\n";
}

TEST(AccountList, TakesTheSampleFile) {
  const Outcome out = Import("accounts", ReadFile("samples/spring-offer/accounts.csv"));
  ASSERT_TRUE(out.mistakes.empty()) << Render(out.mistakes);
  EXPECT_EQ(*out.rows[0].data.Find("role"), Value("union_basic"));
  EXPECT_EQ(*out.rows[1].data.Find("role"), Value("union_chief"));
  EXPECT_EQ(*out.rows[0].data.Find("account"), *out.rows[1].data.Find("account"));
}

TEST(AccountList, OneAccountIsOnePerson) {
  const Outcome out = Import("accounts",
                             "account,role,org,region,name\n"
                             "a1,union_basic,E001,430602,钱示二\n"
                             "a1,union_chief,E001,430602,孙示三\n"
                             "a1,union_basic,E001,430602,钱示二\n"
                             "a2,人社收件人,,430600,李示四\n"
                             "a3,hrss_clark,,430600,李示四\n");
  const std::vector<std::string> expected = {"第3行 E列（姓名）：与第2行不一致",
                                             "第4行 A列（账号）：与第2行重复",
                                             "第6行 B列（角色）：没有“hrss_clark”这个角色"};
  EXPECT_EQ(out.messages, expected);
  EXPECT_EQ(out.mistakes.back().hint, "是不是“hrss_clerk”？");
}

TEST(CalendarList, TakesOneYear) {
  const Outcome out = Import(
      "calendar", "日期,安排,节日\n2027-01-01,放假,元旦\n2027.1.3,调休上班,\n2027-01-01,班,\n");
  EXPECT_EQ(out.messages, std::vector<std::string>{"第4行 A列（日期）：与第2行重复"});
  ASSERT_EQ(out.rows.size(), 2U);
  EXPECT_EQ(*out.rows[1].data.Find("kind"), Value("makeup_workday"));
}

TEST(ListDescription, ReportsEveryMistakeWithItsPlace) {
  const Result<ListDescription> read = ReadListDescription(R"({
  "id": "x",
  "columns": [
    {"key": "a", "type": "numbr"},
    {"key": "a", "at_most": "b"},
    {"key": "c", "type": "choice"},
    {"label": "d", "requird": true}
  ],
  "unique": [["e"]]
})",
                                                           "x.json");
  ASSERT_FALSE(read.has_value());
  std::vector<std::pair<std::string, int>> found;
  for (const Diagnostic& d : read.error()) found.emplace_back(d.code, d.at.line);
  const std::vector<std::pair<std::string, int>> expected = {
      {"list.type", 4}, {"list.type", 6}, {"json.member", 7}, {"list.key", 7},
      {"list.key", 5},  {"list.key", 5},  {"list.key", 9}};
  EXPECT_EQ(found, expected) << Render(read.error());
}

}  // namespace
}  // namespace anjuan::form
