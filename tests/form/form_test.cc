#include "engine/form/form.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"
#include "engine/value/json.h"

namespace anjuan::form {
namespace {

const Type* NoData(std::string_view) {
  return nullptr;
}

constexpr std::string_view kReply = R"({
  "type": "default", "id": "reply",
  "components": [
    {"type": "text", "text": "## 答复"},
    {"type": "radio", "key": "kind", "label": "答复", "validate": {"required": true},
     "values": [{"label": "应约", "value": "accept"}, {"label": "拒绝", "value": "refuse"}]},
    {"type": "textarea", "key": "reason", "label": "拒绝原因",
     "validate": {"required": true, "minLength": 2, "maxLength": 10},
     "conditional": {"hide": "=kind != \"refuse\""}},
    {"type": "datetime", "key": "on", "label": "答复日期", "subtype": "date"},
    {"type": "number", "key": "workers", "label": "职工人数", "decimalDigits": 0,
     "validate": {"min": 1, "max": 1000}},
    {"type": "textfield", "key": "phone", "label": "电话", "description": "手机号码",
     "validate": {"pattern": "^1[0-9]{10}$"}},
    {"type": "checkbox", "key": "sealed", "label": "已盖章", "validate": {"required": true}},
    {"type": "checklist", "key": "topics", "label": "议题",
     "values": [{"label": "工资", "value": "wage"}, {"label": "工时", "value": "hours"}]},
    {"type": "dynamiclist", "path": "reps", "label": "协商代表", "properties": {"type": "list<person>"},
     "components": [
       {"type": "textfield", "key": "name", "label": "姓名", "validate": {"required": true}},
       {"type": "checkbox", "key": "outsider", "label": "是否外聘",
        "conditional": {"hide": "=kind = \"refuse\""}}]}
  ]})";

Form Reply() {
  Result<Form> form = ReadForm(kReply, "reply.json", NoData);
  if (!form) ADD_FAILURE() << Render(form.error());
  return form ? *std::move(form) : Form{};
}

Result<Context> Check(std::string_view json) {
  const Result<Value> data = ReadJson(json, "data");
  EXPECT_TRUE(data.has_value()) << Render(data ? Diagnostics{} : data.error());
  return Validate(Reply(), *data);
}

std::vector<std::pair<std::string, std::string>> Mistakes(std::string_view json) {
  std::vector<std::pair<std::string, std::string>> out;
  const Result<Context> checked = Check(json);
  if (!checked) {
    for (const Diagnostic& d : checked.error()) out.emplace_back(d.code, d.message);
  }
  return out;
}

using Expected = std::vector<std::pair<std::string, std::string>>;

TEST(Validate, ConvertsARightAnswer) {
  const Result<Context> checked = Check(
      R"({"kind": "accept", "on": "2023-03-10", "workers": "310", "phone": " 19000000001 ", "sealed": "是",
          "topics": ["wage"], "reps": [{"name": "钱示二", "outsider": false, "subject": "s1"}], "reason": ""})");
  ASSERT_TRUE(checked.has_value()) << Render(checked.error());
  EXPECT_EQ(*checked->Find("on"), Value(Date{2023, 3, 10}));
  EXPECT_EQ(*checked->Find("workers"), Value(310));
  EXPECT_EQ(*checked->Find("phone"), Value("19000000001"));
  EXPECT_EQ(*checked->Find("sealed"), Value(true));
  EXPECT_EQ(checked->Find("reason"), nullptr);
  const Value& rep = checked->Find("reps")->list()->at(0);
  EXPECT_EQ(rep["name"], Value("钱示二"));
  EXPECT_EQ(rep["subject"], Value("s1"));
}

TEST(Validate, ReportsEveryMistakeAtOnce) {
  EXPECT_EQ(
      Mistakes(
          R"({"kind": "refuse", "on": "2023-02-30", "workers": 0.5, "phone": "110", "sealed": false,
              "topics": ["wage", "houres"], "reps": [{"name": ""}, {"name": "甲", "outsider": true, "age": 3}],
              "reson": "x"})"),
      (Expected{
          {"form.unknown", "本表没有“reson”这一项"},
          {"form.required", "“拒绝原因”（reason）：必须填写"},
          {"form.value", "“答复日期”（on）：应填真实的日期，如2023-03-06，现为“2023-02-30”"},
          {"form.value", "“职工人数”（workers）：应填整数，现为0.5"},
          {"form.pattern", "“电话”（phone）：格式不符，现为“110”"},
          {"form.required", "“已盖章”（sealed）：必须勾选"},
          {"form.options", "“议题”（topics）：不在可选的内容之内，现为“houres”；可选：工资、工时"},
          {"form.required", "“协商代表”第1行的“姓名”（reps[1].name）：必须填写"},
          {"form.unknown", "“协商代表”第2行的本表没有“reps[2].age”这一项"},
          {"form.hidden",
           "“协商代表”第2行的“是否外聘”（reps[2].outsider）：按已填的其他内容，此项不应填写"},
      }));
}

