// Executable content as data: what stands in onentry, onexit and transitions.
//
// Source:  W3C SCXML 1.0, sections 4 to 6; the aj actions of the workflow extension.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/feel.h"
#include "engine/feel/text.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::chart {

// A compiled expression, or none. In plain SCXML documents (not workflows) a mistake in an
// expression must not keep the document from loading: it is kept and raised as error.execution.
struct Expr {
  bool given = false;
  feel::Expression compiled = {};
  Diagnostics mistakes = {};
  Location at = {};
  const std::string& text() const { return compiled.text(); }
};

struct Action;
using Block = std::vector<Action>;

struct Param {
  std::string name;
  Expr expr;
  Location at;
};

// What an event or done.state carries: parameters, or one value as a whole.
struct Payload {
  std::vector<Param> params;
  Expr content;
  std::optional<Value> literal;  // text content that is no expression
  bool empty() const { return params.empty() && !content.given && !literal; }
};

// A datum, or a field inside one. slot < 0: no such datum (plain SCXML only; fails when run).
struct Place {
  int slot = -1;
  std::vector<std::string> path;
  std::string text;
};

struct Assign {
  Place to;
  Expr expr;
  std::optional<Value> literal;
};
struct Raise {
  std::string event;
};
struct Branch;
struct If {
  std::vector<Branch> branches;  // the first whose condition holds; an else has none
};
struct Foreach {
  Expr array;
  Place item;
  Place index;  // slot < 0: none
  Block body;
};
// A FEEL context; each entry is assigned to the datum of that name, in order.
struct Script {
  Expr context;
};
struct Log {
  std::string label;
  Expr expr;
};
struct Send {
  std::string event, target, type, id, delay;
  Expr event_expr, target_expr, type_expr, delay_expr;
  Place id_location;
  Payload payload;
};
struct Cancel {
  std::string id;
  Expr id_expr;
};

// ---- the workflow extension ------------------------------------------------------------------

struct Take {
  std::vector<int> slots;  // data that may be taken from the event, ascending
};
struct Number {
  int slot = -1;
  std::string kind;
  Expr office, year;
  feel::TextTemplate format;  // sees n and year in two slots behind the chart's scope
  bool gapless = true;
  int digits = 0;  // the serial is padded with zeros to so many; 0: not padded
};
struct Issue {
  std::string code;
  Expr to, by;
  std::vector<Param> params;
  bool await_seal = false;
};
struct Void {
  std::string code;
  Expr reason;
};
struct Fact {
  std::string key, reverses;
  Expr organisation, quantity, date;
};
struct Spawn {
  std::string id, process;
  Expr region;
  std::vector<Param> params;
};
struct StopChild {
  std::string id;
};
struct Notice {
  Expr to;
  feel::TextTemplate text;
};
struct TimerAction {
  enum class Kind { kStart, kStop, kPause, kResume, kRestart, kExtend };
  Kind kind = Kind::kStart;
  std::vector<int> timers;  // indices into Chart::timers
  Expr due;                 // kExtend
};

struct Action {
  using What = std::variant<Assign, Raise, If, Foreach, Script, Log, Send, Cancel, Take, Number,
                            Issue, Void, Fact, Spawn, StopChild, Notice, TimerAction>;
  Location at;
  What what;
};

struct Branch {
  Expr cond;
  Block body;
};

// A child session (section 6.4), started where its state is active at the end of a macrostep.
struct Invoke {
  std::string id, type, src;
  Expr type_expr, src_expr;
  Place id_location;
  std::vector<Param> params;
  Payload content;  // without params
  bool autoforward = false;
  Block finalize;
  Location at;
};

}  // namespace anjuan::chart
