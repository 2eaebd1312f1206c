#include "engine/runtime/tick.h"

#include <optional>
#include <set>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"

namespace anjuan::runtime {

namespace {

// In one transaction, unless somebody waits to write: a sync for so many, and a wait of so few.
constexpr std::int64_t kChunk = 64;

std::string NameOf(const TimerRecord& timer) {
  return StrCat(timer.case_id, "/", timer.timer, "/", timer.due);
}

// What is due by `until`, the earliest first, a chunk at a time.
class DueTimers {
 public:
  DueTimers(Office& office, Instant until, std::int64_t chunk)
      : office_(office), until_(until), chunk_(chunk) {}

  // Empty: nothing is left but what was passed over.
  std::vector<TimerRecord> Next() {
    std::vector<TimerRecord> due = Scan();
    if (due.empty() && from_) {
      // What fired may have armed something that is due already, before the place we had come to.
      from_.reset();
      due = Scan();
    }
    return due;
  }
  void PassOver(const TimerRecord& timer) { passed_.insert(NameOf(timer)); }

 private:
  std::vector<TimerRecord> Scan() {
    std::vector<TimerRecord> due;
    office_.store().Read([&](port::Reader& reader) {
      reader.Scan(port::timers::kTable,
                  {.index = 0, .prefix = {}, .from = from_, .to = port::Cell(until_)},
                  [&](const port::Row& row) {
                    TimerRecord timer = ToTimer(row);
                    if (!passed_.contains(NameOf(timer))) due.push_back(std::move(timer));
                    return static_cast<std::int64_t>(due.size()) < chunk_;
                  });
    });
    if (!due.empty()) from_ = port::Cell(due.front().due);
    return due;
  }

  Office& office_;
  Instant until_;
  std::int64_t chunk_;
  std::optional<port::Cell> from_;
  std::set<std::string> passed_;
};

}  // namespace

TickReport Tick(Office& office, Outbox& outbox, std::optional<Instant> until) {
  const bool manual = office.clock() == ClockKind::kManual;
  ANJUAN_CHECK(manual || !until);
  TickReport report;
  report.recount = FinishRecount(office, {});
  Instant now = 0;
  office.store().Read([&](port::Reader& reader) { now = office.Now(reader); });
  const Instant end = until.value_or(now);
  const auto move = [&](Instant to) {
    if (!manual || to <= now) return;
    office.store().Transact(
        [&](port::Transaction& transaction) { return office.MoveClock(transaction, to); });
    now = to;
  };
  CaseService service(office);
  Add(report.outbox, outbox.Drain());
  // On a manual clock one at a time: each sees its own instant, and all that the one before caused.
  DueTimers timers(office, end, manual ? 1 : kChunk);
  for (std::vector<TimerRecord> due; !(due = timers.Next()).empty();) {
    move(due.front().due);
    const std::vector<Answer> answers = service.FireTimers(due);
    for (size_t i = 0; i < answers.size(); ++i) {
      timers.PassOver(due[i]);
      if (!answers[i].ok()) {
        ++report.incidents;
      } else if (!answers[i].case_id.empty()) {
        ++(due[i].warning ? report.warned : report.fired);
      }
    }
    Add(report.outbox, outbox.Drain());
  }
  Add(report.outbox, outbox.DrainAll());
  move(end);
  return report;
}

}  // namespace anjuan::runtime
