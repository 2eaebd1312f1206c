#include "engine/runtime/disposal.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/trail/leaf.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

// A text shorter than this is anybody's (同意): not looked for in returns.
constexpr size_t kLeastCharacters = 4;

Row DisposedKey(const CaseRecord& record) {
  return {Cell(record.area), Cell("disposed"), Cell("1"), Cell(record.id)};
}

bool IsDisposed(port::Reader& reader, const CaseRecord& record) {
  return reader.Get(port::search::kTable, DisposedKey(record)).has_value();
}

std::string TitleOf(Office& office, port::Reader& reader, const CaseRecord& record) {
  const std::optional<Value> entry = LoadRegister(reader, "org", record.subject);
  const std::string name = entry ? TextIn(*entry, "name") : "";
  const auto definition = office.FindDefinition(reader, record.definition);
  return StrCat(name.empty() ? record.subject : name,
                definition == nullptr ? record.process : definition->chart->title, "案卷");
}

// Tokens in everything a case's history says.
void TokensOf(port::Reader& reader, const CaseRecord& record, std::set<std::string>& out) {
  for (const HistoryRecord& row : LoadHistory(reader, record.area, record.id)) {
    if (const Result<Value> payload = ReadCanonical(row.payload)) {
      out.merge(vault::TokensIn(*payload));
    }
    if (const auto leaf = trail::Decode(row.leaf)) out.merge(vault::TokensIn(Value(leaf->reason)));
  }
}

}  // namespace

std::vector<DueCase> DueCases(Office& office, port::Reader& reader, int year) {
  const auto registers = office.registers();
  const Date end = {.year = year + 1, .month = 1, .day = 1};
  std::vector<DueCase> out;
  reader.Scan(port::cases::kTable, {}, [&](const Row& row) {
    DueCase due;
    due.record = ToCase(row);
    if (!due.record.ended || IsDisposed(reader, due.record)) return true;
    const std::optional<Date> until = KeptUntil(reader, *registers, due.record);
    if (!until || end < *until) return true;
    due.until = *until;
    due.closed = ClosedOn(reader, due.record);
    due.years = until->year - due.closed.year - 1;
    due.title = TitleOf(office, reader, due.record);
    due.held = reader.Get(port::search::kTable, HoldKey(due.record)).has_value();
    for (const DocumentRecord& paper : LoadDocuments(reader, due.record.area, due.record.id)) {
      due.papers += paper.wrapped_key.empty() ? 0 : 1;
    }
    out.push_back(std::move(due));
    return true;
  });
  std::ranges::sort(out, {}, [](const DueCase& due) { return due.record.id; });
  return out;
}

Erased EraseWholeCase(Office& office, port::Transaction& transaction, const LoadedCase& loaded) {
  const CaseRecord& record = loaded.record;
  Erased out;
  std::set<std::string> tokens;
  TokensOf(transaction, record, tokens);
  for (const std::string& token : tokens) {
    // A text of nobody's has a subject of its own; what is a person's goes with the person.
    const auto owner = office.vault().SubjectOf(transaction, token);
    if (!owner || *owner == token || tokens.contains(*owner)) continue;
    if (!office.vault().ResolvePerson(transaction, *owner).fields.empty()) continue;
    const vault::Revealed text = office.vault().Resolve(transaction, token);
    const std::string* words = text.Expose().string();
    const bool there = text.state() == vault::Revealed::State::kPresent && words != nullptr;
    if (there && CountCodePoints(*words) >= kLeastCharacters) {
      out.words.push_back(*words);
    }
    if (office.vault().Erase(transaction, *owner)) ++out.texts;
  }
  for (DocumentRecord& paper : LoadDocuments(transaction, record.area, record.id)) {
    if (paper.wrapped_key.empty()) continue;
    BlankPaper(office, transaction, record, paper);
    out.papers.emplace_back(paper.seq, paper.position);
  }
  transaction.Put(port::search::kTable, DisposedKey(record));
  return out;
}

std::set<std::string> PeopleNobodyNeeds(Office& office, port::Reader& reader) {
  std::set<std::string> named;
  std::set<std::string> needed;
  reader.Scan(port::cases::kTable, {}, [&](const Row& row) {
    const CaseRecord record = ToCase(row);
    TokensOf(reader, record, IsDisposed(reader, record) ? named : needed);
    return true;
  });
  reader.Scan(port::registers::kTable, {}, [&](const Row& row) {
    if (const Result<Value> body = ReadCanonical(TextOf(row, port::registers::kBody))) {
      needed.merge(vault::TokensIn(*body));
    }
    return true;
  });
  std::set<std::string> out;
  for (const std::string& token : named) {
    const bool person = office.vault().SubjectOf(reader, token) == token;
    if (person && !needed.contains(token)) out.insert(token);
  }
  return out;
}

}  // namespace anjuan::runtime
