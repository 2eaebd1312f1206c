#include "plugins/sqlite/sqlite_store.h"

#include <chrono>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/connection.h"
#include "plugins/sqlite/session.h"
#include "plugins/sqlite/upgrade.h"

namespace anjuan::sqlite {

using port::Failure;

namespace {

class SqliteStore final : public port::Store {
 public:
  SqliteStore(const std::string& path, const SqliteOptions& options)
      : path_(options.in_memory ? ":memory:" : path),
        options_(options),
        writer_(path_, options.in_memory ? Connection::Mode::kMemory : Connection::Mode::kWrite,
                options.busy_timeout_ms) {
    Configure();
    Prepare();
  }

  bool Transact(const std::function<bool(port::Transaction&)>& body) override;
  void Read(const std::function<void(port::Reader&)>& body) override;

 private:
  void Configure();
  void Demand(const char* pragma, std::string_view value);
  void SetJournal();
  void Prepare();
  void CreateTables();
  void Upgrade(std::int64_t from);
  void Scrub() noexcept;
  std::unique_ptr<Connection> TakeReader();

  const std::string path_;
  const SqliteOptions options_;
  std::recursive_mutex writing_;  // recursive for stores in memory, whose Read shares the writer
  bool in_transaction_ = false;
  bool scrub_due_ = false;
  Connection writer_;
  std::mutex reading_;
  std::vector<std::unique_ptr<Connection>> idle_readers_;
};

void SqliteStore::Configure() {
  writer_.Execute("PRAGMA temp_store = MEMORY");  // no personal data in temporary files
  writer_.Execute("PRAGMA cell_size_check = ON");
  writer_.Execute(StrCat("PRAGMA cache_size = -", options_.cache_kib).c_str());
  // Sixteen times the usual: pages written again meanwhile are copied once. 64 MiB of log.
  writer_.Execute("PRAGMA wal_autocheckpoint = 16000");
  writer_.Execute("PRAGMA secure_delete = ON");
  writer_.Execute("PRAGMA synchronous = FULL");
  if (!options_.in_memory) SetJournal();
  if (options_.max_pages > 0) {
    writer_.Execute(StrCat("PRAGMA max_page_count = ", options_.max_pages).c_str());
  }
  Demand("PRAGMA journal_mode", options_.in_memory ? "memory" : "wal");
  Demand("PRAGMA synchronous", "2");
  Demand("PRAGMA secure_delete", "1");
}

// Changing the journal needs the file for a moment alone, and SQLite does not wait for that.
void SqliteStore::SetJournal() {
  using Clock = std::chrono::steady_clock;
  const auto give_up = Clock::now() + std::chrono::milliseconds(options_.busy_timeout_ms);
  for (;;) {
    try {
      writer_.Execute("PRAGMA journal_mode = WAL");
      return;
    } catch (const Failure&) {
      if (writer_.read_only() || Clock::now() >= give_up) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

void SqliteStore::Demand(const char* pragma, std::string_view value) {
  const std::string found = writer_.Ask(pragma);
  if (found == value) return;
  throw Failure(StrCat("数据库不能按规定方式写盘（", pragma, " = ", found, "，应为 ", value,
                       "），拒绝使用。请把数据放在本机磁盘的普通文件夹里：", path_));
}

void SqliteStore::Prepare() {
  if (!writer_.read_only()) writer_.Begin("BEGIN IMMEDIATE");
  try {
    const std::int64_t found = StoredVersion(writer_);
    if (found > port::kSchemaVersion) {
      throw Failure(StrCat("数据库由更新版本的程序建立（格式 ", found, "，本程序支持到 ",
                           port::kSchemaVersion, "）。请升级程序后再打开：", path_));
    }
    if (found < 0) throw Failure(StrCat("这不是案卷的数据库文件。请检查路径：", path_));
    if (found == 0) {
      CreateTables();
    } else if (found < port::kSchemaVersion) {
      Upgrade(found);
    } else if (!writer_.read_only()) {
      AddMissingTables(writer_);
    }
    if (!writer_.read_only()) writer_.Commit();
  } catch (...) {
    writer_.Rollback();
    throw;
  }
}

void SqliteStore::CreateTables() {
  if (writer_.Ask("SELECT count(*) FROM sqlite_schema") != "0") {
    throw Failure(StrCat("这个文件里已有别的数据，不是案卷的数据库。请换一个路径：", path_));
  }
  CreateSchema(writer_);
}

void SqliteStore::Upgrade(std::int64_t from) {
  if (writer_.read_only()) {
    throw Failure(StrCat("数据库由较早版本的程序建立（格式 ", from, "），要升级到格式 ",
                         port::kSchemaVersion, " 才能使用，但文件只读。请给写权限后再打开：",
                         path_));
  }
  UpgradeSchema(writer_, from);
}

bool SqliteStore::Transact(const std::function<bool(port::Transaction&)>& body) {
  const std::lock_guard lock(writing_);
  ANJUAN_CHECK(!in_transaction_);
  // IMMEDIATE: waiting for another process happens here, before anything was read.
  writer_.Begin("BEGIN IMMEDIATE");
  in_transaction_ = true;
  Session session(writer_);
  try {
    const bool keep = body(session);
    if (keep) {
      writer_.Commit();
    } else {
      writer_.CheckUsable();
      writer_.Rollback();
    }
    in_transaction_ = false;
    if (!keep) return false;
  } catch (...) {
    in_transaction_ = false;
    writer_.Rollback();
    throw;
  }
  scrub_due_ = scrub_due_ || (session.erased() && !options_.in_memory);
  if (scrub_due_) Scrub();
  return true;
}

// The write-ahead log still holds the pages as they were before something was erased. A reader
// that is at work puts this off to a later transaction; the commit itself has happened.
void SqliteStore::Scrub() noexcept {
  constexpr int kPatienceMs = 200;
  writer_.SetBusyTimeout(kPatienceMs);
  try {
    scrub_due_ = writer_.Ask("PRAGMA wal_checkpoint(TRUNCATE)") != "0";
  } catch (const Failure&) {
    scrub_due_ = true;
  }
  writer_.SetBusyTimeout(options_.busy_timeout_ms);
}

std::unique_ptr<Connection> SqliteStore::TakeReader() {
  {
    const std::lock_guard lock(reading_);
    if (!idle_readers_.empty()) {
      std::unique_ptr<Connection> reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  auto reader =
      std::make_unique<Connection>(path_, Connection::Mode::kRead, options_.busy_timeout_ms);
  reader->Execute("PRAGMA temp_store = MEMORY");
  reader->Execute("PRAGMA query_only = ON");
  return reader;
}

void SqliteStore::Read(const std::function<void(port::Reader&)>& body) {
  if (options_.in_memory) {
    const std::lock_guard lock(writing_);
    Session session(writer_);
    body(session);
    return;
  }
  std::unique_ptr<Connection> reader = TakeReader();
  reader->Begin("BEGIN");
  try {
    Session session(*reader);
    body(session);
  } catch (...) {
    reader->Rollback();
    throw;
  }
  reader->Rollback();
  const std::lock_guard lock(reading_);
  idle_readers_.push_back(std::move(reader));
}

}  // namespace

std::unique_ptr<port::Store> OpenSqliteStore(const std::string& path,
                                             const SqliteOptions& options) {
  return std::make_unique<SqliteStore>(path, options);
}

}  // namespace anjuan::sqlite
