// Which elements and attributes a chart may hold, and where.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/xml/xml.h"

namespace anjuan::chart {

inline constexpr std::string_view kScxml = "http://www.w3.org/2005/07/scxml";
inline constexpr std::string_view kAj = "urn:anjuan:workflow:1";

// Every misspelt or misplaced element and attribute below `root`. Elements and attributes of other
// namespaces are passed over in plain SCXML (section 3.2.1) and refused in a workflow.
void CheckVocabulary(const xml::Document& document, bool workflow, Diagnostics& found);

bool IsScxml(const xml::Element& element, std::string_view name);
bool IsAj(const xml::Element& element, std::string_view name);

}  // namespace anjuan::chart
