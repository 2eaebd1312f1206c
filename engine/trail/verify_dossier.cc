// VerifyDossier: each step of the check is one function; the first lines of each say what a forger
// would try there.

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/disclosure.h"
#include "engine/trail/dossier.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/fields.h"
#include "engine/trail/leaf.h"
#include "engine/trail/merkle.h"
#include "engine/trail/volume.h"
#include "engine/value/json.h"

namespace anjuan::trail {

namespace {

std::string BeijingTime(std::int64_t seconds) {
  return ToBeijingString(seconds * 1000);
}

std::string ShortHash(std::string_view bytes) {
  return ToHex(bytes).substr(0, 16);
}

const std::string& First(const Diagnostics& mistakes) {
  return mistakes.front().message;
}

// A checkpoint whose signatures hold, and that leads to the dossier's own.
struct Seen {
  std::uint64_t size = 0;
  std::optional<std::int64_t> seconds;
};

class DossierVerifier {
 public:
  DossierVerifier(const DossierFiles& files, const Trust& trust) : files_(files), trust_(trust) {}

  DossierVerdict Run() {
    On(topic::kKeys).ReadKeys();
    FollowKeyChanges();
    if (On(topic::kRows).ReadRows() && On(topic::kCheckpoint).OpenNewest()) {
      On(topic::kKeys).CheckKeyChangesAreLogged();
      On(topic::kInclusion).CheckInclusions();
      On(topic::kHeads).CheckHeads();
      On(topic::kEarlier).CheckEarlier();
      CheckKnown();
      On(topic::kTimes).CheckTimes();
      On(topic::kPayloads).CheckPayloads();
      On(topic::kDocuments).CheckDocuments();
      On(topic::kDisclosures).CheckDisclosed();
      On(topic::kVolume);
      CheckVolume(Find(std::string(kVolume)), Find(std::string(kVolumeManifest)), case_, rows_,
                  report_);
    }
    On(topic::kOther).TellTheRest();
    return {std::move(report_), std::move(windows_)};
  }

 private:
  DossierVerifier& On(std::string_view topic) {
    report_.Begin(topic);
    return *this;
  }

  // ---- files

  const std::string* Find(const std::string& name) {
    const auto file = files_.find(name);
    if (file == files_.end()) return nullptr;
    used_.insert(name);
    return &file->second;
  }

  const std::string* Demand(const std::string& name) {
    const std::string* file = Find(name);
    if (file == nullptr) {
      report_.Mistake(StrCat("缺少文件 ", name), StrCat("file ", name, " is missing"));
    }
    return file;
  }

  // Files of a folder inside the dossier, by the rest of their names.
  std::vector<std::string> Below(std::string_view folder) const {
    std::vector<std::string> names;
    for (const auto& [name, bytes] : files_) {
      if (name.starts_with(folder)) names.push_back(name.substr(folder.size()));
    }
    return names;
  }

  void Wrong(const std::string& what, const std::string& chinese, const std::string& english) {
    report_.Mistake(StrCat(what, "：", chinese), StrCat(what, ": ", english));
  }

  // ---- keys

  // A forger signs with a key of his own and puts it into vkeys.txt: only the auditor's keys count.
  void ReadKeys() {
    const std::string* text = Demand(std::string(kVkeys));
    Result<std::vector<VerifierKey>> own =
        text != nullptr ? ReadVkeys(*text) : Result<std::vector<VerifierKey>>(Fail("", "缺少文件"));
    if (!own || WriteVkeys(*own) != *text) {
      Wrong(std::string(kVkeys), own ? "不是规定的写法" : First(own.error()), "is malformed");
    } else {
      claimed_ = *own;
    }
    keys_ = trust_.keys;
    std::string listed;
    for (const VerifierKey& key : claimed_) {
      if (keys_.empty() || !Trusts(key)) listed += StrCat(listed.empty() ? "" : "; ", ToVkey(key));
    }
    if (keys_.empty()) {
      keys_ = claimed_;
      report_.NotProved(
          StrCat("公钥取自卷宗自带的 vkeys.txt，未经独立核对；谁换了公钥就能伪造全卷。请用 "
                 "--trust 指定办公室和见证方另行公布的公钥，或逐字核对：",
                 listed),
          StrCat("the keys come from the dossier itself; whoever replaced them could forge "
                 "everything. Give those published elsewhere with --trust, or compare: ",
                 listed));
    } else if (!listed.empty()) {
      report_.NotProved(
          StrCat("卷宗还列有您没有指定为可信的公钥，其签名不作数：", listed),
          StrCat("the dossier names keys you do not trust; they count for nothing: ", listed));
    }
    Append(claimed_, trust_.keys);
  }

