// Who gives a command, and which cases he may touch.
//
// Source: design section 8; catalogue README "Who may do what": an account holds (role,
//         organisation, region); a user sees the own region and below, and the own organisation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/port/store.h"
#include "engine/runtime/records.h"
#include "engine/runtime/registers.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

inline constexpr std::string_view kOperator = "operator";  // the local operator of the command line

struct Actor {
  std::string account = {};
  std::string role = {};
  std::string org = {};
  std::string region = {};
  bool on_behalf = false;  // the local operator, acting for that role
};

// What an account holds: one Actor for each role. Empty: no such account.
std::vector<Actor> ActorsOf(port::Reader& reader, std::string_view account);

// The local operator in a role, placed where the case is.
Actor OperatorAs(const Registers& registers, std::string_view role, const CaseRecord& record);

// Whether the actor's organisation and region give access to the case: a role held inside an
// enterprise needs the case's own organisation, any other a region at or above the case's.
bool CoversCase(const Registers& registers, const Actor& actor, const CaseRecord& record);

Context ToContext(const Actor& actor);  // _x.actor

}  // namespace anjuan::runtime
