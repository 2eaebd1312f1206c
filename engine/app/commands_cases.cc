// open, fire, play, tick: what changes cases.

#include <algorithm>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/app/sealing.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/form/list.h"
#include "engine/form/table.h"
#include "engine/runtime/coverage.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/play.h"
#include "engine/runtime/query.h"
#include "engine/runtime/tick.h"
#include "engine/value/json.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::app {

using runtime::Answer;
using runtime::CaseService;
using runtime::FireCommand;
using runtime::OpenCommand;

namespace {

constexpr size_t kBatchSize = 64;  // commands in one transaction

Value AnswerJson(const Answer& answer) {
  List states, documents, mistakes;
  for (const std::string& state : answer.states) states.emplace_back(state);
  for (const std::string& code : answer.documents) documents.emplace_back(code);
  for (const Diagnostic& mistake : answer.mistakes) {
    mistakes.emplace_back(Context({{"code", Value(mistake.code)},
                                   {"message", Value(mistake.message)},
                                   {"hint", Value(mistake.hint)}}));
  }
  return Value(Context({{"case", Value(answer.case_id)},
                        {"verdict", Value(runtime::VerdictName(answer.verdict))},
                        {"version", Value(answer.version)},
                        {"states", Value(std::move(states))},
                        {"documents", Value(std::move(documents))},
                        {"mistakes", Value(std::move(mistakes))}}));
}

// One line for one result of many: done, or the reason.
void PrintResult(const Options& options, const Streams& streams, const std::string& subject,
                 const Answer& answer) {
  if (options.json) {
    streams.out << WriteJson(AnswerJson(answer)) << "\n";
    return;
  }
  streams.out << subject << "\t" << runtime::VerdictName(answer.verdict) << "\t"
              << (answer.ok() ? Join(answer.states, " ") : "");
  for (size_t i = 0; i < answer.mistakes.size(); ++i) {
    streams.out << (i == 0 ? "" : "；") << answer.mistakes[i].message;
  }
  for (const std::string& warning : answer.warnings) streams.out << "\t提示：" << warning;
  streams.out << "\n";
}

void PrintWarnings(const Answer& answer, const Streams& streams) {
  for (const std::string& warning : answer.warnings) streams.err << "warning: " << warning << "\n";
}

int PrintOne(const Options& options, const Streams& streams, const Answer& answer) {
  PrintWarnings(answer, streams);
  if (options.json) {
    streams.out << WriteJson(AnswerJson(answer), 2) << "\n";
  } else if (answer.ok()) {
    streams.out << answer.case_id << "\n";
    streams.err << (answer.verdict == runtime::Verdict::kRepeated ? "办理过，未重复办理；" : "")
                << "状态：" << Join(answer.states, " ");
    if (!answer.documents.empty()) streams.err << "；签发：" << Join(answer.documents, " ");
    streams.err << "\n";
  }
  if (!answer.ok()) PrintMistakes(answer.mistakes, streams);
  return answer.ok() ? kExitDone : kExitFindings;
}

// Names a batch after what it says, so that the same command again resumes it.
std::string BatchOf(const Options& options, std::string_view verb, const std::string& what,
                    const Value& data) {
  if (!options.batch.empty()) return StrCat(verb, ":", options.batch);
  const std::string digest = ToHex(Sha256(StrCat(what, "\n", WriteCanonical(data))));
  return StrCat(verb, ":", digest.substr(0, 16));
}

struct Outcome {
  int done = 0;
  int repeated = 0;
  int refused = 0;
  int warned = 0;  // of those done: a rule that should hold does not
};

// Runs commands in batches of one transaction each, carrying out the outbox in between.
template <typename Command, typename Submit>
int RunMany(const Options& options, const Streams& streams, OpenOffice& open,
            const std::vector<Command>& commands, const std::vector<std::string>& subjects,
            Submit submit) {
  Outcome outcome;
  bool clean = true;
  {
    Progress progress(streams, "办理");
    for (size_t first = 0; first < commands.size(); first += kBatchSize) {
      const size_t count = std::min(kBatchSize, commands.size() - first);
      const std::vector<Answer> answers = submit(std::span(commands).subspan(first, count));
      for (size_t i = 0; i < answers.size(); ++i) {
        const Answer& answer = answers[i];
        if (!answer.ok()) {
          ++outcome.refused;
        } else {
          ++(answer.verdict == runtime::Verdict::kRepeated ? outcome.repeated : outcome.done);
        }
        outcome.warned += answer.warnings.empty() ? 0 : 1;
        PrintResult(options, streams, answer.case_id.empty() ? subjects[first + i] : answer.case_id,
                    answer);
      }
      streams.out.flush();  // committed: a script that reads along may rely on it
      clean = DrainOutbox(open, streams) && clean;
      SealIfDue(open, streams, first + count == commands.size());
      progress.Update(static_cast<std::int64_t>(first + count),
                      static_cast<std::int64_t>(commands.size()));
    }
  }
  streams.err << "共 " << commands.size() << " 件：办理 " << outcome.done << "，此前已办 "
              << outcome.repeated << "，未能办理 " << outcome.refused;
  if (outcome.warned > 0) streams.err << "，其中有提示 " << outcome.warned;
  streams.err << "\n";
  return outcome.refused == 0 && clean ? kExitDone : kExitFindings;
}

// ---- open ---------------------------------------------------------------------------------------

// The definition in force; null: none is published.
std::shared_ptr<const runtime::Definition> DefinitionInForce(OpenOffice& open,
                                                             const std::string& process) {
  std::shared_ptr<const runtime::Definition> definition;
  open.office().store().Read([&](port::Reader& reader) {
    const auto record = runtime::LatestDefinition(reader, process);
    if (record) definition = open.office().FindDefinition(reader, record->hash);
  });
  return definition;
}

// The field of the process that names the organisation a case is about ("employer").
std::string SubjectField(const chart::Chart& chart) {
  if (!chart.subject.given) return "";
  const std::vector<int>& reads = chart.subject.compiled.reads();
  return reads.empty() ? "" : chart.data[static_cast<size_t>(reads[0])].id;
}

struct Subject {
  std::string name;  // for the result line
  std::string key;   // for the request id
  Context data;
};

// Rows of a CSV whose headings are data of the process, laid over the common data. nullopt: it is
// another kind of file.
std::optional<std::vector<Subject>> PlainSubjects(form::RowSource& rows, const std::string& field,
                                                  const chart::Chart& chart) {
  form::TableRow head;
  form::TableRow row;
  rows.Next(head);
  bool plain = false;
  for (const std::string& cell : head.cells) {
    if (cell == "credit_code") return std::nullopt;  // a list as it is imported
    plain = plain || cell == "enterprise_id" || chart.FindData(cell) >= 0;
  }
  if (!plain) return std::nullopt;
  std::vector<Subject> out;
  while (rows.Next(row)) {
    Subject subject;
    subject.name = StrCat("第", row.number, "行");
    for (size_t i = 0; i < head.cells.size() && i < row.cells.size(); ++i) {
      const std::string& name = head.cells[i] == "enterprise_id" ? field : head.cells[i];
      if (!row.cells[i].empty()) subject.data.Set(name, Value(row.cells[i]));
    }
    subject.key = WriteCanonical(Value(subject.data));
    out.push_back(std::move(subject));
  }
  return out;
}

// A list of enterprises as it is imported (CSV or a spreadsheet): who they are is taken from it,
// all else stands in the register.
Result<std::vector<Subject>> ListedSubjects(OpenOffice& open, const std::string& field,
                                            std::string bytes, const Options& options) {
  const std::unique_ptr<port::SheetReader> sheet_reader = xlsx::NewSheetReader();
  runtime::ImportOptions how;
  how.sheet_reader = sheet_reader.get();
  how.sheet = options.sheet;
  const Result<std::vector<form::ListRow>> rows =
      runtime::ReadRows(open.office(), "enterprises", {"enterprise_id", "credit_code"},
                        std::move(bytes), options.for_each, how);
  if (!rows) return Unexpected{rows.error()};
  std::vector<Subject> out;
  for (const form::ListRow& row : *rows) {
    const Value* id = row.data.Find("id");
    if (id == nullptr) id = row.data.Find("credit_code");
    const std::string text = id != nullptr && id->string() != nullptr ? *id->string() : "";
    out.push_back({.name = StrCat("第", row.number, "行"),
                   .key = text,
                   .data = Context({{field, Value(text)}})});
  }
  return out;
}

std::optional<std::vector<Subject>> SubjectsOfFile(const Options& options, const std::string& field,
                                                   OpenOffice& open, const chart::Chart& chart,
                                                   const Streams& streams) {
  const std::optional<std::string> bytes = ReadFile(options.for_each);
  if (!bytes) return std::nullopt;
  if (const auto rows = form::OpenCsv(*bytes, options.for_each)) {
    auto plain = PlainSubjects(**rows, field, chart);
    if (plain && (*rows)->mistakes().empty()) return plain;
    if (plain) {
      PrintMistakes((*rows)->mistakes(), streams);
      return std::nullopt;
    }
  }
  Result<std::vector<Subject>> listed = ListedSubjects(open, field, *bytes, options);
  if (listed) return std::move(*listed);
  PrintMistakes(listed.error(), streams);
  return std::nullopt;
}

// Organisations of the register that a query names: all, or region=…,type=….
std::optional<std::vector<Subject>> SubjectsOfQuery(const Options& options,
                                                    const std::string& field, OpenOffice& open,
                                                    const Streams& streams) {
  Result<runtime::Query> query = runtime::ParseQuery(
      options.for_each == "all" ? std::string_view() : std::string_view(options.for_each));
  if (!query) {
    PrintMistakes(query.error(), streams);
    return std::nullopt;
  }
  const auto registers = open.office().registers();
  std::vector<Subject> out;
  open.office().store().Read([&](port::Reader& reader) {
    runtime::ScanRegister(reader, "org", [&](const std::string& id, const Value& body) {
      for (const auto& [key, wanted] : query->terms) {
        const Value& value = body[key];
        const std::string text = value.string() != nullptr ? *value.string() : WriteJson(value);
        const bool holds = key == "region" ? registers->IsWithin(text, wanted) : text == wanted;
        if (!holds) return;
      }
      out.push_back({.name = id, .key = id, .data = Context({{field, Value(id)}})});
    });
  });
  return out;
}

int OpenMany(const Options& options, const Streams& streams, OpenOffice& open, const Value& common,
             const When& when) {
  const std::string& process = options.names[0];
  const auto definition = DefinitionInForce(open, process);
  const std::string field = definition == nullptr ? "" : SubjectField(*definition->chart);
  if (field.empty()) {
    streams.err << "error: process " << process
                << " is not published, or names no organisation it is about; see anjuan publish\n";
    return kExitCannot;
  }
  const auto subjects = std::filesystem::exists(options.for_each)
                            ? SubjectsOfFile(options, field, open, *definition->chart, streams)
                            : SubjectsOfQuery(options, field, open, streams);
  if (!subjects) return kExitCannot;
  const std::string batch = BatchOf(options, "open", process, common);
  std::vector<OpenCommand> commands;
  std::vector<std::string> names;
  for (const Subject& subject : *subjects) {
    Context data = *common.context();
    for (const auto& [name, value] : subject.data.entries()) data.Set(name, value);
    OpenCommand command;
    command.process = process;
    command.region = options.region;
    command.data = Value(std::move(data));
    command.who = WhoOf(options);
    command.request_id = StrCat(batch, ":", ToHex(Sha256(subject.key)).substr(0, 24));
    command.eff_date = when.eff_date;
    commands.push_back(std::move(command));
    names.push_back(subject.name);
  }
  return RunMany(options, streams, open, commands, names, [&](std::span<const OpenCommand> some) {
    return CaseService(open.office()).OpenMany(some);
  });
}

}  // namespace

