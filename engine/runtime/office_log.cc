#include "engine/runtime/office_log.h"

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/runtime/entry_chain.h"
#include "engine/runtime/people.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

constexpr EntryChain kChain = {
    .kind = "office-event", .head = "office-events.head", .name = "办公库记录"};
constexpr size_t kDigits = 8;

}  // namespace

void RecordOfficeEvent(Office& office, port::Transaction& transaction, std::string_view event,
                       std::string_view by, std::string_view reason, const Value& data) {
  const Instant now = office.Now(transaction);
  std::string id = std::to_string(ChainBodies(transaction, kChain).size() + 1);
  id.insert(0, kDigits - std::min(kDigits, id.size()), '0');
  Context header({{"id", Value(id)},
                  {"event", Value(event)},
                  {"at", Value(ToUtcString(now))},
                  {"by", Value(by.empty() ? kOperator : by)},
                  {"data", data}});
  if (!reason.empty()) {
    const Result<std::string> token = office.vault().SealText(transaction, reason, {}, now);
    ANJUAN_CHECK(token.has_value());  // a text of its own subject
    header.Set("reason", Value(*token));
  }
  AppendToChain(transaction, kChain, std::move(header));
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

std::string VerifyOfficeLog(port::Reader& reader) {
  return VerifyChain(reader, kChain, [](const Value&) { return std::string(); });
}

}  // namespace anjuan::runtime
