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

#include "engine/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace anjuan::doc {

extern std::size_t laid_out;

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

// Bytes changed, parts taken out or carried over, lines (whole elements, as a rule) added or lost.
std::string Damage(std::string text, const std::string& other, std::mt19937_64& random) {
  const auto below = [&](size_t end) { return static_cast<size_t>(random() % (end + 1)); };
  const auto line_start = [&](const std::string& in) {
    return in.find('\n', below(in.size())) + 1;
  };
  for (size_t times = 1 + below(1); times > 0 && !text.empty(); --times) {
    const size_t at = below(text.size() - 1);
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, below(60));
        break;
      case 2:
        text.insert(at, other.substr(below(other.size() - 1), below(60)));
        break;
      case 3: {
        const size_t start = line_start(text);
        text.erase(start, text.find('\n', start) - start);
        break;
      }
      default: {
        const size_t from = line_start(other);
        text.insert(line_start(text), other.substr(from, other.find('\n', from) - from));
        break;
      }
    }
  }
  return text;
}

TEST(DocFuzz, SeedsAreLaidOut) {
  const std::vector<std::string> seeds = Seeds();
  ASSERT_GE(seeds.size(), 4U);
  const std::size_t before = laid_out;
  for (const std::string& seed : seeds) RunDoc(seed);
  EXPECT_EQ(laid_out - before, seeds.size() - 1);  // one includes itself
}

TEST(DocFuzz, DamagedTemplatesAreLaidOutOrRefused) {
  const std::vector<std::string> seeds = Seeds();
  std::mt19937_64 random(20230306);
  const std::size_t before = laid_out;
  for (int i = 0; i < 3'000; ++i) {
    RunDoc(Damage(seeds[random() % seeds.size()], seeds[random() % seeds.size()], random));
  }
  EXPECT_GT(laid_out - before, 100U);
}

// A template as it should be, its data pieces of all texts; now and then any character at all.
TEST(DocFuzz, AnyTextIsLaidOutOrRefused) {
  const std::vector<std::string> seeds = Seeds();
  std::u32string pool;
  for (const std::string& seed : seeds) {
    for (Utf8Cursor cursor(seed); !cursor.done();) pool += cursor.Next();
  }
  std::mt19937_64 random(7);
  const std::size_t before = laid_out;
  for (int i = 0; i < 2'000; ++i) {
    const std::string& seed = seeds[random() % seeds.size()];
    std::string text = seed.substr(0, seed.find("\n====\n") + 6);
    for (std::uint64_t pieces = random() % 12; pieces > 0; --pieces) {
      const std::size_t at = random() % pool.size();
      for (const char32_t c : pool.substr(at, random() % 20)) AppendUtf8(text, c);
      if (random() % 32 == 0) AppendUtf8(text, static_cast<char32_t>(random() % 0x3000));
    }
    RunDoc(text);
  }
  EXPECT_GT(laid_out - before, 800U);
}

}  // namespace
}  // namespace anjuan::doc
