// Text with FEEL in braces, and values as a clerk writes them.
#include <gtest/gtest.h>

#include "engine/feel/text.h"

namespace anjuan::feel {
namespace {

struct Letter {
  Scope scope;
  std::vector<Value> values;

  Letter() {
    Add("编号", *ParseType("string"), Value("示要约〔2023〕1号"));
    Add("日期", *ParseType("date"), Value(Date{2023, 3, 6}));
    Add("首席", *ParseType("context{姓名: string, 职务: string}"),
        Value(Context({{"姓名", Value("张三")}, {"职务", Value()}})));
    Add("议题", *ParseType("list<string>"), Value(List{Value("工资"), Value("工时")}));
    Add("人数", *ParseType("number"), Value(310));
  }

  void Add(std::string name, Type type, Value value) {
    scope.DeclareVariable(std::move(name), std::move(type));
    values.push_back(std::move(value));
  }

  Result<std::string> Write(std::string_view text) const {
    auto compiled = CompileText(text, scope, {"template.xml", 7, 5});
    if (!compiled) return Unexpected{compiled.error()};
    return Fill(*compiled, values, NoHost());
  }
};

std::string Text(const Result<std::string>& result) {
  return result ? *result : Render(result.error());
}

TEST(TextTemplate, FillsAndEscapes) {
  const Letter letter;
  EXPECT_EQ(Text(letter.Write("编号：{编号}")), "编号：示要约〔2023〕1号");
  EXPECT_EQ(Text(letter.Write("{日期}，共{人数 + 1}人")), "2023年3月6日，共311人");
  EXPECT_EQ(Text(letter.Write("议题：{议题}。")), "议题：工资、工时。");
  EXPECT_EQ(Text(letter.Write("{{{人数}}}")), "{310}");
  EXPECT_EQ(Text(letter.Write("")), "");
  EXPECT_EQ(Text(letter.Write("无")), "无");
  EXPECT_EQ(Text(letter.Write("{ {a: \"}\"}.a }")), "}");
  EXPECT_EQ(Text(letter.Write("{if 人数 > 300 then \"大型{企业}\" else \"\"}")), "大型{企业}");
}

TEST(TextTemplate, ANullNamesTheField) {
  const Letter letter;
  const auto filled = letter.Write("首席：{首席.姓名}，职务：{首席.职务}");
  ASSERT_FALSE(filled.has_value());
  ASSERT_EQ(filled.error().size(), 1U);
  EXPECT_EQ(filled.error()[0].code, "feel.null");
  EXPECT_NE(filled.error()[0].message.find("首席.职务"), std::string::npos);
  EXPECT_EQ(filled.error()[0].at, (Location{"template.xml", 7, 20}));
  EXPECT_EQ(filled.error()[0].length, 5);
}

TEST(TextTemplate, ReportsEveryMistakeInItsPlace) {
  const Letter letter;
  const auto compiled =
      CompileText("{编好}\n和{人数 ＞ 1} } {首席}", letter.scope, {"t.xml", 7, 5});
  ASSERT_FALSE(compiled.has_value());
  ASSERT_EQ(compiled.error().size(), 4U) << Render(compiled.error());
  EXPECT_EQ(compiled.error()[0].code, "feel.name");
  EXPECT_EQ(compiled.error()[0].at, (Location{"t.xml", 7, 6}));
  EXPECT_EQ(compiled.error()[1].code, "feel.syntax");
  EXPECT_EQ(compiled.error()[1].at, (Location{"t.xml", 8, 6}));
  EXPECT_EQ(compiled.error()[2].code, "feel.syntax");
  EXPECT_EQ(compiled.error()[3].code, "feel.type");
  EXPECT_NE(compiled.error()[3].hint.find("姓名"), std::string::npos);
  EXPECT_FALSE(CompileText("{人数", letter.scope, {"t.xml", 1, 1}).has_value());
  EXPECT_FALSE(CompileText("{}", letter.scope, {"t.xml", 1, 1}).has_value());
}

std::string Shown(const Value& value) {
  return Text(Display(value));
}

TEST(Display, AsAClerkWrites) {
  EXPECT_EQ(Shown(Value(Date{2023, 3, 6})), "2023年3月6日");
  EXPECT_EQ(Shown(Value(*ParseDateTime("2023-03-06T09:30:00"))), "2023年3月6日9时30分");
  EXPECT_EQ(Shown(Value(*ParseDateTime("2023-03-06T09:00:00"))), "2023年3月6日9时");
  EXPECT_EQ(Shown(Value(*ParseDateTime("2023-03-06T18:30:00Z"))), "2023年3月7日2时30分");
  EXPECT_EQ(Shown(Value(*ParseTime("14:05:09"))), "14时5分9秒");
  EXPECT_EQ(Shown(Value(*Decimal::Parse("5000.50"))), "5000.5");
  EXPECT_EQ(Shown(Value(true)), "是");
  EXPECT_EQ(Shown(Value(false)), "否");
  EXPECT_EQ(Shown(Value(*ParseMonthsDuration("P1Y2M"))), "1年2个月");
  EXPECT_EQ(Shown(Value(*ParseDaysDuration("P20D"))), "20日");
  EXPECT_EQ(Shown(Value(*ParseDaysDuration("P1DT2H30M"))), "1日2小时30分钟");
  EXPECT_EQ(Shown(Value(List{Value("甲"), Value(2)})), "甲、2");
}

TEST(Display, RefusesWhatCannotBeShown) {
  EXPECT_EQ(Display(Value()).error()[0].code, "feel.null");
  EXPECT_EQ(Display(Value(List{Value("甲"), Value()})).error()[0].code, "feel.null");
  EXPECT_EQ(Display(Value(Context())).error()[0].code, "feel.type");
  EXPECT_EQ(Display(Value(Range{Value(1), Value(2)})).error()[0].code, "feel.type");
}

}  // namespace
}  // namespace anjuan::feel
