// A workflow definition (流程定义) retold for the people who approve it: who does what by when, on
// which condition, with which paper and source. Everything is text in Chinese, ready to be printed;
// what the definition says exactly (FEEL) stands beside it.
//
// Pure: a function of the chart, its forms and the names the office's tables give.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/form/form.h"
#include "engine/value/value.h"

namespace anjuan::describe {

// One row of a parameter: its value in one area from one day on.
struct ParameterValue {
  std::string name;
  std::string scope;  // 全国, 河南省
  Value value;        // null: not known there
  std::string unit;   // calendar_day, working_day, ...
  std::string from;   // "2004-05-01"; "": since ever
  std::string source;
  std::string status;  // verified, from memory, ...
};

// What a chart names and others know.
struct Names {
  std::map<std::string, std::string> roles;      // id -> 名称, of persons and bodies
  std::map<std::string, std::string> papers;     // code -> title of the template
  std::map<std::string, std::string> processes;  // name -> title
  std::map<std::string, std::vector<ParameterValue>> parameters;
};

// What the bundle's README says.
struct Preface {
  struct Source {
    std::string title, since, use;
  };
  std::string purpose;
  std::vector<Source> sources;
};

struct Line {
  std::string text;
  std::string feel;  // "": nothing to add
};

struct Condition {
  std::string strength;  // 必须, 提示, 条件
  std::string label;
  std::string source;
  std::string feel;
};

struct Step {  // 办理事项
  std::string ref, label, event, who;
  std::string form;  // title of what is asked
  std::vector<Condition> conditions;
  std::vector<Line> does;
  std::string leads;  // where the case is then
};

struct StateChapter {
  std::string ref, label, id, kind, owner, deadline;
  std::string inside;                 // the stage it belongs to
  std::vector<std::string> covers;    // of a stage: its states
  std::vector<std::string> required;  // data that must be known
  std::vector<Line> on_entry, on_exit;
  std::vector<Step> steps;
};

struct TimerRow {
  std::string ref, id, label;
  std::string runs_in, starts, warns, repeats, feel;
  std::vector<std::string> lengths;  // a parameter's value in one area, with its source
  std::vector<std::string> ends;     // what happens
};

struct PaperRow {
  std::string code, title, to, by, seal, feel;
  std::string at;  // at which step
};

struct FieldRow {
  std::string key, label, type, required, personal, note;
};

struct FormChapter {
  std::string id, title, used_in;
  std::vector<FieldRow> fields;
};

struct DataRow {
  std::string id, label, type, personal, search, note;
};

struct ParameterRow {
  std::string id, name, scope, value, from, source, status;
};

struct PartyRow {
  std::string name, label, feel;
};

struct ChildRow {
  std::string id, process, opened_in, comes_back;
};

struct FactRow {
  std::string key, at, note;
};

struct RuleSource {  // a source with the rules that rest on it
  std::string source, rules;
};

// A decision of the bundle's rules (规则表), as who keeps it reads it.
struct RuleTable {
  struct Row {
    std::string number;
    std::vector<std::string> conditions;  // 协商类型：企业协商; empty: in every case
    std::vector<std::string> results;
    std::string note;
  };
  std::string name, title, file, note;
  std::string policy;   // 唯一（UNIQUE）：…; "": no table
  std::string inputs;   // 依据：…
  std::string formula;  // of a decision that is no table: its FEEL
  std::vector<Row> rows;
};

struct Outline {
  std::string title, ref, name, version, hash;
  Preface preface;
  std::vector<RuleSource> rule_sources;
  std::vector<StateChapter> states;  // stages before their states
  std::vector<TimerRow> timers;
  std::vector<PaperRow> papers;
  std::vector<FormChapter> forms;
  std::vector<DataRow> data;
  std::vector<ParameterRow> parameters;
  std::vector<PartyRow> parties;
  std::vector<ChildRow> children;
  std::vector<FactRow> facts;
  std::vector<RuleTable> rules;
  std::string opened_by, opening_form;
  int state_count = 0, step_count = 0;
};

using Forms = std::map<std::string, form::Form>;

Outline MakeOutline(const chart::Chart& chart, const Forms& forms, const Names& names);

// The decisions of `rules` (texts by their path inside the bundle), with the chart's own words for
// the values it declares. A file that is no model is left out: reading the bundle told it.
std::vector<RuleTable> RulesOf(const std::map<std::string, std::string>& rules,
                               const chart::Chart& chart);

// What a README says of the bundle: purpose is the section 用途, else the first paragraph; sources
// the first table whose head names a source.
Preface ReadPreface(std::string_view readme);

// As a template sees it: {title, states: [{label, steps: [...]}], ...}, the fields' own names.
Value ToValue(const Outline& outline);

}  // namespace anjuan::describe