int Open(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  const std::optional<Value> data = open ? DataOf(options, streams) : std::nullopt;
  const std::optional<When> when = data ? WhenOf(options, *open, streams) : std::nullopt;
  if (!when) return kExitCannot;
  if (!options.for_each.empty()) return OpenMany(options, streams, *open, *data, *when);
  OpenCommand command;
  command.process = options.names[0];
  command.region = options.region;
  command.data = *data;
  command.who = WhoOf(options);
  command.request_id = options.request;
  command.eff_date = when->eff_date;
  const Answer answer = CaseService(open->office()).Open(command);
  const int exit = PrintOne(options, streams, answer);
  const bool clean = DrainOutbox(*open, streams);
  SealIfDue(*open, streams, true);
  return clean ? exit : kExitFindings;
}

int Fire(const Options& options, const Streams& streams) {
  const bool many = !options.cases.empty();
  if (options.names.size() != (many ? 1U : 2U)) {
    streams.err << "error: write anjuan fire CASE EVENT, or anjuan fire EVENT --cases QUERY\n";
    return kExitCannot;
  }
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  const std::optional<Value> data = open ? DataOf(options, streams) : std::nullopt;
  const std::optional<When> when = data ? WhenOf(options, *open, streams) : std::nullopt;
  if (!when) return kExitCannot;
  FireCommand command;
  command.event = options.names.back();
  command.data = *data;
  command.who = WhoOf(options);
  command.request_id = options.request;
  command.eff_date = when->eff_date;
  if (!many) {
    command.case_id = options.names[0];
    const Answer answer = CaseService(open->office()).Fire(command);
    const int exit = PrintOne(options, streams, answer);
    const bool clean = DrainOutbox(*open, streams);
    SealIfDue(*open, streams, true);
    return clean ? exit : kExitFindings;
  }
  const Result<runtime::Query> query = runtime::ParseQuery(options.cases);
  if (!query) {
    PrintMistakes(query.error(), streams);
    return kExitCannot;
  }
  const std::string batch = BatchOf(options, "fire", command.event, *data);
  std::vector<FireCommand> commands;
  std::vector<std::string> subjects;
  open->office().store().Read([&](port::Reader& reader) {
    for (const auto& record : runtime::FindCases(reader, *open->office().registers(), *query)) {
      command.case_id = record.id;
      command.request_id = StrCat(batch, ":", record.id);
      commands.push_back(command);
      subjects.push_back(record.id);
    }
  });
  return RunMany(options, streams, *open, commands, subjects,
                 [&](std::span<const FireCommand> some) {
                   return CaseService(open->office()).FireMany(some);
                 });
}