  static void Append(std::vector<VerifierKey>& to, const std::vector<VerifierKey>& more) {
    for (const VerifierKey& key : more) {
      if (std::ranges::find(to, key) == to.end()) to.push_back(key);
    }
  }

  bool Trusts(const VerifierKey& key) const { return std::ranges::find(keys_, key) != keys_.end(); }

  // A forger announces a key of his own: the old one must have agreed.
  void FollowKeyChanges() {
    for (const std::string& name : Below(kKeys)) {
      if (!name.ends_with(".json")) continue;
      const std::optional<std::uint64_t> place =
          ParseSize(std::string_view(name).substr(0, name.size() - 5));
      const std::string path = StrCat(kKeys, name);
      const Result<KeyChange> change = DecodeKeyChange(*Find(path));
      if (!place || !change) {
        Wrong(path, change ? "文件名不是位置" : First(change.error()), "not a change of keys");
      } else {
        changes_.emplace_back(*place, *change);
      }
    }
    std::ranges::sort(changes_, {}, &std::pair<std::uint64_t, KeyChange>::first);
    for (const auto& [place, change] : changes_) {
      if (!Trusts(change.old_key) && !Trusts(change.new_key)) {
        Wrong(StrCat(kKeys, place), "所换的旧钥不是可信的公钥", "replaces a key nobody trusts");
        continue;
      }
      Append(keys_, {change.new_key});
      Append(claimed_, {change.old_key, change.new_key});
      report_.Proved(
          StrCat("第", place, "位起日志改用新钥，旧钥签字同意（自称 ", ToBeijingString(change.time),
                 "）"),
          StrCat("from position ", place, " on the log has a new key; the old one signed for it"));
    }
  }

  // A retired key that was stolen signs no tree that holds its own retirement.
  bool SignedByTheKeyInForce(const SignedCheckpoint& opened) const {
    const KeyChange* last = nullptr;
    for (const auto& [place, change] : changes_) {
      if (place < opened.checkpoint.size) last = &change;
    }
    return last == nullptr || opened.SignedBy(last->new_key);
  }

  // Every line of a dossier's checkpoint is by a key it names: a line nobody can check would be a
  // place where bytes may differ unseen.
  bool NamesItsSigners(const SignedCheckpoint& opened) const {
    return opened.verified.size() == opened.note.signatures.size();
  }

  std::optional<SignedCheckpoint> Open(const std::string& what, const std::string& bytes,
                                       bool own = true) {
    Result<SignedCheckpoint> opened = OpenCheckpoint(bytes, claimed_);
    if (!opened) {
      Wrong(what, First(opened.error()), "signature or form does not hold");
      return std::nullopt;
    }
    if (own && !NamesItsSigners(*opened)) {
      Wrong(what, "有签名出自 vkeys.txt 没有列出的公钥",
            "is signed by keys vkeys.txt does not name");
      return std::nullopt;
    }
    std::erase_if(opened->verified, [&](const Verified& by) { return !Trusts(by.key); });
    const bool by_log = std::ranges::any_of(opened->verified, [&](const Verified& by) {
      return by.key.kind == KeyKind::kLog && by.key.name == opened->checkpoint.origin;
    });
    if (!by_log) {
      Wrong(what, "没有可信的日志公钥的签名", "is not signed by a trusted key of the log");
      return std::nullopt;
    }
    if (opened->checkpoint.origin != log_) {
      Wrong(what, StrCat("属于另一日志 ", opened->checkpoint.origin),
            StrCat("is of another log, ", opened->checkpoint.origin));
      return std::nullopt;
    }
    if (!SignedByTheKeyInForce(*opened)) {
      Wrong(what, "由已换下的旧钥签署", "signed by a key that was replaced");
      return std::nullopt;
    }
    return *std::move(opened);
  }

  // ---- rows

