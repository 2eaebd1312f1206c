// backup, restore: a copy of an office while it is in use, and an office made from one.

#include <sys/stat.h>

#include <cstring>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/records.h"
#include "plugins/sqlite/upkeep.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

int Refused(const Streams& streams, const std::string& what) {
  streams.err << "error: " << what << "\n";
  return kExitCannot;
}

// When the last thing was written down: tells a fresh backup from an old one.
std::string LastMoment(runtime::Office& office) {
  Instant last = 0;
  office.store().Read([&](port::Reader& reader) {
    reader.Scan(port::cases::kTable, {}, [&](const port::Row& row) {
      last = std::max(last, runtime::IntegerOf(row, port::cases::kUpdatedAt));
      return true;
    });
  });
  return last == 0 ? "无" : ToBeijingString(last);
}

// Every leaf, chain and document of the office in these files. false: something is wrong, printed.
bool Proves(OpenOffice& open, const Streams& streams) {
  runtime::AuditReport report;
  {
    Progress progress(streams, "核验");
    report = runtime::Verify(open.office(), [&](std::int64_t done, std::int64_t total) {
      progress.Update(done, total);
    });
  }
  if (!report.ok()) {
    streams.err << "error: 核验没有通过：" << report.mistake << "\n";
    return false;
  }
  streams.out << "案卷 " << report.cases << "，历史 " << report.rows << " 条，文书 "
              << report.documents << " 份，最后一次办理：" << LastMoment(open.office()) << "\n";
  return true;
}

void Copy(const fs::path& from, const fs::path& to, const std::string& label,
          const Streams& streams) {
  constexpr std::int64_t kWhole = 1000;
  Progress progress(streams, label);
  sqlite::MakeUpkeep(from.string())->Backup(to.string(), [&](double done) {
    progress.Update(static_cast<std::int64_t>(done * kWhole), kWhole);
  });
}

// The key file for a backup: named, beside it, or none.
std::optional<fs::path> KeysFor(const Options& options, const fs::path& backup) {
  if (!options.keys.empty()) return options.keys;
  const fs::path beside = backup.string() + ".keys.json";
  if (fs::exists(beside)) return beside;
  return std::nullopt;
}

}  // namespace

int Backup(const Options& options, const Streams& streams) {
  const fs::path store = options.folder / kStoreFile;
  const fs::path target = options.names[0];
  const fs::path secret = target.string() + ".keys.json";
  if (!fs::exists(store)) {
    return Refused(streams,
                   StrCat("这里没有办公库：", options.folder.string(), "。请用 -C 指明文件夹"));
  }
  for (const fs::path& file : {target, secret}) {
    if (fs::exists(file)) {
      return Refused(streams,
                     StrCat("文件已存在，备份不覆盖：", file.string(), "。请换一个文件名"));
    }
  }
  if (const auto open = OpenOffice::Open(options.folder);
      open && RefuseWhileChanging(**open, streams)) {
    return kExitCannot;
  }
  Copy(store, target, "备份", streams);
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  // Where the keys are not at hand the copy is whole all the same; only its proof must wait.
  const Result<std::unique_ptr<OpenOffice>> copy =
      OpenOffice::OpenFiles(target, options.folder / kKeyFile);
  if (!copy) {
    PrintMistakes(copy.error(), streams);
    return kExitCannot;
  }
  if (!Proves(**copy, streams)) return kExitFindings;
  if (options.with_keys) {
    const std::optional<std::string> keys = ReadFile(options.folder / kKeyFile);
    if (!keys || !WriteSecret(secret, *keys)) {
      return Refused(streams,
                     StrCat("密钥没有写成：", secret.string(), "：", std::strerror(errno)));
    }
    streams.out << "密钥：" << secret.string() << "（与备份分开保管）\n";
    if (const auto open = OpenOffice::Open(options.folder))
      RecordKeyBackup((*open)->office(), "plain");
  } else {
    streams.out << "备份不含密钥；恢复时要用办公库的 " << kKeyFile << "，请另行妥善保管\n";
  }
  streams.out << "backup: ok\n";
  return kExitDone;
}

int Restore(const Options& options, const Streams& streams) {
  const fs::path backup = options.names[0];
  const fs::path folder = options.folder;
  const std::optional<std::int64_t> version = sqlite::MakeUpkeep(backup.string())->Version();
  if (!version) return Refused(streams, StrCat("不是办公库的备份：", backup.string()));
  if (fs::exists(folder / kStoreFile)) {
    return Refused(streams, StrCat("文件夹里已有办公库，恢复不覆盖：", folder.string(),
                                   "。请用 -C 指明一个新文件夹"));
  }
  std::optional<fs::path> keys = KeysFor(options, backup);
  const bool in_place = fs::exists(folder / kKeyFile);
  if (!keys && in_place) keys = folder / kKeyFile;
  if (!keys) {
    return Refused(
        streams,
        StrCat("没有密钥文件，个人信息和文书无法读取。请用 --keys 指明原办公库的 ", kKeyFile));
  }
  const std::optional<std::string> secret = ReadFile(*keys);
  if (!secret) return Refused(streams, StrCat("读不出密钥文件：", keys->string()));
  // Made aside, proved, and moved in when it is whole: a mistake or a kill leaves no half office.
  const fs::path aside = folder / ".restore";
  fs::remove_all(aside);
  fs::create_directories(aside);
  bool proved = false;
  {
    Copy(backup, aside / kStoreFile, "恢复", streams);
    if (!WriteSecret(aside / kKeyFile, *secret)) {
      return Refused(streams, StrCat("密钥没有写成：", std::strerror(errno)));
    }
    const Result<std::unique_ptr<OpenOffice>> open = OpenOffice::Open(aside);
    if (!open) {
      PrintMistakes(open.error(), streams);
    } else {
      proved = Proves(**open, streams);
      if (proved) streams.out << "打印副本 " << (*open)->PrintAgain() << " 份\n";
    }
  }
  if (!proved) {
    fs::remove_all(aside);
    return kExitFindings;
  }
  if (in_place) fs::remove(aside / kKeyFile);
  // The store goes last: a folder without it holds no office.
  for (const char* name : {kKeyFile, kDocuments, kStoreFile}) {
    if (fs::exists(aside / name)) fs::rename(aside / name, folder / name);
  }
  fs::remove_all(aside);
  streams.out << "restore: ok\n";
  return kExitDone;
}

}  // namespace anjuan::app
