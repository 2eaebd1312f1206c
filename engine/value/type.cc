#include "engine/value/type.h"

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace anjuan {

Type Type::ListOf(Type element) {
  Type type = Of(Base::kList);
  type.element = std::make_shared<const Type>(std::move(element));
  return type;
}

Type Type::ContextOf(std::vector<Field> fields) {
  Type type = Of(Base::kContext);
  type.fields = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

const Type* Type::FindField(std::string_view field) const {
  if (fields == nullptr) return nullptr;
  const auto it = std::find_if(fields->begin(), fields->end(),
                               [&](const Field& f) { return f.first == field; });
  return it == fields->end() ? nullptr : &it->second;
}

bool Type::operator==(const Type& other) const {
  const auto same = [](const auto& a, const auto& b) {
    return a == b || (a != nullptr && b != nullptr && *a == *b);
  };
  return base == other.base && name == other.name && values == other.values &&
         same(element, other.element) && same(fields, other.fields);
}

namespace {

Type Named(std::string name, Type type) {
  type.name = std::move(name);
  return type;
}

// A person as it stands in a case's data: everything that identifies is behind the subject token.
Type PersonType() {
  const Type text = Type::Of(Type::Base::kString);
  const Type flag = Type::Of(Type::Base::kBoolean);
  return Named("person", Type::ContextOf({{"subject", text},
                                          {"name", text},
                                          {"id_number", text},
                                          {"phone", text},
                                          {"post", text},
                                          {"side", text},
                                          {"outsider", flag},
                                          {"frontline", flag}}));
}

// An organisation as copied from the register into a case.
Type OrganisationType() {
  const Type text = Type::Of(Type::Base::kString);
  const Type number = Type::Of(Type::Base::kNumber);
  const Type flag = Type::Of(Type::Base::kBoolean);
  return Named("org", Type::ContextOf({{"id", text},
                                       {"name", text},
                                       {"short_name", text},
                                       {"credit_code", text},
                                       {"region", text},
                                       {"type", text},
                                       {"industry", text},
                                       {"address", text},
                                       {"workers_total", number},
                                       {"has_union", flag},
                                       {"has_workers_congress", flag}}));
}

struct SimpleName {
  std::string_view text;
  Type::Base base;
};
constexpr std::array kSimpleNames = {
    SimpleName{"any", Type::Base::kAny},
    SimpleName{"null", Type::Base::kNull},
    SimpleName{"boolean", Type::Base::kBoolean},
    SimpleName{"number", Type::Base::kNumber},
    SimpleName{"integer", Type::Base::kNumber},
    SimpleName{"money", Type::Base::kNumber},
    SimpleName{"string", Type::Base::kString},
    SimpleName{"text", Type::Base::kString},
    SimpleName{"date", Type::Base::kDate},
    SimpleName{"time", Type::Base::kTime},
    SimpleName{"datetime", Type::Base::kDateTime},
    SimpleName{"date and time", Type::Base::kDateTime},
    SimpleName{"days and time duration", Type::Base::kDaysDuration},
    SimpleName{"years and months duration", Type::Base::kMonthsDuration},
};

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : rest_(text) {}

  Result<Type> Parse() {
    Type type = ParseOne(0);
    SkipSpace();
    if (mistake_.empty() && !rest_.empty()) mistake_ = StrCat("unexpected \"", rest_, "\"");
    if (!mistake_.empty()) {
      return Fail({.code = "type.syntax", .message = mistake_, .hint = hint_});
    }
    return type;
  }

 private:
  void SkipSpace() { rest_ = Trim(rest_); }
  bool Take(char c) {
    SkipSpace();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view TakeWord(std::string_view stops) {
    SkipSpace();
    const size_t end = std::min(rest_.find_first_of(stops), rest_.size());
    const std::string_view word = Trim(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }
  void Expect(char c) {
    if (!Take(c) && mistake_.empty()) mistake_ = StrCat("'", c, "' expected");
  }

  Type ParseOne(int depth) {
    if (depth > 20) {
      mistake_ = "nested too deeply";
      return {};
    }
    const std::string_view word = TakeWord("(),<>{}");
    if (word == "enum") return ParseEnum();
    if (word == "list") {
      if (!Take('<')) return Type::ListOf(Type::Any());
      Type element = ParseOne(depth + 1);
      Expect('>');
      return Type::ListOf(std::move(element));
    }
    if (word == "context") return ParseContext(depth);
    if (word == "person") return PersonType();
    if (word == "org") return OrganisationType();
    for (const SimpleName& name : kSimpleNames) {
      if (word != name.text) continue;
      const bool refined = word == "integer" || word == "money" || word == "text";
      return Named(refined ? std::string(word) : "", Type::Of(name.base));
    }
    Unknown(word);
    return {};
  }

  Type ParseEnum() {
    Type type = Type::Of(Type::Base::kString);
    Expect('(');
    do {
      const std::string_view value = TakeWord(",)");
      if (value.empty() && mistake_.empty()) mistake_ = "an enum needs values: enum(a,b)";
      type.values.emplace_back(value);
    } while (mistake_.empty() && Take(','));
    Expect(')');
    return type;
  }

  Type ParseContext(int depth) {
    if (!Take('{')) return Type::Of(Type::Base::kContext);
    std::vector<Type::Field> fields;
    do {
      std::string name(TakeWord(":,}"));
      Expect(':');
      fields.emplace_back(std::move(name), ParseOne(depth + 1));
    } while (mistake_.empty() && Take(','));
    Expect('}');
    return Type::ContextOf(std::move(fields));
  }

  void Unknown(std::string_view word) {
    if (!mistake_.empty()) return;
    std::vector<std::string> known = {"enum", "list", "context", "person", "org"};
    for (const SimpleName& name : kSimpleNames) known.emplace_back(name.text);
    mistake_ = StrCat("no type \"", word, "\"");
    hint_ = DidYouMean(word, known);
  }

  std::string_view rest_;
  std::string mistake_;
  std::string hint_;
};

}  // namespace

Result<Type> ParseType(std::string_view text) {
  return TypeParser(text).Parse();
}

std::string ToString(const Type& type) {
  if (!type.name.empty()) return type.name;
  switch (type.base) {
    case Type::Base::kString:
      return type.values.empty() ? "string" : StrCat("enum(", Join(type.values, ","), ")");
    case Type::Base::kList:
      return StrCat("list<", ToString(*type.element), ">");
    case Type::Base::kContext: {
      if (type.fields == nullptr) return "context";
      std::vector<std::string> fields;
      for (const auto& [name, field] : *type.fields) {
        fields.push_back(StrCat(name, ": ", ToString(field)));
      }
      return StrCat("context{", Join(fields, ", "), "}");
    }
    case Type::Base::kRange:
      return "range";
    case Type::Base::kFunction:
      return "function";
    case Type::Base::kAny:
      return "any";
    case Type::Base::kNull:
      return "null";
    case Type::Base::kBoolean:
      return "boolean";
    case Type::Base::kNumber:
      return "number";
    case Type::Base::kDate:
      return "date";
    case Type::Base::kTime:
      return "time";
    case Type::Base::kDateTime:
      return "date and time";
    case Type::Base::kMonthsDuration:
      return "years and months duration";
    case Type::Base::kDaysDuration:
      return "days and time duration";
  }
  return "";
}

namespace {

class Conformer {
 public:
  Value Convert(const Value& value, const Type& type, const std::string& path) {
    if (value.is_null()) return value;
    // An empty field of a form or a table says nothing.
    if (const std::string* text = value.string();
        text != nullptr && Trim(*text).empty() && type.base != Type::Base::kAny) {
      return Value();
    }
    switch (type.base) {
      case Type::Base::kAny:
        return value;
      case Type::Base::kNull:
        return Wrong(value, type, path);
      case Type::Base::kBoolean:
        return ToBoolean(value, type, path);
      case Type::Base::kNumber:
        return ToNumber(value, type, path);
      case Type::Base::kString:
        return ToText(value, type, path);
      case Type::Base::kDate:
        return FromText(value, type, path, Kind::kDate, ParseDate);
      case Type::Base::kTime:
        return FromText(value, type, path, Kind::kTime,
                        [](std::string_view text) { return ParseTime(text); });
      case Type::Base::kDateTime:
        return FromText(value, type, path, Kind::kDateTime,
                        [](std::string_view text) { return ParseDateTime(text); });
      case Type::Base::kMonthsDuration:
        return FromText(value, type, path, Kind::kMonthsDuration, ParseMonthsDuration);
      case Type::Base::kDaysDuration:
        return FromText(value, type, path, Kind::kDaysDuration, ParseDaysDuration);
      case Type::Base::kList:
        return ToList(value, type, path);
      case Type::Base::kContext:
        return ToContext(value, type, path);
      case Type::Base::kRange:
      case Type::Base::kFunction:
        return Wrong(value, type, path);
    }
    return value;
  }

  Diagnostics mistakes;

 private:
  Value Wrong(const Value& value, const Type& type, const std::string& path) {
    const std::string* text = value.string();
    mistakes.push_back({.code = "type.value",
                        .message = StrCat(path, ": ", ToString(type), " expected, not ",
                                          text != nullptr ? StrCat("\"", *text, "\"")
                                                          : std::string(KindName(value.kind())))});
    return Value();
  }

  Value ToBoolean(const Value& value, const Type& type, const std::string& path) {
    if (value.boolean() != nullptr) return value;
    if (const std::string* text = value.string()) {
      const std::string_view word = Trim(*text);
      if (word == "true" || word == "是" || word == "Y") return Value(true);
      if (word == "false" || word == "否" || word == "N") return Value(false);
    }
    return Wrong(value, type, path);
  }

  Value ToNumber(const Value& value, const Type& type, const std::string& path) {
    std::optional<Decimal> number;
    if (value.number() != nullptr) number = *value.number();
    if (const std::string* text = value.string()) number = Decimal::Parse(Trim(*text));
    if (!number) return Wrong(value, type, path);
    if (type.name == "integer" && !number->IsInteger()) return Wrong(value, type, path);
    if (type.name == "money" && number->Round(2, Decimal::Rounding::kDown) != *number) {
      return Wrong(value, type, path);
    }
    return Value(*number);
  }

  Value ToText(const Value& value, const Type& type, const std::string& path) {
    const std::string* text = value.string();
    if (text == nullptr && value.number() != nullptr && type.values.empty()) {
      return Value(value.number()->ToString());
    }
    if (text == nullptr) return Wrong(value, type, path);
    if (type.values.empty()) return value;
    if (std::find(type.values.begin(), type.values.end(), *text) != type.values.end()) return value;
    mistakes.push_back(
        {.code = "type.value",
         .message = StrCat(path, ": \"", *text, "\" is none of ", Join(type.values, ", ")),
         .hint = DidYouMean(*text, type.values)});
    return Value();
  }

  template <typename Parse>
  Value FromText(const Value& value, const Type& type, const std::string& path, Kind kind,
                 Parse parse) {
    if (value.kind() == kind) return value;
    if (const std::string* text = value.string()) {
      if (const auto parsed = parse(Trim(*text))) return Value(*parsed);
    }
    return Wrong(value, type, path);
  }

  Value ToList(const Value& value, const Type& type, const std::string& path) {
    const List* list = value.list();
    if (list == nullptr) {
      // --set topics=工资 gives one word for a list of one.
      if (value.string() == nullptr || type.element->base == Type::Base::kContext) {
        return Wrong(value, type, path);
      }
      return Value(List{Convert(value, *type.element, path)});
    }
    List out;
    for (size_t i = 0; i < list->size(); ++i) {
      out.push_back(Convert((*list)[i], *type.element, StrCat(path, "[", i + 1, "]")));
    }
    return Value(std::move(out));
  }

  Value ToContext(const Value& value, const Type& type, const std::string& path) {
    const Context* context = value.context();
    if (context == nullptr) return Wrong(value, type, path);
    if (type.fields == nullptr) return value;
    Context out;
    std::vector<std::string> known;
    for (const auto& [name, field] : *type.fields) known.push_back(name);
    for (const auto& [name, item] : context->entries()) {
      const Type* field = type.FindField(name);
      if (field == nullptr) {
        mistakes.push_back({.code = "type.field",
                            .message = StrCat(path, ": no field \"", name, "\""),
                            .hint = DidYouMean(name, known)});
        continue;
      }
      out.Set(name, Convert(item, *field, StrCat(path, ".", name)));
    }
    return Value(std::move(out));
  }
};

}  // namespace

Result<Value> Conform(const Value& value, const Type& type, std::string_view path) {
  Conformer conformer;
  Value converted = conformer.Convert(value, type, std::string(path));
  if (!conformer.mistakes.empty()) return Unexpected{std::move(conformer.mistakes)};
  return converted;
}

}  // namespace anjuan
