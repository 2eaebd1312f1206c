#include "engine/runtime/records.h"

#include "engine/base/check.h"
#include "engine/port/schema.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

Cell Text(std::string_view text) {
  return Cell(std::string(text));
}
Cell Integer(std::int64_t number) {
  return Cell(number);
}
Cell Flag(bool flag) {
  return Cell(std::int64_t{flag ? 1 : 0});
}

}  // namespace

const std::string& TextOf(const Row& row, int column) {
  const auto* text = std::get_if<std::string>(&row[static_cast<size_t>(column)]);
  ANJUAN_CHECK(text != nullptr);
  return *text;
}

std::int64_t IntegerOf(const Row& row, int column) {
  const auto* number = std::get_if<std::int64_t>(&row[static_cast<size_t>(column)]);
  ANJUAN_CHECK(number != nullptr);
  return *number;
}

Row ToRow(const CaseRecord& record) {
  return {Text(record.area),         Text(record.id),
          Text(record.process),      Text(record.definition),
          Integer(record.version),   Integer(record.seq),
          Text(record.head),         Text(record.state),
          Text(record.states),       Text(record.region),
          Text(record.owner),        Text(record.subject),
          Integer(record.opened_at), Integer(record.updated_at),
          Flag(record.ended),        Flag(record.incident),
          Text(record.parent),       Text(record.spawn)};
}

CaseRecord ToCase(const Row& row) {
  CaseRecord record;
  record.area = TextOf(row, port::cases::kArea);
  record.id = TextOf(row, port::cases::kCase);
  record.process = TextOf(row, port::cases::kProcess);
  record.definition = TextOf(row, port::cases::kDefinition);
  record.version = IntegerOf(row, port::cases::kVersion);
  record.seq = IntegerOf(row, port::cases::kSeq);
  record.head = TextOf(row, port::cases::kHead);
  record.state = TextOf(row, port::cases::kState);
  record.states = TextOf(row, port::cases::kStates);
  record.region = TextOf(row, port::cases::kRegion);
  record.owner = TextOf(row, port::cases::kOwner);
  record.subject = TextOf(row, port::cases::kSubject);
  record.opened_at = IntegerOf(row, port::cases::kOpenedAt);
  record.updated_at = IntegerOf(row, port::cases::kUpdatedAt);
  record.ended = IntegerOf(row, port::cases::kEnded) != 0;
  record.incident = IntegerOf(row, port::cases::kIncident) != 0;
  record.parent = TextOf(row, port::cases::kParent);
  record.spawn = TextOf(row, port::cases::kSpawn);
  return record;
}

Row ToRow(const HistoryRecord& record) {
  return {Text(record.area), Text(record.case_id), Integer(record.seq),  Integer(record.version),
          Text(record.type), Text(record.event),   Integer(record.at),   Text(record.actor),
          Text(record.leaf), Text(record.hash),    Text(record.payload), Text(record.key)};
}

HistoryRecord ToHistory(const Row& row) {
  HistoryRecord record;
  record.area = TextOf(row, port::history::kArea);
  record.case_id = TextOf(row, port::history::kCase);
  record.seq = IntegerOf(row, port::history::kSeq);
  record.version = IntegerOf(row, port::history::kVersion);
  record.type = TextOf(row, port::history::kType);
  record.event = TextOf(row, port::history::kEvent);
  record.at = IntegerOf(row, port::history::kAt);
  record.actor = TextOf(row, port::history::kActor);
  record.leaf = TextOf(row, port::history::kLeaf);
  record.hash = TextOf(row, port::history::kHash);
  record.payload = TextOf(row, port::history::kPayload);
  record.key = TextOf(row, port::history::kKey);
  return record;
}

Row ToRow(const OutboxRecord& record) {
  return {Text(record.area),        Text(record.case_id),     Integer(record.seq),
          Integer(record.position), Text(record.kind),        Text(record.body),
          Integer(record.order),    Integer(record.attempts), Text(record.error)};
}

OutboxRecord ToOutbox(const Row& row) {
  OutboxRecord record;
  record.area = TextOf(row, port::outbox::kArea);
  record.case_id = TextOf(row, port::outbox::kCase);
  record.seq = IntegerOf(row, port::outbox::kSeq);
  record.position = IntegerOf(row, port::outbox::kPosition);
  record.kind = TextOf(row, port::outbox::kKind);
  record.body = TextOf(row, port::outbox::kBody);
  record.order = IntegerOf(row, port::outbox::kOrder);
  record.attempts = IntegerOf(row, port::outbox::kAttempts);
  record.error = TextOf(row, port::outbox::kError);
  return record;
}

