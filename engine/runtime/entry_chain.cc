#include "engine/runtime/entry_chain.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

std::string HashOf(const Value& header) {
  return ToHex(Sha256(StrCat(std::string(1, '\0'), WriteCanonical(header))));
}

}  // namespace

std::vector<Value> ChainBodies(port::Reader& reader, const EntryChain& chain) {
  std::vector<Value> out;
  ScanRegister(reader, chain.kind,
               [&](const std::string&, const Value& body) { out.push_back(body); });
  std::ranges::stable_sort(out, {},
                           [](const Value& body) { return IntegerIn(body["header"], "ordinal"); });
  return out;
}

ChainEnd EndOf(port::Reader& reader, const EntryChain& chain) {
  const std::string head = LoadMeta(reader, chain.head).value_or("");
  const size_t space = head.find(' ');
  if (space == std::string::npos) return {};
  return {ParseInteger(std::string_view(head).substr(0, space)).value_or(0),
          head.substr(space + 1)};
}

Value AppendToChain(port::Transaction& transaction, const EntryChain& chain, Context header,
                    Context more, std::string_view parent) {
  const ChainEnd end = EndOf(transaction, chain);
  const std::int64_t ordinal = end.count + 1;
  header.Set("ordinal", Value(ordinal));
  header.Set("previous", Value(end.hash));
  const std::string id = TextIn(Value(header), "id");
  const std::string hash = HashOf(Value(header));
  more.Set("header", Value(std::move(header)));
  more.Set("hash", Value(hash));
  Value body(std::move(more));
  SaveRegister(transaction, chain.kind, id, parent, body);
  SaveMeta(transaction, chain.head, StrCat(ordinal, " ", hash));
  return body;
}

std::string VerifyChain(port::Reader& reader, const EntryChain& chain,
                        const std::function<std::string(const Value& body)>& content) {
  std::string previous;
  std::int64_t ordinal = 0;
  for (const Value& body : ChainBodies(reader, chain)) {
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
