#include "engine/runtime/paper_draft.h"

#include "engine/base/text.h"
#include "engine/runtime/host.h"

namespace anjuan::runtime {

namespace {

class Finder {
 public:
  Finder(std::string_view code, std::vector<IssuePlace>& out) : code_(code), out_(out) {}

  void Look(const chart::Block& block, const std::string& where) {
    for (const chart::Action& action : block) {
      if (const auto* issue = std::get_if<chart::Issue>(&action.what)) {
        if (issue->code == code_) out_.push_back({issue, where, action.at});
      } else if (const auto* branches = std::get_if<chart::If>(&action.what)) {
        for (const chart::Branch& branch : branches->branches) Look(branch.body, where);
      } else if (const auto* loop = std::get_if<chart::Foreach>(&action.what)) {
        Look(loop->body, where);
      }
    }
  }

 private:
  std::string_view code_;
  std::vector<IssuePlace>& out_;
};

std::string Named(const std::string& what, const std::string& label, const std::string& id) {
  return label.empty() ? StrCat(what, "“", id, "”") : StrCat(what, "“", label, "”（", id, "）");
}

}  // namespace

std::vector<IssuePlace> IssuePlacesOf(const chart::Chart& chart, std::string_view code) {
  std::vector<IssuePlace> out;
  Finder finder(code, out);
  for (const chart::State& state : chart.states) {
    const std::string in = Named("进入状态", state.label, state.id);
    for (const chart::Block& block : state.on_entry) finder.Look(block, in);
    finder.Look(state.initial_content, in);
    const std::string off = Named("离开状态", state.label, state.id);
    for (const chart::Block& block : state.on_exit) finder.Look(block, off);
    for (const int index : state.transitions) {
      const chart::Transition& transition = chart.transitions[static_cast<size_t>(index)];
      finder.Look(transition.content,
                  StrCat(Named("状态", state.label, state.id), "，",
                         Named("办理", transition.label, Join(transition.events, " "))));
    }
  }
  return out;
}

Result<chart::IssueDocument> DraftIssue(Office& office, port::Reader& reader,
                                        const LoadedCase& loaded, std::string_view code) {
  const chart::Chart& chart = *loaded.definition->chart;
  const std::vector<IssuePlace> places = IssuePlacesOf(chart, code);
  if (places.empty() || !loaded.definition->templates.contains(std::string(code))) {
    return Fail({.code = "preview.paper",
                 .message = StrCat("案卷 ", loaded.record.id, " 的流程“", chart.title,
                                   "”不签发文书 ", code),
                 .hint = "anjuan template fields 列出签发它的流程"});
  }
  const auto registers = office.registers();
  CaseHost host(*registers, reader,
                {.area = loaded.record.area,
                 .case_id = loaded.record.id,
                 .region = loaded.record.region,
                 .today = BeijingDate(office.Now(reader)),
                 .chart = &chart,
                 .rules = &loaded.definition->rules});
  const Actor actor{.account = "preview", .role = "", .org = "", .region = ""};
  const chart::Env env = MakeEnv(office, reader, loaded.record, actor, std::nullopt, &host);
  const auto compute = [&](const chart::Expr& expression) {
    if (!expression.given) return Value();
    auto value = chart::EvaluateIn(chart, loaded.state, expression, env);
    return value ? std::move(*value) : Value();
  };
  chart::IssueDocument out;
  const chart::Issue& issue = *places.front().issue;
  out.code = issue.code;
  out.addressee = compute(issue.to);
  out.issuer = compute(issue.by);
  for (const chart::Param& param : issue.params) {
    out.arguments.Set(param.name, compute(param.expr));
  }
  for (const chart::DataField& field : chart.data) {
    const auto slot = static_cast<size_t>(field.slot);
    if (field.implicit || slot >= loaded.state.data.size()) continue;
    out.data.Set(field.id, loaded.state.data[slot]);
  }
  const Context parties = chart::Parties(chart, loaded.state, env);
  for (const auto& [name, party] : parties.entries()) {
    out.data.Set(name, party);
  }
  out.data.Set("_x", Value(Context({{"actor", Value(env.actor)},
                                    {"now", Value()},
                                    {"today", Value(env.today)},
                                    {"case", Value(env.case_info)}})));
  return out;
}

}  // namespace anjuan::runtime
