// The words of the markup: which elements and attributes there are, what may stand where, and what
// an attribute may say. Read by the template reader and by the schema for editors, so that the two
// cannot differ. Private to engine/doc.
#pragma once

#include <span>
#include <string_view>

namespace anjuan::doc {

inline constexpr std::string_view kNamespace = "urn:anjuan:template:1";

enum class Content { kEmpty, kElements, kText };  // kText: text and the elements named

struct Vocabulary {
  std::string_view element;
  std::string_view attributes;  // beside if and for
  Content content;
  std::string_view children;
  std::string_view help;  // for an editor's tooltip
};

// What an attribute may say, where it is not free text: words apart by "|", or a kind.
struct AttributeValues {
  std::string_view element;  // "*": any
  std::string_view attribute;
  std::string_view values;  // "left|center", "number", "whole", "width", "sheet", "feel"
  std::string_view help;
};

std::span<const Vocabulary> AllVocabulary();
std::span<const AttributeValues> AllAttributeValues();

const Vocabulary* FindVocabulary(std::string_view element);
// Null: free text.
const AttributeValues* FindValues(std::string_view element, std::string_view attribute);

bool HasWord(std::string_view words, std::string_view word);

}  // namespace anjuan::doc
