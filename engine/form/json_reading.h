// Reading a definition file written in JSON: members by name, and mistakes with their place.
// Private to engine/form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json_place.h"
#include "engine/base/result.h"
#include "engine/base/text.h"
#include "engine/value/value.h"

namespace anjuan::form {

// Collects the mistakes of one file.
class JsonReading {
 public:
  JsonReading(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  void Mistake(std::string_view pointer, std::string code, std::string message,
               std::string hint = "") {
    const Location at = FindJsonPlace(text_, file_, pointer);
    mistakes_.push_back({.code = std::move(code),
                         .message = std::move(message),
                         .at = at,
                         .hint = std::move(hint),
                         .source_line = SourceLine(text_, at.line)});
  }
  Location Place(std::string_view pointer) const { return FindJsonPlace(text_, file_, pointer); }
  void Add(Diagnostics found) { Append(mistakes_, std::move(found)); }

  // Members of the right kind; where absent, the default; where of another kind, also a mistake.
  std::string Text(const Value& object, std::string_view pointer, std::string_view member,
                   std::string_view otherwise = "");
  bool Flag(const Value& object, std::string_view pointer, std::string_view member, bool otherwise);
  std::vector<std::string> Texts(const Value& object, std::string_view pointer,
                                 std::string_view member);
  const List& Elements(const Value& object, std::string_view pointer, std::string_view member);
  // Every member's name must be one of `known`.
  void CheckMembers(const Value& object, std::string_view pointer,
                    const std::vector<std::string>& known);

  Diagnostics& mistakes() { return mistakes_; }

 private:
  void WrongKind(std::string_view pointer, std::string_view member, std::string_view wanted) {
    Mistake(StrCat(pointer, "/", member), "json.kind", StrCat("\"", member, "\" must be ", wanted));
  }
  std::string_view text_;
  std::string_view file_;
  Diagnostics mistakes_;
};

}  // namespace anjuan::form
