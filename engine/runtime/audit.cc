#include "engine/runtime/audit.h"

#include <map>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/records.h"
#include "engine/trail/chain.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

std::vector<CaseRecord> AllCases(port::Reader& reader) {
  std::vector<CaseRecord> out;
  reader.Scan(port::cases::kTable, {}, [&](const Row& row) {
    out.push_back(ToCase(row));
    return true;
  });
  return out;
}

trail::ChainRow ToChainRow(const HistoryRecord& row) {
  return {.seq = row.seq,
          .version = row.version,
          .type = row.type,
          .event = row.event,
          .at = row.at,
          .actor = row.actor,
          .leaf = row.leaf,
          .hash = row.hash,
          .payload = row.payload,
          .key = row.key};
}

std::string Place(const CaseRecord& record, std::int64_t seq) {
  return StrCat("案卷 ", record.id, " 历史第 ", seq, " 条");
}

// Rows of one case against their leaves; the papers' hashes come out for the next check.
std::string VerifyRows(const Office& office, const CaseRecord& record,
                       const std::vector<HistoryRecord>& rows,
                       std::map<std::string, std::int64_t>& papers, AuditReport& report) {
  trail::ChainVerifier verifier(office.origin(), record.id);
  std::string state_hash;
  for (const HistoryRecord& row : rows) {
    if (const auto mistake = verifier.Next(ToChainRow(row))) {
      return StrCat(Place(record, mistake->seq), "：", mistake->message);
    }
    state_hash = verifier.leaf().state_hash;
    for (const trail::DocumentRef& paper : verifier.leaf().documents) {
      papers[paper.sha256] = row.seq;
    }
  }
  report.rows += verifier.rows();
  report.erased += verifier.erased();
  if (const auto mistake = verifier.Finish(record.seq, record.head)) {
    return StrCat(Place(record, mistake->seq), "：", mistake->message);
  }
  if (state_hash != ToHex(Sha256(record.state))) {
    return StrCat("案卷 ", record.id, " 的现状与历史末条的状态哈希不符");
  }
  return "";
}

std::string VerifyPapers(const Office& office, port::Reader& reader, const CaseRecord& record,
                         const std::map<std::string, std::int64_t>& papers, AuditReport& report) {
  std::map<std::string, std::int64_t> missing = papers;
  for (const DocumentRecord& document : LoadDocuments(reader, record.area, record.id)) {
    if (document.sha256.empty()) continue;
    const std::string name =
        StrCat("案卷 ", record.id, " 文书 ", document.code, "（历史第 ", document.seq, " 条）");
    if (!papers.contains(document.sha256)) return StrCat(name, "：历史中没有这份文书的哈希");
    missing.erase(document.sha256);
    const std::optional<std::string> bytes = DocumentBytes(office, document);
    if (!bytes) {
      if (!document.wrapped_key.empty()) return StrCat(name, "：密文被改动或密钥不符");
      ++report.erased;
      continue;
    }
    if (ToHex(Sha256(*bytes)) != document.sha256) return StrCat(name, "：内容与哈希不符");
    ++report.documents;
  }
  if (!missing.empty()) {
    return StrCat(Place(record, missing.begin()->second), "：所签发的文书不在库中");
  }
  return "";
}

// History rows whose case row was taken away.
std::string FindOrphan(port::Reader& reader) {
  std::string orphan;
  std::string last;
  reader.Scan(port::history::kTable, {}, [&](const Row& row) {
    const std::string& area = TextOf(row, port::history::kArea);
    const std::string& id = TextOf(row, port::history::kCase);
    if (id == last) return true;
    last = id;
    if (!LoadCase(reader, area, id)) orphan = StrCat("案卷 ", id, "：有历史而无案卷记录");
    return orphan.empty();
  });
  return orphan;
}

}  // namespace

