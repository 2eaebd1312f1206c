#include "engine/form/json_reading.h"

#include <algorithm>

namespace anjuan::form {

std::string JsonReading::Text(const Value& object, std::string_view pointer,
                              std::string_view member, std::string_view otherwise) {
  const Value& value = object[member];
  if (value.is_null()) return std::string(otherwise);
  if (value.string() != nullptr) return *value.string();
  if (value.number() != nullptr) return value.number()->ToString();
  WrongKind(pointer, member, "a string");
  return std::string(otherwise);
}

bool JsonReading::Flag(const Value& object, std::string_view pointer, std::string_view member,
                       bool otherwise) {
  const Value& value = object[member];
  if (value.is_null()) return otherwise;
  if (value.boolean() != nullptr) return *value.boolean();
  WrongKind(pointer, member, "true or false");
  return otherwise;
}

std::vector<std::string> JsonReading::Texts(const Value& object, std::string_view pointer,
                                            std::string_view member) {
  std::vector<std::string> out;
  for (const Value& value : Elements(object, pointer, member)) {
    if (value.string() == nullptr) {
      WrongKind(pointer, member, "a list of strings");
      break;
    }
    out.push_back(*value.string());
  }
  return out;
}

const List& JsonReading::Elements(const Value& object, std::string_view pointer,
                                  std::string_view member) {
  static const List kNone;
  const Value& value = object[member];
  if (value.list() != nullptr) return *value.list();
  if (!value.is_null()) WrongKind(pointer, member, "a list");
  return kNone;
}

void JsonReading::CheckMembers(const Value& object, std::string_view pointer,
                               const std::vector<std::string>& known) {
  const Context* context = object.context();
  if (context == nullptr) return;
  for (const auto& [name, value] : context->entries()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    Mistake(StrCat(pointer, "/", name), "json.member", StrCat("unknown member \"", name, "\""),
            DidYouMean(name, known));
  }
}

}  // namespace anjuan::form
