#include "engine/runtime/correction.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "engine/base/text.h"
#include "engine/chart/host.h"
#include "engine/chart/timing.h"
#include "engine/runtime/facts.h"
#include "engine/runtime/settle.h"

namespace anjuan::runtime {

namespace {

using chart::CaseState;
using chart::TimerState;

constexpr std::string_view kCorrect = "correct";
constexpr std::string_view kCalendar = "calendar";

// Rows that put right what earlier rows came to.
bool PutsRight(const PastStep& step) {
  return step.type == kCorrect || step.type == kCalendar;
}

// How the history speaks of what it follows from.
struct Wording {
  std::string otherwise;   // 按… would not have gone this way
  std::string not_moved;   // 没有随之…
  std::string following;   // 随…：
  std::string by;          // how a deadline is counted again
  std::string new_end;     // what its end is called
  std::string cause = {};  // in brackets behind it
};

Wording OfCorrection() {
  return {.otherwise = "按更正后的内容",
          .not_moved = "没有随之更正",
          .following = "随之更正：",
          .by = "随更正重新计算",
          .new_end = "更正后的届满日为"};
}

// "（10月8日放假：国庆节，10月10日上班）"
std::string TellDays(const Value& days) {
  constexpr size_t kMost = 6;
  const List* list = days.list();
  if (list == nullptr || list->empty()) return "";
  std::vector<std::string> told;
  for (const Value& day : *list) {
    if (told.size() == kMost || day["date"].date() == nullptr) break;
    const bool* work = day["work"].boolean();
    const std::string* name = day["name"].string();
    told.push_back(
        StrCat(ToChinese(*day["date"].date()), work != nullptr && *work ? "上班" : "放假",
               name == nullptr || name->empty() ? "" : "：", name == nullptr ? "" : *name));
  }
  return StrCat("（", Join(told, "，"), list->size() > kMost ? "等" : "", "）");
}

Wording OfCalendar(const Value& change) {
  const std::string* document = change["document"].string();
  return {
      .otherwise = "按调整后的节假日安排",
      .not_moved = "没有随之调整",
      .following = "随节假日安排调整：",
      .by = StrCat("按调整后的节假日安排（", document == nullptr ? "" : *document, "）重新计算"),
      .new_end = "按调整后的节假日安排届满日为",
      .cause = TellDays(change["days"])};
}

bool SameQuestion(const chart::Read& a, const chart::Read& b) {
  return a.function == b.function && a.arguments == b.arguments;
}

const chart::Read* FindQuestion(const std::vector<chart::Read>& reads, const chart::Read& asked) {
  const auto found = std::find_if(reads.begin(), reads.end(), [&](const chart::Read& read) {
    return SameQuestion(read, asked);
  });
  return found == reads.end() ? nullptr : &*found;
}

// What a datum or a deadline was at some step, and what it should have been.
template <typename T>
struct Truth {
  T from;
  T to;
};
using DataTruths = std::map<int, Truth<Value>>;                        // by slot
using TimerTruths = std::map<std::string, Truth<TimerState>>;          // by id
using FactsByRow = std::map<std::int64_t, std::vector<StandingFact>>;  // by the row that made them

bool SameEnd(const TimerState& a, const TimerState& b) {
  return a.due == b.due && a.paused_left_ms == b.paused_left_ms;
}

TimerState* Find(CaseState& state, std::string_view id) {
  for (TimerState& timer : state.timers) {
    if (timer.id == id) return &timer;
  }
  return nullptr;
}

TimerState TimerIn(const CaseState& state, const std::string& id) {
  for (const TimerState& timer : state.timers) {
    if (timer.id == id) return timer;
  }
  TimerState none;
  none.id = id;
  return none;
}

Value DatumIn(const CaseState& state, int slot) {
  const auto at = static_cast<size_t>(slot);
  return at < state.data.size() ? state.data[at] : Value();
}

FactRecord ToRecord(const chart::RecordFact& fact, std::int64_t seq, size_t position) {
  FactRecord record;
  record.seq = seq;
  record.position = static_cast<std::int64_t>(position);
  record.key = fact.key;
  record.organisation = fact.organisation;
  record.quantity = fact.quantity.ToString();
  record.date = ToString(fact.date);
  record.reverses = fact.reverses;
  return record;
}

void CollectFacts(const std::vector<chart::Effect>& effects, std::int64_t seq,
                  std::vector<FactRecord>& out) {
  for (size_t position = 0; position < effects.size(); ++position) {
    if (const auto* fact = std::get_if<chart::RecordFact>(&effects[position])) {
      out.push_back(ToRecord(*fact, seq, position));
    }
  }
}

class Correction {
 public:
  Correction(const Definition& definition, std::span<const PastStep> past, const CaseState& now,
             const Context& fields, const chart::Env& env, Method method, Wording wording)
      : chart_(*definition.chart),
        past_(past),
        fields_(fields),
        env_(env),
        method_(method),
        wording_(std::move(wording)),
        direct_(past.size()),
        moved_(past.size()) {
    result_.state = now;
    again_ = std::any_of(past.begin(), past.end(), PutsRight);
    for (const PastStep& step : past) {
      if (step.type == kCalendar) KeepAnswers(step.payload.reads);
    }
  }

