// The rows of an office as plain structs: what port/schema.h's cells mean, written once for every
// store. Each struct has its table's columns in order; Load* give nullopt where the key is absent.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/temporal.h"
#include "engine/port/store.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

struct CaseRecord {
  std::string area;
  std::string id;
  std::string process;
  std::string definition;  // hash
  std::int64_t version = 0;
  std::int64_t seq = -1;  // of the last history row
  std::string head;       // leaf hash of that row, hex
  std::string state;      // canonical CaseState
  std::string states;     // active atomic states
  std::string region;
  std::string owner;
  std::string subject;
  Instant opened_at = 0;
  Instant updated_at = 0;
  bool ended = false;
  bool incident = false;
  std::string parent;
  std::string spawn;  // identity of the effect that opened it
};

struct HistoryRecord {
  std::string area;
  std::string case_id;
  std::int64_t seq = 0;
  std::int64_t version = 0;
  std::string type;
  std::string event;
  Instant at = 0;
  std::string actor;
  std::string leaf;
  std::string hash;
  std::string payload;
  std::string key;
};

struct OutboxRecord {
  std::string area;
  std::string case_id;
  std::int64_t seq = 0;
  std::int64_t position = 0;
  std::string kind;  // document, spawn, send, cancel, notify
  std::string body;  // canonical JSON, no personal values
  std::int64_t order = 0;
  std::int64_t attempts = 0;
  std::string error;
  std::int64_t claim = 0;   // token: who has it claimed since leaves the row alone
  Instant lease_until = 0;  // a hint for other processes
};

struct DocumentRecord {
  std::string area;
  std::string case_id;
  std::int64_t seq = 0;
  std::int64_t position = 0;
  std::string code;
  std::string number;
  std::string title;
  std::string status;  // pending, issued, to-seal, void
  std::string sha256;
  Instant issued_at = 0;
  std::string bytes;  // encrypted
  std::string nonce;
  std::string wrapped_key;
  std::string salt;  // encrypted
  std::string environment;
};

struct FactRecord {
  std::string area;
  std::string case_id;
  std::int64_t seq = 0;
  std::int64_t position = 0;
  std::string key;
  std::string organisation;
  std::string quantity;
  std::string date;
  Instant recorded_at = 0;
  std::string reverses;
};

// A case that was moved has rows for its regions too: state "@region/430602". The first begins ""
// (at the opening).
inline constexpr std::string_view kRegionInterval = "@region/";

struct IntervalRecord {
  std::string area;
  std::string case_id;
  std::int64_t seq = 0;
  std::string state;
  std::string entered_on;
  std::string left_on;
};

struct TimerRecord {
  std::string area;
  std::string case_id;
  std::string timer;
  Instant due = 0;
  bool warning = false;
};

struct DefinitionRecord {
  std::string name;
  std::int64_t version = 0;
  std::string hash;
  std::string title;
  Instant published_at = 0;
  std::string author;
  std::string parent_hash;
};

// The search row of a case that got an event nobody took, until somebody saw to it (aj.retry):
// found by dead_letter=1.
port::Row DeadLetterKey(const CaseRecord& record);
// The search rows of who acted in a case (actor=…) and of its official numbers, also those of
// papers declared void since (number=…).
port::Row ActorKey(const CaseRecord& record, std::string_view account);
port::Row NumberKey(const CaseRecord& record, std::string_view number);
// The search row of a case that was moved to another region, ever (moved=1).
port::Row MovedKey(const CaseRecord& record);
// The search row of a case under hold (留存): nothing of it is erased or disposed of. hold=1.
port::Row HoldKey(const CaseRecord& record);
// The search row of a paper's verification code (verification=…): whoever is shown the paper finds
// the case it came from.
port::Row VerificationKey(const CaseRecord& record, std::string_view code);

port::Row ToRow(const CaseRecord& record);
port::Row ToRow(const HistoryRecord& record);
port::Row ToRow(const OutboxRecord& record);
port::Row ToRow(const DocumentRecord& record);
port::Row ToRow(const FactRecord& record);
port::Row ToRow(const IntervalRecord& record);
port::Row ToRow(const TimerRecord& record);
port::Row ToRow(const DefinitionRecord& record);

CaseRecord ToCase(const port::Row& row);
HistoryRecord ToHistory(const port::Row& row);
OutboxRecord ToOutbox(const port::Row& row);
DocumentRecord ToDocument(const port::Row& row);
FactRecord ToFact(const port::Row& row);
IntervalRecord ToInterval(const port::Row& row);
TimerRecord ToTimer(const port::Row& row);
DefinitionRecord ToDefinition(const port::Row& row);

std::optional<CaseRecord> LoadCase(port::Reader& reader, std::string_view area,
                                   std::string_view id);
std::vector<HistoryRecord> LoadHistory(port::Reader& reader, std::string_view area,
                                       std::string_view case_id);
std::vector<DocumentRecord> LoadDocuments(port::Reader& reader, std::string_view area,
                                          std::string_view case_id);
std::vector<DefinitionRecord> LoadVersions(port::Reader& reader, std::string_view name);
std::optional<DefinitionRecord> LatestDefinition(port::Reader& reader, std::string_view name);

// Text cells by position; integers likewise. A cell of another kind is a broken invariant.
const std::string& TextOf(const port::Row& row, int column);
std::int64_t IntegerOf(const port::Row& row, int column);

std::optional<std::string> LoadMeta(port::Reader& reader, std::string_view key);
void SaveMeta(port::Transaction& transaction, std::string_view key, std::string_view value);

// Registers: bodies are canonical JSON contexts. `sort` groups rows ("" = the id).
std::optional<Value> LoadRegister(port::Reader& reader, std::string_view kind, std::string_view id);
void ScanRegister(port::Reader& reader, std::string_view kind,
                  const std::function<void(const std::string& id, const Value& body)>& visit);
// Rows of `kind` whose sort equals `sort`.
std::vector<Value> LoadRegisterSorted(port::Reader& reader, std::string_view kind,
                                      std::string_view sort);
// false: the row stood there with the same body already.
bool SaveRegister(port::Transaction& transaction, std::string_view kind, std::string_view id,
                  std::string_view sort, const Value& body);

}  // namespace anjuan::runtime
