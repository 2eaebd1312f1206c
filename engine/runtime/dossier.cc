#include "engine/runtime/dossier.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/query.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sealer.h"

namespace anjuan::runtime {

namespace {

// A case's number is its own in the whole office, whatever its area.
std::optional<CaseRecord> FindCase(port::Reader& reader, const std::string& case_id) {
  for (const std::string& area : Areas(reader)) {
    if (auto record = LoadCase(reader, area, case_id)) return record;
  }
  return std::nullopt;
}

void AddContents(const Office& office, port::Reader& reader, const CaseRecord& record,
                 const DossierContent& content, trail::DossierFiles& files) {
  if (content.payloads) {
    for (const HistoryRecord& row : LoadHistory(reader, record.area, record.id)) {
      trail::AddPayload(files, row.seq, row.payload, row.key);
    }
  }
  if (!content.documents) return;
  for (const DocumentRecord& document : LoadDocuments(reader, record.area, record.id)) {
    if (document.sha256.empty()) continue;
    const std::optional<std::string> bytes = DocumentBytes(office, document);
    if (!bytes) continue;  // erased
    files[StrCat("documents/", document.code, "-", document.seq, "-", document.position, ".pdf")] =
        *bytes;
  }
}

}  // namespace

Result<trail::DossierFiles> CaseDossier(Office& office, const std::string& case_id,
                                        const DossierContent& content) {
  constexpr int kAttempts = 10;  // another process may seal in between
  trail::DossierFiles files;
  bool known = true;
  Diagnostics mistakes;
  for (int i = 0; i < kAttempts && known && files.empty() && mistakes.empty(); ++i) {
    LogSealer(office).Seal(true);
    office.store().Read([&](port::Reader& reader) {
      const std::optional<CaseRecord> record = FindCase(reader, case_id);
      known = record.has_value();
      if (!known) return;
      const auto parts = AreaLog(office, reader, record->area).Dossier(case_id);
      // A row that came in between is not sealed yet: the whole case, or another attempt.
      if (!parts || static_cast<std::int64_t>(parts->rows.size()) != record->seq + 1) return;
      files = trail::MakeDossier(*parts);
      AddContents(office, reader, *record, content, files);
      if (content.more) mistakes = content.more(reader, *record, files);
    });
  }
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  if (!known)
    return Fail("dossier.case", StrCat("没有案卷 ", case_id, "。用 anjuan cases 查找案卷号。"));
  if (files.empty()) {
    return Fail("dossier.log", "日志的哈希有缺失，做不出证明。请运行 anjuan verify。");
  }
  return files;
}

}  // namespace anjuan::runtime