  // Asks the calendar again whatever the steps asked it. false: it says the same to all.
  bool AskAgain(std::function<void(const Date&)> on) {
    on_ = std::move(on);
    std::vector<chart::Read> fresh;
    bool any = false;
    for (size_t i = 0; i < past_.size(); ++i) {
      if (past_[i].type == kCalendar) continue;
      for (const chart::Read& read : past_[i].payload.reads) {
        if (!AsksCalendar(read.function)) continue;
        const chart::Read* now = FindQuestion(fresh, read);
        if (now == nullptr) {
          if (on_) on_(past_[i].payload.env.today);
          chart::CorrectingHost host({}, env_.host, &result_.reads);
          // A failure is an answer like any other; it stands in the reads.
          static_cast<void>(host.Call(read.function, read.arguments));
          fresh.push_back(result_.reads.back());
          now = &fresh.back();
        }
        const chart::Read* then = FindQuestion(answers_, read);
        moved_[i] = moved_[i] || !(now->result == (then == nullptr ? read : *then).result);
      }
      any = any || moved_[i];
    }
    KeepAnswers(fresh);
    return any;
  }

  chart::StepResult Unmoved() { return std::move(result_); }
  // What became of the deadlines, a sentence each.
  const std::vector<std::string>& of_deadlines() const { return of_deadlines_; }

  chart::StepResult Run() {
    TraceBack();
    std::vector<FactRecord> facts;
    for (const PastStep& step : past_) CollectFacts(step.effects, step.seq, facts);
    for (StandingFact& fact : Standing(facts)) standing_[fact.made_by].push_back(std::move(fact));
    for (size_t i = 0; i < past_.size(); ++i) {
      if (PutsRight(past_[i])) {
        FollowCorrection(past_[i]);
      } else if (past_[i].type == "opened" || past_[i].type == "event") {
        TakeAgain(i);
      }
    }
    Apply();
    return std::move(result_);
  }

 private:
  int SlotOf(std::string_view name) const { return chart_.FindData(name); }

  // What the calendar says now, in the place of what it said to the steps.
  void KeepAnswers(const std::vector<chart::Read>& reads) {
    for (const chart::Read& read : reads) {
      if (!AsksCalendar(read.function)) continue;
      std::erase_if(answers_, [&](const chart::Read& old) { return SameQuestion(old, read); });
      answers_.push_back(read);
    }
  }
  std::vector<chart::Read> AnswersFor(const PastStep& step) const {
    std::vector<chart::Read> out = step.payload.reads;
    for (chart::Read& read : out) {
      if (const chart::Read* now = FindQuestion(answers_, read)) read.result = now->result;
    }
    return out;
  }

  bool Names(const PastStep& correction, int slot) const {
    const Context* fields = correction.payload.event.data["fields"].context();
    return fields != nullptr && fields->Find(chart_.data[static_cast<size_t>(slot)].id) != nullptr;
  }

