// Lists from outside: every bad cell named as a spreadsheet shows it, all rows or none, twice is
// once.

#include <iconv.h>

#include <chrono>

#include "engine/base/text.h"
#include "tests/app/harness.h"

namespace anjuan::test {

namespace {

std::string ToGbk(std::string text) {
  iconv_t converter = iconv_open("GBK", "UTF-8");
  std::string out(text.size() * 2, '\0');
  char* from = text.data();
  size_t from_left = text.size();
  char* to = out.data();
  size_t to_left = out.size();
  EXPECT_NE(iconv(converter, &from, &from_left, &to, &to_left), static_cast<size_t>(-1));
  iconv_close(converter);
  out.resize(out.size() - to_left);
  return out;
}

class ImportTest : public OfficeTest {
 protected:
  Outcome Import(std::string_view bytes) {
    return Run({"import", "enterprises", Write("more.csv", bytes)});
  }
};

constexpr std::string_view kHead =
    "enterprise_id,credit_code,name,region_code,enterprise_type,workers_total,has_union\n";

TEST_F(ImportTest, EveryBadCellIsNamed) {
  Init();
  std::string wrong_check = CreditCode(12);
  wrong_check.back() = wrong_check.back() == 'A' ? 'B' : 'A';
  const std::string text =
      StrCat(kHead, "N11,", CreditCode(11), ",示例新公司,430602,private,20,Y\n",  // row 2: good
             "N12,", wrong_check, ",示例甲,430602,private,20,Y\n",                // row 3, B
             "N11,", CreditCode(13), ",示例乙,430602,private,20,Y\n",             // row 4, A: twice
             "N14,", CreditCode(14), ",,430602,private,20,Y\n",                   // row 5, C: empty
             "N15,", CreditCode(15), ",示例丙,430602,private,二十,Y\n",           // row 6, F
             "N16,", CreditCode(16), ",示例丁,430699,privat,20,maybe\n");         // row 7, D E G
  const Outcome refused = Import(text);
  EXPECT_EQ(refused.exit, 1);
  for (const char* cell : {"第3行 B列", "第4行 A列", "第5行 C列", "第6行 F列", "第7行 D列",
                           "第7行 E列", "第7行 G列"}) {
    EXPECT_NE(refused.err.find(cell), std::string::npos) << cell << "\n" << refused.err;
  }
  EXPECT_EQ(refused.err.find("第2行 "), std::string::npos) << refused.err;
  // Nothing was taken, not even the good row.
  const Outcome opened = Run({"open", "permit", "--set", "employer=N11"});
  EXPECT_EQ(opened.exit, 1);
}

TEST_F(ImportTest, NumbersAsSpreadsheetsWriteThem) {
  Init();
  const Outcome taken =
      Import(StrCat(kHead, "N21,", CreditCode(21), ",示例甲,430602,private,1260,Y\n", "N22,",
                    CreditCode(22), ",示例乙,430602,private,１２６,Y\n", "N23,", CreditCode(23),
                    ",示例丙,430602,private, 12 ,Y\n", "N25,", CreditCode(25),
                    ",示例丁,430602,private,\"1,260\",Y\n"));
  EXPECT_EQ(taken.exit, 0) << taken.err;
  // Half a person, a minus, words around a number, a power of ten, separators at odd places.
  for (const char* bad : {"12.5", "-3", "0", "约300", "壹佰", "\"1,26\"", "\",126\"",
                          "\"1260,000\"", "3e2", "3E2", "1.2E+3", "３ｅ２", "=1+1"}) {
    const Outcome refused =
        Import(StrCat(kHead, "N24,", CreditCode(24), ",示例甲,430602,private,", bad, ",Y\n"));
    EXPECT_EQ(refused.exit, 1) << bad;
    EXPECT_NE(refused.err.find("第2行 F列"), std::string::npos) << bad << "\n" << refused.err;
  }
}

TEST_F(ImportTest, MarkAndGbkAreUnderstood) {
  Init();
  const std::string text =
      StrCat("企业编号,统一社会信用代码,企业名称,所在地区,企业类型,职工总数,是否建立工会\r\n",
             "N31,", CreditCode(31), ",示例汉字有限公司,岳阳楼区,私营企业,20,是\r\n");
  const Outcome utf8 = Import(text);
  EXPECT_EQ(utf8.exit, 0) << utf8.err;
  EXPECT_NE(utf8.out.find("1 rows read, 1 new"), std::string::npos) << utf8.out;
  for (const std::string& bytes : {StrCat("\xEF\xBB\xBF", text), ToGbk(text)}) {
    const Outcome again = Import(bytes);
    EXPECT_EQ(again.exit, 0) << again.err;
    EXPECT_NE(again.out.find("1 rows read, 0 new"), std::string::npos) << again.out;
  }
}

TEST_F(ImportTest, BrokenFilesAreRefused) {
  Init();
  EXPECT_EQ(Run({"import", "enterprises", Path("missing.csv")}).exit, 2);
  EXPECT_NE(Run({"import", "companies", Write("x.csv", kHead)}).exit, 0);
  EXPECT_NE(Run({"import", "companies", Write("x.csv", kHead)}).err.find("enterprises"),
            std::string::npos);
  for (const std::string& bytes :
       {std::string(), std::string("\n\n"), std::string("a,b\n1,2\n"),
        std::string("\xFF\x00\x81", 3), StrCat(kHead, "\"N41,", CreditCode(41), ",示例"),
        std::string(1000, '\0')}) {
    const Outcome refused = Import(bytes);
    EXPECT_EQ(refused.exit, 1) << bytes.substr(0, 20) << refused.out;
    EXPECT_NE(refused.err, "");
  }
  const Outcome empty = Import(kHead);  // a heading alone: nothing to do
  EXPECT_EQ(empty.exit, 0) << empty.err;
}

TEST_F(ImportTest, AHundredThousandRowsInSeconds) {
  Init();
  const std::string text = EnterpriseList(100'000);
  const auto start = std::chrono::steady_clock::now();
  const Outcome taken = Import(text);
  const std::chrono::duration<double> first = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(taken.exit, 0) << taken.err.substr(0, 500);
  EXPECT_NE(taken.out.find("100000 rows read, 99997 new"), std::string::npos) << taken.out;
  EXPECT_LT(first.count(), 30.0);
  const Outcome again = Import(text);
  EXPECT_NE(again.out.find("100000 rows read, 0 new"), std::string::npos) << again.out;
  RecordProperty("seconds", std::to_string(first.count()));
  std::cout << "100000 rows: " << first.count() << " s\n";
}

TEST_F(ImportTest, AccountsParametersCalendar) {
  Init();
  const std::string accounts = Write("accounts.csv",
                                     "account,role,org,region,name\n"
                                     "zhang,hrss_clerk,,430602,张示一\n"
                                     "li,ent_admin,E1,430602,李示二\n");
  EXPECT_EQ(Run({"import", "accounts", accounts}).exit, 0);
  EXPECT_NE(Run({"import", "accounts", accounts}).out.find(" 0 new"), std::string::npos);
  const Outcome opened = Run({"open", "permit", "--set", "employer=E1", "--as", "li"});
  EXPECT_EQ(opened.exit, 0) << opened.err;
  EXPECT_EQ(Run({"open", "permit", "--set", "employer=E2", "--as", "li"}).exit, 1);
  const Outcome role =
      Run({"import", "accounts",
           Write("bad.csv", "account,role,org,region,name\nwang,hrss_clrk,,430602,王\n")});
  EXPECT_EQ(role.exit, 1);
  EXPECT_NE(role.err.find("第2行 B列"), std::string::npos) << role.err;
  EXPECT_NE(role.err.find("hrss_clerk"), std::string::npos) << role.err;
}

TEST_F(ImportTest, ACalendarTellsWhatItMoves) {
  Init();
  const Outcome opened =
      Run({"open", "counted", "--set", "employer=E1", "--set", "sent_on:=date(\"2023-03-02\")"});
  ASSERT_EQ(opened.exit, 0) << opened.err;
  const std::string id = Lines(opened.out)[0];
  ASSERT_EQ(Run({"fire", id, "send"}).exit, 0);
  const std::string list = Write("notice.csv", "日期,安排,节日\n2023-03-08,放假,示例节\n");
  const std::string moved =
      "期限R1答复期限按调整后的节假日安排（notice.csv）重新计算：届满日由2023年3月9日改为"
      "2023年3月10日（2023年3月8日放假：示例节）";
  const Outcome tried = Run({"import", "calendar", list, "--dry-run"});
  EXPECT_EQ(tried.exit, 0) << tried.err;
  EXPECT_NE(tried.out.find(id), std::string::npos) << tried.out;
  EXPECT_NE(tried.out.find(moved), std::string::npos) << tried.out;
  EXPECT_NE(tried.out.find("未结案卷 1 件，期限或日期随节假日安排将调整 1 件"), std::string::npos)
      << tried.out;
  EXPECT_EQ(Run({"history", id}).out.find("节假日"), std::string::npos);

  const Outcome done = Run({"import", "calendar", list});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("调整 1 件"), std::string::npos) << done.out;
  const Outcome history = Run({"history", id});
  EXPECT_NE(history.out.find("期限随节假日安排调整（aj.calendar）"), std::string::npos)
      << history.out;
  EXPECT_NE(history.out.find(moved), std::string::npos) << history.out;
  // Whose desk it is on: told at once, and not only when somebody looks.
  EXPECT_NE(history.out.find(StrCat("告知人社收件人：", moved)), std::string::npos) << history.out;
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
}

TEST_F(ImportTest, ACaseFilePublishesACalendar) {
  Init();
  const auto play = [&](const std::string& role, const std::string& end) {
    return RunBare({"play", Write("moved.case", StrCat(R"(--- moved
area 430600
clock 2023-03-02 09:00
enterprise {id: "E001", name: "示例甲公司", credit_code: "91430602MA0X01157C", region: "430602"}
open asked counted region 430602 as ent_admin@E001 {employer: "E001", sent_on: date("2023-03-02")}
fire asked send as ent_admin@E001 {}
expect asked timer R1 2023-03-09
calendar 2023 {days_off: {"2023-03-08": "示例节"}}
expect asked timer R1 )",
                                                       end, "\nexpect asked told ", role,
                                                       " \"改为2023年3月10日\"\n"))});
  };
  const Outcome good = play("hrss_clerk", "2023-03-10");
  EXPECT_EQ(good.exit, 0) << good.out << good.err;
  const Outcome nobody = play("union_basic", "2023-03-10");
  EXPECT_EQ(nobody.exit, 1) << nobody.out;
  EXPECT_NE((nobody.out + nobody.err).find("union_basic was not told"), std::string::npos)
      << nobody.out << nobody.err;
  EXPECT_EQ(play("hrss_clerk", "2023-03-09").exit, 1);
}

}  // namespace

}  // namespace anjuan::test
