// The fuzz target of templates and layout on templates that were damaged in a fixed number of ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace anjuan::doc {
namespace {

namespace fs = std::filesystem;

std::string ReadText(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void RunDoc(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

// The elements of the shipped templates with their data replaced by what the target declares.
std::vector<std::string> Seeds() {
  std::vector<std::string> out;
  for (const auto& file :
       fs::directory_iterator(fs::path(ANJUAN_SOURCE_DIR) / "tests/fuzz_doc/seeds")) {
    out.push_back(ReadText(file.path()));
  }
  std::sort(out.begin(), out.end());  // a folder is listed in no certain order
  return out;
}

// Bytes changed, parts taken out, doubled, or carried over from another template.
std::string Damage(std::string text, const std::string& other, std::mt19937_64& random) {
  const auto below = [&](size_t end) { return static_cast<size_t>(random() % (end + 1)); };
  for (size_t times = 1 + below(2); times > 0 && !text.empty(); --times) {
    const size_t at = below(text.size() - 1);
    const size_t length = below(60);
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() - 1), length));
        break;
      default:
        text.insert(at, other.substr(below(other.size() - 1), length));
        break;
    }
  }
  return text;
}

TEST(DocFuzz, SeedsAreLaidOut) {
  const std::vector<std::string> seeds = Seeds();
  ASSERT_GE(seeds.size(), 4U);
  for (const std::string& seed : seeds) RunDoc(seed);
}

TEST(DocFuzz, DamagedTemplatesAreLaidOutOrRefused) {
  const std::vector<std::string> seeds = Seeds();
  std::mt19937_64 random(20230306);
  for (int i = 0; i < 3'000; ++i) {
    RunDoc(Damage(seeds[random() % seeds.size()], seeds[random() % seeds.size()], random));
  }
}

// A template as it should be, its data damaged.
TEST(DocFuzz, DamagedDataAreLaidOutOrRefused) {
  const std::vector<std::string> seeds = Seeds();
  std::mt19937_64 random(7);
  for (int i = 0; i < 2'000; ++i) {
    std::string seed = seeds[random() % seeds.size()];
    const size_t cut = seed.find("\n====\n");
    ASSERT_NE(cut, std::string::npos);
    std::string data = Damage(seed.substr(cut + 6), seed, random);
    RunDoc(seed.substr(0, cut + 6) + data);
  }
}

}  // namespace
}  // namespace anjuan::doc