  // A forger leaves rows out, swaps them, or puts in one of another case: numbers and links tell.
  bool ReadRows() {
    const std::string* manifest = Demand(std::string(kManifest));
    const std::string* lines = Demand(std::string(kRows));
    if (manifest == nullptr || lines == nullptr) return false;
    const Result<Value> value = ReadCanonical(*manifest);
    const auto text = [&](std::string_view name) {
      const std::string* found = value ? (*value)[name].string() : nullptr;
      return found == nullptr ? std::string() : *found;
    };
    if (text("v") != kDossierFormat) {
      Wrong(std::string(kManifest), "格式不是 anjuan.dossier/1", "is not anjuan.dossier/1");
      return false;
    }
    log_ = text("log");
    case_ = text("case");
    if (!lines->empty() && !lines->ends_with('\n')) {
      Wrong(std::string(kRows), "最后一行没有换行", "the last line does not end");
      return false;
    }
    for (std::string_view rest = *lines; !rest.empty();) {
      const size_t end = rest.find('\n');
      if (!AddRow(rest.substr(0, end))) return false;
      rest.remove_prefix(end + 1);
    }
    if ((*value)["rows"] != Value(static_cast<std::int64_t>(rows_.size()))) {
      Wrong(std::string(kRows), "条数与 dossier.json 不符",
            "not as many rows as dossier.json says");
      return false;
    }
    report_.Proved(
        StrCat("案卷 ", case_, " 的 ", rows_.size(), " 条历史首尾相接：序号无缺，逐条相扣"),
        StrCat("the ", rows_.size(), " rows of case ", case_,
               " form one chain: no number is missing, each row names the one before"));
    return true;
  }

  bool AddRow(std::string_view bytes) {
    const std::string what = StrCat("第", rows_.size(), "条");
    Result<Leaf> leaf = Decode(bytes);
    if (!leaf) {
      Wrong(what, First(leaf.error()), "is not a history leaf");
      return false;
    }
    const bool here = leaf->case_id == case_ && log_.starts_with(leaf->log + "/") &&
                      log_.find('/', leaf->log.size() + 1) == std::string::npos;
    if (!here) {
      Wrong(what, StrCat("属于另一案卷或日志（", leaf->log, "，", leaf->case_id, "）"),
            StrCat("belongs to another case or log (", leaf->log, ", ", leaf->case_id, ")"));
      return false;
    }
    const std::string previous = rows_.empty() ? "" : ToHex(hashes_.back());
    if (leaf->case_seq != static_cast<std::int64_t>(rows_.size()) || leaf->case_prev != previous) {
      Wrong(what, StrCat("不接上一条：自称第", leaf->case_seq, "条"),
            StrCat("does not continue the row before; it says it is row ", leaf->case_seq));
      return false;
    }
    hashes_.push_back(LeafHash(bytes));
    rows_.push_back(*std::move(leaf));
    return true;
  }

  // ---- the tree

  bool OpenNewest() {
    const std::string* bytes = Demand(std::string(kCheckpoint));
    if (bytes == nullptr) return false;
    newest_ = Open(std::string(kCheckpoint), *bytes);
    if (!newest_) return false;
    const Checkpoint& checkpoint = newest_->checkpoint;
    std::string signers;
    for (const Verified& by : newest_->verified) {
      signers += StrCat(signers.empty() ? "" : ", ", by.key.name);
      if (by.key.kind == KeyKind::kWitness) signers += StrCat(" (", BeijingTime(by.seconds), ")");
    }
    report_.Proved(
        StrCat("检查点（日志 ", checkpoint.origin, "，", checkpoint.size, " 条，根 ",
               ShortHash(AsBytes(checkpoint.root)), "…）的签名有效：", signers),
        StrCat("the checkpoint (log ", checkpoint.origin, ", ", checkpoint.size, " leaves, root ",
               ShortHash(AsBytes(checkpoint.root)), "…) is signed by: ", signers));
    return true;
  }

  // The leaf is in the newest tree; gives its position.
  std::optional<std::uint64_t> Placed(const std::string& name, const Hash& leaf_hash) {
    const std::string* bytes = Demand(name);
    if (bytes == nullptr) return std::nullopt;
    const Result<InclusionFile> file = ParseInclusionFile(*bytes);
    if (!file) {
      Wrong(name, First(file.error()), "is no tlog-proof");
      return std::nullopt;
    }
    // What another program would check: the very note beside it, not only a like one.
    if (file->checkpoint != files_.at(std::string(kCheckpoint))) {
      Wrong(name, "附的检查点不是卷宗的检查点", "ends with another checkpoint");
      return std::nullopt;
    }
    const Checkpoint& tree = newest_->checkpoint;
    if (!VerifyInclusion(file->index, tree.size, AsBytes(leaf_hash), file->proof,
                         AsBytes(tree.root))) {
      Wrong(name, StrCat("证明不成立：日志第", file->index, "位不是这一条"),
            StrCat("the proof fails: position ", file->index, " of the log is not this leaf"));
      return std::nullopt;
    }
    return file->index;
  }

