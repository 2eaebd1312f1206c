// Sessions of plain SCXML in memory, with a clock of their own: queues, delayed events and invoked
// children around Step. For conformance runs, tests and simulations; cases never run here, since
// nothing of it survives the process (a workflow opens child cases with <aj:spawn>).
//
// Source:  W3C SCXML 1.0, sections 6.2 to 6.5 and C.1; README.md, "Sessions".
// Order:   one event is handled at a time. Events wait in the order in which they were sent, over
//          all sessions; delayed ones leave by their time, then in the order of sending. A child
//          starts after the step that invoked it.
// Units:   milliseconds from 0; time passes in Run alone.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/chart/chart.h"
#include "engine/chart/step.h"

namespace anjuan::chart {

class Sessions : private feel::Host {
 public:
  // The text behind a src ("file:sub.scxml"); none: nothing can be fetched.
  using Loader = std::function<Result<std::string>(std::string_view uri)>;
  explicit Sessions(Loader load = {}) : load_(std::move(load)) {}

  // Reads a document and starts it; its id, or why it is refused. Nothing has run yet.
  Result<std::string> Start(std::string_view document, std::string_view file);

  // An event from outside.
  void Send(std::string_view session, std::string event, Value data = {});

  // Handles all events due until `until` and leaves the clock there. False: the sessions keep each
  // other busy without end, or a document loops without an event; mistakes() says which.
  bool Run(Instant until);

  Instant now() const { return now_; }
  bool running(std::string_view session) const;
  // Active atomic states in document order; of a session that ended, the one it ended in.
  std::vector<std::string> Configuration(std::string_view session) const;
  // What <log> said and what went unheard, as "session: text".
  const std::vector<std::string>& log() const { return log_; }
  const Diagnostics& mistakes() const { return mistakes_; }

 private:
  struct Session {
    std::string id;
    std::string parent;     // "" of one started from outside
    std::string invoke_id;  // under which the parent knows it
    std::shared_ptr<const Chart> chart;
    Context initial;
    CaseState state;
    bool live = true;
  };
  struct Begin {};
  struct Waiting {
    std::string session;
    std::variant<Begin, Event> what;
  };
  struct Delayed {
    std::string sender;
    SignalSend send;
  };

  // The only question a step asks: reachable(target).
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override;

  Result<std::shared_ptr<const Chart>> ReadDocument(std::string_view document,
                                                    std::string_view file);
  bool Handle(const Waiting& waiting);
  bool Take(const std::string& session, StepResult result, const Event* event);
  void Do(const std::string& session, const SignalSend& send);
  void Do(const std::string& session, const CancelSend& cancel);
  void Do(const std::string& session, const StartInvoke& start);
  void Do(const std::string& session, const CancelInvoke& cancel);
  void Do(const std::string& session, const ForwardEvent& forward);
  void Deliver(const std::string& sender, const SignalSend& send);
  void End(const std::string& session, const Value& done_data);
  void Prune();
  void Unreachable(const std::string& session, const std::string& why, const std::string& sendid);
  void Note(const std::string& session, std::string_view text);

  Session* Find(std::string_view id);
  const Session* Find(std::string_view id) const;
  Session* Child(std::string_view parent, std::string_view invoke_id);
  std::string Target(const Session& sender, std::string_view target);  // "" where nobody is there
  Env EnvOf(const Session& session);

  Loader load_;
  Instant now_ = 0;
  std::map<std::string, Session, std::less<>> sessions_;
  std::map<std::string, std::shared_ptr<const Chart>> charts_;  // by their text
  std::deque<Waiting> waiting_;
  std::multimap<Instant, Delayed> delayed_;  // of one instant in the order of sending
  const Event* handled_ = nullptr;           // the event being handled, for forwarding
  std::string asking_;                       // the session whose step runs
  std::vector<std::string> log_;
  Diagnostics mistakes_;
  int started_ = 0;
};

}  // namespace anjuan::chart
