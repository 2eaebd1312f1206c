// One cell of a list: text -> value, or what is wrong with it. Private to engine/form.
#pragma once

#include <string>
#include <string_view>

#include "engine/form/list.h"

namespace anjuan::form {

struct CellReading {
  Value value;          // null: empty
  std::string mistake;  // Chinese, "" for none
  std::string hint;
};

CellReading ReadCell(const ListColumn& column, std::string_view text, const References& references);

// Full-width letters, digits and signs become ASCII; white space goes. For headings and codes.
std::string Narrow(std::string_view text);

}  // namespace anjuan::form
