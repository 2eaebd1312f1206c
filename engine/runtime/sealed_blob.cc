#include "engine/runtime/sealed_blob.h"

#include <functional>
#include <vector>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/vault/document.h"
#include "engine/vault/rewrap.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

constexpr std::string_view kMagic = "anjuan.sealed-blob/1\n";
constexpr std::string_view kPng = "\x89PNG\r\n";
constexpr size_t kWrappedBytes = 60;
constexpr size_t kNonceBytes = 12;

std::string Identity(std::string_view sha256) {
  return StrCat("blob/", sha256);
}

std::vector<std::string> BlobsThat(port::Reader& reader,
                                   const std::function<bool(const std::string&)>& match) {
  std::vector<std::string> out;
  reader.Scan(port::blobs::kTable, {}, [&](const Row& row) {
    if (match(TextOf(row, port::blobs::kBytes))) out.push_back(TextOf(row, port::blobs::kSha256));
    return true;
  });
  return out;
}

// Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
void Replace(port::Transaction& transaction, const std::string& sha256, std::string cell) {
  transaction.Delete(port::blobs::kTable, Row{Cell(sha256)});
  transaction.Put(port::blobs::kTable, {Cell(sha256), Cell(std::move(cell))});
}

}  // namespace

void KeepSealed(Office& office, port::Transaction& transaction, const std::string& bytes) {
  const std::string sha256 = ToHex(Sha256(bytes));
  const auto row = transaction.Get(port::blobs::kTable, Row{Cell(sha256)});
  if (row && TextOf(*row, port::blobs::kBytes).starts_with(kMagic)) return;
  vault::EnsureCurrent(transaction, office.keys());
  const vault::DocumentKey key =
      vault::MakeDocumentKey(office.keys(), office.random(), Identity(sha256));
  const auto box =
      vault::SealDocument(office.keys(), office.random(), Identity(sha256), key.wrapped_key, bytes);
  ANJUAN_CHECK(box && key.wrapped_key.size() == kWrappedBytes && box->nonce.size() == kNonceBytes);
  Replace(transaction, sha256, StrCat(kMagic, key.wrapped_key, box->nonce, box->cipher));
}

std::optional<std::string> OpenBlob(const vault::OfficeKeys& keys, std::string_view sha256,
                                    const std::string& cell) {
  if (!cell.starts_with(kMagic)) return cell;
  if (cell.size() < kMagic.size() + kWrappedBytes + kNonceBytes) return std::nullopt;
  const std::string_view rest = std::string_view(cell).substr(kMagic.size());
  return vault::OpenDocument(keys, Identity(sha256), rest.substr(0, kWrappedBytes),
                             {std::string(rest.substr(kWrappedBytes, kNonceBytes)),
                              std::string(rest.substr(kWrappedBytes + kNonceBytes))});
}

std::optional<std::string> LoadBlob(const vault::OfficeKeys& keys, port::Reader& reader,
                                    std::string_view sha256) {
  const auto row = reader.Get(port::blobs::kTable, Row{Cell(std::string(sha256))});
  return row ? OpenBlob(keys, sha256, TextOf(*row, port::blobs::kBytes)) : std::nullopt;
}

std::int64_t SealPlainPictures(Office& office, port::Transaction& transaction) {
  const std::vector<std::string> plain =
      BlobsThat(transaction, [](const std::string& bytes) { return bytes.starts_with(kPng); });
  for (const std::string& sha256 : plain) {
    KeepSealed(office, transaction, *LoadBlob(office.keys(), transaction, sha256));
  }
  return static_cast<std::int64_t>(plain.size());
}

std::vector<std::string> SealedBlobs(port::Reader& reader) {
  return BlobsThat(reader, [](const std::string& bytes) { return bytes.starts_with(kMagic); });
}

bool RewrapBlob(Office& office, port::Transaction& transaction, const std::string& sha256) {
  const auto row = transaction.Get(port::blobs::kTable, Row{Cell(sha256)});
  if (!row) return false;
  std::string cell = TextOf(*row, port::blobs::kBytes);
  const std::string was =
      cell.size() < kMagic.size() + kWrappedBytes ? "" : cell.substr(kMagic.size(), kWrappedBytes);
  const auto wrapped =
      vault::RewrapDocumentKey(office.keys(), office.random(), Identity(sha256), was);
  if (!wrapped) {
    throw port::Failure(StrCat("印章图片 ", sha256, " 打不开，没有更换密钥；请运行 anjuan verify"));
  }
  if (*wrapped == was) return false;
  Replace(transaction, sha256, cell.replace(kMagic.size(), kWrappedBytes, *wrapped));
  return true;
}

}  // namespace anjuan::runtime
