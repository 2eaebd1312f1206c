#include "engine/runtime/engine_events.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/disclosure.h"
#include "engine/runtime/disposal.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/host.h"
#include "engine/runtime/intake.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/outbox.h"
#include "engine/runtime/payload.h"
#include "engine/runtime/privacy.h"
#include "engine/runtime/returns.h"
#include "engine/value/json.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

namespace {

constexpr std::array<std::string_view, 10> kEngineEvents = {
    "aj.comment", "aj.transfer", "aj.correct", "aj.void",   "aj.dispatch",
    "aj.retry",   "aj.hold",     "aj.release", "aj.reveal", "aj.erase"};

Answer Mistaken(std::string code, std::string message, std::string hint = "") {
  Answer answer;
  answer.verdict = Verdict::kFormMistakes;
  answer.mistakes.push_back(
      {.code = std::move(code), .message = std::move(message), .hint = std::move(hint)});
  return answer;
}

class EngineEvent {
 public:
  EngineEvent(Office& office, port::Transaction& transaction, LoadedCase& loaded,
              const FireCommand& command, const Actor& actor, const std::string& request_id)
      : office_(office),
        transaction_(transaction),
        loaded_(loaded),
        command_(command),
        actor_(actor),
        request_id_(request_id),
        registers_(office.registers()),
        sealer_(transaction, office.vault(), office.Now(transaction)) {}

  Answer Run() {
    if (command_.event == "aj.comment") return Comment();
    if (command_.event == "aj.transfer") return Transfer();
    if (command_.event == "aj.correct") return Correct();
    if (command_.event == "aj.void") return Void();
    if (command_.event == "aj.dispatch") return Dispatch();
    if (command_.event == "aj.retry") return Retry();
    if (command_.event == "aj.hold") return Hold(true);
    if (command_.event == "aj.release") return Hold(false);
    if (command_.event == "aj.reveal") return Reveal();
    if (command_.event == "aj.erase") return Erase();
    const std::vector<std::string> known(kEngineEvents.begin(), kEngineEvents.end());
    Answer answer = Mistaken("event.engine", StrCat("没有引擎事件“", command_.event, "”"),
                             DidYouMean(command_.event, known));
    answer.verdict = Verdict::kNoSuchEvent;
    return answer;
  }

 private:
  const chart::Chart& chart() const { return *loaded_.definition->chart; }

  std::string Given(std::string_view key) const {
    const std::string* text = command_.data[key].string();
    return text == nullptr ? "" : std::string(Trim(*text));
  }

  // The reason as a vault token; every intervention of a person must say why.
  std::optional<Value> Reason(Answer& refused) {
    const std::string reason = Given("reason");
    if (reason.empty()) {
      refused = Mistaken("form.required", "请填写理由（reason）");
      return std::nullopt;
    }
    return sealer_.SealText(Value(reason));
  }

  // A row that advances seq, not the state's version.
  Answer Keep(std::string type, Context payload, const Value& reason) {
    Entry entry;
    entry.type = std::move(type);
    entry.event = command_.event;
    entry.actor = actor_;
    entry.command_id = request_id_;
    entry.from = AtomicStates(chart(), loaded_.state);
    entry.to = entry.from;
    entry.eff_date = command_.eff_date;
    entry.payload = std::move(payload);
    if (reason.string() != nullptr) entry.reason = *reason.string();
    AppendEntry(office_, transaction_, loaded_.record, entry);
    transaction_.Put(port::cases::kTable, ToRow(loaded_.record));
    Answer answer;
    answer.case_id = loaded_.record.id;
    answer.version = loaded_.record.version;
    answer.states = entry.to;
    return answer;
  }

  Answer Comment() {
    const std::string text = Given("text");
    if (text.empty()) return Mistaken("form.required", "请填写意见（text）");
    return Keep("comment", Context({{"text", sealer_.SealText(Value(text))}}), Value());
  }

  Answer Transfer() {
    const std::string region = Given("region");
    const auto registers = office_.registers();
    if (registers->FindRegion(region) == nullptr) {
      return Mistaken("transfer.region", StrCat("没有地区代码“", region, "”"),
                      DidYouMean(region, registers->RegionCodes()));
    }
    Answer refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    Context payload({{"from", Value(loaded_.record.region)}, {"to", Value(region)}});
    const std::string from = std::exchange(loaded_.record.region, region);
    Answer answer = Keep("transfer", std::move(payload), *reason);
    KeepRegions(from, region);
    return answer;
  }

