// The parts of a spreadsheet package but for its rows: which sheets there are, the distinct texts,
// and what the styles make of numbers.
//
// Source:  ISO/IEC 29500-2 (packages, relationships), 29500-1 part 18 (SpreadsheetML); transitional
//          and strict files are both read.
// Errors:  Refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/port/sheet_reader.h"
#include "plugins/xlsx/number_format.h"
#include "plugins/xlsx/xml_stream.h"
#include "plugins/xlsx/zip.h"

namespace anjuan::xlsx {

// Texts one after another: a million short ones cost little more than their bytes.
class TextPool {
 public:
  void Add(std::string_view text);
  std::optional<std::string_view> At(size_t index) const;
  size_t size() const { return ends_.size(); }

 private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;
};

struct Package {
  explicit Package(std::string bytes);  // throws Refused

  Zip zip;
  std::vector<port::SheetInfo> sheets;
  std::vector<std::string> parts;  // of each sheet
  bool from_1904 = false;
  TextPool texts;
  std::vector<NumberFormat> formats;  // by the style of a cell
};

// Streams a whole part through `handler`; the part must be there.
std::unique_ptr<XmlStream> OpenPart(const Zip& zip, const std::string& name, XmlHandler& handler);

// _x000D_ stands for a character XML cannot hold (29500-1, 22.9.2.19).
std::string WithoutEscapes(std::string_view text);

}  // namespace anjuan::xlsx
