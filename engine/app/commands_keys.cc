// keys: the office's master key, backed up under a passphrase, put back, replaced.

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iostream>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/app/sealing.h"
#include "engine/base/text.h"
#include "engine/runtime/key_change.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
#include "engine/vault/key_backup.h"
#include "engine/vault/rewrap.h"
#include "plugins/sqlite/sqlite_store.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

int Refuse(const Streams& streams, const std::string& what, int exit = kExitCannot) {
  streams.err << "error: " << what << "\n";
  return exit;
}

// Typed without being shown.
std::optional<std::string> Ask(const std::string& prompt) {
  std::cerr << prompt << std::flush;
  termios was{};
  if (tcgetattr(STDIN_FILENO, &was) != 0) return std::nullopt;
  termios hidden = was;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  std::string line;
  const bool read = static_cast<bool>(std::getline(std::cin, line));
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
  std::cerr << "\n";
  return read ? std::optional(line) : std::nullopt;
}

// From a file's first line, standard input, or the terminal; a new one is asked for twice.
Result<std::string> Passphrase(const Options& options, bool fresh) {
  std::optional<std::string> given;
  if (options.passphrase_file == "-") {
    std::string line;
    if (std::getline(std::cin, line)) given = line;
  } else if (!options.passphrase_file.empty()) {
    const std::optional<std::string> text = ReadFile(options.passphrase_file);
    if (text) given = text->substr(0, text->find('\n'));
  } else if (isatty(STDIN_FILENO) != 0) {
    given = Ask("口令：");
    if (given && fresh && Ask("再输一遍：") != given) {
      return Fail("keys.passphrase", "两次输入不同");
    }
  }
  if (!given) {
    return Fail({.code = "keys.passphrase",
                 .message = "没有口令",
                 .hint = "用 --passphrase-file 文件 给出（- 为标准输入），或在终端上输入"});
  }
  if (given->ends_with('\r')) given->pop_back();
  if (fresh && CountCodePoints(*given) < vault::kLeastPassphrase) {
    return Fail("keys.passphrase", StrCat("口令太短：至少 ", vault::kLeastPassphrase,
                                          " 个字符，建议用几个不相干的词"));
  }
  return *given;
}

int BackUp(const Options& options, const Streams& streams) {
  if (options.output.empty()) return Refuse(streams, "请用 -o 指明备份文件");
  const fs::path target = options.output;
  if (fs::exists(target)) {
    return Refuse(streams, StrCat("文件已存在，备份不覆盖：", target.string(), "。请换一个文件名"));
  }
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  if (RefuseWhileChanging(*open, streams)) return kExitCannot;
  const Result<std::string> passphrase = Passphrase(options, true);
  if (!passphrase) {
    PrintMistakes(passphrase.error(), streams);
    return kExitCannot;
  }
  runtime::Office& office = open->office();
  std::string at;
  office.store().Read([&](port::Reader& reader) { at = ToUtcString(office.Now(reader)); });
  const std::string sealed =
      vault::SealKeys(office.keys(), *passphrase, office.random(), office.origin(), at);
  // What was written is opened again: a backup nobody can open is none.
  if (!WriteSecret(target, sealed)) {
    return Refuse(streams, StrCat("没有写成：", target.string(), "：", std::strerror(errno)));
  }
  const Result<vault::OfficeKeys> again =
      vault::OpenKeys(ReadFile(target).value_or(""), *passphrase);
  if (!again || vault::Fingerprint(*again) != vault::Fingerprint(office.keys())) {
    return Refuse(streams, StrCat("写成的备份打不开：", target.string(), "，请换一处再做"));
  }
  RecordKeyBackup(office, "passphrase");
  SealIfDue(*open, streams, true);
  streams.out << "密钥备份：" << target.string() << "（用口令加密，指纹 "
              << vault::Fingerprint(office.keys())
              << "）\n口令不在文件里，忘了就打不开；请与备份分开保管\nkeys: ok\n";
  return kExitDone;
}

// The id of the key the store was last written under; nullopt: no store.
std::optional<std::string> KeyOfStore(const fs::path& folder) {
  if (!fs::exists(folder / kStoreFile)) return std::nullopt;
  std::optional<std::string> id;
  sqlite::OpenSqliteStore((folder / kStoreFile).string())->Read([&](port::Reader& reader) {
    id = runtime::LoadMeta(reader, vault::kKeyInMeta);
  });
  return id;
}

