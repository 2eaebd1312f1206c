#include "engine/runtime/case_service.h"

#include <algorithm>
#include <functional>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/engine_events.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/host.h"
#include "engine/runtime/intake.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/people.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDone:
      return "done";
    case Verdict::kRepeated:
      return "repeated";
    case Verdict::kNoSuchCase:
      return "case";
    case Verdict::kNoSuchEvent:
      return "event";
    case Verdict::kNotYourRole:
      return "role";
    case Verdict::kGuardFalse:
      return "guard";
    case Verdict::kFormMistakes:
      return "form";
    case Verdict::kNoAccount:
      return "account";
    case Verdict::kRequestReused:
      return "request";
    case Verdict::kFailed:
      return "failed";
  }
  return "";
}

namespace {

Answer Refuse(Verdict verdict, std::string code, std::string message, std::string hint = "") {
  Answer answer;
  answer.verdict = verdict;
  answer.mistakes.push_back(
      {.code = std::move(code), .message = std::move(message), .hint = std::move(hint)});
  return answer;
}

Answer Refuse(Verdict verdict, Diagnostics mistakes) {
  Answer answer;
  answer.verdict = verdict;
  answer.mistakes = std::move(mistakes);
  return answer;
}

// ---- requests: the same id does the same thing once ---------------------------------------------

Value AnswerBody(const Answer& answer) {
  List states;
  for (const std::string& state : answer.states) states.emplace_back(state);
  List documents;
  for (const std::string& code : answer.documents) documents.emplace_back(code);
  return Value(Context({{"case", Value(answer.case_id)},
                        {"version", Value(answer.version)},
                        {"states", Value(std::move(states))},
                        {"documents", Value(std::move(documents))}}));
}

Answer StoredAnswer(const std::string& text) {
  const Result<Value> body = ReadCanonical(text);
  ANJUAN_CHECK(body.has_value());
  Answer answer;
  answer.verdict = Verdict::kRepeated;
  answer.case_id = *(*body)["case"].string();
  answer.version = *(*body)["version"].number()->ToInteger();
  for (const Value& state : *(*body)["states"].list()) answer.states.push_back(*state.string());
  for (const Value& code : *(*body)["documents"].list()) answer.documents.push_back(*code.string());
  return answer;
}

// One command's request id, bound to its account and a keyed hash of its body.
class Request {
 public:
  Request(Office& office, std::string area, std::string account, std::string id, const Value& body)
      : office_(office),
        area_(std::move(area)),
        account_(std::move(account)),
        id_(id.empty() ? office.NewId() : std::move(id)),
        body_hash_(ToHex(HmacSha256(office.keys().digest, WriteCanonical(body)))) {}

  const std::string& id() const { return id_; }

  std::optional<Answer> Seen(port::Reader& reader) const {
    const std::optional<Row> row =
        reader.Get(port::requests::kTable, Row{Cell(area_), Cell(account_), Cell(id_)});
    if (!row) return std::nullopt;
    if (TextOf(*row, port::requests::kBodyHash) != body_hash_) {
      return Refuse(Verdict::kRequestReused, "request.reused",
                    StrCat("请求编号 ", id_, " 已用于另一内容的请求"),
                    "请换一个请求编号，或原样重发");
    }
    return StoredAnswer(TextOf(*row, port::requests::kAnswer));
  }

  void Keep(port::Transaction& transaction, const Answer& answer) const {
    transaction.Put(port::requests::kTable,
                    {Cell(area_), Cell(account_), Cell(id_), Cell(body_hash_),
                     Cell(WriteCanonical(AnswerBody(answer))), Cell(office_.Now(transaction))});
  }

