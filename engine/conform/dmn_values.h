// Values in a test of the DMN kit: read, compared.
#pragma once

#include <string>

#include "engine/base/zones.h"
#include "engine/value/type.h"
#include "engine/value/value.h"
#include "engine/xml/xml.h"

namespace anjuan::conform {

// Of `<inputNode>`, `<expected>`, `<component>`, `<item>`. An untyped text is of the wanted kind.
Value ReadTestValue(const xml::Element& element, const Type* wanted, const Zones* zones);

// Does `found` stand for what `element` expects? `exact` turns false where a number is near, but
// not the same to the last digit written.
bool MatchesExpected(const xml::Element& element, const Value& found, const Zones* zones,
                     bool& exact);

}  // namespace anjuan::conform
