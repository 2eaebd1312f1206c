#include <algorithm>
#include <array>
#include <set>

#include "engine/feel/names.h"
#include "engine/form/form.h"
#include "engine/form/json_reading.h"
#include "engine/value/json.h"

namespace anjuan::form {

namespace {

using FindType = std::function<const Type*(std::string_view)>;

struct WidgetName {
  std::string_view text;
  Widget widget;
};
constexpr std::array kWidgets = {
    WidgetName{"textfield", Widget::kTextField},     WidgetName{"textarea", Widget::kTextArea},
    WidgetName{"number", Widget::kNumber},           WidgetName{"datetime", Widget::kDateTime},
    WidgetName{"select", Widget::kSelect},           WidgetName{"radio", Widget::kRadio},
    WidgetName{"checkbox", Widget::kCheckbox},       WidgetName{"checklist", Widget::kCheckList},
    WidgetName{"dynamiclist", Widget::kDynamicList}, WidgetName{"filepicker", Widget::kFilePicker},
};
// Shown, never asked.
constexpr std::array<std::string_view, 6> kDecorations = {"text",   "html",  "separator",
                                                          "spacer", "image", "button"};

Type Named(Type::Base base, std::string name) {
  Type type = Type::Of(base);
  type.name = std::move(name);
  return type;
}

Type EnumOf(const std::vector<Option>& options) {
  Type type = Type::Of(Type::Base::kString);
  for (const Option& option : options) type.values.push_back(option.value);
  return type;
}

// Can what this widget collects be a value of `type`?
bool Suits(Widget widget, const Type& type) {
  using Base = Type::Base;
  const Base base = type.base;
  if (base == Base::kAny) return true;
  switch (widget) {
    case Widget::kTextField:
    case Widget::kTextArea:
    case Widget::kSelect:
    case Widget::kRadio:
      // A text can stand for a number, a date, an organisation's id: the answer is converted.
      return true;
    case Widget::kNumber:
      return base == Base::kNumber;
    case Widget::kDateTime:
      return base == Base::kDate || base == Base::kTime || base == Base::kDateTime;
    case Widget::kCheckbox:
      return base == Base::kBoolean;
    case Widget::kCheckList:
      return base == Base::kList;
    case Widget::kDynamicList:
      return base == Base::kList && (type.element == nullptr || type.element->base == Base::kAny ||
                                     type.element->base == Base::kContext);
    case Widget::kFilePicker:
      return base == Base::kString || base == Base::kList;
  }
  return false;
}

class FormReader {
 public:
  FormReader(std::string_view text, std::string_view file, const FindType& find)
      : text_(text), file_(file), find_(find), in_(text, file) {}

  Result<Form> Read() {
    const Result<Value> json = ReadJson(text_, file_);
    if (!json) return Unexpected{json.error()};
    Form form;
    form.id = in_.Text(*json, "", "id");
    form.title = in_.Text(*json, "", "title");
    if (form.id.empty()) in_.Mistake("", "form.json", "the form has no \"id\"");
    if ((*json)["components"].list() == nullptr) {
      in_.Mistake("", "form.json", "the form has no \"components\"");
    }
    std::set<std::string> keys;
    ReadComponents(*json, "", find_, keys, form.components);
    feel::Scope scope;
    CompileConditions(form.components, scope);
    if (!in_.mistakes().empty()) return Unexpected{std::move(in_.mistakes())};
    return form;
  }

 private:
  void ReadComponents(const Value& parent, const std::string& pointer, const FindType& find,
                      std::set<std::string>& keys, std::vector<Component>& out) {
    const List& components = in_.Elements(parent, pointer, "components");
    for (size_t i = 0; i < components.size(); ++i) {
      const std::string at = StrCat(pointer, "/components/", i);
      const std::string type = in_.Text(components[i], at, "type");
      // A group only frames its components; their keys are the form's.
      if (type == "group") {
        ReadComponents(components[i], at, find, keys, out);
      } else if (std::find(kDecorations.begin(), kDecorations.end(), type) == kDecorations.end()) {
        ReadComponent(components[i], at, type, find, keys, out);
      }
    }
  }

