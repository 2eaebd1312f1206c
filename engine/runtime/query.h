// Finding cases. A query is terms joined by commas: process=…, state=…, region=… (and below),
// subject=…, incident=1, ended=0, actor=… (an account that acted in it), number=… (an official
// number), document=… (a code, or at least 8 digits of a SHA-256), or any searchable field=value.
// Terms all hold.
//
// Answered along declared indexes (process and state, region, subject, search, documents), never by
// scanning histories.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/port/store.h"
#include "engine/runtime/records.h"
#include "engine/runtime/registers.h"

namespace anjuan::runtime {

struct Query {
  std::vector<std::pair<std::string, std::string>> terms;
};

Result<Query> ParseQuery(std::string_view text);

// Areas that have cases.
std::vector<std::string> Areas(port::Reader& reader);

// In the order of case numbers.
std::vector<CaseRecord> FindCases(port::Reader& reader, const Registers& registers,
                                  const Query& query);

}  // namespace anjuan::runtime
