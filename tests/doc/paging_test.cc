// What keeps together on a page, in the cases of data/paging.cases.
#include <gtest/gtest.h>

#include <sstream>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

constexpr std::string_view kFile = "tests/doc/data/paging.cases";

struct Case {
  std::string name;
  int line = 0;
  std::string body;
  std::string pages;
};

// "--- name", the body, "===", the lines of each page with "--" between pages. "@21 甲" stands for
// 21 paragraphs of 甲 in the body, "甲 x21" for so many equal lines on a page.
std::vector<Case> ReadCases() {
  std::vector<Case> out;
  std::istringstream in(ReadSource(std::string(kFile)));
  bool expected = false;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with("--- ")) {
      out.emplace_back();
      out.back().name = line.substr(4);
      out.back().line = number;
      expected = false;
    } else if (line == "===") {
      expected = true;
    } else if (!line.empty() && !line.starts_with("#") && !out.empty()) {
      (expected ? out.back().pages : out.back().body) += line + "\n";
    }
  }
  return out;
}

std::string Expanded(std::string_view body) {
  std::string out;
  for (const std::string_view line : Split(body, '\n')) {
    if (!line.starts_with("@")) {
      out += line;
      continue;
    }
    const size_t space = line.find(' ');
    const long long times = ParseInteger(line.substr(1, space - 1)).value_or(0);
    for (long long i = 0; i < times; ++i) out += StrCat("<p>", line.substr(space + 1), "</p>");
  }
  return out;
}

std::string Folded(std::string_view text) {
  std::string out;
  const auto lines = Split(text, '\n');
  for (size_t i = 0; i < lines.size();) {
    size_t end = i;
    while (end < lines.size() && lines[end] == lines[i]) ++end;
    const bool number = lines[i].starts_with("— ");
    if (!lines[i].empty() && !number) {
      out += StrCat(lines[i], end - i > 1 ? StrCat(" x", end - i) : "", "\n");
    }
    i = end;
  }
  return out;
}

class PagingTest : public testing::TestWithParam<Case> {};

TEST_P(PagingTest, Pages) {
  const Case& one = GetParam();
  const auto pages = TemplateRun(DocumentOf(Expanded(one.body)), "{}").Layout();
  ASSERT_TRUE(pages.has_value()) << Render(pages.error());
  EXPECT_EQ(Folded(TextOf(*pages)), one.pages) << kFile << ":" << one.line;
}

INSTANTIATE_TEST_SUITE_P(Cases, PagingTest, testing::ValuesIn(ReadCases()), [](const auto& one) {
  std::string name;
  for (const char c : one.param.name) name += c >= 'a' && c <= 'z' ? c : '_';
  return name;
});

// Whatever the lengths: no page begins with the last line of a paragraph or ends with its first.
TEST(PagingPropertyTest, NoLineOfAParagraphStandsAlone) {
  std::uint32_t seed = 7;
  const auto below = [&seed](std::uint32_t limit) {
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % limit;
  };
  for (int round = 0; round < 200; ++round) {
    std::string body;
    for (int i = 0; i < 20; ++i) {
      std::string text = "首";
      for (std::uint32_t left = below(120); left > 0; --left) text += "中";
      body += StrCat("<p>", text, "尾</p>");
    }
    const auto pages = TemplateRun(DocumentOf(body), "{}").Layout();
    ASSERT_TRUE(pages.has_value());
    const auto lines = Split(TextOf(*pages), '\n');
    const auto has = [&](size_t i, std::string_view part) {
      return lines[i].find(part) != std::string_view::npos;
    };
    for (size_t i = 1; i + 1 < lines.size(); ++i) {
      if (lines[i] != "--") continue;
      EXPECT_TRUE(!has(i + 1, "尾") || has(i + 1, "首")) << round << ": " << lines[i + 1];
      const size_t last = i - 2;  // above the page number
      EXPECT_TRUE(!has(last, "首") || has(last, "尾")) << round << ": " << lines[last];
    }
  }
}

}  // namespace
}  // namespace anjuan::doc
