#include "engine/runtime/sealer.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/port/schema.h"
#include "engine/runtime/log_rows.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/records.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/leaf.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

constexpr std::int64_t kMostRows = 4096;  // in one transaction: others wait for it
// In meta: rows that are older than the log were marked. 1: those of cases; 2: also the office's.
constexpr std::string_view kMarked = "log.marked";
constexpr std::string_view kAllMarked = "2";

bool IsMarked(port::Reader& reader) {
  return LoadMeta(reader, kMarked) == kAllMarked;
}

Cell Number(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

// A history row on its way into the log.
struct Waiting {
  Instant order = 0;  // the latest time among the case's rows up to it: never before its own
  std::string case_id;
  std::int64_t seq = 0;
  Hash hash = {};
};

// One sealing of one area, inside its transaction.
class Batch {
 public:
  Batch(Office& office, port::Transaction& transaction, const std::string& area)
      : office_(office), transaction_(transaction), log_(office, transaction, area), area_(area) {
    size_ = log_.Newest().size;
    now_ = office.Now(transaction);
  }

  AreaLog& log() { return log_; }
  std::uint64_t size() const { return size_ + leaves_.size(); }
  std::int64_t rows() const { return rows_; }

  // Rows that wait, at most kMostRows.
  void TakeRows() {
    std::vector<std::string> cases;
    transaction_.Scan(port::unsealed::kTable, {.prefix = {Cell(area_)}, .limit = kMostRows},
                      [&](const Row& row) {
                        cases.push_back(TextOf(row, port::unsealed::kCase));
                        return true;
                      });
    std::vector<Waiting> waiting;
    for (const std::string& case_id : cases) {
      const auto left = kMostRows - static_cast<std::int64_t>(waiting.size());
      if (left > 0) TakeCase(case_id, left, waiting);
    }
    std::ranges::sort(waiting, {},
                      [](const Waiting& row) { return std::tie(row.order, row.case_id, row.seq); });
    for (const Waiting& row : waiting) {
      Place(row.case_id, row.seq, row.hash);
      transaction_.Put(port::log_heads::kTable,
                       {Cell(area_), Cell(row.case_id), Cell(row.seq), Cell(ToHex(row.hash))});
    }
    rows_ = static_cast<std::int64_t>(waiting.size());
  }

  // Says where each case ends, where that is due or `wanted`.
  void AddHeads(bool wanted) {
    const std::vector<std::uint64_t> before = log_.Records(trail::kHeadsFormat);
    if (size() == 0 || (!before.empty() && before.back() + 1 == size())) return;
    const std::uint64_t since = before.empty() ? size() : size() - before.back() - 1;
    // With many cases the record is dear (a hash for each): a quarter keeps it a small share.
    constexpr std::uint64_t kShare = 4;
    const auto cases = static_cast<std::uint64_t>(
        wanted ? 0 : transaction_.Count(port::log_heads::kTable, {.prefix = {Cell(area_)}}));
    if (!wanted && since * kShare < cases) return;
    const std::vector<trail::Head> heads = log_.Heads();
    std::vector<Hash> hashes;
    hashes.reserve(heads.size());
    for (const trail::Head& head : heads) hashes.push_back(trail::HeadHash(head));
    AddRecord(trail::kHeadsFormat, trail::Encode(trail::HeadsRecord{.log = log_.origin(),
                                                                    .covers = size(),
                                                                    .cases = heads.size(),
                                                                    .root = ToHex(RootOf(hashes)),
                                                                    .time = now_}));
  }

  void AddRecord(std::string_view format, const std::string& leaf) {
    transaction_.Insert(port::log_records::kTable,
                        {Cell(area_), Number(size()), Cell(std::string(format)), Cell(leaf)});
    Place("", static_cast<std::int64_t>(size()), trail::LeafHash(leaf));
  }

  // Writes tiles and checkpoint; false: there was nothing to seal.
  bool Finish(const std::vector<trail::SignerKey>& keys) {
    if (leaves_.empty()) return false;
    const auto changed = trail::AppendToTiles(log_.Tiles(), size_, leaves_);
    for (const auto& [place, hashes] : changed) {
      transaction_.Put(port::log_tiles::kTable, {Cell(area_), Cell(std::int64_t{place.first}),
                                                 Number(place.second), Cell(hashes)});
    }
    trail::TiledTree tree(log_.Tiles(), size());
    const trail::Checkpoint checkpoint{log_.origin(), size(), tree.Root()};
    ANJUAN_CHECK(tree.Ok());
    trail::Note note{trail::CheckpointText(checkpoint), {}};
    for (const trail::SignerKey& key : keys) note.signatures.push_back(Sign(key, note.text));
    transaction_.Put(port::log_checkpoints::kTable,
                     {Cell(area_), Number(size()), Cell(now_), Cell(std::int64_t{0}),
                      Cell(trail::ToString(note))});
    return true;
  }

  // The key the log is signed with; that of a new log is taken from the keys file.
  trail::SignerKey Key() {
    const auto keys = log_.Keys();
    trail::SignerKey key{log_.origin(), trail::KeyKind::kLog, office_.keys().log};
    if (keys.empty()) SetKey(0, key.Public());
    if (keys.empty() || key.Public() == keys.back().second) return key;
    throw port::Failure(StrCat("密钥文件里没有日志 ", log_.origin(),
                               " 现用的签名钥，不能封存。请放回换钥后的密钥文件（公钥 ",
                               trail::ToVkey(keys.back().second), "）"));
  }

  void SetKey(std::uint64_t position, const trail::VerifierKey& key) {
    transaction_.Insert(port::log_keys::kTable,
                        {Cell(area_), Number(position), Cell(trail::ToVkey(key))});
  }

  Instant now() const { return now_; }

 private:
  static Hash RootOf(const std::vector<Hash>& hashes) {
    trail::CompactRange range;
    for (const Hash& hash : hashes) range.Append(hash);
    return range.Root();
  }

  void TakeCase(const std::string& case_id, std::int64_t most, std::vector<Waiting>& waiting) {
    const auto head = log_.HeadOf(case_id);
    const std::int64_t next = head ? head->seq + 1 : 0;
    std::int64_t taken = 0;
    Instant order = 0;
    ScanLogRows(transaction_, area_, case_id, next, most, [&](const LogRow& row) {
      order = std::max(order, row.at);
      waiting.push_back({order, case_id, row.seq, trail::LeafHash(row.leaf)});
      ++taken;
    });
    // Where the bound cut it short the rest waits for the next batch.
    if (taken < most) transaction_.Delete(port::unsealed::kTable, Row{Cell(area_), Cell(case_id)});
  }

  void Place(const std::string& case_id, std::int64_t seq, const Hash& hash) {
    const bool fresh = transaction_.Insert(port::log_leaves::kTable,
                                           {Cell(area_), Number(size()), Cell(case_id), Cell(seq)});
    ANJUAN_CHECK(fresh);
    leaves_.push_back(hash);
  }

  Office& office_;
  port::Transaction& transaction_;
  AreaLog log_;
  std::string area_;
  std::uint64_t size_ = 0;  // of the log before
  Instant now_ = 0;
  std::int64_t rows_ = 0;
  std::vector<Hash> leaves_;  // those added
};

bool AnythingWaits(port::Reader& reader, const std::string& area) {
  return reader.Count(port::unsealed::kTable, {.prefix = {Cell(area)}, .limit = 1}) > 0;
}

}  // namespace