// ---- play, tick ---------------------------------------------------------------------------------

namespace {

// The area and clock a run asks for in its first lines.
struct Stage {
  std::string area = "430600";
  Instant now = BeijingMidnight({2023, 1, 1});
};

Stage StageOf(const runtime::ScriptRun& run) {
  Stage stage;
  for (const runtime::Statement& statement : run.statements) {
    if (statement.words.size() < 2) continue;
    if (statement.words[0] == "area") stage.area = statement.words[1];
    if (statement.words[0] != "clock") continue;
    std::string text = statement.words[1];
    if (statement.words.size() > 2) text += " " + statement.words[2];
    stage.now = ParseMoment(text).value_or(stage.now);
  }
  return stage;
}

// "collective-consultation: 状态 26/26，转移 …", then what no run went through.
void PrintCoverage(const runtime::CoverageByName& coverage, const Streams& streams) {
  static const std::map<std::string, std::string, std::less<>> kNames = {
      {"states", "状态"}, {"transitions", "转移"}, {"timers", "期限"}, {"documents", "文书"}};
  for (const auto& [name, one] : coverage) {
    std::vector<std::string> counts;
    std::string missed;
    for (const runtime::CoverageOf& of : Summarize(one)) {
      const std::string& label = kNames.at(of.what);
      counts.push_back(StrCat(label, " ", of.total - of.missed.size(), "/", of.total));
      for (const std::string& thing : of.missed)
        missed += StrCat("  未经过的", label, "：", thing, "\n");
    }
    streams.out << "覆盖 " << name << "：" << Join(counts, "，") << "\n" << missed;
  }
}

}  // namespace