TEST(Validate, HiddenFieldsMustBeAbsent) {
  EXPECT_EQ(Mistakes(R"({"kind": "accept", "sealed": true, "reason": "不同意"})"),
            (Expected{{"form.hidden", "“拒绝原因”（reason）：按已填的其他内容，此项不应填写"}}));
  EXPECT_TRUE(Mistakes(R"({"kind": "accept", "sealed": true, "reason": null})").empty());
  EXPECT_TRUE(Mistakes(R"({"kind": "refuse", "sealed": true, "reason": "不同意"})").empty());
}

TEST(Validate, LimitsOfNumbersAndTexts) {
  EXPECT_EQ(Mistakes(R"({"kind": "refuse", "sealed": true, "reason": "不", "workers": 0})"),
            (Expected{{"form.length", "“拒绝原因”（reason）：至少2个字，现有1个字"},
                      {"form.min", "“职工人数”（workers）：不能小于1，现为0"}}));
  EXPECT_EQ(Mistakes(R"({"kind": "refuse", "sealed": true, "workers": 1001,
                        "reason": "一二三四五六七八九十一"})"),
            (Expected{{"form.length", "“拒绝原因”（reason）：最多10个字，现有11个字"},
                      {"form.max", "“职工人数”（workers）：不能大于1000，现为1001"}}));
  EXPECT_EQ(Mistakes(R"({"kind": "refuse", "sealed": true, "reason": "两\n行"})"), Expected{});
  EXPECT_EQ(Mistakes(R"({"kind": "accept", "sealed": true, "phone": "1900000\n0001"})").at(0).first,
            "form.value");
}

// A number of the wrong kind is somebody's all the same: no message repeats it.
TEST(Validate, NumbersOfPeople) {
  const Result<Form> form = ReadForm(R"({"type": "default", "id": "f", "components": [
    {"type": "textfield", "key": "card", "label": "身份证号码", "validate": {"validationType": "citizen_id"}},
    {"type": "textfield", "key": "phone", "label": "电话", "validate": {"validationType": "phone"}}
  ]})",
                                     "f.json", NoData);
  ASSERT_TRUE(form.has_value()) << Render(form.error());
  const auto mistakes = [&](std::string_view json) {
    const Result<Context> checked = Validate(*form, *ReadJson(json, "d"));
    return checked ? std::string() : Render(checked.error());
  };
  EXPECT_EQ(mistakes(R"({"card": "999999198201131248", "phone": "0730-8880000"})"), "");
  EXPECT_EQ(
      mistakes(R"({"card": "９９９９９９１９８２０１１３１２４８", "phone": " 19000000001 "})"),
      "");
  EXPECT_EQ(mistakes(R"({"card": "", "phone": null})"), "");
  const std::string wrong = mistakes(R"({"card": "9999991982011312489", "phone": "190000000011"})");
  EXPECT_NE(wrong.find("“身份证号码”（card）：不是公民身份号码"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("“电话”（phone）：不是电话号码"), std::string::npos) << wrong;
  EXPECT_EQ(wrong.find("99999919820113"), std::string::npos) << wrong;
  EXPECT_EQ(wrong.find("190000000011"), std::string::npos) << wrong;
  EXPECT_NE(mistakes(R"({"card": "999999198201131247"})").find("校验码不符"), std::string::npos);
}

TEST(Validate, OtherShapesAreRefused) {
  EXPECT_FALSE(Validate(Reply(), Value("kind=accept")).has_value());
  EXPECT_EQ(Mistakes(R"({"kind": "accept", "sealed": true, "reps": "甲"})").at(0).first,
            "form.value");
  EXPECT_EQ(Mistakes(R"({"kind": {"a": 1}, "sealed": true})").at(0).first, "form.options");
  // Nothing said about the answer: the reason is neither asked nor missed.
  EXPECT_EQ(Mistakes("{}"), (Expected{{"form.required", "“答复”（kind）：必须填写"},
                                      {"form.required", "“已盖章”（sealed）：必须填写"}}));
}

