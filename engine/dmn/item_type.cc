#include "engine/dmn/item_type.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/types.h"

namespace anjuan::dmn {

namespace {

using Base = Type::Base;

struct BaseName {
  std::string_view name;
  Base base;
};
// FEEL's own, with the spellings the exchange format uses.
constexpr std::array kBases = {
    BaseName{"number", Base::kNumber},
    BaseName{"string", Base::kString},
    BaseName{"boolean", Base::kBoolean},
    BaseName{"date", Base::kDate},
    BaseName{"time", Base::kTime},
    BaseName{"date and time", Base::kDateTime},
    BaseName{"dateTime", Base::kDateTime},
    BaseName{"days and time duration", Base::kDaysDuration},
    BaseName{"dayTimeDuration", Base::kDaysDuration},
    BaseName{"years and months duration", Base::kMonthsDuration},
    BaseName{"yearMonthDuration", Base::kMonthsDuration},
    BaseName{"context", Base::kContext},
    BaseName{"function", Base::kFunction},
    BaseName{"range", Base::kRange},
    BaseName{"list", Base::kList},
    BaseName{"Null", Base::kNull},
};

std::optional<Type> FeelType(std::string_view name) {
  for (const BaseName& known : kBases) {
    if (known.name == name) return Type::Of(known.base);
  }
  if (name.find('<') == std::string_view::npos) return std::nullopt;
  Result<Type> type = ParseType(name);
  if (!type) return std::nullopt;
  return *std::move(type);
}

ItemTypePointer Wrap(std::string name, Type type) {
  auto out = std::make_shared<ItemType>();
  out->name = std::move(name);
  if (type.element != nullptr && type.base == Base::kList) {
    out->element = Wrap(ToString(*type.element), *type.element);
  }
  if (type.fields != nullptr) {
    for (const auto& [field, of] : *type.fields) {
      out->fields.emplace_back(field, Wrap(ToString(of), of));
    }
  }
  out->feel = std::move(type);
  return out;
}

}  // namespace

// Definitions may name one another in any order; a name that leads back to itself is a mistake.
class TypeBuilder {
 public:
  TypeBuilder(const Source& source, ItemTypes& types, Diagnostics& mistakes)
      : types_(types), mistakes_(mistakes) {
    for (const ItemDefinition& definition : source.types) {
      definitions_.emplace(definition.name, &definition);
    }
    for (const ItemDefinition& definition : source.types) Build(definition.name, definition.at);
  }

 private:
  ItemTypePointer Named(const std::string& ref, const Location& at) {
    if (ref.empty() || ref == "Any" || ref == "any") return nullptr;
    if (definitions_.contains(ref)) return Build(ref, at);
    return types_.Find(ref, at, mistakes_);
  }

  ItemTypePointer Build(const std::string& name, const Location& at) {
    if (const auto it = types_.types_.find(name); it != types_.types_.end()) return it->second;
    constexpr size_t kDeepest = 100;
    const bool deep = building_.size() >= kDeepest;
    if (deep || !building_.insert(name).second) {
      mistakes_.push_back(
          {.code = "dmn.type",
           .message = StrCat("the type \"", name, "\" ",
                             deep ? "stands on too many others" : "contains itself"),
           .at = at});
      return nullptr;
    }
    ItemTypePointer out = Make(*definitions_.at(name));
    building_.erase(name);
    types_.types_[name] = out;
    return out;
  }

  ItemTypePointer Make(const ItemDefinition& definition) {
    auto out = std::make_shared<ItemType>();
    out->name = definition.name;
    if (definition.function) {
      for (const ItemDefinition& parameter : definition.components) {
        Named(parameter.type_ref, parameter.at);
      }
      Named(definition.type_ref, definition.at);
      out->feel = Type::Of(Base::kFunction);
    } else if (!definition.components.empty()) {
      MakeContext(definition, *out);
    } else if (const ItemTypePointer base = Named(definition.type_ref, definition.at)) {
      *out = *base;
      out->name = definition.name;
    }
    Allow(definition.allowed, *out);
    if (definition.collection) {
      auto list = std::make_shared<ItemType>();
      list->name = definition.name;
      list->feel = Type::ListOf(out->feel);
      list->size = out->size + 1;
      list->element = std::move(out);
      out = std::move(list);
    }
    Allow(definition.constraint, *out);
    return out;
  }

  void MakeContext(const ItemDefinition& definition, ItemType& out) {
    // A few lines can stand for a tree of any size: whoever walks it must come to an end.
    constexpr size_t kLargest = 10'000;
    std::vector<Type::Field> fields;
    for (const ItemDefinition& component : definition.components) {
      ItemTypePointer type = Make(component);
      out.size += type->size;
      if (out.size > kLargest) {
        mistakes_.push_back({.code = "dmn.type",
                             .message = StrCat("the type \"", definition.name, "\" is too large"),
                             .at = definition.at});
        out = ItemType();
        return;
      }
      fields.emplace_back(component.name, type->feel);
      out.fields.emplace_back(component.name, std::move(type));
    }
    out.feel = Type::ContextOf(std::move(fields));
  }

