// Where a paper is verified is data of the office; without it the papers carry no code.
#include "engine/runtime/imports.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

constexpr std::string_view kOffice =
    R"({"offices": [{"role": "hrss", "holders": ["hrss_clerk"], "short_name": "{region}人社",
        "names": {"county": "{region}人社局"}, "verify_url": "URL"}]})";

Result<runtime::ImportReport> Import(TestOffice& office, const std::string& url) {
  std::string text(kOffice);
  text.replace(text.find("URL"), 3, url);
  return runtime::ImportShared(office.office(), {{"offices.json", text}});
}

TEST(VerifyUrl, IsGivenWithTheOffice) {
  TestOffice office(StoreKind::kMemory);
  EXPECT_TRUE(office.office().registers()->Competent("hrss", "430602")["verify_url"].is_null());
  ASSERT_TRUE(Import(office, "https://v.example.gov.cn/{region}").has_value());
  EXPECT_EQ(office.office().registers()->Competent("hrss", "430602")["verify_url"],
            Value("https://v.example.gov.cn/430602"));
}

TEST(VerifyUrl, ThatIsNoAddressIsRefused) {
  for (const char* const url : {"v.example.gov.cn", "https://核验.cn", "https://a b", ""}) {
    TestOffice office(StoreKind::kMemory);
    const Result<runtime::ImportReport> report = Import(office, url);
    ASSERT_FALSE(report.has_value()) << url;
    EXPECT_EQ(report.error()[0].code, "office.verify_url");
  }
}

TEST(Offices, ThatAreIncompleteAreRefusedAndNothingIsTaken) {
  TestOffice office(StoreKind::kMemory);
  const Result<runtime::ImportReport> report =
      runtime::ImportShared(office.office(), {{"offices.json", R"({"offices": [
          {"role": "hrss", "holders": [], "short_name": "甲", "names": {"county": "{region}某局"}},
          {"role": 3}, {"role": "gov", "holders": [1], "short_name": "乙", "names": {}}, "x"]})"}});
  ASSERT_FALSE(report.has_value());
  ASSERT_EQ(report.error().size(), 3U);
  for (const Diagnostic& mistake : report.error()) EXPECT_EQ(mistake.code, "office.format");
  EXPECT_EQ(office.office().registers()->Competent("hrss", "430602")["short_name"],
            Value("岳楼人社"));
}

}  // namespace
}  // namespace anjuan::test
