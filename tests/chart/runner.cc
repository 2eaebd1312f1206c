// The commands of a case file.
//
//   clock 2023-03-01T09:00          time of the next steps; the business date is that day
//   today 2023-03-01                another business date
//   actor role@org                  the person of the next events
//   parent case-1                   the case has a parent
//   open {FEEL context}             Start
//   fire event {FEEL context}?      by the actor
//   timer id  /  child id event {…}?  /  platform event   the other kinds of event
//   tick 2023-03-26T00:00           moves the clock, firing what is due
//   select event -> enabled | event | role | guard | error; then optionally `: text` it must
//   contain states a b                      active atomic states entered a b  /  exited a b      of
//   the last step, in order data FEEL                       true over the case's data effect text
//   the next effect of the last step, as RenderEffect writes it effects n                       how
//   many the last step had note text  /  warning text      the last step's notes (warnings) contain
//   it error code                      the last step is refused with that code ended  /  running
//   due id 2023-03-26T00:00 | none | paused      wake id 2023-…T… [warning] | none
//   task event roles                offered now
//   mistake line:column code        the chart is refused; `caution` for a warning; all are listed
//
// After every step the state is stored and read back, and the step is repeated from its reads.
#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "engine/base/text.h"
#include "engine/chart/host.h"
#include "engine/chart/reader.h"
#include "engine/chart/scope.h"
#include "engine/chart/step.h"
#include "engine/value/json.h"
#include "tests/chart/case_file.h"

namespace anjuan::chart {

namespace {

// A small office: one parameter of 20 days, one unknown, one office that is competent.
class Office : public feel::Host {
 public:
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    if (function == "parameter") return Parameter(*arguments[0].string());
    if (function == "due") return Due(arguments);
    if (function == "competent") {
      Context party;
      party.Set("roles", Value(List{arguments[0]}));
      party.Set("org", Value("office-1"));
      party.Set("name", Value("示例市人社局"));
      return Value(std::move(party));
    }
    return Fail("feel.host", StrCat("the office does not know ", function));
  }

 private:
  static Value Parameter(const std::string& id) {
    Context out;
    out.Set("id", Value(id));
    out.Set("value", id == "cc.reply_days" ? Value(20) : Value());
    return Value(std::move(out));
  }
  static Value Due(std::span<const Value> arguments) {
    const Decimal* days = arguments[1]["value"].number();
    if (days == nullptr || arguments[0].date() == nullptr) return Value();
    return Value(AddDays(*arguments[0].date(), *days->ToInteger()));
  }
};

std::string Show(const Value& value) {
  return value.string() != nullptr ? *value.string() : WriteJson(value);
}

std::string ShowParty(const Value& party) {
  return party.is_null() ? "-" : StrCat(Show(party["roles"]), "@", Show(party["org"]));
}

std::string RenderEffect(const Effect& effect) {
  struct Render {
    std::string operator()(const AllocateNumber& e) const {
      return StrCat("number ", e.location, " ", e.kind, " ", e.office, " ", e.year, " ", e.format,
                    e.gapless ? "" : " gaps");
    }
    std::string operator()(const IssueDocument& e) const {
      return StrCat("issue ", e.code, " to ", ShowParty(e.addressee), " by ", ShowParty(e.issuer),
                    " ", WriteJson(Value(e.arguments)), e.await_seal ? " seal" : "");
    }
    std::string operator()(const VoidDocument& e) const {
      return StrCat("void ", e.code, " ", e.reason);
    }
    std::string operator()(const RecordFact& e) const {
      return StrCat("fact ", e.key, " ", e.organisation, " ", e.quantity.ToString(), " ",
                    ToString(e.date), e.reverses.empty() ? "" : StrCat(" reverses ", e.reverses));
    }
    std::string operator()(const SpawnCase& e) const {
      return StrCat("spawn ", e.id, " ", e.process, " ", WriteJson(Value(e.data)),
                    e.region.empty() ? "" : StrCat(" in ", e.region));
    }
    std::string operator()(const SendEvent& e) const {
      return StrCat("send ", e.target, " ", e.event, " ", WriteJson(e.data));
    }
    std::string operator()(const CancelChild& e) const { return StrCat("cancel-child ", e.id); }
    std::string operator()(const Notify& e) const {
      return StrCat("notify ", ShowParty(e.party), " ", e.text);
    }
  };
  return std::visit(Render(), effect);
}

class Runner {
 public:
  explicit Runner(const ChartCase& chart_case) : case_(chart_case) {
    env_.host = &office_;
    SetClock("2023-03-01T09:00");
    env_.case_info.Set("id", Value("case-9"));
    env_.case_info.Set("opened_on", Value(Date{2023, 3, 1}));
  }

