// XML as a tree with positions. Namespaces are resolved; DOCTYPE is refused outright, as are
// nesting beyond 200 levels, more than 300,000 elements and texts beyond 16 MiB.
//
// Positions: line and column from 1, of the element's "<" and of each attribute's value's first
// character, so that a mistake inside an expression points into the attribute.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::xml {

struct Attribute {
  std::string ns;    // namespace URI, "" for none
  std::string name;  // local name
  std::string value;
  Location at;  // of the value
};

struct Element;
struct Text {
  std::string text;
  Location at;
};
using Node = std::variant<std::unique_ptr<Element>, Text>;

struct Element {
  std::string ns;
  std::string name;
  std::vector<Attribute> attributes;
  std::vector<Node> children;  // in document order; adjacent text is one node
  Location at;

  // Attribute of no namespace, or of `attribute_ns`; null where absent.
  const Attribute* Find(std::string_view attribute, std::string_view attribute_ns = "") const;
  std::string Get(std::string_view attribute, std::string_view attribute_ns = "",
                  std::string_view otherwise = "") const;
  std::vector<const Element*> Elements() const;  // child elements
  std::string InnerText() const;                 // all text below, joined
};

struct Document {
  std::unique_ptr<Element> root;
  std::string file;
  std::vector<std::string> lines;  // the source, for caret pictures; very long ones are empty
};

Result<Document> Read(std::string_view text, std::string_view file);

// The tree as text again: the same elements, attributes and texts, other prefixes. Read gives the
// same tree back.
std::string Write(const Element& element);
std::string WriteChildren(const Element& element);  // of its child elements, without text between

// For text that goes between double quotes. Characters XML cannot hold are the caller's to refuse.
std::string EscapeAttribute(std::string_view text);

// `at` with its source line, ready for a Diagnostic.
Diagnostic Mistake(const Document& document, const Location& at, std::string code,
                   std::string message, std::string hint = "");

}  // namespace anjuan::xml
