#include "engine/describe/words.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/text.h"

namespace anjuan::describe {

using chart::Outcome;
using chart::StateKind;
using chart::WorkKind;

namespace {

struct Word {
  std::string_view name, shown;
};

}  // namespace

std::string KindOf(const chart::State& state) {
  switch (state.kind) {
    case StateKind::kCompound:
      return "阶段";
    case StateKind::kParallel:
      return "并行阶段";
    case StateKind::kHistory:
      return "返回";
    case StateKind::kFinal:
      switch (state.outcome) {
        case Outcome::kSuccess:
          return "办结（成功）";
        case Outcome::kFailure:
          return "办结（未成）";
        case Outcome::kNeutral:
        case Outcome::kNone:
          return "办结（其他）";
      }
      return "";
    case StateKind::kAtomic:
      switch (state.work) {
        case WorkKind::kInitial:
          return "起始";
        case WorkKind::kWait:
          return "等待";
        case WorkKind::kNormal:
        case WorkKind::kNone:
          return "办理";
      }
  }
  return "";
}

std::string TypeOf(const Type& type) {
  if (!type.values.empty()) return "选项";
  constexpr Word kNamed[] = {{"integer", "整数"}, {"money", "金额"}, {"text", "长文字"},
                             {"person", "人员"},  {"org", "单位"},   {"document", "文书"}};
  for (const auto& [name, shown] : kNamed) {
    if (type.name == name) return std::string(shown);
  }
  switch (type.base) {
    case Type::Base::kBoolean:
      return "是否";
    case Type::Base::kNumber:
      return "数";
    case Type::Base::kString:
      return "文字";
    case Type::Base::kDate:
      return "日期";
    case Type::Base::kTime:
      return "时间";
    case Type::Base::kDateTime:
      return "日期和时间";
    case Type::Base::kMonthsDuration:
    case Type::Base::kDaysDuration:
      return "时长";
    case Type::Base::kList:
      return type.element == nullptr ? "多项" : StrCat("多项", TypeOf(*type.element));
    case Type::Base::kContext:
      return "分项内容";
    case Type::Base::kAny:
    case Type::Base::kNull:
    case Type::Base::kRange:
    case Type::Base::kFunction:
      return "任意";
  }
  return "";
}

std::string Quantity(const Value& value, std::string_view unit) {
  if (value.is_null()) return "未定";
  const auto shown = feel::Display(value);
  std::string text = shown ? *shown : "（表）";
  constexpr Word kUnits[] = {{"calendar_day", "日"},
                             {"working_day", "个工作日"},
                             {"month", "个月"},
                             {"year", "年"},
                             {"hour", "小时"}};
  for (const auto& [name, shown_unit] : kUnits) {
    if (unit == name) return StrCat(text, shown_unit);
  }
  if (unit == "ratio_ge" || unit == "ratio_ge_of_all") return StrCat(text, "（含）以上");
  return text;
}

std::string StatusOf(std::string_view status) {
  constexpr Word kBegins[] = {{"verified from", "据新闻报道，待核对"},
                              {"verified; ", "部分已核对"},
                              {"verified", "已核对"},
                              {"from memory", "凭记忆，待核对"},
                              {"product default", "产品默认值，待确认"},
                              {"not found", "未查到，暂用上一级"},
                              {"unknown", "未知，待办公机关录入"},
                              {"seed", "据来文"}};
  for (const auto& [begin, shown] : kBegins) {
    if (status.starts_with(begin)) return std::string(shown);
  }
  return std::string(status);
}

std::string ShortRef(const std::vector<std::string>& refs, std::string_view own) {
  std::vector<std::string> out;
  for (const std::string& ref : refs) {
    const bool ours =
        !own.empty() && ref.size() > own.size() && ref.starts_with(own) && ref[own.size()] == '.';
    out.push_back(ours ? ref.substr(own.size() + 1) : ref);
  }
  return Join(out, " ");
}

std::string OneLine(std::string_view expression) {
  std::vector<std::string> words;
  for (const std::string_view word : SplitWords(expression)) words.emplace_back(word);
  return Join(words, " ");
}

namespace {

std::string Or(const std::map<std::string, std::string>& names, const std::string& id) {
  const auto found = names.find(id);
  return found == names.end() || found->second.empty() ? id : found->second;
}

const form::Component* FindField(const Forms& forms, std::string_view key) {
  for (const auto& [id, form] : forms) {
    for (const form::Component& component : form.components) {
      if (component.key == key) return &component;
    }
  }
  return nullptr;
}

}  // namespace

std::string Phrases::RoleName(const std::string& id) const {
  return Or(names_.roles, id);
}

std::string Phrases::Role(const chart::Role& role) const {
  switch (role.kind) {
    case chart::Role::Kind::kPerson:
      return RoleName(role.name);
    case chart::Role::Kind::kParty: {
      for (const chart::Party& party : chart_.parties) {
        if (party.name == role.name && !party.label.empty()) return party.label;
      }
      return role.name;
    }
    case chart::Role::Kind::kTimer: {
      const int timer = chart_.FindTimer(role.name);
      return timer < 0
                 ? role.name
                 : StrCat("到期自动（", chart_.timers[static_cast<size_t>(timer)].label, "）");
    }
    case chart::Role::Kind::kChild: {
      for (const chart::SpawnUse& spawn : chart_.spawns) {
        if (spawn.id == role.name) return StrCat("子案件（", Process(spawn.process), "）");
      }
      return StrCat("子案件（", role.name, "）");
    }
  }
  return "";
}

std::string Phrases::Roles(const std::vector<chart::Role>& roles) const {
  std::vector<std::string> out;
  for (const chart::Role& role : roles) {
    std::string name = Role(role);
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return Join(out, "、");
}

std::string Phrases::Paper(const std::string& code) const {
  const std::string title = Or(names_.papers, code);
  return title == code ? code : StrCat("《", title, "》（", code, "）");
}

std::string Phrases::Process(const std::string& name) const {
  return Or(names_.processes, name);
}

std::string Phrases::State(int index) const {
  if (index == 0) return "立案";
  const chart::State& state = chart_.at(index);
  return state.label.empty() ? state.id : state.label;
}

std::string Phrases::Step(const chart::Transition& transition) const {
  if (!transition.label.empty()) return transition.label;
  return transition.events.empty() ? "自动" : Join(transition.events, "、");
}

std::string Phrases::Form(const std::string& id) const {
  const auto found = forms_.find(id);
  if (found != forms_.end() && !found->second.title.empty()) return found->second.title;
  // A form without a title is called after what it is filled in for.
  if (id == chart_.form) return "立案填报表";
  for (const chart::Transition& transition : chart_.transitions) {
    if (transition.form == id) return StrCat(Step(transition), "填报表");
  }
  return id;
}

std::string Phrases::Source(const std::string& source) const {
  constexpr std::string_view kParameter = "参数 ";
  const size_t at = source.find(kParameter);
  if (at == std::string::npos) return source;
  const size_t begin = at + kParameter.size();
  const size_t end = std::min(
      source.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.", begin), source.size());
  const auto found = names_.parameters.find(source.substr(begin, end - begin));
  if (found == names_.parameters.end() || found->second.empty()) return source;
  return StrCat(source.substr(0, at), "参数“", found->second.front().name, "”", source.substr(end));
}

std::string Phrases::Data(int slot) const {
  for (const chart::DataField& field : chart_.data) {
    if (field.slot != slot) continue;
    if (field.implicit && field.label.empty()) return "逐项";  // of a foreach
    return field.label.empty() ? field.id : field.label;
  }
  return "";
}

std::string Phrases::Named(std::string_view expression) const {
  const std::string text(Trim(expression));
  if (text == "_x.today") return "办理当日";
  if (text == "_x.now") return "办理时间";
  if (text == "_x.actor.account") return "经办人";
  constexpr std::string_view kParameter = "parameter(\"";
  if (text.starts_with(kParameter)) {
    const size_t end = text.find('"', kParameter.size());
    const auto found =
        names_.parameters.find(text.substr(kParameter.size(), end - kParameter.size()));
    const bool whole = text.find_first_of(" +*/") == std::string::npos;
    if (whole && found != names_.parameters.end() && !found->second.empty()) {
      return found->second.front().name;
    }
  }
  constexpr std::string_view kEvent = "_event.data.";
  if (text.starts_with(kEvent)) {
    const std::string key = text.substr(kEvent.size());
    if (const form::Component* field = FindField(forms_, key)) return field->label;
    const int slot = chart_.FindData(key);
    return slot < 0 ? "" : Data(slot);
  }
  for (const chart::Party& party : chart_.parties) {
    if (party.name == text || text == StrCat(party.name, ".org")) return party.label;
  }
  const int slot = chart_.FindData(text);
  if (slot >= 0) return Data(slot);
  // employer.id: the datum itself is what a person knows
  const size_t dot = text.find('.');
  if (dot == std::string::npos || text.find(' ') != std::string::npos) return "";
  const int outer = chart_.FindData(text.substr(0, dot));
  return outer < 0 ? "" : Data(outer);
}

std::string Phrases::Text(const feel::TextTemplate& text) const {
  std::string out;
  for (const auto& piece : text.pieces) {
    if (const auto* fixed = std::get_if<std::string>(&piece)) {
      out += *fixed;
      continue;
    }
    const std::string named = Named(std::get<feel::Expression>(piece).text());
    out += named.empty() ? "……" : StrCat("{", named, "}");
  }
  return out;
}

std::string Phrases::Exact(const feel::TextTemplate& text) const {
  std::string out;
  for (const auto& piece : text.pieces) {
    const auto* fixed = std::get_if<std::string>(&piece);
    out += fixed != nullptr ? *fixed
                            : StrCat("{", OneLine(std::get<feel::Expression>(piece).text()), "}");
  }
  return out;
}

std::string Phrases::Expression(const chart::Expr& expression) const {
  if (!expression.given) return "";
  const std::string named = Named(expression.text());
  return named.empty() ? OneLine(expression.text()) : named;
}

}  // namespace anjuan::describe
