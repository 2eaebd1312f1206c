// Every case of tests/chart/cases, one test each.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/chart/case_file.h"

namespace anjuan::chart {

// GoogleTest would print the bytes.
void PrintTo(const ChartCase& chart_case, std::ostream* out) {
  *out << chart_case.name;
}

namespace {

class Cases : public testing::TestWithParam<ChartCase> {};

TEST_P(Cases, Holds) {
  const std::string failure = RunCase(GetParam());
  EXPECT_TRUE(failure.empty()) << failure;
}

std::string Named(const testing::TestParamInfo<ChartCase>& info) {
  std::string name = info.param.file + "_" + info.param.name;
  for (char& c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!fits) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Chart, Cases,
                         testing::ValuesIn(ReadCases(ANJUAN_SOURCE_DIR "/tests/chart/cases")),
                         Named);

}  // namespace

}  // namespace anjuan::chart
