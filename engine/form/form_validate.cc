#include <algorithm>

#include "engine/base/identifiers.h"
#include "engine/base/text.h"
#include "engine/form/form.h"
#include "engine/form/table.h"

namespace anjuan::form {

namespace {

bool IsEmpty(const Value& value) {
  if (value.is_null()) return true;
  if (value.string() != nullptr) return Trim(*value.string()).empty();
  return value.list() != nullptr && value.list()->empty();
}

std::string Shown(const Value& value) {
  constexpr size_t kShownBytes = 120;
  const std::string* text = value.string();
  if (text == nullptr) return value.number() ? StrCat("，现为", value.number()->ToString()) : "";
  if (text->size() > kShownBytes) return "";
  return StrCat("，现为“", *text, "”");
}

std::string OptionLabels(const Component& c) {
  std::vector<std::string> labels;
  for (const Option& option : c.options) labels.push_back(option.label);
  return Join(labels, "、");
}

std::string Wanted(const Type& type) {
  switch (type.base) {
    case Type::Base::kBoolean:
      return "应填“是”或“否”";
    case Type::Base::kNumber:
      if (type.name == "integer") return "应填整数";
      return type.name == "money" ? "应填金额，最多两位小数" : "应填数字";
    case Type::Base::kDate:
      return "应填真实的日期，如2023-03-06";
    case Type::Base::kTime:
      return "应填时间，如09:30";
    case Type::Base::kDateTime:
      return "应填日期和时间，如2023-03-06T09:30";
    case Type::Base::kMonthsDuration:
    case Type::Base::kDaysDuration:
      return "应填时间长度，如P1Y、P5D";
    case Type::Base::kList:
      return "应逐项填写";
    case Type::Base::kContext:
      if (type.name == "org") return "应选择已登记的单位";
      return type.name == "person" ? "应填写人员信息" : "填写的内容不完整";
    case Type::Base::kString:
      return "应填文字";
    case Type::Base::kAny:
    case Type::Base::kNull:
    case Type::Base::kRange:
    case Type::Base::kFunction:
      break;
  }
  return "填写的内容不合要求";
}

class Validator {
 public:
  // One form, or one row of a dynamic list. `row_type`: what a row may hold beside the asked keys.
  // `path` is "" or "worker_reps[2].", `where` "" or "“职工方协商代表”第2行的". `slots`: the values
  // of the enclosing form, which the row's conditions may name.
  Context CheckAll(const std::vector<Component>& components, const Type* row_type,
                   const Context& given, const std::string& path, const std::string& where,
                   std::vector<Value> slots) {
    Context out;
    CheckUnknown(components, row_type, given, path, where, out);
    const size_t first = slots.size();
    slots.resize(first + components.size());
    std::vector<Diagnostics> found(components.size());
    const auto convert = [&](bool lists) {
      for (size_t i = 0; i < components.size(); ++i) {
        const Component& c = components[i];
        const Value* value = given.Find(c.key);
        if ((c.widget == Widget::kDynamicList) != lists || value == nullptr || IsEmpty(*value)) {
          continue;
        }
        std::swap(found[i], mistakes);
        slots[first + i] =
            lists ? Rows(c, *value, path, where, slots) : Single(c, *value, path, where);
        std::swap(found[i], mistakes);
      }
    };
    convert(false);  // rows may name the plain fields around them
    convert(true);
    for (size_t i = 0; i < components.size(); ++i) {
      const Component& c = components[i];
      const Value* value = given.Find(c.key);
      const bool empty = value == nullptr || IsEmpty(*value);
      if (IsHidden(c, slots)) {
        if (!empty) Mistake(c, path, where, "form.hidden", "按已填的其他内容，此项不应填写");
        continue;
      }
      Append(mistakes, std::move(found[i]));
      if (empty) {
        if (c.required) Mistake(c, path, where, "form.required", "必须填写");
      } else if (!slots[first + i].is_null()) {
        out.Set(c.key, slots[first + i]);  // later conditions read the slot
      }
    }
    return out;
  }

  Diagnostics mistakes;

 private:
  static std::string NameOf(const Component& c, const std::string& path, const std::string& where) {
    return StrCat(where, "“", c.label, "”（", path, c.key, "）");
  }

  void Mistake(const Component& c, const std::string& path, const std::string& where,
               std::string code, std::string_view text, std::string hint = "") {
    mistakes.push_back({.code = std::move(code),
                        .message = StrCat(NameOf(c, path, where), "：", text),
                        .hint = std::move(hint)});
  }