  // Where the case was until when: a return counts it where it was on its closing date.
  void KeepRegions(const std::string& from, const std::string& to) {
    const CaseRecord& record = loaded_.record;
    const std::string today =
        ToString(command_.eff_date.value_or(BeijingDate(office_.Now(transaction_))));
    IntervalRecord last{.area = record.area,
                        .case_id = record.id,
                        .seq = 0,
                        .state = StrCat(kRegionInterval, from),
                        .entered_on = "",
                        .left_on = ""};
    transaction_.Scan(
        port::intervals::kTable, {.prefix = {port::Cell(record.area), port::Cell(record.id)}},
        [&](const port::Row& row) {
          IntervalRecord interval = ToInterval(row);
          const bool open = interval.state.starts_with(kRegionInterval) && interval.left_on.empty();
          if (open) last = std::move(interval);
          return true;
        });
    last.left_on = today;
    transaction_.Put(port::search::kTable, MovedKey(record));
    transaction_.Put(port::intervals::kTable, ToRow(last));
    transaction_.Put(port::intervals::kTable,
                     ToRow(IntervalRecord{.area = record.area,
                                          .case_id = record.id,
                                          .seq = record.seq,
                                          .state = StrCat(kRegionInterval, to),
                                          .entered_on = today,
                                          .left_on = ""}));
  }

  Answer Void() {
    const std::string code = Given("document");
    Answer refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    if (!VoidLatest(transaction_, loaded_.record, code)) {
      return Mistaken("void.document", StrCat("本案卷没有有效的文书“", code, "”"),
                      "请用 anjuan docs 查看文书");
    }
    // A rule may have waited for this: eventless transitions are looked at again.
    CaseHost host = MakeHost();
    const chart::Event event{
        .name = command_.event,
        .kind = chart::Event::Kind::kPlatform,
        .origin = actor_.role,
        .data = Value(Context({{"document", Value(code)}, {"reason", *reason}}))};
    const chart::Env env =
        MakeEnv(office_, transaction_, loaded_.record, actor_, command_.eff_date, &host);
    chart::StepResult step = chart::Step(chart(), loaded_.state, event, env);
    step.notes.insert(step.notes.end(), host.remarks().begin(), host.remarks().end());
    if (!step.errors.empty()) {
      Answer answer;
      answer.verdict = Verdict::kFailed;
      answer.mistakes = step.errors;
      return answer;
    }
    return Commit("event", event, env, std::move(step));
  }

  CaseHost MakeHost() const {
    return CaseHost(*registers_, transaction_,
                    {.area = loaded_.record.area,
                     .case_id = loaded_.record.id,
                     .region = loaded_.record.region,
                     .today = command_.eff_date.value_or(BeijingDate(office_.Now(transaction_))),
                     .chart = &chart(),
                     .rules = &loaded_.definition->rules});
  }

  Answer Commit(std::string type, const chart::Event& event, const chart::Env& env,
                chart::StepResult step) {
    const Cause cause{.type = std::move(type),
                      .event = event,
                      .initial = {},
                      .actor = actor_,
                      .command_id = request_id_,
                      .eff_date = command_.eff_date};
    return CommitStep(office_, transaction_, loaded_, cause, env, std::move(step));
  }

  // The paper of a timer waited for signature and seal: a person sends it out.
  Answer Dispatch() {
    const std::string code = Given("document");
    std::optional<DocumentRecord> waiting;
    for (DocumentRecord& document :
         LoadDocuments(transaction_, loaded_.record.area, loaded_.record.id)) {
      if (document.code == code && document.status == "to-seal") waiting = std::move(document);
    }
    if (!waiting) {
      return Mistaken("dispatch.document", StrCat("本案卷没有待盖章的文书“", code, "”"),
                      "请用 anjuan docs 查看文书");
    }
    waiting->status = "issued";
    transaction_.Put(port::documents::kTable, ToRow(*waiting));
    return Keep("dispatch",
                Context({{"document", Value(code)}, {"sha256", Value(waiting->sha256)}}), Value());
  }

  Answer Retry() {
    const port::Row letters = DeadLetterKey(loaded_.record);
    const bool seen = transaction_.Get(port::search::kTable, letters).has_value();
    if (!loaded_.record.incident && !seen) {
      return Mistaken("retry.none", "本案卷没有待处理的异常或无人接收的来文");
    }
    Answer refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    transaction_.Delete(port::search::kTable, letters);
    loaded_.record.incident = false;
    ReviveOutbox(transaction_, loaded_.record);
    return Keep("retry", Context(), *reason);
  }

