#include "engine/runtime/intake.h"

#include <algorithm>
#include <optional>

#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

namespace {

// By the number of the register, else by the credit code.
std::optional<Value> FindOrganisation(port::Reader& reader, std::string_view text) {
  if (std::optional<Value> entry = LoadRegister(reader, "org", text)) return entry;
  const std::vector<Value> coded = LoadRegisterSorted(reader, "org", text);
  return coded.size() == 1 ? std::optional<Value>(coded.front()) : std::nullopt;
}

Value ResolveOrganisation(port::Reader& reader, const Value& value, const Type& type,
                          const std::string& path, Diagnostics& mistakes) {
  const std::string* id = value.string();
  if (id == nullptr) id = value["id"].string();
  if (id == nullptr || Trim(*id).empty()) return value;
  const std::optional<Value> entry = FindOrganisation(reader, Trim(*id));
  if (!entry) {
    mistakes.push_back({.code = "intake.organisation",
                        .message = StrCat(path, "：登记册中没有单位“", *id, "”"),
                        .hint = "请先用 import enterprises 导入名单"});
    return Value();
  }
  Context out;
  for (const auto& [name, field] : *type.fields) out.Set(name, (*entry)[name]);
  return Value(std::move(out));
}

}  // namespace

Value ResolveNames(port::Reader& reader, const Value& value, const Type& type,
                   const std::string& path, Diagnostics& mistakes) {
  if (value.is_null()) return value;
  if (type.name == "org") return ResolveOrganisation(reader, value, type, path, mistakes);
  if (type.name == "person" && value.string() != nullptr && !Trim(*value.string()).empty()) {
    return Value(Context({{"name", Value(Trim(*value.string()))}}));
  }
  if (type.base == Type::Base::kList && value.list() != nullptr && type.element != nullptr) {
    List out;
    for (size_t i = 0; i < value.list()->size(); ++i) {
      out.push_back(ResolveNames(reader, (*value.list())[i], *type.element,
                                 StrCat(path, "[", i + 1, "]"), mistakes));
    }
    return Value(std::move(out));
  }
  if (type.base == Type::Base::kContext && value.context() != nullptr && type.fields != nullptr) {
    Context out;
    for (const auto& [name, item] : value.context()->entries()) {
      const Type* field = type.FindField(name);
      const std::string below = path.empty() ? name : StrCat(path, ".", name);
      out.Set(name, field == nullptr ? item : ResolveNames(reader, item, *field, below, mistakes));
    }
    return Value(std::move(out));
  }
  return value;
}

namespace {

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
  });
}

// Anywhere in the text: what is trimmed away later must not make a token of it.
bool HoldsToken(std::string_view text) {
  constexpr std::string_view kMark = "vault:";
  constexpr size_t kTokenSize = kMark.size() + 32;
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    if (vault::LooksLikeToken(text.substr(at, kTokenSize))) return true;
  }
  return false;
}

std::optional<Diagnostic> TextMistake(std::string_view text, const std::string& path,
                                      bool from_person) {
  if (!IsValidUtf8(text) || HasControl(text)) {
    return Diagnostic{.code = "intake.text", .message = StrCat(path, "：含有不能识别的字符")};
  }
  if (from_person && HoldsToken(text)) {
    return Diagnostic{.code = "intake.token",
                      .message = StrCat(path, "：填报内容不得含有 vault: 标记")};
  }
  return std::nullopt;
}

void CollectTextMistakes(const Value& value, const std::string& path, bool from_person,
                         Diagnostics& mistakes) {
  if (const std::string* text = value.string()) {
    if (auto mistake = TextMistake(*text, path, from_person)) mistakes.push_back(*mistake);
  } else if (const List* list = value.list()) {
    for (size_t i = 0; i < list->size(); ++i) {
      CollectTextMistakes((*list)[i], StrCat(path, "[", i + 1, "]"), from_person, mistakes);
    }
  } else if (const Context* context = value.context()) {
    for (const auto& [name, item] : context->entries()) {
      if (TextMistake(name, "", from_person)) {
        mistakes.push_back({.code = "intake.text", .message = StrCat(path, "：字段名不合格式")});
      }
      CollectTextMistakes(item, path.empty() ? name : StrCat(path, ".", name), from_person,
                          mistakes);
    }
  }
}

}  // namespace

Diagnostics TextMistakes(const Value& data, bool from_person) {
  Diagnostics mistakes;
  CollectTextMistakes(data, "", from_person, mistakes);
  return mistakes;
}

Value Sealer::SealPerson(const Value& person) {
  const Context* given = person.context();
  if (given == nullptr) return person;
  // A spawned case gets persons that are sealed already.
  const bool sealed = given->Find("name") == nullptr && !person["subject"].is_null();
  if (sealed) return person;
  const Result<std::string> subject = vault_.SealPerson(transaction_, *given, now_);
  if (!subject) {
    Append(mistakes_, subject.error());
    return Value();
  }
  return Value(vault::Vault::PlainPart(*given, *subject));
}

Value Sealer::SealText(const Value& text) {
  if (text.string() == nullptr || vault::LooksLikeToken(*text.string())) return text;
  const Result<std::string> token = vault_.SealText(transaction_, *text.string(), {}, now_);
  if (!token) {
    Append(mistakes_, token.error());
    return Value();
  }
  return Value(*token);
}

Value Sealer::Seal(const Value& value, const Type& type, bool personal) {
  if (value.is_null()) return value;
  if (type.name == "person") return SealPerson(value);
  if (const List* list = value.list(); list != nullptr && type.element != nullptr) {
    List out;
    for (const Value& item : *list) out.push_back(Seal(item, *type.element, personal));
    return Value(std::move(out));
  }
  if (const Context* context = value.context(); context != nullptr && type.fields != nullptr) {
    Context out;
    for (const auto& [name, item] : context->entries()) {
      const Type* field = type.FindField(name);
      out.Set(name, field == nullptr ? item : Seal(item, *field, personal));
    }
    return Value(std::move(out));
  }
  return personal ? SealText(value) : value;
}

Context Sealer::SealFields(const Context& fields, const Type& types, const chart::Chart& chart) {
  Context out;
  for (const auto& [name, value] : fields.entries()) {
    const int slot = chart.FindData(name);
    const bool personal = slot >= 0 && chart.data[static_cast<size_t>(slot)].personal;
    const Type* type = types.FindField(name);
    out.Set(name, type == nullptr ? value : Seal(value, *type, personal));
  }
  return out;
}

}  // namespace anjuan::runtime
