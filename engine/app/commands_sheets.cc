// sheet, sheets, import returns, import sheets: forms and ledgers out, returned forms in.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>

#include "engine/app/returns.h"
#include "engine/app/sheet_text.h"
#include "engine/base/text.h"
#include "engine/form/statistics.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/received.h"
#include "engine/value/json.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::app {

bool ReadDay(const std::string& text, const char* option, std::optional<Date>& out,
             const Streams& streams) {
  if (text.empty()) return true;
  out = ParseDate(text);
  if (!out) streams.err << "error: " << option << " " << text << ": no date; write 2023-03-01\n";
  return out.has_value();
}

namespace {

// 4306**********123X, 138****0000.
std::string MaskedText(const std::string& kind, const std::string& text) {
  const size_t first = kind == "id_number" ? 4 : 3;
  constexpr size_t kLast = 4;
  if (text.size() <= first + kLast) return std::string(text.size(), '*');
  return StrCat(text.substr(0, first), std::string(text.size() - first - kLast, '*'),
                text.substr(text.size() - kLast));
}

}  // namespace

runtime::FilledSheet MaskedForScreen(const runtime::FilledSheet& sheet) {
  runtime::FilledSheet out = sheet;
  for (size_t i = 0; i < out.description.columns.size(); ++i) {
    const doc::SheetColumn& column = out.description.columns[i];
    if (column.personal != "id_number" && column.personal != "phone") continue;
    for (Context& row : out.data.rows) {
      Value* value = row.Find(column.key);
      if (value == nullptr || value->string() == nullptr) continue;
      *value = Value(MaskedText(column.personal, *value->string()));
    }
    for (int row = 0; row < out.model.body_count; ++row) {
      doc::SheetCell& cell =
          out.model.rows[static_cast<size_t>(out.model.body_first + row)].cells[i];
      cell.text = MaskedText(column.personal, cell.text);
    }
  }
  return out;
}

namespace {

// --data: rows that are shown and written, kept nowhere.
bool ReadInput(const Options& options, const Streams& streams, OpenOffice& open,
               runtime::SheetRequest& request) {
  std::optional<std::string> bytes = ReadFile(options.data);
  if (!bytes) {
    streams.err << "error: cannot read " << options.data << "\n";
    return false;
  }
  const std::unique_ptr<port::SheetReader> sheet_reader = xlsx::NewSheetReader();
  bool good = false;
  open.office().store().Read([&](port::Reader& reader) {
    const Result<runtime::StoredSheet> sheet = runtime::LoadSheet(reader, request.id);
    if (!sheet) {
      PrintMistakes(sheet.error(), streams);
      return;
    }
    runtime::FormReading how;
    how.sheet_reader = sheet_reader.get();
    how.sheet = options.sheet;
    how.today = BeijingDate(open.office().Now(reader));
    Result<runtime::FilledForm> form = runtime::ReadForm(
        open.office(), reader, *sheet, {.name = options.data, .bytes = std::move(*bytes)}, how);
    if (!form) {
      PrintMistakes(form.error(), streams);
      return;
    }
    PrintMistakes(form->warnings, streams);
    if (options.unit.empty() && !form->unit.empty()) request.unit = form->unit;
    request.id = form->id;
    request.input = std::move(*form);
    good = true;
  });
  return good;
}

bool Sensible(const Options& options, const Streams& streams) {
  const bool freeze = options.freeze || !options.replaces.empty();
  const int origins = (options.blank ? 1 : 0) + (options.data.empty() ? 0 : 1) +
                      (options.received || !options.by.empty() ? 1 : 0);
  if (origins > 1) {
    streams.err << "error: --blank, --data and --returned (--by) exclude each other\n";
    return false;
  }
  if (freeze && (options.blank || !options.data.empty())) {
    streams.err << "error: --freeze keeps what was counted or sent back, not --blank or --data\n";
    return false;
  }
  return true;
}

void Show(const runtime::FilledSheet& sheet, const Options& options, const Streams& streams) {
  const runtime::FilledSheet shown = MaskedForScreen(sheet);
  if (options.json) {
    streams.out << WriteJson(SheetJson(shown), 2) << "\n";
  } else {
    streams.out << SheetText(shown.model);
  }
  if (!options.output.empty()) xlsx::NewSheetWriter()->Write(sheet.model, options.output);
}

}  // namespace

