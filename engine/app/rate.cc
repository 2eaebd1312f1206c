#include "engine/app/rate.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>

namespace anjuan::app {

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void PrintRate(const Streams& streams, std::string_view name, std::string_view unit, int units,
               const std::function<void(long)>& work) {
  const auto spent = [&](long times) {
    const double begin = CpuSeconds();
    work(times);
    return CpuSeconds() - begin;
  };
  long times = 1;
  double seconds = spent(times);
  while (seconds < 0.2) {
    times *= 2;
    seconds = spent(times);
  }
  times = std::max(1L, std::lround(static_cast<double>(times) / seconds));
  spent(times);
  std::array<double, 5> rates{};
  double total = 0;
  for (double& rate : rates) {
    seconds = spent(times);
    total += seconds;
    rate = static_cast<double>(times * units) / seconds;
  }
  std::sort(rates.begin(), rates.end());
  streams.out << "{\"name\":\"" << name << "\",\"value\":" << std::lround(rates[2])
              << ",\"unit\":\"" << unit << "\",\"min\":" << std::lround(rates[0])
              << ",\"max\":" << std::lround(rates[4]) << ",\"cpu_seconds\":" << total << "}\n"
              << std::flush;
}

}  // namespace anjuan::app
