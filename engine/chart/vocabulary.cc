#include "engine/chart/vocabulary.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/base/text.h"

namespace anjuan::chart {

namespace {

constexpr size_t kMostMistakes = 1000;  // more are not told

// Names of the extension are written with "aj:" here, whatever prefix the document uses.
struct ElementRule {
  std::string_view name;
  std::string_view attributes;
  std::string_view required;
  std::string_view children;
  bool text = false;  // may hold text, or XML that is data
};

constexpr std::string_view kContent =
    "assign raise if foreach script log send cancel aj:take aj:number aj:issue aj:void aj:fact "
    "aj:spawn "
    "aj:cancel-child aj:notify aj:start aj:stop aj:pause aj:resume aj:restart aj:extend";

constexpr std::array kRules = {
    ElementRule{"scxml",
                "name version datamodel initial binding aj:title aj:ref aj:form aj:subject "
                "aj:open-role aj:number aj:label",
                "", "state parallel final datamodel script aj:party aj:timer"},
    ElementRule{"state", "id initial aj:label aj:ref aj:kind aj:owner aj:no-deadline", "",
                "onentry onexit transition initial state parallel final history datamodel invoke"},
    ElementRule{"parallel", "id aj:label aj:ref aj:kind aj:owner aj:no-deadline", "",
                "onentry onexit transition state parallel history datamodel invoke"},
    ElementRule{"final", "id aj:label aj:ref aj:outcome", "", "onentry onexit donedata"},
    ElementRule{"history", "id type aj:label aj:ref", "", "transition"},
    ElementRule{"initial", "", "", "transition"},
    ElementRule{"transition", "event cond target type aj:label aj:ref aj:role aj:form", "",
                "CONTENT aj:require aj:warn"},
    ElementRule{"onentry", "", "", "CONTENT"},
    ElementRule{"onexit", "", "", "CONTENT"},
    ElementRule{"datamodel", "", "", "data"},
    ElementRule{
        "data",
        "id expr src aj:type aj:label aj:ref aj:search aj:personal aj:required-in aj:values", "id",
        "", true},
    ElementRule{"donedata", "", "", "content param"},
    ElementRule{"content", "expr", "", "", true},
    ElementRule{"param", "name expr location", "name", ""},
    ElementRule{"assign", "location expr", "location", "", true},
    ElementRule{"raise", "event", "event", ""},
    ElementRule{"script", "src", "", "", true},
    ElementRule{"invoke", "type typeexpr src srcexpr id idlocation namelist autoforward", "",
                "content param finalize"},
    ElementRule{"finalize", "", "", "CONTENT"},
    ElementRule{"if", "cond", "cond", "CONTENT elseif else"},
    ElementRule{"elseif", "cond", "cond", ""},
    ElementRule{"else", "", "", ""},
    ElementRule{"foreach", "array item index", "array item", "CONTENT"},
    ElementRule{"log", "label expr", "", ""},
    ElementRule{"send",
                "event eventexpr target targetexpr type typeexpr id idlocation delay delayexpr "
                "namelist",
                "", "content param"},
    ElementRule{"cancel", "sendid sendidexpr", "", ""},
    ElementRule{"aj:party", "name label expr ref", "name expr", ""},
    ElementRule{"aj:timer", "id ref label event runs-in due warn repeat start",
                "id event runs-in due", ""},
    ElementRule{"aj:require", "cond label source ref", "cond label", ""},
    ElementRule{"aj:warn", "cond label source ref", "cond label", ""},
    ElementRule{"aj:take", "fields", "", ""},
    ElementRule{"aj:number", "location kind office year format gapless digits",
                "location kind office format", ""},
    ElementRule{"aj:issue", "template to by seal ref", "template to", "param"},
    ElementRule{"aj:void", "template reason", "template reason", ""},
    ElementRule{"aj:fact", "key org quantity date reverses", "key org quantity date", ""},
    ElementRule{"aj:spawn", "id process region ref", "id process", "param"},
    ElementRule{"aj:cancel-child", "id", "id", ""},
    ElementRule{"aj:notify", "to text", "to text", ""},
    ElementRule{"aj:start", "timer", "timer", ""},
    ElementRule{"aj:stop", "timer", "timer", ""},
    ElementRule{"aj:pause", "timer", "timer", ""},
    ElementRule{"aj:resume", "timer", "timer", ""},
    ElementRule{"aj:restart", "timer", "timer", ""},
    ElementRule{"aj:extend", "timer due", "timer due", ""},
};

// An empty target or event would mean something else than it says.
constexpr std::string_view kNeverEmpty =
    "id initial target event cond timer runs-in due template process name location array item key "
    "kind to org quantity date reason aj:role aj:type aj:form";

std::string NameOf(const std::string& ns, const std::string& name) {
  return ns == kAj ? StrCat("aj:", name) : name;
}
std::string NameOf(const xml::Element& element) {
  return NameOf(element.ns, element.name);
}

bool Ours(const std::string& ns) {
  return ns == kScxml || ns == kAj;
}

const ElementRule* FindRule(std::string_view name) {
  const auto it = std::find_if(kRules.begin(), kRules.end(),
                               [&](const ElementRule& rule) { return rule.name == name; });
  return it == kRules.end() ? nullptr : &*it;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view word : SplitWords(text)) {
    if (word == "CONTENT") {
      for (const std::string_view action : SplitWords(kContent)) out.emplace_back(action);
    } else {
      out.emplace_back(word);
    }
  }
  return out;
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Checker {
 public:
  Checker(const xml::Document& document, bool workflow, Diagnostics& found)
      : document_(document), workflow_(workflow), found_(found) {}

  // Recursion is bounded by xml::Read (200 levels).
  void Check(const xml::Element& element) {
    if (found_.size() >= kMostMistakes) return;
    const ElementRule* rule = FindRule(NameOf(element));
    if (rule == nullptr) return;
    CheckAttributes(element, *rule);
    if (rule->text) return;
    const std::vector<std::string> allowed = Words(rule->children);
    for (const xml::Node& node : element.children) {
      if (const auto* child = std::get_if<std::unique_ptr<xml::Element>>(&node)) {
        CheckChild(element, **child, allowed);
      } else if (!Trim(std::get<xml::Text>(node).text).empty()) {
        const xml::Text& text = std::get<xml::Text>(node);
        Found(text.at, "chart.element", StrCat("<", NameOf(element), "> holds no text"));
      }
    }
  }

 private:
  void Found(const Location& at, std::string code, std::string message, std::string hint = "") {
    if (found_.size() >= kMostMistakes) return;
    found_.push_back(
        xml::Mistake(document_, at, std::move(code), std::move(message), std::move(hint)));
  }

  void CheckAttributes(const xml::Element& element, const ElementRule& rule) {
    // On an element of the extension its attributes have no prefix: "aj:ref" there is "ref".
    const bool extension = element.ns == kAj;
    const std::vector<std::string> allowed = Words(rule.attributes);
    for (const xml::Attribute& attribute : element.attributes) {
      const bool plain = attribute.ns.empty();
      if (!plain && attribute.ns != kAj) {
        if (workflow_ && attribute.ns != "http://www.w3.org/XML/1998/namespace") {
          Found(attribute.at, "chart.attribute",
                StrCat("attribute \"", attribute.name, "\" of a foreign namespace"));
        }
        continue;
      }
      const std::string name = extension ? attribute.name : NameOf(attribute.ns, attribute.name);
      if (Contains(allowed, name)) {
        if (Trim(attribute.value).empty() && Contains(Words(kNeverEmpty), name)) {
          Found(attribute.at, "chart.attribute",
                StrCat("\"", name, "\" of <", rule.name, "> is empty"));
        }
        continue;
      }
      std::string hint = DidYouMean(name, allowed);
      if (plain && Contains(allowed, StrCat("aj:", name))) {
        hint = StrCat("did you mean \"aj:", name, "\"?");
      }
      Found(attribute.at, "chart.attribute",
            StrCat("<", rule.name, "> has no attribute \"", name, "\""), std::move(hint));
    }
    for (const std::string& name : Words(rule.required)) {
      if (element.Find(name) != nullptr || element.Find(name, kAj) != nullptr) continue;
      Found(element.at, "chart.attribute",
            StrCat("<", rule.name, "> needs the attribute \"", name, "\""));
    }
  }

  void CheckChild(const xml::Element& parent, const xml::Element& child,
                  const std::vector<std::string>& allowed) {
    if (found_.size() >= kMostMistakes) return;
    const std::string name = NameOf(child);
    if (!Ours(child.ns)) {
      if (workflow_) {
        Found(child.at, "chart.element", StrCat("<", name, "> of a foreign namespace"),
              StrCat("elements stand in ", kScxml, " or ", kAj));
      }
      return;
    }
    if (workflow_ && (name == "invoke" || name == "script")) {
      Found(child.at, "chart.element", StrCat("<", name, "> is not for a workflow"),
            name == "invoke" ? "a child that lasts is a case of its own: <aj:spawn>"
                             : "write an <assign> for each datum: its type is checked");
      return;
    }
    if (Contains(allowed, name)) {
      Check(child);
      return;
    }
    std::string hint = DidYouMean(name, allowed);
    if (hint.empty() && FindRule(name) == nullptr) hint = DidYouMean(name, AllNames());
    Found(child.at, "chart.element",
          FindRule(name) == nullptr
              ? StrCat("no element <", name, ">")
              : StrCat("<", name, "> may not stand in <", NameOf(parent), ">"),
          std::move(hint));
  }

  static std::vector<std::string> AllNames() {
    std::vector<std::string> names;
    names.reserve(std::size(kRules));
    for (const ElementRule& rule : kRules) names.emplace_back(rule.name);
    return names;
  }

  const xml::Document& document_;
  bool workflow_;
  Diagnostics& found_;
};

}  // namespace

void CheckVocabulary(const xml::Document& document, bool workflow, Diagnostics& found) {
  const xml::Element& root = *document.root;
  if (!IsScxml(root, "scxml")) {
    found.push_back(xml::Mistake(document, root.at, "chart.element",
                                 StrCat("the root is <", root.name, ">, not <scxml> of SCXML"),
                                 StrCat("write <scxml xmlns=\"", kScxml, "\" ...>")));
    return;
  }
  Checker(document, workflow, found).Check(root);
}

bool IsScxml(const xml::Element& element, std::string_view name) {
  return element.ns == kScxml && element.name == name;
}

bool IsAj(const xml::Element& element, std::string_view name) {
  return element.ns == kAj && element.name == name;
}

}  // namespace anjuan::chart
