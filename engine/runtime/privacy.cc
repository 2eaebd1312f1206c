#include "engine/runtime/privacy.h"

#include <algorithm>
#include <set>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/issue.h"
#include "engine/trail/leaf.h"
#include "engine/value/json.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

constexpr std::string_view kRetention = "archive.retention_years";

// Values too short to stand for a person: 女, 3.
constexpr size_t kLeastCharacters = 2;

// What would give the person away where it stands on a page; squeezed.
void AddTellingValues(const vault::RevealedPerson& person, std::set<std::string>& out) {
  for (const auto& [name, revealed] : person.fields) {
    const std::string* text = revealed.Expose().string();
    if (text == nullptr) continue;
    std::string value = Squeezed(*text);
    if (CountCodePoints(value) >= kLeastCharacters) out.insert(std::move(value));
  }
}

bool ContainsAny(const std::string& text, const std::set<std::string>& values) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return text.find(value) != std::string::npos;
  });
}

std::string TextOf(const doc::Preview& printed, const doc::Pages& pages) {
  std::string out;
  for (const doc::Preview::Entry& entry : printed.entries) {
    if (entry.shown) out += StrCat(Squeezed(*entry.shown), "\n");
  }
  std::string text;
  for (const doc::Page& page : pages.pages) {
    for (const doc::Run& run : page.runs) {
      for (const doc::PlacedGlyph& glyph : run.glyphs) AppendUtf8(text, glyph.character);
    }
  }
  return out + Squeezed(text);
}

// One case, while it is gone through.
class CaseEraser {
 public:
  CaseEraser(Office& office, port::Transaction& transaction, const LoadedCase& loaded,
             const std::string& subject)
      : office_(office), transaction_(transaction), loaded_(loaded), subject_(subject) {}

  Result<Erased> Run() {
    const CaseRecord& record = loaded_.record;
    const std::vector<HistoryRecord> rows = LoadHistory(transaction_, record.area, record.id);
    CollectValues(rows);
    for (const HistoryRecord& row : rows) {
      if (const Result<Value> payload = ReadCanonical(row.payload)) EraseTexts(*payload);
      if (const auto leaf = trail::Decode(row.leaf)) EraseTexts(Value(leaf->reason));
    }
    Append(mistakes_, ScanPapers(office_, transaction_, loaded_,
                                 [&](const DocumentRecord& paper, const std::string& text) {
                                   if (ContainsAny(text, values_)) ErasePaper(paper);
                                 }));
    if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
    return erased_;
  }

 private:
  // As they are, and as they were whenever something was written or printed here.
  void CollectValues(const std::vector<HistoryRecord>& rows) {
    std::set<std::optional<Instant>> moments = {std::nullopt};
    for (const HistoryRecord& row : rows) moments.insert(row.at);
    for (const std::optional<Instant>& as_of : moments) {
      AddTellingValues(office_.vault().ResolvePerson(transaction_, subject_, as_of), values_);
    }
  }

  // Those that spell the person out go by themselves, whose they are stays.
  void EraseTexts(const Value& row) {
    for (const std::string& token : vault::TokensIn(row)) {
      if (token == subject_) continue;
      const vault::Revealed text = office_.vault().Resolve(transaction_, token);
      const std::string* words = text.Expose().string();
      const bool names = text.state() == vault::Revealed::State::kPresent && words != nullptr &&
                         ContainsAny(Squeezed(*words), values_);
      if (names && office_.vault().EraseText(transaction_, token)) ++erased_.texts;
    }
  }

  void ErasePaper(DocumentRecord document) {
    const Row key = {Cell(document.area), Cell(document.case_id), Cell(document.seq),
                     Cell(document.position)};
    BlankPaper(office_, transaction_, loaded_.record, document);
    erased_.papers.emplace_back(document.seq, document.position);
  }

