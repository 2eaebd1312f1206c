// A correction (更正): data put right, and with them what was computed from them — other data, the
// ends of running deadlines, facts for the statistics.
//
// Each step of the case's history since the wrong value came in is taken again with the right one
// in its place. What comes out otherwise follows: data and deadlines where they still stand as they
// came out then, facts always (as corrections of the rows that were written, see facts.h). A step
// that would not have gone the way it went changes nothing, and a warning names it. So nothing
// about any process stands here: the definition's own expressions decide.
//
// The same goes for days that were moved (节假日安排调整): Recount takes again each step that asked
// the calendar something it answers otherwise today. What a case was told anew then stands in the
// reads of that row, and later corrections start from it.
//
// What a person entered in the place of something computed holds, whatever the rule comes to by
// what was put right before or after it.
//
// Not followed: papers that were issued, official numbers, what was passed to other cases. Which
// papers print what was put right, OutdatedPapers tells.
//
// Pure: what a step asks that it did not ask then is asked of Env::host and returned in reads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/chart/step.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/payload.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

// A row of the history that changed the state, with the state on either side of it.
struct PastStep {
  std::string type;
  std::int64_t seq = 0;
  std::int64_t version = 0;
  std::string case_id;
  StepPayload payload;
  chart::CaseState before;
  chart::CaseState after;
  std::vector<chart::Effect> effects;
  std::vector<int> transitions;
};

// How a row follows up what it changes. It says so itself, so that replay does as was done then.
enum class Method : std::uint8_t {
  kRuleFirst,  // rows that say nothing: a deadline went by the rule where its day had been entered
  kEntered,    // "method": 2
};
Method MethodOf(const Value& event_data);
// The entry of the rows written now.
Context::Entry CurrentMethod();

// `data` as the row's event keeps it: context{fields: the new values by the data's names, as the
// case keeps them; method; for people before and reason}.
chart::StepResult Correct(const Definition& definition, std::span<const PastStep> past,
                          const chart::CaseState& now, const Value& data, const chart::Env& env);

// Whether a function's answer hangs on the office's days off and days worked.
bool AsksCalendar(std::string_view function);

// `change` as the row's event keeps it: context{document, days: [{date, work, name}], method}. What
// the calendar says now is asked of Env::host, after `on` said which day a step thought it was. The
// state is `now` where nothing follows from the change. Where deadlines move, or should have before
// they ended, the owners of the case's states are told.
chart::StepResult Recount(const Definition& definition, std::span<const PastStep> past,
                          const chart::CaseState& now, const Value& change, const chart::Env& env,
                          const std::function<void(const Date&)>& on = {});

// For the person who corrects: each paper still in force whose template prints a datum that stood
// in it as it was `before` and is something else `after`. `what` changed it: 更正, 调整.
std::vector<std::string> OutdatedPapers(std::string_view what, const Definition& definition,
                                        std::span<const PastStep> past,
                                        const chart::CaseState& before,
                                        const chart::CaseState& after,
                                        std::span<const DocumentRecord> papers);

}  // namespace anjuan::runtime
