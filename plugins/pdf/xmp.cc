#include "plugins/pdf/xmp.h"

#include "engine/base/text.h"
#include "engine/base/xml_text.h"

namespace anjuan::pdf {
namespace {}  // namespace

std::string Xmp(const Properties& properties, std::string_view producer) {
  const auto language = [](std::string_view name, std::string_view text) {
    if (text.empty()) return std::string();
    return StrCat("<dc:", name, "><rdf:Alt><rdf:li xml:lang=\"x-default\">",
                  EscapeXml(text, kMarkup), "</rdf:li></rdf:Alt></dc:", name, ">\n");
  };
  std::string out =
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">"
      "<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
      "</rdf:Description>\n"
      "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n";
  out += language("title", properties.title);
  if (!properties.author.empty()) {
    out += StrCat("<dc:creator><rdf:Seq><rdf:li>", EscapeXml(properties.author, kMarkup),
                  "</rdf:li></rdf:Seq></dc:creator>\n");
  }
  out += language("description", properties.subject);
  out += StrCat(
      "</rdf:Description>\n<rdf:Description rdf:about=\"\" "
      "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">"
      "<xmp:CreatorTool>",
      kCreator, "</xmp:CreatorTool><pdf:Producer>", producer,
      "</pdf:Producer></rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
  return out;
}

}  // namespace anjuan::pdf