  Office& office_;
  port::Transaction& transaction_;
  const LoadedCase& loaded_;
  const std::string& subject_;
  std::set<std::string> values_;
  Erased erased_;
  Diagnostics mistakes_;
};

}  // namespace

std::string Squeezed(std::string_view text) {
  std::string out;
  Utf8Cursor cursor(text);
  while (!cursor.done()) {
    const char32_t character = cursor.Next();
    const bool blank = character <= U' ' || character == U'\u3000' || character == U'\u00A0';
    if (!blank) AppendUtf8(out, character);
  }
  return out;
}

Diagnostics ScanPapers(Office& office, port::Reader& reader, const LoadedCase& loaded,
                       const VisitPaper& visit) {
  Diagnostics mistakes;
  const auto look = [&](const chart::IssueDocument& issue, std::int64_t seq,
                        std::int64_t position) {
    const Row key = {Cell(loaded.record.area), Cell(loaded.record.id), Cell(seq), Cell(position)};
    const std::optional<Row> row = reader.Get(port::documents::kTable, key);
    if (!row) return;
    const DocumentRecord document = ToDocument(*row);
    if (document.wrapped_key.empty()) return;  // erased
    doc::Preview printed;
    const Result<doc::Pages> pages =
        LayOut(office, reader, *loaded.definition, issue, document.issued_at, &document, &printed);
    if (!pages) {
      Append(mistakes, pages.error());
    } else {
      visit(document, TextOf(printed, *pages));
    }
  };
  const std::vector<HistoryRecord> rows = LoadHistory(reader, loaded.record.area, loaded.record.id);
  const Result<chart::CaseState> folded =
      FoldCase(*loaded.definition, rows, [&](const FoldedStep& step) {
        for (size_t i = 0; i < step.step.effects.size(); ++i) {
          const auto* issue = std::get_if<chart::IssueDocument>(&step.step.effects[i]);
          if (issue != nullptr) look(*issue, step.row.seq, static_cast<std::int64_t>(i));
        }
        return mistakes.empty();
      });
  if (!folded) Append(mistakes, folded.error());
  return mistakes;
}

namespace {

// When the case reached the state it is in: what came later (comments, who looked) did not reopen
// it.
Instant LastChange(port::Reader& reader, const CaseRecord& record) {
  Instant out = record.updated_at;
  reader.Scan(port::history::kTable,
              {.prefix = {Cell(record.area), Cell(record.id)}, .descending = true},
              [&](const Row& row) {
                if (IntegerOf(row, port::history::kVersion) != record.version) return false;
                out = IntegerOf(row, port::history::kAt);
                return true;
              });
  return out;
}

}  // namespace

std::vector<CaseRecord> CasesNaming(
    port::Reader& reader, std::string_view token,
    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  std::vector<CaseRecord> out;
  const std::int64_t total = reader.Count(port::cases::kTable, {});
  std::int64_t done = 0;
  reader.Scan(port::cases::kTable, {}, [&](const Row& row) {
    CaseRecord record = ToCase(row);
    bool named = false;
    reader.Scan(port::history::kTable, {.prefix = {Cell(record.area), Cell(record.id)}},
                [&](const Row& history) {
                  named = TextOf(history, port::history::kPayload).find(token) != std::string::npos;
                  return !named;
                });
    if (named) out.push_back(std::move(record));
    progress(++done, total);
    return true;
  });
  return out;
}

std::vector<std::string> RegistersNaming(port::Reader& reader, std::string_view token) {
  std::vector<std::string> out;
  reader.Scan(port::registers::kTable, {}, [&](const Row& row) {
    const bool received = TextOf(row, port::registers::kKind) == kReceivedRows;
    if (!received && TextOf(row, port::registers::kBody).find(token) != std::string::npos) {
      out.push_back(
          StrCat(TextOf(row, port::registers::kKind), " ", TextOf(row, port::registers::kId)));
    }
    return true;
  });
  return out;
}

