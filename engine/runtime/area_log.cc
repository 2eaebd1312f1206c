#include "engine/runtime/area_log.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/port/schema.h"
#include "engine/runtime/log_rows.h"
#include "engine/runtime/records.h"
#include "engine/trail/checkpoint.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

Cell Number(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

std::uint64_t SizeOf(const Row& row, int column) {
  return static_cast<std::uint64_t>(IntegerOf(row, column));
}

// Jumps from one area to the next: as many reads as there are areas.
std::vector<std::string> AreasOf(port::Reader& reader, const port::Table& table, int column) {
  std::vector<std::string> out;
  for (bool more = true; more;) {
    more = false;
    port::Range range{.limit = 1};
    if (!out.empty()) range.from = Cell(out.back() + '\0');
    reader.Scan(table, range, [&](const Row& row) {
      out.push_back(TextOf(row, column));
      more = true;
      return false;
    });
  }
  return out;
}

}  // namespace

AreaLog::AreaLog(const Office& office, port::Reader& reader, std::string area)
    : office_(office),
      reader_(reader),
      area_(std::move(area)),
      origin_(StrCat(office.origin(), "/", area_)) {}

LogState AreaLog::Newest() {
  LogState state;
  reader_.Scan(port::log_checkpoints::kTable,
               {.prefix = {Cell(area_)}, .descending = true, .limit = 1}, [&](const Row& row) {
                 state.size = SizeOf(row, port::log_checkpoints::kSize);
                 state.at = IntegerOf(row, port::log_checkpoints::kAt);
                 state.note = TextOf(row, port::log_checkpoints::kNote);
                 return false;
               });
  return state;
}

trail::ReadTile AreaLog::Tiles() {
  return [this](trail::TilePlace place) -> std::string {
    const auto row =
        reader_.Get(port::log_tiles::kTable,
                    Row{Cell(area_), Cell(std::int64_t{place.first}), Number(place.second)});
    return row ? TextOf(*row, port::log_tiles::kHashes) : "";
  };
}

std::string AreaLog::Leaf(std::uint64_t position) {
  std::string leaf;
  ScanLeaves(position, position + 1, [&](std::uint64_t, const std::string& bytes) {
    leaf = bytes;
    return false;
  });
  return leaf;
}

void AreaLog::ScanLeaves(std::uint64_t from, std::uint64_t to,
                         const std::function<bool(std::uint64_t, const std::string&)>& visit) {
  if (from >= to) return;
  reader_.Scan(
      port::log_leaves::kTable,
      {.prefix = {Cell(area_)}, .from = Number(from), .to = Number(to - 1)}, [&](const Row& row) {
        const std::uint64_t position = SizeOf(row, port::log_leaves::kPosition);
        const std::string& case_id = TextOf(row, port::log_leaves::kCase);
        if (!case_id.empty()) {
          return visit(position,
                       LeafOf(reader_, area_, case_id, IntegerOf(row, port::log_leaves::kSeq)));
        }
        const auto record =
            reader_.Get(port::log_records::kTable, Row{Cell(area_), Number(position)});
        return visit(position, record ? TextOf(*record, port::log_records::kLeaf) : std::string());
      });
}

std::vector<trail::Head> AreaLog::Heads() {
  std::vector<trail::Head> out;
  reader_.Scan(port::log_heads::kTable, {.prefix = {Cell(area_)}}, [&](const Row& row) {
    out.push_back({TextOf(row, port::log_heads::kCase), IntegerOf(row, port::log_heads::kSeq),
                   TextOf(row, port::log_heads::kHash)});
    return true;
  });
  return out;
}

std::optional<trail::Head> AreaLog::HeadOf(const std::string& case_id) {
  const auto row = reader_.Get(port::log_heads::kTable, Row{Cell(area_), Cell(case_id)});
  if (!row) return std::nullopt;
  return trail::Head{case_id, IntegerOf(*row, port::log_heads::kSeq),
                     TextOf(*row, port::log_heads::kHash)};
}

std::vector<std::uint64_t> AreaLog::Records(std::string_view format) {
  std::vector<std::uint64_t> out;
  reader_.Scan(port::log_records::kTable,
               {.index = 0, .prefix = {Cell(area_), Cell(std::string(format))}},
               [&](const Row& row) {
                 out.push_back(SizeOf(row, port::log_records::kPosition));
                 return true;
               });
  return out;
}

std::vector<std::pair<std::uint64_t, trail::VerifierKey>> AreaLog::Keys() {
  std::vector<std::pair<std::uint64_t, trail::VerifierKey>> out;
  reader_.Scan(port::log_keys::kTable, {.prefix = {Cell(area_)}}, [&](const Row& row) {
    const auto key = trail::ParseVkey(TextOf(row, port::log_keys::kVkey));
    if (key) out.emplace_back(SizeOf(row, port::log_keys::kPosition), *key);
    return true;
  });
  return out;
}

std::vector<trail::VerifierKey> AreaLog::Witnesses() {
  std::vector<trail::VerifierKey> out;
  reader_.Scan(port::log_witnesses::kTable, {}, [&](const Row& row) {
    const auto key = trail::ParseVkey(TextOf(row, port::log_witnesses::kVkey));
    if (key) out.push_back(*key);
    return true;
  });
  return out;
}

