#include "engine/runtime/office_log.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/runtime/entry_chain.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/people.h"
#include "engine/runtime/records.h"
#include "engine/trail/chain.h"
#include "engine/trail/heads.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

constexpr EntryChain kChain = {
    .kind = "office-event", .head = "office-events.head", .name = "办公库记录"};
constexpr size_t kDigits = 8;
constexpr std::string_view kType = "office";  // of the leaves

std::string IdOf(std::int64_t ordinal) {
  std::string id = std::to_string(ordinal);
  id.insert(0, kDigits - std::min(kDigits, id.size()), '0');
  return id;
}

Instant MomentOf(const Value& header) {
  return ParseUtcInstant(TextIn(header, "at")).value_or(0);
}

std::string MakeLeaf(Office& office, const Value& header, const std::string& previous,
                     const std::string& key) {
  trail::Leaf leaf = BlankLeaf(office);
  leaf.event_id = office.NewId();
  leaf.case_id = trail::kOfficeCase;
  leaf.case_seq = IntegerIn(header, "ordinal") - 1;
  leaf.case_prev = previous;
  leaf.type = kType;
  leaf.event = TextIn(header, "event");
  leaf.outcome = "ok";
  leaf.actor = TextIn(header, "by");
  leaf.time = MomentOf(header);
  leaf.reason = TextIn(header, "reason");
  CommitTo(leaf, key, *header.context(), WriteCanonical(header));
  Result<std::string> bytes = trail::Encode(leaf);
  ANJUAN_CHECK(bytes.has_value());  // a few short texts
  return *std::move(bytes);
}

trail::ChainRow ToChainRow(const Value& body) {
  const Value& header = body["header"];
  const std::string leaf = TextIn(body, "leaf");
  return {.seq = IntegerIn(header, "ordinal") - 1,
          .version = 0,
          .type = std::string(kType),
          .event = TextIn(header, "event"),
          .at = MomentOf(header),
          .actor = TextIn(header, "by"),
          .leaf = leaf,
          .hash = ToHex(trail::LeafHash(leaf)),  // stored nowhere else
          .payload = WriteCanonical(header),
          .key = FromHex(TextIn(body, "key")).value_or("")};
}

}  // namespace

void RecordOfficeEvent(Office& office, port::Transaction& transaction, std::string_view event,
                       std::string_view by, std::string_view reason, const Value& data) {
  const Instant now = office.Now(transaction);
  Context header({{"id", Value(IdOf(CountOfficeEvents(transaction) + 1))},
                  {"event", Value(event)},
                  {"at", Value(ToUtcString(now))},
                  {"by", Value(by.empty() ? kOperator : by)},
                  {"data", data}});
  if (!reason.empty()) {
    const Result<std::string> token = office.vault().SealText(transaction, reason, {}, now);
    ANJUAN_CHECK(token.has_value());  // a text of its own subject
    header.Set("reason", Value(*token));
    const Value personal = CommitmentsTo(office, transaction, {*token});
    if (!personal.is_null()) header.Set("personal", personal);
  }
  AppendToChain(transaction, kChain, std::move(header));
  AddOfficeLeaves(office, transaction);
}

std::vector<OfficeEvent> OfficeEvents(port::Reader& reader) {
  std::vector<OfficeEvent> out;
  for (const Value& body : ChainBodies(reader, kChain)) {
    const Value& header = body["header"];
    out.push_back({.ordinal = IntegerIn(header, "ordinal"),
                   .event = TextIn(header, "event"),
                   .at = TextIn(header, "at"),
                   .by = TextIn(header, "by"),
                   .reason = header["reason"],
                   .data = header["data"]});
  }
  return out;
}

std::int64_t CountOfficeEvents(port::Reader& reader) {
  return EndOf(reader, kChain).count;
}

std::string VerifyOfficeLog(const Office& office, port::Reader& reader) {
  trail::ChainVerifier verifier(office.origin(), std::string(trail::kOfficeCase));
  bool leaves = false;
  bool first = true;
  return VerifyChain(reader, kChain, [&](const Value& body) -> std::string {
    const bool has_leaf = !TextIn(body, "leaf").empty();
    if (first) leaves = has_leaf;
    first = false;
    if (has_leaf != leaves) return "没有日志条目";
    const auto mistake = leaves ? verifier.Next(ToChainRow(body)) : std::nullopt;
    return mistake ? mistake->message : "";
  });
}

std::optional<LogRow> OfficeRow(port::Reader& reader, std::int64_t seq) {
  const auto body = LoadRegister(reader, kChain.kind, IdOf(seq + 1));
  if (!body) return std::nullopt;
  return LogRow{.seq = seq, .at = MomentOf((*body)["header"]), .leaf = TextIn(*body, "leaf")};
}

void AddOfficePayloads(port::Reader& reader, trail::DossierFiles& files) {
  for (const Value& body : ChainBodies(reader, kChain)) {
    const trail::ChainRow row = ToChainRow(body);
    trail::AddPayload(files, row.seq, row.payload, row.key);
  }
}

void AddOfficeLeaves(Office& office, port::Transaction& transaction) {
  const std::int64_t count = CountOfficeEvents(transaction);
  std::int64_t first = count;  // the first row without a leaf
  std::string previous;
  for (; first > 0; --first) {
    const std::optional<LogRow> row = OfficeRow(transaction, first - 1);
    if (row && row->leaf.empty()) continue;
    if (row) previous = ToHex(trail::LeafHash(row->leaf));
    break;
  }
  if (first == count) return;
  for (; first < count; ++first) {
    const std::string id = IdOf(first + 1);
    Context body = *LoadRegister(transaction, kChain.kind, id)->context();
    const std::string key = office.random()(kRowKeyBytes);
    const std::string leaf = MakeLeaf(office, *body.Find("header"), previous, key);
    previous = ToHex(trail::LeafHash(leaf));
    body.Set("leaf", Value(leaf));
    body.Set("key", Value(ToHex(key)));
    SaveRegister(transaction, kChain.kind, id, "", Value(std::move(body)));
  }
  transaction.Insert(port::unsealed::kTable,
                     {port::Cell(office.area()), port::Cell(std::string(trail::kOfficeCase))});
}

}  // namespace anjuan::runtime
