// What a number of a spreadsheet is: a number, or a day, by its number format.
//
// Source:  ISO/IEC 29500-1, 18.8.30 (built-in formats, those of zh-cn among them), 18.8.31 (format
//          codes), 18.17.4 (serial days; 1900 is taken for a leap year, the other system begins on
//          1904-01-01).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace anjuan::xlsx {

enum class NumberKind { kNumber, kDate, kTime };

struct NumberFormat {
  NumberKind kind = NumberKind::kNumber;
  int pad = 0;  // "000000": shown with at least so many digits, as codes are
};

NumberFormat BuiltInFormat(int id);
NumberFormat ReadFormatCode(std::string_view code);

// "2023-03-06", "2023-03-06 09:30:00", "09:30:00"; nullopt: no such day.
std::optional<std::string> SerialText(double serial, NumberKind kind, bool from_1904);

// As a spreadsheet keeps it, 15 digits: 0.1, not 0.10000000000000001. Whole numbers of more digits
// have lost their end and keep their exponent, so that whoever reads them as a code can tell.
std::string NumberText(double number, int pad);

}  // namespace anjuan::xlsx
