#include "tests/support/archive.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "engine/base/text.h"

namespace anjuan::test {

namespace fs = std::filesystem;

namespace {

struct Jar {
  const char* path;
  const char* package;
};

constexpr Jar kJars[] = {
    {"/usr/share/java/pdfbox2.jar", "libpdfbox2-java"},
    {"/usr/share/java/preflight.jar", "libpdfbox2-java"},
    {"/usr/share/java/xmpbox.jar", "libpdfbox2-java"},
    {"/usr/share/java/fontbox2.jar", "libpdfbox2-java"},
    {"/usr/share/java/javax.activation.jar", "libactivation-java"},
    {"/usr/share/java/jaxb-api.jar", "libjaxb-api-java"},
    {"/usr/share/java/commons-logging.jar", "libcommons-logging-java"},
};

}  // namespace

ArchiveVerdicts JudgeArchives(const fs::path& folder, const std::vector<fs::path>& files) {
  ArchiveVerdicts out;
  std::string jars;
  for (const Jar& jar : kJars) {
    if (!fs::exists(jar.path)) {
      out.report = StrCat("the Debian package ", jar.package, " is not installed");
      return out;
    }
    jars += StrCat(jars.empty() ? "" : ":", jar.path);
  }
  const fs::path list = folder / "files.txt";
  {
    std::ofstream lines(list);
    for (const fs::path& file : files) lines << file.string() << "\n";
  }
  const fs::path verdicts = list.string() + ".preflight.xml";
  fs::remove(verdicts);
  const std::string command =
      StrCat("java -cp ", jars, " org.apache.pdfbox.preflight.Validator_A1b xml group ",
             list.string(), " > /dev/null 2> ", (folder / "java.txt").string());
  if (std::system("command -v java > /dev/null") != 0) {
    out.report = "the Debian package default-jre-headless is not installed";
    return out;
  }
  static_cast<void>(std::system(command.c_str()));
  std::ifstream in(verdicts);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  out.judged = true;
  constexpr std::string_view kValid = "<isValid type=\"PDF/A1-b\">true</isValid>";
  for (size_t at = text.find(kValid); at != std::string::npos; at = text.find(kValid, at + 1)) {
    ++out.valid;
  }
  if (out.valid != files.size()) out.report = text.empty() ? "no verdicts were written" : text;
  return out;
}

}  // namespace anjuan::test
