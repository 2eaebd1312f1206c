#include "plugins/xlsx/zip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>

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

constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr size_t kEndBytes = 22;
constexpr size_t kLocatorBytes = 20;
constexpr size_t kLongestComment = 65'535;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;

// Little-endian fields, one after another; beyond the end the file is damaged.
class Fields {
 public:
  Fields(std::string_view bytes, size_t at) : bytes_(bytes), at_(at) {}

  std::uint64_t Take(size_t width) {
    if (at_ > bytes_.size() || bytes_.size() - at_ < width) RefuseDamaged("目录不完整");
    std::uint64_t out = 0;
    for (size_t i = width; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes_[at_ + i]);
    at_ += width;
    return out;
  }
  std::uint16_t Two() { return static_cast<std::uint16_t>(Take(2)); }
  std::uint32_t Four() { return static_cast<std::uint32_t>(Take(4)); }
  std::string_view Text(size_t length) {
    if (at_ > bytes_.size() || bytes_.size() - at_ < length) RefuseDamaged("目录不完整");
    const std::string_view out = bytes_.substr(at_, length);
    at_ += length;
    return out;
  }
  void Skip(size_t length) { Text(length); }
  size_t at() const { return at_; }

 private:
  std::string_view bytes_;
  size_t at_;
};

struct Directory {
  std::uint64_t count = 0;
  std::uint64_t offset = 0;
};

Directory FindDirectory(std::string_view bytes) {
  const size_t from =
      bytes.size() > kEndBytes + kLongestComment ? bytes.size() - kEndBytes - kLongestComment : 0;
  const size_t end = bytes.rfind(std::string_view("PK\x05\x06"));
  if (end == std::string_view::npos || end < from || bytes.size() - end < kEndBytes) {
    RefuseDamaged("没有结尾的目录");
  }
  Fields fields(bytes, end);
  fields.Skip(4 + 2 + 2 + 2);
  Directory out;
  out.count = fields.Two();
  fields.Skip(4);
  out.offset = fields.Four();
  const bool large = out.count == 0xFFFF || out.offset == 0xFFFFFFFF;
  if (!large || end < kLocatorBytes) return out;
  Fields locator(bytes, end - kLocatorBytes);
  if (locator.Four() != kEnd64Locator) return out;
  locator.Skip(4);
  Fields end64(bytes, static_cast<size_t>(locator.Take(8)));
  if (end64.Four() != kEnd64) RefuseDamaged("目录不完整");
  end64.Skip(8 + 2 + 2 + 4 + 4 + 8);
  out.count = end64.Take(8);
  end64.Skip(8);
  out.offset = end64.Take(8);
  return out;
}

// Sizes of all ones stand in the ZIP64 extra field instead, in this order.
void ReadZip64(std::string_view extra, ZipEntry& entry) {
  constexpr std::uint16_t kZip64 = 1;
  constexpr size_t kElsewhere = 0xFFFFFFFF;
  Fields fields(extra, 0);
  while (extra.size() - fields.at() >= 4) {
    const std::uint16_t id = fields.Two();
    const std::string_view body = fields.Text(fields.Two());
    if (id != kZip64) continue;
    Fields large(body, 0);
    for (size_t* field : {&entry.size, &entry.compressed, &entry.offset}) {
      if (*field == kElsewhere) *field = static_cast<size_t>(large.Take(8));
    }
  }
}

ZipEntry ReadEntry(Fields& fields) {
  if (fields.Four() != kCentralHeader) RefuseDamaged("目录不完整");
  ZipEntry entry;
  fields.Skip(2 + 2);
  const std::uint16_t flags = fields.Two();
  entry.encrypted = (flags & 1) != 0;
  entry.method = fields.Two();
  fields.Skip(2 + 2);
  entry.crc = fields.Four();
  entry.compressed = fields.Four();
  entry.size = fields.Four();
  const size_t name = fields.Two();
  const size_t extra = fields.Two();
  const size_t comment = fields.Two();
  fields.Skip(2 + 2 + 4);
  entry.offset = fields.Four();
  entry.name = fields.Text(name);
  ReadZip64(fields.Text(extra), entry);
  fields.Skip(comment);
  return entry;
}

[[noreturn]] void RefuseTooLarge(std::string_view what) {
  Refuse("xlsx.size", StrCat("表格文件展开后过大：", what),
         "请删去多余的空行、格式和工作表，或分成几个文件导入");
}

}  // namespace

struct ZipStream::Inflater {
  Inflater() {
    // Negative: raw deflate, without a zlib header.
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) RefuseDamaged("无法解压");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream stream = {};
  std::string input;  // zlib's interface wants bytes that are not const
};

