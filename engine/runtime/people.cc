#include "engine/runtime/people.h"

#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

bool InsideEnterprise(const Registers& registers, std::string_view role) {
  const Role* known = registers.FindRole(role);
  return known != nullptr && known->level == "enterprise";
}

}  // namespace

std::vector<Actor> ActorsOf(port::Reader& reader, std::string_view account) {
  std::vector<Actor> out;
  for (const Value& body : LoadRegisterSorted(reader, "account", account)) {
    out.push_back({.account = std::string(account),
                   .role = TextIn(body, "role"),
                   .org = TextIn(body, "org"),
                   .region = TextIn(body, "region")});
  }
  return out;
}

Actor OperatorAs(const Registers& registers, std::string_view role, const CaseRecord& record) {
  const bool inside = InsideEnterprise(registers, role);
  return {.account = std::string(kOperator),
          .role = std::string(role),
          .org = inside ? record.subject : record.owner,
          .region = record.region,
          .on_behalf = true};
}

bool CoversCase(const Registers& registers, const Actor& actor, const CaseRecord& record) {
  if (InsideEnterprise(registers, actor.role)) return actor.org == record.subject;
  return registers.IsWithin(record.region, actor.region);
}

Context ToContext(const Actor& actor) {
  return Context({{"account", Value(actor.account)},
                  {"role", Value(actor.role)},
                  {"org", Value(actor.org)},
                  {"region", Value(actor.region)},
                  {"on_behalf", actor.on_behalf ? Value(actor.role) : Value()}});
}

}  // namespace anjuan::runtime
