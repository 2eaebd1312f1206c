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

void EnsureCurrent(port::Reader& reader, const OfficeKeys& keys) {
  const std::optional<Row> row = reader.Get(port::meta::kTable, Row{Cell(std::string(kKeyInMeta))});
  if (!row || (*row)[port::meta::kValue] == Cell(KeyId(keys))) return;
  throw port::Failure("办公库的主密钥已经更换，本程序还用着旧的；请退出后重新打开");
}

std::int64_t RewrapSubjects(port::Transaction& transaction, const OfficeKeys& from,
                            const OfficeKeys& to, const Random& random) {
  std::vector<std::string> present;
  transaction.Scan(port::subjects::kTable, {}, [&](const Row& row) {
    const auto* wrapped = std::get_if<std::string>(&row[port::subjects::kWrappedKey]);
    if (wrapped != nullptr && !wrapped->empty()) {
      present.push_back(std::get<std::string>(row[port::subjects::kSubject]));
    }
    return true;
  });
  SubjectKeys keys(transaction, from);
  for (const std::string& subject : present) {
    const SubjectKey& key = keys.Get(subject);
    if (key.state != Revealed::State::kPresent) {
      throw port::Failure(
          StrCat("人员 ", subject, " 的密钥打不开，没有更换；请运行 anjuan verify"));
    }
    const Row place = {Cell(subject)};
    Row row = *transaction.Get(port::subjects::kTable, place);
    row[port::subjects::kWrappedKey] = Cell(WrapSubjectKey(to, random, subject, key.key));
    // Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
    transaction.Delete(port::subjects::kTable, place);
    transaction.Put(port::subjects::kTable, row);
  }
  return static_cast<std::int64_t>(present.size());
}

std::optional<std::string> RewrapDocumentKey(const OfficeKeys& from, const OfficeKeys& to,
                                             const Random& random, std::string_view identity,
                                             std::string_view wrapped_key) {
  const std::string place = DocumentKeyPlace(identity);
  const std::optional<std::string> key = Unwrap(from.office, place, wrapped_key);
  if (!key) return std::nullopt;
  return Wrap(random, to.office, place, *key);
}

}  // namespace anjuan::vault
