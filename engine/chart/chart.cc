#include "engine/chart/chart.h"

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::chart {

namespace {

template <typename List, typename Name>
int IndexOf(const List& list, std::string_view wanted, Name name) {
  const auto it = std::find_if(list.begin(), list.end(),
                               [&](const auto& item) { return name(item) == wanted; });
  return it == list.end() ? -1 : static_cast<int>(it - list.begin());
}

}  // namespace

std::string ToString(const Role& role) {
  switch (role.kind) {
    case Role::Kind::kPerson:
      return role.name;
    case Role::Kind::kParty:
      return StrCat("party:", role.name);
    case Role::Kind::kTimer:
      return StrCat("timer:", role.name);
    case Role::Kind::kChild:
      return StrCat("child:", role.name);
  }
  return role.name;
}

int Chart::FindState(std::string_view id) const {
  const auto it = state_index.find(id);
  return it == state_index.end() ? -1 : it->second;
}

int Chart::FindData(std::string_view id) const {
  return IndexOf(data, id, [](const DataField& d) -> const std::string& { return d.id; });
}

int Chart::FindParty(std::string_view name_wanted) const {
  return IndexOf(parties, name_wanted, [](const Party& p) -> const std::string& { return p.name; });
}

int Chart::FindTimer(std::string_view id) const {
  return IndexOf(timers, id, [](const Timer& t) -> const std::string& { return t.id; });
}

std::optional<std::string> Chart::Label(std::string_view field, std::string_view value) const {
  const int slot = FindData(field);
  if (slot < 0) return std::nullopt;
  for (const auto& [key, text] : data[static_cast<size_t>(slot)].value_labels) {
    if (key == value) return text;
  }
  return std::nullopt;
}

}  // namespace anjuan::chart
