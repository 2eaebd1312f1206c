#include "engine/runtime/return_chain.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

std::string HashOf(const Value& header) {
  return ToHex(Sha256(StrCat(std::string(1, '\0'), WriteCanonical(header))));
}

}  // namespace

ReturnRecord ToReturnRecord(const Value& body) {
  const Value& header = body["header"];
  return {.id = TextIn(header, "id"),
          .sheet = TextIn(header, "sheet"),
          .title = TextIn(header, "title"),
          .region = TextIn(header, "region"),
          .unit = TextIn(header, "unit"),
          .from = TextIn(header, "from"),
          .to = TextIn(header, "to"),
          .by = TextIn(header, "by"),
          .replaces = TextIn(header, "replaces"),
          .replaced_by = "",
          .content = TextIn(header, "content"),
          .hash = TextIn(body, "hash")};
}

Context ToHeader(const ReturnRecord& record) {
  return Context({{"id", Value(record.id)},
                  {"sheet", Value(record.sheet)},
                  {"title", Value(record.title)},
                  {"region", Value(record.region)},
                  {"unit", Value(record.unit)},
                  {"from", Value(record.from)},
                  {"to", Value(record.to)},
                  {"by", Value(record.by)},
                  {"replaces", Value(record.replaces)}});
}

std::vector<Value> ReturnBodies(port::Reader& reader, const ReturnChain& chain) {
  std::vector<Value> out;
  ScanRegister(reader, chain.kind,
               [&](const std::string&, const Value& body) { out.push_back(body); });
  std::ranges::stable_sort(out, {},
                           [](const Value& body) { return IntegerIn(body["header"], "ordinal"); });
  return out;
}

std::string NextReturnId(port::Transaction& transaction, const Registers& registers,
                         const ReturnRecord& record, int year, std::string_view counter,
                         std::string_view letter) {
  const std::string area = registers.AreaOf(record.region);
  const std::int64_t serial =
      NextSerial(transaction, area, record.region, year, StrCat(counter, ":", record.sheet));
  std::string digits = std::to_string(serial);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return StrCat(record.sheet, "-", record.region, "-", year, "-", letter, digits);
}

Value AppendReturn(port::Transaction& transaction, const ReturnChain& chain, Context header,
                   Context more, std::string_view parent) {
  const std::vector<Value> earlier = ReturnBodies(transaction, chain);
  const auto ordinal = static_cast<std::int64_t>(earlier.size()) + 1;
  header.Set("ordinal", Value(ordinal));
  header.Set("previous", Value(earlier.empty() ? std::string() : TextIn(earlier.back(), "hash")));
  const std::string id = TextIn(Value(header), "id");
  const std::string hash = HashOf(Value(header));
  more.Set("header", Value(std::move(header)));
  more.Set("hash", Value(hash));
  Value body(std::move(more));
  SaveRegister(transaction, chain.kind, id, parent, body);
  SaveMeta(transaction, chain.head, StrCat(ordinal, " ", hash));
  return body;
}

std::string VerifyChain(port::Reader& reader, const ReturnChain& chain,
                        const std::function<std::string(const Value& body)>& content) {
  std::string previous;
  std::int64_t ordinal = 0;
  for (const Value& body : ReturnBodies(reader, chain)) {
    const Value& header = body["header"];
    const std::string name = StrCat(chain.name, " ", TextIn(header, "id"), "：");
    if (TextIn(header, "previous") != previous || !(header["ordinal"] == Value(++ordinal))) {
      return StrCat(name, "与前一份的哈希或序号不相接");
    }
    previous = TextIn(body, "hash");
    if (HashOf(header) != previous) return StrCat(name, "抬头与哈希不符");
    if (const std::string wrong = content(body); !wrong.empty()) return StrCat(name, wrong);
  }
  const std::string head = ordinal == 0 ? "" : StrCat(ordinal, " ", previous);
  const bool whole = LoadMeta(reader, chain.head).value_or("") == head;
  return whole ? "" : StrCat(chain.name, "：末份被删去或被改动");
}

}  // namespace anjuan::runtime