  std::string Run() {
    ReadOptions options;
    options.workflow = !case_.plain;
    options.form = [](std::string_view form) { return Form(form); };
    options.form_names = {"reply", "opening"};
    Result<Chart> chart = ReadChart(case_.xml, "chart", options);
    if (chart) {
      chart_ = *std::move(chart);
      found_ = chart_->warnings;
    } else {
      found_ = std::move(chart.error());
    }
    for (const Command& command : case_.commands) {
      std::string failure = Do(command.text);
      if (failure.empty() && !complaint_.empty()) failure = std::move(complaint_);
      if (failure.empty()) continue;
      return StrCat(case_.file, ":", command.line, ": ", command.text, "\n  ", failure);
    }
    // Plain charts of the algorithm's cases need not be free of warnings.
    if (told_ != found_.size() && !(case_.plain && chart_ && told_ == 0)) {
      return StrCat(case_.file, ":", case_.line, ": not all mistakes are expected\n",
                    Render(found_));
    }
    return "";
  }

 private:
  static std::optional<Type> Form(std::string_view form) {
    if (form == "reply") {
      return *ParseType("context{reply_on: date, reason: string, chief: person, note: string}");
    }
    if (form == "opening") return *ParseType("context{employer: string, workers: integer}");
    return std::nullopt;
  }

  void SetClock(std::string_view text) {
    const DateTime at = *ParseDateTime(text);
    env_.now = ToInstant(at);
    env_.today = at.date;
  }

  Value Feel(std::string_view text) {
    if (Trim(text).empty()) return Value();
    const feel::Scope scope;
    const Result<feel::Expression> expression = feel::Compile(text, scope, {});
    if (!expression) {
      complaint_ = Render(expression.error());
      return Value();
    }
    const Result<Value> value = feel::Evaluate(*expression, {}, office_);
    if (!value) complaint_ = Render(value.error());
    return value ? *value : Value();
  }

  static std::string_view TakeWord(std::string_view& rest) {
    rest = Trim(rest);
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest = Trim(rest.substr(word.size()));
    return word;
  }

  std::string Do(std::string_view text) {
    using Handler = std::string (Runner::*)(std::string_view);
    static const std::map<std::string_view, Handler> kHandlers = {
        {"clock", &Runner::Clock},
        {"today", &Runner::Today},
        {"actor", &Runner::Actor},
        {"parent", &Runner::Parent},
        {"open", &Runner::Open},
        {"fire", &Runner::Fire},
        {"timer", &Runner::Timer},
        {"child", &Runner::Child},
        {"platform", &Runner::Platform},
        {"tick", &Runner::Tick},
        {"select", &Runner::SelectEvent},
        {"states", &Runner::States},
        {"entered", &Runner::Entered},
        {"exited", &Runner::Exited},
        {"data", &Runner::Data},
        {"effect", &Runner::NextEffect},
        {"effects", &Runner::Effects},
        {"note", &Runner::Note},
        {"warning", &Runner::Warning},
        {"error", &Runner::Error},
        {"ended", &Runner::Ended},
        {"running", &Runner::Running},
        {"due", &Runner::Due},
        {"wake", &Runner::WakeAt},
        {"task", &Runner::TaskOffered},
        {"mistake", &Runner::Mistake},
        {"caution", &Runner::Caution},
    };
    const std::string_view word = TakeWord(text);
    const auto handler = kHandlers.find(word);
    if (handler == kHandlers.end()) return "no such command";
    const bool reading = word == "mistake" || word == "caution";
    if (!chart_ && !reading) return StrCat("the chart is refused:\n", Render(found_));
    return (this->*handler->second)(text);
  }

  // ---- what happens ----

  std::string Clock(std::string_view text) {
    SetClock(text);
    return "";
  }
  std::string Today(std::string_view text) {
    env_.today = *ParseDate(text);
    return "";
  }
  std::string Actor(std::string_view text) {
    const size_t at = text.find('@');
    role_ = std::string(text.substr(0, at));
    env_.actor.Set("role", Value(role_));
    env_.actor.Set("org", at == std::string_view::npos ? Value() : Value(text.substr(at + 1)));
    return "";
  }
  std::string Parent(std::string_view text) {
    env_.case_info.Set("parent", Value(text));
    return "";
  }

  using Stepping = std::function<StepResult(const Env&)>;

