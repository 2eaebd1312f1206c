#include "engine/runtime/outbox.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/payload.h"
#include "engine/value/json.h"
#include "engine/vault/document.h"
#include "engine/vault/rewrap.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

constexpr std::int64_t kBatch = 128;
constexpr std::int64_t kMostAttempts = 3;
constexpr size_t kRenderers = 2;
constexpr Instant kLeaseMs = 5'000;  // a batch of papers is rendered in a second

Row KeyOf(const OutboxRecord& row) {
  return {Cell(row.area), Cell(row.case_id), Cell(row.seq), Cell(row.position)};
}

// A lease far ahead was written by a clock that ran ahead: it holds nobody up.
bool IsLeased(const OutboxRecord& row, Instant now) {
  return row.lease_until > now && row.lease_until <= now + kLeaseMs;
}

Actor Engine() {
  return {.account = "engine", .role = "", .org = "", .region = ""};
}

}  // namespace

// A paper on its way: rendered outside any transaction, attached inside one.
struct Outbox::Paper {
  OutboxRecord row;
  std::optional<DocumentRecord> record;  // nullopt: issued already
  bool await_seal = false;
  std::string bytes;
  std::string error;
};

void Add(OutboxReport& to, const OutboxReport& from) {
  to.documents += from.documents;
  to.spawned += from.spawned;
  to.delivered += from.delivered;
  to.dead_letters += from.dead_letters;
  to.failed += from.failed;
}

OutboxReport Outbox::Drain() {
  OutboxReport report;
  while (DrainOnce(report)) {
  }
  return report;
}

// What may be done now, in its order, up to a batch.
std::vector<OutboxRecord> Outbox::Waiting() {
  std::vector<OutboxRecord> rows;
  const Instant now = office_.MachineTime();
  held_.clear();
  others_work_ = false;
  office_.store().Read([&](port::Reader& reader) {
    reader.Scan(port::outbox::kTable, {.index = 0}, [&](const Row& row) {
      OutboxRecord record = ToOutbox(row);
      const bool stuck = record.attempts >= kMostAttempts || IsHeld(record);
      if (stuck && record.kind == "send") held_.insert(record.case_id);
      const bool leased = IsLeased(record, now);
      others_work_ = others_work_ || (!stuck && leased);
      if (!stuck && !leased) rows.push_back(std::move(record));
      return static_cast<std::int64_t>(rows.size()) < kBatch;
    });
  });
  return rows;
}

OutboxReport Outbox::DrainAll() {
  constexpr std::chrono::milliseconds kPause{20};
  OutboxReport report = Drain();
  const auto give_up =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(kLeaseMs + 1000);
  while (others_work_ && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(kPause);
    Add(report, Drain());
  }
  return report;
}

bool Outbox::DrainOnce(OutboxReport& report) {
  const std::vector<OutboxRecord> rows = Waiting();
  if (rows.empty()) return false;
  // Papers and notices of the batch go together; anything else keeps its place in the order.
  std::vector<OutboxRecord> papers;
  std::vector<OutboxRecord> notices;
  const auto flush = [&] {
    IssuePapers(papers, report);
    papers.clear();
    Tell(notices);
    notices.clear();
  };
  for (const OutboxRecord& row : rows) {
    if (row.kind == "document") {
      papers.push_back(row);
    } else if (row.kind == "notify") {
      notices.push_back(row);
    } else {
      flush();
      Handle(row, report);
    }
  }
  flush();
  return true;
}

