// Erasing people out of returns: those taken in and those frozen; namesakes stay, and where nobody
// can tell who is meant a person decides.

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <set>

#include "engine/app/folder.h"
#include "engine/base/identifiers.h"
#include "engine/base/temporal.h"
#include "engine/base/text.h"
#include "engine/runtime/received.h"
#include "engine/runtime/records.h"
#include "engine/runtime/return_people.h"
#include "engine/runtime/returns.h"
#include "engine/value/json.h"
#include "engine/vault/token.h"
#include "tests/app/harness.h"

namespace anjuan::test {
namespace {

constexpr std::string_view kMan = "999999198703214510";
constexpr std::string_view kNamesake = "999999198801012218";
constexpr std::string_view kWoman = "999999198801012226";

class EraseReturns : public OfficeTest {
 protected:
  void SetUp() override { Init(); }

  // What a county sends in.
  void Send(const std::string& sheet, const std::string& region, const std::vector<Context>& rows) {
    List list;
    for (const Context& row : rows) list.emplace_back(row);
    const std::string data =
        Write("data.json", WriteJson(Value(Context({{"rows", Value(std::move(list))}}))));
    const std::string file = Path(StrCat(sheet, region, ".xlsx"));
    const Outcome filled = Run({"sheet", sheet, "--data", data, "--unit", "示例局", "-o", file});
    ASSERT_EQ(filled.exit, 0) << filled.err;
    const Outcome taken = Run({"import", "returns", sheet, file, "--region", region});
    ASSERT_EQ(taken.exit, 0) << taken.err;
  }
  static Context Coordinator(std::string_view name, std::string_view gender, std::string_view id,
                             std::string_view employer = "示例甲公司") {
    return Context({{"name", Value(name)},
                    {"gender", Value(gender)},
                    {"ethnicity", Value("汉族")},
                    {"id_number", Value(id)},
                    {"employer", Value(employer)},
                    {"education", Value("本科")},
                    {"since", Value("2021-03")},
                    {"contact", Value("13807300451")}});
  }
  static Context Refusal(std::string_view enterprise, std::string_view reason) {
    return Context({{"enterprise", Value(enterprise)},
                    {"enterprise_type", Value("私营企业")},
                    {"workers", Value(30)},
                    {"offer_date", Value("2023-02-06")},
                    {"reason", Value(reason)},
                    {"handling", Value("已责令改正")}});
  }
  std::string Subject(std::string_view id_number) {
    const std::vector<Value> found =
        JsonLines(Run({"person", "--id-number", std::string(id_number), "--json"}).out);
    return found.size() == 1 ? *found[0]["subject"].string() : "";
  }
  Outcome Erase(const std::string& subject, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"erase", subject, "--reason", "本人申请"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  void ExpectVerified(const std::string& erased) {
    const Outcome verified = Run({"verify"});
    EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find(StrCat("依法删除 ", erased, " 条")), std::string::npos)
        << verified.out;
  }
  std::string Freeze(const std::vector<std::string>& arguments) {
    std::vector<std::string> all = {"sheet"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.emplace_back("--freeze");
    const Outcome frozen = Run(all);
    EXPECT_EQ(frozen.exit, 0) << frozen.err;
    std::string id;
    for (const Value& line : JsonLines(Run({"sheets", arguments[0], "--json"}).out)) {
      if (line["kind"] == Value("frozen")) id = *line["id"].string();
    }
    return id;
  }
};

TEST_F(EraseReturns, AReturnTakenInKeepsItsOtherRows) {
  Send("F05", "430602", {Coordinator("钱示一", "男", kMan), Coordinator("孙示二", "女", kWoman)});
  const std::string subject = Subject(kMan);
  ASSERT_NE(subject, "");
  EXPECT_NE(Run({"person", subject}).out.find("回报表  F05-430602-2023-R001"), std::string::npos);
  const Outcome dry = Erase(subject, {"--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_NE(dry.out.find("回报表 1 份"), std::string::npos) << dry.out;
  ExpectVerified("0");

  const Outcome erased = Erase(subject);
  EXPECT_EQ(erased.exit, 0) << erased.err;
  EXPECT_NE(erased.out.find("回报表 1 份"), std::string::npos) << erased.out;
  ExpectVerified("1");
  const Outcome merged = Run({"sheet", "F05", "-o", Path("merged.xlsx")});
  EXPECT_EQ(merged.exit, 0) << merged.err;
  EXPECT_EQ(merged.out.find("钱示一"), std::string::npos) << merged.out;
  EXPECT_NE(merged.out.find("已依法删除"), std::string::npos) << merged.out;
  EXPECT_NE(merged.out.find("孙示二"), std::string::npos) << merged.out;
  EXPECT_NE(Run({"history"}).out.find("received.erased"), std::string::npos);
  EXPECT_EQ(Run({"sheet", "F05", "--freeze"}).exit, 0);
  ExpectVerified("1");
  EXPECT_EQ(Erase(subject).exit, 0) << "again: nothing more to do";
  ExpectVerified("1");
  // The other one too, of the same return.
  EXPECT_EQ(Erase(Subject(kWoman)).exit, 0);
  ExpectVerified("2");
}

// The control: the same key destroyed by somebody who tells nobody.
TEST_F(EraseReturns, APersonErasedWithoutARecordIsMissed) {
  Send("F05", "430602", {Coordinator("钱示一", "男", kMan)});
  const std::string subject = Subject(kMan);
  {
    const auto open = app::OpenOffice::Open(office());
    (*open)->office().store().Transact([&](port::Transaction& transaction) {
      return (*open)->office().vault().Erase(transaction, vault::TokenOf(subject));
    });
  }
  const Outcome verified = Run({"verify"});
  EXPECT_EQ(verified.exit, 1);
  EXPECT_NE(verified.err.find("回报表 F05-430602-2023-R001：有人的内容被删去"), std::string::npos)
      << verified.err;
}

// Texts that are nobody's, and plain cells, go by themselves where they spell the person out.
TEST_F(EraseReturns, WhatSpellsThePersonElsewhereGoesToo) {
  Send("F05", "430602", {Coordinator("钱示一", "男", kMan, "钱示一五金店")});
  Send("F01A", "430602",
       {Refusal("示例甲公司", "负责人钱 示一外出"), Refusal("示例乙公司", "订单不足")});
  const Outcome erased = Erase(Subject(kMan));
  EXPECT_EQ(erased.exit, 0) << erased.err;
  EXPECT_NE(erased.out.find("回报表 2 份"), std::string::npos) << erased.out;
  ExpectVerified("2");
  EXPECT_EQ(Run({"sheet", "F05"}).out.find("钱示一"), std::string::npos);
  const Outcome reasons = Run({"sheets", "F01A-430602-2023-R001"});
  EXPECT_EQ(reasons.out.find("示一外出"), std::string::npos) << reasons.out;
  EXPECT_NE(reasons.out.find("订单不足"), std::string::npos) << reasons.out;
  // What is left is bound by the record, and by nothing else.
  {
    const auto open = app::OpenOffice::Open(office());
    (*open)->office().store().Transact([&](port::Transaction& transaction) {
      const char* id = "F05-430602-2023-R001";
      Context body = *runtime::LoadRegister(transaction, "received-rows", id)->context();
      Context row = *(*body.Find("rows")->list())[0].context();
      EXPECT_EQ(*row.Find("employer"), Value("已依法删除"));
      row.Set("employer", Value("示例乙公司"));
      body.Set("rows", Value(List{Value(row)}));
      runtime::SaveRegister(transaction, "received-rows", id, "", Value(body));
      return true;
    });
  }
  EXPECT_EQ(Run({"verify"}).exit, 1);
}

TEST_F(EraseReturns, ANamesakeToldByHisIdNumberStays) {
  Send("F05", "430602", {Coordinator("钱示一", "男", kMan)});
  Send("F05", "430611", {Coordinator("钱示一", "男", kNamesake)});
  const std::string his = Freeze({"F05", "--region", "430602"});
  const std::string others = Freeze({"F05", "--region", "430611"});
  const Outcome erased = Erase(Subject(kMan));
  EXPECT_EQ(erased.exit, 0) << erased.err;
  EXPECT_NE(erased.out.find("定稿报表 1 份，回报表 1 份"), std::string::npos) << erased.out;
  EXPECT_EQ(Run({"sheets", his}).exit, 1);
  EXPECT_NE(Run({"sheets", others}).out.find("钱示一"), std::string::npos);
  ExpectVerified("2");
}

TEST_F(EraseReturns, WhereNobodyCanTellAPersonDecides) {
  Send("F05", "430602", {Coordinator("钱示一", "男", kMan)});
  Send("F05", "430611", {Coordinator("钱示一", "男", kNamesake)});
  // A reason that names one of them, in a return taken in and in the frozen one.
  Send("F01A", "430602", {Refusal("示例甲公司", "负责人钱示一外出")});
  const std::string frozen = Freeze({"F01A", "--region", "430602", "--returned"});
  const std::string received = "F01A-430602-2023-R001";
  const std::string subject = Subject(kMan);
  const Outcome refused = Erase(subject);
  EXPECT_EQ(refused.exit, 1);
  for (const std::string& id : {frozen, received}) {
    EXPECT_NE(refused.err.find(StrCat("报表 ", id)), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("--not-meant " + id), std::string::npos) << refused.err;
  }
  EXPECT_NE(Subject(kMan), "") << "nothing was erased";
  ExpectVerified("0");
  EXPECT_EQ(Erase(subject, {"--meant", frozen}).exit, 1) << "one is still open";
  const Outcome typo = Erase(subject, {"--meant", frozen, "--not-meant", received + "9"});
  EXPECT_NE(typo.err.find(StrCat("没有报表“", received, "9”")), std::string::npos) << typo.err;
  const Outcome dry = Erase(subject, {"--meant", received, "--not-meant", frozen, "--dry-run"});
  EXPECT_NE(dry.out.find(StrCat(frozen, "\t认定是同名的另一人")), std::string::npos) << dry.out;

  const Outcome erased = Erase(subject, {"--meant", received, "--not-meant", frozen});
  EXPECT_EQ(erased.exit, 0) << erased.err;
  EXPECT_EQ(Run({"sheets", received}).out.find("钱示一"), std::string::npos);
  EXPECT_NE(Run({"sheets", frozen}).out.find("钱示一"), std::string::npos);
  const std::string log = Run({"history"}).out;
  EXPECT_NE(log.find("return.kept"), std::string::npos) << log;
  EXPECT_NE(log.find("decided"), std::string::npos) << log;
  ExpectVerified("2");
}

// A namesake who came after the return was made is not meant by it.
TEST_F(EraseReturns, WhoCameLaterIsNotMeant) {
  Send("F05", "430602", {Coordinator("钱示一", "男", kMan)});
  Send("F01A", "430602", {Refusal("示例甲公司", "负责人钱示一外出")});
  const std::string frozen = Freeze({"F01A", "--region", "430602", "--returned"});
  ASSERT_EQ(Run({"tick", "--until", "2023-06-01"}).exit, 0);
  Send("F05", "430611", {Coordinator("钱示一", "男", kNamesake)});
  EXPECT_EQ(Erase(Subject(kNamesake), {"--dry-run"}).exit, 1) << "he may be meant: it is later";
  EXPECT_EQ(Erase(Subject(kMan)).exit, 0);
  EXPECT_EQ(Run({"sheets", frozen}).exit, 1);
}

// What looking through every return costs one erasure; ANJUAN_LONG=1 makes it a thousand of either
// kind, of twenty people each.
TEST_F(EraseReturns, WhatItCostsToLookThroughThemAll) {
  const char* const is_long = std::getenv("ANJUAN_LONG");
  const int count = is_long != nullptr && std::string_view(is_long) == "1" ? 1000 : 10;
  std::vector<Context> rows;
  for (int i = 0; i < 20; ++i) {
    const std::string body = StrCat("99999919880101", 101 + 2 * i);  // odd: a man's
    for (const char last : std::string_view("0123456789X")) {
      if (IsCitizenId(body + last)) {
        rows.push_back(Coordinator(StrCat("示例", i, "号"), "男", body + last));
      }
    }
  }
  const auto data = [&](int i) {
    rows[0].Set("employer", Value(StrCat("示例", i, "公司")));
    List list(rows.begin(), rows.end());
    return Write("data.json", WriteJson(Value(Context({{"rows", Value(std::move(list))}}))));
  };
  for (int i = 0; i < count; ++i) {
    const std::string day = ToString(AddDays(*ParseDate("2018-01-01"), i));
    const std::string file = Path("filled.xlsx");
    ASSERT_EQ(Run({"sheet", "F05", "--data", data(i), "--unit", "示例局", "-o", file}).exit, 0);
    const Outcome taken =
        Run({"import", "returns", "F05", file, "--region", "430602", "--from", day, "--to", day});
    ASSERT_EQ(taken.exit, 0) << taken.err;
    ASSERT_EQ(Run({"sheet", "F05", "--freeze", "--from", day, "--to", day}).exit, 0);
  }
  const auto open = app::OpenOffice::Open(office());
  std::set<std::string> people;
  (*open)->office().store().Read([&](port::Reader& reader) {
    people.insert((*open)->office().vault().Find(reader, "name", "示例3号").at(0));
  });
  const std::clock_t start = std::clock();
  (*open)->office().store().Read([&](port::Reader& reader) {
    const auto found = runtime::ReturnsNaming((*open)->office(), reader, people);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->frozen.size(), static_cast<size_t>(count));
    EXPECT_EQ(found->received.size(), static_cast<size_t>(count));
  });
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::cerr << count << " frozen and " << count << " received returns looked through in "
            << static_cast<std::int64_t>(seconds * 1000) << " ms of CPU\n";
}

}  // namespace
}  // namespace anjuan::test