// Makes room for the key file that is put back; what lies there is kept aside.
bool SetAside(const fs::path& keys) {
  for (int i = 1; i < 100; ++i) {
    const fs::path aside = StrCat(keys.string(), ".aside", i);
    if (fs::exists(aside)) continue;
    fs::rename(keys, aside);
    return true;
  }
  return false;
}

int PutBack(const Options& options, const Streams& streams) {
  if (options.names.size() < 2) return Refuse(streams, "请写明密钥备份的文件");
  const std::optional<std::string> sealed = ReadFile(options.names[1]);
  if (!sealed) return Refuse(streams, StrCat("读不出 ", options.names[1]));
  const Result<std::string> passphrase = Passphrase(options, false);
  const Result<vault::OfficeKeys> keys =
      passphrase ? vault::OpenKeys(*sealed, *passphrase)
                 : Result<vault::OfficeKeys>(Unexpected{passphrase.error()});
  if (!keys) {
    PrintMistakes(keys.error(), streams);
    return kExitFindings;
  }
  const bool elsewhere = !options.output.empty();
  const fs::path target = elsewhere ? fs::path(options.output) : options.folder / kKeyFile;
  if (!elsewhere) {
    const std::optional<std::string> wanted = KeyOfStore(options.folder);
    if (wanted && *wanted != vault::KeyId(*keys)) {
      return Refuse(
          streams,
          StrCat("这份备份是别的密钥（", vault::KeyId(*keys), "），办公库用的是 ", *wanted,
                 "：可能在更换密钥之前备份，请用之后的一份；恢复旧的办公库备份，"
                 "用 -o 写到别处，再 anjuan restore --keys"),
          kExitFindings);
    }
    const std::optional<std::string> here = ReadFile(target);
    const auto known =
        here ? vault::ParseKeys(*here) : Result<vault::OfficeKeys>(Fail("vault.keys", "none"));
    if (known && vault::Fingerprint(*known) == vault::Fingerprint(*keys)) {
      streams.out << "密钥文件完好，就是这一份，没有改动\nkeys: ok\n";
      return kExitDone;
    }
    if (here && !SetAside(target)) return Refuse(streams, "文件夹里另存的密钥文件太多，请清理");
  }
  if (!WriteSecret(target, vault::Serialize(*keys))) {
    return Refuse(streams, StrCat("没有写成：", target.string(), "：", std::strerror(errno)));
  }
  streams.out << "已恢复密钥：" << target.string() << "\n";
  if (!elsewhere && fs::exists(options.folder / kStoreFile)) {
    const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
    if (open == nullptr) return kExitCannot;
    open->office().store().Transact([&](port::Transaction& transaction) {
      runtime::RecordOfficeEvent(
          open->office(), transaction, "keys.restore", "", options.reason,
          Value(Context({{"fingerprint", Value(vault::Fingerprint(*keys))}})));
      return true;
    });
    SealIfDue(*open, streams, true);
  }
  streams.out << "keys: ok\n";
  return kExitDone;
}

bool IsBegun(runtime::Office& office) {
  bool begun = false;
  office.store().Read([&](port::Reader& reader) { begun = runtime::KeyChangeBegun(reader); });
  return begun;
}

// The new keys lie beside the old before the store knows them: whenever this is killed, the store
// opens with one of the two files or with both, and OpenOffice::Open finds which. false: told why.
bool Begin(runtime::Office& office, const Options& options, const Streams& streams, int& exit) {
  exit = kExitCannot;
  if (fs::exists(options.folder / kNextLogKeys)) {
    Refuse(streams, "日志签名钥的更换没有做完，请先运行 anjuan seal --rotate");
    return false;
  }
  if (options.reason.empty()) {
    Refuse(streams, "请用 --reason 写明为什么更换");
    return false;
  }
  const KeyBackup backup = LastKeyBackup(office);
  if (!backup.current && !options.without_backup) {
    exit = Refuse(streams,
                  "现在的密钥没有备份，更换后此前的办公库备份都打不开；请先 anjuan keys backup，"
                  "确实不要的用 --without-backup",
                  kExitFindings);
    return false;
  }
  vault::OfficeKeys keys = office.keys();
  keys.office = office.random()(keys.office.size());
  const fs::path next = options.folder / kNextOfficeKeys;
  fs::remove(next);  // of a rotation that was killed before the store knew of it
  if (!WriteSecret(next, vault::Serialize(keys))) {
    Refuse(streams, StrCat("没有写成：", next.string(), "：", std::strerror(errno)));
    return false;
  }
  SyncFolder(options.folder);
  runtime::BeginKeyChange(office, keys, options.as, options.reason);
  return true;
}