int Sheet(const Options& options, const Streams& streams) {
  if (!Sensible(options, streams)) return kExitCannot;
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  runtime::SheetRequest request;
  request.id = options.names[0];
  request.region = options.region;
  request.blank = options.blank;
  request.blank_rows = options.rows;
  request.by_region = options.by == "region";
  request.received = options.received || request.by_region;
  const bool nobodys = options.blank && options.region.empty();
  request.unit = options.unit;
  if (request.unit.empty() && !nobodys) request.unit = UnitOf(*open, options.region);
  if (!ReadDay(options.from, "--from", request.from, streams) ||
      !ReadDay(options.to, "--to", request.to, streams) ||
      !ReadDay(options.closing, "--closing", request.closing, streams)) {
    return kExitCannot;
  }
  if (!options.data.empty() && !ReadInput(options, streams, *open, request)) return kExitFindings;
  if (options.freeze || !options.replaces.empty()) {
    return FreezeReturn(options, streams, *open, request);
  }
  const Result<runtime::FilledSheet> sheet = runtime::FillSheet(open->office(), request);
  if (!sheet) {
    PrintMistakes(sheet.error(), streams);
    return kExitFindings;
  }
  PrintMistakes(sheet->warnings, streams);
  Show(*sheet, options, streams);
  return kExitDone;
}

// ---- what was sent back -----------------------------------------------------------------------

namespace {

Value ToJson(const runtime::ReceivedReturn& record) {
  return Value(Context({{"kind", Value("received")},
                        {"id", Value(record.id)},
                        {"sheet", Value(record.sheet)},
                        {"region", Value(record.region)},
                        {"unit", Value(record.unit)},
                        {"from", Value(record.from)},
                        {"to", Value(record.to)},
                        {"file", Value(record.file)},
                        {"file_hash", Value(record.file_hash)},
                        {"rows", Value(record.rows)},
                        {"received_at", Value(record.received_at)},
                        {"by", Value(record.by)},
                        {"replaces", Value(record.replaces)},
                        {"replaced_by", Value(record.replaced_by)},
                        {"content", Value(record.content)},
                        {"hash", Value(record.hash)}}));
}

std::string RegionName(OpenOffice& open, const std::string& code) {
  const auto registers = open.office().registers();
  const runtime::Region* region = registers->FindRegion(code);
  return region == nullptr ? code : region->name;
}

void PrintLine(const runtime::ReceivedReturn& record, const Options& options, OpenOffice& open,
               const Streams& streams) {
  if (options.json) {
    streams.out << WriteJson(ToJson(record)) << "\n";
    return;
  }
  streams.out << record.id << "\t" << record.title << "\t" << RegionName(open, record.region)
              << "\t" << record.rows << "行\t";
  if (!record.from.empty() || !record.to.empty()) {
    streams.out << record.from << "—" << record.to << "\t";
  }
  streams.out << "收到 " << ToBeijingString(ParseUtcInstant(record.received_at).value_or(0)) << " "
              << record.by << "\t" << record.file << " " << record.file_hash.substr(0, 16);
  if (!record.replaces.empty()) streams.out << "\t更正 " << record.replaces;
  if (!record.replaced_by.empty()) streams.out << "\t已被 " << record.replaced_by << " 更正";
  streams.out << "\n";
}

}  // namespace

