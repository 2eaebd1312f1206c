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

namespace {

constexpr std::string_view kIdentifying[] = {"name", "id_number", "phone"};

Value SealPerson(port::Transaction& transaction, vault::Vault& vault, const Value& person) {
  const Context* given = person.context();
  if (given == nullptr) return person;
  Context out = *given;
  Context identity;
  for (const std::string_view field : kIdentifying) {
    if (const Value* value = out.Find(field)) {
      if (!value->is_null()) identity.Set(field, *value);
      out.Erase(field);
    }
  }
  if (!identity.empty()) out.Set("subject", Value(vault.SealPerson(transaction, identity)));
  return Value(std::move(out));
}

}  // namespace

Value SealPersonal(port::Transaction& transaction, vault::Vault& vault, const Value& value,
                   const Type& type, bool personal) {
  if (value.is_null()) return value;
  if (type.name == "person") return SealPerson(transaction, vault, value);
  if (const List* list = value.list(); list != nullptr && type.element != nullptr) {
    List out;
    for (const Value& item : *list) {
      out.push_back(SealPersonal(transaction, vault, item, *type.element, personal));
    }
    return Value(std::move(out));
  }
  if (const Context* context = value.context(); context != nullptr && type.fields != nullptr) {
    Context out;
    for (const auto& [name, item] : context->entries()) {
      const Type* field = type.FindField(name);
      out.Set(name, field == nullptr
                        ? item
                        : SealPersonal(transaction, vault, item, *field, personal));
    }
    return Value(std::move(out));
  }
  if (personal && value.string() != nullptr && !vault::LooksLikeToken(*value.string())) {
    return Value(vault.SealText(transaction, *value.string(), std::nullopt));
  }
  return value;
}

Context SealFields(port::Transaction& transaction, vault::Vault& vault, const Context& fields,
                   const Type& types, const chart::Chart& chart) {
  Context out;
  for (const auto& [name, value] : fields.entries()) {
    const int slot = chart.FindData(name);
    const bool personal = slot >= 0 && chart.data[static_cast<size_t>(slot)].personal;
    const Type* type = types.FindField(name);
    out.Set(name, type == nullptr ? value
                                  : SealPersonal(transaction, vault, value, *type, personal));
  }
  return out;
}

}  // namespace anjuan::runtime
