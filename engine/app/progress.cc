#include "engine/app/progress.h"

#include <ostream>

namespace anjuan::app {

namespace {

constexpr auto kBarPause = std::chrono::milliseconds(100);
constexpr auto kLinePause = std::chrono::seconds(5);
constexpr std::int64_t kWidth = 30;

}  // namespace

void Progress::Update(std::int64_t done, std::int64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (total == 0 || now - last_ < (streams_.terminal ? kBarPause : kLinePause)) return;
  last_ = now;
  if (!streams_.terminal) {
    streams_.err << what_ << ": " << done << " / " << total << "\n";
    return;
  }
  const auto filled = static_cast<size_t>(kWidth * done / total);
  streams_.err << "\r" << what_ << " [" << std::string(filled, '#')
               << std::string(static_cast<size_t>(kWidth) - filled, ' ') << "] " << done << " / "
               << total << std::flush;
  drawn_ = true;
}

Progress::~Progress() {
  if (drawn_) streams_.err << "\r\033[K" << std::flush;
}

}  // namespace anjuan::app
