#include "engine/runtime/log_audit.h"

#include <map>
#include <utility>

#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/port/schema.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/log_rows.h"
#include "engine/runtime/records.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/log_verifier.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

class LogAudit {
 public:
  LogAudit(const Office& office, port::Reader& reader, const std::string& area)
      : reader_(reader),
        log_(office, reader, area),
        verifier_(log_.origin()),
        notes_(log_.Checkpoints(false)),
        tiles_(log_.Tiles()) {}

  std::string Run() {
    const std::uint64_t size = log_.Newest().size;
    // In steps, so that no scan holds the whole log.
    for (std::uint64_t from = 0; from < size && mistake_.empty(); from += trail::kTileWidth) {
      Step(from, std::min(size, from + trail::kTileWidth));
    }
    if (mistake_.empty() && verifier_.size() != size) Tell(verifier_.size(), "缺少");
    if (mistake_.empty()) CheckTree(size);
    if (mistake_.empty()) CheckHeads();
    return mistake_;
  }

 private:
  void Tell(std::uint64_t position, const std::string& what) {
    mistake_ = StrCat("日志 ", log_.origin(), " 第 ", position, " 位：", what);
  }

  void Step(std::uint64_t from, std::uint64_t to) {
    const std::string tile = tiles_({0, from / trail::kTileWidth});
    if (tile.size() != (to - from) * trail::kHashBytes) return Tell(from, "哈希块不全");
    log_.ScanLeaves(from, to, [&](std::uint64_t position, const std::string& leaf) {
      if (position != verifier_.size()) {
        Tell(verifier_.size(), "缺少");
      } else if (leaf.empty()) {
        Tell(position, "所封存的历史已不在库中");
      } else if (const auto wrong = verifier_.Next(leaf)) {
        Tell(position, wrong->chinese);
      } else if (std::string_view(tile).substr((position - from) * trail::kHashBytes,
                                               trail::kHashBytes) !=
                 AsBytes(verifier_.last_hash())) {
        Tell(position, "与封存时的哈希不符：历史在封存之后被改动");
      } else {
        CheckCheckpoint(position + 1);
      }
      return mistake_.empty();
    });
  }

  // The key in force for a tree of this size: that of the last change inside it.
  void CheckCheckpoint(std::uint64_t size) {
    const auto note = notes_.find(size);
    if (note == notes_.end()) return;
    const auto keys = log_.Keys();
    if (keys.empty()) return Tell(size, "没有日志公钥");
    trail::VerifierKey key = keys.front().second;
    if (!verifier_.key_changes().empty()) key = verifier_.key_changes().back().second.new_key;
    const std::vector<trail::VerifierKey> known = {key};
    const auto opened = trail::OpenCheckpoint(note->second, known);
    const bool holds =
        opened && opened->checkpoint == trail::Checkpoint{log_.origin(), size, verifier_.Root()};
    if (!holds) Tell(size - 1, "检查点的签名或根哈希不符");
  }

  void CheckTree(std::uint64_t size) {
    trail::TiledTree tree(tiles_, size);
    const Hash root = tree.Root();
    if (!tree.Ok() || root != verifier_.Root()) Tell(size, "上层哈希块被改动");
    const auto keys = log_.Keys();
    if (keys.size() != verifier_.key_changes().size() + 1)
      return Tell(size, "公钥表与换钥记录不符");
    for (size_t i = 1; i < keys.size(); ++i) {
      const auto& [position, change] = verifier_.key_changes()[i - 1];
      if (keys[i].first != position + 1 || !(keys[i].second == change.new_key) ||
          !(keys[i - 1].second == change.old_key)) {
        Tell(position, "公钥表与换钥记录不符");
      }
    }
  }

  // What the next sealing starts from; and no row is forgotten.
  void CheckHeads() {
    std::map<std::string, trail::Head> heads;
    for (trail::Head& head : verifier_.Heads()) heads.emplace(head.case_id, head);
    const std::vector<trail::Head> stored = log_.Heads();
    if (stored.size() != heads.size()) return Tell(verifier_.size(), "各案卷的末条表不全");
    for (const trail::Head& head : stored) {
      const auto found = heads.find(head.case_id);
      if (found == heads.end() || !(found->second == head)) {
        return Tell(verifier_.size(), StrCat("案卷 ", head.case_id, " 的末条与日志不符"));
      }
      const std::string name = head.case_id == trail::kOfficeCase ? std::string("办公库记录")
                                                                  : StrCat("案卷 ", head.case_id);
      const std::int64_t last = LastLogRow(reader_, log_.area(), head.case_id);
      if (last < head.seq) return Tell(verifier_.size(), StrCat(name, " 比封存时短"));
      const Row key = {Cell(log_.area()), Cell(head.case_id)};
      if (last > head.seq && !reader_.Get(port::unsealed::kTable, key)) {
        return Tell(verifier_.size(), StrCat(name, " 有未封存而不待封存的历史"));
      }
    }
  }

  port::Reader& reader_;
  AreaLog log_;
  trail::LogVerifier verifier_;
  std::map<std::uint64_t, std::string> notes_;
  trail::ReadTile tiles_;
  std::string mistake_;
};

}  // namespace

std::string VerifyLogs(const Office& office, port::Reader& reader) {
  for (const std::string& area : SealedAreas(reader)) {
    std::string mistake = LogAudit(office, reader, area).Run();
    if (!mistake.empty()) return mistake;
  }
  return "";
}

}  // namespace anjuan::runtime
