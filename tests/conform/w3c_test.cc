// The W3C SCXML suite, which lies beside the checkout. One test for each of its documents that
// applies, so that none can be skipped silently.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "engine/conform/scxml_suite.h"

namespace anjuan::conform {

namespace {

constexpr const char* kFolder = ANJUAN_SOURCE_DIR "/../shared/conformance/scxml/w3c";

const Report& Official() {
  static const Report kReport = [] {
    Result<Report> report = RunScxmlSuite(kFolder);
    EXPECT_TRUE(report.has_value()) << Render(report ? Diagnostics() : report.error());
    return report ? *std::move(report) : Report();
  }();
  return kReport;
}

// The ids of the core group and of the eight that a person judges, as the suite's manifest has
// them: a test that vanishes from the folder, or is skipped, is a failure here.
constexpr std::string_view kCore[] = {
    "144", "147", "148",  "149",  "150",  "151", "152", "153", "155", "156", "158", "159", "172",
    "173", "174", "175",  "176",  "179",  "183", "185", "186", "187", "189", "190", "191", "192",
    "193", "194", "198",  "199",  "200",  "205", "207", "208", "210", "215", "216", "220", "223",
    "224", "225", "226",  "228",  "229",  "232", "233", "234", "235", "236", "237", "239", "240",
    "241", "242", "243",  "244",  "245",  "247", "252", "253", "276", "277", "278", "279", "280",
    "286", "287", "288",  "294",  "298",  "302", "303", "304", "309", "310", "311", "312", "318",
    "319", "321", "322",  "323",  "324",  "325", "326", "329", "330", "331", "332", "333", "335",
    "336", "337", "338",  "339",  "342",  "343", "344", "346", "347", "348", "349", "350", "351",
    "352", "354", "355",  "364",  "372",  "375", "376", "377", "378", "387", "388", "396", "399",
    "401", "402", "403a", "403b", "403c", "404", "405", "406", "407", "409", "411", "412", "413",
    "416", "417", "419",  "421",  "422",  "423", "436", "487", "488", "495", "496", "500", "501",
    "503", "504", "505",  "506",  "521",  "525", "527", "528", "529", "530", "533", "550", "551",
    "552", "553", "554",  "570",  "576",  "579", "580"};
constexpr std::string_view kManual[] = {"178", "230", "250", "301", "307", "313", "314", "415"};

class Core : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) {
      GTEST_SKIP() << "the W3C test documents are not there: " << kFolder;
    }
  }
  static const Finding* Find(std::string_view id) {
    const std::vector<Finding>& findings = Official().findings;
    const auto it = std::find_if(findings.begin(), findings.end(),
                                 [&](const Finding& finding) { return finding.id == id; });
    return it == findings.end() ? nullptr : &*it;
  }
};

TEST_P(Core, Passes) {
  const Finding* finding = Find(GetParam());
  ASSERT_NE(finding, nullptr) << "not in the manifest";
  EXPECT_EQ(finding->verdict, Verdict::kPassed) << finding->text << "\n" << finding->rule;
}

class Judged : public Core {};

TEST_P(Judged, ShowsWhatATesterLooksFor) {
  const Finding* finding = Find(GetParam());
  ASSERT_NE(finding, nullptr) << "not in the manifest";
  EXPECT_EQ(finding->verdict, Verdict::kJudged) << finding->text << "\n" << finding->rule;
  EXPECT_FALSE(finding->text.empty());
}

std::string Named(const testing::TestParamInfo<std::string_view>& info) {
  return "test" + std::string(info.param);
}

INSTANTIATE_TEST_SUITE_P(W3c, Core, testing::ValuesIn(kCore), Named);
INSTANTIATE_TEST_SUITE_P(W3c, Judged, testing::ValuesIn(kManual), Named);

TEST(W3c, WholeSuiteIsAccountedFor) {
  if (!std::filesystem::exists(kFolder)) {
    GTEST_SKIP() << "the W3C test documents are not there: " << kFolder;
  }
  EXPECT_EQ(Official().Count(Verdict::kPassed), static_cast<int>(std::size(kCore)));
  EXPECT_EQ(Official().Count(Verdict::kJudged), static_cast<int>(std::size(kManual)));
  EXPECT_EQ(Official().Count(Verdict::kNotApplicable), 61);
  EXPECT_EQ(Official().findings.size(), 232U);
  const std::string text = Render(Official());
  EXPECT_TRUE(text.ends_with("163 passed, 0 failed\n")) << text;
}

}  // namespace

}  // namespace anjuan::conform