// The rows that are ours for a while; those another process claimed meanwhile are left to it.
std::vector<OutboxRecord> Outbox::Claim(const std::vector<OutboxRecord>& papers) {
  std::vector<OutboxRecord> ours;
  const Instant now = office_.MachineTime();
  office_.writer().Run([&](port::Transaction& transaction) {
    ours.clear();
    for (const OutboxRecord& paper : papers) {
      const std::optional<Row> row = transaction.Get(port::outbox::kTable, KeyOf(paper));
      if (!row) continue;  // done by another
      OutboxRecord claimed = ToOutbox(*row);
      if (IsLeased(claimed, now)) continue;
      const std::int64_t before = claimed.claim;
      ++claimed.claim;
      claimed.lease_until = now + kLeaseMs;
      const bool won =
          transaction.PutIf(port::outbox::kTable, ToRow(claimed), port::outbox::kClaim, before);
      if (won) ours.push_back(std::move(claimed));
    }
    return true;
  });
  return ours;
}

void Outbox::IssuePapers(const std::vector<OutboxRecord>& waiting, OutboxReport& report) {
  if (waiting.empty()) return;
  const std::vector<OutboxRecord> rows = Claim(waiting);
  if (rows.empty()) return;
  std::vector<Paper> papers(rows.size());
  const size_t renderers = std::min(kRenderers, rows.size());
  std::vector<std::future<void>> work;
  for (size_t first = 0; first < renderers; ++first) {
    work.push_back(std::async(std::launch::async, [&, first] {
      for (size_t i = first; i < rows.size(); i += renderers) papers[i] = RenderPaper(rows[i]);
    }));
  }
  for (std::future<void>& done : work) done.get();
  // Copies first: after a crash in between they are made again, while a paper that is attached
  // already would never get its copy.
  for (const Paper& paper : papers) {
    if (paper.error.empty() && paper.record) printer_(*paper.record, paper.bytes);
  }
  Attach(papers, report);
}

Outbox::Paper Outbox::RenderPaper(const OutboxRecord& row) {
  Paper paper;
  paper.row = row;
  office_.store().Read([&](port::Reader& reader) {
    const std::optional<Row> stored = reader.Get(port::documents::kTable, KeyOf(row));
    ANJUAN_CHECK(stored.has_value());  // written with the outbox row
    DocumentRecord record = ToDocument(*stored);
    const std::optional<CaseRecord> owner = LoadCase(reader, row.area, row.case_id);
    if (record.status != "pending" || !owner) return;
    const Result<Value> body = ReadCanonical(row.body);
    const auto definition = office_.FindDefinition(reader, owner->definition);
    ANJUAN_CHECK(body.has_value() && definition != nullptr);
    const chart::IssueDocument issue = ToIssueDocument(*body);
    paper.await_seal = issue.await_seal;
    const Result<doc::Pages> pages =
        LayOut(office_, reader, *definition, issue, record.issued_at, &record);
    if (!pages) {
      paper.error = KeptText(pages.error());
      return;
    }
    const auto bytes = RenderDocument(office_, record, *pages);
    if (!bytes) {
      paper.error = "the document's key was erased";
    } else if (!*bytes) {
      paper.error = KeptText(bytes->error());
    } else {
      paper.bytes = **bytes;
      paper.record = std::move(record);
    }
  });
  return paper;
}

