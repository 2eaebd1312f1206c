// Forms out, returns in: every sheet goes to a county as a file and comes back; what is wrong with
// a returned file is told cell by cell, and then nothing of it is kept.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/doc/sheet.h"
#include "engine/runtime/received.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"
#include "plugins/xlsx/xlsx.h"
#include "tests/app/harness.h"
#include "tests/support/workbook.h"

namespace anjuan::test {
namespace {

using doc::SheetType;

constexpr std::string_view kMan = "999999198703214510";
constexpr std::string_view kWoman = "999999198801012226";
constexpr std::string_view kMobile = "13807300451";

class SheetsTest : public OfficeTest {
 protected:
  void SetUp() override { Init(); }

  std::vector<std::string> Ids() {
    std::vector<std::string> out;
    for (const Value& line : JsonLines(Run({"sheets", "--json"}).out)) {
      out.push_back(*line["id"].string());
    }
    return out;
  }
  static doc::SheetDescription Shipped(const std::string& id) {
    const size_t dot = id.find('.');
    const std::string path =
        StrCat(ANJUAN_SOURCE_DIR "/workflows/shared/sheets/", id.substr(0, dot), ".json");
    std::ifstream in(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto read =
        doc::ReadSheet(text, path, dot == std::string::npos ? "" : id.substr(dot + 1));
    EXPECT_TRUE(read.has_value()) << Render(read ? Diagnostics{} : read.error());
    return read ? *read : doc::SheetDescription{};
  }

  // A roster of coordinators: unit and rows of nine cells.
  std::string Roster(const std::string& name, std::string_view unit,
                     const std::vector<std::string>& rows) {
    std::string script =
        "sheet 表\nmerge A1:J1\n| 劳动关系协调员情况表 |\n| 序号 | 姓名 | 性别 | 民族 | 身份证号码 "
        "| "
        "工作单位 | 职务 | 学历 | 任职协调员时间 | 联系方式 |\n";
    int number = 0;
    for (const std::string& row : rows) script += StrCat("| #", ++number, " | ", row, " |\n");
    script += StrCat("| 填报单位（盖章）：", unit, " |\n");
    return Write(name, MakeWorkbook(script));
  }
  static std::string Person(std::string_view name, std::string_view gender, std::string_view id,
                            std::string_view phone = kMobile) {
    return StrCat(name, " | ", gender, " | 汉 | ", id, " | 示例甲公司 | | 本科 | 2021年3月 | ",
                  phone);
  }
  std::string AllBytes() {
    std::string out;
    for (const auto& file : std::filesystem::recursive_directory_iterator(office())) {
      if (file.is_regular_file()) out += ReadAll(file.path());
    }
    return out;
  }
  std::vector<runtime::ReceivedReturn> Kept() {
    std::vector<runtime::ReceivedReturn> out;
    const auto open = app::OpenOffice::Open(office());
    (*open)->office().store().Read(
        [&](port::Reader& reader) { out = runtime::ListReceived(reader); });
    return out;
  }
};

// What a county might type, as JSON text of one row.
std::string TypedRow(const doc::SheetDescription& sheet, int number) {
  Context row;
  const auto text = [&](const doc::SheetColumn& column) {
    const char* const kDangerous[] = {"=1+1",     "+1",   "-1+2",
                                      "@SUM(A1)", "＝A1", "=HYPERLINK(\"x\")"};
    return number == 1 ? StrCat("示例", column.label)
                       : std::string(kDangerous[row.size() % std::size(kDangerous)]);
  };
  for (const doc::SheetColumn& column : sheet.columns) {
    const bool day = column.type == SheetType::kDate;
    if (column.numbered || (day && !column.required)) continue;
    switch (column.type) {
      case SheetType::kText:
      case SheetType::kTarget:
        row.Set(column.key, Value(text(column)));
        break;
      case SheetType::kCode:
        row.Set(column.key, Value("00012"));
        break;
      case SheetType::kNumber:
      case SheetType::kMoney:
        row.Set(column.key, Value(*Decimal::Parse("1234567.5")));
        break;
      case SheetType::kInteger:
        row.Set(column.key, Value(12));
        break;
      case SheetType::kDate:
        row.Set(column.key, Value("2022-03-06"));
        break;
      case SheetType::kMonth:
        row.Set(column.key, Value("2022-03"));
        break;
      case SheetType::kMoment:
        row.Set(column.key, Value("2022-03-06 09:30"));
        break;
      case SheetType::kPeriod:
        row.Set(column.key, Value("2022年1月1日至2022年12月31日"));
        break;
      case SheetType::kBoolean:
        row.Set(column.key, Value("是"));
        break;
      case SheetType::kChoice:
      case SheetType::kChoices:
        row.Set(column.key, Value(column.choices.empty() ? "示例" : column.choices.front()));
        if (column.key == "gender") row.Set(column.key, Value(number == 1 ? "男" : "女"));
        break;
      case SheetType::kCitizenId:
        row.Set(column.key, Value(number == 1 ? kMan : kWoman));
        break;
      case SheetType::kCreditCode:
        row.Set(column.key, Value(CreditCode(number)));
        break;
      case SheetType::kPhone:
        row.Set(column.key, Value(kMobile));
        break;
      case SheetType::kRegion:
        row.Set(column.key, Value("岳阳楼区"));
        break;
    }
  }
  return WriteJson(Value(std::move(row)));
}

std::string TypedData(const doc::SheetDescription& sheet) {
  if (sheet.fixed_rows.empty()) {
    return StrCat(R"({"rows": [)", TypedRow(sheet, 1), ", ", TypedRow(sheet, 2), "]}");
  }
  std::string cells;
  for (const doc::SheetFixedRow& row : sheet.fixed_rows) {
    Context typed = *ReadJson(TypedRow(sheet, 2), "row")->context();
    typed.Erase(sheet.row_label_column);
    typed.Set("refused_enterprises", Value(0));
    cells += StrCat(cells.empty() ? "" : ", ", "\"", row.key, "\": ", WriteJson(Value(typed)));
  }
  return StrCat(R"({"cells": {)", cells, "}}");
}

// Filled from data, written, sent, taken in, merged: the same rows as were typed.
TEST_F(SheetsTest, EverySheetComesBackAsItWasFilledIn) {
  int sheets = 0;
  for (const std::string& id : Ids()) {
    SCOPED_TRACE(id);
    const doc::SheetDescription sheet = Shipped(id);
    if (sheet.body == doc::SheetDescription::Body::kGiven) continue;
    ++sheets;
    const std::string data = Write("data.json", TypedData(sheet));
    const Outcome filled = Run({"sheet", id, "--data", data, "--unit", "岳阳楼区示例局", "-o",
                                Path("filled.xlsx"), "--json"});
    ASSERT_EQ(filled.exit, 0) << filled.err;
    const Outcome taken = Run({"import", "returns", id, Path("filled.xlsx"), "--region", "430602"});
    ASSERT_EQ(taken.exit, 0) << taken.err;
    const Outcome merged = Run({"sheet", id, "--returned", "--json"});
    ASSERT_EQ(merged.exit, 0) << merged.err;
    const Value before = *ReadJson(filled.out, "filled");
    const Value after = *ReadJson(merged.out, "merged");
    EXPECT_EQ(WriteCanonical(after["rows"]), WriteCanonical(before["rows"]));
    EXPECT_EQ(WriteCanonical(after["cells"]), WriteCanonical(before["cells"]));
    EXPECT_TRUE(before["rows"].list()->size() == 2 || before["cells"].context()->size() == 4);
  }
  EXPECT_EQ(sheets, 26);
  EXPECT_EQ(Run({"verify"}).exit, 0);
}

TEST_F(SheetsTest, EveryBadCellIsNamedAndNothingIsKept) {
  const std::string good = Roster("good.xlsx", "君山区人社局", {Person("钱示一", "男", kMan)});
  const std::string bad = Roster("bad.xlsx", "岳阳楼区人社局",
                                 {Person("钱示二", "女", kMan),
                                  "钱 | 男 | 华族 | 430602198703214511 | | | 大学 | 2030-01 | 12"});
  const Outcome outcome = Run({"import", "returns", "F05", good, bad});
  EXPECT_EQ(outcome.exit, 1);
  for (const char* wanted :
       {"表!C3（性别）：性别与身份证号码第17位不符", "表!B4（姓名）：至少2个字，现有1个字",
        "表!D4（民族）：“华族”不在可填的内容之内", "表!E4（身份证号码）：校验码不符",
        "表!F4（工作单位）：不能为空", "表!H4（学历）：“大学”不在可填的内容之内",
        "表!I4（任职协调员时间）：不能晚于", "表!J4（联系方式）：不是电话号码",
        "8 处有误，2 个文件都没有收"}) {
    EXPECT_NE(outcome.err.find(wanted), std::string::npos) << wanted << "\n" << outcome.err;
  }
  EXPECT_TRUE(Kept().empty());
  EXPECT_EQ(AllBytes().find("钱示一"), std::string::npos);
  // Checked alone: nothing is kept either.
  const Outcome dry = Run({"import", "returns", "F05", good, "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_TRUE(Kept().empty());
}

TEST_F(SheetsTest, AReturnsPersonalDataAreInTheVaultAlone) {
  const std::string file = Roster("r.xlsx", "岳阳楼区人社局",
                                  {Person("钱示一", "男", kMan), Person("孙示二", "女", kWoman)});
  ASSERT_EQ(Run({"import", "returns", "F05", file}).exit, 0);
  const std::string bytes = AllBytes();
  for (const std::string_view secret :
       {kMan, kWoman, kMobile, std::string_view("钱示一"), std::string_view("孙示二")}) {
    EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  }
  const Outcome shown = Run({"sheet", "F05", "-o", Path("merged.xlsx")});
  EXPECT_NE(shown.out.find("9999**********4510"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("138****0451"), std::string::npos) << shown.out;
  EXPECT_EQ(shown.out.find(kMan), std::string::npos);
  EXPECT_EQ(Run({"sheet", "F05", "--json"}).out.find(kMan), std::string::npos);
  // The paper has them in full.
  const auto book = xlsx::NewSheetReader()->Open(ReadAll(Path("merged.xlsx")), "merged.xlsx");
  ASSERT_TRUE(book.has_value());
  const auto rows = (*book)->Rows(0);
  std::string text;
  for (port::SheetRow row; rows->Next(row);) {
    for (const port::SheetCell& cell : row.cells) text += cell.text + "\n";
  }
  EXPECT_NE(text.find(kMan), std::string::npos);
  EXPECT_NE(text.find("孙示二"), std::string::npos);
  EXPECT_EQ(Run({"verify"}).exit, 0);
}

TEST_F(SheetsTest, OneReturnStandsAndACorrectionNamesIt) {
  const std::string first = Roster("1.xlsx", "岳阳楼区人社局", {Person("钱示一", "男", kMan)});
  const std::string second =
      Roster("2.xlsx", "岳阳楼区人社局", {Person("钱示一", "男", kMan, "0730-8880000")});
  ASSERT_EQ(Run({"import", "returns", "F05", first}).exit, 0);
  EXPECT_NE(Run({"import", "returns", "F05", first}).out.find("已收过同一个文件"),
            std::string::npos);
  const Outcome again = Run({"import", "returns", "F05", second});
  EXPECT_EQ(again.exit, 1);
  EXPECT_NE(again.err.find("--replaces F05-430602-2023-R001"), std::string::npos) << again.err;
  EXPECT_EQ(Run({"import", "returns", "F05", second, "--replaces", "F05-430602-2023-R009"}).exit,
            1);
  ASSERT_EQ(Run({"import", "returns", "F05", second, "--replaces", "F05-430602-2023-R001"}).exit,
            0);
  EXPECT_EQ(Run({"import", "returns", "F05", first, "--replaces", "F05-430602-2023-R001"}).exit, 1);
  EXPECT_NE(Run({"sheet", "F05"}).out.find("073*****0000"), std::string::npos);
  // The earlier one still says what it said, though it is of the same person.
  const Outcome old = Run({"sheets", "F05-430602-2023-R001"});
  EXPECT_NE(old.out.find("138****0451"), std::string::npos) << old.out;
  EXPECT_NE(old.out.find("已被 F05-430602-2023-R002 更正"), std::string::npos) << old.out;
  // The same file for another county is a slip.
  EXPECT_EQ(Run({"import", "returns", "F05", second, "--region", "430611"}).exit, 1);
  EXPECT_EQ(Kept().size(), 2U);
  // Frozen, the table stays as it was when another county comes in late.
  ASSERT_EQ(Run({"sheet", "F05", "--freeze"}).exit, 0);
  const std::string late = Roster("3.xlsx", "君山区人社局", {Person("孙示二", "女", kWoman)});
  ASSERT_EQ(Run({"import", "returns", "F05", late}).exit, 0);
  EXPECT_EQ(Run({"sheets", "F05-430600-2023-001"}).out.find("孙示二"), std::string::npos);
  EXPECT_NE(Run({"sheet", "F05"}).out.find("孙示二"), std::string::npos);
  EXPECT_EQ(Run({"verify"}).exit, 0);
}

TEST_F(SheetsTest, VerifyNamesAReturnThatWasChanged) {
  ASSERT_EQ(Run({"import", "returns", "F05",
                 Roster("1.xlsx", "岳阳楼区人社局", {Person("钱示一", "男", kMan)})})
                .exit,
            0);
  {
    const auto open = app::OpenOffice::Open(office());
    (*open)->office().store().Transact([&](port::Transaction& transaction) {
      const char* id = "F05-430602-2023-R001";
      Context body = *runtime::LoadRegister(transaction, "received-rows", id)->context();
      Context row = *(*body.Find("rows")->list())[0].context();
      row.Set("employer", Value("示例乙公司"));
      body.Set("rows", Value(List{Value(row)}));
      runtime::SaveRegister(transaction, "received-rows", id, "", Value(body));
      return true;
    });
  }
  const Outcome outcome = Run({"verify"});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(StrCat(outcome.out, outcome.err).find("回报表 F05-430602-2023-R001：内容与哈希不符"),
            std::string::npos)
      << outcome.out << outcome.err;
}

TEST_F(SheetsTest, TheFormSaysWhatItIsAndWhoseItIs) {
  const std::string roster = Roster("r.xlsx", "岳阳楼区人社局", {Person("钱示一", "男", kMan)});
  const Outcome other = Run({"import", "returns", "F07", roster});
  EXPECT_NE(other.err.find("这份表的标题是“劳动关系协调员情况表”（F05），不是"), std::string::npos)
      << other.err;
  EXPECT_NE(Run({"import", "returns", "F02", roster}).err.find("内容固定，不用回报"),
            std::string::npos);
  const std::string nobody = Roster("r2.xlsx", "示例局", {Person("钱示一", "男", kMan)});
  EXPECT_NE(Run({"import", "returns", "F05", nobody}).err.find("看不出是哪个地区报来的"),
            std::string::npos);
  // The file's name tells, where the form does not; an account reports for its own region alone.
  const std::string named = Roster("君山区.xlsx", "", {Person("钱示一", "男", kMan)});
  EXPECT_EQ(Run({"import", "returns", "F05", named, "--as", "nobody"}).exit, 1);
  ASSERT_EQ(Run({"import", "returns", "F05", named}).exit, 0);
  EXPECT_EQ(Kept().at(0).region, "430611");
  // A use is told by the title.
  const std::string list =
      Write("list.xlsx",
            MakeWorkbook(
                "sheet 名单\n| “和谐同行”能力提升企业薪酬指引企业名单 |\n| 序号 | 单位名称 | "
                "单位地址 | 联系人 | 联系电话 | 职工人数 | 培育指导服务单位 |\n| #1 | 示例甲公司 | "
                "示例路1号 | 钱示一 | 13807300451 | #30 | 岳阳楼区人社局 |\n"));
  ASSERT_EQ(Run({"import", "returns", "F09", list, "--region", "430602"}).exit, 0);
  EXPECT_EQ(Kept().at(1).sheet, "F09.pay_guidance");
  EXPECT_EQ(Run({"import", "returns", "F09.cultivation", list, "--region", "430602"}).exit, 1);
}

TEST_F(SheetsTest, FilesThatMeanHarmAreRefused) {
  const std::string script = "sheet 表\n| 劳动关系协调员情况表 |\n";
  std::vector<ZipPart> parts = WorkbookParts(script);
  parts.push_back({.name = "xl/vbaProject.bin", .content = "x"});
  const auto refused = [&](const std::vector<ZipPart>& with) {
    const Outcome outcome =
        Run({"import", "returns", "F05", Write("x.xlsx", MakeZip(with)), "--region", "430602"});
    EXPECT_EQ(outcome.exit, 1) << outcome.out;
    return outcome.err;
  };
  EXPECT_NE(refused(parts).find("带有宏"), std::string::npos);
  parts = WorkbookParts(script);
  for (ZipPart& part : parts) {
    if (part.name == "xl/worksheets/sheet1.xml") part.content += std::string(64 << 20, ' ');
  }
  EXPECT_NE(refused(parts).find("200倍以上"), std::string::npos);
  EXPECT_TRUE(Kept().empty());
}

TEST_F(SheetsTest, FormulasCountWithTheirSavedResultAndAreToldOf) {
  const std::string file = Roster("f.xlsx", "岳阳楼区人社局",
                                  {StrCat("=B9&\"一\"=>\"钱示一 | 男 | 汉 | ", kMan,
                                          " | 示例甲公司 | | 本科 | 2021-03 | ", kMobile)});
  const Outcome outcome = Run({"import", "returns", "F05", file});
  ASSERT_EQ(outcome.exit, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("B3是公式，按文件里保存的结果读入"), std::string::npos) << outcome.err;
  EXPECT_NE(Run({"sheet", "F05"}).out.find("钱示一"), std::string::npos);
}

std::string Statistics(std::string_view unit, int offers, int replies, std::string_view total) {
  std::string rows;
  for (const char* label : {"国有及国有控股企业或集体企业", "私营企业 (民营企业)",
                            "外商投资企业 (中外合资)", "其他企业"}) {
    rows +=
        StrCat("| ", label, " | #", offers, " | #90 | #", replies, " | #30 | #1 | #10 | #0 | |\n");
  }
  return StrCat(
      "sheet 表\n| 集体协商“春季要约行动”情况统计表 |\n| 报送单位：", unit,
      " |\nmerge A3:A4\nmerge B3:C3\nmerge D3:E3\nmerge F3:G3\nmerge H3:H4\nmerge I3:I4\n"
      "| 企业类型 | 发出要约 | | 回应要约 | | 签订集体合同 | | 不予回应(拒绝协商)企业数 | "
      "企业拒绝协商原因以及人社部门处理情况 |\n| | 企业数 | 覆盖职工数 | 企业数 | 覆盖职工数 | "
      "企业数 | 覆盖职工数 | | |\n",
      rows, "| 合 计 | ", total, " | #360 | | | | | | |\n");
}

TEST_F(SheetsTest, AStatisticsFormIsAddedUpAndItsSumsAreChecked) {
  const auto send = [&](const std::string& name, const std::string& script) {
    return Run({"import", "returns", "F01", Write(name, MakeWorkbook(script)), "--from",
                "2023-03-01", "--to", "2023-06-30"});
  };
  const Outcome bad = send("b.xlsx", Statistics("岳阳楼区人社局", 2, 5, "#9"));
  EXPECT_EQ(bad.exit, 1);
  EXPECT_NE(
      bad.err.find(
          "表!A5（企业类型）：“国有及国有控股企业或集体企业”一行：“回应要约·企业数”为5，大于"),
      std::string::npos)
      << bad.err;
  EXPECT_NE(bad.err.find("表!B9（发出要约/企业数）：合计应为8，现为9"), std::string::npos)
      << bad.err;
  std::string short_form = Statistics("岳阳楼区人社局", 5, 3, "#20");
  short_form.erase(short_form.find("| 其他企业"),
                   short_form.find("| 合 计") - short_form.find("| 其他企业"));
  EXPECT_NE(send("s.xlsx", short_form).err.find("缺少“其他企业”一行"), std::string::npos);
  ASSERT_EQ(send("1.xlsx", Statistics("岳阳楼区人社局", 5, 3, "#20")).exit, 0);
  ASSERT_EQ(send("2.xlsx", Statistics("平江县人社局", 4, 2, "#16")).exit, 0);
  const Outcome merged = Run({"sheet", "F01", "--returned", "--json"});
  const Value cells = (*ReadJson(merged.out, "F01"))["cells"];
  EXPECT_EQ(cells["other"]["offer_enterprises"], Value(9));
  EXPECT_NE(merged.err.find("还没有收到："), std::string::npos) << merged.err;
  EXPECT_EQ(merged.err.find("平江县、"), std::string::npos) << merged.err;
  const Outcome by = Run({"sheet", "F01", "--by", "region", "-o", Path("by.xlsx")});
  EXPECT_NE(by.out.find("小计"), std::string::npos) << by.out;
  EXPECT_NE(by.out.find("统计期间：2023年3月1日至2023年6月30日"), std::string::npos) << by.out;
  // Another window is another return, and then one must be named.
  ASSERT_EQ(Run({"import", "returns", "F01",
                 Write("3.xlsx", MakeWorkbook(Statistics("平江县人社局", 6, 2, "#24"))), "--from",
                 "2022-03-01", "--to", "2022-06-30"})
                .exit,
            0);
  EXPECT_EQ(Run({"sheet", "F01", "--returned"}).exit, 1);
  EXPECT_EQ(Run({"sheet", "F01", "--returned", "--from", "2023-03-01", "--to", "2023-06-30"}).exit,
            0);
  // A city that reports for itself holds its counties.
  ASSERT_EQ(send("4.xlsx", Statistics("岳阳市人社局", 50, 20, "#200")).exit, 0);
  const Outcome wider =
      Run({"sheet", "F01", "--returned", "--json", "--from", "2023-03-01", "--to", "2023-06-30"});
  EXPECT_EQ((*ReadJson(wider.out, "F01"))["cells"]["other"]["offer_enterprises"], Value(50));
  EXPECT_NE(wider.err.find("没有计入"), std::string::npos) << wider.err;
}

TEST_F(SheetsTest, APersonReportedByTwoRegionsIsTold) {
  ASSERT_EQ(Run({"import", "returns", "F05",
                 Roster("1.xlsx", "岳阳楼区人社局", {Person("钱示一", "男", kMan)}),
                 Roster("2.xlsx", "君山区人社局", {Person("钱示一", "男", kMan)})})
                .exit,
            0);
  const Outcome outcome = Run({"sheet", "F05", "--by", "region"});
  EXPECT_NE(outcome.err.find("报了相同的“身份证号码”"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find(kMan), std::string::npos);
}

TEST_F(SheetsTest, BlankFormsCarryTheUnitAndEnoughRows) {
  const Outcome form =
      Run({"sheet", "F06", "--blank", "--region", "430602", "--rows", "30", "-o", Path("f.xlsx")});
  ASSERT_EQ(form.exit, 0) << form.err;
  EXPECT_TRUE(
      form.out.starts_with("岳阳市岳阳楼区人力资源和社会保障局劳动人事争议调解组织情况表\n"))
      << form.out;
  EXPECT_NE(form.out.find("\n  30\n"), std::string::npos) << form.out;
  EXPECT_TRUE(Run({"sheet", "F06", "--blank"}).out.starts_with("________劳动人事争议"));
  const Outcome empty = Run({"import", "returns", "F06", Path("f.xlsx")});
  EXPECT_EQ(empty.exit, 1);
  EXPECT_NE(empty.err.find("没有填任何一行"), std::string::npos) << empty.err;
  EXPECT_EQ(Run({"sheet", "F06", "--blank", "--data", "x"}).exit, 2);
  EXPECT_EQ(Run({"sheet", "F06", "--blank", "--freeze"}).exit, 2);
  EXPECT_EQ(Run({"sheet", "F06", "--freeze"}).exit, 1);
  EXPECT_EQ(Run({"sheet", "F09.other"}).exit, 1);
}

TEST_F(SheetsTest, RowsFromCsvAreCheckedAndShown) {
  const std::string head = "企业名称,列入原因,列入时间,调出时间\n";
  const std::string good = Write("l.csv", head + "示例甲公司,用工规模较大,2023/3/6,\n");
  const Outcome shown = Run({"sheet", "L08", "--data", good, "-o", Path("L08.xlsx")});
  ASSERT_EQ(shown.exit, 0) << shown.err;
  EXPECT_NE(shown.out.find("2023-03-06"), std::string::npos);
  const std::string bad = Write("b.csv", head + "示例甲公司,大,2023/3/6,2023/3/5\n");
  const Outcome outcome = Run({"sheet", "L08", "--data", bad});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(outcome.err.find("第2行 B列（列入原因）"), std::string::npos) << outcome.err;
  EXPECT_TRUE(Kept().empty());
}

TEST_F(SheetsTest, ListedWithTheirSourceAndTakenIntoAnOfficeWhenChanged) {
  const Outcome listed = Run({"sheets"});
  const std::vector<std::string> lines = Lines(listed.out);
  EXPECT_EQ(lines.size(), 29U);
  EXPECT_NE(
      listed.out.find("F05\t劳动关系协调员情况表\t岳人社发〔2021〕14号 附件3\t各地回报后汇总"),
      std::string::npos);
  EXPECT_NE(listed.out.find("下发的固定表"), std::string::npos);
  EXPECT_NE(listed.out.find("按案卷实时生成"), std::string::npos);
  const std::string mine = Write("mine.json", R"({"id": "Z01", "title_zh": "示例表",
    "columns": [{"key": "name", "zh": "名称", "type": "string", "required": true}]})");
  EXPECT_EQ(Run({"import", "sheets", mine}).exit, 0);
  EXPECT_NE(Run({"sheets", "Z01"}).out.find("示例表"), std::string::npos);
  const std::string bad = Write("bad.json", R"({"id": "Z02", "title_zh": "示例表",
    "columns": [{"key": "name", "type": "strin"}], "checks": [{"column": "x", "test": "1 +"}]})");
  const Outcome outcome = Run({"import", "sheets", bad});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(outcome.err.find("unknown type \"strin\""), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("no column \"x\""), std::string::npos) << outcome.err;
  EXPECT_EQ(Run({"sheets", "Z02"}).exit, 1);
}

}  // namespace
}  // namespace anjuan::test