int Rotate(const Options& options, const Streams& streams) {
  std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  if (IsBegun(open->office())) {
    streams.out << "上次的更换没有做完，接着做\n";
  } else {
    int exit = kExitDone;
    if (!Begin(open->office(), options, streams, exit)) return exit;
    open.reset();
    open = OpenFolder(options, streams);  // with both keys
    if (open == nullptr) return kExitCannot;
  }
  runtime::KeyChange change;
  {
    Progress progress(streams, "更换主密钥");
    change = runtime::FinishKeyChange(open->office(), [&](std::int64_t done, std::int64_t total) {
      progress.Update(done, total);
    });
  }
  TakeNextKeys(options.folder);
  SealIfDue(*open, streams, true);
  streams.out << "已更换主密钥：人员和文字 " << change.subjects << "，文书 " << change.papers
              << "，定稿报表 " << change.returns << "，印章 " << change.seals
              << "\n旧钥已从密钥文件删去；此前的办公库备份仍要旧钥才能读\n"
                 "请立即备份新的密钥：anjuan keys backup -o 文件\nkeys: ok\n";
  return kExitDone;
}

int Status(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  runtime::Office& office = open->office();
  std::string rotated;
  office.store().Read([&](port::Reader& reader) {
    for (const runtime::OfficeEvent& event : runtime::OfficeEvents(reader)) {
      if (event.event == "keys.rotate") rotated = event.at;
    }
  });
  const KeyBackup backup = LastKeyBackup(office);
  const auto moment = [](const std::string& at) {
    return at.empty() ? std::string("无") : ToBeijingString(ParseUtcInstant(at).value_or(0));
  };
  streams.out << "主密钥\t" << vault::KeyId(office.keys()) << "\n指纹\t"
              << vault::Fingerprint(office.keys()) << "\n上次备份\t" << moment(backup.at)
              << (backup.at.empty() || backup.current ? "" : "（此后密钥有变化）") << "\n上次更换\t"
              << moment(rotated)
              << (IsBegun(office) ? "（没有做完，请再运行 anjuan keys rotate）" : "") << "\n";
  return kExitDone;
}

}  // namespace

bool RefuseWhileChanging(OpenOffice& open, const Streams& streams) {
  if (!IsBegun(open.office())) return false;
  Refuse(streams, "主密钥的更换没有做完，现在两把密钥都要用；请先运行 anjuan keys rotate 把它做完");
  return true;
}

void RecordKeyBackup(runtime::Office& office, std::string_view how) {
  office.store().Transact([&](port::Transaction& transaction) {
    runtime::RecordOfficeEvent(
        office, transaction, "keys.backup", "", "",
        Value(Context(
            {{"fingerprint", Value(vault::Fingerprint(office.keys()))}, {"how", Value(how)}})));
    return true;
  });
}

KeyBackup LastKeyBackup(runtime::Office& office) {
  KeyBackup out;
  office.store().Read([&](port::Reader& reader) {
    for (const runtime::OfficeEvent& event : runtime::OfficeEvents(reader)) {
      if (event.event != "keys.backup") continue;
      out.at = event.at;
      out.current = TextIn(event.data, "fingerprint") == vault::Fingerprint(office.keys());
    }
  });
  return out;
}

int Keys(const Options& options, const Streams& streams) {
  const std::string action = options.names.empty() ? "" : options.names[0];
  if (action == "backup") return BackUp(options, streams);
  if (action == "restore") return PutBack(options, streams);
  if (action == "rotate") return Rotate(options, streams);
  if (action.empty()) return Status(options, streams);
  return Refuse(streams, StrCat("没有“", action, "”：backup、restore、rotate，或不写，看现在怎样"));
}

}  // namespace anjuan::app