TEST(DataType, IsTheContextOfTheKeys) {
  const Type type = DataType(Reply());
  EXPECT_EQ(ToString(*type.FindField("on")), "date");
  EXPECT_EQ(ToString(*type.FindField("workers")), "integer");
  EXPECT_EQ(ToString(*type.FindField("kind")), "enum(accept,refuse)");
  EXPECT_EQ(type.FindField("reps")->element->name, "person");
}

TEST(ReadForm, ADatumGivesItsType) {
  const Type money = *ParseType("money");
  const Type kinds = *ParseType("enum(new,change)");
  const auto find = [&](std::string_view id) -> const Type* {
    if (id == "wage") return &money;
    return id == "kind" ? &kinds : nullptr;
  };
  const Result<Form> form = ReadForm(R"({"id": "f", "components": [
    {"type": "number", "key": "wage"},
    {"type": "radio", "key": "kind", "values": [{"value": "new"}]}]})",
                                     "f.json", find);
  ASSERT_TRUE(form.has_value()) << Render(form.error());
  EXPECT_EQ(form->components[0].type.name, "money");
  EXPECT_EQ(form->components[1].type.values.size(), 2U);
  // The form narrows what the datum allows.
  EXPECT_FALSE(Validate(*form, *ReadJson(R"({"kind": "change"})", "d")).has_value());
  EXPECT_FALSE(Validate(*form, *ReadJson(R"({"wage": 1.005})", "d")).has_value());
  EXPECT_TRUE(Validate(*form, *ReadJson(R"({"wage": 1930.5})", "d")).has_value());
}

TEST(ReadForm, ReportsEveryMistakeWithItsPlace) {
  const Type date = *ParseType("date");
  const auto find = [&](std::string_view id) { return id == "day" ? &date : nullptr; };
  const Result<Form> form = ReadForm(R"({"id": "f", "components": [
    {"type": "texfield", "key": "a"},
    {"type": "textfield"},
    {"type": "number", "key": "day"},
    {"type": "radio", "key": "r"},
    {"type": "textfield", "key": "t", "validate": {"requird": true}},
    {"type": "textfield", "key": "t"},
    {"type": "textfield", "key": "h", "conditional": {"hide": "=tt = \"x\""}},
    {"type": "textfield", "key": "p", "properties": {"type": "persn"}},
    {"type": "textfield", "key": "q", "validate": {"pattern": "[a"}},
    {"type": "textfield", "key": "reply-date"},
    {"type": "textfield", "key": "e", "validate": {"validationType": "emial"}}
  ]})",
                                     "f.json", find);
  ASSERT_FALSE(form.has_value());
  std::vector<std::pair<std::string, int>> found;
  for (const Diagnostic& d : form.error()) found.emplace_back(d.code, d.at.line);
  const std::vector<std::pair<std::string, int>> expected = {
      {"form.component", 2}, {"form.key", 3},       {"form.type", 4}, {"form.options", 5},
      {"json.member", 6},    {"form.key", 7},       {"form.type", 9}, {"form.pattern", 10},
      {"form.key", 11},      {"form.validate", 12}, {"feel.name", 8}};
  EXPECT_EQ(found, expected) << Render(form.error());
}

// The shipped forms, without their charts' data types, are read without mistakes.
TEST(ReadForm, TheShippedForms) {
  int count = 0;
  for (const auto& workflow : std::filesystem::directory_iterator(ANJUAN_SOURCE_DIR "/workflows")) {
    const std::filesystem::path forms = workflow.path() / "forms";
    if (!std::filesystem::exists(forms)) continue;
    for (const auto& file : std::filesystem::directory_iterator(forms)) {
      std::ifstream in(file.path(), std::ios::binary);
      std::stringstream text;
      text << in.rdbuf();
      const Result<Form> form = ReadForm(text.str(), file.path().string(), NoData);
      EXPECT_TRUE(form.has_value()) << Render(form ? Diagnostics{} : form.error());
      ++count;
    }
  }
  EXPECT_GT(count, 0);
}

}  // namespace
}  // namespace anjuan::form
