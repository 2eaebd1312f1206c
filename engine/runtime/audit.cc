#include "engine/runtime/audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/log_audit.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/records.h"
#include "engine/runtime/returns.h"
#include "engine/runtime/sealed_blob.h"
#include "engine/trail/chain.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

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

// A paper as its history row tells of it.
struct IssuedPaper {
  std::int64_t row = 0;  // the row that tells
  std::string code;
  std::string title;
  std::string number;
  std::string sha256;
  std::string environment;
};

// What a case's history says of the rows beside it.
struct Told {
  std::map<std::pair<std::int64_t, std::int64_t>, IssuedPaper> papers;  // by seq and position
  std::set<std::pair<std::int64_t, std::int64_t>> erased_papers;        // likewise
  std::map<std::int64_t, Instant> times;                                // by seq
  std::string region;
  std::string parent;
  std::string spawn;
  bool incident = false;
  bool complete = true;  // false: a payload was erased, and with it what it told
  trail::Leaf last;
};

void Listen(const HistoryRecord& row, const trail::Leaf& leaf, Told& told) {
  told.times[row.seq] = row.at;
  told.last = leaf;
  if (row.type == "incident") told.incident = true;
  if (row.type == "retry") told.incident = false;
  const Result<Value> payload = ReadCanonical(row.payload);
  if (row.payload.empty() || !payload) {
    told.complete = false;
    return;
  }
  if (row.type == "opened") {
    told.region = TextIn((*payload)["env"]["case"], "region");
    told.parent = TextIn((*payload)["env"]["case"], "parent");
    if (!told.parent.empty()) told.spawn = leaf.command_id;
  }
  if (row.type == "erased" && (*payload)["documents"].list() != nullptr) {
    for (const Value& paper : *(*payload)["documents"].list()) {
      told.erased_papers.emplace(IntegerIn(paper, "seq", -1), IntegerIn(paper, "position", -1));
    }
  }
  if (row.type == "transfer") told.region = TextIn(*payload, "to");
  if (row.type == "document" && !leaf.documents.empty()) {
    told.papers[{IntegerIn(*payload, "seq", -1), IntegerIn(*payload, "position", -1)}] = {
        .row = row.seq,
        .code = TextIn(*payload, "code"),
        .title = leaf.documents.front().name,
        .number = TextIn(*payload, "number"),
        .sha256 = leaf.documents.front().sha256,
        .environment = TextIn(*payload, "environment")};
  }
}

// An erasure is a row of its own that names the rows it emptied.
void AddErased(const HistoryRecord& row, std::set<std::int64_t>& lawful) {
  const Result<Value> payload = ReadCanonical(row.payload);
  if (!payload || (*payload)["rows"].list() == nullptr) return;
  for (const Value& seq : *(*payload)["rows"].list()) {
    if (seq.number() != nullptr) lawful.insert(seq.number()->ToInteger().value_or(-1));
  }
}

// Rows of one case against their leaves; what they tell comes out for the next checks.
std::string VerifyRows(const Office& office, const CaseRecord& record,
                       const std::vector<HistoryRecord>& rows, Told& told, AuditReport& report) {
  trail::ChainVerifier verifier(office.origin(), record.id);
  std::set<std::int64_t> blank;
  std::set<std::int64_t> lawful;
  for (const HistoryRecord& row : rows) {
    if (const auto mistake = verifier.Next(ToChainRow(row))) {
      return StrCat(Place(record, mistake->seq), "：", mistake->message);
    }
    if (row.payload.empty() && row.key.empty()) blank.insert(row.seq);
    if (row.type == "erased") AddErased(row, lawful);
    Listen(row, verifier.leaf(), told);
  }
  for (const std::int64_t seq : blank) {
    if (!lawful.contains(seq)) {
      return StrCat(Place(record, seq), "：内容被删去，而历史中没有依法删除的记录");
    }
  }
  report.rows += verifier.rows();
  report.erased += verifier.erased();
  if (const auto mistake = verifier.Finish(record.seq, record.head)) {
    return StrCat(Place(record, mistake->seq), "：", mistake->message);
  }
  if (rows.empty()) return StrCat("案卷 ", record.id, "：没有历史");
  if (told.last.state_hash != ToHex(Sha256(record.state))) {
    return StrCat("案卷 ", record.id, " 的现状与历史末条的状态哈希不符");
  }
  return "";
}

