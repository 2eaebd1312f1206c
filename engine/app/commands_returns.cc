// sheet --freeze, --replaces: returns as they were sent in.
#include "engine/app/returns.h"
#include "engine/app/sheet_text.h"
#include "engine/base/text.h"
#include "engine/runtime/returns.h"
#include "engine/value/json.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::app {

namespace {

Value ToJson(const runtime::FrozenReturn& record) {
  return Value(Context({{"kind", Value("frozen")},
                        {"id", Value(record.id)},
                        {"sheet", Value(record.sheet)},
                        {"region", Value(record.region)},
                        {"from", Value(record.from)},
                        {"to", Value(record.to)},
                        {"closing", Value(record.closing)},
                        {"frozen_at", Value(record.frozen_at)},
                        {"by", Value(record.by)},
                        {"replaces", Value(record.replaces)},
                        {"replaced_by", Value(record.replaced_by)},
                        {"erased", Value(record.erased)},
                        {"content", Value(record.content)},
                        {"hash", Value(record.hash)}}));
}

Value ToJson(const runtime::Frozen& frozen) {
  List differences;
  for (const runtime::CellDifference& each : frozen.differences) {
    differences.emplace_back(Context({{"row", Value(each.row)},
                                      {"column", Value(each.column)},
                                      {"before", Value(each.before)},
                                      {"after", Value(each.after)}}));
  }
  Context out = *ToJson(frozen.record).context();
  out.Set("figures", SheetJson(frozen.sheet));
  out.Set("differences", Value(std::move(differences)));
  return Value(std::move(out));
}

std::string Line(const runtime::FrozenReturn& record) {
  std::string line =
      StrCat(record.id, "\t", record.title, "\t", record.unit, "\t",
             record.from.empty() ? "…" : record.from, "—", record.to.empty() ? "…" : record.to,
             "\t截至", record.closing, "\t定稿 ",
             ToBeijingString(ParseUtcInstant(record.frozen_at).value_or(0)), " ", record.by);
  if (!record.replaces.empty()) line += StrCat("\t更正 ", record.replaces);
  if (!record.replaced_by.empty()) line += StrCat("\t已被 ", record.replaced_by, " 更正");
  if (record.erased) line += "\t内容已依法删除";
  return line;
}

void Print(const runtime::Frozen& frozen, const Options& options, const Streams& streams) {
  if (options.json) {
    runtime::Frozen shown = frozen;
    shown.sheet = MaskedForScreen(frozen.sheet);
    streams.out << WriteJson(ToJson(shown), 2) << "\n";
  } else {
    streams.out << SheetText(MaskedForScreen(frozen.sheet).model) << Line(frozen.record) << "\n";
    for (const runtime::CellDifference& each : frozen.differences) {
      streams.out << "\t" << each.row << " " << each.column << "："
                  << (each.before.empty() ? "（空）" : each.before) << " → "
                  << (each.after.empty() ? "（空）" : each.after) << "\n";
    }
  }
  if (!options.output.empty()) xlsx::NewSheetWriter()->Write(frozen.sheet.model, options.output);
}

}  // namespace

Value SheetJson(const runtime::FilledSheet& sheet) {
  Context fixed;
  for (const auto& [key, cells] : sheet.data.fixed) fixed.Set(key, Value(cells));
  List rows;
  const bool given = sheet.description.body == doc::SheetDescription::Body::kGiven;
  for (const Context& row : given ? sheet.description.given : sheet.data.rows) {
    rows.emplace_back(row);
  }
  return Value(Context({{"sheet", Value(sheet.description.id)},
                        {"cells", Value(std::move(fixed))},
                        {"rows", Value(std::move(rows))}}));
}

int FreezeReturn(const Options& options, const Streams& streams, OpenOffice& open,
                 const runtime::SheetRequest& request) {
  runtime::FreezeCommand command{.request = request, .who = {}, .replaces = options.replaces};
  command.who = WhoOf(options);
  const Result<runtime::Frozen> frozen = runtime::FreezeSheet(open.office(), command);
  if (!frozen) {
    PrintMistakes(frozen.error(), streams);
    return kExitFindings;
  }
  PrintMistakes(frozen->sheet.warnings, streams);
  Print(*frozen, options, streams);
  return kExitDone;
}

void PrintFrozen(const runtime::Frozen& frozen, const Options& options, const Streams& streams) {
  Print(frozen, options, streams);
}

void PrintErasedReturns(const runtime::ErasedReturns& returns, const Streams& streams) {
  for (const std::string& id : returns.frozen) {
    streams.out << "  定稿报表 " << id << " 的内容已删除，重新定稿的命令见 anjuan sheets " << id
                << "\n";
  }
  for (const std::string& id : returns.received) {
    streams.out << "  回报表 " << id << " 中此人的内容已删除，其余各行仍在\n";
  }
}

void PrintFrozenLine(const runtime::FrozenReturn& record, const Options& options,
                     const Streams& streams) {
  if (options.json) {
    streams.out << WriteJson(ToJson(record)) << "\n";
  } else {
    streams.out << Line(record) << "\n";
  }
}

}  // namespace anjuan::app
