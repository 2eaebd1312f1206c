// How much of each definition the cases of an office went through: what scripted runs are judged
// by.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/runtime/definition.h"
#include "engine/runtime/office.h"

namespace anjuan::runtime {

// What cases did, by what the chart calls it.
struct Coverage {
  std::shared_ptr<const Definition> definition;
  std::set<int> states;             // entered
  std::set<int> transitions;        // taken
  std::set<std::string> timers;     // fired or warned
  std::set<std::string> documents;  // codes of papers issued
};

// By the name of the definition. An office whose cases run several versions of one definition
// cannot be added: their states have other numbers.
using CoverageByName = std::map<std::string, Coverage>;

// Steps every case of the office again and adds what it did. What could not be added is returned:
// the errors of FoldCase, and "coverage.version".
Diagnostics AddCoverage(Office& office, CoverageByName& coverage);

// One kind of thing: how many there are, and those nothing went through, as a person finds them in
// the chart ("signed", "signed --expire--> ended (P01.T36) :812" with its line, "R02", "D0101").
struct CoverageOf {
  std::string what;  // states, transitions, timers, documents
  size_t total = 0;
  std::vector<std::string> missed;
};
std::vector<CoverageOf> Summarize(const Coverage& coverage);

}  // namespace anjuan::runtime