  Answer Hold(bool on) {
    const port::Row key = HoldKey(loaded_.record);
    if (transaction_.Get(port::search::kTable, key).has_value() == on) {
      return Mistaken("hold.none", on ? "本案卷已在留存中" : "本案卷未被留存");
    }
    Answer refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    if (on) {
      transaction_.Put(port::search::kTable, key);
    } else {
      transaction_.Delete(port::search::kTable, key);
    }
    return Keep(on ? "hold" : "release", Context(), *reason);
  }

  // Keeps that somebody looked; what is shown is resolved afterwards and kept nowhere.
  Answer Reveal() {
    const List* fields = command_.data["fields"].list();
    if (fields == nullptr || fields->empty()) {
      return Mistaken("form.required", "请写明要查阅的字段（fields）");
    }
    const std::vector<std::string> known = PersonalFields(loaded_);
    Answer refused;
    for (const Value& field : *fields) {
      const std::string name = field.string() == nullptr ? "" : *field.string();
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      refused.verdict = Verdict::kFormMistakes;
      refused.mistakes.push_back({.code = "reveal.field",
                                  .message = StrCat("“", name, "”不存有个人信息"),
                                  .hint = DidYouMean(name, known)});
    }
    if (!refused.ok()) return refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    return Keep("view", Context({{"fields", Value(*fields)}}), *reason);
  }

  Answer Erase() {
    if (!command_.who.account.empty()) {
      Answer answer = Mistaken("role.operator", "删除个人信息由本机操作员办理");
      answer.verdict = Verdict::kNotYourRole;
      return answer;
    }
    // Of one person, or, once its term has run out, the whole case (retention).
    const bool whole = command_.data["whole"] == Value(true);
    const std::string subject = whole ? "" : vault::TokenOf(Given("subject"));
    if (!whole && office_.vault().SubjectOf(transaction_, subject) != subject) {
      return Mistaken("erase.subject", "没有这个人员代号（subject）", "请用 anjuan person 查找");
    }
    Answer refused;
    refused.mistakes = ObstaclesToErasing(transaction_, *registers_, loaded_.record,
                                          BeijingDate(office_.Now(transaction_)));
    refused.verdict = Verdict::kFormMistakes;
    if (!refused.mistakes.empty()) return refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    const Result<Erased> erased =
        whole ? Result<Erased>(EraseWholeCase(office_, transaction_, loaded_))
              : EraseFromCase(office_, transaction_, loaded_, subject);
    if (!erased) {
      refused.verdict = Verdict::kFailed;
      refused.mistakes = erased.error();
      return refused;
    }
    // Of one person they go with his key, when every case has its row.
    const Result<std::vector<std::string>> returns = EraseReturns(
        office_, transaction_, {.words = erased->words, .since = loaded_.record.opened_at},
        {.by = Given("by"), .reason = Given("reason"), .what = "case", .id = loaded_.record.id});
    if (!returns) {
      refused.verdict = Verdict::kFailed;
      refused.mistakes = returns.error();
      return refused;
    }
    List papers;
    for (const auto& [seq, position] : erased->papers) {
      papers.emplace_back(Context({{"seq", Value(seq)}, {"position", Value(position)}}));
    }
    Context told({{"documents", Value(std::move(papers))}, {"texts", Value(erased->texts)}});
    if (whole) {
      for (const char* key : {"list", "approved_by", "by"}) told.Set(key, Value(Given(key)));
    } else {
      told.Set("subject", Value(subject));
    }
    return Keep("erased", std::move(told), *reason);
  }

  // Typed data put right. The state changes, so this is a version of its own.
  Answer Correct() {
    const Context* fields = command_.data["fields"].context();
    if (fields == nullptr || fields->empty()) {
      return Mistaken("form.required", "请填写要更正的字段（fields）");
    }
    Answer refused;
    const std::optional<Value> reason = Reason(refused);
    if (!reason) return refused;
    Diagnostics mistakes;
    std::vector<Type::Field> types;
    std::vector<std::string> known;
    for (const chart::DataField& field : chart().data) {
      types.emplace_back(field.id, field.type);
      known.push_back(field.id);
    }
    const Type shape = Type::ContextOf(std::move(types));
    const Value named = ResolveNames(transaction_, Value(*fields), shape, "", mistakes);
    Result<Value> typed = Conform(named, shape, "fields");
    if (!typed) Append(mistakes, typed.error());
    if (HasError(mistakes)) {
      Answer answer;
      answer.verdict = Verdict::kFormMistakes;
      answer.mistakes = std::move(mistakes);
      return answer;
    }
    return ApplyCorrection(sealer_.SealFields(*typed->context(), shape, chart()), *reason);
  }