ZipStream::ZipStream(std::string_view compressed, const ZipEntry& entry)
    : rest_(compressed), entry_(entry) {
  if (entry.method == kDeflated) inflater_ = std::make_unique<Inflater>();
}

ZipStream::~ZipStream() = default;

size_t ZipStream::Read(char* buffer, size_t size) {
  if (ended_) return 0;
  size_t got = 0;
  if (inflater_ == nullptr) {
    got = std::min(size, rest_.size());
    std::copy_n(rest_.data(), got, buffer);
    rest_.remove_prefix(got);
  } else {
    got = Inflate(buffer, size);
  }
  Count(buffer, got);
  if (got == 0) {
    ended_ = true;
    if (out_ != entry_.size || crc_ != entry_.crc) {
      RefuseDamaged(StrCat("“", entry_.name, "”的校验值不符"));
    }
  }
  return got;
}

size_t ZipStream::Inflate(char* buffer, size_t size) {
  constexpr size_t kChunk = size_t{32} << 10;
  z_stream& stream = inflater_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(buffer);
  stream.avail_out = static_cast<uInt>(size);
  while (stream.avail_out > 0) {
    if (stream.avail_in == 0 && !rest_.empty()) {
      inflater_->input.assign(rest_.substr(0, kChunk));
      rest_.remove_prefix(inflater_->input.size());
      stream.next_in = reinterpret_cast<Bytef*>(inflater_->input.data());
      stream.avail_in = static_cast<uInt>(inflater_->input.size());
    }
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_STREAM_END) break;
    if (status != Z_OK) RefuseDamaged(StrCat("“", entry_.name, "”无法解压"));
  }
  return size - stream.avail_out;
}

void ZipStream::Count(const char* buffer, size_t got) {
  out_ += got;
  crc_ = static_cast<std::uint32_t>(
      crc32(crc_, reinterpret_cast<const Bytef*>(buffer), static_cast<uInt>(got)));
  if (out_ > entry_.size) RefuseDamaged(StrCat("“", entry_.name, "”比目录所说的长"));
}

Zip::Zip(std::string bytes) : bytes_(std::move(bytes)) {
  if (bytes_.size() > kLargestFile) {
    Refuse("xlsx.size", "表格文件超过64兆字节", "请分成几个文件导入");
  }
  const Directory directory = FindDirectory(bytes_);
  if (directory.count > kMostParts) RefuseTooLarge(StrCat("内含", directory.count, "个部件"));
  Fields fields(bytes_, static_cast<size_t>(directory.offset));
  for (std::uint64_t i = 0; i < directory.count; ++i) {
    ZipEntry entry = ReadEntry(fields);
    std::string key = SmallLetters(entry.name);
    // Two parts of one name: readers disagree which one counts, so one could hide the other.
    if (!entries_.emplace(std::move(key), std::move(entry)).second) {
      RefuseDamaged("有两个同名的部件");
    }
  }
}

const ZipEntry* Zip::Find(std::string_view name) const {
  const auto at = entries_.find(SmallLetters(name));
  return at == entries_.end() ? nullptr : &at->second;
}

std::unique_ptr<ZipStream> Zip::Open(const ZipEntry& entry) const {
  if (entry.encrypted) {
    Refuse("xlsx.password", "压缩包加了密码，无法读取", "请去掉密码后另存为XLSX");
  }
  if (entry.method != kStored && entry.method != kDeflated) {
    RefuseDamaged(StrCat("“", entry.name, "”的压缩方法不认识"));
  }
  // Nothing more comes out than was declared (Count), so what is declared is what to judge by.
  if (entry.size > kLargestPart) RefuseTooLarge(StrCat("“", entry.name, "”超过512兆字节"));
  if (entry.size > kFreeOfRatio && entry.size / kMostTimesLarger > entry.compressed) {
    RefuseTooLarge(StrCat("“", entry.name, "”展开后是原来的", kMostTimesLarger, "倍以上"));
  }
  Fields local(bytes_, entry.offset);
  if (local.Four() != kLocalHeader) RefuseDamaged(StrCat("找不到“", entry.name, "”"));
  local.Skip(2 + 2 + 2 + 2 + 2 + 4 + 4 + 4);
  const size_t name = local.Two();
  const size_t extra = local.Two();
  local.Skip(name);
  local.Skip(extra);
  return std::make_unique<ZipStream>(local.Text(entry.compressed), entry);
}

}  // namespace anjuan::xlsx
