// JSON in and out of the value type, and the canonical form that is hashed.
//
// Canonical form (stored format version 1, specified in engine/value/README.md): RFC 8785. null,
// true, false, lists and contexts as in JSON, keys sorted by UTF-16 code units. A number that is an
// integer of at most 2^53 in magnitude is a JSON number; every other number and every temporal is a
// tagged string: "@n:0.1", "@d:2023-03-06", "@t:09:00:00", "@dt:2023-03-06T09:00:00",
// "@ym:P1Y", "@p:P1DT2H". A string beginning with "@" is written "@s:" + string.
// Ranges and functions have no stored form (a broken invariant: data never hold them).
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/value/value.h"

namespace anjuan {

// Plain JSON (forms, data files): numbers are read as text into Decimal, never through a double;
// no tags are interpreted. Syntax and bad UTF-8 are errors with a place; duplicate keys (named) and
// nesting beyond 200 levels are refused for the whole text.
Result<Value> ReadJson(std::string_view text, std::string_view file);

// The canonical form and back. ReadCanonical refuses any text WriteCanonical would not write.
std::string WriteCanonical(const Value& value);
Result<Value> ReadCanonical(std::string_view text);

// JSON for people and scripts (--json): temporals and decimals as plain strings and numbers,
// entries in their order. indent 0: one line.
std::string WriteJson(const Value& value, int indent = 0);

}  // namespace anjuan
