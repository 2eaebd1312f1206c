#include "tests/support/workbook.h"

#include <zlib.h>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/base/xml_text.h"

namespace anjuan::test {

namespace {

std::string Little(std::uint64_t number, size_t width) {
  std::string out;
  for (size_t i = 0; i < width; ++i) {
    out += static_cast<char>(i < sizeof(number) ? number >> (8 * i) & 0xFF : 0);
  }
  return out;
}

std::string Deflate(std::string content) {
  z_stream stream = {};
  ANJUAN_CHECK(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(content.data());
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ANJUAN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";
constexpr std::string_view kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view kOffice =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view kPackage =
    "http://schemas.openxmlformats.org/package/2006/relationships";

std::string Letters(size_t column) {
  std::string out;
  for (size_t left = column + 1; left > 0; left = (left - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (left - 1) % 26));
  }
  return out;
}

int StyleOf(std::string_view name) {
  constexpr std::string_view kNames[] = {"",     "date",    "chinese", "builtin31",
                                         "code", "weekday", "time",    "power"};
  for (int i = 0; i < static_cast<int>(std::size(kNames)); ++i) {
    if (kNames[i] == name) return i;
  }
  ANJUAN_CHECK(false);
  return 0;
}

constexpr std::string_view kStyles =
    R"(<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3">)"
    R"(<numFmt numFmtId="164" formatCode="[Red]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>)"
    R"(<numFmt numFmtId="165" formatCode="000000"/>)"
    R"(<numFmt numFmtId="166" formatCode="[$-F800]dddd\,\ mmmm\ dd\,\ yyyy"/></numFmts>)"
    R"(<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="8"><xf numFmtId="0"/>)"
    R"(<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="31"/><xf numFmtId="165"/><xf numFmtId="166"/>)"
    R"(<xf numFmtId="20"/><xf numFmtId="11"/></cellXfs></styleSheet>)";

struct Sheet {
  std::string name;
  bool hidden = false;
  std::string rows;
  std::string merges;
  int next = 1;
  bool hide = false;
};

class Script {
 public:
  void Line(std::string_view line) {
    line = Trim(line);
    if (line.empty()) return;
    if (line == "1904") {
      from_1904_ = true;
    } else if (line.starts_with("sheet ")) {
      const bool hidden = line.ends_with(" hidden");
      if (hidden) line.remove_suffix(7);
      Sheet& sheet = sheets_.emplace_back();
      sheet.name = line.substr(6);
      sheet.hidden = hidden;
    } else if (line.starts_with("row ")) {
      sheets_.back().next = static_cast<int>(ParseInteger(line.substr(4)).value_or(1));
    } else if (line == "hide") {
      sheets_.back().hide = true;
    } else if (line.starts_with("merge ")) {
      sheets_.back().merges += StrCat("<mergeCell ref=\"", line.substr(6), "\"/>");
    } else {
      ANJUAN_CHECK(line.starts_with('|'));
      Row(line);
    }
  }

  std::vector<ZipPart> Parts() const {
    std::string types(kHead);
    types +=
        R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>)";
    std::string book = StrCat(kHead, "<workbook xmlns=\"", kMain, "\" xmlns:r=\"", kOffice,
                              "\"><workbookPr", from_1904_ ? " date1904=\"1\"" : "", "/><sheets>");
    std::string related = StrCat(kHead, "<Relationships xmlns=\"", kPackage, "\">");
    const auto relate = [&](const std::string& id, std::string_view kind, std::string_view target) {
      related += StrCat("<Relationship Id=\"", id, "\" Type=\"", kOffice, "/", kind, "\" Target=\"",
                        target, "\"/>");
    };
    std::vector<ZipPart> parts;
    for (size_t i = 0; i < sheets_.size(); ++i) {
      const Sheet& sheet = sheets_[i];
      const std::string n = std::to_string(i + 1);
      book += StrCat("<sheet name=\"", EscapeXml(sheet.name), "\" sheetId=\"", n, "\"",
                     sheet.hidden ? " state=\"hidden\"" : "", " r:id=\"rId", n, "\"/>");
      relate(StrCat("rId", n), "worksheet", StrCat("worksheets/sheet", n, ".xml"));
      parts.push_back(
          {.name = StrCat("xl/worksheets/sheet", n, ".xml"),
           .content = StrCat(
               kHead, "<worksheet xmlns=\"", kMain, "\"><sheetData>", sheet.rows, "</sheetData>",
               sheet.merges.empty() ? "" : StrCat("<mergeCells>", sheet.merges, "</mergeCells>"),
               "</worksheet>")});
    }
    relate("rIdS", "styles", "styles.xml");
    relate("rIdT", "sharedStrings", "/xl/sharedStrings.xml");
    parts.push_back({.name = "[Content_Types].xml", .content = types});
    parts.push_back(
        {.name = "_rels/.rels",
         .content = StrCat(kHead, "<Relationships xmlns=\"", kPackage,
                           "\"><Relationship Id=\"a\" Type=\"", kOffice,
                           "/officeDocument\" Target=\"xl/workbook.xml\"/>", "</Relationships>")});
    parts.push_back({.name = "xl/workbook.xml", .content = book + "</sheets></workbook>"});
    parts.push_back(
        {.name = "xl/_rels/workbook.xml.rels", .content = related + "</Relationships>"});
    parts.push_back({.name = "xl/styles.xml", .content = StrCat(kHead, kStyles)});
    parts.push_back({.name = "xl/sharedStrings.xml",
                     .content = StrCat(kHead, "<sst xmlns=\"", kMain, "\">", texts_, "</sst>")});
    return parts;
  }

