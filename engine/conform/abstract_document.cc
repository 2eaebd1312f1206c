#include "engine/conform/abstract_document.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "engine/base/text.h"
#include "engine/xml/xml.h"

namespace anjuan::conform {

namespace {

constexpr std::string_view kScxml = "http://www.w3.org/2005/07/scxml";
constexpr std::string_view kConf = "http://www.w3.org/2005/scxml-conformance";

// How the text of a placeholder is taken apart: "foo"; "1=2" into a variable, an operator and a
// value; "1 2" into words. {0} {1} {2} in a pattern stand for the parts.
enum class Parts { kWhole, kComparison, kWords };

struct AttributeRule {
  std::string_view item;
  std::string_view attribute;
  std::string_view pattern;
  Parts parts = Parts::kWhole;
};

constexpr std::array kAttributes = {
    AttributeRule{"targetpass", "target", "pass"},
    AttributeRule{"targetfail", "target", "fail"},
    AttributeRule{"datamodel", "datamodel", "feel"},
    AttributeRule{"id", "id", "Var{0}"},
    AttributeRule{"name", "name", "Var{0}"},
    AttributeRule{"location", "location", "Var{0}"},
    AttributeRule{"idlocation", "idlocation", "Var{0}"},
    AttributeRule{"namelist", "namelist", "Var{0}"},
    AttributeRule{"item", "item", "Var{0}"},
    AttributeRule{"index", "index", "Var{0}"},
    AttributeRule{"arrayVar", "array", "Var{0}"},
    AttributeRule{"arrayTextVar", "array", "Var{0}"},
    AttributeRule{"expr", "expr", "{0}"},
    AttributeRule{"quoteExpr", "expr", "\"{0}\""},
    AttributeRule{"varExpr", "expr", "Var{0}"},
    AttributeRule{"varChildExpr", "expr", "Var{0}"},
    AttributeRule{"systemVarExpr", "expr", "{0}"},
    AttributeRule{"systemVarLocation", "location", "{0}"},
    AttributeRule{"targetVar", "targetexpr", "Var{0}"},
    AttributeRule{"targetExpr", "targetexpr", "Var{0}"},
    AttributeRule{"eventExpr", "eventexpr", "Var{0}"},
    AttributeRule{"typeExpr", "typeexpr", "Var{0}"},
    AttributeRule{"srcExpr", "srcexpr", "Var{0}"},
    AttributeRule{"sendIDExpr", "sendidexpr", "Var{0}"},
    AttributeRule{"delay", "delayexpr", "\"{0}s\""},
    AttributeRule{"delayFromVar", "delayexpr", "Var{0}"},
    // Conditions.
    AttributeRule{"true", "cond", "true"},
    AttributeRule{"false", "cond", "false"},
    AttributeRule{"inState", "cond", "In(\"{0}\")"},
    AttributeRule{"idVal", "cond", "Var{0} {1} {2}", Parts::kComparison},
    AttributeRule{"namelistIdVal", "cond", "Var{0} {1} {2}", Parts::kComparison},
    AttributeRule{"idQuoteVal", "cond", "Var{0} {1} \"{2}\"", Parts::kComparison},
    AttributeRule{"idSystemVarVal", "cond", "Var{0} {1} {2}", Parts::kComparison},
    AttributeRule{"compareIDVal", "cond", "Var{0} {1} Var{2}", Parts::kComparison},
    AttributeRule{"eventvarVal", "cond", "_event.data.Var{0} {1} {2}", Parts::kComparison},
    AttributeRule{"idSomeVal", "cond", "Var{0} = 123"},
    AttributeRule{"VarEqVar", "cond", "Var{0} = Var{1}", Parts::kWords},
    AttributeRule{"VarEqVarStruct", "cond", "Var{0} = Var{1}", Parts::kWords},
    AttributeRule{"varPrefix", "cond", "starts with(Var{1}, Var{0})", Parts::kWords},
    AttributeRule{"isBound", "cond", "Var{0} != null"},
    AttributeRule{"unboundVar", "cond", "Var{0} = null"},
    AttributeRule{"noValue", "cond", "Var{0} = null"},
    AttributeRule{"nonBoolean", "cond", "\"not a boolean\""},
    AttributeRule{"nameVarVal", "cond", "_name = \"{0}\""},
    AttributeRule{"systemVarIsBound", "cond", "{0} != null"},
    // The event.
    AttributeRule{"eventField", "expr", "_event.{0}"},
    AttributeRule{"eventName", "expr", "_event.name"},
    AttributeRule{"eventType", "expr", "_event.type"},
    AttributeRule{"eventSendid", "expr", "_event.sendid"},
    // FEEL has no raw form of an event; its data hold all that was sent.
    AttributeRule{"eventRaw", "expr", "_event.data"},
    AttributeRule{"eventDataFieldValue", "expr", "_event.data.{0}"},
    AttributeRule{"eventDataParamValue", "expr", "_event.data.{0}"},
    AttributeRule{"eventDataNamelistValue", "expr", "_event.data.Var{0}"},
    AttributeRule{"eventNameVal", "cond", "_event.name = \"{0}\""},
    AttributeRule{"eventdataVal", "cond", "_event.data = {0}"},
    AttributeRule{"eventdataSomeVal", "cond", "_event.data = 123"},
    AttributeRule{"emptyEventData", "cond", "_event.data = null"},
    AttributeRule{"eventFieldHasNoValue", "cond", "_event.{0} = null"},
    AttributeRule{"eventFieldsAreBound", "cond",
                  "every f in [\"name\",\"type\",\"sendid\",\"origin\",\"origintype\","
                  "\"invokeid\",\"data\"] satisfies list contains(get entries(_event).key, f)"},
    AttributeRule{"originTypeEq", "cond", "_event.origintype = \"{0}\""},
    // What must fail, when it is run.
    AttributeRule{"illegalExpr", "expr", "noSuchVariable + 1"},
    AttributeRule{"invalidLocation", "location", "foo.bar.baz"},
    AttributeRule{"illegalTarget", "target", "baz"},
    AttributeRule{"unreachableTarget", "target", "#_scxml_foo"},
    AttributeRule{"invalidNamelist", "namelist", "\"foo"},
    AttributeRule{"illegalArray", "expr", "7"},
    AttributeRule{"illegalItem", "item", "'continue'"},
    AttributeRule{"invalidSendType", "type", "27"},
    AttributeRule{"invalidSendTypeExpr", "expr", "27"},
    AttributeRule{"invalidSessionID", "expr", "27"},
    AttributeRule{"scriptBadSrc", "src", "file:no-such-file"},
    AttributeRule{"varNonexistentStruct", "expr", "Var{0}.bar"},
    AttributeRule{"scxmlEventIOLocation", "expr",
                  "get value(_ioprocessors, "
                  "\"http://www.w3.org/TR/scxml/#SCXMLEventProcessor\").location"},
};

// Elements: a piece of SCXML, with the element's attributes in braces; or a text.
struct ElementRule {
  std::string_view item;
  std::string_view xml;
  bool text = false;
};

constexpr std::array kElements = {
    ElementRule{"pass",
                "<final id=\"pass\"><onentry><log label=\"Outcome\" expr='\"pass\"'/></onentry>"
                "</final>"},
    ElementRule{"fail",
                "<final id=\"fail\"><onentry><log label=\"Outcome\" expr='\"fail\"'/></onentry>"
                "</final>"},
    ElementRule{"incrementID", "<assign location=\"Var{id}\" expr=\"Var{id} + 1\"/>"},
    ElementRule{"concatVars", "<assign location=\"Var{id1}\" expr=\"Var{id1} + Var{id2}\"/>"},
    ElementRule{"sumVars", "<assign location=\"Var{id1}\" expr=\"Var{id1} + Var{id2}\"/>"},
    ElementRule{"extendArray", "<assign location=\"Var{id}\" expr=\"append(Var{id}, 4)\"/>"},
    ElementRule{"sendToSender",
                "<send event=\"{name}\" targetexpr=\"_event.origin\" "
                "typeexpr=\"_event.origintype\"/>"},
    ElementRule{"contentFoo", "<content>foo</content>"},
    ElementRule{"script", "<script>{ Var1: 1 }</script>"},
    ElementRule{"array123", "[1,2,3]", true},
    ElementRule{"someInlineVal", "123", true},
};

// The text of a condition as FEEL writes it: strings in double quotes.
std::string WithDoubleQuotes(std::string text) {
  std::replace(text.begin(), text.end(), '\'', '"');
  return text;
}

std::vector<std::string> TakeApart(std::string_view text, Parts parts) {
  switch (parts) {
    case Parts::kWhole:
      return {WithDoubleQuotes(std::string(text))};
    case Parts::kWords: {
      std::vector<std::string> out;
      for (const std::string_view word : SplitWords(text)) out.emplace_back(word);
      return out;
    }
    case Parts::kComparison:
      break;
  }
  const size_t at = text.find_first_of("=<>!");
  if (at == std::string_view::npos) return {std::string(text)};
  const size_t end = std::min(text.find_first_not_of("=<>!", at), text.size());
  std::string op(text.substr(at, end - at));
  if (op == "==") op = "=";
  return {std::string(Trim(text.substr(0, at))), op, std::string(Trim(text.substr(end)))};
}

std::string Filled(std::string_view pattern, const std::vector<std::string>& parts) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool hole = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}' &&
                      pattern[i + 1] >= '0' && pattern[i + 1] <= '9';
    if (!hole) {
      out += pattern[i];
      continue;
    }
    const auto index = static_cast<size_t>(pattern[i + 1] - '0');
    if (index < parts.size()) out += parts[index];
    i += 2;
  }
  return out;
}