std::map<std::uint64_t, std::string> AreaLog::Checkpoints(bool witnessed_only) {
  std::map<std::uint64_t, std::string> out;
  port::Range range{.prefix = {Cell(area_)}};
  if (witnessed_only) {
    range.index = 0;
    range.prefix.emplace_back(std::int64_t{1});
  }
  reader_.Scan(port::log_checkpoints::kTable, range, [&](const Row& row) {
    out[SizeOf(row, port::log_checkpoints::kSize)] = TextOf(row, port::log_checkpoints::kNote);
    return true;
  });
  return out;
}

std::string AreaLog::NoteOf(std::uint64_t size) {
  const auto row = reader_.Get(port::log_checkpoints::kTable, Row{Cell(area_), Number(size)});
  return row ? TextOf(*row, port::log_checkpoints::kNote) : "";
}

// The nearest checkpoint that does not hold the position yet, or the first that does.
std::optional<std::uint64_t> AreaLog::SizeBeside(std::int64_t witnessed, std::uint64_t position,
                                                 bool before) {
  std::optional<std::uint64_t> size;
  port::Range range{.index = 0, .prefix = {Cell(area_), Cell(witnessed)}, .limit = 1};
  if (before) {
    range.to = Number(position);
    range.descending = true;
  } else {
    range.from = Number(position + 1);
  }
  reader_.Scan(port::log_checkpoints::kTable, range, [&](const Row& row) {
    size = SizeOf(row, port::log_checkpoints::kSize);
    return false;
  });
  return size;
}

std::vector<std::uint64_t> AreaLog::SizesAround(const std::vector<std::uint64_t>& positions) {
  std::set<std::uint64_t> sizes;
  const auto add = [&](std::optional<std::uint64_t> size) {
    if (size) sizes.insert(*size);
  };
  for (const std::uint64_t position : positions) {
    add(SizeBeside(1, position, true));
    add(SizeBeside(1, position, false));
  }
  // Without a witness: the office's own, so that later dossiers can be held against this one.
  if (sizes.empty() && !positions.empty()) add(SizeBeside(0, positions.front(), false));
  return {sizes.begin(), sizes.end()};
}

std::optional<trail::DossierParts> AreaLog::Dossier(const std::string& case_id) {
  const LogState newest = Newest();
  const std::vector<std::uint64_t> records = Records(trail::kHeadsFormat);
  // Of an older record the heads are not known any more.
  if (records.empty() || records.back() + 1 != newest.size) return std::nullopt;
  trail::TiledTree tree(Tiles(), newest.size);
  const auto placed = [&](std::uint64_t position, std::string leaf) {
    return trail::PlacedLeaf{std::move(leaf), position, tree.ProveInclusion(position)};
  };
  trail::DossierParts parts;
  parts.log = origin_;
  parts.case_id = case_id;
  parts.checkpoint = newest.note;
  parts.heads = placed(records.back(), Leaf(records.back()));
  std::vector<std::uint64_t> positions;
  reader_.Scan(port::log_leaves::kTable, {.index = 0, .prefix = {Cell(area_), Cell(case_id)}},
               [&](const Row& row) {
                 positions.push_back(SizeOf(row, port::log_leaves::kPosition));
                 return true;
               });
  for (const std::uint64_t position : positions) {
    parts.rows.push_back(placed(position, Leaf(position)));
  }
  parts.heads_proof = trail::ProveHead(Heads(), case_id);
  for (const std::uint64_t position : Records(trail::kKeyFormat)) {
    parts.key_changes.push_back(placed(position, Leaf(position)));
  }
  for (const std::uint64_t size : SizesAround(positions)) {
    if (size == newest.size) continue;
    parts.earlier.push_back({size, NoteOf(size), tree.ProveConsistency(size)});
  }
  const auto keys = Keys();
  if (!keys.empty()) parts.keys.push_back(keys.front().second);
  for (const trail::VerifierKey& witness : Witnesses()) parts.keys.push_back(witness);
  if (!tree.Ok()) return std::nullopt;
  return parts;
}

std::string AreaLog::WitnessRequest(std::optional<std::uint64_t> since) {
  const LogState newest = Newest();
  if (newest.note.empty() || since > newest.size) return "";
  const auto witnessed = SizeBeside(1, newest.size, true);
  if (!since && witnessed == newest.size) return "";
  trail::TiledTree tree(Tiles(), newest.size);
  trail::ConsistencyFile file{since ? *since : witnessed.value_or(0), {}, newest.note};
  if (file.old_size > 0) file.proof = tree.ProveConsistency(file.old_size);
  return tree.Ok() ? trail::ToString(file) : "";
}

std::vector<std::string> SealedAreas(port::Reader& reader) {
  return AreasOf(reader, port::log_checkpoints::kTable, port::log_checkpoints::kArea);
}

std::vector<std::string> UnsealedAreas(port::Reader& reader) {
  return AreasOf(reader, port::unsealed::kTable, port::unsealed::kArea);
}

}  // namespace anjuan::runtime