  void CheckKeyChangesAreLogged() {
    for (const auto& [place, change] : changes_) {
      const std::string name = StrCat(kKeys, place, kProofEnd);
      const std::optional<std::uint64_t> found = Placed(name, LeafHash(Encode(change)));
      if (found && *found != place) Wrong(name, "位置与文件名不符", "stands elsewhere");
      if (change.log != log_) Wrong(name, "属于另一日志", "is of another log");
    }
  }

  void CheckInclusions() {
    for (size_t seq = 0; seq < rows_.size(); ++seq) {
      const std::string name = StrCat(kProofs, RowName(static_cast<std::int64_t>(seq)), kProofEnd);
      const std::optional<std::uint64_t> index = Placed(name, hashes_[seq]);
      if (!index) return;
      if (!indexes_.empty() && *index <= indexes_.back()) {
        Wrong(name, "在日志中的位置不在上一条之后", "does not stand behind the row before");
        return;
      }
      indexes_.push_back(*index);
    }
    if (rows_.empty()) return;
    report_.Proved(StrCat("每一条都在该日志中（第", indexes_.front(), "位至第", indexes_.back(),
                          "位），检查点之后改动任何一个字节都会败露"),
                   StrCat("every row stands in that log (positions ", indexes_.front(), " to ",
                          indexes_.back(), "); no byte was changed since the checkpoint"));
  }

  // A forger shows an honest beginning and keeps the last events to himself.
  void CheckHeads() {
    const std::string* leaf = Demand(std::string(kHeadsLeaf));
    const std::string* proof = Demand(std::string(kHeadsProof));
    if (leaf == nullptr || proof == nullptr) return;
    const Result<HeadsRecord> record = DecodeHeads(*leaf);
    const Result<HeadsProof> entries = DecodeHeadsProof(*proof);
    if (!record || !entries) {
      Wrong(std::string(kHeadsLeaf), "末条记录或其证明不合格式", "record or proof is malformed");
      return;
    }
    const std::optional<std::uint64_t> index =
        Placed(std::string(kHeadsInclusion), LeafHash(*leaf));
    if (!index) return;
    if (record->covers != *index || record->log != log_) {
      Wrong(std::string(kHeadsLeaf), "自称的位置或日志不符", "claims another position or log");
      return;
    }
    switch (VerifyHead(*entries, *record, case_)) {
      case HeadVerdict::kInvalid:
        Wrong(std::string(kHeadsProof), "证明不成立", "the proof fails");
        return;
      case HeadVerdict::kAbsent:
        CheckAbsent(*index);
        return;
      case HeadVerdict::kPresent:
        CheckLast(entries->entries.front().head, *index);
        return;
    }
  }

  void CheckAbsent(std::uint64_t index) {
    if (rows_.empty() || indexes_.empty() || indexes_.front() > index) {
      report_.Proved(StrCat("日志前 ", index, " 位中没有案卷 ", case_),
                     StrCat("the first ", index, " positions of the log hold no case ", case_));
      return;
    }
    Wrong(std::string(kHeadsProof), "声称日志中没有此案卷", "says the log holds no such case");
  }