namespace {

// What the history says of an issued paper, and what a replay compares.
Context PaperPayload(const DocumentRecord& record, std::int64_t bytes) {
  return Context({{"seq", Value(record.seq)},
                  {"position", Value(record.position)},
                  {"code", Value(record.code)},
                  {"number", Value(record.number)},
                  {"sha256", Value(record.sha256)},
                  {"bytes", Value(bytes)},
                  {"environment", Value(record.environment)}});
}

// A paper that shows its verification code can be found by it.
void PutVerification(const Office& office, port::Transaction& transaction, const LoadedCase& loaded,
                     const DocumentRecord& record) {
  const auto it = loaded.definition->templates.find(record.code);
  if (it == loaded.definition->templates.end()) return;
  const std::vector<doc::FieldUse> fields = doc::Fields(it->second);
  const bool shown = std::any_of(fields.begin(), fields.end(), [](const doc::FieldUse& use) {
    return use.path == "_x.verification";
  });
  if (!shown) return;
  if (const auto code = VerificationCode(office, record)) {
    transaction.Put(port::search::kTable, VerificationKey(loaded.record, *code));
  }
}

// Writes the bytes where the document is still pending; a row that advances seq, not the version.
void AttachOne(Office& office, port::Transaction& transaction, DocumentRecord& record,
               const std::string& bytes, bool await_seal) {
  const Row key = {Cell(record.area), Cell(record.case_id), Cell(record.seq),
                   Cell(record.position)};
  const std::optional<Row> stored = transaction.Get(port::documents::kTable, key);
  std::optional<LoadedCase> loaded =
      LoadWithState(office, transaction, record.area, record.case_id);
  if (!stored || !loaded) return;
  const DocumentRecord current = ToDocument(*stored);
  const std::string& status = current.status;
  if (status != "pending" && status != "void") return;
  // The office key may have been replaced since the record was read.
  vault::EnsureCurrent(transaction, office.keys());
  record.wrapped_key = current.wrapped_key;
  const std::optional<vault::Box> box = vault::SealDocument(
      office.keys(), office.random(), IdentityOf(record), record.wrapped_key, bytes);
  ANJUAN_CHECK(box.has_value());  // the key opened for the salt a moment ago
  record.bytes = box->cipher;
  record.nonce = box->nonce;
  record.sha256 = ToHex(Sha256(bytes));
  record.environment = office.pages().Environment();
  record.status = status == "void" ? "void" : await_seal ? "to-seal" : "issued";
  transaction.Put(port::documents::kTable, ToRow(record));

  PutVerification(office, transaction, *loaded, record);
  Entry entry;
  entry.type = "document";
  entry.event = record.code;
  entry.actor = Engine();
  entry.from = AtomicStates(*loaded->definition->chart, loaded->state);
  entry.to = entry.from;
  const auto size = static_cast<std::int64_t>(bytes.size());
  entry.payload = PaperPayload(record, size);
  entry.documents.push_back({.code = record.code,
                             .name = record.title,
                             .media = "application/pdf",
                             .bytes = size,
                             .sha256 = record.sha256});
  AppendEntry(office, transaction, loaded->record, entry);
  transaction.Put(port::cases::kTable, ToRow(loaded->record));
}

}  // namespace

void Outbox::Attach(std::vector<Paper>& papers, OutboxReport& report) {
  office_.writer().Run([&](port::Transaction& transaction) {
    for (Paper& paper : papers) {
      if (!paper.error.empty()) continue;
      if (paper.record) {
        AttachOne(office_, transaction, *paper.record, paper.bytes, paper.await_seal);
      }
      transaction.Delete(port::outbox::kTable, KeyOf(paper.row));
    }
    return true;
  });
  for (const Paper& paper : papers) {
    if (!paper.error.empty()) {
      Fail(paper.row, paper.error);
      ++report.failed;
    } else if (paper.record) {
      ++report.documents;
    }
  }
}

bool Outbox::IsHeld(const OutboxRecord& row) const {
  return row.kind == "send" && held_.contains(row.case_id);
}

void Outbox::Handle(const OutboxRecord& row, OutboxReport& report) {
  if (IsHeld(row)) return;
  if (row.kind == "spawn") {
    Spawn(row, report);
  } else if (row.kind == "send") {
    Send(row, report);
  } else if (row.kind == "cancel") {
    Cancel(row);
    Finish(row);
  } else {
    NoteAndFinish(row, row.kind, row.body);
  }
}

namespace {

std::string SpawnIdentity(const OutboxRecord& row, std::int64_t version) {
  return StrCat(row.case_id, "/", version, "/", row.position);
}

}  // namespace

