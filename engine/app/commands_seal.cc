// seal, mirror: the areas' logs, for auditors and witnesses.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/app/sealing.h"
#include "engine/base/text.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/sealer.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/mirror.h"
#include "engine/vault/keys.h"

namespace anjuan::app {

namespace fs = std::filesystem;

void WriteWhole(const fs::path& path, const std::string& bytes) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  const fs::path part = path.string() + ".part";
  std::ofstream out(part, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) throw port::Failure(StrCat("cannot write ", path.string()));
  fs::rename(part, path);
}

namespace {

std::unique_ptr<OpenOffice> OpenAt(const fs::path& folder, const Streams& streams) {
  Options options;
  options.folder = folder;
  return OpenFolder(options, streams);
}

void PrintLogs(runtime::Office& office, const Streams& streams) {
  office.store().Read([&](port::Reader& reader) {
    for (const std::string& area : runtime::SealedAreas(reader)) {
      runtime::AreaLog log(office, reader, area);
      const runtime::LogState newest = log.Newest();
      const auto note = trail::ParseNote(newest.note);
      const auto checkpoint =
          note ? trail::ParseCheckpoint(note->text) : Result<trail::Checkpoint>(Fail("", ""));
      const auto witnessed = log.Checkpoints(true);
      streams.out << "地区 " << area << "：" << newest.size << " 条，根 "
                  << (checkpoint ? ToHex(checkpoint->root).substr(0, 16) : "?") << "，"
                  << ToBeijingString(newest.at) << "；见证至 "
                  << (witnessed.empty() ? 0 : witnessed.rbegin()->first) << " 条\n";
    }
  });
}

int PrintKeys(OpenOffice& open, const Streams& streams) {
  runtime::LogSealer sealer(open.office());
  sealer.Seal(false);
  for (const trail::VerifierKey& key : sealer.Keys()) {
    streams.out << "log " << trail::ToVkey(key) << "\n";
  }
  return kExitDone;
}

int AddWitness(OpenOffice& open, const std::string& vkey, const Streams& streams) {
  const auto key = runtime::LogSealer(open.office()).AddWitness(vkey);
  if (!key) {
    PrintMistakes(key.error(), streams);
    return kExitFindings;
  }
  streams.out << "已登记见证方 " << key->name << "\n";
  return kExitDone;
}

int TakeCosigned(OpenOffice& open, const std::vector<std::string>& files, const Streams& streams) {
  int exit = kExitDone;
  for (const std::string& file : files) {
    const std::optional<std::string> note = ReadFile(file);
    const auto added = note ? runtime::LogSealer(open.office()).AddCosignatures(*note)
                            : Result<std::int64_t>(Fail("seal.file", StrCat("cannot read ", file)));
    if (!added) {
      PrintMistakes(added.error(), streams);
      exit = kExitFindings;
    } else {
      streams.out << file << "：新收见证签名 " << *added << " 个\n";
    }
  }
  return exit;
}

int WriteRequests(OpenOffice& open, const SealOptions& options, const Streams& streams) {
  const fs::path folder = options.requests;
  const std::optional<std::uint64_t> since =
      options.since < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(options.since));
  open.office().store().Read([&](port::Reader& reader) {
    for (const std::string& area : runtime::SealedAreas(reader)) {
      const std::string request =
          runtime::AreaLog(open.office(), reader, area).WitnessRequest(since);
      if (request.empty()) continue;
      WriteWhole(folder / StrCat(area, ".request"), request);
      streams.out << (folder / StrCat(area, ".request")).string() << "\n";
    }
  });
  return kExitDone;
}

// ---- the log's key

// The new keys file lies beside the old one before the first log knows the new key, so that a kill
// leaves nothing that cannot be signed: the same command again finishes it.
int Rotate(const fs::path& folder, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenAt(folder, streams);
  if (open == nullptr) return kExitCannot;
  if (RefuseWhileChanging(*open, streams)) return kExitCannot;
  runtime::Office& office = open->office();
  vault::OfficeKeys keys = office.keys();
  const std::optional<std::string> begun = ReadFile(folder / kNextLogKeys);
  const auto next =
      begun ? vault::ParseKeys(*begun) : Result<vault::OfficeKeys>(Fail("seal.keys", "none"));
  keys.log = next ? next->log : office.random()(keys.log.size());
  // One that is whole may be known to a log already: it stays as it is.
  if (!next) fs::remove(folder / kNextLogKeys);
  if (!next && !WriteSecret(folder / kNextLogKeys, vault::Serialize(keys))) {
    streams.err << "error: cannot write " << (folder / kNextLogKeys).string() << "\n";
    return kExitCannot;
  }
  runtime::LogSealer sealer(office);
  const std::int64_t changed = sealer.ChangeKeys(keys.log);
  fs::rename(folder / kNextLogKeys, folder / kKeyFile);
  streams.out << "已更换 " << changed
              << " 个日志的签名钥，旧钥已从密钥文件删去；请公布新公钥，并更新密钥备份：\n";
  for (const trail::VerifierKey& key : sealer.Keys()) {
    streams.out << "log " << trail::ToVkey(key) << "\n";
  }
  return kExitDone;
}

// ---- mirror

class MirrorWriter {
 public:
  MirrorWriter(runtime::AreaLog& log, fs::path folder) : log_(log), folder_(std::move(folder)) {}