  void CheckLast(const Head& head, std::uint64_t index) {
    if (indexes_.size() != rows_.size()) return;  // told already
    const auto seq = static_cast<size_t>(head.seq);
    if (seq >= rows_.size()) {
      Wrong(std::string(kRows),
            StrCat("末条记录说案卷到第", head.seq, "条为止，这里只有 ", rows_.size(),
                   " 条：最后的事项被隐瞒"),
            StrCat("the case goes on to row ", head.seq, ", here are only ", rows_.size(),
                   " rows: its last events were left out"));
      return;
    }
    const bool agrees = head.hash == ToHex(hashes_[seq]) && indexes_[seq] < index &&
                        (seq + 1 == rows_.size() || indexes_[seq + 1] > index);
    if (!agrees) {
      Wrong(std::string(kHeadsProof), "末条记录与历史不符", "does not agree with the rows");
      return;
    }
    report_.Proved(
        StrCat("至日志第", index, "位止没有隐瞒此案卷的任何一条（末条是第", head.seq, "条）"),
        StrCat("up to position ", index,
               " of the log none of the case's rows was left "
               "out; the last is row ",
               head.seq));
    if (index + 1 < newest_->checkpoint.size) {
      report_.NotProved(StrCat("日志第", index + 1, "位至第", newest_->checkpoint.size - 1,
                               "位之间是否还有此案卷的事项"),
                        StrCat("whether positions ", index + 1, " to ",
                               newest_->checkpoint.size - 1, " hold more of this case"));
    }
  }

  // ---- earlier checkpoints and time

  // A forger with the log's key writes the whole log anew: it continues nothing that was kept.
  void CheckEarlier() {
    seen_.push_back({newest_->checkpoint.size, newest_->FirstSeen()});
    for (const std::string& name : Below(kEarlier)) {
      if (name.ends_with(kConsistencyEnd)) continue;
      const std::string path = StrCat(kEarlier, name);
      const std::optional<SignedCheckpoint> opened = Open(path, *Find(path));
      const std::string* proof = Demand(StrCat(path, kConsistencyEnd));
      if (!opened || proof == nullptr) continue;
      const Checkpoint& earlier = opened->checkpoint;
      if (name != std::to_string(earlier.size)) {
        Wrong(path, "文件名不是条数", "is not named by its size");
      } else if (Continues(path, earlier, *proof)) {
        seen_.push_back({earlier.size, opened->FirstSeen()});
        earlier_.push_back(earlier);
      }
    }
    if (earlier_.empty()) return;
    report_.Proved(StrCat("本日志是先前 ", earlier_.size(), " 个检查点的延续，其间没有改写"),
                   StrCat("this log continues ", earlier_.size(),
                          " earlier checkpoints; nothing in between was rewritten"));
  }

  bool Continues(const std::string& path, const Checkpoint& earlier, const std::string& proof) {
    const Result<ConsistencyFile> file = ParseConsistencyFile(proof);
    const Checkpoint& now = newest_->checkpoint;
    const bool same = file && file->checkpoint == files_.at(std::string(kCheckpoint)) &&
                      file->old_size == earlier.size;
    if (same && VerifyConsistency(earlier.size, now.size, AsBytes(earlier.root), AsBytes(now.root),
                                  file->proof)) {
      return true;
    }
    Wrong(path, "本日志不是这个检查点的延续：历史被改写，或证明不全",
          "this log does not continue that checkpoint: history was rewritten, or the proof is bad");
    return false;
  }

  void CheckKnown() {
    for (const std::string& bytes : trust_.known) {
      const std::optional<SignedCheckpoint> opened = Open("自存的检查点 (--known)", bytes, false);
      if (!opened) continue;
      const Checkpoint& known = opened->checkpoint;
      const auto same_size = [&](const Checkpoint& c) { return c.size == known.size; };
      const auto shown = std::ranges::find_if(earlier_, same_size);
      const Checkpoint* match = same_size(newest_->checkpoint) ? &newest_->checkpoint
                                : shown == earlier_.end()      ? nullptr
                                                               : &*shown;
      if (known.size > newest_->checkpoint.size) {
        Wrong(std::string(kCheckpoint),
              StrCat("比自存的检查点（", known.size, " 条）短：日志被截短，或从旧备份恢复"),
              StrCat("is shorter than the one kept (", known.size,
                     " leaves): the log was cut or an old backup restored"));
      } else if (match == nullptr) {
        report_.NotProved(
            StrCat("与自存的 ", known.size, " 条的检查点是否一致：卷宗没有给出到它的证明，请索要"),
            StrCat("that it continues the checkpoint kept (", known.size,
                   " leaves): the dossier gives no proof to it; ask for one"));
      } else if (match->root != known.root) {
        Wrong(std::string(kCheckpoint),
              StrCat("与自存的 ", known.size, " 条的检查点不一致：历史被改写"),
              StrCat("contradicts the checkpoint kept (", known.size,
                     " leaves): history was rewritten"));
      } else {
        report_.Proved(StrCat("本日志是自存的检查点（", known.size, " 条）的延续"),
                       StrCat("this log continues the checkpoint kept (", known.size, " leaves)"));
      }
    }
  }

