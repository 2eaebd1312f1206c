#include "engine/runtime/case_service.h"

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/engine_events.h"
#include "engine/runtime/firing.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/opening.h"
#include "engine/runtime/request.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

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
  // Names are written down only where they are known: anything may have been typed in their place.
  const auto registers = office.registers();
  const bool known_role = registers->FindRole(command.who.role) != nullptr;
  const bool known_account =
      command.who.account.empty() || !ActorsOf(transaction, command.who.account).empty();
  const Actor actor{.account = known_account ? AccountOf(command.who) : "?",
                    .role = known_role ? command.who.role : "",
                    .org = "",
                    .region = "",
                    .on_behalf = command.who.account.empty() && known_role};
  firing.Record("refused", firing.Declares(command.event) ? command.event : "?", "denied", actor,
                IsPlainName(command.request_id) ? command.request_id : "?", RefusalPayload(answer));
}

// The row was read before this transaction: another program may have fired or stopped the timer.
bool StillArmed(port::Reader& reader, const CaseRecord& record, const TimerRecord& timer) {
  const Row key = {Cell(record.area), Cell(record.id), Cell(timer.timer)};
  const std::optional<Row> row = reader.Get(port::timers::kTable, key);
  if (!row) return false;
  const TimerRecord armed = ToTimer(*row);
  return armed.due == timer.due && armed.warning == timer.warning;
}

// What a timer or another case asked for failed: the case shows it until somebody retries.
void RecordIncident(Office& office, port::Transaction& transaction, const std::string& case_id,
                    const std::string& event, const Actor& actor, const std::string& identity,
                    const Answer& answer) {
  Firing firing(office, transaction, case_id);
  if (!firing.Load() || firing.loaded().record.incident) return;
  firing.loaded().record.incident = true;
  firing.Record("incident", event, "failed", actor, identity,
                Context({{"verdict", Value(VerdictName(answer.verdict))},
                         {"text", Value(KeptText(answer.mistakes))}}));
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
  office_.writer().Run([&](port::Transaction& transaction) {
    answers.clear();
    for (const OpenCommand& command : commands) {
      Answer answer;
      transaction.Savepoint([&] {
        answer = OpenCase(office_, transaction, command);
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
  office_.writer().Run([&](port::Transaction& transaction) {
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

Answer FireOne(Office& office, port::Transaction& transaction, const TimerRecord& timer) {
  Answer answer;
  const bool kept = transaction.Savepoint([&] {
    Firing firing(office, transaction, timer.case_id);
    const bool waits = firing.Load() && !firing.loaded().record.ended &&
                       !firing.loaded().record.incident &&
                       StillArmed(transaction, firing.loaded().record, timer);
    answer = {};
    if (!waits) return false;
    answer = FireLoadedTimer(office, transaction, firing.loaded(), timer,
                             [&](chart::Event event, const std::string& identity) {
                               return firing.FromEngine(std::move(event), identity);
                             });
    return answer.ok();
  });
  if (kept || answer.ok()) return answer;
  // The event is kept: the timer stays due, and the case shows an incident until it is retried.
  RecordIncident(office, transaction, timer.case_id, timer.timer,
                 {.account = "timer", .role = timer.timer}, "", answer);
  return answer;
}

}  // namespace

Answer CaseService::FireTimer(const TimerRecord& timer) {
  return FireTimers({&timer, 1}).front();
}

std::vector<Answer> CaseService::FireTimers(std::span<const TimerRecord> timers) {
  std::vector<Answer> answers;
  office_.writer().Run([&](port::Transaction& transaction) {
    answers.clear();
    for (const TimerRecord& timer : timers) {
      answers.push_back(FireOne(office_, transaction, timer));
      if (office_.writer().others_wait()) break;
    }
    return true;
  });
  return answers;
}

Answer CaseService::Deliver(const std::string& target, const std::string& source,
                            const std::string& event, const Value& data,
                            const std::string& identity) {
  Answer answer;
  office_.writer().Run([&](port::Transaction& transaction) {
    Firing firing(office_, transaction, target);
    if (!firing.Load()) {
      answer = firing.NoSuchCase();
      return true;
    }
    const std::string& area = firing.loaded().record.area;
    const Row key = {Cell(area), Cell(StrCat("case:", source)), Cell(identity)};
    if (const std::optional<Row> seen = transaction.Get(port::requests::kTable, key)) {
      answer = ReadAnswer(TextOf(*seen, port::requests::kAnswer));
      return true;
    }
    const std::string origin = OriginOf(office_, transaction, firing.loaded(), source);
    chart::Event incoming{
        .name = event, .kind = chart::Event::Kind::kChild, .origin = origin, .data = data};
    const bool fits = !origin.empty() && !firing.loaded().record.ended &&
                      firing.Fits(incoming) == chart::Selection::Verdict::kEnabled;
    const bool taken = fits && transaction.Savepoint([&] {
      answer = firing.FromEngine(incoming, identity);
      return answer.ok();
    });
    if (fits && !taken) {
      // The event is kept in the outbox, and the case shows an incident until it is retried.
      answer.verdict = Verdict::kFailed;
      RecordIncident(office_, transaction, target, event, {.account = "case", .role = origin},
                     identity, answer);
      return true;
    }
    if (!taken) {
      // Shown to the owner, nothing else changes (catalogue, "Events between cases").
      Firing fresh(office_, transaction, target);
      fresh.Load();
      fresh.Record(
          "dead-letter", event, "failed",
          {.account = "case", .role = origin, .org = "", .region = ""}, identity,
          Context({{"source", Value(source)}, {"text", Value(KeptText(answer.mistakes))}}));
      transaction.Put(port::search::kTable, DeadLetterKey(fresh.loaded().record));
      answer.verdict = Verdict::kNoSuchEvent;
    }
    answer.case_id = target;
    transaction.Put(port::requests::kTable,
                    {key[0], key[1], key[2], Cell(std::string()), Cell(WriteAnswer(answer)),
                     Cell(office_.Now(transaction))});
    return true;
  });
  return answer;
}

void CaseService::Cancel(const std::string& target, const std::string& source,
                         const std::string& identity) {
  office_.writer().Run([&](port::Transaction& transaction) {
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