  void ReadComponent(const Value& json, const std::string& at, const std::string& type,
                     const FindType& find, std::set<std::string>& keys,
                     std::vector<Component>& out) {
    const std::optional<Widget> widget = ReadWidget(at, type);
    if (!widget) return;
    Component c;
    c.widget = *widget;
    c.at = in_.Place(at);
    c.key = in_.Text(json, at, *widget == Widget::kDynamicList ? "path" : "key");
    if (c.key.empty()) c.key = in_.Text(json, at, "key");
    c.label = in_.Text(json, at, "label", c.key);
    c.description = in_.Text(json, at, "description");
    if (c.key.empty()) in_.Mistake(at, "form.key", StrCat("a ", type, " without \"key\""));
    if (const auto trouble = feel::CheckDeclaredName(c.key); !c.key.empty() && trouble) {
      in_.Mistake(at, "form.key", trouble->message, trouble->hint);
    }
    if (!c.key.empty() && !keys.insert(c.key).second) {
      in_.Mistake(at, "form.key", StrCat("a second component \"", c.key, "\""));
    }
    ReadValidate(json["validate"], StrCat(at, "/validate"), c);
    ReadOptions(json, at, c);
    c.type = ReadType(json, at, find, c);
    if (c.widget == Widget::kDynamicList) ReadRows(json, at, c);
    pointers_.push_back(at);
    hides_.push_back(HideText(json, at));
    out.push_back(std::move(c));
  }

  std::optional<Widget> ReadWidget(const std::string& at, const std::string& type) {
    std::vector<std::string> names;
    for (const WidgetName& name : kWidgets) {
      if (name.text == type) return name.widget;
      names.emplace_back(name.text);
    }
    in_.Mistake(StrCat(at, "/type"), "form.component",
                type.empty() ? "a component without \"type\""
                             : StrCat("unknown component type \"", type, "\""),
                DidYouMean(type, names));
    return std::nullopt;
  }

  std::optional<Decimal> Limit(const Value& validate, const std::string& at,
                               std::string_view member) {
    const Value& limit = validate[member];
    if (limit.is_null()) return std::nullopt;
    std::optional<Decimal> number;
    if (limit.number() != nullptr) number = *limit.number();
    if (limit.string() != nullptr) number = Decimal::Parse(*limit.string());
    if (!number) {
      in_.Mistake(StrCat(at, "/", member), "form.validate",
                  StrCat("\"", member, "\" must be a number"));
    }
    return number;
  }

  std::optional<std::int64_t> Length(const Value& validate, const std::string& at,
                                     std::string_view member) {
    const std::optional<Decimal> limit = Limit(validate, at, member);
    if (!limit) return std::nullopt;
    const std::optional<std::int64_t> whole = limit->ToInteger();
    if (whole && *whole >= 0) return whole;
    in_.Mistake(StrCat(at, "/", member), "form.validate",
                StrCat("\"", member, "\" must be a whole number"));
    return std::nullopt;
  }

  void ReadValidate(const Value& validate, const std::string& at, Component& c) {
    in_.CheckMembers(validate, at,
                     {"required", "min", "max", "minLength", "maxLength", "pattern",
                      "patternErrorMessage", "validationType"});
    c.required = in_.Flag(validate, at, "required", false);
    c.min = Limit(validate, at, "min");
    c.max = Limit(validate, at, "max");
    c.min_length = Length(validate, at, "minLength");
    c.max_length = Length(validate, at, "maxLength");
    if (c.min_length && c.max_length && *c.min_length > *c.max_length) {
      in_.Mistake(at, "form.validate", "\"minLength\" is above \"maxLength\"");
    }
    if (c.min && c.max && *c.min > *c.max) {
      in_.Mistake(at, "form.validate", "\"min\" is above \"max\"");
    }
    c.format = ReadFormat(validate, at);
    const std::string text = in_.Text(validate, at, "pattern");
    if (text.empty()) return;
    Result<Pattern> pattern = Pattern::Compile(text);
    if (pattern) {
      c.pattern = *std::move(pattern);
    } else {
      in_.Mistake(StrCat(at, "/pattern"), "form.pattern", pattern.error().front().message);
    }
  }

