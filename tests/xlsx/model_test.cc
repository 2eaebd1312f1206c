// The cells of every shipped sheet, as a person can review them: golden/ID.txt has the blank form
// and the form with two rows. ANJUAN_BLESS=1 writes what is made now.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/base/text.h"
#include "tests/xlsx/sample.h"

namespace anjuan::test {
namespace {

std::string Name(size_t row, size_t column) {
  std::string letters;
  for (size_t left = column + 1; left > 0; left = (left - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  }
  return StrCat(letters, row + 1);
}

std::string_view StyleName(doc::SheetStyle style) {
  constexpr std::string_view kNames[] = {"title", "line", "head",  "text", "centre",      "number",
                                         "money", "date", "month", "code", "total-label", "total"};
  return kNames[static_cast<size_t>(style)];
}

std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Shown(const doc::SheetCell& cell) {
  using Kind = doc::SheetCell::Kind;
  switch (cell.kind) {
    case Kind::kBlank:
      return "";
    case Kind::kText:
      return StrCat(" “", Escaped(cell.text), "”");
    case Kind::kNumber:
      return StrCat(" ", cell.number.ToString());
    case Kind::kDate:
      return StrCat(" ", ToString(cell.date));
    case Kind::kFormula:
      return StrCat(" =", cell.text, " → ", cell.number.ToString());
  }
  return "";
}

void DumpRows(const std::vector<doc::SheetRow>& rows, size_t base, std::string& out) {
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows[i].cells.size(); ++j) {
      const doc::SheetCell& cell = rows[i].cells[j];
      // Blank cells count by their first: the others look the same.
      const bool repeats = cell.kind == doc::SheetCell::Kind::kBlank && j > 0 &&
                           rows[i].cells[j - 1].style == cell.style;
      if (repeats) continue;
      out += StrCat(Name(base + i, j), " ", StyleName(cell.style), cell.open ? " open" : "",
                    cell.unit.empty() ? "" : StrCat(" unit“", cell.unit, "”"), Shown(cell), "\n");
    }
  }
}

void DumpMerges(const std::vector<doc::SheetMerge>& merges, size_t base, std::string& out) {
  for (const doc::SheetMerge& merge : merges) {
    out += StrCat(
        "merge ",
        Name(base + static_cast<size_t>(merge.first_row), static_cast<size_t>(merge.first_column)),
        ":",
        Name(base + static_cast<size_t>(merge.last_row), static_cast<size_t>(merge.last_column)),
        "\n");
  }
}

std::string Dump(const doc::SheetModel& model) {
  std::string out =
      StrCat("sheet ", model.name, model.landscape ? " landscape" : " portrait",
             model.guarded ? " guarded" : "", "\nheads ", model.repeat_first + 1, "-",
             model.repeat_last + 1, "\nbody ", model.body_first + 1, " +", model.body_count, "\n");
  DumpRows(model.rows, 0, out);
  DumpRows(model.tail, model.rows.size(), out);
  DumpMerges(model.merges, 0, out);
  DumpMerges(model.tail_merges, model.rows.size(), out);
  for (const doc::SheetRule& rule : model.rules) {
    out += StrCat("rule ",
                  Name(static_cast<size_t>(model.body_first), static_cast<size_t>(rule.column)),
                  " ", rule.message, "\n");
  }
  return out;
}

std::string DumpBoth(const std::string& id) {
  const doc::SheetDescription sheet = ShippedSheet(id);
  std::string out;
  for (const bool blank : {true, false}) {
    const Result<doc::SheetModel> model = doc::Fill(sheet, blank ? BlankData() : SampleData(sheet));
    EXPECT_TRUE(model.has_value()) << Render(model ? Diagnostics{} : model.error());
    if (!model) continue;
    out += StrCat(blank ? "=== blank\n" : "=== filled\n", Dump(*model));
    if (sheet.body == doc::SheetDescription::Body::kGiven) break;  // the same twice
  }
  return out;
}

TEST(SheetModels, EveryShippedSheetIsAsItWas) {
  const bool bless = std::getenv("ANJUAN_BLESS") != nullptr;
  for (const std::string& id : ShippedSheetIds()) {
    SCOPED_TRACE(id);
    const std::string path = StrCat(ANJUAN_SOURCE_DIR "/tests/xlsx/golden/", id, ".txt");
    const std::string now = DumpBoth(id);
    if (bless) {
      std::ofstream(path, std::ios::binary) << now;
      continue;
    }
    std::ifstream in(path, std::ios::binary);
    std::stringstream was;
    was << in.rdbuf();
    EXPECT_TRUE(now == was.str()) << path << " differs; look, then ANJUAN_BLESS=1";
  }
}

// The catalogue: ten forms, the annex, fourteen ledgers, the list of a volume's papers.
TEST(SheetModels, NoSheetOfTheCatalogueIsMissing) {
  const std::vector<std::string> ids = ShippedSheetIds();
  std::set<std::string> wanted = {"F01A", "A01"};
  for (int i = 1; i <= 14; ++i) {
    const std::string digits = StrCat(i < 10 ? "0" : "", i);
    wanted.insert(StrCat("L", digits));
    if (i <= 10) wanted.insert(StrCat("F", digits));
  }
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), wanted);
}

TEST(SheetModels, RulesTellInChineseWhatToTypeWithinASpreadsheetsLimits) {
  constexpr size_t kLongestMessage = 255;
  for (const std::string& id : ShippedSheetIds()) {
    const Result<doc::SheetModel> model = doc::Fill(ShippedSheet(id), BlankData());
    ASSERT_TRUE(model.has_value()) << id;
    for (const doc::SheetRule& rule : model->rules) {
      EXPECT_TRUE(rule.message.starts_with("“")) << id << rule.message;
      EXPECT_LE(CountCodePoints(rule.message), kLongestMessage) << id << rule.message;
    }
    for (const doc::SheetRow& row : model->rows) EXPECT_LE(row.height_pt, 409.0) << id;
  }
}

TEST(SheetModels, AFormByRegionHasAColumnMoreAndSumsOfEach) {
  const doc::SheetDescription sheet = doc::GroupedBy(ShippedSheet("F01"), "@region", "地区");
  doc::SheetData data;
  data.preface.Set("reporting_unit", Value("示例市局"));
  for (const char* region : {"甲县", "甲县", "乙县"}) {
    Context row({{"@region", Value(region)}, {"enterprise_type", Value("其他企业")}});
    row.Set("offer_enterprises", Value(3));
    data.rows.push_back(std::move(row));
  }
  const Result<doc::SheetModel> model = doc::Fill(sheet, std::move(data));
  ASSERT_TRUE(model.has_value()) << Render(model.error());
  const auto cell = [&](size_t row, size_t column) { return model->rows[row].cells[column]; };
  EXPECT_EQ(cell(2, 0).text, "地区");
  EXPECT_EQ(cell(2, 2).text, "发出要约");
  EXPECT_EQ(cell(4, 0).text, "甲县");
  EXPECT_EQ(cell(5, 0).kind, doc::SheetCell::Kind::kBlank);
  EXPECT_EQ(cell(6, 0).text, "小计");
  EXPECT_EQ(cell(6, 2).text, "SUBTOTAL(9,C5:C6)");
  EXPECT_EQ(cell(6, 2).number, Decimal(6));
  EXPECT_EQ(cell(8, 2).text, "SUBTOTAL(9,C8:C8)");
  EXPECT_EQ(cell(9, 2).text, "SUBTOTAL(9,C5:C9)");
  EXPECT_EQ(cell(9, 2).number, Decimal(9));
}

}  // namespace
}  // namespace anjuan::test
