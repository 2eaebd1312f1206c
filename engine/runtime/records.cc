#include "engine/runtime/records.h"

#include <tuple>

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

namespace {

// The members of each record in the order of its table's columns.
constexpr auto Members(const CaseRecord*) {
  using R = CaseRecord;
  return std::tuple(&R::area, &R::id, &R::process, &R::definition, &R::version, &R::seq, &R::head,
                    &R::state, &R::states, &R::region, &R::owner, &R::subject, &R::opened_at,
                    &R::updated_at, &R::ended, &R::incident, &R::parent, &R::spawn);
}
constexpr auto Members(const HistoryRecord*) {
  using R = HistoryRecord;
  return std::tuple(&R::area, &R::case_id, &R::seq, &R::version, &R::type, &R::event, &R::at,
                    &R::actor, &R::leaf, &R::hash, &R::payload, &R::key);
}
constexpr auto Members(const OutboxRecord*) {
  using R = OutboxRecord;
  return std::tuple(&R::area, &R::case_id, &R::seq, &R::position, &R::kind, &R::body, &R::order,
                    &R::attempts, &R::error, &R::claim, &R::lease_until);
}
constexpr auto Members(const DocumentRecord*) {
  using R = DocumentRecord;
  return std::tuple(&R::area, &R::case_id, &R::seq, &R::position, &R::code, &R::number, &R::title,
                    &R::status, &R::sha256, &R::issued_at, &R::bytes, &R::nonce, &R::wrapped_key,
                    &R::salt, &R::environment);
}
constexpr auto Members(const FactRecord*) {
  using R = FactRecord;
  return std::tuple(&R::area, &R::case_id, &R::seq, &R::position, &R::key, &R::organisation,
                    &R::quantity, &R::date, &R::recorded_at, &R::reverses);
}
constexpr auto Members(const IntervalRecord*) {
  using R = IntervalRecord;
  return std::tuple(&R::area, &R::case_id, &R::seq, &R::state, &R::entered_on, &R::left_on);
}
constexpr auto Members(const TimerRecord*) {
  using R = TimerRecord;
  return std::tuple(&R::area, &R::case_id, &R::timer, &R::due, &R::warning);
}
constexpr auto Members(const DefinitionRecord*) {
  using R = DefinitionRecord;
  return std::tuple(&R::name, &R::version, &R::hash, &R::title, &R::published_at, &R::author,
                    &R::parent_hash);
}

Cell ToCell(const std::string& text) {
  return Cell(text);
}
Cell ToCell(std::int64_t number) {
  return Cell(number);
}
Cell ToCell(bool flag) {
  return Cell(std::int64_t{flag ? 1 : 0});
}

void FromCell(const Row& row, int column, std::string& out) {
  out = TextOf(row, column);
}
void FromCell(const Row& row, int column, std::int64_t& out) {
  out = IntegerOf(row, column);
}
void FromCell(const Row& row, int column, bool& out) {
  out = IntegerOf(row, column) != 0;
}

template <typename Record>
Row MakeRow(const Record& record) {
  return std::apply([&](auto... member) { return Row{ToCell(record.*member)...}; },
                    Members(&record));
}

template <typename Record>
Record ReadRow(const Row& row) {
  Record record;
  int column = 0;
  std::apply([&](auto... member) { (FromCell(row, column++, record.*member), ...); },
             Members(&record));
  return record;
}

}  // namespace

namespace {

Row SearchKey(const CaseRecord& record, std::string_view field, std::string_view value) {
  return {Cell(record.area), Cell(std::string(field)), Cell(std::string(value)), Cell(record.id)};
}

}  // namespace

Row DeadLetterKey(const CaseRecord& record) {
  return SearchKey(record, "dead_letter", "1");
}
Row MovedKey(const CaseRecord& record) {
  return SearchKey(record, "moved", "1");
}
Row HoldKey(const CaseRecord& record) {
  return SearchKey(record, "hold", "1");
}
Row ActorKey(const CaseRecord& record, std::string_view account) {
  return SearchKey(record, "actor", account);
}
Row VerificationKey(const CaseRecord& record, std::string_view code) {
  return SearchKey(record, "verification", code);
}
Row NumberKey(const CaseRecord& record, std::string_view number) {
  return SearchKey(record, "number", number);
}

Row ToRow(const CaseRecord& record) {
  return MakeRow(record);
}
Row ToRow(const HistoryRecord& record) {
  return MakeRow(record);
}
Row ToRow(const OutboxRecord& record) {
  return MakeRow(record);
}
Row ToRow(const DocumentRecord& record) {
  return MakeRow(record);
}
Row ToRow(const FactRecord& record) {
  return MakeRow(record);
}
Row ToRow(const IntervalRecord& record) {
  return MakeRow(record);
}
Row ToRow(const TimerRecord& record) {
  return MakeRow(record);
}
Row ToRow(const DefinitionRecord& record) {
  return MakeRow(record);
}

CaseRecord ToCase(const Row& row) {
  return ReadRow<CaseRecord>(row);
}
HistoryRecord ToHistory(const Row& row) {
  return ReadRow<HistoryRecord>(row);
}
OutboxRecord ToOutbox(const Row& row) {
  return ReadRow<OutboxRecord>(row);
}
DocumentRecord ToDocument(const Row& row) {
  return ReadRow<DocumentRecord>(row);
}
FactRecord ToFact(const Row& row) {
  return ReadRow<FactRecord>(row);
}
IntervalRecord ToInterval(const Row& row) {
  return ReadRow<IntervalRecord>(row);
}
TimerRecord ToTimer(const Row& row) {
  return ReadRow<TimerRecord>(row);
}
DefinitionRecord ToDefinition(const Row& row) {
  return ReadRow<DefinitionRecord>(row);
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
std::vector<Record> LoadAll(port::Reader& reader, const port::Table& table, const Row& prefix,
                            Record (*convert)(const Row&)) {
  std::vector<Record> out;
  reader.Scan(table, {.prefix = prefix}, [&](const Row& row) {
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
