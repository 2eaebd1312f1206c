// Source -> Program: references resolved, types built, every expression compiled by itself.
//
// Errors:  "dmn.reference" (an element that is not there), "dmn.type", "dmn.cycle", "dmn.name", and
//          FEEL's codes. None of them keeps the rest from working: what is broken is null, with
//          the mistake as its reason. `mistakes` of the Program holds them all.
#pragma once

#include <memory>
#include <vector>

#include "engine/dmn/plan.h"

namespace anjuan::dmn {

// `sources`: the model and all it imports, directly or not; the first is the model itself.
std::shared_ptr<Program> CompileProgram(const std::vector<Source>& sources,
                                        std::shared_ptr<const Zones> zones,
                                        const std::vector<feel::FunctionDeclaration>& functions);

}  // namespace anjuan::dmn
