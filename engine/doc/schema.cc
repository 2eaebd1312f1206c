#include "engine/doc/schema.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/base/text.h"
#include "engine/base/xml_text.h"
#include "engine/doc/vocabulary.h"

namespace anjuan::doc {
namespace {

std::string Documentation(std::string_view help, std::string_view indent) {
  if (help.empty()) return "";
  return StrCat(indent, "<xs:annotation><xs:documentation>", EscapeXml(help, "&<\""),
                "</xs:documentation></xs:annotation>\n");
}

std::string_view PatternOf(std::string_view kind) {
  if (kind == "number") return "[0-9]+(\\.[0-9]+)?(mm)?";
  if (kind == "whole") return "[1-9][0-9]{0,2}";
  if (kind == "width") return "([0-9]+(\\.[0-9]+)?)?\\*|[0-9]+(\\.[0-9]+)?mm";
  if (kind == "sheet") return "A4|A4-landscape|A3|A3-landscape|[0-9]{3,4}x[0-9]{3,4}";
  return "";
}

std::string Attribute(std::string_view element, std::string_view name) {
  const AttributeValues* values = FindValues(element, name);
  const std::string_view kind = values == nullptr ? "" : values->values;
  const std::string help = values == nullptr ? "" : Documentation(values->help, "        ");
  std::string type;
  if (const std::string_view pattern = PatternOf(kind); !pattern.empty()) {
    type = StrCat("<xs:pattern value=\"", pattern, "\"/>");
  } else if (!kind.empty() && kind != "feel" && kind != "loop") {
    for (size_t begin = 0; begin <= kind.size();) {
      const size_t end = std::min(kind.find('|', begin), kind.size());
      type += StrCat("<xs:enumeration value=\"", kind.substr(begin, end - begin), "\"/>");
      begin = end + 1;
    }
  }
  if (type.empty() && help.empty()) {
    return StrCat("      <xs:attribute name=\"", name, "\" type=\"xs:string\"/>\n");
  }
  if (type.empty()) {
    return StrCat("      <xs:attribute name=\"", name, "\" type=\"xs:string\">\n", help,
                  "      </xs:attribute>\n");
  }
  return StrCat("      <xs:attribute name=\"", name, "\">\n", help,
                "        <xs:simpleType><xs:restriction base=\"xs:string\">", type,
                "</xs:restriction></xs:simpleType>\n      </xs:attribute>\n");
}

std::string Element(const Vocabulary& words) {
  std::string out = StrCat("  <xs:element name=\"", words.element, "\">\n",
                           Documentation(words.help, "    "), "    <xs:complexType");
  if (words.content == Content::kText) out += " mixed=\"true\"";
  out += ">\n";
  // What an include puts below itself stands in another file.
  const bool spliced = words.element == "include";
  if (words.content != Content::kEmpty && !spliced) {
    out += "      <xs:choice minOccurs=\"0\" maxOccurs=\"unbounded\">\n";
    for (const std::string_view child : SplitWords(words.children)) {
      out += StrCat("        <xs:element ref=\"t:", child, "\"/>\n");
    }
    out += "      </xs:choice>\n";
  }
  for (const std::string_view name : SplitWords(words.attributes)) {
    out += Attribute(words.element, name);
  }
  if (words.element != "document" && words.element != "fragment") {
    out += "      <xs:attributeGroup ref=\"t:when\"/>\n";
  }
  return out + "    </xs:complexType>\n  </xs:element>\n";
}

}  // namespace

std::string TemplateSchema() {
  std::string out = StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- 文书模板的标签。由程序的标签表生成（tests/doc/schema_test.cc，ANJUAN_BLESS=1 重写），\n"
      "     不要手改；编辑器的用法见 README.md。 -->\n"
      "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:t=\"",
      kNamespace, "\"\n           targetNamespace=\"", kNamespace,
      "\" elementFormDefault=\"qualified\">\n");
  out += "  <xs:attributeGroup name=\"when\">\n";
  out += Attribute("*", "if");
  out += Attribute("*", "for");
  out += "  </xs:attributeGroup>\n";
  for (const Vocabulary& words : AllVocabulary()) out += Element(words);
  return out + "</xs:schema>\n";
}

}  // namespace anjuan::doc
