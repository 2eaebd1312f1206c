// What a case holds, as a clerk reads it: labels instead of ids, names instead of entries, dates in
// Chinese. Only texts; who may see what is decided before (personal data come masked).
#pragma once

#include <string>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/runtime/registers.h"
#include "engine/value/value.h"

namespace anjuan::app {

std::string StateLabels(const chart::Chart& chart, const std::vector<std::string>& states);
std::string RoleLabel(const chart::Chart& chart, const runtime::Registers& registers,
                      const std::string& role);
std::string RegionLabel(const runtime::Registers& registers, const std::string& region);
std::string StatusLabel(const std::string& document_status);
std::string EndLabel(Instant due);  // of a deadline: its last day, or the moment

// The lines of one datum: one, or one for each entry of a list of entries; none: nothing to show.
std::vector<std::string> ShownLines(const chart::DataField& field, const Value& value);

}  // namespace anjuan::app
