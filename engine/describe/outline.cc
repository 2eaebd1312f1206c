#include "engine/describe/outline.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/describe/actions.h"
#include "engine/describe/deadlines.h"
#include "engine/describe/words.h"

namespace anjuan::describe {
namespace {

class Maker {
 public:
  Maker(const chart::Chart& chart, const Forms& forms, const Names& names)
      : chart_(chart), forms_(forms), names_(names), phrases_(chart, forms, names) {}

  Outline Run() {
    out_.title = chart_.title;
    out_.ref = Join(chart_.refs, " ");
    out_.name = chart_.name;
    own_ = chart_.refs.empty() ? "" : chart_.refs.front();
    for (const chart::State& state : chart_.states) AddState(state);
    out_.timers = DeadlinesOf(chart_, phrases_, names_);
    AddPapers();
    AddForms();
    AddData();
    AddParameters();
    AddChildren();
    AddFacts();
    AddRuleSources();
    for (const chart::Party& party : chart_.parties) {
      out_.parties.push_back({party.name, party.label, OneLine(party.expr.text())});
    }
    std::vector<std::string> openers;
    for (const std::string& role : chart_.open_roles) openers.push_back(phrases_.RoleName(role));
    out_.opened_by = Join(openers, "、");
    if (!chart_.form.empty()) out_.opening_form = phrases_.Form(chart_.form);
    out_.step_count = static_cast<int>(chart_.transitions.size());
    return std::move(out_);
  }

 private:
  std::string Ref(const std::vector<std::string>& refs) const { return ShortRef(refs, own_); }

  std::string Targets(const chart::Transition& transition) const {
    std::vector<std::string> out;
    for (const int target : transition.targets) out.push_back(phrases_.State(target));
    return out.empty() ? "状态不变" : Join(out, "、");
  }

  void AddRules(const std::vector<chart::Rule>& rules, std::string_view strength,
                std::vector<Condition>& out) const {
    for (const chart::Rule& rule : rules) {
      out.push_back({std::string(strength), phrases_.Text(rule.label), phrases_.Source(rule.source),
                     OneLine(rule.cond.text())});
    }
  }

  Step StepOf(const chart::Transition& transition) const {
    Step out;
    out.ref = Ref(transition.refs);
    out.label = phrases_.Step(transition);
    out.event = Join(transition.events, " ");
    out.who = transition.roles.empty() ? "自动" : phrases_.Roles(transition.roles);
    if (!transition.form.empty()) out.form = phrases_.Form(transition.form);
    if (transition.cond.given)
      out.conditions.push_back({"条件", "", "", OneLine(transition.cond.text())});
    AddRules(transition.requires_all, "必须", out.conditions);
    AddRules(transition.warns, "提示", out.conditions);
    out.does = Sentences(chart_, phrases_, transition.content);
    out.leads = Targets(transition);
    return out;
  }

  std::string DeadlineOf(const chart::State& state) const {
    std::vector<std::string> out;
    for (const chart::Timer& timer : chart_.timers) {
      const bool runs =
          std::find(timer.runs_in.begin(), timer.runs_in.end(), state.index) != timer.runs_in.end();
      if (runs) out.push_back(StrCat(timer.label, "（", timer.id, "）"));
    }
    if (!out.empty()) return Join(out, "、");
    return state.no_deadline.empty() ? "无" : StrCat("无：", state.no_deadline);
  }

  void AddState(const chart::State& state) {
    if (state.kind == chart::StateKind::kHistory) return;
    const bool stage = !state.children.empty();
    // The scxml element itself is told only where something stands in it.
    if (state.index == 0 && state.transitions.empty() && state.on_entry.empty()) return;
    StateChapter out;
    out.ref = Ref(state.refs);
    out.label = state.index == 0 ? "办理全程" : phrases_.State(state.index);
    out.id = state.id;
    out.kind = KindOf(state);
    out.owner = state.owner.empty() ? "—" : phrases_.Roles(state.owner);
    out.deadline = stage || state.kind == chart::StateKind::kFinal ? "—" : DeadlineOf(state);
    if (state.parent > 0) out.inside = phrases_.State(state.parent);
    for (const int child : state.children) out.covers.push_back(phrases_.State(child));
    for (const chart::DataField& field : chart_.data) {
      const auto& in = field.required_in;
      if (std::find(in.begin(), in.end(), state.index) != in.end()) {
        out.required.push_back(field.label.empty() ? field.id : field.label);
      }
    }
    for (const chart::Block& block : state.on_entry) AppendLines(block, out.on_entry);
    for (const chart::Block& block : state.on_exit) AppendLines(block, out.on_exit);
    for (const int index : state.transitions) {
      out.steps.push_back(StepOf(chart_.transitions[static_cast<size_t>(index)]));
    }
    if (!stage) ++out_.state_count;
    out_.states.push_back(std::move(out));
  }

