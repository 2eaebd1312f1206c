#include "engine/runtime/recount.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/host.h"
#include "engine/port/schema.h"
#include "engine/runtime/correction.h"
#include "engine/runtime/firing.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/host.h"
#include "engine/runtime/query.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

using port::Cell;

constexpr std::string_view kChange = "calendar.change";
constexpr std::string_view kEvent = "aj.calendar";
constexpr size_t kBatch = 256;  // cases looked at between two transactions

// A change, and the last case that was looked at.
struct Pending {
  CalendarChange change;
  std::string area;
  std::string case_id;
};

std::string Write(const Pending& pending) {
  Context before;
  for (const auto& [number, year] : pending.change.before) {
    before.Set(std::to_string(number), calendar::WriteYear(year));
  }
  return WriteCanonical(Value(Context({{"document", Value(pending.change.document)},
                                       {"sha256", Value(pending.change.sha256)},
                                       {"before", Value(std::move(before))},
                                       {"area", Value(pending.area)},
                                       {"case", Value(pending.case_id)}})));
}

std::optional<Pending> ReadPending(port::Reader& reader) {
  const std::optional<std::string> text = LoadMeta(reader, kChange);
  const Result<Value> read = text ? ReadCanonical(*text) : Result<Value>(Value());
  if (!read || read->context() == nullptr) return std::nullopt;
  Pending out;
  out.change.document = *(*read)["document"].string();
  out.change.sha256 = *(*read)["sha256"].string();
  out.area = *(*read)["area"].string();
  out.case_id = *(*read)["case"].string();
  for (const auto& [number, body] : (*read)["before"].context()->entries()) {
    const int year = static_cast<int>(ParseInteger(number).value_or(0));
    Result<calendar::Year> arrangement = calendar::ReadYear(year, body);
    // None at all is a year that was not known before.
    out.change.before[year] = arrangement ? std::move(*arrangement) : calendar::Year();
  }
  return out;
}

// ---- the days that changed ---------------------------------------------------------------------

struct ChangedDay {
  Date date;
  bool work = false;
  std::string name;
};

std::vector<ChangedDay> ChangedDays(const CalendarChange& change, const calendar::Calendar& now) {
  calendar::Calendar then = now;
  std::map<Date, bool> arranged;
  const auto collect = [&](const calendar::Year& year) {
    for (const auto& [day, name] : year.days_off) arranged[day] = true;
    for (const auto& [day, name] : year.makeup_workdays) arranged[day] = true;
  };
  for (const auto& [number, year] : change.before) {
    then.Set(number, year);
    collect(year);
    const auto after = now.years().find(number);
    if (after != now.years().end()) collect(after->second);
  }
  std::vector<ChangedDay> out;
  for (const auto& [day, unused] : arranged) {
    const bool work = now.IsWorkingDay(day);
    if (then.IsWorkingDay(day) != work) out.push_back({day, work, work ? "" : now.Remark(day)});
  }
  return out;
}

using Span = std::pair<Date, Date>;  // both ends may count

std::optional<Date> DateIn(const std::vector<Value>& arguments, size_t at) {
  const Date* date = at < arguments.size() ? arguments[at].date() : nullptr;
  return date == nullptr ? std::nullopt : std::optional(*date);
}

// The days an answer of the calendar hangs on: of working days all between, else those at the end.
Span SpanOf(const chart::Read& then, const Value& now) {
  const std::optional<Date> start = DateIn(then.arguments, 0);
  if (!start) return {};
  Date first = *start;
  Date last = *start;
  const auto widen = [&](const Date& day) {
    first = std::min(first, day);
    last = std::max(last, day);
  };
  if (const auto other = DateIn(then.arguments, 1)) widen(*other);
  const Date* was = then.result.date();
  const Date* is = now.date();
  if (was == nullptr || is == nullptr) return {first, last};
  const std::string* unit =
      then.arguments.size() > 1 ? then.arguments[1]["unit"].string() : nullptr;
  if (unit != nullptr && *unit != "working_day") return {std::min(*was, *is), std::max(*was, *is)};
  widen(*was);
  widen(*is);
  return {first, last};
}