void Outbox::Spawn(const OutboxRecord& row, OutboxReport& report) {
  const Result<Value> body = ReadCanonical(row.body);
  ANJUAN_CHECK(body.has_value());
  const chart::SpawnCase spawn = ToSpawnCase(*body);
  std::optional<LoadedCase> loaded;
  std::int64_t version = 0;
  office_.store().Read([&](port::Reader& reader) {
    loaded = LoadWithState(office_, reader, row.area, row.case_id);
    const Row key = {Cell(row.area), Cell(row.case_id), Cell(row.seq)};
    const std::optional<Row> cause = reader.Get(port::history::kTable, key);
    if (cause) version = IntegerOf(*cause, port::history::kVersion);
  });
  ANJUAN_CHECK(loaded.has_value());
  const CaseRecord* parent = &loaded->record;
  const std::string identity = SpawnIdentity(row, version);
  // Given up before it was opened: an earlier attempt may have failed.
  const bool dropped = std::any_of(
      loaded->state.children.begin(), loaded->state.children.end(),
      [&](const chart::ChildState& child) { return child.identity == identity && !child.live; });
  if (dropped) {
    Finish(row);
    return;
  }
  OpenCommand command;
  command.process = spawn.process;
  command.region = spawn.region.empty() ? parent->region : spawn.region;
  command.data = Value(spawn.data);
  command.request_id = identity;
  command.parent = parent->id;
  command.spawn = command.request_id;
  const Answer answer = CaseService(office_).Open(command);
  if (!answer.ok()) {
    Fail(row, KeptText(answer.mistakes));
    ++report.failed;
    return;
  }
  Finish(row);
  if (answer.verdict == Verdict::kDone) ++report.spawned;
}

void Outbox::Send(const OutboxRecord& row, OutboxReport& report) {
  const Result<Value> body = ReadCanonical(row.body);
  ANJUAN_CHECK(body.has_value());
  const chart::SendEvent send = ToSendEvent(*body);
  std::string target;
  office_.store().Read([&](port::Reader& reader) {
    const std::optional<CaseRecord> source = LoadCase(reader, row.area, row.case_id);
    if (source && send.target == "#_parent") target = source->parent;
  });
  const std::string identity = StrCat(row.case_id, "/", row.seq, "/", row.position);
  Answer answer = Refuse(Verdict::kNoSuchCase, "send.target", send.target);
  if (!target.empty()) {
    answer = CaseService(office_).Deliver(target, row.case_id, send.event, send.data, identity);
  }
  if (answer.ok()) {
    ++report.delivered;
    Finish(row);
  } else if (answer.verdict == Verdict::kFailed) {
    ++report.failed;
    Fail(row, KeptText(answer.mistakes));
    held_.insert(row.case_id);
  } else {
    ++report.dead_letters;
    NoteAndFinish(row, "dead-letter",
                  StrCat(send.event, " -> ", target.empty() ? send.target : target));
  }
}

void Outbox::Cancel(const OutboxRecord& row) {
  const Result<Value> body = ReadCanonical(row.body);
  ANJUAN_CHECK(body.has_value());
  std::vector<std::string> targets;
  office_.store().Read([&](port::Reader& reader) {
    const std::optional<LoadedCase> parent = LoadWithState(office_, reader, row.area, row.case_id);
    if (!parent) return;
    reader.Scan(
        port::cases::kTable, {.index = 3, .prefix = {Cell(row.case_id)}}, [&](const Row& stored) {
          const CaseRecord child = ToCase(stored);
          for (const chart::ChildState& known : parent->state.children) {
            // A live one is the next child of that name, spawned since.
            if (Value(known.id) == (*body)["id"] && !known.live && known.identity == child.spawn) {
              targets.push_back(child.id);
            }
          }
          return true;
        });
  });
  const std::string identity = StrCat(row.case_id, "/", row.seq, "/", row.position);
  for (const std::string& target : targets) {
    CaseService(office_).Cancel(target, row.case_id, identity);
  }
}

