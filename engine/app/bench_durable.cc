#include "engine/app/bench_durable.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <ostream>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "engine/app/rate.h"
#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/journal.h"
#include "engine/runtime/records.h"
#include "engine/runtime/tick.h"
#include "engine/trail/fields.h"
#include "engine/trail/leaf.h"
#include "engine/trail/log_verifier.h"
#include "engine/value/json.h"
#include "plugins/sqlite/upkeep.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

using Steady = std::chrono::steady_clock;

// One step is what bench/durable's bare transition is: some 400 bytes that came in, a new state, a
// timer set anew.
constexpr const char* kChart = R"(<?xml version="1.0" encoding="UTF-8"?>
<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:aj="urn:anjuan:workflow:1" version="1.0"
       datamodel="feel" name="bench-durable" initial="drafted" aj:title="测速" aj:ref="B01"
       aj:number="B01" aj:form="open" aj:open-role="hrss_clerk">
  <datamodel>
    <data id="topic" aj:type="string" aj:label="事由"/>
    <data id="receipt" aj:type="string" aj:label="回执编号"/>
    <data id="note" aj:type="string" aj:label="说明"/>
    <data id="due_on" aj:type="date" aj:label="期限"/>
    <data id="rounds" aj:type="integer" expr="0" aj:label="次数"/>
  </datamodel>
  <aj:timer id="R1" label="期限" event="due" runs-in="drafted submitted" due="due_on" start="enter"/>
  <state id="drafted" aj:label="拟办" aj:kind="wait" aj:owner="hrss_clerk">
    <transition event="move" target="submitted" aj:label="提交" aj:role="hrss_clerk" aj:form="move"
                cond="rounds &lt; 1000000000">
      <aj:take/>
      <assign location="rounds" expr="rounds + 1"/>
      <aj:start timer="R1"/>
    </transition>
    <transition event="due" target="closed" aj:label="届满" aj:role="timer:R1"/>
  </state>
  <state id="submitted" aj:label="已提交" aj:kind="wait" aj:owner="hrss_clerk">
    <transition event="move" target="drafted" aj:label="退回" aj:role="hrss_clerk" aj:form="move">
      <aj:take/>
      <assign location="rounds" expr="rounds + 1"/>
      <aj:start timer="R1"/>
    </transition>
    <transition event="due" target="closed" aj:label="届满" aj:role="timer:R1"/>
  </state>
  <final id="closed" aj:label="办结" aj:outcome="success"/>
</scxml>
)";
constexpr const char* kOpenForm = R"({"type": "default", "id": "open", "components": [
  {"type": "textfield", "key": "topic", "label": "事由", "id": "o1"},
  {"type": "datetime", "key": "due_on", "label": "期限", "id": "o2", "subtype": "date"}
]})";
constexpr const char* kMoveForm = R"({"type": "default", "id": "move", "components": [
  {"type": "textfield", "key": "receipt", "label": "回执编号", "id": "m1", "validate": {"required": true}},
  {"type": "textfield", "key": "note", "label": "说明", "id": "m2", "validate": {"maxLength": 300}},
  {"type": "datetime", "key": "due_on", "label": "期限", "id": "m3", "subtype": "date"}
]})";

constexpr int kSeconds = 4;  // of each measurement by time

struct Measured {
  double cpu = 0;
  double wall = 0;
};

Measured Measure(const std::function<void()>& work) {
  const double cpu = CpuSeconds();
  const auto begin = Steady::now();
  work();
  const std::chrono::duration<double> wall = Steady::now() - begin;
  return {CpuSeconds() - cpu, wall.count()};
}

void Print(const Streams& streams, const std::string& name, double value, const std::string& unit,
           const Measured& spent) {
  streams.out << "{\"name\":\"" << name << "\",\"value\":" << value << ",\"unit\":\"" << unit
              << "\",\"cpu_seconds\":" << spent.cpu << ",\"wall_seconds\":" << spent.wall << "}\n"
              << std::flush;
}

double Quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto at = static_cast<size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