// What the calendar said to a case otherwise than it says now: the days each such answer hangs on.
std::vector<Span> MovedSpans(const std::vector<HistoryRecord>& rows, CaseHost& host) {
  // The latest answer to each question counts: earlier changes were followed.
  std::map<std::string, std::pair<chart::Read, Date>, std::less<>> asked;
  for (const HistoryRecord& row : rows) {
    if (row.payload.find("\"reads\":[{") == std::string::npos) continue;
    const Result<Value> body = ReadCanonical(row.payload);
    if (!body || body->context() == nullptr) continue;
    const StepPayload payload = ToStepPayload(*body->context());
    for (const chart::Read& read : payload.reads) {
      if (!AsksCalendar(read.function)) continue;
      const std::string question =
          StrCat(read.function, WriteCanonical(Value(List(read.arguments))));
      asked[question] = {read, payload.env.today};
    }
  }
  std::vector<Span> out;
  for (const auto& [question, told] : asked) {
    const auto& [then, day] = told;
    host.SetToday(day);
    std::vector<chart::Read> now;
    chart::CorrectingHost recorder({}, &host, &now);
    static_cast<void>(recorder.Call(then.function, then.arguments));
    if (!(now.back().result == then.result)) out.push_back(SpanOf(then, now.back().result));
  }
  return out;
}

Value Describe(const CalendarChange& change, const std::vector<ChangedDay>& days,
               const std::vector<Span>& spans) {
  List told;
  for (const ChangedDay& day : days) {
    const bool within = std::any_of(spans.begin(), spans.end(), [&](const Span& span) {
      return span.first <= day.date && day.date <= span.second;
    });
    if (!within) continue;
    told.emplace_back(
        Context({{"date", Value(day.date)}, {"work", Value(day.work)}, {"name", Value(day.name)}}));
  }
  return Value(Context({{"document", Value(change.document)},
                        {"sha256", Value(change.sha256)},
                        {"days", Value(std::move(told))},
                        CurrentMethod()}));
}

// ---- one case
// ------------------------------------------------------------------------------------

class Recounting {
 public:
  Recounting(Office& office, std::shared_ptr<const Registers> registers,
             const CalendarChange& change)
      : office_(office),
        registers_(std::move(registers)),
        change_(change),
        days_(ChangedDays(change, registers_->calendar())) {}

  // From its histories alone: whether the calendar said something else to this case.
  bool Concerns(port::Reader& reader, const CaseRecord& record) {
    const auto rows = LoadHistory(reader, record.area, record.id);
    CaseHost host = HostFor(reader, record, nullptr);
    return !MovedSpans(rows, host).empty();
  }

  struct Outcome {
    chart::Event event;
    chart::Env env;
    chart::StepResult step;
    Diagnostics mistakes;
  };
  // nullopt: nothing of the case moves. Env::host of the outcome is null.
  std::optional<Outcome> Count(port::Reader& reader, const LoadedCase& loaded) {
    const CaseRecord& record = loaded.record;
    const auto rows = LoadHistory(reader, record.area, record.id);
    CaseHost host = HostFor(reader, record, loaded.definition.get());
    const std::vector<Span> spans = MovedSpans(rows, host);
    if (spans.empty() || record.ended) return std::nullopt;
    Outcome out;
    out.event = {.name = std::string(kEvent),
                 .kind = chart::Event::Kind::kPlatform,
                 .origin = "calendar",
                 .data = Describe(change_, days_, spans)};
    std::vector<PastStep> past;
    const Result<chart::CaseState> folded =
        FoldCase(*loaded.definition, rows, [&](const FoldedStep& step) {
          past.push_back(ToPast(step));
          return true;
        });
    if (!folded) {
      out.mistakes = folded.error();
      return out;
    }
    CaseHost asked = HostFor(reader, record, loaded.definition.get());
    out.env = MakeEnv(office_, reader, record, ActorOf(), std::nullopt, &asked);
    out.step = Recount(*loaded.definition, past, loaded.state, out.event.data, out.env,
                       [&](const Date& day) { asked.SetToday(day); });
    out.env.host = nullptr;
    const auto papers = LoadDocuments(reader, record.area, record.id);
    for (std::string& paper :
         OutdatedPapers("调整", *loaded.definition, past, loaded.state, out.step.state, papers)) {
      out.step.warnings.push_back(std::move(paper));
    }
    const bool says = !(out.step.state == loaded.state) || !out.step.effects.empty() ||
                      !out.step.warnings.empty();
    if (!says) return std::nullopt;
    out.step.notes.insert(out.step.notes.end(), asked.remarks().begin(), asked.remarks().end());
    return out;
  }

