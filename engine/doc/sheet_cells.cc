#include "engine/doc/sheet_cells.h"

#include <algorithm>
#include <vector>

#include "engine/base/text.h"

namespace anjuan::doc {

namespace {

constexpr double kNumberWidth = 11;
constexpr double kDateWidth = 14;
constexpr double kTextWidth = 20;
constexpr double kLongestWidth = 40;
constexpr int kCodeLength = 18;  // of an ID number, of a credit code
constexpr Date kFirstDay = {1949, 10, 1};
constexpr Date kLastDay = {2099, 12, 31};
constexpr std::int64_t kLargestWhole = 999'999'999;
constexpr std::int64_t kLargestMoney = 999'999'999'999;

SheetStyle StyleOf(SheetType type) {
  switch (type) {
    case SheetType::kText:
    case SheetType::kChoices:
    case SheetType::kPeriod:
    case SheetType::kRegion:
    case SheetType::kChoice:
      return SheetStyle::kText;
    case SheetType::kNumber:
    case SheetType::kInteger:
    case SheetType::kTarget:
      return SheetStyle::kNumber;
    case SheetType::kMoney:
      return SheetStyle::kMoney;
    case SheetType::kDate:
      return SheetStyle::kDate;
    case SheetType::kMonth:
      return SheetStyle::kMonth;
    case SheetType::kMoment:
    case SheetType::kBoolean:
      return SheetStyle::kCentre;
    case SheetType::kCode:
    case SheetType::kCitizenId:
    case SheetType::kCreditCode:
    case SheetType::kPhone:
      return SheetStyle::kCode;
  }
  return SheetStyle::kText;
}

bool HoldsNumber(SheetStyle style) {
  return style == SheetStyle::kNumber || style == SheetStyle::kMoney;
}

std::string ChineseMoment(const DateTime& moment) {
  const std::int64_t minutes = moment.time.nanos / 60'000'000'000;
  const std::int64_t minute = minutes % 60;
  return StrCat(ToChinese(moment.date), " ", minutes / 60, ":", minute < 10 ? "0" : "", minute);
}

SheetCell NumberCell(const Decimal& number, SheetStyle style, std::string unit = "") {
  SheetCell cell = {.kind = SheetCell::Kind::kNumber, .style = style};
  cell.number = number;
  cell.unit = std::move(unit);
  return cell;
}

}  // namespace

double SheetTextWidth(std::string_view text) {
  double width = 0;
  for (Utf8Cursor cursor(text); !cursor.done();) width += cursor.Next() < 0x2000 ? 1 : 2;
  return width;
}

int SheetTextLines(std::string_view text, double width) {
  int lines = 0;
  for (const std::string_view part : Split(text, '\n')) {
    const double wanted = SheetTextWidth(part) + width - 1;
    lines += std::max(1, static_cast<int>(wanted / std::max(2.0, width)));
  }
  return lines;
}

double SheetColumnWidth(const SheetColumn& column) {
  if (column.width > 0) return column.width;
  switch (StyleOf(column.type)) {
    case SheetStyle::kDate:
    case SheetStyle::kMonth:
      return kDateWidth;
    case SheetStyle::kNumber:
    case SheetStyle::kMoney:
      return kNumberWidth;
    case SheetStyle::kCode:
      return kTextWidth;
    case SheetStyle::kTitle:
    case SheetStyle::kLine:
    case SheetStyle::kHead:
    case SheetStyle::kText:
    case SheetStyle::kCentre:
    case SheetStyle::kTotalLabel:
    case SheetStyle::kTotal:
      break;
  }
  if (column.type == SheetType::kBoolean) return kNumberWidth;
  return std::clamp(SheetTextWidth(column.label) + 4, kTextWidth, kLongestWidth);
}

SheetCell BlankCell(SheetStyle style) {
  return {.kind = SheetCell::Kind::kBlank, .style = style};
}

SheetCell TextCell(std::string text, SheetStyle style) {
  return {.kind = SheetCell::Kind::kText, .style = style, .text = std::move(text)};
}

std::string PlainText(const Value& value) {
  if (value.string() != nullptr) return *value.string();
  if (value.boolean() != nullptr) return *value.boolean() ? "是" : "否";
  if (value.number() != nullptr) return value.number()->ToString();
  if (value.date() != nullptr) return ToChinese(*value.date());
  if (value.date_time() != nullptr) return ChineseMoment(*value.date_time());
  if (value.time() != nullptr) return ToString(*value.time());
  if (value.months() != nullptr) return ToString(*value.months());
  if (value.days() != nullptr) return ToString(*value.days());
  std::vector<std::string> parts;
  if (value.list() != nullptr) {
    for (const Value& element : *value.list()) parts.push_back(PlainText(element));
  }
  // An organisation or person shows its name.
  if (value.context() != nullptr) return PlainText(value["name"]);
  return Join(parts, "、");
}

SheetCell CellOf(const SheetColumn& column, const Value& value) {
  const SheetStyle style = StyleOf(column.type);
  if (value.is_null()) return BlankCell(style);
  if (value.number() != nullptr) {
    return NumberCell(*value.number(), HoldsNumber(style) ? style : SheetStyle::kNumber);
  }
  if (column.type == SheetType::kTarget && value["total"].number() != nullptr) {
    const Decimal* slice = value["per_year"].number();
    return NumberCell(*value["total"].number(), style,
                      slice == nullptr ? "" : StrCat(" (", slice->ToString(), "/年)"));
  }
  if (value.date() != nullptr) {
    SheetCell cell = {.kind = SheetCell::Kind::kDate, .style = SheetStyle::kDate};
    if (style == SheetStyle::kMonth) cell.style = style;
    cell.date = *value.date();
    return cell;
  }
  const bool short_text = HoldsNumber(style) || style == SheetStyle::kMonth;
  return TextCell(PlainText(value), short_text ? SheetStyle::kCentre : style);
}

namespace {

std::string Between(const SheetColumn& column, const Decimal& min, const Decimal& max) {
  return StrCat(column.min || column.max ? StrCat(min.ToString(), "到", max.ToString(), "的") : "",
                column.type == SheetType::kInteger ? "整数" : "数字");
}

SheetRule Length(SheetRule rule, int least, int most, std::string message) {
  rule.kind = SheetRule::Kind::kLength;
  rule.min = Decimal(least);
  rule.max = Decimal(most);
  rule.message = std::move(message);
  return rule;
}

SheetRule Number(SheetRule rule, const SheetColumn& column, std::int64_t least, std::int64_t most) {
  const bool whole = column.type == SheetType::kInteger;
  rule.kind = whole ? SheetRule::Kind::kWhole : SheetRule::Kind::kDecimal;
  rule.min = column.min.value_or(Decimal(least));
  rule.max = column.max.value_or(Decimal(most));
  const char* sign = least == 0 && !column.min ? "不小于0的" : "";
  rule.message = StrCat("“", column.label, "”应填", sign, Between(column, rule.min, rule.max),
                        "，不带单位和文字。");
  return rule;
}

std::optional<SheetRule> Choice(SheetRule rule, const SheetColumn& column) {
  rule.kind = SheetRule::Kind::kList;
  rule.values = column.choices;
  if (column.type == SheetType::kBoolean) rule.values = {"是", "否"};
  if (rule.values.empty()) return std::nullopt;
  constexpr size_t kMostTold = 80;
  const std::string told = Join(rule.values, "、");
  rule.message = CountCodePoints(told) > kMostTold
                     ? StrCat("“", column.label, "”请从下拉列表中选择。")
                     : StrCat("“", column.label, "”只能填：", told, "。");
  return rule;
}

}  // namespace

std::optional<SheetRule> RuleOf(const SheetColumn& column, int index) {
  if (column.numbered) return std::nullopt;
  const SheetRule rule = {.column = index};
  switch (column.type) {
    case SheetType::kBoolean:
    case SheetType::kChoice:
      return Choice(rule, column);
    case SheetType::kInteger:
      return Number(rule, column, 0, kLargestWhole);
    case SheetType::kMoney:
      return Number(rule, column, 0, kLargestMoney);
    case SheetType::kNumber:
      return Number(rule, column, -kLargestMoney, kLargestMoney);
    case SheetType::kDate:
    case SheetType::kMonth: {
      SheetRule date = rule;
      date.kind = SheetRule::Kind::kDate;
      date.from = kFirstDay;
      date.to = kLastDay;
      date.message =
          StrCat("“", column.label, "”应填",
                 column.type == SheetType::kDate ? "日期，如2023-03-06。" : "年月，如2023-03。");
      return date;
    }
    case SheetType::kCitizenId:
      return Length(rule, kCodeLength, kCodeLength,
                    StrCat("“", column.label, "”应为18位，末位是X的写大写X。"));
    case SheetType::kCreditCode:
      return Length(rule, kCodeLength, kCodeLength, StrCat("“", column.label, "”应为18位。"));
    case SheetType::kPhone:
      return Length(rule, 7, 20, StrCat("“", column.label, "”手机填11位数字，座机填区号-号码。"));
    case SheetType::kText:
      if (column.max_length == 0) return std::nullopt;
      return Length(
          rule, column.min_length, column.max_length,
          StrCat("“", column.label, "”应有", column.min_length, "到", column.max_length, "个字。"));
    case SheetType::kCode:
    case SheetType::kTarget:
    case SheetType::kMoment:
    case SheetType::kPeriod:
    case SheetType::kChoices:
    case SheetType::kRegion:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string SheetColumnLetters(size_t column) {
  std::string letters;
  for (size_t left = column + 1; left > 0; left = (left - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % 26));
  }
  return letters;
}

}  // namespace anjuan::doc
