#include "engine/app/library_page.h"

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/doc/layout.h"

namespace anjuan::app {

namespace fs = std::filesystem;

Result<LibraryPage> ReadLibraryPage(const fs::path& library, std::string_view file,
                                    const std::vector<std::pair<std::string, Value>>& variables) {
  const fs::path path = library / "templates" / file;
  const auto text = ReadFile(path);
  if (!text) {
    return Fail(
        {.code = "library.template",
         .message = StrCat("cannot read ", path.string()),
         .hint = "the library's templates/ folder lacks it; copy it from the program's own"});
  }
  const auto include = [&](std::string_view href) {
    return ReadFile(library / "templates" / "shared" / StrCat(href, ".xml"));
  };
  const auto source = doc::ReadTemplate(*text, path.string(), include);
  if (!source) return Unexpected(source.error());
  feel::Scope scope;
  LibraryPage page;
  for (const auto& [name, value] : variables) {
    scope.DeclareVariable(name, Type::Any());
    page.variables.push_back(value);
  }
  auto compiled = doc::Compile(*source, scope);
  if (!compiled) return Unexpected(std::move(compiled).error());
  page.compiled = std::move(*compiled);
  return page;
}

Result<doc::Pages> ToPages(const LibraryPage& page, runtime::Office& office) {
  return doc::Layout(page.compiled, page.variables, feel::NoHost(), office.fonts().metrics());
}

Result<std::string> ToPdf(const LibraryPage& page, runtime::Office& office) {
  const auto pages = ToPages(page, office);
  if (!pages) return Unexpected(pages.error());
  return office.pages().Write(*pages, "");
}

}  // namespace anjuan::app
