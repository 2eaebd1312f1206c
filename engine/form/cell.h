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
  bool serial = false;  // a day by its number in a spreadsheet
};

struct CellContext {
  const References& references;
  bool dates_from_1904 = false;
};

CellReading ReadCell(const ListColumn& column, std::string_view text, const CellContext& context);

// A heading as it is compared: besides, without notes in brackets, stars and numbering; small
// letters.
std::string HeadingKey(std::string_view heading);

}  // namespace anjuan::form
