#include "tests/store/faulty_disk.h"

#include <sqlite3.h>

#include <mutex>

#include "engine/base/check.h"

namespace anjuan::test {

struct FaultyDisk::State {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real = nullptr;
  std::mutex mutex;
  int writes = 0;
  int syncs = 0;
  int failing_write = 0;
  int failing_sync = 0;
  bool sticky = false;
  bool lying = false;
  std::map<std::string, std::string> synced;

  bool Fails(int count, int failing) const {
    return failing > 0 && (count == failing || (sticky && count > failing));
  }
};

namespace {

FaultyDisk::State* current = nullptr;  // one at a time

// The real file's memory follows behind.
struct File {
  sqlite3_file base;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* Ours(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* Real(sqlite3_file* file) {
  return Ours(file)->real();
}
const sqlite3_io_methods* Methods(sqlite3_file* file) {
  return Real(file)->pMethods;
}

int Close(sqlite3_file* file) {
  const int code = Methods(file)->xClose(Real(file));
  delete Ours(file)->path;
  return code;
}

int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  {
    const std::lock_guard lock(current->mutex);
    if (current->Fails(++current->writes, current->failing_write)) return SQLITE_IOERR_WRITE;
  }
  return Methods(file)->xWrite(Real(file), bytes, size, at);
}

// Not by another descriptor: closing one drops this process's locks on the file.
std::string Content(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  ANJUAN_CHECK(Methods(file)->xFileSize(Real(file), &size) == SQLITE_OK);
  std::string content(static_cast<size_t>(size), '\0');
  const int code = Methods(file)->xRead(Real(file), content.data(), static_cast<int>(size), 0);
  ANJUAN_CHECK(code == SQLITE_OK);
  return content;
}

int Sync(sqlite3_file* file, int flags) {
  const std::lock_guard lock(current->mutex);
  if (current->lying) return SQLITE_OK;
  if (current->Fails(++current->syncs, current->failing_sync)) return SQLITE_IOERR_FSYNC;
  const int code = Methods(file)->xSync(Real(file), flags);
  current->synced[*Ours(file)->path] = Content(file);
  return code;
}

const sqlite3_io_methods kMethods = {
    3,
    Close,
    [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return Methods(f)->xRead(Real(f), to, n, at);
    },
    Write,
    [](sqlite3_file* f, sqlite3_int64 size) { return Methods(f)->xTruncate(Real(f), size); },
    Sync,
    [](sqlite3_file* f, sqlite3_int64* size) { return Methods(f)->xFileSize(Real(f), size); },
    [](sqlite3_file* f, int lock) { return Methods(f)->xLock(Real(f), lock); },
    [](sqlite3_file* f, int lock) { return Methods(f)->xUnlock(Real(f), lock); },
    [](sqlite3_file* f, int* out) { return Methods(f)->xCheckReservedLock(Real(f), out); },
    [](sqlite3_file* f, int op, void* arg) { return Methods(f)->xFileControl(Real(f), op, arg); },
    [](sqlite3_file* f) { return Methods(f)->xSectorSize(Real(f)); },
    [](sqlite3_file* f) { return Methods(f)->xDeviceCharacteristics(Real(f)); },
    [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return Methods(f)->xShmMap(Real(f), page, size, extend, out);
    },
    [](sqlite3_file* f, int at, int n, int flags) {
      return Methods(f)->xShmLock(Real(f), at, n, flags);
    },
    [](sqlite3_file* f) { Methods(f)->xShmBarrier(Real(f)); },
    [](sqlite3_file* f, int remove) { return Methods(f)->xShmUnmap(Real(f), remove); },
    [](sqlite3_file* f, sqlite3_int64 at, int n, void** out) {
      return Methods(f)->xFetch(Real(f), at, n, out);
    },
    [](sqlite3_file* f, sqlite3_int64 at, void* p) { return Methods(f)->xUnfetch(Real(f), at, p); },
};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  const int code = current->real->xOpen(current->real, name, Real(file), flags, out_flags);
  if (code == SQLITE_OK) {
    Ours(file)->path = new std::string(name == nullptr ? "" : name);
    file->pMethods = &kMethods;
  }
  return code;
}

// A removal is taken to be lasting: SQLite syncs the folder where it relies on one.
int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  const std::lock_guard lock(current->mutex);
  current->synced.erase(name);
  return current->real->xDelete(current->real, name, sync_folder);
}

}  // namespace

FaultyDisk::FaultyDisk() : state_(std::make_unique<State>()) {
  ANJUAN_CHECK(current == nullptr);
  sqlite3_initialize();
  state_->real = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->real;  // what is not replaced goes to the real one
  state_->vfs.pNext = nullptr;
  state_->vfs.zName = "faulty-disk";
  state_->vfs.szOsFile += static_cast<int>(sizeof(File));
  state_->vfs.xOpen = Open;
  state_->vfs.xDelete = Delete;
  current = state_.get();
  sqlite3_vfs_register(&state_->vfs, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(state_->real, 1);
  current = nullptr;
}

int FaultyDisk::syncs() const {
  return state_->syncs;
}
int FaultyDisk::writes() const {
  return state_->writes;
}

void FaultyDisk::Arm(int failing_write, int failing_sync, bool sticky) {
  const std::lock_guard lock(state_->mutex);
  state_->writes = 0;
  state_->syncs = 0;
  state_->failing_write = failing_write;
  state_->failing_sync = failing_sync;
  state_->sticky = sticky;
}

void FaultyDisk::TellLies(bool lie) {
  const std::lock_guard lock(state_->mutex);
  state_->lying = lie;
}

std::map<std::string, std::string> FaultyDisk::after_power_cut(const std::string& folder) const {
  const std::lock_guard lock(state_->mutex);
  std::map<std::string, std::string> files = state_->synced;
  std::erase_if(files, [&](const auto& file) { return !file.first.starts_with(folder + "/"); });
  return files;
}

}  // namespace anjuan::test
