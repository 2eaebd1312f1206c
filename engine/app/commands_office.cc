// init, check, publish, import: setting an office up.

#include <algorithm>
#include <optional>
#include <ostream>

#include "engine/app/bundles.h"
#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/app/returns.h"
#include "engine/app/rules.h"
#include "engine/base/text.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/records.h"
#include "engine/runtime/seals.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::app {

namespace fs = std::filesystem;

int Init(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const bool manual = options.clock == "manual";
  std::optional<Instant> now;
  if (manual) {
    now = ParseMoment(options.at.empty() ? "2023-01-01" : options.at);
    if (!now) {
      streams.err << "error: --at " << options.at << ": no date or time\n";
      return kExitCannot;
    }
  }
  Result<std::unique_ptr<OpenOffice>> made = OpenOffice::Create(
      options.names[0], *library, options.area,
      manual ? runtime::ClockKind::kManual : runtime::ClockKind::kReal, now.value_or(0));
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  streams.out << options.names[0] << ": office of area " << options.area << ", " << options.clock
              << " clock\n"
              << "next: anjuan -C " << options.names[0] << " import enterprises LIST.csv\n";
  return kExitDone;
}

namespace {

// Decision models by themselves.
int CheckRuleFiles(const std::vector<std::string>& files, const Streams& streams) {
  Diagnostics found;
  for (const std::string& file : files) Append(found, CheckRules(file));
  PrintMistakes(found, streams);
  if (HasError(found)) return kExitFindings;
  streams.out << files.size() << " checked, no errors\n";
  return kExitDone;
}

}  // namespace

int Check(const Options& options, const Streams& streams) {
  const bool rules = !options.names.empty() &&
                     std::all_of(options.names.begin(), options.names.end(),
                                 [](const std::string& name) { return name.ends_with(".dmn"); });
  if (rules) return CheckRuleFiles(options.names, streams);
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const std::vector<fs::path> bundles = BundlesOf(options.names, *library);
  // Roles and parameters come from the shipped tables, or from the office where one is named.
  std::unique_ptr<OpenOffice> open;
  if (fs::exists(options.folder / "office.db")) {
    open = OpenFolder(options, streams);
  } else {
    Result<std::unique_ptr<OpenOffice>> scratch = OpenOffice::Empty(*library);
    if (!scratch) {
      PrintMistakes(scratch.error(), streams);
      return kExitCannot;
    }
    open = std::move(*scratch);
  }
  if (open == nullptr) return kExitCannot;
  runtime::Surroundings surroundings;
  open->office().store().Read(
      [&](port::Reader& reader) { surroundings = open->office().SurroundingsFor(reader); });
  for (const fs::path& other : AllBundles(*library)) {
    surroundings.processes.push_back(other.filename().string());
  }
  const auto registers = open->office().registers();
  surroundings.registers = registers.get();
  const Diagnostics found = CheckBundles(surroundings, bundles, TemplatesOf(bundles, *library),
                                         nullptr, Checks::kEverything);
  PrintFindings(found, options, streams);
  if (HasError(found)) return kExitFindings;
  if (WantsChinese(options)) {
    streams.out << "已检查 " << bundles.size() << " 个流程，没有错误\n";
  } else {
    streams.out << bundles.size() << " checked, no errors\n";
  }
  return kExitDone;
}

int Publish(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  const std::unique_ptr<OpenOffice> open = library ? OpenFolder(options, streams) : nullptr;
  if (open == nullptr) return kExitCannot;
  const std::vector<fs::path> bundles = BundlesOf(options.names, *library);
  const Diagnostics found =
      PublishAll(open->office(), bundles, TemplatesOf(bundles, *library), Checks::kEverything);
  PrintFindings(found, options, streams);
  if (HasError(found)) return kExitFindings;
  open->office().store().Read([&](port::Reader& reader) {
    for (const fs::path& bundle : bundles) {
      const auto record = runtime::LatestDefinition(reader, bundle.filename().string());
      if (!record) continue;
      streams.out << record->name << " version " << record->version << " " << record->hash << "\n";
    }
  });
  return kExitDone;
}

namespace {

std::string Quoted(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.push_back(StrCat("“", name, "”"));
  return Join(out, "、");
}

// For the clerk to compare with the file, before anything is said of its rows.
void PrintMatch(const runtime::ImportMatch& told, std::ostream& out) {
  if (!told.sheet.empty()) {
    out << "工作表：" << told.sheet;
    if (!told.other_sheets.empty()) out << "（未读：" << Quoted(told.other_sheets) << "）";
    out << "\n";
  }
  const form::ListMatch& match = told.match;
  out << "表头：第" << match.first_row;
  if (match.last_row != match.first_row) out << "-" << match.last_row;
  out << "行\n";
  std::vector<std::string> passed_over;
  for (const form::ListMatch::Column& column : match.columns) {
    const std::string letters = form::ColumnLetters(column.position);
    if (!column.column) {
      passed_over.push_back(StrCat(letters, " ", column.heading));
      continue;
    }
    const form::ListColumn& field = told.description.columns[*column.column];
    out << "  " << letters << "  " << column.heading;
    if (column.heading != field.label) out << " -> " << field.label;
    out << "\n";
  }
  if (!passed_over.empty()) out << "不导入的列：" << Join(passed_over, "、") << "\n";
  std::vector<std::string> missing;
  for (const size_t i : match.missing) missing.push_back(told.description.columns[i].label);
  if (!missing.empty()) out << "缺少的列：" << Join(missing, "、") << "\n";
}

}  // namespace

