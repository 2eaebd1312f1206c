// Carries out what steps left to be done outside: papers, child cases, events between cases,
// notices. Rows leave in the order they came in; doing one twice is harmless, since each is keyed
// by case, version and position, and the write that finishes it is conditional.
//
// Several processes may drain one store. Who renders papers claims their rows first: a token, and a
// lease others respect. The lease saves work and decides nothing: a process that slept through it
// finds its papers issued, or issues them, and what it says about a failure no longer counts.
//
// Source: design section 4; claims by attempt token as in research/engines.md, 5.2.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/runtime/case_service.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"

namespace anjuan::runtime {

struct OutboxReport {
  int documents = 0;
  int spawned = 0;
  int delivered = 0;
  int dead_letters = 0;
  int failed = 0;  // rows that stay for the next attempt; their error stands beside them
};

class Outbox {
 public:
  // Gets each paper once its bytes are safe in the store: the print copy is made from it.
  using Printer = std::function<void(const DocumentRecord&, const std::string& bytes)>;

  Outbox(Office& office, Printer printer) : office_(office), printer_(std::move(printer)) {}

  // Works until nothing is left that can be done now.
  OutboxReport Drain();
  // The same, and waits for what another process has claimed, or does it when that one is gone.
  OutboxReport DrainAll();

 private:
  struct Paper;
  bool DrainOnce(OutboxReport& report);
  std::vector<OutboxRecord> Waiting();
  std::vector<OutboxRecord> Claim(const std::vector<OutboxRecord>& papers);
  void IssuePapers(const std::vector<OutboxRecord>& rows, OutboxReport& report);
  Paper RenderPaper(const OutboxRecord& row);
  void Attach(std::vector<Paper>& papers, OutboxReport& report);
  void Handle(const OutboxRecord& row, OutboxReport& report);
  void Spawn(const OutboxRecord& row, OutboxReport& report);
  void Send(const OutboxRecord& row, OutboxReport& report);
  void Cancel(const OutboxRecord& row);
  void Tell(const std::vector<OutboxRecord>& notices);
  void NoteAndFinish(const OutboxRecord& row, const std::string& type, const std::string& text);
  void Finish(const OutboxRecord& row);
  void Fail(const OutboxRecord& row, const std::string& error);

  bool IsHeld(const OutboxRecord& row) const;

  Office& office_;
  Printer printer_;
  // Cases an event of which waits: what they sent later must not overtake it.
  std::set<std::string> held_;
  bool others_work_ = false;  // rows were left to another process
};

void Add(OutboxReport& to, const OutboxReport& from);

// aj.retry: what failed of this case's rows, or of its children's events for it, is tried again.
void ReviveOutbox(port::Transaction& transaction, const CaseRecord& record);

}  // namespace anjuan::runtime
