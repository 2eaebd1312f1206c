#include "engine/base/chinese.h"

#include <gtest/gtest.h>

namespace anjuan {
namespace {

std::string Capitals(const char* amount) {
  return AmountInCapitals(*Decimal::Parse(amount)).value_or("none");
}

TEST(AmountInCapitals, FollowsTheRulesForBills) {
  const std::pair<const char*, const char*> kCases[] = {
      {"0", "零元整"},
      {"20", "贰拾元整"},
      {"10", "壹拾元整"},
      {"1409.5", "壹仟肆佰零玖元伍角"},
      {"6007.14", "陆仟零柒元壹角肆分"},
      {"1680.32", "壹仟陆佰捌拾元叁角贰分"},
      {"107000.53", "壹拾万柒仟元伍角叁分"},
      {"16409.02", "壹万陆仟肆佰零玖元零贰分"},
      {"325.04", "叁佰贰拾伍元零肆分"},
      {"0.05", "伍分"},
      {"0.3", "叁角"},
      {"100000007", "壹亿零柒元整"},
      {"100007000", "壹亿零柒仟元整"},
      {"1000000000003", "壹万亿零叁元整"},
      {"10500000000", "壹佰零伍亿元整"},
      {"-3.05", "负叁元零伍分"},
      {"9999999999999999.99",
       "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
      {"10000000000000000", "none"},
      {"1.005", "none"},
  };
  for (const auto& [amount, text] : kCases) EXPECT_EQ(Capitals(amount), text) << amount;
}

TEST(Mask, HidesTheMiddle) {
  EXPECT_EQ(MaskId("43060219900101123X"), "4306**********123X");
  EXPECT_EQ(MaskId("A123456"), "A*****6");
  EXPECT_EQ(MaskId("7"), "*");
  EXPECT_EQ(MaskPhone("13800000000"), "138****0000");
  EXPECT_EQ(MaskPhone("0730-0010001"), "0730-***0001");
  EXPECT_EQ(MaskPhone("12345"), "***45");
  EXPECT_EQ(MaskPhone("12"), "**");
}

}  // namespace
}  // namespace anjuan
