#include "engine/app/folder.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>

#include "engine/app/bundles.h"
#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/key_change.h"
#include "engine/vault/keys.h"
#include "plugins/pdf/pdf.h"
#include "plugins/png/png.h"
#include "plugins/sqlite/sqlite_store.h"
#include "plugins/sqlite/upkeep.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

class SystemClock : public port::Clock {
 public:
  Instant Now() override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

class SystemIds : public port::Ids {
 public:
  std::string RandomBytes(size_t count) override {
    std::string out(count, '\0');
    const int ok =
        RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count));
    ANJUAN_CHECK(ok == 1);
    return out;
  }
};

}  // namespace

bool WriteSecret(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return written && synced;
}

void SyncFolder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

void TakeNextKeys(const fs::path& folder) {
  std::error_code gone;
  fs::rename(folder / kNextOfficeKeys, folder / kKeyFile, gone);
  SyncFolder(folder);
}

std::optional<Diagnostics> MissingFonts() {
  Result<std::shared_ptr<const pdf::Fonts>> fonts = pdf::OpenFonts();
  if (fonts) return std::nullopt;
  return fonts.error();
}

struct OpenOffice::Parts {
  SystemClock clock;
  SystemIds ids;
  std::unique_ptr<port::Store> store;
  std::shared_ptr<const pdf::Fonts> fonts;
  std::unique_ptr<port::PageWriter> pages;
  std::unique_ptr<port::ImageReader> images = png::MakePngReader();

  vault::Random Random() {
    return [this](size_t count) { return ids.RandomBytes(count); };
  }
};

OpenOffice::OpenOffice() : parts_(std::make_unique<Parts>()) {}
OpenOffice::~OpenOffice() = default;

namespace {

Result<std::unique_ptr<runtime::Office>> Assemble(OpenOffice::Parts& parts,
                                                  vault::OfficeKeys keys) {
  Result<std::shared_ptr<const pdf::Fonts>> fonts = pdf::OpenFonts();
  if (!fonts) return Unexpected{fonts.error()};
  parts.fonts = *fonts;
  parts.pages = pdf::MakePageWriter(parts.fonts);
  return runtime::Office::Open({.store = *parts.store,
                                .pages = *parts.pages,
                                .fonts = pdf::Source(*parts.fonts),
                                .images = *parts.images,
                                .clock = parts.clock,
                                .ids = parts.ids},
                               std::move(keys));
}

// A copy can always be made again from the store.
void Print(const fs::path& folder, const runtime::DocumentRecord& record,
           const std::string& bytes) {
  const fs::path path = PrintOf(folder, record);
  fs::create_directories(path.parent_path());
  const fs::path part = path.string() + ".part";
  {
    std::ofstream out(part, std::ios::binary);
    out << bytes;
    out.close();
    if (!out)
      throw port::Failure(StrCat("cannot write ", path.string(), ": ", std::strerror(errno)));
  }
  fs::rename(part, path);
}

}  // namespace

namespace {

// Opening upgrades a store of an older format; a copy of it as it was is kept beside it.
std::string CopyBeforeUpgrade(const fs::path& store) {
  const std::unique_ptr<port::Upkeep> upkeep = sqlite::MakeUpkeep(store.string());
  const std::optional<std::int64_t> version = upkeep->Version();
  if (!version || *version >= port::kSchemaVersion) return "";
  const std::string copy = StrCat(store.string(), ".v", *version);
  upkeep->Backup(copy, {});
  return StrCat("数据库已由格式 ", *version, " 升级到格式 ", port::kSchemaVersion,
                "。升级前的备份：", copy, "；确认无误后请删除，以后依法删除的个人信息仍留在备份里");
}

}  // namespace

fs::path PrintOf(const fs::path& folder, const runtime::DocumentRecord& record) {
  return folder / kDocuments / record.case_id /
         StrCat(record.code, "-", record.seq, "-", record.position, ".pdf");
}

