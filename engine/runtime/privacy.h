// Personal data over a case's life: where a person is named, how long a case must be kept, and
// erasing what the law no longer keeps.
//
// Erasing destroys a person's key and values in the vault, and of each case that names the person
// the papers and free texts that spell out one of those values. Leaves, chains and proofs stay as
// they are; each case says in a row of its own what was erased, and verify accepts nothing else as
// missing.
//
// Source:  个人信息保护法 (2021-11-01起施行) art. 47; 机关文件材料归档范围和文书档案保管期限规定
//          (国家档案局令第8号, 2006) for terms counted from the first of January after closing.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/runtime/commit.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"
#include "engine/runtime/return_people.h"

namespace anjuan::runtime {

// Cases whose history holds the token, in the order of their numbers. Reads every history.
std::vector<CaseRecord> CasesNaming(
    port::Reader& reader, std::string_view token,
    const std::function<void(std::int64_t, std::int64_t)>& progress);
// Entries of registers that hold it, as "kind id"; not the returns taken in, of which a person goes
// with what he is named by (return_people.h).
std::vector<std::string> RegistersNaming(port::Reader& reader, std::string_view token);

// Parameter "archive.retention_years", for one process "archive.retention_years.PROCESS": a number
// of years; null: for ever.
Value RetentionOf(const Registers& registers, const CaseRecord& record, const Date& on);

// The same as in force when the case was closed, counted from the first of January after it. The
// first day on which nothing need be kept; nullopt: for ever (no value known).
std::optional<Date> KeptUntil(port::Reader& reader, const Registers& registers,
                              const CaseRecord& record);

// When a closed case reached the state it is in.
Date ClosedOn(port::Reader& reader, const CaseRecord& record);

// Takes the bytes, the key and the verification code's row of a paper; who, when and its hash stay.
void BlankPaper(Office& office, port::Transaction& transaction, const CaseRecord& record,
                DocumentRecord& document);

// Why the law does not let personal data of this case be erased: not closed, under hold, still to
// be kept. None: it does.
Diagnostics ObstaclesToErasing(port::Reader& reader, const Registers& registers,
                               const CaseRecord& record, const Date& today);

// A text without what layout puts between words and lines.
std::string Squeezed(std::string_view text);

// Each paper of the case that is still there, with its text, squeezed, a line each: what every
// expression of its template printed, and all characters of its pages in the order in which they
// were set. On the pages a name broken over two lines may have a page's foot or the cell beside it
// in between; a name put together by the template stands nowhere else. Mistakes: what keeps one
// from being laid out again.
using VisitPaper = std::function<void(const DocumentRecord& paper, const std::string& text)>;
Diagnostics ScanPapers(Office& office, port::Reader& reader, const LoadedCase& loaded,
                       const VisitPaper& visit);

struct Erased {
  std::vector<std::pair<std::int64_t, std::int64_t>> papers;  // seq and position
  std::int64_t texts = 0;
  std::vector<std::string> words;  // of a whole case: what its texts said, to be kept nowhere
};

// The papers and free texts of this case that spell out one of the person's values. The vault's
// entry of the person is left: other cases need it to find theirs.
Result<Erased> EraseFromCase(Office& office, port::Transaction& transaction,
                             const LoadedCase& loaded, const std::string& subject);

// The end of an erasure, when every case has its row: what returns say of the people, and the
// people's keys, in one transaction. Errors: those of EraseFromReturns, nothing changed.
struct ErasedPeople {
  std::int64_t people = 0;  // not erased before
  ErasedReturns returns;
};
Result<ErasedPeople> ErasePeople(Office& office, port::Transaction& transaction,
                                 const std::set<std::string>& subjects, const std::string& by,
                                 const std::string& reason, const Decisions& decisions = {});

}  // namespace anjuan::runtime
