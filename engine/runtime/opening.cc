#include "engine/runtime/opening.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/host.h"
#include "engine/runtime/intake.h"
#include "engine/runtime/people.h"
#include "engine/runtime/request.h"

namespace anjuan::runtime {

namespace {

Type DataTypes(const chart::Chart& chart) {
  std::vector<Type::Field> fields;
  for (const chart::DataField& field : chart.data) fields.emplace_back(field.id, field.type);
  return Type::ContextOf(std::move(fields));
}

// What the opening form asks, as its rules want it.
Result<Context> TakeForm(port::Transaction& transaction, const form::Form& form,
                         const Context& given) {
  Diagnostics mistakes;
  const Value resolved =
      ResolveNames(transaction, Value(given), form::DataType(form), "", mistakes);
  Context named;
  for (const auto& [key, value] : given.entries()) {
    // One that is in no register was told; it is not missing besides.
    named.Set(key, resolved[key].is_null() && !value.is_null() ? Value(Context()) : resolved[key]);
  }
  Result<Context> checked = form::Validate(form, Value(std::move(named)));
  if (mistakes.empty()) return checked;
  if (!checked) Append(mistakes, checked.error());
  return Unexpected{std::move(mistakes)};
}

class Opening {
 public:
  Opening(Office& office, port::Transaction& transaction, const OpenCommand& command)
      : office_(office), transaction_(transaction), command_(command) {}

  Answer Run() {
    const bool spawned = !command_.parent.empty();
    Diagnostics unreadable = TextMistakes(command_.data, !spawned);
    if (!unreadable.empty()) return Refuse(Verdict::kFormMistakes, std::move(unreadable));
    // Asked first, so that a repeated command writes nothing at all. Where the case will lie is not
    // known yet: the request belongs to the office's own area.
    const Request request(
        office_, office_.area(), AccountOf(command_.who), command_.request_id,
        Value(Context({{"process", Value(command_.process)},
                       {"region", Value(command_.region)},
                       {"role", Value(command_.who.role)},
                       {"on", command_.eff_date ? Value(*command_.eff_date) : Value()},
                       {"data", command_.data}})));
    if (std::optional<Answer> seen = request.Seen(transaction_)) return *seen;
    const std::optional<DefinitionRecord> latest = LatestDefinition(transaction_, command_.process);
    if (!latest) return NoProcess();
    definition_ = office_.FindDefinition(transaction_, latest->hash);
    if (definition_ == nullptr) {
      return Refuse(Verdict::kFailed, "open.definition",
                    StrCat("流程“", command_.process, "”的定义不能读取"),
                    "请运行 anjuan verify，或重新发布");
    }
    Context initial;
    if (Answer taken = TakeData(initial); !taken.ok()) return taken;
    if (Answer placed = Place(initial); !placed.ok()) return placed;
    Actor actor;
    if (Answer allowed = Allow(actor); !allowed.ok()) return allowed;
    GiveNumber();
    Answer answer = Enter(actor, std::move(initial), request.id());
    if (answer.ok()) request.Keep(transaction_, answer);
    return answer;
  }

 private:
  // The data as the chart declares them, personal values sealed. What the opening form asks is held
  // to its rules; a spawned case was given its data by its parent's step.
  Answer TakeData(Context& initial) {
    const chart::Chart& chart = *definition_->chart;
    const Type types = DataTypes(chart);
    const auto form = definition_->forms.find(chart.form);
    const bool asks = command_.parent.empty() && form != definition_->forms.end();
    Context asked;
    Context other;
    if (const Context* given = command_.data.context()) {
      const Type keys = asks ? form::DataType(form->second) : Type::ContextOf({});
      for (const auto& [key, value] : given->entries()) {
        const bool of_form = std::ranges::any_of(
            *keys.fields, [&key = key](const Type::Field& field) { return field.first == key; });
        (of_form ? asked : other).Set(key, value);
      }
    }
    Diagnostics mistakes;
    const Value named = ResolveNames(transaction_, Value(std::move(other)), types, "", mistakes);
    Result<Value> conformed = Conform(named, types, "data");
    if (!conformed) Append(mistakes, conformed.error());
    if (asks) {
      const Result<Context> taken = TakeForm(transaction_, form->second, asked);
      if (!taken) Append(mistakes, taken.error());
      if (taken && conformed) {
        Context whole = *conformed->context();
        for (const auto& [key, value] : taken->entries()) whole.Set(key, value);
        conformed = Value(std::move(whole));
      }
    }
    if (HasError(mistakes)) return Refuse(Verdict::kFormMistakes, std::move(mistakes));
    Sealer sealer(transaction_, office_.vault(), office_.Now(transaction_));
    initial = sealer.SealFields(*conformed->context(), types, chart);
    if (HasError(sealer.mistakes())) return Refuse(Verdict::kFormMistakes, sealer.mistakes());
    return {};
  }

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
    const auto may = [&](const std::string& role) {
      return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
    };
    if (!command_.parent.empty()) {
      // Spawned: the parent's step decided it. Placed as its opener would be, on nobody's behalf.
      actor = OperatorAs(*registers, roles.empty() ? "" : roles.front(), record_);
      actor.account = "case";
      actor.on_behalf = false;
      return {};
    }
    if (command_.who.account.empty()) {
      const std::string role = !command_.who.role.empty() ? command_.who.role
                               : roles.empty()            ? ""
                                                          : roles.front();
      if (!may(role)) return MayNotOpen(kOperator);
      actor = OperatorAs(*registers, role, record_);
      return {};
    }
    const std::vector<Actor> held = ActorsOf(transaction_, command_.who.account);
    if (held.empty()) {
      return Refuse(Verdict::kNoAccount, "account.none",
                    StrCat("没有账号“", command_.who.account, "”"));
    }
    for (const Actor& candidate : held) {
      const bool wanted = command_.who.role.empty() || command_.who.role == candidate.role;
      if (may(candidate.role) && wanted && CoversCase(*registers, candidate, record_)) {
        actor = candidate;
        return {};
      }
    }
    return MayNotOpen(command_.who.account);
  }

  Answer MayNotOpen(std::string_view account) const {
    const chart::Chart& chart = *definition_->chart;
    return Refuse(Verdict::kNotYourRole, "open.role",
                  StrCat("账号“", account, "”无权在此发起“", chart.title, "”"),
                  StrCat("可发起的角色：", Join(chart.open_roles, "、")));
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
                   .chart = definition_->chart.get(),
                   .rules = &definition_->rules});
    chart::Env env = MakeEnv(office_, transaction_, record_, actor, command_.eff_date, &host);
    env.now = record_.opened_at;
    env.today = command_.eff_date.value_or(BeijingDate(record_.opened_at));
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

}  // namespace

Answer OpenCase(Office& office, port::Transaction& transaction, const OpenCommand& command) {
  return Opening(office, transaction, command).Run();
}

}  // namespace anjuan::runtime