class Translator {
 public:
  explicit Translator(const xml::Document& document) : document_(document) {}

  void Translate(xml::Element& element) {
    for (xml::Attribute& attribute : element.attributes) {
      if (attribute.ns == kConf) TranslateAttribute(attribute);
    }
    std::vector<xml::Node> children;
    for (xml::Node& node : element.children) {
      auto* child = std::get_if<std::unique_ptr<xml::Element>>(&node);
      if (child == nullptr) {
        children.push_back(std::move(node));
      } else if ((*child)->ns == kConf) {
        TranslateElement(**child, children);
      } else {
        Translate(**child);
        children.push_back(std::move(node));
      }
    }
    element.children = std::move(children);
  }

  Diagnostics found;

 private:
  void Unknown(const Location& at, std::string_view name) {
    found.push_back(
        xml::Mistake(document_, at, "conform.item", StrCat("no translation of conf:", name)));
  }

  void TranslateAttribute(xml::Attribute& attribute) {
    const auto rule =
        std::find_if(kAttributes.begin(), kAttributes.end(),
                     [&](const AttributeRule& r) { return r.item == attribute.name; });
    if (rule == kAttributes.end()) return Unknown(attribute.at, attribute.name);
    attribute.ns.clear();
    attribute.name = rule->attribute;
    attribute.value = Filled(rule->pattern, TakeApart(attribute.value, rule->parts));
  }