// The column of the case row that says something else than the history; "" where none does.
std::string WrongColumn(const CaseRecord& record, const Told& told) {
  const Result<Value> state = ReadCanonical(record.state);
  const bool running = state && (*state)["running"] == Value(true);
  if (record.version != told.last.version) return "version";
  if (record.process != told.last.definition.id) return "process";
  if (record.definition != told.last.definition.sha256) return "definition";
  if (record.states != Join(told.last.to, " ")) return "states";
  if (record.opened_at != told.times.begin()->second) return "opened_at";
  if (record.updated_at != told.last.time) return "updated_at";
  if (record.ended == running) return "ended";
  if (record.incident != told.incident) return "incident";
  if (!told.complete) return "";
  if (record.region != told.region) return "region";
  if (record.parent != told.parent) return "parent";
  if (record.spawn != told.spawn) return "spawn";
  return "";
}

// Whom the case is about, by its own definition.
std::string WrongSubject(Office& office, port::Reader& reader, const CaseRecord& record) {
  const auto definition = office.FindDefinition(reader, record.definition);
  if (definition == nullptr) return "definition";
  const chart::Chart& chart = *definition->chart;
  const Result<Value> stored = ReadCanonical(record.state);
  const auto state =
      stored ? chart::FromValue(chart, *stored) : Result<chart::CaseState>(Fail("", ""));
  if (!state) return "state";
  if (record.owner != record.subject) return "owner";
  if (!chart.subject.given) return record.subject.empty() ? "" : "subject";
  const Result<Value> subject = chart::EvaluateIn(chart, *state, chart.subject, {});
  if (!subject || subject->string() == nullptr) return "";  // taken out again: the last one stays
  return *subject->string() == record.subject ? "" : "subject";
}

std::string VerifyColumns(Office& office, port::Reader& reader, const CaseRecord& record,
                          const Told& told) {
  std::string column = WrongColumn(record, told);
  if (column.empty()) column = WrongSubject(office, reader, record);
  if (column.empty()) return "";
  return StrCat("案卷 ", record.id, " 的 ", column, " 栏与历史不符");
}

// The column of a document's row that says something else than the history; "" where none does.
std::string WrongColumn(const DocumentRecord& document, const IssuedPaper* paper,
                        const Told& told) {
  const auto issued = told.times.find(document.seq);
  if (issued == told.times.end()) return "seq";
  if (document.issued_at != issued->second) return "issued_at";
  const bool written = !document.sha256.empty();
  const bool known = document.status == "void" ||
                     (written ? document.status == "issued" || document.status == "to-seal"
                              : document.status == "pending");
  if (!known) return "status";
  if (written != (paper != nullptr)) return told.complete ? "sha256" : "";
  if (paper == nullptr) return "";
  if (document.sha256 != paper->sha256) return "sha256";
  if (document.code != paper->code) return "code";
  if (document.title != paper->title) return "title";
  if (document.number != paper->number) return "number";
  if (document.environment != paper->environment) return "environment";
  return "";
}

std::string VerifyPapers(const Office& office, port::Reader& reader, const CaseRecord& record,
                         const Told& told, AuditReport& report) {
  auto missing = told.papers;
  for (const DocumentRecord& document : LoadDocuments(reader, record.area, record.id)) {
    const std::string name =
        StrCat("案卷 ", record.id, " 文书 ", document.code, "（历史第 ", document.seq, " 条）");
    const auto paper = told.papers.find({document.seq, document.position});
    const std::string column =
        WrongColumn(document, paper == told.papers.end() ? nullptr : &paper->second, told);
    if (!column.empty()) return StrCat(name, "：", column, " 栏与历史不符");
    missing.erase({document.seq, document.position});
    if (document.sha256.empty()) continue;
    if (document.wrapped_key.empty() && document.bytes.empty()) {
      if (!told.erased_papers.contains({document.seq, document.position})) {
        return StrCat(name, "：内容被删去，而历史中没有依法删除的记录");
      }
      ++report.erased;
      continue;
    }
    const std::optional<std::string> bytes = DocumentBytes(office, document);
    if (!bytes || !HasSalt(office, document)) return StrCat(name, "：密文被改动或密钥不符");
    if (ToHex(Sha256(*bytes)) != document.sha256) return StrCat(name, "：内容与哈希不符");
    ++report.documents;
  }
  if (!missing.empty()) {
    return StrCat(Place(record, missing.begin()->second.row), "：所签发的文书不在库中");
  }
  return "";
}