 private:
  Office& office_;
  std::string area_;
  std::string account_;
  std::string id_;
  std::string body_hash_;
};

std::string AccountOf(const Credentials& who) {
  return who.account.empty() ? std::string(kOperator) : who.account;
}

Type DataTypes(const chart::Chart& chart) {
  std::vector<Type::Field> fields;
  for (const chart::DataField& field : chart.data) fields.emplace_back(field.id, field.type);
  return Type::ContextOf(std::move(fields));
}

// A vault token typed in by hand could show another person's data on paper.
Answer TokenRefused(const std::vector<std::string>& paths) {
  Diagnostics mistakes;
  for (const std::string& path : paths) {
    mistakes.push_back(
        {.code = "intake.token", .message = StrCat(path, "：填报内容不得以 vault: 开头")});
  }
  return Refuse(Verdict::kFormMistakes, std::move(mistakes));
}

// ---- opening ------------------------------------------------------------------------------------

class Opening {
 public:
  Opening(Office& office, port::Transaction& transaction, const OpenCommand& command)
      : office_(office), transaction_(transaction), command_(command) {}

  Answer Run() {
    const std::optional<DefinitionRecord> latest = LatestDefinition(transaction_, command_.process);
    if (!latest) return NoProcess();
    definition_ = office_.FindDefinition(transaction_, latest->hash);
    ANJUAN_CHECK(definition_ != nullptr);
    const chart::Chart& chart = *definition_->chart;

    Diagnostics mistakes;
    Value data = command_.data.is_null() ? Value(Context()) : command_.data;
    const bool spawned = !command_.parent.empty();
    const std::vector<std::string> tokens = vault::FindTokens(data);
    if (!spawned && !tokens.empty()) return TokenRefused(tokens);
    const Type types = DataTypes(chart);
    data = ResolveNames(transaction_, data, types, "", mistakes);
    Result<Value> conformed = Conform(data, types, "data");
    if (!conformed) Append(mistakes, conformed.error());
    if (HasError(mistakes)) return Refuse(Verdict::kFormMistakes, std::move(mistakes));

    Sealer sealer(transaction_, office_.vault(), office_.Now(transaction_));
    Context initial = sealer.SealFields(*conformed->context(), types, chart);
    if (HasError(sealer.mistakes())) return Refuse(Verdict::kFormMistakes, sealer.mistakes());
    if (Answer placed = Place(initial); !placed.ok()) return placed;
    const Request request(office_, record_.area, AccountOf(command_.who), command_.request_id,
                          Value(Context({{"process", Value(command_.process)},
                                         {"region", Value(command_.region)},
                                         {"data", command_.data}})));
    if (std::optional<Answer> seen = request.Seen(transaction_)) return *seen;
    Actor actor;
    if (Answer allowed = Allow(actor); !allowed.ok()) return allowed;
    GiveNumber();
    Answer answer = Enter(actor, std::move(initial), request.id());
    if (answer.ok()) request.Keep(transaction_, answer);
    return answer;
  }

 private:
  Answer NoProcess() {
    const std::vector<std::string> known = office_.SurroundingsFor(transaction_).processes;
    return Refuse(Verdict::kNoSuchCase, "open.process",
                  StrCat("没有已发布的流程“", command_.process, "”"),
                  DidYouMean(command_.process, known));
  }

  // Area, region, subject and owner of the new case.
  Answer Place(const Context& initial) {
    const chart::Chart& chart = *definition_->chart;
    const auto registers = office_.registers();
    record_.process = chart.name;
    record_.definition = definition_->hash;
    record_.parent = command_.parent;
    record_.spawn = command_.spawn;
    record_.opened_at = office_.Now(transaction_);
    record_.subject = SubjectOf(initial);
    record_.region = command_.region;
    if (record_.region.empty() && !record_.subject.empty()) {
      const std::optional<Value> subject = LoadRegister(transaction_, "org", record_.subject);
      if (subject && (*subject)["region"].string() != nullptr) {
        record_.region = *(*subject)["region"].string();
      }
    }
    if (record_.region.empty()) record_.region = office_.area();
    if (registers->FindRegion(record_.region) == nullptr) {
      return Refuse(Verdict::kFormMistakes, "open.region",
                    StrCat("没有地区代码“", record_.region, "”"),
                    DidYouMean(record_.region, registers->RegionCodes()));
    }
    record_.area = registers->AreaOf(record_.region);
    record_.owner = record_.subject;
    return {};
  }

