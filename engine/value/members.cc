#include "engine/value/members.h"

namespace anjuan {

std::string TextIn(const Value& from, std::string_view key) {
  const std::string* text = from[key].string();
  return text == nullptr ? std::string() : *text;
}

std::int64_t IntegerIn(const Value& from, std::string_view key, std::int64_t otherwise) {
  const Decimal* number = from[key].number();
  return number == nullptr ? otherwise : number->ToInteger().value_or(otherwise);
}

}  // namespace anjuan