Row ToRow(const DocumentRecord& record) {
  return {Text(record.area),         Text(record.case_id), Integer(record.seq),
          Integer(record.position),  Text(record.code),    Text(record.number),
          Text(record.title),        Text(record.status),  Text(record.sha256),
          Integer(record.issued_at), Text(record.bytes),   Text(record.nonce),
          Text(record.wrapped_key),  Text(record.salt),    Text(record.environment)};
}

DocumentRecord ToDocument(const Row& row) {
  DocumentRecord record;
  record.area = TextOf(row, port::documents::kArea);
  record.case_id = TextOf(row, port::documents::kCase);
  record.seq = IntegerOf(row, port::documents::kSeq);
  record.position = IntegerOf(row, port::documents::kPosition);
  record.code = TextOf(row, port::documents::kCode);
  record.number = TextOf(row, port::documents::kNumber);
  record.title = TextOf(row, port::documents::kTitle);
  record.status = TextOf(row, port::documents::kStatus);
  record.sha256 = TextOf(row, port::documents::kSha256);
  record.issued_at = IntegerOf(row, port::documents::kIssuedAt);
  record.bytes = TextOf(row, port::documents::kBytes);
  record.nonce = TextOf(row, port::documents::kNonce);
  record.wrapped_key = TextOf(row, port::documents::kWrappedKey);
  record.salt = TextOf(row, port::documents::kSalt);
  record.environment = TextOf(row, port::documents::kEnvironment);
  return record;
}

Row ToRow(const FactRecord& record) {
  return {Text(record.area),        Text(record.case_id), Integer(record.seq),
          Integer(record.position), Text(record.key),     Text(record.organisation),
          Text(record.quantity),    Text(record.date),    Integer(record.recorded_at),
          Text(record.reverses)};
}

FactRecord ToFact(const Row& row) {
  FactRecord record;
  record.area = TextOf(row, port::facts::kArea);
  record.case_id = TextOf(row, port::facts::kCase);
  record.seq = IntegerOf(row, port::facts::kSeq);
  record.position = IntegerOf(row, port::facts::kPosition);
  record.key = TextOf(row, port::facts::kKey);
  record.organisation = TextOf(row, port::facts::kOrganisation);
  record.quantity = TextOf(row, port::facts::kQuantity);
  record.date = TextOf(row, port::facts::kDate);
  record.recorded_at = IntegerOf(row, port::facts::kRecordedAt);
  record.reverses = TextOf(row, port::facts::kReverses);
  return record;
}

Row ToRow(const IntervalRecord& record) {
  return {Text(record.area),  Text(record.case_id),    Integer(record.seq),
          Text(record.state), Text(record.entered_on), Text(record.left_on)};
}

IntervalRecord ToInterval(const Row& row) {
  IntervalRecord record;
  record.area = TextOf(row, port::intervals::kArea);
  record.case_id = TextOf(row, port::intervals::kCase);
  record.seq = IntegerOf(row, port::intervals::kSeq);
  record.state = TextOf(row, port::intervals::kState);
  record.entered_on = TextOf(row, port::intervals::kEnteredOn);
  record.left_on = TextOf(row, port::intervals::kLeftOn);
  return record;
}

Row ToRow(const TimerRecord& record) {
  return {Text(record.area), Text(record.case_id), Text(record.timer), Integer(record.due),
          Flag(record.warning)};
}

TimerRecord ToTimer(const Row& row) {
  TimerRecord record;
  record.area = TextOf(row, port::timers::kArea);
  record.case_id = TextOf(row, port::timers::kCase);
  record.timer = TextOf(row, port::timers::kTimer);
  record.due = IntegerOf(row, port::timers::kDue);
  record.warning = IntegerOf(row, port::timers::kWarning) != 0;
  return record;
}

Row ToRow(const DefinitionRecord& record) {
  return {Text(record.name),       Integer(record.version),      Text(record.hash),
          Text(record.title),      Integer(record.published_at), Text(record.author),
          Text(record.parent_hash)};
}

