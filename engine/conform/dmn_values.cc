#include "engine/conform/dmn_values.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/text.h"

namespace anjuan::conform {

namespace {

constexpr std::string_view kInstance = "http://www.w3.org/2001/XMLSchema-instance";

std::vector<const xml::Element*> Named(const xml::Element& element, std::string_view name) {
  std::vector<const xml::Element*> out = element.Elements();
  std::erase_if(out, [&](const xml::Element* child) { return child->name != name; });
  return out;
}

bool IsNil(const xml::Element& element) {
  return element.Get("nil", kInstance) == "true";
}

// "xsd:decimal" -> "decimal"; untyped: the exchange format's name of what is wanted.
std::string TypeName(const xml::Element& value, const Type* wanted) {
  const std::string name = value.Get("type", kInstance);
  if (!name.empty()) return name.substr(name.find(':') + 1);
  if (wanted == nullptr) return "string";
  switch (wanted->base) {
    case Type::Base::kBoolean:
      return "boolean";
    case Type::Base::kNumber:
      return "decimal";
    case Type::Base::kDate:
      return "date";
    case Type::Base::kTime:
      return "time";
    case Type::Base::kDateTime:
      return "dateTime";
    case Type::Base::kMonthsDuration:
    case Type::Base::kDaysDuration:
      return "duration";
    case Type::Base::kAny:
    case Type::Base::kNull:
    case Type::Base::kString:
    case Type::Base::kList:
    case Type::Base::kContext:
    case Type::Base::kRange:
    case Type::Base::kFunction:
      break;
  }
  return "string";
}

Value ReadDuration(std::string_view text) {
  // Only years and months, and not zero days: P1Y2M.
  const bool days = text.find_first_of("DT") != std::string_view::npos;
  if (!days) {
    if (const auto months = ParseMonthsDuration(text)) return Value(*months);
  }
  if (const auto duration = ParseDaysDuration(text)) return Value(*duration);
  return Value();
}

Value ReadScalar(const xml::Element& value, const Type* wanted, const Zones* zones) {
  if (IsNil(value)) return Value();
  const std::string text = value.InnerText();
  const std::string type = TypeName(value, wanted);
  const std::string_view trimmed = Trim(text);
  if (type == "boolean") return Value(trimmed == "true" || trimmed == "1");
  if (type == "decimal" || type == "double" || type == "integer" || type == "float" ||
      type == "int" || type == "long") {
    const auto number = Decimal::Parse(trimmed);
    return number ? Value(*number) : Value();
  }
  if (type == "date") {
    const auto date = ParseDate(trimmed);
    return date ? Value(*date) : Value();
  }
  if (type == "time") {
    const auto time = ParseTime(trimmed, zones);
    return time ? Value(*time) : Value();
  }
  if (type == "dateTime") {
    if (const auto date = ParseDate(trimmed)) return Value(*date);
    const auto date_time = ParseDateTime(trimmed, zones);
    return date_time ? Value(*date_time) : Value();
  }
  if (type == "duration") return ReadDuration(trimmed);
  return Value(text);
}

const Type* ElementOf(const Type* type) {
  return type == nullptr ? nullptr : type->element.get();
}

// |a - b| < 1e-8, and the same when rounded to the places `text` gives.
bool NumbersMatch(std::string_view text, const Decimal& expected, const Decimal& found,
                  bool& exact) {
  const auto difference = expected.Subtract(found);
  const auto tolerance = Decimal::Parse("0.00000001");
  if (!difference || difference->Abs() >= *tolerance) return false;
  if (expected == found) return true;
  const size_t point = text.find('.');
  const size_t end = std::min(text.find_first_of("eE"), text.size());
  int places = point < end ? static_cast<int>(end - point) - 1 : 0;
  if (end < text.size()) {
    places -= static_cast<int>(ParseInteger(text.substr(end + 1)).value_or(0));
  }
  const auto rounded = found.Round(places, Decimal::Rounding::kHalfEven);
  if (!rounded || !(*rounded == expected)) exact = false;
  return true;
}

}  // namespace

Value ReadTestValue(const xml::Element& element, const Type* wanted, const Zones* zones) {
  if (IsNil(element)) return Value();
  if (const auto values = Named(element, "value"); !values.empty()) {
    return ReadScalar(*values.front(), wanted, zones);
  }
  if (const auto lists = Named(element, "list"); !lists.empty()) {
    if (IsNil(*lists.front())) return Value();
    List out;
    for (const xml::Element* item : Named(*lists.front(), "item")) {
      out.push_back(ReadTestValue(*item, ElementOf(wanted), zones));
    }
    return Value(std::move(out));
  }
  const auto components = Named(element, "component");
  if (components.empty()) return Value();
  Context out;
  for (const xml::Element* component : components) {
    const std::string name = component->Get("name");
    out.Set(name, ReadTestValue(*component, wanted == nullptr ? nullptr : wanted->FindField(name),
                                zones));
  }
  return Value(std::move(out));
}

bool MatchesExpected(const xml::Element& element, const Value& found, const Zones* zones,
                     bool& exact) {
  if (IsNil(element)) return found.is_null();
  if (const auto values = Named(element, "value"); !values.empty()) {
    const Value expected = ReadScalar(*values.front(), nullptr, zones);
    if (expected.number() == nullptr || found.number() == nullptr) return expected == found;
    const std::string text = values.front()->InnerText();
    return NumbersMatch(Trim(text), *expected.number(), *found.number(), exact);
  }
  if (const auto lists = Named(element, "list"); !lists.empty()) {
    if (IsNil(*lists.front())) return found.is_null();
    const auto items = Named(*lists.front(), "item");
    const List* list = found.list();
    if (list == nullptr || list->size() != items.size()) return false;
    for (size_t i = 0; i < items.size(); ++i) {
      if (!MatchesExpected(*items[i], (*list)[i], zones, exact)) return false;
    }
    return true;
  }
  const auto components = Named(element, "component");
  if (components.empty()) return found.is_null();
  const Context* context = found.context();
  if (context == nullptr || context->size() != components.size()) return false;
  return std::all_of(components.begin(), components.end(), [&](const xml::Element* component) {
    const Value* entry = context->Find(component->Get("name"));
    return entry != nullptr && MatchesExpected(*component, *entry, zones, exact);
  });
}

}  // namespace anjuan::conform
