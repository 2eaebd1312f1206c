// The store in one SQLite file: the default of every office.
//
// WAL, synchronous=FULL and secure_delete are read back when the file is opened; a store that has
// not got them is refused, because an acknowledged step must survive a power cut and an erased
// value must be gone. Several processes may open one file: writers wait for each other.
//
// Errors:  port::Failure, also where the file is newer than this program, or is no office at all.
// Threads: any; writers are serialised, each concurrent Read takes a connection of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/port/store.h"

namespace anjuan::sqlite {

struct SqliteOptions {
  bool in_memory = false;        // nothing on disk, `path` is ignored; Read then waits for Transact
  int busy_timeout_ms = 10'000;  // how long to wait for another process's write
  std::int64_t max_pages = 0;    // a bound on the file (4 KiB pages); 0: none
  int cache_kib = 16 * 1024;     // page cache of the writing connection
};

// Opens the file, or makes it with the tables of port::AllTables().
std::unique_ptr<port::Store> OpenSqliteStore(const std::string& path,
                                             const SqliteOptions& options = {});

}  // namespace anjuan::sqlite