 private:
  void Row(std::string_view line) {
    line.remove_prefix(1);
    if (line.ends_with('|')) line.remove_suffix(1);
    Sheet& sheet = sheets_.back();
    const std::string number = std::to_string(sheet.next++);
    sheet.rows += StrCat("<row r=\"", number, "\"", sheet.hide ? " hidden=\"1\"" : "", ">");
    sheet.hide = false;
    const std::vector<std::string_view> cells = Split(line, '|');
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string_view cell = Trim(cells[i]);
      if (!cell.empty()) sheet.rows += Cell(StrCat(Letters(i), number), cell);
    }
    sheet.rows += "</row>";
  }

  std::string Shared(const std::string& content) {
    texts_ += StrCat("<si>", content, "</si>");
    return std::to_string(text_count_++);
  }

  std::string Cell(const std::string& at, std::string_view cell) {
    std::string formula;
    if (cell.starts_with('=')) {
      const size_t arrow = cell.find("=>");
      formula =
          StrCat("<f>", EscapeXml(cell.substr(1, arrow - (arrow == cell.npos ? 0 : 1))), "</f>");
      if (arrow == std::string_view::npos) {
        return StrCat("<c r=\"", at, "\">", formula, "<v></v></c>");
      }
      cell = cell.substr(arrow + 2);
    }
    const auto whole = [&](std::string_view type, int style, std::string_view value) {
      return StrCat("<c r=\"", at, "\" s=\"", style, "\"", type.empty() ? "" : " t=\"", type,
                    type.empty() ? "" : "\"", ">", formula, "<v>", EscapeXml(value), "</v></c>");
    };
    if (cell.starts_with('#')) {
      const size_t colon = std::min(cell.find(':'), cell.size());
      const std::string_view style = colon < cell.size() ? cell.substr(colon + 1) : "";
      return whole("", StyleOf(style), cell.substr(1, colon - 1));
    }
    if (cell.starts_with('!')) return whole("e", 0, cell.substr(1));
    if (cell.starts_with('?')) return whole("b", 0, cell == "?TRUE" ? "1" : "0");
    if (!formula.empty()) return whole("str", 0, cell.substr(1));
    if (cell.starts_with("inline:")) {
      return StrCat("<c r=\"", at, "\" t=\"inlineStr\"><is><t>", EscapeXml(cell.substr(7)),
                    "</t></is></c>");
    }
    if (cell.starts_with("rich:")) {
      const std::vector<std::string_view> runs = Split(cell.substr(5), '/');
      return whole(
          "s", 0,
          Shared(StrCat("<r><t>", EscapeXml(runs[0]), "</t></r><r><rPr><b/></rPr><t>",
                        EscapeXml(runs[1]), "</t></r><rPh sb=\"0\" eb=\"1\"><t>pinyin</t></rPh>")));
    }
    return whole("s", 0, Shared(StrCat("<t xml:space=\"preserve\">", EscapeXml(cell), "</t>")));
  }

  bool from_1904_ = false;
  std::vector<Sheet> sheets_;
  std::string texts_;
  int text_count_ = 0;
};

}  // namespace

std::string MakeZip(const std::vector<ZipPart>& parts) {
  std::string out;
  std::string directory;
  for (const ZipPart& part : parts) {
    const std::string data = part.method == 8 ? Deflate(part.content) : part.content;
    const std::uint32_t crc = part.declared_crc.value_or(
        static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(part.content.data()),
                                         static_cast<uInt>(part.content.size()))));
    const std::uint64_t size = part.declared_size.value_or(part.content.size());
    const std::string sizes = Little(crc, 4) + Little(data.size(), 4) + Little(size, 4);
    const bool follows = (part.flags & 8) != 0;
    const std::string before =
        Little(20, 2) + Little(part.flags, 2) + Little(part.method, 2) + Little(0, 4);
    const size_t offset = out.size();
    out += "PK\x03\x04" + before + (follows ? std::string(12, '\0') : sizes) +
           Little(part.name.size(), 2) + Little(0, 2) + part.name + data;
    if (follows) out += "PK\x07\x08" + sizes;
    directory += "PK\x01\x02" + Little(20, 2) + before + sizes + Little(part.name.size(), 2) +
                 Little(0, 12) + Little(offset, 4) + part.name;
  }
  const size_t start = out.size();
  return out + directory + "PK\x05\x06" + Little(0, 4) + Little(parts.size(), 2) +
         Little(parts.size(), 2) + Little(directory.size(), 4) + Little(start, 4) + Little(0, 2);
}

std::vector<ZipPart> WorkbookParts(std::string_view script) {
  Script reading;
  for (const std::string_view line : Split(script, '\n')) reading.Line(line);
  return reading.Parts();
}

std::string MakeWorkbook(std::string_view script) {
  return MakeZip(WorkbookParts(script));
}

}  // namespace anjuan::test