AuditReport Verify(Office& office, const Progress& progress) {
  AuditReport report;
  office.store().Read([&](port::Reader& reader) {
    const std::vector<CaseRecord> cases = AllCases(reader);
    for (const CaseRecord& record : cases) {
      std::map<std::string, std::int64_t> papers;
      const std::vector<HistoryRecord> rows = LoadHistory(reader, record.area, record.id);
      report.mistake = VerifyRows(office, record, rows, papers, report);
      if (report.ok()) report.mistake = VerifyPapers(office, reader, record, papers, report);
      if (!report.ok()) return;
      ++report.cases;
      progress(report.cases, static_cast<std::int64_t>(cases.size()));
    }
    report.mistake = FindOrphan(reader);
  });
  return report;
}

namespace {

class Replayer {
 public:
  Replayer(Office& office, port::Reader& reader, AuditReport& report)
      : office_(office), reader_(reader), report_(report) {}

  std::string Run(const CaseRecord& record) {
    const auto definition = office_.FindDefinition(reader_, record.definition);
    if (definition == nullptr) return StrCat("案卷 ", record.id, " 的流程定义不在库中");
    const std::vector<HistoryRecord> rows = LoadHistory(reader_, record.area, record.id);
    std::string mistake;
    const Result<chart::CaseState> state =
        FoldCase(*definition, rows, [&](const FoldedStep& folded) {
          mistake = Compare(record, *definition, folded);
          return mistake.empty();
        });
    report_.rows += static_cast<std::int64_t>(rows.size());
    if (!state) return state.error().front().message;
    return mistake;
  }

 private:
  std::string Compare(const CaseRecord& record, const Definition& definition,
                      const FoldedStep& folded) {
    const Result<trail::Leaf> leaf = trail::Decode(folded.row.leaf);
    const std::string hash =
        ToHex(Sha256(WriteCanonical(chart::ToValue(*definition.chart, folded.step.state))));
    if (!leaf || leaf->state_hash != hash) {
      return StrCat(Place(record, folded.row.seq), "：重演所得状态与当时不符");
    }
    for (size_t position = 0; position < folded.step.effects.size(); ++position) {
      const auto* issue = std::get_if<chart::IssueDocument>(&folded.step.effects[position]);
      if (issue == nullptr) continue;
      std::string mistake = ComparePaper(record, definition, *issue, folded.row.seq,
                                               static_cast<std::int64_t>(position));
      if (!mistake.empty()) return mistake;
    }
    return "";
  }

  std::string ComparePaper(const CaseRecord& record, const Definition& definition,
                           const chart::IssueDocument& issue, std::int64_t seq,
                           std::int64_t position) {
    const Row key = {Cell(record.area), Cell(record.id), Cell(seq), Cell(position)};
    const std::optional<Row> row = reader_.Get(port::documents::kTable, key);
    if (!row) return StrCat(Place(record, seq), "：应签发的文书 ", issue.code, " 不在库中");
    const DocumentRecord document = ToDocument(*row);
    if (document.sha256.empty()) return "";  // not written yet: the outbox holds it
    if (document.environment != office_.pages().Environment()) {
      ++report_.not_comparable;
      return "";
    }
    const Result<doc::Pages> pages =
        LayOut(office_, reader_, definition, issue, document.issued_at);
    if (!pages) return StrCat(Place(record, seq), "：", pages.error().front().message);
    const auto bytes = RenderDocument(office_, document, *pages);
    if (!bytes) {
      ++report_.not_comparable;
      return "";
    }
    if (!*bytes || ToHex(Sha256(**bytes)) != document.sha256) {
      return StrCat(Place(record, seq), "：重新生成的文书 ", issue.code, " 与存档不一致");
    }
    ++report_.documents;
    return "";
  }

  Office& office_;
  port::Reader& reader_;
  AuditReport& report_;
};

}  // namespace

AuditReport Replay(Office& office, const Progress& progress) {
  AuditReport report;
  office.store().Read([&](port::Reader& reader) {
    const std::vector<CaseRecord> cases = AllCases(reader);
    Replayer replayer(office, reader, report);
    for (const CaseRecord& record : cases) {
      report.mistake = replayer.Run(record);
      if (!report.ok()) return;
      ++report.cases;
      progress(report.cases, static_cast<std::int64_t>(cases.size()));
    }
  });
  return report;
}

}  // namespace anjuan::runtime