  Format ReadFormat(const Value& validate, const std::string& at) {
    const std::string type = in_.Text(validate, at, "validationType");
    if (type == "phone") return Format::kPhone;
    if (type == "citizen_id") return Format::kCitizenId;
    if (type.empty() || type == "custom") return Format::kAny;
    in_.Mistake(StrCat(at, "/validationType"), "form.validate",
                StrCat("unknown validationType \"", type, "\""),
                "phone, citizen_id, or custom with a pattern");
    return Format::kAny;
  }

  void ReadOptions(const Value& json, const std::string& at, Component& c) {
    const List& values = in_.Elements(json, at, "values");
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string place = StrCat(at, "/values/", i);
      Option option;
      option.value = in_.Text(values[i], place, "value");
      option.label = in_.Text(values[i], place, "label", option.value);
      if (option.value.empty()) in_.Mistake(place, "form.options", "an option without \"value\"");
      const auto same = [&](const Option& o) { return o.value == option.value; };
      if (std::any_of(c.options.begin(), c.options.end(), same)) {
        in_.Mistake(place, "form.options", StrCat("a second option \"", option.value, "\""));
      }
      c.options.push_back(std::move(option));
    }
  }

  // The type: declared by the datum of that name, else by "properties", else by the widget.
  Type ReadType(const Value& json, const std::string& at, const FindType& find, Component& c) {
    const std::string digits = in_.Text(json, at, "decimalDigits");
    if (const auto number = ParseInteger(digits)) c.decimal_digits = static_cast<int>(*number);
    Type type = WidgetType(json, at, c);
    const std::string declared = in_.Text(json["properties"], StrCat(at, "/properties"), "type");
    if (!declared.empty()) {
      Result<Type> parsed = ParseType(declared);
      if (parsed) {
        type = *std::move(parsed);
      } else {
        in_.Mistake(StrCat(at, "/properties/type"), "form.type", parsed.error().front().message,
                    parsed.error().front().hint);
      }
    }
    if (const Type* datum = c.key.empty() ? nullptr : find(c.key)) type = *datum;
    if (!Suits(c.widget, type)) {
      in_.Mistake(at, "form.type",
                  StrCat("\"", c.key, "\" is a ", ToString(type), ", which a ",
                         in_.Text(json, at, "type"), " cannot collect"));
    }
    CheckOptions(at, type, c);
    return type;
  }

  void CheckOptions(const std::string& at, const Type& type, const Component& c) {
    const bool chosen =
        c.widget == Widget::kSelect || c.widget == Widget::kRadio || c.widget == Widget::kCheckList;
    const Type& one = type.base == Type::Base::kList && type.element ? *type.element : type;
    if (chosen && c.options.empty() && one.values.empty() && one.base != Type::Base::kContext) {
      in_.Mistake(at, "form.options", StrCat("\"", c.key, "\" offers no \"values\""));
    }
    if (one.values.empty()) return;
    for (size_t i = 0; i < c.options.size(); ++i) {
      const std::string& value = c.options[i].value;
      if (std::find(one.values.begin(), one.values.end(), value) != one.values.end()) continue;
      in_.Mistake(StrCat(at, "/values/", i, "/value"), "form.options",
                  StrCat("\"", value, "\" is none of the values of \"", c.key, "\""),
                  DidYouMean(value, one.values));
    }
  }

  Type WidgetType(const Value& json, const std::string& at, const Component& c) {
    switch (c.widget) {
      case Widget::kTextField:
        return Type::Of(Type::Base::kString);
      case Widget::kTextArea:
        return Named(Type::Base::kString, "text");
      case Widget::kNumber:
        return c.decimal_digits == 0 ? Named(Type::Base::kNumber, "integer")
                                     : Type::Of(Type::Base::kNumber);
      case Widget::kDateTime:
        return MomentType(json, at);
      case Widget::kSelect:
      case Widget::kRadio:
        return EnumOf(c.options);
      case Widget::kCheckbox:
        return Type::Of(Type::Base::kBoolean);
      case Widget::kCheckList:
        return Type::ListOf(EnumOf(c.options));
      case Widget::kDynamicList:
        return Type::ListOf(Type::Any());  // ReadRows says of what
      case Widget::kFilePicker:
        return in_.Flag(json, at, "multiple", false) ? Type::ListOf(Type::Of(Type::Base::kString))
                                                     : Type::Of(Type::Base::kString);
    }
    return Type::Any();
  }