  // From the end of the history to the step in which each wrong value came in, through the
  // corrections in between: what was put right before was wrong all along.
  void TraceBack() {
    DataTruths open;
    for (const auto& [name, value] : fields_.entries()) {
      const int slot = SlotOf(name);
      const Value now = slot < 0 ? Value() : DatumIn(result_.state, slot);
      if (!now.is_null()) open[slot] = {now, value};
    }
    for (size_t i = past_.size(); i-- > 0;) {
      const PastStep& step = past_[i];
      if (!PutsRight(step)) direct_[i] = open;
      for (const chart::DataField& field : chart_.data) {
        Value before = DatumIn(step.before, field.slot);
        const Value after = DatumIn(step.after, field.slot);
        if (before == after) continue;
        const auto known = open.find(field.slot);
        if (!PutsRight(step) || before.is_null()) {
          open.erase(field.slot);
        } else if (known != open.end()) {
          known->second.from = std::move(before);
        } else if (Names(step, field.slot)) {
          open[field.slot] = {std::move(before), after};
        }
      }
    }
  }

  // What followed from earlier corrections stands in the state as they left it.
  void FollowCorrection(const PastStep& step) {
    for (auto& [slot, truth] : derived_) {
      const Value after = DatumIn(step.after, slot);
      if (!Names(step, slot)) {
        truth.from = after;
      } else if (!(after == truth.from)) {
        truth = {after, after};
      }
    }
    for (auto& [id, truth] : timers_) truth.from = TimerIn(step.after, id);
  }

  std::vector<chart::Replacement> ReplacementsAt(size_t i) const {
    std::vector<chart::Replacement> out;
    for (const auto& [slot, truth] : direct_[i]) out.push_back({slot, truth.from, truth.to});
    for (const auto& [slot, truth] : derived_) {
      if (!direct_[i].contains(slot)) out.push_back({slot, truth.from, truth.to});
    }
    return out;
  }

  CaseState RightBefore(const PastStep& step,
                        const std::vector<chart::Replacement>& replacements) const {
    CaseState before = step.before;
    for (const chart::Replacement& right : replacements) {
      const auto slot = static_cast<size_t>(right.slot);
      if (slot < before.data.size() && before.data[slot] == right.from) {
        before.data[slot] = right.to;
      }
    }
    const chart::Event& event = step.payload.event;
    for (const auto& [id, truth] : timers_) {
      // That a deadline ended is what happened, rightly or not.
      if (event.kind == chart::Event::Kind::kTimer && event.origin == id) continue;
      TimerState* timer = Find(before, id);
      if (timer == nullptr || !SameEnd(*timer, truth.from)) continue;
      if (timer->fired_due == timer->due) timer->fired_due = truth.to.due;
      timer->due = truth.to.due;
      timer->paused_left_ms = truth.to.paused_left_ms;
      timer->warnings = truth.to.warnings;
    }
    return before;
  }

  chart::Event RightEvent(const chart::Event& then,
                          const std::vector<chart::Replacement>& replacements) const {
    chart::Event event = then;
    const Context* data = then.data.context();
    if (data == nullptr) return event;
    Context right = *data;
    for (const chart::Replacement& each : replacements) {
      const std::string& name = chart_.data[static_cast<size_t>(each.slot)].id;
      const Value* given = data->Find(name);
      if (given != nullptr && *given == each.from) right.Set(name, each.to);
    }
    event.data = Value(std::move(right));
    return event;
  }

  void TakeAgain(size_t i) {
    const PastStep& step = past_[i];
    std::vector<chart::Replacement> replacements = ReplacementsAt(i);
    if (replacements.empty() && timers_.empty() && !moved_[i]) return;
    chart::StepResult again = Again(step, replacements);
    // What a person entered holds whatever the rule comes to now.
    const auto missed = Missed(i, again.state);
    if (!missed.empty()) {
      replacements.insert(replacements.end(), missed.begin(), missed.end());
      again = Again(step, replacements);
    }
    if (!SameWay(step, again)) {
      Leave(step);
      return;
    }
    Settle(again, step.payload.numbers, step.case_id, step.version);
    CompareFacts(step, again.effects);
    CompareData(i, again.state);
    CompareTimers(step, again.state);
  }

  chart::StepResult Again(const PastStep& step,
                          const std::vector<chart::Replacement>& replacements) {
    if (on_) on_(step.payload.env.today);
    const std::vector<chart::Read> answers = AnswersFor(step);
    chart::CorrectingHost host(answers, env_.host, &result_.reads);
    chart::Env env = step.payload.env;
    env.host = &host;
    env.corrected = replacements;
    return step.type == "opened" ? chart::Start(chart_, step.payload.initial, env)
                                 : chart::Step(chart_, RightBefore(step, replacements),
                                               RightEvent(step.payload.event, replacements), env);
  }

