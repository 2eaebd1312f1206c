// What a decision table leaves out, says twice or never reaches, each with an example.
//
// Each column is cut into the pieces its cells distinguish: endpoints, what lies between them,
// named values and any other. A cell answers alike over a piece, so one example of each piece
// decides it exactly, by evaluating the cell itself. Rules are then met column by column, dropping
// those that no longer hold.
//
// Codes:   "dmn.overlap" (an error where the table is UNIQUE, or ANY with unlike outputs),
//          "dmn.gap", "dmn.unreachable", "dmn.undecided" (a cell compares with other data, so it
//          may hold anywhere), all warnings.
// Limits:  inputs that are null are not looked at; a table that needs too many steps is said to be
//          too large.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/dmn/source.h"

namespace anjuan::dmn {

// Of all tables of a model, wherever they stand.
Diagnostics Analyse(const Source& source);

}  // namespace anjuan::dmn