  Type MomentType(const Value& json, const std::string& at) {
    const std::string subtype = in_.Text(json, at, "subtype", "date");
    if (subtype == "date") return Type::Of(Type::Base::kDate);
    if (subtype == "time") return Type::Of(Type::Base::kTime);
    if (subtype != "datetime") {
      in_.Mistake(StrCat(at, "/subtype"), "form.type",
                  StrCat("unknown subtype \"", subtype, "\": date, time or datetime"));
    }
    return Type::Of(Type::Base::kDateTime);
  }

  void ReadRows(const Value& json, const std::string& at, Component& c) {
    const Type element = c.type.element ? *c.type.element : Type::Any();
    const bool known = element.base == Type::Base::kContext && element.fields != nullptr;
    const FindType find = [&](std::string_view key) -> const Type* {
      return known ? element.FindField(key) : nullptr;
    };
    // The rows' conditions are compiled with their parent's; reading order is kept by index.
    std::set<std::string> keys;
    ReadComponents(json, at, find, keys, c.components);
    if (known) {
      CheckRowKeys(at, element, c);
      return;
    }
    std::vector<Type::Field> fields;
    for (const Component& row : c.components) fields.emplace_back(row.key, row.type);
    c.type = Type::ListOf(Type::ContextOf(std::move(fields)));
  }

  void CheckRowKeys(const std::string& at, const Type& element, const Component& c) {
    std::vector<std::string> names;
    for (const Type::Field& field : *element.fields) names.push_back(field.first);
    for (const Component& row : c.components) {
      if (row.key.empty() || element.FindField(row.key) != nullptr) continue;
      in_.Mistake(at, "form.key", StrCat("\"", row.key, "\" is no field of ", ToString(element)),
                  DidYouMean(row.key, names));
    }
  }

  std::string HideText(const Value& json, const std::string& at) {
    const Value& conditional = json["conditional"];
    if (conditional.is_null()) return "";
    const std::string place = StrCat(at, "/conditional");
    in_.CheckMembers(conditional, place, {"hide"});
    const std::string text = in_.Text(conditional, place, "hide");
    if (!text.starts_with('=')) {
      in_.Mistake(StrCat(place, "/hide"), "form.validate",
                  "the condition must begin with \"=\", FEEL follows");
      return "";
    }
    return text.substr(1);
  }

  // Components were read depth-first, rows before their list: the same walk finds their texts.
  void CompileConditions(std::vector<Component>& components, feel::Scope& scope) {
    for (const Component& c : components) scope.DeclareVariable(c.key, c.type);
    for (Component& c : components) {
      if (c.widget == Widget::kDynamicList) {
        feel::Scope row = scope;
        CompileConditions(c.components, row);
      }
      const std::string& text = hides_[next_hide_];
      const std::string& pointer = pointers_[next_hide_];
      ++next_hide_;
      if (text.empty()) continue;
      Location at = in_.Place(StrCat(pointer, "/conditional/hide"));
      at.column += 2;  // the quote and the =
      Result<feel::Expression> compiled =
          feel::Compile(text, scope, at, Type::Of(Type::Base::kBoolean));
      if (compiled) {
        c.hide = *std::move(compiled);
      } else {
        in_.Add(std::move(compiled.error()));
      }
    }
  }

  std::string_view text_;
  std::string_view file_;
  const FindType& find_;
  JsonReading in_;
  std::vector<std::string> pointers_;
  std::vector<std::string> hides_;
  size_t next_hide_ = 0;
};

}  // namespace

Result<Form> ReadForm(std::string_view text, std::string_view file,
                      const std::function<const Type*(std::string_view data_id)>& find) {
  return FormReader(text, file, find).Read();
}

Type DataType(const Form& form) {
  std::vector<Type::Field> fields;
  for (const Component& c : form.components) fields.emplace_back(c.key, c.type);
  return Type::ContextOf(std::move(fields));
}

}  // namespace anjuan::form
