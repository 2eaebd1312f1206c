// Cases whose term of keeping has run out (保管期限届满), and their end: papers and free texts go,
// the people nobody else needs go with them, histories and proofs stay.
//
// Source:  机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号, 2006): terms counted from
// the
//          first of January after closing; 个人信息保护法 art. 47.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/runtime/commit.h"
#include "engine/runtime/privacy.h"

namespace anjuan::runtime {

struct DueCase {
  CaseRecord record;
  std::string title;  // of its volume
  Date closed;
  Date until;  // the first day on which nothing need be kept
  std::int64_t years = 0;
  std::int64_t papers = 0;  // that still have bytes
  bool held = false;        // aj.hold: stays, whatever its term
};

// Closed cases whose term has run out by the end of `year`, in the order of their numbers, those
// disposed of before left out.
std::vector<DueCase> DueCases(Office& office, port::Reader& reader, int year);

// Every paper and free text of the case, whoever it names; marks the case as disposed of.
Erased EraseWholeCase(Office& office, port::Transaction& transaction, const LoadedCase& loaded);

// People named in cases disposed of, in no other case and in no register: nothing needs their keys.
// Reads every history.
std::set<std::string> PeopleNobodyNeeds(Office& office, port::Reader& reader);

}  // namespace anjuan::runtime
