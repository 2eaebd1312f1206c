// Descriptions of sheets and the cells made of them.
#include "engine/doc/sheet.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"

namespace anjuan::doc {
namespace {

SheetDescription Shipped(const std::string& id) {
  const std::string path = StrCat(ANJUAN_SOURCE_DIR "/workflows/shared/sheets/", id, ".json");
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  Result<SheetDescription> read = ReadSheet(text.str(), path);
  if (!read) ADD_FAILURE() << Render(read.error());
  return read ? *std::move(read) : SheetDescription{};
}

Context Numbers(int first) {
  Context row;
  int number = first;
  for (const char* key :
       {"offer_enterprises", "offer_workers", "reply_enterprises", "reply_workers",
        "signed_enterprises", "signed_workers", "refused_enterprises"}) {
    row.Set(key, Value(number++));
  }
  return row;
}

SheetData F01Data() {
  SheetData data;
  data.preface.Set("reporting_unit", Value("岳阳市人力资源和社会保障局"));
  for (const char* key : {"state_or_collective", "private", "foreign_invested", "other"}) {
    data.fixed[key] = Numbers(1);
  }
  return data;
}

TEST(ReadSheet, TheShippedSheets) {
  int count = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(ANJUAN_SOURCE_DIR "/workflows/shared/sheets")) {
    const SheetDescription sheet = Shipped(file.path().stem().string());
    EXPECT_EQ(sheet.id, file.path().stem().string());
    ++count;
  }
  EXPECT_GE(count, 4);
  const SheetDescription ledger = Shipped("L02");
  ASSERT_TRUE(ledger.view.has_value());
  EXPECT_EQ(ledger.view->process, "collective-consultation");
  EXPECT_EQ(ledger.view->columns.at("enterprise").text, "employer.name");
  EXPECT_EQ(ledger.view->columns.size(), ledger.columns.size());
  EXPECT_EQ(Shipped("F01A").view->of_set, "refused_any");
}

TEST(ReadSheet, ReportsEveryMistakeWithItsPlace) {
  const Result<SheetDescription> read = ReadSheet(R"({
  "id": "X", "title_zh": "表",
  "columns": [{"key": "a"}, {"key": "a"}],
  "header": {"rows": 1, "cells": [
    {"row": 1, "col": 1, "text": "甲"},
    {"row": 1, "col": 1, "text": "乙"},
    {"row": 2, "col": 1, "text": "丙"}]},
  "body": {"kind": "fixed_row", "total_row": {"sum": ["b"]}},
  "view": {"columns": {"c": "x"}}
})",
                                                  "x.json");
  ASSERT_FALSE(read.has_value());
  std::vector<std::pair<std::string, int>> found;
  for (const Diagnostic& d : read.error()) found.emplace_back(d.code, d.at.line);
  const std::vector<std::pair<std::string, int>> expected = {
      {"sheet.column", 3}, {"sheet.header", 6}, {"sheet.header", 7}, {"sheet.header", 4},
      {"sheet.body", 8},   {"sheet.body", 8},   {"sheet.view", 9},   {"sheet.view", 9}};
  EXPECT_EQ(found, expected) << Render(read.error());
}

TEST(Fill, F01HasItsRowsMergesAndTotals) {
  const Result<SheetModel> model = Fill(Shipped("F01"), F01Data());
  ASSERT_TRUE(model.has_value()) << Render(model.error());
  ASSERT_EQ(model->rows.size(), 9U);  // title, unit, two of heading, four, total
  EXPECT_EQ(model->rows[0].cells[0].text, "集体协商“春季要约行动”情况统计表");
  EXPECT_EQ(model->rows[1].cells[0].text, "报送单位：岳阳市人力资源和社会保障局");
  EXPECT_EQ(model->rows[2].cells[1].text, "发出要约");
  EXPECT_EQ(model->rows[3].cells[2].text, "覆盖职工数");
  EXPECT_EQ(model->rows[4].cells[0].text, "国有及国有控股企业或集体企业");
  EXPECT_EQ(model->rows[4].cells[2].number, Decimal(2));
  EXPECT_EQ(model->rows[4].cells[8].kind, SheetCell::Kind::kBlank);
  const SheetCell& total = model->rows[8].cells[2];
  EXPECT_EQ(total.kind, SheetCell::Kind::kFormula);
  EXPECT_EQ(total.text, "SUM(C5:C8)");
  EXPECT_EQ(total.number, Decimal(8));
  EXPECT_EQ(model->rows[8].cells[8].kind, SheetCell::Kind::kBlank);
  EXPECT_EQ(model->repeat_first, 2);
  EXPECT_EQ(model->repeat_last, 3);
  EXPECT_EQ(model->tail.size(), 2U);
  EXPECT_EQ(model->merges.size(), 8U);  // title, unit, and six of the heading
}

