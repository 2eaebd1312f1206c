#include "engine/verify/files.h"

#include <zip.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "engine/base/text.h"
#include "engine/trail/dossier_names.h"

namespace anjuan::verify {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostFiles = 200'000;
constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30U;

struct ArchiveDeleter {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct EntryDeleter {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

Unexpected<Diagnostics> Unreadable(const fs::path& path, std::string_view why) {
  return Fail("verify.read", StrCat("读不出 ", path.string(), "：", why));
}

Result<trail::DossierFiles> ReadFolder(const fs::path& folder) {
  trail::DossierFiles files;
  std::uint64_t total = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink()) return Unreadable(entry.path(), "卷宗里不应有链接");
    if (!entry.is_regular_file()) continue;
    total += entry.file_size();
    if (files.size() >= kMostFiles || total > kMostBytes)
      return Unreadable(folder, "文件过多或过大");
    std::optional<std::string> bytes = ReadFile(entry.path());
    if (!bytes) return Unreadable(entry.path(), "不能读取");
    files[fs::relative(entry.path(), folder).generic_string()] = *std::move(bytes);
  }
  return files;
}

Result<trail::DossierFiles> ReadZip(const fs::path& path) {
  int error = 0;
  const std::unique_ptr<zip_t, ArchiveDeleter> archive(
      zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (archive == nullptr) return Unreadable(path, "不是完好的ZIP文件");
  trail::DossierFiles files;
  std::uint64_t total = 0;
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(archive.get(), 0));
  if (count > kMostFiles) return Unreadable(path, "文件过多");
  for (std::uint64_t i = 0; i < count; ++i) {
    zip_stat_t about;
    if (zip_stat_index(archive.get(), i, ZIP_FL_ENC_GUESS, &about) != 0) {
      return Unreadable(path, "目录损坏");
    }
    const std::string name = about.name;
    if (name.ends_with('/')) continue;
    total += about.size;
    // What it says it unpacks to is all that is unpacked.
    if (total > kMostBytes) return Unreadable(path, "内容过大");
    const std::unique_ptr<zip_file_t, EntryDeleter> entry(zip_fopen_index(archive.get(), i, 0));
    std::string bytes(about.size, '\0');
    const zip_int64_t got =
        entry == nullptr ? -1 : zip_fread(entry.get(), bytes.data(), bytes.size());
    if (got != static_cast<zip_int64_t>(bytes.size()))
      return Unreadable(path, StrCat(name, " 损坏"));
    if (!files.emplace(name, std::move(bytes)).second)
      return Unreadable(path, StrCat(name, " 重名"));
  }
  return files;
}

// "dossier/case.jsonl" is "case.jsonl" where everything lies in dossier/.
void TakeOffFolder(trail::DossierFiles& files) {
  if (files.empty() || files.contains(std::string(trail::kManifest))) return;
  const std::string& first = files.begin()->first;
  const size_t stroke = first.find('/');
  if (stroke == std::string::npos) return;
  const std::string folder = first.substr(0, stroke + 1);
  const bool all =
      std::ranges::all_of(files, [&](const auto& file) { return file.first.starts_with(folder); });
  if (!all) return;
  trail::DossierFiles bare;
  for (auto& [name, bytes] : files) bare[name.substr(folder.size())] = std::move(bytes);
  files = std::move(bare);
}

}  // namespace

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) return std::nullopt;
  in.seekg(0, std::ios::end);
  std::string bytes(static_cast<size_t>(in.tellg()), '\0');
  in.seekg(0);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in) return std::nullopt;
  return bytes;
}

Result<std::vector<trail::VerifierKey>> ReadKeys(const std::vector<std::string>& given) {
  std::vector<trail::VerifierKey> out;
  for (const std::string& one : given) {
    const std::optional<std::string> file = fs::exists(one) ? ReadFile(one) : std::nullopt;
    auto keys = trail::ReadVkeys(file.value_or(one));
    if (!keys) return keys;
    out.insert(out.end(), keys->begin(), keys->end());
  }
  return out;
}

Result<trail::DossierFiles> ReadDossier(const fs::path& path) {
  Result<trail::DossierFiles> files = fs::is_directory(path) ? ReadFolder(path) : ReadZip(path);
  if (files) TakeOffFolder(*files);
  return files;
}

}  // namespace anjuan::verify
