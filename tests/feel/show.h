// A value as the cases write it: "text", 1.5, 2023-03-06, [1, 2], {a: 1}, [1..5), (< 5), null.
#pragma once

#include <string>

#include "engine/value/value.h"

namespace anjuan::feel {

std::string Show(const Value& value);

}  // namespace anjuan::feel
