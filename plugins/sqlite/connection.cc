#include "plugins/sqlite/connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "plugins/sqlite/statements.h"

namespace anjuan::sqlite {

using port::Cell;
using port::Failure;
using port::Row;

namespace {

// What happened and what to do next, for the person at the machine.
std::string Explain(int code, const std::string& path, int busy_timeout_ms) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return StrCat("磁盘已满，本次操作没有保存，原有数据未变。请腾出磁盘空间后重试：", path);
    case SQLITE_READONLY:
      return StrCat("数据库文件只读，本次操作没有保存。请检查文件及所在文件夹的写权限：", path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StrCat("数据库被另一个程序占用超过 ", busy_timeout_ms / 1000,
                    " 秒，本次操作没有保存。请等它结束后重试：", path);
    case SQLITE_CANTOPEN:
      return StrCat("打不开数据库文件。请检查路径是否正确、文件夹是否存在且可读写：", path);
    case SQLITE_CORRUPT:
      return StrCat("数据库文件已损坏。请立即停止使用，保留原文件，从备份恢复：", path);
    case SQLITE_NOTADB:
      return StrCat("这不是案卷的数据库文件。请检查路径：", path);
    case SQLITE_IOERR:
      return StrCat("读写磁盘出错，本次操作没有保存。请检查磁盘和系统日志，修复后重试：", path);
    case SQLITE_TOOBIG:
      return StrCat("单项内容超过数据库允许的长度，本次操作没有保存。请拆分后重试：", path);
    case SQLITE_NOMEM:
      return StrCat("内存不足，本次操作没有保存。请关闭其他程序后重试：", path);
    default:
      return StrCat("数据库操作失败，本次操作没有保存。请把这条信息交给管理员：", path);
  }
}

bool IsFailedSync(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

}  // namespace

size_t ShapeHash::operator()(const Shape& shape) const {
  const auto pointer = reinterpret_cast<std::uintptr_t>(shape.table);
  return (pointer * 31 + static_cast<size_t>(shape.operation)) * 1'000'003 + shape.detail;
}

// ---- Statement

Statement::~Statement() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  home_.idle.push_back(statement_);
}

void Statement::Bind(int position, const Cell& cell, port::Column::Kind kind) {
  const int at = position + 1;
  int code = SQLITE_OK;
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    ANJUAN_CHECK(kind == port::Column::Kind::kInteger);
    code = sqlite3_bind_int64(statement_, at, *number);
  } else if (const auto* bytes = std::get_if<std::string>(&cell)) {
    ANJUAN_CHECK(kind != port::Column::Kind::kInteger);
    code = kind == port::Column::Kind::kText
               ? sqlite3_bind_text64(statement_, at, bytes->data(), bytes->size(), SQLITE_STATIC,
                                     SQLITE_UTF8)
               : sqlite3_bind_blob64(statement_, at, bytes->data(), bytes->size(), SQLITE_STATIC);
  } else {
    code = sqlite3_bind_null(statement_, at);
  }
  if (code != SQLITE_OK) connection_.Fail(code, "bind");
}

void Statement::Bind(int position, std::int64_t number) {
  const int code = sqlite3_bind_int64(statement_, position + 1, number);
  if (code != SQLITE_OK) connection_.Fail(code, "bind");
}

bool Statement::Step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.Fail(code, sqlite3_sql(statement_));
  return false;
}

Cell Statement::Column(int position) const {
  const auto size = [&] { return static_cast<size_t>(sqlite3_column_bytes(statement_, position)); };
  switch (sqlite3_column_type(statement_, position)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement_, position)};
    case SQLITE_TEXT: {
      const void* text = sqlite3_column_text(statement_, position);
      return std::string(static_cast<const char*>(text), size());
    }
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement_, position);
      return bytes == nullptr ? std::string()
                              : std::string(static_cast<const char*>(bytes), size());
    }
    default:  // SQLITE_NULL; a STRICT table holds no SQLITE_FLOAT in our columns
      return std::monostate{};
  }
}

Row Statement::ReadRow(size_t columns) const {
  Row row;
  row.reserve(columns);
  for (size_t i = 0; i < columns; ++i) row.push_back(Column(static_cast<int>(i)));
  return row;
}

// ---- Connection

