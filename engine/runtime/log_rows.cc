#include "engine/runtime/log_rows.h"

#include <optional>

#include "engine/port/schema.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/records.h"
#include "engine/trail/heads.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

std::string LeafOf(port::Reader& reader, const std::string& area, const std::string& case_id,
                   std::int64_t seq) {
  if (case_id == trail::kOfficeCase) {
    const std::optional<LogRow> row = OfficeRow(reader, seq);
    return row ? row->leaf : "";
  }
  const auto row = reader.Get(port::history::kTable, Row{Cell(area), Cell(case_id), Cell(seq)});
  return row ? TextOf(*row, port::history::kLeaf) : "";
}

void ScanLogRows(port::Reader& reader, const std::string& area, const std::string& case_id,
                 std::int64_t from, std::int64_t most,
                 const std::function<void(const LogRow&)>& visit) {
  if (case_id == trail::kOfficeCase) {
    for (std::int64_t seq = from; seq < from + most; ++seq) {
      const std::optional<LogRow> row = OfficeRow(reader, seq);
      if (!row) return;
      visit(*row);
    }
    return;
  }
  reader.Scan(port::history::kTable,
              {.prefix = {Cell(area), Cell(case_id)}, .from = Cell(from), .limit = most},
              [&](const Row& row) {
                visit({.seq = IntegerOf(row, port::history::kSeq),
                       .at = IntegerOf(row, port::history::kAt),
                       .leaf = TextOf(row, port::history::kLeaf)});
                return true;
              });
}

std::int64_t LastLogRow(port::Reader& reader, const std::string& area, const std::string& case_id) {
  if (case_id == trail::kOfficeCase) return CountOfficeEvents(reader) - 1;
  const auto record = LoadCase(reader, area, case_id);
  return record ? record->seq : -1;
}

}  // namespace anjuan::runtime
