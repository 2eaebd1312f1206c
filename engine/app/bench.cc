// bench: speed and memory of the whole program, one JSON object a line.

#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

struct Spent {
  double cpu = 0;
  double wall = 0;
};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

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

void AddEnterprises(OpenOffice& open, int count) {
  open.office().store().Transact([&](port::Transaction& transaction) {
    for (int i = 0; i < count; ++i) {
      const std::string id = StrCat("B", i);
      runtime::SaveRegister(
          transaction, "org", id, "",
          Value(Context({{"id", Value(id)},
                         {"name", Value(StrCat("示例第", i, "号机械制造有限公司"))},
                         {"credit_code", Value("91430602MA0X01085K")},
                         {"region", Value("430602")},
                         {"type", Value("private")},
                         {"workers_total", Value(100 + i % 900)},
                         {"has_union", Value(true)}})));
    }
    return true;
  });
}

Context OfferData(int i) {
  return Context({{"employer", Value(StrCat("B", i))},
                  {"offeror_side", Value("worker")},
                  {"topics", Value(List{Value("年度工资增长幅度"), Value("福利制度")})}});
}

// Case, step, numbered letter on disk, for each enterprise: what a clerk does in one morning.
bool Offers(OpenOffice& open, int count, const Streams& streams) {
  constexpr int kBatch = 64;
  int refused = 0;
  int issued = 0;
  for (int first = 0; first < count; first += kBatch) {
    std::vector<runtime::OpenCommand> opens;
    for (int i = first; i < std::min(first + kBatch, count); ++i) {
      runtime::OpenCommand command;
      command.process = "collective-consultation";
      command.data = Value(OfferData(i));
      opens.push_back(std::move(command));
    }
    std::vector<runtime::FireCommand> fires;
    runtime::CaseService service(open.office());
    for (const runtime::Answer& answer : service.OpenMany(opens)) {
      if (!answer.ok()) {
        if (refused++ == 0) PrintMistakes(answer.mistakes, streams);
        continue;
      }
      runtime::FireCommand command;
      command.case_id = answer.case_id;
      command.event = "prepare_offer";
      command.data = Value(Context({{"proposed_time", Value("2023-03-27T09:00:00")},
                                    {"proposed_place", Value("公司二楼会议室")},
                                    {"contact", Value(Context({{"name", Value("沈示四")}}))},
                                    {"contact_phone", Value("0730-0010002")}}));
      fires.push_back(std::move(command));
    }
    for (const runtime::Answer& answer : service.FireMany(fires)) {
      if (!answer.ok() && refused++ == 0) PrintMistakes(answer.mistakes, streams);
    }
    issued += open.outbox().Drain().documents;
  }
  return refused == 0 && issued == count;
}

int BenchOffers(const Options& options, const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return kExitCannot;
  const BenchFolder folder;
  Result<std::unique_ptr<OpenOffice>> open =
      OpenOffice::Create(folder.path(), *library, "430600", runtime::ClockKind::kManual,
                         BeijingMidnight({2023, 3, 1}));
  if (!open) {
    PrintMistakes(open.error(), streams);
    return kExitCannot;
  }
  AddEnterprises(**open, options.count);
  bool ok = false;
  const Spent spent = Measure([&] { ok = Offers(**open, options.count, streams); });
  Print(streams, "offers", options.count / spent.wall, "offers/s", spent);
  Print(streams, "offers memory", static_cast<double>(PeakKib()) / 1024, "MiB", spent);
  return ok ? kExitDone : kExitFindings;
}

}  // namespace

int Bench(const Options& options, const Streams& streams) {
  int exit = kExitDone;
  for (const std::string& name : options.names) {
    if (name == "offers") {
      exit = std::max(exit, BenchOffers(options, streams));
    } else {
      streams.err << "error: no bench \"" << name << "\"; there is: offers\n";
      exit = kExitCannot;
    }
  }
  return exit;
}

}  // namespace anjuan::app