  // The subject expression sees the data alone: the case has no state yet.
  std::string SubjectOf(const Context& initial) {
    const chart::Chart& chart = *definition_->chart;
    if (!chart.subject.given) return "";
    std::vector<Value> variables(static_cast<size_t>(chart.slots));
    for (const chart::DataField& field : chart.data) {
      if (const Value* value = initial.Find(field.id)) {
        variables[static_cast<size_t>(field.slot)] = *value;
      }
    }
    const Result<Value> subject = feel::Evaluate(chart.subject.compiled, variables, feel::NoHost());
    return subject && subject->string() != nullptr ? *subject->string() : "";
  }

  Answer Allow(Actor& actor) {
    const chart::Chart& chart = *definition_->chart;
    const auto registers = office_.registers();
    const std::vector<std::string>& roles = chart.open_roles;
    if (command_.who.account.empty()) {
      const std::string role = !command_.who.role.empty() ? command_.who.role
                               : roles.empty()            ? ""
                                                          : roles.front();
      actor = OperatorAs(*registers, role, record_);
      return {};
    }
    const std::vector<Actor> held = ActorsOf(transaction_, command_.who.account);
    if (held.empty()) {
      return Refuse(Verdict::kNoAccount, "account.none",
                    StrCat("没有账号“", command_.who.account, "”"));
    }
    for (const Actor& candidate : held) {
      const bool fits =
          roles.empty() || std::find(roles.begin(), roles.end(), candidate.role) != roles.end();
      const bool wanted = command_.who.role.empty() || command_.who.role == candidate.role;
      if (fits && wanted && CoversCase(*registers, candidate, record_)) {
        actor = candidate;
        return {};
      }
    }
    return Refuse(Verdict::kNotYourRole, "open.role",
                  StrCat("账号“", command_.who.account, "”无权在此发起“", chart.title, "”"),
                  StrCat("可发起的角色：", Join(roles, "、")));
  }

  void GiveNumber() {
    const chart::Chart& chart = *definition_->chart;
    const std::string code = chart.number.empty() ? chart.name : chart.number;
    const int year = BeijingDate(record_.opened_at).year;
    const std::int64_t serial =
        NextSerial(transaction_, record_.area, record_.region, year, StrCat("case:", code));
    std::string digits = std::to_string(serial);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    record_.id = StrCat(record_.region, "-", year, "-", code, "-", digits);
  }

  Answer Enter(const Actor& actor, Context initial, const std::string& request_id) {
    const auto registers = office_.registers();
    CaseHost host(*registers, transaction_,
                  {.area = record_.area,
                   .case_id = record_.id,
                   .region = record_.region,
                   .today = command_.eff_date.value_or(BeijingDate(record_.opened_at)),
                   .chart = definition_->chart.get()});
    const chart::Env env = MakeEnv(office_, transaction_, record_, actor, command_.eff_date, &host);
    chart::StepResult step = chart::Start(*definition_->chart, initial, env);
    step.notes.insert(step.notes.end(), host.remarks().begin(), host.remarks().end());
    if (!step.errors.empty()) return Refuse(Verdict::kFailed, step.errors);
    const Cause cause{.type = "opened",
                      .event = {},
                      .initial = std::move(initial),
                      .actor = actor,
                      .command_id = request_id,
                      .eff_date = command_.eff_date};
    return CommitStep(office_, transaction_, {record_, definition_, {}}, cause, env,
                      std::move(step));
  }

  Office& office_;
  port::Transaction& transaction_;
  const OpenCommand& command_;
  std::shared_ptr<const Definition> definition_;
  CaseRecord record_;
};

// ---- firing -------------------------------------------------------------------------------------

std::string RegionOfCase(std::string_view case_id) {
  return std::string(case_id.substr(0, case_id.find('-')));
}

// One event for one case, from whoever.
class Firing {
 public:
  Firing(Office& office, port::Transaction& transaction, std::string case_id)
      : office_(office),
        transaction_(transaction),
        case_id_(std::move(case_id)),
        registers_(office.registers()),
        area_(registers_->AreaOf(RegionOfCase(case_id_))) {}

