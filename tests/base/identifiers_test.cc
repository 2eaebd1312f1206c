#include "engine/base/identifiers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/base/text.h"

namespace anjuan {
namespace {

TEST(CreditCode, AcceptsTheStandardsVectorAndTheSamples) {
  EXPECT_EQ(CreditCodeMistake("91350100M000100Y43"), "");
  EXPECT_EQ(CreditCodeMistake("91430602MA0X01085K"), "");
  EXPECT_TRUE(IsCreditCode("91430671MA0X02694Q"));
}

TEST(CreditCode, SaysWhatIsWrong) {
  EXPECT_EQ(CreditCodeMistake("91350100M000100Y4"), "应为18位，现为17位");
  EXPECT_EQ(CreditCodeMistake(""), "应为18位，现为0位");
  EXPECT_NE(CreditCodeMistake("91350100M000100Y44").find("末位应为“3”"), std::string::npos);
  // I, O, S, V and Z are not used; small letters are another text.
  EXPECT_NE(CreditCodeMistake("91350100MO00100Y43").find("第10位“O”"), std::string::npos);
  EXPECT_NE(CreditCodeMistake("91350100m000100Y43").find("第9位“m”"), std::string::npos);
  EXPECT_NE(CreditCodeMistake("9135010XM000100Y43"), "");
  EXPECT_EQ(CreditCodeMistake("示例公司"), "应为18位，现为4位");
}

TEST(CreditCode, FindsEverySingleChangedCharacter) {
  const std::string right = "91350100M000100Y43";
  const std::string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  int undetected = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    for (const char c : alphabet) {
      std::string changed = right;
      changed[i] = c;
      if (changed != right && IsCreditCode(changed)) ++undetected;
    }
  }
  EXPECT_EQ(undetected, 0);
}

TEST(CreditCode, ChecksTheOrganisationCodeInside) {
  EXPECT_TRUE(IsOrganisationCode("M000100Y4"));
  EXPECT_FALSE(IsOrganisationCode("M000100Y5"));
  EXPECT_NE(OrganisationCodeMistake("M000100Y5").find("“4”"), std::string::npos);
  // The outer check character fits, the inner one does not.
  bool found = false;
  for (const char c : std::string_view("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
    const std::string code = std::string("91350100M000100Y5") + c;
    if (CreditCodeMistake(code).find("第9至17位") != std::string::npos) found = true;
    EXPECT_FALSE(IsCreditCode(code));
  }
  EXPECT_TRUE(found);
}

TEST(CitizenId, AcceptsTheStandardsVector) {
  const std::optional<CitizenId> id = ParseCitizenId("11010519491231002X");
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->birth, (Date{1949, 12, 31}));
  EXPECT_FALSE(id->male);
  EXPECT_TRUE(ParseCitizenId("999999197102021030")->male);
}

TEST(CitizenId, WantsARealBirthDate) {
  EXPECT_NE(CitizenIdMistake("11010519490231002X").find("出生日期"), std::string::npos);
  EXPECT_NE(CitizenIdMistake("110105194912310021"), "");
  EXPECT_NE(CitizenIdMistake("11010519491231002x"), "");
  EXPECT_FALSE(IsCitizenId("11010519491231002"));
}

TEST(Phone, MobilesAndLandlines) {
  for (const char* right : {"13800000000", "19000000001", "0730-0010001", "07300010001",
                            "021-12345678", "0730-8880000-12"}) {
    EXPECT_TRUE(IsPhone(right)) << right;
  }
  for (const char* wrong : {"", "12800000000", "1380000000", "8880000", "0730-888", "0730-0010001-",
                            "0730--0010001", "+8613800000000", "0730-8880000-1234567"}) {
    EXPECT_FALSE(IsPhone(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace anjuan
