// The fuzz target of the chart reader on charts that were damaged in a fixed number of ways.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/support/damage.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace anjuan::chart {

namespace {

std::vector<std::string> Seeds() {
  namespace fs = std::filesystem;
  std::vector<std::string> out;
  for (const auto& file :
       fs::directory_iterator(fs::path(ANJUAN_SOURCE_DIR) / "tests/chart/cases")) {
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (size_t at = text.find("<scxml"); at != std::string::npos; at = text.find("<scxml", at)) {
      const size_t end = text.find("</scxml>", at);
      if (end == std::string::npos) break;
      std::string chart = text.substr(at, end + 8 - at);
      if (const size_t head = chart.find("#head"); head != std::string::npos) {
        chart.replace(head, 5,
                      "xmlns=\"http://www.w3.org/2005/07/scxml\" name=\"chart\" version=\"1.0\" "
                      "xmlns:aj=\"urn:anjuan:workflow:1\" datamodel=\"feel\"");
      }
      out.push_back(std::move(chart));
      at = end;
    }
  }
  return out;
}

TEST(ChartFuzz, DamagedChartsAreReadOrRefused) {
  const std::vector<std::string> seeds = Seeds();
  ASSERT_GT(seeds.size(), 10U);
  std::mt19937_64 random(1);
  for (int i = 0; i < 5'000; ++i) {
    const std::string& seed = seeds[random() % seeds.size()];
    const std::string text = test::Damage(seed, seeds[random() % seeds.size()], random);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}

}  // namespace

}  // namespace anjuan::chart
