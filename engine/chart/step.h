// One step of a chart: one event taken in and run to completion.
//
// Pure: reads no clock, file, network or environment and keeps nothing between calls. What it must
// know of the outside (parameters, calendar, organisations) it asks of Env::host, and every answer
// is returned in StepResult::reads, so that a replay can feed the same answers again.
//
// Source:  W3C SCXML 1.0, section 3.13 and appendix D; functions in step.cc keep appendix D's
// names. Errors:  a failing expression queues error.execution (section 5.9.1); where no transition
// takes
//          it, StepResult::errors is not empty and the runtime discards the whole step.
// Units:   Instant is milliseconds since 1970-01-01T00:00:00Z, always UTC.
// Threads: any number at once; a Chart is not written after reading.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/chart/chart.h"
#include "engine/feel/feel.h"
#include "engine/value/value.h"

namespace anjuan::chart {

// The event processor of section C.1, as _event.origintype and _ioprocessors name it.
inline constexpr std::string_view kScxmlEvents = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";

// A named resource of the case. Armed while `due` is set; outside its "runs in" states it sleeps.
struct TimerState {
  std::string id;                         // R02, or "send.<sendid>" for <send delay>
  std::optional<Instant> due;             // end of the period; nullopt: stopped
  std::optional<Instant> paused_left_ms;  // set while paused: what is left
  std::optional<Instant> fired_due;       // the end date it last fired for; never twice for one
  std::vector<Instant> warnings;          // still to come, ascending
  std::string event;                      // what it fires; data only for <send delay>
  Value data;
  bool operator==(const TimerState&) const = default;
};

// A child case opened by <aj:spawn>.
struct ChildState {
  std::string id;        // the spawn's id in the chart
  std::string process;   // name of the definition spawned
  std::string identity;  // of the effect: "<case>/<version>/<position>"; the outbox fills the case
  bool live = true;      // until its done or an explicit cancel
  bool operator==(const ChildState&) const = default;
};

// A child session started by <invoke> (plain SCXML only).
struct InvokeState {
  std::string id;
  std::string state;  // the invoking one
  int position = 0;   // in State::invokes
  bool operator==(const InvokeState&) const = default;
};

// Everything a case is, as plain data. ToValue gives the form that is stored and hashed.
struct CaseState {
  std::vector<std::string> configuration;  // active states, document order, ancestors included
  std::map<std::string, std::vector<std::string>> history;  // history id -> states
  std::vector<Value> data;                                  // by the slot of Chart::data
  std::vector<TimerState> timers;                           // ordered by id
  std::vector<ChildState> children;                         // in the order of spawning
  std::vector<std::string> bound;         // late binding: states whose data were initialised
  bool running = true;                    // false: a top-level final state was reached
  std::vector<InvokeState> invokes = {};  // in the order of starting
  int generated = 0;                      // ids made up so far for sends and invokes
  bool operator==(const CaseState&) const = default;
};

Value ToValue(const Chart& chart, const CaseState& state);
Result<CaseState> FromValue(const Chart& chart, const Value& value);

struct Event {
  enum class Kind { kExternal, kTimer, kChild, kPlatform };
  std::string name;
  Kind kind = Kind::kExternal;
  std::string origin;  // role for a person, timer id, child id; matched against aj:role
  Value data;          // a context, or null
  // Of an event from another session (Env::session).
  std::string sendid = {};
  std::string origintype = {};
  std::string invokeid = {};  // of the child it came from
};

// ---- effects: things to be done outside, as data, in document order -------------------------

struct AllocateNumber {  // fills `location` with the next number of (office, kind, year)
  std::string location;  // data id
  std::string kind;      // counter, e.g. "要约书"
  std::string office;
  int year = 0;
  std::string format;  // text with {n} for the serial and {year}
  std::string
      placeholder;  // what state and later effects hold until the runtime puts the number in
  bool gapless = true;
  int digits = 0;  // the serial is padded with zeros to so many; 0: as it is
};
struct IssueDocument {
  std::string code;         // template code, D0101
  Value addressee;          // a party: context{roles, org, name}
  Value issuer;             // likewise; null: the actor
  Context arguments;        // <param>
  Context data;             // case data (with parties and _x) at this very moment
  bool await_seal = false;  // issued by a timer: waits as a task for signature and seal
};
struct VoidDocument {
  std::string code;  // the latest live document of this code
  std::string reason;
};
struct RecordFact {
  std::string key;  // F01.offer
  std::string organisation;
  Decimal quantity;
  Date date;             // business date
  std::string reverses;  // key of the facts of this case and organisation it takes back, or ""; of
                         // a correction: the fact it corrects (engine/runtime/facts.h)
};
struct SpawnCase {
  std::string id;       // in the chart
  std::string process;  // definition name; the version in force that day is taken
  Context data;         // copied down
  std::string region;   // "" = the parent's
};
struct SendEvent {
  std::string target;  // "#_parent", "#_<spawn id>", or a case id
  std::string event;
  Value data;
};
struct CancelChild {
  std::string id;
};
struct Notify {
  Value party;  // context{roles, org, name}
  std::string text;
};
using Effect = std::variant<AllocateNumber, IssueDocument, VoidDocument, RecordFact, SpawnCase,
                            SendEvent, CancelChild, Notify>;

// ---- signals: what a session host does for plain SCXML (Env::session), in order ---------------

struct SignalSend {    // to any session, its own too; the events of <raise> never leave the step
  std::string target;  // "" is the session itself
  std::string event;
  Value data;
  std::string id;         // for CancelSend
  bool id_given = false;  // else the event carries none
  std::int64_t delay_ms = 0;
};
struct CancelSend {
  std::string id;
};
struct StartInvoke {
  std::string id;
  std::string src;      // "" where `content` is given
  std::string content;  // a document
  Context data;
};
struct CancelInvoke {
  std::string id;
};
struct ForwardEvent {  // the event being handled, as it is
  std::string id;      // of the invoke
};
using Signal = std::variant<SignalSend, CancelSend, StartInvoke, CancelInvoke, ForwardEvent>;

// One answer of the host, in the order of asking.
struct Read {
  std::string function;
  std::vector<Value> arguments;
  Value result;
  bool operator==(const Read&) const = default;
};

// A value that was entered wrongly and put right since.
struct Replacement {
  int slot = 0;
  Value from;
  Value to;
};

struct Env {
  Instant now = 0;    // engine time
  Date today;         // business date (eff_date): the day "today" means in guards and papers
  Context actor;      // {account, role, org, region, on_behalf}
  Context case_info;  // {id, region, owner, process, opened_on, parent}
  feel::Host* host = nullptr;
  // A step taken again with what is known to be right: a datum that would get `from` gets `to`.
  std::span<const Replacement> corrected = {};
  // Plain SCXML among other sessions (sessions.h): every <send> but those to #_internal leaves as a
  // signal, and the host is asked reachable(target).
  bool session = false;
};

struct StepResult {
  CaseState state;
  std::vector<Effect> effects;
  std::vector<Signal> signals;
  std::vector<Read> reads;
  std::vector<std::string>
      notes;  // <log> and what the history should say ("R03: no length in force")
  std::vector<std::string> warnings;  // aj:warn texts whose condition held
  std::vector<std::string> exited;    // states left, in order
  std::vector<std::string> entered;   // states entered, in order
  std::vector<int> transitions;       // indices into Chart::transitions of those taken, in order
  Value done_data;                    // <donedata> of the top-level final state reached
  Diagnostics errors;                 // unhandled error.execution; the runtime refuses the step
};

// Enters the initial configuration. `initial` holds values for declared data (by name).
StepResult Start(const Chart& chart, const Context& initial, const Env& env);

StepResult Step(const Chart& chart, const CaseState& state, const Event& event, const Env& env);

// Ends a session from outside, as its parent's leaving the invoking state does: exit handlers run.
StepResult Stop(const Chart& chart, const CaseState& state, const Env& env);

// Why an event finds no transition, or which it would take: decided without running anything.
struct Selection {
  enum class Verdict {
    kEnabled,
    kNoSuchEvent,  // no transition of the active states has it
    kNotYourRole,  // one has it, but for other roles
    kGuardFalse,   // event and role fit, a condition does not hold
    kError,        // a condition could not be computed
  };
  Verdict verdict = Verdict::kNoSuchEvent;
  std::vector<int> transitions;         // enabled ones, or the candidates refused
  std::vector<std::string> roles;       // kNotYourRole: who may
  std::vector<std::string> conditions;  // kGuardFalse: label (source) of each that failed
  Diagnostics errors;
};
Selection Select(const Chart& chart, const CaseState& state, const Event& event, const Env& env);

// What could be fired now: event, label, roles, form. Derived, never stored (catalogue: task).
struct Task {
  std::string event;
  std::string label;
  std::vector<std::string> roles;
  std::string form;
  std::string state;
};
std::vector<Task> Tasks(const Chart& chart, const CaseState& state);

// The next instant at which a timer wants attention (due or warning) while its states are active.
struct Wake {
  std::string timer;
  Instant at = 0;
  bool warning = false;
};
std::vector<Wake> Wakes(const Chart& chart, const CaseState& state);

// A warning of Wakes(): takes the warnings due by env.now off the timer and notifies the owner of
// the active state it runs in. Nothing else changes.
StepResult TimerWarning(const Chart& chart, const CaseState& state, const std::string& timer,
                        const Env& env);

// Notices of this text to the owners of the states the case is in, one each; nothing else.
StepResult TellOwners(const Chart& chart, const CaseState& state, const std::string& text,
                      const Env& env);

// The chart's parties by name as the data stand; null for one that cannot be computed.
Context Parties(const Chart& chart, const CaseState& state, const Env& env);

// An expression of the chart (its subject, for one) over a case's data.
Result<Value> EvaluateIn(const Chart& chart, const CaseState& state, const Expr& expr,
                         const Env& env);

}  // namespace anjuan::chart
