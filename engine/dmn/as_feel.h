// Values as FEEL writes them, for people: 5, "a", date("2023-03-06"), [1, 2], {a: 1}.
#pragma once

#include <string>

#include "engine/value/value.h"

namespace anjuan::dmn {

// A function is shown as `function`.
std::string AsFeel(const Value& value);

}  // namespace anjuan::dmn
