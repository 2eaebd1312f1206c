// Makes spreadsheet files for tests, honest ones and bad ones, byte by byte.
//
// A workbook is written as text, one line after another:
//   sheet NAME [hidden]   begins a sheet
//   | a | b |             a row; the next one below it
//   row 12                the next row is the 12th
//   hide                  the next row is hidden
//   merge A1:C1           merged cells
//   1904                  days count from 1904
// A cell is a shared text, or: #1260 a number; #45000:date with a format (date, chinese, builtin31,
// code, weekday, time, power); ?TRUE; !#REF! an error value; =FORMULA=>#5, =>"text, =>!#N/A with
// its saved result, =FORMULA without; rich:甲/乙 a text in two runs, with a phonetic hint;
// inline:甲.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anjuan::test {

struct ZipPart {
  std::string name;
  std::string content;
  std::optional<std::uint32_t> declared_size = {};  // a lie about its length
  std::optional<std::uint32_t> declared_crc = {};
  std::uint16_t method = 8;
  std::uint16_t flags = 0;  // 1: encrypted; 8: sizes follow the data, as Apache POI writes them
};

std::string MakeZip(const std::vector<ZipPart>& parts);

// The parts of the workbook; tests replace or add some.
std::vector<ZipPart> WorkbookParts(std::string_view script);
std::string MakeWorkbook(std::string_view script);

}  // namespace anjuan::test
