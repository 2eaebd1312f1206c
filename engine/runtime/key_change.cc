#include "engine/runtime/key_change.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
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

// In one transaction: others wait for it.
constexpr std::int64_t kSubjects = 512;
constexpr std::int64_t kPapers = 64;
constexpr size_t kReturns = 32;
constexpr size_t kSeals = 16;

// A case that has papers.
struct Place {
  std::string area;
  std::string case_id;
};

// The first such case behind this one; nullopt: it was the last.
std::optional<Place> NextWithPapers(port::Reader& reader, const std::optional<Place>& behind) {
  std::optional<Place> found;
  const auto look = [&](const port::Range& range) {
    reader.Scan(port::documents::kTable, range, [&](const Row& row) {
      found = {TextOf(row, port::documents::kArea), TextOf(row, port::documents::kCase)};
      return false;
    });
    return found.has_value();
  };
  if (!behind) {
    look({.limit = 1});
    return found;
  }
  if (!look({.prefix = {Cell(behind->area)}, .from = Cell(behind->case_id + '\0'), .limit = 1})) {
    look({.from = Cell(behind->area + '\0'), .limit = 1});
  }
  return found;
}

class Changer {
 public:
  Changer(Office& office, const KeyProgress& progress) : office_(office), progress_(progress) {}

  KeyChange Run() {
    office_.store().Read([&](port::Reader& reader) {
      for (const FrozenReturn& record : ListReturns(reader)) returns_.push_back(record.id);
      seals_ = SealedBlobs(reader);
      total_ = reader.Count(port::subjects::kTable, {}) +
               reader.Count(port::documents::kTable, {}) +
               static_cast<std::int64_t>(returns_.size() + seals_.size());
    });
    Subjects();
    Papers();
    Each(returns_, kReturns, out_.returns, &RewrapReturn);
    Each(seals_, kSeals, out_.seals, &RewrapBlob);
    PutInForce();
    return out_;
  }

 private:
  void Tell(std::int64_t more) {
    done_ += more;
    total_ = std::max(total_, done_);
    progress_(done_, total_);
  }

  void Subjects() {
    vault::RewrappedSubjects part;
    do {
      const std::string behind = part.last;
      office_.store().Transact([&](port::Transaction& transaction) {
        part =
            vault::RewrapSubjects(transaction, office_.keys(), office_.random(), behind, kSubjects);
        return part.changed > 0;
      });
      out_.subjects += part.changed;
      Tell(part.seen);
    } while (!part.last.empty());
  }

  // Whole cases, until there are papers enough for one transaction.
  void Papers() {
    std::optional<Place> at;
    for (bool more = true; more;) {
      std::optional<Place> last = at;
      std::int64_t seen = 0;
      std::int64_t changed = 0;
      office_.store().Transact([&](port::Transaction& transaction) {
        last = at;
        seen = changed = 0;
        while (seen < kPapers) {
          const std::optional<Place> next = NextWithPapers(transaction, last);
          more = next.has_value();
          if (!more) break;
          for (DocumentRecord& paper : LoadDocuments(transaction, next->area, next->case_id)) {
            changed += RewrapPaper(transaction, paper) ? 1 : 0;
            ++seen;
          }
          last = next;
        }
        return changed > 0;
      });
      at = last;
      out_.papers += changed;
      Tell(seen);
    }
  }

  bool RewrapPaper(port::Transaction& transaction, DocumentRecord& paper) {
    if (paper.wrapped_key.empty()) return false;  // erased
    auto wrapped = vault::RewrapDocumentKey(office_.keys(), office_.random(), IdentityOf(paper),
                                            paper.wrapped_key);
    if (!wrapped) {
      throw port::Failure(StrCat("案卷 ", paper.case_id, " 文书 ", paper.code,
                                 " 的密钥打不开，没有更换；请运行 anjuan verify"));
    }
    if (*wrapped == paper.wrapped_key) return false;
    paper.wrapped_key = *std::move(wrapped);
    transaction.Put(port::documents::kTable, ToRow(paper));
    return true;
  }

  using RewrapOne = bool (*)(Office&, port::Transaction&, const std::string&);

  void Each(const std::vector<std::string>& all, size_t most, std::int64_t& count, RewrapOne one) {
    for (size_t from = 0; from < all.size(); from += most) {
      const size_t to = std::min(all.size(), from + most);
      std::int64_t changed = 0;
      office_.store().Transact([&](port::Transaction& transaction) {
        changed = 0;
        for (size_t i = from; i < to; ++i) changed += one(office_, transaction, all[i]) ? 1 : 0;
        return changed > 0;
      });
      count += changed;
      Tell(static_cast<std::int64_t>(to - from));
    }
  }

  void PutInForce() {
    office_.store().Transact([&](port::Transaction& transaction) {
      if (!KeyChangeBegun(transaction)) return false;  // another process was first
      vault::EnsureCurrent(transaction, office_.keys());
      const std::string from = LoadMeta(transaction, vault::kKeyInMeta).value_or("");
      const std::string to = vault::KeyId(office_.keys());
      RecordOfficeEvent(office_, transaction, "keys.rotated", "", "",
                        Value(Context({{"from", Value(from)}, {"to", Value(to)}})));
      SaveMeta(transaction, vault::kKeyInMeta, to);
      SaveMeta(transaction, vault::kNextKeyInMeta, "");
      return true;
    });
  }

  Office& office_;
  const KeyProgress& progress_;
  std::vector<std::string> returns_;
  std::vector<std::string> seals_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
  KeyChange out_;
};

}  // namespace

bool KeyChangeBegun(port::Reader& reader) {
  return !LoadMeta(reader, vault::kNextKeyInMeta).value_or("").empty();
}

void BeginKeyChange(Office& office, const vault::OfficeKeys& to, std::string_view by,
                    std::string_view reason) {
  ANJUAN_CHECK(to.index == office.keys().index);
  office.store().Transact([&](port::Transaction& transaction) {
    vault::EnsureCurrent(transaction, office.keys());
    SealPlainPictures(office, transaction);
    // While the old key is in force: its reason is wrapped anew with the rest.
    RecordOfficeEvent(office, transaction, "keys.rotate", by, reason,
                      Value(Context({{"from", Value(vault::KeyId(office.keys()))},
                                     {"to", Value(vault::KeyId(to))}})));
    SaveMeta(transaction, vault::kNextKeyInMeta, vault::KeyId(to));
    return true;
  });
}

KeyChange FinishKeyChange(Office& office, const KeyProgress& progress) {
  return Changer(office, progress).Run();
}

}  // namespace anjuan::runtime
