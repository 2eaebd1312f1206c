#include "engine/runtime/key_change.h"

#include <vector>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/records.h"
#include "engine/runtime/returns.h"
#include "engine/runtime/sealed_blob.h"
#include "engine/vault/rewrap.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

std::int64_t RewrapPapers(Office& office, port::Transaction& transaction,
                          const vault::OfficeKeys& to) {
  std::vector<Row> keys;
  transaction.Scan(port::documents::kTable, {}, [&](const Row& row) {
    if (!TextOf(row, port::documents::kWrappedKey).empty()) {
      keys.emplace_back(row.begin(), row.begin() + port::documents::kTable.key_columns);
    }
    return true;
  });
  for (const Row& key : keys) {
    DocumentRecord record = ToDocument(*transaction.Get(port::documents::kTable, key));
    const auto wrapped = vault::RewrapDocumentKey(office.keys(), to, office.random(),
                                                  IdentityOf(record), record.wrapped_key);
    if (!wrapped) {
      throw port::Failure(StrCat("案卷 ", record.case_id, " 文书 ", record.code,
                                 " 的密钥打不开，没有更换；请运行 anjuan verify"));
    }
    record.wrapped_key = *wrapped;
    transaction.Put(port::documents::kTable, ToRow(record));
  }
  return static_cast<std::int64_t>(keys.size());
}

}  // namespace

KeyChange ChangeOfficeKey(Office& office, const vault::OfficeKeys& to, std::string_view by,
                          std::string_view reason) {
  ANJUAN_CHECK(to.index == office.keys().index);
  KeyChange out;
  office.store().Transact([&](port::Transaction& transaction) {
    out = {};
    vault::EnsureCurrent(transaction, office.keys());
    SealPlainPictures(office, transaction);
    // First, while the old key is in force: its reason is wrapped anew with the rest.
    RecordOfficeEvent(office, transaction, "keys.rotate", by, reason,
                      Value(Context({{"from", Value(vault::KeyId(office.keys()))},
                                     {"to", Value(vault::KeyId(to))}})));
    out.subjects = vault::RewrapSubjects(transaction, office.keys(), to, office.random());
    out.papers = RewrapPapers(office, transaction, to);
    out.returns = RewrapReturns(office, transaction, to);
    out.seals = RewrapBlobs(office, transaction, to);
    SaveMeta(transaction, vault::kKeyInMeta, vault::KeyId(to));
    return true;
  });
  return out;
}

}  // namespace anjuan::runtime
