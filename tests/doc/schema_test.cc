// The schema for editors: as the reader's table has it, and every shipped template keeps to it.
#include "engine/doc/schema.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/base/text.h"
#include "engine/doc/template.h"
#include "tests/doc/fixture.h"
#include "tests/support/tools.h"

namespace anjuan::doc {
namespace {

using test::HasTool;
using test::Output;

namespace fs = std::filesystem;

std::string Validate(const std::string& files) {
  return Output(StrCat("xmllint --noout --schema '", ANJUAN_SOURCE_DIR, "/templates/template.xsd' ",
                       files, " 2>&1"));
}

bool HasXmllint() {
  return HasTool("xmllint");
}

// Run with ANJUAN_BLESS=1 after the markup has changed.
TEST(SchemaTest, FileIsMadeFromTheReadersTable) {
  if (std::getenv("ANJUAN_BLESS") != nullptr) {
    std::ofstream(StrCat(ANJUAN_SOURCE_DIR, "/templates/template.xsd")) << TemplateSchema();
  }
  EXPECT_EQ(ReadSource("templates/template.xsd"), TemplateSchema());
}

TEST(SchemaTest, EveryTemplateKeepsToIt) {
  if (!HasXmllint()) GTEST_SKIP() << "xmllint (libxml2-utils) is not installed";
  int count = 0;
  std::string files;
  for (const char* folder : {"templates", "tests/doc/data"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(ANJUAN_SOURCE_DIR) / folder)) {
      if (entry.path().extension() != ".xml") continue;
      files += StrCat(" '", entry.path().string(), "'");
      ++count;
    }
  }
  EXPECT_GE(count, 60);
  const std::string report = Validate(files);
  EXPECT_EQ(report.find("fails to validate"), std::string::npos) << report;
  EXPECT_EQ(report.find("error"), std::string::npos) << report;
}

// What the reader refuses for its shape the schema refuses, too.
TEST(SchemaTest, WhatTheReaderRefusesItRefuses) {
  if (!HasXmllint()) GTEST_SKIP() << "xmllint (libxml2-utils) is not installed";
  for (const char* body :
       {"<paragraph>甲</paragraph>", "<p align=\"middle\">甲</p>", "<table><p>甲</p></table>",
        "<sign>甲</sign>", "<p colour=\"red\">甲</p>", "<h level=\"5\">甲</h>",
        "<table><col width=\"3cm\"/></table>", "<p><title>甲</title></p>"}) {
    const std::string text = DocumentOf(body);
    EXPECT_FALSE(TemplateRun(text, "{}").compiled().has_value()) << body;
    const std::string path = StrCat(testing::TempDir(), "/wrong.xml");
    std::ofstream(path) << text;
    EXPECT_NE(Validate(path).find("fails to validate"), std::string::npos) << body;
  }
}

}  // namespace
}  // namespace anjuan::doc
