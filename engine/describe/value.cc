// The outline as a template sees it: the fields' own names.
#include <utility>

#include "engine/describe/outline.h"

namespace anjuan::describe {
namespace {

Value ToValue(const std::string& text) {
  return Value(text);
}
Value ToValue(const Line& line);
Value ToValue(const Condition& condition);
Value ToValue(const Step& step);
Value ToValue(const StateChapter& state);
Value ToValue(const TimerRow& row);
Value ToValue(const PaperRow& row);
Value ToValue(const FieldRow& row);
Value ToValue(const FormChapter& form);
Value ToValue(const DataRow& row);
Value ToValue(const ParameterRow& row);
Value ToValue(const PartyRow& row);
Value ToValue(const ChildRow& row);
Value ToValue(const FactRow& row);
Value ToValue(const RuleSource& row);
Value ToValue(const RuleTable& table);
Value ToValue(const RuleTable::Row& row);
Value ToValue(const Preface::Source& row);

template <typename Item>
Value ListOf(const std::vector<Item>& items) {
  List out;
  out.reserve(items.size());
  for (const Item& item : items) out.push_back(ToValue(item));
  return Value(std::move(out));
}

using Entry = Context::Entry;
Value Of(std::vector<Entry> entries) {
  return Value(Context(std::move(entries)));
}

Value ToValue(const Line& line) {
  return Of({{"text", Value(line.text)}, {"feel", Value(line.feel)}});
}

Value ToValue(const Condition& condition) {
  return Of({{"strength", Value(condition.strength)},
             {"label", Value(condition.label)},
             {"source", Value(condition.source)},
             {"feel", Value(condition.feel)}});
}

Value ToValue(const Step& step) {
  return Of({{"ref", Value(step.ref)},
             {"label", Value(step.label)},
             {"event", Value(step.event)},
             {"who", Value(step.who)},
             {"form", Value(step.form)},
             {"conditions", ListOf(step.conditions)},
             {"does", ListOf(step.does)},
             {"leads", Value(step.leads)}});
}

Value ToValue(const StateChapter& state) {
  return Of({{"ref", Value(state.ref)},
             {"label", Value(state.label)},
             {"id", Value(state.id)},
             {"kind", Value(state.kind)},
             {"owner", Value(state.owner)},
             {"deadline", Value(state.deadline)},
             {"inside", Value(state.inside)},
             {"covers", ListOf(state.covers)},
             {"required", ListOf(state.required)},
             {"on_entry", ListOf(state.on_entry)},
             {"on_exit", ListOf(state.on_exit)},
             {"steps", ListOf(state.steps)}});
}

Value ToValue(const TimerRow& row) {
  return Of({{"ref", Value(row.ref)},
             {"id", Value(row.id)},
             {"label", Value(row.label)},
             {"runs_in", Value(row.runs_in)},
             {"starts", Value(row.starts)},
             {"warns", Value(row.warns)},
             {"repeats", Value(row.repeats)},
             {"feel", Value(row.feel)},
             {"lengths", ListOf(row.lengths)},
             {"ends", ListOf(row.ends)}});
}

Value ToValue(const PaperRow& row) {
  return Of({{"code", Value(row.code)},
             {"title", Value(row.title)},
             {"to", Value(row.to)},
             {"by", Value(row.by)},
             {"seal", Value(row.seal)},
             {"feel", Value(row.feel)},
             {"at", Value(row.at)}});
}

Value ToValue(const FieldRow& row) {
  return Of({{"key", Value(row.key)},
             {"label", Value(row.label)},
             {"type", Value(row.type)},
             {"required", Value(row.required)},
             {"personal", Value(row.personal)},
             {"note", Value(row.note)}});
}

Value ToValue(const FormChapter& form) {
  return Of({{"id", Value(form.id)},
             {"title", Value(form.title)},
             {"used_in", Value(form.used_in)},
             {"fields", ListOf(form.fields)}});
}

Value ToValue(const DataRow& row) {
  return Of({{"id", Value(row.id)},
             {"label", Value(row.label)},
             {"type", Value(row.type)},
             {"personal", Value(row.personal)},
             {"search", Value(row.search)},
             {"note", Value(row.note)}});
}

Value ToValue(const ParameterRow& row) {
  return Of({{"id", Value(row.id)},
             {"name", Value(row.name)},
             {"scope", Value(row.scope)},
             {"value", Value(row.value)},
             {"from", Value(row.from)},
             {"source", Value(row.source)},
             {"status", Value(row.status)}});
}

Value ToValue(const PartyRow& row) {
  return Of({{"name", Value(row.name)}, {"label", Value(row.label)}, {"feel", Value(row.feel)}});
}

Value ToValue(const ChildRow& row) {
  return Of({{"id", Value(row.id)},
             {"process", Value(row.process)},
             {"opened_in", Value(row.opened_in)},
             {"comes_back", Value(row.comes_back)}});
}

Value ToValue(const FactRow& row) {
  return Of({{"key", Value(row.key)}, {"at", Value(row.at)}, {"note", Value(row.note)}});
}

Value ToValue(const RuleSource& row) {
  return Of({{"source", Value(row.source)}, {"rules", Value(row.rules)}});
}

Value ToValue(const RuleTable::Row& row) {
  return Of({{"number", Value(row.number)},
             {"conditions", ListOf(row.conditions)},
             {"results", ListOf(row.results)},
             {"note", Value(row.note)}});
}

Value ToValue(const RuleTable& table) {
  return Of({{"name", Value(table.name)},
             {"title", Value(table.title)},
             {"file", Value(table.file)},
             {"note", Value(table.note)},
             {"policy", Value(table.policy)},
             {"inputs", Value(table.inputs)},
             {"formula", Value(table.formula)},
             {"rows", ListOf(table.rows)}});
}

Value ToValue(const Preface::Source& row) {
  return Of({{"title", Value(row.title)}, {"since", Value(row.since)}, {"use", Value(row.use)}});
}

}  // namespace

Value ToValue(const Outline& outline) {
  return Of({{"title", Value(outline.title)},
             {"ref", Value(outline.ref)},
             {"name", Value(outline.name)},
             {"version", Value(outline.version)},
             {"hash", Value(outline.hash)},
             {"purpose", Value(outline.preface.purpose)},
             {"sources", ListOf(outline.preface.sources)},
             {"rule_sources", ListOf(outline.rule_sources)},
             {"states", ListOf(outline.states)},
             {"timers", ListOf(outline.timers)},
             {"papers", ListOf(outline.papers)},
             {"forms", ListOf(outline.forms)},
             {"data", ListOf(outline.data)},
             {"parameters", ListOf(outline.parameters)},
             {"parties", ListOf(outline.parties)},
             {"children", ListOf(outline.children)},
             {"facts", ListOf(outline.facts)},
             {"rules", ListOf(outline.rules)},
             {"opened_by", Value(outline.opened_by)},
             {"opening_form", Value(outline.opening_form)},
             {"state_count", Value(outline.state_count)},
             {"step_count", Value(outline.step_count)}});
}

}  // namespace anjuan::describe