namespace {

// A row about an outbox row, on the case it came from; no step, so no version.
void AppendNote(Office& office, port::Transaction& transaction, LoadedCase& loaded,
                const OutboxRecord& row, const std::string& type, const std::string& text) {
  Entry entry;
  entry.type = type;
  entry.event = row.kind;
  entry.outcome = type == "incident" ? "failed" : "ok";
  entry.actor = Engine();
  entry.from = AtomicStates(*loaded.definition->chart, loaded.state);
  entry.to = entry.from;
  entry.payload = Context({{"text", Value(text)}});
  AppendEntry(office, transaction, loaded.record, entry);
  transaction.Put(port::cases::kTable, ToRow(loaded.record));
}

}  // namespace

// Notices are shown where work lists are made; the history has them. One transaction for all.
void Outbox::Tell(const std::vector<OutboxRecord>& notices) {
  if (notices.empty()) return;
  office_.writer().Run([&](port::Transaction& transaction) {
    for (const OutboxRecord& row : notices) {
      if (!transaction.Delete(port::outbox::kTable, KeyOf(row))) continue;  // done by another
      std::optional<LoadedCase> loaded = LoadWithState(office_, transaction, row.area, row.case_id);
      if (loaded) AppendNote(office_, transaction, *loaded, row, row.kind, row.body);
    }
    return true;
  });
}

// Both in one transaction: a crash between them would tell it twice.
void Outbox::NoteAndFinish(const OutboxRecord& row, const std::string& type,
                           const std::string& text) {
  office_.writer().Run([&](port::Transaction& transaction) {
    if (!transaction.Delete(port::outbox::kTable, KeyOf(row))) return true;  // done by another
    std::optional<LoadedCase> loaded = LoadWithState(office_, transaction, row.area, row.case_id);
    if (!loaded) return true;
    AppendNote(office_, transaction, *loaded, row, type, text);
    if (type == "dead-letter") {
      transaction.Put(port::search::kTable, DeadLetterKey(loaded->record));
    }
    return true;
  });
}

void Outbox::Finish(const OutboxRecord& row) {
  office_.writer().Run([&](port::Transaction& transaction) {
    transaction.Delete(port::outbox::kTable, KeyOf(row));
    return true;
  });
}

void Outbox::Fail(const OutboxRecord& row, const std::string& error) {
  office_.writer().Run([&](port::Transaction& transaction) {
    const std::optional<Row> stored = transaction.Get(port::outbox::kTable, KeyOf(row));
    // Done by another, or another has it now: its failures count, ours no more.
    if (!stored || ToOutbox(*stored).claim != row.claim) return true;
    OutboxRecord failed = row;
    ++failed.attempts;
    failed.error = error;
    failed.lease_until = 0;
    transaction.Put(port::outbox::kTable, ToRow(failed));
    // An event shows on its target (CaseService::Deliver), anything else on its own case.
    if (failed.attempts < kMostAttempts || row.kind == "send") return true;
    std::optional<LoadedCase> loaded = LoadWithState(office_, transaction, row.area, row.case_id);
    if (!loaded || loaded->record.incident) return true;
    loaded->record.incident = true;
    AppendNote(office_, transaction, *loaded, row, "incident", error);
    return true;
  });
}

void ReviveOutbox(port::Transaction& transaction, const CaseRecord& record) {
  std::vector<Row> sources = {{Cell(record.area), Cell(record.id)}};
  transaction.Scan(port::cases::kTable, {.index = 3, .prefix = {Cell(record.id)}},
                   [&](const Row& row) {
                     sources.push_back({row[port::cases::kArea], row[port::cases::kCase]});
                     return true;
                   });
  std::vector<OutboxRecord> stuck;
  for (const Row& source : sources) {
    transaction.Scan(port::outbox::kTable, {.prefix = source}, [&](const Row& row) {
      OutboxRecord waiting = ToOutbox(row);
      if (waiting.attempts > 0) stuck.push_back(std::move(waiting));
      return true;
    });
  }
  for (OutboxRecord& row : stuck) {
    row.attempts = 0;
    row.error.clear();
    row.lease_until = 0;
    transaction.Put(port::outbox::kTable, ToRow(row));
  }
}

}  // namespace anjuan::runtime
