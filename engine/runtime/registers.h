// What an office knows beside its cases: regions, roles, parameters, offices, holidays. Read once
// from the store into memory (they are small) and replaced whole when one of them is imported.
//
// Source:  design section 5 (parameters) and 8 (people); catalogue README "Who may do what".
// Threads: immutable after Load; share as shared_ptr<const Registers>.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/temporal.h"
#include "engine/calendar/calendar.h"
#include "engine/port/store.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

struct Region {
  std::string code;
  std::string name;
  std::string level;       // nation, province, prefecture, county, zone, ...
  std::string parent;      // "" at the top
  std::string short_name;  // in official numbers: 岳楼; the name itself where none is given
};

struct Role {
  std::string id;
  std::string name;
  std::string level;  // "enterprise": held inside one organisation; else by region
};

// A body that exists in every region of certain levels: hrss, union_upper, ...
struct OfficeKind {
  std::string role;
  std::vector<std::string> holders;          // persons' roles inside it
  std::map<std::string, std::string> names;  // level -> "{region}人力资源和社会保障局"
  std::string short_name;                    // in official numbers: "{region}人社"
  std::string verify_url;  // where who holds a paper has it confirmed; "": nowhere
};

struct Parameter {
  std::string id;
  std::string name;
  Value value;  // null: unknown here, falls through to the next wider scope
  std::string unit;
  std::string scope;  // region code, or "national"
  std::optional<Date> from;
  std::string source;
  std::string status;  // whether the source was read, is from memory, ...
};

class Registers {
 public:
  static std::shared_ptr<const Registers> Load(port::Reader& reader);

  const Region* FindRegion(std::string_view code) const;
  const Role* FindRole(std::string_view id) const;
  const OfficeKind* FindOfficeKind(std::string_view role) const;
  const calendar::Calendar& calendar() const { return calendar_; }
  bool HasParameter(std::string_view id) const { return parameters_.contains(std::string(id)); }
  std::vector<std::string> RegionCodes() const;
  std::vector<std::string> RoleIds() const;
  std::vector<std::string> ParameterIds() const;
  std::vector<std::string> OfficeRoles() const;

  // The region itself, its parent, ... up to the nation; empty for an unknown code.
  std::vector<const Region*> Chain(std::string_view code) const;
  // Whether `region` is `above` or lies below it.
  bool IsWithin(std::string_view region, std::string_view above) const;
  // The area a case of this region belongs to: its prefecture, else its province, else itself.
  std::string AreaOf(std::string_view region) const;

  // The SHA-256 of the seal imported for an office ("hrss@430600"); "": none.
  std::string SealOf(std::string_view org) const;
  bool HasSeals() const { return !seals_.empty(); }
  // Whether "hrss@430600" names an office of a region this register knows.
  bool IsOffice(std::string_view org) const;

  // Every row of a parameter, the nation's first.
  std::vector<Parameter> Entries(std::string_view id) const;

  // context{id, value, unit, numerator, denominator, scope, from, source}: the narrowest scope with
  // a known value in force on `on`. value is null where none has one. `unknown_in` gets the
  // narrower scopes that have the parameter but do not know its value.
  Value LookUp(std::string_view id, std::string_view region, const Date& on,
               std::vector<std::string>* unknown_in = nullptr) const;

  // The competent office of `role` for `region`: context{roles, org, name, short_name, region} and
  // verify_url where the office has one, walking up the chain to the first region whose level has
  // such an office; null where there is none.
  Value Competent(std::string_view role, std::string_view region) const;

 private:
  std::map<std::string, Region, std::less<>> regions_;
  std::map<std::string, Role, std::less<>> roles_;
  std::map<std::string, OfficeKind, std::less<>> offices_;
  std::map<std::string, std::vector<Parameter>, std::less<>> parameters_;
  std::map<std::string, std::string, std::less<>> seals_;  // organisation -> SHA-256
  calendar::Calendar calendar_;
};

}  // namespace anjuan::runtime
