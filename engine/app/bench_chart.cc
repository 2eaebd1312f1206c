// The charts are those other engines are measured with (engine/chart/README.md, "Speed"): two
// states, an approval of twenty steps whose guards and assignments are FEEL, four parallel regions
// that all change, and two hundred transitions found by name.
#include "engine/app/bench_chart.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/app/rate.h"
#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/chart/session.h"

namespace anjuan::app {

namespace {

constexpr int kSteps = 20;
constexpr int kRegions = 4;
constexpr int kNames = 200;
constexpr int kIdle = 100'000;

double ResidentBytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    double kib = 0;
    if (word == "VmRSS:" && status >> kib) return kib * 1024;
  }
  return 0;
}

// ---- the charts --------------------------------------------------------------------------------

std::string Document(std::string_view initial, std::string_view body) {
  return StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" )",
                R"(datamodel="feel" initial=")", initial, "\">", body, "</scxml>");
}

std::string PingPong() {
  return Document("a", R"(<state id="a"><transition event="t" target="b"/></state>)"
                       R"(<state id="b"><transition event="t" target="a"/></state>)");
}

std::string Approval() {
  std::string body = R"(<datamodel><data id="amount" expr="250"/><data id="limit" expr="1000"/>)"
                     R"(<data id="step" expr="0"/></datamodel>)";
  for (int i = 0; i < kSteps; ++i) {
    body += StrCat("<state id=\"s", i, R"("><transition event="next" cond="amount &lt; limit" )",
                   "target=\"s", i + 1,
                   R"("><assign location="step" expr="step + 1"/></transition></state>)");
  }
  return Document("s0", StrCat(body, "<final id=\"s", kSteps, "\"/>"));
}

std::string Parallel() {
  std::string body = "<parallel id=\"p\">";
  const auto half = [](std::string_view here, std::string_view there, int region) {
    return StrCat("<state id=\"", here, region, R"("><transition event="t" target=")", there,
                  region, R"("/><state id=")", here, "1", region, "\"/></state>");
  };
  for (int i = 0; i < kRegions; ++i) {
    body += StrCat("<state id=\"r", i, "\">", half("a", "b", i), half("b", "a", i), "</state>");
  }
  return Document("p", body + "</parallel>");
}

std::string ByName() {
  std::string body = R"(<state id="root" initial="s0">)";
  for (int i = 0; i < kNames; ++i) {
    body += StrCat("<transition event=\"e", i, "\" target=\"s", i, "\" type=\"internal\"/>");
  }
  for (int i = 0; i < kNames; ++i) body += StrCat("<state id=\"s", i, "\"/>");
  return Document("root", body + "</state>");
}

// ---- measuring ---------------------------------------------------------------------------------

chart::Event Named(std::string name) {
  chart::Event event;
  event.name = std::move(name);
  return event;
}

class ChartBench {
 public:
  explicit ChartBench(const Streams& streams) : streams_(streams) {}

  int Run() {
    // Memory first: later the heap has holes for new sessions to lie in.
    Memory();
    Steps("B1", PingPong(), {Named("t")}, 1);
    Approvals();
    Steps("B3", Parallel(), {Named("t")}, 1);
    std::vector<chart::Event> names;
    names.reserve(kNames);
    for (int i = 0; i < kNames; ++i) names.push_back(Named(StrCat("e", i)));
    Steps("B4", ByName(), names, 7);
    return failed_ ? kExitFindings : kExitDone;
  }

 private:
  chart::Chart Read(const std::string& document) {
    chart::ReadOptions options;
    options.workflow = false;
    Result<chart::Chart> chart = chart::ReadChart(document, "bench", options);
    ANJUAN_CHECK(chart.has_value());  // we wrote it
    return *std::move(chart);
  }

  void Rate(std::string_view name, std::string_view unit, int units,
            const std::function<void(long)>& work) {
    PrintRate(streams_, StrCat("chart ", name), unit, units, work);
  }

  void Expect(bool holds, std::string_view what) {
    if (holds) return;
    failed_ = true;
    streams_.err << "error: " << what << " did not end where it should\n";
  }

  // Every `stride`th of the events in turn, to one session.
  void Steps(std::string_view name, const std::string& document,
             const std::vector<chart::Event>& events, size_t stride) {
    const chart::Chart chart = Read(document);
    chart::Stepper stepper(chart);
    chart::SessionState session;
    stepper.Start(session, {}, env_);
    size_t next = 0;
    long taken = 0;
    Rate(name, "events/s", 1, [&](long times) {
      for (long i = 0; i < times; ++i) {
        next = (next + stride) % events.size();
        stepper.Step(session, events[next], env_);
      }
      taken += times;
    });
    Expect(taken > 0 && stepper.report().transitions.size() == (name == "B3" ? kRegions : 1), name);
  }

  void Approvals() {
    const chart::Chart chart = Read(Approval());
    chart::Stepper stepper(chart);
    const chart::Event next = Named("next");
    chart::SessionState session;
    Rate("B2", "events/s", kSteps, [&](long times) {
      for (long i = 0; i < times; ++i) {
        session = chart::SessionState();
        stepper.Start(session, {}, env_);
        for (int step = 0; step < kSteps; ++step) stepper.Step(session, next, env_);
      }
    });
    Expect(!session.running && session.data[2] == Value(kSteps), "B2");
    Rate("create", "sessions/s", 1, [&](long times) {
      for (long i = 0; i < times; ++i) {
        chart::SessionState created;
        stepper.Start(created, {}, env_);
      }
    });
  }

  void Memory() {
    const chart::Chart chart = Read(Approval());
    chart::Stepper stepper(chart);
    std::vector<chart::SessionState> idle;
    idle.reserve(kIdle);
    const double cpu = CpuSeconds();
    const double before = ResidentBytes();
    for (int i = 0; i < kIdle; ++i) stepper.Start(idle.emplace_back(), {}, env_);
    const double each = (ResidentBytes() - before) / kIdle;
    Expect(each > 0 && idle.back().running, "memory");
    streams_.out << "{\"name\":\"chart memory\",\"value\":" << std::lround(each)
                 << ",\"unit\":\"bytes/session\",\"sessions\":" << kIdle
                 << ",\"cpu_seconds\":" << CpuSeconds() - cpu << "}\n"
                 << std::flush;
  }

  const Streams& streams_;
  const chart::Env env_;
  bool failed_ = false;
};

}  // namespace

int BenchChart(const Streams& streams) {
  return ChartBench(streams).Run();
}

}  // namespace anjuan::app