  // Data put right directly that the step came to something else for than then.
  std::vector<chart::Replacement> Missed(size_t i, const CaseState& again) const {
    std::vector<chart::Replacement> out;
    if (method_ == Method::kRuleFirst && answers_.empty()) return out;
    const PastStep& step = past_[i];
    for (const auto& [slot, truth] : direct_[i]) {
      Value came = DatumIn(again, slot);
      const bool looked_at = method_ != Method::kRuleFirst ||
                             !(DatumIn(step.before, slot) == DatumIn(step.after, slot));
      if (looked_at && !(came == truth.to)) out.push_back({slot, std::move(came), truth.to});
    }
    return out;
  }

  static bool SameWay(const PastStep& step, const chart::StepResult& again) {
    const auto numbers =
        std::count_if(again.effects.begin(), again.effects.end(), [](const chart::Effect& effect) {
          return std::holds_alternative<chart::AllocateNumber>(effect);
        });
    return again.errors.empty() && again.transitions == step.transitions &&
           again.state.configuration == step.after.configuration &&
           static_cast<size_t>(numbers) == step.payload.numbers.size();
  }

  void Leave(const PastStep& step) {
    std::erase_if(derived_, [&](const auto& entry) {
      return !(DatumIn(step.before, entry.first) == DatumIn(step.after, entry.first));
    });
    std::erase_if(timers_, [&](const auto& entry) {
      return !SameEnd(TimerIn(step.before, entry.first), TimerIn(step.after, entry.first));
    });
    std::string label = step.payload.event.name;
    if (!step.transitions.empty()) {
      label = chart_.transitions[static_cast<size_t>(step.transitions.front())].label;
    }
    result_.warnings.push_back(StrCat("历史第", step.seq, "条“", label, "”", wording_.otherwise,
                                      "不会如此办理，其统计和期限", wording_.not_moved,
                                      "，请核对"));
  }

  void CompareFacts(const PastStep& step, const std::vector<chart::Effect>& effects) {
    std::vector<FactRecord> right;
    CollectFacts(effects, step.seq, right);
    const std::vector<StandingFact>& standing = standing_[step.seq];
    for (size_t k = 0; k < std::max(right.size(), standing.size()); ++k) {
      if (k >= right.size()) {
        FactRecord gone = standing[k].fact;
        gone.key.clear();
        Record(gone, standing[k].address);
      } else if (k >= standing.size()) {
        Record(right[k], right[k].reverses.empty() ? StrCat("#", step.seq)
                                                   : StrCat("#", step.seq, " ", right[k].reverses));
      } else if (const FactRecord& old = standing[k].fact;
                 old.key != right[k].key || old.organisation != right[k].organisation ||
                 old.quantity != right[k].quantity || old.date != right[k].date) {
        Record(right[k], standing[k].address);
      }
    }
  }

  void Record(const FactRecord& fact, std::string reverses) {
    result_.effects.push_back(
        chart::RecordFact{.key = fact.key,
                          .organisation = fact.organisation,
                          .quantity = Decimal::Parse(fact.quantity).value_or(Decimal()),
                          .date = ParseDate(fact.date).value_or(Date()),
                          .reverses = std::move(reverses)});
  }

  // Kept where nothing changes too, once there was a correction: it may have moved what stands now.
  void CompareData(size_t i, const CaseState& right) {
    for (const chart::DataField& field : chart_.data) {
      if (direct_[i].contains(field.slot)) {
        derived_.erase(field.slot);
        continue;
      }
      Value was = DatumIn(past_[i].after, field.slot);
      Value is = DatumIn(right, field.slot);
      if (was == is && !again_) {
        derived_.erase(field.slot);
      } else {
        derived_[field.slot] = {std::move(was), std::move(is)};
      }
    }
  }

