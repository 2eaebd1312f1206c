#include "plugins/xlsx/zip.h"

#include <zip.h>

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::xlsx {

void Refuse(std::string code, std::string message, std::string hint) {
  throw Refused{{.code = std::move(code), .message = std::move(message), .hint = std::move(hint)}};
}

void RefuseDamaged(std::string_view what) {
  Refuse("xlsx.damaged", StrCat("表格文件已损坏：", what),
         "文件可能没有下载或复制完整；请用表格软件打开、修复后另存为XLSX");
}

std::string SmallLetters(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

namespace {

[[noreturn]] void RefuseTooLarge(std::string_view what) {
  Refuse("xlsx.size", StrCat("表格文件展开后过大：", what),
         "请删去多余的空行、格式和工作表，或分成几个文件导入");
}

}  // namespace

// The file's bytes as libzip asks for them.
struct Zip::Archive {
  explicit Archive(std::string file) : bytes(std::move(file)) { zip_error_init(&error); }
  ~Archive() {
    if (zip != nullptr) zip_discard(zip);
    zip_error_fini(&error);
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  static zip_int64_t Serve(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
    return static_cast<Archive*>(self)->Serve(data, length, command);
  }
  zip_int64_t Serve(void* data, zip_uint64_t length, zip_source_cmd_t command) {
    if (command == ZIP_SOURCE_READ) return Give(static_cast<char*>(data), length);
    if (command == ZIP_SOURCE_TELL) return static_cast<zip_int64_t>(at);
    if (command == ZIP_SOURCE_ERROR) return zip_error_to_data(&error, data, length);
    if (command == ZIP_SOURCE_SUPPORTS) {
      // Asked whether it takes an empty file for an empty archive, it says no (0, below).
      return ZIP_SOURCE_SUPPORTS_SEEKABLE |
             zip_source_make_command_bitmap(ZIP_SOURCE_ACCEPT_EMPTY, -1);
    }
    if (command == ZIP_SOURCE_SEEK) {
      const zip_int64_t to = zip_source_seek_compute_offset(at, bytes.size(), data, length, &error);
      if (to >= 0) at = static_cast<size_t>(to);
      return to >= 0 ? 0 : -1;
    }
    if (command == ZIP_SOURCE_STAT) {
      auto& stat = *static_cast<zip_stat_t*>(data);
      zip_stat_init(&stat);
      stat.size = bytes.size();
      stat.valid = ZIP_STAT_SIZE;
      return sizeof stat;
    }
    return 0;  // open, close, free: nothing to do
  }
  zip_int64_t Give(char* data, zip_uint64_t length) {
    const size_t given = std::min<size_t>(length, bytes.size() - at);
    if (zip == nullptr && given > kLargestDirectory - directory) {
      too_large = true;
      zip_error_set(&error, ZIP_ER_READ, 0);
      return -1;
    }
    if (zip == nullptr) directory += given;
    std::copy_n(bytes.data() + at, given, data);
    at += given;
    return static_cast<zip_int64_t>(given);
  }

  std::string bytes;
  size_t at = 0;
  size_t directory = 0;  // read before it was open
  bool too_large = false;
  zip_error_t error = {};
  zip_t* zip = nullptr;
};

void ZipStream::Closer::operator()(zip_file* file) const {
  zip_fclose(file);
}

size_t ZipStream::Read(char* buffer, size_t size) {
  const zip_int64_t got = zip_fread(file_.get(), buffer, size);
  if (got < 0) {
    const int why = zip_error_code_zip(zip_file_get_error(file_.get()));
    const bool differs = why == ZIP_ER_CRC || why == ZIP_ER_INCONS;
    RefuseDamaged(StrCat("“", entry_.name, differs ? "”的校验值不符" : "”无法解压"));
  }
  out_ += static_cast<size_t>(got);
  if (out_ > entry_.size) RefuseDamaged(StrCat("“", entry_.name, "”比目录所说的长"));
  // libzip takes a part of no packed bytes for empty, whatever its declared size.
  if (got == 0 && out_ != entry_.size) {
    RefuseDamaged(StrCat("“", entry_.name, "”的校验值不符"));
  }
  return static_cast<size_t>(got);
}

Zip::Zip(std::string bytes) {
  if (bytes.size() > kLargestFile) {
    Refuse("xlsx.size", "表格文件超过64兆字节", "请分成几个文件导入");
  }
  archive_ = std::make_unique<Archive>(std::move(bytes));
  zip_error_t& error = archive_->error;
  zip_source_t* source = zip_source_function_create(Archive::Serve, archive_.get(), &error);
  if (source == nullptr) RefuseDamaged("无法读取");
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip == nullptr) zip_source_free(source);
  archive_->zip = zip;
  if (archive_->too_large) RefuseTooLarge("目录超过1兆字节");
  if (zip == nullptr) {
    RefuseDamaged(zip_error_code_zip(&error) == ZIP_ER_NOZIP ? "没有结尾的目录" : "目录不完整");
  }
  const auto count = static_cast<zip_uint64_t>(zip_get_num_entries(zip, 0));
  if (count > kMostParts) RefuseTooLarge(StrCat("内含", count, "个部件"));
  for (zip_uint64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &stat) != 0) RefuseDamaged("目录不完整");
    ZipEntry entry = {.name = stat.name,
                      .index = i,
                      .method = stat.comp_method,
                      .encrypted = stat.encryption_method != ZIP_EM_NONE,
                      .compressed = stat.comp_size,
                      .size = stat.size};
    std::string key = SmallLetters(entry.name);
    // Two parts of one name: readers disagree which one counts, so one could hide the other.
    if (!entries_.emplace(std::move(key), std::move(entry)).second) {
      RefuseDamaged("有两个同名的部件");
    }
  }
}

Zip::~Zip() = default;

const ZipEntry* Zip::Find(std::string_view name) const {
  const auto at = entries_.find(SmallLetters(name));
  return at == entries_.end() ? nullptr : &at->second;
}

std::unique_ptr<ZipStream> Zip::Open(const ZipEntry& entry) const {
  if (entry.encrypted) {
    Refuse("xlsx.password", "压缩包加了密码，无法读取", "请去掉密码后另存为XLSX");
  }
  if (entry.method != ZIP_CM_STORE && entry.method != ZIP_CM_DEFLATE) {
    RefuseDamaged(StrCat("“", entry.name, "”的压缩方法不认识"));
  }
  // Nothing more comes out than was declared (ZipStream), so what is declared is what to judge by;
  // a packed size beyond the file would make any ratio look small.
  if (entry.size > kLargestPart) RefuseTooLarge(StrCat("“", entry.name, "”超过512兆字节"));
  if (entry.size > kFreeOfRatio && entry.size / kMostTimesLarger > entry.compressed) {
    RefuseTooLarge(StrCat("“", entry.name, "”展开后是原来的", kMostTimesLarger, "倍以上"));
  }
  zip_file* file = entry.compressed > archive_->bytes.size()
                       ? nullptr
                       : zip_fopen_index(archive_->zip, entry.index, 0);
  if (file == nullptr) RefuseDamaged(StrCat("找不到“", entry.name, "”"));
  return std::make_unique<ZipStream>(file, entry);
}

}  // namespace anjuan::xlsx
