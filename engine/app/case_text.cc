#include "engine/app/case_text.h"

#include "engine/base/text.h"
#include "engine/chart/timing.h"
#include "engine/feel/text.h"
#include "engine/value/json.h"

namespace anjuan::app {

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

std::string Labelled(const Value& value, const Labels& labels) {
  const std::string* id = value.string();
  for (const auto& [known, label] : labels) {
    if (id != nullptr && *id == known) return label;
  }
  const auto text = feel::Display(value);
  return text ? *text : WriteJson(value);
}

// A person as the forms know one: who, and what marks the entry.
std::string PersonText(const Value& person) {
  std::vector<std::string> parts;
  const std::string* who = person["name"].string();
  if (who == nullptr) who = person["subject"].string();
  if (who != nullptr) parts.push_back(*who);
  if (const std::string* post = person["post"].string()) parts.push_back(*post);
  if (person["outsider"] == Value(true)) parts.emplace_back("外聘");
  if (person["frontline"] == Value(true)) parts.emplace_back("一线岗位");
  return Join(parts, "，");
}

std::string Text(const Type& type, const Value& value, const Labels& labels);

// The entry's values in the order in which they are declared.
std::string EntryText(const Type& type, const Value& entry) {
  std::vector<std::string> parts;
  const auto add = [&](const Type& field, const Value& value) {
    std::string text = value.is_null() ? "" : Text(field, value, {});
    if (!text.empty()) parts.push_back(std::move(text));
  };
  if (type.fields != nullptr) {
    for (const auto& [name, field] : *type.fields) add(field, entry[name]);
  } else {
    for (const auto& [name, value] : entry.context()->entries()) add(Type::Any(), value);
  }
  return Join(parts, "，");
}

std::string Text(const Type& type, const Value& value, const Labels& labels) {
  if (const List* list = value.list()) {
    const Type element = type.element == nullptr ? Type::Any() : *type.element;
    std::vector<std::string> parts;
    for (const Value& item : *list) parts.push_back(Text(element, item, labels));
    return Join(parts, "、");
  }
  if (value.context() == nullptr) return Labelled(value, labels);
  if (type.name == "person") return PersonText(value);
  if (type.name != "org") return EntryText(type, value);
  const std::string* name = value["name"].string();
  const std::string* id = value["id"].string();
  return StrCat(name == nullptr ? "" : *name, id == nullptr ? "" : StrCat("（", *id, "）"));
}

}  // namespace

std::string StateLabels(const chart::Chart& chart, const std::vector<std::string>& states) {
  std::vector<std::string> out;
  for (const std::string& id : states) {
    const int index = chart.FindState(id);
    const std::string label = index < 0 ? "" : chart.at(index).label;
    out.push_back(label.empty() ? id : StrCat(label, "（", id, "）"));
  }
  return Join(out, "、");
}

std::string RoleLabel(const chart::Chart& chart, const runtime::Registers& registers,
                      const std::string& role) {
  if (const runtime::Role* known = registers.FindRole(role)) return known->name;
  const size_t colon = role.find(':');
  const std::string name = colon == std::string::npos ? "" : role.substr(colon + 1);
  if (role.starts_with("party:")) {
    for (const chart::Party& party : chart.parties) {
      if (party.name == name) return party.label;
    }
  }
  if (role.starts_with("timer:")) {
    const int index = chart.FindTimer(name);
    if (index >= 0) return StrCat("期限：", chart.timers[static_cast<size_t>(index)].label);
  }
  return role;
}

std::string RegionLabel(const runtime::Registers& registers, const std::string& region) {
  const runtime::Region* known = registers.FindRegion(region);
  return known == nullptr ? region : StrCat(known->name, "（", region, "）");
}

std::string StatusLabel(const std::string& document_status) {
  if (document_status == "pending") return "制作中";
  if (document_status == "issued") return "已签发";
  if (document_status == "to-seal") return "待签章";
  if (document_status == "void") return "已作废";
  return document_status;
}

std::string EndLabel(Instant due) {
  return chart::IsBeijingMidnight(due) ? ToChinese(chart::LastDay(due)) : ToBeijingString(due);
}

std::vector<std::string> ShownLines(const chart::DataField& field, const Value& value) {
  const List* list = value.list();
  const Type* element = field.type.element.get();
  const bool entries = list != nullptr && !list->empty() && list->front().context() != nullptr &&
                       element != nullptr && element->name != "org";
  std::vector<std::string> out;
  if (!entries) {
    std::string text = Text(field.type, value, field.value_labels);
    if (!text.empty()) out.push_back(std::move(text));
    return out;
  }
  for (const Value& item : *list) {
    out.push_back(StrCat(out.size() + 1, ". ", Text(*element, item, field.value_labels)));
  }
  return out;
}

}  // namespace anjuan::app
