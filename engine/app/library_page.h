// Pages the program prints of itself, beside the papers of processes: a template of the library
// over values of ours.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/doc/pages.h"
#include "engine/doc/template.h"
#include "engine/runtime/office.h"
#include "engine/value/value.h"

namespace anjuan::app {

struct LibraryPage {
  doc::CompiledTemplate compiled;
  std::vector<Value> variables;
};

// `file`: below templates/, "volume-cover/template.xml". Errors: "library.template" and what the
// template itself has wrong.
Result<LibraryPage> ReadLibraryPage(const std::filesystem::path& library, std::string_view file,
                                    const std::vector<std::pair<std::string, Value>>& variables);

Result<doc::Pages> ToPages(const LibraryPage& page, runtime::Office& office);
Result<std::string> ToPdf(const LibraryPage& page, runtime::Office& office);

}  // namespace anjuan::app
