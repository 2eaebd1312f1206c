
#include "engine/base/text.h"
#include "engine/base/xml_text.h"
#include "engine/xml/xml.h"

namespace anjuan::xml {

namespace {

// A line end or a tab in an attribute, and a carriage return anywhere, would be read as a space.
constexpr std::string_view kInText = "&<>\r";
constexpr std::string_view kInAttribute = "&<>\"\n\t\r";

constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

// Elements take their namespace as the default one; attributes get a prefix on their own element.
void WriteElement(const Element& element, std::string_view ns_around, std::string& out) {
  out += StrCat("<", element.name);
  if (element.ns != ns_around)
    out += StrCat(" xmlns=\"", EscapeXml(element.ns, kInAttribute), "\"");
  int prefixes = 0;
  for (const Attribute& attribute : element.attributes) {
    std::string prefix;
    if (attribute.ns == kXmlNamespace) {
      prefix = "xml:";
    } else if (!attribute.ns.empty()) {
      prefix = StrCat("n", ++prefixes);
      out += StrCat(" xmlns:", prefix, "=\"", EscapeXml(attribute.ns, kInAttribute), "\"");
      prefix += ":";
    }
    out +=
        StrCat(" ", prefix, attribute.name, "=\"", EscapeXml(attribute.value, kInAttribute), "\"");
  }
  if (element.children.empty()) {
    out += "/>";
    return;
  }
  out += ">";
  for (const Node& node : element.children) {
    if (const auto* child = std::get_if<std::unique_ptr<Element>>(&node)) {
      WriteElement(**child, element.ns, out);
    } else {
      out += EscapeXml(std::get<Text>(node).text, kInText);
    }
  }
  out += StrCat("</", element.name, ">");
}

}  // namespace

std::string EscapeAttribute(std::string_view text) {
  return EscapeXml(text, kInAttribute);
}

std::string Write(const Element& element) {
  std::string out;
  WriteElement(element, "", out);
  return out;
}

std::string WriteChildren(const Element& element) {
  std::string out;
  for (const Element* child : element.Elements()) WriteElement(*child, "", out);
  return out;
}

}  // namespace anjuan::xml
