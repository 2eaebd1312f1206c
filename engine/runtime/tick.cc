#include "engine/runtime/tick.h"

#include <set>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"

namespace anjuan::runtime {

namespace {

void Add(OutboxReport& to, const OutboxReport& from) {
  to.documents += from.documents;
  to.spawned += from.spawned;
  to.delivered += from.delivered;
  to.dead_letters += from.dead_letters;
  to.failed += from.failed;
}

std::string NameOf(const TimerRecord& timer) {
  return StrCat(timer.case_id, "/", timer.timer, "/", timer.due);
}

// The earliest timer due by `until` that was not passed over in this tick.
std::optional<TimerRecord> NextDue(Office& office, Instant until,
                                   const std::set<std::string>& passed) {
  std::optional<TimerRecord> next;
  office.store().Read([&](port::Reader& reader) {
    reader.Scan(port::timers::kTable,
                {.index = 0, .prefix = {}, .from = {}, .to = port::Cell(until)},
                [&](const port::Row& row) {
                  TimerRecord timer = ToTimer(row);
                  if (passed.contains(NameOf(timer))) return true;
                  next = std::move(timer);
                  return false;
                });
  });
  return next;
}

}  // namespace

TickReport Tick(Office& office, Outbox& outbox, std::optional<Instant> until) {
  const bool manual = office.clock() == ClockKind::kManual;
  ANJUAN_CHECK(manual || !until);
  TickReport report;
  Instant now = 0;
  office.store().Read([&](port::Reader& reader) { now = office.Now(reader); });
  const Instant end = until.value_or(now);
  const auto move = [&](Instant to) {
    if (!manual) return;
    office.store().Transact(
        [&](port::Transaction& transaction) { return office.MoveClock(transaction, to); });
  };
  std::set<std::string> passed;
  CaseService service(office);
  Add(report.outbox, outbox.Drain());
  while (const std::optional<TimerRecord> timer = NextDue(office, end, passed)) {
    move(timer->due);
    passed.insert(NameOf(*timer));
    const Answer answer = service.FireTimer(*timer);
    if (!answer.ok()) {
      ++report.incidents;
    } else if (!answer.case_id.empty()) {
      ++(timer->warning ? report.warned : report.fired);
    }
    Add(report.outbox, outbox.Drain());
  }
  move(end);
  return report;
}

}  // namespace anjuan::runtime