  static bool IsHidden(const Component& c, const std::vector<Value>& slots) {
    if (!c.hide) return false;
    // A condition over fields not filled yet hides nothing.
    Diagnostics notes;
    const Value hidden = feel::EvaluateLenient(*c.hide, slots, feel::NoHost(), notes);
    return hidden.boolean() != nullptr && *hidden.boolean();
  }

  void CheckUnknown(const std::vector<Component>& components, const Type* row_type,
                    const Context& given, const std::string& path, const std::string& where,
                    Context& out) {
    std::vector<std::string> known;
    known.reserve(components.size());
    for (const Component& c : components) known.push_back(c.key);
    for (const auto& [key, value] : given.entries()) {
      if (std::find(known.begin(), known.end(), key) != known.end() || IsEmpty(value)) continue;
      // A person picked from a roster carries more than the form asks.
      const Type* field = row_type ? row_type->FindField(key) : nullptr;
      if (field == nullptr) {
        mistakes.push_back({.code = "form.unknown",
                            .message = StrCat(where, "本表没有“", path, key, "”这一项"),
                            .hint = DidYouMean(key, known)});
        continue;
      }
      Result<Value> converted = Conform(value, *field, key);
      if (converted) {
        out.Set(key, *std::move(converted));
      } else {
        mistakes.push_back({.code = "form.value",
                            .message = StrCat(where, "“", path, key, "”：", Wanted(*field))});
      }
    }
  }

  Value Rows(const Component& c, const Value& value, const std::string& path,
             const std::string& where, const std::vector<Value>& slots) {
    const List* rows = value.list();
    if (rows == nullptr) {
      Mistake(c, path, where, "form.value", "应逐行填写");
      return Value();
    }
    if (!CheckCount(c, rows->size(), path, where)) return Value();
    List out;
    for (size_t i = 0; i < rows->size(); ++i) {
      const std::string row_where = StrCat(where, "“", c.label, "”第", i + 1, "行的");
      const Context* row = (*rows)[i].context();
      if (row == nullptr) {
        Mistake(c, path, where, "form.value", StrCat("第", i + 1, "行应逐项填写"));
        continue;
      }
      const Type* row_type = c.type.element.get();
      out.emplace_back(CheckAll(c.components, row_type, *row, StrCat(path, c.key, "[", i + 1, "]."),
                                row_where, slots));
    }
    return Value(std::move(out));
  }

  bool CheckCount(const Component& c, size_t count, const std::string& path,
                  const std::string& where) {
    const auto n = static_cast<std::int64_t>(count);
    if (c.min_length && n < *c.min_length) {
      Mistake(c, path, where, "form.length", StrCat("至少", *c.min_length, "项，现有", n, "项"));
      return false;
    }
    const std::int64_t most = c.max_length.value_or(kMostRows);
    if (n > most) {
      Mistake(c, path, where, "form.length", StrCat("最多", most, "项，现有", n, "项"));
      return false;
    }
    return true;
  }

  Value Single(const Component& c, const Value& given, const std::string& path,
               const std::string& where) {
    const size_t before = mistakes.size();
    const Value value = given.string() != nullptr ? Value(Trim(*given.string())) : given;
    CheckOptions(c, value, path, where);
    if (mistakes.size() > before) return Value();
    Result<Value> converted = Conform(value, c.type, c.key);
    if (!converted) {
      ReportType(c, value, converted.error(), path, where);
      return Value();
    }
    CheckNumber(c, *converted, path, where);
    CheckText(c, *converted, path, where);
    if (const List* list = converted->list()) CheckCount(c, list->size(), path, where);
    if (c.widget == Widget::kCheckbox && c.required && *converted == Value(false)) {
      Mistake(c, path, where, "form.required", "必须勾选");
    }
    return mistakes.size() > before ? Value() : *std::move(converted);
  }

  void ReportType(const Component& c, const Value& value, const Diagnostics& errors,
                  const std::string& path, const std::string& where) {
    if (!c.type.values.empty()) {
      Mistake(c, path, where, "form.options", StrCat("不在可选的内容之内", Shown(value)),
              DidYouMean(value.string() ? *value.string() : "", c.type.values));
      return;
    }
    // Of a list or a record the message of the part says more than the whole's type.
    const bool parts = c.type.base == Type::Base::kList || c.type.base == Type::Base::kContext;
    for (const Diagnostic& error : errors) {
      const bool whole = !parts || error.message.starts_with(StrCat(c.key, ": "));
      Mistake(c, path, where, "form.value",
              whole ? StrCat(Wanted(c.type), Shown(value))
                    : StrCat("填写的内容不合要求（", error.message, "）"),
              error.hint);
      if (whole) return;
    }
  }