// Definitions and their files, by the hash they are named by.
std::string VerifyBlobs(const Office& office, port::Reader& reader) {
  std::string mistake;
  reader.Scan(port::blobs::kTable, {}, [&](const Row& row) {
    const std::string& name = TextOf(row, port::blobs::kSha256);
    const auto bytes = OpenBlob(office.keys(), name, TextOf(row, port::blobs::kBytes));
    if (!bytes || ToHex(Sha256(*bytes)) != name) {
      mistake = StrCat("流程定义文件 ", name, "：内容与哈希不符");
    }
    return mistake.empty();
  });
  return mistake;
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
  last.clear();
  reader.Scan(port::documents::kTable, {}, [&](const Row& row) {
    const std::string& id = TextOf(row, port::documents::kCase);
    if (id == last || !orphan.empty()) return orphan.empty();
    last = id;
    if (!LoadCase(reader, TextOf(row, port::documents::kArea), id)) {
      orphan = StrCat("案卷 ", id, "：有文书而无案卷记录");
    }
    return orphan.empty();
  });
  return orphan;
}

}  // namespace

AuditReport Verify(Office& office, const Progress& progress) {
  AuditReport report;
  office.store().Read([&](port::Reader& reader) {
    report.mistake = VerifyBlobs(office, reader);
    if (!report.ok()) return;
    const std::vector<CaseRecord> cases = AllCases(reader);
    for (const CaseRecord& record : cases) {
      Told told;
      const std::vector<HistoryRecord> rows = LoadHistory(reader, record.area, record.id);
      report.mistake = VerifyRows(office, record, rows, told, report);
      if (report.ok()) report.mistake = VerifyColumns(office, reader, record, told);
      if (report.ok()) report.mistake = VerifyPapers(office, reader, record, told, report);
      if (!report.ok()) return;
      ++report.cases;
      progress(report.cases, static_cast<std::int64_t>(cases.size()));
    }
    report.mistake = FindOrphan(reader);
    if (report.ok()) report.mistake = VerifyReturns(office, reader, report.erased);
    if (report.ok()) report.mistake = VerifyOfficeLog(office, reader);
    if (report.ok()) report.mistake = VerifyLogs(office, reader);
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
    papers_.clear();
    facts_ = 0;
    const Result<chart::CaseState> state =
        FoldCase(*definition, rows, [&](const FoldedStep& folded) {
          FollowPapers(folded);
          mistake = Compare(record, *definition, folded);
          return mistake.empty();
        });
    report_.rows += static_cast<std::int64_t>(rows.size());
    if (!state) return state.error().front().message;
    if (mistake.empty()) mistake = CompareFactCount(record);
    return mistake.empty() ? CompareVoids(record) : mistake;
  }

 private:
  struct IssuedPaper {
    std::int64_t seq = 0;
    std::int64_t position = 0;
    std::string code;
    bool is_void = false;
  };

  // Which papers the history issued, and which of them it voided.
  void FollowPapers(const FoldedStep& folded) {
    const auto cancel = [&](const std::string& code) {
      const auto latest = std::find_if(
          papers_.rbegin(), papers_.rend(),
          [&](const IssuedPaper& paper) { return paper.code == code && !paper.is_void; });
      if (latest != papers_.rend()) latest->is_void = true;
    };
    const chart::Event& event = folded.payload.event;
    if (event.name == "aj.void" && event.data["document"].string() != nullptr) {
      cancel(*event.data["document"].string());
    }
    for (size_t position = 0; position < folded.step.effects.size(); ++position) {
      const chart::Effect& effect = folded.step.effects[position];
      if (const auto* issue = std::get_if<chart::IssueDocument>(&effect)) {
        papers_.push_back({.seq = folded.row.seq,
                           .position = static_cast<std::int64_t>(position),
                           .code = issue->code});
      } else if (const auto* cancelled = std::get_if<chart::VoidDocument>(&effect)) {
        cancel(cancelled->code);
      }
    }
  }

  std::string CompareVoids(const CaseRecord& record) {
    for (const IssuedPaper& paper : papers_) {
      const Row key = {Cell(record.area), Cell(record.id), Cell(paper.seq), Cell(paper.position)};
      const std::optional<Row> row = reader_.Get(port::documents::kTable, key);
      if (row && (ToDocument(*row).status == "void") != paper.is_void) {
        return StrCat(Place(record, paper.seq), "：文书 ", paper.code,
                      paper.is_void ? " 已作废，库中却作有效" : " 未曾作废，库中却作废");
      }
    }
    return "";
  }

  std::string Compare(const CaseRecord& record, const Definition& definition,
                      const FoldedStep& folded) {
    const Result<trail::Leaf> leaf = trail::Decode(folded.row.leaf);
    const std::string hash =
        ToHex(Sha256(WriteCanonical(chart::ToValue(*definition.chart, folded.step.state))));
    if (!leaf || leaf->state_hash != hash) {
      return StrCat(Place(record, folded.row.seq), "：重演所得状态与当时不符");
    }
    for (size_t position = 0; position < folded.step.effects.size(); ++position) {
      if (const auto* fact = std::get_if<chart::RecordFact>(&folded.step.effects[position])) {
        if (!HasFact(record, *fact, folded.row.seq, static_cast<std::int64_t>(position))) {
          return StrCat(Place(record, folded.row.seq), "：统计事实 ", fact->key, " 与库中不符");
        }
        ++facts_;
      }
      const auto* issue = std::get_if<chart::IssueDocument>(&folded.step.effects[position]);
      if (issue == nullptr) continue;
      std::string mistake = ComparePaper(record, definition, *issue, folded.row.seq,
                                         static_cast<std::int64_t>(position));
      if (!mistake.empty()) return mistake;
    }
    return "";
  }

  bool HasFact(const CaseRecord& record, const chart::RecordFact& fact, std::int64_t seq,
               std::int64_t position) {
    const Row key = {Cell(record.area), Cell(record.id), Cell(seq), Cell(position)};
    const std::optional<Row> row = reader_.Get(port::facts::kTable, key);
    if (!row) return false;
    const FactRecord stored = ToFact(*row);
    return stored.key == fact.key && stored.organisation == fact.organisation &&
           stored.quantity == fact.quantity.ToString() && stored.date == ToString(fact.date) &&
           stored.reverses == fact.reverses;
  }

  std::string CompareFactCount(const CaseRecord& record) {
    const std::int64_t stored =
        reader_.Count(port::facts::kTable, {.prefix = {Cell(record.area), Cell(record.id)}});
    if (stored == facts_) return "";
    return StrCat("案卷 ", record.id, "：库中有历史所没有的统计事实");
  }

  std::string ComparePaper(const CaseRecord& record, const Definition& definition,
                           const chart::IssueDocument& issue, std::int64_t seq,
                           std::int64_t position) {
    const Row key = {Cell(record.area), Cell(record.id), Cell(seq), Cell(position)};
    const std::optional<Row> row = reader_.Get(port::documents::kTable, key);
    if (!row) return StrCat(Place(record, seq), "：应签发的文书 ", issue.code, " 不在库中");
    const DocumentRecord document = ToDocument(*row);
    if (document.sha256.empty()) return "";  // not written yet: the outbox holds it
    if (document.wrapped_key.empty()) {      // verify holds that against the history
      ++report_.erased;
      return "";
    }
    if (document.environment != office_.pages().Environment()) {
      ++report_.not_comparable;
      return "";
    }
    const Result<doc::Pages> pages =
        LayOut(office_, reader_, definition, issue, document.issued_at, &document);
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
  std::vector<IssuedPaper> papers_;  // of the case in hand
  std::int64_t facts_ = 0;           // likewise
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
