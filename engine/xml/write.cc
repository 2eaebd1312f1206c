
#include "engine/base/text.h"
#include "engine/xml/xml.h"

namespace anjuan::xml {

namespace {

constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

std::string Escaped(std::string_view text, bool attribute) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += attribute ? "&quot;" : "\"";
        break;
      case '\n':
        out += attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += attribute ? "&#9;" : "\t";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Elements take their namespace as the default one; attributes get a prefix on their own element.
void WriteElement(const Element& element, std::string_view ns_around, std::string& out) {
  out += StrCat("<", element.name);
  if (element.ns != ns_around) out += StrCat(" xmlns=\"", Escaped(element.ns, true), "\"");
  int prefixes = 0;
  for (const Attribute& attribute : element.attributes) {
    std::string prefix;
    if (attribute.ns == kXmlNamespace) {
      prefix = "xml:";
    } else if (!attribute.ns.empty()) {
      prefix = StrCat("n", ++prefixes);
      out += StrCat(" xmlns:", prefix, "=\"", Escaped(attribute.ns, true), "\"");
      prefix += ":";
    }
    out += StrCat(" ", prefix, attribute.name, "=\"", Escaped(attribute.value, true), "\"");
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
      out += Escaped(std::get<Text>(node).text, false);
    }
  }
  out += StrCat("</", element.name, ">");
}

}  // namespace

std::string EscapeAttribute(std::string_view text) {
  return Escaped(text, true);
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