  void AppendLines(const chart::Block& block, std::vector<Line>& out) const {
    for (Line& line : Sentences(chart_, phrases_, block)) out.push_back(std::move(line));
  }

  void AddPapers() {
    for (const PlacedBlock& placed : AllBlocks(chart_, phrases_)) {
      ForEachAction(*placed.block, [&](const chart::Action& action) {
        const auto* issue = std::get_if<chart::Issue>(&action.what);
        if (issue == nullptr) return;
        PaperRow row;
        row.code = issue->code;
        const auto title = names_.papers.find(issue->code);
        row.title = title == names_.papers.end() ? issue->code : title->second;
        row.to = phrases_.Named(issue->to.given ? issue->to.text() : "");
        row.by = phrases_.Named(issue->by.given ? issue->by.text() : "");
        if (row.to.empty()) {
          row.to = "按规则确定";
          if (issue->to.given) row.feel = StrCat("送：", OneLine(issue->to.text()));
        }
        if (row.by.empty()) {
          row.by = issue->by.given ? "按规则确定" : "—";
          if (issue->by.given)
            row.feel += StrCat(row.feel.empty() ? "" : "；", "发：", OneLine(issue->by.text()));
        }
        row.seal = issue->await_seal ? "盖章后送出" : "制发时";
        row.at = placed.at;
        out_.papers.push_back(std::move(row));
      });
    }
    std::stable_sort(out_.papers.begin(), out_.papers.end(),
                     [](const PaperRow& a, const PaperRow& b) { return a.code < b.code; });
  }

  void AddField(const form::Component& component, std::string_view inside,
                std::vector<FieldRow>& out) const {
    FieldRow row;
    row.key = StrCat(inside, component.key);
    row.label = component.label.empty() ? component.key : component.label;
    row.type = component.widget == form::Widget::kDynamicList ? "多行" : TypeOf(component.type);
    row.required = component.required ? "必填" : component.hide ? "视情" : "选填";
    const int slot = chart_.FindData(component.key);
    const bool person = row.type.ends_with("人员");
    for (const chart::DataField& field : chart_.data) {
      if (field.slot == slot && field.personal) row.personal = "是";
    }
    if (person) row.personal = "是";
    std::vector<std::string> options;
    for (const form::Option& option : component.options) options.push_back(option.label);
    row.note = Join(options, "、");
    if (!component.description.empty()) {
      row.note += StrCat(row.note.empty() ? "" : "；", component.description);
    }
    if (component.hide) {
      row.note +=
          StrCat(row.note.empty() ? "" : "；", "不填的情形：", OneLine(component.hide->text()));
    }
    out.push_back(std::move(row));
    for (const form::Component& child : component.components) {
      AddField(child, StrCat(inside, component.key, "."), out);
    }
  }

  void AddForms() {
    for (const auto& [id, form] : forms_) {
      FormChapter chapter;
      chapter.id = id;
      chapter.title = phrases_.Form(id);
      std::vector<std::string> used;
      if (chart_.form == id) used.emplace_back("立案");
      for (const chart::Transition& transition : chart_.transitions) {
        if (transition.form != id) continue;
        std::string at = phrases_.Step(transition);
        if (std::find(used.begin(), used.end(), at) == used.end()) used.push_back(std::move(at));
      }
      chapter.used_in = used.empty() ? "未使用" : Join(used, "、");
      for (const form::Component& component : form.components) {
        AddField(component, "", chapter.fields);
      }
      out_.forms.push_back(std::move(chapter));
    }
  }