int Play(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  // In an office folder the script is played into that office, else each run into one of its own.
  const bool here = std::filesystem::exists(options.folder / "office.db");
  std::unique_ptr<OpenOffice> office = here ? OpenFolder(options, streams) : nullptr;
  if (here && office == nullptr) return kExitCannot;
  if (here && office->office().clock() == runtime::ClockKind::kReal) {
    streams.err
        << "error: scripts are played on a manual clock; this office runs on the real one\n";
    return kExitCannot;
  }
  int passed = 0;
  int failed = 0;
  runtime::CoverageByName coverage;
  for (const std::string& name : options.names) {
    const std::optional<std::string> text = ReadFile(name);
    const auto file =
        text ? runtime::ReadCaseFile(*text, name)
             : Result<runtime::CaseFile>(Fail("play.file", StrCat("cannot read ", name)));
    if (!file) {
      PrintMistakes(file.error(), streams);
      return kExitCannot;
    }
    for (const runtime::ScriptRun& run : file->runs) {
      if (!here) {
        const Stage stage = StageOf(run);
        Result<std::unique_ptr<OpenOffice>> scratch =
            OpenOffice::Scratch(*library, stage.area, stage.now);
        if (!scratch) {
          PrintMistakes(scratch.error(), streams);
          return kExitCannot;
        }
        office = std::move(*scratch);
      }
      const runtime::PlayReport report =
          runtime::PlayRun(office->office(), office->outbox(), *file, run, {.scratch = !here});
      PrintMistakes(report.mistakes, streams);
      bool good = report.mistakes.empty();
      if (options.coverage && !here) {
        const Diagnostics mistakes = runtime::AddCoverage(office->office(), coverage);
        PrintMistakes(mistakes, streams);
        good = good && mistakes.empty();
      }
      ++(good ? passed : failed);
    }
  }
  if (options.coverage && here) {
    PrintMistakes(runtime::AddCoverage(office->office(), coverage), streams);
  }
  PrintCoverage(coverage, streams);
  if (here) SealIfDue(*office, streams, true);
  streams.out << passed << " passed, " << failed << " failed\n";
  return failed == 0 ? kExitDone : kExitFindings;
}

int Tick(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  std::optional<Instant> until;
  if (!options.until.empty()) {
    until = ParseMoment(options.until);
    if (!until) {
      streams.err << "error: --until " << options.until << ": no date or time\n";
      return kExitCannot;
    }
    if (open->office().clock() == runtime::ClockKind::kReal) {
      streams.err << "error: this office runs on the real clock, which nobody moves; "
                     "leave --until out\n";
      return kExitCannot;
    }
  }
  const runtime::TickReport report = runtime::Tick(open->office(), open->outbox(), until);
  SealIfDue(*open, streams, true);
  if (report.recount.moved + report.recount.failed > 0) {
    streams.out << "随节假日安排重新计算期限 " << report.recount.moved << " 件，未能计算 "
                << report.recount.failed << " 件\n";
  }
  streams.out << "期限届满 " << report.fired << "，预警 " << report.warned << "，异常 "
              << report.incidents << "，签发文书 " << report.outbox.documents << "\n";
  return report.incidents == 0 && report.outbox.failed == 0 ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
