#include "engine/verify/verify.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <utility>

#include "engine/base/text.h"
#include "engine/inspect/four_properties.h"
#include "engine/inspect/volume_pages.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/dossier.h"
#include "engine/trail/mirror.h"
#include "engine/verify/files.h"
#include "plugins/pdf/pdf_reader.h"

namespace anjuan::verify {

namespace fs = std::filesystem;

namespace {

constexpr int kAccepted = 0;
constexpr int kRefused = 1;
constexpr int kCannot = 2;

struct Options {
  std::string path;
  std::vector<std::string> trust;
  std::vector<std::string> known;
  std::string lang = "zh";
  std::int64_t slack_minutes = std::int64_t{24} * 60;
  bool rows = false;
  bool deep = false;
  bool four_properties = false;

  trail::Language language() const {
    return lang == "en" ? trail::Language::kEnglish : trail::Language::kChinese;
  }
};

class Program {
 public:
  Program(std::ostream& out, std::ostream& err) : out_(out), err_(err) {}

  int Run(const std::vector<std::string>& arguments) {
    CLI::App app(
        "anjuan-verify: checks a case's dossier (folder or ZIP) or a mirror of an office's logs, "
        "without server or database");
    app.name("anjuan-verify");
    app.add_option("PATH", options_.path, "The dossier, or the mirror's folder")->required();
    app.add_option(
           "--trust", options_.trust,
           "A public key (vkey), or a file of them, that you got elsewhere: of the office's "
           "log, of its witnesses; may be repeated")
        ->type_name("VKEY|FILE")
        ->expected(1)
        ->take_all();
    app.add_option("--known", options_.known,
                   "Dossier: a checkpoint you kept; what is shown now must continue it")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    app.add_option("--lang", options_.lang, "zh or en")->check(CLI::IsMember({"zh", "en"}));
    app.add_option("--slack", options_.slack_minutes,
                   "Dossier: minutes a row's own time may lie outside what witnesses saw")
        ->capture_default_str();
    app.add_flag("--rows", options_.rows, "Dossier: also print each row's bounds in time");
    app.add_flag(
        "--four-properties", options_.four_properties,
        "Dossier: the four-property check (四性检测) item by item, in Chinese; exit 1 where "
        "an item fails");
    app.add_flag("--deep", options_.deep, "Mirror: also check every byte against its format");
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app.parse(reversed);
    } catch (const CLI::ParseError& error) {
      return app.exit(error, out_, err_) == 0 ? kAccepted : kCannot;
    }
    if (!ReadTrust()) return kCannot;
    const fs::path path = options_.path;
    if (!fs::exists(path)) {
      err_ << "没有 " << path.string() << "\n";
      return kCannot;
    }
    if (!fs::is_directory(path) || fs::exists(path / "dossier.json")) return Dossier(path);
    if (fs::exists(path / "checkpoint")) return Mirror(path);
    return Mirrors(path);
  }

 private:
  bool ReadTrust() {
    const auto keys = ReadKeys(options_.trust);
    if (!keys) {
      err_ << Render(keys.error());
      return false;
    }
    trust_.keys = *keys;
    for (const std::string& name : options_.known) {
      const std::optional<std::string> bytes = ReadFile(name);
      if (!bytes) {
        err_ << "读不出 " << name << "\n";
        return false;
      }
      trust_.known.push_back(*bytes);
    }
    trust_.slack_seconds = options_.slack_minutes * 60;
    return true;
  }

  int Say(const trail::Report& report) {
    out_ << trail::ToText(report, options_.language());
    return report.ok() ? kAccepted : kRefused;
  }

  int Dossier(const fs::path& path) {
    const Result<trail::DossierFiles> files = ReadDossier(path);
    if (!files) {
      err_ << Render(files.error());
      return kCannot;
    }
    if (options_.four_properties) return FourProperties(*files);
    trail::DossierVerdict verdict = trail::VerifyDossier(*files, trust_);
    inspect::CheckVolumePages(*files, *pdf::MakePdfReader(), verdict.report);
    if (options_.rows) {
      const auto moment = [](const std::optional<std::int64_t>& seconds) {
        return seconds ? ToBeijingString(*seconds * 1000) : std::string("-");
      };
      for (const trail::RowWindow& row : verdict.windows) {
        out_ << row.seq << "\t" << row.index << "\t" << ToBeijingString(row.time) << "\t"
             << moment(row.not_before) << "\t" << moment(row.not_after) << "\n";
      }
    }
    return Say(verdict.report);
  }

  int FourProperties(const trail::DossierFiles& files) {
    const inspect::Inspection found = inspect::Inspect(files, trust_, *pdf::MakePdfReader());
    out_ << inspect::ToText(found);
    return found.passed() ? kAccepted : kRefused;
  }

  int Mirror(const fs::path& path) {
    const trail::ReadMirror read = [&](const std::string& name) { return ReadFile(path / name); };
    std::vector<std::uint64_t> sizes;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path / "checkpoints", error)) {
      const auto size = trail::ParseSize(entry.path().filename().string());
      if (size) sizes.push_back(*size);
    }
    std::ranges::sort(sizes);
    return Say(trail::VerifyMirror(read, sizes, trust_.keys, options_.deep,
                                   [](std::uint64_t, std::uint64_t) {})
                   .report);
  }

  int Mirrors(const fs::path& path) {
    std::vector<fs::path> areas;
    for (const auto& entry : fs::directory_iterator(path)) {
      if (fs::exists(entry.path() / "checkpoint")) areas.push_back(entry.path());
    }
    std::ranges::sort(areas);
    if (areas.empty()) {
      err_ << path.string()
           << " 既不是卷宗（没有 dossier.json），也不是日志镜像（没有 checkpoint）\n";
      return kCannot;
    }
    int exit = kAccepted;
    for (const fs::path& area : areas) {
      out_ << "== " << area.filename().string() << "\n";
      exit = std::max(exit, Mirror(area));
    }
    return exit;
  }

  std::ostream& out_;
  std::ostream& err_;
  Options options_;
  trail::Trust trust_;
};

}  // namespace

int Run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  try {
    return Program(out, err).Run(arguments);
  } catch (const fs::filesystem_error& error) {
    err << error.what() << "\n";
    return kCannot;
  }
}

}  // namespace anjuan::verify
