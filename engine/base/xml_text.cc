#include "engine/base/xml_text.h"

namespace anjuan {

namespace {

std::string Reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#" + std::to_string(static_cast<unsigned char>(c)) + ";";
  }
}

}  // namespace

std::string EscapeXml(std::string_view text, std::string_view which) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (which.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += Reference(c);
    }
  }
  return out;
}

}  // namespace anjuan
