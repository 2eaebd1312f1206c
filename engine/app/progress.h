// Progress of long work: a bar on a terminal, a plain line every so often elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "engine/app/run.h"

namespace anjuan::app {

class Progress {
 public:
  Progress(const Streams& streams, std::string what) : streams_(streams), what_(std::move(what)) {}
  ~Progress();
  void Update(std::int64_t done, std::int64_t total);

 private:
  const Streams& streams_;
  std::string what_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  bool drawn_ = false;
};

}  // namespace anjuan::app
