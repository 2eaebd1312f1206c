#include "engine/runtime/registers.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

std::vector<std::string> TextsIn(const Value& body, std::string_view key) {
  std::vector<std::string> out;
  if (const List* list = body[key].list()) {
    for (const Value& item : *list) {
      if (item.string() != nullptr) out.push_back(*item.string());
    }
  }
  return out;
}

Parameter ToParameter(const Value& body) {
  Parameter parameter;
  parameter.id = TextIn(body, "id");
  parameter.name = TextIn(body, "name_zh");
  parameter.value = body["value"];
  parameter.unit = TextIn(body, "unit");
  parameter.scope = TextIn(body, "scope");
  parameter.from = ParseDate(TextIn(body, "from"));
  parameter.source = TextIn(body, "source");
  parameter.status = TextIn(body, "status");
  return parameter;
}

OfficeKind ToOfficeKind(const Value& body) {
  OfficeKind kind;
  kind.role = TextIn(body, "role");
  kind.holders = TextsIn(body, "holders");
  kind.short_name = TextIn(body, "short_name");
  kind.verify_url = TextIn(body, "verify_url");
  if (const Context* names = body["names"].context()) {
    for (const auto& [level, name] : names->entries()) kind.names[level] = *name.string();
  }
  return kind;
}

std::vector<std::string> Keys(const auto& map) {
  std::vector<std::string> out;
  out.reserve(map.size());
  for (const auto& [key, value] : map) out.push_back(key);
  return out;
}

const auto* Find(const auto& map, std::string_view key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : &it->second;
}

}  // namespace

std::shared_ptr<const Registers> Registers::Load(port::Reader& reader) {
  auto out = std::make_shared<Registers>();
  ScanRegister(reader, "region", [&](const std::string& code, const Value& body) {
    const std::string name = TextIn(body, "name_zh");
    out->regions_[code] = {code, name, TextIn(body, "level"), TextIn(body, "parent"), name};
  });
  ScanRegister(reader, "region_short_name", [&](const std::string& code, const Value& body) {
    const auto region = out->regions_.find(code);
    if (region != out->regions_.end()) region->second.short_name = TextIn(body, "short_name");
  });
  ScanRegister(reader, "role", [&](const std::string& id, const Value& body) {
    out->roles_[id] = {id, TextIn(body, "zh"), TextIn(body, "level")};
  });
  ScanRegister(reader, "office", [&](const std::string& role, const Value& body) {
    out->offices_[role] = ToOfficeKind(body);
  });
  ScanRegister(reader, "parameter", [&](const std::string&, const Value& body) {
    Parameter parameter = ToParameter(body);
    out->parameters_[parameter.id].push_back(std::move(parameter));
  });
  ScanRegister(reader, "seal", [&](const std::string& org, const Value& body) {
    out->seals_[org] = TextIn(body, "sha256");
  });
  ScanRegister(reader, "holidays", [&](const std::string& year, const Value& body) {
    const std::optional<long long> number = ParseInteger(year);
    ANJUAN_CHECK(number.has_value());  // checked when it was imported
    Result<calendar::Year> arrangement = calendar::ReadYear(static_cast<int>(*number), body);
    ANJUAN_CHECK(arrangement.has_value());
    out->calendar_.Set(static_cast<int>(*number), std::move(*arrangement));
  });
  return out;
}

const Region* Registers::FindRegion(std::string_view code) const {
  return Find(regions_, code);
}
const Role* Registers::FindRole(std::string_view id) const {
  return Find(roles_, id);
}
const OfficeKind* Registers::FindOfficeKind(std::string_view role) const {
  return Find(offices_, role);
}

std::string Registers::SealOf(std::string_view org) const {
  const std::string* seal = Find(seals_, org);
  return seal == nullptr ? "" : *seal;
}

bool Registers::IsOffice(std::string_view org) const {
  const size_t at = org.find('@');
  if (at == std::string_view::npos) return false;
  const OfficeKind* kind = FindOfficeKind(org.substr(0, at));
  const Region* region = FindRegion(org.substr(at + 1));
  return kind != nullptr && region != nullptr && kind->names.contains(region->level);
}

std::vector<std::string> Registers::RegionCodes() const {
  return Keys(regions_);
}
std::vector<std::string> Registers::RoleIds() const {
  return Keys(roles_);
}
std::vector<std::string> Registers::ParameterIds() const {
  return Keys(parameters_);
}
std::vector<std::string> Registers::OfficeRoles() const {
  return Keys(offices_);
}

std::vector<const Region*> Registers::Chain(std::string_view code) const {
  constexpr size_t kLongest = 10;  // a loop in imported data must not hang the office
  std::vector<const Region*> out;
  for (const Region* region = FindRegion(code); region != nullptr && out.size() < kLongest;
       region = FindRegion(region->parent)) {
    out.push_back(region);
  }
  return out;
}

bool Registers::IsWithin(std::string_view region, std::string_view above) const {
  for (const Region* step : Chain(region)) {
    if (step->code == above) return true;
  }
  return region == above;
}