  void CompareTimers(const PastStep& step, const CaseState& right) {
    std::map<std::string, bool> ids;
    for (const TimerState& timer : step.after.timers) ids[timer.id] = true;
    for (const TimerState& timer : right.timers) ids[timer.id] = true;
    for (const auto& [id, there] : ids) {
      const TimerState was = TimerIn(step.after, id);
      const TimerState is = TimerIn(right, id);
      const bool fired =
          step.payload.event.kind == chart::Event::Kind::kTimer && step.payload.event.origin == id;
      if (!SameEnd(was, is) || (again_ && !fired)) {
        timers_[id] = {was, is};
      } else if (!fired || !SameEnd(TimerIn(step.before, id), was)) {
        timers_.erase(id);
      }
    }
    std::erase_if(timers_, [&](const auto& entry) { return !ids.contains(entry.first); });
  }

  // ---- what stands now -------------------------------------------------------------------------

  std::string LabelOf(int slot) const {
    const chart::DataField& field = chart_.data[static_cast<size_t>(slot)];
    return field.label.empty() ? field.id : field.label;
  }

  void Apply() {
    CaseState& state = result_.state;
    for (const auto& [name, value] : fields_.entries()) {
      const int slot = SlotOf(name);
      if (slot >= 0) state.data[static_cast<size_t>(slot)] = value;
    }
    for (const auto& [slot, truth] : derived_) {
      const chart::DataField& field = chart_.data[static_cast<size_t>(slot)];
      Value& place = state.data[static_cast<size_t>(slot)];
      if (fields_.Find(field.id) != nullptr || !(place == truth.from) || truth.from == truth.to) {
        continue;
      }
      place = truth.to;
      // Only dates are shown: a history holds no personal text.
      if (truth.from.date() != nullptr && truth.to.date() != nullptr) {
        result_.notes.push_back(StrCat(wording_.following, LabelOf(slot), "由",
                                       ToChinese(*truth.from.date()), "改为",
                                       ToChinese(*truth.to.date())));
      } else if (!field.implicit) {
        result_.notes.push_back(StrCat(wording_.following, LabelOf(slot)));
      }
    }
    for (const auto& [id, truth] : timers_) ApplyTimer(id, truth);
  }

  // A deadline of a state that was left goes by the right day too, but nobody waits for it.
  bool RunsNow(int timer) const {
    const auto& active = result_.state.configuration;
    return timer >= 0 &&
           std::ranges::any_of(chart_.timers[static_cast<size_t>(timer)].runs_in, [&](int state) {
             return std::ranges::find(active, chart_.at(state).id) != active.end();
           });
  }

  void ApplyTimer(const std::string& id, const Truth<TimerState>& truth) {
    TimerState* timer = Find(result_.state, id);
    if (timer == nullptr || !SameEnd(*timer, truth.from) || SameEnd(truth.from, truth.to)) return;
    const int index = chart_.FindTimer(id);
    const std::string name =
        index < 0 ? id : StrCat(id, chart_.timers[static_cast<size_t>(index)].label);
    const std::string end =
        truth.to.due ? ToChinese(chart::LastDay(*truth.to.due)) : std::string("不计算");
    if (timer->due && timer->fired_due == timer->due) {
      result_.warnings.push_back(StrCat("期限", name, "已经届满办理，", wording_.new_end, end,
                                        wording_.cause, "，请核对已办事项"));
      of_deadlines_.push_back(result_.warnings.back());
      return;
    }
    result_.notes.push_back(
        StrCat("期限", name, wording_.by, "：届满日由",
               timer->due ? ToChinese(chart::LastDay(*timer->due)) : std::string("暂停中"), "改为",
               truth.to.due ? end : std::string(truth.to.paused_left_ms ? "暂停中" : "不计算"),
               wording_.cause));
    if (RunsNow(index)) of_deadlines_.push_back(result_.notes.back());
    timer->due = truth.to.due;
    timer->paused_left_ms = truth.to.paused_left_ms;
    timer->warnings.clear();
    for (const Instant at : truth.to.warnings) {
      if (at > env_.now) timer->warnings.push_back(at);
    }
  }

