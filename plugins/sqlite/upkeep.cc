#include "plugins/sqlite/upkeep.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "engine/base/text.h"
#include "engine/port/store.h"
#include "plugins/sqlite/connection.h"
#include "plugins/sqlite/upgrade.h"

namespace anjuan::sqlite {

using port::Failure;

namespace {

namespace fs = std::filesystem;

constexpr int kBusyTimeoutMs = 10'000;
constexpr int kPagesAtOnce = 2048;  // 8 MiB

// A database handle for what the store's connections do not offer.
class Handle {
 public:
  Handle(const std::string& path, int flags) : path_(path) {
    const int code = sqlite3_open_v2(path.c_str(), &db_, flags, nullptr);
    if (code != SQLITE_OK) Fail("open");
    sqlite3_busy_timeout(db_, kBusyTimeoutMs);
  }
  ~Handle() { sqlite3_close(db_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  sqlite3* get() { return db_; }
  void Execute(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) Fail(sql);
  }
  [[noreturn]] void Fail(const char* doing) {
    const std::string why = db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_);
    throw Failure(StrCat("备份没有完成，原数据库未变。请检查目标文件夹的写权限和剩余空间后重试：",
                         path_, "（", why, "，", doing, "）"));
  }

 private:
  std::string path_;
  sqlite3* db_ = nullptr;
};

void CopyPages(Handle& from, Handle& to, const std::function<void(double)>& progress) {
  // One snapshot from beginning to end, however much is written meanwhile.
  from.Execute("BEGIN; SELECT count(*) FROM sqlite_schema");
  sqlite3_backup* const backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) to.Fail("backup");
  int code = SQLITE_OK;
  while ((code = sqlite3_backup_step(backup, kPagesAtOnce)) == SQLITE_OK) {
    const int total = sqlite3_backup_pagecount(backup);
    if (progress && total > 0) {
      progress(1.0 - static_cast<double>(sqlite3_backup_remaining(backup)) / total);
    }
  }
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE || finished != SQLITE_OK) to.Fail("backup");
  from.Execute("COMMIT");
  if (progress) progress(1);
}

void SyncFile(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!synced) throw Failure(StrCat("备份写入磁盘失败，请检查磁盘后重试：", path.string()));
}

class SqliteUpkeep final : public port::Upkeep {
 public:
  explicit SqliteUpkeep(std::string path) : path_(std::move(path)) {}

  std::optional<std::int64_t> Version() override {
    if (!fs::exists(path_) || fs::file_size(path_) == 0) return std::nullopt;
    Connection connection(path_, Connection::Mode::kRead, kBusyTimeoutMs);
    const std::int64_t version = StoredVersion(connection);
    return version > 0 ? std::optional(version) : std::nullopt;
  }

  void Backup(const std::string& to, const std::function<void(double)>& progress) override {
    const std::string part = to + ".part";
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(part + suffix);
    try {
      Handle from(path_, SQLITE_OPEN_READWRITE);
      Handle copy(part, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
      copy.Execute("PRAGMA synchronous = FULL");
      CopyPages(from, copy, progress);
      // One file that can be carried away: no log beside it.
      copy.Execute("PRAGMA journal_mode = DELETE");
    } catch (...) {
      std::error_code ignored;
      fs::remove(part, ignored);
      throw;
    }
    SyncFile(part, O_RDONLY);
    fs::rename(part, to);
    const fs::path folder = fs::absolute(to).parent_path();
    SyncFile(folder, O_RDONLY | O_DIRECTORY);
  }

  port::Health Examine() override {
    port::Health health;
    Connection connection(path_, Connection::Mode::kRead, kBusyTimeoutMs);
    health.version = StoredVersion(connection);
    health.bytes = static_cast<std::int64_t>(fs::file_size(path_));
    const std::string log = path_ + "-wal";
    if (fs::exists(log)) health.log_bytes = static_cast<std::int64_t>(fs::file_size(log));
    health.durable = connection.Ask("PRAGMA journal_mode") == "wal";
    const std::string found = connection.Ask(
        "SELECT group_concat(integrity_check, char(10)) FROM pragma_integrity_check(20)");
    if (found != "ok") {
      for (const std::string_view line : Split(found, '\n')) health.damages.emplace_back(line);
    }
    return health;
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<port::Upkeep> MakeUpkeep(const std::string& path) {
  return std::make_unique<SqliteUpkeep>(path);
}

}  // namespace anjuan::sqlite
