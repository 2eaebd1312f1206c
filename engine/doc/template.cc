#include "engine/doc/template.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/vocabulary.h"

namespace anjuan::doc {
namespace {

constexpr int kDeepestInclude = 8;
constexpr std::string_view kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

struct FormName {
  std::string_view name;
  Form form;
};
constexpr std::array kForms = {
    FormName{"plain", Form::kPlain},
    FormName{"letter", Form::kLetter},
    FormName{"red-header", Form::kRedHeader},
    FormName{"minutes", Form::kMinutes},
    FormName{"order", Form::kOrder},
    FormName{"certificate", Form::kCertificate},
    FormName{"plaque", Form::kPlaque},
    FormName{"cover", Form::kCover},
    FormName{"toc", Form::kToc},
};

struct SheetName {
  std::string_view name;
  SheetSize size;
};
constexpr std::array kSheetNames = {
    SheetName{"A4", {210, 297}},
    SheetName{"A4-landscape", {297, 210}},
    SheetName{"A3", {297, 420}},
    SheetName{"A3-landscape", {420, 297}},
};
constexpr int kLeastMm = 100;
constexpr int kMostMm = 1500;

// What a form of one sheet has room for; empty: everything.
std::string_view AllowedOn(Form form) {
  switch (form) {
    case Form::kCertificate:
      return "issuer number title to p sign image qr entry include style";
    case Form::kPlaque:
      return "issuer number title to p sign image qr include style";
    case Form::kCover:
      return "issuer number title p entry image qr include style";
    case Form::kPlain:
    case Form::kLetter:
    case Form::kRedHeader:
    case Form::kMinutes:
    case Form::kOrder:
    case Form::kToc:
      return "";
  }
  return "";
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
    const auto known = std::find_if(kForms.begin(), kForms.end(),
                                    [&](const FormName& name) { return name.name == form; });
    if (known == kForms.end()) {
      Mistake(root.Find("form")->at, "doc.attribute",
              StrCat("form is \"", form, "\", not one of ", FormNames()));
      return;
    }
    out.form = known->form;
    const bool headed = out.form == Form::kLetter || out.form == Form::kRedHeader ||
                        out.form == Form::kMinutes || out.form == Form::kOrder;
    if (headed && !HasIssuer(root)) {
      Mistake(root.at, "doc.element", StrCat("a ", form, " needs an <issuer>"));
    }
    if (!AllowedOn(out.form).empty()) CheckSheet(root, out.form, form);
    if (const xml::Attribute* sheet = root.Find("sheet")) ReadSheet(*sheet, out);
    if (const xml::Attribute* sides = root.Find("sides")) {
      out.one_sided = sides->value == "one";
      if (!out.one_sided && sides->value != "two") {
        Mistake(sides->at, "doc.attribute", "sides is not one or two");
      }
    }
  }