  Answer ApplyCorrection(const Context& after, const Value& reason) {
    Context before;
    for (const auto& [name, value] : after.entries()) {
      before.Set(name, loaded_.state.data[static_cast<size_t>(chart().FindData(name))]);
    }
    std::vector<PastStep> past;
    const Result<chart::CaseState> folded = FoldCase(
        *loaded_.definition, LoadHistory(transaction_, loaded_.record.area, loaded_.record.id),
        [&](const FoldedStep& step) {
          past.push_back(ToPast(step));
          return true;
        });
    if (!folded) {
      Answer answer;
      answer.verdict = Verdict::kFailed;
      answer.mistakes = folded.error();
      return answer;
    }
    CaseHost host = MakeHost();
    const chart::Event event{.name = command_.event,
                             .kind = chart::Event::Kind::kPlatform,
                             .origin = actor_.role,
                             .data = Value(Context({{"before", Value(before)},
                                                    {"fields", Value(after)},
                                                    {"reason", reason},
                                                    CurrentMethod()}))};
    const chart::Env env =
        MakeEnv(office_, transaction_, loaded_.record, actor_, command_.eff_date, &host);
    chart::StepResult step =
        runtime::Correct(*loaded_.definition, past, loaded_.state, event.data, env);
    step.notes.insert(step.notes.end(), host.remarks().begin(), host.remarks().end());
    const auto papers = LoadDocuments(transaction_, loaded_.record.area, loaded_.record.id);
    for (std::string& paper :
         OutdatedPapers("更正", *loaded_.definition, past, loaded_.state, step.state, papers)) {
      step.warnings.push_back(std::move(paper));
    }
    return Commit("correct", event, env, std::move(step));
  }

  Office& office_;
  port::Transaction& transaction_;
  LoadedCase& loaded_;
  const FireCommand& command_;
  const Actor& actor_;
  const std::string& request_id_;
  std::shared_ptr<const Registers> registers_;
  Sealer sealer_;
};

}  // namespace

bool IsEngineEvent(std::string_view event) {
  return std::find(kEngineEvents.begin(), kEngineEvents.end(), event) != kEngineEvents.end();
}

Answer RunEngineEvent(Office& office, port::Transaction& transaction, LoadedCase& loaded,
                      const FireCommand& command, const Actor& actor,
                      const std::string& request_id) {
  return EngineEvent(office, transaction, loaded, command, actor, request_id).Run();
}

Answer FireLoadedTimer(Office& office, port::Transaction& transaction, LoadedCase& loaded,
                       const TimerRecord& timer,
                       const std::function<Answer(chart::Event, const std::string&)>& fire) {
  const chart::Chart& chart = *loaded.definition->chart;
  const auto state =
      std::find_if(loaded.state.timers.begin(), loaded.state.timers.end(),
                   [&](const chart::TimerState& candidate) { return candidate.id == timer.timer; });
  ANJUAN_CHECK(state != loaded.state.timers.end());  // the row was written from this state
  const std::string identity = StrCat("timer/", loaded.record.id, "/", timer.timer, "/", timer.due);
  if (!timer.warning) {
    return fire({.name = state->event,
                 .kind = chart::Event::Kind::kTimer,
                 .origin = timer.timer,
                 .data = state->data},
                identity);
  }
  const auto registers = office.registers();
  CaseHost host(*registers, transaction,
                {.area = loaded.record.area,
                 .case_id = loaded.record.id,
                 .region = loaded.record.region,
                 .today = BeijingDate(office.Now(transaction)),
                 .chart = &chart,
                 .rules = &loaded.definition->rules});
  const Actor actor{.account = "timer", .role = timer.timer, .org = "", .region = ""};
  const chart::Env env = MakeEnv(office, transaction, loaded.record, actor, std::nullopt, &host);
  chart::StepResult step = chart::TimerWarning(chart, loaded.state, timer.timer, env);
  const Cause cause{.type = "warning",
                    .event = {.name = StrCat("warning.", timer.timer),
                              .kind = chart::Event::Kind::kTimer,
                              .origin = timer.timer,
                              .data = {}},
                    .initial = {},
                    .actor = actor,
                    .command_id = identity,
                    .eff_date = std::nullopt};
  return CommitStep(office, transaction, loaded, cause, env, std::move(step));
}

std::string OriginOf(Office& office, port::Reader& reader, const LoadedCase& loaded,
                     const std::string& source) {
  const std::string area =
      office.registers()->AreaOf(std::string_view(source).substr(0, source.find('-')));
  const std::optional<CaseRecord> child = LoadCase(reader, area, source);
  if (!child || child->parent != loaded.record.id) return "";
  for (const chart::ChildState& known : loaded.state.children) {
    if (known.live && known.identity == child->spawn) return known.id;
  }
  return "";
}

}  // namespace anjuan::runtime
