// A case's papers as an archive binds them: which, in which order, on which pages.
//
// Source:  《文书档案案卷格式》GB/T 9705-2008 (from memory): cover, contents, papers, end sheet;
// pages are
//          counted from the first paper on. The order is data: workflows/shared/volumes.json.
// Errors:  "volume.order": the table of orders, all mistakes at once; "volume.paper": a paper whose
//          bytes are no PDF.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/port/pdf_reader.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

// Codes of papers that stand before all others, and behind them; the rest stand in between, in the
// order in which they were issued.
struct VolumeOrder {
  std::vector<std::string> first;
  std::vector<std::string> last;
};
using VolumeOrders = std::map<std::string, VolumeOrder, std::less<>>;  // by process

Result<VolumeOrders> ReadVolumeOrders(std::string_view text, std::string_view file);

struct VolumePaper {
  DocumentRecord record;   // without bytes
  std::string bytes;       // the PDF; "": erased
  std::string by;          // 责任者, as the paper itself says
  std::int64_t first = 0;  // page, from 1; 0: none
  std::int64_t pages = 0;
  std::string remark;
};

struct CaseVolume {
  std::string title;
  Value cover;  // the variable `volume` of the three templates
  Value contents;
  Value end;
  std::vector<VolumePaper> papers;
  std::int64_t pages = 0;  // of the papers
};

// `unit`: who files the volume (立卷单位).
Result<CaseVolume> GatherVolume(Office& office, port::Reader& reader, const CaseRecord& record,
                                const VolumeOrders& orders, const std::string& unit,
                                const port::PdfReader& pdf);

}  // namespace anjuan::runtime