  bool Load() {
    std::optional<LoadedCase> loaded = LoadWithState(office_, transaction_, area_, case_id_);
    if (!loaded) return false;
    loaded_ = std::move(*loaded);
    return true;
  }
  LoadedCase& loaded() { return loaded_; }
  const chart::Chart& chart() const { return *loaded_.definition->chart; }

  Answer NoSuchCase() const {
    return Refuse(Verdict::kNoSuchCase, "case.none", StrCat("没有案卷“", case_id_, "”"),
                  "请用 anjuan cases 查看案卷号");
  }

  Answer FromPerson(const FireCommand& command) {
    const Request request(office_, area_, AccountOf(command.who), command.request_id,
                          Value(Context({{"case", Value(command.case_id)},
                                         {"event", Value(command.event)},
                                         {"data", command.data}})));
    if (std::optional<Answer> seen = request.Seen(transaction_)) return *seen;
    if (!Load()) return NoSuchCase();
    const std::vector<std::string> tokens = vault::FindTokens(command.data);
    if (!tokens.empty()) return TokenRefused(tokens);
    Answer answer = command.event.starts_with("aj.") ? EngineEvent(command, request.id())
                                                     : ChartEvent(command, request.id());
    if (answer.ok()) request.Keep(transaction_, answer);
    return answer;
  }

  // Timers and other cases: an error becomes an incident, what finds no transition is noted.
  Answer FromEngine(chart::Event event, const std::string& identity) {
    CaseHost host = MakeHost(std::nullopt);
    const Actor actor{.account = event.kind == chart::Event::Kind::kTimer ? "timer" : "case",
                      .role = event.origin,
                      .org = "",
                      .region = ""};
    const chart::Env env =
        MakeEnv(office_, transaction_, loaded_.record, actor, std::nullopt, &host);
    chart::StepResult step = chart::Step(chart(), loaded_.state, event, env);
    step.notes.insert(step.notes.end(), host.remarks().begin(), host.remarks().end());
    if (!step.errors.empty()) return Refuse(Verdict::kFailed, step.errors);
    const Cause cause{.type = "event",
                      .event = std::move(event),
                      .initial = {},
                      .actor = actor,
                      .command_id = identity,
                      .eff_date = std::nullopt};
    return CommitStep(office_, transaction_, loaded_, cause, env, std::move(step));
  }

  chart::Selection::Verdict Fits(const chart::Event& event) {
    CaseHost host = MakeHost(std::nullopt);
    const chart::Env env = MakeEnv(office_, transaction_, loaded_.record, {}, std::nullopt, &host);
    return chart::Select(chart(), loaded_.state, event, env).verdict;
  }

