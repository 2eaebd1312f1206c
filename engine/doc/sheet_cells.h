// Cells and columns of a sheet, one at a time: what a value looks like, what a cell takes. Private
// to engine/doc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/doc/sheet.h"

namespace anjuan::doc {

// Width in digits: everything beyond Latin takes two.
double SheetTextWidth(std::string_view text);
int SheetTextLines(std::string_view text, double width);
double SheetColumnWidth(const SheetColumn& column);

SheetCell BlankCell(SheetStyle style);
SheetCell TextCell(std::string text, SheetStyle style);
// As a clerk would type it; "" for null.
std::string PlainText(const Value& value);
SheetCell CellOf(const SheetColumn& column, const Value& value);

// nullopt: anything may be typed.
std::optional<SheetRule> RuleOf(const SheetColumn& column, int index);

std::string SheetColumnLetters(size_t column);  // 0 -> A

}  // namespace anjuan::doc
