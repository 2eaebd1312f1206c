#include "engine/chart/host.h"

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::chart {

namespace {

// A failed call as a recorded result: no host function returns a context with this entry.
constexpr std::string_view kFailure = "@failure";

Value RecordFailure(const Diagnostics& diagnostics) {
  Context failure;
  failure.Set(kFailure, Value(diagnostics.empty() ? std::string() : diagnostics.front().message));
  return Value(std::move(failure));
}

Result<Value> Answered(const Read& read) {
  if (const Value& failure = read.result[kFailure]; !failure.is_null()) {
    return Fail("feel.host", failure.string() != nullptr ? *failure.string() : "failed");
  }
  return read.result;
}

bool Asks(const Read& read, std::string_view function, std::span<const Value> arguments) {
  return read.function == function && read.arguments.size() == arguments.size() &&
         std::equal(arguments.begin(), arguments.end(), read.arguments.begin());
}

Result<Value> AskAndRecord(feel::Host* host, std::string_view function,
                           std::span<const Value> arguments, std::vector<Read>& reads) {
  Result<Value> result = host != nullptr
                             ? host->Call(function, arguments)
                             : Fail("feel.host", StrCat("nobody answers ", function, "()"));
  reads.push_back({std::string(function),
                   {arguments.begin(), arguments.end()},
                   result ? *result : RecordFailure(result.error())});
  return result;
}

}  // namespace

Result<Value> RecordingHost::Call(std::string_view function, std::span<const Value> arguments) {
  if (function == "In" && arguments.size() == 1 && arguments[0].string() != nullptr) {
    const int state = chart_.FindState(*arguments[0].string());
    return Value(state > 0 && is_active_(state));
  }
  if (function == "label" && arguments.size() == 2 && arguments[0].string() != nullptr &&
      arguments[1].string() != nullptr) {
    if (const auto label = chart_.Label(*arguments[1].string(), *arguments[0].string())) {
      return Value(*label);
    }
  }
  return AskAndRecord(inner_, function, arguments, *reads_);
}

Result<Value> ReplayHost::Call(std::string_view function, std::span<const Value> arguments) {
  if (next_ >= reads_.size()) {
    return Fail("chart.replay", StrCat("the record has no further call; asked: ", function, "()"));
  }
  const Read& read = reads_[next_];
  if (!Asks(read, function, arguments)) {
    return Fail("chart.replay", StrCat("the record says ", read.function, "(), the chart asks ",
                                       function, "() or with other arguments"));
  }
  ++next_;
  return Answered(read);
}

Result<Value> CorrectingHost::Call(std::string_view function, std::span<const Value> arguments) {
  for (const Read& read : then_) {
    if (Asks(read, function, arguments)) return Answered(read);
  }
  return AskAndRecord(inner_, function, arguments, *reads_);
}

}  // namespace anjuan::chart
