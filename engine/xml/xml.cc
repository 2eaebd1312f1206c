#include "engine/xml/xml.h"

#include <Poco/SAX/Attributes.h>
#include <Poco/SAX/DefaultHandler.h>
#include <Poco/SAX/InputSource.h>
#include <Poco/SAX/LexicalHandler.h>
#include <Poco/SAX/Locator.h>
#include <Poco/SAX/SAXException.h>
#include <Poco/SAX/SAXParser.h>

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::xml {

const Attribute* Element::Find(std::string_view attribute, std::string_view attribute_ns) const {
  for (const Attribute& candidate : attributes) {
    if (candidate.name == attribute && candidate.ns == attribute_ns) return &candidate;
  }
  return nullptr;
}

std::string Element::Get(std::string_view attribute, std::string_view attribute_ns,
                         std::string_view otherwise) const {
  const Attribute* found = Find(attribute, attribute_ns);
  return found == nullptr ? std::string(otherwise) : found->value;
}

std::vector<const Element*> Element::Elements() const {
  std::vector<const Element*> out;
  for (const Node& node : children) {
    if (const auto* element = std::get_if<std::unique_ptr<Element>>(&node)) {
      out.push_back(element->get());
    }
  }
  return out;
}

std::string Element::InnerText() const {
  std::string out;
  for (const Node& node : children) {
    if (const auto* element = std::get_if<std::unique_ptr<Element>>(&node)) {
      out += (*element)->InnerText();
    } else {
      out += std::get<Text>(node).text;
    }
  }
  return out;
}

namespace {

constexpr int kDeepest = 200;
constexpr size_t kLargest = 16 << 20;
constexpr size_t kMostElements = 300'000;
// A longer line is no help in a picture, and a file of one line would be copied for each mistake.
constexpr size_t kLongestLine = 2'000;

constexpr size_t kMostLines = 1'000'000;

// Thrown through Poco's parser by our own handler, caught in Read.
struct Refused {
  Diagnostic diagnostic;
};

// The place of the character at `offset` bytes.
struct Place {
  int line = 1;
  int column = 1;
};

// Poco's locator knows where a tag begins, not where its attributes stand; the tag's own source
// text does. Walks it once, forward from "<": attributes come in the order of the text.
class TagScanner {
 public:
  TagScanner(std::string_view text, size_t offset, Place place)
      : text_(text), offset_(offset), place_(place) {}

  // The place of the first character of the value of attribute `qualified`, behind the last found.
  std::optional<Place> FindValue(std::string_view qualified) {
    std::string name;
    while (offset_ < text_.size()) {
      const char c = text_[offset_];
      if (quote_ != 0) {
        if (c == quote_) quote_ = 0;
        Advance();
        continue;
      }
      if (c == '>') return std::nullopt;
      if (c == '"' || c == '\'') {
        quote_ = c;
        Advance();
        if (Trim(name) == qualified) return place_;
        name.clear();
        continue;
      }
      if (c == '=') {
        Advance();
        continue;
      }
      const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      // "a =" keeps its name; a new word starts a new one.
      if (!space && after_space_ && !name.empty() && text_[offset_ - 1] != '=') name.clear();
      after_space_ = space;
      if (!space) name += c;
      Advance();
    }
    return std::nullopt;
  }

 private:
  void Advance() {
    const auto byte = static_cast<unsigned char>(text_[offset_++]);
    if (byte == '\n') {
      ++place_.line;
      place_.column = 1;
    } else if ((byte & 0xC0) != 0x80) {
      // Continuation bytes belong to the character counted at its lead byte.
      ++place_.column;
    }
  }

  std::string_view text_;
  size_t offset_;
  Place place_;
  char quote_ = 0;
  bool after_space_ = false;
};

class TreeBuilder : public Poco::XML::DefaultHandler, public Poco::XML::LexicalHandler {
 public:
  TreeBuilder(std::string_view text, std::string_view file) : text_(text), file_(file) {
    size_t start = 0;
    for (size_t i = 0; i <= text.size(); ++i) {
      if (i == text.size() || text[i] == '\n') {
        line_starts_.push_back(start);
        start = i + 1;
      }
    }
  }

  std::unique_ptr<Element> TakeRoot() { return std::move(root_); }

  void setDocumentLocator(const Poco::XML::Locator* locator) override { locator_ = locator; }

  void startElement(const Poco::XML::XMLString& uri, const Poco::XML::XMLString& local,
                    const Poco::XML::XMLString& qualified,
                    const Poco::XML::Attributes& attributes) override {
    if (++elements_ > kMostElements) Refuse("xml.size", "more than 300,000 elements");
    if (open_.size() >= kDeepest) Refuse("xml.depth", "elements nested deeper than 200 levels");
    auto element = std::make_unique<Element>();
    element->ns = uri;
    element->name = local.empty() ? qualified : local;
    element->at = Here();
    TagScanner scanner(text_, HereOffset(), {element->at.line, element->at.column});
    for (int i = 0; i < attributes.getLength(); ++i) {
      if (attributes.getQName(i) == "xmlns" || attributes.getQName(i).starts_with("xmlns:"))
        continue;
      Attribute attribute;
      attribute.ns = attributes.getURI(i);
      attribute.name = attributes.getLocalName(i);
      attribute.value = attributes.getValue(i);
      attribute.at = element->at;
      if (const auto place = scanner.FindValue(attributes.getQName(i))) {
        attribute.at.line = place->line;
        attribute.at.column = place->column;
      }
      element->attributes.push_back(std::move(attribute));
    }
    Element* raw = element.get();
    if (open_.empty()) {
      root_ = std::move(element);
    } else {
      open_.back()->children.emplace_back(std::move(element));
    }
    open_.push_back(raw);
  }

  void endElement(const Poco::XML::XMLString&, const Poco::XML::XMLString&,
                  const Poco::XML::XMLString&) override {
    open_.pop_back();
  }

  void characters(const Poco::XML::XMLChar chars[], int start, int length) override {
    if (open_.empty()) return;
    const std::string_view piece(chars + start, static_cast<size_t>(length));
    std::vector<Node>& siblings = open_.back()->children;
    if (!siblings.empty()) {
      if (Text* text = std::get_if<Text>(&siblings.back())) {
        text->text += piece;
        return;
      }
    }
    siblings.emplace_back(Text{std::string(piece), Here()});
  }

  void startDTD(const Poco::XML::XMLString&, const Poco::XML::XMLString&,
                const Poco::XML::XMLString&) override {
    Refuse("xml.doctype", "a DOCTYPE is not allowed");
  }
  void endDTD() override {}
  void startEntity(const Poco::XML::XMLString&) override {}
  void endEntity(const Poco::XML::XMLString&) override {}
  void startCDATA() override {}
  void endCDATA() override {}
  void comment(const Poco::XML::XMLChar[], int, int) override {}

 private:
  [[noreturn]] void Refuse(std::string code, std::string message) {
    throw Refused{{.code = std::move(code), .message = std::move(message), .at = Here()}};
  }

  // Poco counts columns from 0 and, on expat, in bytes: make them code points from 1.
  size_t HereOffset() const {
    const auto line = static_cast<size_t>(std::max(locator_->getLineNumber(), 1));
    const size_t start = line_starts_[std::min(line, line_starts_.size()) - 1];
    const auto column = static_cast<size_t>(std::max(locator_->getColumnNumber(), 0));
    return std::min(start + column, text_.size());
  }

  Location Here() const {
    const auto line = static_cast<size_t>(std::max(locator_->getLineNumber(), 1));
    const size_t start = line_starts_[std::min(line, line_starts_.size()) - 1];
    const size_t offset = HereOffset();
    // Counted on from the last place in this line: a document may be one long line.
    if (line != counted_line_ || offset < counted_to_) {
      counted_line_ = line;
      counted_to_ = start;
      counted_ = 0;
    }
    counted_ += CountCodePoints(text_.substr(counted_to_, offset - counted_to_));
    counted_to_ = offset;
    return {std::string(file_), static_cast<int>(line), static_cast<int>(counted_) + 1};
  }

  std::string_view text_;
  std::string_view file_;
  const Poco::XML::Locator* locator_ = nullptr;
  std::vector<size_t> line_starts_;
  std::vector<Element*> open_;
  std::unique_ptr<Element> root_;
  size_t elements_ = 0;
  mutable size_t counted_line_ = 0;
  mutable size_t counted_to_ = 0;  // offset in the text
  mutable size_t counted_ = 0;     // code points of the line before it
};

}  // namespace

Result<Document> Read(std::string_view text, std::string_view file) {
  if (text.size() > kLargest) {
    return Fail({.code = "xml.size", .message = "larger than 16 MiB", .at = {std::string(file)}});
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Document document;
  document.file = file;
  for (std::string_view line : Split(text, '\n')) {
    if (document.lines.size() >= kMostLines) break;  // the rest is told without pictures
    if (line.size() > kLongestLine) line = {};
    document.lines.emplace_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  }
  TreeBuilder builder(text, file);
  const auto fail = [&](const Diagnostic& diagnostic) {
    return Fail(Mistake(document, diagnostic.at, diagnostic.code, diagnostic.message));
  };
  try {
    Poco::XML::SAXParser parser;
    parser.setFeature(Poco::XML::XMLReader::FEATURE_NAMESPACES, true);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_NAMESPACE_PREFIXES, true);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_GENERAL_ENTITIES, false);
    parser.setFeature(Poco::XML::XMLReader::FEATURE_EXTERNAL_PARAMETER_ENTITIES, false);
    parser.setContentHandler(&builder);
    parser.setProperty(Poco::XML::XMLReader::PROPERTY_LEXICAL_HANDLER,
                       static_cast<Poco::XML::LexicalHandler*>(&builder));
    parser.parseMemoryNP(text.data(), text.size());
    document.root = builder.TakeRoot();
  } catch (const Refused& refused) {
    return fail(refused.diagnostic);
  } catch (const Poco::XML::SAXParseException& error) {
    // "Tag mismatch in line 1 column 8": the place is told once, and from 1.
    std::string message = error.message();
    message.erase(std::min(message.find(" in line "), message.size()));
    return fail({.code = "xml.syntax",
                 .message = message,
                 .at = {std::string(file), error.getLineNumber(), error.getColumnNumber() + 1}});
  } catch (const Poco::Exception& error) {
    return fail({.code = "xml.syntax", .message = error.displayText(), .at = {std::string(file)}});
  }
  return document;
}

Diagnostic Mistake(const Document& document, const Location& at, std::string code,
                   std::string message, std::string hint) {
  Diagnostic diagnostic{
      .code = std::move(code), .message = std::move(message), .at = at, .hint = std::move(hint)};
  if (at.line > 0 && static_cast<size_t>(at.line) <= document.lines.size()) {
    diagnostic.source_line = document.lines[static_cast<size_t>(at.line) - 1];
  }
  return diagnostic;
}

}  // namespace anjuan::xml
