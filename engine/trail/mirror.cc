#include "engine/trail/mirror.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/dossier.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/leaf.h"
#include "engine/trail/log_verifier.h"
#include "engine/trail/tiles.h"

namespace anjuan::trail {

namespace {

// 1234067 is x001/x234/067.
std::string NumberPath(std::uint64_t index, std::uint64_t width) {
  const auto group = [](std::uint64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string path = group(index % 1000);
  for (index /= 1000; index > 0; index /= 1000) path = StrCat("x", group(index % 1000), "/", path);
  return width == kTileWidth ? path : StrCat(path, ".p/", width);
}

class MirrorVerifier {
 public:
  MirrorVerifier(const ReadMirror& read, std::vector<VerifierKey> keys, bool deep)
      : read_(read), keys_(std::move(keys)), deep_(deep) {}

  MirrorVerdict Run(const std::vector<std::uint64_t>& sizes,
                    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    ReadKeys();
    const std::optional<std::string> bytes = read_(std::string(kCheckpoint));
    const auto newest = bytes ? Parse(*bytes) : std::nullopt;
    if (!newest) {
      report_.Mistake("没有可读的 checkpoint 文件", "there is no readable file checkpoint");
      return Finish();
    }
    origin_ = newest->origin;
    notes_[newest->size] = {*bytes};
    for (const std::uint64_t size : sizes) AddNote(size);
    LogVerifier verifier(origin_);
    verifier_ = &verifier;
    while (verifier.size() < newest->size && ReadBundle(newest->size)) {
      progress(verifier.size(), newest->size);
    }
    if (!report_.Has(Statement::Kind::kMistake)) Tell(*newest);
    verdict_.leaves = verifier.size();
    verdict_.cases = verifier.cases();
    return Finish();
  }

 private:
  MirrorVerdict Finish() {
    verdict_.report = std::move(report_);
    return std::move(verdict_);
  }

  static std::optional<Checkpoint> Parse(const std::string& bytes) {
    const auto note = ParseNote(bytes);
    const auto checkpoint = note ? ParseCheckpoint(note->text) : Result<Checkpoint>(Fail("", ""));
    if (!checkpoint) return std::nullopt;
    return *checkpoint;
  }

  void ReadKeys() {
    const std::optional<std::string> text = read_(std::string(kVkeys));
    const auto own = text ? ReadVkeys(*text) : Result<std::vector<VerifierKey>>({});
    if (!own || (text && WriteVkeys(*own) != *text)) {
      report_.Mistake("vkeys.txt：不是规定的写法", "vkeys.txt: is malformed");
      return;
    }
    claimed_ = *own;
    claimed_.insert(claimed_.end(), keys_.begin(), keys_.end());
    if (!keys_.empty()) return;
    keys_ = *own;
    report_.NotProved("公钥取自镜像自带的 vkeys.txt，未经独立核对。请用 --trust 指定另行公布的公钥",
                      "the keys come from the mirror itself; give those published with --trust");
  }

  void AddNote(std::uint64_t size) {
    const std::string path = StrCat(kEarlier, size);
    const std::optional<std::string> bytes = read_(path);
    const auto checkpoint = bytes ? Parse(*bytes) : std::nullopt;
    const std::uint64_t newest = notes_.rbegin()->first;
    if (!checkpoint || checkpoint->size != size || checkpoint->origin != origin_) {
      report_.Mistake(StrCat(path, "：不是这个日志的检查点"),
                      StrCat(path, ": is no checkpoint of this log"));
    } else if (size > newest) {
      report_.Mistake(
          StrCat("日志只有 ", newest, " 条，比先前所见的 ", size, " 条短：被截短，或从旧备份恢复"),
          StrCat("the log has ", newest, " leaves, ", size,
                 " were seen before: it was cut, or an old backup restored"));
    } else {
      notes_[size].push_back(*bytes);
    }
  }

  bool ReadBundle(std::uint64_t size) {
    const std::uint64_t index = verifier_->size() / kTileWidth;
    const std::uint64_t width = std::min(kTileWidth, size - index * kTileWidth);
    std::optional<std::string> bundle = read_(EntriesPath(index, width));
    if (!bundle) bundle = read_(EntriesPath(index, kTileWidth));
    const auto leaves = bundle ? ReadEntries(*bundle) : std::nullopt;
    if (!leaves || leaves->size() < width) {
      report_.Mistake(StrCat(EntriesPath(index, width), "：缺少或不全"),
                      StrCat(EntriesPath(index, width), ": missing or cut off"));
      return false;
    }
    for (std::uint64_t i = 0; i < width; ++i) {
      if (const auto wrong = verifier_->Next((*leaves)[i], deep_)) {
        report_.Mistake(StrCat("第", wrong->position, "位：", wrong->chinese),
                        StrCat("position ", wrong->position, ": ", wrong->english));
        return false;
      }
      if (!CheckNotes()) return false;
    }
    return true;
  }

  // The tree as it was when checkpoints were signed.
  bool CheckNotes() {
    const auto notes = notes_.find(verifier_->size());
    if (notes == notes_.end()) return true;
    return std::ranges::all_of(notes->second,
                               [this](const std::string& note) { return CheckNote(note); });
  }

  bool CheckNote(const std::string& note) {
    std::vector<VerifierKey> named = claimed_;
    std::vector<VerifierKey> trusted = keys_;
    for (const auto& [place, change] : verifier_->key_changes()) {
      named.push_back(change.new_key);
      if (std::ranges::find(trusted, change.old_key) != trusted.end()) {
        trusted.push_back(change.new_key);
      }
    }
    auto opened = OpenCheckpoint(note, named);
    // A line of somebody nobody names could be anything.
    bool holds = opened && opened->verified.size() == opened->note.signatures.size();
    if (holds) {
      std::erase_if(opened->verified, [&](const Verified& by) {
        return std::ranges::find(trusted, by.key) == trusted.end();
      });
      holds = verifier_->key_changes().empty()
                  ? std::ranges::any_of(opened->verified,
                                        [&](const Verified& by) { return by.key.name == origin_; })
                  : opened->SignedBy(verifier_->key_changes().back().second.new_key);
    }
    const std::uint64_t size = verifier_->size();
    if (!holds || opened->checkpoint.origin != origin_) {
      report_.Mistake(StrCat(size, " 条的检查点：签名不成立，或出自没有列出的公钥"),
                      StrCat("checkpoint of ", size, " leaves: signatures do not hold"));
      return false;
    }
    if (opened->checkpoint.root != verifier_->Root()) {
      report_.Mistake(StrCat(size, " 条的检查点：根哈希与各条不符，历史被改写"),
                      StrCat("checkpoint of ", size,
                             " leaves: not the root of these leaves; history was rewritten"));
      return false;
    }
    ++checked_;
    if (const auto seen = opened->FirstSeen()) {
      ++witnessed_;
      last_seen_ = {size, *seen};
      if (first_seen_.first == 0) first_seen_ = last_seen_;
    }
    return true;
  }

  void Tell(const Checkpoint& newest) {
    report_.Proved(StrCat("日志 ", origin_, " 的 ", newest.size, " 条与 ", checked_,
                          " 个已签名的检查点逐一相符，没有改动、增删、换序"),
                   StrCat("the ", newest.size, " leaves of ", origin_, " are those of ", checked_,
                          " signed checkpoints; none was changed, added, taken out or moved"));
    report_.Proved(StrCat(verifier_->cases(), " 个案卷的历史都序号无缺、逐条相扣；",
                          verifier_->heads_records(), " 条末条记录都与重新计算的一致"),
                   StrCat("the rows of ", verifier_->cases(), " cases are without gaps; ",
                          verifier_->heads_records(), " heads records are as computed again"));
    TellOffice();
    if (witnessed_ > 0) {
      report_.Proved(
          StrCat("见证方签过其中 ", witnessed_, " 个检查点：", first_seen_.first, " 条（",
                 ToBeijingString(first_seen_.second * 1000), "）至 ", last_seen_.first, " 条（",
                 ToBeijingString(last_seen_.second * 1000), "，北京时间），其间没有改写"),
          StrCat("witnesses signed ", witnessed_, " of them, from ", first_seen_.first,
                 " leaves at ", ToBeijingString(first_seen_.second * 1000), " to ",
                 last_seen_.first, " at ", ToBeijingString(last_seen_.second * 1000),
                 " (Beijing time)"));
    } else {
      report_.NotProved("整个日志有没有被掌握签名钥的人改写过：没有可信见证方的签名",
                        "that nobody with the log's key wrote it anew: no trusted witness signed");
    }
    if (verifier_->since_heads() > 0) {
      report_.NotProved(
          StrCat("最后 ", verifier_->since_heads(), " 条之后没有末条记录"),
          StrCat("no heads record stands behind the last ", verifier_->since_heads(), " leaves"));
    }
    report_.NotProved("各条所承诺的内容和文书：镜像里只有承诺，没有内容",
                      "contents and papers: the mirror holds commitments alone");
  }

  // Keys changed, returns erased, cases disposed of: what was done to the office as a whole.
  void TellOffice() {
    for (const Head& head : verifier_->Heads()) {
      if (head.case_id != kOfficeCase) continue;
      report_.Proved(
          StrCat("其中之一不是案卷，而是办公库自身的记录 ", head.seq + 1, " 条"),
          StrCat("one of them is no case but the office's own log, of ", head.seq + 1, " rows"));
    }
  }

  const ReadMirror& read_;
  std::vector<VerifierKey> keys_;     // trusted
  std::vector<VerifierKey> claimed_;  // these and those the mirror names
  bool deep_;
  Report report_;
  MirrorVerdict verdict_;
  std::string origin_;
  std::map<std::uint64_t, std::vector<std::string>> notes_;  // one size may be signed twice
  LogVerifier* verifier_ = nullptr;
  std::uint64_t checked_ = 0;
  std::uint64_t witnessed_ = 0;
  std::pair<std::uint64_t, std::int64_t> first_seen_;
  std::pair<std::uint64_t, std::int64_t> last_seen_;
};

}  // namespace

std::string EntriesPath(std::uint64_t index, std::uint64_t width) {
  return StrCat("tile/entries/", NumberPath(index, width));
}

std::string TilePath(int level, std::uint64_t index, std::uint64_t width) {
  return StrCat("tile/", level, "/", NumberPath(index, width));
}

void AppendEntry(std::string& bundle, std::string_view leaf) {
  ANJUAN_CHECK(leaf.size() <= kMaxLeafBytes);
  bundle += static_cast<char>(leaf.size() >> 8U);
  bundle += static_cast<char>(leaf.size() & 0xFFU);
  bundle += leaf;
}

std::optional<std::vector<std::string_view>> ReadEntries(std::string_view bundle) {
  std::vector<std::string_view> out;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return std::nullopt;
    const size_t size = static_cast<size_t>(static_cast<unsigned char>(bundle[0])) << 8U |
                        static_cast<unsigned char>(bundle[1]);
    if (bundle.size() < 2 + size) return std::nullopt;
    out.push_back(bundle.substr(2, size));
    bundle.remove_prefix(2 + size);
  }
  return out;
}

MirrorVerdict VerifyMirror(const ReadMirror& read, const std::vector<std::uint64_t>& sizes,
                           const std::vector<VerifierKey>& keys, bool deep,
                           const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  return MirrorVerifier(read, keys, deep).Run(sizes, progress);
}

}  // namespace anjuan::trail