  // "" or what is wrong.
  std::string Write(Progress& progress) {
    const runtime::LogState newest = log_.Newest();
    const std::uint64_t before = Before();
    if (before > newest.size) {
      return StrCat("地区 ", log_.area(), " 的日志只有 ", newest.size, " 条，镜像里已有 ", before,
                    " 条：日志被截短，或从旧备份恢复。镜像未改动。");
    }
    for (std::uint64_t from = before / trail::kTileWidth * trail::kTileWidth; from < newest.size;
         from += trail::kTileWidth) {
      WriteBundle(from, std::min(newest.size, from + trail::kTileWidth));
      progress.Update(static_cast<std::int64_t>(from), static_cast<std::int64_t>(newest.size));
    }
    WriteTiles(before, newest.size);
    std::vector<trail::VerifierKey> keys;
    const auto known = log_.Keys();
    if (!known.empty()) keys.push_back(known.front().second);
    for (const trail::VerifierKey& witness : log_.Witnesses()) keys.push_back(witness);
    WriteWhole(folder_ / "vkeys.txt", trail::WriteVkeys(keys));
    for (const auto& [size, note] : log_.Checkpoints(true)) {
      WriteWhole(folder_ / "checkpoints" / std::to_string(size), note);
    }
    // Kept for ever: a log that was cut or rewritten contradicts it.
    WriteWhole(folder_ / "checkpoints" / std::to_string(newest.size), newest.note);
    WriteWhole(folder_ / "checkpoint", newest.note);
    return "";
  }

 private:
  std::uint64_t Before() const {
    const std::optional<std::string> bytes = ReadFile(folder_ / "checkpoint");
    const auto note = bytes ? trail::ParseNote(*bytes) : Result<trail::Note>(Fail("", ""));
    const auto checkpoint =
        note ? trail::ParseCheckpoint(note->text) : Result<trail::Checkpoint>(Fail("", ""));
    return checkpoint ? checkpoint->size : 0;
  }

  void WriteBundle(std::uint64_t from, std::uint64_t to) {
    std::string bundle;
    log_.ScanLeaves(from, to, [&](std::uint64_t, const std::string& leaf) {
      trail::AppendEntry(bundle, leaf);
      return true;
    });
    WriteWhole(folder_ / trail::EntriesPath(from / trail::kTileWidth, to - from), bundle);
  }

  void WriteTiles(std::uint64_t before, std::uint64_t size) {
    const trail::ReadTile read = log_.Tiles();
    for (int level = 0; size > 0; ++level, before /= trail::kTileWidth, size /= trail::kTileWidth) {
      for (std::uint64_t i = before / trail::kTileWidth; i * trail::kTileWidth < size; ++i) {
        const std::uint64_t width = std::min(trail::kTileWidth, size - i * trail::kTileWidth);
        WriteWhole(folder_ / trail::TilePath(level, i, width), read({level, i}));
      }
    }
  }

  runtime::AreaLog& log_;
  fs::path folder_;
};

// A log the mirror has and the office has not: "" or what is wrong.
std::string LogThatIsGone(const fs::path& mirror, const std::vector<std::string>& areas) {
  if (!fs::is_directory(mirror)) return "";
  for (const auto& entry : fs::directory_iterator(mirror)) {
    const std::string area = entry.path().filename().string();
    if (!fs::exists(entry.path() / "checkpoint") || std::ranges::count(areas, area) > 0) continue;
    return StrCat("镜像里有地区 ", area, " 的日志，办公库里没有：整个日志被删去。镜像未改动。");
  }
  return "";
}

}  // namespace

int Seal(const fs::path& folder, const SealOptions& options, const Streams& streams) {
  if (options.rotate) return Rotate(folder, streams);
  const std::unique_ptr<OpenOffice> open = OpenAt(folder, streams);
  if (open == nullptr) return kExitCannot;
  if (options.vkey) return PrintKeys(*open, streams);
  if (!options.witness.empty()) return AddWitness(*open, options.witness, streams);
  if (!options.cosigned.empty()) return TakeCosigned(*open, options.cosigned, streams);
  const runtime::SealReport report = runtime::LogSealer(open->office()).Seal(true);
  streams.out << "封存 " << report.rows << " 条，检查点 " << report.checkpoints << " 个\n";
  PrintLogs(open->office(), streams);
  return options.requests.empty() ? kExitDone : WriteRequests(*open, options, streams);
}

int Mirror(const fs::path& folder, const SealOptions& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenAt(folder, streams);
  if (open == nullptr) return kExitCannot;
  runtime::LogSealer(open->office()).Seal(true);
  std::string mistake;
  open->office().store().Read([&](port::Reader& reader) {
    mistake = LogThatIsGone(options.name, runtime::SealedAreas(reader));
    if (!mistake.empty()) return;
    for (const std::string& area : runtime::SealedAreas(reader)) {
      runtime::AreaLog log(open->office(), reader, area);
      Progress progress(streams, "镜像");
      mistake = MirrorWriter(log, fs::path(options.name) / area).Write(progress);
      if (!mistake.empty()) return;
    }
  });
  if (!mistake.empty()) {
    streams.err << "error: " << mistake << "\n";
    return kExitFindings;
  }
  PrintLogs(open->office(), streams);
  return kExitDone;
}

}  // namespace anjuan::app
