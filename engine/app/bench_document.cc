// The notice has one page, the four faces of official papers and a table of six rows; each time
// another enterprise and another number, so that no result is one that was kept. The ledger has
// 200,000 rows of ten columns.
#include "engine/app/bench_document.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <ostream>

#include "engine/app/preview.h"
#include "engine/app/rate.h"
#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/doc/sheet.h"
#include "engine/runtime/host.h"
#include "engine/value/json.h"
#include "plugins/pdf/pdf.h"
#include "plugins/xlsx/xlsx.h"

// POSIX, from no header.
extern char** environ;

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 5> kCompanies = {
    "示例市恒通机械制造有限公司", "示例市鑫源纺织印染有限公司", "示例市瑞丰食品加工有限公司",
    "示例市博远电子科技有限公司", "示例市瀚海物流运输有限公司"};

class NoHost : public feel::Host {
 public:
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    return runtime::CallPure(nullptr, function, arguments);
  }
};

void PrintLine(const Streams& streams, std::string_view name, double value, std::string_view unit) {
  streams.out << "{\"name\":\"" << name << "\",\"value\":" << value << ",\"unit\":\"" << unit
              << "\"}\n"
              << std::flush;
}

// ---- The notice --------------------------------------------------------------------------------

struct Notice {
  TemplateFile file;
  Context data;

  Value Filled(long i) const {
    Context out = data;
    const std::string company(kCompanies[static_cast<size_t>(i) % kCompanies.size()]);
    out.Set("company", Value(company));
    out.Set("union", Value(company + "工会委员会"));
    out.Set("number", Value(StrCat("示临劳协〔2023〕", i, "号")));
    return Value(std::move(out));
  }
};

std::string Print(const LooseTemplate& notice, const std::vector<Value>& variables,
                  const pdf::Fonts& fonts, const port::PageWriter& writer, long i) {
  NoHost host;
  const auto pages = doc::Layout(notice.compiled, variables, host, pdf::Source(fonts).metrics());
  ANJUAN_CHECK(pages.has_value());
  std::string salt(16, '\0');
  for (size_t k = 0; k < 8; ++k) salt[k] = static_cast<char>(i >> 8 * k & 255);
  auto bytes = writer.Write(*pages, salt);
  ANJUAN_CHECK(bytes.has_value());
  return std::move(*bytes);
}

void BenchNotice(const Notice& notice, const std::shared_ptr<const pdf::Fonts>& fonts,
                 const Streams& streams) {
  const auto writer = pdf::MakePageWriter(fonts);
  // Compiled once, as in an office; the data of each paper are its own.
  const auto compiled = ReadLoose(notice.file, notice.Filled(0));
  ANJUAN_CHECK(compiled.has_value());
  size_t size = 0;
  long number = 0;
  const auto warm = [&](long times) {
    for (long i = 0; i < times; ++i) {
      const Value data = notice.Filled(++number);
      std::vector<Value> variables = compiled->variables;
      size_t slot = 0;
      for (const auto& [name, value] : notice.data.entries()) {
        if (name == "company" || name == "union" || name == "number") variables[slot] = data[name];
        ++slot;
      }
      size = std::max(size, Print(*compiled, variables, *fonts, *writer, number).size());
    }
  };
  PrintRate(streams, "notice warm", "documents/s", 1, warm);
  // A text never seen: the template read and checked, its subsets made.
  const auto first = [&](long times) {
    for (long i = 0; i < times; ++i) {
      const auto fresh = ReadLoose(notice.file, notice.Filled(++number));
      ANJUAN_CHECK(fresh.has_value());
      const auto new_writer = pdf::MakePageWriter(fonts);
      size = std::max(size, Print(*fresh, fresh->variables, *fonts, *new_writer, number).size());
    }
  };
  PrintRate(streams, "notice first", "documents/s", 1, first);
  PrintLine(streams, "notice size", static_cast<double>(size), "bytes");
}

