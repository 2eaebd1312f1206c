// bench: speed and memory of the whole program, one JSON object a line.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <ostream>

#include "engine/app/bench_chart.h"
#include "engine/app/bench_document.h"
#include "engine/app/bench_durable.h"
#include "engine/app/bench_feel.h"
#include "engine/app/commands.h"
#include "engine/app/rate.h"
#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

// Benches that need no library.
const std::map<std::string, int (*)(const Streams&), std::less<>> kOfTheEngine = {
    {"chart", BenchChart}, {"feel", BenchFeel}};

constexpr std::string_view kDocument = "document";  // needs the library's notice

struct Spent {
  double cpu = 0;
  double wall = 0;
};

std::int64_t PeakKib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Spent Measure(const std::function<void()>& work) {
  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  return {CpuSeconds() - cpu, wall.count()};
}

void Print(const Streams& streams, const std::string& name, double value, const std::string& unit,
           const Spent& spent) {
  streams.out << "{\"name\":\"" << name << "\",\"value\":" << value << ",\"unit\":\"" << unit
              << "\",\"cpu_seconds\":" << spent.cpu << ",\"wall_seconds\":" << spent.wall << "}\n"
              << std::flush;
}

// A folder of its own, gone afterwards.
class BenchFolder {
 public:
  BenchFolder() : path_(fs::temp_directory_path() / StrCat("anjuan-bench-", getpid())) {}
  ~BenchFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// samples/*/bench/NAME.json: the enterprises to make, the case to open for each, the event to fire
// at it. The text {i} stands for the number of the enterprise, from 0.
class Script {
 public:
  static Result<Script> Read(const fs::path& path) {
    const std::optional<std::string> text = ReadFile(path);
    if (!text) {
      return Fail({.code = "bench.file", .message = StrCat("cannot read ", path.string())});
    }
    Result<Value> value = ReadJson(*text, path.string());
    if (!value) return Unexpected{std::move(value).error()};
    return Script(*std::move(value));
  }

  std::string Text(std::string_view name) const { return TextIn(value_, name); }
  std::string TextIn(const Value& value, std::string_view name) const {
    const std::string* text = value[name].string();
    return text == nullptr ? "" : *text;
  }

  Value Organisation(int i) const { return Numbered(value_["organisation"], i); }
  runtime::OpenCommand Open(int i) const {
    runtime::OpenCommand command;
    command.process = TextIn(value_["open"], "process");
    command.data = Numbered(value_["open"]["data"], i);
    return command;
  }
  runtime::FireCommand Fire(int i, std::string case_id) const {
    runtime::FireCommand command;
    command.case_id = std::move(case_id);
    command.event = TextIn(value_["fire"], "event");
    command.data = Numbered(value_["fire"]["data"], i);
    return command;
  }

 private:
  explicit Script(Value value) : value_(std::move(value)) {}

  static Value Numbered(const Value& value, int i) {
    if (const std::string* text = value.string()) {
      constexpr std::string_view kNumber = "{i}";
      const size_t at = text->find(kNumber);
      if (at == std::string::npos) return value;
      return Value(StrCat(text->substr(0, at), i, text->substr(at + kNumber.size())));
    }
    if (const List* list = value.list()) {
      List out;
      out.reserve(list->size());
      for (const Value& item : *list) out.push_back(Numbered(item, i));
      return Value(std::move(out));
    }
    if (const Context* context = value.context()) {
      Context out;
      for (const auto& [name, item] : context->entries()) out.Set(name, Numbered(item, i));
      return Value(std::move(out));
    }
    return value;
  }