  // The case's own event, in the caller's transaction.
  std::optional<Recounted> Move(port::Transaction& transaction, const CaseRecord& record) {
    std::optional<LoadedCase> loaded = LoadWithState(office_, transaction, record.area, record.id);
    std::optional<Outcome> outcome = Count(transaction, *loaded);
    if (!outcome) return std::nullopt;
    Recounted told = Told(record.id, *outcome);
    if (told.failed) {
      RecordFailure(transaction, record.id, outcome->mistakes);
      return told;
    }
    CaseHost host = HostFor(transaction, loaded->record, loaded->definition.get());
    outcome->env.host = &host;
    const Cause cause{.type = "calendar",
                      .event = outcome->event,
                      .initial = {},
                      .actor = ActorOf(),
                      .command_id = StrCat("calendar/", change_.sha256.substr(0, 16)),
                      .eff_date = std::nullopt};
    Answer answer;
    const bool kept = transaction.Savepoint([&] {
      answer = CommitStep(office_, transaction, std::move(*loaded), cause, outcome->env,
                          std::move(outcome->step));
      return answer.ok();
    });
    if (kept) return told;
    told.failed = true;
    RecordFailure(transaction, record.id, answer.mistakes);
    return told;
  }

  static Recounted Told(const std::string& case_id, const Outcome& outcome) {
    Recounted told{.case_id = case_id, .lines = outcome.step.notes};
    told.lines.insert(told.lines.end(), outcome.step.warnings.begin(), outcome.step.warnings.end());
    told.failed = HasError(outcome.mistakes);
    for (const Diagnostic& mistake : outcome.mistakes) told.lines.push_back(mistake.message);
    return told;
  }

 private:
  static Actor ActorOf() {
    return {.account = "calendar", .role = "calendar", .org = "", .region = ""};
  }

  CaseHost HostFor(port::Reader& reader, const CaseRecord& record, const Definition* definition) {
    return CaseHost(*registers_, reader,
                    {.area = record.area,
                     .case_id = record.id,
                     .region = record.region,
                     .today = BeijingDate(office_.Now(reader)),
                     .chart = definition == nullptr ? nullptr : definition->chart.get(),
                     .rules = definition == nullptr ? nullptr : &definition->rules});
  }

  // Nobody knows when its deadlines end: they do not fire until a person has looked (aj.retry).
  void RecordFailure(port::Transaction& transaction, const std::string& case_id,
                     const Diagnostics& mistakes) {
    Firing firing(office_, transaction, case_id);
    if (!firing.Load() || firing.loaded().record.incident) return;
    firing.loaded().record.incident = true;
    firing.Record("incident", std::string(kEvent), "failed", ActorOf(), "",
                  Context({{"text", Value(KeptText(mistakes))}}));
  }

  Office& office_;
  std::shared_ptr<const Registers> registers_;
  const CalendarChange& change_;
  std::vector<ChangedDay> days_;
};

// ---- all of them
// ---------------------------------------------------------------------------------

// Open cases behind the one named, in the order of area and number: what to look at next.
struct Batch {
  std::vector<CaseRecord> concerned;
  std::int64_t looked = 0;  // cases passed, ended ones too
  std::int64_t open = 0;
  std::string area;  // of the last one
  std::string case_id;
  bool more = false;
};

Batch NextBatch(port::Reader& reader, Recounting& recounting, const std::string& area,
                const std::string& case_id) {
  Batch out;
  out.area = area;
  out.case_id = case_id;
  for (const std::string& each : Areas(reader)) {
    if (each < area) continue;
    port::Range range{.prefix = {Cell(each)}};
    if (each == area && !case_id.empty()) range.from = Cell(case_id);
    std::vector<CaseRecord> open;
    reader.Scan(port::cases::kTable, range, [&](const port::Row& row) {
      CaseRecord record = ToCase(row);
      if (each == area && record.id == case_id) return true;
      if (static_cast<size_t>(out.looked) == kBatch) {
        out.more = true;
        return false;
      }
      ++out.looked;
      std::tie(out.area, out.case_id) = std::tie(record.area, record.id);
      if (!record.ended) open.push_back(std::move(record));
      return true;
    });
    out.open += static_cast<std::int64_t>(open.size());
    for (CaseRecord& record : open) {
      if (recounting.Concerns(reader, record)) out.concerned.push_back(std::move(record));
    }
    if (out.more) break;
  }
  return out;
}

