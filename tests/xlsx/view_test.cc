// The views and countings of the shipped sheets name data, states and facts that the charts have.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/base/text.h"
#include "engine/doc/sheet.h"
#include "engine/feel/feel.h"
#include "engine/form/statistics.h"
#include "engine/xml/xml.h"

namespace anjuan {
namespace {

constexpr std::string_view kExtension = "urn:anjuan:workflow:1";

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// What a chart declares, as far as sheets may name it.
struct Chart {
  feel::Scope scope;
  std::set<std::string> states;
  std::set<std::string> facts;
  std::set<std::string> data;
};

void Collect(const xml::Element& element, Chart& chart) {
  if (element.name == "state" || element.name == "final") chart.states.insert(element.Get("id"));
  if (element.name == "fact") chart.facts.insert(element.Get("key"));
  if (element.name == "data") {
    const Result<Type> type = ParseType(element.Get("type", kExtension, "any"));
    EXPECT_TRUE(type.has_value()) << element.Get("id");
    chart.scope.DeclareVariable(element.Get("id"), type.value_or(Type::Any()));
    chart.data.insert(element.Get("id"));
  }
  for (const xml::Element* child : element.Elements()) Collect(*child, chart);
}

Chart ReadChart(const std::string& process) {
  const std::string path = StrCat(ANJUAN_SOURCE_DIR "/workflows/", process, "/chart.scxml");
  const Result<xml::Document> document = xml::Read(ReadFile(path), path);
  Chart chart;
  if (!document) {
    ADD_FAILURE() << Render(document.error());
    return chart;
  }
  Collect(*document->root, chart);
  const Type text = Type::Of(Type::Base::kString);
  const Type date = Type::Of(Type::Base::kDate);
  chart.scope.DeclareVariable("args", Type::Any());  // of a counting: what a set counted
  chart.scope.DeclareFunction({"label", {{"value", text}, {"field", text}}, text});
  chart.scope.DeclareFunction({"chinese_date", {{"date", date}}, text});
  chart.scope.DeclareFunction({"In", {{"state", text}}, Type::Of(Type::Base::kBoolean)});
  return chart;
}

void ExpectCompiles(const Chart& chart, const doc::SheetExpression& expression, Type::Base wanted) {
  const Result<feel::Expression> compiled =
      feel::Compile(expression.text, chart.scope, expression.at, Type::Of(wanted));
  EXPECT_TRUE(compiled.has_value()) << Render(compiled ? Diagnostics{} : compiled.error());
}

std::vector<std::string> SheetFiles() {
  std::vector<std::string> out;
  for (const auto& file :
       std::filesystem::directory_iterator(ANJUAN_SOURCE_DIR "/workflows/shared/sheets")) {
    out.push_back(file.path().string());
  }
  return out;
}

TEST(ShippedSheets, ViewsCompileAgainstTheirCharts) {
  int views = 0;
  for (const std::string& file : SheetFiles()) {
    const Result<doc::SheetDescription> sheet = doc::ReadSheet(ReadFile(file), file);
    ASSERT_TRUE(sheet.has_value()) << Render(sheet.error());
    if (!sheet->view) continue;
    ++views;
    const Chart chart = ReadChart(sheet->view->process);
    for (const auto& [key, expression] : sheet->view->columns) {
      ExpectCompiles(chart, expression, Type::Base::kAny);
    }
    for (const doc::SheetExpression& expression : sheet->view->order) {
      ExpectCompiles(chart, expression, Type::Base::kAny);
    }
    if (sheet->view->where) ExpectCompiles(chart, *sheet->view->where, Type::Base::kBoolean);
    if (sheet->view->window) ExpectCompiles(chart, *sheet->view->window, Type::Base::kDate);
  }
  EXPECT_EQ(views, 3);
}

TEST(ShippedSheets, CountingsNameFactsStatesAndDataOfTheirCharts) {
  int countings = 0;
  for (const std::string& file : SheetFiles()) {
    const Result<std::optional<form::Counting>> read = form::ReadCounting(ReadFile(file), file);
    ASSERT_TRUE(read.has_value()) << Render(read.error());
    if (!*read) continue;
    ++countings;
    const Chart chart = ReadChart((*read)->processes.at(0));
    for (const form::CountingSet& set : (*read)->sets) {
      EXPECT_TRUE(set.fact.empty() || chart.facts.contains(set.fact)) << set.fact;
      for (const std::string& state : set.in_states) {
        EXPECT_TRUE(chart.states.contains(state)) << state;
      }
      for (const auto& [field, values] : set.where) {
        EXPECT_TRUE(chart.data.contains(field)) << field;
      }
    }
    for (const auto& [field, values] : (*read)->second) {
      EXPECT_TRUE(chart.data.contains(field)) << field;
    }
    for (const form::CountingColumn& column : (*read)->columns) {
      if (column.text.empty()) continue;
      ExpectCompiles(chart, {column.text, column.text_at}, Type::Base::kString);
    }
  }
  EXPECT_EQ(countings, 1);
}

}  // namespace
}  // namespace anjuan
