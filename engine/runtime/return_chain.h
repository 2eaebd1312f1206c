// What the returns an office froze and those it took in have in common: rows that are only added,
// each with a header that is chained to the one before by its hash.
//
// Stored as register entries of one kind; the last one's place and hash stand in meta, so that a
// missing end is found too.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/port/store.h"
#include "engine/runtime/registers.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

struct ReturnChain {
  std::string_view kind;  // of the register's entries
  std::string_view head;  // in meta: "<count> <hash of the last>"
  std::string_view name;  // in what a verification says
};

struct ReturnRecord {
  std::string id;     // F01-430600-2023-001
  std::string sheet;  // with its use
  std::string title;
  std::string region;
  std::string unit;
  std::string from, to;     // ISO; "" = open
  std::string by;           // account
  std::string replaces;     // id or ""
  std::string replaced_by;  // told by a later one; "" = stands
  std::string content;      // SHA-256
  std::string hash;         // of the header
};

// Of a stored body: its header and the header's hash.
ReturnRecord ToReturnRecord(const Value& body);
Context ToHeader(const ReturnRecord& record);  // all but the last three and what the chain adds

// In the order they were added.
std::vector<Value> ReturnBodies(port::Reader& reader, const ReturnChain& chain);
// The same as records of either kind, each knowing which later one replaces it.
template <typename Record>
std::vector<Record> ListRecords(port::Reader& reader, const ReturnChain& chain,
                                Record (*to_record)(const Value&)) {
  std::vector<Record> out;
  for (const Value& body : ReturnBodies(reader, chain)) {
    out.push_back(to_record(body));
    for (Record& earlier : out) {
      if (!earlier.id.empty() && earlier.id == out.back().replaces) {
        earlier.replaced_by = out.back().id;
      }
    }
  }
  return out;
}

// The next free "SHEET-REGION-YEAR-<letter>NNN".
std::string NextReturnId(port::Transaction& transaction, const Registers& registers,
                         const ReturnRecord& record, int year, std::string_view counter,
                         std::string_view letter);
// Puts the header at the end of the chain and `more` beside it; gives the body as it is stored.
Value AppendReturn(port::Transaction& transaction, const ReturnChain& chain, Context header,
                   Context more, std::string_view parent);

// "" or what is wrong. `content` says what is wrong of one body's content, "" if nothing.
std::string VerifyChain(port::Reader& reader, const ReturnChain& chain,
                        const std::function<std::string(const Value& body)>& content);

}  // namespace anjuan::runtime
