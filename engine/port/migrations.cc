// What old rows need when a store is brought to this version (schema.h).

#include <array>

#include "engine/base/check.h"
#include "engine/port/schema.h"
#include "engine/value/json.h"

namespace anjuan::port {

namespace {

std::string TextIn(const Value& body, std::string_view key) {
  const std::string* text = body[key].string();
  return text == nullptr ? "" : *text;
}

Cell IntegerIn(const Value& body, std::string_view key) {
  const Decimal* number = body[key].number();
  return number == nullptr ? std::int64_t{0} : number->ToInteger().value_or(0);
}

// Version 2 lists every number given out; until then only the histories knew them.
void ListNumbers(Transaction& transaction) {
  constexpr std::string_view kSome = "\"numbers\":[{";
  transaction.Scan(history::kTable, {}, [&](const Row& row) {
    const std::string* payload = std::get_if<std::string>(&row[history::kPayload]);
    if (payload == nullptr || payload->find(kSome) == std::string::npos) return true;
    const Result<Value> body = ReadCanonical(*payload);
    if (!body || (*body)["numbers"].list() == nullptr) return true;
    for (const Value& number : *(*body)["numbers"].list()) {
      transaction.Put(allotted::kTable, {row[history::kArea], Cell(TextIn(number, "office")),
                                         IntegerIn(number, "year"), Cell(TextIn(number, "kind")),
                                         IntegerIn(number, "serial"), Cell(TextIn(number, "text")),
                                         row[history::kCase], row[history::kSeq]});
    }
    return true;
  });
}

}  // namespace

std::span<const Migration> Migrations() {
  static constexpr std::array kAll = {Migration{.to = 2, .convert = ListNumbers}};
  return kAll;
}

}  // namespace anjuan::port