// Several transactions where somebody waits to write.
void MoveAll(Office& office, Recounting& recounting, const std::vector<CaseRecord>& cases,
             const std::function<void(const Recounted&)>& told) {
  for (size_t done = 0; done < cases.size();) {
    std::vector<Recounted> moved;
    size_t next = done;
    office.writer().Run([&](port::Transaction& transaction) {
      moved.clear();
      for (next = done; next < cases.size();) {
        if (auto one = recounting.Move(transaction, cases[next])) moved.push_back(std::move(*one));
        ++next;
        if (office.writer().others_wait()) break;
      }
      return true;
    });
    done = next;
    for (const Recounted& one : moved) told(one);
  }
}

using Carry = std::function<void(Recounting&, const Batch&)>;

RecountReport GoThrough(Office& office, Recounting& recounting, std::string area,
                        std::string case_id, const RecountWatch& watch, const Carry& carry) {
  RecountReport report;
  std::int64_t total = 0;
  std::int64_t done = 0;
  office.store().Read([&](port::Reader& reader) { total = reader.Count(port::cases::kTable, {}); });
  for (bool more = true; more;) {
    Batch batch;
    office.store().Read(
        [&](port::Reader& reader) { batch = NextBatch(reader, recounting, area, case_id); });
    carry(recounting, batch);
    report.cases += batch.open;
    done += batch.looked;
    std::tie(area, case_id) = std::tie(batch.area, batch.case_id);
    more = batch.more;
    if (watch.progress) watch.progress(done, total);
  }
  return report;
}

void Tell(RecountReport& report, const RecountWatch& watch, const Recounted& told) {
  ++(told.failed ? report.failed : report.moved);
  if (watch.told) watch.told(told);
}

}  // namespace

void KeepCalendarChange(port::Transaction& transaction, const CalendarChange& change) {
  SaveMeta(transaction, kChange, Write({.change = change, .area = "", .case_id = ""}));
}

RecountReport FinishRecount(Office& office, const RecountWatch& watch) {
  std::optional<Pending> pending;
  office.store().Read([&](port::Reader& reader) { pending = ReadPending(reader); });
  if (!pending) return {};
  office.ReloadRegisters();  // another program may have imported
  Recounting recounting(office, office.registers(), pending->change);
  RecountReport moved;
  const auto told = [&](const Recounted& one) { Tell(moved, watch, one); };
  const RecountReport looked = GoThrough(office, recounting, pending->area, pending->case_id, watch,
                                         [&](Recounting& each, const Batch& batch) {
                                           MoveAll(office, each, batch.concerned, told);
                                           std::tie(pending->area, pending->case_id) =
                                               std::tie(batch.area, batch.case_id);
                                           office.writer().Run([&](port::Transaction& transaction) {
                                             const port::Row key = {Cell(std::string(kChange))};
                                             if (batch.more) {
                                               SaveMeta(transaction, kChange, Write(*pending));
                                             } else {
                                               transaction.Delete(port::meta::kTable, key);
                                             }
                                             return true;
                                           });
                                         });
  moved.cases = looked.cases;
  return moved;
}

RecountReport TryRecount(Office& office, std::shared_ptr<const Registers> registers,
                         const CalendarChange& change, const RecountWatch& watch) {
  Recounting recounting(office, std::move(registers), change);
  RecountReport moved;
  const RecountReport looked =
      GoThrough(office, recounting, "", "", watch, [&](Recounting& each, const Batch& batch) {
        office.store().Read([&](port::Reader& reader) {
          for (const CaseRecord& record : batch.concerned) {
            const auto loaded = LoadWithState(office, reader, record.area, record.id);
            const auto outcome = each.Count(reader, *loaded);
            if (outcome) Tell(moved, watch, Recounting::Told(record.id, *outcome));
          }
        });
      });
  moved.cases = looked.cases;
  return moved;
}

}  // namespace anjuan::runtime