namespace {

// A folder of files named after their offices (hrss@430600.png), or one file and --organisation.
std::optional<std::vector<runtime::SealFile>> ReadSeals(const Options& options,
                                                        const Streams& streams) {
  const fs::path path = options.names[1];
  std::vector<fs::path> paths;
  const bool folder = fs::is_directory(path);
  if (folder && !options.organisation.empty()) {
    streams.err << "error: --organisation goes with one file; in a folder each file is named after "
                   "its office, such as hrss@430600.png\n";
    return std::nullopt;
  }
  if (!folder && options.organisation.empty()) {
    streams.err << "error: whose seal is " << path.string()
                << "? add --organisation hrss@430600 (the office and its region)\n";
    return std::nullopt;
  }
  if (folder) {
    for (const auto& entry : fs::directory_iterator(path)) {
      if (entry.path().extension() == ".png") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
  } else {
    paths.push_back(path);
  }
  std::vector<runtime::SealFile> out;
  for (const fs::path& one : paths) {
    std::optional<std::string> bytes = ReadFile(one);
    if (!bytes) {
      streams.err << "error: cannot read " << one.string() << "\n";
      return std::nullopt;
    }
    out.push_back(
        {folder ? one.stem().string() : options.organisation, std::move(*bytes), one.string()});
  }
  if (out.empty()) {
    streams.err << "error: no .png files in " << path.string() << "\n";
    return std::nullopt;
  }
  return out;
}

int ImportSealFiles(const Options& options, OpenOffice& open, const Streams& streams) {
  const auto files = ReadSeals(options, streams);
  if (!files) return kExitCannot;
  const Result<runtime::ImportReport> report =
      runtime::ImportSeals(open.office(), *files, options.dry_run);
  if (!report) {
    PrintMistakes(report.error(), streams);
    streams.err << report.error().size() << " 处有误，未导入任何印章\n";
    return kExitFindings;
  }
  streams.out << report->rows << " seals read, " << report->changed << " new or changed"
              << (options.dry_run ? "; dry run: nothing stored\n" : "\n");
  return kExitDone;
}

// offices.json as an office changes it: names, short names, where papers are verified.
int ImportOffices(const Options& options, OpenOffice& open, const Streams& streams) {
  const std::optional<std::string> text = ReadFile(options.names[1]);
  if (!text) {
    streams.err << "error: cannot read " << options.names[1] << "\n";
    return kExitCannot;
  }
  const Result<runtime::ImportReport> report =
      runtime::ImportShared(open.office(), {{"offices.json", *text}}, options.dry_run);
  if (!report) {
    PrintMistakes(report.error(), streams);
    return kExitFindings;
  }
  streams.out << report->rows << " 项机关和简称，" << report->changed << " 项新增或有变化"
              << (options.dry_run ? "（只检查，未保存）\n" : "\n");
  return kExitDone;
}

constexpr std::int64_t kMostTold = 200;

void PrintRecounted(const runtime::Recounted& one, std::int64_t before, const Streams& streams) {
  if (before == kMostTold) streams.out << "  ……其余案卷见各自的历史\n";
  if (before >= kMostTold) return;
  streams.out << one.case_id << (one.failed ? "  未能重新计算，案卷显示异常" : "") << "\n";
  for (const std::string& line : one.lines) streams.out << "  " << line << "\n";
}

void PrintRecount(const runtime::RecountReport& report, bool dry_run, const Streams& streams) {
  if (report.cases == 0) return;
  streams.out << "未结案卷 " << report.cases << " 件，期限或日期随节假日安排"
              << (dry_run ? "将调整 " : "调整 ") << report.moved << " 件";
  if (report.failed > 0) streams.out << "，未能重新计算 " << report.failed << " 件";
  streams.out << "\n";
}

}  // namespace

int Import(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  if (options.names[0] == "returns") return ImportReturns(options, streams, *open);
  if (options.names[0] == "sheets") return ImportSheets(options, streams, *open);
  if (options.names.size() > 2) {
    streams.err << "error: import " << options.names[0] << " takes one file\n";
    return kExitCannot;
  }
  if (options.names[0] == "offices") return ImportOffices(options, *open, streams);
  if (options.names[0] == "seals") return ImportSealFiles(options, *open, streams);
  std::optional<std::string> bytes = ReadFile(options.names[1]);
  if (!bytes) {
    streams.err << "error: cannot read " << options.names[1] << "\n";
    return kExitCannot;
  }
  const std::unique_ptr<port::SheetReader> sheet_reader = xlsx::NewSheetReader();
  runtime::ImportOptions how;
  how.sheet_reader = sheet_reader.get();
  how.sheet = options.sheet;
  how.dry_run = options.dry_run;
  how.matched = [&](const runtime::ImportMatch& told) { PrintMatch(told, streams.out); };
  std::optional<Progress> progress;
  how.recount.progress = [&](std::int64_t done, std::int64_t total) {
    if (!progress) progress.emplace(streams, "重新计算期限");
    progress->Update(done, total);
  };
  std::int64_t told = 0;
  how.recount.told = [&](const runtime::Recounted& one) { PrintRecounted(one, told++, streams); };
  const Result<runtime::ImportReport> report = runtime::ImportList(
      open->office(), options.names[0], std::move(*bytes), options.names[1], how);
  if (!report) {
    PrintMistakes(report.error(), streams);
    streams.err << report.error().size() << " 处有误，未导入任何一行\n";
    return kExitFindings;
  }
  progress.reset();
  PrintMistakes(report->warnings, streams);
  PrintRecount(report->recount, options.dry_run, streams);
  // Whoever has such a case is told at once.
  const bool told_all =
      options.dry_run || report->recount.moved == 0 || DrainOutbox(*open, streams);
  streams.out << report->rows << " rows read, " << report->changed << " new or changed";
  streams.out << (options.dry_run ? "; dry run: nothing stored\n" : "\n");
  return told_all ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
