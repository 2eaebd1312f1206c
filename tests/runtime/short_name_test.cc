// Two counties issued the same 文号 (人社集审〔2023〕1号), since the office's name was not in it.
#include <set>

#include "engine/runtime/imports.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

TEST(ShortName, NamesOneOfficeAlone) {
  TestOffice office(StoreKind::kMemory);
  const auto registers = office.office().registers();
  for (const std::string& role : registers->OfficeRoles()) {
    std::map<std::string, std::string> office_of;
    for (const std::string& region : registers->RegionCodes()) {
      const Value body = registers->Competent(role, region);
      ASSERT_NE(body["short_name"].string(), nullptr) << role << " " << region;
      const auto [held, fresh] =
          office_of.emplace(*body["short_name"].string(), *body["org"].string());
      EXPECT_EQ(held->second, *body["org"].string()) << held->first;
    }
  }
  EXPECT_EQ(registers->Competent("hrss", "430602")["short_name"], Value("岳楼人社"));
  EXPECT_EQ(registers->Competent("hrss", "430600")["short_name"], Value("岳人社"));
  EXPECT_EQ(registers->Competent("union_upper", "430681")["short_name"], Value("汨罗总工"));
}

TEST(ShortName, SharedByTwoRegionsIsRefused) {
  TestOffice office(StoreKind::kMemory);
  const Result<runtime::ImportReport> report = runtime::ImportShared(
      office.office(),
      {{"offices.json",
        R"({"region_short_names": {"430602": "岳", "430600": "岳", "430603": ""}})"}});
  ASSERT_FALSE(report.has_value());
  ASSERT_EQ(report.error().size(), 2U);
  EXPECT_EQ(report.error()[0].code, "office.short_name");
  EXPECT_EQ(office.office().registers()->Competent("hrss", "430602")["short_name"],
            Value("岳楼人社"));
}

}  // namespace
}  // namespace anjuan::test