  Value value_;
};

void AddEnterprises(OpenOffice& open, const Script& script, int count) {
  open.office().store().Transact([&](port::Transaction& transaction) {
    for (int i = 0; i < count; ++i) {
      const Value organisation = script.Organisation(i);
      runtime::SaveRegister(transaction, "org", script.TextIn(organisation, "id"), "",
                            organisation);
    }
    return true;
  });
}

// Case, step, numbered letter on disk, for each enterprise: what a clerk does in one morning.
bool Issue(OpenOffice& open, const Script& script, int count, const Streams& streams) {
  constexpr int kBatch = 64;
  int refused = 0;
  int issued = 0;
  for (int first = 0; first < count; first += kBatch) {
    const int last = std::min(first + kBatch, count);
    std::vector<runtime::OpenCommand> opens;
    for (int i = first; i < last; ++i) opens.push_back(script.Open(i));
    std::vector<runtime::FireCommand> fires;
    runtime::CaseService service(open.office());
    int i = first;
    for (const runtime::Answer& answer : service.OpenMany(opens)) {
      if (answer.ok()) {
        fires.push_back(script.Fire(i, answer.case_id));
      } else if (refused++ == 0) {
        PrintMistakes(answer.mistakes, streams);
      }
      ++i;
    }
    for (const runtime::Answer& answer : service.FireMany(fires)) {
      if (!answer.ok() && refused++ == 0) PrintMistakes(answer.mistakes, streams);
    }
    issued += open.outbox().Drain().documents;
  }
  return refused == 0 && issued == count;
}

int BenchScript(const std::string& name, const fs::path& path, const fs::path& library,
                const Options& options, const Streams& streams) {
  const Result<Script> script = Script::Read(path);
  if (!script) {
    PrintMistakes(script.error(), streams);
    return kExitCannot;
  }
  const std::optional<Date> at = ParseDate(script->Text("at"));
  if (!at) {
    streams.err << "error: " << path.string() << ": \"at\" is the date the clock starts at\n";
    return kExitCannot;
  }
  const BenchFolder folder;
  Result<std::unique_ptr<OpenOffice>> open =
      OpenOffice::Create(folder.path(), library, script->Text("area"), runtime::ClockKind::kManual,
                         BeijingMidnight(*at));
  if (!open) {
    PrintMistakes(open.error(), streams);
    return kExitCannot;
  }
  AddEnterprises(**open, *script, options.count);
  bool ok = false;
  const Spent spent = Measure([&] { ok = Issue(**open, *script, options.count, streams); });
  Print(streams, name, options.count / spent.wall, StrCat(name, "/s"), spent);
  Print(streams, StrCat(name, " memory"), static_cast<double>(PeakKib()) / 1024, "MiB", spent);
  return ok ? kExitDone : kExitFindings;
}

// By name: the scripts of all samples.
std::map<std::string, fs::path> Scripts(const fs::path& library) {
  std::map<std::string, fs::path> out;
  std::error_code error;
  for (const auto& sample : fs::directory_iterator(library / "samples", error)) {
    for (const auto& file : fs::directory_iterator(sample.path() / "bench", error)) {
      if (file.path().extension() == ".json") out.emplace(file.path().stem(), file.path());
    }
  }
  return out;
}

}  // namespace

int Bench(const Options& options, const Streams& streams) {
  int exit = kExitDone;
  fs::path library;
  std::map<std::string, fs::path> scripts;
  const bool all_of_engine = std::ranges::all_of(
      options.names, [](const std::string& name) { return kOfTheEngine.contains(name); });
  if (!all_of_engine) {
    const auto found = LibraryOf(options, streams);
    if (!found) return kExitCannot;
    library = *found;
    scripts = Scripts(library);
  }
  for (const std::string& name : options.names) {
    if (name == kDocument) {
      exit = std::max(exit, BenchDocument(library, streams));
      continue;
    }
    if (const auto own = kOfTheEngine.find(name); own != kOfTheEngine.end()) {
      exit = std::max(exit, own->second(streams));
      continue;
    }
    if (IsDurableBench(name)) {
      exit = std::max(exit, BenchDurable(name, library, options, streams));
      continue;
    }
    const auto script = scripts.find(name);
    if (script == scripts.end()) {
      streams.err << "error: no bench \"" << name << "\"; there is:";
      streams.err << " " << kDocument;
      for (const auto& [known, run] : kOfTheEngine) streams.err << " " << known;
      streams.err << " durable clients timers disk history memory";
      for (const auto& [known, path] : scripts) streams.err << " " << known;
      streams.err << "\n";
      exit = kExitCannot;
      continue;
    }
    exit = std::max(exit, BenchScript(name, script->second, library, options, streams));
  }
  return exit;
}

}  // namespace anjuan::app