  void TranslateElement(const xml::Element& element, std::vector<xml::Node>& into) {
    const auto rule = std::find_if(kElements.begin(), kElements.end(),
                                   [&](const ElementRule& r) { return r.item == element.name; });
    if (rule == kElements.end()) return Unknown(element.at, element.name);
    std::string text(rule->xml);
    if (rule->text) {
      into.emplace_back(xml::Text{std::move(text), element.at});
      return;
    }
    for (const xml::Attribute& attribute : element.attributes) {
      const std::string hole = StrCat("{", attribute.name, "}");
      for (size_t at = text.find(hole); at != std::string::npos; at = text.find(hole)) {
        text.replace(at, hole.size(), attribute.value);
      }
    }
    // In the namespace of SCXML.
    text.insert(text.find_first_of(" >/", 1), StrCat(" xmlns=\"", kScxml, "\""));
    Result<xml::Document> piece = xml::Read(text, document_.file);
    ANJUAN_CHECK(piece.has_value());  // the table above is well-formed
    into.emplace_back(std::move(piece->root));
  }

  const xml::Document& document_;
};

}  // namespace

Result<std::string> TranslateAbstract(std::string_view text, std::string_view file) {
  Result<xml::Document> document = xml::Read(text, file);
  if (!document) return Unexpected{std::move(document.error())};
  Translator translator(*document);
  translator.Translate(*document->root);
  if (!translator.found.empty()) return Unexpected{std::move(translator.found)};
  return xml::Write(*document->root);
}

}  // namespace anjuan::conform
