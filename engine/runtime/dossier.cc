#include "engine/runtime/dossier.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/disclosure.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/query.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sealer.h"
#include "engine/trail/heads.h"

namespace anjuan::runtime {

namespace {

// A case's number is its own in the whole office, whatever its area.
std::optional<CaseRecord> FindCase(port::Reader& reader, const std::string& case_id) {
  for (const std::string& area : Areas(reader)) {
    if (auto record = LoadCase(reader, area, case_id)) return record;
  }
  return std::nullopt;
}

// Papers that stay out.
Result<PaperPlaces> LeftOut(Office& office, port::Reader& reader, const LoadedCase& loaded,
                            const DossierContent& content) {
  if (!content.shown || content.every_paper) return PaperPlaces();
  return PapersThatTell(office, reader, loaded, *content.shown);
}

// What a dossier is of: a case, or the office's own log, which has no case row.
struct Whole {
  std::string area;
  std::int64_t last = -1;  // row
  std::optional<CaseRecord> record;
};

std::optional<Whole> FindWhole(Office& office, port::Reader& reader, const std::string& case_id) {
  if (case_id == trail::kOfficeCase) {
    const std::int64_t last = CountOfficeEvents(reader) - 1;
    if (last < 0) return std::nullopt;
    return Whole{.area = office.area(), .last = last, .record = {}};
  }
  const std::optional<CaseRecord> record = FindCase(reader, case_id);
  if (!record) return std::nullopt;
  return Whole{.area = record->area, .last = record->seq, .record = record};
}

Diagnostics AddContents(Office& office, port::Reader& reader, const CaseRecord& record,
                        const DossierContent& content, trail::DossierFiles& files) {
  if (content.payloads) {
    for (const HistoryRecord& row : LoadHistory(reader, record.area, record.id)) {
      trail::AddPayload(files, row.seq, row.payload, row.key);
    }
  }
  const std::optional<LoadedCase> loaded = LoadWithState(office, reader, record.area, record.id);
  if (content.shown && !loaded) {
    return {{.code = "dossier.definition",
             .message = StrCat("案卷 ", record.id, " 的流程定义打不开，分不清哪些是个人信息"),
             .hint = "请运行 anjuan verify"}};
  }
  if (content.shown) AddDisclosures(office, reader, *loaded, *content.shown, files);
  if (!content.documents) return {};
  const auto left_out = loaded ? LeftOut(office, reader, *loaded, content) : PaperPlaces();
  if (!left_out) return left_out.error();
  for (const DocumentRecord& document : LoadDocuments(reader, record.area, record.id)) {
    if (document.sha256.empty() || left_out->contains({document.seq, document.position})) continue;
    const std::optional<std::string> bytes = DocumentBytes(office, document);
    if (!bytes) continue;  // erased
    files[StrCat("documents/", document.code, "-", document.seq, "-", document.position, ".pdf")] =
        *bytes;
  }
  return {};
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
      const std::optional<Whole> whole = FindWhole(office, reader, case_id);
      known = whole.has_value();
      if (!known) return;
      const auto parts = AreaLog(office, reader, whole->area).Dossier(case_id);
      // A row that came in between is not sealed yet: the whole case, or another attempt.
      if (!parts || static_cast<std::int64_t>(parts->rows.size()) != whole->last + 1) return;
      files = trail::MakeDossier(*parts);
      if (!whole->record) {
        if (content.payloads) AddOfficePayloads(reader, files);
        return;
      }
      mistakes = AddContents(office, reader, *whole->record, content, files);
      if (content.more && mistakes.empty()) mistakes = content.more(reader, *whole->record, files);
    });
  }
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  if (!known && case_id == trail::kOfficeCase) {
    return Fail("dossier.office",
                "办公库自己的记录还是空的。备份和更换密钥、销毁案卷、从报表中删去人员会记在里面。");
  }
  if (!known) {
    return Fail("dossier.case", StrCat("没有案卷 ", case_id, "。用 anjuan cases 查找案卷号。"));
  }
  if (files.empty()) {
    return Fail("dossier.log", "日志的哈希有缺失，做不出证明。请运行 anjuan verify。");
  }
  return files;
}

}  // namespace anjuan::runtime