Result<std::unique_ptr<OpenOffice>> OpenOffice::Open(const fs::path& folder) {
  if (!fs::exists(folder / kStoreFile)) {
    return Fail({.code = "office.none",
                 .message = StrCat("no office in ", folder.string()),
                 .hint = "make one with: anjuan init DIR; or name one with: anjuan -C DIR …"});
  }
  Result<std::unique_ptr<OpenOffice>> open = OpenFiles(folder / kStoreFile, folder / kKeyFile);
  if (!open && fs::exists(folder / kNextOfficeKeys)) {
    // The master key is being replaced, and both open the store; or the store has the new one
    // already, the folder not yet.
    Result<std::unique_ptr<OpenOffice>> next =
        OpenFiles(folder / kStoreFile, folder / kNextOfficeKeys, folder / kKeyFile);
    if (next) {
      bool begun = false;
      (*next)->office().store().Read(
          [&](port::Reader& reader) { begun = runtime::KeyChangeBegun(reader); });
      if (!begun) TakeNextKeys(folder);
      open = std::move(next);
    }
  }
  if (!open) return open;
  (*open)->folder_ = folder;
  (*open)->outbox_ = std::make_unique<runtime::Outbox>(
      (*open)->office(), [folder](const runtime::DocumentRecord& record, const std::string& bytes) {
        Print(folder, record, bytes);
      });
  return open;
}

Result<std::unique_ptr<OpenOffice>> OpenOffice::OpenFiles(const fs::path& store,
                                                          const fs::path& key_file,
                                                          const fs::path& before) {
  const std::optional<std::string> text = ReadFile(key_file);
  if (!text) {
    return Fail(
        {.code = "office.keys",
         .message = StrCat("cannot read ", key_file.string()),
         .hint = "put the office's key file back; without it nothing personal can be read"});
  }
  Result<vault::OfficeKeys> keys = vault::ParseKeys(*text);
  if (!keys) return Unexpected{keys.error()};
  const std::optional<std::string> old_text = before.empty() ? std::nullopt : ReadFile(before);
  if (old_text) {
    const Result<vault::OfficeKeys> old = vault::ParseKeys(*old_text);
    if (old) keys->before = old->office;
  }
  std::unique_ptr<OpenOffice> open(new OpenOffice());
  open->upgraded_ = CopyBeforeUpgrade(store);
  open->parts_->store = sqlite::OpenSqliteStore(store.string());
  Result<std::unique_ptr<runtime::Office>> office = Assemble(*open->parts_, std::move(*keys));
  if (!office) return Unexpected{office.error()};
  open->office_ = std::move(*office);
  open->outbox_ = std::make_unique<runtime::Outbox>(
      *open->office_, [](const runtime::DocumentRecord&, const std::string&) {});
  return open;
}

int OpenOffice::PrintAgain() {
  int printed = 0;
  office_->store().Read([&](port::Reader& reader) {
    reader.Scan(port::documents::kTable, {}, [&](const port::Row& row) {
      const runtime::DocumentRecord record = runtime::ToDocument(row);
      const std::optional<std::string> bytes = runtime::DocumentBytes(*office_, record);
      if (!bytes) return true;  // not written yet, or erased
      Print(folder_, record, *bytes);
      ++printed;
      return true;
    });
  });
  return printed;
}

Result<std::unique_ptr<OpenOffice>> OpenOffice::Empty(const fs::path& library,
                                                      const std::string& area, Instant now) {
  std::unique_ptr<OpenOffice> open(new OpenOffice());
  Parts& parts = *open->parts_;
  sqlite::SqliteOptions options;
  options.in_memory = true;
  parts.store = sqlite::OpenSqliteStore("", options);
  vault::OfficeKeys keys = vault::MakeKeys(parts.Random());
  runtime::Office::Create(*parts.store, keys, "anjuan.scratch", area, runtime::ClockKind::kManual,
                          now);
  Result<std::unique_ptr<runtime::Office>> office = Assemble(parts, std::move(keys));
  if (!office) return Unexpected{office.error()};
  open->office_ = std::move(*office);
  open->outbox_ = std::make_unique<runtime::Outbox>(
      *open->office_, [](const runtime::DocumentRecord&, const std::string&) {});
  const Result<runtime::ImportReport> shared =
      runtime::ImportShared(*open->office_, ReadFolder(library / "workflows" / "shared"));
  if (!shared) return Unexpected{shared.error()};
  return open;
}

Result<std::unique_ptr<OpenOffice>> OpenOffice::Scratch(const fs::path& library,
                                                        const std::string& area, Instant now) {
  Result<std::unique_ptr<OpenOffice>> open = Empty(library, area, now);
  if (!open) return open;
  Diagnostics published = PublishAll((*open)->office(), AllBundles(library), library / "templates");
  if (HasError(published)) return Unexpected{std::move(published)};
  return open;
}