int ImportReturns(const Options& options, const Streams& streams, OpenOffice& open) {
  runtime::ReceiveCommand command;
  command.sheet = options.names[1];
  command.region = options.region;
  command.who = WhoOf(options);
  command.replaces = options.replaces;
  command.dry_run = options.dry_run;
  command.tab = options.sheet;
  if (!ReadDay(options.from, "--from", command.from, streams) ||
      !ReadDay(options.to, "--to", command.to, streams)) {
    return kExitCannot;
  }
  if (options.names.size() < 3) {
    streams.err << "error: import returns " << command.sheet << ": no file named\n";
    return kExitCannot;
  }
  for (size_t i = 2; i < options.names.size(); ++i) {
    std::optional<std::string> bytes = ReadFile(options.names[i]);
    if (!bytes) {
      streams.err << "error: cannot read " << options.names[i] << "\n";
      return kExitCannot;
    }
    command.files.push_back({.name = options.names[i], .bytes = std::move(*bytes)});
  }
  const std::unique_ptr<port::SheetReader> sheet_reader = xlsx::NewSheetReader();
  command.sheet_reader = sheet_reader.get();
  const Result<runtime::Received> received = runtime::ReceiveReturns(open.office(), command);
  if (!received) {
    PrintMistakes(received.error(), streams);
    const auto errors =
        std::ranges::count(received.error(), Severity::kError, &Diagnostic::severity);
    streams.err << errors << " 处有误，" << command.files.size() << " 个文件都没有收\n";
    return kExitFindings;
  }
  PrintMistakes(received->warnings, streams);
  for (const runtime::ReceivedReturn& record : received->kept) {
    PrintLine(record, options, open, streams);
  }
  if (options.json) return kExitDone;
  for (const runtime::ReceivedReturn& record : received->known) {
    streams.out << record.id << "\t已收过同一个文件，没有变化\n";
  }
  streams.out << command.files.size() << " 个文件，新收 " << received->kept.size() << " 份"
              << (options.dry_run ? "（只检查，未保存）" : "") << "\n";
  return kExitDone;
}

int ImportSheets(const Options& options, const Streams& streams, OpenOffice& open) {
  runtime::Files files;
  Diagnostics mistakes;
  for (size_t i = 1; i < options.names.size(); ++i) {
    const std::string& name = options.names[i];
    const std::optional<std::string> text = ReadFile(name);
    if (!text) {
      streams.err << "error: cannot read " << name << "\n";
      return kExitCannot;
    }
    const Result<doc::SheetDescription> sheet = doc::ReadSheet(*text, name);
    if (!sheet) Append(mistakes, sheet.error());
    const auto counting = form::ReadCounting(*text, name);
    if (!counting) Append(mistakes, counting.error());
    if (sheet && counting) files[StrCat("sheets/", sheet->id, ".json")] = *text;
  }
  PrintMistakes(mistakes, streams);
  if (HasError(mistakes)) return kExitFindings;
  if (options.dry_run) {
    streams.out << files.size() << " 张表，没有错误（只检查，未保存）\n";
    return kExitDone;
  }
  const Result<runtime::ImportReport> report = runtime::ImportShared(open.office(), files);
  if (!report) {
    PrintMistakes(report.error(), streams);
    return kExitFindings;
  }
  streams.out << report->rows << " 张表，" << report->changed << " 张新增或有变化\n";
  return kExitDone;
}

// ---- the list ---------------------------------------------------------------------------------