std::string Registers::AreaOf(std::string_view region) const {
  std::string area(region);
  for (const Region* step : Chain(region)) {
    if (step->level == "prefecture") return step->code;
    if (step->level == "province") area = step->code;
  }
  return area;
}

namespace {

Value Describe(const Parameter& parameter) {
  Context out;
  out.Set("id", Value(parameter.id));
  const std::string* text = parameter.value.string();
  const size_t slash = text == nullptr ? std::string::npos : text->find('/');
  if (parameter.unit.starts_with("ratio") && slash != std::string::npos) {
    // A third is no decimal: guards multiply with both parts instead of dividing.
    const auto top = Decimal::Parse(std::string_view(*text).substr(0, slash));
    const auto bottom = Decimal::Parse(std::string_view(*text).substr(slash + 1));
    const auto quotient = top && bottom ? top->Divide(*bottom) : std::nullopt;
    out.Set("value", quotient ? Value(*quotient) : Value());
    out.Set("numerator", top ? Value(*top) : Value());
    out.Set("denominator", bottom ? Value(*bottom) : Value());
  } else {
    out.Set("value", parameter.value);
    out.Set("numerator", Value());
    out.Set("denominator", Value());
  }
  out.Set("unit", Value(parameter.unit));
  out.Set("scope", Value(parameter.scope));
  out.Set("from", parameter.from ? Value(*parameter.from) : Value());
  out.Set("source", Value(parameter.source));
  return Value(std::move(out));
}

}  // namespace

std::vector<Parameter> Registers::Entries(std::string_view id) const {
  const auto it = parameters_.find(id);
  if (it == parameters_.end()) return {};
  std::vector<Parameter> out = it->second;
  std::stable_sort(out.begin(), out.end(), [](const Parameter& a, const Parameter& b) {
    return (a.scope != "national") < (b.scope != "national");
  });
  return out;
}

Value Registers::LookUp(std::string_view id, std::string_view region, const Date& on,
                        std::vector<std::string>* unknown_in) const {
  Parameter unknown;
  unknown.id = id;
  const auto it = parameters_.find(id);
  if (it == parameters_.end()) return Describe(unknown);
  std::vector<std::string> scopes;
  for (const Region* step : Chain(region)) scopes.push_back(step->code);
  scopes.emplace_back("national");
  for (const std::string& scope : scopes) {
    const Parameter* best = nullptr;
    for (const Parameter& candidate : it->second) {
      if (candidate.scope != scope) continue;
      if (candidate.value.is_null()) {
        if (unknown_in != nullptr && best == nullptr) unknown_in->push_back(scope);
        continue;
      }
      if (candidate.from && *candidate.from > on) continue;
      const bool later =
          best == nullptr || (candidate.from && (!best->from || *best->from < *candidate.from));
      if (later) best = &candidate;
    }
    if (best != nullptr) return Describe(*best);
  }
  unknown.unit = it->second.front().unit;
  return Describe(unknown);
}

namespace {

// Whether the name says already where the place lies: 岳阳经济技术开发区, 常德市西洞庭管理区; but
// not 岳阳楼区.
bool NamesCity(std::string_view name, std::string_view city) {
  constexpr std::string_view kCity = "市";
  constexpr size_t kLongestDistrict = 5;  // characters
  if (city.ends_with(kCity)) city.remove_suffix(kCity.size());
  return CountCodePoints(name) > kLongestDistrict && name.find(city) != std::string_view::npos;
}

// A district is named with its city (岳阳市岳阳楼区), a county or city stands alone (华容县).
std::string FullName(const Registers& registers, const Region& region) {
  const Region* parent = registers.FindRegion(region.parent);
  const bool district = region.level == "county" && region.name.ends_with("区");
  if (!district || parent == nullptr || NamesCity(region.name, parent->name)) return region.name;
  return parent->name + region.name;
}

std::string WithRegion(std::string text, std::string_view region) {
  constexpr std::string_view kHole = "{region}";
  const size_t hole = text.find(kHole);
  if (hole != std::string::npos) text.replace(hole, kHole.size(), region);
  return text;
}

}  // namespace

Value Registers::Competent(std::string_view role, std::string_view region) const {
  const OfficeKind* kind = FindOfficeKind(role);
  if (kind == nullptr) return Value();
  for (const Region* step : Chain(region)) {
    const auto name = kind->names.find(step->level);
    if (name == kind->names.end()) continue;
    List roles;
    for (const std::string& holder : kind->holders) roles.emplace_back(holder);
    Context office({{"roles", Value(std::move(roles))},
                    {"org", Value(StrCat(role, "@", step->code))},
                    {"name", Value(WithRegion(name->second, FullName(*this, *step)))},
                    {"short_name", Value(WithRegion(kind->short_name, step->short_name))},
                    {"region", Value(step->code)}});
    if (!kind->verify_url.empty()) {
      office.Set("verify_url", Value(WithRegion(kind->verify_url, step->code)));
    }
    return Value(std::move(office));
  }
  return Value();
}

}  // namespace anjuan::runtime