  std::string Keep(const Stepping& step) {
    last_ = step(env_);
    next_effect_ = 0;
    ReplayHost replay(last_.reads);
    Env again = env_;
    again.host = &replay;
    const StepResult repeated = step(again);
    if (repeated.state != last_.state || !replay.finished()) return "the replay differs";
    if (!last_.errors.empty() && chart_->workflow) return "";  // the runtime discards the step
    state_ = last_.state;
    const Result<CaseState> stored = FromValue(*chart_, ToValue(*chart_, state_));
    if (!stored) return Render(stored.error());
    if (*stored != state_) return "the stored state differs";
    return "";
  }

  std::string Open(std::string_view text) {
    const Value data = Feel(text);
    const Context initial = data.context() != nullptr ? *data.context() : Context();
    return Keep([&](const Env& env) { return Start(*chart_, initial, env); });
  }

  std::string Send(Event event) {
    return Keep([&, before = state_](const Env& env) { return Step(*chart_, before, event, env); });
  }

  std::string Fire(std::string_view text) {
    Event event;
    event.name = std::string(TakeWord(text));
    event.origin = role_;
    event.data = Feel(text);
    return Send(std::move(event));
  }
  std::string Timer(std::string_view text) {
    Event event{.name = "", .kind = Event::Kind::kTimer, .origin = std::string(text), .data = {}};
    for (const TimerState& row : state_.timers) {
      if (row.id == text) event.name = row.event;
    }
    return Send(std::move(event));
  }
  std::string Child(std::string_view text) {
    Event event{.name = "", .kind = Event::Kind::kChild, .origin = "", .data = {}};
    event.origin = std::string(TakeWord(text));
    event.name = std::string(TakeWord(text));
    event.data = Feel(text);
    return Send(std::move(event));
  }
  std::string Platform(std::string_view text) {
    return Send(
        {.name = std::string(text), .kind = Event::Kind::kPlatform, .origin = "", .data = {}});
  }

  std::string Tick(std::string_view text) {
    const Instant until = ToInstant(*ParseDateTime(text));
    for (int fired = 0; fired < 1000; ++fired) {
      std::vector<Wake> wakes = Wakes(*chart_, state_);
      std::erase_if(wakes, [&](const Wake& wake) { return wake.at > until; });
      const auto first = std::min_element(wakes.begin(), wakes.end(),
                                          [](const Wake& a, const Wake& b) { return a.at < b.at; });
      if (first == wakes.end()) break;
      env_.now = std::max(env_.now, first->at);
      env_.today = BeijingDate(env_.now);
      const Wake wake = *first;
      std::string failure = wake.warning ? Keep([&, before = state_](const Env& env) {
        return TimerWarning(*chart_, before, wake.timer, env);
      })
                                         : Timer(wake.timer);
      if (!failure.empty()) return failure;
    }
    env_.now = until;
    env_.today = BeijingDate(until);
    return "";
  }

  // ---- what is expected ----

  static std::string Same(std::string_view wanted, const std::string& got) {
    return wanted == got ? "" : StrCat("is: ", got);
  }

  std::string SelectEvent(std::string_view text) {
    const size_t arrow = text.find(" -> ");
    std::string_view left = text.substr(0, arrow);
    std::string_view right = Trim(text.substr(arrow + 4));
    Event event;
    event.name = std::string(TakeWord(left));
    event.origin = role_;
    event.data = Feel(left);
    const Selection selection = Select(*chart_, state_, event, env_);
    static constexpr std::string_view kVerdicts[] = {"enabled", "event", "role", "guard", "error"};
    std::string said(kVerdicts[static_cast<size_t>(selection.verdict)]);
    std::string more =
        Join(selection.roles, " ") + Join(selection.conditions, " ") + Render(selection.errors);
    const size_t colon = right.find(": ");
    if (right.substr(0, colon) != said) return StrCat("is: ", said, ": ", more);
    if (colon != std::string_view::npos &&
        more.find(right.substr(colon + 2)) == std::string::npos) {
      return StrCat("is: ", said, ": ", more);
    }
    return "";
  }

  std::string States(std::string_view text) {
    std::vector<std::string> atomic;
    for (const std::string& id : state_.configuration) {
      const StateKind kind = chart_->at(chart_->FindState(id)).kind;
      if (kind == StateKind::kAtomic || kind == StateKind::kFinal) atomic.push_back(id);
    }
    return Same(text, Join(atomic, " "));
  }
  std::string Entered(std::string_view text) { return Same(text, Join(last_.entered, " ")); }
  std::string Exited(std::string_view text) { return Same(text, Join(last_.exited, " ")); }

