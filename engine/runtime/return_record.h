// What the returns an office froze and those it took in have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/entry_chain.h"
#include "engine/runtime/registers.h"

namespace anjuan::runtime {

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

// Why something of a return is erased.
struct ErasureCause {
  std::string by;      // account; "" = the local operator
  std::string reason;  // words
  std::string what;    // "case", "subject" or "people"
  std::string id;      // its number, the person's digits, or how many
};

// Of a stored body: its header and the header's hash.
ReturnRecord ToReturnRecord(const Value& body);
Context ToHeader(const ReturnRecord& record);  // all but the last three and what the chain adds

// Records of either kind, each knowing which later one replaces it.
template <typename Record>
std::vector<Record> ListRecords(port::Reader& reader, const EntryChain& chain,
                                Record (*to_record)(const Value&)) {
  std::vector<Record> out;
  for (const Value& body : ChainBodies(reader, chain)) {
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

}  // namespace anjuan::runtime