// An office of its own in the temporary folder, with the chart above; gone afterwards.
class BenchOffice {
 public:
  static Result<std::unique_ptr<BenchOffice>> Make(const fs::path& library) {
    std::unique_ptr<BenchOffice> made(new BenchOffice());
    Result<std::unique_ptr<OpenOffice>> open =
        OpenOffice::Create(made->path_, library, "430600", runtime::ClockKind::kReal, 0);
    if (!open) return Unexpected{open.error()};
    made->open_ = std::move(*open);
    runtime::Files files = {
        {"chart.scxml", kChart}, {"forms/open.json", kOpenForm}, {"forms/move.json", kMoveForm}};
    runtime::Office& office = made->office();
    runtime::Surroundings around;
    office.store().Read([&](port::Reader& reader) { around = office.SurroundingsFor(reader); });
    const Result<runtime::Definition> definition =
        runtime::ReadDefinition(std::move(files), around, "bench", "templates");
    if (!definition) return Unexpected{definition.error()};
    office.store().Transact([&](port::Transaction& transaction) {
      return office.Publish(transaction, *definition, "bench");
    });
    return made;
  }
  ~BenchOffice() {
    open_.reset();
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  BenchOffice(const BenchOffice&) = delete;
  BenchOffice& operator=(const BenchOffice&) = delete;

  runtime::Office& office() { return open_->office(); }
  OpenOffice& open() { return *open_; }
  const std::vector<std::string>& cases() const { return cases_; }
  std::string store_path() const { return (path_ / "office.db").string(); }

  void OpenCases(int count, const Date& due) {
    constexpr int kBatch = 256;
    runtime::CaseService service(office());
    runtime::OpenCommand command;
    command.process = "bench-durable";
    command.region = "430602";
    command.data =
        Value(Context({{"topic", Value("2023年度工资集体协商")}, {"due_on", Value(due)}}));
    for (int first = 0; first < count; first += kBatch) {
      const std::vector<runtime::OpenCommand> batch(
          static_cast<size_t>(std::min(kBatch, count - first)), command);
      for (const runtime::Answer& answer : service.OpenMany(batch)) {
        if (!answer.ok()) Stop(answer);
        cases_.push_back(answer.case_id);
      }
    }
  }

  runtime::FireCommand Move(const std::string& id, std::mt19937_64& random) {
    runtime::FireCommand command;
    command.case_id = id;
    command.request_id = office().NewId();  // in order of time, as clients make them
    command.event = "move";
    command.data = Value(Context(
        {{"receipt", Value(StrCat("R", random() % 1'000'000'000'000))},
         {"note", Value("窗口受理，已核对原件，复印件留存；经办人已告知申请人补正期限和救济途径")},
         {"due_on", Value(Date{2060, 1, static_cast<std::uint8_t>(1 + random() % 28)})}}));
    return command;
  }

  void Step(runtime::CaseService& service, const std::string& id, std::mt19937_64& random) {
    const runtime::Answer answer = service.Fire(Move(id, random));
    if (!answer.ok()) Stop(answer);
  }

  // Steps of one command: 256 share a transaction.
  void Batch(const std::vector<std::string>& ids, int steps, std::mt19937_64& random) {
    constexpr int kBatch = 256;
    runtime::CaseService service(office());
    for (int first = 0; first < steps; first += kBatch) {
      std::vector<runtime::FireCommand> batch;
      batch.reserve(kBatch);
      for (int i = 0; i < kBatch; ++i) batch.push_back(Move(ids[random() % ids.size()], random));
      for (const runtime::Answer& answer : service.FireMany(batch)) {
        if (!answer.ok()) Stop(answer);
      }
    }
  }

 private:
  BenchOffice() : path_(fs::temp_directory_path() / StrCat("anjuan-durable-", getpid())) {}

  [[noreturn]] static void Stop(const runtime::Answer& answer) {
    throw port::Failure(StrCat("a step of the bench was refused: ",
                               answer.mistakes.empty() ? "" : answer.mistakes[0].message));
  }

  fs::path path_;
  std::unique_ptr<OpenOffice> open_;
  std::vector<std::string> cases_;
};

// What was acknowledged must be there: as many rows as steps, and versions that say the same.
bool Agrees(BenchOffice& bench, std::int64_t steps, const Streams& streams) {
  std::int64_t versions = 0;
  std::int64_t rows = 0;
  bench.office().store().Read([&](port::Reader& reader) {
    reader.Scan(port::cases::kTable, {}, [&](const port::Row& row) {
      versions += runtime::ToCase(row).version;
      return true;
    });
    rows = reader.Count(port::history::kTable, {});
  });
  const auto opened = static_cast<std::int64_t>(bench.cases().size());
  if (rows - opened == steps && versions == steps) return true;
  streams.err << "error: " << steps << " steps were acknowledged, " << rows - opened << " rows and "
              << versions << " versions are there\n";
  return false;
}

struct Clients {
  std::int64_t steps = 0;
  std::vector<double> waits_us;
};

// Closed loop: each client waits for its answer. Client k has the cases k, k + clients, …
Clients RunClients(BenchOffice& bench, size_t clients, const std::atomic<bool>& stop) {
  std::vector<Clients> each(clients);
  std::vector<std::thread> threads;
  std::atomic<bool> failed = false;
  for (size_t k = 0; k < clients; ++k) {
    threads.emplace_back([&, k] {
      std::mt19937_64 random(1000 * clients + k);
      runtime::CaseService service(bench.office());
      const size_t own = bench.cases().size() / clients;
      try {
        while (!stop && !failed) {
          const auto begin = Steady::now();
          bench.Step(service, bench.cases()[k + clients * (random() % own)], random);
          each[k].waits_us.push_back(
              std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
          ++each[k].steps;
        }
      } catch (const std::exception&) {
        failed = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (failed) throw port::Failure("a client of the bench failed");
  Clients all;
  for (Clients& one : each) {
    all.steps += one.steps;
    all.waits_us.insert(all.waits_us.end(), one.waits_us.begin(), one.waits_us.end());
  }
  return all;
}

Clients RunClientsFor(BenchOffice& bench, size_t clients, std::chrono::milliseconds time) {
  std::atomic<bool> stop = false;
  std::thread timer([&] {
    std::this_thread::sleep_for(time);
    stop = true;
  });
  Clients out;
  try {
    out = RunClients(bench, clients, stop);
  } catch (...) {
    timer.join();
    throw;
  }
  timer.join();
  return out;
}

int BenchClients(BenchOffice& bench, size_t clients, const Streams& streams, std::int64_t& total) {
  Clients all;
  const Measured spent =
      Measure([&] { all = RunClientsFor(bench, clients, std::chrono::seconds(kSeconds)); });
  total += all.steps;
  const std::string name = StrCat("clients ", clients);
  Print(streams, name, static_cast<double>(all.steps) / spent.wall, "steps/s", spent);
  Print(streams, name + " p50", Quantile(all.waits_us, 0.5), "us", spent);
  Print(streams, name + " p99", Quantile(all.waits_us, 0.99), "us", spent);
  return Agrees(bench, total, streams) ? kExitDone : kExitFindings;
}

constexpr Date kFarOff{2060, 1, 1};
constexpr Date kPast{2020, 1, 1};

int Clients1And64(const fs::path& library, const Options&, const Streams& streams) {
  constexpr int kCases = 10'000;
  const auto bench = BenchOffice::Make(library);
  if (!bench) {
    PrintMistakes(bench.error(), streams);
    return kExitCannot;
  }
  (*bench)->OpenCases(kCases, kFarOff);
  std::int64_t total = 0;
  int exit = BenchClients(**bench, 1, streams, total);
  return std::max(exit, BenchClients(**bench, 64, streams, total));
}

int Timers(const fs::path& library, const Options& options, const Streams& streams) {
  constexpr int kOfTheUser = 100;
  const auto made = BenchOffice::Make(library);
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  BenchOffice& bench = **made;
  bench.OpenCases(options.count, kPast);
  const size_t due = bench.cases().size();
  BenchOffice& user = bench;
  std::vector<std::string> own;
  user.OpenCases(kOfTheUser, kFarOff);
  own.assign(bench.cases().begin() + static_cast<std::ptrdiff_t>(due), bench.cases().end());
  std::mt19937_64 random(7);
  const auto work = [&](const std::function<bool()>& go_on) {
    runtime::CaseService service(bench.office());
    std::vector<double> waits;
    while (go_on()) {
      const auto begin = Steady::now();
      bench.Step(service, own[random() % own.size()], random);
      waits.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // a person, not a machine
    }
    return waits;
  };
  constexpr int kInBatches = 5120;
  const Measured batch = Measure([&] { bench.Batch(own, kInBatches, random); });
  const auto begin = Steady::now();
  std::vector<double> idle =
      work([&] { return Steady::now() - begin < std::chrono::seconds(kSeconds); });
  std::atomic<bool> ticking = true;
  std::vector<double> busy;
  std::thread at_work([&] { busy = work([&] { return ticking.load(); }); });
  runtime::TickReport report;
  const Measured spent =
      Measure([&] { report = runtime::Tick(bench.office(), bench.open().outbox(), std::nullopt); });
  ticking = false;
  at_work.join();
  Print(streams, "batch", kInBatches / batch.wall, "steps/s", batch);
  Print(streams, "timers", report.fired / spent.wall, "timers/s", spent);
  Print(streams, "timers to batch", report.fired / spent.wall / (kInBatches / batch.wall), "x",
        spent);
  Print(streams, "timers to batch by CPU", report.fired / spent.cpu / (kInBatches / batch.cpu), "x",
        spent);
  const double calm = Quantile(idle, 0.99);
  const double crowded = Quantile(busy, 0.99);
  Print(streams, "timers user idle p99", calm, "us", spent);
  Print(streams, "timers user p99", crowded, "us", spent);
  Print(streams, "timers user p99 to idle", crowded / calm, "x", spent);
  return report.fired == static_cast<int>(due) ? kExitDone : kExitFindings;
}

// Cases of twenty steps; a step each in turn, so that a case's rows lie far apart.
void WriteLives(BenchOffice& bench, int cases) {
  constexpr int kSteps = 20;
  constexpr size_t kBatch = 256;
  bench.OpenCases(cases, kFarOff);
  runtime::CaseService service(bench.office());
  for (int step = 1; step < kSteps; ++step) {
    for (size_t first = 0; first < bench.cases().size(); first += kBatch) {
      std::vector<runtime::FireCommand> batch;
      for (size_t i = first; i < std::min(first + kBatch, bench.cases().size()); ++i) {
        runtime::FireCommand command;
        command.case_id = bench.cases()[i];
        command.event = "move";
        command.data = Value(Context(
            {{"receipt", Value(StrCat("R", step, "-", i))},
             {"note",
              Value("窗口受理，已核对原件，复印件留存；经办人已告知申请人补正期限和救济途径")},
             {"due_on", Value(Date{2060, 1, static_cast<std::uint8_t>(1 + step)})}}));
        batch.push_back(std::move(command));
      }
      for (const runtime::Answer& answer : service.FireMany(batch)) {
        ANJUAN_CHECK(answer.ok());
      }
    }
  }
}

int HistoryAndDisk(const fs::path& library, const Options& options, const Streams& streams,
                   bool disk, bool history) {
  const auto made = BenchOffice::Make(library);
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  BenchOffice& bench = **made;
  const auto empty_size = [&] {
    const std::string copy = bench.store_path() + ".size";
    sqlite::MakeUpkeep(bench.store_path())->Backup(copy, {});
    const auto size = static_cast<double>(fs::file_size(copy));
    fs::remove(copy);
    return size;
  };
  const double before = disk ? empty_size() : 0;
  const Measured wrote = Measure([&] { WriteLives(bench, options.count); });
  if (disk) {
    const double grown = empty_size() - before;
    Print(streams, "disk per case", grown / options.count, "bytes", wrote);
    Print(streams, "disk per step", grown / options.count / 20, "bytes", wrote);
  }
  if (!history) return kExitDone;
  std::mt19937_64 random(11);
  std::vector<double> waits;
  const Measured read = Measure([&] {
    for (int i = 0; i < 2000; ++i) {
      const std::string& id = bench.cases()[random() % bench.cases().size()];
      const auto begin = Steady::now();
      bench.office().store().Read([&](port::Reader& reader) {
        ANJUAN_CHECK(runtime::LoadHistory(reader, "430600", id).size() == 20);
      });
      waits.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
    }
  });
  Print(streams, "history events", static_cast<double>(options.count) * 20, "events", wrote);
  Print(streams, "history p50", Quantile(waits, 0.5), "ms", read);
  Print(streams, "history p99", Quantile(waits, 0.99), "ms", read);
  return kExitDone;
}

// ---- many events
// ---------------------------------------------------------------------------------

constexpr int kLife = 20;  // rows of a case

// The rows of one life under another case number: leaves and chain written anew.
void WriteLifeAs(port::Transaction& transaction, runtime::Office& office,
                 const runtime::CaseRecord& model, const std::vector<trail::Leaf>& leaves,
                 const std::vector<runtime::HistoryRecord>& rows, const std::string& id) {
  std::string before;
  for (size_t i = 0; i < rows.size(); ++i) {
    trail::Leaf leaf = leaves[i];
    leaf.case_id = id;
    leaf.case_prev = before;
    leaf.event_id = office.NewId();
    Result<std::string> bytes = trail::Encode(leaf);
    ANJUAN_CHECK(bytes.has_value());
    runtime::HistoryRecord row = rows[i];
    row.case_id = id;
    row.leaf = std::move(*bytes);
    row.hash = before = ToHex(trail::LeafHash(row.leaf));
    transaction.Insert(port::history::kTable, runtime::ToRow(row));
  }
  runtime::CaseRecord record = model;
  record.id = id;
  record.head = before;
  transaction.Insert(port::cases::kTable, runtime::ToRow(record));
}

std::string CaseNumber(int number) {
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 7 ? 7 - digits.size() : 0, '0');
  return StrCat("430602-2099-B01-", digits);
}

struct Lives {
  runtime::CaseRecord model;
  std::vector<runtime::HistoryRecord> rows;
  std::vector<trail::Leaf> leaves;
};

// One case the engine itself took through its life.
Lives OneLife(BenchOffice& bench) {
  WriteLives(bench, 1);
  Lives out;
  bench.office().store().Read([&](port::Reader& reader) {
    out.model = *runtime::LoadCase(reader, "430600", bench.cases().front());
    out.rows = runtime::LoadHistory(reader, "430600", bench.cases().front());
  });
  ANJUAN_CHECK(out.rows.size() == kLife);
  for (const runtime::HistoryRecord& row : out.rows) {
    out.leaves.push_back(trail::Decode(row.leaf).value());
  }
  return out;
}

int Events(const fs::path& library, const Options& options, const Streams& streams) {
  const auto made = BenchOffice::Make(library);
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  BenchOffice& bench = **made;
  const Lives life = OneLife(bench);
  const int cases = std::max(1, options.count / kLife);
  constexpr int kBatch = 500;
  const Measured wrote = Measure([&] {
    for (int first = 0; first < cases; first += kBatch) {
      bench.office().store().Transact([&](port::Transaction& transaction) {
        for (int i = first; i < std::min(cases, first + kBatch); ++i) {
          WriteLifeAs(transaction, bench.office(), life.model, life.leaves, life.rows,
                      CaseNumber(i));
        }
        return true;
      });
    }
  });
  std::mt19937_64 random(11);
  std::vector<double> waits;
  const Measured read = Measure([&] {
    for (int i = 0; i < 2000; ++i) {
      const std::string id =
          CaseNumber(static_cast<int>(random() % static_cast<std::uint64_t>(cases)));
      const auto begin = Steady::now();
      bench.office().store().Read([&](port::Reader& reader) {
        ANJUAN_CHECK(runtime::LoadHistory(reader, "430600", id).size() == kLife);
      });
      waits.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
    }
  });
  Print(streams, "events", static_cast<double>(cases) * kLife, "events", wrote);
  Print(streams, "events in the file",
        static_cast<double>(fs::file_size(bench.store_path())) / cases / kLife, "bytes each",
        wrote);
  Print(streams, "events, history of one case p50", Quantile(waits, 0.5), "ms", read);
  Print(streams, "events, history of one case p99", Quantile(waits, 0.99), "ms", read);
  return kExitDone;
}

// Leaves as a log has them, a step of every case in turn, through what verify goes through. Written
// a piece at a time, so that no memory of their size is wanted; the writing is not counted.
int Trail(const fs::path& library, const Options& options, const Streams& streams) {
  const auto made = BenchOffice::Make(library);
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  const Lives life = OneLife(**made);
  const int cases = std::max(1, options.count / kLife);
  constexpr size_t kPiece = 1 << 16;
  std::vector<std::string> last(static_cast<size_t>(cases));
  trail::LogVerifier verifier(StrCat(life.leaves.front().log, "/", life.model.area));
  std::vector<std::string> piece;
  Measured spent;
  bool holds = true;
  const auto verify = [&] {
    const Measured part = Measure([&] {
      for (const std::string& leaf : piece) {
        if (holds) holds = !verifier.Next(leaf).has_value();
      }
    });
    spent.cpu += part.cpu;
    spent.wall += part.wall;
    piece.clear();
  };
  for (const trail::Leaf& step : life.leaves) {
    trail::Leaf leaf = step;
    for (size_t i = 0; i < last.size(); ++i) {
      leaf.case_id = CaseNumber(static_cast<int>(i));
      leaf.case_prev = last[i];
      piece.push_back(trail::Encode(leaf).value());
      last[i] = ToHex(trail::LeafHash(piece.back()));
      if (piece.size() == kPiece) verify();
    }
  }
  verify();
  const Measured root = Measure([&] { holds = holds && verifier.Root() != Hash{}; });
  Print(streams, "trail leaves", static_cast<double>(verifier.size()), "leaves", spent);
  Print(streams, "trail verified", static_cast<double>(verifier.size()) / spent.cpu,
        "leaves/s of CPU", spent);
  Print(streams, "trail root", root.wall * 1000, "ms", root);
  if (holds && verifier.cases() == last.size()) return kExitDone;
  streams.err << "error: leaf " << verifier.size() << " was not accepted\n";
  return kExitFindings;
}

// What a row commits to beside its payload as a whole: each of its fields, and each personal value
// behind its tokens. The steps they are a share of have no person in them.
int Commitments(const fs::path& library, const Options&, const Streams& streams) {
  constexpr int kCases = 1000;
  constexpr int kBatch = 256;
  const auto made = BenchOffice::Make(library);
  if (!made) {
    PrintMistakes(made.error(), streams);
    return kExitCannot;
  }
  BenchOffice& bench = **made;
  const Result<Value> payload = ReadCanonical(OneLife(bench).rows.back().payload);
  const std::string key(32, 'k');
  PrintRate(streams, "commitments, fields of a step", "steps", 1, [&](long times) {
    for (long i = 0; i < times; ++i)
      ANJUAN_CHECK(trail::FieldsRoot(key, *payload->context()) != Hash{});
  });
  std::set<std::string> person;
  bench.office().writer().Run([&](port::Transaction& transaction) {
    person.insert(bench.office()
                      .vault()
                      .SealPerson(transaction,
                                  Context({{"name", Value("示例")},
                                           {"id_number", Value("11010519491231002X")},
                                           {"phone", Value("13800001234")}}),
                                  bench.office().Now(transaction))
                      .value());
    return true;
  });
  bench.office().store().Read([&](port::Reader& reader) {
    PrintRate(streams, "commitments, personal values", "values", 3, [&](long times) {
      for (long i = 0; i < times; ++i) {
        ANJUAN_CHECK(!runtime::CommitmentsTo(bench.office(), reader, person).is_null());
      }
    });
  });
  bench.OpenCases(kCases, kFarOff);
  std::mt19937_64 random(1);
  PrintRate(streams, "commitments, whole steps", "steps", kBatch, [&](long times) {
    bench.Batch(bench.cases(), static_cast<int>(times) * kBatch, random);
  });
  return kExitDone;
}

int Memory(const fs::path& library, const Options&, const Streams& streams) {
  const auto bench = BenchOffice::Make(library);
  if (!bench) {
    PrintMistakes(bench.error(), streams);
    return kExitCannot;
  }
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("VmRSS:")) continue;
    const std::string_view number = Trim(std::string_view(line).substr(6));
    const std::int64_t kib = ParseInteger(number.substr(0, number.find(' '))).value_or(0);
    Print(streams, "memory", static_cast<double>(kib) / 1024, "MiB", {});
  }
  return kExitDone;
}

struct Named {
  std::string_view name;
  int (*run)(const fs::path&, const Options&, const Streams&);
};

// memory first: what the others leave in the heap is not an idle office's.
constexpr std::array kBenches = {
    Named{"memory", Memory},
    Named{"clients", Clients1And64},
    Named{"timers", Timers},
    Named{"disk",
          [](const fs::path& library, const Options& options, const Streams& streams) {
            return HistoryAndDisk(library, options, streams, true, false);
          }},
    Named{"history",
          [](const fs::path& library, const Options& options, const Streams& streams) {
            return HistoryAndDisk(library, options, streams, false, true);
          }},
    Named{"events", Events},
    Named{"trail", Trail},
    Named{"commitments", Commitments}};

}  // namespace

bool IsDurableBench(const std::string& name) {
  return name == "durable" || std::any_of(kBenches.begin(), kBenches.end(),
                                          [&](const Named& bench) { return bench.name == name; });
}

int BenchDurable(const std::string& name, const fs::path& library, const Options& options,
                 const Streams& streams) {
  int exit = kExitDone;
  for (const Named& bench : kBenches) {
    if (name != "durable" && name != bench.name) continue;
    exit = std::max(exit, bench.run(library, options, streams));
  }
  return exit;
}

}  // namespace anjuan::app
