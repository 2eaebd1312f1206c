// A sheet as text for a terminal: the printed form's own words, with the columns lined up.
#pragma once

#include <string>

#include "engine/doc/sheet.h"

namespace anjuan::app {

// Columns a terminal gives this text: Chinese characters and full-width signs take two.
int TextColumns(std::string_view text);

// `text` followed or, for numbers, preceded by spaces up to that many columns.
std::string Padded(std::string_view text, int columns, bool right = false);

// Title, preface, heading, body and footnotes. Rows of a streamed body are not in memory and are
// left out.
std::string SheetText(const doc::SheetModel& model);

}  // namespace anjuan::app
