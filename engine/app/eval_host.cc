#include "engine/app/eval_host.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "engine/base/text.h"
#include "engine/runtime/host.h"

namespace anjuan::app {

namespace {

// Which ask the office; the others are computed from their arguments.
constexpr std::array<std::string_view, 10> kAskTheOffice = {
    "parameter",      "due",       "due_before", "working_days_after", "working_days_between",
    "is_working_day", "competent", "document",   "organisation",       "open_cases"};

Instant MachineTime() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The office of the folder, else one with the shipped tables.
Result<std::unique_ptr<OpenOffice>> OfficeFor(const Options& options) {
  if (std::filesystem::exists(options.folder / "office.db")) {
    return OpenOffice::Open(options.folder);
  }
  const auto library =
      options.library ? Result<std::filesystem::path>(*options.library) : FindLibrary();
  if (!library) return Unexpected(library.error());
  return OpenOffice::Empty(*library, "", MachineTime());
}

}  // namespace

Result<Value> EvalHost::Call(std::string_view function, std::span<const Value> arguments) {
  if (function == "In" || function == "label") {
    return Fail({.code = "feel.host",
                 .message = StrCat(function, " asks the case and its chart"),
                 .hint = "write it into the chart, and try it out with anjuan play"});
  }
  const bool asks =
      std::find(kAskTheOffice.begin(), kAskTheOffice.end(), function) != kAskTheOffice.end();
  return asks ? Ask(function, arguments) : runtime::CallPure(nullptr, function, arguments);
}

Result<Value> EvalHost::Ask(std::string_view function, std::span<const Value> arguments) {
  if (open_ == nullptr) {
    auto open = OfficeFor(options_);
    if (!open) return Unexpected(open.error());
    open_ = std::move(*open);
  }
  runtime::Office& office = open_->office();
  const auto registers = office.registers();
  runtime::CaseHost::Setting setting;
  setting.area = office.area();
  setting.region = options_.region.empty() ? office.area() : options_.region;
  if (!options_.region.empty()) setting.area = registers->AreaOf(options_.region);
  const std::optional<Date> day = ParseDate(options_.at);
  if (!options_.at.empty() && !day) {
    return Fail({.code = "feel.host",
                 .message = StrCat("--at ", options_.at, " is no day"),
                 .hint = "write --at 2023-03-06"});
  }
  Result<Value> out = Value();
  office.store().Read([&](port::Reader& reader) {
    setting.today = day.value_or(BeijingDate(office.Now(reader)));
    runtime::CaseHost host(*registers, reader, setting);
    out = host.Call(function, arguments);
    remarks_.insert(remarks_.end(), host.remarks().begin(), host.remarks().end());
  });
  return out;
}

}  // namespace anjuan::app