  void AddData() {
    for (const chart::DataField& field : chart_.data) {
      if (field.implicit) continue;
      DataRow row;
      row.id = field.id;
      row.label = field.label.empty() ? field.id : field.label;
      row.type = TypeOf(field.type);
      const bool person = row.type.ends_with("人员");
      row.personal = field.personal || person ? "是" : "";
      row.search = field.search ? "是" : "";
      std::vector<std::string> values;
      for (const auto& [value, label] : field.value_labels) values.push_back(label);
      row.note = Join(values, "、");
      if (!field.required_in.empty()) {
        std::vector<std::string> states;
        for (const int state : field.required_in) states.push_back(phrases_.State(state));
        row.note += StrCat(row.note.empty() ? "" : "；", "必备于：", Join(states, "、"));
      }
      out_.data.push_back(std::move(row));
    }
  }

  void AddParameters() {
    std::set<std::string> done;
    for (const chart::NameUse& use : chart_.parameters) {
      if (!done.insert(use.name).second) continue;
      const auto found = names_.parameters.find(use.name);
      if (found == names_.parameters.end() || found->second.empty()) {
        out_.parameters.push_back({use.name, use.name, "—", "未定", "", "", ""});
        continue;
      }
      for (const ParameterValue& value : found->second) {
        out_.parameters.push_back({use.name, value.name, value.scope,
                                   Quantity(value.value, value.unit), value.from, value.source,
                                   StatusOf(value.status)});
      }
    }
  }

  void AddChildren() {
    for (const PlacedBlock& placed : AllBlocks(chart_, phrases_)) {
      ForEachAction(*placed.block, [&](const chart::Action& action) {
        const auto* spawn = std::get_if<chart::Spawn>(&action.what);
        if (spawn == nullptr) return;
        std::vector<std::string> back;
        for (const chart::Transition& transition : chart_.transitions) {
          const bool its = std::any_of(
              transition.roles.begin(), transition.roles.end(), [&](const chart::Role& role) {
                return role.kind == chart::Role::Kind::kChild && role.name == spawn->id;
              });
          if (its) back.push_back(StrCat(phrases_.Step(transition), " → ", Targets(transition)));
        }
        out_.children.push_back({spawn->id, phrases_.Process(spawn->process), placed.at,
                                 back.empty() ? "不回报" : Join(back, "\n")});
      });
    }
  }

  void AddFacts() {
    for (const PlacedBlock& placed : AllBlocks(chart_, phrases_)) {
      ForEachAction(*placed.block, [&](const chart::Action& action) {
        const auto* fact = std::get_if<chart::Fact>(&action.what);
        if (fact == nullptr) return;
        std::vector<std::string> notes;
        if (fact->organisation.given)
          notes.push_back(StrCat("单位：", phrases_.Expression(fact->organisation)));
        if (fact->quantity.given)
          notes.push_back(StrCat("数量：", phrases_.Expression(fact->quantity)));
        if (fact->date.given) notes.push_back(StrCat("日期：", phrases_.Expression(fact->date)));
        if (!fact->reverses.empty()) notes.push_back(StrCat("冲销：", fact->reverses));
        out_.facts.push_back({fact->key, placed.at, notes.empty() ? "—" : Join(notes, "；")});
      });
    }
  }

  void AddRuleSources() {
    std::vector<std::pair<std::string, std::vector<std::string>>> found;
    const auto add = [&](const chart::Rule& rule) {
      const std::string source =
          rule.source.empty() ? "（未注明依据）" : phrases_.Source(rule.source);
      auto at = std::find_if(found.begin(), found.end(),
                             [&](const auto& one) { return one.first == source; });
      if (at == found.end()) at = found.insert(found.end(), {source, {}});
      auto& labels = at->second;
      std::string label = phrases_.Text(rule.label);
      if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
        labels.push_back(std::move(label));
      }
    };
    for (const chart::Transition& transition : chart_.transitions) {
      for (const chart::Rule& rule : transition.requires_all) add(rule);
      for (const chart::Rule& rule : transition.warns) add(rule);
    }
    for (const auto& [source, labels] : found) {
      out_.rule_sources.push_back({source, Join(labels, "\n")});
    }
  }

  const chart::Chart& chart_;
  const Forms& forms_;
  const Names& names_;
  Phrases phrases_;
  std::string own_;
  Outline out_;
};

}  // namespace

Outline MakeOutline(const chart::Chart& chart, const Forms& forms, const Names& names) {
  return Maker(chart, forms, names).Run();
}

}  // namespace anjuan::describe