DefinitionRecord ToDefinition(const Row& row) {
  DefinitionRecord record;
  record.name = TextOf(row, port::definitions::kName);
  record.version = IntegerOf(row, port::definitions::kVersion);
  record.hash = TextOf(row, port::definitions::kHash);
  record.title = TextOf(row, port::definitions::kTitle);
  record.published_at = IntegerOf(row, port::definitions::kPublishedAt);
  record.author = TextOf(row, port::definitions::kAuthor);
  record.parent_hash = TextOf(row, port::definitions::kParentHash);
  return record;
}

std::optional<CaseRecord> LoadCase(port::Reader& reader, std::string_view area,
                                   std::string_view id) {
  const std::optional<Row> row = reader.Get(port::cases::kTable, Row{Text(area), Text(id)});
  if (!row) return std::nullopt;
  return ToCase(*row);
}

namespace {

// All rows whose key begins with `prefix`, converted.
template <typename Record>
std::vector<Record> LoadAll(port::Reader& reader, const port::Table& table, Row prefix,
                            Record (*convert)(const Row&)) {
  std::vector<Record> out;
  reader.Scan(table, {.prefix = std::move(prefix)}, [&](const Row& row) {
    out.push_back(convert(row));
    return true;
  });
  return out;
}

}  // namespace

std::vector<HistoryRecord> LoadHistory(port::Reader& reader, std::string_view area,
                                       std::string_view case_id) {
  return LoadAll(reader, port::history::kTable, {Text(area), Text(case_id)}, ToHistory);
}

std::vector<DocumentRecord> LoadDocuments(port::Reader& reader, std::string_view area,
                                          std::string_view case_id) {
  return LoadAll(reader, port::documents::kTable, {Text(area), Text(case_id)}, ToDocument);
}

std::vector<DefinitionRecord> LoadVersions(port::Reader& reader, std::string_view name) {
  return LoadAll(reader, port::definitions::kTable, {Text(name)}, ToDefinition);
}

std::optional<DefinitionRecord> LatestDefinition(port::Reader& reader, std::string_view name) {
  std::optional<DefinitionRecord> latest;
  reader.Scan(port::definitions::kTable, {.prefix = {Text(name)}, .descending = true, .limit = 1},
              [&](const Row& row) {
                latest = ToDefinition(row);
                return false;
              });
  return latest;
}

std::optional<std::string> LoadMeta(port::Reader& reader, std::string_view key) {
  const std::optional<Row> row = reader.Get(port::meta::kTable, Row{Text(key)});
  if (!row) return std::nullopt;
  return TextOf(*row, port::meta::kValue);
}

void SaveMeta(port::Transaction& transaction, std::string_view key, std::string_view value) {
  transaction.Put(port::meta::kTable, {Text(key), Text(value)});
}

namespace {

Value Body(const Row& row) {
  Result<Value> body = ReadCanonical(TextOf(row, port::registers::kBody));
  ANJUAN_CHECK(body.has_value());
  return std::move(*body);
}

}  // namespace

std::optional<Value> LoadRegister(port::Reader& reader, std::string_view kind,
                                  std::string_view id) {
  const std::optional<Row> row = reader.Get(port::registers::kTable, Row{Text(kind), Text(id)});
  if (!row) return std::nullopt;
  return Body(*row);
}

void ScanRegister(port::Reader& reader, std::string_view kind,
                  const std::function<void(const std::string& id, const Value& body)>& visit) {
  reader.Scan(port::registers::kTable, {.prefix = {Text(kind)}}, [&](const Row& row) {
    visit(TextOf(row, port::registers::kId), Body(row));
    return true;
  });
}

std::vector<Value> LoadRegisterSorted(port::Reader& reader, std::string_view kind,
                                      std::string_view sort) {
  std::vector<Value> out;
  reader.Scan(port::registers::kTable, {.index = 0, .prefix = {Text(kind), Text(sort)}},
              [&](const Row& row) {
                out.push_back(Body(row));
                return true;
              });
  return out;
}

bool SaveRegister(port::Transaction& transaction, std::string_view kind, std::string_view id,
                  std::string_view sort, const Value& body) {
  const Row row = {Text(kind), Text(id), Text(sort.empty() ? id : sort),
                   Text(WriteCanonical(body))};
  const std::optional<Row> old =
      transaction.Get(port::registers::kTable, Row{Text(kind), Text(id)});
  if (old && *old == row) return false;
  transaction.Put(port::registers::kTable, row);
  return true;
}

}  // namespace anjuan::runtime
