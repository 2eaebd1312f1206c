// Taking one event in for one case, from whoever, in the caller's transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/chart/step.h"
#include "engine/runtime/command.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/host.h"
#include "engine/runtime/office.h"
#include "engine/runtime/people.h"

namespace anjuan::runtime {

// Region of a case, by its number.
std::string RegionOfCase(std::string_view case_id);

class Firing {
 public:
  Firing(Office& office, port::Transaction& transaction, std::string case_id);
  bool Load();
  LoadedCase& loaded() { return loaded_; }
  const chart::Chart& chart() const { return *loaded_.definition->chart; }
  Answer NoSuchCase() const;
  Answer FromPerson(const FireCommand& command);
  // Whether the case concerns this account at all: asked before anything is told about the case.
  Answer Reach(const Credentials& who) const;
  // Whether a person may name this event at all: the chart's own names to the letter (SCXML would
  // let "submit.anything" pass as "submit", and the history would keep it), or the engine's.
  bool Declares(std::string_view event) const;
  // Timers and other cases: an error becomes an incident, what finds no transition is noted.
  Answer FromEngine(chart::Event event, const std::string& identity);
  chart::Selection::Verdict Fits(const chart::Event& event);
  // A row that says what did not happen; advances seq, not the version.
  void Record(std::string type, std::string event, std::string outcome, const Actor& actor,
              const std::string& command_id, Context payload);

 private:
  CaseHost MakeHost(std::optional<Date> eff_date) const;
  // The roles under which this command may be tried, best first; empty: the account is unknown.
  std::vector<Actor> Candidates(const Credentials& who, const std::vector<std::string>& roles);
  // Persons' roles behind "party:NAME", and the plain ones as they are.
  std::vector<std::string> PersonRoles(const std::vector<std::string>& roles);
  Answer ChartEvent(const FireCommand& command, const std::string& request_id);
  // The role under which the command fits, with its selection; an answer where there is none.
  std::optional<Answer> ChooseActor(const FireCommand& command, const chart::Selection& refused,
                                    CaseHost& host, chart::Event& event, Actor& actor,
                                    chart::Selection& selection);
  Answer TakeStep(chart::Event event, const Actor& actor, const std::string& command_id,
                  std::optional<Date> eff_date, CaseHost& host);
  chart::Selection Select(const chart::Event& event, const Actor& actor, CaseHost& host,
                          const FireCommand& command);
  Answer NoSuchEvent(const FireCommand& command);
  Answer NotYourRole(const FireCommand& command, const chart::Selection& selection);
  static Answer GuardFalse(const chart::Selection& selection);
  // The event's data as its form wants them, personal values sealed.
  Answer TakeForm(const FireCommand& command, const chart::Selection& selection,
                  chart::Event& event);
  Answer EngineEvent(const FireCommand& command, const std::string& request_id);

  Office& office_;
  port::Transaction& transaction_;
  std::string case_id_;
  std::shared_ptr<const Registers> registers_;
  std::string area_;
  LoadedCase loaded_;
};

}  // namespace anjuan::runtime
