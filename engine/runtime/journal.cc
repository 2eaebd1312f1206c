#include "engine/runtime/journal.h"

#include <set>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/port/log_schema.h"
#include "engine/port/schema.h"
#include "engine/trail/fields.h"
#include "engine/value/json.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

namespace {

constexpr std::string_view kEngine = "anjuan 0.1.0";

trail::DefinitionRef DefinitionOf(port::Reader& reader, const CaseRecord& record) {
  trail::DefinitionRef out{.id = record.process, .version = 0, .sha256 = record.definition};
  reader.Scan(port::definitions::kTable, {.index = 0, .prefix = {port::Cell(record.definition)}},
              [&](const port::Row& row) {
                const DefinitionRecord found = ToDefinition(row);
                if (found.name == record.process) out.version = found.version;
                return true;
              });
  return out;
}

Value PersonalOf(Office& office, port::Reader& reader, const Entry& entry) {
  std::set<std::string> tokens = vault::TokensIn(Value(entry.payload));
  if (vault::LooksLikeToken(entry.reason)) tokens.insert(entry.reason);
  return CommitmentsTo(office, reader, tokens);
}

// The payload as it is kept.
Context PayloadOf(Office& office, port::Reader& reader, const Entry& entry) {
  Context payload = entry.payload;
  // What a row of erasing names is gone a moment later.
  const Value personal = entry.type == "erased" ? Value() : PersonalOf(office, reader, entry);
  if (!personal.is_null()) payload.Set("personal", personal);
  return payload;
}

}  // namespace

Value CommitmentsTo(Office& office, port::Reader& reader, const std::set<std::string>& tokens) {
  if (tokens.empty()) return Value();
  List out;
  for (const vault::Opening& opening : office.vault().Openings(reader, tokens)) {
    out.emplace_back(Context({{"at", Value(opening.reference)},
                              {"commit", Value(ToHex(trail::CommitValue(
                                             opening.salt, opening.reference, opening.value)))}}));
  }
  return out.empty() ? Value() : Value(std::move(out));
}

trail::Leaf BlankLeaf(const Office& office) {
  trail::Leaf leaf;
  leaf.log = office.origin();
  leaf.clock = {office.clock() == ClockKind::kManual ? trail::ClockRef::Mode::kManual
                                                     : trail::ClockRef::Mode::kReal,
                office.clock() == ClockKind::kManual ? "operator" : "system"};
  leaf.engine = kEngine;
  return leaf;
}

void CommitTo(trail::Leaf& leaf, const std::string& key, const Context& payload,
              std::string_view bytes) {
  leaf.commit = ToHex(trail::Commit(key, bytes));
  leaf.key_id = "row";
  leaf.fields_root = ToHex(trail::FieldsRoot(key, payload));
}

void AppendEntry(Office& office, port::Transaction& transaction, CaseRecord& record,
                 const Entry& entry) {
  HistoryRecord row;
  row.area = record.area;
  row.case_id = record.id;
  row.seq = record.seq + 1;
  row.version = record.version;
  row.type = entry.type;
  row.event = entry.event;
  row.at = entry.at ? *entry.at : office.Now(transaction);
  row.actor = entry.actor.account;
  const Context payload = PayloadOf(office, transaction, entry);
  row.payload = WriteCanonical(Value(payload));
  row.key = office.random()(kRowKeyBytes);

  trail::Leaf leaf = BlankLeaf(office);
  leaf.event_id = office.NewId();
  leaf.command_id = entry.command_id;
  leaf.case_id = record.id;
  leaf.case_seq = row.seq;
  leaf.case_prev = record.head;
  leaf.version = row.version;
  leaf.type = row.type;
  leaf.event = row.event;
  leaf.from = entry.from;
  leaf.to = entry.to;
  leaf.outcome = entry.outcome;
  leaf.definition = DefinitionOf(transaction, record);
  leaf.actor = row.actor;
  leaf.role = entry.actor.role;
  leaf.organisation = entry.actor.org;
  leaf.region = entry.actor.region;
  leaf.on_behalf = entry.actor.on_behalf ? entry.actor.role : "";
  leaf.auth = entry.actor.on_behalf ? "local" : "account";
  leaf.time = row.at;
  leaf.effective_on = entry.eff_date;
  CommitTo(leaf, row.key, payload, row.payload);
  leaf.documents = entry.documents;
  leaf.reason = entry.reason;
  leaf.state_hash = ToHex(Sha256(record.state));

  Result<std::string> bytes = trail::Encode(leaf);
  ANJUAN_CHECK(bytes.has_value());  // everything in it is bounded by form and chart limits
  row.leaf = std::move(*bytes);
  row.hash = ToHex(trail::LeafHash(row.leaf));
  const bool fresh = transaction.Insert(port::history::kTable, ToRow(row));
  ANJUAN_CHECK(fresh);
  // Who acted, not what ran by itself: a deadline and the engine have no organisation.
  if (!leaf.organisation.empty() || entry.actor.on_behalf) {
    transaction.Put(port::search::kTable, ActorKey(record, row.actor));
  }
  // The sealer finds it here; most of the time another row of the case waits already.
  transaction.Put(port::unsealed::kTable, {port::Cell(record.area), port::Cell(record.id)});
  record.seq = row.seq;
  record.head = row.hash;
  record.updated_at = row.at;
}

}  // namespace anjuan::runtime
