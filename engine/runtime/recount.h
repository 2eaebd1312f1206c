// Deadlines after the days off were arranged anew (节假日安排调整): every open case whose dates or
// deadlines were counted otherwise gets an event of its own, aj.calendar, that says what moved,
// from when to when, and by which days of which document. What follows from a moved day is what
// follows from a corrected one (correction.h). A deadline that has ended stays as it is, and the
// row says so.
//
// The change is kept with the import and taken off when every case was looked at, so it goes on
// where a crash left it; before that no deadline fires (tick.h). A case looked at twice moves once:
// its row says what the calendar told it last.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/calendar/calendar.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

struct CalendarChange {
  std::string document;  // the list's file
  std::string sha256;    // of its bytes
  std::map<int, calendar::Year> before;
};

// What became of one case, for the person who imported.
struct Recounted {
  std::string case_id;
  std::vector<std::string> lines;
  bool failed = false;  // it could not be counted again: the case shows an incident
};

struct RecountReport {
  std::int64_t cases = 0;  // open ones
  std::int64_t moved = 0;
  std::int64_t failed = 0;
};

struct RecountWatch {
  std::function<void(const Recounted&)> told;
  Progress progress;
};

// In the transaction that stores the years; before it, FinishRecount.
void KeepCalendarChange(port::Transaction& transaction, const CalendarChange& change);

// Carries out what is kept; nothing where nothing is.
RecountReport FinishRecount(Office& office, const RecountWatch& watch);

// What FinishRecount would do, were `registers` the office's; writes nothing.
RecountReport TryRecount(Office& office, std::shared_ptr<const Registers> registers,
                         const CalendarChange& change, const RecountWatch& watch);

}  // namespace anjuan::runtime
