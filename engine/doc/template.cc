#include "engine/doc/template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::doc {
namespace {

constexpr std::string_view kNamespace = "urn:anjuan:template:1";
constexpr int kDeepestInclude = 8;

enum class Content { kEmpty, kElements, kText };  // kText: text and the elements named

struct Vocabulary {
  std::string_view element;
  std::string_view attributes;  // beside if and for
  Content content;
  std::string_view children;
};

constexpr std::string_view kBlocks =
    "issuer number title to p h list table attachments sign receipt note cc print-office "
    "page-break picture "
    "include";
constexpr std::string_view kInline = "b blank field check br";

constexpr std::array kVocabulary = {
    Vocabulary{"document", "code form title ref", Content::kElements, kBlocks},
    Vocabulary{"fragment", "", Content::kElements, kBlocks},
    Vocabulary{"include", "href", Content::kElements, kBlocks},
    Vocabulary{"issuer", "", Content::kText, kInline},
    Vocabulary{"number", "", Content::kText, kInline},
    Vocabulary{"title", "", Content::kText, kInline},
    Vocabulary{"to", "", Content::kText, kInline},
    Vocabulary{"p", "indent align keep text", Content::kText, kInline},
    Vocabulary{"h", "level", Content::kText, kInline},
    Vocabulary{"list", "marker", Content::kElements, "item"},
    Vocabulary{"item", "", Content::kText, kInline},
    Vocabulary{"table", "text", Content::kElements, "col row"},
    Vocabulary{"col", "width", Content::kEmpty, ""},
    Vocabulary{"row", "head height keep", Content::kElements, "cell"},
    Vocabulary{"cell", "colspan rowspan align", Content::kText, "b blank field check br p"},
    Vocabulary{"attachments", "", Content::kElements, "item"},
    Vocabulary{"sign", "", Content::kElements, "party line date"},
    Vocabulary{"party", "name role", Content::kEmpty, ""},
    Vocabulary{"line", "label", Content::kEmpty, ""},
    Vocabulary{"date", "", Content::kText, kInline},
    Vocabulary{"receipt", "label", Content::kEmpty, ""},
    Vocabulary{"note", "", Content::kText, kInline},
    Vocabulary{"cc", "", Content::kText, kInline},
    Vocabulary{"print-office", "date", Content::kText, kInline},
    Vocabulary{"page-break", "", Content::kEmpty, ""},
    Vocabulary{"picture", "expr page label", Content::kEmpty, ""},
    Vocabulary{"b", "", Content::kText, kInline},
    Vocabulary{"blank", "width", Content::kEmpty, ""},
    Vocabulary{"field", "expr blank", Content::kEmpty, ""},
    Vocabulary{"check", "", Content::kEmpty, ""},
    Vocabulary{"br", "", Content::kEmpty, ""},
};

const Vocabulary* FindVocabulary(std::string_view element) {
  const auto found = std::find_if(kVocabulary.begin(), kVocabulary.end(),
                                  [&](const Vocabulary& v) { return v.element == element; });
  return found == kVocabulary.end() ? nullptr : &*found;
}

bool HasWord(std::string_view words, std::string_view word) {
  const auto list = SplitWords(words);
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<std::string> Words(std::string_view words) {
  std::vector<std::string> out;
  for (std::string_view word : SplitWords(words)) out.emplace_back(word);
  return out;
}

class Reader {
 public:
  explicit Reader(const Include& include) : include_(include) {}

  std::unique_ptr<xml::Element> Read(std::string_view text, std::string_view file, int depth) {
    auto document = xml::Read(text, file);
    if (!document) {
      Append(mistakes_, std::move(document).error());
      return nullptr;
    }
    lines_[std::string(file)] = std::move(document->lines);
    std::unique_ptr<xml::Element> root = std::move(document->root);
    const std::string_view wanted = depth == 0 ? "document" : "fragment";
    if (root->name != wanted) {
      Mistake(root->at, "doc.element",
              StrCat("the root element is <", root->name, ">, not <", wanted, ">"));
      return nullptr;
    }
    Check(*root, depth);
    return root;
  }

  void CheckRoot(const xml::Element& root, Template& out) {
    out.code = root.Get("code");
    out.title = root.Get("title");
    out.ref = root.Get("ref");
    if (out.code.empty()) Mistake(root.at, "doc.attribute", "<document> has no code");
    if (out.title.empty()) Mistake(root.at, "doc.attribute", "<document> has no title");
    const std::string form = root.Get("form", "", "plain");
    if (form == "plain") {
      out.form = Form::kPlain;
    } else if (form == "letter") {
      out.form = Form::kLetter;
    } else if (form == "red-header") {
      out.form = Form::kRedHeader;
    } else if (form == "minutes") {
      out.form = Form::kMinutes;
    } else {
      Mistake(root.Find("form")->at, "doc.attribute",
              StrCat("form is \"", form, "\", not plain, letter, red-header or minutes"));
    }
    const auto elements = root.Elements();
    const bool marked = std::any_of(elements.begin(), elements.end(),
                                    [](const xml::Element* e) { return e->name == "issuer"; });
    if (out.form != Form::kPlain && !marked) {
      Mistake(root.at, "doc.element", StrCat("a ", form, " needs an <issuer>"));
    }
  }

  Diagnostics& mistakes() { return mistakes_; }
  std::map<std::string, std::vector<std::string>>& lines() { return lines_; }

 private:
  void Mistake(const Location& at, std::string code, std::string message, std::string hint = "") {
    Diagnostic out{
        .code = std::move(code), .message = std::move(message), .at = at, .hint = std::move(hint)};
    const auto& file = lines_[at.file];
    const auto index = static_cast<size_t>(at.line - 1);
    if (at.line > 0 && index < file.size()) out.source_line = file[index];
    mistakes_.push_back(std::move(out));
  }

  void Check(xml::Element& element, int depth) {
    if (element.ns != kNamespace) {
      Mistake(element.at, "doc.element",
              StrCat("<", element.name, "> is not in namespace ", kNamespace));
      return;
    }
    const Vocabulary* words = FindVocabulary(element.name);
    if (words == nullptr) return;  // told where its parent is checked
    CheckAttributes(element, *words);
    if (element.name == "include") return Splice(element, depth);
    for (const xml::Node& node : element.children) {
      if (const auto* text = std::get_if<xml::Text>(&node)) {
        if (words->content != Content::kText && !Trim(text->text).empty()) {
          Mistake(text->at, "doc.element", StrCat("no text may stand in <", element.name, ">"));
        }
        continue;
      }
      xml::Element& child = *std::get<std::unique_ptr<xml::Element>>(node);
      if (!HasWord(words->children, child.name)) {
        const auto known = Words(words->children);
        Mistake(child.at, "doc.element",
                StrCat("<", child.name, "> may not stand in <", element.name, ">"),
                DidYouMean(child.name, known));
        continue;
      }
      Check(child, depth);
    }
  }

  void CheckAttributes(const xml::Element& element, const Vocabulary& words) {
    for (const xml::Attribute& attribute : element.attributes) {
      const bool common = attribute.name == "if" || attribute.name == "for";
      const bool root = element.name == "document" || element.name == "fragment";
      if (HasWord(words.attributes, attribute.name) || (common && !root)) continue;
      Mistake(attribute.at, "doc.attribute",
              StrCat("<", element.name, "> has no attribute \"", attribute.name, "\""),
              DidYouMean(attribute.name, Words(words.attributes)));
    }
  }

  // Puts the children of the included fragment's root below <include>.
  void Splice(xml::Element& element, int depth) {
    const xml::Attribute* href = element.Find("href");
    if (href == nullptr) {
      Mistake(element.at, "doc.attribute", "<include> has no href");
      return;
    }
    if (depth >= kDeepestInclude) {
      Mistake(href->at, "doc.include", "includes are nested too deeply (in a circle?)");
      return;
    }
    const std::optional<std::string> text = include_ ? include_(href->value) : std::nullopt;
    if (!text) {
      Mistake(href->at, "doc.include", StrCat("there is no fragment \"", href->value, "\""));
      return;
    }
    auto root = Read(*text, StrCat("templates/shared/", href->value, ".xml"), depth + 1);
    if (root != nullptr) element.children = std::move(root->children);
  }

  const Include& include_;
  Diagnostics mistakes_;
  std::map<std::string, std::vector<std::string>> lines_;
};

}  // namespace

Result<Template> ReadTemplate(std::string_view text, std::string_view file,
                              const Include& include) {
  Reader reader(include);
  Template out;
  std::unique_ptr<xml::Element> root = reader.Read(text, file, 0);
  if (root != nullptr) reader.CheckRoot(*root, out);
  if (!reader.mistakes().empty()) return Unexpected(std::move(reader.mistakes()));
  out.root = std::move(root);
  out.lines = std::move(reader.lines());
  return out;
}

}  // namespace anjuan::doc