Value RetentionOf(const Registers& registers, const CaseRecord& record, const Date& on) {
  const Value own =
      registers.LookUp(StrCat(kRetention, ".", record.process), record.region, on)["value"];
  const Value value =
      own.is_null() ? registers.LookUp(kRetention, record.region, on)["value"] : own;
  return value.number() == nullptr ? Value() : value;
}

std::optional<Date> KeptUntil(port::Reader& reader, const Registers& registers,
                              const CaseRecord& record) {
  const Date closed = BeijingDate(LastChange(reader, record));
  const Value value = RetentionOf(registers, record, closed);
  const Decimal* years = value.number();
  if (years == nullptr || !years->ToInteger()) return std::nullopt;
  // Counted from the year after closing.
  return Date{.year = closed.year + 1 + static_cast<std::int32_t>(*years->ToInteger()),
              .month = 1,
              .day = 1};
}

Diagnostics ObstaclesToErasing(port::Reader& reader, const Registers& registers,
                               const CaseRecord& record, const Date& today) {
  Diagnostics out;
  const auto add = [&](std::string code, const std::string& why, std::string hint) {
    out.push_back({.code = std::move(code),
                   .message = StrCat("案卷 ", record.id, "：", why),
                   .hint = std::move(hint)});
  };
  if (!record.ended) add("erase.open", "尚未办结", "办结并满保管期限后再删除");
  if (reader.Get(port::search::kTable, HoldKey(record))) {
    add("erase.hold", "已被留存（aj.hold）", "解除留存（aj.release）后再删除");
  }
  const std::optional<Date> until = KeptUntil(reader, registers, record);
  if (!until) {
    add("erase.retention", "永久保管", "保管期限见参数 archive.retention_years");
  } else if (record.ended && today < *until) {
    add("erase.retention", StrCat("保管期限未满，", ToString(*until), "起方可删除"),
        "此前除存储和必要的安全保护外停止处理（个人信息保护法第四十七条）");
  }
  return out;
}

void BlankPaper(Office& office, port::Transaction& transaction, const CaseRecord& record,
                DocumentRecord& document) {
  // Whoever is shown the paper is not led to a case whose paper is gone.
  if (const auto code = VerificationCode(office, document)) {
    transaction.Delete(port::search::kTable, VerificationKey(record, *code));
  }
  document.bytes.clear();
  document.nonce.clear();
  document.wrapped_key.clear();
  document.salt.clear();
  const Row key = {Cell(document.area), Cell(document.case_id), Cell(document.seq),
                   Cell(document.position)};
  // Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
  transaction.Delete(port::documents::kTable, key);
  transaction.Put(port::documents::kTable, ToRow(document));
}

Date ClosedOn(port::Reader& reader, const CaseRecord& record) {
  return BeijingDate(LastChange(reader, record));
}

Result<Erased> EraseFromCase(Office& office, port::Transaction& transaction,
                             const LoadedCase& loaded, const std::string& subject) {
  return CaseEraser(office, transaction, loaded, subject).Run();
}

Result<ErasedPeople> ErasePeople(Office& office, port::Transaction& transaction,
                                 const std::set<std::string>& subjects, const std::string& by,
                                 const std::string& reason, const Decisions& decisions) {
  const bool one = subjects.size() == 1;
  const std::string id = one ? vault::DigitsOf(*subjects.begin()) : std::to_string(subjects.size());
  Result<ErasedReturns> returns = EraseFromReturns(
      office, transaction, subjects,
      {.by = by, .reason = reason, .what = one ? "subject" : "people", .id = id}, decisions);
  if (!returns) return Unexpected{returns.error()};
  ErasedPeople out = {.people = 0, .returns = std::move(*returns)};
  for (const std::string& subject : subjects) {
    out.people += office.vault().Erase(transaction, subject) ? 1 : 0;
  }
  return out;
}

}  // namespace anjuan::runtime