  // style="name" stands for the attributes of <style name="name">; the element's own come first.
  void Styles(xml::Element& root) {
    TakeStyles(root);
    ApplyStyles(root);
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

  // "A4", "A3-landscape", or millimetres, "600x400".
  void ReadSheet(const xml::Attribute& attribute, Template& out) {
    if (out.form != Form::kCertificate && out.form != Form::kPlaque) {
      Mistake(attribute.at, "doc.attribute",
              "only a certificate or a plaque has a sheet of its own");
      return;
    }
    for (const SheetName& known : kSheetNames) {
      if (known.name == attribute.value) out.sheet = known.size;
    }
    if (out.sheet.width_mm > 0) return;
    const size_t cross = attribute.value.find('x');
    if (cross != std::string::npos) {
      const auto width = ParseInteger(std::string_view(attribute.value).substr(0, cross));
      const auto height = ParseInteger(std::string_view(attribute.value).substr(cross + 1));
      const auto fits = [](const auto& mm) { return mm && *mm >= kLeastMm && *mm <= kMostMm; };
      if (fits(width) && fits(height)) {
        out.sheet = {static_cast<double>(*width), static_cast<double>(*height)};
        return;
      }
    }
    Mistake(attribute.at, "doc.attribute",
            StrCat("sheet is \"", attribute.value,
                   "\", not A4, A4-landscape, A3, A3-landscape or millimetres such as 600x400"));
  }

  static std::string FormNames() {
    std::vector<std::string> names;
    names.reserve(std::size(kForms));
    for (const FormName& name : kForms) names.emplace_back(name.name);
    return Join(names, ", ");
  }

  static bool HasIssuer(const xml::Element& element) {
    const auto elements = element.Elements();
    return std::any_of(elements.begin(), elements.end(), [](const xml::Element* e) {
      return e->name == "issuer" || (e->name == "include" && HasIssuer(*e));
    });
  }

  // A certificate or cover is one sheet: no tables, no pages to turn.
  void CheckSheet(const xml::Element& element, Form form, const std::string& name) {
    for (const xml::Element* child : element.Elements()) {
      if (!HasWord(AllowedOn(form), child->name)) {
        Mistake(child->at, "doc.element",
                StrCat("<", child->name, "> may not stand on a ", name, ": it is one sheet"));
      } else if (child->name == "include") {
        CheckSheet(*child, form, name);
      }
    }
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
      if (attribute.ns == kSchemaInstance) continue;  // an editor's way to its schema
      const bool common = attribute.name == "if" || attribute.name == "for";
      const bool root = element.name == "document" || element.name == "fragment";
      if (HasWord(words.attributes, attribute.name) || (common && !root)) continue;
      Mistake(attribute.at, "doc.attribute",
              StrCat("<", element.name, "> has no attribute \"", attribute.name, "\""),
              DidYouMean(attribute.name, Words(words.attributes)));
    }
  }

  void TakeStyles(xml::Element& element) {
    std::erase_if(element.children, [&](xml::Node& node) {
      auto* child = std::get_if<std::unique_ptr<xml::Element>>(&node);
      if (child == nullptr) return false;
      if ((*child)->name != "style") {
        TakeStyles(**child);
        return false;
      }
      const std::string name = (*child)->Get("name");
      if (name.empty()) Mistake((*child)->at, "doc.attribute", "<style> has no name");
      if (!styles_.emplace(name, (*child)->attributes).second) {
        Mistake((*child)->at, "doc.attribute", StrCat("there are two styles \"", name, "\""));
      }
      return true;
    });
  }

  void ApplyStyles(xml::Element& element) {
    for (xml::Node& node : element.children) {
      auto* child = std::get_if<std::unique_ptr<xml::Element>>(&node);
      if (child != nullptr) ApplyStyles(**child);
    }
    const xml::Attribute* style = element.Find("style");
    const Vocabulary* words = FindVocabulary(element.name);
    if (style == nullptr || words == nullptr) return;
    const auto found = styles_.find(style->value);
    if (found == styles_.end()) {
      std::vector<std::string> known;
      for (const auto& [name, attributes] : styles_) known.push_back(name);
      Mistake(style->at, "doc.attribute", StrCat("there is no style \"", style->value, "\""),
              DidYouMean(style->value, known));
      return;
    }
    for (const xml::Attribute& attribute : found->second) {
      const bool fits = attribute.name != "name" && HasWord(words->attributes, attribute.name);
      if (fits && element.Find(attribute.name) == nullptr) element.attributes.push_back(attribute);
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
  std::map<std::string, std::vector<xml::Attribute>> styles_;
};

}  // namespace

Result<Template> ReadTemplate(std::string_view text, std::string_view file,
                              const Include& include) {
  Reader reader(include);
  Template out;
  std::unique_ptr<xml::Element> root = reader.Read(text, file, 0);
  if (root != nullptr) {
    reader.CheckRoot(*root, out);
    reader.Styles(*root);
  }
  if (!reader.mistakes().empty()) return Unexpected(std::move(reader.mistakes()));
  out.root = std::move(root);
  out.lines = std::move(reader.lines());
  return out;
}

}  // namespace anjuan::doc
