// Hosts around the real one: what a step asks of the outside is written down, and a replay answers
// from what was written down.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/chart/step.h"
#include "engine/feel/feel.h"

namespace anjuan::chart {

// Passes calls on and records each, its failures too: a replay must fail where the step failed.
// In(), and label() of declared values, are answered here and not recorded.
class RecordingHost : public feel::Host {
 public:
  // `is_active` answers In() for the number of a state.
  RecordingHost(const Chart& chart, std::function<bool(int)> is_active, std::vector<Read>* reads)
      : chart_(chart), is_active_(std::move(is_active)), reads_(reads) {}

  void Ask(feel::Host* inner) { inner_ = inner; }

  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override;

 private:
  const Chart& chart_;
  feel::Host* inner_ = nullptr;
  std::function<bool(int)> is_active_;
  std::vector<Read>* reads_;
};

// Answers in the recorded order; a call that was not recorded there is an error ("chart.replay").
class ReplayHost : public feel::Host {
 public:
  explicit ReplayHost(std::span<const Read> reads) : reads_(reads.begin(), reads.end()) {}
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override;
  bool finished() const { return next_ == reads_.size(); }

 private:
  std::vector<Read> reads_;
  size_t next_ = 0;
};

// For a step taken again with corrected data: what was asked then is answered as it was then,
// anything else is asked of `inner` and recorded.
class CorrectingHost : public feel::Host {
 public:
  CorrectingHost(std::span<const Read> then, feel::Host* inner, std::vector<Read>* reads)
      : then_(then), inner_(inner), reads_(reads) {}
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override;

 private:
  std::span<const Read> then_;
  feel::Host* inner_;
  std::vector<Read>* reads_;
};

}  // namespace anjuan::chart
