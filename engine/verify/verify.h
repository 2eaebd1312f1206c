// anjuan-verify: checks a dossier or a mirrored log without server or database.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace anjuan::verify {

// 0: accepted; 1: something is wrong or asks for an explanation; 2: could not be read.
int Run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace anjuan::verify