Connection::Connection(std::string path, Mode mode, int busy_timeout_ms)
    : path_(std::move(path)), busy_timeout_ms_(busy_timeout_ms) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE;
  if (mode != Mode::kRead) flags |= SQLITE_OPEN_CREATE;
  const char* name = mode == Mode::kMemory ? ":memory:" : path_.c_str();
  const int code = sqlite3_open_v2(name, &db_, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string text =
        StrCat(Explain(code, path_, busy_timeout_ms_), "（", sqlite3_errstr(code), "）");
    sqlite3_close(db_);
    throw Failure(text);
  }
  sqlite3_busy_timeout(db_, busy_timeout_ms_);
  // The file may come from elsewhere: nothing in its schema may run code.
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

Connection::~Connection() {
  for (auto& [shape, prepared] : prepared_) {
    for (sqlite3_stmt* statement : prepared.idle) sqlite3_finalize(statement);
  }
  for (sqlite3_stmt* mark : marks_) sqlite3_finalize(mark);
  sqlite3_close(db_);
}

void Connection::Fail(int code, std::string_view while_doing) {
  std::string text = StrCat(Explain(code, path_, busy_timeout_ms_), "（", sqlite3_errmsg(db_), "，",
                            code, "，", while_doing, "）");
  if (IsFailedSync(code)) {
    // After a failed sync the kernel may have dropped the pages and call them clean: trying again
    // could acknowledge what is not on disk (PostgreSQL's lesson of 2018).
    dead_ = StrCat("写入磁盘时同步失败，本次操作是否保存无法确定。请检查磁盘，重新启动程序后核对：",
                   path_);
    text = dead_;
  }
  broken_ = text;
  throw Failure(text);
}

void Connection::CheckUsable() const {
  if (!dead_.empty()) throw Failure(dead_);
  if (!broken_.empty()) throw Failure(broken_);
}

void Connection::Execute(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) Fail(code, sql);
}

std::string Connection::Ask(const char* sql) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(db_, sql, -1, &raw, nullptr);
  if (code != SQLITE_OK) Fail(code, sql);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  code = sqlite3_step(raw);
  if (code == SQLITE_DONE) return "";
  if (code != SQLITE_ROW) Fail(code, sql);
  const unsigned char* text = sqlite3_column_text(raw, 0);
  if (text == nullptr) return "";
  return {reinterpret_cast<const char*>(text), static_cast<size_t>(sqlite3_column_bytes(raw, 0))};
}

Statement Connection::Use(const Shape& shape) {
  const auto [place, fresh] = prepared_.try_emplace(shape);
  Prepared& prepared = place->second;
  if (fresh) prepared.columns = ColumnsOf(shape);
  sqlite3_stmt* statement = nullptr;
  if (prepared.idle.empty()) {
    const std::string sql = SqlOf(shape);
    const int code = sqlite3_prepare_v3(db_, sql.c_str(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) Fail(code, sql);
  } else {
    statement = prepared.idle.back();
    prepared.idle.pop_back();
  }
  return Statement(*this, prepared, statement);
}

void Connection::Savepoint(Mark mark) {
  constexpr std::array<const char*, 3> kTexts = {"SAVEPOINT step", "ROLLBACK TO step",
                                                 "RELEASE step"};
  const auto which = static_cast<size_t>(mark);
  sqlite3_stmt*& statement = marks_[which];
  if (statement == nullptr) {
    const int code =
        sqlite3_prepare_v3(db_, kTexts[which], -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) Fail(code, kTexts[which]);
  }
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  if (code != SQLITE_DONE) Fail(code, kTexts[which]);
}

void Connection::SetBusyTimeout(int milliseconds) {
  sqlite3_busy_timeout(db_, milliseconds);
}

int Connection::changes() const {
  return sqlite3_changes(db_);
}

bool Connection::read_only() const {
  return sqlite3_db_readonly(db_, "main") == 1;
}

void Connection::Begin(const char* sql) {
  broken_.clear();
  CheckUsable();
  Execute(sql);
}

void Connection::Commit() {
  CheckUsable();
  Execute("COMMIT");
}

void Connection::Rollback() noexcept {
  // Some failures have already rolled back.
  if (sqlite3_get_autocommit(db_) == 0) {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  broken_.clear();
}

}  // namespace anjuan::sqlite
