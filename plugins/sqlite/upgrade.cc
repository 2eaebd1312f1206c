#include "plugins/sqlite/upgrade.h"

#include <set>
#include <string>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "plugins/sqlite/session.h"
#include "plugins/sqlite/statements.h"

namespace anjuan::sqlite {

using port::Table;

namespace {

constexpr std::int64_t kApplicationId = 0x414A5331;  // "AJS1", shown by file(1)

void WriteVersion(Connection& connection) {
  connection.Execute(StrCat("PRAGMA application_id = ", kApplicationId).c_str());
  connection.Execute(StrCat("PRAGMA user_version = ", port::kSchemaVersion).c_str());
}

bool HasTable(Connection& connection, const Table& table) {
  return connection.Ask(
             StrCat("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '",
                    table.name, "'")
                 .c_str()) == "1";
}

void AddColumns(Connection& connection, const Table& table) {
  for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
    const std::string_view name = table.columns[static_cast<size_t>(i)].name;
    const std::string found = connection.Ask(StrCat("SELECT count(*) FROM pragma_table_info('",
                                                    table.name, "') WHERE name = '", name, "'")
                                                 .c_str());
    if (found == "0") connection.Execute(AddColumnStatement(table, i).c_str());
  }
}

// An index is made anew where its columns changed, and dropped where it is no more.
void RenewIndexes(Connection& connection, const Table& table) {
  std::string known;
  for (int i = 0; i < static_cast<int>(table.indexes.size()); ++i) {
    const std::string_view name = table.indexes[static_cast<size_t>(i)].name;
    known += StrCat(known.empty() ? "'" : ", '", name, "'");
    const std::string wanted = CreateIndexStatement(table, i);
    const std::string found =
        connection.Ask(StrCat("SELECT sql FROM sqlite_schema WHERE name = '", name, "'").c_str());
    if (found == wanted) continue;
    if (!found.empty()) connection.Execute(StrCat("DROP INDEX \"", name, "\"").c_str());
    connection.Execute(wanted.c_str());
  }
  const std::string unknown = StrCat(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND "
      "tbl_name = '",
      table.name, "' AND name NOT IN (", known, ") LIMIT 1");
  for (std::string name; !(name = connection.Ask(unknown.c_str())).empty();) {
    connection.Execute(StrCat("DROP INDEX \"", name, "\"").c_str());
  }
}

}  // namespace

std::int64_t StoredVersion(Connection& connection) {
  const std::int64_t version = ParseInteger(connection.Ask("PRAGMA user_version")).value_or(-1);
  if (version != 0 && connection.Ask("PRAGMA application_id") != std::to_string(kApplicationId)) {
    return -1;
  }
  return version;
}

void CreateSchema(Connection& connection) {
  for (const Table* table : port::AllTables()) {
    for (const std::string& sql : CreateStatements(*table)) connection.Execute(sql.c_str());
  }
  WriteVersion(connection);
}

void AddMissingTables(Connection& connection) {
  // The list only grows: where the last is there, all are.
  if (HasTable(connection, *port::AllTables().back())) return;
  for (const Table* table : port::AllTables()) {
    if (HasTable(connection, *table)) continue;
    for (const std::string& sql : CreateStatements(*table)) connection.Execute(sql.c_str());
  }
}

void UpgradeSchema(Connection& connection, std::int64_t from) {
  for (const Table* table : port::AllTables()) {
    if (HasTable(connection, *table)) {
      AddColumns(connection, *table);
      RenewIndexes(connection, *table);
    } else {
      for (const std::string& sql : CreateStatements(*table)) connection.Execute(sql.c_str());
    }
  }
  for (const port::Migration& migration : port::Migrations()) {
    if (migration.to <= from) continue;
    Session session(connection);
    migration.convert(session);
  }
  connection.CheckUsable();
  WriteVersion(connection);
}

}  // namespace anjuan::sqlite
