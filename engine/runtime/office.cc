#include "engine/runtime/office.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sealed_blob.h"
#include "engine/value/json.h"
#include "engine/vault/rewrap.h"

namespace anjuan::runtime {

Office::Office(const Plugins& plugins, vault::OfficeKeys keys)
    : plugins_(plugins),
      writer_(plugins.store),
      keys_(std::move(keys)),
      random_([this](size_t count) { return plugins_.ids.RandomBytes(count); }),
      vault_(keys_, random_) {}

void Office::Create(port::Store& store, const vault::OfficeKeys& keys, std::string_view origin,
                    std::string_view area, ClockKind clock, Instant now) {
  store.Transact([&](port::Transaction& transaction) {
    SaveMeta(transaction, "key", vault::KeyId(keys));
    SaveMeta(transaction, "origin", origin);
    SaveMeta(transaction, "area", area);
    SaveMeta(transaction, "clock", clock == ClockKind::kManual ? "manual" : "real");
    SaveMeta(transaction, "now", ToUtcString(now));
    return true;
  });
}

Result<std::unique_ptr<Office>> Office::Open(const Plugins& plugins, vault::OfficeKeys keys) {
  std::unique_ptr<Office> office(new Office(plugins, std::move(keys)));
  bool known = false;
  bool key_fits = false;
  plugins.store.Read([&](port::Reader& reader) {
    const auto clock = LoadMeta(reader, "clock");
    known = clock.has_value();
    if (!known) return;
    key_fits = vault::FitsStore(office->keys_, LoadMeta(reader, vault::kKeyInMeta).value_or(""),
                                LoadMeta(reader, vault::kNextKeyInMeta).value_or(""));
    office->clock_ = *clock == "manual" ? ClockKind::kManual : ClockKind::kReal;
    office->origin_ = LoadMeta(reader, "origin").value_or("");
    office->area_ = LoadMeta(reader, "area").value_or("");
  });
  if (!known) {
    return Fail({.code = "office.none",
                 .message = "this store holds no office",
                 .hint = "make one with: anjuan init DIR"});
  }
  if (!key_fits) {
    return Fail({.code = "office.key",
                 .message = "the key file belongs to another office",
                 .hint = "put back the keys this office was made with"});
  }
  office->ReloadRegisters();
  return office;
}

std::string Office::NewId() {
  // RFC 9562 UUID version 7: 48 bits of milliseconds, then random bits.
  std::string bytes = plugins_.ids.RandomBytes(16);
  const auto now = static_cast<std::uint64_t>(plugins_.clock.Now());
  for (size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(now >> (40 - 8 * i));
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x70U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  const std::string hex = ToHex(bytes);
  return StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                hex.substr(16, 4), "-", hex.substr(20));
}

Instant Office::Now(port::Reader& reader) {
  if (clock_ == ClockKind::kReal) return plugins_.clock.Now();
  const std::optional<Instant> now = ParseUtcInstant(LoadMeta(reader, "now").value_or(""));
  ANJUAN_CHECK(now.has_value());
  return *now;
}

bool Office::MoveClock(port::Transaction& transaction, Instant to) {
  ANJUAN_CHECK(clock_ == ClockKind::kManual);
  if (to < Now(transaction)) return false;
  SaveMeta(transaction, "now", ToUtcString(to));
  return true;
}

std::shared_ptr<const Registers> Office::registers() {
  const std::lock_guard lock(mutex_);
  return registers_;
}

void Office::ReloadRegisters() {
  std::shared_ptr<const Registers> fresh;
  plugins_.store.Read([&](port::Reader& reader) { fresh = Registers::Load(reader); });
  const std::lock_guard lock(mutex_);
  registers_ = std::move(fresh);
}

Surroundings Office::SurroundingsFor(port::Reader& reader) {
  Surroundings out;
  out.registers = registers_.get();
  reader.Scan(port::definitions::kTable, {}, [&](const port::Row& row) {
    const std::string& name = TextOf(row, port::definitions::kName);
    if (out.processes.empty() || out.processes.back() != name) out.processes.push_back(name);
    return true;
  });
  return out;
}

std::shared_ptr<const doc::Image> Office::FindImage(port::Reader& reader, std::string_view sha256) {
  constexpr size_t kMostKept = 16;  // seals in use; decoded they take a megabyte or two each
  {
    const std::lock_guard lock(mutex_);
    const auto it = images_.find(sha256);
    if (it != images_.end()) return it->second;
  }
  const std::optional<std::string> bytes = LoadBlob(keys_, reader, sha256);
  if (!bytes) return nullptr;
  Result<doc::Image> image = plugins_.images.Read(*bytes);
  if (!image) return nullptr;
  auto kept = std::make_shared<const doc::Image>(std::move(*image));
  const std::lock_guard lock(mutex_);
  if (images_.size() >= kMostKept) images_.clear();
  images_.emplace(std::string(sha256), kept);
  return kept;
}

std::shared_ptr<const Definition> Office::FindDefinition(port::Reader& reader,
                                                         std::string_view hash) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = definitions_.find(hash);
    if (it != definitions_.end()) return it->second;
  }
  const auto blob = [&](std::string_view sha256) { return LoadBlob(keys_, reader, sha256); };
  const std::optional<std::string> manifest = blob(hash);
  if (!manifest) return nullptr;
  const Result<Value> read = ReadCanonical(*manifest);
  if (!read) return nullptr;
  Files files;
  if (const Context* entries = (*read)["files"].context()) {
    for (const auto& [path, sha256] : entries->entries()) {
      const std::optional<std::string> bytes = blob(*sha256.string());
      if (!bytes) return nullptr;
      files[path] = *bytes;
    }
  }
  // What was published passed every check then; today's registers must not refuse it now.
  Result<Definition> definition = ReadDefinition(std::move(files), {}, "published", "templates");
  if (!definition || definition->hash != hash) return nullptr;
  auto shared = std::make_shared<const Definition>(std::move(*definition));
  const std::lock_guard lock(mutex_);
  return definitions_.emplace(std::string(hash), std::move(shared)).first->second;
}

bool Office::Publish(port::Transaction& transaction, const Definition& definition,
                     std::string_view author) {
  const std::optional<DefinitionRecord> latest = LatestDefinition(transaction, definition.name);
  if (latest && latest->hash == definition.hash) return false;
  const auto keep = [&](const std::string& sha256, const std::string& bytes) {
    transaction.Insert(port::blobs::kTable, {port::Cell(sha256), port::Cell(bytes)});
  };
  keep(definition.hash, definition.manifest);
  for (const auto& [path, bytes] : definition.files) keep(ToHex(Sha256(bytes)), bytes);
  DefinitionRecord record;
  record.name = definition.name;
  record.version = latest ? latest->version + 1 : 1;
  record.hash = definition.hash;
  record.title = definition.chart->title;
  record.published_at = Now(transaction);
  record.author = author;
  record.parent_hash = latest ? latest->hash : "";
  return transaction.Insert(port::definitions::kTable, ToRow(record));
}

}  // namespace anjuan::runtime
