// Personal fields of a case shown in its dossier, value by value, with what proves each to be what
// history committed to; and which papers may go along without showing the rest.
//
// Source:  engine/trail/disclosure.h (format), engine/trail/README.md.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/port/store.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/office.h"
#include "engine/trail/dossier.h"

namespace anjuan::runtime {

// Data of the case that hold personal values now, in the order of the chart.
std::vector<std::string> PersonalFields(const LoadedCase& loaded);

// Adds state.json and disclosed/FIELD.json for each personal field; those of `shown` with values.
void AddDisclosures(Office& office, port::Reader& reader, const LoadedCase& loaded,
                    const std::set<std::string>& shown, trail::DossierFiles& files);

using PaperPlaces = std::set<std::pair<std::int64_t, std::int64_t>>;  // seq and position

// Papers that print, or might print, a personal value that is not in a field of `shown`. Errors:
// what keeps a paper from being laid out again.
Result<PaperPlaces> PapersThatTell(Office& office, port::Reader& reader, const LoadedCase& loaded,
                                   const std::set<std::string>& shown);

}  // namespace anjuan::runtime
