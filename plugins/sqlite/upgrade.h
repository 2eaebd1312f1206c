// Brings a store of an older version to this one.
//
// Errors: port::Failure; the caller's transaction is then rolled back, and the store is as it was.
#pragma once

#include <cstdint>

#include "plugins/sqlite/connection.h"

namespace anjuan::sqlite {

// The version written in the file; 0: an empty file.
std::int64_t StoredVersion(Connection& connection);

// Makes the tables of a new store.
void CreateSchema(Connection& connection);
// Makes the tables a store of this version has not got yet: those of the areas' logs came without a
// new version, since an older program can go on without them (the next sealing finds its rows).
void AddMissingTables(Connection& connection);
// Adds tables, columns and indexes that are missing, drops indexes that are no more, runs the
// migrations, writes the version. Inside the caller's transaction.
void UpgradeSchema(Connection& connection, std::int64_t from);

}  // namespace anjuan::sqlite
