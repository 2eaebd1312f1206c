// The fuzz targets as tests: texts cut up and glued together from the case files, and from bytes.
// A target aborts where something is wrong, which fails this program.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace anjuan {
namespace {

void RunFeel(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::vector<std::string> CaseLines() {
  std::vector<std::string> out;
  const std::filesystem::path folder = ANJUAN_SOURCE_DIR "/tests/feel/cases";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) out.push_back(line);
  }
  std::sort(out.begin(), out.end());  // a folder is listed in no certain order
  return out;
}

TEST(FeelFuzz, PiecesOfCases) {
  const std::vector<std::string> lines = CaseLines();
  ASSERT_GT(lines.size(), 300U);
  std::mt19937 random(20230306);
  for (int i = 0; i < 5'000; ++i) {
    const std::string& a = lines[random() % lines.size()];
    const std::string& b = lines[random() % lines.size()];
    std::string text = a.substr(0, random() % (a.size() + 1));
    text += b.substr(random() % (b.size() + 1));
    if (!text.empty() && random() % 4 == 0) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    RunFeel(text);
  }
}

TEST(FeelFuzz, Bytes) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string text(random() % 64, '\0');
    for (char& c : text) c = static_cast<char>(random() % 256);
    RunFeel(text);
  }
}

}  // namespace
}  // namespace anjuan
