#include "engine/chart/sessions.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/reader.h"

namespace anjuan::chart {

namespace {

// Sessions that answer each other, or invoke themselves, would never come to rest.
constexpr int kMostEvents = 20'000;  // in one Run
constexpr size_t kMostSessions = 1'000;
constexpr size_t kMostLog = 100'000;

constexpr std::string_view kSession = "#_scxml_";

}  // namespace

Sessions::Session* Sessions::Find(std::string_view id) {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}
const Sessions::Session* Sessions::Find(std::string_view id) const {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}

Sessions::Session* Sessions::Child(std::string_view parent, std::string_view invoke_id) {
  for (auto& [id, session] : sessions_) {
    if (session.live && session.parent == parent && session.invoke_id == invoke_id) {
      return &session;
    }
  }
  return nullptr;
}

bool Sessions::running(std::string_view session) const {
  const Session* found = Find(session);
  return found != nullptr && found->live;
}

std::vector<std::string> Sessions::Configuration(std::string_view session) const {
  std::vector<std::string> out;
  const Session* found = Find(session);
  if (found == nullptr) return out;
  for (const std::string& id : found->state.configuration) {
    const StateKind kind = found->chart->at(found->chart->FindState(id)).kind;
    if (kind == StateKind::kAtomic || kind == StateKind::kFinal) out.push_back(id);
  }
  return out;
}

void Sessions::Note(const std::string& session, std::string_view text) {
  if (log_.size() < kMostLog) log_.push_back(StrCat(session, ": ", text));
}

// ---- documents ---------------------------------------------------------------------------------

Result<std::shared_ptr<const Chart>> Sessions::ReadDocument(std::string_view document,
                                                            std::string_view file) {
  const auto known = charts_.find(std::string(document));
  if (known != charts_.end()) return known->second;
  ReadOptions options;
  options.workflow = false;
  options.load = load_;
  Result<Chart> chart = ReadChart(document, file, options);
  if (!chart) return Unexpected{std::move(chart.error())};
  auto shared = std::make_shared<const Chart>(*std::move(chart));
  charts_.emplace(document, shared);
  return std::shared_ptr<const Chart>(std::move(shared));
}

Result<std::string> Sessions::Start(std::string_view document, std::string_view file) {
  Result<std::shared_ptr<const Chart>> chart = ReadDocument(document, file);
  if (!chart) return Unexpected{std::move(chart.error())};
  Session session;
  session.id = StrCat("session", ++started_);
  session.chart = *std::move(chart);
  std::string id = session.id;
  sessions_.emplace(id, std::move(session));
  waiting_.push_back({id, Begin()});
  return id;
}

void Sessions::Send(std::string_view session, std::string event, Value data) {
  Event out;
  out.name = std::move(event);
  out.data = std::move(data);
  waiting_.push_back({std::string(session), std::move(out)});
}

// ---- the loop ----------------------------------------------------------------------------------

bool Sessions::Run(Instant until) {
  for (int handled = 0;;) {
    while (!waiting_.empty()) {
      if (++handled > kMostEvents) {
        mistakes_.push_back(
            {.code = "chart.endless", .message = StrCat("no rest after ", kMostEvents, " events")});
        return false;
      }
      const Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      if (!Handle(next)) return false;
    }
    const auto due = delayed_.begin();
    if (due == delayed_.end() || due->first > until) break;
    now_ = std::max(now_, due->first);
    const Delayed delayed = std::move(due->second);
    delayed_.erase(due);
    Deliver(delayed.sender, delayed.send);
  }
  now_ = std::max(now_, until);
  return true;
}

Env Sessions::EnvOf(const Session& session) {
  Env env;
  env.now = now_;
  env.today = BeijingDate(now_);
  env.case_info.Set("id", Value(session.id));
  if (!session.parent.empty()) env.case_info.Set("parent", Value(session.parent));
  env.host = this;
  env.session = true;
  return env;
}

bool Sessions::Handle(const Waiting& waiting) {
  Session* session = Find(waiting.session);
  if (session == nullptr || !session->live) return true;
  asking_ = session->id;
  const Env env = EnvOf(*session);
  const Event* event = std::get_if<Event>(&waiting.what);
  StepResult result = event != nullptr ? Step(*session->chart, session->state, *event, env)
                                       : chart::Start(*session->chart, session->initial, env);
  return Take(waiting.session, std::move(result), event);
}

// What a step left: its state, its signals in order, and its end.
bool Sessions::Take(const std::string& id, StepResult result, const Event* event) {
  Session* session = Find(id);
  session->state = std::move(result.state);
  for (std::string& note : result.notes) Note(id, std::move(note));
  for (const Diagnostic& error : result.errors) {
    if (error.code == "chart.endless") {
      mistakes_.push_back(error);
      return false;
    }
    Note(id, StrCat("error.execution: ", error.message));
  }
  handled_ = event;
  for (const Signal& signal : result.signals) {
    std::visit([&](const auto& what) { Do(id, what); }, signal);
  }
  handled_ = nullptr;
  if (!session->state.running && session->live) End(id, result.done_data);
  return true;
}

// ---- signals -----------------------------------------------------------------------------------

void Sessions::Do(const std::string& session, const SignalSend& send) {
  if (send.delay_ms > 0) {
    delayed_.emplace(now_ + send.delay_ms, Delayed{session, send});
  } else {
    Deliver(session, send);
  }
}

void Sessions::Do(const std::string& session, const CancelSend& cancel) {
  std::erase_if(delayed_, [&](const auto& entry) {
    return entry.second.sender == session && entry.second.send.id == cancel.id;
  });
}

void Sessions::Do(const std::string& session, const StartInvoke& start) {
  const auto refuse = [&](const Diagnostics& why) {
    Unreachable(session, why.empty() ? "" : Render(why.front()), "");
  };
  Prune();
  if (sessions_.size() >= kMostSessions) {
    return refuse(
        {{.code = "chart.invoke", .message = StrCat("more than ", kMostSessions, " sessions")}});
  }
  Result<std::string> text = start.content;
  if (start.content.empty()) {
    text = load_ ? load_(start.src)
                 : Fail("chart.src", StrCat("\"", start.src, "\" cannot be fetched here"));
  }
  if (!text) return refuse(text.error());
  const std::string file = start.src.empty() ? StrCat(session, "/", start.id) : start.src;
  Result<std::shared_ptr<const Chart>> chart = ReadDocument(*text, file);
  if (!chart) return refuse(chart.error());
  Session child;
  child.id = StrCat("session", ++started_);
  child.parent = session;
  child.invoke_id = start.id;
  child.chart = *std::move(chart);
  child.initial = start.data;
  // It starts before the next event of anybody, in the order of invoking.
  const auto behind = std::find_if(waiting_.begin(), waiting_.end(), [](const Waiting& waiting) {
    return std::holds_alternative<Event>(waiting.what);
  });
  waiting_.insert(behind, {child.id, Begin()});
  std::string id = child.id;
  sessions_.emplace(std::move(id), std::move(child));
}

// Children that ended are kept for what is still said of them; not for ever.
void Sessions::Prune() {
  if (sessions_.size() < kMostSessions) return;
  std::erase_if(sessions_, [](const auto& entry) {
    return !entry.second.live && !entry.second.parent.empty();
  });
}

// The child's exit handlers run, but its parent hears nothing of it any more (section 6.4.3).
void Sessions::Do(const std::string& session, const CancelInvoke& cancel) {
  Session* child = Child(session, cancel.id);
  if (child == nullptr) return;
  child->live = false;
  const std::string id = child->id;
  asking_ = id;
  StepResult result = Stop(*child->chart, child->state, EnvOf(*child));
  const Event* handled = handled_;
  Take(id, std::move(result), nullptr);
  handled_ = handled;
  std::erase_if(delayed_, [&](const auto& entry) { return entry.second.sender == id; });
}

void Sessions::Do(const std::string& session, const ForwardEvent& forward) {
  const Session* child = Child(session, forward.id);
  if (child != nullptr && handled_ != nullptr) waiting_.push_back({child->id, *handled_});
}

// ---- delivery ----------------------------------------------------------------------------------

std::string Sessions::Target(const Session& sender, std::string_view target) {
  if (target.empty()) return sender.live ? sender.id : "";
  const Session* to = nullptr;
  if (target == "#_parent") {
    // One that was cancelled has no parent any more.
    to = sender.live ? Find(sender.parent) : nullptr;
  } else if (target.starts_with(kSession)) {
    to = Find(target.substr(kSession.size()));
    if (to != nullptr && to->id == sender.parent && !sender.live) to = nullptr;
  } else {
    to = Child(sender.id, target.substr(std::min<size_t>(2, target.size())));
  }
  return to != nullptr && to->live ? to->id : "";
}

Result<Value> Sessions::Call(std::string_view function, std::span<const Value> arguments) {
  if (function != "reachable" || arguments.size() != 1 || arguments[0].string() == nullptr) {
    return Fail("feel.host", StrCat("a session knows no ", function, "()"));
  }
  const Session* session = Find(asking_);
  return Value(session != nullptr && !Target(*session, *arguments[0].string()).empty());
}

void Sessions::Deliver(const std::string& sender_id, const SignalSend& send) {
  const Session* sender = Find(sender_id);
  if (sender == nullptr) return;
  const std::string to = Target(*sender, send.target);
  if (to.empty()) {
    if (sender->live) {
      Unreachable(sender_id, StrCat(send.event, ": nobody at \"", send.target, "\""),
                  send.id_given ? send.id : "");
    }
    return;
  }
  Event event;
  event.name = send.event;
  event.data = send.data;
  event.origin = StrCat(kSession, sender_id);
  event.origintype = kScxmlEvents;
  if (send.id_given) event.sendid = send.id;
  if (to == sender->parent) event.invokeid = sender->invoke_id;
  waiting_.push_back({to, std::move(event)});
}

// An error of the platform belongs into the internal queue, which is empty between two steps: it is
// handled before anything else.
void Sessions::Unreachable(const std::string& session, const std::string& why,
                           const std::string& sendid) {
  Note(session, StrCat("error.communication: ", why));
  Event event;
  event.name = "error.communication";
  event.kind = Event::Kind::kPlatform;
  event.sendid = sendid;
  Context data;
  data.Set("code", Value("chart.session"));
  data.Set("message", Value(why));
  event.data = Value(std::move(data));
  const auto behind = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
    const Event* other = std::get_if<Event>(&waiting.what);
    return waiting.session != session || other == nullptr || other->kind != Event::Kind::kPlatform;
  });
  waiting_.insert(behind, {session, std::move(event)});
}

void Sessions::End(const std::string& id, const Value& done_data) {
  Session* session = Find(id);
  session->live = false;
  // What it wanted to send later is not sent (section 6.2.4).
  std::erase_if(delayed_, [&](const auto& entry) { return entry.second.sender == id; });
  const Session* parent = Find(session->parent);
  if (parent == nullptr || !parent->live) return;
  Event done;
  done.name = StrCat("done.invoke.", session->invoke_id);
  done.data = done_data;
  done.origin = StrCat(kSession, id);
  done.origintype = kScxmlEvents;
  done.invokeid = session->invoke_id;
  waiting_.push_back({parent->id, std::move(done)});
}

}  // namespace anjuan::chart
