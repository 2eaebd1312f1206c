// Expressions cut up and glued together at random from the case files: nothing crashes, every
// refusal has a code and a place inside the text, and an evaluation stays within its budget.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/text.h"

namespace anjuan::feel {
namespace {

std::vector<std::string> CaseLines() {
  std::vector<std::string> out;
  const std::filesystem::path folder = ANJUAN_SOURCE_DIR "/tests/feel/cases";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line.front() == '#' || line.starts_with("let ")) continue;
      const size_t arrow = std::min(line.rfind(" => "), line.rfind(" ~> "));
      out.push_back(line.substr(0, std::min(arrow, line.size())));
    }
  }
  std::sort(out.begin(), out.end());  // a folder is listed in no certain order
  return out;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed), lines_(CaseLines()) {}

  std::string Next() {
    std::string text = Pick();
    const int edits = static_cast<int>(random_() % 3);
    for (int i = 0; i < edits; ++i) Edit(text);
    return text;
  }

 private:
  const std::string& Pick() { return lines_[random_() % lines_.size()]; }

  void Edit(std::string& text) {
    static const std::vector<std::string> kPieces = {"(",
                                                     ")",
                                                     "[",
                                                     "]",
                                                     "{",
                                                     "}",
                                                     "..",
                                                     ",",
                                                     ":",
                                                     "\"",
                                                     "`",
                                                     "@",
                                                     "＞",
                                                     "“",
                                                     "”",
                                                     " and ",
                                                     " in ",
                                                     " between ",
                                                     "item",
                                                     "null",
                                                     "-",
                                                     "**",
                                                     "if ",
                                                     "for x in ",
                                                     "\xFF",
                                                     "\xE4\xB8",
                                                     "//",
                                                     "/*",
                                                     "\\u12",
                                                     "function(x) ",
                                                     " instance of ",
                                                     "1e999",
                                                     "partial"};
    const size_t at = text.empty() ? 0 : random_() % text.size();
    switch (random_() % 4) {
      case 0:
        text.insert(at, kPieces[random_() % kPieces.size()]);
        break;
      case 1:
        text.erase(at, 1 + random_() % 4);
        break;
      case 2: {
        const std::string other = Pick();
        text.replace(at, random_() % 8, other.substr(random_() % (other.size() + 1), 12));
        break;
      }
      default:
        text = text.substr(at) + text.substr(0, at);
        break;
    }
  }

  std::mt19937 random_;
  std::vector<std::string> lines_;
};

void ExpectPlacesInside(const Diagnostics& problems, const std::string& text) {
  ASSERT_FALSE(problems.empty()) << text;
  const auto length = static_cast<int>(CountCodePoints(text));
  for (const Diagnostic& problem : problems) {
    EXPECT_TRUE(problem.code.starts_with("feel.")) << text << Render(problem);
    EXPECT_GE(problem.at.line, 1) << text;
    EXPECT_GE(problem.at.column, 1) << text;
    EXPECT_LE(problem.at.column + problem.length, length + 2) << text << Render(problem);
    EXPECT_FALSE(problem.message.empty()) << text;
  }
}

TEST(Hostile, MutatedCases) {
  constexpr unsigned kSeed = 20230306;
  Mutator mutator(kSeed);
  Scope scope;
  scope.DeclareVariable("x", Type::Of(Type::Base::kNumber));
  scope.DeclareVariable("xs", Type::ListOf(Type::Of(Type::Base::kNumber)));
  scope.DeclareVariable("代表", Type::Any());
  scope.DeclareVariable("missing", Type::ListOf(Type::Any()));
  const std::vector<Value> values = {Value(3), Value(List{Value(1), Value(2)}), Value(), Value()};
  int compiled = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = mutator.Next();
    SCOPED_TRACE(StrCat("seed ", kSeed, ", round ", i));
    const auto expression = Compile(text, scope, {"f", 1, 1});
    if (!expression) {
      ExpectPlacesInside(expression.error(), text);
      continue;
    }
    ++compiled;
    const Budget budget{.steps = 20'000, .depth = 200, .bytes = 1 << 20};
    const auto value = Evaluate(*expression, values, NoHost(), budget);
    if (!value) ExpectPlacesInside(value.error(), text);
    Diagnostics notes;
    EvaluateLenient(*expression, values, NoHost(), notes, budget);
    EXPECT_FALSE(HasError(notes)) << text << Render(notes);
    if (HasFailure()) return;
  }
  EXPECT_GT(compiled, 1000);
}

TEST(Hostile, MutatedTexts) {
  Mutator mutator(7);
  Scope scope;
  scope.DeclareVariable("x", Type::Of(Type::Base::kNumber));
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = "甲{" + mutator.Next() + "}乙{x}";
    const auto compiled = CompileText(text, scope, {"f", 1, 1});
    if (!compiled) ExpectPlacesInside(compiled.error(), text);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace anjuan::feel
