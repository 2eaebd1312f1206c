// Entries of a register that are only added, each with a header chained to the one before by its
// hash: what an office keeps beside its cases and must be able to show unchanged (returns it froze,
// returns it took in, its own log).
//
// Stored as register entries of one kind, each body with "header" and "hash"; the last one's place
// and hash stand in meta, so that a missing end is found too.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/port/store.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

struct EntryChain {
  std::string_view kind;  // of the register's entries
  std::string_view head;  // in meta: "<count> <hash of the last>"
  std::string_view name;  // in what a verification says
};

// In the order they were added.
std::vector<Value> ChainBodies(port::Reader& reader, const EntryChain& chain);

// How many there are, and the last one's hash ("" where there is none).
struct ChainEnd {
  std::int64_t count = 0;
  std::string hash;
};
ChainEnd EndOf(port::Reader& reader, const EntryChain& chain);

// Puts the header, which has an "id", at the end of the chain and `more` beside it in the body;
// gives the body as it is stored.
Value AppendToChain(port::Transaction& transaction, const EntryChain& chain, Context header,
                    Context more = {}, std::string_view parent = "");

// "" or what is wrong. `content` says what is wrong of one body beside its header, "" if nothing.
std::string VerifyChain(port::Reader& reader, const EntryChain& chain,
                        const std::function<std::string(const Value& body)>& content);

}  // namespace anjuan::runtime
