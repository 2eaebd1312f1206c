#include "engine/runtime/intake.h"

#include "engine/base/text.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

namespace {

Value ResolveOrganisation(port::Reader& reader, const Value& value, const Type& type,
                          const std::string& path, Diagnostics& mistakes) {
  const std::string* id = value.string();
  if (id == nullptr) id = value["id"].string();
  if (id == nullptr || Trim(*id).empty()) return value;
  const std::optional<Value> entry = LoadRegister(reader, "org", Trim(*id));
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