// The program started anew for one notice, from reading fonts to the file on disk.
bool BenchCold(const Notice& notice, const fs::path& library, const Streams& streams) {
  const std::string out =
      (fs::temp_directory_path() / StrCat("anjuan-bench-", getpid(), ".pdf")).string();
  const std::string data = (notice.file.path.parent_path() / "sample.json").string();
  std::vector<std::string> words = {
      "anjuan", "--library", library.string(), "preview", notice.file.path.string(), "--data", data,
      "-o",     out};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<double, 7> seconds{};
  std::array<double, 7> cpu{};
  for (size_t i = 0; i < seconds.size(); ++i) {
    const auto begin = std::chrono::steady_clock::now();
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
    pid_t child = 0;
    const int started =
        posix_spawn(&child, "/proc/self/exe", &quiet, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&quiet);
    int status = started;
    rusage usage{};
    if (started == 0) wait4(child, &status, 0, &usage);
    if (status != 0) {
      streams.err << "error: a new process could not print the notice\n";
      return false;
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    seconds[i] = wall.count();
    cpu[i] = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
             static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  }
  std::error_code ignored;
  fs::remove(out, ignored);
  std::sort(seconds.begin(), seconds.end());
  std::sort(cpu.begin(), cpu.end());
  PrintLine(streams, "notice cold", seconds[seconds.size() / 2], "s");
  PrintLine(streams, "notice cold cpu", cpu[cpu.size() / 2], "s");
  return true;
}

// ---- The ledger --------------------------------------------------------------------------------

constexpr int kRows = 200'000;

double PeakMib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double ResidentMib() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

doc::SheetModel Ledger() {
  std::string columns;
  for (int i = 0; i < 10; ++i) {
    columns += StrCat(i == 0 ? "" : ",", "{\"key\":\"c", i, "\",\"label\":\"第", i,
                      "栏\",\"type\":\"", i < 7 ? "text" : "number", "\"}");
  }
  const auto description = doc::ReadSheet(
      StrCat("{\"id\":\"ledger\",\"title\":\"台账\",\"columns\":[", columns, "]}"), "ledger.json");
  ANJUAN_CHECK(description.has_value());
  doc::SheetData data;
  data.stream = [row = 0](Context& out) mutable {
    if (row == kRows) return false;
    for (int i = 0; i < 10; ++i) {
      const std::string key = StrCat("c", i);
      if (i < 7) {
        out.Set(key, Value(StrCat("示例企业", (row * 7 + i) % 5000, "有限公司")));
      } else {
        out.Set(key, Value(Decimal(row % 1000 + i)));
      }
    }
    ++row;
    return true;
  };
  auto model = doc::Fill(*description, std::move(data));
  ANJUAN_CHECK(model.has_value());
  return std::move(*model);
}

void BenchLedger(const Streams& streams) {
  const std::string path =
      (fs::temp_directory_path() / StrCat("anjuan-bench-", getpid(), ".xlsx")).string();
  const double before = ResidentMib();
  const double begin = CpuSeconds();
  const auto started = std::chrono::steady_clock::now();
  xlsx::NewSheetWriter()->Write(Ledger(), path);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  PrintLine(streams, "ledger cpu", CpuSeconds() - begin, "s");
  PrintLine(streams, "ledger wall", wall.count(), "s");
  PrintLine(streams, "ledger memory", std::max(0.0, PeakMib() - before), "MiB");
  PrintLine(streams, "ledger size", static_cast<double>(fs::file_size(path)), "bytes");
  fs::remove(path);
}

}  // namespace

int BenchDocument(const fs::path& library, const Streams& streams) {
  Notice notice;
  notice.file.path = library / "samples" / "notice" / "template.xml";
  const auto json = ReadFile(library / "samples" / "notice" / "sample.json");
  const auto data = ReadJson(json.value_or(""), "sample.json");
  const auto fonts = pdf::OpenFonts();
  if (!json || !data || data->context() == nullptr || !fonts) {
    if (!fonts) PrintMistakes(fonts.error(), streams);
    if (!json) streams.err << "error: no notice in " << library.string() << "/samples/notice\n";
    return kExitCannot;
  }
  notice.data = *data->context();
  BenchLedger(streams);  // first: the peak of memory is the whole program's
  if (!BenchCold(notice, library, streams)) return kExitCannot;
  BenchNotice(notice, *fonts, streams);
  return kExitDone;
}

}  // namespace anjuan::app