TEST(Fill, NamesWhatIsMissingOrUnknown) {
  SheetData data = F01Data();
  data.preface = Context();
  data.fixed.erase("other");
  data.fixed["private"].Set("offer_workers", Value("很多"));
  data.fixed["private"].Set("offer_worker", Value(1));
  data.fixed["individual"] = Numbers(1);
  const Result<SheetModel> model = Fill(Shipped("F01"), std::move(data));
  ASSERT_FALSE(model.has_value());
  std::vector<std::string> codes;
  for (const Diagnostic& d : model.error()) codes.push_back(d.code);
  EXPECT_EQ(codes[0], "sheet.missing");
  EXPECT_EQ(codes[1], "sheet.row");
  EXPECT_EQ(codes[2], "sheet.value");
  EXPECT_EQ(codes[3], "sheet.value");
  EXPECT_EQ(codes.size(), 4U + 7U);  // every number of the missing row
  EXPECT_EQ(model.error()[0].message, "表头“报送单位：”（reporting_unit）没有内容");
  EXPECT_EQ(model.error()[4].message, "“其他企业”一行的“企业数”（offer_enterprises）没有内容");
}

TEST(Fill, ALedgerStreamsAndCounts) {
  SheetData data;
  data.preface.Set("reporting_unit", Value("示例单位"));
  int given = 0;
  data.stream = [&given](Context& row) {
    if (given == 2) return false;
    row.Set("enterprise", Value(Context({{"id", Value("E1")}, {"name", Value("示例甲公司")}})));
    row.Set("workers", Value(310));
    row.Set("offer_date", Value(Date{2023, 3, 10}));
    ++given;
    return true;
  };
  const Result<SheetModel> model = Fill(Shipped("F01A"), std::move(data));
  ASSERT_TRUE(model.has_value()) << Render(model.error());
  SheetRow row;
  ASSERT_TRUE(model->stream(row));
  ASSERT_TRUE(model->stream(row));
  EXPECT_EQ(row.cells[0].number, Decimal(2));
  EXPECT_EQ(row.cells[1].text, "示例甲公司");
  EXPECT_EQ(row.cells[4].kind, SheetCell::Kind::kDate);
  EXPECT_FALSE(model->stream(row));
}

TEST(Fill, BlankFormsAreNumbered) {
  const Result<SheetDescription> sheet = ReadSheet(R"({
    "id": "F05", "title_zh": "_____情况表", "title_blank": true,
    "columns": [{"key": "no", "zh": "序号", "type": "uint"}, {"key": "name", "zh": "姓名"}],
    "body": {"kind": "blank_rows", "blank_rows": 3, "numbered": true}})",
                                                   "f.json");
  ASSERT_TRUE(sheet.has_value()) << Render(sheet.error());
  SheetData data;
  data.unit = "岳阳楼区";
  data.rows.push_back(Context({{"name", Value("钱示二")}}));
  const Result<SheetModel> model = Fill(*sheet, std::move(data));
  ASSERT_TRUE(model.has_value());
  EXPECT_EQ(model->rows[0].cells[0].text, "岳阳楼区情况表");
  ASSERT_EQ(model->rows.size(), 5U);
  EXPECT_EQ(model->rows[2].cells[1].text, "钱示二");
  EXPECT_EQ(model->rows[4].cells[0].number, Decimal(3));
}

}  // namespace
}  // namespace anjuan::doc