  const chart::Chart& chart_;
  std::span<const PastStep> past_;
  const Context& fields_;
  const chart::Env& env_;
  Method method_;
  Wording wording_;
  chart::StepResult result_;
  std::vector<DataTruths> direct_;    // by step: the corrected data, as they stood in it
  std::vector<bool> moved_;           // by step: the calendar answers it otherwise now
  std::vector<chart::Read> answers_;  // of the calendar, the latest to each question
  std::function<void(const Date&)> on_;
  DataTruths derived_;  // what followed from them so far
  TimerTruths timers_;
  std::vector<std::string> of_deadlines_;
  FactsByRow standing_;
  bool again_ = false;  // the case was put right before
};

// The names a template reads, and the data behind the parties among them.
std::set<std::string, std::less<>> NamesRead(const Definition& definition,
                                             const std::string& code) {
  std::set<std::string, std::less<>> out;
  const auto compiled = definition.templates.find(code);
  if (compiled == definition.templates.end()) return out;
  for (const doc::FieldUse& use : doc::Fields(compiled->second)) {
    out.insert(use.path.substr(0, use.path.find('.')));
  }
  for (const chart::Party& party : definition.chart->parties) {
    if (!out.contains(party.name)) continue;
    for (const std::string& path : party.expr.compiled.read_paths()) {
      out.insert(path.substr(0, path.find('.')));
    }
  }
  return out;
}

const chart::IssueDocument* IssueOf(const DocumentRecord& paper, std::span<const PastStep> past) {
  for (const PastStep& step : past) {
    if (step.seq != paper.seq) continue;
    const auto position = static_cast<size_t>(paper.position);
    return position < step.effects.size()
               ? std::get_if<chart::IssueDocument>(&step.effects[position])
               : nullptr;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> OutdatedPapers(std::string_view what, const Definition& definition,
                                        std::span<const PastStep> past, const CaseState& before,
                                        const CaseState& after,
                                        std::span<const DocumentRecord> papers) {
  std::vector<std::string> out;
  for (const DocumentRecord& paper : papers) {
    const chart::IssueDocument* issue = paper.status == "void" ? nullptr : IssueOf(paper, past);
    if (issue == nullptr) continue;
    const auto names = NamesRead(definition, paper.code);
    std::vector<std::string> labels;
    for (const chart::DataField& field : definition.chart->data) {
      const Value was = DatumIn(before, field.slot);
      const Value* printed = issue->data.Find(field.id);
      if (was == DatumIn(after, field.slot) || printed == nullptr || !(*printed == was)) continue;
      if (was.is_null() || !names.contains(field.id)) continue;
      labels.push_back(field.label.empty() ? field.id : field.label);
    }
    if (labels.empty()) continue;
    out.push_back(StrCat("已签发的《", paper.title, "》", paper.number.empty() ? "" : "（",
                         paper.number, paper.number.empty() ? "" : "）", "印的是", what, "前的",
                         Join(labels, "、"), "，文书不随", what,
                         "改变，需要更换的请另行作废、重新制作"));
  }
  return out;
}

Method MethodOf(const Value& event_data) {
  return event_data["method"] == CurrentMethod().second ? Method::kEntered : Method::kRuleFirst;
}

Context::Entry CurrentMethod() {
  return {"method", Value(2)};
}

chart::StepResult Correct(const Definition& definition, std::span<const PastStep> past,
                          const CaseState& now, const Value& data, const chart::Env& env) {
  const Context none;
  const Context* fields = data["fields"].context();
  return Correction(definition, past, now, fields == nullptr ? none : *fields, env, MethodOf(data),
                    OfCorrection())
      .Run();
}

bool AsksCalendar(std::string_view function) {
  constexpr std::array<std::string_view, 5> kAsking = {"due", "due_before", "working_days_after",
                                                       "working_days_between", "is_working_day"};
  return std::find(kAsking.begin(), kAsking.end(), function) != kAsking.end();
}

chart::StepResult Recount(const Definition& definition, std::span<const PastStep> past,
                          const CaseState& now, const Value& change, const chart::Env& env,
                          const std::function<void(const Date&)>& on) {
  const Context none;
  Correction correction(definition, past, now, none, env, MethodOf(change), OfCalendar(change));
  if (!correction.AskAgain(on)) return correction.Unmoved();
  chart::StepResult out = correction.Run();
  if (MethodOf(change) == Method::kRuleFirst || correction.of_deadlines().empty()) return out;
  if (on) on(env.today);
  chart::StepResult told =
      chart::TellOwners(*definition.chart, out.state, Join(correction.of_deadlines(), "；"), env);
  for (chart::Read& read : told.reads) out.reads.push_back(std::move(read));
  for (chart::Effect& effect : told.effects) out.effects.push_back(std::move(effect));
  return out;
}

}  // namespace anjuan::runtime
