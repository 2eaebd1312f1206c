// The examples of engine/feel/README.md: each gives what stands beside it, and no function lacks
// one.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"
#include "engine/feel/feel.h"
#include "tests/feel/show.h"
#include "tests/support/readme_row.h"

namespace anjuan::feel {
namespace {

TEST(Readme, ExamplesOfFunctionsHoldAndAreComplete) {
  std::ifstream in(ANJUAN_SOURCE_DIR "/engine/feel/README.md");
  std::set<std::string> shown;
  bool functions = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) functions = line == "## Functions";
    std::string expression;
    std::string expected;
    if (!functions || !test::ReadReadmeRow(line, expression, expected)) continue;
    shown.insert(expression.substr(0, expression.find('(')));
    for (const Dialect dialect : {Dialect::kStrict, Dialect::kStandard}) {
      const auto compiled = Compile(expression, Scope(dialect), {"README.md", 1, 1});
      ASSERT_TRUE(compiled.has_value()) << Render(compiled.error());
      const auto value = Evaluate(*compiled, {}, NoHost());
      ASSERT_TRUE(value.has_value()) << Render(value.error());
      EXPECT_EQ(Show(*value), expected) << expression;
    }
  }
  for (const std::string& name : BuiltinNames()) {
    EXPECT_TRUE(shown.contains(name)) << name << " has no example in engine/feel/README.md";
  }
  for (const std::string& name : shown) {
    EXPECT_FALSE(FindBuiltins(name).empty()) << "there is no function " << name;
  }
}

}  // namespace
}  // namespace anjuan::feel
