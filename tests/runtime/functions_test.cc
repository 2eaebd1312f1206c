// The examples of workflows/README.md, "Functions": what the host answers beside each.
#include <fstream>
#include <set>

#include "engine/base/text.h"
#include "engine/chart/scope.h"
#include "engine/feel/feel.h"
#include "engine/runtime/host.h"
#include "engine/value/json.h"
#include "tests/runtime/fixture.h"
#include "tests/support/readme_row.h"

namespace anjuan::test {
namespace {

std::string Shown(const Value& value) {
  const std::string json = WriteJson(value);
  const bool date = value.date() != nullptr;
  return date ? json.substr(1, json.size() - 2) : json;  // a date is quoted in JSON
}

TEST(HostFunctions, ExamplesHold) {
  TestOffice office(StoreKind::kMemory);
  feel::Scope scope;
  chart::DeclareHostFunctions(scope);
  std::set<std::string> shown;
  office.store().Read([&](port::Reader& reader) {
    runtime::CaseHost host(*office.office().registers(), reader,
                           {.area = "430600",
                            .case_id = "430602-2023-P01-000001",
                            .region = "430602",
                            .today = {2023, 3, 6}});
    std::ifstream in(ANJUAN_SOURCE_DIR "/workflows/README.md");
    bool functions = false;
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("##")) functions = line == "### Functions";
      std::string expression;
      std::string expected;
      if (!functions || !ReadReadmeRow(line, expression, expected)) continue;
      if (expression.find("`, `") != std::string::npos) continue;  // the table of signatures
      const auto compiled = feel::Compile(expression, scope, {"README.md", 1, 1});
      if (!compiled) {
        ADD_FAILURE() << expression << "\n" << Render(compiled.error());
        continue;
      }
      const auto value = feel::Evaluate(*compiled, {}, host);
      if (!value) {
        ADD_FAILURE() << expression << "\n" << Render(value.error());
        continue;
      }
      EXPECT_EQ(Shown(*value), expected) << expression;
      shown.insert(expression.substr(0, expression.find('(')));
    }
  });
  for (const feel::FunctionDeclaration& function : scope.functions()) {
    // These two ask the running case and its forms: tests/chart and the shipped processes have
    // them.
    if (function.name == "In" || function.name == "label") continue;
    EXPECT_TRUE(shown.contains(function.name)) << function.name << " has no example";
  }
}

}  // namespace
}  // namespace anjuan::test