namespace {

struct SheetLine {
  std::string id;
  std::string title;
  std::string source;
  std::string origin;  // live, received, given
  int received = 0;    // standing
  int frozen = 0;
};

std::string_view OriginName(runtime::SheetOrigin origin) {
  switch (origin) {
    case runtime::SheetOrigin::kLive:
      return "live";
    case runtime::SheetOrigin::kReceived:
      return "received";
    case runtime::SheetOrigin::kGiven:
      return "given";
  }
  return "";
}

std::string_view OriginLabel(std::string_view origin) {
  if (origin == "live") return "按案卷实时生成";
  return origin == "given" ? "下发的固定表" : "各地回报后汇总";
}

void PrintSheets(const Options& options, const std::vector<SheetLine>& lines,
                 const Streams& streams) {
  for (const SheetLine& line : lines) {
    if (options.json) {
      streams.out << WriteJson(Value(Context({{"kind", Value("sheet")},
                                              {"id", Value(line.id)},
                                              {"title", Value(line.title)},
                                              {"source", Value(line.source)},
                                              {"origin", Value(line.origin)},
                                              {"received", Value(line.received)},
                                              {"frozen", Value(line.frozen)}})))
                  << "\n";
      continue;
    }
    streams.out << line.id << "\t" << line.title << "\t" << line.source << "\t"
                << OriginLabel(line.origin);
    if (line.received > 0) streams.out << "，已收 " << line.received << " 份";
    if (line.frozen > 0) streams.out << "，定稿 " << line.frozen << " 份";
    streams.out << "\n";
  }
}

int PrintReceived(const std::string& id, const Options& options, OpenOffice& open,
                  const Streams& streams) {
  runtime::SheetRequest request;
  Diagnostics mistakes;
  std::optional<runtime::ReceivedReturn> record;
  open.office().store().Read([&](port::Reader& reader) {
    Result<runtime::ReceivedRows> rows = runtime::LoadReceived(open.office(), reader, id);
    if (!rows) {
      mistakes = rows.error();
      return;
    }
    record = rows->record;
    request.id = rows->record.sheet;
    request.unit = rows->record.unit;
    request.input = runtime::FilledForm{.id = rows->record.sheet,
                                        .unit = rows->record.unit,
                                        .fixed = std::move(rows->fixed),
                                        .rows = std::move(rows->rows),
                                        .count = static_cast<int>(rows->record.rows),
                                        .warnings = {}};
  });
  Result<runtime::FilledSheet> sheet =
      record ? runtime::FillSheet(open.office(), request) : Unexpected{mistakes};
  if (!sheet) {
    PrintMistakes(sheet.error(), streams);
    return kExitFindings;
  }
  Show(*sheet, options, streams);
  for (const runtime::ReceivedReturn& each : [&] {
         std::vector<runtime::ReceivedReturn> all;
         open.office().store().Read(
             [&](port::Reader& reader) { all = runtime::ListReceived(reader); });
         return all;
       }()) {
    if (each.id == id && !options.json) PrintLine(each, options, open, streams);
  }
  return kExitDone;
}

// Every sheet and every use of it, with what is there of it.
std::vector<SheetLine> SheetLines(port::Reader& reader,
                                  const std::vector<runtime::ReceivedReturn>& received,
                                  const std::vector<runtime::FrozenReturn>& frozen) {
  std::vector<SheetLine> out;
  const auto add = [&](const std::string& id, const std::string& title,
                       const doc::SheetDescription& sheet) {
    SheetLine line = {.id = id,
                      .title = title,
                      .source = sheet.source,
                      .origin = std::string(OriginName(runtime::OriginOf(sheet)))};
    line.received = static_cast<int>(std::ranges::count_if(received, [&](const auto& record) {
      return record.sheet == id && record.replaced_by.empty();
    }));
    line.frozen = static_cast<int>(std::ranges::count_if(frozen, [&](const auto& record) {
      return record.sheet == id && record.replaced_by.empty();
    }));
    out.push_back(std::move(line));
  };
  for (const std::string& id : runtime::SheetIds(reader)) {
    const Result<runtime::StoredSheet> sheet = runtime::LoadSheet(reader, id);
    if (!sheet) continue;  // check tells
    add(id, sheet->description.title, sheet->description);
    for (const doc::SheetUse& use : sheet->description.uses) {
      add(StrCat(id, ".", use.key), use.title, sheet->description);
    }
  }
  return out;
}

}  // namespace

int Sheets(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  std::vector<runtime::FrozenReturn> frozen;
  std::vector<runtime::ReceivedReturn> received;
  std::vector<SheetLine> lines;
  open->office().store().Read([&](port::Reader& reader) {
    frozen = runtime::ListReturns(reader);
    received = runtime::ListReceived(reader);
    lines = SheetLines(reader, received, frozen);
  });
  const std::string wanted = options.names.empty() ? "" : options.names[0];
  if (std::ranges::find(received, wanted, &runtime::ReceivedReturn::id) != received.end()) {
    return PrintReceived(wanted, options, *open, streams);
  }
  const auto same = [&](const std::string& id) {
    return wanted.empty() || id == wanted || id.starts_with(wanted + ".");
  };
  std::erase_if(lines, [&](const SheetLine& line) { return !same(line.id); });
  if (lines.empty()) {
    const Result<runtime::Frozen> one = runtime::LoadReturn(open->office(), wanted);
    if (!one) {
      PrintMistakes(one.error(), streams);
      return kExitFindings;
    }
    PrintFrozen(*one, options, streams);
    return kExitDone;
  }
  PrintSheets(options, lines, streams);
  for (const runtime::ReceivedReturn& record : received) {
    if (same(record.sheet)) PrintLine(record, options, *open, streams);
  }
  for (const runtime::FrozenReturn& record : frozen) {
    if (same(record.sheet)) PrintFrozenLine(record, options, streams);
  }
  return kExitDone;
}

}  // namespace anjuan::app