// An office that is older than its log, or was worked on by a program that knew none: whatever is
// in no log waits.
void LogSealer::MarkForgotten(port::Transaction& transaction) {
  const auto mark = [&](const std::string& area, const std::string& case_id, std::int64_t last) {
    const auto head = AreaLog(office_, transaction, area).HeadOf(case_id);
    if (last <= (head ? head->seq : -1)) return;
    transaction.Insert(port::unsealed::kTable, {Cell(area), Cell(case_id)});
  };
  transaction.Scan(port::cases::kTable, {}, [&](const Row& row) {
    mark(TextOf(row, port::cases::kArea), TextOf(row, port::cases::kCase),
         IntegerOf(row, port::cases::kSeq));
    return true;
  });
  AddOfficeLeaves(office_, transaction);
  mark(office_.area(), std::string(trail::kOfficeCase), CountOfficeEvents(transaction) - 1);
  SaveMeta(transaction, kMarked, kAllMarked);
}

// One batch; false: nothing is left to do.
bool LogSealer::SealArea(const std::string& area, bool heads, SealReport& report) {
  bool more = false;
  office_.store().Transact([&](port::Transaction& transaction) {
    Batch batch(office_, transaction, area);
    batch.TakeRows();
    more = AnythingWaits(transaction, area);
    batch.AddHeads(heads && !more);
    const std::vector<trail::SignerKey> keys = {batch.Key()};
    if (!batch.Finish(keys)) return false;
    report.rows += batch.rows();
    ++report.checkpoints;
    return true;
  });
  return more;
}

SealReport LogSealer::Seal(bool heads) {
  SealReport report;
  std::vector<std::string> areas;
  bool marked = false;
  const auto look = [&](port::Reader& reader) {
    marked = IsMarked(reader);
    areas = UnsealedAreas(reader);
    if (!heads) return;
    for (const std::string& area : SealedAreas(reader)) areas.push_back(area);
  };
  office_.store().Read(look);
  if (!marked || heads) {
    office_.store().Transact([&](port::Transaction& transaction) {
      MarkForgotten(transaction);
      look(transaction);
      return true;
    });
  }
  std::ranges::sort(areas);
  areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
  for (const std::string& area : areas) {
    while (SealArea(area, heads, report)) {
    }
  }
  return report;
}