  // A forger writes an event today and dates it last month: witnesses saw the log without it.
  void CheckTimes() {
    if (indexes_.size() != rows_.size() || rows_.empty()) return;
    bool manual = false;
    for (size_t seq = 0; seq < rows_.size(); ++seq) {
      RowWindow window{static_cast<std::int64_t>(seq), indexes_[seq], rows_[seq].time, {}, {}};
      for (const Seen& seen : seen_) {
        if (!seen.seconds) continue;
        auto& bound = seen.size <= window.index ? window.not_before : window.not_after;
        const bool before = seen.size <= window.index;
        if (!bound || (before ? *seen.seconds > *bound : *seen.seconds < *bound)) {
          bound = seen.seconds;
        }
      }
      manual = manual || rows_[seq].clock.mode == ClockRef::Mode::kManual;
      if (rows_[seq].clock.mode == ClockRef::Mode::kReal) AskAboutTime(window);
      windows_.push_back(window);
    }
    TellPeriod(manual);
  }

  void AskAboutTime(const RowWindow& window) {
    const std::int64_t says = window.time / 1000;
    const std::string time = ToBeijingString(window.time);
    if (window.not_before && says + trust_.slack_seconds < *window.not_before) {
      report_.Doubt(
          StrCat("第", window.seq, "条自称办理于 ", time, "，但见证方在 ",
                 BeijingTime(*window.not_before), " 看到的日志里还没有它：可能是事后补录"),
          StrCat("row ", window.seq, " says ", time,
                 ", but a witness saw the log "
                 "without it at ",
                 BeijingTime(*window.not_before), ": back-dated?"));
    }
    if (window.not_after && says > *window.not_after + trust_.slack_seconds) {
      report_.Doubt(StrCat("第", window.seq, "条自称办理于 ", time, "，但见证方在 ",
                           BeijingTime(*window.not_after), " 已看到它"),
                    StrCat("row ", window.seq, " says ", time, ", but a witness saw it at ",
                           BeijingTime(*window.not_after), " already"));
    }
  }

  void TellPeriod(bool manual) {
    const RowWindow& first = windows_.front();
    const RowWindow& last = windows_.back();
    if (last.not_after) {
      const std::string begin = first.not_before ? BeijingTime(*first.not_before) : "";
      report_.Proved(
          StrCat("时间（北京时间，以见证方的时钟为准）：全部条目至迟在 ",
                 BeijingTime(*last.not_after), " 已在日志中",
                 begin.empty() ? "" : StrCat("；见证方在 ", begin, " 所见的日志里还没有第一条")),
          StrCat("time (Beijing, by the witnesses' clocks): all rows were in the log by ",
                 BeijingTime(*last.not_after),
                 begin.empty() ? "" : StrCat("; at ", begin, " the first was not yet in it")));
    }
    if (!last.not_after) {
      report_.NotProved(
          "各条何时写成：最后一条之后的检查点没有可信的见证签名，时间只是办公室自己的说法",
          "when the rows were written: no trusted witness signed a checkpoint behind the last row, "
          "so the times are the office's own word");
    } else if (!first.not_before) {
      report_.NotProved("第一条最早何时写成：它之前没有见证方签过的检查点",
                        "how early the first row was written: no witnessed checkpoint precedes it");
    }
    if (manual) {
      report_.NotProved("条目上的时间：本日志用的是演练时钟",
                        "the rows' own times: this log runs on a manual clock");
    }
  }

  // ---- contents

