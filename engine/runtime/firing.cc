#include "engine/runtime/firing.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/engine_events.h"
#include "engine/runtime/intake.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/opening.h"
#include "engine/runtime/request.h"

namespace anjuan::runtime {

std::string RegionOfCase(std::string_view case_id) {
  return std::string(case_id.substr(0, case_id.find('-')));
}

Firing::Firing(Office& office, port::Transaction& transaction, std::string case_id)
    : office_(office),
      transaction_(transaction),
      case_id_(std::move(case_id)),
      registers_(office.registers()),
      area_(registers_->AreaOf(RegionOfCase(case_id_))) {}

bool Firing::Load() {
  std::optional<LoadedCase> loaded = LoadWithState(office_, transaction_, area_, case_id_);
  if (!loaded) return false;
  loaded_ = std::move(*loaded);
  return true;
}

Answer Firing::NoSuchCase() const {
  return Refuse(Verdict::kNoSuchCase, "case.none", StrCat("没有案卷“", case_id_, "”"),
                "请用 anjuan cases 查看案卷号");
}

Answer Firing::FromPerson(const FireCommand& command) {
  Diagnostics unreadable = TextMistakes(command.data, true);
  if (!unreadable.empty()) return Refuse(Verdict::kFormMistakes, std::move(unreadable));
  const Request request(
      office_, area_, AccountOf(command.who), command.request_id,
      Value(Context({{"case", Value(command.case_id)},
                     {"event", Value(IsPlainName(command.event) ? command.event : "?")},
                     {"role", Value(IsPlainName(command.who.role) ? command.who.role : "?")},
                     {"on", command.eff_date ? Value(*command.eff_date) : Value()},
                     {"data", command.data}})));
  if (std::optional<Answer> seen = request.Seen(transaction_)) return *seen;
  if (!Load()) return NoSuchCase();
  if (Answer reach = Reach(command.who); !reach.ok()) return reach;
  if (!Declares(command.event)) return NoSuchEvent(command);
  Answer answer = command.event.starts_with("aj.") ? EngineEvent(command, request.id())
                                                   : ChartEvent(command, request.id());
  if (answer.ok()) request.Keep(transaction_, answer);
  return answer;
}

Answer Firing::Reach(const Credentials& who) const {
  if (who.account.empty()) return {};
  const std::vector<Actor> held = ActorsOf(transaction_, who.account);
  if (held.empty()) {
    return Refuse(Verdict::kNoAccount, "account.none", StrCat("没有账号“", who.account, "”"));
  }
  const bool covered = std::any_of(held.begin(), held.end(), [&](const Actor& actor) {
    return CoversCase(*registers_, actor, loaded_.record);
  });
  if (covered) return {};
  return Refuse(Verdict::kNotYourRole, "role.scope",
                StrCat("账号“", who.account, "”的单位或地区不及于本案卷"));
}

bool Firing::Declares(std::string_view event) const {
  if (event.starts_with("aj.")) return IsEngineEvent(event);
  for (const chart::Transition& transition : chart().transitions) {
    const auto& events = transition.events;
    if (std::find(events.begin(), events.end(), event) != events.end()) return true;
  }
  return false;
}

Answer Firing::FromEngine(chart::Event event, const std::string& identity) {
  CaseHost host = MakeHost(std::nullopt);
  const Actor actor{.account = event.kind == chart::Event::Kind::kTimer ? "timer" : "case",
                    .role = event.origin,
                    .org = "",
                    .region = ""};
  return TakeStep(std::move(event), actor, identity, std::nullopt, host);
}

chart::Selection::Verdict Firing::Fits(const chart::Event& event) {
  CaseHost host = MakeHost(std::nullopt);
  const chart::Env env = MakeEnv(office_, transaction_, loaded_.record, {}, std::nullopt, &host);
  return chart::Select(chart(), loaded_.state, event, env).verdict;
}

void Firing::Record(std::string type, std::string event, std::string outcome, const Actor& actor,
                    const std::string& command_id, Context payload) {
  Entry entry;
  entry.type = std::move(type);
  entry.event = std::move(event);
  entry.outcome = std::move(outcome);
  entry.actor = actor;
  entry.command_id = command_id;
  entry.from = AtomicStates(chart(), loaded_.state);
  entry.to = entry.from;
  entry.payload = std::move(payload);
  AppendEntry(office_, transaction_, loaded_.record, entry);
  transaction_.Put(port::cases::kTable, ToRow(loaded_.record));
}

CaseHost Firing::MakeHost(std::optional<Date> eff_date) const {
  return CaseHost(*registers_, transaction_,
                  {.area = area_,
                   .case_id = case_id_,
                   .region = loaded_.record.region,
                   .today = eff_date.value_or(BeijingDate(office_.Now(transaction_))),
                   .chart = loaded_.definition->chart.get(),
                   .rules = &loaded_.definition->rules});
}

std::vector<Actor> Firing::Candidates(const Credentials& who,
                                      const std::vector<std::string>& roles) {
  std::vector<Actor> out;
  if (!who.account.empty()) {
    for (Actor& actor : ActorsOf(transaction_, who.account)) {
      if (who.role.empty() || who.role == actor.role) out.push_back(std::move(actor));
    }
    return out;
  }
  std::vector<std::string> wanted = {who.role};
  if (who.role.empty() && !roles.empty()) wanted = PersonRoles(roles);
  for (const std::string& role : wanted) {
    out.push_back(OperatorAs(*registers_, role, loaded_.record));
  }
  return out;
}

std::vector<std::string> Firing::PersonRoles(const std::vector<std::string>& roles) {
  constexpr std::string_view kParty = "party:";
  std::vector<std::string> out;
  for (const std::string& role : roles) {
    if (!role.starts_with(kParty)) {
      out.push_back(role);
      continue;
    }
    CaseHost host = MakeHost(std::nullopt);
    const chart::Env env = MakeEnv(office_, transaction_, loaded_.record, {}, std::nullopt, &host);
    const Context parties = chart::Parties(chart(), loaded_.state, env);
    const Value* party = parties.Find(role.substr(kParty.size()));
    if (party == nullptr || (*party)["roles"].list() == nullptr) continue;
    for (const Value& held : *(*party)["roles"].list()) {
      if (held.string() != nullptr) out.push_back(*held.string());
    }
  }
  return out;
}

std::optional<Answer> Firing::ChooseActor(const FireCommand& command,
                                          const chart::Selection& refused, CaseHost& host,
                                          chart::Event& event, Actor& actor,
                                          chart::Selection& selection) {
  const std::vector<Actor> candidates = Candidates(command.who, refused.roles);
  if (candidates.empty()) {
    return Refuse(
        Verdict::kNoAccount, "account.none",
        StrCat("没有账号“", command.who.account, "”，或其没有角色“", command.who.role, "”"));
  }
  bool covered = false;
  for (const Actor& candidate : candidates) {
    if (!CoversCase(*registers_, candidate, loaded_.record)) continue;
    covered = true;
    event.origin = candidate.role;
    selection = Select(event, candidate, host, command);
    if (selection.verdict == chart::Selection::Verdict::kNotYourRole) continue;
    actor = candidate;
    return std::nullopt;
  }
  if (covered) return NotYourRole(command, refused);
  return Refuse(Verdict::kNotYourRole, "role.scope",
                StrCat("账号“", AccountOf(command.who), "”的单位或地区不及于本案卷"));
}

Answer Firing::ChartEvent(const FireCommand& command, const std::string& request_id) {
  chart::Event event{.name = command.event,
                     .kind = chart::Event::Kind::kExternal,
                     .origin = "",
                     .data = Value(Context())};
  CaseHost host = MakeHost(command.eff_date);
  // With no role at all the selection tells who may.
  chart::Selection selection = Select(event, {}, host, command);
  if (selection.verdict == chart::Selection::Verdict::kNoSuchEvent) return NoSuchEvent(command);
  Actor actor;
  const chart::Selection refused = selection;
  if (const auto answer = ChooseActor(command, refused, host, event, actor, selection)) {
    return *answer;
  }
  if (Answer form = TakeForm(command, selection, event); !form.ok()) return form;
  selection = Select(event, actor, host, command);
  if (selection.verdict == chart::Selection::Verdict::kGuardFalse) return GuardFalse(selection);
  if (selection.verdict == chart::Selection::Verdict::kError) {
    return Refuse(Verdict::kFailed, selection.errors);
  }
  return TakeStep(std::move(event), actor, request_id, command.eff_date, host);
}

Answer Firing::TakeStep(chart::Event event, const Actor& actor, const std::string& command_id,
                        std::optional<Date> eff_date, CaseHost& host) {
  const chart::Env env = MakeEnv(office_, transaction_, loaded_.record, actor, eff_date, &host);
  chart::StepResult step = chart::Step(chart(), loaded_.state, event, env);
  step.notes.insert(step.notes.end(), host.remarks().begin(), host.remarks().end());
  if (!step.errors.empty()) return Refuse(Verdict::kFailed, step.errors);
  const Cause cause{.type = "event",
                    .event = std::move(event),
                    .initial = {},
                    .actor = actor,
                    .command_id = command_id,
                    .eff_date = eff_date};
  return CommitStep(office_, transaction_, loaded_, cause, env, std::move(step));
}

chart::Selection Firing::Select(const chart::Event& event, const Actor& actor, CaseHost& host,
                                const FireCommand& command) {
  const chart::Env env =
      MakeEnv(office_, transaction_, loaded_.record, actor, command.eff_date, &host);
  return chart::Select(chart(), loaded_.state, event, env);
}

Answer Firing::NoSuchEvent(const FireCommand& command) {
  std::vector<std::string> events;
  std::vector<std::string> shown;
  for (const chart::Task& task : chart::Tasks(chart(), loaded_.state)) {
    if (std::find(events.begin(), events.end(), task.event) != events.end()) continue;
    events.push_back(task.event);
    shown.push_back(StrCat(task.label, "（", task.event, "）"));
  }
  std::vector<std::string> labels;
  for (const std::string& state : AtomicStates(chart(), loaded_.state)) {
    labels.push_back(chart().at(chart().FindState(state)).label);
  }
  const std::string now = Join(labels, "、");
  std::string hint =
      shown.empty() ? "本案卷此时没有可办理的事项" : StrCat("此时可办理：", Join(shown, "、"));
  const std::string near =
      IsPlainName(command.event) ? DidYouMean(command.event, events) : std::string();
  if (!near.empty()) hint += StrCat("；", near);
  return Refuse(Verdict::kNoSuchEvent, "event.none",
                StrCat("案卷 ", case_id_, " 现为“", now, "”，不能办理“",
                       IsPlainName(command.event) ? command.event : "?", "”"),
                std::move(hint));
}

Answer Firing::NotYourRole(const FireCommand& command, const chart::Selection& selection) {
  std::vector<std::string> names;
  for (const std::string& role : selection.roles) {
    const Role* known = registers_->FindRole(role);
    names.push_back(known == nullptr ? role : StrCat(known->name, "（", role, "）"));
  }
  return Refuse(Verdict::kNotYourRole, "role.none",
                StrCat("账号“", AccountOf(command.who), "”的角色不能办理“", command.event, "”"),
                StrCat("可办理的角色：", Join(names, "、")));
}

Answer Firing::GuardFalse(const chart::Selection& selection) {
  Diagnostics mistakes;
  for (const std::string& condition : selection.conditions) {
    mistakes.push_back({.code = "guard.false", .message = StrCat("不符合条件：", condition)});
  }
  return Refuse(Verdict::kGuardFalse, std::move(mistakes));
}

Answer Firing::TakeForm(const FireCommand& command, const chart::Selection& selection,
                        chart::Event& event) {
  std::string id;
  for (const int index : selection.transitions) {
    const chart::Transition& candidate = chart().transitions[static_cast<size_t>(index)];
    if (!candidate.form.empty()) id = candidate.form;
  }
  const Context* given = command.data.context();
  if (id.empty()) {
    if (given != nullptr && !given->empty()) {
      return Refuse(Verdict::kFormMistakes, "form.none",
                    StrCat("“", command.event, "”不需要填报内容"));
    }
    return {};
  }
  const form::Form& form = loaded_.definition->forms.at(id);
  const Type types = form::DataType(form);
  Diagnostics mistakes;
  const Value named = ResolveNames(transaction_, given == nullptr ? Value(Context()) : command.data,
                                   types, "", mistakes);
  if (HasError(mistakes)) return Refuse(Verdict::kFormMistakes, std::move(mistakes));
  Result<Context> checked = form::Validate(form, named);
  if (!checked) return Refuse(Verdict::kFormMistakes, checked.error());
  Sealer sealer(transaction_, office_.vault(), office_.Now(transaction_));
  event.data = Value(sealer.SealFields(*checked, types, chart()));
  if (HasError(sealer.mistakes())) return Refuse(Verdict::kFormMistakes, sealer.mistakes());
  return {};
}

Answer Firing::EngineEvent(const FireCommand& command, const std::string& request_id) {
  const std::vector<Actor> candidates = Candidates(command.who, {});
  const auto covering = std::find_if(candidates.begin(), candidates.end(), [&](const Actor& actor) {
    return CoversCase(*registers_, actor, loaded_.record);
  });
  if (candidates.empty()) {
    return Refuse(Verdict::kNoAccount, "account.none",
                  StrCat("没有账号“", command.who.account, "”"));
  }
  if (covering == candidates.end()) {
    return Refuse(Verdict::kNotYourRole, "role.scope",
                  StrCat("账号“", AccountOf(command.who), "”的单位或地区不及于本案卷"));
  }
  return RunEngineEvent(office_, transaction_, loaded_, command, *covering, request_id);
}

}  // namespace anjuan::runtime