bool LogSealer::IsDue(bool at_end) {
  if (at_end && office_.clock() == ClockKind::kManual) return true;
  bool due = false;
  office_.store().Read([&](port::Reader& reader) {
    const Instant now = office_.Now(reader);
    if (!IsMarked(reader)) due = true;
    std::int64_t rows = 0;
    reader.Scan(port::unsealed::kTable, {.limit = kSealRows}, [&](const Row& row) {
      const std::string& area = TextOf(row, port::unsealed::kArea);
      const std::string& case_id = TextOf(row, port::unsealed::kCase);
      AreaLog log(office_, reader, area);
      // Of a manual clock only the rows count while a command runs.
      const bool old = office_.clock() == ClockKind::kReal && now - log.Newest().at >= kSealEveryMs;
      const auto head = log.HeadOf(case_id);
      rows += LastLogRow(reader, area, case_id) - (head ? head->seq : -1);
      due = due || old || rows >= kSealRows;
      return !due;
    });
  });
  return due;
}

SealReport LogSealer::SealIfDue(bool at_end) {
  return IsDue(at_end) ? Seal(false) : SealReport{};
}

std::vector<trail::VerifierKey> LogSealer::Keys() {
  std::vector<trail::VerifierKey> keys;
  office_.store().Read([&](port::Reader& reader) {
    for (const std::string& area : SealedAreas(reader)) {
      const auto known = AreaLog(office_, reader, area).Keys();
      if (!known.empty()) keys.push_back(known.back().second);
    }
  });
  return keys;
}

std::int64_t LogSealer::ChangeKeys(const std::string& seed) {
  std::vector<std::string> areas;
  std::int64_t changed = 0;
  office_.store().Read([&](port::Reader& reader) { areas = SealedAreas(reader); });
  for (const std::string& area : areas) {
    office_.store().Transact([&](port::Transaction& transaction) {
      Batch batch(office_, transaction, area);
      const trail::SignerKey new_key{batch.log().origin(), trail::KeyKind::kLog, seed};
      if (new_key.Public() == batch.log().Keys().back().second) return false;
      const trail::SignerKey old_key = batch.Key();
      batch.AddRecord(trail::kKeyFormat,
                      trail::Encode(trail::MakeKeyChange(old_key, new_key.Public(), batch.now())));
      batch.SetKey(batch.size(), new_key.Public());
      // Both, so that who knows the old key alone sees who follows it.
      batch.Finish({old_key, new_key});
      ++changed;
      return true;
    });
  }
  return changed;
}

Result<trail::VerifierKey> LogSealer::AddWitness(std::string_view vkey) {
  Result<trail::VerifierKey> key = trail::ParseVkey(vkey);
  if (!key) return key;
  if (key->kind != trail::KeyKind::kWitness) {
    return Fail("seal.witness",
                "这是日志的公钥，不是见证方的。请用 anjuan-witness vkey 打印的一行。");
  }
  office_.store().Transact([&](port::Transaction& transaction) {
    return transaction.Insert(port::log_witnesses::kTable,
                              {Cell(trail::ToVkey(*key)), Cell(office_.Now(transaction))});
  });
  return key;
}

Result<std::int64_t> LogSealer::AddCosignatures(std::string_view bytes) {
  Result<trail::Note> given = trail::ParseNote(bytes);
  if (!given) return Unexpected{std::move(given).error()};
  const Result<trail::Checkpoint> checkpoint = trail::ParseCheckpoint(given->text);
  if (!checkpoint) return Unexpected{checkpoint.error()};
  const size_t stroke = checkpoint->origin.rfind('/');
  const std::string area = stroke == std::string::npos ? "" : checkpoint->origin.substr(stroke + 1);
  std::int64_t added = 0;
  bool ours = false;
  bool known = false;
  office_.store().Transact([&](port::Transaction& transaction) {
    AreaLog log(office_, transaction, area);
    const Row key = {Cell(area), Number(checkpoint->size)};
    std::optional<Row> row = transaction.Get(port::log_checkpoints::kTable, key);
    if (!row) return false;
    Result<trail::Note> note = trail::ParseNote(TextOf(*row, port::log_checkpoints::kNote));
    ours = note && note->text == given->text;
    if (!ours) return false;
    for (const trail::VerifierKey& witness : log.Witnesses()) {
      for (const trail::Signature& signature : given->signatures) {
        const bool by_it = signature.name == witness.name && signature.id == witness.Id() &&
                           trail::VerifySignature(signature, note->text, witness);
        known = known || by_it;
        if (!by_it || std::ranges::find(note->signatures, signature) != note->signatures.end()) {
          continue;
        }
        note->signatures.push_back(signature);
        ++added;
      }
    }
    (*row)[port::log_checkpoints::kWitnessed] = std::int64_t{1};
    (*row)[port::log_checkpoints::kNote] = trail::ToString(*note);
    if (added > 0) transaction.Put(port::log_checkpoints::kTable, *row);
    return added > 0;
  });
  if (!ours) {
    return Fail("seal.cosigned", StrCat("这不是本办公室签发的检查点（", checkpoint->origin, "，",
                                        checkpoint->size, " 条）"));
  }
  if (!known) {
    return Fail("seal.cosigned",
                "上面没有已登记的见证方的有效签名。先用 anjuan seal --witness VKEY 登记见证方。");
  }
  return added;
}

}  // namespace anjuan::runtime