namespace {

// A whole office in `folder`: settings, keys, shipped tables, published workflows.
Diagnostics MakeOffice(const fs::path& folder, const fs::path& library, const std::string& area,
                       runtime::ClockKind clock, Instant now) {
  fs::create_directories(folder / kDocuments);
  SystemIds ids;
  const vault::OfficeKeys keys =
      vault::MakeKeys([&](size_t count) { return ids.RandomBytes(count); });
  if (!WriteSecret(folder / kKeyFile, vault::Serialize(keys))) {
    return {{.code = "init.keys",
             .message = StrCat("cannot write ", (folder / kKeyFile).string(), ": ",
                               std::strerror(errno))}};
  }
  {
    const std::unique_ptr<port::Store> store =
        sqlite::OpenSqliteStore((folder / kStoreFile).string());
    const std::string origin = StrCat("anjuan.office/", ToHex(ids.RandomBytes(8)));
    runtime::Office::Create(*store, keys, origin, area, clock, now);
  }
  const Result<std::unique_ptr<OpenOffice>> open = OpenOffice::Open(folder);
  if (!open) return open.error();
  runtime::Office& office = (*open)->office();
  const Result<runtime::ImportReport> shared =
      runtime::ImportShared(office, ReadFolder(library / "workflows" / "shared"));
  if (!shared) return shared.error();
  const auto registers = office.registers();
  if (registers->FindRegion(area) == nullptr) {
    return {{.code = "init.area",
             .message = StrCat("no area ", area),
             .hint = DidYouMean(area, registers->RegionCodes())}};
  }
  Diagnostics published = PublishAll(office, AllBundles(library), library / "templates");
  if (HasError(published)) return published;
  return {};
}

// The store goes last: a folder without it holds no office.
void MoveInto(const fs::path& from, const fs::path& folder) {
  const std::string store = kStoreFile;
  for (const std::string& name :
       {std::string(kKeyFile), std::string(kDocuments), store + "-wal", store}) {
    if (fs::exists(from / name)) fs::rename(from / name, folder / name);
  }
}

}  // namespace

Result<std::unique_ptr<OpenOffice>> OpenOffice::Create(const fs::path& folder,
                                                       const fs::path& library,
                                                       const std::string& area,
                                                       runtime::ClockKind clock, Instant now) {
  if (fs::exists(folder / kStoreFile) || fs::exists(folder / kKeyFile)) {
    return Fail({.code = "init.exists",
                 .message = StrCat(folder.string(), " holds an office already"),
                 .hint = "choose another folder; an office is never overwritten"});
  }
  // Made aside and moved in when it is whole, so that a mistake or a kill leaves no half office.
  const bool fresh = fs::create_directories(folder);
  const fs::path aside = folder / ".init";
  fs::remove_all(aside);
  Diagnostics mistakes = MakeOffice(aside, library, area, clock, now);
  if (mistakes.empty()) MoveInto(aside, folder);
  fs::remove_all(aside);
  if (mistakes.empty()) return Open(folder);
  if (fresh) fs::remove(folder);
  return Unexpected{std::move(mistakes)};
}

Result<fs::path> FindLibrary() {
  std::error_code error;
  for (fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();;
       folder = folder.parent_path()) {
    if (fs::exists(folder / "workflows" / "shared") && fs::exists(folder / "templates")) {
      return folder;
    }
    const fs::path shared = folder / "share" / "anjuan";
    if (fs::exists(shared / "workflows")) return shared;
    if (folder == folder.parent_path()) break;
  }
  return Fail({.code = "library.none",
               .message = "workflows/ and templates/ were not found above the program",
               .hint = "name the folder that holds them with --library DIR"});
}

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) return std::nullopt;
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

runtime::Files ReadFolder(const fs::path& folder) {
  runtime::Files out;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file()) continue;
    if (const auto text = ReadFile(entry.path())) {
      out[fs::relative(entry.path(), folder).generic_string()] = *text;
    }
  }
  return out;
}

runtime::Files ReadBundle(const fs::path& workflow, const fs::path& templates) {
  runtime::Files out;
  for (auto& [path, text] : ReadFolder(workflow)) {
    const bool belongs =
        path == "chart.scxml" || path.starts_with("forms/") || path.starts_with("rules/");
    if (belongs) out[path] = std::move(text);
  }
  for (auto& [path, text] : ReadFolder(templates)) {
    if (path.ends_with(".xml")) out[StrCat("templates/", path)] = std::move(text);
  }
  return out;
}

}  // namespace anjuan::app
