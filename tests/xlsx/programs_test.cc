// What other programs read of our sheets: LibreOffice opens and saves every one of them (one start
// for all), and openpyxl finds the same values in ours and in its.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"
#include "plugins/xlsx/xlsx.h"
#include "tests/xlsx/sample.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;

std::string Slurp(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Programs, LibreOfficeAndOpenpyxlFindTheSameValues) {
  if (std::system("command -v soffice >/dev/null 2>&1") != 0 ||
      std::system("/usr/bin/python3 -c 'import openpyxl' >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "libreoffice-calc and python3-openpyxl are wanted: tests/setup.sh --test";
  }
  const fs::path folder = fs::temp_directory_path() / StrCat("anjuan-programs-", getpid());
  fs::create_directories(folder / "written");
  int files = 0;
  for (const std::string& id : ShippedSheetIds()) {
    const doc::SheetDescription sheet = ShippedSheet(id);
    for (const bool blank : {true, false}) {
      const Result<doc::SheetModel> model =
          doc::Fill(sheet, blank ? BlankData() : SampleData(sheet));
      ASSERT_TRUE(model.has_value()) << id << Render(model ? Diagnostics{} : model.error());
      const std::string name = StrCat(id, blank ? "-blank.xlsx" : ".xlsx");
      xlsx::NewSheetWriter()->Write(*model, (folder / "written" / name).string());
      ++files;
    }
  }
  const std::string convert =
      StrCat("cd ", (folder / "written").string(), " && soffice -env:UserInstallation=file://",
             (folder / "profile").string(), " --headless --convert-to xlsx --outdir ",
             (folder / "converted").string(), " *.xlsx >", (folder / "log").string(), " 2>&1");
  EXPECT_EQ(std::system(convert.c_str()), 0) << Slurp(folder / "log");
  const std::string compare =
      StrCat("/usr/bin/python3 " ANJUAN_SOURCE_DIR "/tests/xlsx/compare.py ",
             (folder / "written").string(), " ", (folder / "converted").string(), " >",
             (folder / "differences").string(), " 2>", (folder / "count").string());
  EXPECT_EQ(std::system(compare.c_str()), 0) << Slurp(folder / "count");
  EXPECT_EQ(Slurp(folder / "differences"), "");
  EXPECT_TRUE(Slurp(folder / "count").starts_with(StrCat(files, " files")))
      << Slurp(folder / "count");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace anjuan::test
