// The fuzz target of decision models on models that were damaged in a fixed number of ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/support/damage.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace anjuan::dmn {

namespace {

std::vector<std::string> Seeds() {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (const char* folder : {"tests/dmn/models", "workflows/shared/rules"}) {
    for (const auto& file : fs::directory_iterator(fs::path(ANJUAN_SOURCE_DIR) / folder)) {
      if (file.path().extension() == ".dmn") files.push_back(file.path());
    }
  }
  std::sort(files.begin(), files.end());  // a folder is listed in no certain order
  std::vector<std::string> out;
  for (const fs::path& file : files) {
    std::ifstream in(file);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

TEST(DmnFuzz, DamagedModelsAreReadOrRefused) {
  const std::vector<std::string> seeds = Seeds();
  ASSERT_GT(seeds.size(), 3U);
  std::mt19937_64 random(1);
  for (int i = 0; i < 3'000; ++i) {
    const std::string& seed = seeds[random() % seeds.size()];
    const std::string text = test::Damage(seed, seeds[random() % seeds.size()], random);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}

// What is no text of XML at all, and what is XML of another kind.
TEST(DmnFuzz, Bytes) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string text(random() % 64, '\0');
    for (char& c : text) c = static_cast<char>(random() % 256);
    if (i % 2 == 0) text = "<definitions>" + text + "</definitions>";
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}

}  // namespace

}  // namespace anjuan::dmn
