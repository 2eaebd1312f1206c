#include <utility>

#include "engine/base/text.h"
#include "engine/exchange/event_log.h"
#include "engine/xml/xml.h"

namespace anjuan::exchange {

namespace {

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2023" xes.features="">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/><string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" scope="event" keys="concept:name"/>
)";

std::string Attribute(std::string_view kind, std::string_view key, std::string_view value) {
  if (value.empty()) return "";
  return StrCat("<", kind, " key=\"", key, "\" value=\"", xml::EscapeAttribute(value), "\"/>");
}

std::string Text(std::string_view key, std::string_view value) {
  return Attribute("string", key, value);
}

std::string EventText(const LogEvent& event) {
  std::string out =
      StrCat("<event>", Text("concept:name", event.activity),
             Attribute("date", "time:timestamp", ToUtcString(event.time)),
             // The extension's word for an attempt that came to nothing.
             Text("lifecycle:transition", event.completed ? "complete" : "ate_abort"),
             Attribute("id", "identity:id", event.id), Text("org:resource", event.account),
             Text("org:role", event.role), Text("org:group", event.organisation),
             Attribute("int", "anjuan:seq", std::to_string(event.seq)),
             Text("anjuan:type", event.type), Text("anjuan:from", event.from),
             Text("anjuan:to", event.to), Text("anjuan:leaf_hash", event.leaf_hash));
  for (const LogDocument& document : event.documents) {
    out += StrCat(Text("anjuan:document", document.sha256),
                  Text("anjuan:document_code", document.code));
  }
  return out + "</event>\n";
}

class XesWriter : public EventLogWriter {
 public:
  XesWriter(std::string_view origin, Sink sink) : sink_(std::move(sink)) {
    sink_(StrCat(kHead, Text("concept:name", origin), "\n"));
  }

  void Add(const LogCase& one) override {
    sink_(StrCat("<trace>", Text("concept:name", one.id), Text("anjuan:process", one.process),
                 Text("anjuan:definition", one.definition), Text("anjuan:region", one.region),
                 Text("anjuan:subject", one.subject), Text("anjuan:parent", one.parent), "\n"));
    for (const LogEvent& event : one.events) sink_(EventText(event));
    sink_("</trace>\n");
  }

  void Finish() override { sink_("</log>\n"); }

 private:
  Sink sink_;
};

}  // namespace

std::unique_ptr<EventLogWriter> NewXesWriter(std::string_view origin, EventLogWriter::Sink sink) {
  return std::make_unique<XesWriter>(origin, std::move(sink));
}

}  // namespace anjuan::exchange
