#include "engine/conform/foreign_document.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/conform/foreign_script.h"
#include "engine/xml/xml.h"

namespace anjuan::conform {

namespace {

constexpr std::string_view kScxml = "http://www.w3.org/2005/07/scxml";

// Attributes that hold an expression.
constexpr std::array<std::string_view, 9> kExpressions = {"cond",      "expr",       "array",
                                                          "eventexpr", "targetexpr", "typeexpr",
                                                          "delayexpr", "srcexpr",    "sendidexpr"};

constexpr std::array<std::string_view, 30> kKnown = {
    "name",       "version",    "datamodel",  "initial",     "binding",   "id",
    "event",      "cond",       "target",     "type",        "expr",      "src",
    "location",   "array",      "item",       "index",       "label",     "eventexpr",
    "targetexpr", "typeexpr",   "idlocation", "delay",       "delayexpr", "namelist",
    "sendid",     "sendidexpr", "srcexpr",    "autoforward", "xmlns",     "schemaLocation"};

template <typename List>
bool Among(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::unique_ptr<xml::Element> Make(const xml::Element& beside, std::string name) {
  auto element = std::make_unique<xml::Element>();
  element->ns = kScxml;
  element->name = std::move(name);
  element->at = beside.at;
  return element;
}

void Set(xml::Element& element, std::string name, std::string value) {
  element.attributes.push_back({"", std::move(name), std::move(value), element.at});
}

class Translator {
 public:
  explicit Translator(const xml::Document& document) : document_(document) {}

  void Translate(xml::Element& root) {
    if (root.ns.empty()) Adopt(root);
    const std::string model = root.Get("datamodel");
    static constexpr std::array<std::string_view, 4> kModels = {"", "null", "ecmascript",
                                                                "javascript"};
    if (model == "feel") return;
    if (!Among(kModels, model)) return Found(root.at, StrCat("the data model ", model));
    std::erase_if(root.attributes, [](const xml::Attribute& attribute) {
      return attribute.name == "datamodel" || attribute.name == "version";
    });
    Set(root, "datamodel", "feel");
    Set(root, "version", "1.0");
    Collect(root);
    Walk(root);
    Declare(root);
  }

  Diagnostics found;

 private:
  void Found(const Location& at, const std::string& what) {
    found.push_back(xml::Mistake(document_, at, "conform.script", what));
  }

  // A document that names no namespace at all means SCXML's.
  static void Adopt(xml::Element& element) {
    if (element.ns.empty()) element.ns = kScxml;
    for (xml::Node& node : element.children) {
      if (auto* child = std::get_if<std::unique_ptr<xml::Element>>(&node)) Adopt(**child);
    }
  }

  // Names of the data; not those of documents inside.
  void Collect(const xml::Element& element) {
    if (element.ns == kScxml && element.name == "data") declared_.insert(element.Get("id"));
    for (const xml::Element* child : element.Elements()) {
      if (child->name != "scxml") Collect(*child);
    }
  }

  void Walk(xml::Element& element) {
    if (element.ns != kScxml) return;
    std::erase_if(element.attributes, [](const xml::Attribute& attribute) {
      const bool empty = attribute.name == "cond" && Trim(attribute.value).empty();
      return attribute.ns.empty() && (!Among(kKnown, attribute.name) || empty);
    });
    for (xml::Attribute& attribute : element.attributes) {
      if (attribute.ns.empty() && Among(kExpressions, attribute.name)) {
        TranslateAttribute(element, attribute);
      }
    }
    if (element.name == "log") {
      std::erase_if(element.attributes, [](const xml::Attribute& attribute) {
        return attribute.name == "expr" && attribute.value.empty();
      });
    }
    if (element.name == "data" || element.name == "assign" || element.name == "content") {
      TranslateText(element);
    }
    std::vector<xml::Node> children;
    if (element.name == "foreach" && element.Find("index") != nullptr) {
      // Their loops count from 0.
      const std::string index = element.Get("index");
      children.emplace_back(Assign(element, {index, StrCat(index, " - 1")}));
    }
    for (xml::Node& node : element.children) {
      auto* child = std::get_if<std::unique_ptr<xml::Element>>(&node);
      if (child != nullptr && (*child)->ns == kScxml && (*child)->name == "script") {
        TranslateScript(**child, element.name == "scxml", children);
        continue;
      }
      if (child != nullptr && (*child)->ns == kScxml && (*child)->name == "scxml") {
        Translator inner(document_);  // a child session's own document
        inner.Translate(**child);
        Append(found, std::move(inner.found));
      } else if (child != nullptr) {
        Walk(**child);
      }
      children.push_back(std::move(node));
    }
    element.children = std::move(children);
  }

  void TranslateAttribute(const xml::Element& element, xml::Attribute& attribute) {
    const Result<std::string> feel = ToFeel(attribute.value);
    if (feel) {
      attribute.value = *feel;
    } else if (element.name == "log") {
      attribute.value.clear();  // what a log would say changes nothing
    } else {
      Found(attribute.at, feel.error()[0].message);
    }
  }

  // A literal stands as it is in FEEL; any other text is a text.
  static void TranslateText(xml::Element& element) {
    if (!element.Elements().empty()) return;
    const std::string text(Trim(element.InnerText()));
    if (text.empty()) return;
    const Result<std::string> feel = ToFeel(text);
    const bool quoted = text.find_first_of("'\"[{") == 0;
    if (!feel || (element.name == "content" && !quoted)) return;
    element.children.clear();
    element.children.emplace_back(xml::Text{*feel, element.at});
  }

  static std::unique_ptr<xml::Element> Assign(const xml::Element& beside,
                                              const Assignment& assignment) {
    std::unique_ptr<xml::Element> element = Make(beside, "assign");
    Set(*element, "location", assignment.location);
    Set(*element, "expr", assignment.expr);
    return element;
  }

  void TranslateScript(const xml::Element& script, bool top, std::vector<xml::Node>& into) {
    if (script.Find("src") != nullptr) return Found(script.at, "a script from a file");
    const Result<std::vector<Assignment>> assignments = ToAssignments(script.InnerText());
    if (!assignments) return Found(script.at, assignments.error()[0].message);
    for (const Assignment& assignment : *assignments) {
      const std::string name = assignment.location.substr(0, assignment.location.find('.'));
      if (declared_.insert(name).second) undeclared_.push_back(name);
      if (!top) {
        into.emplace_back(Assign(script, assignment));
      } else if (name != assignment.location) {
        Found(script.at, StrCat("an assignment to ", assignment.location, " before the start"));
      } else {
        std::unique_ptr<xml::Element> element = Make(script, "script");
        element->children.emplace_back(
            xml::Text{StrCat("{ ", name, ": ", assignment.expr, " }"), script.at});
        into.emplace_back(std::move(element));
      }
    }
  }

  // What only scripts declare is data here.
  void Declare(xml::Element& root) {
    if (undeclared_.empty()) return;
    std::unique_ptr<xml::Element> model = Make(root, "datamodel");
    for (const std::string& name : undeclared_) {
      std::unique_ptr<xml::Element> data = Make(root, "data");
      Set(*data, "id", name);
      model->children.emplace_back(std::move(data));
    }
    root.children.insert(root.children.begin(), xml::Node(std::move(model)));
  }

  const xml::Document& document_;
  std::set<std::string> declared_;
  std::vector<std::string> undeclared_;
};

}  // namespace

Result<std::string> TranslateForeign(std::string_view text, std::string_view file) {
  Result<xml::Document> document = xml::Read(text, file);
  if (!document) return Unexpected{std::move(document.error())};
  Translator translator(*document);
  translator.Translate(*document->root);
  if (!translator.found.empty()) return Unexpected{std::move(translator.found)};
  return xml::Write(*document->root);
}

}  // namespace anjuan::conform
