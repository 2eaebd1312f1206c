#include "engine/describe/deadlines.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/describe/actions.h"
#include "engine/feel/text.h"

namespace anjuan::describe {
namespace {

// The first argument of a call whose "(" is at `open`, as written.
std::string FirstArgument(std::string_view text, size_t open) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if ((c == ',' && depth == 1) || depth == 0) {
      return OneLine(text.substr(open + 1, i - open - 1));
    }
  }
  return "";
}

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The first arguments of all calls of `function`.
std::vector<std::string> Calls(std::string_view text, std::string_view function) {
  std::vector<std::string> out;
  const std::string call = StrCat(function, "(");
  for (size_t at = text.find(call); at != std::string_view::npos; at = text.find(call, at + 1)) {
    if (at > 0 && IsWordCharacter(text[at - 1])) continue;
    out.push_back(FirstArgument(text, at + function.size()));
  }
  return out;
}

void AddOnce(std::vector<std::string>& list, std::string item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(std::move(item));
}

// The expressions that decide when a timer ends: its own, and those that give the data it reads
// their values.
std::vector<const chart::Expr*> Deciding(const chart::Chart& chart, const chart::Timer& timer,
                                         const std::vector<PlacedBlock>& blocks) {
  std::vector<const chart::Expr*> out = {&timer.due};
  const std::vector<int>& reads = timer.due.compiled.reads();
  for (const PlacedBlock& placed : blocks) {
    ForEachAction(*placed.block, [&](const chart::Action& action) {
      const auto* assign = std::get_if<chart::Assign>(&action.what);
      if (assign == nullptr || !assign->expr.given) return;
      if (std::find(reads.begin(), reads.end(), assign->to.slot) == reads.end()) return;
      const std::string& text = assign->expr.text();
      if (Calls(text, "due").empty() && Calls(text, "due_before").empty()) return;
      out.push_back(&assign->expr);
    });
  }
  for (const chart::DataField& field : chart.data) {
    const bool read = std::find(reads.begin(), reads.end(), field.slot) != reads.end();
    if (read && field.expr.given && !Calls(field.expr.text(), "due").empty()) {
      out.push_back(&field.expr);
    }
  }
  return out;
}

std::string Days(const Value& duration) {
  const auto shown = feel::Display(duration);
  return shown ? *shown : "";
}

class Rows {
 public:
  Rows(const chart::Chart& chart, const Phrases& phrases, const Names& names)
      : chart_(chart), phrases_(phrases), names_(names), blocks_(AllBlocks(chart, phrases)) {}

  TimerRow Of(const chart::Timer& timer) const {
    TimerRow row;
    row.ref = ShortRef(timer.refs, chart_.refs.empty() ? "" : chart_.refs.front());
    row.id = timer.id;
    row.label = timer.label;
    std::vector<std::string> states;
    for (const int state : timer.runs_in) states.push_back(phrases_.State(state));
    row.runs_in = states.empty() ? "办理全程" : Join(states, "、");
    Measure(timer, row);
    std::vector<std::string> warns;
    for (const Value& warn : timer.warn) warns.push_back(Days(warn));
    if (!warns.empty()) row.warns = StrCat("届满前", Join(warns, "、"), "预警");
    if (timer.repeat.given) row.repeats = StrCat("每隔", phrases_.Expression(timer.repeat), "重复");
    row.feel = OneLine(timer.due.text());
    for (const chart::Transition& transition : chart_.transitions) {
      const bool its = std::any_of(
          transition.roles.begin(), transition.roles.end(), [&](const chart::Role& role) {
            return role.kind == chart::Role::Kind::kTimer && role.name == timer.id;
          });
      if (!its) continue;
      std::vector<std::string> targets;
      for (const int target : transition.targets) targets.push_back(phrases_.State(target));
      AddOnce(row.ends, StrCat(phrases_.Step(transition), " → ",
                               targets.empty() ? "状态不变" : Join(targets, "、")));
    }
    if (row.ends.empty()) row.ends.emplace_back("—");
    return row;
  }

 private:
  void Measure(const chart::Timer& timer, TimerRow& row) const {
    std::vector<std::string> starts;
    std::vector<std::string> parameters;
    for (const chart::Expr* expression : Deciding(chart_, timer, blocks_)) {
      const std::string& text = expression->text();
      for (const std::string& from : Calls(text, "due"))
        AddOnce(starts, StrCat("自", Start(from), "起"));
      for (const std::string& to : Calls(text, "due_before")) {
        AddOnce(starts, StrCat(Start(to), "之前"));
      }
      for (const std::string& id : Calls(text, "parameter")) {
        if (id.size() > 2 && id.front() == '"' && id.back() == '"') {
          AddOnce(parameters, id.substr(1, id.size() - 2));
        }
      }
    }
    if (starts.empty()) {
      const std::string named = phrases_.Named(timer.due.text());
      starts.push_back(named.empty() ? "按规则计算" : StrCat("至所载“", named, "”"));
    }
    row.starts = Join(starts, "；");
    for (const std::string& id : parameters) Lengths(id, row.lengths);
    if (row.lengths.empty()) row.lengths.emplace_back("—");
  }

  std::string Start(const std::string& expression) const {
    const std::string named = phrases_.Named(expression);
    return named.empty() ? "计算之日" : named;
  }

  void Lengths(const std::string& id, std::vector<std::string>& out) const {
    const auto found = names_.parameters.find(id);
    if (found == names_.parameters.end()) {
      out.push_back(StrCat(id, "：未定"));
      return;
    }
    for (const ParameterValue& value : found->second) {
      std::string line =
          StrCat(value.scope, "：", value.name, " ", Quantity(value.value, value.unit));
      if (!value.source.empty()) line += StrCat("（", value.source, "）");
      out.push_back(std::move(line));
    }
  }

  const chart::Chart& chart_;
  const Phrases& phrases_;
  const Names& names_;
  std::vector<PlacedBlock> blocks_;
};

}  // namespace

std::vector<TimerRow> DeadlinesOf(const chart::Chart& chart, const Phrases& phrases,
                                  const Names& names) {
  const Rows rows(chart, phrases, names);
  std::vector<TimerRow> out;
  for (const chart::Timer& timer : chart.timers) out.push_back(rows.Of(timer));
  return out;
}

}  // namespace anjuan::describe