  // A row that says what did not happen; advances seq, not the version.
  void Record(std::string type, std::string event, std::string outcome, const Actor& actor,
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

 private:
  CaseHost MakeHost(std::optional<Date> eff_date) const {
    return CaseHost(*registers_, transaction_,
                    {.area = area_,
                     .case_id = case_id_,
                     .region = loaded_.record.region,
                     .today = eff_date.value_or(BeijingDate(office_.Now(transaction_))),
                     .chart = loaded_.definition->chart.get()});
  }

  // The roles under which this command may be tried, best first; empty: the account is unknown.
  std::vector<Actor> Candidates(const Credentials& who, const std::vector<std::string>& roles) {
    std::vector<Actor> out;
    if (who.account.empty()) {
      const auto add = [&](const std::string& role) {
        out.push_back(OperatorAs(*registers_, role, loaded_.record));
      };
      if (!who.role.empty()) {
        add(who.role);
      } else {
        for (const std::string& role : roles) add(role);
        if (roles.empty()) add("");
      }
      return out;
    }
    for (Actor& actor : ActorsOf(transaction_, who.account)) {
      if (who.role.empty() || who.role == actor.role) out.push_back(std::move(actor));
    }
    return out;
  }

  Answer ChartEvent(const FireCommand& command, const std::string& request_id) {
    chart::Event event{.name = command.event,
                       .kind = chart::Event::Kind::kExternal,
                       .origin = "",
                       .data = Value(Context())};
    CaseHost host = MakeHost(command.eff_date);
    // With no role at all the selection tells who may.
    chart::Selection first = Select(event, {}, host, command);
    if (first.verdict == chart::Selection::Verdict::kNoSuchEvent) return NoSuchEvent(command);

    Actor actor;
    bool known = false;
    bool covered = false;
    bool fits = false;
    for (const Actor& candidate : Candidates(command.who, first.roles)) {
      known = true;
      if (!CoversCase(*registers_, candidate, loaded_.record)) continue;
      covered = true;
      event.origin = candidate.role;
      const chart::Selection selection = Select(event, candidate, host, command);
      if (selection.verdict == chart::Selection::Verdict::kNotYourRole) continue;
      actor = candidate;
      fits = true;
      first = selection;
      break;
    }
    if (!known) {
      return Refuse(
          Verdict::kNoAccount, "account.none",
          StrCat("没有账号“", command.who.account, "”，或其没有角色“", command.who.role, "”"));
    }
    if (!covered) {
      return Refuse(Verdict::kNotYourRole, "role.scope",
                    StrCat("账号“", AccountOf(command.who), "”的单位或地区不及于本案卷"));
    }
    if (!fits) return NotYourRole(command, first);

    event.origin = actor.role;
    if (Answer form = TakeForm(command, first, event); !form.ok()) return form;
    const chart::Selection selection = Select(event, actor, host, command);
    if (selection.verdict == chart::Selection::Verdict::kGuardFalse) return GuardFalse(selection);
    if (selection.verdict == chart::Selection::Verdict::kError) {
      return Refuse(Verdict::kFailed, selection.errors);
    }
    const chart::Env env =
        MakeEnv(office_, transaction_, loaded_.record, actor, command.eff_date, &host);
    chart::StepResult step = chart::Step(chart(), loaded_.state, event, env);
    step.notes.insert(step.notes.end(), host.remarks().begin(), host.remarks().end());
    if (!step.errors.empty()) return Refuse(Verdict::kFailed, step.errors);
    const Cause cause{.type = "event",
                      .event = event,
                      .initial = {},
                      .actor = actor,
                      .command_id = request_id,
                      .eff_date = command.eff_date};
    return CommitStep(office_, transaction_, loaded_, cause, env, std::move(step));
  }

  chart::Selection Select(const chart::Event& event, const Actor& actor, CaseHost& host,
                          const FireCommand& command) {
    const chart::Env env =
        MakeEnv(office_, transaction_, loaded_.record, actor, command.eff_date, &host);
    return chart::Select(chart(), loaded_.state, event, env);
  }

  Answer NoSuchEvent(const FireCommand& command) {
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
    const std::string near = DidYouMean(command.event, events);
    if (!near.empty()) hint += StrCat("；", near);
    return Refuse(Verdict::kNoSuchEvent, "event.none",
                  StrCat("案卷 ", case_id_, " 现为“", now, "”，不能办理“", command.event, "”"),
                  std::move(hint));
  }

  Answer NotYourRole(const FireCommand& command, const chart::Selection& selection) {
    std::vector<std::string> names;
    for (const std::string& role : selection.roles) {
      const Role* known = registers_->FindRole(role);
      names.push_back(known == nullptr ? role : StrCat(known->name, "（", role, "）"));
    }
    return Refuse(Verdict::kNotYourRole, "role.none",
                  StrCat("账号“", AccountOf(command.who), "”的角色不能办理“", command.event, "”"),
                  StrCat("可办理的角色：", Join(names, "、")));
  }

  static Answer GuardFalse(const chart::Selection& selection) {
    Diagnostics mistakes;
    for (const std::string& condition : selection.conditions) {
      mistakes.push_back({.code = "guard.false", .message = StrCat("不符合条件：", condition)});
    }
    return Refuse(Verdict::kGuardFalse, std::move(mistakes));
  }

  // The event's data as its form wants them, personal values sealed.
  Answer TakeForm(const FireCommand& command, const chart::Selection& selection,
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
    const Value named = ResolveNames(
        transaction_, given == nullptr ? Value(Context()) : command.data, types, "", mistakes);
    if (HasError(mistakes)) return Refuse(Verdict::kFormMistakes, std::move(mistakes));
    Result<Context> checked = form::Validate(form, named);
    if (!checked) return Refuse(Verdict::kFormMistakes, checked.error());
    Sealer sealer(transaction_, office_.vault(), office_.Now(transaction_));
    event.data = Value(sealer.SealFields(*checked, types, chart()));
    if (HasError(sealer.mistakes())) return Refuse(Verdict::kFormMistakes, sealer.mistakes());
    return {};
  }

  Answer EngineEvent(const FireCommand& command, const std::string& request_id);

  Office& office_;
  port::Transaction& transaction_;
  std::string case_id_;
  std::shared_ptr<const Registers> registers_;
  std::string area_;
  LoadedCase loaded_;
};

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

// What a refused attempt leaves: verdict and codes, never what was entered.
Context RefusalPayload(const Answer& answer) {
  List codes;
  for (const Diagnostic& mistake : answer.mistakes) codes.emplace_back(mistake.code);
  return Context(
      {{"verdict", Value(VerdictName(answer.verdict))}, {"codes", Value(std::move(codes))}});
}

void RecordRefusal(Office& office, port::Transaction& transaction, const FireCommand& command,
                   const Answer& answer) {
  const bool tells =
      answer.verdict != Verdict::kNoSuchCase && answer.verdict != Verdict::kRequestReused;
  if (!tells) return;
  Firing firing(office, transaction, command.case_id);
  if (!firing.Load()) return;
  const Actor actor{.account = AccountOf(command.who),
                    .role = command.who.role,
                    .org = "",
                    .region = "",
                    .on_behalf = command.who.account.empty()};
  firing.Record("refused", command.event, "denied", actor, command.request_id,
                RefusalPayload(answer));
}

}  // namespace

Answer CaseService::Open(const OpenCommand& command) {
  return OpenMany({&command, 1}).front();
}

Answer CaseService::Fire(const FireCommand& command) {
  return FireMany({&command, 1}).front();
}

std::vector<Answer> CaseService::OpenMany(std::span<const OpenCommand> commands) {
  std::vector<Answer> answers;
  office_.store().Transact([&](port::Transaction& transaction) {
    answers.clear();
    for (const OpenCommand& command : commands) {
      Answer answer;
      transaction.Savepoint([&] {
        answer = Opening(office_, transaction, command).Run();
        return answer.ok();
      });
      answers.push_back(std::move(answer));
    }
    return true;
  });
  return answers;
}

std::vector<Answer> CaseService::FireMany(std::span<const FireCommand> commands) {
  std::vector<Answer> answers;
  office_.store().Transact([&](port::Transaction& transaction) {
    answers.clear();
    for (const FireCommand& command : commands) {
      Answer answer;
      transaction.Savepoint([&] {
        answer = Firing(office_, transaction, command.case_id).FromPerson(command);
        return answer.ok();
      });
      if (!answer.ok()) RecordRefusal(office_, transaction, command, answer);
      answers.push_back(std::move(answer));
    }
    return true;
  });
  return answers;
}

namespace {

std::string MistakeText(const Answer& answer) {
  std::vector<std::string> lines;
  for (const Diagnostic& mistake : answer.mistakes) lines.push_back(Render(mistake));
  return Join(lines, "\n");
}

}  // namespace

Answer CaseService::FireTimer(const TimerRecord& timer) {
  Answer answer;
  office_.store().Transact([&](port::Transaction& transaction) {
    const bool kept = transaction.Savepoint([&] {
      Firing firing(office_, transaction, timer.case_id);
      if (!firing.Load() || firing.loaded().record.ended || firing.loaded().record.incident) {
        answer = {};
        return false;
      }
      answer = FireLoadedTimer(office_, transaction, firing.loaded(), timer,
                               [&](chart::Event event, const std::string& identity) {
                                 return firing.FromEngine(std::move(event), identity);
                               });
      return answer.ok();
    });
    if (kept || answer.ok()) return true;
    // The event is kept: the timer stays due, and the case shows an incident until it is retried.
    Firing firing(office_, transaction, timer.case_id);
    if (!firing.Load()) return true;
    firing.loaded().record.incident = true;
    firing.Record("incident", timer.timer, "failed",
                  {.account = "timer", .role = timer.timer, .org = "", .region = ""}, "",
                  Context({{"verdict", Value(VerdictName(answer.verdict))},
                           {"text", Value(MistakeText(answer))}}));
    return true;
  });
  return answer;
}

Answer CaseService::Deliver(const std::string& target, const std::string& source,
                            const std::string& event, const Value& data,
                            const std::string& identity) {
  Answer answer;
  office_.store().Transact([&](port::Transaction& transaction) {
    Firing firing(office_, transaction, target);
    if (!firing.Load()) {
      answer = firing.NoSuchCase();
      return true;
    }
    const std::string& area = firing.loaded().record.area;
    const Row key = {Cell(area), Cell(StrCat("case:", source)), Cell(identity)};
    if (const std::optional<Row> seen = transaction.Get(port::requests::kTable, key)) {
      answer = StoredAnswer(TextOf(*seen, port::requests::kAnswer));
      return true;
    }
    const std::string origin = OriginOf(office_, transaction, firing.loaded(), source);
    chart::Event incoming{
        .name = event, .kind = chart::Event::Kind::kChild, .origin = origin, .data = data};
    const bool taken = !origin.empty() && !firing.loaded().record.ended &&
                       firing.Fits(incoming) == chart::Selection::Verdict::kEnabled &&
                       transaction.Savepoint([&] {
                         answer = firing.FromEngine(incoming, identity);
                         return answer.ok();
                       });
    if (!taken) {
      // Shown to the owner, nothing else changes (catalogue, "Events between cases").
      Firing fresh(office_, transaction, target);
      fresh.Load();
      fresh.Record("dead-letter", event, "failed",
                   {.account = "case", .role = origin, .org = "", .region = ""}, identity,
                   Context({{"source", Value(source)}, {"text", Value(MistakeText(answer))}}));
      answer.verdict = Verdict::kNoSuchEvent;
    }
    answer.case_id = target;
    transaction.Put(port::requests::kTable,
                    {key[0], key[1], key[2], Cell(std::string()),
                     Cell(WriteCanonical(AnswerBody(answer))), Cell(office_.Now(transaction))});
    return true;
  });
  return answer;
}

void CaseService::Cancel(const std::string& target, const std::string& source,
                         const std::string& identity) {
  office_.store().Transact([&](port::Transaction& transaction) {
    Firing firing(office_, transaction, target);
    if (!firing.Load() || firing.loaded().record.ended) return true;
    const Actor actor{.account = "case", .role = source, .org = "", .region = ""};
    const chart::Env env =
        MakeEnv(office_, transaction, firing.loaded().record, actor, std::nullopt, nullptr);
    chart::StepResult step;
    step.state = Ended(firing.loaded().state);
    step.exited = AtomicStates(firing.chart(), firing.loaded().state);
    const Cause cause{.type = "cancelled",
                      .event = {.name = "aj.cancel",
                                .kind = chart::Event::Kind::kPlatform,
                                .origin = source,
                                .data = {}},
                      .initial = {},
                      .actor = actor,
                      .command_id = identity,
                      .eff_date = std::nullopt};
    return CommitStep(office_, transaction, firing.loaded(), cause, env, std::move(step)).ok();
  });
}

}  // namespace anjuan::runtime
