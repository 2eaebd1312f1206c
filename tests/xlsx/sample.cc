#include "tests/xlsx/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"

namespace anjuan::test {

using doc::SheetType;

std::vector<std::string> ShippedSheetIds() {
  std::vector<std::string> out;
  for (const auto& file :
       std::filesystem::directory_iterator(ANJUAN_SOURCE_DIR "/workflows/shared/sheets")) {
    out.push_back(file.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

doc::SheetDescription ShippedSheet(const std::string& id) {
  const std::string path = StrCat(ANJUAN_SOURCE_DIR "/workflows/shared/sheets/", id, ".json");
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  Result<doc::SheetDescription> read = doc::ReadSheet(text.str(), path);
  if (!read) ADD_FAILURE() << Render(read.error());
  return read ? *std::move(read) : doc::SheetDescription{};
}

namespace {

constexpr std::array<std::string_view, 6> kDangerous = {"=1+1", "+1",   "-1+2",
                                                        "@SUM", "\t=1", "＝A1"};

Value Sample(const doc::SheetColumn& column, size_t index, int number) {
  const auto day = static_cast<std::uint8_t>(number);
  switch (column.type) {
    case SheetType::kText:
    case SheetType::kPeriod:
    case SheetType::kRegion:
      if (number == 2) return Value(kDangerous[index % kDangerous.size()]);
      return Value(StrCat("示例", column.label));
    case SheetType::kCode:
      return Value("000123");
    case SheetType::kNumber:
    case SheetType::kMoney:
      return Value(*Decimal::Parse(number == 1 ? "1234567.89" : "0.5"));
    case SheetType::kInteger:
    case SheetType::kTarget:
      return Value(number * 7);
    case SheetType::kDate:
      return Value(Date{2023, 3, day});
    case SheetType::kMonth:
      return Value(Date{2021, day, 1});
    case SheetType::kMoment:
      return Value(DateTime{{2023, 3, day}, *ParseTime("09:30:00")});
    case SheetType::kBoolean:
      return Value(number == 1);
    case SheetType::kChoice:
    case SheetType::kChoices:
      return Value(column.choices.empty() ? "示例" : column.choices.back());
    case SheetType::kCitizenId:
      return Value("99999919870321451X");
    case SheetType::kCreditCode:
      return Value("91430602MA0000517W");
    case SheetType::kPhone:
      return Value("0730-8880000");
  }
  return Value();
}

}  // namespace

doc::SheetData SampleData(const doc::SheetDescription& sheet) {
  doc::SheetData data;
  data.unit = "=岳阳楼区示例局";
  data.preface.Set("reporting_unit", Value(data.unit));
  std::vector<Context> rows(2);
  for (int number = 1; number <= 2; ++number) {
    for (size_t i = 0; i < sheet.columns.size(); ++i) {
      const doc::SheetColumn& column = sheet.columns[i];
      if (column.numbered || column.key == sheet.row_label_column) continue;
      rows[static_cast<size_t>(number) - 1].Set(column.key, Sample(column, i, number));
    }
  }
  size_t next = 0;
  for (const doc::SheetFixedRow& row : sheet.fixed_rows) data.fixed[row.key] = rows[next++ % 2];
  if (!sheet.is_fixed()) data.rows = std::move(rows);
  return data;
}

doc::SheetData BlankData() {
  doc::SheetData data;
  data.blank = true;
  return data;
}

}  // namespace anjuan::test
