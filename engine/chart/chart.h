// A compiled definition (流程定义): states, transitions, data, parties and timers. Immutable after
// reading and shared by all its cases.
//
// States are numbered in document order, so a state's descendants are the numbers up to its `last`,
// and walking a set of states by number is document order, as appendix D of SCXML wants it.
//
// Source:  W3C SCXML 1.0; extension namespace urn:anjuan:workflow:1 (README.md).
// Threads: any number at once; nothing is written after ReadChart.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/chart/content.h"
#include "engine/chart/plan.h"
#include "engine/feel/feel.h"
#include "engine/value/type.h"

namespace anjuan::chart {

// Who may fire an event (aj:role), or who owns a state (aj:owner).
struct Role {
  enum class Kind { kPerson, kParty, kTimer, kChild };
  Kind kind = Kind::kPerson;
  std::string name;  // role, party name, timer id, spawn id
  Location at;
};
std::string ToString(const Role& role);  // as written: "ent_chief", "party:offeror", "timer:R02"

enum class StateKind { kCompound, kAtomic, kParallel, kFinal, kHistory };
enum class WorkKind { kNone, kInitial, kNormal, kWait };     // aj:kind
enum class Outcome { kNone, kSuccess, kFailure, kNeutral };  // aj:outcome of a final

struct State {
  int index = 0;
  int parent = -1;  // 0 is the scxml element itself, which is a compound state without a parent
  int last = 0;     // the last state below this one; == index where there is none
  StateKind kind = StateKind::kAtomic;
  bool deep = false;  // of a history
  std::string id;
  std::string label;
  std::vector<std::string> refs;  // catalogue ids
  WorkKind work = WorkKind::kNone;
  Outcome outcome = Outcome::kNone;
  std::vector<Role> owner;
  std::string no_deadline;  // why a wait needs no timer

  std::vector<int> children;  // child states, without histories
  std::vector<int> histories;
  std::vector<int> transitions;  // indices into Chart::transitions, document order
  std::vector<int> initial;      // targets of the initial transition; of a history: its default
  Block initial_content;         // content of that transition
  std::vector<Block> on_entry;
  std::vector<Block> on_exit;
  std::vector<Invoke> invokes;
  std::vector<int> data;    // slots of data declared here
  std::vector<int> timers;  // those that run in this state
  Payload done;             // of a final
  Location at;
};

// A rule of a transition (aj:require, aj:warn).
struct Rule {
  Expr cond;
  feel::TextTemplate label;  // the rule, in the clerk's language; filled when it does not hold
  std::string text;          // the label as written, told where it cannot be filled
  std::string source;        // its legal source
};

struct Transition {
  int index = 0;
  int source = 0;
  std::vector<std::string> events;  // descriptors without a trailing "." or ".*"; empty: eventless
  std::vector<int> targets;         // empty: stays
  bool internal = false;
  Expr cond;
  std::vector<Rule> requires_all;  // hold together with cond
  std::vector<Rule> warns;         // should hold; shown where they do not
  std::vector<Role> roles;         // empty: only events from inside
  std::string form;
  std::string label;
  std::vector<std::string> refs;
  Block content;
  Location at;
};

struct DataField {
  int slot = 0;
  std::string id;
  Type type;
  std::string label;
  std::vector<std::string> refs;
  Expr expr;
  std::optional<Value> literal;
  bool search = false;
  bool personal = false;
  bool implicit = false;  // declared by a foreach or a script, not by <data>
  bool written = false;   // by content, or from the start
  std::vector<int> required_in;
  std::vector<std::pair<std::string, std::string>> value_labels;  // enum value -> Chinese
  Location at;
};

struct Party {
  std::string name;
  std::string label;
  Expr expr;  // sees data, earlier parties and _x
  Location at;
};

struct Timer {
  std::string id;
  std::string label;
  std::vector<std::string> refs;
  std::string event;
  std::vector<int> runs_in;
  Expr due;
  std::vector<Value> warn;  // durations before the end
  Expr repeat;
  bool start_on_entry = false;
  Location at;
};

// ---- what a chart refers to outside itself, for the application's own checks -------------------

struct Reference {   // aj:ref
  std::string id;    // P01.S02
  std::string what;  // "state offer_sent", "timer R02", ...
  Location at;
};
struct TemplateUse {
  std::string code;
  std::vector<std::pair<std::string, Type>> params;  // seen by the template as args.<name>
  Location at;
};
struct SpawnUse {
  std::string id;
  std::string process;
  std::vector<std::pair<std::string, Type>> params;
  Location at;
};
struct NameUse {
  std::string name;
  Location at;
};

struct Chart {
  std::string file;
  std::string name;
  std::string title;
  std::vector<std::string> refs;
  std::string form;    // used when a case is opened
  std::string number;  // short process code in case numbers
  std::vector<std::string> open_roles;
  Expr subject;           // organisation id the case is about
  bool workflow = false;  // external events need a role
  bool late_binding = false;
  Block script;  // of <scxml>; runs once the data have their values

  std::vector<State> states;  // [0] is the scxml element
  std::vector<Transition> transitions;
  std::vector<DataField> data;
  std::vector<Party> parties;
  std::vector<Timer> timers;

  // The guards' scope: slots of data, then of parties, then the system variables below.
  feel::Scope scope;
  int first_party = 0;
  int event_slot = 0;       // _event
  int x_slot = 0;           // _x
  int name_slot = 0;        // _name
  int session_slot = 0;     // _sessionid
  int processors_slot = 0;  // _ioprocessors
  int slots = 0;

  // Event descriptor -> transitions that name it, document order.
  // Looked up by string_view, without making a string of it.
  struct IdHash {
    using is_transparent = void;
    size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };
  std::unordered_map<std::string, std::vector<int>, IdHash, std::equal_to<>> by_event;
  Plan plan;

  std::vector<Reference> references;
  std::vector<TemplateUse> templates;
  std::vector<SpawnUse> spawns;
  std::vector<NameUse> roles;  // person roles in aj:role, aj:owner, aj:open-role, competent("…")
  std::vector<NameUse> parameters;  // parameter("…") with a literal
  std::vector<NameUse> processes;   // open_cases(…, "…") with a literal
  std::vector<NameUse> documents;   // document("…") with a literal, aj:void
  std::vector<NameUse> forms;
  std::unordered_map<std::string, int, IdHash, std::equal_to<>> state_index;  // of two the first
  Diagnostics warnings;  // of reading; errors refuse the chart

  // -1 where there is none.
  int FindState(std::string_view id) const;
  int FindData(std::string_view id) const;  // a slot
  int FindParty(std::string_view name) const;
  int FindTimer(std::string_view id) const;
  // The Chinese of an enum value of a datum, where aj:values declares it.
  std::optional<std::string> Label(std::string_view field, std::string_view value) const;

  bool IsDescendant(int state, int ancestor) const {
    return state > ancestor && state <= states[static_cast<size_t>(ancestor)].last;
  }
  const State& at(int state) const { return states[static_cast<size_t>(state)]; }
};

}  // namespace anjuan::chart