  void CheckPayloads() {
    for (size_t seq = 0; seq < rows_.size(); ++seq) {
      const std::string name = StrCat(kPayloads, RowName(static_cast<std::int64_t>(seq)));
      const std::string* payload = Find(name + ".json");
      const std::string* hex = Find(name + ".key");
      if (payload == nullptr && hex == nullptr) continue;
      const std::optional<std::string> key = hex != nullptr && hex->ends_with('\n')
                                                 ? FromHex(hex->substr(0, hex->size() - 1))
                                                 : std::nullopt;
      if (payload == nullptr || !key || ToHex(Commit(*key, *payload)) != rows_[seq].commit) {
        Wrong(name, "内容不是历史所承诺的", "is not what the row commits to");
        continue;
      }
      const Result<Value> value = ReadCanonical(*payload);
      const Context* fields = value ? value->context() : nullptr;
      if (fields == nullptr || ToHex(FieldsRoot(*key, *fields)) != rows_[seq].fields_root) {
        Wrong(name, "字段根不符", "the fields' root differs");
        continue;
      }
      payloads_.emplace(static_cast<std::int64_t>(seq), *value);
    }
    const auto shown = static_cast<std::int64_t>(payloads_.size());
    if (shown > 0) {
      report_.Proved(StrCat(shown, " 条的内容正是当时写下的"),
                     StrCat("the contents of ", shown, " rows are what was written then"));
    }
    const std::int64_t hidden = static_cast<std::int64_t>(rows_.size()) - shown;
    if (hidden > 0) {
      report_.NotProved(
          StrCat(hidden, " 条的内容：没有出示（不予公开，或已依法删除）"),
          StrCat("the contents of ", hidden, " rows: not shown (withheld, or lawfully erased)"));
    }
  }

  void CheckDocuments() {
    std::map<std::string, const std::string*> files;
    for (const std::string& name : Below(kDocuments)) files[name] = Find(StrCat(kDocuments, name));
    CheckPapers(files, rows_, report_);
  }

  // The case as it stands after its last row, which says the state's hash.
  Value ProvedState() {
    const std::string* bytes = Find(std::string(kState));
    if (bytes == nullptr || rows_.empty()) return Value();
    const Result<Value> state = ReadCanonical(*bytes);
    if (!state || ToHex(Sha256(*bytes)) != rows_.back().state_hash) {
      Wrong(std::string(kState), "不是最后一条历史所载的现状",
            "is not the state the last row names");
      return Value();
    }
    report_.Proved("案卷现状 state.json 正是最后一条历史所载",
                   "state.json is the case's state as the last row names it");
    return *state;
  }

  void CheckDisclosed() {
    const ProvedContents proved{rows_, payloads_, ProvedState()};
    std::map<std::string, const std::string*> files;
    for (const std::string& name : Below(kDisclosed)) files[name] = Find(StrCat(kDisclosed, name));
    CheckDisclosures(files, case_, proved, report_);
  }

  void TellTheRest() {
    const bool witnessed = newest_ && newest_->FirstSeen().has_value();
    if (newest_ && !witnessed) {
      report_.NotProved(
          "日志有没有被掌握签名钥的人整个改写过：检查点上没有可信见证方的签名",
          "that nobody who holds the log's key wrote the whole log anew: no trusted witness signed "
          "the checkpoint");
    }
    if (newest_) {
      report_.NotProved("所记的事实本身是否真实：证明的是记录未被改动、增删，不是记录的内容属实",
                        "that what was recorded is true: proved is that the record is as written");
    }
    std::string others;
    for (const auto& [name, bytes] : files_) {
      if (used_.contains(name)) continue;
      const bool placed = name.starts_with(kProofs) || name.starts_with(kEarlier) ||
                          name.starts_with(kKeys) || name.starts_with(kPayloads);
      if (placed && newest_)
        Wrong(name, "多出的证明文件", "a file of proofs that belongs to nothing");
      if (!placed) others += StrCat(others.empty() ? "" : ", ", name);
    }
    if (others.empty() || !newest_) return;
    report_.NotProved(StrCat("这些文件没有任何证明：", others),
                      StrCat("these files are proved by nothing: ", others));
  }

  const DossierFiles& files_;
  const Trust& trust_;
  std::set<std::string> used_;
  Report report_;
  std::vector<RowWindow> windows_;
  std::vector<VerifierKey> keys_;                             // trusted
  std::vector<VerifierKey> claimed_;                          // these and those the dossier names
  std::vector<std::pair<std::uint64_t, KeyChange>> changes_;  // by position
  std::string log_;
  std::string case_;
  std::vector<Leaf> rows_;
  std::vector<Hash> hashes_;
  std::vector<std::uint64_t> indexes_;
  std::optional<SignedCheckpoint> newest_;
  std::vector<Checkpoint> earlier_;
  std::vector<Seen> seen_;
  std::map<std::int64_t, Value> payloads_;  // proved, by row
};

}  // namespace

DossierVerdict VerifyDossier(const DossierFiles& files, const Trust& trust) {
  return DossierVerifier(files, trust).Run();
}

}  // namespace anjuan::trail
