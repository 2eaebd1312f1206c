#include "engine/base/text.h"

#include <gtest/gtest.h>

#include "engine/base/diagnostic.h"
#include "engine/base/digest.h"

namespace anjuan {
namespace {

TEST(Text, CountsCodePointsNotBytes) {
  EXPECT_EQ(CountCodePoints("案卷𠮷a"), 4U);
  EXPECT_TRUE(IsValidUtf8("案卷\xEF\xBF\xBD"));  // a genuine U+FFFD is valid
  EXPECT_FALSE(IsValidUtf8("\xC0\x80"));
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));  // a surrogate
  EXPECT_FALSE(IsValidUtf8("\xE6\xA1"));
}

TEST(Text, TrimsWideSpacesToo) {
  EXPECT_EQ(Trim("\t　示例 　\n"), "示例");
}

TEST(Text, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string> names = {"waiting", "drafting", "signed"};
  EXPECT_EQ(DidYouMean("waitng", names), "did you mean \"waiting\"?");
  EXPECT_EQ(DidYouMean("elephant", names), "");
}

TEST(Text, ReadsWholeIntegersOnly) {
  EXPECT_EQ(ParseInteger("-12"), -12);
  EXPECT_FALSE(ParseInteger("12x"));
  EXPECT_FALSE(ParseInteger(""));
  EXPECT_FALSE(ParseInteger("99999999999999999999"));
}

TEST(Diagnostic, PointsUnderWideCharacters) {
  const Diagnostic d{.code = "chart.target",
                     .message = "no state \"waitng\"",
                     .at = {"chart.scxml", 14, 4},
                     .hint = "did you mean \"waiting\"?",
                     .source_line = "状态 waitng",
                     .length = 6};
  EXPECT_EQ(Render(d),
            "chart.scxml:14:4: error[chart.target]: no state \"waitng\"; did you mean "
            "\"waiting\"?\n    状态 waitng\n         ^~~~~~");
}

TEST(Digest, MatchesPublishedVectors) {
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, case 2.
  EXPECT_EQ(ToHex(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(FromHex("00ff"), std::string("\0\xff", 2));
  EXPECT_FALSE(FromHex("0g"));
}

TEST(Digest, OpensOnlyWhatWasSealedWithTheSameKeyAndContext) {
  const std::string key(32, 'k');
  const std::string nonce(12, 'n');
  const std::string sealed = Encrypt(key, nonce, "case 1", "999999197001011001");
  EXPECT_EQ(sealed.find("9999"), std::string::npos);
  EXPECT_EQ(Decrypt(key, nonce, "case 1", sealed), "999999197001011001");
  EXPECT_FALSE(Decrypt(key, nonce, "case 2", sealed));
  std::string changed = sealed;
  changed[3] = static_cast<char>(changed[3] ^ 1);
  EXPECT_FALSE(Decrypt(key, nonce, "case 1", changed));
}

}  // namespace
}  // namespace anjuan
