// What old rows need when a store is brought to this version (schema.h).

#include <array>

#include "engine/base/check.h"
#include "engine/port/schema.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::port {

namespace {

// One history row with official numbers.
void ListNumbers(Transaction& transaction, const Row& row) {
  constexpr std::string_view kSome = "\"numbers\":[{";
  const std::string* payload = std::get_if<std::string>(&row[history::kPayload]);
  if (payload == nullptr || payload->find(kSome) == std::string::npos) return;
  const Result<Value> body = ReadCanonical(*payload);
  if (!body || (*body)["numbers"].list() == nullptr) return;
  for (const Value& number : *(*body)["numbers"].list()) {
    const Cell text = TextIn(number, "text");
    transaction.Put(allotted::kTable,
                    {row[history::kArea], Cell(TextIn(number, "office")), IntegerIn(number, "year"),
                     Cell(TextIn(number, "kind")), IntegerIn(number, "serial"), text,
                     row[history::kCase], row[history::kSeq]});
    transaction.Put(search::kTable,
                    {row[history::kArea], Cell("number"), text, row[history::kCase]});
  }
}

// Who acted, in person or through the operator: not what ran by itself.
void ListActor(Transaction& transaction, const Row& row) {
  const std::string* bytes = std::get_if<std::string>(&row[history::kLeaf]);
  const Result<Value> leaf = bytes == nullptr ? Result<Value>(Value()) : ReadJson(*bytes, "");
  if (!leaf || (TextIn(*leaf, "org").empty() && TextIn(*leaf, "auth") != "local")) return;
  transaction.Put(search::kTable,
                  {row[history::kArea], Cell("actor"), row[history::kActor], row[history::kCase]});
}

// Version 2 lists every number given out and who acted; until then only the histories knew them.
void ListWhatHistoriesKnow(Transaction& transaction) {
  transaction.Scan(history::kTable, {}, [&](const Row& row) {
    ListNumbers(transaction, row);
    ListActor(transaction, row);
    return true;
  });
}

// Version 4 finds moved cases by a search row, no longer by an index of all intervals.
void ListMovedCases(Transaction& transaction) {
  constexpr std::string_view kRegion = "@region/";
  transaction.Scan(intervals::kTable, {}, [&](const Row& row) {
    const std::string* state = std::get_if<std::string>(&row[intervals::kState]);
    if (state == nullptr || !state->starts_with(kRegion)) return true;
    transaction.Put(search::kTable,
                    {row[intervals::kArea], Cell("moved"), Cell("1"), row[intervals::kCase]});
    return true;
  });
}

}  // namespace

std::span<const Migration> Migrations() {
  static constexpr std::array kAll = {Migration{.to = 2, .convert = ListWhatHistoriesKnow},
                                      Migration{.to = 4, .convert = ListMovedCases}};
  return kAll;
}

}  // namespace anjuan::port
