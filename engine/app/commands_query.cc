// cases, show, docs, doc: looking, without changing.

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>

#include "engine/app/case_text.h"
#include "engine/app/commands.h"
#include "engine/app/sheet_text.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/fold.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/query.h"
#include "engine/value/json.h"

namespace anjuan::app {

using runtime::CaseRecord;
using runtime::DocumentRecord;
using runtime::HistoryRecord;
using runtime::LoadedCase;

namespace {

Value CaseJson(const CaseRecord& record) {
  return Value(Context({{"case", Value(record.id)},
                        {"process", Value(record.process)},
                        {"states", Value(record.states)},
                        {"region", Value(record.region)},
                        {"subject", Value(record.subject)},
                        {"version", Value(record.version)},
                        {"opened_at", Value(ToUtcString(record.opened_at))},
                        {"updated_at", Value(ToUtcString(record.updated_at))},
                        {"ended", Value(record.ended)},
                        {"incident", Value(record.incident)},
                        {"parent", Value(record.parent)}}));
}

}  // namespace

int Cases(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  const Result<runtime::Query> query =
      runtime::ParseQuery(options.names.empty() ? "" : options.names[0]);
  if (!query) {
    PrintMistakes(query.error(), streams);
    return kExitCannot;
  }
  open->office().store().Read([&](port::Reader& reader) {
    const auto found = runtime::FindCases(reader, *open->office().registers(), *query);
    std::map<std::string, int> by_state;
    for (const CaseRecord& record : found) {
      if (options.json) {
        streams.out << WriteJson(CaseJson(record)) << "\n";
        continue;
      }
      const auto definition = open->office().FindDefinition(reader, record.definition);
      std::vector<std::string> states;
      for (const std::string_view state : SplitWords(record.states)) states.emplace_back(state);
      // A definition that cannot be read must not hide its cases.
      const std::string labels =
          definition == nullptr ? record.states : StateLabels(*definition->chart, states);
      ++by_state[StrCat(definition == nullptr ? record.process : definition->chart->title, "\t",
                        labels)];
      streams.out << record.id << "\t" << record.subject << "\t" << labels
                  << (record.incident ? "\t异常" : "") << "\n";
    }
    if (options.json) return;
    streams.out << "\n";
    for (const auto& [state, count] : by_state) streams.out << count << "\t" << state << "\n";
    streams.out << found.size() << "\t合计\n";
  });
  return kExitDone;
}

namespace {

// The state as it was at an instant, folded from the history.
std::optional<chart::CaseState> StateAt(const runtime::Definition& definition,
                                        const std::vector<HistoryRecord>& rows, Instant at,
                                        const Streams& streams) {
  std::vector<HistoryRecord> until;
  for (const HistoryRecord& row : rows) {
    if (row.at <= at) until.push_back(row);
  }
  if (until.empty()) {
    streams.err << "error: the case did not exist then\n";
    return std::nullopt;
  }
  Result<chart::CaseState> state =
      runtime::FoldCase(definition, until, [](const runtime::FoldedStep&) { return true; });
  if (state) return std::move(*state);
  PrintMistakes(state.error(), streams);
  return std::nullopt;
}

Context ShownData(const chart::Chart& chart, const chart::CaseState& state) {
  Context out;
  for (const chart::DataField& field : chart.data) {
    const auto slot = static_cast<size_t>(field.slot);
    if (field.implicit || slot >= state.data.size() || state.data[slot].is_null()) continue;
    out.Set(field.id, Masked(state.data[slot]));
  }
  return out;
}

void PrintTasks(const chart::Chart& chart, const chart::CaseState& state,
                const runtime::Registers& registers, const Streams& streams) {
  for (const chart::Task& task : chart::Tasks(chart, state)) {
    std::vector<std::string> roles;
    for (const std::string& role : task.roles) roles.push_back(RoleLabel(chart, registers, role));
    streams.out << "  可办  " << task.event << "\t" << task.label << "\t" << Join(roles, "、")
                << "\n";
  }
}

void PrintCase(const LoadedCase& loaded, const chart::CaseState& state, OpenOffice& open,
               port::Reader& reader, const Streams& streams) {
  const chart::Chart& chart = *loaded.definition->chart;
  const CaseRecord& record = loaded.record;
  const auto known = open.office().registers();
  const runtime::Registers& registers = *known;
  streams.out << record.id << "\t" << chart.title << "\n"
              << "  状态  " << StateLabels(chart, runtime::AtomicStates(chart, state)) << "\n"
              << "  地区  " << RegionLabel(registers, record.region) << "\n"
              << "  版本  " << record.version << "，历史 " << record.seq + 1 << " 条，立案 "
              << ToBeijingString(record.opened_at) << "\n";
  if (record.incident)
    streams.out << "  异常  有期限或来件办理失败，见 history；处理后用 aj.retry\n";
  if (reader.Get(port::search::kTable, runtime::DeadLetterKey(record))) {
    streams.out << "  来文  有无人接收的来文，见 history；看过后用 aj.retry\n";
  }
  if (!record.parent.empty()) streams.out << "  上级  " << record.parent << "\n";
  const Context shown = ShownData(chart, state);
  for (const auto& [name, value] : shown.entries()) {
    const chart::DataField& field = chart.data[static_cast<size_t>(chart.FindData(name))];
    const std::vector<std::string> lines = ShownLines(field, value);
    if (lines.empty()) continue;
    streams.out << "  " << (field.label.empty() ? name : field.label) << "（" << name << "）\t"
                << Join(lines, "\n\t") << "\n";
  }
  for (const chart::TimerState& timer : state.timers) {
    if (!timer.due || timer.fired_due == timer.due) continue;
    const int index = chart.FindTimer(timer.id);
    streams.out << "  期限  " << timer.id << "\t" << EndLabel(*timer.due) << "\t"
                << (index < 0 ? "" : chart.timers[static_cast<size_t>(index)].label)
                << (timer.paused_left_ms ? "（中止）" : "") << "\n";
  }
  for (const DocumentRecord& document : runtime::LoadDocuments(reader, record.area, record.id)) {
    streams.out << "  文书  " << document.code << "\t" << document.number << "\t" << document.title
                << "\t" << StatusLabel(document.status) << "\n";
  }
  PrintTasks(chart, state, registers, streams);
}

Value ShowJson(const LoadedCase& loaded, const chart::CaseState& state) {
  const chart::Chart& chart = *loaded.definition->chart;
  List tasks;
  for (const chart::Task& task : chart::Tasks(chart, state)) {
    List roles;
    for (const std::string& role : task.roles) roles.emplace_back(role);
    tasks.emplace_back(Context({{"event", Value(task.event)},
                                {"label", Value(task.label)},
                                {"roles", Value(std::move(roles))},
                                {"form", Value(task.form)}}));
  }
  List timers;
  for (const chart::TimerState& timer : state.timers) {
    if (!timer.due) continue;
    timers.emplace_back(
        Context({{"id", Value(timer.id)}, {"due", Value(ToUtcString(*timer.due))}}));
  }
  Context out = *CaseJson(loaded.record).context();
  out.Set("states", Value(Join(runtime::AtomicStates(chart, state), " ")));
  out.Set("data", Value(ShownData(chart, state)));
  out.Set("timers", Value(std::move(timers)));
  out.Set("tasks", Value(std::move(tasks)));
  return Value(std::move(out));
}

}  // namespace

int Show(const Options& options, const Streams& streams) {
  return WithCase(
      options, streams,
      [&](OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record) {
        const auto loaded = runtime::LoadWithState(open.office(), reader, record.area, record.id);
        std::optional<chart::CaseState> state = loaded->state;
        if (!options.at.empty()) {
          const std::optional<Instant> at = ParseMoment(options.at);
          state = at ? StateAt(*loaded->definition,
                               runtime::LoadHistory(reader, record.area, record.id), *at, streams)
                     : std::nullopt;
          if (!at) streams.err << "error: --at " << options.at << ": no date or time\n";
          if (!state) return kExitCannot;
        }
        if (options.json) {
          streams.out << WriteJson(ShowJson(*loaded, *state), 2) << "\n";
        } else {
          PrintCase(*loaded, *state, open, reader, streams);
        }
        return kExitDone;
      });
}

namespace {

struct DocumentCount {
  std::string title;
  int live = 0;
  int voided = 0;
};

// How many documents of each code the office has issued.
std::map<std::string, DocumentCount> CountDocuments(OpenOffice& open) {
  std::map<std::string, DocumentCount> counts;
  open.office().store().Read([&](port::Reader& reader) {
    reader.Scan(port::documents::kTable, {}, [&](const port::Row& row) {
      const DocumentRecord document = runtime::ToDocument(row);
      DocumentCount& count = counts[document.code];
      count.title = document.title;
      ++(document.status == "void" ? count.voided : count.live);
      return true;
    });
  });
  return counts;
}

void PrintDocumentCounts(const Options& options, OpenOffice& open, const Streams& streams) {
  const std::map<std::string, DocumentCount> counts = CountDocuments(open);
  DocumentCount all{.title = "合计"};
  for (const auto& [code, count] : counts) {
    all.live += count.live;
    all.voided += count.voided;
    if (options.json) {
      streams.out << WriteJson(Value(Context({{"code", Value(code)},
                                              {"title", Value(count.title)},
                                              {"live", Value(count.live)},
                                              {"void", Value(count.voided)}})))
                  << "\n";
    }
  }
  if (options.json) return;
  const auto line = [&](const std::string& code, const DocumentCount& count) {
    streams.out << Padded(code, 6) << Padded(std::to_string(count.live), 6, true) << "  "
                << count.title
                << (count.voided > 0 ? StrCat("（另有作废 ", count.voided, "）") : "") << "\n";
  };
  for (const auto& [code, count] : counts) line(code, count);
  line("", all);
}

}  // namespace

int Docs(const Options& options, const Streams& streams) {
  if (options.names.empty()) {
    const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
    if (open == nullptr) return kExitCannot;
    PrintDocumentCounts(options, *open, streams);
    return kExitDone;
  }
  return WithCase(
      options, streams, [&](OpenOffice&, port::Reader& reader, const runtime::CaseRecord& record) {
        for (const DocumentRecord& document :
             runtime::LoadDocuments(reader, record.area, record.id)) {
          if (options.json) {
            streams.out << WriteJson(
                               Value(Context({{"code", Value(document.code)},
                                              {"number", Value(document.number)},
                                              {"title", Value(document.title)},
                                              {"status", Value(document.status)},
                                              {"issued_at", Value(ToUtcString(document.issued_at))},
                                              {"sha256", Value(document.sha256)}})))
                        << "\n";
          } else {
            streams.out << document.code << "\t" << document.number << "\t" << document.title
                        << "\t" << document.status << "\t" << document.sha256 << "\n";
          }
        }
        return kExitDone;
      });
}

int Doc(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  std::optional<std::string> bytes;
  bool known = false;
  open->office().store().Read([&](port::Reader& reader) {
    reader.Scan(port::documents::kTable, {.index = 0, .prefix = {port::Cell(options.names[0])}},
                [&](const port::Row& row) {
                  known = true;
                  bytes = runtime::DocumentBytes(open->office(), runtime::ToDocument(row));
                  return false;
                });
  });
  if (!bytes) {
    streams.err << (known ? "error: the document was erased, or its bytes were changed; "
                            "run anjuan verify\n"
                          : "error: no document with this SHA-256; see anjuan docs CASE\n");
    return kExitFindings;
  }
  std::ofstream out(options.output, std::ios::binary);
  out << *bytes;
  out.close();
  if (!out) {
    streams.err << "error: cannot write " << options.output << "\n";
    return kExitCannot;
  }
  return kExitDone;
}

}  // namespace anjuan::app
