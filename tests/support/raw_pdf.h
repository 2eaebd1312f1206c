// PDF written by hand, for what our own writer never makes.
#pragma once

#include <string>
#include <vector>

namespace anjuan::test {

// A file of these objects, numbered from 1; the first is the catalogue.
std::string RawFile(const std::vector<std::string>& objects);

// One empty page; `catalogue` and `page` are added to theirs, `more` are further objects from 5 on.
std::string RawPaper(const std::string& catalogue, const std::string& page = "",
                     const std::vector<std::string>& more = {});

}  // namespace anjuan::test
