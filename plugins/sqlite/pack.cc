#include "plugins/sqlite/pack.h"

#include <zstd.h>

#include <array>
#include <span>

#include "engine/base/check.h"
#include "engine/port/schema.h"

namespace anjuan::sqlite {

using port::Row;
using port::Table;

std::span<const unsigned char> HistoryDictionary();  // history_zdict.cc, made from history.zdict

namespace {

constexpr char kPlain = 0x00;
constexpr char kPacked = 0x01;
constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";
constexpr size_t kLeast = 32;                     // less is not worth it
constexpr size_t kMost = std::size_t{64} << 20U;  // a longer one was never written
constexpr int kLevel = 1;  // 3 saves another 3 % of the disk for a little more time
constexpr std::array kColumns = {static_cast<size_t>(port::history::kLeaf),
                                 static_cast<size_t>(port::history::kPayload)};

// Digested once for all connections; only read afterwards.
const ZSTD_CDict* CompressionDictionary() {
  static const ZSTD_CDict* const kDictionary = [] {
    const std::span<const unsigned char> bytes = HistoryDictionary();
    return ZSTD_createCDict(bytes.data(), bytes.size(), kLevel);
  }();
  return kDictionary;
}
const ZSTD_DDict* DecompressionDictionary() {
  static const ZSTD_DDict* const kDictionary = [] {
    const std::span<const unsigned char> bytes = HistoryDictionary();
    return ZSTD_createDDict(bytes.data(), bytes.size());
  }();
  return kDictionary;
}

template <class T, size_t (*kFree)(T*)>
struct Freed {
  void operator()(T* context) const { kFree(context); }
};

}  // namespace

struct Packer::Contexts {
  Contexts() {
    ANJUAN_CHECK(in && out);
    // Which dictionary is known, and the row has a proof of its own.
    const bool set = ZSTD_isError(ZSTD_CCtx_setParameter(in.get(), ZSTD_c_dictIDFlag, 0)) == 0 &&
                     ZSTD_isError(ZSTD_CCtx_setParameter(in.get(), ZSTD_c_checksumFlag, 0)) == 0 &&
                     ZSTD_isError(ZSTD_CCtx_refCDict(in.get(), CompressionDictionary())) == 0 &&
                     ZSTD_isError(ZSTD_DCtx_refDDict(out.get(), DecompressionDictionary())) == 0;
    ANJUAN_CHECK(set);
  }
  std::unique_ptr<ZSTD_CCtx, Freed<ZSTD_CCtx, ZSTD_freeCCtx>> in{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, Freed<ZSTD_DCtx, ZSTD_freeDCtx>> out{ZSTD_createDCtx()};
  std::string buffer;
};

Packer::Packer() = default;
Packer::~Packer() = default;

bool IsPacked(const Table& table) {
  return &table == &port::history::kTable;
}

std::string Packer::Pack(std::string_view bytes) {
  if (bytes.size() >= kLeast && bytes.size() <= kMost) {
    if (!contexts_) contexts_ = std::make_unique<Contexts>();
    std::string& buffer = contexts_->buffer;
    buffer.resize(ZSTD_compressBound(bytes.size()));
    const size_t size = ZSTD_compress2(contexts_->in.get(), buffer.data(), buffer.size(),
                                       bytes.data(), bytes.size());
    ANJUAN_CHECK(ZSTD_isError(size) == 0 && std::string_view(buffer).starts_with(kMagic));
    if (size - kMagic.size() + 1 < bytes.size()) {
      std::string out(1, kPacked);
      return out.append(buffer, kMagic.size(), size - kMagic.size());
    }
  }
  const bool marked = !bytes.empty() && (bytes[0] == kPlain || bytes[0] == kPacked);
  return marked ? std::string(1, kPlain).append(bytes) : std::string(bytes);
}

std::string Packer::Unpack(std::string stored) {
  if (stored.empty()) return stored;
  if (stored[0] == kPlain) return stored.substr(1);
  if (stored[0] != kPacked) return stored;
  const std::string frame = std::string(kMagic).append(stored, 1);
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size > kMost) return stored;  // so are the values that say "unknown" and "no frame"
  if (!contexts_) contexts_ = std::make_unique<Contexts>();
  std::string out(static_cast<size_t>(size), '\0');
  const size_t got =
      ZSTD_decompressDCtx(contexts_->out.get(), out.data(), out.size(), frame.data(), frame.size());
  return got == out.size() ? out : stored;
}

Row Packer::PackRow(const Row& row) {
  Row out = row;
  for (const size_t column : kColumns) {
    if (auto* bytes = std::get_if<std::string>(&out[column])) *bytes = Pack(*bytes);
  }
  return out;
}

void Packer::UnpackRow(Row& row) {
  for (const size_t column : kColumns) {
    if (auto* bytes = std::get_if<std::string>(&row[column])) *bytes = Unpack(std::move(*bytes));
  }
}

}  // namespace anjuan::sqlite
