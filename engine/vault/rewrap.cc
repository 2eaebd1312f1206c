#include "engine/vault/rewrap.h"

#include <vector>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/vault/document.h"
#include "engine/vault/envelope.h"
#include "engine/vault/subject_keys.h"

namespace anjuan::vault {

using port::Cell;
using port::Row;

namespace {

std::string MetaText(port::Reader& reader, std::string_view key) {
  const std::optional<Row> row = reader.Get(port::meta::kTable, Row{Cell(std::string(key))});
  if (!row) return "";
  const auto* text = std::get_if<std::string>(&(*row)[port::meta::kValue]);
  return text == nullptr ? "" : *text;
}

std::string KeyIdBefore(const OfficeKeys& keys) {
  OfficeKeys old = keys;
  old.office = keys.before;
  return KeyId(old);
}

}  // namespace

bool FitsStore(const OfficeKeys& keys, std::string_view key, std::string_view next) {
  if (next.empty()) return key == KeyId(keys);
  return next == KeyId(keys) && !keys.before.empty() && key == KeyIdBefore(keys);
}

void EnsureCurrent(port::Reader& reader, const OfficeKeys& keys) {
  const std::string next = MetaText(reader, kNextKeyInMeta);
  const std::string wanted = next.empty() ? MetaText(reader, kKeyInMeta) : next;
  if (wanted.empty() || wanted == KeyId(keys)) return;
  throw port::Failure("办公库的主密钥已经更换，本程序还用着旧的；请退出后重新打开");
}

std::optional<std::string> Rewrap(const OfficeKeys& keys, const Random& random,
                                  std::string_view place, std::string_view wrapped) {
  if (Unwrap(keys.office, place, wrapped)) return std::string(wrapped);
  const std::optional<std::string> key = UnwrapByOffice(keys, place, wrapped);
  if (!key) return std::nullopt;
  return Wrap(random, keys.office, place, *key);
}

RewrappedSubjects RewrapSubjects(port::Transaction& transaction, const OfficeKeys& keys,
                                 const Random& random, const std::string& behind,
                                 std::int64_t most) {
  std::vector<Row> rows;
  port::Range range{.limit = most};
  if (!behind.empty()) range.from = Cell(behind + '\0');
  transaction.Scan(port::subjects::kTable, range, [&](const Row& row) {
    rows.push_back(row);
    return true;
  });
  RewrappedSubjects out;
  for (Row& row : rows) {
    const std::string& subject = std::get<std::string>(row[port::subjects::kSubject]);
    ++out.seen;
    const auto* wrapped = std::get_if<std::string>(&row[port::subjects::kWrappedKey]);
    if (wrapped == nullptr || wrapped->empty()) continue;  // erased
    std::optional<std::string> fresh = Rewrap(keys, random, SubjectKeyPlace(subject), *wrapped);
    if (!fresh) {
      throw port::Failure(
          StrCat("人员 ", subject, " 的密钥打不开，没有更换；请运行 anjuan verify"));
    }
    if (*fresh == *wrapped) continue;
    // Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
    transaction.Delete(port::subjects::kTable, Row{Cell(subject)});
    row[port::subjects::kWrappedKey] = Cell(*std::move(fresh));
    transaction.Put(port::subjects::kTable, row);
    ++out.changed;
  }
  const bool more = static_cast<std::int64_t>(rows.size()) == most;
  if (more) out.last = std::get<std::string>(rows.back()[port::subjects::kSubject]);
  return out;
}

std::optional<std::string> RewrapDocumentKey(const OfficeKeys& keys, const Random& random,
                                             std::string_view identity,
                                             std::string_view wrapped_key) {
  return Rewrap(keys, random, DocumentKeyPlace(identity), wrapped_key);
}

}  // namespace anjuan::vault
