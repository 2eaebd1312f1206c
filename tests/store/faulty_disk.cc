#include "tests/store/faulty_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <mutex>
#include <random>
#include <vector>

#include "engine/base/check.h"

namespace anjuan::test {

namespace {

// A write that was not synced; size >= 0: the file was cut to it.
struct Pending {
  std::int64_t at = 0;
  std::string bytes;
  std::int64_t size = -1;
};

void Apply(const Pending& pending, std::string& file) {
  if (pending.size >= 0) {
    file.resize(static_cast<size_t>(pending.size));
    return;
  }
  const auto at = static_cast<size_t>(pending.at);
  if (file.size() < at + pending.bytes.size()) file.resize(at + pending.bytes.size());
  std::copy(pending.bytes.begin(), pending.bytes.end(), file.begin() + pending.at);
}

}  // namespace

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
  bool skip_log = false;
  int code = 0;  // 0: an I/O error
  std::map<std::string, std::string> synced;
  std::map<std::string, std::vector<Pending>> pending;
  std::function<void()> seen;

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
    if (current->Fails(++current->writes, current->failing_write)) {
      return current->code == 0 ? SQLITE_IOERR_WRITE : current->code;
    }
  }
  const int code = Methods(file)->xWrite(Real(file), bytes, size, at);
  if (code != SQLITE_OK) return code;
  {
    const std::lock_guard lock(current->mutex);
    current->pending[*Ours(file)->path].push_back(
        {at, std::string(static_cast<const char*>(bytes), static_cast<size_t>(size)), -1});
  }
  if (current->seen) current->seen();
  return code;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = Methods(file)->xTruncate(Real(file), size);
  if (code == SQLITE_OK) {
    const std::lock_guard lock(current->mutex);
    current->pending[*Ours(file)->path].push_back({0, "", size});
  }
  return code;
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
  const std::string& path = *Ours(file)->path;
  if (current->lying) return SQLITE_OK;
  if (current->skip_log && path.ends_with("-wal")) return SQLITE_OK;
  if (current->Fails(++current->syncs, current->failing_sync)) return SQLITE_IOERR_FSYNC;
  const int code = Methods(file)->xSync(Real(file), flags);
  const auto known = current->synced.find(path);
  if (known == current->synced.end()) {
    current->synced[path] = Content(file);
  } else {
    for (const Pending& one : current->pending[path]) Apply(one, known->second);
  }
  current->pending.erase(path);
  return code;
}

const sqlite3_io_methods kMethods = {
    3,
    Close,
    [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) {
      return Methods(f)->xRead(Real(f), to, n, at);
    },
    Write,
    Truncate,
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
    // What was there before is taken to be on the disk.
    const std::lock_guard lock(current->mutex);
    if (name != nullptr && !current->synced.contains(name)) {
      std::string content = Content(file);
      if (!content.empty()) current->synced.emplace(name, std::move(content));
    }
  }
  return code;
}

// A removal is taken to be lasting: SQLite syncs the folder where it relies on one.
int Delete(sqlite3_vfs*, const char* name, int sync_folder) {
  const std::lock_guard lock(current->mutex);
  current->synced.erase(name);
  current->pending.erase(name);
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
  Arm(failing_write, failing_sync, sticky, 0);
}

void FaultyDisk::Arm(int failing_write, int failing_sync, bool sticky, int code) {
  const std::lock_guard lock(state_->mutex);
  state_->code = code;
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

void FaultyDisk::SkipLogSyncs(bool skip) {
  const std::lock_guard lock(state_->mutex);
  state_->skip_log = skip;
}

void FaultyDisk::Watch(std::function<void()> seen) {
  state_->seen = std::move(seen);
}

namespace {

// The files below a folder: '0' is the character after '/'.
template <class Files>
auto Under(const std::string& folder, Files& files) {
  return std::pair(files.lower_bound(folder + "/"), files.lower_bound(folder + "0"));
}

void CutOff(std::vector<Pending> writes, PowerCut how, std::mt19937_64& random, std::string& file) {
  constexpr std::size_t kSector = 512;
  if (how == PowerCut::kDropAll || writes.empty()) return;
  if (how == PowerCut::kTorn) {
    writes.resize(1 + random() % writes.size());
    std::string& last = writes.back().bytes;
    last.resize(random() % (last.size() / kSector + 1) * kSector);
  } else {
    std::erase_if(writes, [&](const Pending&) { return random() % 2 == 0; });
    if (how == PowerCut::kReordered) std::shuffle(writes.begin(), writes.end(), random);
  }
  for (const Pending& one : writes) Apply(one, file);
}

}  // namespace

std::map<std::string, std::string> FaultyDisk::after_power_cut(const std::string& folder,
                                                               PowerCut how,
                                                               std::uint64_t seed) const {
  std::map<std::string, std::string> files = after_power_cut(folder);
  const std::lock_guard lock(state_->mutex);
  std::mt19937_64 random(seed);
  for (auto [at, end] = Under(folder, state_->pending); at != end; ++at) {
    CutOff(at->second, how, random, files[at->first]);
  }
  return files;
}

std::map<std::string, std::string> FaultyDisk::after_power_cut(const std::string& folder) const {
  const std::lock_guard lock(state_->mutex);
  const auto [first, last] = Under(folder, state_->synced);
  return {first, last};
}

void FaultyDisk::Forget(const std::string& folder) {
  const std::lock_guard lock(state_->mutex);
  const auto [first, last] = Under(folder, state_->synced);
  state_->synced.erase(first, last);
  const auto [from, to] = Under(folder, state_->pending);
  state_->pending.erase(from, to);
}

}  // namespace anjuan::test