  std::string Data(std::string_view text) {
    const Result<feel::Expression> expression =
        feel::Compile(text, chart_->scope, {}, Type::Of(Type::Base::kBoolean));
    if (!expression) return Render(expression.error());
    Expr expr;
    expr.given = true;
    expr.compiled = *expression;
    const Result<Value> value = EvaluateIn(*chart_, state_, expr, env_);
    if (!value) return Render(value.error());
    return *value == Value(true) ? ""
                                 : StrCat("is: ", WriteJson(*value), " in ",
                                          WriteJson(ToValue(*chart_, state_)["data"]));
  }

  std::string NextEffect(std::string_view text) {
    if (next_effect_ >= last_.effects.size()) return "no further effect";
    std::string said = RenderEffect(last_.effects[next_effect_++]);
    // The marks around a number that is not drawn yet, plain and as JSON.
    std::erase(said, '\x02');
    for (size_t at = 0; (at = said.find("\\u0002")) != std::string::npos;) said.erase(at, 6);
    return Same(text, said);
  }
  std::string Effects(std::string_view text) {
    std::string all;
    for (const Effect& effect : last_.effects) all += StrCat("\n    ", RenderEffect(effect));
    return text == std::to_string(last_.effects.size()) ? "" : StrCat("are: ", all);
  }
  static std::string Contains(const std::vector<std::string>& list, std::string_view text) {
    for (const std::string& item : list) {
      if (item.find(text) != std::string::npos) return "";
    }
    return StrCat("are: ", Join(list, " | "));
  }
  std::string Note(std::string_view text) { return Contains(last_.notes, text); }
  std::string Warning(std::string_view text) { return Contains(last_.warnings, text); }
  std::string Error(std::string_view text) {
    if (text == "none") return last_.errors.empty() ? "" : Render(last_.errors);
    for (const Diagnostic& error : last_.errors) {
      if (error.code == text) return "";
    }
    return StrCat("errors: ", Render(last_.errors));
  }
  std::string Ended(std::string_view) { return state_.running ? "runs on" : ""; }
  std::string Running(std::string_view) { return state_.running ? "" : "has ended"; }

  static std::string ShowInstant(Instant at) { return ToBeijingString(at).substr(0, 16); }

  std::string Due(std::string_view text) {
    const std::string_view id = TakeWord(text);
    for (const TimerState& row : state_.timers) {
      if (row.id != id) continue;
      if (row.paused_left_ms) return Same(text, "paused");
      return Same(text, row.due ? ShowInstant(*row.due) : "none");
    }
    return Same(text, "none");
  }
  std::string WakeAt(std::string_view text) {
    const std::string_view id = TakeWord(text);
    for (const Wake& wake : Wakes(*chart_, state_)) {
      if (wake.timer != id) continue;
      return Same(text, StrCat(ShowInstant(wake.at), wake.warning ? " warning" : ""));
    }
    return Same(text, "none");
  }
  std::string TaskOffered(std::string_view text) {
    const std::string_view event = TakeWord(text);
    for (const Task& task : Tasks(*chart_, state_)) {
      if (task.event == event) return Same(text, Join(task.roles, " "));
    }
    return Same(text, "none");
  }

  std::string Expect(std::string_view text, Severity severity) {
    const std::string_view place = TakeWord(text);
    if (told_ < found_.size()) {
      const Diagnostic& next = found_[told_];
      const std::string said = StrCat(next.at.line, ":", next.at.column, " ", next.code);
      const std::string_view code = TakeWord(text);
      const bool hinted =
          text.empty() || StrCat(next.message, next.hint).find(text) != std::string::npos;
      if (said == StrCat(place, " ", code) && next.severity == severity && hinted) {
        ++told_;
        return "";
      }
    }
    return StrCat("found:\n", Render(found_));
  }
  std::string Mistake(std::string_view text) { return Expect(text, Severity::kError); }
  std::string Caution(std::string_view text) { return Expect(text, Severity::kWarning); }

  const ChartCase& case_;
  Office office_;
  Env env_;
  std::string role_;
  std::optional<Chart> chart_;
  Diagnostics found_;
  size_t told_ = 0;
  CaseState state_;
  StepResult last_;
  size_t next_effect_ = 0;
  std::string complaint_;
};

}  // namespace

std::string RunCase(const ChartCase& chart_case) {
  return Runner(chart_case).Run();
}

}  // namespace anjuan::chart
