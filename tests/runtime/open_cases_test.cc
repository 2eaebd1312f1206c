// What a guard may know of the other open cases about the same organisation.
#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/definition.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using runtime::Answer;

class OpenCases : public BothStores {
 protected:
  std::string Pledge(std::string_view kind, std::string_view employer = "E001") {
    const Answer answer =
        office_.Open("pledge", StrCat(R"({employer: ")", employer, R"(", kind: ")", kind,
                                      R"(", workers: 30, sent_on: date("2023-03-01")})"));
    EXPECT_TRUE(answer.ok()) << Told(answer);
    return answer.case_id;
  }
};
ANJUAN_BOTH_STORES(OpenCases);

TEST_P(OpenCases, AWarningNamesTheOpenCaseOfTheSameKind) {
  const std::string first = Pledge("safety");
  EXPECT_TRUE(office_.Fire(first, "send").warnings.empty());
  const std::string other_kind = Pledge("wages");
  EXPECT_TRUE(office_.Fire(other_kind, "send").warnings.empty());
  const std::string other_employer = Pledge("safety", "E002");
  EXPECT_TRUE(office_.Fire(other_employer, "send").warnings.empty());

  const std::string second = Pledge("safety");
  const Answer warned = office_.Fire(second, "send");
  ASSERT_TRUE(warned.ok()) << Told(warned);
  ASSERT_EQ(warned.warnings.size(), 1U);
  EXPECT_EQ(warned.warnings[0],
            StrCat("该单位已有同种类的未结承诺（案卷", first, "）（《示例办法》§4）"));
}

TEST_P(OpenCases, AnEndedCaseIsNotOpen) {
  const std::string first = Pledge("safety");
  ASSERT_TRUE(office_.Fire(first, "send").ok());
  ASSERT_TRUE(office_.Fire(first, "withdraw").ok());
  const std::string second = Pledge("safety");
  EXPECT_TRUE(office_.Fire(second, "send_alone").ok());
}

TEST_P(OpenCases, ARuleThatFailsFillsItsLabel) {
  Pledge("safety");
  Pledge("wages");
  const std::string third = Pledge("safety");
  const Answer refused = office_.Fire(third, "send_alone");
  ASSERT_EQ(refused.verdict, runtime::Verdict::kGuardFalse);
  EXPECT_NE(Told(refused).find("该单位不得有其他未结案卷（2件）（《示例办法》§5）"),
            std::string::npos)
      << Told(refused);
}

TEST_P(OpenCases, AReplayAsksTheHistoryAlone) {
  const std::string first = Pledge("safety");
  ASSERT_TRUE(office_.Fire(first, "send").ok());
  const std::string second = Pledge("safety");
  ASSERT_EQ(office_.Fire(second, "send").warnings.size(), 1U);
  ASSERT_TRUE(office_.Fire(first, "withdraw").ok());
  const auto still = [](std::int64_t, std::int64_t) {};
  EXPECT_EQ(runtime::Verify(office_.office(), still).mistake, "");
  EXPECT_EQ(runtime::Replay(office_.office(), still).mistake, "");
}

TEST_P(OpenCases, TheNewestHundredAreLookedAt) {
  for (int i = 0; i < 101; ++i) Pledge("wages");
  const std::string last = Pledge("safety");
  const Answer refused = office_.Fire(last, "send_alone");
  EXPECT_NE(Told(refused).find("（100件）"), std::string::npos) << Told(refused);
}

TEST(OpenCasesChecked, MistakesAreToldWhenTheBundleIsSaved) {
  const std::string chart = R"(<?xml version="1.0"?>
<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:aj="urn:anjuan:workflow:1" version="1.0"
       datamodel="feel" name="w" initial="a" aj:title="甲" aj:number="W" aj:subject="employer.id">
  <datamodel>
    <data id="employer" aj:type="org" aj:search="true" expr="null"/>
    <data id="secret" aj:type="string" expr="null"/>
  </datamodel>
  <state id="a" aj:label="甲" aj:kind="initial" aj:owner="hrss_clerk">
    <transition event="e" target="b" aj:label="乙" aj:role="hrss_clerk">
      <aj:warn label="一（{open_cases(employer.id)[1].secret}）" cond='count(open_cases(employer.id, "permitt")) = 0'/>
      <aj:require label="二（{employer}）" cond="count(open_cases(3)) = 0"/>
      <aj:require label="三（{" cond="true"/>
    </transition>
  </state>
  <final id="b" aj:label="乙" aj:outcome="success"/>
</scxml>)";
  TestOffice office(StoreKind::kMemory);
  runtime::Surroundings surroundings;
  const auto registers = office.office().registers();
  surroundings.registers = registers.get();
  surroundings.processes = {"permit"};
  const Result<runtime::Definition> read =
      runtime::ReadDefinition({{"chart.scxml", chart}}, surroundings, "w", "templates");
  ASSERT_FALSE(read.has_value());
  const std::string told = Render(read.error());
  for (const std::string_view place :
       {"10:53: error[feel.name]", "10:99: error[definition.process]", "11:29: error[feel.type]",
        "11:64: error[feel.type]", "12:28: error[feel.syntax]"}) {
    EXPECT_NE(told.find(place), std::string::npos) << place << "\n" << told;
  }
}

}  // namespace
}  // namespace anjuan::test