  void CheckOptions(const Component& c, const Value& value, const std::string& path,
                    const std::string& where) {
    if (c.options.empty()) return;
    std::vector<std::string> values;
    for (const Option& option : c.options) values.push_back(option.value);
    const auto check = [&](const Value& one) {
      const std::string* text = one.string();
      const std::string shown = one.number() ? one.number()->ToString() : "";
      const std::string& word = text ? *text : shown;
      if (std::find(values.begin(), values.end(), word) != values.end()) return;
      Mistake(c, path, where, "form.options",
              StrCat("不在可选的内容之内", Shown(one), "；可选：", OptionLabels(c)),
              DidYouMean(word, values));
    };
    if (const List* list = value.list()) {
      std::for_each(list->begin(), list->end(), check);
    } else {
      check(value);
    }
  }

  void CheckNumber(const Component& c, const Value& value, const std::string& path,
                   const std::string& where) {
    const Decimal* number = value.number();
    if (number == nullptr) return;
    if (c.min && *number < *c.min) {
      Mistake(c, path, where, "form.min",
              StrCat("不能小于", c.min->ToString(), "，现为", number->ToString()));
    }
    if (c.max && *number > *c.max) {
      Mistake(c, path, where, "form.max",
              StrCat("不能大于", c.max->ToString(), "，现为", number->ToString()));
    }
    if (c.decimal_digits && number->Round(*c.decimal_digits, Decimal::Rounding::kDown) != *number) {
      Mistake(c, path, where, "form.value",
              *c.decimal_digits == 0 ? StrCat("应填整数", Shown(value))
                                     : StrCat("最多", *c.decimal_digits, "位小数", Shown(value)));
    }
  }

  void CheckText(const Component& c, const Value& value, const std::string& path,
                 const std::string& where) {
    const std::string* text = value.string();
    if (text == nullptr) return;
    const auto length = static_cast<std::int64_t>(CountCodePoints(*text));
    if (c.min_length && length < *c.min_length) {
      Mistake(c, path, where, "form.length",
              StrCat("至少", *c.min_length, "个字，现有", length, "个字"));
    }
    const std::int64_t most = c.max_length.value_or(kLongestText);
    if (length > most) {
      Mistake(c, path, where, "form.length", StrCat("最多", most, "个字，现有", length, "个字"));
    }
    const bool lines = c.widget == Widget::kTextArea;
    const auto bad = [&](char ch) {
      const auto byte = static_cast<unsigned char>(ch);
      return (byte < 0x20 && !(lines && (ch == '\n' || ch == '\r' || ch == '\t'))) || byte == 0x7F;
    };
    if (std::any_of(text->begin(), text->end(), bad)) {
      Mistake(c, path, where, "form.value",
              lines ? "有看不见的控制字符" : "不能换行，也不能有控制字符");
    }
    if (!IsValidUtf8(*text)) Mistake(c, path, where, "form.value", "文字编码不是UTF-8");
    CheckFormat(c, *text, path, where);
    if (!c.pattern || c.pattern->Matches(*text)) return;
    Mistake(c, path, where, "form.pattern", StrCat("格式不符", Shown(value)), c.description);
  }

  // What was typed is somebody's number even where it is wrong: it is not repeated.
  void CheckFormat(const Component& c, const std::string& text, const std::string& path,
                   const std::string& where) {
    std::string narrow = Narrow(text);
    if (text.empty() || c.format == Format::kAny) return;
    if (c.format == Format::kPhone) {
      if (IsPhone(narrow)) return;
      return Mistake(c, path, where, "form.pattern", "不是电话号码",
                     "手机填11位数字，座机填区号-号码，如0730-8880000");
    }
    std::replace(narrow.begin(), narrow.end(), 'x', 'X');
    if (const std::string mistake = CitizenIdMistake(narrow); !mistake.empty()) {
      Mistake(c, path, where, "form.pattern", StrCat("不是公民身份号码：", mistake),
              "请对照身份证逐位核对");
    }
  }
};

}  // namespace

Result<Context> Validate(const Form& form, const Value& data) {
  if (!data.is_null() && data.context() == nullptr) {
    return Fail("form.value", "填报内容应按项目逐项给出");
  }
  Validator validator;
  const Context given = data.is_null() ? Context() : *data.context();
  Context out = validator.CheckAll(form.components, nullptr, given, "", "", {});
  if (!validator.mistakes.empty()) return Unexpected{std::move(validator.mistakes)};
  return out;
}

}  // namespace anjuan::form
