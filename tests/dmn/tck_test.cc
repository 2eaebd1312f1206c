// The test kit of DMN, which lies beside the checkout: the figures of engine/dmn/README.md hold.
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/app/zone_files.h"
#include "engine/conform/dmn_suite.h"

namespace anjuan::conform {

namespace {

constexpr const char* kFolder = ANJUAN_SOURCE_DIR "/../shared/conformance/dmn-tck";

TEST(Tck, DoesNotFallBelowTheRecordedFigures) {
  if (!std::filesystem::exists(kFolder)) {
    GTEST_SKIP() << "the DMN test kit is not there: " << kFolder;
  }
  const Result<DmnReport> report = RunDmnSuite(kFolder, {app::ZoneFiles(), [] { return 0.0; }, 0});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->cases.size(), 2872U);
  EXPECT_EQ(report->ValuePercent(), 100) << Render(*report, false);
  EXPECT_EQ(report->MeanOverFolders(), 100);
  EXPECT_GE(report->ToldPercent(), 99.8);
  // What is the models' own, and not FEEL's, is whole.
  for (const DmnCase& one : report->cases) {
    const bool own = one.group == "decision-tables" || one.group == "drg-basics" ||
                     one.group == "complete-models" || one.group == "boxed-and-context";
    if (!own) continue;
    EXPECT_TRUE(one.passed) << one.folder << " " << one.id << "\n" << one.failure;
  }
}

}  // namespace

}  // namespace anjuan::conform