  void Allow(const std::optional<Text>& tests, ItemType& out) {
    if (!tests) return;
    out.allowed.emplace(*tests, ForTests(feel::Scope(feel::Dialect::kStandard), out.feel));
    Append(mistakes_, out.allowed->mistakes());
    // A type that allows nothing because its tests cannot be read would make everything null.
    if (!out.allowed->mistakes().empty()) out.allowed.reset();
  }

  ItemTypes& types_;
  Diagnostics& mistakes_;
  std::map<std::string, const ItemDefinition*> definitions_;
  std::set<std::string> building_;
};

ItemTypes::ItemTypes(const Source& source, std::map<std::string, ItemTypePointer> imported,
                     Diagnostics& mistakes)
    : types_(std::move(imported)) {
  TypeBuilder(source, *this, mistakes);
}

ItemTypePointer ItemTypes::Find(const std::string& type_ref, const Location& at,
                                Diagnostics& mistakes) const {
  if (type_ref.empty() || type_ref == "Any" || type_ref == "any") return nullptr;
  if (const auto it = types_.find(type_ref); it != types_.end()) return it->second;
  if (auto type = FeelType(type_ref)) return Wrap(type_ref, *std::move(type));
  std::vector<std::string> names;
  for (const auto& [name, type] : types_) names.push_back(name);
  for (const BaseName& known : kBases) names.emplace_back(known.name);
  mistakes.push_back({.code = "dmn.type",
                      .message = StrCat("no type \"", type_ref, "\""),
                      .at = at,
                      .hint = DidYouMean(type_ref, names)});
  return nullptr;
}

std::map<std::string, Type> ItemTypes::FeelTypes() const {
  std::map<std::string, Type> out;
  for (const auto& [name, type] : types_) out.emplace(name, type->feel);
  return out;
}

// ---- Values

namespace {

bool IsAllowed(const Value& value, const ItemType& type, std::string& why, Course& course) {
  if (!type.allowed) return true;
  Course tests{course.meter, course.host};
  Row row;
  if (type.allowed->Hold(value, row, tests)) return true;
  if (!course.Spend(0, type.allowed->text().at)) {
    why = "the budget is spent";
    return false;
  }
  why = StrCat("\"", type.name, "\" allows only ", Trim(type.allowed->text().text));
  return false;
}

std::optional<Value> AsList(const Value& value, const ItemType& type, std::string& why,
                            Course& course) {
  if (type.element == nullptr) return value.list() != nullptr ? value : Value(List{value});
  List out;
  const List* list = value.list();
  const List single = list == nullptr ? List{value} : List{};
  for (const Value& item : list == nullptr ? single : *list) {
    std::optional<Value> fitted = Conform(item, *type.element, why, course);
    if (!fitted) return std::nullopt;
    out.push_back(*std::move(fitted));
  }
  return Value(std::move(out));
}

std::optional<Value> AsContext(const Value& value, const ItemType& type, std::string& why,
                               Course& course) {
  Context out = *value.context();
  for (const auto& [name, field] : type.fields) {
    Value* entry = out.Find(name);
    if (entry == nullptr) {
      why = StrCat("\"", name, "\" is missing");
      return std::nullopt;
    }
    if (field == nullptr) continue;
    std::optional<Value> fitted = Conform(*entry, *field, why, course);
    if (!fitted) {
      why = StrCat("\"", name, "\": ", why);
      return std::nullopt;
    }
    *entry = *std::move(fitted);
  }
  return Value(std::move(out));
}

}  // namespace

std::optional<Value> Conform(const Value& value, const ItemType& type, std::string& why,
                             Course& course) {
  const Base wanted = type.feel.base;
  if (value.is_null()) return value;
  if (!course.Spend(1, {})) {
    why = "the budget is spent";
    return std::nullopt;
  }
  std::optional<Value> out;
  if (wanted == Base::kList) {
    out = AsList(value, type, why, course);
  } else if (wanted == Base::kAny) {
    out = value;
  } else if (value.list() != nullptr) {
    if (value.list()->size() == 1) return Conform(value.list()->front(), type, why, course);
  } else if (wanted == Base::kDateTime && value.date() != nullptr) {
    DateTime midnight{*value.date(), Time{}};
    midnight.time.zone.given = true;
    out = Value(midnight);
  } else if (wanted == feel::BaseOf(value.kind())) {
    out = wanted == Base::kContext ? AsContext(value, type, why, course) : value;
  }
  if (!out) {
    if (why.empty()) {
      why = StrCat("a ", KindName(value.kind()), " is no ",
                   type.name.empty() ? ToString(type.feel) : type.name);
    }
    return std::nullopt;
  }
  if (!IsAllowed(*out, type, why, course)) return std::nullopt;
  return out;
}

}  // namespace anjuan::dmn
